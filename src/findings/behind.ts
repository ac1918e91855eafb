import type { Deployment } from '../policy/evaluate.js';
import { ALWAYS, type Policy, type Probe } from '../policy/program.js';
import { linesOf, type Ask } from './ask.js';

/** A place as it is asked for from outside, and as a layer behind gets it. */
export interface Passage {
  readonly outside: Probe;
  readonly inside: Probe;
}

/** The header by which a stand-in for the layer behind says what it was asked for. */
const REACHED = 'x-reached';

/** More places than this say the same again. */
const MAX_PASSAGES = 20;

/** Places of a layer behind that requests from outside surely reach, wherever the layer in front has them. */
export function passagesTo(ask: Ask, inner: Deployment): readonly Passage[] {
  const marked = ask.about({ ...ask.deployment, inner: ask.deployment.inner.map((one) => (one.deployment === inner ? { ...one, deployment: { policy: standIn(inner.policy), inner: [] } } : one)) });
  const rewrites = ask.policy.steps.flatMap(({ end }) => (end?.to === 'upstream' && end.upstream.path !== null && end.upstream.path !== undefined && 'by' in end.upstream.path ? [end.upstream.path] : []));
  const found: Passage[] = [];
  for (const inside of inner.policy.probes) {
    const rewritten = rewrites.flatMap(({ prefix, by }) => (inside.path.startsWith(by) ? [{ ...inside, path: prefix + inside.path.slice(by.length) }] : []));
    for (const place of [...ask.policy.probes, inside, ...rewritten]) {
      if (found.length >= MAX_PASSAGES) return found;
      const outside: Probe = { ...place, methods: inside.methods, at: ask.policy.at };
      if (found.some((known) => known.outside.path === outside.path && known.inside.path === inside.path)) continue;
      if (pathBehind(marked, outside) === inside.path) found.push({ outside, inside: { ...inside, ...(outside.host === undefined ? {} : { host: outside.host }) } });
    }
  }
  return found;
}

/** The path with which every request for the place reaches the stand-in. */
function pathBehind(marked: Ask, probe: Probe): string | undefined {
  const paths = new Set(marked.exchanges(probe, { origin: 'https://app.example' }).map(({ response }) => linesOf(response, REACHED)[0]?.text ?? undefined));
  return paths.size === 1 ? [...paths][0] : undefined;
}

function standIn(policy: Policy): Policy {
  const { at } = policy;
  return { ...policy, steps: [{ when: ALWAYS, effects: [{ op: 'set', header: REACHED, value: { v: 'request-part', part: 'path', at }, statuses: 'all', at }], end: { to: 'answer', status: 200 }, at }] };
}
