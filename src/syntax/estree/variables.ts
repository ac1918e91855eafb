import { unknown, type RecordValue, type Value } from '../../values/value.js';
import { bindPattern } from './bindings.js';
import { evaluate } from './evaluate.js';
import { classValue, functionValue } from './functions.js';
import { importModuleMember, stateOf } from './imports.js';
import { isModuleLevel, rewrites, type Definition, type Variable } from './scopes.js';
import { Env, frameFor, type Frame } from './session.js';
import { keyOf, type Node, type TSEnumDeclaration } from './tree.js';

/** What a variable is at a point: bound by the code that ran, or else what its only declaration says. */
export function valueOfVariable(variable: Variable, frame: Frame, node: Node): Value {
  const bound = frame.env.holderOf(variable)?.variables.get(variable);
  if (bound !== undefined) return bound;
  const { statics } = frame.session;
  const known = statics.get(variable);
  if (known === 'in progress') return unknown('budget', `the variable ${variable.name} refers to itself`, frame.module.spanOf(node));
  if (known !== undefined) return known;
  statics.set(variable, 'in progress');
  const value = declared(variable, frame, node);
  statics.set(variable, value);
  return value;
}

function declared(variable: Variable, frame: Frame, node: Node): Value {
  const at = frame.module.spanOf(node);
  const definition = variable.defs[0];
  if (definition === undefined) return unknown('unsupported-syntax', `the variable ${variable.name}`, at);
  const place = definition.node as Node;
  const outside = frameFor(frame.module, frame.session, isModuleLevel(variable) ? stateOf(frame.module, frame.session, frame.hops).env : frame.env, frame.hops);
  switch (definition.type) {
    case 'ImportBinding':
      return imported(definition, place, frame);
    case 'FunctionName':
      return place.type === 'FunctionDeclaration' || place.type === 'FunctionExpression' ? functionValue(place, outside) : unknown('unsupported-syntax', `the function ${variable.name}`, at);
    case 'ClassName':
      return place.type === 'ClassDeclaration' || place.type === 'ClassExpression' ? classValue(place, outside) : unknown('unsupported-syntax', `the class ${variable.name}`, at);
    case 'TSEnumName':
      return place.type === 'TSEnumDeclaration' ? enumValue(place, frame) : unknown('unsupported-syntax', `the enum ${variable.name}`, at);
    case 'Parameter':
      return unknown('parameter', `the parameter ${variable.name}`, at);
    case 'Variable': {
      if (place.type !== 'VariableDeclarator' || place.init === null) return unknown('conflicting-writes', `the variable ${variable.name}`, at);
      if (rewrites(variable) > 0 || isMutated(variable, frame)) return unknown('conflicting-writes', `the variable ${variable.name}`, at);
      const inner = { ...outside, env: new Env(outside.env, undefined) };
      bindPattern(place.id, evaluate(place.init, inner), inner);
      return inner.env.variables.get(variable) ?? unknown('unsupported-syntax', `the variable ${variable.name}`, at);
    }
    default:
      return unknown('unsupported-syntax', `the variable ${variable.name}`, at);
  }
}

/** Is something put into the list or record that the variable names? */
function isMutated(variable: Variable, frame: Frame): boolean {
  return variable.references.some((reference) => {
    const member = frame.module.parentOf(reference.identifier as Node);
    if (member?.type !== 'MemberExpression' || member.object !== reference.identifier) return false;
    const user = frame.module.parentOf(member);
    if (user?.type === 'AssignmentExpression') return user.left === member;
    return user?.type === 'CallExpression' && user.callee === member && /^(push|unshift|add|set|delete|splice|pop|shift)$/.test(keyOf(member.property, member.computed) ?? '');
  });
}

function imported(definition: Definition, place: Node, frame: Frame): Value {
  const declaration = definition.parent as Node | undefined;
  if (declaration?.type === 'ImportDeclaration') {
    const { value } = declaration.source;
    if (place.type === 'ImportDefaultSpecifier') return importModuleMember(value, 'default', frame, place);
    if (place.type === 'ImportNamespaceSpecifier') return importModuleMember(value, '*', frame, place);
    if (place.type === 'ImportSpecifier') return importModuleMember(value, place.imported.type === 'Literal' ? place.imported.value : place.imported.name, frame, place);
  }
  // `import express = require('express')`
  if (place.type === 'TSImportEqualsDeclaration' && place.moduleReference.type === 'TSExternalModuleReference') {
    return importModuleMember(place.moduleReference.expression.value, '*', frame, place);
  }
  return unknown('import-not-resolved', 'an import', frame.module.spanOf(place));
}

function enumValue(node: TSEnumDeclaration, frame: Frame): RecordValue {
  let next = 0;
  const entries = node.body.members.map((member) => {
    const at = frame.module.spanOf(member);
    const value: Value = member.initializer === null ? { kind: 'number', value: next, at } : evaluate(member.initializer, frame);
    next = value.kind === 'number' ? value.value + 1 : next;
    return { key: keyOf(member.id, false) ?? '', value, at };
  });
  return { kind: 'record', entries, at: frame.module.spanOf(node) };
}
