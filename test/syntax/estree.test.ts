import { readdirSync, readFileSync } from 'node:fs';
import { Linter } from 'eslint';
import { describe, expect, test } from 'vitest';
import express from '../../src/readers/express/index.js';
import nodeHttp from '../../src/readers/node-http/index.js';
import language, { EstreeModule, moduleFrom, respell, respellPattern, run, valueOf, type Packages } from '../../src/syntax/estree/index.js';
import { parseTree, type ParserName } from '../../src/syntax/estree/parse.js';
import { walk } from '../../src/syntax/estree/tree.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { applyEdits } from '../../src/text/edit.js';
import type { Handle, Value } from '../../src/values/value.js';

const NOWHERE = { file: '', start: 0, end: 0 };

function parse(text: string, file = 'a.ts', others: Readonly<Record<string, string>> = {}): EstreeModule {
  const { unit, problems } = language.parse(new SourceText(file, text), filesFrom({ ...others, [file]: text }));
  return unit ?? expect.fail(problems[0]?.message ?? 'not parsed');
}

/** The value of the variable `x` of a module. */
function x(text: string, others: Readonly<Record<string, string>> = {}): Value {
  const module = parse(text, 'a.ts', others);
  for (const { node } of walk(module.program)) if (node.type === 'VariableDeclarator' && node.id.type === 'Identifier' && node.id.name === 'x') return valueOf(module, node.id);
  return expect.fail('no variable x');
}

/** A value without its places, short enough to read. */
function plain(value: Value): unknown {
  switch (value.kind) {
    case 'string':
    case 'number':
    case 'boolean':
      return value.value;
    case 'nothing':
      return value.what === 'null' ? null : undefined;
    case 'list':
      return [...value.items.map(plain), ...(value.rest === undefined ? [] : [{ rest: plain(value.rest) }])];
    case 'record':
      return Object.fromEntries(value.entries.map((entry) => [entry.key, plain(entry.value)]));
    case 'env':
      return { env: value.name };
    case 'regex':
      return new RegExp(value.source, value.flags);
    case 'either':
      return { either: value.options.map((option) => plain(option.value)) };
    case 'unknown':
      return { unknown: value.reason };
    default:
      return value.kind;
  }
}

describe('values of expressions', () => {
  test.each<[string, unknown]>([
    ['const x = "a" + `b${1}c`', 'ab1c'],
    ['const o = { a: { b: "v" } } as const; const x = o.a["b"]!', 'v'],
    ['const base = { a: 1, b: 2 }; const x = { ...base, b: 3 }', { a: 1, b: 3 }],
    ['const a = ["p"]; const x = [...a, "q"].concat(["r"])', ['p', 'q', 'r']],
    ['const x = " a, b ".split(",").map((s) => s.trim()).filter(Boolean)', ['a', 'b']],
    ['const x = process.env.A', { either: [undefined, { env: 'A' }] }],
    ['const x = process.env.A || "d"', { either: ['d', { env: 'A' }] }],
    ['const { A = "d" } = process.env; const x = A', { either: [{ env: 'A' }, 'd'] }],
    ['const x = process.env.A.split(",")', [{ rest: { env: 'A' } }]],
    ['const x = (process.env.A ?? "p,q").split(",")', { either: [['p', 'q'], [{ rest: { env: 'A' } }]] }],
    ['const x = [process.env.A, "q"].filter(Boolean)', [{ either: [{ env: 'A' }] }, 'q']],
    ['const x = [process.env.A, "q"].filter(Boolean).length > 0', true],
    ['const x = ["a", "b"].filter((v) => v !== "a").length', 1],
    ['const x = new Set(["a", "b"])', ['a', 'b']],
    ['const x = Array.from(new Set(["a"]))', ['a']],
    ['const x = new RegExp("^a\\\\.b$", "i")', /^a\.b$/i],
    ['const x = Object.freeze(Object.assign({}, { a: 1 }, { b: 2 }))', { a: 1, b: 2 }],
    ['enum E { A = "v", B = "w" } const x = E.B', 'w'],
    ['class C { static readonly list = ["a"]; } const x = C.list', ['a']],
    ['const list = ["a"]; list.push("b"); const x = list', ['a', 'b']],
    ['const list = ["a"]; if (process.env.DEV) list.push("b"); const x = list', { either: [['a'], ['a', 'b']] }],
    ['let v = "a"; v = "b"; const x = v', 'b'],
    ['function f(a: string) { if (a === "p") return 1; return 2; } const x = [f("p"), f("q")]', [1, 2]],
    ['const f = ({ a, b = 2 }: any) => [a, b]; const x = f({ a: 1 })', [1, 2]],
    ['const x = ["a", "b"].includes("b")', true],
    ['const x = ["a", "b"].indexOf("c") === -1', true],
    ['const x = typeof "a" === "string" ? 1 : 2', 1],
    ['const x = unknownGlobal("a")', { unknown: 'function-call' }],
    ['import y from "some-package"; const x = y.z', { unknown: 'import-not-resolved' }],
    ['const x = { a: 1 }[anything()]', { unknown: 'dynamic-key' }],
    ['const a = () => b(); const b = () => a(); const x = a()', { unknown: 'budget' }],
  ])('%s', (text, expected) => {
    const value = plain(x(text));
    expect(value).toEqual(sorted(expected, value));
  });

  /** The order of alternatives says nothing. */
  function sorted(expected: unknown, actual: unknown): unknown {
    if (typeof expected !== 'object' || expected === null || !('either' in expected)) return expected;
    const same = (a: readonly unknown[]): string => JSON.stringify(a.map((item) => JSON.stringify(item) ?? 'undefined').sort());
    const options = expected.either as readonly unknown[];
    return typeof actual === 'object' && actual !== null && 'either' in actual && same(actual.either as readonly unknown[]) === same(options) ? actual : expected;
  }

  test('a ternary on the environment keeps its fact', () => {
    const value = x('const x = process.env.NODE_ENV === "production" ? "p" : "d"');
    expect(value.kind === 'either' && value.options.map(({ when, value: option }) => [when.c === 'fact' ? when.fact.environment : when.c, plain(option)])).toEqual([['production', 'p'], ['not', 'd']]);
  });
});

