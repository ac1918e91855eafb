/** lighttpd's configuration: settings, variables, conditional blocks and includes with exact places. */
import type { Language } from '../language.js';
import { parseLighttpd } from './parser.js';
import type { LighttpdFile } from './tree.js';

export { addEntry, insertBefore, insertStatement, removeEntry, respell } from './edit.js';
export { knownText, type Condition, type Data, type Entry, type LighttpdFile, type ListData, type Scope, type Setting, type TextData, type Unread } from './tree.js';
export { parseLighttpd } from './parser.js';

const language: Language<LighttpdFile> = {
  title: 'lighttpd',
  paths: /\.conf(?:\.(?:template|tmpl|tpl|in|j2))?$|(?:^|\/)lighttpd(?:\.d)?\/[^/.]+$/,
  load: () => Promise.resolve(),
  parse: parseLighttpd,
};

export default language;
