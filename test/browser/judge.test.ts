import { describe, expect, test } from 'vitest';
import { isReadable, maxAgeOf } from '../../src/browser/headers.js';
import { judge, needsPreflight, preflightRequestOf, type Answers, type FetchRequest, type ServerAnswer } from '../../src/browser/judge.js';

const ORIGIN = 'https://app.example.com';
const request: FetchRequest = { origin: ORIGIN, method: 'GET', headers: [], credentials: 'include', url: 'https://api.example.com/' };
const put: FetchRequest = { ...request, method: 'PUT' };
const plainPut: FetchRequest = { ...put, credentials: 'omit' };

const answer = (status: number | null, ...headers: readonly (readonly [string, string | null])[]): ServerAnswer => ({ status, headers });
const ACAO = ['Access-Control-Allow-Origin', ORIGIN] as const;
const ANY = ['Access-Control-Allow-Origin', '*'] as const;
const ACAC = ['Access-Control-Allow-Credentials', 'true'] as const;
const METHODS = ['Access-Control-Allow-Methods', 'PUT'] as const;
const unknown = (name: string): readonly [string, null] => [name, null];
const unknownOrigin = unknown('Access-Control-Allow-Origin');
const unknownCredentials = unknown('Access-Control-Allow-Credentials');

describe('what is not known', () => {
  test.each<[string, FetchRequest, Answers, object]>([
    ['an unknown allowed origin', request, { response: answer(200, unknownOrigin, ACAC) }, { allowed: null, reason: 'undecided' }],
    ['an unknown allowed origin that lacks the leave for credentials', request, { response: answer(200, unknownOrigin) }, { allowed: false, reason: 'acac-not-true' }],
    ['an unknown allowed origin where no credentials are sent', { ...request, credentials: 'omit' }, { response: answer(200, unknownOrigin) }, { allowed: null }],
    ['two lines fail whatever the unknown one says', request, { response: answer(200, unknownOrigin, ANY, ACAC) }, { allowed: false, reason: 'acao-mismatch', hint: 'multiple-values' }],
    ['an unknown leave for credentials', request, { response: answer(200, ACAO, unknownCredentials) }, { allowed: null }],
    ['an unknown leave for credentials, with another origin', request, { response: answer(200, ['Access-Control-Allow-Origin', 'https://b.example'], unknownCredentials) }, { allowed: false, reason: 'acao-mismatch' }],
    ['an unknown leave for credentials, with a wildcard', request, { response: answer(200, ANY, unknownCredentials) }, { allowed: false, reason: 'acao-wildcard-credentials' }],
    ['an unknown leave for credentials that nobody asks for', { ...request, credentials: 'same-origin' }, { response: answer(200, ACAO, unknownCredentials) }, { allowed: true, reason: 'ok' }],
    ['two leaves for credentials, one unknown', request, { response: answer(200, ACAO, ACAC, unknownCredentials) }, { allowed: false, reason: 'acac-not-true', hint: 'multiple-values' }],
    ['the status of the response plays no part', request, { response: answer(null, ACAO, ACAC) }, { allowed: true, reason: 'ok' }],
    ['a status that may be a redirect', request, { response: answer(null, ACAO, ACAC, ['Location', 'https://b.example/']) }, { allowed: null }],
    ['a status that may be a redirect to what is shared with nobody', request, { response: answer(null, ACAO, ACAC, ['Location', '/new']), next: { response: answer(200) } }, { allowed: null }],
    ['a redirect to nobody knows where', request, { response: answer(302, ACAO, ACAC, unknown('Location')) }, { allowed: null }],
    ['a redirect to an address whose answer is not known', request, { response: answer(302, ACAO, ACAC, ['Location', '/elsewhere']) }, { allowed: null }],
    ['a redirect without a location is the response', request, { response: answer(302, ACAO, ACAC) }, { allowed: true, reason: 'ok' }],
    ['a location counts in a redirect only', request, { response: answer(201, ACAO, ACAC, ['Location', '/new']) }, { allowed: true, reason: 'ok' }],
    ['an unknown preflight status', put, { preflight: answer(null, ACAO, ACAC, METHODS), response: answer(200, ACAO, ACAC) }, { allowed: null }],
    ['an unknown preflight status, a method that is not listed', put, { preflight: answer(null, ACAO, ACAC), response: answer(200, ACAO, ACAC) }, { allowed: false, reason: 'preflight-method-not-allowed' }],
    ['an unknown list of methods', put, { preflight: answer(204, ACAO, ACAC, unknown('Access-Control-Allow-Methods')), response: answer(200, ACAO, ACAC) }, { allowed: null }],
    ['a list that may be no list fails for methods that need not be named too', { ...request, headers: [['X-A', '1']] }, { preflight: answer(204, ACAO, ACAC, unknown('Access-Control-Allow-Methods'), ['Access-Control-Allow-Headers', 'x-a']), response: answer(200, ACAO, ACAC) }, { allowed: null }],
    ['an unknown list of headers', put, { preflight: answer(204, ACAO, ACAC, METHODS, unknown('Access-Control-Allow-Headers')), response: answer(200, ACAO, ACAC) }, { allowed: null }],
    ['a part of a list of methods', put, { preflight: answer(204, ACAO, ACAC, METHODS, unknown('Access-Control-Allow-Methods')), response: answer(200, ACAO, ACAC) }, { allowed: null }],
    ['an unknown list of headers, and a list of methods that is none', put, { preflight: answer(204, ACAO, ACAC, ['Access-Control-Allow-Methods', 'GET PUT'], unknown('Access-Control-Allow-Headers')), response: answer(200, ACAO, ACAC) }, { allowed: false, reason: 'preflight-methods-invalid' }],
    ['an unknown list of methods, and a header that is not listed', { ...put, headers: [['X-A', '1']] }, { preflight: answer(204, ACAO, ACAC, unknown('Access-Control-Allow-Methods')), response: answer(200, ACAO, ACAC) }, { allowed: false, reason: 'preflight-header-not-allowed', hint: 'x-a' }],
    ['a preflight of which nothing is known', put, { response: answer(200, ACAO, ACAC) }, { allowed: null }],
    ['doubt about the preflight, and a response that is shared with nobody', put, { preflight: answer(null, unknownOrigin, ACAC, METHODS), response: answer(200) }, { allowed: false, reason: 'acao-missing' }],
    ['doubt about the first hop, and a second that is shared with nobody', request, { response: answer(302, unknownOrigin, ACAC, ['Location', '/new']), next: { response: answer(200) } }, { allowed: false, reason: 'acao-missing' }],
  ])('%s', (_what, asked, answers, expected) => {
    expect(judge(asked, answers)).toMatchObject(expected);
  });

  test('an unknown list of exposed headers leaves open what script sees, but for names with a rule of their own', () => {
    const headers = [ACAO, unknown('Access-Control-Expose-Headers')];
    expect(['x-total', 'content-type', 'set-cookie'].map((name) => isReadable(headers, name, false))).toEqual([null, true, false]);
  });
});

