import { ABSENT, PRESENT } from '../../origins/origin-set.js';
import type { Effect, Guard, Step } from '../../policy/program.js';
import type { Directive, Token } from '../../syntax/caddy/index.js';
import type { Span } from '../../text/span.js';
import type { Request } from './expander.js';
import { headerValue, within } from './texts.js';

/** One operation on a header. */
export interface Operation {
  readonly op: 'add' | 'set' | 'delete' | 'replace';
  /** As written, without its mark; `*` at its ends for a deletion. */
  readonly field: string;
  readonly value: Token | undefined;
  readonly at: Span;
}

/** What one `header` directive does at one time: add, set, delete, replace, in this order whatever the text's (headers.HeaderOps). */
export interface Handler {
  readonly operations: readonly Operation[];
  /** When the response is written, over whatever stands there then; else at once, before the response is made. */
  readonly deferred: boolean;
  /** Only if the response has none of these. */
  readonly absent: readonly string[];
}

const RANK: readonly Operation['op'][] = ['add', 'set', 'delete', 'replace'];

/**
 * A `header` directive's handlers: its `?` lines are one of their own, and one deletion defers all other lines. `>` has
 * a meaning since 2.7; before it is a part of the name, which then is none.
 */
export function handlersOf(args: readonly Token[], directive: Directive, marksDeferred: boolean): readonly Handler[] {
  const [field, ...values] = args;
  // A colon behind the name is forgiven in a block only.
  const lines = field === undefined ? (directive.block ?? []).map((line) => ({ field: line.name.text.replace(/:$/, ''), values: line.args, at: line.at, alone: line.name.text === 'defer' })) : [{ field: field.text, values, at: directive.at, alone: false }];
  const operations = lines.filter(({ alone }) => !alone).map((line) => operationOf(line.field, line.values, line.at, marksDeferred));
  const always = operations.filter(({ mark }) => mark !== '?').sort((a, b) => RANK.indexOf(a.operation.op) - RANK.indexOf(b.operation.op));
  const missing = operations.filter(({ mark }) => mark === '?');
  const asked = lines.some(({ alone }) => alone) || (field !== undefined && (directive.block ?? []).some(({ name }) => name.text === 'defer'));
  const deferred = asked || always.some(({ mark, operation }) => mark === '>' || operation.op === 'delete');
  return [
    ...(always.length === 0 ? [] : [{ operations: always.map(({ operation }) => operation), deferred, absent: [] }]),
    ...(missing.length === 0 ? [] : [{ operations: missing.map(({ operation }) => operation), deferred: true, absent: missing.map(({ operation }) => operation.field.toLowerCase()) }]),
  ];
}

/** `header_up` and `header_down` of a proxy: one operation a line. */
export function operationOf(written: string, values: readonly Token[], at: Span, marksDeferred: boolean): { readonly mark: string; readonly operation: Operation } {
  const [value, replacement] = values;
  const mark = /^[+?-]/.exec(written)?.[0] ?? (marksDeferred && written.startsWith('>') ? '>' : '');
  const field = written.slice(mark.length);
  if (replacement !== undefined && mark !== '+' && mark !== '-' && mark !== '?') return { mark, operation: { op: 'replace', field, value: undefined, at } };
  const op = mark === '+' ? 'add' : mark === '-' ? 'delete' : 'set';
  return { mark, operation: { op, field, value, at } };
}

/** Does a directive use the mark whose meaning depends on the version? */
export function usesMark(args: readonly Token[], directive: Directive): boolean {
  return [...args.slice(0, 1), ...(directive.block ?? []).map(({ name }) => name)].some(({ text }) => text.startsWith('>'));
}

/** Names of headers that a browser or a cache asks about, or asks with. */
const ASKED = ['origin', 'access-control-request-method', 'access-control-request-headers', ...['origin', 'credentials', 'methods', 'headers', 'private-network'].map((name) => `access-control-allow-${name}`), 'access-control-expose-headers', 'access-control-max-age', 'vary'];

/** What HTTP allows as a name; Go sends no other. */
const NAME = /^[\w!#$%&'*+.^`|~-]+$/;

/** A handler's operations as steps, under a guard. */
export function stepsOf({ operations, deferred, absent }: Handler, when: Guard, request: Request, at: Span): readonly Step[] {
  const early = deferred ? {} : { early: 'seen' as const };
  const steps: Step[] = [];
  const step = (effects: readonly Effect[], guard: Guard = when): void => {
    if (guard.g !== 'never' && effects.length > 0) steps.push({ when: guard, effects, at });
  };
  // Several names that must all be absent are asked once, before any of them is set: by a name that no header can have.
  const asked = absent.length > 1 ? `all absent: ${at.file}:${at.start}` : undefined;
  const literal = { v: 'literal', text: '', at, written: false } as const;
  if (asked !== undefined) step([{ op: 'set', header: asked, value: literal, statuses: 'all', at }, ...absent.map((name): Effect => ({ op: 'remove', header: asked, value: literal, statuses: 'all', onlyIf: { header: name, in: PRESENT }, at }))]);
  for (const { op, field, value, at: place } of operations) {
    const header = field.toLowerCase();
    const base = { statuses: 'all' as const, ...early, at: place };
    if (op === 'delete') {
      step(deleted(header).map((name): Effect => ({ op: 'remove', header: name, value: { v: 'literal', text: '', at: place, written: true }, ...base })));
      continue;
    }
    if (!NAME.test(field)) continue;
    if (op === 'replace') {
      if (ASKED.includes(header)) step([{ op: 'set', header, value: { v: 'unknown', fact: { key: `caddy@${place.file}:${place.start}`, reason: 'unsupported-syntax', detail: 'a text that a pattern replaces', at: place }, at: place }, onlyIf: { header, in: PRESENT }, ...base }]);
      continue;
    }
    for (const one of value === undefined ? [{ when: undefined, parts: [] }] : request.texts(value, true)) {
      const text = one.parts.length === 0 ? { v: 'literal' as const, text: '', at: place, written: true } : headerValue(one.parts, value!);
      const onlyIf = asked !== undefined ? { onlyIf: { header: asked, in: PRESENT } } : absent.length === 1 ? { onlyIf: { header, in: ABSENT } } : {};
      step([{ op: op === 'add' ? 'append' : 'set', header, value: text, ...onlyIf, ...base }], one.when === undefined ? when : within(when, one.when));
    }
  }
  if (asked !== undefined) step([{ op: 'remove', header: asked, value: literal, statuses: 'all', at }]);
  return steps;
}

/** Names that a deletion means: `Access-Control-*`. */
export function deleted(field: string): readonly string[] {
  const [first, last] = [field.startsWith('*'), field.endsWith('*')];
  if (!first && !last) return [field];
  const part = field.slice(first ? 1 : 0, last && field.length > 1 ? -1 : undefined);
  return ASKED.filter((name) => (first && last ? name.includes(part) : first ? name.endsWith(part) : name.startsWith(part)));
}
