import { isSilent, silent } from '../../values/silent.js';
import { unknown, type FunctionValue, type Handle, type RecordValue, type Value } from '../../values/value.js';
import type { Span } from '../../text/span.js';
import type { SyntaxNode } from '../tree-sitter.js';
import { classIn, holdsValues } from './classes.js';
import { evaluationIn } from './evaluate.js';
import { decorated, functionValue, inline } from './functions.js';
import { callHandle } from './invoke.js';
import { classObject } from './objects.js';
import { keyOf, MAX_CALLS, MAX_NESTING, type ClassRecord, type Frame, type Instance } from './session.js';

/** Bases of bases are followed so far. */
const MAX_BASES = 12;

/** A class of the project as a value: calling it makes an object. */
export function classValue(node: SyntaxNode, frame: Frame): Handle {
  const record: ClassRecord = { node, frame };
  if (isOfValues(record)) {
    const values = classObject(evaluationIn(frame), classIn(frame.module, node), frame.module.span(node));
    frame.session.classes.set(values, record);
    return values;
  }
  const handle: Handle = silent(`the class ${node.childForFieldName('name')?.text ?? ''}`, frame.module.span(node), (name) => classMember(handle, name, frame));
  frame.session.classes.set(handle, record);
  return handle;
}

/** Settings, data classes, enumerations: what they do is to hold values. */
function isOfValues(record: ClassRecord): boolean {
  return holdsValues(classIn(record.frame.module, record.node)) && baseOf(record) === undefined;
}

/** The class and its bases in view, nearest first, and the bases of other packages by their qualified names. */
export function lineage(record: ClassRecord): { readonly records: readonly ClassRecord[]; readonly outside: readonly string[] } {
  const records: ClassRecord[] = [];
  const outside: string[] = [];
  const visit = (one: ClassRecord, depth: number): void => {
    if (depth > MAX_BASES || records.some((known) => known.node.id === one.node.id && known.frame.module === one.frame.module)) return;
    records.push(one);
    for (const base of one.node.childForFieldName('superclasses')?.namedChildren ?? []) {
      if (base.type === 'keyword_argument' || base.type === 'comment') continue;
      const evaluation = evaluationIn(one.frame);
      const value = base.type === 'identifier' ? evaluation.callee(base) : base.type === 'attribute' && !evaluation.isOutside(base) ? evaluation.valueOf(base) : undefined;
      const parent = value?.kind === 'handle' ? one.frame.session.classes.get(value) : undefined;
      if (parent !== undefined) visit(parent, depth + 1);
      else outside.push(...one.frame.module.resolvedNames(base));
    }
  };
  visit(record, 0);
  return { records, outside };
}

/** What a class's bases outside the project mean to the reader. */
export function baseOf(record: ClassRecord): Handle | undefined {
  for (const name of lineage(record).outside) {
    const value = record.frame.session.packages(name);
    if (value?.kind === 'handle') return value;
  }
  return undefined;
}

/** The definition of a method or an attribute in the body of the nearest class that has one. */
export function definedIn(record: ClassRecord, name: string, above?: ClassRecord): { readonly record: ClassRecord; readonly node: SyntaxNode } | undefined {
  const { records } = lineage(record);
  const from = above === undefined ? 0 : records.findIndex((one) => one.node.id === above.node.id && one.frame.module === above.frame.module) + 1;
  for (const one of records.slice(from)) {
    const node = membersOf(one.node).findLast((member) => member.name === name)?.node;
    if (node !== undefined) return { record: one, node };
  }
  return undefined;
}

/** Methods (decorators included) and assignments in a class's body. */
export function membersOf(node: SyntaxNode): readonly { readonly name: string; readonly node: SyntaxNode }[] {
  const statements = (block: SyntaxNode | null): readonly SyntaxNode[] => (block?.namedChildren ?? []).flatMap((child) => (child.type === 'if_statement' ? statements(child.childForFieldName('consequence')) : [child]));
  return statements(node.childForFieldName('body')).flatMap((statement) => {
    const definition = statement.type === 'decorated_definition' ? statement.childForFieldName('definition') : statement;
    const name = definition?.childForFieldName('name')?.text;
    if (definition?.type === 'function_definition' && name !== undefined) return [{ name, node: statement }];
    const assignment = statement.type === 'expression_statement' ? statement.namedChildren[0] : undefined;
    const left = assignment?.type === 'assignment' ? assignment.childForFieldName('left') : null;
    return left?.type === 'identifier' && assignment !== undefined ? [{ name: left.text, node: assignment }] : [];
  });
}

function classMember(handle: Handle, name: string, frame: Frame): Value | undefined {
  const record = frame.session.classes.get(handle);
  const known = frame.session.fields.get(handle)?.get(name);
  if (record === undefined || known !== undefined) return known;
  const found = definedIn(record, name);
  if (found === undefined) return undefined;
  return found.node.type === 'assignment' ? attributeValue(found.node, found.record) : methodValue(found.node, found.record, undefined);
}

