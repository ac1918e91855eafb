/**
 * What is concluded of a callback is what it does: generated ones are read, and run, for the same origins. An answer
 * may stay open; a decided one has to be right.
 */
import { createContext, runInContext } from 'node:vm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import express from '../../src/readers/express/index.js';
import { evaluate } from '../../src/policy/evaluate.js';
import language from '../../src/syntax/estree/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';

const ORIGINS = ['https://a.example', 'https://b.example', 'https://a.example.evil.test', 'http://a.example', 'null', 'https://sub.b.example'];

const { block } = fc.letrec<{ readonly text: string; readonly test: string; readonly statement: string; readonly block: string }>((tie) => ({
  text: fc.oneof({ maxDepth: 2 }, fc.constantFrom("'https://a.example'", "'https://b.example'", "'a'", 'x', 'list[0]', 'list[1]', 'origin'), fc.tuple(tie('test'), tie('text'), tie('text')).map(([condition, a, b]) => `(${condition} ? ${a} : ${b})`)),
  test: fc.oneof(
    { maxDepth: 3 },
    tie('text').map((text) => `origin === ${text}`),
    tie('text').map((text) => `${text} !== origin`),
    fc.constantFrom('list.includes(origin)', 'flag', "origin.startsWith('https://')", "origin.endsWith('.example')", 'list.indexOf(origin) > -1', 'list.indexOf(origin)', 'list.some((v) => v === origin)', 'list.length > 2', '/^https:\\/\\/[a-z]+\\.example$/.test(origin)', 'n > 1'),
    fc.tuple(tie('test'), fc.constantFrom('&&', '||'), tie('test')).map((parts) => `(${parts.join(' ')})`),
    tie('test').map((inner) => `!(${inner})`),
  ),
  statement: fc.oneof(
    { maxDepth: 3 },
    tie('text').map((text) => `x = ${text};`),
    tie('text').map((text) => `list.push(${text});`),
    tie('test').map((condition) => `flag = !!(${condition});`),
    fc.constantFrom('n++;', 'list.pop();', 'list = [...list, x];', 'flag = !flag;', 'list = list.filter((v) => v !== x);'),
    tie('test').map((condition) => `if (${condition}) return callback(null, true);`),
    tie('test').map((condition) => `if (${condition}) return callback(null, false);`),
    tie('test').map((condition) => `if (${condition}) throw new Error('no');`),
    fc.tuple(tie('test'), tie('block'), tie('block')).map(([condition, a, b]) => `if (${condition}) { ${a} } else { ${b} }`),
    fc.tuple(tie('test'), tie('block')).map(([condition, inner]) => `for (const v of [...list]) { if (${condition}) break; ${inner} if (v === origin) continue; n++; }`),
    fc.tuple(tie('test'), tie('block')).map(([condition, inner]) => `for (let i = 0; i < 3; i++) { ${inner} if (${condition}) break; }`),
    fc.tuple(tie('test'), tie('block')).map(([condition, inner]) => `while (n < 3 && (${condition})) { n++; ${inner} }`),
    fc.tuple(tie('block'), tie('block')).map(([a, b]) => `try { ${a} } catch { ${b} }`),
    fc.tuple(tie('text'), tie('block'), tie('block'), tie('block')).map(([text, a, b, c]) => `switch (${text}) { case 'https://a.example': ${a} break; case 'a': ${b} default: ${c} }`),
  ),
  block: fc.array(tie('statement'), { minLength: 1, maxLength: 3 }).map((statements) => statements.join('\n')),
}));

type Answer = 'admits' | 'refuses' | 'open';

/** As npm `cors` has it: the first answer counts, and without one there is none. */
function done(body: string, origin: string): Answer {
  const answers: boolean[] = [];
  const context = createContext({ origin, callback: (error: unknown, value: unknown) => void answers.push(error === null && value === true) });
  try {
    runInContext(`(() => {\n${body}\n})()`, context);
  } catch {
    // Refused, unless it had answered before.
  }
  return answers[0] === true ? 'admits' : 'refuses';
}

function concluded(body: string): (origin: string) => Answer {
  const text = `const express = require('express');\nconst cors = require('cors');\nconst app = express();\napp.use(cors({ origin(origin, callback) {\n${body}\n} }));\napp.get('/data', (req, res) => res.json({}));\n`;
  const { unit, problems } = language.parse(new SourceText('app.js', text), filesFrom({ 'app.js': text }));
  if (unit === undefined) return expect.fail(`${problems[0]?.message ?? ''}\n${text}`);
  const readings = [...express.read(unit)];
  const policy = readings.flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []))[0];
  if (policy === undefined) {
    expect(readings.length).toBeGreaterThan(0);
    return () => 'open';
  }
  return (origin) => {
    const outcomes = evaluate({ policy, inner: [] }, { method: 'GET', path: '/data', headers: [['origin', origin]] }, { environment: 'production' });
    const allowed = new Set(outcomes.map(({ response }) => response.headers.find(({ name }) => name === 'access-control-allow-origin')?.text));
    if (allowed.size !== 1 || allowed.has(null)) return 'open';
    return allowed.has(origin) ? 'admits' : 'refuses';
  };
}

test('decided answers are what the code does', () => {
  let decided = 0;
  fc.assert(
    fc.property(fc.array(block, { minLength: 1, maxLength: 3 }), (blocks) => {
      const body = `let x = 'https://b.example';\nlet list = ['https://a.example', x];\nlet flag = false;\nlet n = 0;\n${blocks.join('\n')}\ncallback(null, flag || list.includes(origin));`;
      const answer = concluded(body);
      for (const origin of ORIGINS) {
        const ours = answer(origin);
        if (ours === 'open') continue;
        decided++;
        expect({ origin, answer: ours }).toEqual({ origin, answer: done(body, origin) });
      }
    }),
    { numRuns: 25, seed: 20261121, endOnFailure: true },
  );
  expect(decided).toBeGreaterThan(25);
});
