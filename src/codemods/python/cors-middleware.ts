import type { Probe } from '../../policy/program.js';
import type { Announcement } from '../codemod.js';
import type { Stated } from '../stated.js';
import { closed, isPreflighted, opened, SAFELISTED_HEADERS, SAFELISTED_METHODS } from './announcing.js';
import { originsSpelled, type Moving } from './origins.js';
import { spelled, spelledList, spelledRaw, type PythonStyle } from './style.js';

export interface Spelled {
  /** Keyword arguments, as they are written. */
  readonly args: readonly string[];
  readonly announcements: readonly Announcement[];
  readonly notes: readonly string[];
}

/**
 * What a policy says, as options of Starlette's `CORSMiddleware` (starlette/middleware/cors.py).
 * @returns a text where they cannot say it
 */
export function middlewareOptions(stated: Stated, moving: Moving, probes: readonly Probe[]): Spelled | string {
  const { style } = moving;
  const origins = originArguments(stated, moving);
  if (typeof origins === 'string') return origins;
  const isOpen = stated.origins.kind === 'any';
  const credentials = stated.credentials && !isOpen;
  const methods = methodsOf(stated, probes);
  const headers = stated.requestHeaders === 'requested' || stated.requestHeaders?.includes('*') === true ? ['*'] : (stated.requestHeaders ?? []);
  return {
    args: [
      ...origins,
      ...(credentials ? ['allow_credentials=True'] : []),
      `allow_methods=${texts(methods, style)}`,
      ...(headers.length === 0 ? [] : [`allow_headers=${texts(headers, style)}`]),
      ...(stated.exposedHeaders.length === 0 ? [] : [`expose_headers=${texts(stated.exposedHeaders, style)}`]),
      ...(stated.maxAge === null || stated.maxAge === DEFAULT_MAX_AGE ? [] : [`max_age=${stated.maxAge}`]),
    ],
    announcements: announcementsOf(stated, credentials, methods),
    notes: stated.credentials && isOpen ? ['Access-Control-Allow-Credentials is left out: browsers ignore it beside *'] : [],
  };
}

/** Seconds, where nothing is said. */
const DEFAULT_MAX_AGE = 600;

function originArguments({ origins, credentials }: Stated, moving: Moving): readonly string[] | string {
  const { style } = moving;
  if (origins.kind === 'any' || (origins.kind === 'reflected' && !credentials)) return [`allow_origins=${texts(['*'], style)}`];
  // `*` with credentials depends on the release; a pattern does not.
  if (origins.kind === 'reflected') return [`allow_origin_regex=${spelledRaw('.*', style)}`];
  const told = originsSpelled(origins, moving);
  if (typeof told === 'string') return told;
  const [pattern, ...more] = told.patterns;
  return [
    ...(told.list === undefined ? [] : [`allow_origins=${told.list}`]),
    ...(pattern === undefined ? [] : [`allow_origin_regex=${more.length === 0 ? (pattern.expression ?? spelledRaw(pattern.source, style)) : spelledRaw(told.patterns.map(({ source }) => `(?:${source})`).join('|'), style)}`]),
  ];
}

/** Those that browsers send without being allowed to are refused in a preflight where they are not named. */
function methodsOf({ methods }: Stated, probes: readonly Probe[]): readonly string[] {
  if (methods === null) return SAFELISTED_METHODS;
  if (methods === 'requested' || methods.includes('*')) return ['*'];
  const served = SAFELISTED_METHODS.filter((method) => method !== 'HEAD' && !methods.includes(method) && probes.some((probe) => probe.methods === null || probe.methods.includes(method)));
  return [...served, ...methods];
}

function announcementsOf(stated: Stated, credentials: boolean, methods: readonly string[]): readonly Announcement[] {
  const { preflightStatus } = stated;
  const answered = preflightStatus !== null && preflightStatus >= 200 && preflightStatus < 300;
  const headers = Array.isArray(stated.requestHeaders) ? stated.requestHeaders.map((name) => name.toLowerCase()) : [];
  const isWildcard = (list: Stated['methods']): boolean => Array.isArray(list) && list.includes('*');
  const isListed = (name: string): boolean => headers.includes(name) || (headers.includes('*') && !credentials && name !== 'authorization');
  const unlisted = SAFELISTED_HEADERS.filter((name) => stated.requestHeaders !== 'requested' && !isListed(name));
  const missing = methods.includes('*') ? [] : SAFELISTED_METHODS.filter((method) => !methods.includes(method));
  return [
    ...(answered ? [] : [opened('Preflights, which were not answered with success, are answered.', isPreflighted)]),
    ...(answered && headers.includes('*') ? [opened(credentials ? 'With credentials, browsers took * for the name of a header: now every header is allowed.' : '* did not stand for Authorization: now it is allowed as well.', ({ headers: sent }) => sent.some(([name]) => !isListed(name)))] : []),
    ...(answered && credentials && isWildcard(stated.methods) ? [opened('With credentials, browsers took * for the name of a method: now every method is allowed.', ({ method, credentials: mode }) => mode === 'include' && !SAFELISTED_METHODS.includes(method))] : []),
    ...(answered && unlisted.includes('content-type') && !headers.includes('*') ? [opened('Content-Type, which was not allowed, is always allowed by CORSMiddleware.', ({ headers: sent }) => sent.length > 0 && sent.every(([name]) => isListed(name) || unlisted.includes(name)))] : []),
    ...(answered && missing.includes('POST') ? [closed('A preflight for POST, which no route serves, is refused.', ({ method, headers: sent }) => missing.includes(method) && sent.length > 0)] : []),
  ];
}

function texts(items: readonly string[], style: PythonStyle): string {
  return spelledList(items.map((item) => spelled(item, style)));
}
