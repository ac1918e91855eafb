import { ANY, exact, type OriginSet } from '../../origins/origin-set.js';
import { unless, whenAll, whenAny, type Effect, type End, type Guard, type Probe, type Step } from '../../policy/program.js';
import { itemsOf, keyOf, nodeAt, pairAt, pairsOf, resolve, textAt, valueOf, type YamlFile, type YamlNode } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import { isPreflight } from '../rs-cors/program.js';

/** One endpoint: what it serves, and what of its backend's response comes through. */
interface Endpoint {
  readonly path: string;
  readonly method: string;
  readonly needsToken: boolean;
  readonly end: End;
  /** The response of the backend comes through with its headers (`output_encoding: no-op`). */
  readonly raw: boolean;
  readonly at: Span;
}

export interface Router {
  /** By path; those without parameters come first. */
  readonly places: readonly (readonly [path: string, endpoints: readonly Endpoint[]])[];
  /** All endpoints are in view: a method that none of them has is served by none. */
  readonly complete: boolean;
  /** `router.auto_options`: OPTIONS is answered for every endpoint. */
  readonly autoOptions: boolean;
  /** Status for a method that a path does not serve. */
  readonly notAllowed: number;
}

/** Methods that KrakenD can serve; an endpoint with another one is left out. */
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

export function routerOf(file: YamlFile, root: YamlNode): Router {
  const list = nodeAt(root, 'endpoints');
  const nodes = itemsOf(list) ?? [];
  const value = list === undefined ? undefined : valueOf(file, list);
  const complete = value === undefined || value.kind === 'nothing' || (value.kind === 'list' && value.rest === undefined && value.items.every((item) => item.kind === 'record' && item.rest === undefined));
  const encoding = textAt(root, 'output_encoding');
  const router = nodeAt(root, 'extra_config', 'router') ?? nodeAt(root, 'extra_config', 'github_com/luraproject/lura/router/gin');
  return {
    places: byPath(nodes.flatMap((node) => endpointOf(node, encoding))),
    complete,
    autoOptions: isTrue(router, 'auto_options'),
    notAllowed: isTrue(router, 'disable_handle_method_not_allowed') ? 404 : 405,
  };
}

function byPath(endpoints: readonly Endpoint[]): Router['places'] {
  const places = new Map<string, Endpoint[]>();
  for (const endpoint of endpoints) {
    const known = places.get(endpoint.path);
    if (known === undefined) places.set(endpoint.path, [endpoint]);
    else known.push(endpoint);
  }
  return [...places].sort(([a], [b]) => Number(a.includes('{')) - Number(b.includes('{')));
}

function endpointOf(node: YamlNode, encoding: string | undefined): readonly Endpoint[] {
  const path = textAt(node, 'endpoint');
  const method = (textAt(node, 'method') ?? 'GET').toUpperCase();
  if (path === undefined || !path.startsWith('/') || !METHODS.includes(method)) return [];
  const raw = (textAt(node, 'output_encoding') ?? encoding) === 'no-op';
  const validator = nodeAt(node, 'extra_config', 'auth/validator');
  return [
    {
      path,
      method,
      // A token that is looked for in a cookie, or in a header with another name, says nothing of `Authorization`.
      needsToken: validator !== undefined && ['cookie_key', 'auth_header_name'].every((key) => pairAt(validator, key) === undefined),
      end: raw ? upstreamOf(node, path) : { to: 'behind' },
      raw,
      at: pairAt(node, 'endpoint')?.at ?? node.at,
    },
  ];
}

/** A raw endpoint has one backend. Of the request's headers it gets those that `input_headers` lists, none without. */
function upstreamOf(node: YamlNode, path: string): End {
  const [backend] = itemsOf(nodeAt(node, 'backend')) ?? [];
  const [host] = itemsOf(nodeAt(backend, 'host')) ?? [];
  const url = resolve(host);
  const [, name, port] = url?.kind === 'scalar' && !url.templated && typeof url.value === 'string' ? (/^(?:http:\/\/)?([\w.-]+)(?::(\d+))?\/?$/.exec(url.value) ?? []) : [];
  if (url === undefined || name === undefined) return { to: 'behind' };
  const pattern = textAt(backend, 'url_pattern') ?? path;
  const headers = (itemsOf(nodeAt(node, 'input_headers') ?? nodeAt(node, 'headers_to_pass')) ?? []).map((item) => (item.kind === 'scalar' ? String(item.value).toLowerCase() : '*'));
  const dropped: Effect = { op: 'remove', header: 'origin', value: { v: 'literal', text: '', at: url.at, written: false }, statuses: 'all', at: url.at };
  return {
    to: 'upstream',
    upstream: {
      host: name,
      port: Number(port ?? 80),
      request: headers.includes('*') || headers.includes('origin') ? [] : [dropped],
      ...(pattern === path ? {} : { path: pattern.includes('{') ? null : { whole: pattern } }),
      at: url.at,
    },
  };
}

