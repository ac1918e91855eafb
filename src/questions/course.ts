import type { Check } from '../browser/judge.js';
import { preflightRequestOf } from '../browser/request.js';
import { conversations, verdictOn, type Conversation } from '../findings/exchange.js';
import type { ClientRequest, Exchange } from '../findings/finding.js';
import type { Assumptions, Deployment, HeaderLine, Outcome, Passed, Scenario } from '../policy/evaluate.js';
import { spanKey, type Span } from '../text/span.js';
import type { Environment, Fact } from '../values/fact.js';
import type { HeaderFate, Leg } from './explanation.js';

/** What happens in one possible world, with all that it assumes. */
export interface Course {
  readonly assumed: Assumptions;
  readonly preflight: Leg | null;
  readonly response: Leg;
  readonly verdict: Exchange['verdict'];
  readonly checks: readonly Check[];
}

/**
 * Every possible course of a request. What answers out of view is taken to send no CORS headers; where the request fails by
 * that alone, it may also send what browsers ask for.
 */
export function coursesOf(entry: Deployment, request: ClientRequest, environment: Environment, scenario: Scenario = {}): readonly Course[] {
  return conversations(entry, request, { environment, scenario, trace: true }).flatMap((conversation) => {
    const course = courseOf(request, conversation);
    const fact = course.verdict.allowed === false ? unseenFact(course) : undefined;
    if (fact === undefined) return [course];
    const { assumed } = conversation.actual;
    const granted = conversations(entry, request, { environment, trace: true, assumed, ...grants(request, scenario) }).map((other) => courseOf(request, other));
    if (granted.every(({ verdict }) => verdict.allowed === false)) return [course];
    const taking = (holds: boolean) => (one: Course): Course => ({ ...one, assumed: new Map(one.assumed).set(fact.key, { fact, holds }) });
    return [taking(false)(course), ...granted.map(taking(true))];
  });
}

function courseOf(request: ClientRequest, { preflight, actual }: Conversation): Course {
  const checks: Check[] = [];
  const verdict = verdictOn(request, actual.response, preflight?.response ?? null, (check) => void checks.push(check));
  return { assumed: actual.assumed, preflight: preflight === null ? null : legOf(preflight), response: legOf(actual), verdict, checks };
}

function legOf({ trace = [], response }: Outcome): Leg {
  const unseen = unseenOf(trace);
  return { layers: trace, response, headers: fatesOf(trace, response.headers), ...(unseen === undefined ? {} : { unseen: unseen.at }) };
}

/** Where a request leaves what is in view, if something there answers it. */
function unseenOf(trace: readonly Passed[]): { readonly name: string; readonly at: Span } | undefined {
  const last = trace.at(-1);
  if (last?.answered !== 'out of view') return undefined;
  const { policy, steps } = last;
  const step = steps.at(-1);
  if (step?.end?.to === 'upstream') {
    const { host, port, at } = step.end.upstream;
    return { name: port === null ? host : `${host}:${port}`, at };
  }
  if (step?.end?.to === 'behind' && step.end.program === true) return { name: policy.title, at: step.at };
  // Gateways serve nothing themselves; a server that has no more to say serves files.
  return policy.layer === 'gateway' ? { name: policy.title, at: policy.at } : undefined;
}

/** What the failure depends on, where something out of view answers the message that fails. */
function unseenFact({ preflight, response, verdict }: Course): Fact | undefined {
  const leg = verdict.reason.startsWith('preflight-') ? preflight : response;
  const unseen = unseenOf(leg?.layers ?? []);
  return unseen === undefined ? undefined : { key: `unseen ${spanKey(unseen.at)}`, reason: 'upstream', detail: `whether what stands behind ${unseen.name}, which is not in view, sends CORS headers`, at: unseen.at };
}

/** Answers that are all a browser asks for. */
function grants(request: ClientRequest, scenario: Scenario): { readonly scenario: Scenario; readonly preflight: Scenario } {
  const asked = new Map(preflightRequestOf({ ...request }).headers);
  const both: readonly (readonly [string, string])[] = [['access-control-allow-origin', request.origin], ...(request.credentials === 'include' ? [['access-control-allow-credentials', 'true'] as const] : [])];
  const lists = (['methods', 'headers'] as const).flatMap((what) => {
    const text = asked.get(`access-control-request-${what === 'methods' ? 'method' : what}`);
    return text === undefined ? [] : [[`access-control-allow-${what}`, text] as const];
  });
  return { scenario: { ...scenario, headers: both }, preflight: { status: 204, headers: [...both, ...lists] } };
}

/** Who sent each line of a response, and the lines that layers took away. */
function fatesOf(trace: readonly Passed[], kept: readonly HeaderLine[]): readonly HeaderFate[] {
  const fates = new Map<HeaderLine, HeaderFate>();
  for (const { policy, writes } of [...trace].reverse()) {
    for (const { effect, before, after } of writes) {
      for (const line of before) {
        if (!after.includes(line)) fates.set(line, { ...(fates.get(line) ?? fateOf(line)), gone: { how: effect.op === 'remove' ? 'removed' : 'replaced', at: effect.at, layer: policy } });
      }
      for (const line of after) if (!before.includes(line)) fates.set(line, { ...fateOf(line), layer: policy });
    }
  }
  return [...kept.map((line) => fates.get(line) ?? fateOf(line)), ...[...fates.values()].filter(({ gone }) => gone !== undefined)];
}

function fateOf({ name, text, at }: HeaderLine): HeaderFate {
  return { name, text, ...(at === undefined ? {} : { at }) };
}
