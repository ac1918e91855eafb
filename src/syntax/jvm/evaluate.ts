import { isAsked } from '../../values/asked.js';
import { casesOfValue, fromCondition, join, mapCases } from '../../values/cases.js';
import { and, FALSE, not, or, TRUE, type Condition } from '../../values/condition.js';
import { isSilent, silent } from '../../values/silent.js';
import { entry, unknown, type Value } from '../../values/value.js';
import { fork, gather, wayOn } from '../../values/ways.js';
import { call, callHandle, callMethod, invoke, make } from './calls.js';
import { equality, undecided } from './comparison.js';
import { constantName, enumMember } from './enums.js';
import { duration } from './extensions.js';
import { lambdaValue, referenceValue } from './functions.js';
import { libraryConstant } from './library.js';
import { forEach, repeat } from './loops.js';
import { classValue, fieldOf, isProjectObject, setField } from './objects.js';
import { Env, frameFor, MAX_NESTING, type Exit, type Frame } from './session.js';
import { part } from './texts.js';
import { presence, truth } from './truth.js';
import type { Code, CodeOf } from './tree.js';

/** Runs code one after the other; the value of the last. */
export function runAll(codes: readonly Code[], frame: Frame): Value | undefined {
  let last: Value | undefined;
  for (const code of codes) last = evaluate(code, frame);
  return last;
}

/** The value of an expression; of a statement, nothing. Events and variables go to the frame. */
export function evaluate(code: Code, frame: Frame): Value {
  const { session } = frame;
  if (session.nesting > MAX_NESTING || !session.spend()) return unknown('budget', 'code too large to follow', code.at);
  session.nesting += 1;
  const value = step(code, frame);
  session.nesting -= 1;
  return value;
}

export function conditionOf(code: Code, frame: Frame): Condition {
  return truth(evaluate(code, frame));
}

function step(code: Code, frame: Frame): Value {
  const { at } = code;
  const nothing: Value = { kind: 'nothing', what: 'null', at };
  if (frame.reached.c === 'false') return nothing;
  switch (code.is) {
    case 'text':
      return { kind: 'string', value: code.value, at };
    case 'number':
      return { kind: 'number', value: code.value, at };
    case 'boolean':
      return { kind: 'boolean', value: code.value, at };
    case 'null':
    case 'nothing':
      return nothing;
    case 'this':
      return frame.receivers.at(-1) ?? unknown('parameter', 'this', at);
    case 'super':
      return unknown('unsupported-syntax', 'super', at);
    case 'template':
      return code.parts.map((part) => evaluate(part, frame)).reduce((sum, part) => concat(sum, part, at));
    case 'name':
      return named(code.name, frame, at) ?? unknown('import-not-resolved', `the name ${code.name}`, at);
    case 'member':
      return member(code, frame);
    case 'call':
      return call(code, frame);
    case 'invoke':
      return invoke(evaluate(code.callee, frame), code.args, frame, at);
    case 'new':
      return make(code, frame);
    case 'lambda':
      return lambdaValue(code, frame);
    case 'reference':
      return referenceValue(code, frame);
    case 'list':
      return { kind: 'list', items: code.items.map((item) => evaluate(item, frame)), at };
    case 'index':
      return indexed(evaluate(code.of, frame), evaluate(code.index, frame), frame, at);
    case 'not':
      return fromCondition(not(conditionOf(code.of, frame)), at);
    case 'binary':
      return binary(code, frame);
    case 'if': {
      let [yes, no]: [Value | undefined, Value | undefined] = [undefined, undefined];
      const test = conditionOf(code.test, frame);
      fork(test, () => (yes = runAll(code.yes, frame)), () => (no = runAll(code.no, frame)), frame);
      return join([{ when: test, value: yes ?? nothing }, { when: not(test), value: no ?? nothing }], at);
    }
    case 'switch':
      return choose(code, frame);
    case 'assign':
      return assign(code, frame);
    case 'local': {
      const value = code.value === undefined ? nothing : evaluate(code.value, frame);
      if (code.names.length === 1) frame.env.variables.set(code.names[0]!, value);
      else code.names.forEach((name, index) => frame.env.variables.set(name, value.kind === 'list' && value.rest === undefined ? (value.items[index] ?? nothing) : unknown('unsupported-syntax', 'a part of a value', at)));
      return nothing;
    }
    case 'each':
      return forEach(code, frame);
    case 'while':
      return repeat(code, frame);
    case 'return':
    case 'throw': {
      const value = code.value === undefined ? nothing : evaluate(code.value, frame);
      frame.events.push(code.is === 'return' ? { kind: 'return', when: frame.reached, value, at } : { kind: 'throw', when: frame.reached, value, at });
      frame.reached = FALSE;
      return nothing;
    }
    case 'break':
    case 'continue': {
      const exit = code.is === 'break' ? frame.exits.at(-1) : frame.exits.findLast(({ loop }) => loop);
      (code.is === 'break' ? exit?.breaks : exit?.continues)?.push(wayOn(frame));
      frame.reached = FALSE;
      return nothing;
    }
    case 'try':
      return attempt(code, frame);
    case 'block':
      return runAll(code.body, frame) ?? nothing;
    case 'unknown':
      return unknown('unsupported-syntax', code.text, at);
  }
}

