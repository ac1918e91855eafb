import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { ESLint, Linter } from 'eslint';
import type plugin from '../../src/hosts/eslint/declaration.js';

export const require = createRequire(import.meta.url);

const repository = join(import.meta.dirname, '../..');

/** As it is published: the worker that reads documents is built code. */
export const built = require('../../dist/eslint.cjs') as typeof plugin;

export const VERSIONS = { '8.57': 'eslint-8', '9.7': 'eslint-9-7', '9.39': 'eslint', '10': 'eslint-10' } as const;
export type Version = keyof typeof VERSIONS;

export function linterOf(version: Version, cwd: string): Linter {
  const { Linter: Class } = require(VERSIONS[version]) as { Linter: new (options: object) => Linter };
  return new Class({ configType: 'flat', cwd });
}

/** The class for flat configuration; in 8.57 it has another name. */
export function eslintOf(version: Version, options: object): ESLint {
  const { ESLint: Class } = require(VERSIONS[version]) as { ESLint: new (options: object) => ESLint };
  const { FlatESLint } = require(`${VERSIONS[version]}/use-at-your-own-risk`) as { FlatESLint?: new (options: object) => ESLint };
  return new (version === '8.57' ? FlatESLint! : Class)(options);
}

/** One fixture for each language: a rule, a file that breaks it, and the text of the file. */
export const SAMPLES = {
  nginx: 'bad-nginx.conf',
  apache: 'bad-apache.conf',
  haproxy: 'bad-haproxy.cfg',
  lighttpd: 'bad-lighttpd.conf',
  caddy: 'bad-caddy.caddyfile',
  vcl: 'bad-varnish.vcl',
  yaml: 'bad-ingress.yaml',
  python: 'bad-fastapi-middleware.py',
  java: 'bad-spring.java',
  kotlin: 'bad-ktor.kt',
  'headers-file': 'bad-cloudflare-pages/public/_headers',
  toml: 'bad-netlify.toml',
  xml: 'bad-azure-apim.xml',
  properties: 'bad-quarkus.properties',
  hocon: 'bad-play.conf',
} as const;
export type Language = keyof typeof SAMPLES;

export function fixture(rule: string, name: string): string {
  return readFileSync(join(repository, 'fixtures/rules', rule, name), 'utf8');
}

/** Lines on which a fixture says that rules speak, as `line rule`. */
export function expectedIn(text: string): readonly string[] {
  return text.split('\n').flatMap((line, index) => {
    const [, next, ids = ''] = /\bexpect(-next)?: ([\w, -]+)/.exec(line) ?? [];
    return ids.split(/[\s,]+/).filter((id) => /^[a-z]/.test(id)).map((id) => `${index + (next === undefined ? 1 : 2)} cors-lint/${id}`);
  });
}

export function seenIn(messages: readonly Linter.LintMessage[]): readonly string[] {
  return messages.map(({ line, ruleId, message, fatal }) => `${line} ${ruleId ?? (fatal === true ? `fatal ${message}` : message)}`);
}
