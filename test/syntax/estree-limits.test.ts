/**
 * Hostile and large code costs bounded work, shown by counters (time is nobody's proof), and what is left out is told:
 * a value is unknown for the reason `budget`, or there is a gap.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lint } from '../../src/engine.js';
import express from '../../src/readers/express/index.js';
import language, { run } from '../../src/syntax/estree/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { optionsOf } from '../support/lint.js';

const HEAD = "const express = require('express');\nconst cors = require('cors');\nconst app = express();\n";

function program(before: string, origin: string): string {
  return `${HEAD}${before}\napp.use(cors({ origin: ${origin}, credentials: true }));\napp.get('/data', (req, res) => res.json({}));\n`;
}

function times(count: number, make: (index: number) => string, between = '\n'): string {
  return Array.from({ length: count }, (_, index) => make(index)).join(between);
}

/** Nodes that one run may evaluate: a budget, and a share for each statement of the top level. */
const BUDGET = 60_000;
const SHARE = 4_000;

function workOf(text: string): { readonly work: number; readonly allowed: number } {
  const { unit, problems } = language.parse(new SourceText('app.js', text), filesFrom({ 'app.js': text }));
  if (unit === undefined) return expect.fail(`${problems[0]?.message ?? ''}\n${text}`);
  const ran = run(unit, () => undefined);
  for (const unreached of ran.unreached()) unreached.run();
  return { work: ran.work, allowed: BUDGET + SHARE * unit.program.body.length };
}

/** Tests that the policies of a file hold, each counted wherever it stands. */
function guardsIn(text: string): { readonly policies: number; readonly gaps: number; readonly guards: number } {
  const { unit } = language.parse(new SourceText('app.js', text), filesFrom({ 'app.js': text }));
  const readings = unit === undefined ? [] : [...express.read(unit)];
  const policies = readings.flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []));
  return { policies: policies.length, gaps: readings.filter(({ kind }) => kind === 'gap').length, guards: JSON.stringify(policies).match(/"(?:g|s)":/g)?.length ?? 0 };
}

