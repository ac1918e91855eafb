import { settlements } from '../../middleware/settlements.js';
import type { Span } from '../../text/span.js';
import { and, type Condition } from '../../values/condition.js';
import { casesOfValue } from '../../values/cases.js';
import { decided } from '../../values/decide.js';
import type { HeaderWrite } from '../../values/response-action.js';
import { unknown, type Event, type FunctionValue, type Handle, type Value } from '../../values/value.js';
import { partsOf, type FlaskPackages } from './packages.js';
import { several, writtenBy } from './writes.js';

/** One way in which a view or a hook ends. */
export interface Way {
  readonly when: Condition;
  /** Nothing is returned; a response is; an error is raised, which Flask makes a response of. */
  readonly ends: 'nothing' | 'response' | 'error';
  /** Undefined: what Flask gives by itself. */
  readonly status: Value | undefined;
  readonly at: Span;
}

/** What a view or a hook does. */
export interface Followed {
  readonly ways: readonly Way[];
  /** On the response that is returned, in order. */
  readonly writes: readonly HeaderWrite[];
  /** Lower-case names of request headers that are read, `body` for a JSON body. */
  readonly reads: ReadonlySet<string>;
}

/** Runs the code of a view or a hook. `given` is the response that a hook gets. */
export function follow(callee: FunctionValue, args: readonly Value[], packages: FlaskPackages): Followed {
  const { result: events, reads } = packages.handling(callee.at, () => callee.run(args));
  const { ways: ends } = settlements(events, (event) => event.kind === 'return' || event.kind === 'throw' || statusOfError(event, packages) !== undefined);
  const ways: Way[] = [];
  const writes: HeaderWrite[] = [];
  /** Each response with the condition under which it is returned. */
  const returned = new Map<Handle, Condition[]>();
  const behind: HeaderWrite[] = [];
  for (const { event, when } of ends) {
    if (event.kind !== 'return') {
      ways.push({ when, ends: 'error', status: { kind: 'number', value: statusOfError(event, packages) ?? 500, at: event.at }, at: event.at });
      continue;
    }
    for (const option of casesOfValue(event.value)) {
      const reached = and(when, option.when);
      const { body, status, headers } = answerOf(option.value);
      if (body.kind === 'nothing') {
        ways.push({ when: reached, ends: 'nothing', status: undefined, at: event.at });
        continue;
      }
      for (const one of casesOfValue(body)) {
        const role = packages.roleOf(one.value);
        const condition = and(reached, one.when);
        if (one.value.kind === 'handle' && role?.is === 'response') {
          returned.set(one.value, [...(returned.get(one.value) ?? []), condition]);
          if (role.headers !== undefined) writes.push(...several('set', role.headers, { when: condition, at: one.value.at }));
          ways.push(...waysOf(one.value, status ?? role.status, condition, status === undefined, events, event.at));
        } else ways.push({ when: condition, ends: 'response', status, at: event.at });
      }
      if (headers !== undefined) behind.push(...several('set', headers, { when: reached, at: event.at }));
    }
  }
  const all = ends.length === 1;
  for (const event of events) {
    const written = writtenBy(event, packages);
    const conditions = written === undefined ? undefined : returned.get(written.on);
    if (written === undefined || conditions === undefined) continue;
    for (const write of written.writes) {
      // Where there is one way only, it is the way of the write too.
      const when = all ? write.when : decided(and(write.when, anyCondition(conditions)));
      if (when.c !== 'false') writes.push({ ...write, when });
    }
  }
  return { ways, writes: [...writes, ...behind], reads };
}

function anyCondition(conditions: readonly Condition[]): Condition {
  return conditions.length === 1 ? conditions[0]! : decided({ c: 'or', of: conditions });
}

/** `body`, `(body, status)`, `(body, headers)`, `(body, status, headers)`. */
function answerOf(value: Value): { readonly body: Value; readonly status: Value | undefined; readonly headers: Value | undefined } {
  if (value.kind !== 'list') return { body: value, status: undefined, headers: undefined };
  const [body = unknown('unsupported-syntax', 'an empty answer', value.at)] = value.items;
  return { body, ...partsOf(value.items) };
}

/** The ways of a response whose status code sets: the latest that is reached counts. */
function waysOf(response: Handle, initial: Value | undefined, when: Condition, own: boolean, events: readonly Event[], at: Span): readonly Way[] {
  const ways: Way[] = [];
  let open = when;
  const set = own ? events.flatMap((event) => (event.kind === 'assign' && event.receiver === response && /^status(?:_code)?$/.test(event.property) ? [event] : [])).reverse() : [];
  for (const event of set) {
    ways.push({ when: decided(and(open, event.when)), ends: 'response', status: event.value, at });
    open = decided(and(open, { c: 'not', of: event.when }));
  }
  ways.push({ when: open, ends: 'response', status: initial, at });
  return ways.filter((way) => way.when.c !== 'false');
}

/** Status of an error that an event raises: `abort(401)`, `raise Unauthorized()`. */
function statusOfError(event: Event, packages: FlaskPackages): number | undefined {
  if (event.kind === 'throw') {
    const role = packages.roleOf(event.value);
    return role?.is === 'http-error' ? role.status : undefined;
  }
  if (event.kind !== 'call' || event.method !== '' || packages.roleOf(event.receiver)?.is !== 'abort') return undefined;
  return event.args[0]?.kind === 'number' ? event.args[0].value : 500;
}

/** The number of a status: `204`, `'204 No Content'`. */
export function statusNumber(status: Value | undefined): number | undefined {
  if (status?.kind === 'number') return status.value;
  const digits = status?.kind === 'string' ? /^\d{3}\b/.exec(status.value)?.[0] : undefined;
  return digits === undefined ? undefined : Number(digits);
}
