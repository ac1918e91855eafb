import { isAsked } from '../../values/asked.js';
import { fromCondition, join, mapCases } from '../../values/cases.js';
import { and, not, TRUE, type Condition } from '../../values/condition.js';
import { isSilent } from '../../values/silent.js';
import { under } from '../../values/ways.js';
import { unknown, type FunctionValue, type Handle, type ListValue, type RecordValue, type Value } from '../../values/value.js';
import type { Span } from '../../text/span.js';
import { equality } from './comparison.js';
import { enumMember } from './enums.js';
import { generatedMethod } from './generated.js';
import { dotted, evaluate, named, store } from './evaluate.js';
import { extension, packageFunction, type Given } from './extensions.js';
import { applied, bind, inline, methodValue } from './functions.js';
import { libraryFunction, staticMethod } from './library.js';
import { changedList, changedMap, listMethod } from './lists.js';
import { baseOf, classValue, constructParent, fieldOf, instantiate, isProjectObject, methodNamed } from './objects.js';
import { Env, frameFor, type Frame } from './session.js';
import { appended } from './text-constants.js';
import { textMethod } from './texts.js';
import { presence } from './truth.js';
import type { Argument, CodeOf } from './tree.js';

function given(args: readonly Argument[], frame: Frame): Given {
  const positional: Value[] = [];
  const byName = new Map<string, Value>();
  for (const { name, value: code, spread } of args) {
    const value = evaluate(code, frame);
    if (name !== undefined) byName.set(name, value);
    else if (spread && value.kind === 'list' && value.rest === undefined) positional.push(...value.items);
    else positional.push(value);
  }
  return { positional, named: byName };
}

/** The named arguments of a call, for what knows their names. */
function keywordsOf({ named: byName }: Given, at: Span): RecordValue | undefined {
  return byName.size === 0 ? undefined : { kind: 'record', entries: [...byName].map(([key, value]) => ({ key, value, at: value.at })), at };
}

/** Named arguments of a call of something that is not in view stand where they are written. */
function inOrder({ positional, named: byName }: Given): readonly Value[] {
  return [...positional, ...byName.values()];
}

export function call(code: CodeOf<'call'>, frame: Frame): Value {
  const { of, name, at } = code;
  if (of === undefined) return unqualified(code, frame);
  if (of.is === 'super') {
    const self = frame.receivers.at(-1);
    const args = inOrder(given(code.args, frame));
    if (self?.kind !== 'handle') return unknownCall(args, name, frame, at);
    const method = methodNamed(self, name, frame, args.length, true);
    const object = frame.session.objects.get(self);
    const base = object?.base ?? (object === undefined ? undefined : baseOf(object, frame));
    return method !== undefined ? inline(method, args, frame, at) : base !== undefined ? callHandle(base, name, args, frame, at) : unknownCall(args, name, frame, at);
  }
  const path = dotted(of);
  // A class that is not in view: `List.of(…)`, `java.util.List.of(…)`.
  if (path !== undefined && /(?:^|\.)[A-Z]\w*$/.test(path) && named(path.split('.')[0]!, frame, at) === undefined && classValue(path, frame, at) === undefined) {
    const args = inOrder(given(code.args, frame));
    const [list, ...items] = args;
    if (path === 'Collections' && name === 'addAll' && list?.kind === 'list') {
      store(code.args[0]!.value, { ...list, items: [...list.items, ...(items.length === 1 && items[0]!.kind === 'list' ? items[0]!.items : items)] }, frame);
      return { kind: 'boolean', value: true, at };
    }
    return staticMethod(/(?:^|\.)TimeUnit\.\w+$/.test(path) ? path.slice(path.indexOf('TimeUnit')) : path.slice(path.lastIndexOf('.') + 1), name, args, frame, at) ?? unknownCall(args, `${path}.${name}`, frame, at);
  }
  const owner = path !== undefined && /^[a-z]\w*\./.test(path) && /(?:^|\.)[A-Z]\w*$/.test(path) && named(path.split('.')[0]!, frame, at) === undefined ? classValue(path, frame, at)! : evaluate(of, frame);
  return mapCases(owner, at, (value, when) =>
    value.kind === 'nothing'
      ? undefined
      : onlyIfThere(code, value, at, (there) => under(frame, and(when, there), () => {
          const arguments_ = given(code.args, frame);
          const args = inOrder(arguments_);
          const changed = changedBy(value, name, args, at);
          if (changed !== undefined) {
            store(of, changed.value, frame);
            return changed.result;
          }
          const own = isProjectObject(value, frame) ? undefined : extension(value, name, arguments_, frame);
          return own === undefined ? callMethod(value, name, args, frame, at, keywordsOf(arguments_, at)) : inline(own.callee, own.args, frame, at);
        })),
  );
}

