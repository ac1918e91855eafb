/**
 * Writes what follows from the file tree: `src/generated/*.ts`, `schema.json`, `rules/README.md`, the pages in
 * `docs/` and the list of what is read in README.md. The file name is the id, written nowhere else.
 * `--check` writes nothing and fails when something is stale.
 */
import { build } from 'esbuild';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ruleCases } from './cases.mjs';
import { pages } from './pages.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const foldersIn = (folder) => readdirSync(join(root, folder), { withFileTypes: true }).filter((entry) => entry.isDirectory() && existsSync(join(root, folder, entry.name, 'index.ts'))).map(({ name }) => name).sort();

const languages = foldersIn('src/syntax');
const readers = foldersIn('src/readers');
const rules = readdirSync(join(root, 'rules')).filter((name) => name.endsWith('.ts')).map((name) => name.slice(0, -3)).sort();
const identifier = (id) => id.replace(/-(\w)/g, (_all, letter) => letter.toUpperCase());

/** What the modules say of themselves: patterns of paths and texts, and the rules' tables. */
async function facts() {
  const code = [
    ...languages.map((id) => `import language_${identifier(id)} from './src/syntax/${id}/index.ts';`),
    ...readers.map((id) => `import reader_${identifier(id)} from './src/readers/${id}/index.ts';`),
    ...rules.map((id) => `import rule_${identifier(id)} from './rules/${id}.ts';`),
    'const text = (pattern) => String(pattern);',
    `export const languages = { ${languages.map((id) => `'${id}': { title: language_${identifier(id)}.title, paths: text(language_${identifier(id)}.paths) }`).join(', ')} };`,
    `export const readers = { ${readers.map((id) => `'${id}': { title: reader_${identifier(id)}.title, language: reader_${identifier(id)}.language, mayConcern: text(reader_${identifier(id)}.mayConcern), layers: reader_${identifier(id)}.layers && { paths: text(reader_${identifier(id)}.layers.paths), text: text(reader_${identifier(id)}.layers.text), byName: reader_${identifier(id)}.layers.byName && text(reader_${identifier(id)}.layers.byName) } }`).join(', ')} };`,
    `export const rules = [${rules.map((id) => `['${id}', rule_${identifier(id)}]`).join(', ')}].map(([id, rule]) => ({ id, title: rule.title, class: rule.class, set: rule.set, references: rule.references, messages: rule.messages, options: rule.options ?? {} }));`,
    "export { configSchema } from './src/config/schema.ts';",
  ].join('\n');
  const outfile = join(root, 'node_modules/.cache/cors-lint-generate.mjs');
  await build({ stdin: { contents: code, resolveDir: root, loader: 'ts' }, bundle: true, platform: 'node', format: 'esm', packages: 'external', outfile, logLevel: 'error' });
  return import(`${pathToFileURL(outfile).href}?${Date.now()}`);
}

/** A rule's leading comment as text: it is the rule's page. */
function descriptionOf(id) {
  const [, comment] = /^\/\*\*([\s\S]*?)\*\//.exec(readFileSync(join(root, 'rules', `${id}.ts`), 'utf8')) ?? [];
  if (comment === undefined) throw new Error(`rules/${id}.ts does not open with a doc comment`);
  const lines = comment.split('\n').map((line) => line.replace(/^\s*\* ?/, '').trimEnd());
  return lines.join('\n').trim().split(/\n\n+/).map((paragraph) => paragraph.replaceAll('\n', ' ')).join('\n\n');
}

