import { expect, test } from 'vitest';
import type { Policy } from '../../src/policy/program.js';
import elysia from '../../src/readers/elysia/index.js';
import { elysiaSource } from '../support/elysia-sources.js';
import { read } from '../support/estree.js';
import { grouped } from '../support/grouped.js';
import { hold } from '../support/hold.js';
import { observed, type ObservedRow } from '../support/observed.js';

/** The client that recorded the rows sent these of its own accord, and their names come back. */
function asSent(row: ObservedRow): ObservedRow {
  const request = row.request!;
  const own = [['connection', 'keep-alive'], ['host', 'localhost'], ...(request.headers.some(([name]) => name === 'content-type') ? [['content-length', '2'] as const] : [])] as const;
  return { ...row, request: { ...request, headers: [...request.headers, ...own] } };
}

const rows = observed('javascript').filter(({ framework }) => framework === '@elysiajs/cors').map(asSent);

function recorded(text: string): Policy {
  const { policies, gaps } = read(elysia, { 'app.ts': text, 'package.json': JSON.stringify({ dependencies: { elysia: '1.4.30', '@elysiajs/cors': '1.4.2' } }) }, 'app.ts');
  expect([policies.length, gaps]).toEqual([1, []]);
  expect(policies[0]).toMatchObject({ version: 'elysia 1.4.30 (package.json), @elysiajs/cors 1.4.2 (package.json)', listens: [3000] });
  return policies[0]!;
}

test('@elysiajs/cors: answers like the recorded servers', () => {
  const { held, failures } = hold(grouped(rows, '@elysiajs/cors'), (first) => {
    const policy = recorded(elysiaSource(first));
    return () => policy;
  }, () => ({}));
  expect(failures).toEqual([]);
  expect(held).toBe(420);
});