/** Families of code that would take exponential or endless work if each way through it were followed. */
const families: Readonly<Record<string, (size: number) => string>> = {
  'ifs that assign': (n) => program(`let origin = [];\n${times(n, (i) => `if (process.env.F${i}) origin = ['https://o${i}.example'];`)}`, 'origin'),
  'ifs that assign options': (n) => `${HEAD}const options = {};\n${times(n, (i) => `if (process.env.F${i}) options.origin = 'https://o${i}.example';`)}\napp.use(cors(options));`,
  'ifs that push': (n) => program(`const list = [];\n${times(n, (i) => `if (process.env.F${i}) list.push('https://o${i}.example');`)}`, 'list'),
  'ifs that flip': (n) => program(`function check(o, cb) {\nlet ok = false;\n${times(n, (i) => `if (process.env.F${i} && o.endsWith('.o${i}.example')) ok = !ok;`)}\ncb(null, ok);\n}`, 'check'),
  'ternaries in loops': (n) => program(`const list = [];\nfor (let i = 0; i < ${n}; i++) for (let j = 0; j < ${n}; j++) list.push(process.env['A' + i] ? (process.env['B' + j] ? 'a' : 'b') : 'c');`, 'list'),
  'ternaries in ternaries': (n) => program(`const x = ${times(n, (i) => `process.env.F${i} ? 'https://o${i}.example' : `, '')}'https://z.example';`, 'x'),
  'chains of &&': (n) => program('', `(o, cb) => cb(null, ${times(n, (i) => `(o.startsWith('https://x${i}.') || !process.env.F${i})`, ' && ')})`),
  'templates of settings': (n) => program('', `\`${times(n, (i) => `\${process.env.F${i} || 'd'}`, '')}\``),
  'texts that double': (n) => program(`let text = 'https://a.example';\n${times(n, () => 'text = text + text;')}`, '[text]'),
  'texts replaced by themselves': (n) => program(`let text = 'aaaa';\n${times(n, () => "text = text.replaceAll('a', text);")}`, '[text]'),
  'lists that double': (n) => program(`let list = ['https://a.example'];\n${times(n, () => 'list = [...list, ...list];')}`, 'list'),
  'calls that call twice': (n) => program(`${times(n, (i) => `function f${i}(o) { return o.includes('a${i}') ? f${i + 1}(o) : !f${i + 1}(o); }`)}\nfunction f${n}(o) { return o === 'https://z.example'; }`, '(o, cb) => cb(null, f0(o))'),
  'a recursion that branches': (n) => program(`function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }\nconst x = fib(${n});`, '[x]'),
  'try in try': (n) => program(`let x = [];\n${times(n, (i) => `try { x = [...x, g(${i})];`, '')} ${times(n, () => '} catch { x = []; }', '')}`, 'x'),
  'if in if': (n) => program(`function check(o, cb) {\n${times(n, (i) => `if (o.includes('a${i}')) {`, '')} cb(null, true); ${times(n, () => '} else { cb(null, false); }', '')}\n}`, 'check'),
  'an endless loop': (n) => program(`let x = 'a';\nlet i = 0;\nwhile (true) { x += 'b'; if (++i > ${n} * 1e6) break; }`, '[x]'),
  'loops in loops': (n) => program(`const l = [${times(n, (i) => `'https://o${i}.example'`, ', ')}];\nconst r = [];\nfor (const a of l) for (const b of l) for (const c of l) for (const d of l) r.push(a + b + c + d);`, 'r'),
  'a pattern that backtracks': (n) => program(`const x = /^(a+)+$/.test('${'a'.repeat(n)}!') ? 'https://a.example' : 'https://b.example';`, '[x]'),
  'a long list': (n) => program(`const list = [${times(n * 200, (i) => `'https://o${i}.example'`, ', ')}];`, '(o, cb) => cb(null, list.some((x) => x === o))'),
  'parentheses': (n) => program('', `${'['.repeat(n * 20)}'x'${']'.repeat(n * 20)}`),
};

describe.each(Object.entries(families))('%s', (_name, make) => {
  test('work stays below what its statements may take', () => {
    for (const size of [5, 60, 240]) {
      const { work, allowed } = workOf(make(size));
      expect(work).toBeLessThanOrEqual(allowed);
    }
  });

  test('policies grow with the code, at most', () => {
    const small = guardsIn(make(60));
    const large = guardsIn(make(240));
    expect([small, large].map(({ policies, gaps }) => policies + gaps > 0)).toEqual([true, true]);
    // Every event costs the tests of its condition.
    expect(small.guards).toBeLessThan(2 * BUDGET);
    expect(large.guards).toBeLessThan(8 * BUDGET);
  });
});

test.each(['ifs that assign', 'ifs that push', 'ifs that flip', 'ternaries in loops', 'ternaries in ternaries', 'templates of settings', 'texts that double', 'lists that double', 'calls that call twice', 'an endless loop', 'loops in loops', 'a long list', 'parentheses'])('past the limit the reason is the budget: %s', async (name) => {
  const text = families[name]!(240);
  const { gaps } = await lint(['app.js'], filesFrom({ 'app.js': text }), optionsOf());
  expect(gaps.map(({ reason }) => reason)).toContain('budget');
});

/** Programs of nested statements about one list and the origin. */
const { block } = fc.letrec<{ readonly text: string; readonly test: string; readonly statement: string; readonly block: string }>((tie) => ({
  text: fc.oneof({ maxDepth: 3 }, fc.constantFrom("'https://a.example'", '`https://${x}`', 'x', 'process.env.A', 'list[0]', 'f(x)'), fc.tuple(tie('test'), tie('text'), tie('text')).map(([test, a, b]) => `(${test} ? ${a} : ${b})`), fc.tuple(tie('text'), tie('text')).map(([a, b]) => `(${a} + ${b})`)),
  test: fc.oneof({ maxDepth: 3 }, fc.constantFrom('process.env.B', 'origin', "origin === 'https://b.example'", 'list.includes(origin)', 'flag', 'g(x)', "process.env.NODE_ENV === 'production'"), fc.tuple(tie('test'), fc.constantFrom('&&', '||'), tie('test')).map((parts) => `(${parts.join(' ')})`), tie('test').map((test) => `!${test}`)),
  statement: fc.oneof(
    { maxDepth: 3 },
    tie('text').map((text) => `x = ${text};`),
    tie('text').map((text) => `list.push(${text});`),
    tie('test').map((test) => `flag = ${test};`),
    fc.constantFrom('list = [...list, ...list];', 'x += x;', 'return callback(null, flag);', 'list = list.filter((v) => v !== x);', 'throw new Error();'),
    fc.tuple(tie('test'), tie('block'), tie('block')).map(([test, a, b]) => `if (${test}) { ${a} } else { ${b} }`),
    tie('block').map((inner) => `for (const v of list) { ${inner} if (v === origin) break; }`),
    fc.tuple(tie('test'), tie('block')).map(([test, inner]) => `while (${test}) { ${inner} }`),
    fc.tuple(tie('block'), tie('block')).map(([a, b]) => `try { ${a} } catch { ${b} }`),
    fc.tuple(tie('text'), tie('block'), tie('block')).map(([text, a, b]) => `switch (${text}) { case 'a': ${a} break; default: ${b} }`),
  ),
  block: fc.array(tie('statement'), { minLength: 1, maxLength: 4 }).map((statements) => statements.join('\n')),
}));

test('generated nestings: bounded work, and never silence', () => {
  fc.assert(
    fc.property(fc.array(block, { minLength: 1, maxLength: 6 }), (blocks) => {
      const check = `function check(origin, callback) {\nlet x = 'https://a.example';\nlet list = [x];\nlet flag = false;\nconst f = (v) => (v === x ? list[0] : g(v));\n${blocks.join('\n')}\ncallback(null, list.includes(origin));\n}`;
      const text = program(check, 'check');
      const { work, allowed } = workOf(text);
      expect(work).toBeLessThanOrEqual(allowed);
      const { policies, gaps, guards } = guardsIn(text);
      expect(policies + gaps).toBeGreaterThan(0);
      expect(guards).toBeLessThan(2 * BUDGET);
    }),
    { numRuns: 25, seed: 20261121 },
  );
});
