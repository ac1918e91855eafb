import type { Gap, Policy, Upstream } from '../policy/program.js';
import type { Behind, Resolution } from './behind.js';

/** A gap, and the policies that would be judged otherwise if it were none. */
interface Pending {
  readonly gap: Gap;
  /** The layer in front. */
  readonly policy: Policy;
  /** Who might stand behind; undefined: whoever has nobody known in front. */
  readonly candidates?: readonly Policy[];
}

/** Why upstreams are not followed. Told only where it matters: a policy about CORS stands in front, or may stand behind. */
export class GapsOfLinks {
  readonly #pending: Pending[] = [];

  /** An upstream that leads to no policy in view. */
  at(policy: Policy, upstream: Upstream, resolution: Resolution): void {
    const where = shown(upstream);
    if (resolution.kind === 'open') this.#add(policy, upstream, 'template-syntax', `where requests are passed on to (\`${upstream.host}\`) is decided when it is deployed, or for each request: the layer behind is not known`);
    if (resolution.kind === 'missing') this.#add(policy, upstream, 'upstream', `requests are passed on to ${where}, but ${resolution.why}`);
    if (resolution.kind === 'several') this.#add(policy, upstream, 'conflicting-writes', `requests are passed on to ${where}, and more than one application could answer there: ${namesOf(resolution.policies)}`, resolution.policies);
  }

  /** An upstream of a layer that is declared to stand in front of several others. */
  undeclared(policy: Policy, upstream: Upstream, names: readonly string[]): void {
    this.#add(policy, upstream, 'conflicting-writes', `requests are passed on to ${shown(upstream)}, and nothing tells which of the layers that are declared behind it that is: ${names.join(', ')}`);
  }

  /** @param again the layer that requests come back to; undefined: there are too many layers in a row */
  endless(policy: Policy, upstream: Upstream | null, again: Policy | undefined): void {
    const where = upstream === null ? 'what lies behind' : shown(upstream);
    const message = again === undefined ? `requests are passed on to ${where} through more layers than are followed` : `requests are passed on to ${where}, and come back to ${again.title} (${again.at.file}): layers in a circle are not followed`;
    this.#add(policy, upstream ?? policy, again === undefined ? 'budget' : 'upstream', message, again === undefined ? undefined : [again]);
  }

  #add(policy: Policy, { at }: Pick<Upstream, 'at'>, reason: Gap['reason'], message: string, candidates?: readonly Policy[]): void {
    this.#pending.push({ gap: { at, reason, message }, policy, ...(candidates === undefined ? {} : { candidates }) });
  }

  /** Each once. @param links what stands behind each policy */
  told(all: readonly Policy[], links: ReadonlyMap<Policy, readonly Behind[]>, saysCors: (policy: Policy) => boolean): readonly Gap[] {
    if (this.#pending.length === 0) return [];
    const inFront = new Map<Policy, Policy[]>();
    for (const [policy, behind] of links) for (const one of behind) inFront.set(one.policy, [...(inFront.get(one.policy) ?? []), policy]);
    const alone = all.filter((policy) => saysCors(policy) && !inFront.has(policy));
    const concerns = (policy: Policy, seen: ReadonlySet<Policy> = new Set()): boolean => !seen.has(policy) && (saysCors(policy) || (inFront.get(policy) ?? []).some((front) => concerns(front, new Set([...seen, policy]))));
    const told = new Map<string, Gap>();
    for (const { gap, policy, candidates } of this.#pending) {
      if (concerns(policy) || (candidates?.some(saysCors) ?? alone.some((one) => one !== policy))) told.set(`${gap.at.file} ${gap.at.start} ${gap.message}`, gap);
    }
    return [...told.values()];
  }
}

function shown({ host, port }: Upstream): string {
  return port === null ? host : `${host}:${port}`;
}

function namesOf(policies: readonly Policy[]): string {
  const names = [...new Set(policies.map(({ title, at }) => `${title} (${at.file})`))];
  return names.length > 4 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
}