describe('imports', () => {
  test.each<[string, Readonly<Record<string, string>>, unknown]>([
    ['import { list } from "./config.js"; const x = list', { 'config.ts': 'export const list = ["a"]' }, ['a']],
    ['import list from "./config"; const x = list', { 'config/index.js': 'export default ["a"]' }, ['a']],
    ['import * as c from "./config"; const x = c.list', { 'config.js': 'export { l as list } from "./l"', 'l.js': 'export const l = ["a"]' }, ['a']],
    ['const { list } = require("./config"); const x = list', { 'config.js': 'exports.list = ["a"]' }, ['a']],
    ['const x = require("./config")', { 'config.js': 'module.exports = { a: 1 }' }, { a: 1 }],
    ['import c from "./config.json"; const x = c.origins', { 'config.json': '{ "origins": ["a"] }' }, ['a']],
    ['import { a } from "./a1"; const x = a', { 'a1.js': 'export * from "./a2"', 'a2.js': 'export * from "./a3"', 'a3.js': 'export const a = 1' }, 1],
    ['import { a } from "./a1"; const x = a', { 'a1.js': 'export { a } from "./a2"', 'a2.js': 'export { a } from "./a3"', 'a3.js': 'export { a } from "./a4"', 'a4.js': 'export const a = 1' }, { unknown: 'import-not-resolved' }],
    ['import { a } from "./missing"; const x = a', {}, { unknown: 'import-not-resolved' }],
    ['import { a } from "./p"; const x = a', { 'p.js': 'import { b } from "./q"; export const a = b', 'q.js': 'import { a } from "./p"; export const b = a' }, { unknown: 'import-not-resolved' }],
    ['import { a } from "@/c"; const x = a', { 'tsconfig.json': '{ "compilerOptions": { "paths": { "@/*": ["lib/*"], "@/c": ["exact.ts"] } } }', 'exact.ts': 'export const a = "exact"', 'lib/c.ts': 'export const a = "pattern"' }, 'exact'],
    ['import { a } from "@/lib/c"; const x = a', { 'tsconfig.json': '{ "compilerOptions": { "paths": { "@/*": ["short/*"], "@/lib/*": ["long/*"] } } }', 'short/lib/c.ts': 'export const a = "short"', 'long/c.ts': 'export const a = "long"' }, 'long'],
    ['import { a } from "c"; const x = a', { 'tsconfig.json': '{ "extends": "./base" }', 'base.json': '{ "extends": "./tsconfig.json", "compilerOptions": { "baseUrl": "./src" } }', 'src/c.ts': 'export const a = 1' }, 1],
    ['import { a } from "c"; const x = a', { 'tsconfig.json': '{ "compilerOptions": ', 'src/c.ts': 'export const a = 1' }, { unknown: 'import-not-resolved' }],
    ['import { a } from "@/c"; const x = a', { 'tsconfig.json': '{ "compilerOptions": { "paths": { "@/*": ["../outside/*", 7, null] } } }' }, { unknown: 'import-not-resolved' }],
    ['import config from "config"; const x = config.a', { 'tsconfig.json': '{ "compilerOptions": { "baseUrl": "." } }', 'config.ts': 'export default { a: 1 }' }, 1],
    ['import { a } from "@o/p"; const x = a', { 'package.json': '{ "name": "@o/root", "workspaces": ["packages/**", "!packages/old"] }', 'packages/deep/folder/package.json': '{ "name": "@o/p", "main": "./dist/main.js" }', 'packages/deep/folder/src/main.ts': 'export const a = 1' }, 1],
    ['import { a } from "@o/p/sub"; const x = a', { 'package.json': '{ "name": "@o/root", "workspaces": ["p"] }', 'p/package.json': '{ "name": "@o/p", "exports": { ".": "./index.js" } }', 'p/sub.js': 'export const a = 1' }, { unknown: 'import-not-resolved' }],
    ['import { a } from "@o/p/sub"; const x = a', { 'package.json': '{ "name": "@o/root", "workspaces": ["p"] }', 'p/package.json': '{ "name": "@o/p" }', 'p/sub.js': 'export const a = 1' }, 1],
    ['import { a } from "p"; const x = a', { 'package.json': '{ "name": "root", "workspaces": ["packages/*"], "dependencies": { "p": "*" } }', 'packages/other/package.json': '{ "name": "p", "exports": "./index.mjs" }', 'packages/other/index.mjs': 'export const a = 1' }, 1],
    ['import { a } from "$lib/c"; const x = a', { 'package.json': '{ "_moduleAliases": { "$lib": "src/lib" } }', 'src/lib/c.js': 'exports.a = 1' }, 1],
  ])('%s %j', (text, others, expected) => {
    expect(plain(x(text, others))).toEqual(expected);
  });

  test('a value keeps the place where it is written, also in JSON', () => {
    const json = '{ "origins": ["https://a.example"] }';
    const value = x('import c from "./config.json"; const x = c.origins[0]', { 'config.json': json });
    expect(value.at.file).toBe('config.json');
    expect(json.slice(value.at.start, value.at.end)).toBe('"https://a.example"');
  });
});

