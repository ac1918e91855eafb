import type { Answers, FetchRequest, ServerAnswer } from '../../src/browser/judge.js';
import type { Random } from './seed.js';

const APP = 'https://app.example.com';
const API = 'https://api.example.com/data';
const ORIGINS = [APP, APP, 'null', 'http://app.example.com', 'https://app.example.com:8443'] as const;
const METHODS = ['GET', 'GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'patch', 'PATCH', 'OPTIONS', 'put'] as const;
const HEADERS = [
  ['X-A', '1'],
  ['x-b', '2'],
  ['Authorization', 'Bearer x'],
  ['Content-Type', 'application/json'],
  ['Content-Type', 'text/plain;charset=utf-8'],
  ['Content-Type', 'text/plain, text/html'],
  ['Accept', 'text/(html)'],
  ['Accept-Language', 'en_GB'],
  ['Range', 'bytes=0-9'],
  ['Range', 'bytes=-9'],
  ['X-HTTP-Method-Override', 'TRACE'],
] as const satisfies readonly (readonly [string, string])[];

/** Texts right and wrong, as servers write them. */
const LISTS = {
  'Access-Control-Allow-Methods': ['*', 'PUT', 'PUT, DELETE,PATCH , patch', 'put, delete', 'GET POST', '', "'PUT'", '"PUT"'],
  'Access-Control-Allow-Headers': ['x-a, X-B, content-type, accept, accept-language, range, authorization', 'x-a', 'X-A,,X-B,', 'x-a x-b', '', 'Content-Type, Authorization'],
  'Access-Control-Expose-Headers': ['*', 'X-Total', 'x-total, ETag', 'X-Total ETag', 'Set-Cookie, X-Total'],
} as const;

/** A random request and an exchange that is mostly nearly right, so that every check decides now and then. */
export function generatedExchange(random: Random): { readonly request: FetchRequest; readonly answers: Answers } {
  const origin = random.pick(ORIGINS);
  const request: FetchRequest = {
    origin,
    method: random.pick(METHODS),
    // One entry per name: what Chromium does with repeated ones is its documented deviation.
    headers: unique(random.times(0, 2, () => random.pick<FetchRequest['headers'][number]>(HEADERS))),
    credentials: random.pick(['omit', 'same-origin', 'include', 'include']),
    url: random.chance(0.1) ? `${APP}/own` : API,
  };
  return { request, answers: answersTo(random, request, 2) };
}

function unique(headers: FetchRequest['headers']): FetchRequest['headers'] {
  return [...new Map(headers.map((header) => [header[0].toLowerCase(), header])).values()];
}

function answersTo(random: Random, request: FetchRequest, hops: number): Answers {
  const preflight = answer(random, request, random.chance(0.9) ? random.pick([200, 204]) : random.pick([301, 403, 404, 500]), true);
  if (hops > 0 && random.chance(0.3)) {
    const location = random.pick(['https://api.example.com/new', 'https://cdn.example.org/data', `${APP}/home`, '/relative', 'https://u:p@cdn.example.org/']);
    const response = answer(random, request, random.pick([301, 302, 303, 307, 308]), false);
    return { preflight, response: { ...response, headers: [...response.headers, ['Location', location]] }, next: answersTo(random, random.chance(0.5) ? request : { ...request, origin: 'null' }, hops - 1) };
  }
  return { preflight, response: answer(random, request, random.pick([200, 200, 404, 500]), false) };
}

function answer(random: Random, { origin, credentials }: FetchRequest, status: number, isPreflight: boolean): ServerAnswer {
  const headers: (readonly [string, string])[] = [];
  const right = credentials === 'include' || random.chance(0.5) ? origin : '*';
  headers.push(...(random.chance(0.85) ? [['Access-Control-Allow-Origin', right] as const] : random.times(0, 2, () => ['access-control-allow-origin', random.pick(['*', origin, `${origin}/`, origin.toUpperCase(), 'null', '', `${origin}, ${APP}`, 'https://*.example.com'])] as const)));
  if (random.chance(credentials === 'include' ? 0.9 : 0.3)) headers.push(['Access-Control-Allow-Credentials', random.chance(0.9) ? 'true' : random.pick(['True', 'false', '"true"', ''])]);
  if (isPreflight) {
    const [generous] = LISTS['Access-Control-Allow-Headers'];
    if (random.chance(0.9)) headers.push(['Access-Control-Allow-Methods', random.chance(0.6) ? 'PUT, DELETE,PATCH , patch, OPTIONS' : random.pick(LISTS['Access-Control-Allow-Methods'])]);
    if (random.chance(0.9)) headers.push(['Access-Control-Allow-Headers', random.chance(0.6) ? generous : random.pick(LISTS['Access-Control-Allow-Headers'])]);
  } else {
    headers.push(['X-Total', '3'], ['ETag', '"1"'], ['Content-Type', 'text/plain'], ['Set-Cookie', 'a=b']);
    if (random.chance(0.6)) headers.push(['Access-Control-Expose-Headers', random.pick(LISTS['Access-Control-Expose-Headers'])]);
  }
  return { status, headers };
}
