import { mergeSteps, stepsFrom } from '../../policy/from-actions.js';
import { type Effect, type Guard, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { and, not, or, TRUE, type Condition } from '../../values/condition.js';
import { decided, excludes } from '../../values/decide.js';
import type { ResponseAction } from '../../values/response-action.js';
import type { Event, Value } from '../../values/value.js';
import { casesOfValue } from '../../values/cases.js';
import { allOf } from '../koa/guards.js';
import { restsOnData } from '../out-of-view.js';
import { settlements } from '../settlements.js';
import { behindHandingOn, handedOn, type Exchange, type ServletAction } from './servlet-exchange.js';

/** How code that is called for a request lets it go on. */
export type GoesOn =
  /** By a call on the chain. */
  | 'chain'
  /** By what it returns: `true` lets the request go on. */
  | 'verdict'
  /** Always: a controller's method, advice. */
  | 'always'
  /** Never: a servlet answers. */
  | 'never';

/**
 * Steps of code that writes on the container's response. What it sends itself has the status 200 unless it sets one; a
 * servlet's own answer is whatever it does otherwise. Where it stops a request for a reason that is not in the request (a
 * token is not valid), it does so to strangers, and what it grants is in the answers to the others.
 */
export function servletSteps(events: readonly Event[], given: Exchange, base: Guard, goesOn: GoesOn): readonly Step[] {
  const on = goesOn === 'chain' ? handedOn(events, given) : [];
  const actions = behindHandingOn(events, on).flatMap((event) => given.actions(event));
  const at = events.at(-1)?.at ?? given.response.at;
  const statuses: readonly (ResponseAction & { do: 'status' })[] = [
    ...(goesOn === 'never' ? [] : [ordinary(TRUE, at)]),
    ...actions.flatMap((action) => (action.do === 'status' ? [action] : action.do === 'reset' ? [ordinary(action.when, action.at)] : [])),
  ];
  const ends = goesOn === 'always' ? [] : endsOf(events, or(...on.map(({ when }) => when)), goesOn);
  return reached([...written(actions, base), ...ends.flatMap((end) => (end.do === 'end' ? stepsFrom([...statuses.filter(({ when }) => !excludes(end.when, when)), end], base) : stepsFrom([end], base)))]);
}

/** The status of a response that nobody gave one. */
function ordinary(when: Condition, at: Span): ResponseAction & { do: 'status' } {
  return { do: 'status', status: { kind: 'number', value: 200, at }, when, at };
}

/** Steps that can be reached at all; neighbours with one guard are one. */
function reached(steps: readonly Step[]): readonly Step[] {
  return mergeSteps(steps.flatMap((step) => {
    const when = allOf(step.when);
    return when.g === 'never' ? [] : [{ ...step, when }];
  }));
}

function written(actions: readonly ServletAction[], base: Guard): readonly Step[] {
  const steps: Step[] = [];
  for (const action of actions) {
    if (action.do === 'header') steps.push(...stepsFrom([action], base));
    if (action.do !== 'reset') continue;
    const names = new Set(steps.flatMap(({ effects }) => effects.map(({ header }) => header)));
    const effects = [...names].map((header): Effect => ({ op: 'remove', header, value: { v: 'literal', text: '', at: action.at, written: false }, statuses: 'all', at: action.at }));
    const [mark] = stepsFrom([{ do: 'fail', status: 0, when: action.when, at: action.at }], base);
    if (mark !== undefined && effects.length > 0) steps.push({ when: mark.when, effects, at: action.at });
  }
  return steps;
}

/** Where code returns without having handed the request on, or throws. */
function endsOf(events: readonly Event[], handed: Condition, goesOn: GoesOn): readonly (ResponseAction & { do: 'end' | 'fail' })[] {
  const { ways } = settlements(events, ({ kind }) => kind === 'return' || kind === 'throw');
  return ways.flatMap(({ event, when }): readonly (ResponseAction & { do: 'end' | 'fail' })[] => {
    const open = decided(and(when, not(handed), event.kind === 'return' && goesOn === 'verdict' ? refused(event.value) : TRUE));
    if (open.c === 'false') return [];
    if (goesOn !== 'never' && restsOnData(open)) return [];
    if (event.kind === 'throw') return restsOnData(open) ? [] : [{ do: 'fail', status: 500, fault: 'the code throws', when: open, at: event.at }];
    return [{ do: 'end', when: open, at: event.at }];
  });
}

/** When is `false` returned? What is not known lets the request go on. */
function refused(value: Value): Condition {
  return or(...casesOfValue(value).map(({ when, value: one }): Condition => and(when, one.kind === 'boolean' ? (one.value ? { c: 'false' } : TRUE) : one.kind === 'condition' ? not(one.condition) : { c: 'false' })));
}

/** Where something of CORS is written, by these steps. */
export function placesOf(steps: readonly Step[]): readonly Span[] {
  return steps.flatMap(({ effects }) => effects.flatMap(({ header, op, at }) => (op !== 'remove' && header.startsWith('access-control-') ? [at] : [])));
}
