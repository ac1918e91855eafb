import { extractList, get, linesOf, type HeaderLine } from './headers.js';
import { isSafelistedMethod, normaliseMethod, unsafeNames, type FetchRequest } from './request.js';
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

/** What browsers look at, in the order in which they do. */
export type CheckName =
  /** May script use the method at all? */
  | 'usable-method'
  /** Is the URL of the page's own origin, so that CORS has no say? */
  | 'own-origin'
  /** Is it a URL that the page may fetch across origins? */
  | 'reachable-url'
  /** Is it asked first? No failure either way. */
  | 'preflight-needed'
  | 'allow-origin'
  | 'allow-credentials'
  | 'ok-status'
  /** Are the lists of methods and headers lists of names? */
  | 'lists'
  | 'allow-methods'
  /** Authorization, which `*` does not cover. */
  | 'allow-authorization'
  | 'allow-headers'
  /** How long the preflight's answer is kept. No failure whatever it says. */
  | 'max-age'
  | 'redirect'
  /** Which headers of the response script sees. No failure either way. */
  | 'exposed-headers';

/** One check as it came out. */
export interface Check {
  readonly check: CheckName;
  /** Section of the Fetch standard, and the number of the step in it where that is the CORS check. */
  readonly step: string;
  readonly clause?: number;
  /** The message that it looks at. */
  readonly of: 'request' | 'preflight' | 'response';
  /** Redirects followed before. */
  readonly hop: number;
  /** Null: it depends on a text or a status that is not known. */
  readonly ok: boolean | null;
  /** Of a failure, as in the verdict. */
  readonly reason?: string;
  readonly hint?: string;
}

/** Is told of checks as they come out: none behind the first certain failure. */
export type Tell = (check: Omit<Check, 'hop'>) => void;

/** A check as it is told. */
export function outcome(what: Pick<Check, 'check' | 'step' | 'of' | 'clause'>, checked: Checked): Omit<Check, 'hop'> {
  if (typeof checked === 'string') return { ...what, ok: checked === 'pass' ? true : null };
  const { reason, step, hint } = checked;
  return { ...what, step, ok: false, reason, ...hinted(hint) };
}

/** Fetch, "CORS check". `origin` is the one that this hop sends. */
export function corsCheck(origin: string, credentials: FetchRequest['credentials'], response: ServerAnswer, tell: Tell | undefined, of: Check['of'] = 'response'): Checked {
  const step = 'cors-check';
  const allowOrigin = get(response.headers, 'access-control-allow-origin');
  const named = allowOriginCheck(allowOrigin, origin, credentials, response);
  tell?.(outcome({ check: 'allow-origin', step, of, clause: allowOrigin === undefined ? 2 : allowOrigin === '*' && named === 'pass' ? 3 : 4 }, named));
  if (typeof named !== 'string' || credentials !== 'include') return named;
  const permitted = credentialsCheck(response);
  tell?.(outcome({ check: 'allow-credentials', step, of, clause: typeof permitted === 'string' ? 7 : 8 }, permitted));
  // An origin that is not known needs the leave for credentials all the same.
  return permitted === 'pass' ? named : permitted;
}

