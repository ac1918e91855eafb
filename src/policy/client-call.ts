import type { Policy, Probe } from './program.js';
import type { Span } from '../text/span.js';

/** A request that a page of the repository makes to another origin: `fetch`, axios, XMLHttpRequest. Plain data. */
export interface ClientCall {
  readonly at: Span;
  /** Scheme, host and port that it goes to, serialised; null when a setting decides. */
  readonly target: string | null;
  /** Path without query; `*` stands for a segment that is not known. */
  readonly path: string;
  /** As it is sent: `fetch` writes `get` in capitals, but not `patch`. */
  readonly method: string;
  /** Names of the headers that the page sets, lower-case. */
  readonly headers: readonly string[];
  readonly credentials: 'omit' | 'include';
}

/**
 * Does the call go to the place? Only if that is plain: the host is the place's, or this machine at a port that the
 * policy listens on; where a setting decides the host, the path must be one that the place spells out.
 */
export function reaches(call: ClientCall, policy: Policy, probe: Probe): boolean {
  return isTarget(call.target, policy, probe) && isPath(call.path, probe.path, call.target === null);
}

function isTarget(target: string | null, policy: Policy, probe: Probe): boolean {
  if (target === null) return true;
  const { hostname, port, protocol } = new URL(target);
  if (probe.host !== undefined) return hostname === probe.host;
  return /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname) && policy.listens.includes(Number(port || (protocol === 'https:' ? 443 : 80)));
}

/** Segment by segment; a probe's own made-up segments stand for any. */
function isPath(called: string, served: string, exactly: boolean): boolean {
  const [theirs, ours] = [called, served].map((path) => path.split('/').filter((segment) => segment !== ''));
  if (theirs!.length !== ours!.length || (exactly && ours!.length === 0)) return false;
  return theirs!.every((segment, index) => segment === '*' || segment === ours![index]);
}
