import { effectAt, originLeaves } from '../../policy/views.js';
import type { Policy } from '../../policy/program.js';
import { removeEntry, respell, rewrite, type YamlFile, type YamlNode, type YamlPair } from '../../syntax/yaml/index.js';
import type { TextEdit } from '../../text/edit.js';
import { sameSpan, type Span } from '../../text/span.js';
import { decline, type Change, type Declined } from '../../readers/reader.js';

/** Spells a change in the words that Envoy and the products on it share: lists of texts or matchers, and a switch. */
export function editCors(file: YamlFile, policy: Policy, change: Change): readonly TextEdit[] | Declined {
  switch (change.kind) {
    case 'replace-text':
      return respell(file, change.at, change.text);
    case 'remove-entry':
      return removeEntry(file, change.at);
    case 'drop-credentials': {
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

function pairAtSpan(file: YamlFile, at: Span): YamlPair | undefined {
  return search(file, at, (pair) => sameSpan(pair.at, at));
}

function pairAround(file: YamlFile, at: Span): YamlPair | undefined {
  return search(file, at, (pair) => pair.value !== undefined && sameSpan(pair.value.at, at));
}

/** Walks down to the pair; aliases are not followed. */
function search(file: YamlFile, at: Span, found: (pair: YamlPair) => boolean): YamlPair | undefined {
  const holds = (outer: Span): boolean => outer.start <= at.start && at.end <= outer.end;
  let node: YamlNode | undefined = file.documents.map(({ root }) => root).find((root) => root !== undefined && holds(root.at));
  while (node !== undefined) {
    if (node.kind === 'map') {
      const pair: YamlPair | undefined = node.pairs.find((candidate) => holds(candidate.at));
      if (pair === undefined || found(pair)) return pair;
      node = pair.value !== undefined && holds(pair.value.at) ? pair.value : undefined;
    } else node = node.kind === 'seq' ? node.items.find((item) => holds(item.at)) : undefined;
  }
  return undefined;
}

