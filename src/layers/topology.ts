import type { Policy } from '../policy/program.js';
import type { Container, DeclaredLayer, Image, Network, PlainLayer, Service, TopologyFact, Unit } from '../policy/topology.js';

/** What the repository and its configuration say of where layers run, ready to be asked. Made once for a run. */
export class Topology {
  readonly units: readonly Unit[];
  readonly services: readonly Service[];
  readonly images: readonly Image[];
  readonly containers: readonly Container[];
  readonly #plain: ReadonlyMap<Policy, PlainLayer>;

  constructor(
    facts: readonly TopologyFact[] = [],
    /** Layers that say nothing of CORS. */
    plain: readonly PlainLayer[] = [],
    readonly declared: readonly DeclaredLayer[] = [],
  ) {
    this.units = facts.filter((fact) => fact.fact === 'unit');
    this.services = facts.filter((fact) => fact.fact === 'service');
    this.images = facts.filter((fact) => fact.fact === 'image');
    this.containers = facts.filter((fact) => fact.fact === 'container');
    this.#plain = new Map(plain.map((layer) => [layer.policy, layer]));
  }

  isPlain(policy: Policy): boolean {
    return this.#plain.has(policy);
  }

  /** The network that a plain layer's own kind tells. */
  networkOf(policy: Policy): Network | undefined {
    return this.#plain.get(policy)?.network;
  }
}
