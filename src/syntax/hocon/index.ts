/** HOCON, the configuration language of Play, Akka, Pekko and Ktor. */
import type { Language } from '../language.js';
import { parseHocon } from './parse.js';
import type { HoconFile } from './tree.js';

export { removeItem, respell, rewrite, type Edited } from './edit.js';
export { HoconConfig, type Resolved } from './resolve.js';
export type { HoconFile, Include } from './tree.js';

const language: Language<HoconFile> = {
  title: 'HOCON',
  paths: /\.conf$/i,
  load: () => Promise.resolve(),
  parse: parseHocon,
};

export default language;
