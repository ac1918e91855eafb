import { get } from '../browser/headers.js';
import type { ServerAnswer } from '../browser/judge.js';
import type { Span } from '../text/span.js';
import type { Leg, World } from './explanation.js';
import type { Failure } from './failure.js';
import type { Recorded } from './recorded.js';

/** How what is told of a failure and what the layers would do go together; both come to the same verdict. */
export interface Agreement {
  /** What is told otherwise than the layers would do it. */
  readonly differences: readonly Difference[];
  /** Something speaks against it: 0 nothing, 1 something. */
  readonly unlikely: 0 | 1;
}

export interface Difference {
  readonly of: 'preflight' | 'response';
  /** Lower-case name of a header, or `status`. */
  readonly what: string;
  /** Null: there was none. */
  readonly seen: string | null;
  readonly predicted: string | null;
  /** Where the layers write it. */
  readonly at?: Span;
}

/** Would the layers make the request fail in the way that is told? Undefined: no. */
export function agreement(failure: Failure, { verdict, preflight, response }: World): Agreement | undefined {
  if (verdict.allowed !== false || !failure.reasons.includes(verdict.reason)) return undefined;
  const of = verdict.reason.startsWith('preflight-') ? 'preflight' : 'response';
  const leg = of === 'preflight' ? preflight : response;
  if (leg === null) return undefined;
  const { status } = leg.response;
  if (failure.failed === true && status !== null && status >= 200 && status <= 299) return undefined;
  if (failure.redirects === true && status !== null && (status < 300 || status > 399)) return undefined;
  const differences: readonly Difference[] = failure.recorded === undefined ? [...headersSeen(failure, leg), ...statusSeen(failure, leg)].map((difference) => ({ of, ...difference })) : differencesFrom(failure.recorded, { preflight, response });
  return { differences, unlikely: failure.followed === true && of === 'response' ? 1 : 0 };
}

function headersSeen({ sent, several }: Failure, { response }: Leg): readonly Omit<Difference, 'of'>[] {
  const lines = response.headers.map(({ name, text }) => [name, text] as const);
  const told = Object.entries(sent).flatMap(([what, seen]) => {
    const predicted = get(lines, what);
    // Null is a text that nobody knows, and may be the one that was seen.
    return predicted === null || (predicted ?? '') === seen ? [] : [{ what, seen, predicted: predicted ?? null, ...placeOf(response, what) }];
  });
  const origins = get(lines, 'access-control-allow-origin');
  const single = several === true && sent['access-control-allow-origin'] === undefined && origins !== null && origins?.includes(',') !== true;
  return single ? [...told, { what: 'access-control-allow-origin', seen: 'several values', predicted: origins ?? null, ...placeOf(response, 'access-control-allow-origin') }] : told;
}

function statusSeen({ status }: Failure, { response }: Leg): readonly Omit<Difference, 'of'>[] {
  return status === undefined || response.status === null || response.status === status ? [] : [{ what: 'status', seen: String(status), predicted: String(response.status) }];
}

/** Headers that count for CORS, and are compared. */
const COMPARED = ['origin', 'credentials', 'methods', 'headers'].map((what) => `access-control-allow-${what}`);
/** Lists of names, whose order and spelling count for nothing. */
const LISTS = /-(?:methods|headers)$/;

/** What servers answered otherwise than the layers would. What a layer sends and nobody knows is no difference. */
export function differencesFrom(recorded: Recorded, { preflight, response }: Pick<World, 'preflight' | 'response'>): readonly Difference[] {
  const asked = recorded.preflight === null || preflight === null ? [] : compared('preflight', recorded.preflight, preflight);
  return [...asked, ...(recorded.response.status === null ? [] : compared('response', recorded.response, response))];
}

function compared(of: Difference['of'], seen: ServerAnswer, leg: Leg): readonly Difference[] {
  const lines = leg.response.headers.map(({ name, text }) => [name, text] as const);
  const headers = COMPARED.filter((what) => of === 'preflight' || !LISTS.test(what)).flatMap((what): readonly Difference[] => {
    const [theirs, ours] = [get(seen.headers, what), get(lines, what)];
    if (theirs === null || ours === null || normal(what, theirs) === normal(what, ours)) return [];
    return [{ of, what, seen: theirs ?? null, predicted: ours ?? null, ...placeOf(leg.response, what) }];
  });
  // What an application behind answers is its own affair.
  const { status, answeredAt } = leg.response;
  const other = status !== null && seen.status !== null && answeredAt !== undefined && status !== seen.status;
  return [...(other ? [{ of, what: 'status', seen: String(seen.status), predicted: String(status), at: answeredAt }] : []), ...headers];
}

function normal(what: string, text: string | undefined): string | undefined {
  return text === undefined || !LISTS.test(what) ? text : text.toLowerCase().split(',').map((name) => name.trim()).filter((name) => name !== '').sort().join();
}

function placeOf({ headers }: Leg['response'], what: string): { readonly at?: Span } {
  const at = headers.find((line) => line.name === what && line.at !== undefined)?.at;
  return at === undefined ? {} : { at };
}
