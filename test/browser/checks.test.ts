import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { judge, type Answers, type Check, type FetchRequest } from '../../src/browser/judge.js';

interface Vector extends Answers {
  readonly id: string;
  readonly request: FetchRequest;
  readonly verdict: { readonly preflightNeeded: boolean; readonly allowed: boolean; readonly reason: string; readonly hint?: string };
  /** Sections of the Fetch standard, with the numbers of steps in the CORS check: `header-list get; cors-check 7-8`. */
  readonly step: string;
}

const vectors = JSON.parse(gunzipSync(readFileSync(new URL('../../fixtures/observed/fetch-vectors.json.gz', import.meta.url))).toString('utf8')) as Vector[];

/** What the vectors call a step of ours: they name the algorithm that a section calls, or the reason for a preflight where that is the point. */
const CALLED: Readonly<Record<string, RegExp>> = {
  'cors-check': /cors-check|http-fetch|cors-preflight-fetch|redirect-taint/,
  'cors-preflight-fetch': /cors-preflight-fetch|ok-status|use-CORS-preflight flag|cors-(?:safe|unsafe)/,
  'extract-header-list-values': /extract-header-(?:list-)?values/,
  'main-fetch': /main-fetch/,
  'main-fetch no-cors': /main-fetch no-cors/,
  'http-redirect-fetch': /http-redirect-fetch/,
  'forbidden-method': /forbidden-method/,
};

function checksOf({ request, verdict: _verdict, ...answers }: Vector): { readonly checks: readonly Check[]; readonly verdict: ReturnType<typeof judge> } {
  const checks: Check[] = [];
  const verdict = judge(request, answers, (check) => void checks.push(check));
  return { checks, verdict };
}

describe('the checks that judge tells', () => {
  test.each(vectors.map((vector) => [vector.id, vector] as const))('%s', (_id, vector) => {
    const { checks, verdict } = checksOf(vector);
    const last = checks.at(-1)!;
    const failed = checks.filter(({ ok }) => ok === false);
    if (vector.verdict.allowed) {
      expect(failed).toEqual([]);
      expect(last.check).toBe(vector.verdict.reason === 'same-origin' ? 'own-origin' : 'exposed-headers');
    } else {
      // Nothing is looked at behind the check that fails.
      expect(failed).toEqual([last]);
      expect({ reason: last.reason, step: last.step, ...(last.hint === undefined ? {} : { hint: last.hint }) }).toEqual({ reason: vector.verdict.reason, step: verdict.step, ...(verdict.hint === undefined ? {} : { hint: verdict.hint }) });
      expect(vector.step).toMatch(CALLED[last.step]!);
      const numbers = /cors-check ([\d,-]+)/.exec(vector.step)?.[1];
      if (last.clause !== undefined && numbers !== undefined) expect(numbers.split(/[,-]/)).toContain(String(last.clause));
    }
    expect(checks.some(({ of, hop }) => of === 'preflight' && hop === 0)).toBe(vector.verdict.preflightNeeded && vector.preflight !== undefined);
  });

  test('those who ask for no checks get the same verdict', () => {
    for (const vector of vectors) {
      const { request, verdict: _verdict, ...answers } = vector;
      expect(judge(request, answers)).toEqual(checksOf(vector).verdict);
    }
  });
});

const PUT: FetchRequest = { origin: 'https://app.example.com', method: 'PUT', headers: [['Authorization', 'Bearer x']], credentials: 'include', url: 'https://api.example.com/' };
const ORIGIN = ['access-control-allow-origin', PUT.origin] as const;
const CREDENTIALS = ['access-control-allow-credentials', 'true'] as const;

function told(answers: Answers): readonly string[] {
  const checks: string[] = [];
  judge(PUT, answers, ({ of, check, ok }) => void checks.push(`${of} ${check} ${ok === null ? 'open' : ok ? 'ok' : 'failed'}`));
  return checks;
}

test('checks come in the order of the standard, each for its message', () => {
  const preflight = { status: 204, headers: [ORIGIN, CREDENTIALS, ['access-control-allow-methods', 'PUT'], ['access-control-allow-headers', 'authorization']] as const };
  expect(told({ preflight, response: { status: 200, headers: [ORIGIN, CREDENTIALS] } })).toEqual([
    'request reachable-url ok',
    'request preflight-needed ok',
    'preflight allow-origin ok',
    'preflight allow-credentials ok',
    'preflight ok-status ok',
    'preflight lists ok',
    'preflight allow-methods ok',
    'preflight allow-authorization ok',
    'preflight allow-headers ok',
    'preflight max-age ok',
    'response allow-origin ok',
    'response allow-credentials ok',
    'response exposed-headers ok',
  ]);
});

test('what is not known stays open, and the checks behind it are told all the same', () => {
  const preflight = { status: null, headers: [['access-control-allow-origin', null], CREDENTIALS, ['access-control-allow-methods', 'PUT'], ['access-control-allow-headers', 'authorization']] as const };
  expect(told({ preflight, response: { status: 200, headers: [ORIGIN] } })).toEqual([
    'request reachable-url ok',
    'request preflight-needed ok',
    'preflight allow-origin open',
    'preflight allow-credentials ok',
    'preflight ok-status open',
    'preflight lists ok',
    'preflight allow-methods ok',
    'preflight allow-authorization ok',
    'preflight allow-headers ok',
    'response allow-origin ok',
    'response allow-credentials failed',
  ]);
});

test('a redirect that leads where nobody can look leaves the end open', () => {
  const preflight = { status: 204, headers: [ORIGIN, CREDENTIALS, ['access-control-allow-methods', 'PUT'], ['access-control-allow-headers', 'authorization']] as const };
  expect(told({ preflight, response: { status: 307, headers: [ORIGIN, CREDENTIALS, ['location', '/new']] } }).at(-1)).toBe('response redirect open');
});
