import type { Expression, Statement, Subroutine } from '../../syntax/vcl/index.js';
import type { Span } from '../../text/span.js';
import { and, FALSE, not, or, TRUE, type Condition } from '../../values/condition.js';
import { unknown, type Value } from '../../values/value.js';
import { conditionOf, joined, valueOf, type Place } from './expressions.js';
import { CONCERNS_CORS, type Happening } from './happenings.js';
import type { Knowledge } from './knowledge.js';
import { possible, simplified } from './simplify.js';
import { joinedVariables, reachOf, type Outcome, type State, type Variables, type Way } from './state.js';
import { canonical, emptyIfAbsent, first } from './variables.js';

/** Statements past which the rest of a program is not followed. */
const MAX_STATEMENTS = 4000;
const MAX_CALLS = 20;

/** The response that a subroutine is about: that of a backend, or one that Varnish makes. */
export type About = 'behind' | 'synthetic';

/** A state inside a subroutine. */
interface Inside extends State {
  /** When, since the block began, the subroutine was left. */
  readonly gone: Condition;
}

/** What a run collects on its way. */
interface Run {
  readonly about: About;
  readonly outcomes: Outcome[];
  /** Where `return;` leaves the subroutine that was called: since its beginning. */
  readonly leaving: Way[];
}

/** Runs subroutines for all requests at once: both ways of every `if`, each under its condition. */
export class Execution {
  readonly happenings: Happening[] = [];
  exhausted: Span | undefined;
  #statements = 0;
  #written = 0;
  readonly #lastWritten = new Map<string, number>();
  #calls: readonly string[] = [];

  constructor(
    private readonly subs: readonly Subroutine[],
    readonly knowledge: Knowledge,
  ) {}

  /** The subroutines of a name, one after the other. What returns is an outcome; the rest falls through to the end. */
  run(name: string, start: State, about: About): { readonly outcomes: readonly Outcome[]; readonly rest: State } {
    const run: Run = { about, outcomes: [], leaving: [] };
    let state: Inside = { ...start, gone: FALSE };
    for (const sub of this.subs) if (sub.name === name) state = this.#all(sub.body, state, TRUE, run);
    return { outcomes: run.outcomes, rest: { reach: state.reach, variables: state.variables } };
  }

  write(op: 'set' | 'append' | 'remove', header: string, value: Value, when: Condition, at: Span): void {
    if (!CONCERNS_CORS.test(header) || when.c === 'false') return;
    this.happenings.push({ do: 'write', op, header, value, when, at, index: this.#written });
    this.#written += 1;
    this.#lastWritten.set(header, this.#written);
  }

  /** One state for several ways of requests; `whole` is their condition where it is known otherwise. */
  merged(states: readonly State[], about: About, at: Span, whole: Condition = reachOf(states)): State {
    return { reach: whole, variables: this.#joined(states.map(({ reach, variables }) => ({ when: reach, variables })), about, at) };
  }

  #joined(ways: readonly Way[], about: About, at: Span): Variables {
    return joinedVariables(ways, (name, variables) => first(name, about, variables, this.knowledge, at), (name) => this.#onResponse(name), at);
  }

  /** A header of CORS is read from the response itself wherever it is not one text: the effects keep it. */
  #onResponse(name: string): Value | undefined {
    const header = /^resp\.http\.(.+)$/.exec(name)?.[1];
    return header !== undefined && CONCERNS_CORS.test(header) ? this.knowledge.header(header) : undefined;
  }

  /** `since`: the condition, since the subroutine began, of the block. */
  #all(statements: readonly Statement[], start: Inside, since: Condition, run: Run): Inside {
    let state = start;
    for (const statement of statements) {
      if (state.reach.c === 'false' || state.gone.c === 'true') return state;
      this.#statements += 1;
      if (this.#statements > MAX_STATEMENTS) {
        this.exhausted ??= statement.at;
        return state;
      }
      state = this.#one(statement, state, since, run);
    }
    return state;
  }

  #one(statement: Statement, state: Inside, since: Condition, run: Run): Inside {
    const place = this.#place(state, run.about);
    const { at } = statement;
    switch (statement.do) {
      case 'set':
      case 'add':
        return this.#set(statement, state, place);
      case 'unset':
        return this.#assign(statement.target.name, { kind: 'nothing', what: 'undefined', at }, 'remove', state, at);
      case 'block':
        return this.#all(statement.body, state, since, run);
      case 'call':
        return this.#call(statement.name, state, run);
      case 'return':
        if (statement.action === undefined) run.leaving.push({ when: and(since, not(state.gone)), variables: state.variables });
        else run.outcomes.push({ reach: state.reach, variables: state.variables, action: statement.action, args: statement.args.map((arg) => valueOf(arg, place)), at });
        return { ...state, reach: FALSE, gone: TRUE };
      case 'if':
        return this.#if(statement, state, since, run);
      case 'function':
        return this.#function(statement.call, state, place);
      case 'nothing':
        return state;
    }
  }

