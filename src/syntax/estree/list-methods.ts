import { onlyWhen, presenceOf } from '../../values/cases.js';
import { and, FALSE, not, or, type Condition } from '../../values/condition.js';
import { choose } from '../../values/either.js';
import { under } from '../../values/ways.js';
import { factOf, unknown, type ListValue, type Value } from '../../values/value.js';
import { bindPattern } from './bindings.js';
import { resultOf, type Call } from './calls.js';
import { casesOfValue, constant, equality, foundPosition, fromCondition, join, nothing, truthy, type Case } from './either.js';
import { concat, short, textOf } from './evaluate.js';

/** Methods of arrays and sets; undefined for one that is not followed. */
export function listMethod(list: ListValue, call: Call): Value | undefined {
  const { method, args, frame, node } = call;
  const at = frame.module.spanOf(node);
  const [first] = args;
  const known = [...list.items, ...(list.rest === undefined ? [] : [list.rest])];
  switch (method) {
    case 'includes':
    case 'has':
      return first === undefined ? undefined : fromCondition(membership(first, list, at), at);
    case 'indexOf':
    case 'lastIndexOf': {
      if (first === undefined) return undefined;
      const member = membership(first, list, at);
      const minusOne: Case = { when: not(member), value: { kind: 'number', value: -1, at } };
      if (list.rest !== undefined || list.items.some((item) => item.kind !== 'string') || list.items.length > 20) return join([{ when: member, value: foundPosition(at) }, minusOne], at);
      // Of equal items, the first one is found, or the last one.
      const texts = list.items.map((item) => constant(item));
      const positions = list.items.flatMap((item, index): Case[] => {
        const found = method === 'indexOf' ? texts.indexOf(texts[index]) : texts.lastIndexOf(texts[index]);
        return found === index ? [{ when: equality(first, item, at), value: { kind: 'number', value: index, at } }] : [];
      });
      return join([...positions, minusOne], at);
    }
    case 'some':
    case 'every':
    case 'find':
    case 'findIndex':
    case 'filter':
      return first === undefined ? undefined : tested(list, first, call);
    case 'map':
    case 'flatMap': {
      if (first === undefined) return undefined;
      const items = list.items.map((item) => {
        const { when, value } = presenceOf(item);
        return isGlobalFunction(call, 'String') ? item : onlyWhen(when, under(frame, when, () => resultOf(first, [value], call)));
      });
      if (list.rest === undefined) return { kind: 'list', items, at };
      const more = isGlobalFunction(call, 'String') ? list.rest : resultOf(first, [list.rest], call);
      const rest = sameText(more, list.rest) ? list.rest : more.kind === 'unknown' ? more : unknown('unsupported-syntax', 'a computed list', at);
      return { kind: 'list', items, rest, at };
    }
    case 'reduce': {
      const [, start] = args;
      if (first === undefined || list.rest !== undefined) return undefined;
      const [head, ...others] = list.items;
      const items = start === undefined ? others : list.items;
      const begin = start ?? head;
      if (begin === undefined) return undefined;
      return items.map(presenceOf).reduce<Value>((sum, { when, value }) => choose(when, under(frame, when, () => resultOf(first, [sum, value], call)), sum, at), begin);
    }
    case 'forEach':
      if (first !== undefined) {
        for (const { when, value } of known.map(presenceOf)) under(frame, when, () => resultOf(first, [value], call));
      }
      return nothing(at);
    case 'concat':
      return args.reduce<Value>((sum, added) => {
        if (sum.kind !== 'list') return sum;
        if (added.kind === 'list') return short({ ...sum, items: [...sum.items, ...added.items], ...(added.rest === undefined ? {} : { rest: added.rest }) });
        if (added.kind === 'unknown' || added.kind === 'either') return { ...sum, rest: added.kind === 'unknown' ? added : unknown('unsupported-syntax', 'a joined list', at) };
        return { ...sum, items: [...sum.items, added] };
      }, list);
    case 'join': {
      if (list.rest !== undefined) return unknown(list.rest.kind === 'env' ? 'env-variable' : list.rest.reason, 'a joined list', at);
      const separator: Value = { kind: 'string', value: first === undefined ? ',' : textOf(first) ?? ',', at };
      return list.items.reduce<Value>((sum, item, index) => concat(index === 0 ? sum : concat(sum, separator, frame, node), item, frame, node), { kind: 'string', value: '', at });
    }
    case 'push':
    case 'unshift':
    case 'add': {
      const changed = short({ ...list, items: method === 'unshift' ? [...args, ...list.items] : [...list.items, ...args] });
      bindPattern(call.receiver, changed, frame);
      return method === 'add' ? changed : unknown('unsupported-syntax', 'the length of a list', at);
    }
    case 'pop':
    case 'shift':
    case 'splice':
    case 'clear':
    case 'delete':
    case 'fill':
    case 'copyWithin':
      return taken(list, call);
    case 'slice': {
      const from = first === undefined ? 0 : first.kind === 'number' ? first.value : undefined;
      const to = args[1] === undefined ? undefined : args[1].kind === 'number' ? args[1].value : NaN;
      return from === undefined || Number.isNaN(to) ? undefined : { ...list, items: list.items.slice(from, to) };
    }
    case 'at':
      return first?.kind === 'number' && list.rest === undefined ? list.items.at(first.value) ?? nothing(at) : undefined;
    case 'sort':
    case 'reverse':
    case 'flat':
    case 'values':
    case 'keys':
      return method === 'keys' ? undefined : { ...list, items: method === 'flat' ? list.items.flatMap((item) => (item.kind === 'list' ? item.items : [item])) : list.items };
    default:
      return undefined;
  }
}

