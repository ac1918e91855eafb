import { layersOf } from '../policy/deployment.js';
import { stepsAt } from '../policy/place.js';
import { factsIn } from '../policy/views.js';
import type { Span } from '../text/span.js';
import type { Ask } from './ask.js';
import { exchanges, serverRequest } from './exchange.js';
import type { ClientRequest } from './finding.js';

/** What keeps clients of other networks away. `surely`: a list of addresses does; else a listener in a private network, in front of which something may stand. */
export interface Protection {
  readonly at: Span;
  readonly surely: boolean;
}

/** What keeps clients of other networks from what a request asks for. */
export function networkProtection(ask: Ask, request: ClientRequest): Protection | undefined {
  const layers = layersOf(ask.entry);
  const here = layers.flatMap((policy) => stepsAt(policy, serverRequest(request, request.method, [])).flatMap(({ when }) => [...factsIn(when)])).filter(({ network }) => network === true);
  const outside = new Map(here.map((fact) => [fact.key, { fact, holds: false }]));
  const refused = here.length > 0 && exchanges(ask.entry, request, ask.environment, {}, outside).every(({ response: { status } }) => status !== null && status >= 400);
  const list = refused ? here[0]!.at : layers.find(({ evidence }) => evidence.networkProtected !== undefined)?.evidence.networkProtected;
  if (list !== undefined) return { at: list, surely: true };
  const listener = ask.policy.evidence.privateListener;
  return listener === undefined ? undefined : { at: listener, surely: false };
}