/** A variable, a field of `this` or of a class around, a property of a Kotlin receiver, a class. */
export function named(name: string, frame: Frame, at: Value['at']): Value | undefined {
  const variable = frame.env.lookup(name);
  if (variable !== undefined) return variable;
  for (const receiver of frame.receivers.toReversed()) {
    const value = receiver.kind !== 'handle' ? (receiver.kind === 'record' ? entry(receiver, name)?.value : undefined) : isProjectObject(receiver, frame) ? fieldOf(receiver, name, frame) : receiver.get(name);
    if (value !== undefined) return value;
  }
  const { module } = frame;
  const property = module.unit.properties.find((one) => one.name === name);
  if (property?.value !== undefined) return evaluate(property.value, { ...frame, events: [] });
  const elsewhere = property === undefined ? module.propertyNamed(name) : undefined;
  if (elsewhere?.property.value !== undefined) return evaluate(elsewhere.property.value, { ...frameFor(elsewhere.module, frame.session, new Env(undefined), []), events: [] });
  const imported = module.unit.imports.find((one) => !one.all && one.as === name);
  const owner = imported === undefined ? undefined : imported.name.slice(0, imported.name.lastIndexOf('.'));
  if (owner !== undefined && /(?:^|\.)[A-Z]\w*$/.test(owner)) {
    const value = memberOf(classValue(owner, frame, at), name, frame, at);
    if (value.kind !== 'unknown') return value;
  }
  for (const star of module.unit.imports.filter((one) => one.all && /(?:^|\.)[A-Z]\w*$/.test(one.name))) {
    const value = memberOf(classValue(star.name, frame, at), name, frame, at);
    if (value.kind !== 'unknown') return value;
  }
  return /^[A-Z]/.test(name) ? classValue(name, frame, at) : undefined;
}

/** A dotted name as written, when it is nothing but names: `org.example.Type`. */
export function dotted(code: Code): string | undefined {
  if (code.is === 'name') return code.name;
  const owner = code.is === 'member' ? dotted(code.of) : undefined;
  return owner === undefined || code.is !== 'member' ? undefined : `${owner}.${code.name}`;
}

/** `Type.class`, `Type::class`: what a reader makes of it, else a thing of its own. */
function classLiteral(name: string, frame: Frame, at: Value['at']): Value {
  const type = name === '' ? undefined : classValue(name, frame, at);
  return (type === undefined || isSilent(type) ? undefined : type.get('class')) ?? silent(`class ${name}`, at, () => undefined);
}

function member(code: CodeOf<'member'>, frame: Frame): Value {
  if (code.name === 'class') return classLiteral(dotted(code.of) ?? '', frame, code.at);
  const type = /(?:^|\.)([A-Z]\w*)$/.exec(dotted(code.of) ?? '')?.[1];
  const constant = type === undefined || frame.env.lookup(type) !== undefined ? undefined : libraryConstant(type, code.name, code.at);
  if (constant !== undefined) return constant;
  const path = dotted(code);
  // `java.util.List`: a qualified name begins with a package, which is no variable.
  if (path !== undefined && /^[a-z]\w*\..*\.?[A-Z]/.test(path) && named(path.split('.')[0]!, frame, code.at) === undefined && /^[A-Z]\w*$/.test(code.name)) {
    return classValue(path, frame, code.at) ?? unknown('import-not-resolved', path, code.at);
  }
  return mapCases(evaluate(code.of, frame), code.at, (owner) => {
    if (owner.kind === 'nothing') return undefined;
    const value = memberOf(owner, code.name, frame, code.at);
    // `Outer.Inner`.
    return value.kind === 'unknown' && path !== undefined && /^(?:\w+\.)*[A-Z]\w*$/.test(path) ? (classValue(path, frame, code.at) ?? value) : value;
  });
}

