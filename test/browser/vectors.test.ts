import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { isReadable } from '../../src/browser/headers.js';
import { judge, type Answers, type FetchRequest } from '../../src/browser/judge.js';

interface Vector extends Answers {
  readonly id: string;
  readonly request: FetchRequest;
  readonly verdict: {
    readonly preflightNeeded: boolean;
    readonly allowed: boolean;
    readonly reason: string;
    readonly hint?: string;
    readonly maxAge?: Readonly<Record<string, number | null>>;
    readonly readable?: readonly string[];
    readonly hidden?: readonly string[];
    readonly sentOrigin?: readonly (string | null)[];
  };
}

const vectors = JSON.parse(gunzipSync(readFileSync(new URL('../../fixtures/observed/fetch-vectors.json.gz', import.meta.url))).toString('utf8')) as Vector[];

test('there are 168 vectors', () => {
  expect(vectors).toHaveLength(168);
});

describe('the verdict of the Fetch standard', () => {
  test.each(vectors.map((vector) => [vector.id, vector] as const))('%s', (_id, { request, verdict: expected, ...answers }) => {
    const verdict = judge(request, answers);
    expect({ preflightNeeded: verdict.preflightNeeded, allowed: verdict.allowed, reason: verdict.reason }).toEqual({ preflightNeeded: expected.preflightNeeded, allowed: expected.allowed, reason: expected.reason });
    expect(verdict.step).not.toBe('');
    if (expected.hint !== undefined) expect(verdict.hint).toBe(expected.hint);
    if (expected.sentOrigin !== undefined) expect(verdict.sentOrigin).toEqual(expected.sentOrigin);
    for (const [engine, seconds] of Object.entries(expected.maxAge ?? {})) {
      if (seconds !== null) expect({ engine, seconds: verdict.maxAge?.[engine as 'standard'] }).toEqual({ engine, seconds });
    }
    const last = lastResponse(answers);
    for (const name of expected.readable ?? []) expect([name, isReadable(last.headers, name, request.credentials === 'include')]).toEqual([name, true]);
    for (const name of expected.hidden ?? []) expect([name, isReadable(last.headers, name, request.credentials === 'include')]).toEqual([name, false]);
  });
});

function lastResponse(answers: Answers): Answers['response'] {
  return answers.next === undefined ? answers.response : lastResponse(answers.next);
}
