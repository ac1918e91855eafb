import type { Link } from '../policy/evaluate.js';
import type { Container, Image, Network, Run, Script, Unit, UnitPort } from '../policy/topology.js';

export type Evidence = Link['evidence'];

/** A unit with all that is said of it, in however many files. */
export interface Runner extends Omit<Unit, 'fact' | 'runs' | 'profiles'> {
  readonly claims: readonly Claim[];
}

/** What of the repository runs in a unit, as far as paths tell. */
export interface Claim {
  /** A file, or a folder with everything below it. */
  readonly path: string;
  /** It is what runs, or its configuration; else it is there, and something of it runs. */
  readonly runs: boolean;
  /** The folder that speaks of it alone, where the claim is wider: that of a Dockerfile in a build context of many. */
  readonly home?: string;
  readonly certain: boolean;
  readonly evidence: Evidence;
}

/** What Dockerfiles and packages of the repository say. */
export interface Built {
  readonly containers: readonly Container[];
  readonly scripts: readonly Script[];
}

/** The units, those that several files speak of put together: an override of Compose, an overlay of Kustomize. */
export function runnersOf(units: readonly Unit[], images: readonly Image[], built: Built): readonly Runner[] {
  const groups = new Map<string, Unit[]>();
  for (const unit of units) {
    const key = `${realmOf(unit.networks[0] ?? '')}\0${unit.title}\0${isNamedByFile(unit) ? unit.at.file : ''}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [unit]);
    else group.push(unit);
  }
  return [...groups.values()].map((group) => {
    const [first] = group;
    // What runs only when it is asked for may not be there.
    const always = group.every(({ profiles }) => profiles === undefined);
    const claims = group.flatMap(({ runs }) => runs.flatMap((run) => claimsOf(run, images, built))).map((claim) => (always ? claim : { ...claim, certain: false }));
    const exposed = group.flatMap(({ runs }) => runs.flatMap((run) => containersOf(run, images, built.containers).flatMap((container) => portsOf(container, run, built))));
    const told = group.flatMap(({ ports }) => ports);
    return {
      title: first!.title,
      at: first!.at,
      networks: distinct(group.flatMap(({ networks }) => networks)),
      names: distinct(group.flatMap(({ names }) => names)),
      // What the unit itself says counts before what its image is said to expose.
      ports: told.length > 0 ? told : exposed,
      published: group.flatMap(({ published }) => published),
      labels: Object.assign({}, ...group.map(({ labels }) => labels)) as Readonly<Record<string, string>>,
      claims,
    };
  });
}

/** Networks of one kind and place: a machine, a Compose project, a cluster. Each says for itself which of its units run a file. */
export function realmOf(network: Network): string {
  const [kind = '', folder = ''] = network.split(' ');
  return kind === 'compose' ? `${kind} ${folder}` : kind;
}

/** Networks that do not tell whose unit it is: that of a machine, and one that several projects share. */
function isNamedByFile({ networks }: Unit): boolean {
  return networks.includes('machine') || networks[0]?.startsWith('docker ') === true;
}

function containersOf(run: Run, images: readonly Image[], containers: readonly Container[]): readonly Container[] {
  if (run.of === 'dockerfile') return containers.filter(({ file, stage }) => file === run.path && stage === run.stage);
  if (run.of !== 'image') return [];
  const built = images.filter(({ name }) => name === run.name);
  return built.length > 0 ? built.flatMap((image) => containersOf(image.run, images.filter((other) => other !== image), containers)) : containersNamed(run.name, containers);
}

function claimsOf(run: Run, images: readonly Image[], built: Built): readonly Claim[] {
  const { at } = run;
  switch (run.of) {
    case 'folder':
      return [{ path: run.path, runs: false, certain: true, evidence: [{ at, message: `It runs what is in ${shown(run.path)}.` }] }];
    case 'file':
      return [{ path: run.path, runs: true, certain: true, evidence: [{ at, message: `It runs ${run.path}.` }] }];
    case 'dockerfile':
      return claimsOfBuild(run, built);
    case 'image': {
      const own = images.filter(({ name, run: by }) => name === run.name && by.of !== 'image');
      if (own.length > 0) {
        return own.flatMap((image) => behindEvidence({ at, message: `It runs the image ${run.name}.` }, behindEvidence({ at: image.at, message: 'This image is built here.' }, claimsOf(image.run, [], built))));
      }
      // A kustomization calls it something else: what it is built as, is known by that name.
      const renamed = images.find(({ name, run: by }) => name === run.name && by.of === 'image');
      if (renamed !== undefined) return behindEvidence({ at: renamed.at, message: `Here the image ${run.name} gets another name.` }, claimsOf(renamed.run, images.filter((other) => other !== renamed), built));
      return containersNamed(run.name, built.containers).flatMap(({ file }) =>
        behindEvidence({ at, message: `It runs the image ${run.name}, and ${folderOf(file)} has that name.` }, claimsOfBuild({ of: 'dockerfile', path: file, context: folderOf(file), at }, built)).map((claim) => ({ ...claim, certain: false })),
      );
    }
  }
}

function claimsOfBuild(run: Extract<Run, { of: 'dockerfile' }>, facts: Built): readonly Claim[] {
  const folder = folderOf(run.path);
  const own = isBelow(folder, run.context) && folder !== run.context ? { home: folder } : {};
  const built = { at: run.at, message: `It is built by ${run.path}${run.context === folder ? '' : `, from ${shown(run.context)}`}.` };
  const container = facts.containers.find(({ file, stage }) => file === run.path && stage === run.stage);
  if (container === undefined) return [{ path: run.context, runs: false, ...own, certain: true, evidence: [built] }];
  const copied = container.copies.map(({ from, at }): Claim => ({ path: joined(run.context, from), runs: false, ...own, certain: true, evidence: [built, { at, message: `${shown(joined(run.context, from))} is copied into the image.` }] }));
  const commands = container.runs.flatMap((command): readonly Claim[] => {
    const [path, { at }] = [joined(run.context, command.path), command];
    const script = scriptOf(command, run.context, facts);
    if (script === undefined) return [{ path, runs: true, certain: true, evidence: [built, { at, message: `It runs ${path}.` }] }];
    return script.runs.flatMap((one) => behindEvidence(built, behindEvidence({ at, message: `It runs the script ${script.name} of ${path}.` }, claimsOf(one, [], facts))));
  });
  const claims = [...commands, ...copied];
  return claims.length > 0 ? claims : [{ path: run.context, runs: false, ...own, certain: true, evidence: [built] }];
}

/** The script of a `package.json` that a command of a container names. */
function scriptOf({ path, script }: Container['runs'][number], context: string, { scripts }: Built): Script | undefined {
  return script === undefined ? undefined : scripts.find(({ file, name }) => name === script && file === joined(context, path));
}

/** Ports of a container; where it names none, those that its scripts name. */
function portsOf({ ports, runs }: Container, run: Run, built: Built): readonly UnitPort[] {
  return ports.length > 0 || run.of !== 'dockerfile' ? ports : runs.flatMap((command) => scriptOf(command, run.context, built)?.ports ?? []);
}

function behindEvidence(first: Evidence[number], claims: readonly Claim[]): readonly Claim[] {
  return claims.map((claim) => ({ ...claim, evidence: [first, ...claim.evidence] }));
}

/** Images of products, not of anyone's folder that is named alike. */
const PRODUCTS = /^(?:nginx|httpd|caddy|haproxy|traefik|kong|envoy|varnish|apache|node|python|openjdk|tomcat|postgres|mysql|mariadb|mongo|redis|rabbitmq)$/;

/** Dockerfiles in a folder that is called as the image is: the usual, and no more than likely. */
function containersNamed(image: string, containers: readonly Container[]): readonly Container[] {
  const name = image.slice(image.lastIndexOf('/') + 1);
  return name === image && PRODUCTS.test(name) ? [] : containers.filter(({ file, stage }) => stage === undefined && folderOf(file).split('/').at(-1) === name);
}

/** Does the path lie in the folder, or is it the very same? */
export function isBelow(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}

export function folderOf(file: string): string {
  return file.slice(0, Math.max(0, file.lastIndexOf('/')));
}

/** Where a path leads from a folder; `.` and `..` are followed. */
function joined(folder: string, path: string): string {
  const parts: string[] = [];
  for (const part of `${folder}/${path}`.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

function shown(folder: string): string {
  return folder === '' ? 'the root of the repository' : folder;
}

function distinct<T>(all: readonly T[]): readonly T[] {
  return [...new Set(all)];
}