test.each(['oxc', 'typescript-eslint'] as const)('%s counts UTF-16 units and the byte order mark', (parser: ParserName) => {
  const text = '\uFEFF// 😀\r\nconst x = "😀é";\r\nconst y = /😀/u;';
  const source = new SourceText('a.ts', text);
  const tree = parseTree(source, [parser]);
  if (!('program' in tree)) return expect.fail(tree.message);
  const module = new EstreeModule(source, tree.program, tree.scopes, filesFrom({}), 0);
  const literals = [...walk(module.program)].flatMap(({ node }) => (node.type === 'Literal' ? [module.spanOf(node)] : []));
  expect(literals.map(({ start, end }) => text.slice(start, end))).toEqual(['"😀é"', '/😀/u']);
});

function fixtures(): [string, string][] {
  return ['express', 'node-http'].flatMap((reader) => {
    const folder = new URL(`../../fixtures/readers/${reader}/`, import.meta.url);
    return readdirSync(folder).filter((name) => language.paths.test(name)).map((name): [string, string] => [name, readFileSync(new URL(name, folder), 'utf8')]);
  });
}

test.each(fixtures())('both parsers give the same policies: %s', (name, text) => {
  const source = new SourceText(name, text);
  const [first, second] = (['oxc', 'typescript-eslint'] as const).map((parser) => {
    const tree = parseTree(source, [parser]);
    if (!('program' in tree)) return expect.fail(tree.message);
    const module = new EstreeModule(source, tree.program, tree.scopes, filesFrom({ [name]: text }), 0);
    return [express, nodeHttp].flatMap((reader) => [...reader.read(module)]);
  });
  expect(first!.length).toBeGreaterThan(0);
  expect(second).toEqual(first);
});

