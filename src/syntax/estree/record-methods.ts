import { or } from '../../values/condition.js';
import { unknown, type RecordValue, type Value } from '../../values/value.js';
import { bindPattern } from './bindings.js';
import { inline, type Call } from './calls.js';
import { equality, fromCondition, nothing } from './either.js';
import { pairsOf, textOf, withEntry } from './evaluate.js';
import { memberOf } from './members.js';

/** Methods of objects, of `Map` and of `Headers`, which are followed as records; undefined for one that is not. */
export function recordMethod(record: RecordValue, call: Call): Value | undefined {
  const { method, args, frame, node } = call;
  const at = frame.module.spanOf(node);
  const [key, value] = args;
  const more = record.rest === undefined ? {} : { rest: record.rest };
  switch (method) {
    case 'has':
    case 'hasOwnProperty':
      if (key === undefined) return undefined;
      if (record.rest === undefined && key.kind === 'string') return { kind: 'boolean', value: record.entries.some((candidate) => candidate.key === key.value), at };
      if (key.kind === 'request' || key.kind === 'derived') return fromCondition({ c: 'member', item: key, of: record, at }, at);
      return fromCondition(or(...record.entries.map((candidate) => equality(key, { kind: 'string', value: candidate.key, at: candidate.at }, at))), at);
    case 'get':
      return key === undefined ? undefined : memberOf(record, key, false, frame, node);
    case 'set':
    case 'append': {
      const name = key === undefined ? undefined : textOf(key);
      const changed: Value = name === undefined || value === undefined ? { ...record, rest: unknown('dynamic-key', 'a computed key', at) } : withEntry(record, { key: name, value, at });
      if (call.receiver.type === 'Identifier' || call.receiver.type === 'MemberExpression') bindPattern(call.receiver, changed, frame);
      return changed;
    }
    case 'delete': {
      const changed: Value = { ...record, entries: record.entries.filter((candidate) => key?.kind !== 'string' || candidate.key !== key.value) };
      if (call.receiver.type === 'Identifier') bindPattern(call.receiver, changed, frame);
      return nothing(at);
    }
    case 'forEach':
      if (key?.kind === 'function') for (const entry of record.entries) inline(key, [entry.value, { kind: 'string', value: entry.key, at: entry.at }], frame, node);
      return nothing(at);
    case 'keys':
      return { kind: 'list', items: record.entries.map((entry): Value => ({ kind: 'string', value: entry.key, at: entry.at })), ...more, at };
    case 'values':
      return { kind: 'list', items: record.entries.map((entry) => entry.value), ...more, at };
    case 'entries':
      return pairsOf(record);
    default:
      return undefined;
  }
}