function attributeValue(assignment: SyntaxNode, record: ClassRecord): Value | undefined {
  const right = assignment.childForFieldName('right');
  const { session } = record.frame;
  if (right === null) return undefined;
  // `class A(A): x = A.x`
  if (session.nesting > MAX_NESTING) return unknown('budget', 'a class that is too deep to follow', record.frame.module.span(right));
  session.nesting += 1;
  const value = evaluationIn(record.frame).valueOf(right);
  session.nesting -= 1;
  return value;
}

/** A method with its decorators on; bound when there is an object. */
function methodValue(node: SyntaxNode, record: ClassRecord, self: Handle | undefined): Value {
  const definition = node.type === 'decorated_definition' ? (node.childForFieldName('definition') ?? node) : node;
  const plain = functionValue(definition, record.frame, self === undefined ? undefined : { self, record });
  return decorated(node, plain, { ...record.frame, events: [] });
}

/** What an attribute of an object or a class of the project holds; undefined where only the framework's base could know. */
export function memberOf(handle: Handle, name: string, frame: Frame): Value | undefined {
  const { session } = frame;
  const record = session.classes.get(handle);
  if (record !== undefined) return isOfValues(record) ? handle.get(name) : classMember(handle, name, frame);
  const instance = session.instances.get(handle);
  const field = session.fields.get(handle)?.get(name);
  if (instance === undefined || field !== undefined) return field;
  const found = definedIn(instance.of, name);
  if (found === undefined) return undefined;
  if (found.node.type === 'assignment') return attributeValue(found.node, found.record);
  const method = methodValue(found.node, found.record, handle);
  const isProperty = found.node.type === 'decorated_definition' && /^@(?:\w+\.)*(?:cached_)?property\b/m.test(found.node.text.slice(0, 200));
  return isProperty && method.kind === 'function' ? inline(method, [], undefined, frame, frame.module.span(found.node)) : method;
}

/** Calls a class: `__init__` runs, or that of the framework's base does. Undefined when the handle is no class. */
export function construct(handle: Handle, args: readonly Value[], keywords: RecordValue | undefined, frame: Frame, at: Span): Handle | undefined {
  const record = frame.session.classes.get(handle);
  if (record === undefined || isOfValues(record)) return undefined;
  const instance = instantiate(record, undefined, frame, at);
  const { session } = frame;
  session.executed.add(keyOf(record.frame.module, record.node));
  if (session.calls >= MAX_CALLS) return instance;
  const init = definedIn(record, '__init__');
  if (init === undefined) constructBase(instance, record, args, keywords, frame, at);
  else {
    const method = methodValue(init.node, init.record, instance);
    if (method.kind === 'function') inline(method, args, keywords, frame, at);
    // An `__init__` that does not call the base's: the object extends it all the same.
    const made = session.instances.get(instance);
    if (made !== undefined && made.base === undefined) made.base = madeBy(baseOf(record), [], undefined, at);
  }
  return instance;
}

/** An object without its `__init__` run. */
export function instantiate(record: ClassRecord, base: Handle | undefined, frame: Frame, at: Span): Handle {
  const name = record.node.childForFieldName('name')?.text ?? 'a class';
  const handle: Handle = silent(`an object of ${name}`, at, (property) => memberOf(handle, property, frame) ?? frame.session.instances.get(handle)?.base?.get(property));
  const instance: Instance = { of: record, base };
  frame.session.instances.set(handle, instance);
  return handle;
}

/** The framework's own constructor runs: an event on what the base means, whose result the object extends. */
function constructBase(self: Handle, record: ClassRecord, args: readonly Value[], keywords: RecordValue | undefined, frame: Frame, at: Span): void {
  const base = baseOf(record);
  const instance = frame.session.instances.get(self);
  if (base === undefined || instance === undefined) return;
  const made = isSilent(base) ? madeBy(base, args, keywords, at) : callHandle(base, '', args, keywords, frame, at);
  instance.base = made?.kind === 'handle' ? made : base;
}

function madeBy(base: Handle | undefined, args: readonly Value[], keywords: RecordValue | undefined, at: Span): Handle | undefined {
  const made = base?.call('', args, at, keywords);
  return made?.kind === 'handle' ? made : base;
}

/** `super().name(…)`: the next class's method, else the framework's. */
export function superMember(name: string, args: readonly Value[], keywords: RecordValue | undefined, frame: Frame, at: Span): Value {
  const { home } = frame;
  const nothing: Value = { kind: 'nothing', what: 'null', at };
  if (home === undefined) return unknown('unsupported-syntax', 'super()', at);
  const instance = frame.session.instances.get(home.self);
  const found = definedIn(instance?.of ?? home.record, name, home.record);
  if (found !== undefined && found.node.type !== 'assignment') {
    const method: Value = methodValue(found.node, found.record, home.self);
    return method.kind === 'function' ? inline(method, args, keywords, frame, at) : nothing;
  }
  if (name === '__init__') {
    constructBase(home.self, instance?.of ?? home.record, args, keywords, frame, at);
    return nothing;
  }
  return instance?.base === undefined ? unknown('parameter', `the method ${name} of a base class`, at) : callHandle(instance.base, name, args, keywords, frame, at);
}

/** A bound method as a function, whatever decorators made of it. */
export function boundMethod(handle: Handle, name: string, frame: Frame): FunctionValue | undefined {
  const value = memberOf(handle, name, frame);
  return value?.kind === 'function' ? value : undefined;
}
