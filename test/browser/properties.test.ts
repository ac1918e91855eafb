import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judge, needsPreflight, preflightRequestOf, type Answers, type FetchRequest, type ServerAnswer } from '../../src/browser/judge.js';

const ORIGIN = 'https://app.example.com';

const requests: fc.Arbitrary<FetchRequest> = fc.record({
  origin: fc.constantFrom(ORIGIN, 'null', 'http://app.example.com:8080'),
  method: fc.constantFrom('GET', 'POST', 'PUT', 'patch', 'PATCH'),
  headers: fc.array(fc.constantFrom<readonly [string, string]>(['X-A', '1'], ['Authorization', 'Bearer x'], ['Content-Type', 'application/json'], ['Accept', '*/*']), { maxLength: 2 }),
  credentials: fc.constantFrom('omit' as const, 'same-origin' as const, 'include' as const),
  url: fc.constantFrom('https://api.example.com/', 'http://127.0.0.1/', `${ORIGIN}/own`),
  forcePreflight: fc.boolean(),
});

const lines = (name: string, texts: readonly string[]): fc.Arbitrary<readonly (readonly [string, string])[]> => fc.array(fc.constantFrom(...texts).map((text) => [name, text] as const), { maxLength: 2 });
const ORIGINS = ['*', ORIGIN, 'null', 'http://app.example.com:8080', ''];
const TEXTS = [...ORIGINS, 'true', 'True', 'PUT, PATCH, patch', 'GET POST', 'x-a, authorization, content-type', 'x-a'];
const corsHeaders = fc
  .tuple(
    lines('Access-Control-Allow-Origin', ORIGINS),
    lines('access-control-allow-credentials', ['true', 'True']),
    lines('Access-Control-Allow-Methods', ['*', 'PUT, PATCH, patch', 'GET POST', '']),
    lines('Access-Control-Allow-Headers', ['*', 'x-a, authorization, content-type', 'x-a', 'X A']),
  )
  .map((groups) => groups.flat());
const responses = (statuses: readonly number[]): fc.Arbitrary<ServerAnswer> => fc.record({ status: fc.constantFrom(...statuses), headers: corsHeaders });
const redirects = fc.record({ status: fc.constantFrom(302, 307), headers: fc.tuple(corsHeaders, fc.constantFrom('/new', 'https://cdn.example.org/', `${ORIGIN}/home`)).map(([headers, location]) => [...headers, ['Location', location] as const]) });

const single: fc.Arbitrary<Answers> = fc.record({ preflight: responses([200, 204, 404]), response: responses([200, 500]) });
const exchanges: fc.Arbitrary<Answers> = fc.oneof({ weight: 3, arbitrary: single }, fc.record({ preflight: responses([204]), response: redirects, next: single }));

/** Exchanges that share with the page, a line left out here and there. */
const open = fc
  .subarray([['Access-Control-Allow-Origin', ORIGIN], ['Access-Control-Allow-Credentials', 'true'], ['Access-Control-Allow-Methods', 'PUT, PATCH, patch'], ['Access-Control-Allow-Headers', 'x-a, authorization, content-type']] as const, { minLength: 2 })
  .map((headers): ServerAnswer => ({ status: 204, headers }));
const nearlyOpen: fc.Arbitrary<Answers> = fc.record({ preflight: open, response: open });

/** Forgets the texts and statuses whose number the mask has, counted through the whole exchange. */
function forgetting(answers: Answers, mask: ReadonlySet<number>): Answers {
  let number = 0;
  const hidden = (): boolean => mask.has(number++);
  const blur = ({ status, headers }: ServerAnswer): ServerAnswer => ({ status: hidden() ? null : status, headers: headers.map(([name, text]) => [name, hidden() ? null : text] as const) });
  const all = ({ preflight, response, next }: Answers): Answers => ({ ...(preflight === undefined ? {} : { preflight: blur(preflight) }), response: blur(response), ...(next === undefined ? {} : { next: all(next) }) });
  return all(answers);
}

const masks = fc.array(fc.nat(20), { minLength: 1, maxLength: 4 }).map((numbers) => new Set(numbers));

describe('doubt', () => {
  test('never contradicts what the whole knowledge says', () => {
    fc.assert(
      fc.property(requests, exchanges, masks, (request, answers, mask) => {
        const { allowed } = judge(request, forgetting(answers, mask));
        fc.pre(allowed !== null);
        expect(allowed).toBe(judge(request, answers).allowed);
      }),
      { numRuns: 2000 },
    );
  });

  test('about one text of one hop is there only if some text would be allowed and another blocked', () => {
    fc.assert(
      fc.property(requests, nearlyOpen, fc.nat(9), (asked, answers, hidden) => {
        const request = { ...asked, origin: ORIGIN };
        const blurred = forgetting(answers, new Set([hidden]));
        fc.pre(judge(request, blurred).allowed === null);
        const verdicts = [...TEXTS, ...ORIGINS].map((text) => judge(request, filled(blurred, text)).allowed);
        const statuses = [204, 404].map((status) => judge(request, filled(blurred, '', status)).allowed);
        expect([...new Set([...verdicts, ...statuses])].sort()).toEqual([false, true]);
      }),
      { numRuns: 2000 },
    );
  });
});

/** Puts a text, and a status, where they are missing. */
function filled({ preflight, response }: Answers, text: string, status = 204): Answers {
  const fill = (answer: ServerAnswer): ServerAnswer => ({ status: answer.status ?? status, headers: answer.headers.map(([name, old]) => [name, old ?? text] as const) });
  return { ...(preflight === undefined ? {} : { preflight: fill(preflight) }), response: fill(response) };
}

describe('a request', () => {
  test('asks first or not whatever the order and the case of its header names', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const turned = { ...request, headers: [...request.headers].reverse().map(([name, value]) => [name.toUpperCase(), value] as const) };
        expect(needsPreflight(turned)).toBe(needsPreflight(request));
        expect(preflightRequestOf(turned)).toEqual(preflightRequestOf(request));
      }),
    );
  });

  test('that does not ask first is judged by its response alone', () => {
    fc.assert(
      fc.property(requests, single, single, (request, one, other) => {
        fc.pre(!needsPreflight(request));
        expect(judge(request, { ...other, response: one.response })).toEqual(judge(request, one));
      }),
    );
  });

  test('may be read without credentials wherever it may be read with them', () => {
    fc.assert(
      fc.property(requests, single, (request, answers) => {
        fc.pre(judge({ ...request, credentials: 'include' }, answers).allowed === true);
        expect(judge({ ...request, credentials: 'omit' }, answers).allowed).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

test('no text makes the verdict throw', () => {
  const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 20 }), fc.constantFrom(...TEXTS, '//', 'https://[', 'http://a:99999/', 'https://a.example@b.example'));
  const anything = fc.record({ status: fc.option(fc.integer()), headers: fc.array(fc.tuple(fc.constantFrom('Access-Control-Allow-Origin', 'Location', 'Access-Control-Max-Age', 'Access-Control-Allow-Methods'), fc.option(text))) });
  fc.assert(
    fc.property(
      fc.record({ origin: text, method: text, headers: fc.array(fc.tuple(text, text)), credentials: fc.constantFrom('omit' as const, 'include' as const), url: fc.oneof(text, fc.constant('https://api.example.com/')) }),
      fc.record({ preflight: anything, response: anything, next: fc.record({ response: anything }) }),
      (request, answers) => {
        expect(typeof judge(request, answers).reason).toBe('string');
      },
    ),
    { numRuns: 2000 },
  );
});
