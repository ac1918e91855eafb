import { and, not, type Condition } from '../../values/condition.js';
import { choose, mapEither } from '../../values/either.js';
import { runsIn } from '../../values/fact.js';
import { mapCases } from '../../values/cases.js';
import { isSilent } from '../../values/silent.js';
import { fork } from '../../values/ways.js';
import { entry, unknown, type Handle, type Value } from '../../values/value.js';
import type { Span } from '../../text/span.js';
import type { SyntaxNode } from '../tree-sitter.js';
import { argumentsOf, bound, type Arguments } from './arguments.js';
import type { Binding, Test } from './bindings.js';
import { boundValue } from './bound-names.js';
import { functionNamed, REGEX_FLAGS } from './builtins.js';
import { classNamed } from './classes.js';
import { callValue, caseHolds, functionIn, namesEnvironment } from './calls.js';
import { collectionMethod, itemOf, merged, sliceOf } from './collections.js';
import { compared } from './comparisons.js';
import { conditionIn } from './conditions.js';
import { comprehensionValue } from './comprehensions.js';
import { dictionaryDisplay, listDisplay } from './displays.js';
import { percentFormatted } from './format.js';
import { functionValue } from './functions.js';
import { definedValue, importedValue, qualifiedValue } from './imported.js';
import { memberOf } from './instances.js';
import { callHandle, runningCall } from './invoke.js';
import { joined } from './lists.js';
import type { PythonModule } from './module.js';
import { aroundMethod, classObject } from './objects.js';
import { type Frame } from './session.js';
import { environment, environmentObject, isSettings } from './settings.js';
import { followedBy, stringValue } from './strings.js';
import { present, shortened, truth, undecided } from './truth.js';

/** Steps of one evaluation, names that may be open inside each other, and expressions inside each other. */
const MAX_STEPS = 4000;
const MAX_DEPTH = 24;
const MAX_NESTING = 150;
/** Parts of a dotted name. */
const MAX_PARTS = 16;

/** Names whose values are known here: those of the scope (parameters, loop variables) and those of a comprehension around the expression. */
export interface Locals {
  readonly scope: ReadonlyMap<string, Value>;
  readonly inner: ReadonlyMap<string, Value>;
}

export const NO_LOCALS: Locals = { scope: new Map(), inner: new Map() };

/** Evaluates expressions of code that is being run. */
export function evaluationIn(frame: Frame): Evaluation {
  return new Evaluation(frame.module, NO_LOCALS, undefined, 0, frame);
}

/** Evaluates expressions of one module. Values keep the places of the literals that they come from, across files. */
export class Evaluation {
  constructor(
    readonly module: PythonModule,
    readonly locals: Locals = NO_LOCALS,
    private readonly work: { steps: number; nesting: number } = { steps: 0, nesting: 0 },
    readonly depth: number = 0,
    /** The code that is being run, when the expression is a part of it. */
    readonly frame?: Frame,
  ) {}

  /** The same piece of work in another module, or with other names. */
  within(module: PythonModule, locals: Locals = NO_LOCALS): Evaluation {
    return new Evaluation(module, locals, this.work, this.depth + 1, module === this.module ? this.frame : undefined);
  }