  #place({ variables }: State, about: About): Place {
    return { knowledge: this.knowledge, written: (header) => ({ index: this.#written, version: `${this.#lastWritten.get(header) ?? 0}/${this.happenings.length - this.#written}` }), read: (name, at) => variables.get(canonical(name)) ?? first(canonical(name), about, variables, this.knowledge, at) };
  }

  #set(statement: Statement & { do: 'set' | 'add' }, state: Inside, place: Place): Inside {
    const { target, operator, at } = statement;
    const given = operator === 'other' ? unknown('unsupported-syntax', `the value of ${target.name}`, at) : valueOf(statement.value, place);
    const value = operator === '+=' ? joined(place.read(target.name, target.at), given, at) : given;
    return this.#assign(target.name, value, statement.do === 'add' ? 'append' : 'set', state, at);
  }

  #assign(written: string, given: Value, op: 'set' | 'append' | 'remove', state: Inside, at: Span): Inside {
    const name = canonical(written);
    const header = /^resp\.http\.(.+)$/.exec(name)?.[1];
    const value = possible(given, state.reach);
    if (header !== undefined) this.write(op, header, value, state.reach, at);
    const kept = op === 'append' || this.#readsResponse(value) ? unknown('unsupported-syntax', `an earlier text of ${written}`, at) : op === 'set' && name.includes('.http.') ? possible(emptyIfAbsent(value, at), state.reach) : value;
    // What is not one plain text is asked of the response itself.
    const simple = kept.kind === 'string' || kept.kind === 'nothing' ? kept : (this.#onResponse(name) ?? kept);
    return { ...state, variables: new Map(state.variables).set(name, simple) };
  }

  /** What the response has may be another text when the variable is read. */
  #readsResponse(value: Value): boolean {
    if (value.kind === 'concat') return value.parts.some((part) => this.#readsResponse(part));
    if (value.kind === 'either') return value.options.some((option) => this.#readsResponse(option.value));
    return this.knowledge.headerOf(value) !== undefined;
  }

  #call(name: string, state: Inside, run: Run): Inside {
    const body = this.subs.filter((sub) => sub.name === name);
    if (body.length === 0 || this.#calls.includes(name) || this.#calls.length >= MAX_CALLS) return state;
    const before = this.#calls;
    this.#calls = [...before, name];
    const inner: Run = { ...run, leaving: [] };
    let here: Inside = { ...state, gone: FALSE };
    for (const sub of body) here = this.#all(sub.body, here, TRUE, inner);
    this.#calls = before;
    const gone = and(here.gone, ...inner.leaving.map(({ when }) => not(when)));
    const ways = [{ when: not(here.gone), variables: here.variables }, ...inner.leaving];
    return this.#after(state, gone, inner.leaving.length === 0 ? here.variables : this.#joined(ways, run.about, body[0]!.at));
  }

  /** Behind a block that some requests did not come out of. */
  #after(start: Inside, gone: Condition, variables: Variables): Inside {
    if (gone.c === 'false') return { ...start, variables };
    return { reach: and(start.reach, simplified(not(gone), start.reach)), gone: or(start.gone, gone), variables };
  }

  #if(statement: Statement & { do: 'if' }, start: Inside, since: Condition, run: Run): Inside {
    const ways: Way[] = [];
    const gone: Condition[] = [];
    let rest: Condition = TRUE;
    for (const branch of statement.branches) {
      if (rest.c === 'false') break;
      this.#statements += 1;
      if (this.#statements > MAX_STATEMENTS) {
        this.exhausted ??= statement.at;
        break;
      }
      const condition: Condition = branch.test === undefined ? TRUE : simplified(conditionOf(branch.test, this.#place(start, run.about)), and(start.reach, rest));
      const when = and(rest, condition);
      const end = when.c === 'false' ? { ...start, gone: FALSE } : this.#all(branch.body, { ...start, reach: and(start.reach, when), gone: FALSE }, and(since, not(start.gone), when), run);
      ways.push({ when: and(when, not(end.gone)), variables: end.variables });
      gone.push(and(when, end.gone));
      rest = and(rest, not(condition));
    }
    ways.push({ when: rest, variables: start.variables });
    const left = ways.every(({ when }) => when.c === 'false') ? TRUE : or(...gone);
    return this.#after(start, left, this.#joined(ways, run.about, statement.at));
  }

  /** `header.append(resp.http.Vary, "Origin")` of vmod header; any other function may do anything with the header that it is given. */
  #function(call: Expression & { e: 'call' }, state: Inside, place: Place): Inside {
    const [target, value] = call.args;
    if (target?.e !== 'name' || /^std\.(?:log|syslog|collect|rollback|timestamp)$/.test(call.name)) return state;
    if (call.name === 'header.append' && value !== undefined) return this.#assign(target.name, valueOf(value, place), 'append', state, call.at);
    if (!call.name.includes('.') || !/\.http\./.test(target.name)) return state;
    return this.#assign(target.name, unknown('function-call', `what ${call.name} does with ${target.name}`, call.at), 'set', state, call.at);
  }
}