/** One bad and one good case of a rule's fixtures, without their expectations: that of Express where there is one, else of another script, else a small repository. */
function examplesOf(id) {
  const own = cases.filter(({ name }) => name.startsWith(`rules/${id}/`)).map(({ name, files }) => ({ file: name.slice(`rules/${id}/`.length), files }));
  return Object.fromEntries(
    ['bad', 'ok'].flatMap((kind) => {
      const fitting = own.filter(({ file }) => file.startsWith(`${kind}-`));
      const single = fitting.filter(({ files }) => Object.keys(files).length === 1);
      const chosen = single.find(({ file }) => file.startsWith(`${kind}-express.`)) ?? single.find(({ file }) => /\.[jt]s$/.test(file)) ?? single[0] ?? fitting[0];
      return chosen === undefined ? [] : [[kind, { file: chosen.file, text: textOf(chosen.files) }]];
    }),
  );
}

/** Several files stand under their names. */
function textOf(files) {
  const texts = Object.entries(files).map(([file, text]) => [file, text.replace(/^\s*(?:\/\/|#) expect-next:.*\n/gm, '').replace(/[^\S\n]*(?:\/\/|#) expect:.*$/gm, '').trim()]);
  return texts.length === 1 ? texts[0][1] : texts.map(([file, text]) => `${file}:\n\n${text}`).join('\n\n');
}

const found = await facts();
const cases = ruleCases();
/** Not in `rules/`: the engine reports what a language could not read. */
const PARSE_ERROR = {
  id: 'parse-error',
  title: 'A file cannot be read as its language',
  class: 'hygiene',
  set: 'recommended',
  description: 'A file that is not of its language, or not wholly, is not checked, or not wholly. Silence would look like safety.',
  references: [],
  messages: {},
  options: {},
};
const entries = [...found.rules.map((rule) => ({ ...rule, description: descriptionOf(rule.id) })), PARSE_ERROR].map((entry) => ({ ...entry, why: entry.description.split('\n\n')[0] })).sort((a, b) => (a.id < b.id ? -1 : 1));
const { version, homepage } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const tableOfRules = [
  '| Rule | What it says | Class | Set |',
  '|---|---|---|---|',
  ...entries.map(({ id, title, class: worst, set }) => `| [\`${id}\`](../docs/rules/${id}.md) | ${title} | ${worst} | ${set} |`),
].join('\n');

/** What is read, a line for each language. */
const sources = languages.map((id) => `- ${found.languages[id].title}: ${readers.filter((reader) => [found.readers[reader].language].flat().includes(id)).map((reader) => found.readers[reader].title).sort((a, b) => a.localeCompare(b)).join(', ')}`).join('\n');

/** A text with another part between two marks. */
function between(name, part, text) {
  return text.replace(new RegExp(`(<!-- ${name}:start -->\\n)[\\s\\S]*?(<!-- ${name}:end -->)`), (_all, start, end) => `${start}${part}\n${end}`);
}


function readIfThere(path) {
  return existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : '';
}

const quoted = (language) => (typeof language === 'string' ? `'${language}'` : `[${language.map((id) => `'${id}'`).join(', ')}]`);
const HEADER = '// Generated from the file tree by `npm run generate`. Do not edit.\n';
/** Those of scripts share so much that one file of all loads faster than the many that their pieces would make. */
const unit = (id) => (found.readers[id].language === 'estree' ? `import('./script-readers.js').then((module) => module.scriptReaders['${id}']!)` : `import('../readers/${id}/index.js').then((module) => module.default as Reader<unknown>)`);

const kindOf = ({ paths, text }) => `{ paths: ${paths}, text: ${text} }`;
/** Objects of Kubernetes first: where there are many files, most are theirs. */
const kinds = readers.flatMap((id) => found.readers[id].layers ?? []).sort((a, b) => Number(b.byName !== undefined) - Number(a.byName !== undefined));
const layersOf = (id) => {
  const { layers } = found.readers[id];
  return layers === undefined ? '' : `, layers: ${layers.byName === undefined ? kindOf(layers) : kindOf(layers).replace(/ \}$/, `, byName: ${layers.byName} }`)}`;
};

const outputs = {
  'src/generated/registries.ts': `${HEADER}import type { Rule } from '../findings/rule.js';
import type { Reader } from '../readers/reader.js';
import type { Language } from '../syntax/language.js';
${rules.map((id) => `import ${identifier(id)} from '../../rules/${id}.js';`).join('\n')}

export const languages: Readonly<Record<string, { readonly paths: RegExp; load(): Promise<Language<unknown>> }>> = {
${languages.map((id) => `  '${id}': { paths: ${found.languages[id].paths}, load: () => import('../syntax/${id}/index.js').then((module) => module.default) },`).join('\n')}
};

export const readers: Readonly<Record<string, { readonly language: Reader<unknown>['language']; readonly mayConcern: RegExp; readonly layers?: NonNullable<Reader<unknown>['layers']>; load(): Promise<Reader<unknown>> }>> = {
${readers.map((id) => `  '${id}': { language: ${quoted(found.readers[id].language)}, mayConcern: ${found.readers[id].mayConcern}${layersOf(id)}, load: () => ${unit(id)} },`).join('\n')}
};

export const rules: Readonly<Record<string, Rule>> = {
${rules.map((id) => `  '${id}': ${identifier(id)},`).join('\n')}
};
`,
  'src/generated/script-readers.ts': `${HEADER}import type { Reader } from '../readers/reader.js';
${readers.filter((id) => found.readers[id].language === 'estree').map((id) => `import ${identifier(id)} from '../readers/${id}/index.js';`).join('\n')}

export { default as scriptLanguage } from '../syntax/estree/index.js';

/** Readers of JavaScript and TypeScript, loaded at once: a host without time to wait for a module uses them. */
export const scriptReaders: Readonly<Record<string, Reader<unknown>>> = {
${readers.filter((id) => found.readers[id].language === 'estree').map((id) => `  '${id}': ${identifier(id)} as Reader<unknown>,`).join('\n')}
};
`,
  'src/generated/catalogue.ts': `${HEADER}import type { RuleEntry } from '../findings/rule-entry.js';

/** Paths that each language reads, known without loading its parser. */
export const languagePaths: Readonly<Record<string, RegExp>> = {
${languages.map((id) => `  '${id}': ${found.languages[id].paths},`).join('\n')}
};

/** Files that tell of layers without a word about CORS: by their paths, then by their text. */
export const layerKinds: readonly { readonly paths: RegExp; readonly text: RegExp }[] = [
${kinds.map((kind) => `  ${kindOf(kind)},`).join('\n')}
];

export const ruleEntries: readonly RuleEntry[] = ${JSON.stringify(entries, null, 2)};
`,
  'src/generated/version.ts': `${HEADER}
/** Version of this package. */
export const VERSION = '${version}';

/** Where this package lives, without a slash at the end. */
export const HOMEPAGE = '${homepage.replace(/#.*$/, '')}';
`,
  'src/generated/examples.ts': `${HEADER}
export interface Example {
  readonly file: string;
  readonly text: string;
}

/** A file that each rule finds fault with, and one that it does not. */
export const examples: Readonly<Record<string, { readonly bad?: Example; readonly ok?: Example }>> = ${JSON.stringify(Object.fromEntries(rules.map((id) => [id, examplesOf(id)])), null, 2)};
`,
  'schema.json': `${JSON.stringify(found.configSchema(entries), null, 2)}\n`,
  'rules/README.md': `<!-- Generated from the rules by \`npm run generate\`. Do not edit. -->
# Rules

${tableOfRules}
`,
  'README.md': between('readers', sources, readIfThere('README.md')),
};

Object.assign(outputs, await pages(entries, Object.fromEntries(readers.map((id) => [id, found.readers[id].title]))));

const check = process.argv.includes('--check');
let stale = 0;
for (const [path, text] of Object.entries(outputs)) {
  const file = join(root, path);
  if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
  stale += 1;
  if (check) console.error(`${path} is stale: run \`npm run generate\``);
  else {
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, text);
    console.log(`wrote ${path}`);
  }
}
if (check && stale > 0) process.exitCode = 1;
