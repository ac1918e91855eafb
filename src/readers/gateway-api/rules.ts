import { admits } from '../../origins/membership.js';
import { PRESENT, type OriginSet } from '../../origins/origin-set.js';
import { allConditions, headerGuard, open, type Conditions } from '../../middleware/envoy/compared.js';
import type { Refused } from '../../middleware/envoy/fields.js';
import { corsFilter } from '../../middleware/gateway-api/cors-filter.js';
import { EVERY_PATH, exactPath, patternPath, segmentsPath, type PathMatch } from '../../middleware/envoy/paths.js';
import { addedHeader, concernsCors, removedHeader } from '../../middleware/envoy/response-headers.js';
import type { Route } from '../../middleware/envoy/routes.js';
import type { KubernetesObject } from '../../middleware/kubernetes/objects.js';
import type { Effect, Guard } from '../../policy/program.js';
import { itemsOf, nodeAt, pairAt, textAt, valueOfPair, type YamlFile, type YamlNode } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import { backendsOf } from './backends.js';

/** Something to be said of a place beside the routes. */
export interface Remark {
  readonly at: Span;
  readonly remark: string;
}

interface Ranked {
  readonly route: Route;
  /** More specific first: exact path, longer prefix, method, number of headers, of query parameters. */
  readonly rank: readonly number[];
}

/** The routes of all rules, most specific first, as the standard ranks matches; among equals the earlier rule counts. */
export function rulesOf(file: YamlFile, { node: object, namespace }: KubernetesObject): readonly (Route | Refused | Remark)[] {
  const told: (Refused | Remark)[] = [];
  const ranked: Ranked[] = [];
  for (const rule of itemsOf(nodeAt(object, 'spec', 'rules')) ?? []) {
    const filters = itemsOf(nodeAt(rule, 'filters')) ?? [];
    const cors = filters.filter((filter) => textAt(filter, 'type') === 'CORS').map((filter) => pairAt(filter, 'cors'));
    const level = cors[0] === undefined ? undefined : corsFilter(file, cors[0], 5);
    if (level !== undefined && 'refused' in level) return [level];
    for (const backend of itemsOf(nodeAt(rule, 'backendRefs')) ?? []) {
      const inner = (itemsOf(nodeAt(backend, 'filters')) ?? []).find((filter) => textAt(filter, 'type') === 'CORS');
      if (inner !== undefined) told.push({ at: inner.at, remark: 'most gateways do not take a CORS filter of a backend: it belongs to the rule' });
    }
    const answer = filters.some((filter) => textAt(filter, 'type') === 'RequestRedirect') ? 302 : undefined;
    const headers = filters.flatMap((filter) => headersOf(file, filter));
    const matches = itemsOf(nodeAt(rule, 'matches')) ?? [];
    for (const match of matches.length === 0 ? [undefined] : matches) {
      const conditions = conditionsOf(match);
      const at = pairAt(match, 'method')?.at ?? match?.at ?? rule.at;
      ranked.push({
        route: { at, match: conditions.guard, sample: conditions.sample, methods: conditions.methods, levels: level === undefined || answer !== undefined ? [] : [level], headers, ...(answer === undefined ? { goals: backendsOf(file, rule, match, namespace) } : { answer }) },
        rank: rankOf(match),
      });
    }
  }
  ranked.sort((a, b) => a.rank.map((value, index) => b.rank[index]! - value).find((difference) => difference !== 0) ?? 0);
  return [...told, ...ranked.map(({ route }) => route)];
}

function rankOf(match: YamlNode | undefined): readonly number[] {
  const count = (key: string): number => (itemsOf(nodeAt(match, key)) ?? []).length;
  const exact = textAt(match, 'path', 'type') === 'Exact';
  return [exact ? 1 : 0, (textAt(match, 'path', 'value') ?? '/').length, nodeAt(match, 'method') === undefined ? 0 : 1, count('headers'), count('queryParams')];
}

function conditionsOf(match: YamlNode | undefined): Conditions {
  const others: { guard: Guard; methods: readonly string[] | null }[] = [];
  const method = pairAt(match, 'method');
  if (method !== undefined) {
    const text = textAt(method.value);
    others.push(text === undefined || match?.kind !== 'map' ? { guard: open(method.at, 'a method that a template writes'), methods: null } : methodCondition(match, text));
  }
  for (const header of itemsOf(nodeAt(match, 'headers')) ?? []) {
    const value = pairAt(header, 'value');
    const set = textSet(textAt(header, 'type') ?? 'Exact', value === undefined ? undefined : textAt(value.value), value?.value?.at ?? header.at);
    others.push(headerGuard(textAt(header, 'name') ?? '', set, holds, header.at));
  }
  const query = pairAt(match, 'queryParams');
  if (query !== undefined) others.push({ guard: open(query.at, 'the query of the request'), methods: null });
  return allConditions(pathOf(match), others);
}

const holds = (set: OriginSet, text: string): boolean => admits(set, text, () => undefined) === true;

/** A GRPCRoute's method is a mapping of service and method: a path of a POST. */
function methodCondition(match: YamlNode, text: string): { readonly guard: Guard; readonly methods: readonly string[] | null } {
  return headerGuard(':method', { s: 'exact', text, comparison: [], at: match.at }, holds, match.at);
}

function textSet(type: string, text: string | undefined, at: Span): OriginSet | undefined {
  if (text === undefined) return undefined;
  if (type === 'Exact') return { s: 'exact', text, comparison: [], at };
  return type === 'RegularExpression' ? { s: 'regex', source: text, flags: '', dialect: 're2', use: 'full', subject: 'origin', at } : PRESENT;
}

function pathOf(match: YamlNode | undefined): PathMatch {
  const path = nodeAt(match, 'path');
  if (path === undefined) return EVERY_PATH;
  const value = pairAt(path, 'value');
  const text = value === undefined ? '/' : textAt(value.value);
  const at = value?.value?.at ?? path.at;
  if (text === undefined) return { ...EVERY_PATH, guard: open(at, 'a path that a template writes') };
  switch (textAt(path, 'type') ?? 'PathPrefix') {
    case 'Exact':
      return exactPath(text, at);
    case 'RegularExpression':
      return patternPath(text, at);
    default:
      return segmentsPath(text, at);
  }
}

/** `ResponseHeaderModifier`: set, add, remove. */
function headersOf(file: YamlFile, filter: YamlNode): readonly Effect[] {
  const modifier = nodeAt(filter, 'responseHeaderModifier');
  const written = (operation: 'set' | 'add', meeting: 'replace' | 'append'): readonly Effect[] =>
    (itemsOf(nodeAt(modifier, operation)) ?? []).flatMap((item) => {
      const [name, value] = [textAt(item, 'name'), pairAt(item, 'value')];
      return name === undefined || value === undefined || !concernsCors(name) ? [] : addedHeader(name, valueOfPair(file, value), meeting, item.at);
    });
  const removed = (itemsOf(nodeAt(modifier, 'remove')) ?? []).flatMap((item) => {
    const name = textAt(item);
    return name === undefined || !concernsCors(name) ? [] : [removedHeader(name, item.at)];
  });
  return [...written('set', 'replace'), ...written('add', 'append'), ...removed];
}
