/** VCL: programs of Varnish and, as far as they are the same, of Fastly, with exact places. */
import type { Language } from '../language.js';
import { parseVcl } from './parse.js';
import type { VclFile } from './tree.js';

export { insertAfter, insertBefore, removeStatement, replaceBy, respellText, stepOf } from './edit.js';
export { parseVcl } from './parse.js';
export type { Backend, Branch, Expression, Name, Statement, Subroutine, VclFile } from './tree.js';

const language: Language<VclFile> = {
  title: 'VCL',
  paths: /\.vcl(?:\.(?:template|tmpl|tpl|j2|erb|in|dist|sample))?$/,
  load: () => Promise.resolve(),
  parse: parseVcl,
};

export default language;