  /** What a package's or the project's name stands for in running code; undefined for names of other kinds. */
  imported(node: SyntaxNode): Value | undefined {
    if (this.frame === undefined || !this.#isImported(node)) return undefined;
    return node.type === 'identifier' ? importedValue(node.text, this.frame) : qualifiedValue(this.module.qualifiedName(node) ?? '', this.frame);
  }

  /** Is the expression a name of a package that means nothing to the reader, whole and in its parts? */
  isOutside(node: SyntaxNode): boolean {
    if (!this.#isImported(node)) return false;
    for (let part: SyntaxNode | null = node; part !== null; part = part.type === 'attribute' ? part.childForFieldName('object') : null) {
      if (this.imported(part) !== undefined || this.module.fileNamed(this.module.qualifiedName(part) ?? '') !== undefined) return false;
    }
    return true;
  }

  #isImported(node: SyntaxNode): boolean {
    let root = node;
    for (let parts = 0; root.type === 'attribute' && parts < MAX_PARTS; parts += 1) root = root.childForFieldName('object') ?? root;
    return root.type === 'identifier' && !this.locals.inner.has(root.text) && this.frame?.env.lookup(root.text) === undefined && (this.module.imports.has(root.text) || (node === root && this.module.starredNames().length > 0));
  }

  /** A name in running code, as far as running has bound it or it is a function, a class or an import. */
  callee(node: SyntaxNode): Value | undefined {
    const { frame } = this;
    const name = node.text;
    return this.locals.inner.get(name) ?? (frame === undefined ? undefined : (frame.env.lookup(name) ?? definedValue(name, frame) ?? this.imported(node)));
  }

  /** What an object's attribute holds in running code. */
  member(owner: Handle, name: string, at: Span): Value | undefined {
    if (this.frame === undefined) return owner.get(name);
    const own = isSilent(owner) ? memberOf(owner, name, this.frame) : undefined;
    return own ?? this.frame.session.instances.get(owner)?.base?.get(name) ?? owner.get(name) ?? (isSilent(owner) ? undefined : unknown('unsupported-syntax', `${owner.name}.${name}`, at));
  }

  /** `before + more`, `before | more`, and what `+=` and `|=` leave. */
  added(before: Value, more: Value, at: Span): Value {
    return mapCases(before, at, (a) =>
      mapCases(more, at, (b): Value => {
        if (a.kind === 'record' && b.kind === 'record') return merged(a, b, at);
        if (a.kind === 'number' && b.kind === 'number') return { kind: 'number', value: a.value + b.value, at };
        return a.kind === 'string' || a.kind === 'concat' || b.kind === 'string' || b.kind === 'concat' ? followedBy(a, b, at) : joined(a, b, at);
      }),
    );
  }

  /** The same expression's names with some more. */
  naming(names: ReadonlyMap<string, Value>): Evaluation {
    return new Evaluation(this.module, { ...this.locals, inner: new Map([...this.locals.inner, ...names]) }, this.work, this.depth + 1, this.frame);
  }

  /** Arguments of a call, in this evaluation's names. */
  argumentsOf(call: SyntaxNode): Arguments {
    return argumentsOf(this, call);
  }

  valueOf(node: SyntaxNode): Value {
    const at = this.module.span(node);
    this.work.steps += 1;
    if (this.work.steps > MAX_STEPS || this.depth > MAX_DEPTH || this.work.nesting > MAX_NESTING) return unknown('budget', 'an expression that is too deep to follow', at);
    this.work.nesting += 1;
    const value = this.#valueOf(node, at);
    this.work.nesting -= 1;
    return value;
  }

  /** The condition on which an expression is true. */
  conditionOf(node: SyntaxNode): Condition {
    this.work.steps += 1;
    if (this.work.steps > MAX_STEPS || this.work.nesting > MAX_NESTING) return { c: 'fact', fact: { key: `budget@${this.module.file}:${node.startIndex}`, reason: 'budget', detail: 'a condition that is too deep to follow', at: this.module.span(node) } };
    this.work.nesting += 1;
    const condition = conditionIn(this, node);
    this.work.nesting -= 1;
    return condition;
  }

  /** What the tests around a statement ask for together. */
  testsHold(tests: readonly Test[]): Condition {
    return and(...tests.map(({ node, negated }) => {
      const condition = node.type === 'except_clause' ? undecided(this.module.span(node), shortened(node.text.split(':')[0] ?? '')) : node.type === 'case_clause' ? caseHolds(this, node) : this.conditionOf(node);
      return negated ? not(condition) : condition;
    }));
  }

  #valueOf(node: SyntaxNode, at: Span): Value {
    switch (node.type) {
      case 'string':
      case 'concatenated_string':
        return stringValue(node, at, (inner) => this.valueOf(inner));
      case 'integer':
      case 'float':
        return { kind: 'number', value: Number(node.text.replaceAll('_', '')), at };
      case 'true':
      case 'false':
        return { kind: 'boolean', value: node.type === 'true', at };
      case 'none':
        return { kind: 'nothing', what: 'null', at };
      case 'parenthesized_expression':
      case 'await':
        return node.namedChildren[0] === undefined ? unknown('unsupported-syntax', shortened(node.text), at) : this.valueOf(node.namedChildren[0]);
      case 'list':
      case 'tuple':
      case 'set':
      case 'expression_list':
        return listDisplay(this, node, at);
      case 'dictionary':
        return dictionaryDisplay(this, node, at);
      case 'identifier':
        // Whatever a settings file says of it, it is the difference between development and production.
        // The file that is looked at is taken for the program.
        if (node.text === '__name__') return { kind: 'string', value: this.module.depth === 0 ? '__main__' : this.module.file.replace(/\.py$/, '').replaceAll('/', '.'), at };
        if (node.text === 'DEBUG') return { kind: 'condition', condition: { c: 'fact', fact: runsIn('development', at) }, at };
        return this.locals.inner.get(node.text) ?? this.locals.scope.get(node.text) ?? this.callee(node) ?? this.named(node.text, node);
      case 'attribute':
        return this.#runningAttribute(node, at) ?? this.#attribute(node, at);
      case 'subscript':
        return this.#subscript(node, at);
      case 'call':
        return this.frame === undefined ? callValue(this, node, at) : runningCall(this, this.frame, node, at);
      case 'lambda':
        return this.frame === undefined ? functionIn(this, this.module, node) : functionValue(node, this.frame);
      case 'named_expression': {
        const [name, given] = [node.childForFieldName('name'), node.childForFieldName('value')];
        const value = given === null ? unknown('unsupported-syntax', shortened(node.text), at) : this.valueOf(given);
        if (name !== null) this.frame?.env.assign(name.text, value);
        return value;
      }
      case 'conditional_expression': {
        const [body, condition, otherwise] = node.namedChildren;
        if (body === undefined || condition === undefined || otherwise === undefined) return unknown('unsupported-syntax', shortened(node.text), at);
        const test = this.conditionOf(condition);
        const [yes, no] = this.#either(test, () => this.valueOf(body), () => this.valueOf(otherwise));
        return yes === undefined ? no! : no === undefined ? yes : choose(test, yes, no, at);
      }
      case 'boolean_operator': {
        const left = this.#side(node, 'left');
        const condition = truth(left);
        const isOr = node.childForFieldName('operator')?.type === 'or';
        const right = this.given(isOr ? not(condition) : condition, () => this.#side(node, 'right'));
        return right === undefined ? left : isOr ? choose(condition, present(left), right, at) : choose(condition, right, left, at);
      }
      case 'binary_operator':
        return this.#binary(node, at);
      case 'list_comprehension':
      case 'generator_expression':
      case 'set_comprehension':
      case 'dictionary_comprehension':
        return comprehensionValue(this, node, at);
      case 'unary_operator': {
        const inner = node.childForFieldName('argument');
        const value = inner === null ? undefined : this.valueOf(inner);
        return value?.kind === 'number' && node.text.startsWith('-') ? { kind: 'number', value: -value.value, at } : unknown('unsupported-syntax', shortened(node.text), at);
      }
      case 'not_operator':
      case 'comparison_operator': {
        const condition = this.conditionOf(node);
        return condition.c === 'true' || condition.c === 'false' ? { kind: 'boolean', value: condition.c === 'true', at } : { kind: 'condition', condition, at };
      }
      default:
        return unknown('unsupported-syntax', `the expression ${shortened(node.text)}`, at);
    }
  }

  /** `==`, `in` and `is` of two values. `environment`: one of them names where the process runs. */
  compared(operator: string, a: Value, b: Value, environment: boolean, at: Span): Condition {
    return compared(operator, a, b, environment, at) ?? undecided(at, 'a comparison');
  }

  /** Looks at a part of an expression that is come to under a condition alone; undefined where it never is. */
  given<T>(condition: Condition, look: () => T): T | undefined {
    return this.#either(condition, look, () => undefined)[0];
  }

  /** Looks at what is come to where a test holds, and at what is where it does not: what happens there happens then. */
  #either<T, U>(test: Condition, yes: () => T, no: () => U): readonly [T | undefined, U | undefined] {
    if (this.frame === undefined) return [test.c === 'false' ? undefined : yes(), test.c === 'true' ? undefined : no()];
    let found: readonly [T | undefined, U | undefined] = [undefined, undefined];
    fork(test, () => { found = [yes(), found[1]]; }, () => { found = [found[0], no()]; }, this.frame);
    return found;
  }

