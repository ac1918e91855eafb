import type { Expression, Statement, Subroutine } from '../../syntax/vcl/index.js';
import type { Span } from '../../text/span.js';
import { and, not, type Condition } from '../../values/condition.js';
import { choose } from '../../values/either.js';
import { unknown, type Value } from '../../values/value.js';
import { conditionOf, joined, valueOf, type Place } from './expressions.js';
import { CONCERNS_CORS, type Happening } from './happenings.js';
import type { Knowledge } from './knowledge.js';
import { merged, type Outcome, type State } from './state.js';
import { canonical, first } from './variables.js';

/** Statements past which the rest of a program is not followed. */
const MAX_STATEMENTS = 4000;
const MAX_CALLS = 20;

/** The response that a subroutine is about: that of a backend, or one that Varnish makes. */
export type About = 'behind' | 'synthetic';

/** Runs subroutines for all requests at once: both ways of every `if`, each under its condition. */
export class Execution {
  readonly happenings: Happening[] = [];
  exhausted: Span | undefined;
  #statements = 0;
  #written = 0;
  #calls: readonly string[] = [];

  constructor(
    private readonly subs: readonly Subroutine[],
    readonly knowledge: Knowledge,
  ) {}

  /** The subroutines of a name, one after the other. What returns is an outcome; the rest falls through to the end. */
  run(name: string, start: State, about: About): { readonly outcomes: readonly Outcome[]; readonly rest: State } {
    const outcomes: Outcome[] = [];
    let state = start;
    for (const sub of this.subs) if (sub.name === name) state = this.#all(sub.body, state, about, outcomes, []);
    return { outcomes, rest: state };
  }

  write(op: 'set' | 'append' | 'remove', header: string, value: Value, when: Condition, at: Span): void {
    if (!CONCERNS_CORS.test(header) || when.c === 'false') return;
    this.happenings.push({ do: 'write', op, header, value, when, at, index: this.#written });
    this.#written += 1;
  }

  /** `leaving`: states that end the subroutine without an action. */
  #all(statements: readonly Statement[], start: State, about: About, outcomes: Outcome[], leaving: State[]): State {
    let state = start;
    for (const statement of statements) {
      if (state.reach.c === 'false') return state;
      this.#statements += 1;
      if (this.#statements > MAX_STATEMENTS) {
        this.exhausted ??= statement.at;
        return state;
      }
      state = this.#one(statement, state, about, outcomes, leaving);
    }
    return state;
  }

  #one(statement: Statement, state: State, about: About, outcomes: Outcome[], leaving: State[]): State {
    const place = this.#place(state, about);
    const { at } = statement;
    switch (statement.do) {
      case 'set':
      case 'add':
        return this.#set(statement, state, place);
      case 'unset':
        return this.#assign(statement.target.name, { kind: 'nothing', what: 'undefined', at }, 'remove', state, at);
      case 'block':
        return this.#all(statement.body, state, about, outcomes, leaving);
      case 'call':
        return this.#call(statement.name, state, about, outcomes);
      case 'return':
        if (statement.action === undefined) leaving.push(state);
        else outcomes.push({ ...state, action: statement.action, args: statement.args.map((arg) => valueOf(arg, place)), at });
        return { ...state, reach: { c: 'false' } };
      case 'if':
        return this.#if(statement, state, about, outcomes, leaving);
      case 'function':
        return this.#function(statement.call, state, place);
      case 'nothing':
        return state;
    }
  }

  #place({ variables }: State, about: About): Place {
    return { knowledge: this.knowledge, written: this.#written, read: (name, at) => variables.get(canonical(name)) ?? first(canonical(name), about, variables, this.knowledge, at) };
  }

