import { alternatives, beyond } from '../../middleware/alternatives.js';
import { argument, pythonHeader } from '../../middleware/python-header.js';
import { unknownHeaders } from '../../middleware/responses-out-of-view.js';
import { TRUE, and, type Condition } from '../../values/condition.js';
import type { HeaderWrite, ResponseAction } from '../../values/response-action.js';
import { unknown, type Event, type Handle, type Value } from '../../values/value.js';
import type { StarlettePackages } from './packages.js';

/** What code does to an answer that it makes or is given. */
export interface Written {
  readonly actions: readonly ResponseAction[];
  /** The latest one last. */
  readonly statuses: readonly { readonly when: Condition; readonly status: Value }[];
}

/**
 * What is written on an answer in a run: the headers that it was made with, then those that were set, in order. Values
 * that are no text have no `encode`, so that setting them raises (starlette/datastructures.py `MutableHeaders`,
 * starlette/responses.py `init_headers`).
 */
export function writtenOn(answer: Handle, events: readonly Event[], packages: StarlettePackages): Written {
  const role = packages.roleOf(answer);
  const headers = packages.headersOf(answer);
  const writes: HeaderWrite[] = [];
  const statuses: { when: Condition; status: Value }[] = [];
  if (role?.is === 'response' || role?.is === 'error') {
    const status = argument(event(role), role.is === 'error' ? 0 : 1, 'status_code');
    if (status !== undefined) statuses.push({ when: TRUE, status });
    writes.push(...recordWrites(argument(event(role), 2, 'headers'), { when: TRUE, at: role.at }));
  }
  for (const one of events) {
    if (one.kind === 'assign' && one.receiver === answer && one.property === 'status_code') statuses.push({ when: one.when, status: one.value });
    else if (one.kind === 'call' && one.receiver === headers) writes.push(...headerCall(one));
    else if (one.kind === 'call' && one.receiver === answer) writes.push(...messageCall(one));
    else if (one.kind === 'escape' && (one.receiver === answer || one.receiver === headers)) writes.push(...unknownHeaders(unknown(one.reason, one.detail, one.at), one.when));
  }
  return { actions: writes.flatMap(encoded), statuses };
}

function event({ args, keywords }: { readonly args: readonly Value[]; readonly keywords: Parameters<typeof argument>[0]['keywords'] | undefined }): Parameters<typeof argument>[0] {
  return { args, ...(keywords === undefined ? {} : { keywords }) };
}

/** Methods of `MutableHeaders`. */
function headerCall(call: Event & { kind: 'call' }): readonly HeaderWrite[] {
  const [name, value] = call.args;
  switch (call.method) {
    case '__setitem__':
      return pythonHeader('set', name, value, 'throw', call);
    case 'append':
      return pythonHeader('append', name, value, 'throw', call);
    case 'setdefault':
      return pythonHeader('set-if-absent', name, value, 'throw', call);
    case 'add_vary_header':
      return pythonHeader('append', { kind: 'string', value: 'vary', at: call.at }, name, 'throw', call);
    case 'update':
    case '__ior__':
      return [...recordWrites(name, call), ...recordWrites(call.keywords, call)];
    case '__delitem__':
    case 'pop':
      return name?.kind === 'string' ? [{ do: 'header', op: 'remove', name: name.value.toLowerCase(), value: name, missing: 'skip', when: call.when, at: call.at }] : [];
    default:
      return [];
  }
}

/** `message["headers"].append((b"name", b"value"))`, of the message that starts an answer. */
function messageCall(call: Event & { kind: 'call' }): readonly HeaderWrite[] {
  const [first] = call.args;
  const pairs = call.method === 'append' ? (first === undefined ? [] : [first]) : (call.method === 'extend' || call.method === '__iadd__') && first?.kind === 'list' ? first.items : [];
  return pairs.flatMap((pair) => (pair.kind === 'list' ? pythonHeader('append', pair.items[0], pair.items[1], 'throw', call) : []));
}

/** One write for each entry of a dictionary. */
function recordWrites(headers: Value | undefined, { when, at }: Pick<Event, 'when' | 'at'>): readonly HeaderWrite[] {
  return alternatives(headers).flatMap(({ when: inner, value }): readonly HeaderWrite[] => {
    const under = beyond(inner, when);
    if (under === undefined) return [];
    if (value.kind === 'unknown') return unknownHeaders(value, under);
    if (value.kind !== 'record') return [];
    const hidden = value.rest === undefined ? [] : unknownHeaders(value.rest, under);
    return [...hidden, ...value.entries.flatMap((one) => pythonHeader('set', { kind: 'string', value: one.key, at }, one.value, 'throw', { when: under, at: one.at }))];
  });
}

function encoded(write: HeaderWrite): readonly ResponseAction[] {
  return alternatives(write.value).map(({ when, value }): ResponseAction => {
    const under = when.c === 'true' ? write.when : and(write.when, when);
    const isText = write.op === 'remove' || (value.kind !== 'number' && value.kind !== 'boolean' && value.kind !== 'list' && value.kind !== 'record' && value.kind !== 'condition');
    return isText ? { ...write, value, when: under } : { do: 'fail', status: 500, fault: `the value of ${write.name} is no text`, when: under, at: write.at };
  });
}