test.each(fixtures().filter(([name]) => name.endsWith('.js')))("ESLint's own tree and scopes give the same policies: %s", (name, text) => {
  const seen: unknown[] = [];
  const plugin = {
    rules: {
      read: {
        create: (context: { sourceCode: { ast: unknown; scopeManager: unknown } }) => ({
          'Program:exit': () => {
            const module = moduleFrom(new SourceText(name, text), context.sourceCode.ast, context.sourceCode.scopeManager as never, filesFrom({ [name]: text }));
            seen.push(...[express, nodeHttp].flatMap((reader) => [...reader.read(module)]));
          },
        }),
      },
    },
  };
  const messages = new Linter().verify(text, [{ files: ['**/*.js'], plugins: { own: plugin as never }, rules: { 'own/read': 'error' }, languageOptions: { sourceType: 'commonjs' } }], { filename: name });
  expect(messages).toEqual([]);
  const module = parse(text, name);
  expect(seen).toEqual([express, nodeHttp].flatMap((reader) => [...reader.read(module)]));
});

test.each(fixtures())('no prefix of a file makes a reader throw, and spans stay inside: %s', (name, text) => {
  let read = 0;
  for (let end = 0; end <= text.length; end += 7) {
    const prefix = text.slice(0, end);
    const { unit, problems } = language.parse(new SourceText(name, prefix), filesFrom({ [name]: prefix }));
    for (const problem of problems) expect(problem.at.end).toBeLessThanOrEqual(prefix.length);
    if (unit === undefined) continue;
    read++;
    for (const reader of [express, nodeHttp]) {
      for (const reading of reader.read(unit)) {
        if (reading.kind !== 'policy') continue;
        for (const { effects } of reading.policy.steps) for (const { at } of effects) expect([at.start >= 0, at.end <= prefix.length, at.file]).toEqual([true, true, name]);
      }
    }
  }
  expect(read).toBeGreaterThan(0);
});