/** What a call makes of the list, the map or the text builder that it is made on: where these stand they are replaced. */
export function changedBy(value: Value, name: string, args: readonly Value[], at: Span): { readonly value: Value; readonly result: Value } | undefined {
  if (value.kind === 'list') return changedList(value, name, args, at);
  if (value.kind === 'record') return changedMap(value, name, args, at);
  if ((value.kind !== 'string' && value.kind !== 'concat') || name !== 'append') return undefined;
  const text = appended(value, args, at);
  return { value: text, result: text };
}

/** `a?.f(x)` of a text that may be missing: nothing happens then, and nothing comes of it. */
function onlyIfThere(code: CodeOf<'call'>, value: Value, at: Span, evaluated: (there: Condition) => Value): Value {
  if (code.safe !== true || !isAsked(value)) return evaluated(TRUE);
  const there = presence(value);
  return join([{ when: there, value: evaluated(there) }, { when: not(there), value: { kind: 'nothing', what: 'null', at } }], at);
}

/** `f(x)`: a function in a variable, a method of `this`, of a Kotlin receiver, of a class around; a function of the file; a class. */
function unqualified(code: CodeOf<'call'>, frame: Frame): Value {
  const { name, at } = code;
  const arguments_ = given(code.args, frame);
  const args = inOrder(arguments_);
  const self = frame.receivers.at(-1);
  if (name === 'super' && self?.kind === 'handle') {
    constructParent(self, args, frame, at);
    return { kind: 'nothing', what: 'null', at };
  }
  if (name === 'with' && frame.module.isKotlin && args.length === 2 && args[1]!.kind === 'function') return inline(args[1]!, args.slice(0, 1), frame, at);
  const variable = frame.env.lookup(name);
  if (variable !== undefined) return applied(variable, args, frame, at);
  const holder = /^(?:add|addAll|remove|clear)$/.test(name) ? frame.env.holderOf(RECEIVER) : undefined;
  const list = holder?.variables.get(RECEIVER);
  const changed = list === undefined ? undefined : changedBy(list, name, args, at);
  if (holder !== undefined && changed !== undefined) {
    holder.variables.set(RECEIVER, changed.value);
    return changed.result;
  }
  if (/^build(?:List|Set)$/.test(name) && args[0]?.kind === 'function' && frame.module.isKotlin) return filledList(args[0], { kind: 'list', items: [], at }, frame, at);
  const objects = frame.receivers.toReversed().filter((receiver) => receiver.kind === 'handle');
  let base: Handle | undefined;
  for (const receiver of objects) {
    if (!isProjectObject(receiver, frame)) {
      const own = extension(receiver, name, arguments_, frame);
      if (own !== undefined) return inline(own.callee, own.args, frame, at);
      continue;
    }
    const method = methodNamed(receiver, name, frame, args.length);
    if (method !== undefined) return inline(method, args, frame, at);
    base ??= frame.session.objects.get(receiver)?.base;
  }
  const { module, session } = frame;
  const own = module.unit.functions.find((one) => one.name === name && one.receiver === undefined);
  if (own !== undefined) {
    const inner = frameFor(module, session, new Env(undefined), []);
    const known = own.parameters.map((parameter, index) => arguments_.positional[index] ?? arguments_.named.get(parameter.name));
    if (known.every((value) => value !== undefined)) return inline(methodValue(own, inner, []), known, frame, at);
    bind(own.parameters, known.flatMap((value) => value ?? []), inner);
    return inline(methodValue(own, inner, []), own.parameters.map((parameter) => inner.env.lookup(parameter.name)!), frame, at);
  }
  if (/^[A-Z]/.test(name)) return made(name, arguments_, frame, at);
  const imported = module.unit.imports.find((one) => !one.all && one.as === name);
  // What nobody in the project defines may be the method of a parent that is not in view, but for what a lambda got as its receiver.
  if (base !== undefined && imported === undefined && isProjectObject(objects[0]!, frame)) return libraryFunction(name, args, frame, at) ?? callHandle(base, name, args, frame, at);
  const owner = imported === undefined ? undefined : imported.name.slice(0, imported.name.lastIndexOf('.'));
  if (owner !== undefined && /(?:^|\.)[A-Z]\w*$/.test(owner)) {
    const type = classValue(owner, frame, at);
    return type === undefined ? (staticMethod(owner.slice(owner.lastIndexOf('.') + 1), name, args, frame, at) ?? unknownCall(args, name, frame, at)) : callMethod(type, name, args, frame, at);
  }
  const known = libraryFunction(name, args, frame, at);
  if (known !== undefined) return known;
  // A framework's function, or else a method of what a Kotlin lambda got as its receiver.
  const meant = packageFunction(name, frame);
  const receiver = objects.find((one) => !isProjectObject(one, frame));
  if (meant !== undefined) return callHandle(meant, '', args, frame, at, keywordsOf(arguments_, at));
  return receiver === undefined ? unknownCall(args, name, frame, at) : callHandle(receiver, name, args, frame, at, keywordsOf(arguments_, at));
}

