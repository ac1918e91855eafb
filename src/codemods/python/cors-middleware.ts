import type { Probe } from '../../policy/program.js';
import type { Announcement } from '../codemod.js';
import type { Stated } from '../stated.js';
import { allowsEveryHeader, allowsEveryMethod, allowsSafelisted, answersPreflights, refusesUnserved, servedMethods } from './announcing.js';
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
  const methods = servedMethods(stated, probes);
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
    notes: [...(stated.credentials && isOpen ? ['Access-Control-Allow-Credentials is left out: browsers ignore it beside *'] : []), ...(isFromEnvironment(stated) ? [`keep * out of ${origins[0]!.replace(/^\w+=/, '')}: CORSMiddleware takes it for every origin`] : [])],
  };
}

/** Is what is let in known when the program runs? */
export function isFromEnvironment({ origins }: Stated): boolean {
  return origins.kind === 'listed' && origins.leaves.length === 0;
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

function announcementsOf(stated: Stated, credentials: boolean, methods: readonly string[]): readonly Announcement[] {
  return [...answersPreflights(stated), ...allowsEveryHeader(stated, credentials), ...allowsEveryMethod(stated, credentials), ...allowsSafelisted(stated, credentials), ...refusesUnserved(stated, methods)];
}

function texts(items: readonly string[], style: PythonStyle): string {
  return spelledList(items.map((item) => spelled(item, style)));
}