describe('runs', () => {
  const packages = (log: Handle): Packages => (specifier) => (specifier === 'log' ? log : undefined);
  const log: Handle = { kind: 'handle', name: 'log', at: NOWHERE, get: () => undefined, call: () => undefined };

  /** Arguments of the calls of `log`, with the kind of condition each stands under. */
  function logged(body: string): [unknown, string][] {
    const module = parse(`import log from 'log'; ${body}`);
    return run(module, packages(log)).events.flatMap((event): [unknown, string][] => (event.kind === 'call' ? [[plain(event.args[0]!), event.when.c]] : []));
  }

  test.each<[string, [unknown, string][]]>([
    ['log("a"); if (process.env.X) log("b"); else log("c"); log("d")', [['a', 'true'], ['b', 'not'], ['c', 'fact'], ['d', 'true']]],
    ['for (const v of ["a", "b"]) log(v)', [['a', 'true'], ['b', 'true']]],
    ['for (let i = 0; i < 2; i++) log(i)', [[0, 'true'], [1, 'true']]],
    ['["a", "b"].forEach((v) => log(v))', [['a', 'true'], ['b', 'true']]],
    ['switch ("b") { case "a": log(1); case "b": log(2); case "c": log(3); break; default: log(4) }', [[2, 'true'], [3, 'true']]],
    ['for (const v of ["a", "b", "c"]) { if (v === "b") continue; if (v === "c") break; log(v) }', [['a', 'true']]],
    ['function f(v: string) { if (v === "no") return; log(v) } f("no"); f("yes")', [['yes', 'true']]],
    ['try { throw new Error() } catch { log("caught") } finally { log("end") }', [['caught', 'true'], ['end', 'true']]],
    ['class A { v = "f"; constructor() { this.go() } go() { log(this.v) } } class B extends A {} new B()', [['f', 'true']]],
    ['let v = "a"; const f = () => { v = "b" }; f(); log(v)', [['b', 'true']]],
    ['fetchSomething().then(() => log("later"))', [['later', 'true']]],
    ['if (require.main === module) log("started"); if (!module.parent) log("by itself"); if (import.meta.main) log("main")', [['started', 'true'], ['by itself', 'true'], ['main', 'true']]],
    ['const n = process.env.X ? "a" : "b"; if (process.env.X) log(n)', [[{ either: ['b', 'a'] }, 'not']]],
  ])('%s', (body, expected) => {
    const found = logged(body);
    expect(found.map(([, when]) => when)).toEqual(expected.map(([, when]) => when));
    for (const [index, [value]] of expected.entries()) if (typeof value !== 'object') expect(found[index]![0]).toBe(value);
  });

  test('a module that another one imports was not started', () => {
    const other = 'import log from "log"; if (require.main === module) log(1); if (import.meta.main) log(2); if (!module.parent) log(3); log("loaded")';
    const events = run(parse('import "./other"', 'a.ts', { 'other.js': other }), packages(log)).events;
    expect(events.flatMap((event) => (event.kind === 'call' && event.when.c === 'true' ? [plain(event.args[0]!)] : []))).toEqual(['loaded']);
  });

  test.each([
    'import Base from "log"; class A extends Base { constructor(o) { super(o, "b") } } new A("a")',
    'import Base from "log"; class A extends Base {} class B extends A {} new B("a", "b")',
  ])('a class of a package is made by what extends it: %s', (text) => {
    const made = run(parse(text), packages(log)).events;
    expect(made).toMatchObject([{ kind: 'call', method: 'new', receiver: { name: 'log' }, args: [{ value: 'a' }, { value: 'b' }] }]);
  });

  test('a circle of imports comes back to the module that was asked about', () => {
    const { events } = run(parse('import log from "log"; import "./other"; log("once")', 'a.ts', { 'other.ts': 'import "./a"; import log from "log"; log("other")' }), packages(log));
    expect(events.flatMap((event) => (event.kind === 'call' ? [plain(event.args[0]!)] : []))).toEqual(['other', 'once']);
  });

  test('what is deleted is gone, or nothing', () => {
    expect(plain(x('const o = { a: 1, b: 2 }; delete o.a; const x = o'))).toEqual({ b: 2 });
    const { events } = run(parse('import log from "log"; delete log["some-key"]'), packages(log));
    expect(events).toMatchObject([{ kind: 'assign', receiver: { name: 'log' }, property: 'some-key', value: { kind: 'nothing' } }]);
  });

  test('a handle given to unknown code escapes', () => {
    const { events } = run(parse("import log from 'log'; somewhere(log)"), packages(log));
    expect(events).toMatchObject([{ kind: 'escape', receiver: { name: 'log' }, reason: 'function-call' }]);
  });

  test('conditions grow with the code, not with the ways through it', () => {
    const body = Array.from({ length: 40 }, (_, index) => `if (process.env.A${index}) { if (process.env.B${index}) return; }`).join('\n');
    const { events } = run(parse(`import log from 'log'; function f() { ${body} log(1) } f()`), packages(log));
    const last = events.find((event) => event.kind === 'call');
    expect(JSON.stringify(last?.when).length).toBeLessThan(100_000);
  });

  test.each([
    ['recursion', 'const f = (n) => f(n + 1) + f(n + 2); log(f(0))'],
    ['a long chain', `log(${Array.from({ length: 3000 }, () => '"a"').join(' + ')})`],
    ['deep nesting', `log(${'['.repeat(500)}${']'.repeat(500)})`],
    ['an endless loop', 'for (;;) { log(1) }'],
    ['nested loops', 'const l = [1,2,3,4,5,6,7,8,9,10]; for (const a of l) for (const b of l) for (const c of l) for (const d of l) for (const e of l) log(a)'],
    ['a list that contains itself', 'const a = []; a.push(a); log(a)'],
    ['variables in a circle', 'var a = b; var b = a; log(a)'],
  ])('ends: %s', (_name, body) => {
    expect(() => logged(body)).not.toThrow();
  });
});

describe('respelling', () => {
  test.each<[string, string, string]>([
    [`const x = 'a'`, `it's`, `const x = 'it\\'s'`],
    [`const x = "a"`, `say "b"`, `const x = "say \\"b\\""`],
    ['const x = `a`', '${b}`', 'const x = `\\${b}\\``'],
    ["const x = '😀'", 'é', "const x = 'é'"],
  ])('%s → %s', (text, by, expected) => {
    const module = parse(text);
    const start = text.search(/['"`]/);
    const edit = respell(module, { file: 'a.ts', start, end: text.length }, by) ?? expect.fail('declined');
    expect(applyEdits(text, [edit])).toBe(expected);
    expect(plain(x(expected))).toBe(by);
  });

  test('a pattern keeps its flags and escapes slashes', () => {
    const text = 'const x = /a.b/gi;';
    const edit = respellPattern(parse(text), { file: 'a.ts', start: 10, end: 17 }, '^https://a\\.b$') ?? expect.fail('declined');
    expect(applyEdits(text, [edit])).toBe('const x = /^https:\\/\\/a\\.b$/gi;');
  });

  test('what is no literal is declined', () => {
    expect(respell(parse('const x = a + b'), { file: 'a.ts', start: 10, end: 15 }, 'c')).toBeUndefined();
  });
});
