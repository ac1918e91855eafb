import type { Policy } from '../../policy/program.js';
import type { Reading } from '../../readers/reader.js';
import type { YamlInProject } from '../../syntax/yaml/index.js';
import { filesBeside } from '../gateway-plugins/beside.js';
import type { Refused } from '../gateway-plugins/settings.js';
import { configurationIn, type Middleware } from './definitions.js';
import { routerLayers } from './layers.js';
import { isCors, program, type HeadersSettings } from './program.js';
import { probesOf, routing, viewOf, type View } from './routing.js';
import { versionOf, type Version } from './version.js';

/** Words of Traefik's settings for CORS, whatever their case, and the map that writes headers of responses. */
export const TRAEFIK_KEYS = /accesscontrol(?:allow|expose|maxage)|^(?=[\s\S]*customresponseheaders)[\s\S]*access-control-/i;

/** Words of files that name routers and chains. */
const SAYS_ROUTES = /middlewares/i;

/** Files that name routers: those of containers, and of a dynamic file with its services. */
export const TRAEFIK_ROUTERS = /traefik\.http\.routers\.|^(?=[\s\S]*\bloadBalancer\b)[\s\S]*\brouters\b/i;

/** Every `headers` middleware of a file that says something of CORS, at the places of the routers that use it; and its routers. */
export function* traefikReadings(unit: YamlInProject): Generator<Reading> {
  const own = configurationIn(unit);
  const said = own.middlewares.filter(({ does }) => does.kind === 'headers' && (isCors(does.settings) || does.foreign.length > 0));
  if (said.length === 0 && own.routers.length === 0) return;
  const beside = filesBeside(unit, SAYS_ROUTES).map(configurationIn);
  const view = viewOf([...own.middlewares, ...beside.flatMap((one) => one.middlewares)], [...own.routers, ...beside.flatMap((one) => one.routers)]);
  const versions = new Map<string | undefined, Version>();
  for (const middleware of said) {
    const { group } = middleware;
    if (!versions.has(group)) versions.set(group, versionOf(unit, group));
    yield* readingsOf(middleware, view, versions.get(group)!);
  }
  const files = view.routers.filter(({ router }) => own.routers.includes(router));
  if (files.length > 0) yield* routerLayers(unit, files, view.middlewares.filter(({ does }) => does.kind === 'headers' && isCors(does.settings)), (versions.get(undefined) ?? versionOf(unit, undefined)).major);
}

function* readingsOf(middleware: Middleware, view: View, version: Version): Generator<Reading> {
  const { does, at, source } = middleware;
  if (does.kind !== 'headers') return;
  const { settings, foreign } = does;
  for (const { field, at: written } of foreign) {
    const what = source === 'object' ? 'the API server drops it' : 'Traefik refuses the whole configuration';
    yield gap({ at: written, refused: `\`headers\` has no field \`${field}\`${/^accesscontrolalloworigin$/i.test(field) ? ' from version 2.5 on (`accessControlAllowOriginList`)' : ''}: ${what}` });
  }
  // A value that is not YAML was reported where it stands: Traefik does not load the file.
  if ((foreign.length > 0 && source !== 'object') || isBroken(settings) || !isCors(settings)) return;
  const steps = program(settings, version);
  if ('refused' in steps) {
    yield gap({ at: steps.at, refused: `Traefik refuses this middleware: ${steps.refused}` });
    return;
  }
  const policy: Policy = {
    reader: 'traefik',
    title: `middleware ${middleware.name}`,
    layer: 'gateway',
    at,
    steps: [...routing(middleware, view, version.major), ...steps],
    behind: { options: null },
    probes: probesOf(middleware, view, neededHeaders(settings), version.major),
    survivesUncaught: true,
    listens: [],
    version: version.words,
    evidence: { handWritten: false, canAddVary: true, readsCookies: 'unknown', noStore: settings.custom.some(({ name, value }) => name === 'cache-control' && value.kind === 'string' && /\bno-store\b/i.test(value.value)) },
    notes: [],
  };
  yield { kind: 'policy', policy };
}

function gap({ at, refused }: Refused): Reading {
  return { kind: 'gap', gap: { at, reason: 'unsupported-syntax', message: refused } };
}

function isBroken({ fields }: HeadersSettings): boolean {
  return [...fields.values()].some(({ value }) => (value.kind === 'list' ? value.items : [value]).some((item) => item.kind === 'unknown' && item.reason === 'parse-error'));
}

/** The headers that the author lists since handlers need them: a JSON body, a token. */
function neededHeaders({ fields }: HeadersSettings): readonly string[] {
  const value = fields.get('accesscontrolallowheaders')?.value;
  const names = value?.kind === 'list' ? value.items.flatMap((item) => (item.kind === 'string' ? [item.value.trim().toLowerCase()] : [])) : value?.kind === 'string' ? value.value.toLowerCase().split(',').map((name) => name.trim()) : [];
  return ['content-type', 'authorization'].filter((name) => names.includes(name));
}
