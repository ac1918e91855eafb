import { ABSENT, PRESENT } from '../origins/origin-set.js';
import type { Span } from '../text/span.js';
import { casesOfValue } from '../values/cases.js';
import { and, not, type Condition } from '../values/condition.js';
import { implies } from '../values/decide.js';
import type { ResponseAction } from '../values/response-action.js';
import { factOf, unknown, type Value } from '../values/value.js';
import { casesOf, guardOf, headerValueOf } from './from-condition.js';
import { unless, whenAll, type Effect, type End, type Guard, type Step } from './program.js';

/** Headers that matter to CORS; what else code sets is left out of policies. */
const CONCERNS_CORS = /^(access-control-|vary$|cache-control$|timing-allow-origin$|cross-origin-)/;

/**
 * Steps for what code does with a response, all below `base`. A response that is sent without a status of its own
 * stands for what the handler does otherwise: its status is the scenario's, for OPTIONS 200.
 */
export function stepsFrom(actions: readonly ResponseAction[], base: Guard): Step[] {
  const steps: Step[] = [];
  const statuses: (ResponseAction & { do: 'status' })[] = [];
  for (const action of actions) {
    const when = whenAll(base, guardOf(action.when));
    if (action.do === 'status') statuses.push(action);
    else if (action.do === 'fail') steps.push({ when, effects: [], end: { to: 'answer', status: action.status, ...(action.fault === undefined ? {} : { fault: action.fault }) }, at: action.at });
    else if (action.do === 'end') steps.push(...ends(action.when, statuses, base, action.at));
    else if (action.do === 'header' && CONCERNS_CORS.test(action.name)) steps.push(...writes(action, when));
  }
  return mergeSteps(steps).map(askingForCredentials);
}

/** A refusal that rests on a header which shows who somebody is: the request should have carried it. */
function askingForCredentials(step: Step): Step {
  const { when, end } = step;
  return end?.to === 'answer' && (end.status === 401 || end.status === 403) && asksForCredentials(when) ? { ...step, end: { ...end, unauthenticated: true } } : step;
}

function asksForCredentials(when: Guard): boolean {
  if (when.g === 'and' || when.g === 'or') return when.of.some(asksForCredentials);
  return when.g === 'not' ? asksForCredentials(when.of) : when.g === 'header' && (when.name === 'authorization' || when.name === 'cookie');
}

/** Neighbours with one guard become one step, so that a policy reads like its source. */
export function mergeSteps(steps: readonly Step[]): Step[] {
  const merged: Step[] = [];
  for (const step of steps) {
    const last = merged.at(-1);
    if (last !== undefined && last.end === undefined && sameGuard(last.when, step.when)) merged[merged.length - 1] = { ...last, effects: [...last.effects, ...step.effects], ...(step.end === undefined ? {} : { end: step.end }) };
    else merged.push(step);
  }
  return merged;
}

/** Guards are plain data; those of neighbours share most of their parts. */
function sameGuard(a: Guard, b: Guard): boolean {
  return sameData(a, b);
}

function sameData(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const entries = Object.entries(a);
  return entries.length === Object.keys(b).length && entries.every(([key, value]) => Object.hasOwn(b, key) && sameData(value, Reflect.get(b, key)));
}

/** The response goes out with the latest status that was set on the way here. */
function ends(reached: Condition, statuses: readonly (ResponseAction & { do: 'status' })[], base: Guard, at: Span): Step[] {
  const steps: Step[] = [];
  let open = reached;
  for (const written of [...statuses].reverse()) {
    for (const { when, value } of casesOf(written.status)) {
      const guard = whenAll(base, guardOf(and(open, written.when)), when);
      steps.push(...(value.kind === 'number' ? [{ when: guard, effects: [], end: { to: 'answer', status: value.value } as const, at }] : served(guard, at)));
    }
    if (implies(open, written.when)) return steps;
    open = and(open, not(written.when));
  }
  return [...steps, ...served(whenAll(base, guardOf(open)), at)];
}

/** What a handler sends by itself: 200 to OPTIONS, else whatever the scenario says. */
export function served(when: Guard, at: Span): Step[] {
  return [
    { when: whenAll(when, { g: 'method', in: ['OPTIONS'] }), effects: [], end: { to: 'answer', status: 200 }, at },
    { when, effects: [], end: { to: 'behind' }, at },
  ];
}

