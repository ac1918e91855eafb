import { leavesOf } from '../origins/origin-set.js';
import { deploymentsBehind, layersOf, replaced } from '../policy/deployment.js';
import { evaluate, type Deployment, type Inner } from '../policy/evaluate.js';
import { comparedPaths } from '../policy/paths.js';
import { stepsAt } from '../policy/place.js';
import { ALWAYS, type Guard, type Policy, type Probe, type Step } from '../policy/program.js';
import type { Environment } from '../values/fact.js';
import { SIGNED, urlOf, type Passage } from './ask.js';
import { asSent, serverRequest } from './exchange.js';

/** The header by which a stand-in for the layer behind says what it was asked for. */
const REACHED = 'x-reached';

/** More places than this say the same again, and so do more ways to one of them. */
const MAX_PASSAGES = 100;
const MAX_WAYS = 3;
const MAX_HOSTS = 5;
/** Layers that rewrite paths in many ways multiply. */
const MAX_PATHS = 1000;

/** Places of a layer behind that requests from outside surely reach, with credentials where these are asked for, wherever the layers in front have them. */
export function passagesTo(entry: Deployment, target: Policy, environment: Environment, places: readonly Probe[] = target.probes): readonly Passage[] {
  if (places !== target.probes) return passagesOf(entry, target, environment, places);
  let known = passages.get(entry);
  if (known === undefined) passages.set(entry, (known = new Map()));
  let found = known.get(target);
  if (found?.environment !== environment) known.set(target, (found = { environment, passages: passagesOf(entry, target, environment, places) }));
  return found.passages;
}

/** Remembered: a gateway is asked for its places once for itself, and once for each layer behind it. */
const passages = new WeakMap<Deployment, Map<Policy, { readonly environment: Environment; readonly passages: readonly Passage[] }>>();

function passagesOf(entry: Deployment, target: Policy, environment: Environment, places: readonly Probe[]): readonly Passage[] {
  const marked = replaced(entry, target, standIn(target));
  const steps = stepsTo(entry, target);
  const named = [...new Set(steps.flatMap(({ when }) => hostsIn(when)))];
  const hosts = named.length > 0 ? named : [...new Set(entry.policy.probes.map(({ host }) => host))];
  const compared = comparedPaths(steps);
  const found: Passage[] = [];
  for (const inside of places) {
    const paths = [...new Set([...pathsOutside(entry, target, inside.path), ...compared])];
    let ways = 0;
    for (const outside of paths.flatMap((path) => hosts.slice(0, MAX_HOSTS).map((host): Probe => ({ ...inside, path, ...(host === undefined ? {} : { host }), at: entry.policy.at })))) {
      if (found.length >= MAX_PASSAGES) return found;
      if (ways >= MAX_WAYS) break;
      if (found.some((known) => known.outside.path === outside.path && known.inside.path === inside.path)) continue;
      if (pathBehind(marked, outside, environment) !== inside.path) continue;
      ways += 1;
      found.push({ outside, inside: { ...inside, ...(outside.host === undefined ? {} : { host: outside.host }) } });
    }
  }
  return found;
}

/**
 * Places of a layer, as far as those behind are in view: where it passes requests on to an application, the places that
 * this serves, and its own where no such application answers, or none is told for what the layer does there.
 */
export function placesOf(deployment: Deployment, environment: Environment): readonly Probe[] {
  const { policy } = deployment;
  if (deployment.inner.length === 0) return policy.probes;
  const reached = deploymentsBehind(deployment).filter(isApplication).map((one) => ({ application: one.policy, passages: passagesTo(deployment, one.policy, environment) })).filter(({ passages }) => passages.length > 0);
  const marked = reached.reduce((layers, { application }) => replaced(layers, application, standIn(application)), deployment);
  const told = reached.flatMap(({ passages }) => passages.map(({ outside }) => stepsFor(policy, outside)));
  const isTold = (probe: Probe): boolean => told.some((steps) => isSameWay(steps, stepsFor(policy, probe))) && pathBehind(marked, probe, environment) !== undefined;
  const own = reached.length === 0 ? policy.probes : policy.probes.filter((probe) => !isTold(probe));
  const placeOf = (path: string): Probe['at'] => policy.probes.filter((probe) => path.startsWith(probe.path)).sort((a, b) => b.path.length - a.path.length)[0]?.at ?? policy.at;
  return [...own, ...reached.flatMap(({ passages }) => passages.map(({ outside }) => ({ ...outside, at: placeOf(outside.path) })))];
}