function allowOriginCheck(allowOrigin: string | null | undefined, origin: string, credentials: FetchRequest['credentials'], response: ServerAnswer): Checked {
  const step = 'cors-check';
  if (allowOrigin === undefined) return { reason: 'acao-missing', step };
  const lines = linesOf(response.headers, 'access-control-allow-origin').length;
  // Whatever the unknown text is: two lines never equal one origin.
  if (allowOrigin === null) return lines > 1 ? { reason: 'acao-mismatch', step, hint: 'multiple-values' } : 'undecided';
  if (allowOrigin === '*') return credentials === 'include' ? { reason: 'acao-wildcard-credentials', step } : 'pass';
  return allowOrigin === origin ? 'pass' : { reason: 'acao-mismatch', step, ...hinted(originHint(allowOrigin, origin, lines)) };
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
export function preflightCheck(origin: string, request: FetchRequest, response: ServerAnswer, tell: Tell | undefined): Checked {
  const told: Tell | undefined = tell === undefined ? undefined : (check) => void tell(check.reason === undefined ? check : { ...check, reason: prefixed(check.reason) });
  return firstOf([
    () => {
      const checked = corsCheck(origin, request.credentials, response, told, 'preflight');
      return typeof checked === 'string' ? checked : { ...checked, reason: prefixed(checked.reason) };
    },
    () => {
      const checked = statusCheck(response.status);
      tell?.(outcome({ check: 'ok-status', step: 'cors-preflight-fetch', of: 'preflight' }, checked));
      return checked;
    },
    () => listsCheck(request, response, tell),
  ]);
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

function prefixed(reason: string): string {
  return `preflight-${reason}`;
}

function statusCheck(status: number | null): Checked {
  if (status === null) return 'undecided';
  if (status >= 200 && status <= 299) return 'pass';
  const redirect = [301, 302, 303, 307, 308].includes(status);
  const hint = redirect ? 'redirect' : status === 401 ? 'auth' : status === 404 || status === 405 ? 'unrouted' : undefined;
  return { reason: 'preflight-status-not-ok', step: 'cors-preflight-fetch', ...hinted(hint) };
}

function listsCheck(request: FetchRequest, response: ServerAnswer, tell: Tell | undefined): Checked {
  const step = 'cors-preflight-fetch';
  const listed = extractList(response.headers, 'access-control-allow-methods');
  const names = extractList(response.headers, 'access-control-allow-headers');
  if (listed === 'failure' || names === 'failure') {
    const failure: Failure = { reason: listed === 'failure' ? 'preflight-methods-invalid' : 'preflight-headers-invalid', step: 'extract-header-list-values' };
    tell?.(outcome({ check: 'lists', step, of: 'preflight' }, failure));
    return failure;
  }
  const method = normaliseMethod(request.method);
  const included = request.credentials === 'include';
  const methods = listed === undefined && request.forcePreflight === true ? [method] : listed;
  const allowed = names?.map((name) => name.toLowerCase()) ?? [];
  const asked = unsafeNames(request);
  const checks: readonly (readonly [check: CheckName, run: () => Checked])[] = [
    // A text that is not known may hold something that is no token, which fails for any method and any header.
    ['lists', () => (methods === null || names === null ? 'undecided' : 'pass')],
    [
      'allow-methods',
      () => {
        if (isSafelistedMethod(method) || methods?.includes(method) === true || (!included && methods?.includes('*') === true)) return 'pass';
        return methods === null ? 'undecided' : { reason: 'preflight-method-not-allowed', step, ...hinted(methodHint(method, methods ?? [])) };
      },
    ],
    [
      'allow-authorization',
      () => {
        if (!asked.includes('authorization') || allowed.includes('authorization')) return 'pass';
        return names === null ? 'undecided' : { reason: 'preflight-authorization-not-listed', step };
      },
    ],
    [
      'allow-headers',
      () => {
        const missing = asked.find((name) => !allowed.includes(name) && (included || !allowed.includes('*')));
        if (missing === undefined) return 'pass';
        return names === null ? 'undecided' : { reason: 'preflight-header-not-allowed', step, hint: missing };
      },
    ],
  ];
  // What the request does not carry is not looked for.
  const isLookedFor = (check: CheckName): boolean => (check !== 'allow-authorization' || asked.includes('authorization')) && (check !== 'allow-headers' || asked.length > 0);
  return firstOf(
    checks.filter(([check]) => isLookedFor(check)).map(([check, run]) => () => {
      const checked = run();
      tell?.(outcome({ check, step: check === 'lists' ? 'extract-header-list-values' : step, of: 'preflight' }, checked));
      return checked;
    }),
  );
}

function methodHint(method: string, methods: readonly string[]): string | undefined {
  if (methods.includes('*')) return 'wildcard-credentials';
  if (methods.some((listed) => listed.toUpperCase() === method.toUpperCase())) return 'case';
  return methods.some((listed) => listed.replace(/'/g, '') === method) ? 'quoted' : undefined;
}
