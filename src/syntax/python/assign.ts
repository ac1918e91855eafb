import { isSilent } from '../../values/silent.js';
import { under } from '../../values/ways.js';
import { entry, unknown, type RecordValue, type Value } from '../../values/value.js';
import type { UnknownReason } from '../../values/fact.js';
import { casesOfValue } from '../../values/cases.js';
import type { Span } from '../../text/span.js';
import type { SyntaxNode } from '../tree-sitter.js';
import { evaluationIn } from './evaluate.js';
import { callHandle } from './invoke.js';
import { type Frame } from './session.js';
import { shortened } from './truth.js';

/** Targets of a statement, parentheses and commas taken off. */
export function targetsIn(nodes: readonly SyntaxNode[]): readonly SyntaxNode[] {
  return nodes.flatMap((node) => (['expression_list', 'tuple', 'list', 'pattern_list', 'tuple_pattern', 'list_pattern', 'parenthesized_expression'].includes(node.type) ? targetsIn(node.namedChildren) : [node]));
}

/** Binds a name, takes a list apart, changes what an object holds. */
export function assign(target: SyntaxNode, value: Value, frame: Frame): void {
  const at = frame.module.span(target);
  switch (target.type) {
    case 'identifier':
      return frame.env.assign(target.text, value);
    case 'attribute':
      return assignAttribute(target, value, frame);
    case 'subscript': {
      const [object, key] = [target.childForFieldName('value'), target.childForFieldName('subscript')];
      if (object === null || key === null) return;
      const evaluation = evaluationIn(frame);
      const [owner, name] = [evaluation.valueOf(object), evaluation.valueOf(key)];
      for (const { when, value: option } of casesOfValue(owner)) {
        if (option.kind === 'handle' && !isSilent(option)) under(frame, when, () => callHandle(option, '__setitem__', [name, value], undefined, frame, at));
        if (option.kind === 'record') assignInstead(object, option, name.kind === 'string' ? withEntry(option, name.value, value, at) : { ...option, rest: unknown('dynamic-key', `the key ${shortened(key.text)}`, at) }, frame);
        else if (option.kind === 'list') assignInstead(object, option, unknown('conflicting-writes', shortened(target.text), frame.module.span(object)), frame);
      }
      return;
    }
    case 'pattern_list':
    case 'tuple_pattern':
    case 'list_pattern':
    case 'tuple':
    case 'list':
    case 'expression_list': {
      const items = unpacked(target.namedChildren, value);
      target.namedChildren.forEach((one, index) => assign(one, items?.[index] ?? (value.kind === 'unknown' ? value : unknown('unsupported-syntax', `a part of ${shortened(target.text)}`, at)), frame));
      return;
    }
    case 'list_splat_pattern':
    case 'parenthesized_expression':
      if (target.namedChildren[0] !== undefined) assign(target.namedChildren[0], value, frame);
  }
}

/** What a list or a dictionary has become, where it was held: alone, or as one of several. */
export function assignInstead(target: SyntaxNode, before: Value, after: Value, frame: Frame): void {
  const held = target.type === 'call' ? undefined : evaluationIn(frame).valueOf(target);
  const options = held?.kind === 'either' && held.options.some((option) => option.value === before) ? held.options.map((option) => (option.value === before ? { ...option, value: after } : option)) : undefined;
  assign(target, held?.kind === 'either' && options !== undefined ? { ...held, options } : after, frame);
}

/** What each target of an assignment gets of a list; undefined when that is not known. */
function unpacked(targets: readonly SyntaxNode[], value: Value): readonly Value[] | undefined {
  if (value.kind !== 'list' || value.rest !== undefined) return undefined;
  const starred = targets.findIndex((one) => one.type === 'list_splat_pattern' || one.type === 'list_splat');
  const more = value.items.length - targets.length;
  if (starred === -1) return more === 0 ? value.items : undefined;
  if (more < -1) return undefined;
  const middle: Value = { ...value, items: value.items.slice(starred, starred + more + 1) };
  return [...value.items.slice(0, starred), middle, ...value.items.slice(starred + more + 1)];
}

/** After something that is not followed, nobody knows what a name holds. */
export function assignUnknown(target: SyntaxNode, reason: UnknownReason, detail: string, frame: Frame): void {
  assign(target, unknown(reason, detail, frame.module.span(target)), frame);
}

/** A record with one more entry; an earlier one of the same name gives way. */
export function withEntry(record: RecordValue, key: string, value: Value, at: RecordValue['at']): RecordValue {
  return { ...record, entries: [...record.entries.filter((known) => known !== entry(record, key)), { key, value, at }] };
}

function assignAttribute(target: SyntaxNode, value: Value, frame: Frame): void {
  const [object, attribute] = [target.childForFieldName('object'), target.childForFieldName('attribute')];
  if (object === null || attribute === null) return;
  const owner = evaluationIn(frame).valueOf(object);
  const at = frame.module.span(target);
  if (owner.kind === 'record') return assign(object, withEntry(owner, attribute.text, value, at), frame);
  for (const option of casesOfValue(owner)) if (option.value.kind === 'handle') under(frame, option.when, () => assignMember(option.value, attribute.text, value, at, frame));
}

function assignMember(owner: Value, name: string, value: Value, at: Span, frame: Frame): void {
  if (owner.kind !== 'handle') return;
  if (!isSilent(owner)) {
    frame.events.push({ kind: 'assign', when: frame.reached, receiver: owner, property: name, value, at });
    return;
  }
  const { fields, instances } = frame.session;
  const known = fields.get(owner);
  if (known === undefined) fields.set(owner, new Map([[name, value]]));
  else known.set(name, value);
  const base = instances.get(owner)?.base;
  if (base !== undefined && !isSilent(base)) frame.events.push({ kind: 'assign', when: frame.reached, receiver: base, property: name, value, at });
}
