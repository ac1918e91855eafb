import { urlFrom } from './url.js';

/** A request that script makes, as `fetch` is given it. Repeated header names stay separate entries. */
export interface FetchRequest {
  /** Serialised origin of the page: `https://app.example.com`, or `null`. */
  readonly origin: string;
  readonly method: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly credentials: 'omit' | 'same-origin' | 'include';
  readonly url: string;
  readonly mode?: 'cors' | 'no-cors' | 'same-origin';
  /** An upload listener or a streaming body: Fetch's use-CORS-preflight flag. */
  readonly forcePreflight?: boolean;
  /** Local Network Access; never part of a CORS verdict. */
  readonly targetAddressSpace?: string;
}

const NORMALISED_METHODS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT'];
const FORBIDDEN_METHODS = ['CONNECT', 'TRACE', 'TRACK'];
const SAFELISTED_METHODS = ['GET', 'HEAD', 'POST'];

const FORBIDDEN_HEADERS = new Set(
  'accept-charset accept-encoding access-control-request-headers access-control-request-method connection content-length cookie cookie2 date dnt expect host keep-alive origin referer set-cookie te trailer transfer-encoding upgrade via'.split(' '),
);

/** Fetch, "normalize a method": six names in any case are upper-cased, others stay (`patch`). */
export function normaliseMethod(method: string): string {
  const upper = method.toUpperCase();
  return NORMALISED_METHODS.includes(upper) ? upper : method;
}

export function isSafelistedMethod(method: string): boolean {
  return SAFELISTED_METHODS.includes(normaliseMethod(method));
}

export function isForbiddenMethod(method: string): boolean {
  return FORBIDDEN_METHODS.includes(method.toUpperCase());
}

/** Fetch, "forbidden request-header": dropped without a word. */
export function isForbiddenHeader(name: string, value: string): boolean {
  const lower = name.toLowerCase();
  if (FORBIDDEN_HEADERS.has(lower) || lower.startsWith('proxy-') || lower.startsWith('sec-')) return true;
  return ['x-http-method', 'x-http-method-override', 'x-method-override'].includes(lower) && value.split(',').some((method) => isForbiddenMethod(method.trim()));
}

/** The headers that are really sent by script. */
export function sentHeaders({ headers }: Pick<FetchRequest, 'headers'>): FetchRequest['headers'] {
  return headers.filter(([name, value]) => !isForbiddenHeader(name, value));
}

// eslint-disable-next-line no-control-regex
const UNSAFE_BYTE = /[\x00-\x08\x0a-\x1f\x7f"():<>?@[\\\]{}]/;
const SAFE_TYPES = ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'];

/** Fetch, "CORS-safelisted request-header". A character of a header value is a byte: `fetch` refuses others. */
function isSafelisted(name: string, value: string): boolean {
  if (value.length > 128) return false;
  switch (name.toLowerCase()) {
    case 'accept':
      return !UNSAFE_BYTE.test(value);
    case 'accept-language':
    case 'content-language':
      return /^[0-9A-Za-z *,\-.;=]*$/.test(value);
    case 'content-type': {
      if (UNSAFE_BYTE.test(value)) return false;
      const essence = /^[\t\r\n ]*([^\t\r\n ;/]+\/[^\t\r\n ;,/]+)[\t\r\n ]*(;.*)?$/.exec(value)?.[1];
      return essence !== undefined && SAFE_TYPES.includes(essence.toLowerCase());
    }
    case 'range': {
      const range = /^bytes=(\d+)-(\d*)$/.exec(value);
      return range !== null && (range[2] === '' || Number(range[1]) <= Number(range[2]));
    }
    default:
      return false;
  }
}

const NONE: readonly string[] = [];
const unsafe = new WeakMap<FetchRequest['headers'], readonly string[]>();

/** Fetch, "CORS-unsafe request-header names": lower-case, sorted, each once. Remembered: many requests send the same. */
export function unsafeNames({ headers }: Pick<FetchRequest, 'headers'>): readonly string[] {
  if (headers.length === 0) return NONE;
  let known = unsafe.get(headers);
  if (known === undefined) unsafe.set(headers, (known = unsafeAmong(headers)));
  return known;
}

function unsafeAmong(headers: FetchRequest['headers']): readonly string[] {
  const names: string[] = [];
  const safe: string[] = [];
  let total = 0;
  for (const [name, value] of sentHeaders({ headers })) {
    if (isSafelisted(name, value)) {
      safe.push(name.toLowerCase());
      total += value.length;
    } else names.push(name.toLowerCase());
  }
  return [...new Set(total > 1024 ? [...names, ...safe] : names)].sort();
}

/** What stops a cross-origin request before anything is sent, or keeps its response from script whatever it says. */
export function refusal(request: FetchRequest): { readonly reason: string; readonly step: string } | undefined {
  const step = 'main-fetch';
  const url = urlFrom(request.url);
  if (url === undefined || !/^https?:$/.test(url.protocol)) return { reason: 'not-http', step };
  if (isMixedContent(request.origin, url)) return { reason: 'mixed-content', step };
  if (request.mode === 'same-origin') return { reason: 'mode-same-origin', step };
  if (request.mode === 'no-cors') return { reason: 'opaque', step: 'main-fetch no-cors' };
  return undefined;
}

/** Mixed Content: a secure page may not fetch plain http, loopback excepted. */
function isMixedContent(origin: string, url: Readonly<URL>): boolean {
  if (url.protocol !== 'http:' || !origin.startsWith('https:')) return false;
  return !/^(127(\.\d+){3}|\[::1\]|localhost|.*\.localhost)$/.test(url.hostname);
}

/** Does the request ask first? (Fetch, main fetch and HTTP fetch.) */
export function needsPreflight(request: FetchRequest): boolean {
  if (isForbiddenMethod(request.method) || sameOrigin(request.origin, request.url) || refusal(request) !== undefined) return false;
  return asksFirst(request);
}

/** Does a cross-origin request in mode `cors` ask first? */
export function asksFirst(request: FetchRequest): boolean {
  return request.forcePreflight === true || !isSafelistedMethod(request.method) || unsafeNames(request).length > 0;
}

/** The OPTIONS request that a browser sends first: never with cookies or the request's own headers. */
export function preflightRequestOf(request: FetchRequest): { readonly method: 'OPTIONS'; readonly headers: readonly (readonly [string, string])[] } {
  const names = unsafeNames(request);
  return {
    method: 'OPTIONS',
    headers: [
      ['accept', '*/*'],
      ['origin', request.origin],
      ['access-control-request-method', normaliseMethod(request.method)],
      ...(names.length === 0 ? [] : [['access-control-request-headers', names.join(',')] as const]),
    ],
  };
}

/** Is the URL of the page's own origin? Never for an opaque one. */
export function sameOrigin(origin: string, url: string): boolean {
  return origin !== 'null' && urlFrom(url)?.origin === origin;
}
