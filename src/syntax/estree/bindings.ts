import { not, type Condition } from '../../values/condition.js';
import { isSilent } from '../../values/silent.js';
import { under } from '../../values/ways.js';
import { unknown, type Value } from '../../values/value.js';
import { concat, evaluate, textOf, withEntry } from './evaluate.js';
import { join, mapCases, nullish, truthy } from './either.js';
import { assignExport } from './imports.js';
import { memberOf } from './members.js';
import { happen, receiverOf, type Env, type Frame } from './session.js';
import { bare, keyOf, type AssignmentExpression, type Node } from './tree.js';

/** Gives a value to what stands on the left of `=`, in a declaration, a parameter list or an assignment. */
export function bindPattern(target: Node, value: Value, frame: Frame): void {
  const at = frame.module.spanOf(target);
  switch (target.type) {
    case 'Identifier': {
      const variable = frame.module.scopes.variableOf(target);
      if (variable !== undefined) write(variable, value, frame);
      return;
    }
    case 'AssignmentPattern': {
      const missing = nullish(value);
      if (missing.c === 'false') return bindPattern(target.left, value, frame);
      const fallback = under(frame, missing, () => evaluate(target.right, frame));
      return bindPattern(target.left, missing.c === 'true' ? fallback : join([{ when: not(missing), value: withoutMissing(value) }, { when: missing, value: fallback }], at), frame);
    }
    case 'ObjectPattern':
      for (const property of target.properties) {
        if (property.type === 'RestElement') bindPattern(property.argument, withoutKeys(value, target, frame), frame);
        else {
          const key = keyOf(property.key, property.computed) ?? evaluate(property.key, frame);
          bindPattern(property.value, memberOf(value, key, false, frame, property), frame);
        }
      }
      return;
    case 'ArrayPattern':
      target.elements.forEach((element, index) => {
        if (element === null) return;
        if (element.type === 'RestElement') {
          const items = value.kind === 'list' ? { ...value, items: value.items.slice(index) } : unknown('unsupported-syntax', 'the rest of a list', at);
          bindPattern(element.argument, items, frame);
        } else bindPattern(element, memberOf(value, { kind: 'number', value: index, at }, false, frame, element), frame);
      });
      return;
    case 'TSParameterProperty':
      bindPattern(target.parameter, value, frame);
      return bindField(target.parameter.type === 'AssignmentPattern' ? target.parameter.left : target.parameter, frame);
    case 'ThisExpression': {
      const self = receiverOf(frame);
      if (self !== undefined) self.value = value;
      return;
    }
    case 'MemberExpression': {
      const key = target.property.type === 'PrivateIdentifier' ? `#${target.property.name}` : target.computed ? textOf(evaluate(target.property, frame)) : keyOf(target.property, false);
      const object = evaluate(target.object, frame);
      if (object.kind === 'record' || object.kind === 'list') {
        const owner = bare(target.object);
        if (object.kind === 'record' && key !== undefined) bindPattern(owner, withEntry(object, { key, value, at: frame.module.spanOf(target) }), frame);
        else if (object.kind === 'list' && Number(key) <= object.items.length && object.rest === undefined) bindPattern(owner, { ...object, items: object.items.toSpliced(Number(key), 1, value) }, frame);
        else bindPattern(owner, unknown('dynamic-key', 'a computed key', at), frame);
      } else if (key !== undefined) setMember(object, key, value, frame, target);
      return;
    }
    default: {
      const inner = bare(target);
      if (inner !== target) bindPattern(inner, value, frame);
    }
  }
}

function withoutMissing(value: Value): Value {
  if (value.kind !== 'either') return value;
  return join(value.options.filter((option) => option.value.kind !== 'nothing'), value.at);
}

/** `constructor(private readonly origins: string[])`: the parameter is a field, too. */
function bindField(parameter: Node, frame: Frame): void {
  const self = receiverOf(frame);
  if (parameter.type === 'Identifier' && self !== undefined) setMember(self.value, parameter.name, evaluate(parameter, frame), frame, parameter);
}

/** `...rest` of an object pattern: what its other properties do not name. */
function withoutKeys(value: Value, pattern: Node & { type: 'ObjectPattern' }, frame: Frame): Value {
  const at = frame.module.spanOf(pattern);
  const named = pattern.properties.map((property) => (property.type === 'RestElement' ? undefined : keyOf(property.key, property.computed)));
  return mapCases(value, at, (option) =>
    option.kind === 'record' && named.every((name, index) => name !== undefined || pattern.properties[index]!.type === 'RestElement')
      ? { ...option, entries: option.entries.filter(({ key }) => !named.includes(key)) }
      : option.kind === 'unknown' ? option : unknown('unsupported-syntax', 'the rest of an object', at),
  );
}

/** A property of an object that is not plain data: a field of an instance, an export, or the reader's to understand. */
function setMember(object: Value, property: string, value: Value, frame: Frame, node: Node): void {
  if (object.kind !== 'handle' || assignExport(object, property, value)) return;
  const fields = frame.session.fields.get(object);
  if (fields !== undefined) fields.set(property, value);
  else if (!isSilent(object)) happen({ kind: 'assign', when: frame.reached, receiver: object, property, value, at: frame.module.spanOf(frame.module.parentOf(node) ?? node) }, frame);
}

function write(variable: Parameters<Env['holderOf']>[0], value: Value, frame: Frame): void {
  const holder = frame.env.holderOf(variable) ?? frame.env;
  const before = holder.variables.get(variable);
  // A variable of an outer function keeps its old value where this point is not reached.
  const outer = holder !== frame.env && before !== undefined && frame.reached.c !== 'true';
  holder.variables.set(variable, outer ? join([{ when: frame.reached, value }, { when: not(frame.reached), value: before }], value.at) : value);
}

export function assign(node: AssignmentExpression, frame: Frame): Value {
  const at = frame.module.spanOf(node);
  if (node.operator === '=') {
    const value = evaluate(node.right, frame);
    bindPattern(node.left, value, frame);
    return value;
  }
  const before = evaluate(node.left, frame);
  let value: Value;
  if (node.operator === '||=' || node.operator === '&&=' || node.operator === '??=') {
    const keep: Condition = node.operator === '??=' ? not(nullish(before)) : node.operator === '||=' ? truthy(before) : not(truthy(before));
    value = keep.c === 'true' ? before : join([{ when: keep, value: before }, { when: not(keep), value: under(frame, not(keep), () => evaluate(node.right, frame)) }], at);
  } else if (node.operator === '+=') {
    const added = evaluate(node.right, frame);
    value = before.kind === 'number' && added.kind === 'number' ? { kind: 'number', value: before.value + added.value, at } : concat(before, added, frame, node);
  } else {
    evaluate(node.right, frame);
    value = unknown('unsupported-syntax', 'a computed number', at);
  }
  bindPattern(node.left, value, frame);
  return value;
}
