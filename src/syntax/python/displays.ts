/** What a list, a tuple, a set or a dictionary that is written out holds (Python's displays). */
import type { Span } from '../../text/span.js';
import { mapCases } from '../../values/cases.js';
import { mapEither } from '../../values/either.js';
import { unknown, type RecordEntry, type UnknownValue, type Value } from '../../values/value.js';
import type { SyntaxNode } from '../tree-sitter.js';
import { merged } from './collections.js';
import type { Evaluation } from './evaluate.js';
import { joined } from './lists.js';
import { shortened } from './truth.js';

/** `[a, *more]`, also of a tuple and a set. */
export function listDisplay(evaluation: Evaluation, node: SyntaxNode, at: Span): Value {
  const parts = node.namedChildren.filter((child) => child.type !== 'comment').map((child): Value => {
    if (child.type !== 'list_splat') return { kind: 'list', items: [evaluation.valueOf(child)], at: evaluation.module.span(child) };
    return child.namedChildren[0] === undefined ? unknown('unsupported-syntax', shortened(child.text), at) : evaluation.valueOf(child.namedChildren[0]);
  });
  return parts.every((part) => part.kind === 'list' && part.rest === undefined) ? { kind: 'list', items: parts.flatMap((part) => (part.kind === 'list' ? part.items : [])), at } : parts.reduce<Value>((sum, part) => joined(sum, part, at), { kind: 'list', items: [], at });
}

/** Pairs, and dictionaries that are spread between them; of one of several, each. */
export function dictionaryDisplay(evaluation: Evaluation, node: SyntaxNode, at: Span): Value {
  const parts: Value[] = [];
  let [entries, rest]: [RecordEntry[], UnknownValue | undefined] = [[], undefined];
  const close = (): void => {
    if (entries.length > 0 || rest !== undefined || parts.length === 0) parts.push({ kind: 'record', entries, ...(rest === undefined ? {} : { rest }), at });
    [entries, rest] = [[], undefined];
  };
  for (const child of node.namedChildren) {
    const [key, value] = [child.childForFieldName('key'), child.childForFieldName('value')];
    if (child.type === 'pair' && key !== null && value !== null) {
      const name = evaluation.valueOf(key);
      if (name.kind === 'string') entries.push({ key: name.value, value: evaluation.valueOf(value), at: evaluation.module.span(child) });
      else rest ??= unknown('dynamic-key', `the key ${shortened(key.text)}`, evaluation.module.span(key));
    } else if (child.type === 'dictionary_splat') {
      close();
      const spread = child.namedChildren[0] === undefined ? undefined : evaluation.valueOf(child.namedChildren[0]);
      const why = unknown('dynamic-key', `the entries of ${shortened(child.text)}`, evaluation.module.span(child));
      const opaque: Value = { kind: 'record', entries: [], rest: why, at };
      parts.push(spread === undefined ? opaque : mapEither(spread, (one) => (one.kind !== 'record' ? opaque : one.rest === undefined ? one : { ...one, rest: why })));
    }
  }
  close();
  return parts.reduce((sum, part) => mapCases(sum, at, (before) => mapCases(part, at, (more) => (before.kind === 'record' && more.kind === 'record' ? merged(before, more, at) : undefined))));
}
