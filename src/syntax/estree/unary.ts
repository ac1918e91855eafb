import { not } from '../../values/condition.js';
import { unknown, type Value } from '../../values/value.js';
import { bindPattern } from './bindings.js';
import { equality, fromCondition, mapCases, nothing, truthy } from './either.js';
import { evaluate, textOf } from './evaluate.js';
import type { Frame } from './session.js';
import { bare, keyOf, type Node } from './tree.js';

export function unary(node: Node & { type: 'UnaryExpression' }, frame: Frame): Value {
  const at = frame.module.spanOf(node);
  if (node.operator === 'delete') return removed(node, frame);
  const value = evaluate(node.argument, frame);
  switch (node.operator) {
    case '!':
      return fromCondition(not(truthy(value)), at);
    case '-':
      return value.kind === 'number' ? { ...value, value: -value.value, at } : unknown('unsupported-syntax', 'a computed number', at);
    case '+':
      return value.kind === 'number' ? value : unknown('unsupported-syntax', 'a computed number', at);
    case '~':
      return mapCases(value, at, (option) => fromCondition(not(equality(option, { kind: 'number', value: -1, at }, at)), at));
    case 'void':
      return nothing(at);
    case 'typeof':
      return mapCases(value, at, (option) => ({ kind: 'string', value: typeName(option), at }));
    default:
      return unknown('unsupported-syntax', `the operator ${node.operator}`, at);
  }
}

/** `delete object.key`: the entry goes; an object that is the reader's hears that the property is nothing any more. */
function removed(node: Node & { type: 'UnaryExpression' }, frame: Frame): Value {
  const at = frame.module.spanOf(node);
  const target = bare(node.argument);
  if (target.type === 'MemberExpression') {
    const key = target.property.type === 'PrivateIdentifier' ? undefined : target.computed ? textOf(evaluate(target.property, frame)) : keyOf(target.property, false);
    const object = evaluate(target.object, frame);
    if (object.kind === 'record' && key !== undefined) bindPattern(bare(target.object), { ...object, entries: object.entries.filter((entry) => entry.key !== key) }, frame);
    else if (object.kind === 'handle' || object.kind === 'record') bindPattern(target, nothing(at), frame);
  }
  return { kind: 'boolean', value: true, at };
}

function typeName(value: Value): string {
  if (value.kind === 'nothing') return value.what === 'null' ? 'object' : 'undefined';
  if (value.kind === 'list' || value.kind === 'record' || value.kind === 'regex' || value.kind === 'handle') return 'object';
  if (value.kind === 'condition') return 'boolean';
  return value.kind === 'number' || value.kind === 'boolean' || value.kind === 'function' ? value.kind : 'string';
}
