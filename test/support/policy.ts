import type { Deployment } from '../../src/policy/evaluate.js';
import { ALWAYS, type Effect, type Evidence, type Guard, type HeaderValue, type Policy, type Probe, type Step } from '../../src/policy/program.js';
import { NONE, type OriginSet } from '../../src/origins/origin-set.js';
import type { Span } from '../../src/text/span.js';
import { Ask } from '../../src/findings/ask.js';
import { optionsFor, type Report, type Rule } from '../../src/findings/rule.js';

const NAMES: Readonly<Record<string, string>> = {
  ACAO: 'access-control-allow-origin',
  ACAC: 'access-control-allow-credentials',
  ACAM: 'access-control-allow-methods',
  ACAH: 'access-control-allow-headers',
};

let offset = 0;

/** A place that no other piece of the policy has. */
export function place(): Span {
  offset += 10;
  return { file: 'policy.conf', start: offset, end: offset + 5 };
}

/** An effect that sets a header (`ACAO` and the like for short) to a text or another value. */
export function set(header: string, value: string | HeaderValue, op: Effect['op'] = 'set'): Effect {
  const at = place();
  return { op, header: NAMES[header] ?? header, value: typeof value === 'string' ? { v: 'literal', text: value, at, written: true } : value, statuses: 'all', at };
}

export const echo = (): HeaderValue => ({ v: 'request-header', name: 'origin', at: place() });

export const unread = (): HeaderValue => ({ v: 'unknown', fact: { key: `unread${offset}`, reason: 'function-call', detail: 'a call', at: place() }, at: place() });

export function step(when: Guard, ...effects: readonly Effect[]): Step {
  return { when, effects, at: place() };
}

export const always = (...effects: readonly Effect[]): Step => step(ALWAYS, ...effects);

export const forOrigins = (origins: OriginSet, ...effects: readonly Effect[]): Step => step({ g: 'origin', in: origins }, ...effects);

/** The server ends requests of this method with the status. */
export const answer = (method: string, status: number, ...effects: readonly Effect[]): Step => ({ ...step({ g: 'method', in: [method] }, ...effects), end: { to: 'answer', status } });

export interface Given {
  readonly steps: readonly Step[];
  readonly probes?: readonly Partial<Probe>[];
  readonly evidence?: Partial<Evidence>;
  readonly options?: number | null;
  readonly notes?: Policy['notes'];
}

/** A policy of hand-written code whose router answers OPTIONS with 404, unless said otherwise. */
export function policy(given: Given | readonly Step[]): Policy {
  const { steps, probes = [{}], evidence = {}, options = 404, notes = [] } = 'steps' in given ? given : { steps: given };
  return {
    reader: 'test',
    title: 'a policy',
    layer: 'route-handler',
    at: place(),
    steps,
    behind: { options },
    probes: probes.map((probe) => ({ path: '/data', methods: ['GET'], requestHeaders: [], at: place(), ...probe })),
    survivesUncaught: true,
    listens: [],
    evidence: { handWritten: true, canAddVary: true, readsCookies: 'unknown', noStore: false, ...evidence },
    notes,
  };
}

export function check(rule: Rule, given: Policy | Deployment, strict = false): readonly Report[] {
  const deployment = 'policy' in given ? given : { policy: given, inner: [] };
  return [...rule.check(deployment.policy, new Ask(deployment, 'production', strict, NONE), optionsFor(rule, {}))];
}
