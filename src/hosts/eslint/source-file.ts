import type { Rule, SourceCode } from 'eslint';
import { toRoot, type Root } from '../root.js';
import { languageOf, type LanguageName } from './comment-syntax.js';
import { Document } from './document.js';
import type { ParserServices } from './parser.js';

export function sourceCodeOf(context: Rule.RuleContext): SourceCode {
  return context.sourceCode ?? context.getSourceCode();
}

/** The language of what is no script, whoever parsed it; undefined for scripts and for files that no reader knows. */
export function documentLanguageOf(sourceCode: SourceCode, path: string): LanguageName | undefined {
  const given: unknown = sourceCode;
  if (given instanceof Document) return given.language;
  const services: Partial<ParserServices> = sourceCode.parserServices;
  return services.corsLint?.language ?? languageOf(path);
}

/** What a text without a file is called, by its language. */
const SAMPLE_NAMES: Readonly<Record<LanguageName, string>> = {
  nginx: 'nginx.conf',
  apache: 'httpd.conf',
  haproxy: 'haproxy.cfg',
  lighttpd: 'lighttpd.conf',
  caddy: 'Caddyfile',
  vcl: 'default.vcl',
  yaml: 'input.yaml',
  python: 'input.py',
  java: 'Input.java',
  kotlin: 'Input.kt',
  'headers-file': '_headers',
  toml: 'input.toml',
  xml: 'web.xml',
  properties: 'application.properties',
  hocon: 'application.conf',
};

/** Relative to the root. ESLint calls a text without a file `<input>` or `<text>`. */
export function pathOf(context: Rule.RuleContext, sourceCode: SourceCode, root: Root): string {
  const filename = context.filename ?? context.getFilename();
  if (!/^<(?:input|text)>$/.test(filename)) return toRoot(root, filename);
  const language = documentLanguageOf(sourceCode, '');
  return language === undefined ? 'input.js' : SAMPLE_NAMES[language];
}
