/**
 * Traefik's `headers` middleware: dynamic files, `Middleware` objects of Kubernetes (both API groups), labels of
 * containers; the same dynamic file in TOML.
 *
 * Any field of CORS makes it answer preflights; it adds `Vary` only on request, and its patterns match anywhere in an
 * origin. `*` with credentials sends the origin back from 3.6.22 and 3.7.6 on, the literal `*` before. Routers decide
 * who comes there at all: a rule with `Method` and without OPTIONS keeps preflights away. Read from Traefik's source;
 * a live suite runs the middleware itself at 3.6.12 and 3.7.13, and the router of the former.
 */
import { editTraefik } from '../../middleware/traefik/edits.js';
import { TRAEFIK_KEYS, TRAEFIK_ROUTERS, traefikReadings } from '../../middleware/traefik/readings.js';
import type { YamlInProject } from '../../syntax/yaml/index.js';
import { defineReader } from '../reader.js';

export default defineReader<YamlInProject>({
  title: 'Traefik',
  language: ['yaml', 'toml'],
  mayConcern: TRAEFIK_KEYS,
  layers: { paths: /\.(?:ya?ml|toml)$/i, text: TRAEFIK_ROUTERS },
  read: traefikReadings,
  write: editTraefik,
});
