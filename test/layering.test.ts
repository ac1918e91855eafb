import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

/** The table of imports: modules by the start of their path. The first row that fits a file is its row. */
const MAY_IMPORT: readonly (readonly [module: string, allowed: readonly string[]])[] = [
  ['src/text/', []],
  ['src/values/', ['src/text/']],
  ['src/syntax/language.ts', ['src/text/']],
  ['src/syntax/tree-sitter.ts', ['src/syntax/language.ts']],
  // TOML is read into the tree of YAML, so that a reader of products that take both is written once.
  ['src/syntax/toml/', ['src/text/', 'src/values/', 'src/syntax/language.ts', 'src/syntax/yaml/', 'SAME FOLDER']],
  ['src/syntax/', ['src/text/', 'src/values/', 'src/syntax/language.ts', 'src/syntax/tree-sitter.ts', 'SAME FOLDER']],
  ['src/origins/', ['src/text/', 'src/values/']],
  ['src/browser/', []],
  ['src/policy/', ['src/text/', 'src/values/', 'src/origins/']],
  // What a package does with its options, for the readers of every framework that mounts it.
  ['src/middleware/', ['src/text/', 'src/values/', 'src/syntax/', 'src/origins/', 'src/policy/', 'src/readers/reader.ts']],
  ['src/readers/reader.ts', ['src/text/', 'src/values/', 'src/syntax/', 'src/origins/', 'src/policy/']],
  ['src/readers/', ['src/text/', 'src/values/', 'src/syntax/', 'src/origins/', 'src/policy/', 'src/middleware/', 'src/readers/reader.ts', 'SAME FOLDER']],
  ['src/layers/', ['src/text/', 'src/syntax/', 'src/policy/']],
  // Facts of a finding name facts of values and leaves of origin sets.
  ['src/findings/', ['src/text/', 'src/values/', 'src/origins/', 'src/policy/', 'src/browser/']],
  ['rules/', ['src/policy/', 'src/origins/', 'src/findings/', 'src/text/', 'src/values/']],
  ['src/fixes/', ['src/text/', 'src/policy/', 'src/browser/', 'src/findings/', 'src/readers/reader.ts']],
  ['src/generated/script-readers.ts', ['src/readers/', 'src/syntax/']],
  ['src/generated/registries.ts', ['src/generated/script-readers.ts', 'src/findings/rule.ts', 'src/readers/', 'src/syntax/', 'rules/']],
  ['src/generated/', ['src/findings/']],
  ['src/engine', ['src/text/', 'src/values/', 'src/syntax/', 'src/origins/', 'src/browser/', 'src/policy/', 'src/readers/reader.ts', 'src/layers/', 'src/findings/', 'src/fixes/', 'src/generated/', 'src/engine']],
  // What is asked about a whole repository: why a request fails, who may read what.
  ['src/questions/', ['src/text/', 'src/values/', 'src/origins/', 'src/policy/', 'src/browser/', 'src/findings/', 'src/engine.ts']],
  // What is rewritten is read by the readers, and written in the languages of the files.
  ['src/codemods/', ['src/text/', 'src/values/', 'src/syntax/', 'src/origins/', 'src/browser/', 'src/policy/', 'src/middleware/', 'src/findings/', 'src/engine.ts']],
  // A witness shows the preflight that a browser sends for its request.
  ['src/reporters/', ['src/text/', 'src/findings/', 'src/fixes/', 'src/browser/request.ts', 'src/questions/', 'src/codemods/', 'src/policy/']],
  ['src/config/', ['src/findings/', 'src/text/']],
  ['src/hosts/', ['src/engine', 'src/reporters/', 'src/questions/', 'src/codemods/', 'src/config/', 'src/origins/serialization.ts', 'src/text/', 'src/findings/', 'src/policy/program.ts', 'src/generated/']],
];

/** A parser has one home; a second importer would be a second opinion. */
const PARSERS: Readonly<Record<string, readonly string[]>> = {
  'oxc-parser': ['src/syntax/estree/'],
  '@typescript-eslint/parser': ['src/syntax/estree/'],
  '@typescript-eslint/scope-manager': ['src/syntax/estree/'],
  'web-tree-sitter': ['src/syntax/tree-sitter.ts'],
  yaml: ['src/syntax/yaml/'],
  'toml-eslint-parser': ['src/syntax/toml/'],
  'dockerfile-ast': ['src/syntax/dockerfile/'],
  'dot-properties': ['src/syntax/properties/'],
  '@rgrove/parse-xml': ['src/syntax/xml/'],
  '@eslint-community/regexpp': ['src/origins/'],
  tldts: ['src/origins/'],
  eslint: ['src/hosts/eslint/'],
  cosmiconfig: ['src/config/'],
  // What rewrites scripts; readers have their own, smaller tree.
  'ts-morph': ['src/codemods/script/'],
};

interface Import {
  readonly from: string;
  readonly specifier: string;
}

const files = ['src', 'rules'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts')).map((name) => posix.join(folder, name.replaceAll('\\', '/'))),
);
const imports: readonly Import[] = files.flatMap((from) => specifiersIn(readFileSync(join(root, from), 'utf8')).map((specifier) => ({ from, specifier })));

/** Static, dynamic and type imports, and calls of `require`. */
function specifiersIn(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const found = code.matchAll(/^(?:import|export)\b[^;'"]*?\bfrom\s+'([^']+)'|^import\s+'([^']+)'|\b(?:import|require)\(\s*'([^']+)'\s*\)/gm);
  return [...found].map(([, from, bare, called]) => from ?? bare ?? called ?? '');
}

function offence({ from, specifier }: Import): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const target = posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.ts');
  const row = MAY_IMPORT.find(([module]) => from.startsWith(module));
  if (row === undefined) return `${from} is in no module of the table`;
  const [module, allowed] = row;
  const folder = from.split('/').slice(0, 3).join('/');
  const inside = allowed.includes('SAME FOLDER') ? target.startsWith(`${folder}/`) : module.endsWith('/') && module !== 'rules/' && target.startsWith(module);
  return inside || allowed.some((start) => target.startsWith(start)) ? undefined : `${from} imports ${target}`;
}

test('the code has imports to hold against the table', () => {
  expect(imports.length).toBeGreaterThan(300);
});

test('no module imports what the table does not give it', () => {
  expect(imports.flatMap((one) => offence(one) ?? [])).toEqual([]);
});

test('a forbidden import is seen', () => {
  expect(offence({ from: 'rules/no-null-origin.ts', specifier: './no-reflected-origin.js' })).toBe('rules/no-null-origin.ts imports rules/no-reflected-origin.ts');
  expect(offence({ from: 'src/readers/express/index.ts', specifier: '../kong/index.js' })).toBe('src/readers/express/index.ts imports src/readers/kong/index.ts');
  expect(offence({ from: 'src/syntax/yaml/index.ts', specifier: '../estree/index.js' })).toBe('src/syntax/yaml/index.ts imports src/syntax/estree/index.ts');
  expect(specifiersIn("const { parse } = require('yaml') as typeof import('yaml');\nimport type { A } from './a.js';")).toEqual(['yaml', 'yaml', './a.js']);
});

test('a package that parses has one importer', () => {
  const strays = imports.filter(({ from, specifier }) => {
    const homes = Object.hasOwn(PARSERS, specifier) ? PARSERS[specifier] : undefined;
    return homes !== undefined && !homes.some((home) => from.startsWith(home));
  });
  expect(strays).toEqual([]);
  const seen = new Set(imports.map(({ specifier }) => specifier));
  expect(Object.keys(PARSERS).filter((name) => !seen.has(name))).toEqual([]);
});
