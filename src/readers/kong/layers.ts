import { ABSENT, exact } from '../../origins/origin-set.js';
import { reaches, type Route } from '../../middleware/gateway-plugins/routes.js';
import { unless, whenAll, type Guard, type Policy, type Probe, type Step, type Upstream } from '../../policy/program.js';
import { itemsOf, nodeAt, pairAt, resolve, textAt, type YamlFile, type YamlNode } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import type { Reading } from '../reader.js';
import type { Scoped } from './instances.js';

/**
 * Routes of a declarative file as a layer, in the order in which Kong asks them; behind a `cors` plugin, where `carries` says
 * so. A request that is none of theirs goes on: other files may have routes, too.
 * Documented: https://developer.konghq.com/gateway/entities/route/
 */
export function* routeLayer(file: YamlFile, root: YamlNode, scoped: readonly Scoped[], carries: Span | undefined): Generator<Reading> {
  const places = scoped.flatMap((one) => placesOf(file, root, one)).sort((a, b) => b.weight - a.weight || b.length - a.length);
  const [first] = places;
  if (first === undefined) return;
  const policy: Policy = {
    reader: 'kong',
    title: scoped.length === 1 ? `route ${scoped[0]!.name ?? 'without a name'}` : 'routes of Kong',
    layer: 'gateway',
    at: first.at,
    steps: places.flatMap(({ steps }) => steps),
    behind: { options: null },
    probes: places.slice(0, MAX_PROBES).map(({ probe }) => probe),
    survivesUncaught: true,
    listens: [],
    evidence: { handWritten: false, canAddVary: false, readsCookies: 'unknown', noStore: false },
    notes: [],
  };
  yield { kind: 'layer', layer: { policy, ...(carries === undefined ? {} : { carries: [carries] }) } };
}

const MAX_PROBES = 60;

/** One path of a route. */
interface Place {
  /** Kinds of things that the route asks for: more of them are asked first. */
  readonly weight: number;
  /** Then patterns, and the longer of two prefixes. */
  readonly length: number;
  readonly steps: readonly Step[];
  readonly probe: Probe;
  readonly at: Span;
}

function placesOf(file: YamlFile, root: YamlNode, { node, route, owner }: Scoped): readonly Place[] {
  const upstream = owner === undefined ? undefined : upstreamOf(file, root, owner);
  if (upstream === undefined) return [];
  const { methods, paths, hosts } = route;
  const weight = [methods !== null, paths.length > 0, hosts.length > 0, nodeAt(node, 'headers') !== undefined].filter(Boolean).length;
  const strips = boolean(node, 'strip_path') ?? true;
  const refusals = [nodeAt(node, 'plugins'), nodeAt(owner, 'plugins'), nodeAt(root, 'plugins')].flatMap((list) => refusalsOf(list, list === nodeAt(root, 'plugins')));
  return (paths.length === 0 ? [undefined] : paths).map((path): Place => {
    const match = reaches({ ...route, paths: path === undefined ? [] : [path] } satisfies Route);
    const text = path?.set.s === 'prefix' ? path.set.text : undefined;
    const [host] = hosts;
    return {
      weight,
      length: path === undefined ? 0 : text === undefined ? Infinity : text.length,
      steps: [
        ...refusals.map(({ when, at }): Step => ({ when: whenAll(match, when), effects: [], end: { to: 'answer', status: 401, unauthenticated: true }, at })),
        ...pathsBehind(upstream.path, strips, path === undefined ? '/' : text, route.at).map(({ when, path: sent }): Step => ({ when: whenAll(match, when), effects: [], end: { to: 'upstream', upstream: { ...upstream.address, request: [], ...(sent === undefined ? {} : { path: sent }), at: upstream.at } }, at: route.at })),
      ],
      probe: { path: path?.sample.startsWith('/') === true ? path.sample : '/', ...(host === undefined ? {} : { host: host.text.replace(/:\d+$/, '').replace('*', 'www').toLowerCase() }), methods, requestHeaders: [], at: route.at },
      at: route.at,
    };
  });
}