/** A field, a Kotlin property, a length. */
export function memberOf(owner: Value | undefined, name: string, frame: Frame, at: Value['at']): Value {
  if (owner?.kind === 'handle') {
    if (isProjectObject(owner, frame)) return fieldOf(owner, name, frame) ?? enumMember(owner, name, [], frame, at) ?? unknown('unsupported-syntax', `the field ${name}`, at);
    return owner.get(name) ?? unknown('unsupported-syntax', `${owner.name}.${name}`, at);
  }
  const piece = owner === undefined ? undefined : (part(owner, name, at) ?? duration(owner, name, at));
  if (piece !== undefined) return piece;
  if (owner?.kind === 'record') return entry(owner, name)?.value ?? unknown('dynamic-key', `the field ${name}`, at);
  if (owner?.kind === 'string' && name === 'length') return { kind: 'number', value: owner.value.length, at };
  if (owner?.kind === 'list' && (name === 'size' || name === 'length') && owner.rest === undefined) return { kind: 'number', value: owner.items.length, at };
  return owner?.kind === 'unknown' ? owner : unknown('unsupported-syntax', `the field ${name}`, at);
}

function indexed(owner: Value, index: Value, frame: Frame, at: Value['at']): Value {
  return mapCases(owner, at, (one) => {
    if (one.kind === 'handle' && !isProjectObject(one, frame)) return callHandle(one, 'get', [index], frame, at);
    if (one.kind === 'list' && index.kind === 'number') return one.items[index.value] ?? one.rest ?? unknown('dynamic-key', 'an item', at);
    if (one.kind === 'record' && index.kind === 'string') return entry(one, index.value)?.value ?? unknown('dynamic-key', 'an item', at);
    return one.kind === 'unknown' ? one : unknown('dynamic-key', 'an item', at);
  });
}

function binary(code: CodeOf<'binary'>, frame: Frame): Value {
  const { operator, at } = code;
  const left = evaluate(code.left, frame);
  if (operator === 'instanceof') return isInstance(left, code.right.is === 'name' ? code.right.name : '', at);
  switch (operator) {
    case '&&':
      return fromCondition(and(truth(left), conditionOf(code.right, frame)), at);
    case '||':
      return fromCondition(or(truth(left), conditionOf(code.right, frame)), at);
    case '?:':
      return mapCases(left, at, (one) => {
        if (one.kind === 'nothing') return evaluate(code.right, frame);
        const there = isAsked(one) ? presence(one) : TRUE;
        return there.c === 'true' ? one : join([{ when: there, value: one }, { when: not(there), value: evaluate(code.right, frame) }], at);
      });
  }
  const right = evaluate(code.right, frame);
  if (operator === '==' || operator === '!=') {
    const same = equality(left, right, at);
    return fromCondition(operator === '==' ? same : not(same), at);
  }
  if (operator === 'in' || operator === '!in') {
    const holds = truth(callMethod(right, 'contains', [left], frame, at));
    return fromCondition(operator === 'in' ? holds : not(holds), at);
  }
  if (operator === '+') return added(left, right, at);
  if (operator === '|' && left.kind === 'string' && right.kind === 'string') return { ...left, value: left.value + right.value };
  return mapCases(left, at, (one) => compared(one, operator, right, at));
}

function compared(left: Value, operator: string, right: Value, at: Value['at']): Value {
  if (left.kind === 'number' && right.kind === 'number') {
    const numbers: Readonly<Record<string, number | boolean>> = { '-': left.value - right.value, '*': left.value * right.value, '<': left.value < right.value, '>': left.value > right.value, '<=': left.value <= right.value, '>=': left.value >= right.value };
    const value = numbers[operator];
    if (value !== undefined) return typeof value === 'number' ? { kind: 'number', value, at } : { kind: 'boolean', value, at };
  }
  return unknown('unsupported-syntax', `the result of ${operator}`, at);
}

