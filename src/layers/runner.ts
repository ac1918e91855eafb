import type { Link } from '../policy/evaluate.js';
import type { Container, Image, Network, Published, Run, Unit, UnitPort } from '../policy/topology.js';
import type { Span } from '../text/span.js';

export type Evidence = Link['evidence'];

/** A unit with all that is said of it, in however many files. */
export interface Runner {
  readonly title: string;
  readonly at: Span;
  readonly networks: readonly Network[];
  readonly names: readonly string[];
  readonly ports: readonly UnitPort[];
  readonly published: readonly Published[];
  readonly labels: Readonly<Record<string, string>>;
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

/** The units, those that several files speak of put together: an override of Compose, an overlay of Kustomize. */
export function runnersOf(units: readonly Unit[], images: readonly Image[], containers: readonly Container[]): readonly Runner[] {
  const groups = new Map<string, Unit[]>();
  for (const unit of units) {
    const key = `${realmOf(unit.networks[0] ?? '')}\0${unit.title}\0${isNamedByFile(unit) ? unit.at.file : ''}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [unit]);
    else group.push(unit);
  }
  return [...groups.values()].map((group) => {
    const [first] = group;
    const claims = group.flatMap(({ runs }) => runs.flatMap((run) => claimsOf(run, images, containers)));
    const exposed = group.flatMap(({ runs }) => runs.flatMap((run) => containersOf(run, images, containers).flatMap(({ ports }) => ports)));
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

function claimsOf(run: Run, images: readonly Image[], containers: readonly Container[]): readonly Claim[] {
  const { at } = run;
  switch (run.of) {
    case 'folder':
      return [{ path: run.path, runs: false, certain: true, evidence: [{ at, message: `It runs what is in ${shown(run.path)}.` }] }];
    case 'file':
      return [{ path: run.path, runs: true, certain: true, evidence: [{ at, message: `It runs ${run.path}.` }] }];
    case 'dockerfile':
      return claimsOfBuild(run, containers);
    case 'image': {
      const built = images.filter(({ name, run: by }) => name === run.name && by.of !== 'image');
      if (built.length > 0) {
        return built.flatMap((image) => behindEvidence({ at, message: `It runs the image ${run.name}.` }, behindEvidence({ at: image.at, message: 'This image is built here.' }, claimsOf(image.run, [], containers))));
      }
      // A kustomization calls it something else: what it is built as, is known by that name.
      const renamed = images.find(({ name, run: by }) => name === run.name && by.of === 'image');
      if (renamed !== undefined) return behindEvidence({ at: renamed.at, message: `Here the image ${run.name} gets another name.` }, claimsOf(renamed.run, images.filter((other) => other !== renamed), containers));
      return containersNamed(run.name, containers).flatMap(({ file }) =>
        behindEvidence({ at, message: `It runs the image ${run.name}, and ${folderOf(file)} has that name.` }, claimsOfBuild({ of: 'dockerfile', path: file, context: folderOf(file), at }, containers)).map((claim) => ({ ...claim, certain: false })),
      );
    }
  }
}

function claimsOfBuild(run: Extract<Run, { of: 'dockerfile' }>, containers: readonly Container[]): readonly Claim[] {
  const folder = folderOf(run.path);
  const own = isBelow(folder, run.context) && folder !== run.context ? { home: folder } : {};
  const built = { at: run.at, message: `It is built by ${run.path}${run.context === folder ? '' : `, from ${shown(run.context)}`}.` };
  const container = containers.find(({ file, stage }) => file === run.path && stage === run.stage);
  if (container === undefined) return [{ path: run.context, runs: false, ...own, certain: true, evidence: [built] }];
  const copied = container.copies.map(({ from, at }): Claim => ({ path: joined(run.context, from), runs: false, ...own, certain: true, evidence: [built, { at, message: `${shown(joined(run.context, from))} is copied into the image.` }] }));
  const commands = container.runs.map(({ path, at }): Claim => ({ path: joined(run.context, path), runs: true, certain: true, evidence: [built, { at, message: `It runs ${joined(run.context, path)}.` }] }));
  const claims = [...commands, ...copied];
  return claims.length > 0 ? claims : [{ path: run.context, runs: false, ...own, certain: true, evidence: [built] }];
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