  #side(node: SyntaxNode, name: 'left' | 'right'): Value {
    const found = node.childForFieldName(name);
    return found === null ? unknown('unsupported-syntax', shortened(node.text), this.module.span(node)) : this.valueOf(found);
  }

  /** `module.NAME` and `package.module.NAME` of a module that is in view. */
  ofModule(node: SyntaxNode): Value | undefined {
    let root = node;
    for (let parts = 0; root.type === 'attribute' && parts < MAX_PARTS; parts += 1) root = root.childForFieldName('object') ?? root;
    if (root.type !== 'identifier' || !this.module.imports.has(root.text)) return undefined;
    const qualified = this.module.qualifiedName(node) ?? '';
    const cut = qualified.lastIndexOf('.');
    const module = this.module.moduleNamed(qualified.slice(0, cut));
    return module === undefined ? undefined : this.within(module).named(qualified.slice(cut + 1));
  }

  /** The value of a name of this module, as it stands at a place (at the end, without one). */
  named(name: string, place?: SyntaxNode): Value {
    const at = place === undefined ? { file: this.module.file, start: 0, end: 0 } : this.module.span(place);
    const bindings = this.module.scopes.bindingsOf(name, place);
    if ('parameterOf' in bindings) return aroundMethod(this, bindings.parameterOf, name, at) ?? this.#argument(bindings.parameterOf, name, at);
    if (bindings.length > 0) return this.bound(bindings, name, at, place);
    const elsewhere = this.module.definitionOf(name);
    if (elsewhere !== undefined) return this.within(elsewhere.module).named(elsewhere.name);
    for (const starred of this.module.starred()) {
      const value = this.within(starred).named(name);
      if (value.kind !== 'unknown' || value.reason !== 'import-not-resolved') return value;
    }
    const found = this.module.functionNamed(name);
    if (found !== undefined) return functionIn(this, found.module, found.definition);
    const type = classNamed(this.module, name);
    if (type !== undefined) return classObject(this.within(type.module), type, at);
    return this.#outside(this.module.imports.get(name) ?? name, at) ?? unknown('import-not-resolved', `the name ${name}`, at);
  }

  /** Names of Python's own library that stand for values. */
  #outside(qualified: string, at: Span): Value | undefined {
    if (Object.hasOwn(REGEX_FLAGS, qualified)) return { kind: 'string', value: REGEX_FLAGS[qualified]!, at };
    if (qualified === 'os.environ') return environmentObject(this, at);
    if (qualified === 'typing.TYPE_CHECKING') return { kind: 'boolean', value: false, at };
    return functionNamed(qualified, at, this.module.written);
  }

  /** What the one call of a function in its file gives a parameter; with several calls, or none in view, nobody knows. */
  #argument(definition: SyntaxNode, name: string, at: Span): Value {
    const calls = this.module.callsOf(definition);
    const call = calls[0];
    const given = calls.length === 1 && call !== undefined && this.depth < MAX_DEPTH ? bound(this.module, definition, argumentsOf(this.within(this.module), call), this.within(this.module)).get(name) : undefined;
    return given ?? unknown('parameter', `the parameter ${name}`, at);
  }

  /** What a name holds after everything that was done to it, in order. */
  bound(bindings: readonly Binding[], name: string, at: Span, place?: SyntaxNode): Value {
    return boundValue(this, bindings, name, at, place);
  }

  /** Attributes of handles, of objects and classes of the project, and of imported modules. */
  #runningAttribute(node: SyntaxNode, at: Span): Value | undefined {
    const [object, attribute] = [node.childForFieldName('object'), node.childForFieldName('attribute')];
    if (this.frame === undefined || object === null || attribute === null) return undefined;
    const meant = this.imported(node);
    if (meant !== undefined || this.isOutside(object)) return meant;
    const owner = object.type === 'identifier' ? this.callee(object) : this.valueOf(object);
    const own = (value: Value): Value | undefined => (value.kind === 'handle' ? this.member(value, attribute.text, at) : value.kind === 'record' ? entry(value, attribute.text)?.value : undefined);
    if (owner?.kind !== 'either') return owner === undefined ? undefined : (own(owner) ?? (object.type === 'call' ? unknown('unsupported-syntax', shortened(node.text), at) : undefined));
    return owner.options.some(({ value }) => value.kind === 'handle' || value.kind === 'record') ? mapCases(owner, at, (value) => (value.kind === 'nothing' ? undefined : (own(value) ?? unknown('unsupported-syntax', shortened(node.text), at)))) : undefined;
  }

  #attribute(node: SyntaxNode, at: Span): Value {
    const [object, attribute] = [node.childForFieldName('object'), node.childForFieldName('attribute')];
    if (object === null || attribute === null) return unknown('unsupported-syntax', shortened(node.text), at);
    if (object.type === 'identifier') {
      const bindings = this.module.scopes.bindingsOf(`${object.text}.${attribute.text}`, node);
      if (!('parameterOf' in bindings) && bindings.length > 0) return this.bound(bindings, node.text, at, node);
    }
    const inModule = this.ofModule(node);
    if (inModule !== undefined) return inModule;
    const found = this.#outside(this.module.qualifiedName(node) ?? '', at);
    if (found !== undefined) return found;
    return mapEither(this.valueOf(object), (owner): Value => {
      if (owner.kind === 'handle') return owner.get(attribute.text) ?? unknown('import-not-resolved', shortened(node.text), at);
      if (owner.kind === 'record') return entry(owner, attribute.text)?.value ?? unknown('dynamic-key', shortened(node.text), at);
      // Members of enumerations that are texts are their own values.
      if (owner.kind === 'string' && attribute.text === 'value') return owner;
      if (owner.kind === 'regex' && attribute.text === 'pattern') return { kind: 'string', value: owner.source, at: owner.at };
      if (isSettings(this, object)) return unknown('env-variable', `the setting ${attribute.text}`, at);
      return owner.kind === 'unknown' && owner.reason !== 'import-not-resolved' ? owner : unknown('import-not-resolved', shortened(node.text), at);
    });
  }

  #subscript(node: SyntaxNode, at: Span): Value {
    const [object, key] = [node.childForFieldName('value'), node.childForFieldName('subscript')];
    if (object === null || key === null) return unknown('unsupported-syntax', shortened(node.text), at);
    if (key.type === 'slice') return this.#slice(this.valueOf(object), key, at);
    const name = this.valueOf(key);
    if (this.module.qualifiedName(object) === 'os.environ' && name.kind === 'string') return environment(this, name.value, undefined, at);
    const { frame } = this;
    const missing = unknown('dynamic-key', shortened(node.text), at);
    return mapEither(this.valueOf(object), (owner): Value => {
      if (owner.kind === 'handle') return frame === undefined ? (owner.call('__getitem__', [name], at) ?? missing) : callHandle(owner, '__getitem__', [name], undefined, frame, at);
      if (owner.kind === 'unknown') return owner;
      return owner.kind === 'list' || owner.kind === 'record' ? itemOf(owner, name, namesEnvironment(key), missing, at) : missing;
    });
  }

  #slice(value: Value, slice: SyntaxNode, at: Span): Value {
    // `[from:to:step]`, each of which may be left out.
    const parts: (number | undefined | null)[] = [undefined];
    for (const child of slice.children) {
      if (child.type === ':') parts.push(undefined);
      else {
        const number = this.valueOf(child);
        parts[parts.length - 1] = number.kind === 'number' ? number.value : number.kind === 'nothing' ? undefined : null;
      }
    }
    const [from, to, step] = parts;
    return from === null || to === null || step === null ? unknown('unsupported-syntax', 'a part of a list', at) : sliceOf(value, from, to, step, at);
  }

  #binary(node: SyntaxNode, at: Span): Value {
    const operator = node.childForFieldName('operator')?.type;
    const [left, right] = [this.#side(node, 'left'), this.#side(node, 'right')];
    if (operator === '+' || operator === '|') return this.added(left, right, at);
    if (operator === '%') return mapEither(left, (template) => (template.kind === 'string' ? percentFormatted(template, right, at) : undefined) ?? unknown('unsupported-syntax', shortened(node.text), at));
    if (left.kind === 'number' && right.kind === 'number' && (operator === '*' || operator === '-')) return { kind: 'number', value: operator === '*' ? left.value * right.value : left.value - right.value, at };
    if (operator === '-' && left.kind === 'list' && right.kind === 'list') return collectionMethod(left, 'difference', [right], at, false) ?? unknown('unsupported-syntax', shortened(node.text), at);
    return unknown('unsupported-syntax', shortened(node.text), at);
  }
}
