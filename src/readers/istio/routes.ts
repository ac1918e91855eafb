import { admits } from '../../origins/membership.js';
import { PRESENT } from '../../origins/origin-set.js';
import { allConditions, comparedIn, headerGuard, NO_CONDITIONS, open, pathBy, textsOf, type Conditions } from '../../middleware/envoy/compared.js';
import type { Refused } from '../../middleware/envoy/fields.js';
import type { CorsLevel } from '../../middleware/envoy/level.js';
import { EVERY_PATH } from '../../middleware/envoy/paths.js';
import { addedHeader, concernsCors, removedHeader } from '../../middleware/envoy/response-headers.js';
import type { Route } from '../../middleware/envoy/routes.js';
import type { KubernetesObject } from '../../middleware/kubernetes/objects.js';
import { whenAll, type Effect, type Guard } from '../../policy/program.js';
import { itemsOf, keyOf, nodeAt, pairsOf, resolve, textAt, valueOfPair, type YamlFile, type YamlNode } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import { corsPolicy } from './cors-policy.js';
import { destinationsOf, matchedPath, type Matched } from './destinations.js';
import { fieldAt, listAt, valueAt } from './fields.js';

/** Something to be said of a place instead of a route. */
export interface Remark {
  readonly at: Span;
  readonly remark: string;
}

/** The routes of one `http` entry: one for each of its matches, in order. One that delegates stands for the other's. */
export function routesOf(file: YamlFile, http: YamlNode, all: readonly KubernetesObject[]): readonly (Route | Refused | Remark)[] {
  const found: (Route | Refused | Remark)[] = [];
  const own = levelOf(file, http, found);
  if (own !== undefined && 'refused' in own) return [own];
  const delegate = valueAt(http, 'delegate');
  const conditions = conditionsOf(file, http);
  if (delegate === undefined) return [...found, ...conditions.map((one) => routeOf(file, http, one, own === undefined ? [] : [own]))];
  const target = all.find(({ name, namespace }) => name === textAt(delegate, 'name') && (textAt(delegate, 'namespace') ?? namespace) === namespace);
  if (target === undefined) return [...found, { at: delegate.at, remark: 'the VirtualService that this delegates to is not in this file: what it says of CORS was not read here' }];
  for (const inner of itemsOf(nodeAt(target.node, 'spec', 'http')) ?? []) {
    const level = levelOf(file, inner, found) ?? own;
    if (level !== undefined && 'refused' in level) return [level];
    for (const outer of conditions) {
      for (const one of conditionsOf(file, inner)) found.push(routeOf(file, inner, both(outer, one), level === undefined ? [] : [level]));
    }
  }
  return found;
}

function levelOf(file: YamlFile, http: YamlNode, found: (Route | Refused | Remark)[]): CorsLevel | Refused | undefined {
  const pair = fieldAt(http, 'corsPolicy');
  if (pair === undefined) return undefined;
  const read = corsPolicy(file, pair);
  if ('refused' in read) return read;
  if (read.unread !== undefined) found.push({ at: read.unread, remark: '`allowOrigin` is not read beside `allowOrigins`' });
  return read.level;
}

function both(outer: Placed, inner: Placed): Conditions & { readonly matched: Matched } {
  const methods = outer.methods === null ? inner.methods : inner.methods === null ? outer.methods : outer.methods.filter((method) => inner.methods!.includes(method));
  return { guard: whenAll(outer.guard, inner.guard), sample: inner.sample === '/' ? outer.sample : inner.sample, methods, matched: Object.keys(inner.matched).length === 0 ? outer.matched : inner.matched };
}

interface Placed extends Conditions {
  readonly at: Span;
  readonly matched: Matched;
}

function conditionsOf(file: YamlFile, http: YamlNode): readonly Placed[] {
  const matches = listAt(http, 'match');
  if (matches.length === 0) return [{ ...NO_CONDITIONS, at: http.at, matched: {} }];
  return matches.map((match) => ({ ...matchOf(file, match), at: fieldAt(match, 'method')?.at ?? match.at, matched: matchedPath(match) }));
}

