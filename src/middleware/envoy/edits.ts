import { editSetting, isOfSettings } from '../setting-edits.js';
import { effectAt, originLeaves } from '../../policy/views.js';
import type { Policy } from '../../policy/program.js';
import { removeEntry, respell, rewrite, type YamlFile, type YamlNode, type YamlPair } from '../../syntax/yaml/index.js';
import type { TextEdit } from '../../text/edit.js';
import { sameSpan, type Span } from '../../text/span.js';
import { decline, type Change, type Declined } from '../../readers/reader.js';

/** Spells a change in the words that Envoy and the products on it share: lists of texts or matchers, and a switch. */
export function editCors(file: YamlFile, policy: Policy, change: Change): readonly TextEdit[] | Declined {
  if (isOfSettings(policy, change)) return editSetting(file, policy, change);
  switch (change.kind) {
    case 'replace-text':
      return respell(file, change.at, change.text);
    case 'remove-entry':
      return removeEntry(file, entryAround(file, change.at));
    case 'remove-header': {
      if (effectAt(policy, change.at)?.header !== 'access-control-allow-credentials') return decline('credentials are not switched on there');
      const pair = pairAtSpan(file, change.at);
      if (pair?.value === undefined || pair.value.kind !== 'scalar') return decline('credentials are not switched on by a value of this file');
      return rewrite(file, pair.value.at, 'false');
    }
    case 'replace-pattern': {
      const leaf = originLeaves(policy).find((candidate) => candidate.s === 'regex' && sameSpan(candidate.at, change.at));
      return leaf === undefined ? decline('no pattern stands there') : respell(file, change.at, change.source);
    }
    case 'compare-whole':
      return exactInstead(file, change.at, change.origin);
    default:
      return decline('not a change that this gateway can spell');
  }
}

/** `prefix: https://app.example` becomes `exact: https://app.example`. */
function exactInstead(file: YamlFile, at: Span, origin: string): readonly TextEdit[] | Declined {
  const pair = pairAround(file, at);
  const key = pair?.key;
  if (pair?.value === undefined || key?.kind !== 'scalar' || !sameSpan(pair.value.at, at)) return decline('the text is not the value of a matcher');
  if (typeof key.value !== 'string' || !/^(?:prefix|suffix|contains)$/.test(key.value)) return decline('the matcher has no exact twin');
  const name = rewrite(file, key.at, key.style === 'double' ? '"exact"' : 'exact');
  const value = respell(file, at, origin);
  if ('declined' in name) return name;
  return 'declined' in value ? value : [...name, ...(file.source.text.slice(at.start, at.end) === value[0]?.text ? [] : value)];
}

/** The whole matcher where the text is a value of one, else the text. */
function entryAround(file: YamlFile, at: Span): Span {
  let found: Span = at;
  walk(file, at, (node) => {
    if (node.kind === 'seq') found = node.items.find((item) => holds(item.at, at) && isMatcher(item))?.at ?? found;
    return false;
  });
  return found;
}

function isMatcher(node: YamlNode): boolean {
  return node.kind === 'map' && node.pairs.every(({ key }) => key.kind === 'scalar' && /^(?:exact|prefix|suffix|contains|regex|safe_?regex|ignore_?case)$/i.test(String(key.value)));
}

function pairAtSpan(file: YamlFile, at: Span): YamlPair | undefined {
  return search(file, at, (pair) => sameSpan(pair.at, at));
}

function pairAround(file: YamlFile, at: Span): YamlPair | undefined {
  return search(file, at, (pair) => pair.value !== undefined && sameSpan(pair.value.at, at));
}

/** The pair on the way down to a place; aliases are not followed. */
function search(file: YamlFile, at: Span, found: (pair: YamlPair) => boolean): YamlPair | undefined {
  let last: YamlPair | undefined;
  walk(file, at, (node) => {
    if (node.kind !== 'map') return false;
    last = node.pairs.find((candidate) => holds(candidate.at, at));
    return last === undefined || found(last);
  });
  return last !== undefined && found(last) ? last : undefined;
}

/** Visits the nodes that hold a place, from the root down, until one says that it is enough. */
function walk(file: YamlFile, at: Span, visit: (node: YamlNode) => boolean): void {
  let node: YamlNode | undefined = file.documents.map(({ root }) => root).find((root) => root !== undefined && holds(root.at, at));
  while (node !== undefined && !visit(node)) {
    const inner: readonly YamlNode[] = node.kind === 'map' ? node.pairs.flatMap(({ value }) => value ?? []) : node.kind === 'seq' ? node.items : [];
    node = inner.find((child) => holds(child.at, at));
  }
}

function holds(outer: Span, at: Span): boolean {
  return outer.start <= at.start && at.end <= outer.end;
}
