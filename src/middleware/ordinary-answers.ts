import { unless, whenAll, whenAny, type Guard, type Step } from '../policy/program.js';
import type { Span } from '../text/span.js';
import { and, not, or, type Condition } from '../values/condition.js';
import type { Fact } from '../values/fact.js';

type Assumed = Map<string, boolean>;

/** One way in which a handler ends, in the order of the code. */
export interface Way {
  readonly when: Condition;
  /** It ends in an error without headers of CORS, or in no answer. */
  readonly refuses: boolean;
}

/**
 * A handler that refuses bad input, a stranger to log in, or a failure of its own, does so without headers of CORS; what
 * it grants is in its ordinary answers. Facts that only lead to such refusals are taken to be as the ordinary answers
 * need them, so that these can be judged. A fact that may be about the origin stays open: it may be the very check.
 * `textAt` is what is written at a place.
 */
export function ordinaryAnswers(textAt: (at: Span) => string, ways: readonly Way[], steps: readonly Step[]): readonly Step[] {
  const assumed: Assumed = new Map();
  ways.forEach((way, index) => {
    if (!way.refuses) return;
    const parts = partsOf(way.when, 'and');
    const reached = shared(parts, partsOf((ways[index + 1] ?? ways[index - 1])?.when, 'and'));
    const tests = parts.slice(reached);
    const choice = tests.findIndex((part) => part.c === 'or');
    // A test of several: each of them refuses by itself.
    for (const option of choice === -1 ? [undefined] : partsOf(tests[choice], 'or')) {
      const own = option === undefined ? tests : [...tests.slice(0, choice), ...partsOf(option, 'and'), ...tests.slice(choice + 1)];
      const open = own.map((part) => settled(part, assumed)).findLast((part) => factsIn(part)?.every((fact) => !mayCheckOrigin(fact, textAt)) === true);
      // Were nobody but a stranger refused by the rest, strangers would be let in without the fact.
      if (open !== undefined && [...parts.slice(0, reached), ...own].every((part) => spares(part, true))) deny(open, assumed);
    }
  });
  return assumed.size === 0 ? steps : steps.flatMap((step) => {
    const when = settledGuard(step.when, assumed);
    return when.g === 'never' ? [] : [{ ...step, when }];
  });
}

/** How many parts two conditions begin with alike: the code up to where they part. */
function shared(a: readonly Condition[], b: readonly Condition[]): number {
  const differs = a.findIndex((part, index) => part !== b[index]);
  return differs === -1 ? a.length : differs;
}

function partsOf(condition: Condition | undefined, by: 'and' | 'or'): readonly Condition[] {
  return condition === undefined ? [] : condition.c === by ? condition.of : [condition];
}

/** The facts of a condition that rests on nothing else; undefined for one that asks about the request or the environment. */
function factsIn(condition: Condition): readonly Fact[] | undefined {
  if (condition.c === 'fact') return condition.fact.environment === undefined ? [condition.fact] : undefined;
  if (condition.c === 'not') return factsIn(condition.of);
  if (condition.c !== 'and' && condition.c !== 'or') return undefined;
  const parts = condition.of.map(factsIn);
  return parts.includes(undefined) ? undefined : parts.flatMap((part) => part ?? []);
}

/** Checks that have the origin in their name or are given it. */
const CHECK = /\b\w*(?:check|valid|verif|assert|ensure|require|allow|trust|permit|guard|is)\w*(?:origin|cors|domain)\w*\s*\(|\b\w*(?:origin|cors|domain)\w*(?:check|valid|allow|trust|guard|permit)\w*\s*\(|\b\w*(?:check|valid|verif|assert|allow|trust|permit)\w*\([^()]*origin/i;

function mayCheckOrigin(fact: Fact, textAt: (at: Span) => string): boolean {
  if (/origin|cors|allow|trust|permit|referr?er|csrf|domain/i.test(fact.detail)) return true;
  // A setting is known by its name.
  if (fact.absentSetting !== undefined) return false;
  const text = textAt(fact.at);
  // What a call is given, before the functions among it; names of headers are no origins.
  return /^(?:throws|raises)@/.test(fact.key) ? CHECK.test(text) : /origin/i.test(text.split(/=>|\bfunction\b/)[0]!.replace(/access-control-[\w-]+/gi, ''));
}

/** Does a condition on the origin, if it has one, pick the origins that are let in, and not those that are not? */
function spares(condition: Condition, positive: boolean): boolean {
  switch (condition.c) {
    case 'and':
    case 'or':
      return condition.of.every((part) => spares(part, positive));
    case 'not':
      return spares(condition.of, !positive);
    case 'present':
    case 'equals':
    case 'member':
    case 'starts-with':
    case 'ends-with':
    case 'contains':
    case 'matches':
      return positive || !JSON.stringify(condition).includes('"origin"');
    default:
      return true;
  }
}

/** Assumes that the condition does not hold: each of its facts as it must be for that. */
function deny(condition: Condition, assumed: Assumed): void {
  if (condition.c === 'fact') assumed.set(condition.fact.key, false);
  else if (condition.c === 'not' && condition.of.c === 'fact') assumed.set(condition.of.fact.key, true);
  else if (condition.c === 'not' && (condition.of.c === 'and' || condition.of.c === 'or')) for (const part of condition.of.of) deny(not(part), assumed);
  else if (condition.c === 'or') for (const part of condition.of) deny(part, assumed);
  else if (condition.c === 'and') deny(condition.of.at(-1)!, assumed);
}

function settled(condition: Condition, assumed: Assumed): Condition {
  switch (condition.c) {
    case 'and':
      return and(...condition.of.map((part) => settled(part, assumed)));
    case 'or':
      return or(...condition.of.map((part) => settled(part, assumed)));
    case 'not':
      return not(settled(condition.of, assumed));
    case 'fact': {
      const holds = assumed.get(condition.fact.key);
      return holds === undefined ? condition : { c: holds ? 'true' : 'false' };
    }
    default:
      return condition;
  }
}

function settledGuard(guard: Guard, assumed: Assumed): Guard {
  switch (guard.g) {
    case 'and':
      return whenAll(...guard.of.map((part) => settledGuard(part, assumed)));
    case 'or':
      return whenAny(...guard.of.map((part) => settledGuard(part, assumed)));
    case 'not':
      return unless(settledGuard(guard.of, assumed));
    case 'fact': {
      const holds = assumed.get(guard.fact.key);
      return holds === undefined ? guard : { g: holds ? 'always' : 'never' };
    }
    default:
      return guard;
  }
}
