/**
 * Writes what follows from the file tree: `src/generated/*.ts`. The file name is the id, written nowhere else.
 * `--check` writes nothing and fails when something is stale.
 */
import { build } from 'esbuild';
import { existsSync, readdirSync, readFileSync, writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

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
    `export const languages = { ${languages.map((id) => `'${id}': text(language_${identifier(id)}.paths)`).join(', ')} };`,
    `export const readers = { ${readers.map((id) => `'${id}': { language: reader_${identifier(id)}.language, mayConcern: text(reader_${identifier(id)}.mayConcern) }`).join(', ')} };`,
    `export const rules = { ${rules.map((id) => `'${id}': { title: rule_${identifier(id)}.title, class: rule_${identifier(id)}.class, set: rule_${identifier(id)}.set }`).join(', ')} };`,
  ].join('\n');
  const outfile = join(root, 'node_modules/.cache/cors-lint-generate.mjs');
  await build({ stdin: { contents: code, resolveDir: root, loader: 'ts' }, bundle: true, platform: 'node', format: 'esm', packages: 'external', outfile, logLevel: 'error' });
  return import(`${pathToFileURL(outfile).href}?${Date.now()}`);
}

const found = await facts();
const HEADER = '// Generated from the file tree by `npm run generate`. Do not edit.\n';
const unit = (id) => `import('../readers/${id}/index.js').then((module) => module.default as Reader<unknown>)`;

const outputs = {
  'src/generated/registries.ts': `${HEADER}import type { Rule } from '../findings/rule.js';
import type { Reader } from '../readers/reader.js';
import type { Language } from '../syntax/language.js';
${rules.map((id) => `import ${identifier(id)} from '../../rules/${id}.js';`).join('\n')}

export const languages: Readonly<Record<string, { readonly paths: RegExp; load(): Promise<Language<unknown>> }>> = {
${languages.map((id) => `  '${id}': { paths: ${found.languages[id]}, load: () => import('../syntax/${id}/index.js').then((module) => module.default) },`).join('\n')}
};

export const readers: Readonly<Record<string, { readonly language: string; readonly mayConcern: RegExp; load(): Promise<Reader<unknown>> }>> = {
${readers.map((id) => `  '${id}': { language: '${found.readers[id].language}', mayConcern: ${found.readers[id].mayConcern}, load: () => ${unit(id)} },`).join('\n')}
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
};

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
