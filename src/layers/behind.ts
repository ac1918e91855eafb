import { isLocal } from '../policy/local.js';
import type { Policy, Upstream } from '../policy/program.js';
import type { Network, Service } from '../policy/topology.js';
import { addressOf, isBare } from './address.js';
import { answeringOf, answeringIn, isOneApplication, type Answering } from './answering.js';
import { folderOf, type Evidence, type Runner } from './runner.js';
import { push, type Running, type Topology } from './topology.js';

/** Where an upstream leads. */
export type Resolution =
  | { readonly kind: 'found'; readonly behind: readonly Behind[] }
  /** More than one application could answer there. */
  | { readonly kind: 'several'; readonly policies: readonly Policy[] }
  /** What should be in view is not; `why` completes a sentence. */
  | { readonly kind: 'missing'; readonly why: string }
  /** The name is decided when it is deployed, or for each request. */
  | { readonly kind: 'open' }
  /** It leads out of the repository, or to something that says nothing of CORS. */
  | { readonly kind: 'end' };

export interface Behind {
  readonly policy: Policy;
  readonly certain: boolean;
  readonly evidence: Evidence;
}

/** Where an upstream's name is meant. */
interface Place {
  readonly networks: readonly Network[];
  /** The unit that the layer in front runs in, where one is known. */
  readonly running?: Running;
}

const END: Resolution = { kind: 'end' };

/** What stands behind upstreams, for the policies of a run as they are now. */
export class Upstreams {
  readonly #inUnit = new Map<Runner, Policy[]>();
  readonly #byPort = new Map<number, Policy[]>();
  readonly #inFolder = new Map<string, Policy[]>();