export function invoke(callee: Value, args: readonly Argument[], frame: Frame, at: Span): Value {
  const values = inOrder(given(args, frame));
  return mapCases(callee, at, (value) => (value.kind === 'nothing' ? undefined : applied(value, values, frame, at)));
}

/** `new Type(…)`, with or without a body. */
export function make(code: CodeOf<'new'>, frame: Frame): Value {
  const { at } = code;
  const arguments_ = given(code.args, frame);
  if (code.body === undefined) return made(code.type, arguments_, frame, at);
  const handle = instantiate({ declaration: code.body, module: frame.module }, [], frame, at, undefined, undefined, { env: frame.env, receivers: frame.receivers });
  const object = frame.session.objects.get(handle);
  const base = classValue(code.type, frame, at);
  if (object !== undefined && base !== undefined && !isSilent(base)) {
    const value = callHandle(base, 'new', inOrder(arguments_), frame, at);
    object.base = value.kind === 'handle' ? value : base;
  }
  return handle;
}

function made(type: string, arguments_: Given, frame: Frame, at: Span): Value {
  const args = inOrder(arguments_);
  const meant = classValue(type, frame, at);
  // Making an exception is no reason to expect another one.
  if (meant === undefined && /(?:Exception|Error)$/.test(type)) return unknown('unsupported-syntax', `new ${type}`, at);
  if (meant === undefined) {
    const known = libraryFunction(`new ${type.slice(type.lastIndexOf('.') + 1)}`, args, frame, at);
    if (known !== undefined) return known;
    // Kotlin's `WebFilter { exchange, chain -> … }`: a lambda as the one method of an interface.
    return frame.module.isKotlin && args.length === 1 && args[0]!.kind === 'function' ? args[0]! : unknownCall(args, `new ${type}`, frame, at);
  }
  if (!isSilent(meant)) return callHandle(meant, 'new', args, frame, at, keywordsOf(arguments_, at));
  const found = frame.session.objects.get(meant);
  return found === undefined ? unknownCall(args, `new ${type}`, frame, at) : instantiate(found, arguments_.positional, frame, at, arguments_.named);
}

/** Calls what a reader knows; named arguments stand behind the others, and in `keywords`. The result of a call that means nothing is not known. */
export function callHandle(receiver: Handle, method: string, args: readonly Value[], frame: Frame, at: Span, keywords?: RecordValue): Value {
  const scope = scopeFunction(receiver, method, args, frame, at);
  if (scope !== undefined) return scope;
  if (!isSilent(receiver)) frame.events.push({ kind: 'call', when: frame.reached, receiver, method, args, ...(keywords === undefined ? {} : { keywords }), at });
  return receiver.call(method, args, at, keywords) ?? unknown('function-call', `the result of ${receiver.name}.${method}()`, at);
}

/** Kotlin's `list.apply { add(x) }`, `buildList { … }`: the list after the block. */
function filledList(block: FunctionValue, list: ListValue, frame: Frame, at: Span): Value {
  const outer = frame.env.variables.get(RECEIVER);
  frame.env.variables.set(RECEIVER, list);
  inline(block, [list], frame, at);
  const after = frame.env.variables.get(RECEIVER) ?? list;
  if (outer === undefined) frame.env.variables.delete(RECEIVER);
  else frame.env.variables.set(RECEIVER, outer);
  return after;
}

/** Name of the variable that holds the list which a block has for its receiver. */
const RECEIVER = '<receiver>';

/** Kotlin's scope functions: the block gets the value as its receiver or as `it`. */
function scopeFunction(owner: Value, name: string, args: readonly Value[], frame: Frame, at: Span): Value | undefined {
  const [block] = args;
  if (frame.module.isKotlin && name === 'to' && block !== undefined) return { kind: 'list', items: [owner, block], at };
  if (frame.module.isKotlin && /^if(?:Empty|Blank)$/.test(name) && owner.kind === 'string' && block?.kind === 'function') return (name === 'ifEmpty' ? owner.value : owner.value.trim()) === '' ? inline(block, [], frame, at) : owner;
  if (!frame.module.isKotlin || args.length !== 1 || block?.kind !== 'function') return undefined;
  if (name === 'apply' || name === 'also') {
    if (owner.kind === 'list') return filledList(block, owner, frame, at);
    inline(block, [owner], frame, at);
    return owner;
  }
  return name === 'let' || name === 'run' ? inline(block, [owner], frame, at) : undefined;
}

