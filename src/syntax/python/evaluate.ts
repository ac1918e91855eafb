import { and, FALSE, not, or, TRUE, type Condition } from '../../values/condition.js';
import { choose, mapEither, setting } from '../../values/either.js';
import { runsIn } from '../../values/fact.js';
import { entry, factOf, unknown, type EnvValue, type ListValue, type UnknownValue, type Value } from '../../values/value.js';
import type { Span } from '../../text/span.js';
import type { SyntaxNode } from '../tree-sitter.js';
import { bindingsOf, classNamed, type Binding } from './bindings.js';
import type { PythonModule } from './module.js';
import { stringValue } from './strings.js';

/** Steps of one evaluation, and names that may be open inside each other. */
const MAX_STEPS = 4000;
const MAX_DEPTH = 24;

/** Evaluates expressions of one module. Values keep the places of the literals that they come from, across files. */
export class Evaluation {
  constructor(
    private readonly module: PythonModule,
    private readonly locals: ReadonlyMap<string, Value> = new Map(),
    private readonly work: { steps: number } = { steps: 0 },
    private readonly depth: number = 0,
  ) {}

  valueOf(node: SyntaxNode): Value {
    const at = this.module.span(node);
    this.work.steps += 1;
    if (this.work.steps > MAX_STEPS || this.depth > MAX_DEPTH) return unknown('budget', 'an expression that is too deep to follow', at);
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
        return node.namedChildren[0] === undefined ? unknown('unsupported-syntax', node.text, at) : this.valueOf(node.namedChildren[0]);
      case 'list':
      case 'tuple':
      case 'set':
      case 'expression_list':
        return this.#list(node, at);
      case 'dictionary':
        return this.#dictionary(node, at);
      case 'identifier':
        return this.#name(node);
      case 'attribute':
        return this.#attribute(node, at);
      case 'subscript':
        return this.#subscript(node, at);
      case 'call':
        return this.#call(node, at);
      case 'conditional_expression': {
        const [body, condition, otherwise] = node.namedChildren;
        if (body === undefined || condition === undefined || otherwise === undefined) return unknown('unsupported-syntax', node.text, at);
        return choose(this.conditionOf(condition), this.valueOf(body), this.valueOf(otherwise), at);
      }
      case 'boolean_operator':
        return this.#orAnd(node, at);
      case 'binary_operator':
        return this.#binary(node, at);
      case 'list_comprehension':
      case 'generator_expression':
      case 'set_comprehension':
        return this.#comprehension(node, at);
      case 'not_operator':
      case 'comparison_operator':
        return { kind: 'condition', condition: this.conditionOf(node), at };
      default:
        return unknown('unsupported-syntax', `the expression ${shortened(node.text)}`, at);
    }
  }

  /** The condition on which an expression is true. */
  conditionOf(node: SyntaxNode): Condition {
    if (node.type === 'not_operator') return not(this.conditionOf(node.childForFieldName('argument') ?? node.namedChildren[0]!));
    if (node.type === 'parenthesized_expression' && node.namedChildren[0] !== undefined) return this.conditionOf(node.namedChildren[0]);
    if (node.type === 'boolean_operator') {
      const [left, right] = [node.childForFieldName('left')!, node.childForFieldName('right')!].map((side) => this.conditionOf(side));
      return node.childForFieldName('operator')?.type === 'and' ? and(left!, right!) : or(left!, right!);
    }
    if (/^(?:.*[._])?DEBUG$/i.test(node.text) && (node.type === 'identifier' || node.type === 'attribute')) return { c: 'fact', fact: runsIn('development', this.module.span(node)) };
    if (node.type === 'comparison_operator') return this.#comparison(node);
    return truth(this.valueOf(node));
  }

  #comparison(node: SyntaxNode): Condition {
    const at = this.module.span(node);
    const [left, right] = node.namedChildren;
    const operator = node.children.map((child) => child.type).find((type) => /^(==|!=|in|not in|is|is not)$/.test(type));
    if (left === undefined || right === undefined || node.namedChildren.length !== 2 || operator === undefined) return factAt(at, shortened(node.text));
    const [a, b] = [this.valueOf(left), this.valueOf(right)];
    const negated = operator === '!=' || operator.includes('not');
    const environment = [left, right].some((side) => /env|stage|mode/i.test(side.text)) ? environmentNamed([a, b]) : undefined;
    let found: Condition;
    if (environment !== undefined) found = { c: 'fact', fact: runsIn(environment, at) };
    else if (a.kind === 'string' && b.kind === 'string' && !operator.endsWith('in')) found = a.value === b.value ? TRUE : FALSE;
    else if (b.kind === 'nothing' && operator.startsWith('is')) found = a.kind === 'nothing' ? TRUE : a.kind === 'env' || a.kind === 'string' || a.kind === 'list' ? FALSE : not(truth(a));
    else found = factAt(at, shortened(node.text));
    return negated ? not(found) : found;
  }

  #inner(module: PythonModule, locals: ReadonlyMap<string, Value> = new Map()): Evaluation {
    return new Evaluation(module, locals, this.work, this.depth + 1);
  }

  #list(node: SyntaxNode, at: Span): Value {
    const parts = node.namedChildren.filter((child) => child.type !== 'comment').map((child): Value => {
      if (child.type !== 'list_splat') return { kind: 'list', items: [this.valueOf(child)], at: this.module.span(child) };
      return child.namedChildren[0] === undefined ? unknown('unsupported-syntax', child.text, at) : this.valueOf(child.namedChildren[0]);
    });
    return parts.reduce<Value>((sum, part) => joined(sum, part, at), { kind: 'list', items: [], at });
  }

  #dictionary(node: SyntaxNode, at: Span): Value {
    const entries = node.namedChildren.flatMap((child) => {
      if (child.type === 'pair') {
        const [key, value] = [child.childForFieldName('key'), child.childForFieldName('value')];
        const name = key === null ? undefined : this.valueOf(key);
        return value !== null && name?.kind === 'string' ? [{ key: name.value, value: this.valueOf(value), at: this.module.span(child) }] : [];
      }
      const spread = child.type === 'dictionary_splat' && child.namedChildren[0] !== undefined ? this.valueOf(child.namedChildren[0]) : undefined;
      return spread?.kind === 'record' ? spread.entries : [];
    });
    return { kind: 'record', entries, at };
  }

  #name(node: SyntaxNode): Value {
    const local = this.locals.get(node.text);
    if (local !== undefined) return local;
    return this.named(node.text, node);
  }

  /** The value of a name of this module, as it stands at a place (at the end, without one). */
  named(name: string, place?: SyntaxNode): Value {
    const at = place === undefined ? { file: this.module.file, start: 0, end: 0 } : this.module.span(place);
    const bindings = bindingsOf(this.module.root, name, place);
    if (bindings === 'parameter') return unknown('parameter', `the parameter ${name}`, at);
    if (bindings.length > 0) return this.#bound(bindings, name, at);
    const elsewhere = this.module.definitionOf(name);
    if (elsewhere !== undefined) return this.#inner(elsewhere.module).named(elsewhere.name);
    for (const starred of this.module.starred()) {
      const value = this.#inner(starred).named(name);
      if (value.kind !== 'unknown' || value.reason !== 'import-not-resolved') return value;
    }
    return unknown('import-not-resolved', `the name ${name}`, at);
  }

  /** What a name holds after everything that was done to it, in order. */
  #bound(bindings: readonly Binding[], name: string, at: Span): Value {
    let value: Value = unknown('conflicting-writes', `the name ${name}`, at);
    bindings.forEach((binding, index) => {
      const evaluation = this.#inner(this.module, this.locals);
      const done = ((): Value => {
        switch (binding.how) {
          case 'assign':
            return evaluation.valueOf(binding.value);
          case 'extend':
            return joined(value, evaluation.valueOf(binding.value), this.module.span(binding.value));
          case 'append':
            return joined(value, { kind: 'list', items: [evaluation.valueOf(binding.value)], at: this.module.span(binding.value) }, at);
          case 'opaque':
            return unknown('conflicting-writes', `the name ${name}, which is changed here`, this.module.span(binding.value));
        }
      })();
      const condition = binding.conditions.map(({ test, negated }) => (negated ? not(evaluation.conditionOf(test)) : evaluation.conditionOf(test))).reduce((a, b) => and(a, b), TRUE);
      // The first assignment under a condition leaves the name unbound otherwise: whoever reads it then fails.
      value = index === 0 ? done : choose(condition, done, value, at);
    });
    return value;
  }

  #attribute(node: SyntaxNode, at: Span): Value {
    const [object, attribute] = [node.childForFieldName('object'), node.childForFieldName('attribute')];
    if (object === null || attribute === null) return unknown('unsupported-syntax', node.text, at);
    // `module.NAME` for a module that is in view.
    if (object.type === 'identifier') {
      const qualified = this.module.imports.get(object.text);
      const module = qualified === undefined ? undefined : this.module.moduleNamed(qualified);
      if (module !== undefined) return this.#inner(module).named(attribute.text);
    }
    const settings = this.#settingOf(object, attribute.text);
    if (settings !== undefined) return settings;
    const owner = this.valueOf(object);
    if (owner.kind === 'record') return entry(owner, attribute.text)?.value ?? unknown('dynamic-key', node.text, at);
    return unknown('import-not-resolved', node.text, at);
  }

  /** An attribute of a class or of an object made of one; settings classes may be overridden by the environment. */
  #settingOf(object: SyntaxNode, name: string): Value | undefined {
    const found = classNamed(this.module, object);
    const binding = found?.attributes.get(name);
    if (found === undefined || binding === undefined) return undefined;
    const value = this.#inner(found.module).valueOf(binding);
    if (!found.fromEnvironment) return value;
    const at = found.module.span(binding);
    const set: Value = value.kind === 'list' ? { kind: 'list', items: [], rest: { kind: 'env', name, at }, at } : { kind: 'env', name, at };
    return setting(name, value, set, at);
  }

  #subscript(node: SyntaxNode, at: Span): Value {
    const [object, key] = [node.childForFieldName('value'), node.childForFieldName('subscript')];
    if (object === null || key === null) return unknown('unsupported-syntax', node.text, at);
    const name = this.valueOf(key);
    if (this.module.qualifiedName(object) === 'os.environ' && name.kind === 'string') return { kind: 'env', name: name.value, at };
    const owner = this.valueOf(object);
    if (owner.kind === 'record' && name.kind === 'string') return entry(owner, name.value)?.value ?? unknown('dynamic-key', node.text, at);
    if (owner.kind === 'list' && name.kind === 'number') return owner.items.at(name.value) ?? unknown('dynamic-key', node.text, at);
    return unknown('dynamic-key', shortened(node.text), at);
  }

  #call(node: SyntaxNode, at: Span): Value {
    const callee = node.childForFieldName('function');
    if (callee === null) return unknown('unsupported-syntax', node.text, at);
    const { positional, keywords } = this.module.callOf(node);
    const args = positional.map((arg) => this.valueOf(arg));
    const qualified = this.module.qualifiedName(callee) ?? '';
    if (/^os\.(getenv|environ\.get)$/.test(qualified)) {
      const fallback = args[1] ?? entry(keywords, 'default')?.value ?? { kind: 'nothing', what: 'null', at };
      return args[0]?.kind === 'string' ? setting(args[0].value, fallback, { kind: 'env', name: args[0].value, at }, at) : unknown('env-variable', shortened(node.text), at);
    }
    if (/(^|\.)config$/.test(qualified) && args[0]?.kind === 'string') {
      const fallback = entry(keywords, 'default')?.value;
      return fallback === undefined ? { kind: 'env', name: args[0].value, at } : setting(args[0].value, fallback, { kind: 'env', name: args[0].value, at }, at);
    }
    if (/^(list|tuple|set|frozenset|sorted)$/.test(qualified)) return args[0] === undefined ? { kind: 'list', items: [], at } : asList(args[0], at);
    if (qualified === 'str') return args[0] ?? { kind: 'string', value: '', at };
    if (qualified === 're.compile' && args[0]?.kind === 'string') return { kind: 'regex', source: args[0].value, flags: /IGNORECASE|re\.I\b/.test(node.text) ? 'i' : '', dialect: 'python', at: args[0].at };
    if (qualified === 'dict') return keywords;
    if (callee.type === 'attribute') return this.#method(callee, args, at);
    return unknown('function-call', `the call ${shortened(node.text)}`, at);
  }

  #method(callee: SyntaxNode, args: readonly Value[], at: Span): Value {
    const [object, name] = [callee.childForFieldName('object')!, callee.childForFieldName('attribute')!.text];
    const receiver = this.valueOf(object);
    const first = args[0];
    return mapEither(receiver, (value): Value => {
      if (value.kind === 'nothing') return unknown('env-variable', 'a setting that is not set', at);
      switch (name) {
        case 'split': {
          if (value.kind === 'env') return { kind: 'list', items: [], rest: value, at: value.at };
          if (value.kind !== 'string') break;
          const separator = first?.kind === 'string' ? first.value : undefined;
          const parts = separator === undefined ? value.value.split(/\s+/).filter((part) => part !== '') : value.value.split(separator);
          return { kind: 'list', items: parts.map((part) => ({ kind: 'string', value: part, at: value.at })), at: value.at };
        }
        case 'strip':
        case 'rstrip':
        case 'lstrip': {
          if (value.kind === 'env') return value;
          if (value.kind !== 'string') break;
          return { ...value, value: stripped(value.value, name, first?.kind === 'string' ? first.value : undefined) };
        }
        case 'lower':
        case 'upper':
          if (value.kind === 'env') return value;
          if (value.kind === 'string') return { ...value, value: name === 'lower' ? value.value.toLowerCase() : value.value.toUpperCase() };
          break;
        case 'copy':
          return value;
        case 'get':
          if (value.kind === 'record' && first?.kind === 'string') return entry(value, first.value)?.value ?? args[1] ?? { kind: 'nothing', what: 'null', at };
          break;
      }
      return unknown('function-call', `the call of ${shortened(callee.text)}`, at);
    });
  }

  #orAnd(node: SyntaxNode, at: Span): Value {
    const [left, right] = [this.valueOf(node.childForFieldName('left')!), this.valueOf(node.childForFieldName('right')!)];
    const condition = truth(left);
    return node.childForFieldName('operator')?.type === 'or' ? choose(condition, present(left), right, at) : choose(condition, right, left, at);
  }

  #binary(node: SyntaxNode, at: Span): Value {
    if (node.childForFieldName('operator')?.type !== '+') return unknown('unsupported-syntax', shortened(node.text), at);
    const [left, right] = [this.valueOf(node.childForFieldName('left')!), this.valueOf(node.childForFieldName('right')!)];
    if (left.kind === 'string' && right.kind === 'string') return { kind: 'string', value: left.value + right.value, at };
    if (left.kind === 'string' || right.kind === 'string') return { kind: 'concat', parts: [left, right], at };
    return joined(left, right, at);
  }

  /** `[f(o) for o in list if p(o)]`: the body for every item; items that a test surely drops are gone. */
  #comprehension(node: SyntaxNode, at: Span): Value {
    const body = node.childForFieldName('body');
    const clauses = node.namedChildren.filter((child) => child.type === 'for_in_clause' || child.type === 'if_clause');
    const [loop, ...tests] = clauses;
    const variable = loop?.childForFieldName('left');
    const source = loop?.childForFieldName('right');
    if (body === null || loop === undefined || variable?.type !== 'identifier' || source === null || source === undefined || tests.some((test) => test.type !== 'if_clause')) return unknown('unsupported-syntax', `the comprehension ${shortened(node.text)}`, at);
    return mapEither(asList(this.valueOf(source), at), (list): Value => {
      if (list.kind !== 'list') return unknown('unsupported-syntax', `the comprehension ${shortened(node.text)}`, at);
      const items = list.items.flatMap((item) => {
        const inner = new Evaluation(this.module, new Map([...this.locals, [variable.text, item]]), this.work, this.depth + 1);
        const dropped = tests.some((test) => test.namedChildren[0] !== undefined && inner.conditionOf(test.namedChildren[0]).c === 'false');
        return dropped ? [] : [inner.valueOf(body)];
      });
      return { ...list, items };
    });
  }
}

