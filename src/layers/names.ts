import type { Policy } from '../policy/program.js';
import type { Service, TopologyFact } from '../policy/topology.js';
import { firstWord } from '../syntax/yaml/unparsed.js';
import { addressOf } from './address.js';
import { upstreamsOf } from './link.js';
import { folderOf, isBelow, type Runner } from './runner.js';
import type { Topology } from './topology.js';

/** Label values of which no selector consists alone: they name no application. */
const COMMON = /^(?:true|false|helm|[\d.]+)?$/i;

/**
 * Words that an object which takes part in a chain holds, if it is not known yet: the image that an application is built
 * as, a label by which a Service and its pods find each other, the name by which a layer in front reaches them, or the
 * name of an object that is known, which an overlay speaks of again.
 * @param isByName a layer that counts only if it leads to what others lead to: of many, most stand elsewhere
 */
export function namesOnward(policies: readonly Policy[], facts: readonly TopologyFact[], topology: Topology, isByName: (policy: Policy) => boolean): ReadonlySet<string> {
  const { hosts, units, services, layers } = known(policies, topology, isByName);
  const images = facts.flatMap((fact) => (fact.fact === 'image' ? [fact.name.slice(fact.name.lastIndexOf('/') + 1)] : []));
  const built = facts.flatMap((fact) => (fact.fact === 'container' && policies.some(({ at }) => isBelow(at.file, folderOf(fact.file))) ? [folderOf(fact.file).split('/').at(-1) ?? ''] : []));
  const labels = [...[...units].flatMap((unit) => Object.values(unit.labels)), ...[...services].flatMap(({ selects }) => Object.values(selects))].filter((value) => !COMMON.test(value));
  const objects = [...[...units].flatMap(podOf), ...[...services].flatMap(({ names }) => names.slice(0, 1)), ...[...layers].filter(isByName).map(({ title }) => title.slice(title.lastIndexOf(' ') + 1))];
  return new Set([...images, ...built, ...labels, ...objects, ...hosts].flatMap((name) => firstWord(name)?.toLowerCase() ?? []));
}

interface Known {
  readonly hosts: ReadonlySet<string>;
  readonly units: ReadonlySet<Runner>;
  readonly services: ReadonlySet<Service>;
  readonly layers: ReadonlySet<Policy>;
}

/** What takes part: layers, what runs them, the Services in front of that, the layers that name these, and so on. */
function known(policies: readonly Policy[], topology: Topology, isByName: (policy: Policy) => boolean): Known {
  const [hosts, units, services] = [new Set<string>(), new Set<Runner>(), new Set<Service>()];
  const layers = new Set(policies.filter((policy) => !isByName(policy)));
  const size = (): number => layers.size + units.size + services.size;
  for (let before = -1; before !== size(); ) {
    before = size();
    for (const layer of layers) {
      for (const { unit } of topology.runningAt(layer.at.file)) units.add(unit);
      for (const host of hostsOf(layer)) hosts.add(host);
    }
    for (const service of topology.services) {
      const selected = topology.selectedBy(service);
      if (!service.names.some((name) => hosts.has(name)) && !selected.some((unit) => units.has(unit))) continue;
      services.add(service);
      for (const unit of selected) units.add(unit);
    }
    const names = new Set([...services].flatMap((service) => service.names));
    for (const policy of policies) if (hostsOf(policy).some((host) => names.has(host))) layers.add(policy);
  }
  return { hosts, units, services, layers };
}

function hostsOf(policy: Policy): readonly string[] {
  return upstreamsOf(policy).flatMap(({ host }) => {
    const address = addressOf(host);
    return address.kind === 'name' ? [address.name] : [];
  });
}

/** The name of the object that a unit's pods are of, where it is written. */
function podOf({ networks }: Runner): readonly string[] {
  return networks.flatMap((network) => /^kubernetes pod [^/]*\/([^/:]+)$/.exec(network)?.[1] ?? []);
}
