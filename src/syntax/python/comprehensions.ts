import { and, TRUE, type Condition } from '../../values/condition.js';
import { mapEither } from '../../values/either.js';
import { unknown, type RecordEntry, type UnknownValue, type Value } from '../../values/value.js';
import type { Span } from '../../text/span.js';
import type { SyntaxNode } from '../tree-sitter.js';
import { inCase, kept } from './builtins.js';
import type { Evaluation } from './evaluate.js';
import { asList } from './lists.js';
import { shortened } from './truth.js';

/** More items than this are not made one by one. */
const MAX_ITEMS = 500;

/** `[f(o) for o in list if p(o)]`, nested and over pairs: the body for every item; items that a test surely drops are gone. */
export function comprehensionValue(evaluation: Evaluation, node: SyntaxNode, at: Span): Value {
  const why = unknown('unsupported-syntax', `the comprehension ${shortened(node.text)}`, at);
  const body = node.childForFieldName('body');
  const clauses = node.namedChildren.filter((child) => child.type === 'for_in_clause' || child.type === 'if_clause');
  if (body === null || clauses[0]?.type !== 'for_in_clause') return why;
  if (node.type !== 'dictionary_comprehension') return rounds(evaluation, clauses, (inner) => inner.valueOf(body), why, at);
  const [key, value] = [body.childForFieldName('key'), body.childForFieldName('value')];
  if (key === null || value === null) return why;
  const pairs = rounds(evaluation, clauses, (inner) => ({ kind: 'list', items: [inner.valueOf(key), inner.valueOf(value)], at: inner.module.span(body) }), why, at);
  return mapEither(pairs, (list): Value => {
    if (list.kind !== 'list') return list;
    const entries = list.items.flatMap((pair): RecordEntry[] => (pair.kind === 'list' && pair.items[0]?.kind === 'string' && pair.items[1] !== undefined ? [{ key: pair.items[0].value, value: pair.items[1], at: pair.at }] : []));
    return { kind: 'record', entries, ...(entries.length < list.items.length || list.rest !== undefined ? { rest: unknown('dynamic-key', `the keys of ${shortened(node.text)}`, at) } : {}), at };
  });
}

function rounds(evaluation: Evaluation, clauses: readonly SyntaxNode[], each: (inner: Evaluation) => Value, why: UnknownValue, at: Span): Value {
  const [loop, ...others] = clauses;
  if (loop === undefined) return { kind: 'list', items: [each(evaluation)], at };
  const next = others.findIndex((clause) => clause.type === 'for_in_clause');
  const [tests, deeper] = next === -1 ? [others, []] : [others.slice(0, next), others.slice(next)];
  const [target, source] = [loop.childForFieldName('left'), loop.childForFieldName('right')];
  if (target === null || source === null) return why;
  return mapEither(asList(evaluation.valueOf(source), at), (list): Value => {
    if (list.kind !== 'list' || list.items.length > MAX_ITEMS) return why;
    let rest = list.rest;
    const items = list.items.flatMap((one) => inCase(one, (item): Value => {
      const names = patternNames(target, item);
      if (names === undefined) return why;
      const inner = evaluation.naming(names);
      const condition: Condition = and(...tests.map((test) => (test.namedChildren[0] === undefined ? TRUE : inner.conditionOf(test.namedChildren[0]))));
      if (condition.c === 'false') return kept(item, condition);
      const made = deeper.length === 0 ? each(inner) : rounds(inner, deeper, each, why, at);
      return condition.c === 'true' ? made : mapEither(made, (value) => kept(value, condition));
    }));
    if (deeper.length === 0) return { ...list, items };
    const inside = items.flatMap((item): readonly Value[] => {
      if (item.kind !== 'list') rest ??= why;
      else rest ??= item.rest;
      return item.kind === 'list' ? item.items : [];
    });
    return { kind: 'list', items: inside.slice(0, MAX_ITEMS), ...(rest === undefined && inside.length <= MAX_ITEMS ? {} : { rest: rest ?? why }), at: list.at };
  });
}

/** What the names of a loop's target are for one item; undefined when the item cannot be taken apart. */
export function patternNames(target: SyntaxNode, item: Value): ReadonlyMap<string, Value> | undefined {
  if (target.type === 'identifier') return new Map([[target.text, item]]);
  if (!['pattern_list', 'tuple_pattern', 'list_pattern'].includes(target.type) || item.kind !== 'list' || item.rest !== undefined) return undefined;
  const parts = target.namedChildren.filter((child) => child.type !== 'comment');
  const starred = parts.findIndex((part) => part.type === 'list_splat_pattern');
  const names = new Map<string, Value>();
  if (starred === -1 ? parts.length !== item.items.length : item.items.length < parts.length - 1) return undefined;
  for (const [index, part] of parts.entries()) {
    const behind = parts.length - 1 - index;
    const inner = part.type === 'list_splat_pattern' ? part.namedChildren[0] : part;
    const value: Value | undefined = part.type === 'list_splat_pattern' ? { ...item, items: item.items.slice(index, item.items.length - behind) } : starred !== -1 && index > starred ? item.items[item.items.length - 1 - behind] : item.items[index];
    const found = inner === undefined || value === undefined ? undefined : patternNames(inner, value);
    if (found === undefined) return undefined;
    for (const [name, one] of found) names.set(name, one);
  }
  return names;
}