/** Truth in Python's sense: empty texts and lists, `None`, zero and `False` are false. */
function truth(value: Value): Condition {
  switch (value.kind) {
    case 'string':
      return value.value === '' ? FALSE : TRUE;
    case 'number':
      return value.value === 0 ? FALSE : TRUE;
    case 'boolean':
      return value.value ? TRUE : FALSE;
    case 'nothing':
      return FALSE;
    case 'list':
      return value.items.length > 0 ? TRUE : value.rest === undefined ? FALSE : { c: 'fact', fact: factOf(value.rest) };
    case 'record':
      return value.entries.length > 0 ? TRUE : FALSE;
    case 'condition':
      return value.condition;
    case 'either':
      return or(...value.options.map(({ when, value: option }) => and(when, truth(option))));
    case 'env':
      // A variable that is set to the empty text is as good as unset.
      return TRUE;
    case 'unknown':
      return { c: 'fact', fact: factOf(value) };
    default:
      return TRUE;
  }
}

/** What is left of a value once it is known to be true. */
function present(value: Value): Value {
  if (value.kind !== 'either') return value;
  const options = value.options.filter(({ value: option }) => truth(option).c !== 'false');
  return options.length === 1 ? options[0]!.value : { ...value, options };
}

/** Two lists in a row; unknown parts keep what is known of the others. */
function joined(left: Value, right: Value, at: Span): Value {
  return mapEither(left, (a) =>
    mapEither(right, (b): Value => {
      const [first, second] = [asList(a, at), asList(b, at)];
      const items = [first, second].flatMap((list) => (list.kind === 'list' ? list.items : []));
      const rest = [first, second].map((list): UnknownValue | EnvValue | undefined => (list.kind === 'list' ? list.rest : list.kind === 'unknown' || list.kind === 'env' ? list : unknown('unsupported-syntax', 'a list', at))).find((part) => part !== undefined);
      return { kind: 'list', items, ...(rest === undefined ? {} : { rest }), at: a.kind === 'list' && a.items.length > 0 ? a.at : at };
    }),
  );
}