/** What a reader's object is, it knows; a missing one is of no class. */
function isInstance(value: Value, type: string, at: Value['at']): Value {
  return mapCases(value, at, (one): Value => {
    if (one.kind === 'nothing') return { kind: 'boolean', value: false, at };
    if (one.kind === 'string') return { kind: 'boolean', value: /^(?:String|CharSequence|Object|Any)$/.test(type), at };
    const known = one.kind === 'handle' && !isSilent(one) ? one.call('instanceof', [{ kind: 'string', value: type, at }], at) : undefined;
    return known ?? unknown('unsupported-syntax', `whether a value is of the class ${type}`, at);
  });
}

function added(left: Value, right: Value, at: Value['at']): Value {
  return mapCases(left, at, (a) =>
    mapCases(right, at, (b): Value => {
      if (a.kind === 'number' && b.kind === 'number') return { kind: 'number', value: a.value + b.value, at };
      if (a.kind === 'list') {
        const more = b.kind === 'list' ? b : { items: b.kind === 'unknown' ? [] : [b], ...(b.kind === 'unknown' ? { rest: b } : {}) };
        const rest = a.rest ?? ('rest' in more ? more.rest : undefined);
        return { kind: 'list', items: [...a.items, ...more.items], ...(rest === undefined ? {} : { rest }), at };
      }
      return concat(a, b, at);
    }),
  );
}

/** Two texts in a row; neighbouring known texts become one. */
export function concat(left: Value, right: Value, at: Value['at']): Value {
  return mapCases(left, at, (a) =>
    mapCases(right, at, (b): Value => {
      const texts = [a, b].map((one): Value => (one.kind === 'number' || one.kind === 'boolean' ? { kind: 'string', value: String(one.value), at: one.at } : one.kind === 'nothing' ? { kind: 'string', value: 'null', at: one.at } : one));
      const [x, y] = [texts[0]!, texts[1]!];
      if (x.kind === 'string' && y.kind === 'string') return { kind: 'string', value: x.value + y.value, at };
      const before = x.kind === 'concat' ? x.parts : x.kind === 'string' && x.value === '' ? [] : [x];
      return { kind: 'concat', parts: [...before, y], at };
    }),
  );
}

function assign(code: CodeOf<'assign'>, frame: Frame): Value {
  const { target, at } = code;
  const given = evaluate(code.value, frame);
  const value = code.operator === '=' ? given : code.operator === '+=' ? added(evaluate(target, frame), given, at) : code.operator === '-=' && given.kind === 'number' ? less(evaluate(target, frame), given.value, at) : unknown('unsupported-syntax', `the result of ${code.operator}`, at);
  store(target, value, frame);
  return value;
}

function less(value: Value, by: number, at: Value['at']): Value {
  return value.kind === 'number' ? { ...value, value: value.value - by } : unknown('unsupported-syntax', 'the result of -=', at);
}

/** Puts a value into a variable, a field, an array. */
export function store(target: Code, value: Value, frame: Frame): void {
  const { at } = target;
  if (target.is === 'name') {
    const holder = frame.env.holderOf(target.name);
    if (holder !== undefined) return void holder.variables.set(target.name, value);
    const receiver = frame.receivers.toReversed().find((one) => one.kind === 'handle' && (!isProjectObject(one, frame) || fieldOf(one, target.name, frame) !== undefined)) ?? frame.receivers.at(-1);
    if (receiver !== undefined) setMember(receiver, target.name, value, frame, at);
  } else if (target.is === 'member') {
    for (const { value: owner } of casesOfValue(evaluate(target.of, frame))) setMember(owner, target.name, value, frame, at);
  } else if (target.is === 'call' && target.of !== undefined && /^(?:append|add|addAll)$/.test(target.name)) store(target.of, value, frame);
  else if (target.is === 'index') storeItem(target, value, frame);
}

/** `headers["X"] = y`: what a reader knows is told; of a list one item is another then. */
function storeItem(target: CodeOf<'index'>, value: Value, frame: Frame): void {
  const { at } = target;
  const owner = evaluate(target.of, frame);
  if (owner.kind === 'handle' && !isProjectObject(owner, frame)) callHandle(owner, 'set', [evaluate(target.index, frame), value], frame, at);
  else store(target.of, unknown('conflicting-writes', 'a list of which an item is replaced', at), frame);
}

