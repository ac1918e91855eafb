import type { Policy } from '../policy/program.js';
import type { DeclaredLayer, Network, PlainLayer, Service, TopologyFact } from '../policy/topology.js';
import { realmOf, runnersOf, type Claim, type Runner } from './runner.js';

/** A unit that runs a file, and by which of its claims. */
export interface Running {
  readonly unit: Runner;
  readonly claim: Claim;
}

/** What the repository and its configuration say of where layers run, ready to be asked. Made once for a run. */
export class Topology {
  readonly units: readonly Runner[];
  readonly services: readonly Service[];
  readonly #plain: ReadonlyMap<Policy, PlainLayer>;
  readonly #running = new Map<string, readonly Running[]>();
  /** Claims by the path that they claim, and units and services by network and name. */
  readonly #claims = new Map<string, Running[]>();
  readonly #units = new Map<string, Runner[]>();
  readonly #services = new Map<string, Service[]>();
  readonly #inNetwork = new Map<Network, (Runner | Service)[]>();
  readonly #selected = new Map<Service, readonly Runner[]>();
  readonly #published = new Map<number, Runner[]>();
  readonly #carried = new Map<string, PlainLayer[]>();
  readonly #outside = new Map<Runner, (number | null)[]>();

  constructor(
    facts: readonly TopologyFact[] = [],
    /** Layers that say nothing of CORS. */
    readonly plain: readonly PlainLayer[] = [],
    readonly declared: readonly DeclaredLayer[] = [],
  ) {
    const images = facts.filter((fact) => fact.fact === 'image');
    const containers = facts.filter((fact) => fact.fact === 'container');
    this.units = runnersOf(facts.filter((fact) => fact.fact === 'unit'), images, { containers, scripts: facts.filter((fact) => fact.fact === 'script') });
    this.services = facts.filter((fact) => fact.fact === 'service');
    this.#plain = new Map(plain.map((layer) => [layer.policy, layer]));
    for (const unit of this.units) {
      for (const claim of unit.claims) push(this.#claims, claim.path, { unit, claim });
      for (const { port } of unit.published) if (port !== null) push(this.#published, port, unit);
    }
    for (const unit of this.units) this.#name(this.#units, unit);
    for (const service of this.services) this.#name(this.#services, service);
    for (const layer of plain) for (const file of new Set((layer.carries ?? []).map((span) => span.file))) push(this.#carried, file, layer);
    for (const unit of this.units) for (const { target, loopback } of unit.published) if (loopback !== true) push(this.#outside, unit, target);
    for (const service of this.services) if (service.published) this.#publish(service);
  }

  #name<One extends Runner | Service>(index: Map<string, One[]>, one: One): void {
    for (const network of one.networks) {
      push(this.#inNetwork, network, one);
      for (const name of one.names) push(index, `${network}\0${name.toLowerCase()}`, one);
    }
    for (const name of one.names) {
      push(index, `*\0${name.toLowerCase()}`, one);
      // A name with the namespace in it is known in the whole cluster.
      if (name.includes('.')) for (const realm of new Set(one.networks.map(realmOf))) push(index, `${realm} *\0${name.toLowerCase()}`, one);
    }
  }

  #publish(service: Service): void {
    for (const unit of this.selectedBy(service)) {
      if (service.ports.length === 0) push(this.#outside, unit, null);
      for (const { port, target } of service.ports) {
        if (typeof target !== 'string') push(this.#outside, unit, target ?? port);
        else for (const one of unit.ports) if (one.name === target) push(this.#outside, unit, one.port);
      }
    }
  }

  /** Plain layers that stand behind policies of a file in the same product. */
  carriedBy(file: string): readonly PlainLayer[] {
    return this.#carried.get(file) ?? [];
  }

  /** Ports of a unit that requests from outside come to without another layer; null: one that is not known. */
  targetsFromOutside(unit: Runner): readonly (number | null)[] {
    return this.#outside.get(unit) ?? [];
  }

  isPlain(policy: Policy): boolean {
    return this.#plain.has(policy);
  }

  /** The network that a plain layer's own kind tells. */
  networkOf(policy: Policy): Network | undefined {
    return this.#plain.get(policy)?.network;
  }

  /**
   * The units that run a file. Of one realm, those whose claim is the narrowest: its own command or configuration before
   * a folder, a folder before one around it, and what is said before what is likely.
   */
  runningAt(file: string): readonly Running[] {
    let known = this.#running.get(file);
    if (known === undefined) this.#running.set(file, (known = this.#narrowest(file)));
    return known;
  }

  #narrowest(file: string): readonly Running[] {
    const found: Running[] = [];
    for (let path = file; ; path = path.slice(0, Math.max(0, path.lastIndexOf('/')))) {
      found.push(...(this.#claims.get(path) ?? []).filter(({ claim }) => !claim.runs || path === file));
      if (path === '') break;
    }
    const best = new Map<string, number>();
    const ranked = found.map((running) => ({ running, realm: realmOf(running.unit.networks[0] ?? ''), rank: rankOf(running.claim) }));
    for (const { realm, rank } of ranked) best.set(realm, Math.max(rank, best.get(realm) ?? -1));
    const narrowest = ranked.filter(({ realm, rank }) => rank === best.get(realm)).map(({ running }) => running);
    return narrowest.filter(({ unit }, index) => narrowest.findIndex((other) => other.unit === unit) === index);
  }

  /** Units of that name in one of the networks; without networks, in any. */
  unitsNamed(name: string, networks?: readonly Network[]): readonly Runner[] {
    return this.#named(this.#units, name, networks);
  }

  servicesNamed(name: string, networks?: readonly Network[]): readonly Service[] {
    return this.#named(this.#services, name, networks);
  }

  #named<One>(index: ReadonlyMap<string, readonly One[]>, name: string, networks: readonly Network[] | undefined): readonly One[] {
    if (networks === undefined) return [...new Set(index.get(`*\0${name}`))];
    const here = networks.flatMap((network) => index.get(`${network}\0${name}`) ?? []);
    return [...new Set(here.length > 0 ? here : networks.flatMap((network) => index.get(`${realmOf(network)} *\0${name}`) ?? []))];
  }

  /** Is anything else in view of the networks? Only then is a name missed there. */
  isInView(networks: readonly Network[], except?: Runner): boolean {
    return networks.some((network) => this.#inNetwork.get(network)?.some((one) => one !== except) === true);
  }

  unitsIn(networks: readonly Network[]): readonly Runner[] {
    return this.units.filter((unit) => unit.networks.some((network) => networks.includes(network)));
  }

  /** Units whose port is one of the machine's. */
  publishing(port: number): readonly Runner[] {
    return this.#published.get(port) ?? [];
  }

  /** The units that a Service stands for. */
  selectedBy(service: Service): readonly Runner[] {
    let known = this.#selected.get(service);
    if (known === undefined) {
      const wanted = Object.entries(service.selects);
      known = wanted.length === 0 ? [] : this.unitsIn(service.networks).filter(({ labels }) => wanted.every(([key, value]) => labels[key] === value));
      this.#selected.set(service, known);
    }
    return known;
  }
}

function rankOf({ runs, path, certain }: Claim): number {
  return (certain ? 1e6 : 0) + (runs ? 1e3 : 0) + (path === '' ? 0 : path.split('/').length);
}

export function push<Key, One>(index: Map<Key, One[]>, key: Key, one: One): void {
  const known = index.get(key);
  if (known === undefined) index.set(key, [one]);
  else known.push(one);
}