function asList(value: Value, at: Span): Value {
  return mapEither(value, (one): Value => {
    if (one.kind === 'list') return one;
    if (one.kind === 'record') return { kind: 'list', items: one.entries.map(({ key, at: place }) => ({ kind: 'string', value: key, at: place })), at: one.at };
    if (one.kind === 'unknown' || one.kind === 'env') return { kind: 'list', items: [], rest: one, at: one.at } satisfies ListValue;
    return unknown('unsupported-syntax', 'a list', at);
  });
}

function stripped(text: string, how: string, characters: string | undefined): string {
  const set = characters === undefined ? '\\s' : `[${characters.replace(/[\\\]^-]/g, '\\$&')}]`;
  const left = how === 'rstrip' ? text : text.replace(new RegExp(`^(?:${set})+`), '');
  return how === 'lstrip' ? left : left.replace(new RegExp(`(?:${set})+$`), '');
}

function environmentNamed(values: readonly Value[]): 'production' | 'development' | 'test' | undefined {
  const name = values.flatMap((value) => (value.kind === 'string' ? [value.value.toLowerCase()] : []))[0];
  if (name === undefined || values.every((value) => value.kind === 'string')) return undefined;
  if (/^prod(uction)?$/.test(name)) return 'production';
  if (/^(dev(elopment)?|local)$/.test(name)) return 'development';
  return /^test(ing)?$/.test(name) ? 'test' : undefined;
}

function factAt(at: Span, text: string): Condition {
  return { c: 'fact', fact: factOf(unknown('unsupported-syntax', `the condition ${text}`, at)) };
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 50 ? `${line.slice(0, 47)}…` : line;
}
