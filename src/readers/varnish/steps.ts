import { admits } from '../../origins/membership.js';
import { ABSENT, complement, PRESENT } from '../../origins/origin-set.js';
import { guardOf, headerValueOf } from '../../policy/from-condition.js';
import { mergeSteps } from '../../policy/from-actions.js';
import { ALWAYS, unless, whenAll, type Effect, type End, type Guard, type HeaderValue, type Step, type Upstream } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { casesOfValue } from '../../values/cases.js';
import { and, FALSE, not, or, TRUE, type Condition } from '../../values/condition.js';
import { decided } from '../../values/decide.js';
import { factOf, unknown, type Value } from '../../values/value.js';
import type { Happening } from './happenings.js';
import type { Knowledge, ResponseTest } from './knowledge.js';

/** Key of the fact that a request meets a hit-for-miss object. */
export const HIT_FOR_MISS = 'vcl:hit-for-miss';

/** Tests of the response in one condition past which it is not known. */
const MAX_TESTS = 7;

type HeaderTest = ResponseTest & { readonly about: 'header' };

/** One way in which a condition can hold: what it asks of the request, and what of the response. */
interface Way {
  readonly guard: Guard;
  readonly statuses: Effect['statuses'];
  readonly headers: readonly { readonly test: HeaderTest; readonly holds: boolean }[];
}

/** Where requests go for a backend, and with which Origin. */
export type Target = (backend: Value, origin: Value) => readonly { readonly when: Guard; readonly upstream: Upstream }[];

/** Header programs for what happens: each test of a response header is remembered at the time when it is made. */
export class Steps {
  readonly #steps: Step[] = [];
  /** Marks that stand on the response now. */
  readonly #written: string[] = [];
  #joined = 0;
  /** Tests whose header was written between the question and the use of its answer. */
  readonly #marked = new Set<string>();

  constructor(
    private readonly knowledge: Knowledge,
    private readonly happenings: readonly Happening[],
    private readonly target: Target,
  ) {}

  all(): readonly Step[] {
    for (const happening of this.happenings) if (happening.do === 'write') this.#mark(happening);
    const waiting = [...this.knowledge.tests.values()].filter((test): test is HeaderTest => test.about === 'header' && this.#marked.has(test.mark)).sort((a, b) => a.index - b.index);
    for (const happening of this.happenings) {
      while (happening.do === 'write' && waiting[0] !== undefined && waiting[0].index <= happening.index) this.#remember(waiting.shift()!, happening.at);
      this.#happens(happening);
    }
    return mergeSteps(this.#steps.filter(({ when }) => when.g !== 'never'));
  }

  /** A test that a write of the tested header separates from its use needs a mark of its own. */
  #mark(use: Happening & { readonly do: 'write' }): void {
    for (const key of casesOfValue(use.value).flatMap(({ when }) => [...testsIn(and(use.when, when), this.knowledge)])) {
      const test = this.knowledge.tests.get(key);
      if (test?.about === 'header' && this.happenings.some((other) => other.do === 'write' && other.header === test.header && test.index <= other.index && other.index < use.index)) this.#marked.add(test.mark);
    }
  }

  #remember(test: HeaderTest, at: Span): void {
    this.#written.push(test.mark);
    this.#push([{ op: 'set', header: test.mark, value: text('1', at), statuses: 'all', onlyIf: { header: test.header, in: test.in }, at }], ALWAYS, at);
  }