function isTrue(node: YamlNode | undefined, key: string): boolean {
  const value = resolve(nodeAt(node, key));
  return value?.kind === 'scalar' && value.value === true;
}

/** `/users/{id}`: each parameter is one part of the path. */
function pathSet(path: string, at: Span): OriginSet {
  if (!/[{*]/.test(path)) return exact(path, at);
  const source = path.split(/\{[^{}]*\}|\*/).map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('[^/]+').replace(/\[\^\/\]\+$/, path.endsWith('*') ? '.*' : '$&');
  return source.length > 500 ? ANY : { s: 'regex', source, flags: '', dialect: 're2', use: 'full', subject: 'origin', at };
}

const CORS = ['origin', 'credentials', 'methods', 'headers'].map((name) => `access-control-allow-${name}`).concat('access-control-expose-headers', 'access-control-max-age', 'vary');

/** Paths that are told apart; what becomes of requests for others is not known. */
const MAX_PLACES = 500;

/**
 * What becomes of a request after the CORS handler: paths without parameters come first, a method that a path does not
 * serve is refused, and only raw endpoints let headers of the backend through.
 */
export function routingSteps({ places, complete, autoOptions, notAllowed }: Router, at: Span): readonly Step[] {
  return places.slice(0, MAX_PLACES).flatMap(([path, own]): readonly Step[] => {
    const here: Guard = { g: 'path', in: pathSet(path, own[0]!.at) };
    const served: Guard = { g: 'method', in: own.map(({ method }) => method) };
    return [
      ...(autoOptions ? [{ when: whenAll(here, { g: 'method', in: ['OPTIONS'] }), effects: [], end: { to: 'answer', status: 200 }, at } as const] : []),
      ...(complete ? [{ when: whenAll(here, unless(served)), effects: [], end: { to: 'answer', status: notAllowed }, at: own[0]!.at } as const] : []),
      ...own.map((endpoint): Step => ({ when: whenAll(here, { g: 'method', in: [endpoint.method] }), effects: endpoint.raw ? [] : CORS.map((header) => remove(header, endpoint.at)), end: endpoint.end, at: endpoint.at })),
      ...(complete ? [] : [{ when: whenAll(here, whenAny(unless(served), isPreflight(at))), effects: [], end: { to: 'behind' }, at: own[0]!.at } as const]),
    ];
  });
}

function remove(header: string, at: Span): Effect {
  return { op: 'remove', header, value: { v: 'literal', text: '', at, written: false }, statuses: 'all', at };
}

/** Past so many places one policy says the same again. */
const MAX_PROBES = 40;

/** One for every path, with the methods that it serves. */
export function probesOf({ places, complete }: Router, at: Span): readonly Probe[] {
  if (places.length === 0) return [{ path: '/', methods: null, requestHeaders: [], at }];
  return places.slice(0, MAX_PROBES).map(([path, own]) => ({
    path: path.replace(/\{[^{}]*\}|\*/g, '1'),
    methods: complete ? [...new Set(own.map(({ method }) => method))] : null,
    requestHeaders: own.some(({ needsToken }) => needsToken) ? ['authorization'] : [],
    at: own[0]!.at,
  }));
}

/** Keys of the component where KrakenD does not look: in an endpoint or one of its backends. */
export function* misplaced(root: YamlNode, namespaces: readonly string[]): Generator<Span> {
  for (const endpoint of itemsOf(nodeAt(root, 'endpoints')) ?? []) {
    for (const place of [endpoint, ...(itemsOf(nodeAt(endpoint, 'backend')) ?? [])]) {
      for (const pair of pairsOf(nodeAt(place, 'extra_config'))) if (namespaces.includes(keyOf(pair) ?? '')) yield pair.at;
    }
  }
}
