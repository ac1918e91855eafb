/** The names of programs mean what `@typescript-eslint/scope-manager` says that they mean, in every script among the fixtures. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { analyze } from '@typescript-eslint/scope-manager';
import { parseSync, visitorKeys } from 'oxc-parser';
import { expect, test } from 'vitest';
import { analyzeScopes } from '../../src/syntax/estree/scope-analysis.js';
import { rangeOf, walk, type Node, type Program } from '../../src/syntax/estree/tree.js';

interface Meant {
  readonly start: number;
  /** Where the variable is declared first; null for a name that the file does not declare. */
  readonly declared: number | null;
  readonly writes: boolean;
}

interface ReferenceLike {
  readonly identifier: unknown;
  readonly resolved: unknown;
}

function meant({ identifier, resolved }: ReferenceLike, writes: boolean): Meant[] {
  const name = identifier as Node;
  if (name.type !== 'Identifier') return [];
  const variable = resolved as { readonly defs: readonly unknown[]; readonly identifiers: readonly Node[] } | null;
  return [{ start: rangeOf(name)[0], declared: variable === null || variable.defs.length === 0 ? null : rangeOf(variable.identifiers[0]!)[0], writes }];
}

/** In the order of the text, each once: the package tells a name with a default value twice. */
function inOrder(names: readonly Meant[]): readonly Meant[] {
  const sorted = [...names].sort((a, b) => a.start - b.start || Number(a.writes) - Number(b.writes));
  return sorted.filter((one, index) => one.start !== sorted[index - 1]?.start || one.writes !== sorted[index - 1]?.writes);
}

/** `typeof x` in a type and `x is T` name values, but not at run time. */
function typesIn(program: Program): readonly (readonly [number, number])[] {
  return [...walk(program)].flatMap(({ node }) => (node.type === 'TSTypeQuery' || node.type === 'TSTypePredicate' ? [rangeOf(node)] : []));
}

function parsed(text: string, file: string): Program {
  const lang = /\.[cm]?ts$/.test(file) ? 'ts' : file.endsWith('.tsx') ? 'tsx' : 'jsx';
  return parseSync(file, text, { lang, sourceType: 'module', astType: 'ts', range: true, preserveParens: false }).program;
}

/** By our reading, and by the package's; it also counts a declaration with a value as a write, and knows types. */
function compared(text: string, file: string): { readonly ours: readonly Meant[]; readonly theirs: readonly Meant[] } {
  const program = parsed(text, file);
  const ours = analyzeScopes(program, visitorKeys).scopes.flatMap(({ references }) => references.flatMap((reference) => meant(reference, reference.isWrite())));
  const manager = analyze(program as unknown as Parameters<typeof analyze>[0], { lib: [], sourceType: 'module' });
  const theirs = manager.scopes.flatMap(({ references }) =>
    references.flatMap((reference) => {
      if (!reference.isValueReference || reference.init === true) return [];
      if (reference.isReadWrite()) return [...meant(reference, false), ...meant(reference, true)];
      return meant(reference, reference.isWrite());
    }),
  );
  const types = typesIn(program);
  return { ours: inOrder(ours), theirs: inOrder(theirs.filter(({ start }) => types.every(([from, to]) => start < from || start >= to))) };
}

const root = join(import.meta.dirname, '../../fixtures');
const scripts = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => /\.[cm]?[jt]sx?$/.test(path) && !path.endsWith('.d.ts')).sort();

test('in every script among the fixtures', () => {
  expect(scripts.length).toBeGreaterThan(400);
  for (const path of scripts) {
    const { ours, theirs } = compared(readFileSync(join(root, path), 'utf8'), path);
    expect({ path, names: ours }).toEqual({ path, names: theirs });
  }
});

test.each([
  ['hoisting', 'f(); function f() { return x; } var x = 1; { var y = x; let x2 = y; } use(y, x2);'],
  ['shadowing', 'const a = 1; function f(a) { { const a = 2; use(a); } use(a); } use(a);'],
  ['patterns', 'const { a, b: { c = a } = {}, ...rest } = o; [x, y.z, { w = a }] = rest; ({ a: x } = c);'],
  ['loops', 'for (let i = 0, n = i; i < n; i++) use(i); for (const k in i) use(k); for (x of i) use(x); use(k);'],
  ['functions that know their names', 'const f = function g(n) { return g(n - 1); }; g(1); const C = class D { m() { return D; } }; D;'],
  ['classes', 'class A extends B { static s = A; #p = q; [k]() { return this.#p; } get v() { return super.v; } } new A();'],
  ['catch', 'try { x } catch ({ message }) { use(message); } use(message);'],
  ['switch', 'switch (a) { case b: let c = 1; break; default: use(c); }'],
  ['labels', 'outer: for (;;) { break outer; continue outer; } use(outer);'],
  ['members and keys', 'const a = 1; o.a; o[a]; ({ a, b: a, [a]: 1, a() {} }); import.meta.a;'],
  ['updates', 'let a = 1; a++; a += 1; a = 2; a ||= b; delete o.a;'],
  ['imports and exports', 'import d, { n as m } from "x"; import * as ns from "y"; export { m as q, ns }; export { z } from "w"; export default d; export const e = m;'],
  ['default values', 'function f(a, b = a, { c = b } = g()) { return c; } const h = (x = y, y) => x;'],
  ['types', 'type T = { a: number }; interface I extends T {} const x = y as T; const z = <T>y; function f<U extends T>(this: I, a: U): asserts a is U { return a!; } f<T>(x satisfies T);'],
  ['enums and namespaces', 'enum E { A = 1, B = A, C = E.A } namespace N { export const v = E.B; use(v); } use(N.v, E);'],
  ['declarations without code', 'declare const a: number; declare function f(): void; abstract class C { abstract m(): void; constructor(private readonly p = a) { use(p); } } export = C;'],
  ['decorators', '@d(a) class C { @e(b) m(@g(c) p) { return p; } }'],
  ['templates and optional chains', 'const a = 1; `${a}${b}`; tag`${a}`; a?.b?.(c); new.target; async () => { await a; for await (const x of a) use(x); }'],
])('%s', (_name, text) => {
  const { ours, theirs } = compared(text, 'a.ts');
  expect(ours.length).toBeGreaterThan(0);
  expect(ours).toEqual(theirs);
});
