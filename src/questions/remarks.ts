import type { Survey } from '../engine.js';
import { STRANGERS } from '../findings/ask.js';
import { layersOf } from '../policy/deployment.js';
import { sameSpan, type Span } from '../text/span.js';
import { environmentNamed } from '../values/fact.js';
import { explainAt } from './explain.js';
import type { Explanation, Remarks } from './explanation.js';

/** What else is worth knowing of an exchange: who else gets it, and what was found on its way. @param environment as the user calls it */
export function remarksOn(survey: Pick<Survey, 'findings' | 'neutralised'>, explanation: Explanation, environment: string): Remarks {
  const { request, entry, fit, worlds, scenario } = explanation;
  const judged = environmentNamed(environment);
  const strangers = new Set(STRANGERS.map((origin) => explainAt({ entry, request: { ...request, origin }, fit }, judged, scenario).verdict.allowed));
  const layers = layersOf(entry).map(({ at }) => at);
  const isOfChain = (at: Span): boolean => layers.some((layer) => sameSpan(layer, at));
  const places = worlds.flatMap(({ preflight, response }) => [...(preflight?.headers ?? []), ...response.headers].flatMap(({ at, gone }) => [...(at === undefined ? [] : [at]), ...(gone === undefined ? [] : [gone.at])]));
  const touches = (at: Span): boolean => places.some((place) => place.file === at.file && place.start < Math.max(at.end, at.start + 1) && at.start < Math.max(place.end, place.start + 1));
  const { pathname } = new URL(request.url);
  return {
    anySite: strangers.size === 1 ? [...strangers][0]! : null,
    findings: survey.findings.filter(({ policy, at, witness }) => isOfChain(policy.at) && (touches(at) || (witness !== undefined && new URL(witness.request.url).pathname === pathname))),
    neutralised: survey.neutralised.filter(({ at, within }) => sameSpan(within.at, entry.policy.at) && touches(at)),
  };
}