/** What takes items out of a list or puts others in their place; answers what was taken. */
function taken(list: ListValue, { method, args, receiver, frame, node }: Call): Value {
  const at = frame.module.spanOf(node);
  const left = itemsAfter(list, method, args);
  bindPattern(receiver, left === undefined ? unknown('unsupported-syntax', `a list after ${method}()`, at) : { kind: 'list', items: left, at: list.at }, frame);
  if (left === undefined || (method !== 'pop' && method !== 'shift')) return unknown('unsupported-syntax', `what ${method}() takes out of a list`, at);
  return (method === 'pop' ? list.items.at(-1) : list.items[0]) ?? nothing(at);
}

/** Undefined where positions are not known. */
function itemsAfter({ items, rest }: ListValue, method: string, args: readonly Value[]): readonly Value[] | undefined {
  if (method === 'clear') return [];
  if (rest !== undefined || items.some((item) => item.kind === 'either')) return undefined;
  if (method === 'pop') return items.slice(0, -1);
  if (method === 'shift') return items.slice(1);
  const [from, count] = args;
  if (method !== 'splice' || from?.kind !== 'number' || (count !== undefined && count.kind !== 'number')) return undefined;
  return [...items].toSpliced(from.value, count?.value ?? items.length, ...args.slice(2));
}

/** `list.includes(item)` */
export function membership(item: Value, list: ListValue, at: Value['at']): Condition {
  if (item.kind === 'request' || item.kind === 'derived') {
    // What is no text never equals one.
    const items = list.items.filter((candidate) => !['regex', 'record', 'list', 'function', 'handle', 'boolean', 'number'].includes(candidate.kind));
    return items.length === 0 && list.rest === undefined ? FALSE : { c: 'member', item, of: { ...list, items }, at };
  }
  if (item.kind === 'either') return or(...item.options.map(({ when, value }) => and(when, membership(value, list, at))));
  if (item.kind === 'unknown') return { c: 'fact', fact: { ...factOf(item), key: `${factOf(item).key}∈${at.file}:${at.start}` } };
  const parts = list.items.map((candidate) => equality(item, candidate, at));
  if (list.rest !== undefined) parts.push({ c: 'fact', fact: { ...factOf(list.rest), key: `${factOf(list.rest).key}∋${constant(item) ?? ''}` } });
  return or(...parts);
}

function tested(list: ListValue, callback: Value, call: Call): Value {
  const { method, frame, node } = call;
  const at = frame.module.spanOf(node);
  const test = (item: Value): Condition => (isGlobalFunction(call, 'Boolean') ? truthy(item) : truthy(resultOf(callback, [item, unknown('unsupported-syntax', 'a position in a list', at), list], call)));
  if (method === 'filter') {
    const items = list.items.flatMap((item): Value[] => {
      const { when, value } = presenceOf(item);
      if (isGlobalFunction(call, 'Boolean')) {
        // What stays of a setting is its text, and it stays where the setting is there.
        const present = casesOfValue(value).filter((option) => truthy(option.value).c !== 'false');
        return present.length === 0 ? [] : present.length === 1 ? [onlyWhen(and(when, present[0]!.when), present[0]!.value)] : [onlyWhen(and(when, truthy(value)), join(present, value.at))];
      }
      const kept = and(when, test(value));
      return kept.c === 'false' ? [] : [onlyWhen(kept, value)];
    });
    return { ...list, items };
  }
  const items = [...list.items, ...(list.rest === undefined ? [] : [list.rest])].map(presenceOf);
  const tests = items.map(({ when, value }) => (method === 'every' ? or(not(when), test(value)) : and(when, test(value))));
  if (method === 'some') return fromCondition(or(...tests), at);
  if (method === 'every') return fromCondition(and(...tests), at);
  const cases: Case[] = [];
  let before: Condition = { c: 'true' };
  items.forEach((item, index) => {
    cases.push({ when: and(before, tests[index]!), value: method === 'find' ? item.value : { kind: 'number', value: index, at } });
    before = and(before, not(tests[index]!));
  });
  cases.push({ when: before, value: method === 'find' ? nothing(at) : { kind: 'number', value: -1, at } });
  return join(cases, at);
}

/** Is the first argument written as the global function of this name (`filter(Boolean)`)? */
function isGlobalFunction(call: Call, name: string): boolean {
  const argument = call.node.arguments[0];
  return argument?.type === 'Identifier' && argument.name === name && call.frame.module.scopes.variableOf(argument) === undefined;
}

/** Is one value the other's text, trimmed or in another case? */
function sameText(value: Value, of: Value): boolean {
  return value === of || (value.kind === 'derived' && value.how !== 'url-host' && value.how !== 'url-hostname' && value.how !== 'url-protocol' && value.how !== 'url-port' && sameText(value.of, of));
}
