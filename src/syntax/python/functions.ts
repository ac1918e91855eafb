import { join } from '../../values/cases.js';
import { and, not, or, TRUE, type Condition } from '../../values/condition.js';
import { isSilent } from '../../values/silent.js';
import { entry, unknown, type Event, type FunctionValue, type RecordValue, type Value } from '../../values/value.js';
import type { Span } from '../../text/span.js';
import type { SyntaxNode } from '../tree-sitter.js';
import { evaluationIn } from './evaluate.js';
import { executeAll } from './execute.js';
import { callHandle } from './invoke.js';
import { Env, frameFor, keyOf, MAX_CALLS, type Frame, type Home } from './session.js';
import { shortened } from './truth.js';

/** A parameter of a function: how arguments reach it. */
interface Formal {
  readonly name: string;
  readonly how: 'plain' | 'list' | 'dictionary';
  /** Only given by name: it stands behind `*`. */
  readonly keywordOnly: boolean;
  readonly fallback: SyntaxNode | null;
  readonly type: SyntaxNode | null;
  readonly node: SyntaxNode;
}

/** Parameters of a function or a lambda, in order. */
export function formalsOf(definition: SyntaxNode): readonly Formal[] {
  const formals: Formal[] = [];
  let keywordOnly = false;
  for (const node of definition.childForFieldName('parameters')?.namedChildren ?? []) {
    if (node.type === 'keyword_separator') keywordOnly = true;
    const inner = node.type === 'typed_parameter' ? (node.namedChildren[0] ?? node) : node;
    const how = inner.type === 'list_splat_pattern' ? 'list' : inner.type === 'dictionary_splat_pattern' ? 'dictionary' : 'plain';
    const name = how === 'plain' ? (inner.type === 'identifier' ? inner.text : node.childForFieldName('name')?.text) : inner.namedChildren[0]?.text;
    if (name === undefined || node.type === 'comment') continue;
    formals.push({ name, how, keywordOnly, fallback: node.childForFieldName('value'), type: node.childForFieldName('type'), node });
    if (how === 'list') keywordOnly = true;
  }
  return formals;
}

const definitions = new WeakMap<FunctionValue, { readonly definition: SyntaxNode; readonly frame: Frame }>();

/** The text that a function was made of. */
export function definitionOf(callee: FunctionValue): { readonly definition: SyntaxNode; readonly frame: Frame } | undefined {
  return definitions.get(callee);
}

/** A function, a lambda or, with `home`, a bound method. */
export function functionValue(definition: SyntaxNode, frame: Frame, home?: Home): FunctionValue {
  const value: FunctionValue = {
    kind: 'function',
    get parameters() {
      return formalsOf(definition).length - (home === undefined ? 0 : 1);
    },
    isAsync: definition.firstChild?.type === 'async',
    at: frame.module.span(definition),
    run: (args, keywords) => runFunction(definition, home === undefined || isStatic(definition) ? args : [home.self, ...args], keywords, frame, home),
  };
  definitions.set(value, { definition, frame });
  return value;
}

function isStatic(definition: SyntaxNode): boolean {
  return definition.parent?.type === 'decorated_definition' && definition.parent.namedChildren.some((child) => child.type === 'decorator' && child.text.trim() === '@staticmethod');
}

