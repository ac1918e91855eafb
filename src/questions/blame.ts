import type { Policy } from '../policy/program.js';
import type { Span } from '../text/span.js';
import type { HeaderFate, Leg, World } from './explanation.js';

/** A place that makes a request fail. */
export interface Blamed {
  readonly layer: Policy;
  readonly at: Span;
  /** `sends`: its header is the one that fails; `removes`: it takes away what would do; `lacks`: it answers, or sends others, without; `answers`: its status fails. */
  readonly how: 'sends' | 'removes' | 'lacks' | 'answers';
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
  return (others.length > 0 ? others : answering(leg)).map(({ layer, at }) => ({ layer, at, how: 'lacks', header }));
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