  constructor(
    private readonly policies: readonly Policy[],
    private readonly topology: Topology,
  ) {
    for (const policy of policies) {
      for (const { unit } of topology.runningAt(policy.at.file)) push(this.#inUnit, unit, policy);
      for (const port of new Set(policy.listens)) push(this.#byPort, port, policy);
      for (const name of new Set(folderOf(policy.at.file).toLowerCase().split('/'))) push(this.#inFolder, name, policy);
    }
  }

  /** Policies that a unit runs. */
  policiesOf(unit: Runner): readonly Policy[] {
    return this.#inUnit.get(unit) ?? [];
  }

  behind(policy: Policy, upstream: Upstream): Resolution {
    const address = addressOf(upstream.host);
    if (address.kind === 'open') return { kind: 'open' };
    if (address.kind === 'elsewhere') return END;
    const found = this.#placesOf(policy).map((place) => this.#at(place, policy, upstream));
    const all = found.flatMap((resolution) => (resolution.kind === 'found' ? resolution.behind : []));
    if (all.length > 0) return together(all);
    return found.find(({ kind }) => kind === 'several') ?? found.find(({ kind }) => kind === 'missing') ?? END;
  }

  /**
   * In the unit that runs the layer, or in the network of its kind; one without either is anywhere. A dev server is started on
   * the machine itself too, whatever container its folder is built for.
   */
  #placesOf(policy: Policy): readonly Place[] {
    const network = this.topology.networkOf(policy);
    if (network !== undefined) return [{ networks: [network] }];
    const running = this.topology.runningAt(policy.at.file);
    const places = running.map((one): Place => ({ networks: one.unit.networks, running: one }));
    return running.length === 0 || isLocal(policy) ? [...places, { networks: [] }] : places;
  }

  #at(place: Place, policy: Policy, upstream: Upstream): Resolution {
    const address = addressOf(upstream.host);
    const seen: Evidence = [{ at: upstream.at, message: `It passes requests on to ${shown(upstream)}.` }, ...(place.running?.claim.evidence ?? [])];
    const resolution =
      address.kind === 'name' ? this.#named(address.name, place, policy, upstream) : address.kind === 'loopback' ? this.#beside(place, upstream.port) : this.#onMachine(upstream.port);
    if (resolution.kind !== 'found') return resolution;
    const certain = place.running?.claim.certain !== false;
    return { kind: 'found', behind: resolution.behind.map((one) => ({ ...one, certain: certain && one.certain, evidence: [...seen, ...one.evidence] })) };
  }

  #named(name: string, { networks, running }: Place, policy: Policy, { port }: Upstream): Resolution {
    const known = networks.filter((network) => network !== 'machine');
    if (known.length === 0) return this.#namedAnywhere(name, policy, port);
    const services = this.topology.servicesNamed(name, known);
    if (services.length > 0) return merged(services.map((service) => this.#ofService(service, port)));
    const units = this.topology.unitsNamed(name, known);
    if (units.length > 0) return merged(units.map((unit) => this.#ofUnit(unit, port)));
    if (!isBare(name) || !this.topology.isInView(known, running?.unit)) return END;
    const [other] = [...this.topology.unitsNamed(name), ...this.topology.servicesNamed(name)];
    return { kind: 'missing', why: `nothing that it can reach is called ${name}${other === undefined ? '' : `: ${other.title} is in another network`}` };
  }

  /** Nothing says where the layer in front runs: what is called so, and else what listens there, is likely. */
  #namedAnywhere(name: string, policy: Policy, port: number | null): Resolution {
    const found = merged([...this.topology.servicesNamed(name).map((service) => this.#ofService(service, port)), ...this.topology.unitsNamed(name).map((unit) => this.#ofUnit(unit, port))]);
    if (found.kind === 'found') return likely(found.behind);
    if (found.kind === 'several' || !isBare(name)) return found.kind === 'several' ? found : END;
    const others = (all: readonly Policy[] = []): readonly Policy[] => all.filter((one) => one !== policy && one.reader !== policy.reader);
    // Proxies are many on the usual ports: one is meant by its own name alone.
    const listening = port === null ? [] : others(this.#byPort.get(port)).filter(({ layer, at }) => layer !== 'proxy' || folderOf(at.file).toLowerCase().split('/').includes(name));
    const inFolder = others(this.#inFolder.get(name)).filter(({ listens }) => listens.length === 0 || listening.length === 0);
    const listeningInFolder = listening.filter((one) => this.#inFolder.get(name)?.includes(one) === true);
    const candidates = [listeningInFolder, listening, inFolder].find((some) => some.length > 0) ?? [];
    if (candidates.length === 0) return END;
    if (!isOneApplication(candidates)) return { kind: 'several', policies: candidates };
    const why = candidates === inFolder ? `It is the only one in a folder called ${name}.` : candidates === listeningInFolder ? `It listens on port ${port}, in a folder called ${name}.` : `It is the only one in the repository that listens on port ${port}.`;
    return likely(candidates.map((one) => ({ policy: one, certain: false, evidence: [{ at: one.at, message: why }] })));
  }

  /** `localhost`: of a container, what stands in it or shares its network; of a process, what else listens on its machine. */
  #beside({ networks, running }: Place, port: number | null): Resolution {
    if (running === undefined) return networks.length === 0 ? this.#onMachine(port) : END;
    const { unit } = running;
    // Other networks have names for their services; localhost is what the containers of a pod share.
    const shared = networks.filter((network) => /^(?:kubernetes|compose) pod /.test(network));
    const mates = shared.length === 0 ? [] : this.topology.unitsNamed('localhost', shared);
    const found = merged([...new Set([unit, ...mates])].map((mate) => this.#ofUnit(mate, port)));
    if (found.kind === 'found' || found.kind === 'several') return found;
    if (networks.includes('machine')) return this.#onMachine(port);
    const elsewhere = port === null ? undefined : this.#byPort.get(port)?.[0];
    return elsewhere === undefined ? END : { kind: 'missing', why: `that is ${unit.title} itself, and nothing in it listens there` };
  }

  /** A port of the machine: one that a container publishes, or one that a process listens on. */
  #onMachine(port: number | null): Resolution {
    if (port === null) return END;
    const listener = ({ at, listens }: Policy): Evidence => [{ at, message: listens.includes(port) ? `It is the only one in the repository that listens on port ${port}.` : 'It is part of the only application that listens there.' }];
    const published = merged(this.topology.publishing(port).flatMap((unit) => unit.published.filter((one) => one.port === port).map((one) => withFirst({ at: one.at, message: `Port ${port} of the machine is one of ${unit.title}.` }, doubted(one.byDefault, this.#ofUnit(unit, one.target))))));
    if (published.kind !== 'end') return published;
    const listening = this.#byPort.get(port) ?? [];
    const open = listening.filter(({ at }) => this.#isOnMachine(at.file));
    if (open.length > 0) return found(answeringOf(open, this.policies), listener);
    const told = merged(this.topology.unitsIn(['machine']).filter(({ ports }) => ports.some((one) => one.port === port)).map((unit) => this.#ofUnit(unit, port)));
    if (told.kind === 'found' || told.kind === 'several' || listening.length === 0) return told;
    const closed = found(answeringOf(listening, this.policies), listener);
    return closed.kind === 'found' ? likely(closed.behind) : closed;
  }

  /** Does the file run on the machine itself, or nothing says where? */
  #isOnMachine(file: string): boolean {
    const running = this.topology.runningAt(file);
    return running.length === 0 || running.some(({ unit }) => unit.networks.includes('machine'));
  }

  #ofUnit(unit: Runner, port: number | null): Resolution {
    const answering = answeringIn(unit, this.policiesOf(unit), port);
    if (answering.kind === 'none' && this.policiesOf(unit).length > 0) return { kind: 'missing', why: `nothing that ${unit.title} runs is known to listen there` };
    const said = unit.ports.find((one) => one.port === port);
    const resolution = found(answering, (policy) => {
      const claim = this.topology.runningAt(policy.at.file).find((running) => running.unit === unit)?.claim;
      return [
        { at: unit.at, message: `This is ${unit.title}.` },
        ...(said === undefined ? [] : [{ at: said.at, message: `It listens on port ${port}.` }]),
        ...(claim?.evidence ?? []),
        { at: policy.at, message: policy.listens.includes(port ?? -1) ? `It listens on port ${port}.` : `It is the only application that ${unit.title} runs.` },
      ];
    }, (policy) => this.topology.runningAt(policy.at.file).find((running) => running.unit === unit)?.claim.certain !== false);
    return doubted(said?.byDefault, resolution);
  }

  #ofService(service: Service, port: number | null): Resolution {
    const asked = service.ports.filter((one) => port === null || one.port === port);
    if (service.ports.length > 0 && asked.length === 0) return { kind: 'missing', why: `${service.title} has no port ${port}` };
    const [first] = asked;
    if (asked.length > 1 && port === null) return END;
    const target = first === undefined ? port : (first.target ?? first.port);
    const selected = this.topology.selectedBy(service);
    const listeners = selected.flatMap((unit) => unit.ports.filter((one) => (typeof target === 'string' ? one.name === target : one.port === target)).map((one) => ({ unit, port: one.port })));
    if (typeof target === 'string' && listeners.length === 0) return selected.length === 0 ? END : { kind: 'missing', why: `no container behind ${service.title} has a port called ${target}` };
    const asking = listeners.length > 0 ? listeners : selected.map((unit) => ({ unit, port: typeof target === 'number' ? target : null }));
    const named = { at: service.at, message: `This is ${service.title}.` };
    return merged(asking.map((one) => withFirst(named, first === undefined ? this.#ofUnit(one.unit, one.port) : withFirst({ at: first.at, message: `Its port ${first.port} leads to port ${one.port ?? first.port}.` }, this.#ofUnit(one.unit, one.port)))));
  }
}

/** What rests on a default, which may be another where it runs, is likely. */
function doubted(byDefault: boolean | undefined, resolution: Resolution): Resolution {
  return byDefault === true && resolution.kind === 'found' ? likely(resolution.behind) : resolution;
}

function found(answering: Answering, evidenceOf: (policy: Policy) => Evidence, isCertain: (policy: Policy) => boolean = () => true): Resolution {
  if (answering.kind === 'none') return END;
  if (answering.kind === 'several') return answering;
  return { kind: 'found', behind: answering.policies.map((policy) => ({ policy, certain: answering.certain && isCertain(policy), evidence: evidenceOf(policy) })) };
}

function withFirst(first: Evidence[number], resolution: Resolution): Resolution {
  return resolution.kind === 'found' ? { kind: 'found', behind: resolution.behind.map((one) => ({ ...one, evidence: [first, ...one.evidence] })) } : resolution;
}

function likely(behind: readonly Behind[]): Resolution {
  return { kind: 'found', behind: behind.map((one) => ({ ...one, certain: false })) };
}

/** What several places that share a name lead to. */
function merged(all: readonly Resolution[]): Resolution {
  const behind = all.flatMap((one) => (one.kind === 'found' ? one.behind : []));
  if (behind.length > 0) return together(behind);
  return all.find(({ kind }) => kind === 'several') ?? all.find(({ kind }) => kind === 'missing') ?? END;
}

/** Each policy once, by the surest way to it; policies of several applications are no answer. */
function together(all: readonly Behind[]): Resolution {
  const best = new Map<Policy, Behind>();
  for (const one of all) if (best.get(one.policy)?.certain !== true) best.set(one.policy, best.has(one.policy) && !one.certain ? best.get(one.policy)! : one);
  const policies = [...best.keys()];
  return isOneApplication(policies) ? { kind: 'found', behind: [...best.values()] } : { kind: 'several', policies };
}

function shown({ host, port }: Upstream): string {
  return port === null ? host : `${host}:${port}`;
}
