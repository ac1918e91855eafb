import type { Copied, Image, Run, TopologyFact, Unit } from '../../policy/topology.js';
import { itemsOf, keyOf, nodeAt, pairsOf } from '../../syntax/yaml/index.js';
import { resolvePath } from '../../text/files.js';
import { startedIn, type Started } from '../../middleware/commands/in-repository.js';
import { launchesOfWords, type Launch } from '../../middleware/commands/launch.js';
import type { Target } from '../../middleware/commands/program.js';
import { wordsIn, type Settings } from '../../middleware/commands/shell.js';
import { containersOf } from '../../middleware/docker/containers.js';
import { absolute, atPath } from '../../middleware/docker/paths.js';
import { stagesOf, type Stage } from '../../middleware/docker/stages.js';
import { builtFor, type Built } from './built.js';
import { rawText, type Definition } from './definition.js';
import { mountsOf, runsOf } from './mounts.js';
import { portsOf, publishedBy } from './ports.js';
import { settingsFrom, variablesIn, type Project } from './project.js';

/** What a project says of its services. */
export function* factsIn(project: Project): Generator<TopologyFact> {
  const given = namesGiven(project);
  for (const service of project.services) yield* factsOf(project, service, given);
}

function factsOf(project: Project, service: Definition, given: NamesGiven): readonly TopologyFact[] {
  const built = builtFor(service);
  const mounts = mountsOf(project, service);
  const environment = environmentOf(service);
  const started = startedBy(service, built, mounts, settingsFrom(environment));
  const published = publishedBy(service);
  const image = imageOf(service);
  const runs = once([...(built === undefined ? [] : [built.run]), ...(image === undefined || service.last('build') !== undefined ? [] : [image]), ...runsOf(fileOf(service).files, mounts), ...started.runs]);
  const profiles = service.items('profiles').flatMap(({ node }) => service.filled(node)?.value ?? []);
  const unit: Unit = {
    fact: 'unit',
    title: `service ${service.name}`,
    at: service.at,
    ...placeOf(project, service, given),
    ports: portsOf(service, started.ports, published, environment),
    published,
    labels: labelsOf(service),
    runs,
    ...(profiles.length === 0 ? {} : { profiles }),
  };
  const made: readonly Image[] = built === undefined || image === undefined ? [] : [{ fact: 'image', name: image.name, run: built.run, at: image.at }];
  const dockerfile = built?.isHidden === true ? built.dockerfile() : undefined;
  const hidden = built === undefined || dockerfile === undefined ? [] : containersOf(dockerfile, built.run.path);
  return [unit, ...made, ...hidden];
}

/** A folder may be mounted, and be that of the command too. */
function once(runs: readonly Run[]): readonly Run[] {
  const key = (run: Run): string => JSON.stringify({ ...run, at: undefined });
  return runs.filter((run, index) => runs.findIndex((other) => key(other) === key(run)) === index);
}

function fileOf({ parts }: Definition): Definition['parts'][number]['file'] {
  return parts[0]!.file;
}

/** `env_file` first: `environment` wins over it. */
function environmentOf(service: Definition): ReturnType<Definition['entries']> {
  const files = service.items('env_file').flatMap(({ node, part }) => {
    const named = service.filled(node)?.value ?? service.filled(nodeAt(node, 'path'))?.value;
    const path = named === undefined || part.folder === undefined ? undefined : resolvePath(part.folder, named);
    const text = path === undefined ? undefined : part.file.files.read(path);
    return text === undefined ? [] : [...variablesIn(text)].map(([name, value]) => [name, { value: { value, byDefault: false }, at: node.at }] as const);
  });
  return new Map([...files, ...service.entries('environment')]);
}

/** What its command starts. Paths are those of the container: mounts and copies tell where they stand here. */
function startedBy(service: Definition, built: Built | undefined, mounts: readonly Copied[], settings: Settings): Started {
  const command = service.last('command') ?? service.last('entrypoint');
  if (command === undefined) return { runs: [], ports: [] };
  const stage = stageOf(built);
  const launches = launchesOfWords([...wordsOf(service, 'entrypoint'), ...wordsOf(service, 'command')], new Map([...(stage?.settings ?? []), ...settings]));
  const folder = service.text('working_dir') ?? stage?.folder;
  const copies = (stage?.copies ?? []).filter((copy) => copy.built !== true);
  const mapped = (path: string): string | undefined => {
    const place = absolute('/', path);
    const copied = atPath(copies, place);
    return atPath(mounts, place) ?? (copied === undefined || built === undefined ? undefined : resolvePath(built.run.context, copied));
  };
  const { files } = fileOf(service);
  if (folder !== undefined) return startedIn(files, '', launches.map((launch) => insideOf(launch, folder)), command.node.at, mapped);
  // Nobody says where: the one folder that is there.
  const folders = [...(built === undefined ? [] : [built.run.context]), ...mounts.flatMap(({ from }) => (files.read(from) === undefined ? [from] : []))];
  const only = folders.length === 1 ? folders[0] : undefined;
  return only === undefined ? { runs: [], ports: startedIn(files, '', launches.map(({ ports }) => ({ ports, targets: [] })), command.node.at).ports } : startedIn(files, only, launches, command.node.at, mapped);
}

