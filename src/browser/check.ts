import { extractList, get, linesOf, type HeaderLine } from './headers.js';
import { normaliseMethod, SAFELISTED_METHODS, sentHeaders, unsafeNames, type FetchRequest } from './request.js';
import { urlFrom } from './url.js';

/** A server's answer; `status: null` is not known. */
export interface ServerAnswer {
  readonly status: number | null;
  readonly headers: readonly HeaderLine[];
}

/** One check that failed (or, undecided, may fail), with the step of the standard and what narrows it. */
export interface Failure {
  readonly reason: string;
  readonly step: string;
  readonly hint?: string;
}

/** What a check finds: nothing wrong, a failure, or that it depends on a text that is not known. */
export type Checked = 'pass' | 'undecided' | Failure;

/** Fetch, "CORS check". `origin` is the one that this hop sends. */
export function corsCheck(origin: string, credentials: FetchRequest['credentials'], response: ServerAnswer): Checked {
  const step = 'cors-check';
  const allowOrigin = get(response.headers, 'access-control-allow-origin');
  if (allowOrigin === undefined) return { reason: 'acao-missing', step };
  const lines = linesOf(response.headers, 'access-control-allow-origin').length;
  const permitted = credentials === 'include' ? credentialsCheck(response) : 'pass';
  if (allowOrigin === null) {
    // Whatever the unknown text is: two lines never equal one origin, and credentials need their own header.
    if (lines > 1) return { reason: 'acao-mismatch', step, hint: 'multiple-values' };
    return permitted === 'pass' ? 'undecided' : permitted;
  }
  if (allowOrigin === '*') return credentials === 'include' ? { reason: 'acao-wildcard-credentials', step } : 'pass';
  return allowOrigin === origin ? permitted : { reason: 'acao-mismatch', step, ...hinted(originHint(allowOrigin, origin, lines)) };
}

function credentialsCheck({ headers }: ServerAnswer): Checked {
  const value = get(headers, 'access-control-allow-credentials');
  if (value === 'true') return 'pass';
  // Two lines are joined: never the four bytes, whatever an unknown one says.
  const several = linesOf(headers, 'access-control-allow-credentials').length > 1;
  if (value === null && !several) return 'undecided';
  const hint = several ? 'multiple-values' : value?.toLowerCase() === 'true' ? 'case' : value !== undefined && isQuoted(value ?? '') ? 'quoted' : undefined;
  return { reason: 'acac-not-true', step: 'cors-check', ...hinted(hint) };
}

function isQuoted(text: string): boolean {
  return /^["'].*["']$/.test(text);
}

function hinted(hint: string | undefined): { readonly hint?: string } {
  return hint === undefined ? {} : { hint };
}

/** What keeps a text from equalling the origin, when it is plain to see. */
function originHint(text: string, origin: string, lines: number): string | undefined {
  if (lines > 1 || /\S[\s,]+\S/.test(text)) return 'multiple-values';
  if (text === '') return undefined;
  if (isQuoted(text)) return 'quoted';
  if (text.toLowerCase() === origin.toLowerCase()) return 'case';
  if (text.includes('*')) return 'glob';
  const page = urlFrom(origin);
  if (origin === 'null' || text === 'null' || page === undefined) return undefined;
  if (text === page.host || text === page.hostname) return 'missing-scheme';
  const named = urlFrom(text);
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text) || named === undefined) return undefined;
  if (named.origin === origin) {
    if (/[^\x20-\x7e]/.test(text)) return 'idn';
    if (/^[^:]+:\/\/[^/]*\//.test(text)) return 'path';
    if (/:(443|80)$/.test(text)) return 'default-port';
    return text.includes('[') ? 'ipv6' : 'case';
  }
  if (named.hostname !== page.hostname) return undefined;
  return named.protocol !== page.protocol ? 'scheme' : 'port';
}

/** Fetch, "CORS-preflight fetch" from step 7: the answer to the preflight against the request that waits. */
export function preflightCheck(origin: string, request: FetchRequest, response: ServerAnswer): Checked {
  return firstOf([() => prefixed(corsCheck(origin, request.credentials, response)), () => statusCheck(response.status), () => listsCheck(request, response)]);
}

/** The first certain failure; undecided if one before it, or none, is certain. A later certain failure outweighs doubt. */
export function firstOf(checks: readonly (() => Checked)[]): Checked {
  let doubt = false;
  for (const check of checks) {
    const checked = check();
    if (checked === 'undecided') doubt = true;
    else if (checked !== 'pass') return checked;
  }
  return doubt ? 'undecided' : 'pass';
}

function prefixed(checked: Checked): Checked {
  return typeof checked === 'string' ? checked : { ...checked, reason: `preflight-${checked.reason}` };
}

function statusCheck(status: number | null): Checked {
  if (status === null) return 'undecided';
  if (status >= 200 && status <= 299) return 'pass';
  const redirect = [301, 302, 303, 307, 308].includes(status);
  const hint = redirect ? 'redirect' : status === 401 ? 'auth' : status === 404 || status === 405 ? 'unrouted' : undefined;
  return { reason: 'preflight-status-not-ok', step: 'cors-preflight-fetch', ...hinted(hint) };
}

function listsCheck(request: FetchRequest, response: ServerAnswer): Checked {
  const step = 'cors-preflight-fetch';
  const listed = extractList(response.headers, 'access-control-allow-methods');
  const names = extractList(response.headers, 'access-control-allow-headers');
  if (listed === 'failure') return { reason: 'preflight-methods-invalid', step: 'extract-header-list-values' };
  if (names === 'failure') return { reason: 'preflight-headers-invalid', step: 'extract-header-list-values' };
  const method = normaliseMethod(request.method);
  const included = request.credentials === 'include';
  const methods = listed === undefined && request.forcePreflight === true ? [method] : listed;
  return firstOf([
    // A text that is not known may hold something that is no token, which fails for any method and any header.
    () => (methods === null || names === null ? 'undecided' : 'pass'),
    () => {
      if (methods === null || SAFELISTED_METHODS.includes(method)) return 'pass';
      if (methods?.includes(method) === true || (!included && methods?.includes('*') === true)) return 'pass';
      return { reason: 'preflight-method-not-allowed', step, ...hinted(methodHint(method, methods ?? [])) };
    },
    () => {
      if (names === null || !sentHeaders(request).some(([name]) => name.toLowerCase() === 'authorization')) return 'pass';
      return (names ?? []).some((name) => name.toLowerCase() === 'authorization') ? 'pass' : { reason: 'preflight-authorization-not-listed', step };
    },
    () => {
      if (names === null) return 'pass';
      const allowed = (names ?? []).map((name) => name.toLowerCase());
      const missing = unsafeNames(request).find((name) => !allowed.includes(name) && (included || !allowed.includes('*')));
      return missing === undefined ? 'pass' : { reason: 'preflight-header-not-allowed', step, hint: missing };
    },
  ]);
}

function methodHint(method: string, methods: readonly string[]): string | undefined {
  if (methods.includes('*')) return 'wildcard-credentials';
  if (methods.some((listed) => listed.toUpperCase() === method.toUpperCase())) return 'case';
  return methods.some((listed) => listed.replace(/'/g, '') === method) ? 'quoted' : undefined;
}