/** The path that the service gets: its own, and behind it what is left of the request's; of a pattern nobody knows what that is. */
function pathsBehind(own: string, strips: boolean, matched: string | undefined, at: Span): readonly { readonly when: Guard; readonly path?: NonNullable<Upstream['path']> | null }[] {
  const always: Guard = { g: 'always' };
  if (!strips) return [{ when: always, ...(own === '' ? {} : { path: { prefix: '', by: own } }) }];
  if (matched === undefined) return [{ when: always, path: null }];
  if (matched.endsWith('/')) return [{ when: always, ...(matched === '/' && own === '' ? {} : { path: { prefix: matched, by: `${own}/` } }) }];
  return [
    { when: { g: 'path', in: exact(matched, at) }, path: { whole: own === '' ? '/' : own } },
    { when: always, path: { prefix: matched, by: own } },
  ];
}

interface Address {
  readonly address: Pick<Upstream, 'host' | 'port'>;
  /** Without a slash at its end. */
  readonly path: string;
  readonly at: Span;
}

/** `url: http://api:3000/v1`, or `host`, `port` (80) and `path`; a host that is the name of an upstream is the first of its targets. */
function upstreamOf(file: YamlFile, root: YamlNode, service: YamlNode): Address | undefined {
  const pair = pairAt(service, 'url') ?? pairAt(service, 'host');
  const text = written(file, pair?.value);
  if (pair === undefined || text === undefined) return undefined;
  const [, scheme, named, digits, path = ''] = /^(?:(https?):\/\/)?([^/:]+)(?::(\d+))?(\/.*)?$/.exec(text) ?? [];
  if (named === undefined || /[$%{}]/.test(text)) return { address: { host: text, port: null }, path: '', at: pair.at };
  const port = digits ?? written(file, nodeAt(service, 'port')) ?? (scheme === 'https' || textAt(service, 'protocol') === 'https' ? '443' : '80');
  const balanced = (itemsOf(nodeAt(root, 'upstreams')) ?? []).find((upstream) => textAt(upstream, 'name') === named);
  const target = textAt(itemsOf(nodeAt(balanced, 'targets'))?.[0], 'target');
  const [, first, own] = /^(.+?)(?::(\d+))?$/.exec(target ?? '') ?? [];
  const address = first === undefined ? { host: named, port: Number(port) } : { host: first, port: Number(own ?? 8000) };
  return { address, path: ((scheme === undefined ? textAt(service, 'path') : path) ?? '').replace(/\/$/, ''), at: pair.at };
}

/** A scalar as text, whatever a template may write into it. */
function written({ source }: YamlFile, node: YamlNode | undefined): string | undefined {
  const found = resolve(node);
  return found?.kind !== 'scalar' || found.value === null ? undefined : found.templated ? source.text.slice(found.at.start, found.at.end) : String(found.value);
}

/** Plugins that ask for credentials. They run behind `cors`, and for preflights as well unless they are told otherwise. */
function refusalsOf(plugins: YamlNode | undefined, global: boolean): readonly { readonly when: Guard; readonly at: Span }[] {
  return (itemsOf(plugins) ?? []).flatMap((plugin) => {
    const name = textAt(plugin, 'name') ?? '';
    if (!/^(?:key-auth|basic-auth|jwt)$/.test(name) || boolean(plugin, 'enabled') === false || nodeAt(plugin, 'config', 'anonymous') !== undefined) return [];
    if (global && ['route', 'service', 'consumer'].some((key) => pairAt(plugin, key) !== undefined)) return [];
    const without: Guard = name === 'key-auth' ? { g: 'header', name: keyName(plugin), in: ABSENT } : { g: 'header', name: 'authorization', in: ABSENT };
    const passes = name !== 'basic-auth' && boolean(nodeAt(plugin, 'config'), 'run_on_preflight') === false;
    return [{ when: passes ? whenAll(without, unless({ g: 'method', in: ['OPTIONS'] })) : without, at: pairAt(plugin, 'name')!.at }];
  });
}

function keyName(plugin: YamlNode): string {
  return (textAt(itemsOf(nodeAt(plugin, 'config', 'key_names'))?.[0]) ?? 'apikey').toLowerCase();
}

function boolean(node: YamlNode | undefined, key: string): boolean | undefined {
  const found = resolve(nodeAt(node, key));
  return found?.kind === 'scalar' && typeof found.value === 'boolean' ? found.value : undefined;
}
