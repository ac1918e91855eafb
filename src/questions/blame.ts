import type { Passed } from '../policy/evaluate.js';
import { stepsAt } from '../policy/place.js';
import type { Policy } from '../policy/program.js';
import { sameSpan, type Span } from '../text/span.js';
import type { HeaderFate, Leg, World } from './explanation.js';

/** A place that makes a request fail. */
export interface Blamed {
  readonly layer: Policy;
  readonly at: Span;
  /**
   * `sends`: its header is the one that fails; `removes`: it takes away what would do; `withholds`: it sends the header, but not for
   * this request or this status; `loses`: it loses the header that is written further out; `lacks`: it answers, or sends
   * others, without; `answers`: its status fails.
   */
  readonly how: 'sends' | 'removes' | 'withholds' | 'loses' | 'lacks' | 'answers';
  /** Lower-case name of the header that it is about; absent for a status. */
  readonly header?: string;
  /** What is sent; null: not known. */
  readonly text?: string | null;
}

/** The header that each reason is about, by the end of its code. */
const HEADERS: readonly (readonly [RegExp, string])[] = [
  [/acao-/, 'access-control-allow-origin'],
  [/acac-/, 'access-control-allow-credentials'],
  [/method/, 'access-control-allow-methods'],
  [/header|authorization/, 'access-control-allow-headers'],
];

/** The places that make the request fail, the one that counts most first. Empty where nothing in view does. */
export function blamedFor({ verdict, preflight, response }: World): readonly Blamed[] {
  const leg = verdict.reason.startsWith('preflight-') ? preflight : response;
  if (leg === null || verdict.allowed !== false) return [];
  if (verdict.reason === 'preflight-status-not-ok') return answering(leg).map((one) => ({ ...one, how: 'answers' }));
  const header = HEADERS.find(([code]) => code.test(verdict.reason.replace(/^preflight-(?=ac)/, '')))?.[1];
  if (header === undefined) return [];
  const own = leg.headers.filter(({ name }) => name === header);
  const sent = own.filter(({ gone }) => gone === undefined).flatMap((fate) => sending(fate, leg));
  if (sent.length > 0) return sent;
  const removed = own.flatMap(({ gone, text }): readonly Blamed[] => (gone === undefined ? [] : [{ layer: gone.layer, at: gone.at, how: 'removes', header, text }]));
  if (removed.length > 0) return removed;
  // Who sends one header of CORS has the others to send too.
  const others = leg.headers.filter(({ name, gone }) => name === 'access-control-allow-origin' && gone === undefined).flatMap((fate) => sending(fate, leg));
  if (others.length > 0) return others.map(({ layer, at }) => ({ layer, at, how: 'lacks', header }));
  // A preflight with no good status fails for that too, whatever its headers.
  const { status } = leg.response;
  const failed = leg === preflight && status !== null && (status < 200 || status > 299) ? answering(leg).map((one): Blamed => ({ ...one, how: 'answers' })) : [];
  const kept = [...failed, ...[...leg.layers].reverse().flatMap((passed) => withholding(passed, header))];
  return kept.length > 0 ? kept : answering(leg).map(({ layer, at }) => ({ layer, at, how: 'lacks', header }));
}

/** Where a layer would send the header for another request to the same place, or does before it loses it. */
function withholding({ policy, request }: Passed, header: string): readonly Blamed[] {
  const lost = policy.notes.filter(({ id, path }) => (id === 'headers-lost-by-inheritance' || id === 'headers-undone') && request.path.startsWith(path));
  const written = stepsAt(policy, request).flatMap(({ effects }) => effects.filter((effect) => effect.header === header && effect.op !== 'remove').map(({ at }) => at));
  const places = written.filter((at, index) => written.findIndex((other) => sameSpan(other, at)) === index);
  return places.length > 0 ? places.map((at) => ({ layer: policy, at, how: 'withholds', header })) : lost.map(({ at }) => ({ layer: policy, at, how: 'loses', header }));
}

function sending({ name, text, at, layer }: HeaderFate, leg: Leg): readonly Blamed[] {
  const by = layer ?? leg.layers.at(-1)?.policy;
  return at === undefined || by === undefined ? [] : [{ layer: by, at, how: 'sends', header: name, text }];
}

/** Who made the response: the innermost layer that the request came to. */
function answering({ layers, response, unseen }: Leg): readonly Pick<Blamed, 'layer' | 'at'>[] {
  const last = layers.at(-1);
  return last === undefined ? [] : [{ layer: last.policy, at: response.answeredAt ?? unseen ?? last.policy.at }];
}
