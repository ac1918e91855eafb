import type { Probe } from '../../policy/program.js';
import type { Announcement } from '../codemod.js';
import type { Stated } from '../stated.js';
import { allowsEveryHeader, allowsEveryMethod, answersPreflights, refusesUnserved, servedMethods } from './announcing.js';
import { isFromEnvironment, type Spelled } from './cors-middleware.js';
import { originsSpelled, type Moving } from './origins.js';
import { spelled, spelledList, spelledRaw, type PythonStyle } from './style.js';

/**
 * What a policy says, as options of Flask-CORS (flask_cors/core.py): what is its default is left out.
 * @returns a text where they cannot say it
 */
export function extensionOptions(stated: Stated, moving: Moving, probes: readonly Probe[]): Spelled | string {
  const { style } = moving;
  const origins = originArguments(stated, moving);
  if (typeof origins === 'string') return origins;
  const isOpen = stated.origins.kind === 'any';
  const credentials = stated.credentials && !isOpen;
  const methods = servedMethods(stated, probes);
  const { requestHeaders } = stated;
  const mirrors = requestHeaders === 'requested' || requestHeaders?.includes('*') === true;
  return {
    args: [
      ...origins,
      ...(credentials ? ['supports_credentials=True'] : []),
      ...(methods.includes('*') ? [] : [`methods=${texts(methods, style)}`]),
      ...(mirrors ? [] : [`allow_headers=${texts(requestHeaders ?? [], style)}`]),
      ...(stated.exposedHeaders.length === 0 ? [] : [`expose_headers=${texts(stated.exposedHeaders, style)}`]),
      ...(stated.maxAge === null || stated.maxAge === 0 ? [] : [`max_age=${stated.maxAge}`]),
    ],
    announcements: announcementsOf(stated, credentials, methods),
    notes: [...(stated.credentials && isOpen ? ['Access-Control-Allow-Credentials is left out: browsers ignore it beside *'] : []), ...(isFromEnvironment(stated) ? [`keep * and patterns out of ${origins[0]!.replace(/^\w+=/, '')}: Flask-CORS takes them for all origins that match`] : [])],
  };
}

function originArguments({ origins }: Stated, moving: Moving): readonly string[] | string {
  const { style } = moving;
  // By default it sends every origin back as it came.
  if (origins.kind === 'any') return [`origins=${spelled('*', style)}`, 'send_wildcard=True'];
  if (origins.kind === 'reflected') return [`origins=${spelled('*', style)}`];
  const told = originsSpelled(origins, moving);
  if (typeof told === 'string') return told;
  // It matches the beginning of an origin, and takes a text for a pattern where it has one of the signs of patterns.
  const patterns = told.patterns.map(({ source }) => spelledRaw(/(?:^|[^\\])\$$/.test(source) ? source : source.includes('|') ? `(?:${source})$` : `${source}$`, style));
  if (patterns.length === 0) return [`origins=${told.list ?? '[]'}`];
  const named = told.list === undefined ? [] : told.list.startsWith('[') ? [told.list.slice(1, -1).trim().replace(/,$/, '')] : [`*${told.list}`];
  return [`origins=${spelledList([...named, ...patterns])}`];
}

function announcementsOf(stated: Stated, credentials: boolean, methods: readonly string[]): readonly Announcement[] {
  return [...answersPreflights(stated), ...allowsEveryHeader(stated, credentials), ...allowsEveryMethod(stated, credentials), ...refusesUnserved(stated, methods)];
}

function texts(items: readonly string[], style: PythonStyle): string {
  return spelledList(items.map((item) => spelled(item, style)));
}