describe('redirects', () => {
  const to = (status: number, location: string, ...headers: readonly (readonly [string, string])[]): ServerAnswer => answer(status, ...headers, ['Location', location]);

  test.each([
    [301, 'POST', true],
    [302, 'POST', true],
    [303, 'POST', true],
    [303, 'PUT', true],
    [301, 'PUT', false],
    [307, 'POST', false],
    [308, 'POST', false],
  ])('%i after %s becomes a GET without body headers: %s', (status, method, becomesGet) => {
    // The second hop allows no header: a request that kept its Content-Type asks first and fails.
    const json: FetchRequest = { ...plainPut, method, headers: [['Content-Type', 'application/json']] };
    const preflight = answer(204, ANY, METHODS, ['Access-Control-Allow-Headers', 'content-type']);
    const verdict = judge(json, { preflight, response: to(status, 'https://api.example.com/new', ANY), next: { preflight: answer(204, ANY, METHODS), response: answer(200, ANY) } });
    expect(verdict).toMatchObject(becomesGet ? { allowed: true, reason: 'ok' } : { allowed: false, reason: 'preflight-header-not-allowed', hint: 'content-type' });
  });

  test.each([
    [20, { allowed: true, reason: 'ok' }],
    [21, { allowed: false, step: 'http-redirect-fetch' }],
  ])('%i of them', (count, expected) => {
    let answers: Answers = { response: answer(200, ACAO, ACAC) };
    for (let hop = 0; hop < count; hop += 1) answers = { response: to(302, '/again', ACAO, ACAC), next: answers };
    expect(judge(request, answers)).toMatchObject(expected);
  });

  test('user-info is refused after leaving the own origin, on the way home too', () => {
    const home = judge(request, { response: to(302, 'https://u:p@app.example.com/', ACAO, ACAC), next: { response: answer(200, ['Access-Control-Allow-Origin', 'null'], ACAC) } });
    expect(home).toMatchObject({ allowed: false, reason: 'redirect-credentials-in-url' });
    const own = judge({ ...request, url: `${ORIGIN}/a` }, { response: to(302, 'https://u:p@app.example.com/b'), next: { response: answer(200) } });
    expect(own).toMatchObject({ allowed: true, reason: 'same-origin' });
  });
});

