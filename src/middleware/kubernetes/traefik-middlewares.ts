import { ABSENT, exact } from '../../origins/origin-set.js';
import { ALWAYS, unless, whenAll, type Guard, type Upstream } from '../../policy/program.js';
import { itemsOf, keyOf, nodeAt, pairsOf, textAt, type YamlInProject, type YamlNode } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown } from '../../values/value.js';
import { objectsNear, type Placed } from './beside.js';
import type { Goal } from './routing.js';
import { writtenAt } from './written.js';

/** An upstream's path for requests of a part of the paths that a router takes. */
export interface Way {
  readonly when: Guard;
  readonly path?: NonNullable<Upstream['path']> | null;
}

/** What middlewares do to requests before the service gets them. */
export interface Passed {
  readonly refusals: readonly Goal[];
  readonly ways: readonly Way[];
  /** The middlewares that are in view: policies of CORS may stand in them. */
  readonly places: readonly Span[];
}

/** A middleware as a route names it. */
export interface Reference {
  readonly name: string;
  readonly namespace: string | undefined;
}

/** Kinds that leave the path alone and ask nobody for credentials. */
const PLAIN = new Set(['headers', 'compress', 'ratelimit', 'inflightreq', 'buffering', 'retry', 'circuitbreaker', 'contenttype', 'errors', 'ipwhitelist', 'ipallowlist', 'redirectscheme', 'passtlsclientcert', 'grpcweb', 'encodedcharacters']);
const MAX_CHAIN = 5;

/**
 * The middlewares of a route of Traefik, in order: `stripPrefix`, `addPrefix` and `replacePath` change the path,
 * `basicAuth`, `digestAuth` and `forwardAuth` ask for credentials, of preflights too. One that is not in view may do
 * anything to the path.
 * Documented: https://doc.traefik.io/traefik/middlewares/http/overview/
 */
export function passedThrough(file: YamlInProject, references: readonly Reference[], at: Span): Passed {
  if (references.length === 0) return { refusals: [], ways: [{ when: ALWAYS }], places: [] };
  const known = [...objectsNear(file, /^kind:[ \t]*["']?Middleware\b/m)].filter(({ object: { kind, group } }) => kind === 'Middleware' && /^traefik\./.test(group));
  const named = opened(references, known, 0);
  const refusals: Goal[] = [];
  let ways: readonly Way[] = [{ when: ALWAYS }];
  for (const middleware of named) {
    const [pair] = middleware === undefined ? [] : pairsOf(nodeAt(middleware.object.node, 'spec'));
    const kind = pair === undefined ? '' : (keyOf(pair) ?? '').toLowerCase();
    if (middleware === undefined || pair === undefined) ways = [{ when: ALWAYS, path: null }];
    else if (kind === 'basicauth' || kind === 'digestauth') refusals.push(refusal({ g: 'header', name: 'authorization', in: ABSENT }, pair.key.at));
    else if (kind === 'forwardauth') refusals.push(refusal(whenAll(WITHOUT_SESSION, unless(lets(middleware, pair.value, pair.key.at))), pair.key.at));
    else if (!PLAIN.has(kind)) ways = ways.length === 1 && ways[0]!.path === undefined ? waysOf(middleware, kind, pair.value, at) : [{ when: ALWAYS, path: null }];
  }
  return { refusals, ways, places: named.flatMap((middleware) => middleware?.object.node.at ?? []) };
}

const WITHOUT_SESSION: Guard = whenAll({ g: 'header', name: 'authorization', in: ABSENT }, { g: 'header', name: 'cookie', in: ABSENT });

/** Chains stand for their parts; undefined for what is not in view. */
function opened(references: readonly Reference[], known: readonly Placed[], depth: number): readonly (Placed | undefined)[] {
  return references.flatMap(({ name, namespace }): readonly (Placed | undefined)[] => {
    const [found, other] = known.filter(({ object }) => object.name === name && (namespace === undefined || object.namespace === undefined || object.namespace === namespace));
    if (found === undefined || other !== undefined) return [undefined];
    const chain = itemsOf(nodeAt(found.object.node, 'spec', 'chain', 'middlewares'));
    if (chain === undefined) return [found];
    return depth > MAX_CHAIN ? [undefined] : opened(referencesIn(chain, found.object.namespace), known, depth + 1);
  });
}

/** `[{name: strip, namespace: edge}]`. */
export function referencesIn(items: readonly YamlNode[], own: string | undefined): readonly Reference[] {
  return items.flatMap((item) => {
    const name = textAt(item, 'name');
    return name === undefined ? [] : [{ name, namespace: textAt(item, 'namespace') ?? own }];
  });
}

function waysOf({ file }: Placed, kind: string, settings: YamlNode | undefined, at: Span): readonly Way[] {
  const written = (key: string): string | undefined => {
    const found = writtenAt(file, settings, key);
    return found?.templated === true ? undefined : found?.text;
  };
  if (kind === 'addprefix') {
    const prefix = written('prefix');
    return [{ when: ALWAYS, path: prefix === undefined ? null : { prefix: '', by: prefix } }];
  }
  if (kind === 'replacepath') {
    const path = written('path');
    return [{ when: ALWAYS, path: path === undefined ? null : { whole: path } }];
  }
  const prefixes = kind === 'stripprefix' ? (itemsOf(nodeAt(settings, 'prefixes')) ?? []).map((item) => writtenAt(file, item)) : [];
  if (prefixes.length === 0 || prefixes.some((prefix) => prefix?.templated === true)) return [{ when: ALWAYS, path: null }];
  // What is left begins with a slash; a prefix with a slash at its end takes that along.
  return [
    ...prefixes.flatMap((prefix): readonly Way[] => {
      const text = prefix?.text.replace(/\/$/, '') ?? '';
      return text === '' ? [] : [{ when: { g: 'path', in: exact(text, at) }, path: { whole: '/' } }, { when: { g: 'path', in: { s: 'prefix', text: `${text}/`, subject: 'origin', ignoreCase: false, at } }, path: { prefix: `${text}/`, by: '/' } }];
    }),
    { when: ALWAYS },
  ];
}

function refusal(when: Guard, at: Span): Goal {
  return { when, end: { to: 'answer', status: 401, unauthenticated: true }, at };
}

function lets({ file }: Placed, settings: YamlNode | undefined, at: Span): Guard {
  const address = writtenAt(file, settings, 'address')?.text ?? 'the service that is asked';
  return { g: 'fact', fact: { ...factOf(unknown('upstream', `whether ${address} lets the request through`, at)), key: `auth ${address}` } };
}
