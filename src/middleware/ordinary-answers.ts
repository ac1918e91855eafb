import { unless, whenAll, whenAny, type Guard, type Step } from '../policy/program.js';
import { moduleAt, type EstreeModule } from '../syntax/estree/index.js';
import { and, not, or, type Condition } from '../values/condition.js';
import type { Fact } from '../values/fact.js';

type Assumed = Map<string, boolean>;

/**
 * A handler that refuses bad input, a stranger to log in, or a failure of its own, does so without headers of CORS; what
 * it grants is in its ordinary answers. Facts that only lead to such refusals are taken to be as the ordinary answers
 * need them, so that these can be judged. A fact that may be about the origin stays open: it may be the very check.
 *
 * `refusals` are the conditions of answers that refuse, in the order of the code.
 */
export function ordinaryAnswers(module: EstreeModule, refusals: readonly Condition[], steps: readonly Step[]): readonly Step[] {
  const assumed: Assumed = new Map();
  for (const refusal of refusals.flatMap(alternativesOf)) {
    const when = settled(refusal, assumed);
    const parts = when.c === 'and' ? when.of : [when];
    const open = parts.findLast((part) => factsIn(part)?.every((fact) => !mayCheckOrigin(fact, module)) === true);
    // Nobody but a stranger is refused by what is left: without the fact, strangers would be let in.
    if (open === undefined || !parts.every((part) => part === open || spares(part, true))) continue;
    deny(open, assumed);
  }
  return assumed.size === 0 ? steps : steps.flatMap((step) => {
    const when = settledGuard(step.when, assumed);
    return when.g === 'never' ? [] : [{ ...step, when }];
  });
}

/** More ways to one refusal than these are not told apart. */
const MAX_WAYS = 16;

/** A refusal that several ways lead to: one condition for each. */
function alternativesOf(condition: Condition): readonly Condition[] {
  const parts = condition.c === 'and' ? condition.of : [condition];
  const choice = parts.find((part) => part.c === 'or');
  if (choice?.c !== 'or' || choice.of.length > MAX_WAYS) return [condition];
  return choice.of.map((way) => and(...parts.map((part) => (part === choice ? way : part))));
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

function mayCheckOrigin(fact: Fact, module: EstreeModule): boolean {
  if (/origin|cors|allow|trust|permit|referr?er|csrf|domain/i.test(fact.detail)) return true;
  // A setting is known by its name.
  if (fact.absentSetting !== undefined) return false;
  const text = moduleAt(module, fact.at.file)?.source.text.slice(fact.at.start, fact.at.end) ?? '';
  return fact.key.startsWith('throws@') ? CHECK.test(text) : /origin/i.test(text);
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
  else if (condition.c === 'not') for (const part of partsOf(condition.of)) deny(not(part), assumed);
  else if (condition.c === 'or') for (const part of condition.of) deny(part, assumed);
  else if (condition.c === 'and') deny(condition.of.at(-1)!, assumed);
}

function partsOf(condition: Condition): readonly Condition[] {
  return condition.c === 'and' || condition.c === 'or' ? condition.of : [condition];
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
