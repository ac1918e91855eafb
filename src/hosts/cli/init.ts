import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { matches } from '../../config/resolve.js';
import { configFilesIn } from '../../config/places.js';
import { HOMEPAGE, VERSION } from '../../generated/version.js';
import { visible } from '../../reporters/visible.js';
import { codeOf, Disk } from '../disk.js';
import { rootOf, toReader } from '../root.js';
import { UsageError } from './options.js';
import { filesOf } from './paths.js';
import type { Terminal } from './terminal.js';
import { WriteError } from './write.js';

const NAME = '.cors-lintrc.yaml';

/** Names that tell of an environment, as patterns for its files. */
const ENVIRONMENTS: Readonly<Record<string, readonly string[]>> = {
  dev: ['**/*.{dev,development,local}.*', '**/*{-,_}{dev,development,local}.*', '**/.env.{dev,development,local}', '**/{dev,development,local}/**', '**/{docker-,}compose*.{yml,yaml}'],
  test: ['**/*{.,-,_}{test,spec}.*', '**/test_*', '**/{test,tests,__tests__,spec,e2e}/**'],
  staging: ['**/*{.,-,_}{staging,stage}.*', '**/{staging,stage}/**'],
};
/** A composition that is started in production is no development. */
const NOT_DEV = '!**/{docker-,}compose*prod*';

/** Files that are named before the rest is only counted. */
const NAMED = 12;

/**
 * `--init`: writes a configuration that fits the working directory, with every key explained.
 * @returns what to tell the user. @throws {UsageError} when there is one already.
 */
export function init({ cwd }: Terminal): string {
  const [there] = configFilesIn(cwd).filter((file) => !file.endsWith('package.json'));
  if (there !== undefined) throw new UsageError(`--init: ${there} is there already; nothing was written`);
  const root = rootOf(cwd, ['.']);
  const disk = new Disk(root);
  const { files } = filesOf(root, { named: ['.'], noIgnore: false, patterns: [] });
  const concerned = disk.concerned(files).files;
  const shown = (file: string): string => toReader(root, file);
  try {
    writeFileSync(join(cwd, NAME), configText(concerned.map(shown), files.map(shown)), { flag: 'wx' });
  } catch (error) {
    throw new WriteError(join(cwd, NAME), `it cannot be written (${codeOf(error)})`);
  }
  return [`wrote ${NAME}: ${concerned.length === 0 ? 'nothing here says a word about CORS yet' : `CORS is spoken of in ${concerned.length} of ${files.length} files`}`, 'next: write down your own origins in it, then run', '', '    npx cors-lint', ''].join('\n');
}

/** The configuration. @param concerned files that speak of CORS @param files all that could be read */
export function configText(concerned: readonly string[], files: readonly string[]): string {
  return `# yaml-language-server: $schema=./node_modules/cors-lint/schema.json
# What each key means: ${HOMEPAGE}/blob/v${VERSION}/docs/configuration.md
${commented(concerned)}
# cors-lint:strict and cors-lint:all run every rule. A path or a package works too.
extends:
  - cors-lint:recommended

# Origins that are yours. Without them an origin is judged as anybody's.
# trustedOrigins:
#   - https://app.example.com
#   - env: dev
#     origins:
#       - http://localhost:*

${environmentsText(files)}
# Files that are not read, besides those that .gitignore names.
# ignores:
#   - "**/legacy/**"

# Levels of rules: off, info, warn or error. \`cors-lint --rules\` lists them.
# rules:
#   no-null-origin: warn

# Other levels for some files.
# overrides:
#   - files: ["admin/**"]
#     rules:
#       max-age-ineffective: off

# A comment that silences a rule must say why.
# requireDisableReason: true

# The mildest finding that makes a run fail: error, warn, info or never.
# failOn: error
`;
}

function commented(files: readonly string[]): string {
  if (files.length === 0) return '';
  const lines = ['', 'Files here that speak of CORS:', ...files.slice(0, NAMED).map((file) => `  ${visible(file)}`), ...(files.length > NAMED ? [`  and ${files.length - NAMED} more`] : [])];
  return lines.map((line) => `${`# ${line}`.trimEnd()}\n`).join('');
}

/** Environments that names of files tell of; without any an example. */
function environmentsText(files: readonly string[]): string {
  const told = Object.entries(ENVIRONMENTS).flatMap(([name, patterns]) => {
    const fitting = patterns.filter((pattern) => files.some((file) => matches([pattern], '', file)));
    return fitting.length === 0 ? [] : [[name, name === 'dev' && files.some((file) => matches([NOT_DEV.slice(1)], '', file)) ? [...fitting, NOT_DEV] : fitting] as const];
  });
  const shown = told.length === 0 ? [['dev', ['**/*.dev.*']] as const] : told;
  const lines = ['environments:', ...shown.flatMap(([name, patterns]) => [`  ${name}:`, '    files:', ...patterns.map((pattern) => `      - ${JSON.stringify(pattern)}`)])];
  const why = told.length === 0 ? '# Files of another environment than production.' : '# Files of another environment than production, told from their names: look whether they are.';
  return `${why}\n${lines.map((line) => `${told.length === 0 ? '# ' : ''}${line}\n`).join('')}`;
}
