import { itemsOf, keyOf, nodeAt, pairAt, pairsOf, resolve, type YamlNode, type YamlPair } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import { entry, type RecordValue, type Value } from '../../values/value.js';
import type { Variables } from './variables.js';

/** A method and a path of one of the service's functions. */
export interface HttpEvent {
  readonly kind: 'http' | 'httpApi';
  /** Upper-case; `ANY` for all of them. */
  readonly method: string;
  /** Begins with a slash; `*` of an HTTP API, which takes what no other route does, is `/`. */
  readonly path: string;
  readonly settings: RecordValue | undefined;
  readonly at: Span;
}

/** A function of the service. */
export interface ServiceFunction {
  readonly name: string;
  readonly pair: YamlPair;
  readonly events: readonly HttpEvent[];
  /** Events that stand elsewhere or depend on the stage. */
  readonly open: boolean;
}

/** Functions, as a map or as a list of maps; those of another file are not listed. */
export function functionsOf(root: YamlNode, variables: Variables): readonly ServiceFunction[] {
  const functions = resolve(nodeAt(root, 'functions'));
  const maps = functions?.kind === 'seq' ? functions.items : [functions];
  return maps.flatMap((map) =>
    pairsOf(map).flatMap((pair): readonly ServiceFunction[] => {
      const name = keyOf(pair);
      if (name === undefined || resolve(pair.value)?.kind !== 'map') return [];
      const items = itemsOf(nodeAt(pair.value, 'events')) ?? [];
      const events = items.flatMap((item) => eventsIn(item, variables));
      return [{ name, pair, events, open: items.some((item) => resolve(item)?.kind === 'scalar') || (pairAt(pair.value, 'events') !== undefined && itemsOf(nodeAt(pair.value, 'events')) === undefined) }];
    }),
  );
}

function eventsIn(item: YamlNode, variables: Variables): readonly HttpEvent[] {
  return (['http', 'httpApi'] as const).flatMap((kind) => {
    const pair = pairAt(item, kind);
    if (pair?.value === undefined) return [];
    const value = variables.valueOf(pair.value);
    return value.kind === 'string' || value.kind === 'record' ? (eventOf(kind, value, pair) ?? []) : [];
  });
}

/** `GET /bills`, `*`, or a record with `path` and `method`. */
function eventOf(kind: HttpEvent['kind'], value: Value & { readonly kind: 'string' | 'record' }, pair: YamlPair): HttpEvent | undefined {
  if (value.kind === 'string') {
    const [method = '', path = '/'] = value.value.trim().split(/\s+/);
    return { kind, method: method === '*' ? 'ANY' : method.toUpperCase(), path: pathOf(method === '*' ? '/' : path), settings: undefined, at: pair.at };
  }
  const [method, path] = ['method', 'path'].map((key) => entry(value, key)?.value);
  if (path?.kind !== 'string') return undefined;
  const named = method?.kind === 'string' ? method.value.toUpperCase() : undefined;
  return { kind, method: named === undefined || named === '*' ? 'ANY' : named, path: pathOf(path.value), settings: value, at: pair.at };
}

/** Serverless drops a slash at both ends; `*` is every path. */
function pathOf(path: string): string {
  return path === '*' ? '/' : `/${path.replace(/^\//, '').replace(/\/$/, '')}`;
}