describe('before anything is sent', () => {
  test.each<[string, Partial<FetchRequest>, string]>([
    ['a method that fetch refuses', { method: 'trace' }, 'forbidden-method'],
    ['a scheme without CORS', { url: 'ftp://api.example.com/' }, 'not-http'],
    ['no URL', { url: '//' }, 'not-http'],
    ['plain http from a secure page', { method: 'PUT', url: 'http://api.example.com/' }, 'mixed-content'],
    ['another origin in mode same-origin', { method: 'PUT', mode: 'same-origin' }, 'mode-same-origin'],
    ['mode no-cors', { mode: 'no-cors' }, 'opaque'],
  ])('%s', (_what, change, reason) => {
    expect(judge({ ...request, ...change }, { response: answer(200, ACAO, ACAC) })).toMatchObject({ preflightNeeded: false, allowed: false, reason });
  });

  test('the own origin is asked nothing', () => {
    expect(judge({ ...put, url: `${ORIGIN}/a` }, { response: answer(200) })).toMatchObject({ preflightNeeded: false, allowed: true, reason: 'same-origin', sentOrigin: [ORIGIN] });
  });
});

describe('the preflight request', () => {
  test('names what is not safelisted, in lower case, sorted, each once, and carries nothing of the request', () => {
    const asked: FetchRequest = { ...put, headers: [['X-b', '1'], ['Authorization', 'Bearer x'], ['Accept', 'text/html'], ['Cookie', 'a=b'], ['x-B', '2'], ['Content-Type', 'application/json'], ['X-A', '1']] };
    expect(preflightRequestOf(asked)).toEqual({
      method: 'OPTIONS',
      headers: [
        ['accept', '*/*'],
        ['origin', ORIGIN],
        ['access-control-request-method', 'PUT'],
        ['access-control-request-headers', 'authorization,content-type,x-a,x-b'],
      ],
    });
  });

  test.each([
    ['delete', 'DELETE'],
    ['patch', 'patch'],
  ])('asks for %s as %s', (method, sent) => {
    expect(preflightRequestOf({ ...request, method }).headers).toContainEqual(['access-control-request-method', sent]);
  });

  test('has no line for names where there are none', () => {
    expect(preflightRequestOf(put).headers.map(([name]) => name)).not.toContain('access-control-request-headers');
  });

  test.each([
    ['bytes=5-5', false],
    ['bytes=5-4', true],
    ['bytes=5-', false],
    ['bytes=-5', true],
  ])('comes before Range: %s: %s', (range, asks) => {
    expect(needsPreflight({ ...request, headers: [['Range', range]] })).toBe(asks);
  });

  test('a character of a value is one byte', () => {
    expect([128, 129].map((length) => needsPreflight({ ...request, headers: [['Accept', 'é'.repeat(length)]] }))).toEqual([false, true]);
  });
});

describe('how long it is kept', () => {
  const kept = (text: string): object | null => maxAgeOf([['Access-Control-Max-Age', text]]);

  test.each([
    ['+600', { standard: 5, chromium: 600, firefox: 0, webkit: null }],
    ['', { standard: 5, chromium: 5, firefox: 5, webkit: null }],
    ['600, 600', { standard: 5, chromium: 5, firefox: 0, webkit: 5 }],
    ['600.5', { standard: 5, chromium: 5, firefox: 0, webkit: 5 }],
    ['0', { standard: 0, chromium: 0, firefox: 0, webkit: 0 }],
  ])('"%s"', (text, seconds) => {
    expect(kept(text)).toEqual(seconds);
  });

  test('only where the preflight was accepted', () => {
    const age = ['Access-Control-Max-Age', '60'] as const;
    const verdictOf = (...headers: readonly (readonly [string, string])[]): number | undefined => judge(put, { preflight: answer(204, ACAO, ACAC, age, ...headers), response: answer(200, ACAO, ACAC) }).maxAge?.standard;
    expect([verdictOf(METHODS), verdictOf()]).toEqual([60, undefined]);
  });
});
