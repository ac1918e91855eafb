import { alternatives } from '../../middleware/alternatives.js';
import { ordinaryAnswers, type Way } from '../../middleware/ordinary-answers.js';
import type { MadeResponse } from '../../middleware/response-objects.js';
import { openWrites } from '../../middleware/responses-out-of-view.js';
import { settlements } from '../../middleware/settlements.js';
import { stepsFrom } from '../../policy/from-actions.js';
import { ALWAYS, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { and, not, or, type Condition } from '../../values/condition.js';
import { decided } from '../../values/decide.js';
import type { ResponseAction } from '../../values/response-action.js';
import { unknown, type Event, type Value } from '../../values/value.js';
import type { DjangoPackages } from './packages.js';

/** What code that answers a request does, what it writes apart from how it ends: middleware around it writes in between. */
export interface Answers {
  readonly writes: readonly Step[];
  readonly ends: readonly Step[];
}

export const SILENT: Answers = { writes: [], ends: [] };

/**
 * What a view or middleware answers, by the events of its run. A response of what lies inside is only written on; one of
 * its own ends the request; an error loses what was written. `none`: what returning None means.
 */
export function answersOf(events: readonly Event[], packages: DjangoPackages, none: 'goes on' | 'fails', textAt: (at: Span) => string): Answers {
  packages.objects.follow(events.flatMap((event) => [event, ...packages.varyWrites(event)]));
  const { ways } = settlements(events, ({ kind }) => kind === 'return' || kind === 'throw');
  const results = ways.flatMap(({ event, when }): readonly Result[] => {
    if (event.kind !== 'return') return [{ when, does: 'fail', status: packages.statusOfError(event.kind === 'throw' ? event.value : undefined), at: event.at }];
    return alternatives(event.value).map((option): Result => resultOf(option.value, decided(and(when, option.when)), packages, none, event.at));
  });
  const steps = ordinaryAnswers(textAt, results.map(wayOf), results.flatMap((result) => stepsFrom(actionsOf(result), ALWAYS)));
  return {
    writes: steps.flatMap((step) => (step.effects.length === 0 ? [] : [{ when: step.when, effects: step.effects, at: step.at }])),
    ends: steps.flatMap((step) => (step.end === undefined ? [] : [{ ...step, effects: [] }])),
  };
}

type Result =
  /** `goesOn`: the response is that of what lies inside. */
  | { readonly when: Condition; readonly does: 'respond'; readonly made: MadeResponse; readonly goesOn: boolean; readonly at: Span }
  | { readonly when: Condition; readonly does: 'fail'; readonly status: number; readonly at: Span }
  | { readonly when: Condition; readonly does: 'nothing'; readonly at: Span };

function resultOf(value: Value, when: Condition, packages: DjangoPackages, none: 'goes on' | 'fails', at: Span): Result {
  if (value.kind === 'nothing') return none === 'goes on' ? { when, does: 'nothing', at } : { when, does: 'fail', status: 500, at };
  const made = packages.objects.madeOf(value, when);
  if (made !== undefined) return { when, does: 'respond', made, goesOn: packages.isInner(value), at };
  const open = value.kind === 'unknown' ? value : unknown('function-call', 'a response that is not followed', value.at);
  return { when, does: 'respond', made: { writes: openWrites(open, when), statuses: [{ when, status: open }] }, goesOn: false, at };
}

/** An error without headers of CORS refuses. */
function wayOf(result: Result): Way {
  if (result.does !== 'respond' || result.goesOn) return { when: result.when, refuses: result.does === 'fail' };
  const statuses = result.made.statuses.flatMap(({ status }) => alternatives(status));
  const fails = statuses.length > 0 && statuses.every(({ value }) => value.kind === 'number' && value.value >= 400);
  return { when: result.when, refuses: fails && result.made.writes.every(({ name }) => name !== 'access-control-allow-origin') };
}

function actionsOf(result: Result): readonly ResponseAction[] {
  const { when, at } = result;
  if (when.c === 'false' || result.does === 'nothing') return [];
  if (result.does === 'fail') return [{ do: 'fail', status: result.status, fault: 'an error is raised, and Django makes another response of it', when, at }];
  const { made } = result;
  if (result.goesOn) return made.writes;
  const ok: ResponseAction = { do: 'status', status: { kind: 'number', value: 200, at }, when: decided(and(when, not(or(...made.statuses.map((one) => one.when))))), at };
  return [...made.writes, ok, ...made.statuses.map(({ status, when: set }): ResponseAction => ({ do: 'status', status, when: set, at: status.at })), { do: 'end', when, at }];
}

/** The same for some methods of a request only, or under any other guard. */
export function within(when: Step['when'], { writes, ends }: Answers, both: (a: Step['when'], b: Step['when']) => Step['when']): Answers {
  const inside = (steps: readonly Step[]): readonly Step[] => steps.flatMap((step) => {
    const guard = both(when, step.when);
    return guard.g === 'never' ? [] : [{ ...step, when: guard }];
  });
  return { writes: inside(writes), ends: inside(ends) };
}
