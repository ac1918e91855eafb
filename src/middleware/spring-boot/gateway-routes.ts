import { anyOf, type OriginSet } from '../../origins/origin-set.js';
import { guardOf } from '../../policy/from-condition.js';
import { ALWAYS, whenAll, whenAny, type End, type Guard, type Probe } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { casesOfValue } from '../../values/cases.js';
import { pathGuard, samplePath } from '../spring/paths.js';
import type { Definition, Given, Route } from './gateway-definitions.js';

/** A route as requests meet it. */
export interface RouteInPlace {
  readonly route: Route;
  readonly when: Guard;
  readonly end: End;
  /** Patterns of its first `Path`; empty: any path. */
  readonly paths: readonly string[];
  readonly methods: readonly string[] | null;
  readonly host: string | undefined;
}

/** Routes that are told apart; what comes after them is not looked at. */
const MAX_ROUTES = 60;

export function inPlace(lists: readonly Given<Route>[]): readonly RouteInPlace[] {
  return lists.flatMap(({ when, items }) => items.slice(0, MAX_ROUTES).map((route): RouteInPlace => {
    const named = (name: string): Definition | undefined => route.predicates.find((one) => one.name === name);
    const paths = textsOf(named('Path')).filter((text) => !/^(?:true|false)$/i.test(text));
    const methods = textsOf(named('Method')).map((text) => text.toUpperCase());
    const [host] = textsOf(named('Host'));
    return { route, when: whenAll(guardOf(when), ...route.predicates.map(guardOfPredicate)), end: endOf(route), paths, methods: methods.length === 0 ? null : methods, host: host === undefined ? undefined : sampleHost(host) };
  })).slice(0, MAX_ROUTES);
}

function textsOf(definition: Definition | undefined): readonly string[] {
  return (definition?.args ?? []).flatMap(({ value }) => (value.kind === 'string' ? [value.value] : []));
}

function guardOfPredicate(predicate: Definition): Guard {
  const texts = textsOf(predicate);
  const known = texts.length === predicate.args.length && texts.length > 0;
  if (known && predicate.name === 'Path') return whenAny(...texts.filter((text) => !/^(?:true|false)$/i.test(text)).map((text) => pathGuard(text.startsWith('/') ? text : `/${text}`, predicate.at)));
  if (known && predicate.name === 'Method') return { g: 'method', in: texts.map((text) => text.toUpperCase()) };
  if (known && predicate.name === 'Host') return { g: 'host', in: anyOf(texts.map((text) => hostSet(text, predicate.at))) };
  return { g: 'fact', fact: { key: `predicate:${predicate.at.file}:${predicate.at.start}`, reason: 'unsupported-syntax', detail: `the predicate ${predicate.name}`, at: predicate.at } };
}

/** Ant's patterns with dots for slashes: `**.example.com`, `{sub}.example.com`. */
function hostSet(pattern: string, at: Span): OriginSet {
  const text = pattern.replace(/:\d+$/, '').replace(/\*\*|\{[^}]*\}/g, '*').toLowerCase();
  return text.includes('*') ? { s: 'glob', text, star: 'any-text', ignoreCase: true, ports: 'as-written', at } : { s: 'exact', text, comparison: [], at };
}

function sampleHost(pattern: string): string {
  return pattern.replace(/:\d+$/, '').replace(/\*\*|\*|\{[^}]*\}/g, 'www').toLowerCase();
}

/** `http://host:port` is a host; `lb://service` a service by its name; where the path is rewritten in other ways than by cutting, it is left open. */
function endOf({ uri, filters, predicates }: Route): End {
  const [target] = uri === undefined ? [] : casesOfValue(uri).flatMap(({ value }) => (value.kind === 'string' ? [value.value] : []));
  const [, scheme, host, port] = /^(https?|wss?|lb(?::\w+)?):\/\/([^/:?#{}]+)(?::(\d+))?/i.exec(target ?? '') ?? [];
  const rewritten = filters.some(({ name }) => /^(?:RewritePath|SetPath|PrefixPath|RewriteLocation|RequestHeaderToRequestUri|SetRequestUri)/.test(name));
  if (uri === undefined || host === undefined || scheme === undefined || rewritten) return { to: 'behind' };
  const cut = Number(textsOf(filters.find(({ name }) => name === 'StripPrefix'))[0] ?? 0);
  const first = textsOf(predicates.find(({ name }) => name === 'Path'))[0] ?? '';
  const segments = first.split('/').slice(1, cut + 1);
  if (cut > 0 && (segments.length < cut || segments.some((segment) => /[*{?]/.test(segment)))) return { to: 'behind' };
  const removed = filters.filter(({ name }) => name === 'RemoveRequestHeader').flatMap((filter) => textsOf(filter).map((header) => ({ op: 'remove', header: header.toLowerCase(), value: { v: 'literal', text: '', at: filter.at, written: true }, statuses: 'all', at: filter.at }) as const));
  const known = port === undefined ? (/^http$/i.test(scheme) ? 80 : /^https$/i.test(scheme) ? 443 : null) : Number(port);
  return { to: 'upstream', upstream: { host: host.toLowerCase(), port: known, request: removed, ...(cut > 0 ? { path: { prefix: `/${segments.join('/')}`, by: '' } } : {}), at: uri.at } };
}

/** Past so many places one policy says the same again. */
const MAX_PROBES = 40;

/** A request for each path of each route; without routes in view, for each mapping. */
export function probesOf(routes: readonly RouteInPlace[], mappings: readonly { readonly path: string; readonly at: Span }[], at: Span): readonly Probe[] {
  const probes = routes.flatMap(({ route, paths, methods, host }) => (paths.length === 0 ? ['/**'] : paths).map((path): Probe => ({ path: samplePath(path), ...(host === undefined ? {} : { host }), methods, requestHeaders: [], at: route.at })));
  if (probes.length > 0) return probes.slice(0, MAX_PROBES);
  const mapped = mappings.map(({ path, at: place }): Probe => ({ path: samplePath(path), methods: null, requestHeaders: [], at: place }));
  return mapped.length > 0 ? mapped : [{ path: '/', methods: null, requestHeaders: [], at }];
}

/** Requests that some route takes; without routes in view (they are made in code, or discovered) every request may be. */
export function routed(routes: readonly RouteInPlace[]): Guard {
  return routes.length === 0 ? ALWAYS : whenAny(...routes.map(({ when }) => when));
}