/** The stage that is built: the one that is asked for, else the last. */
function stageOf(built: Built | undefined): Stage | undefined {
  const dockerfile = built?.dockerfile();
  const stages = dockerfile === undefined ? [] : stagesOf(dockerfile);
  return built?.run.stage === undefined ? stages.at(-1) : stages.find(({ name }) => name === built.run.stage);
}

function insideOf({ targets, ports }: Launch, folder: string): Launch {
  const inside = (target: Target): Target => (target.of === 'file' || target.of === 'folder' ? { ...target, path: absolute(folder, target.path) } : { ...target, folder: absolute(folder, target.folder) });
  return { targets: targets.map(inside), ports };
}

/** Words of `command` or `entrypoint`: a text is cut as a shell does, but no shell runs it. */
function wordsOf(service: Definition, key: string): readonly string[] {
  const node = service.last(key)?.node;
  const listed = itemsOf(node)?.map((item) => service.filled(item)?.value ?? rawText(item) ?? '');
  const text = service.filled(node)?.value ?? rawText(node);
  return listed ?? (text === undefined ? [] : (wordsIn(text) ?? []));
}

/** The image's name without tag and digest. */
function imageOf(service: Definition): (Run & { readonly of: 'image' }) | undefined {
  const written = service.last('image');
  const text = rawText(written?.node);
  if (written === undefined || text === undefined) return undefined;
  // A variable may write the tag alone.
  const name = service.fill(text.replace(/@sha256:.*$/, '').replace(/:(?:[^/:${}]|\$\{[^}]*\}|\$\w+)*$/, ''))?.value;
  return name === undefined || name === '' ? undefined : { of: 'image', name, at: written.node.at };
}

function labelsOf(service: Definition): Readonly<Record<string, string>> {
  const labels = [...service.entries('labels'), ...service.entries('deploy', 'labels')];
  return Object.fromEntries(labels.flatMap(([name, { value }]) => (value === undefined ? [] : [[name, value.value]])));
}

/** The networks that it is in, and its names there. */
function placeOf(project: Project, service: Definition, given: NamesGiven, depth = 0): Pick<Unit, 'networks' | 'names'> {
  const mode = service.text('network_mode');
  const other = /^service:(.+)$/.exec(mode ?? '')?.[1];
  const shared = other === undefined ? undefined : project.services.find(({ name }) => name === other);
  // It has no names of its own: whoever calls the other one reaches it too.
  if (shared !== undefined) return depth > 5 ? { networks: [], names: [] } : placeOf(project, shared, given, depth + 1);
  if (mode === 'host') return { networks: ['machine'], names: ['localhost', '127.0.0.1'] };
  if (mode !== undefined) return { networks: [], names: [] };
  const sharers = given.shared.has(service.name);
  const networks = networksOf(project, service);
  const aliases = service.all('networks').flatMap(({ node }) => pairsOf(node)).flatMap(({ value }) => itemsOf(nodeAt(value, 'aliases')) ?? []).flatMap((alias) => service.filled(alias)?.value ?? []);
  const names = [service.name, service.text('container_name'), service.text('hostname'), ...aliases, ...(given.links.get(service.name) ?? [])];
  return {
    networks: [...networks, ...(sharers ? [`compose pod ${project.key} ${service.name}`] : [])],
    names: [...new Set([...names.flatMap((name) => name?.toLowerCase() ?? []), ...(sharers ? ['localhost', '127.0.0.1'] : [])])],
  };
}

function networksOf(project: Project, service: Definition): readonly string[] {
  const names = service.all('networks').flatMap(({ node }) => [...(itemsOf(node) ?? []).flatMap((item) => rawText(item) ?? []), ...pairsOf(node).flatMap((pair) => keyOf(pair) ?? [])]);
  return [...new Set(names.length === 0 ? ['default'] : names)].flatMap((name) => {
    const said = project.network(name);
    const isExternal = rawText(nodeAt(said, 'external')) === 'true' || nodeAt(said, 'external', 'name') !== undefined;
    const own = nodeAt(said, 'name') ?? nodeAt(said, 'external', 'name');
    if (own !== undefined) return service.filled(own)?.value === undefined ? [`compose ${project.key} ${name}`] : [`docker ${service.filled(own)!.value}`];
    if (isExternal) return [`docker ${name}`];
    return [name === 'default' ? `compose ${project.key}` : `compose ${project.key} ${name}`];
  });
}

/** What services say of each other. */
interface NamesGiven {
  /** Names that others give a service: `links: ["api:backend"]`. */
  readonly links: ReadonlyMap<string, readonly string[]>;
  /** Services whose network others share: `network_mode: service:vpn`. */
  readonly shared: ReadonlySet<string>;
}

function namesGiven({ services }: Project): NamesGiven {
  const links = new Map<string, string[]>();
  for (const other of services) {
    for (const { node } of other.items('links')) {
      const [name = '', alias] = (other.filled(node)?.value ?? '').split(':');
      if (alias !== undefined) links.set(name, [...(links.get(name) ?? []), alias]);
    }
  }
  const shared = services.flatMap((other) => /^service:(.+)$/.exec(other.text('network_mode') ?? '')?.[1] ?? []);
  return { links, shared: new Set(shared) };
}