export function callMethod(owner: Value, name: string, args: readonly Value[], frame: Frame, at: Span, keywords?: RecordValue): Value {
  const scope = scopeFunction(owner, name, args, frame, at);
  if (scope !== undefined) return scope;
  switch (owner.kind) {
    case 'handle': {
      if (!isProjectObject(owner, frame)) return callHandle(owner, name, args, frame, at, keywords);
      const method = methodNamed(owner, name, frame, args.length);
      if (method !== undefined) return inline(method, args, frame, at);
      const property = accessed(owner, name, args, frame) ?? enumMember(owner, name, args, frame, at) ?? generatedMethod(owner, name, args, new Map(keywords?.entries.map((one) => [one.key, one.value])), frame, at);
      if (property !== undefined) return property;
      const base = frame.session.objects.get(owner)?.base;
      return base === undefined ? unknownCall(args, name, frame, at) : callHandle(base, name, args, frame, at);
    }
    // A functional interface has one method, whatever it is called.
    case 'function':
      return inline(owner, args, frame, at);
    case 'list':
    case 'record':
      return listMethod(owner, name, args, frame, at) ?? unknownCall(args, name, frame, at);
    case 'string':
    case 'request':
    case 'derived':
    case 'env':
    case 'concat':
    case 'regex':
      return textMethod(owner, name, args, at) ?? unknownCall(args, name, frame, at);
    case 'number':
    case 'boolean':
      return plainMethod(owner, name, args, at) ?? unknownCall(args, name, frame, at);
    case 'unknown':
      return openMethod(owner, name, args, frame, at);
    default:
      return unknownCall(args, name, frame, at);
  }
}

/** Methods of numbers and booleans. */
function plainMethod(owner: Value & { kind: 'number' | 'boolean' }, name: string, [first]: readonly Value[], at: Span): Value | undefined {
  if (name === 'toString') return { kind: 'string', value: String(owner.value), at: owner.at };
  // A duration is its seconds.
  if (owner.kind === 'number' && name === 'toMillis') return { ...owner, value: owner.value * 1000 };
  if (name === 'equals') return first === undefined ? undefined : fromCondition(equality(owner, first, at), at);
  return /^(?:to(?:Int|Long|Short)|(?:int|long|boolean)Value|value|name|toSeconds|getSeconds)$/.test(name) ? owner : undefined;
}

/** Methods that only pass on what is not known keep its reason. */
function openMethod(owner: Value & { kind: 'unknown' }, name: string, args: readonly Value[], frame: Frame, at: Span): Value {
  unknownCall(args, name, frame, at);
  return ['split', 'trim', 'stream', 'toList', 'collect', 'map', 'filter', 'get', 'toArray', 'toLowerCase', 'strip'].includes(name) ? owner : unknown('function-call', `the call of ${name}`, at);
}

/** `getName()`, `isName()`, `name()` and `setName(x)` of a field without methods: records, Kotlin's properties, what an annotation processor writes. */
function accessed(owner: Handle, name: string, args: readonly Value[], frame: Frame): Value | undefined {
  const property = /^(?:get|is|set)([A-Z]\w*)$/.exec(name)?.[1];
  const field = property === undefined ? name : property[0]!.toLowerCase() + property.slice(1);
  if (/^set[A-Z]/.test(name)) {
    const [value] = args;
    const object = frame.session.objects.get(owner);
    if (value === undefined || object === undefined || !object.declaration.fields.some((one) => one.name === field)) return undefined;
    frame.session.fields.get(owner)?.set(field, value);
    return { kind: 'nothing', what: 'null', at: value.at };
  }
  return args.length === 0 ? fieldOf(owner, field, frame) : undefined;
}

/** Logging is no reason to expect an exception. */
const QUIET = /(?:^|\.)(?:trace|debug|info|warn|error|println|print|printf|printStackTrace|getLogger)$/;

/** Code that is not in view: handles given to it escape; functions given to it are taken to be called once, with what nobody knows. */
function unknownCall(args: readonly Value[], name: string, frame: Frame, at: Span): Value {
  if (!QUIET.test(name)) frame.session.unknownCalls += 1;
  const detail = `the call of ${name}`;
  for (const value of args) {
    if (value.kind === 'handle' && !isSilent(value)) frame.events.push({ kind: 'escape', when: frame.reached, receiver: value, reason: 'function-call', detail, at });
    if (value.kind === 'function') inline(value, Array.from({ length: value.parameters }, () => unknown('function-call', `an argument from ${name}`, at)), frame, at);
  }
  return unknown('function-call', detail, at);
}

