/** Apache httpd's configuration and .htaccess: directives, sections and includes with exact places. */
import type { Language } from '../language.js';
import { parseApache } from './parse.js';
import type { ApacheFile } from './tree.js';

export { insertAfter, insertBefore, removeLines, respellPart, respellWord } from './edit.js';
export { parseCondition, parseTemplate, type Expression, type ExpressionPart, type ExpressionText } from './expression.js';
export { formatOf, headerLineOf, type FormatItem, type HeaderAction, type HeaderCondition, type HeaderLine } from './header-line.js';
export type { Word } from './lines.js';
export { parseApache } from './parse.js';
export type { ApacheDirective, ApacheFile } from './tree.js';

const language: Language<ApacheFile> = {
  title: 'Apache httpd',
  paths: /\.(?:conf|vhost)(?:\.template|\.tmpl|\.tpl|\.dist|\.example|\.sample)?$|(?:^|\/)[._]?htaccess(?:[._-][^/]*)?$|(?:^|\/)sites-(?:available|enabled)\/[^/]+$/i,
  load: () => Promise.resolve(),
  parse: parseApache,
};

export default language;