/** What a layer does with requests that read a place. */
function stepsFor(policy: Policy, probe: Probe): readonly Step[] {
  return stepsAt(policy, serverRequest({ url: urlOf(probe) }, 'GET', []));
}

/** The same steps, whatever is decided of their guards. */
function isSameWay(one: readonly Step[], other: readonly Step[]): boolean {
  return one.length === other.length && one.every(({ effects }, index) => effects === other[index]!.effects);
}

/** Does it answer by itself? What passes requests on out of view serves places that nobody knows. */
function isApplication({ policy, inner }: Deployment): boolean {
  return inner.length === 0 && policy.layer !== 'gateway' && !policy.steps.some(({ end }) => end?.to === 'upstream');
}

/** Steps of the layers in front that pass requests on in the direction of a policy. */
function stepsTo(deployment: Deployment, target: Policy): readonly Step[] {
  return towards(deployment, target).flatMap((inner) => [...stepsInto(deployment.policy, inner), ...stepsTo(inner.deployment, target)]);
}

/** Paths outside of which the layers in front may make one of a policy: each of them hands a path on as it is, or rewritten. */
function pathsOutside(deployment: Deployment, target: Policy, path: string): readonly string[] {
  if (deployment.policy === target) return [path];
  const found = towards(deployment, target).flatMap((inner) => {
    const rewrites = stepsInto(deployment.policy, inner).flatMap(({ end }) => (end?.to === 'upstream' && end.upstream.path !== null && end.upstream.path !== undefined && 'by' in end.upstream.path ? [end.upstream.path] : []));
    return pathsOutside(inner.deployment, target, path).flatMap((behind) => [behind, ...rewrites.flatMap(({ prefix, by }) => (behind.startsWith(by) ? [prefix + behind.slice(by.length)] : []))]);
  });
  return [...new Set(found)].slice(0, MAX_PATHS);
}

/** What stands behind a layer on the way to a policy. */
function towards({ inner }: Deployment, target: Policy): readonly Inner[] {
  return inner.filter(({ deployment }) => layersOf(deployment).includes(target));
}

/** Steps of a layer that pass requests on to one behind it. */
function stepsInto({ steps }: Policy, { host, port }: Inner): readonly Step[] {
  return steps.filter(({ end }) => end?.to === 'upstream' && end.upstream.host === host && end.upstream.port === port);
}

/** Host names that a guard asks for. */
function hostsIn(guard: Guard): readonly string[] {
  if (guard.g === 'and' || guard.g === 'or') return guard.of.flatMap(hostsIn);
  return guard.g === 'host' ? [...leavesOf(guard.in)].flatMap(({ leaf, admits }) => (admits && leaf.s === 'exact' ? [leaf.text] : [])) : [];
}

/** The path with which every request for the place reaches the stand-in, of a page that is signed in if it must be. */
function pathBehind(marked: Deployment, probe: Probe, environment: Environment): string | undefined {
  for (const carried of SIGNED) {
    const request = { origin: 'https://app.example', method: probe.methods?.[0] ?? 'GET', headers: [], credentials: 'omit', ...carried, url: urlOf(probe) } as const;
    const paths = new Set(evaluate(marked, asSent(request), { environment }).map(({ response }) => response.headers.find(({ name }) => name === REACHED)?.text ?? undefined));
    if (paths.size === 1 && !paths.has(undefined)) return [...paths][0];
  }
  return undefined;
}

function standIn(policy: Policy): Policy {
  const { at } = policy;
  return { ...policy, steps: [{ when: ALWAYS, effects: [{ op: 'set', header: REACHED, value: { v: 'request-part', part: 'path', at }, statuses: 'all', at }], end: { to: 'answer', status: 200 }, at }] };
}
