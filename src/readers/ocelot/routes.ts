import { ANY, exact, type OriginSet } from '../../origins/origin-set.js';
import { ALWAYS, whenAll, type End, type Guard } from '../../policy/program.js';
import { itemsOf, keyOf, pairsOf, resolve, type YamlNode, type YamlPair } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';

/** One route: the requests that it takes, and where these go. */
export interface Route {
  readonly node: YamlNode;
  readonly path: string;
  /** Null: any. */
  readonly methods: readonly string[] | null;
  readonly host: string | undefined;
  readonly priority: number;
  readonly when: Guard;
  readonly end: End;
  /** Where the methods stand, else the path. */
  readonly at: Span;
}

/** The pair with a key; .NET's configuration takes it in any case. */
export function pairNamed(node: YamlNode | undefined, ...path: readonly string[]): YamlPair | undefined {
  let at = node;
  let found: YamlPair | undefined;
  for (const key of path) {
    found = pairsOf(at).findLast((pair) => keyOf(pair)?.toLowerCase() === key.toLowerCase());
    if (found === undefined) return undefined;
    at = found.value;
  }
  return found;
}

export function scalarNamed(node: YamlNode | undefined, ...path: readonly string[]): string | number | boolean | undefined {
  const value = resolve(pairNamed(node, ...path)?.value);
  return value?.kind === 'scalar' && !value.templated && value.value !== null ? value.value : undefined;
}

/** The routes (`ReRoutes` before 16) in the order in which Ocelot asks them: by priority, and as they are written. */
export function routesOf(root: YamlNode): readonly Route[] {
  const list = pairNamed(root, 'Routes') ?? pairNamed(root, 'ReRoutes');
  return (itemsOf(list?.value) ?? []).flatMap(routeOf).sort((a, b) => b.priority - a.priority);
}

function routeOf(node: YamlNode): readonly Route[] {
  const path = scalarNamed(node, 'UpstreamPathTemplate');
  if (typeof path !== 'string' || !path.startsWith('/')) return [];
  const listed = pairNamed(node, 'UpstreamHttpMethod');
  const texts = (itemsOf(listed?.value) ?? []).map((item) => (item.kind === 'scalar' && !item.templated ? String(item.value).trim().toUpperCase() : undefined));
  const methods = texts.length === 0 || texts.includes(undefined) ? null : texts.flatMap((text) => text ?? []);
  const host = scalarNamed(node, 'UpstreamHost');
  const at = (listed ?? pairNamed(node, 'UpstreamPathTemplate')!).at;
  const everything = /^\/\{[^{}]*\}$/.test(path);
  const priority = scalarNamed(node, 'Priority');
  const here: Guard = { g: 'path', in: everything ? ANY : templateSet(path, scalarNamed(node, 'RouteIsCaseSensitive') === true, at) };
  return [
    {
      node,
      path,
      methods,
      host: typeof host === 'string' && host !== '' ? host : undefined,
      priority: everything ? 0 : typeof priority === 'number' ? priority : 1,
      when: whenAll(here, methods === null ? ALWAYS : { g: 'method', in: methods }, typeof host === 'string' && host !== '' ? { g: 'host', in: exact(host.replace(/:\d+$/, '').toLowerCase(), at) } : ALWAYS),
      end: endOf(node, path),
      at,
    },
  ];
}

/** A template as Ocelot makes a pattern of it: a placeholder is a part of the path, at the end all that follows. */
function templateSet(template: string, caseSensitive: boolean, at: Span): OriginSet {
  const path = template.replace(/\?.*$/, '');
  const [, before = path, last] = /^(.*)\/(\{[^{}]*\})$/.exec(path) ?? [];
  const slash = last === undefined && before.endsWith('/') && before.length > 1;
  const body = (slash ? before.slice(0, -1) : before).split(/\{[^{}]*\}/).map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('[^/]+');
  const source = `${body}${last !== undefined ? '(?:|/.*)' : slash ? '(?:/|)' : ''}`;
  return source.length > 500 ? ANY : { s: 'regex', source, flags: caseSensitive ? '' : 'i', dialect: 'js', use: 'full', subject: 'origin', at };
}

/** One host behind is an upstream; several share the requests among them. */
function endOf(node: YamlNode, path: string): End {
  const hosts = itemsOf(pairNamed(node, 'DownstreamHostAndPorts')?.value) ?? [];
  const [host, port] = [scalarNamed(hosts[0], 'Host'), scalarNamed(hosts[0], 'Port')];
  if (hosts.length !== 1 || typeof host !== 'string') return { to: 'behind' };
  const template = scalarNamed(node, 'DownstreamPathTemplate');
  const rewritten = template === path ? {} : { path: typeof template === 'string' && !template.includes('{') ? { whole: template } : null };
  return { to: 'upstream', upstream: { host, port: typeof port === 'number' ? port : 80, request: [], ...rewritten, at: hosts[0]!.at } };
}