  #push(effects: readonly Effect[], when: Guard, at: Span, end?: End): void {
    this.#steps.push({ when, effects, ...(end === undefined ? {} : { end }), at });
  }

  #happens(happening: Happening): void {
    const { at } = happening;
    if (happening.do === 'write') {
      for (const { when, value } of casesOfValue(happening.value)) for (const way of this.#ways(and(happening.when, when))) this.#write(happening, value, way);
      return;
    }
    this.#forget(at);
    const when = this.#guardAtSuccess(happening.when);
    if (happening.do === 'fetch') {
      // Measured on 7.1: a miss is fetched with GET; what the cache knows it may not keep (hit-for-miss), with the method that it has.
      const asGet = whenAll(this.knowledge.guardOf(decided(happening.asGet)), unless({ g: 'fact', fact: { key: HIT_FOR_MISS, reason: 'database-or-io', detail: 'the cache remembers that it may not keep the response', at } }));
      for (const { when: sent, upstream } of this.target(happening.backend, happening.origin)) {
        for (const { when: given, value } of happening.status === undefined ? [] : casesOfValue(happening.status)) {
          if (value.kind !== 'number') continue;
          const guard = whenAll(when, sent, this.#guardAtSuccess(given));
          if (asGet.g !== 'never') this.#push([], whenAll(guard, asGet), at, { to: 'upstream', upstream: { ...upstream, method: 'GET' }, status: value.value });
          this.#push([], guard, at, { to: 'upstream', upstream, status: value.value });
        }
        if (asGet.g !== 'never') this.#push([], whenAll(when, sent, asGet), at, { to: 'upstream', upstream: { ...upstream, method: 'GET' } });
        this.#push([], whenAll(when, sent), at, { to: 'upstream', upstream });
      }
      return;
    }
    for (const one of casesOfValue(happening.status)) {
      const guard = whenAll(when, this.#guardAtSuccess(one.when));
      if (one.value.kind === 'number') this.#push([], guard, at, { to: 'answer', status: one.value.value % 1000 });
      else if (one.value.kind === 'unknown' && one.value !== this.knowledge.status) this.#push(unknownHeaders(one.value, at), guard, at, { to: 'behind' });
    }
  }

  /** Marks are no headers of the response. */
  #forget(at: Span): void {
    if (this.#written.length > 0) this.#push(this.#written.map((header) => ({ op: 'remove', header, value: text('', at), statuses: 'all', at })), ALWAYS, at);
  }

  #write({ op, header, at }: Happening & { readonly do: 'write' }, value: Value, way: Way): void {
    const asked = this.#asked(way, at);
    const effect = (written: HeaderValue): Effect => ({ op, header, value: written, statuses: way.statuses, ...(asked === undefined ? {} : { onlyIf: asked }), at });
    if (op === 'remove') return this.#push([effect(text('', at))], way.guard, at);
    for (const one of this.#values(value, way.guard, at)) this.#push([effect(one.value)], whenAll(way.guard, one.when), at);
  }

  /** What an effect asks of the response's headers: the only test, or a mark that says that all of them hold. */
  #asked({ guard, statuses, headers }: Way, at: Span): Effect['onlyIf'] {
    const asked = headers.map(({ test, holds }) => (this.#marked.has(test.mark) ? { header: test.mark, in: holds ? PRESENT : ABSENT } : { header: test.header, in: holds ? test.in : complement(test.in) }));
    const [only, ...more] = asked;
    if (only === undefined || more.length === 0) return only;
    this.#joined += 1;
    const header = `:joined-${this.#joined}`;
    this.#written.push(header);
    const missing = more.map((one): Effect => ({ op: 'remove', header, value: text('', at), statuses: 'all', onlyIf: { header: one.header, in: complement(one.in) }, at }));
    this.#push([{ op: 'set', header, value: text('1', at), statuses, onlyIf: only, at }, ...missing], guard, at);
    return { header, in: PRESENT };
  }

  #values(value: Value, reached: Guard, at: Span): readonly { readonly when: Guard; readonly value: HeaderValue }[] {
    if (value.kind === 'nothing') return [{ when: ALWAYS, value: text('', value.at) }];
    if (value.kind === 'request' && value.part === 'header') {
      const name = value.header ?? '';
      const sent: HeaderValue = { v: 'request-header', name, at: value.at };
      if (needs(reached, name)) return [{ when: ALWAYS, value: sent }];
      const absent = guardOf({ c: 'equals', left: value, right: { kind: 'nothing', what: 'undefined', at }, ignoreCase: false, at });
      return [
        { when: unless(absent), value: sent },
        { when: absent, value: text('', value.at) },
      ];
    }
    return [{ when: ALWAYS, value: this.#headerValue(value) }];
  }

  #headerValue(value: Value): HeaderValue {
    if (value.kind === 'concat') return { v: 'concat', parts: value.parts.map((part) => this.#headerValue(part)), at: value.at };
    const name = this.knowledge.headerOf(value);
    if (name !== undefined) return { v: 'concat', parts: [{ v: 'response-header', name, at: value.at }], at: value.at };
    return headerValueOf(value) ?? { v: 'unknown', fact: factOf(unknown('unsupported-syntax', 'a computed text', value.at)), at: value.at };
  }

  #ways(condition: Condition): readonly Way[] {
    const keys = [...testsIn(condition, this.knowledge)];
    if (keys.length > MAX_TESTS) return [{ guard: this.knowledge.guardOf(condition), statuses: 'all', headers: [] }];
    const ways: Way[] = [];
    for (let bits = 0; bits < 2 ** keys.length; bits += 1) {
      const answers = new Map(keys.map((key, index) => [key, (bits & (1 << index)) !== 0]));
      const guard = this.knowledge.guardOf(decided(answered(condition, answers)));
      if (guard.g === 'never') continue;
      let statuses: Effect['statuses'] = 'all';
      const headers: Way['headers'][number][] = [];
      for (const [key, holds] of answers) {
        const test = this.knowledge.tests.get(key)!;
        if (test.about === 'header') headers.push({ test, holds });
        else statuses = common(statuses, test.statuses, holds);
      }
      if (statuses === 'all' || statuses.length > 0) ways.push({ guard, statuses, headers });
    }
    return ways;
  }

  /** An end cannot wait for the response: it is taken or not as for one that succeeds. What then still depends on a header is not known. */
  #guardAtSuccess(condition: Condition): Guard {
    const statuses = [...testsIn(condition, this.knowledge)].flatMap((key) => {
      const test = this.knowledge.tests.get(key);
      return test?.about === 'status' ? [[key, test.statuses.includes(200)] as const] : [];
    });
    return this.knowledge.guardOf(decided(answered(condition, new Map(statuses))));
  }
}

/** A condition with what is known about the response put in. */
function answered(condition: Condition, answers: ReadonlyMap<string, boolean>): Condition {
  switch (condition.c) {
    case 'and':
      return and(...condition.of.map((part) => answered(part, answers)));
    case 'or':
      return or(...condition.of.map((part) => answered(part, answers)));
    case 'not':
      return not(answered(condition.of, answers));
    case 'fact': {
      const answer = answers.get(condition.fact.key);
      return answer === undefined ? condition : answer ? TRUE : FALSE;
    }
    default:
      return condition;
  }
}

/** Does the guard hold only for requests that have the header? */
function needs(guard: Guard, name: string): boolean {
  if (guard.g === 'and') return guard.of.some((part) => needs(part, name));
  if (guard.g === 'origin' && name === 'origin') return admits(guard.in, null, () => undefined) === false;
  if (guard.g === 'header' && name === guard.name) return admits(guard.in, null, () => undefined) === false;
  return guard.g === 'not' && needsNot(guard.of, name);
}

function needsNot(guard: Guard, name: string): boolean {
  return ((guard.g === 'origin' && name === 'origin') || (guard.g === 'header' && guard.name === name)) && guard.in.s === 'absent';
}

function common(statuses: Effect['statuses'], tested: readonly number[], holds: boolean): Effect['statuses'] {
  const among = new Set(tested);
  const all = statuses === 'all' ? Array.from({ length: 500 }, (_unused, index) => 100 + index) : statuses;
  return all.filter((status) => among.has(status) === holds);
}

/** Keys of the questions about the response in a condition. */
function* testsIn(condition: Condition, knowledge: Knowledge, seen = new Set<string>()): Generator<string> {
  if (condition.c === 'and' || condition.c === 'or') for (const part of condition.of) yield* testsIn(part, knowledge, seen);
  else if (condition.c === 'not') yield* testsIn(condition.of, knowledge, seen);
  else if (condition.c === 'fact' && knowledge.tests.has(condition.fact.key) && !seen.has(condition.fact.key)) {
    seen.add(condition.fact.key);
    yield condition.fact.key;
  }
}

function unknownHeaders(value: Value & { readonly kind: 'unknown' }, at: Span): readonly Effect[] {
  return ['origin', 'credentials', 'methods', 'headers'].map((name) => ({ op: 'set', header: `access-control-allow-${name}`, value: { v: 'unknown', fact: factOf(value), at }, statuses: 'all', at }));
}

function text(value: string, at: Span): HeaderValue {
  return { v: 'literal', text: value, at, written: true };
}
