import type { Survey } from '../engine.js';
import { conversations } from '../findings/exchange.js';
import type { ClientRequest } from '../findings/finding.js';
import type { Deployment, Passed } from '../policy/evaluate.js';
import type { Policy, Probe } from '../policy/program.js';
import type { Environment } from '../values/fact.js';
import type { Fit, Question } from './explanation.js';

/** A layer that a question may be about, and the request as it comes there. */
export interface Candidate {
  readonly entry: Deployment;
  readonly request: ClientRequest;
  readonly fit: Fit;
}

/** Names of the machine itself. */
const LOOPBACK = /^(?:localhost|.*\.localhost|127(?:\.\d+){3}|\[::1\])$/;

/** Host of requests to places of which nothing names one (RFC 2606). */
export const NOBODY = 'api.example';

/**
 * The layers that the question's URL may mean, the best first; empty where it names none. One that stands behind others counts
 * only where none of those leads to the place, or where the URL names its own port.
 */
export function candidatesFor({ entries }: Pick<Survey, 'entries'>, question: Question, environment: Environment): readonly Candidate[] {
  const outer = new Set(entries.map(({ policy }) => policy));
  const all = new Map(entries.flatMap(deploymentsIn).map((deployment) => [deployment.policy, deployment]));
  const found = [...all.values()].flatMap((deployment) => candidateAt(deployment, outer.has(deployment.policy), question, environment) ?? []).sort((a, b) => rank(b.fit) - rank(a.fit));
  const best = found[0]?.fit;
  return found.filter(({ fit }) => fit.host === best?.host || (best?.host !== 'named' && (fit.path !== 'rest' || best?.path === 'rest') && fit.host !== 'behind'));
}

function deploymentsIn(deployment: Deployment): readonly Deployment[] {
  return [...deployment.inner.flatMap((one) => deploymentsIn(one.deployment)), deployment];
}

const PATHS: readonly Fit['path'][] = ['rest', 'below', 'place'];

/** A host that is named tells more than a path, a path more than that nothing is said of hosts. */
function rank({ host, path }: Fit): number {
  return 10 * Number(host === 'named') + 2 * PATHS.indexOf(path) + Number(host !== 'behind');
}

function candidateAt(entry: Deployment, isOuter: boolean, question: Question, environment: Environment): Candidate | undefined {
  const { headers, origin, method, credentials } = question;
  const asked = URL.canParse(question.url) ? new URL(question.url) : undefined;
  const fit = asked === undefined ? 'asked' : hostFit(entry.policy, asked);
  if (fit === undefined) return undefined;
  const host = isOuter || fit === 'named' ? fit : 'behind';
  const url = asked?.href ?? new URL(question.url, `https://${hostServing(entry.policy, question.url) ?? NOBODY}`).href;
  const request: ClientRequest = { origin, method, headers, credentials, url };
  const passed = conversations(entry, request, { environment, trace: true }).flatMap(({ preflight, actual }) => [...(preflight?.trace ?? []), ...(actual.trace ?? [])]);
  const path = pathFit(passed);
  return path === undefined || (host === 'behind' && path === 'rest') ? undefined : { entry, request, fit: { host, path } };
}

/** Undefined: the layer says that it serves other hosts. */
function hostFit({ probes, listens }: Policy, { hostname, port, protocol }: URL): Fit['host'] | undefined {
  const hosts = probes.flatMap((probe) => probe.host ?? []);
  if (hosts.some((host) => isHost(host, hostname))) return 'named';
  if (LOOPBACK.test(hostname) && listens.length > 0) return listens.includes(Number(port || (protocol === 'https:' ? 443 : 80))) ? 'named' : undefined;
  // Whoever names no host for a place serves that place under any.
  return hosts.length < probes.length ? 'open' : undefined;
}

function isHost(host: string, asked: string): boolean {
  return host.toLowerCase() === asked || (host.startsWith('*.') && asked.endsWith(host.slice(1).toLowerCase()));
}

/** The host of the place that fits the path best. */
function hostServing({ probes }: Policy, path: string): string | undefined {
  const fits = probes.map((probe) => ({ probe, fit: PATHS.indexOf(placeFit(probe, path) ?? 'rest') }));
  return [...fits].sort((a, b) => b.fit - a.fit)[0]?.probe.host;
}

/** Undefined: no layer has anything to say of requests to the place. */
function pathFit(passed: readonly Passed[]): Fit['path'] | undefined {
  const fits = passed.flatMap(({ policy, request }) => policy.probes.flatMap((probe) => placeFit(probe, request.path) ?? []));
  const best = PATHS.findLast((fit) => fits.includes(fit));
  return best ?? (passed.some(({ steps }) => steps.some(({ effects, end }) => effects.length > 0 || end !== undefined)) ? 'rest' : undefined);
}

export function placeFit({ path: served }: Pick<Probe, 'path'>, path: string): Fit['path'] | undefined {
  const [theirs, ours] = [path, served].map((one) => one.split('?', 1)[0]!.split('/').filter((segment) => segment !== ''));
  const isSegment = (segment: string, index: number): boolean => segment === theirs![index] || /^[:{*<]/.test(segment);
  if (ours!.length === theirs!.length && ours!.every(isSegment)) return 'place';
  return ours!.length > 0 && ours!.length < theirs!.length && ours!.every(isSegment) ? 'below' : undefined;
}