function runFunction(definition: SyntaxNode, args: readonly Value[], keywords: RecordValue | undefined, outer: Frame, home: Home | undefined): readonly Event[] {
  const { session, module } = outer;
  const at = module.span(definition);
  // A reader calls it: what ran before has nothing to do with it.
  if (session.calls === 0) session.begin();
  if (session.calls >= MAX_CALLS || !session.spend()) {
    const lost = [...args, ...(keywords?.entries.map(({ value }) => value) ?? [])].flatMap((value) => (value.kind === 'handle' && !isSilent(value) ? [value] : []));
    return [...lost.map((receiver): Event => ({ kind: 'escape', when: TRUE, receiver, reason: 'budget', detail: 'a call too deep to follow', at })), { kind: 'return', when: TRUE, value: unknown('budget', 'a call too deep to follow', at), at }];
  }
  session.calls += 1;
  session.executed.add(keyOf(module, definition));
  const frame = frameFor(module, session, new Env(outer.env), outer.hops, home ?? outer.home);
  bind(formalsOf(definition), args, keywords, frame, outer);
  const body = definition.childForFieldName('body');
  if (definition.type === 'lambda' && body !== null) {
    const value = evaluationIn(frame).valueOf(body);
    frame.events.push({ kind: 'return', when: frame.reached, value, at: module.span(body) });
  } else {
    executeAll(body, frame);
    if (frame.reached.c !== 'false') frame.events.push({ kind: 'return', when: frame.reached, value: session.spent ? unknown('budget', 'code too large to follow', at) : { kind: 'nothing', what: 'null', at }, at: { ...at, start: at.end } });
  }
  session.calls -= 1;
  return frame.events;
}

function bind(formals: readonly Formal[], args: readonly Value[], keywords: RecordValue | undefined, frame: Frame, outer: Frame): void {
  const plain = formals.filter(({ how, keywordOnly }) => how === 'plain' && !keywordOnly);
  const taken = new Set<string>();
  formals.forEach((formal) => {
    const at = frame.module.span(formal.node);
    const { name, how } = formal;
    if (how === 'list') return frame.env.variables.set(name, { kind: 'list', items: args.slice(plain.length), at });
    if (how === 'dictionary') {
      const names = new Set(formals.map((other) => other.name));
      return frame.env.variables.set(name, { kind: 'record', entries: keywords?.entries.filter(({ key }) => !names.has(key)) ?? [], ...(keywords?.rest === undefined ? {} : { rest: keywords.rest }), at });
    }
    const given = (formal.keywordOnly ? undefined : args[plain.indexOf(formal)]) ?? (keywords === undefined ? undefined : (entry(keywords, name)?.value ?? keywords.rest));
    taken.add(name);
    return frame.env.variables.set(name, given ?? (formal.fallback === null ? unknown('parameter', `the parameter ${name}`, at) : evaluationIn(outer).valueOf(formal.fallback)));
  });
}

/** Follows a function into its body: its events become those of the caller, its returns the value. */
export function inline(callee: FunctionValue, args: readonly Value[], keywords: RecordValue | undefined, frame: Frame, at: Span): Value {
  const { reached } = frame;
  const returns: { when: Condition; value: Value }[] = [];
  const raised: Condition[] = [];
  for (const event of callee.run(args, keywords)) {
    if (event.kind === 'return') returns.push({ when: event.when, value: event.value });
    else {
      if (event.kind === 'throw') raised.push(event.when);
      frame.events.push({ ...event, when: and(reached, event.when) });
    }
  }
  if (raised.length > 0) frame.reached = and(reached, not(or(...raised)));
  return join(returns, at);
}

/** What a name holds after the decorators of its definition, inside out. Those that are not in view leave the function as it is. */
export function decorated(node: SyntaxNode, plain: Value, frame: Frame): Value {
  if (node.type !== 'decorated_definition') return plain;
  const decorators = node.namedChildren.filter((child) => child.type === 'decorator');
  return decorators.reduceRight((value, decorator) => {
    const written = decorator.namedChildren[0];
    if (written === undefined) return value;
    const by = evaluationIn(frame).valueOf(written);
    const at = frame.module.span(decorator);
    const result = by.kind === 'function' ? inline(by, [value], undefined, frame, at) : by.kind === 'handle' && !isSilent(by) ? callHandle(by, '', [value], undefined, frame, at) : undefined;
    return result?.kind === 'function' || result?.kind === 'handle' ? result : value;
  }, plain);
}

/** What a call that is not followed is called in reasons. */
export function callDetail(node: SyntaxNode): string {
  return `the call of ${shortened(node.childForFieldName('function')?.text ?? node.text)}`;
}
