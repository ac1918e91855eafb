import { ABSENT } from '../../origins/origin-set.js';
import { unless, whenAll, type Guard } from '../../policy/program.js';
import { itemsOf, keyOf, nodeAt, pairsOf, textAt, type YamlInProject, type YamlNode } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown } from '../../values/value.js';
import { pathBehind, PATH_SETTINGS, type PathChanges, type PathWay } from '../traefik/path-changes.js';
import { objectsNear, type Placed } from './beside.js';
import type { Goal } from './routing.js';
import { writtenAt } from './written.js';

/** What middlewares do to requests before the service gets them. */
export interface Passed {
  readonly refusals: readonly Goal[];
  readonly ways: readonly PathWay[];
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
/** Past so many of one route, those of chains among them, nobody wrote them. */
const MAX_MIDDLEWARES = 100;

/**
 * The middlewares of a route of Traefik, in order: `stripPrefix`, `addPrefix` and `replacePath` change the path,
 * `basicAuth`, `digestAuth` and `forwardAuth` ask for credentials, of preflights too. One that is not in view may do
 * anything to the path.
 * Documented: https://doc.traefik.io/traefik/middlewares/http/overview/
 */
export function passedThrough(file: YamlInProject, references: readonly Reference[], at: Span): Passed {
  const known = references.length === 0 ? [] : [...objectsNear(file, /^kind:[ \t]*["']?Middleware\b/m)].filter(({ object: { kind, group } }) => kind === 'Middleware' && /^traefik\./.test(group));
  const refusals: Goal[] = [];
  const changes: PathChanges[] = [];
  const places: Span[] = [];
  for (const middleware of opened(references, known)) {
    const [pair] = pairsOf(nodeAt(middleware?.object.node, 'spec'));
    const kind = pair === undefined ? '' : (keyOf(pair) ?? '').toLowerCase();
    if (middleware !== undefined) places.push(middleware.object.node.at);
    if (middleware === undefined || pair === undefined) changes.push({ kind: 'path', by: '', texts: undefined });
    else if (kind === 'basicauth' || kind === 'digestauth') refusals.push(refusal({ g: 'header', name: 'authorization', in: ABSENT }, pair.key.at));
    else if (kind === 'forwardauth') refusals.push(refusal(whenAll(WITHOUT_SESSION, unless(lets(middleware, pair.value, pair.key.at))), pair.key.at));
    else if (!PLAIN.has(kind)) changes.push(changeOf(middleware, kind, pair.value));
  }
  return { refusals, ways: pathBehind(changes, at), places };
}

const WITHOUT_SESSION: Guard = whenAll({ g: 'header', name: 'authorization', in: ABSENT }, { g: 'header', name: 'cookie', in: ABSENT });

/** In order, chains opened; undefined for what is not in view. */
function opened(references: readonly Reference[], known: readonly Placed[]): readonly (Placed | undefined)[] {
  const found: (Placed | undefined)[] = [];
  const pending = [...references].reverse();
  for (let seen = 0; pending.length > 0; seen += 1) {
    const { name, namespace } = pending.pop()!;
    const [one, other] = known.filter(({ object }) => object.name === name && (namespace === undefined || object.namespace === undefined || object.namespace === namespace));
    const only = other === undefined && seen < MAX_MIDDLEWARES ? one : undefined;
    const chain = itemsOf(nodeAt(only?.object.node, 'spec', 'chain', 'middlewares'));
    if (chain === undefined) found.push(only);
    else pending.push(...[...referencesIn(chain, only?.object.namespace)].reverse());
    if (seen >= MAX_MIDDLEWARES) return found;
  }
  return found;
}

/** `[{name: strip, namespace: edge}]`. */
export function referencesIn(items: readonly YamlNode[], own: string | undefined): readonly Reference[] {
  return items.flatMap((item) => {
    const name = textAt(item, 'name');
    return name === undefined ? [] : [{ name, namespace: textAt(item, 'namespace') ?? own }];
  });
}

/** The texts of the one setting that counts; a kind that is not known may do anything to the path. */
function changeOf({ file }: Placed, by: string, settings: YamlNode | undefined): PathChanges {
  const setting = nodeAt(settings, PATH_SETTINGS[by] ?? '');
  const texts = (itemsOf(setting) ?? [setting]).map((item) => writtenAt(file, item)).filter((text) => text !== undefined && text.templated !== true);
  return { kind: 'path', by, texts: texts.length < (itemsOf(setting)?.length ?? 1) ? undefined : texts.flatMap((text) => text?.text ?? []) };
}

function refusal(when: Guard, at: Span): Goal {
  return { when, end: { to: 'answer', status: 401, unauthenticated: true }, at };
}

function lets({ file }: Placed, settings: YamlNode | undefined, at: Span): Guard {
  const address = writtenAt(file, settings, 'address')?.text ?? 'the service that is asked';
  return { g: 'fact', fact: { ...factOf(unknown('upstream', `whether ${address} lets the request through`, at)), key: `auth ${address}` } };
}