  #set(statement: Statement & { do: 'set' | 'add' }, state: State, place: Place): State {
    const { target, operator, at } = statement;
    const given = operator === 'other' ? unknown('unsupported-syntax', `the value of ${target.name}`, at) : valueOf(statement.value, place);
    const value = operator === '+=' ? joined(place.read(target.name, target.at), given, at) : given;
    return this.#assign(target.name, value, statement.do === 'add' ? 'append' : 'set', state, at);
  }

  #assign(written: string, value: Value, op: 'set' | 'append' | 'remove', state: State, at: Span): State {
    const name = canonical(written);
    const header = /^resp\.http\.(.+)$/.exec(name)?.[1];
    if (header !== undefined) this.write(op, header, value, state.reach, at);
    return { ...state, variables: new Map(state.variables).set(name, op === 'append' ? unknown('unsupported-syntax', `several lines of ${header ?? name}`, at) : op === 'set' && (header !== undefined || name.includes('.http.')) ? emptyIfAbsent(value, at) : value) };
  }

  #call(name: string, state: State, about: About, outcomes: Outcome[]): State {
    const body = this.subs.filter((sub) => sub.name === name);
    if (body.length === 0 || this.#calls.includes(name) || this.#calls.length >= MAX_CALLS) return state;
    const before = this.#calls;
    this.#calls = [...before, name];
    const leaving: State[] = [];
    let here = state;
    for (const sub of body) here = this.#all(sub.body, here, about, outcomes, leaving);
    this.#calls = before;
    return leaving.length === 0 ? here : this.merged([here, ...leaving], about, body[0]!.at);
  }

  #if(statement: Statement & { do: 'if' }, start: State, about: About, outcomes: Outcome[], leaving: State[]): State {
    const ways: State[] = [];
    let open = start;
    let left = false;
    for (const branch of statement.branches) {
      if (open.reach.c === 'false') break;
      this.#statements += 1;
      const condition: Condition = branch.test === undefined ? { c: 'true' } : conditionOf(branch.test, this.#place(open, about));
      const taken: State = { ...open, reach: and(open.reach, condition) };
      const end = taken.reach.c === 'false' ? taken : this.#all(branch.body, taken, about, outcomes, leaving);
      left ||= end.reach !== taken.reach;
      ways.push(end);
      open = { ...open, reach: and(open.reach, not(condition)) };
    }
    ways.push(open);
    return left ? this.merged(ways, about, statement.at) : this.merged(ways, about, statement.at, start.reach);
  }

  /** One state for the ways out of a place. */
  merged(ways: readonly State[], about: About, at: Span, whole?: Condition): State {
    return merged(ways, (name, variables) => first(name, about, variables, this.knowledge, at), at, whole);
  }

  /** `header.append(resp.http.Vary, "Origin")` of vmod header; any other function may do anything with the header that it is given. */
  #function(call: Expression & { e: 'call' }, state: State, place: Place): State {
    const [target, value] = call.args;
    if (target?.e !== 'name' || /^std\.(?:log|syslog|collect|rollback|timestamp)$/.test(call.name)) return state;
    if (call.name === 'header.append' && value !== undefined) return this.#assign(target.name, valueOf(value, place), 'append', state, call.at);
    if (!call.name.includes('.') || !/\.http\./.test(target.name)) return state;
    return this.#assign(target.name, unknown('function-call', `what ${call.name} does with ${target.name}`, call.at), 'set', state, call.at);
  }
}

/** A header that is assigned what is not set is there, and empty. */
export function emptyIfAbsent(value: Value, at: Span): Value {
  if (value.kind === 'nothing') return { kind: 'string', value: '', at };
  if (value.kind === 'either') return { ...value, options: value.options.map((option) => ({ ...option, value: emptyIfAbsent(option.value, at) })) };
  if (value.kind !== 'request' || value.part !== 'header' || value.header === 'host') return value;
  return choose(not({ c: 'equals', left: value, right: { kind: 'nothing', what: 'undefined', at }, ignoreCase: false, at }), value, { kind: 'string', value: '', at }, at);
}