/** One match: all that it names holds. Ports, gateways, source labels and the like are nothing that a page chooses. */
function matchOf(file: YamlFile, match: YamlNode): Conditions {
  const ignored = resolve(valueAt(match, 'ignoreUriCase'));
  const uri = valueAt(match, 'uri');
  const compared = uri === undefined ? undefined : comparedIn(file, uri);
  const path = uri === undefined ? EVERY_PATH : compared !== undefined && 'value' in compared ? pathBy(compared, ignored?.kind === 'scalar' && ignored.value === true) : { guard: open(uri.at, 'a path'), sample: undefined };
  const others: { guard: Guard; methods: readonly string[] | null }[] = [];
  for (const [name, header] of [['method', ':method'], ['authority', ':authority']] as const) {
    const node = valueAt(match, name);
    if (node !== undefined) others.push(condition(file, header, node, false));
  }
  for (const [name, inverted] of [['headers', false], ['withoutHeaders', true]] as const) {
    for (const pair of pairsOf(valueAt(match, name))) others.push(condition(file, keyOf(pair) ?? '', pair.value ?? pair.key, inverted));
  }
  for (const name of ['queryParams', 'scheme']) {
    const pair = fieldAt(match, name);
    if (pair !== undefined) others.push({ guard: open(pair.at, `the condition \`${name}\` of a route`), methods: null });
  }
  return allConditions(path, others);
}

function condition(file: YamlFile, header: string, node: YamlNode, inverted: boolean): { readonly guard: Guard; readonly methods: readonly string[] | null } {
  const compared = resolve(node)?.kind === 'map' && pairsOf(node).length > 0 ? comparedIn(file, node) : undefined;
  const set = compared === undefined ? PRESENT : 'refused' in compared ? undefined : textsOf(compared);
  return headerGuard(header, set, (texts, text) => admits(texts, text, () => undefined) === true, node.at, inverted);
}

function routeOf(file: YamlFile, http: YamlNode, conditions: Conditions & { readonly at?: Span; readonly matched: Matched }, levels: readonly CorsLevel[]): Route {
  const { guard, sample, methods, at, matched } = conditions;
  const answer = answerOf(http);
  return { at: at ?? http.at, match: guard, sample, methods, levels: answer === undefined ? levels : [], headers: headersOf(file, http), ...(answer === undefined ? { goals: destinationsOf(file, http, matched) } : { answer }) };
}

/** `headers.response` of the route, and of its destinations where there is one. */
function headersOf(file: YamlFile, http: YamlNode): readonly Effect[] {
  const destinations = listAt(http, 'route');
  const owners = [http, ...(destinations.length === 1 ? destinations : [])];
  return owners.flatMap((owner) => {
    const response = valueAt(owner, 'headers', 'response');
    const written = (operation: 'set' | 'add', meeting: 'replace' | 'append'): readonly Effect[] =>
      pairsOf(valueAt(response, operation)).flatMap((pair) => {
        const name = keyOf(pair);
        return name === undefined || !concernsCors(name) ? [] : addedHeader(name, valueOfPair(file, pair), meeting, pair.at);
      });
    const removed = listAt(response, 'remove').flatMap((item) => {
      const name = textAt(item);
      return name === undefined || !concernsCors(name) ? [] : [removedHeader(name, item.at)];
    });
    return [...written('set', 'replace'), ...written('add', 'append'), ...removed];
  });
}

function answerOf(http: YamlNode): number | undefined {
  const number = (node: YamlNode | undefined): number | undefined => {
    const found = resolve(node);
    return found?.kind === 'scalar' && typeof found.value === 'number' ? found.value : undefined;
  };
  const direct = valueAt(http, 'directResponse');
  if (direct !== undefined) return number(valueAt(direct, 'status')) ?? 200;
  const redirect = valueAt(http, 'redirect');
  return redirect === undefined ? undefined : (number(valueAt(redirect, 'redirectCode')) ?? 301);
}
