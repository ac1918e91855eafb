import type { Policy, Upstream } from '../policy/program.js';
import type { DeclaredLayer } from '../policy/topology.js';
import { addressOf } from './address.js';
import type { Behind } from './behind.js';
import { push } from './topology.js';

/** The layers that a configuration names, and the policies that belong to them. */
export class Declared {
  readonly #nameOf = new Map<Policy, DeclaredLayer>();
  readonly #policies = new Map<string, Policy[]>();
  /** Layers that stand behind another one. */
  readonly #behind: ReadonlySet<string>;

  constructor(policies: readonly Policy[], layers: readonly DeclaredLayer[]) {
    const holding = layers.map((layer) => ({ layer, holds: holdsOf(layer) }));
    const known = new Map<string, DeclaredLayer | undefined>();
    for (const policy of layers.length === 0 ? [] : policies) {
      const { file } = policy.at;
      if (!known.has(file)) known.set(file, holding.find(({ holds }) => holds(file))?.layer);
      const layer = known.get(file);
      if (layer === undefined) continue;
      this.#nameOf.set(policy, layer);
      push(this.#policies, layer.name, policy);
    }
    this.#behind = new Set(layers.flatMap(({ inFrontOf = [] }) => inFrontOf));
  }

  layerOf(policy: Policy): DeclaredLayer | undefined {
    return this.#nameOf.get(policy);
  }

  /** Is the policy said to stand behind another layer? */
  isBehind(policy: Policy): boolean {
    const layer = this.layerOf(policy);
    return layer !== undefined && this.#behind.has(layer.name);
  }

  /** May a link that was found stand beside what is declared? */
  allows(front: Policy, behind: Policy): boolean {
    const [outer, inner] = [this.layerOf(front), this.layerOf(behind)];
    if (outer?.inFrontOf !== undefined) return inner !== undefined && outer.inFrontOf.includes(inner.name);
    return outer === undefined || inner === undefined || (outer === inner && !this.isBehind(front));
  }

  /** What the configuration puts behind a layer; undefined where it says nothing of that. */
  behind(policy: Policy): readonly { readonly name: string; readonly behind: readonly Behind[] }[] | undefined {
    const layer = this.layerOf(policy);
    return layer?.inFrontOf?.map((name) => ({
      name,
      behind: (this.#policies.get(name) ?? []).map((one) => ({
        policy: one,
        certain: true,
        evidence: [
          { at: policy.at, message: `The configuration says that ${layer.name} stands in front of ${name}.` },
          { at: one.at, message: `It belongs to ${name}.` },
        ],
      })),
    }));
  }
}

/** Which paths belong to a layer that is declared. */
export function holdsOf({ folder, files }: DeclaredLayer): (path: string) => boolean {
  const patterns = files.map(({ source, not }) => ({ pattern: new RegExp(source), isIn: not === undefined }));
  const prefix = folder === '' ? '' : `${folder}/`;
  return (path) => path.startsWith(prefix) && patterns.findLast(({ pattern }) => pattern.test(path.slice(prefix.length)))?.isIn === true;
}

/** Which of the declared layers an upstream leads to: the only one, that of its name, or that whose port it is. */
export function chosen<One extends { readonly name: string; readonly behind: readonly Behind[] }>(all: readonly One[], { host, port }: Upstream): One | undefined {
  if (all.length < 2) return all[0];
  const address = addressOf(host);
  const named = address.kind === 'name' ? all.filter(({ name }) => name.toLowerCase() === address.name) : [];
  if (named.length === 1) return named[0];
  const listening = port === null ? [] : all.filter(({ behind }) => behind.some(({ policy }) => policy.listens.includes(port)));
  return listening.length === 1 ? listening[0] : undefined;
}
