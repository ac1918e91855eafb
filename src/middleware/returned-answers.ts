import { stepsFrom } from '../policy/from-actions.js';
import { ALWAYS, type Step } from '../policy/program.js';
import type { Span } from '../text/span.js';
import { and, not, or, type Condition } from '../values/condition.js';
import { decided } from '../values/decide.js';
import type { ResponseAction } from '../values/response-action.js';
import { unknown, type Event, type Value } from '../values/value.js';
import { alternatives } from './alternatives.js';
import { ordinaryAnswers, type Way } from './ordinary-answers.js';
import type { MadeResponse } from './response-objects.js';
import { openWrites } from './responses-out-of-view.js';
import { settlements } from './settlements.js';

/** How a platform makes responses of what a function gives back. */
export interface Platform {
  /** The response that a returned value makes; undefined for one that is not followed. */
  responseOf(value: Value, when: Condition): MadeResponse | Failure | undefined;
  /** The answer to something that is raised. */
  raised(value: Value | undefined): Failure | MadeResponse;
  /** What is written at a place. */
  textAt(at: Span): string;
}

/** The platform answers with an error of its own. */
export interface Failure {
  readonly status: number;
  readonly fault: string;
}

/** The steps of a function that a platform calls for a response: what each way through it answers. */
export function returnedAnswers(events: readonly Event[], platform: Platform): readonly Step[] {
  const { ways } = settlements(events, ({ kind }) => kind === 'return' || kind === 'throw');
  const results = ways.flatMap(({ event, when }): readonly Result[] => {
    if (event.kind !== 'return') return [{ when, made: platform.raised(event.kind === 'throw' ? event.value : undefined), at: event.at }];
    return alternatives(event.value).map((option) => {
      const reached = decided(and(when, option.when));
      const open = option.value.kind === 'unknown' ? option.value : unknown('function-call', 'a response that is not followed', option.value.at);
      return { when: reached, made: platform.responseOf(option.value, reached) ?? { writes: openWrites(open, reached), statuses: [{ when: reached, status: open }] }, at: event.at };
    });
  });
  return ordinaryAnswers((at) => platform.textAt(at), results.map(wayOf), results.flatMap((result) => stepsFrom(actionsOf(result), ALWAYS)));
}

interface Result {
  readonly when: Condition;
  readonly made: MadeResponse | Failure;
  readonly at: Span;
}

/** An error without headers of CORS refuses. */
function wayOf({ when, made }: Result): Way {
  if ('fault' in made) return { when, refuses: true };
  const statuses = made.statuses.flatMap(({ status }) => alternatives(status));
  const fails = statuses.length > 0 && statuses.every(({ value }) => value.kind === 'number' && value.value >= 400);
  return { when, refuses: fails && made.writes.every(({ name }) => name !== 'access-control-allow-origin') };
}

function actionsOf({ when, made, at }: Result): readonly ResponseAction[] {
  if (when.c === 'false') return [];
  if ('fault' in made) return [{ do: 'fail', ...made, when, at }];
  const given = made.statuses.filter(({ status }) => status.kind !== 'nothing');
  const ok: ResponseAction = { do: 'status', status: { kind: 'number', value: 200, at }, when: decided(and(when, not(or(...given.map((one) => one.when))))), at };
  return [...made.writes, ok, ...given.map(({ status, when: set }): ResponseAction => ({ do: 'status', status, when: set, at: status.at })), { do: 'end', when, at }];
}