function setMember(owner: Value, name: string, value: Value, frame: Frame, at: Value['at']): void {
  if (owner.kind !== 'handle') return;
  if (isProjectObject(owner, frame)) setField(owner, name, value, frame);
  else if (!isSilent(owner)) frame.events.push({ kind: 'assign', when: frame.reached, receiver: owner, property: name, value, at });
}

function choose(code: CodeOf<'switch'>, frame: Frame): Value {
  const subject = code.subject === undefined ? undefined : evaluate(code.subject, frame);
  const values: { readonly when: Condition; readonly value: Value }[] = [];
  const exit: Exit = { breaks: [], continues: [], loop: false };
  const start = frame.reached;
  frame.exits.push(exit);
  const from = (index: number): void => {
    const one = code.cases[index];
    if (one === undefined) return;
    const test = one.tests.length === 0 ? TRUE : or(...one.tests.map((test): Condition => (subject === undefined ? conditionOf(test, frame) : test.is === 'name' ? enumTest(subject, test.name, test.at) : equality(subject, evaluate(test, frame), test.at))));
    const body = one.falls ? fallingBody(code, index) : one.body;
    fork(test, () => {
      const inside = frame.reached;
      const value = runAll(body, frame);
      if (value !== undefined) values.push({ when: inside, value });
    }, () => from(index + 1), frame);
  };
  from(0);
  frame.exits.pop();
  if (exit.breaks.length > 0) gather(start, [wayOn(frame), ...exit.breaks], frame);
  return join(values, code.at);
}

/** An old `case` runs on through those below it. */
function fallingBody(code: CodeOf<'switch'>, index: number): readonly Code[] {
  return code.cases.slice(index).flatMap((one) => one.body);
}

/** `case PROD:` names a constant of the subject's enum. */
function enumTest(subject: Value, name: string, at: Value['at']): Condition {
  const constant = constantName(subject);
  if (constant !== undefined) return constant === name ? TRUE : FALSE;
  return subject.kind === 'string' ? (subject.value === name ? TRUE : FALSE) : undecided(at, name);
}

/** What is thrown inside, by a statement or by code that is not in view, is handled here. */
function attempt(code: CodeOf<'try'>, frame: Frame): Value {
  const { session, events, env, reached: start } = frame;
  const { at } = code;
  runAll(code.before, frame);
  const before = env.variables;
  const [from, calls] = [events.length, session.unknownCalls];
  let value: Value | undefined;
  const guarded = (): Condition => {
    env.variables = new Map(before);
    value = runAll(code.body, frame);
    return or(...events.slice(from).flatMap((event) => (event.kind === 'throw' ? [event.when] : [])));
  };
  let thrown = guarded();
  if (code.handlers.length > 0 && session.unknownCalls > calls) {
    const throws = undecided(at, 'whether something inside `try` throws');
    events.length = from;
    frame.reached = and(start, not(throws));
    thrown = or(and(start, throws), guarded());
  }
  if (code.handlers.length > 0 && thrown.c !== 'false') {
    for (let index = events.length - 1; index >= from; index -= 1) if (events[index]!.kind === 'throw') events.splice(index, 1);
    const tried = wayOn(frame);
    const ways = code.handlers.map(({ name, body }, index) => {
      env.variables = new Map(before);
      frame.reached = and(thrown, index === code.handlers.length - 1 ? TRUE : undecided(at, 'what was thrown'));
      const entered = frame.reached;
      env.variables.set(name, unknown('unsupported-syntax', 'what was thrown', at));
      runAll(body, frame);
      return { ...wayOn(frame), passed: frame.reached === entered };
    });
    gather(start, [tried, ...ways], frame);
    if (ways.every(({ passed }) => passed) && tried.when.c !== 'false' && events.slice(from).every((event) => event.kind !== 'return' && event.kind !== 'throw')) frame.reached = start;
  }
  if (code.last.length > 0) {
    const after = frame.reached;
    frame.reached = start;
    runAll(code.last, frame);
    frame.reached = frame.reached === start ? after : and(after, frame.reached);
  }
  return value ?? { kind: 'nothing', what: 'null', at };
}