function writes(action: ResponseAction & { do: 'header' }, when: Guard): Step[] {
  const { name: header, at } = action;
  if (action.op === 'remove') return [removal(header, when, at)];
  return casesOfValue(action.value).flatMap((one) => casesOf(one.value).flatMap(({ value }): Step[] => valueSteps({ ...action, when: and(action.when, one.when) }, value, whenAll(when, guardOf(one.when)))));
}

function removal(header: string, when: Guard, at: Span): Step {
  return { when, effects: [{ op: 'remove', header, value: { v: 'literal', text: '', at, written: true }, statuses: 'all', at }], at };
}

function valueSteps(action: ResponseAction & { do: 'header' }, value: Value, when: Guard): Step[] {
  const { name: header, at } = action;
  const op = action.op === 'remove' ? 'set' : action.op;
  const step = (effects: readonly Effect[], guard: Guard, end?: End): Step => ({ when: guard, effects, ...(end === undefined ? {} : { end }), at });
  if (value.kind === 'nothing') return missing(action, value.what, when, value.at);
  if (value.kind === 'list') {
    const effects = value.items.map((item, index): Effect => effectOf(index === 0 ? op : 'append', header, item, at));
    if (value.rest !== undefined) effects.push(effectOf(effects.length === 0 ? op : 'append', header, value.rest, at));
    return [step(effects, when)];
  }
  if (value.kind === 'condition') {
    const holds = guardOf(value.condition);
    const text = (written: string): Value => ({ kind: 'string', value: written, at: value.at });
    return [step([effectOf(op, header, text('true'), at)], whenAll(when, holds)), step([effectOf(op, header, text('false'), at)], whenAll(when, unless(holds)))];
  }
  const source = requestHeaderIn(value);
  if (source !== undefined && action.missing !== 'skip' && !impliesPresent(action.when, source)) {
    const about = (absent: boolean): Guard => (source === 'origin' ? { g: 'origin', in: absent ? ABSENT : PRESENT } : { g: 'header', name: source, in: absent ? ABSENT : PRESENT });
    return [...missing(action, action.missing === 'null-text' ? 'null' : 'undefined', whenAll(when, about(true)), value.at), step([effectOf(op, header, value, at)], whenAll(when, about(false)))];
  }
  return [step([effectOf(op, header, value, at)], when)];
}

function missing(action: ResponseAction & { do: 'header' }, what: 'undefined' | 'null', when: Guard, valueAt: Span): Step[] {
  const { at } = action;
  const text = action.missing === 'none-text' ? 'None' : action.missing === 'empty' && what === 'undefined' ? '' : what;
  if (action.missing === 'skip') return [];
  if (action.missing === 'remove') return [removal(action.name, when, at)];
  // Node writes `null` as text; only `undefined` is refused.
  if (action.missing === 'throw' && text !== 'null') return [{ when, effects: [], end: { to: 'answer', status: 500, fault: `the value of ${action.name} is ${text}, and setting it throws` }, at }];
  return [{ when, effects: [{ op: action.op === 'remove' ? 'set' : action.op, header: action.name, value: { v: 'literal', text, at: valueAt, written: false }, statuses: 'all', at }], at }];
}

export function effectOf(op: Effect['op'], header: string, value: Value, at: Span): Effect {
  const text = headerValueOf(value) ?? { v: 'unknown', fact: factOf(unknown('unsupported-syntax', `the value of ${header}`, value.at)), at: value.at };
  return { op, header, value: text, statuses: 'all', at };
}

/** The request header whose text the value is, when it is nothing else. */
function requestHeaderIn(value: Value): string | undefined {
  if (value.kind === 'derived') return requestHeaderIn(value.of);
  return value.kind === 'request' && value.part === 'header' ? value.header : undefined;
}

/** Does the condition hold only for requests with this header? */
function impliesPresent(condition: Condition, header: string): boolean {
  switch (condition.c) {
    case 'and':
      return condition.of.some((part) => impliesPresent(part, header));
    case 'or':
      return condition.of.every((part) => impliesPresent(part, header));
    case 'present':
      return requestHeaderIn(condition.value) === header;
    case 'member':
      return requestHeaderIn(condition.item) === header && condition.of.kind === 'list' && condition.of.items.every((item) => item.kind === 'string');
    case 'equals':
      return [condition.left, condition.right].some((side) => requestHeaderIn(side) === header) && [condition.left, condition.right].some((side) => side.kind === 'string');
    case 'starts-with':
    case 'ends-with':
    case 'contains':
    case 'matches':
      return requestHeaderIn(condition.text) === header;
    default:
      return false;
  }
}
