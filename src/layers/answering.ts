import type { Policy } from '../policy/program.js';
import { folderOf, isBelow, type Runner } from './runner.js';

/** Who answers at a port: the policies of one application, none, or more than one application. */
export type Answering =
  | { readonly kind: 'one'; readonly policies: readonly Policy[]; readonly certain: boolean; }
  | { readonly kind: 'none' }
  | { readonly kind: 'several'; readonly policies: readonly Policy[] };

/**
 * Who answers at a port of a unit. Whoever says that it listens there; else, where the unit itself says that it listens
 * there or nobody says anything of ports, the only application that it runs.
 * @param port null: whichever it is
 */
export function answeringIn(unit: Runner, policies: readonly Policy[], port: number | null): Answering {
  const listening = port === null ? [] : policies.filter(({ listens }) => listens.includes(port));
  if (listening.length > 0) return only(narrowed(withKin(listening, policies), unit));
  const said = unit.ports.some((one) => one.port === port);
  const deployed = policies.filter(({ evidence }) => evidence.localOnly !== true);
  const silent = deployed.filter(({ listens }) => listens.length === 0);
  // A port that text gives may be another one when it runs: the unit's word counts then.
  if (said || port === null) return only(narrowed(deployed, unit));
  return unit.ports.length === 0 && silent.length > 0 ? only(narrowed(withKin(silent, deployed), unit)) : { kind: 'none' };
}

/** Who answers, where only some policies' own text says so. @param all those that may be of the same application */
export function answeringOf(listening: readonly Policy[], all: readonly Policy[]): Answering {
  return only({ policies: withKin(listening, all), certain: true });
}

function only({ policies, certain }: Narrowed): Answering {
  if (policies.length === 0) return { kind: 'none' };
  return isOneApplication(policies) ? { kind: 'one', policies, certain } : { kind: 'several', policies };
}

interface Narrowed {
  readonly policies: readonly Policy[];
  readonly certain: boolean;
}

/** Of several applications in what a unit holds, the one that it runs: by its command, or by the Dockerfile's own folder. */
function narrowed(policies: readonly Policy[], { claims }: Runner): Narrowed {
  const all = { policies, certain: true };
  if (isOneApplication(policies)) return all;
  const commands = claims.filter(({ runs }) => runs);
  const exact = policies.filter(({ at }) => commands.some(({ path }) => path === at.file));
  if (exact.length > 0) return { policies: exact, certain: true };
  const near = policies.filter(({ at }) => commands.some(({ path }) => projectOf(path) !== '' && isBelow(at.file, projectOf(path))));
  if (near.length > 0) return { policies: near, certain: true };
  const homes = claims.flatMap(({ home }) => home ?? []);
  const home = policies.filter(({ at }) => homes.some((folder) => isBelow(at.file, folder)));
  return home.length > 0 ? { policies: home, certain: false } : all;
}

/** The listeners with those of the same application that say nothing of ports: its routes in other files. */
function withKin(listening: readonly Policy[], all: readonly Policy[]): readonly Policy[] {
  if (listening.length === 0) return [];
  const isKin = (policy: Policy): boolean => policy.listens.length === 0 && policy.layer !== 'proxy' && policy.layer !== 'gateway' && listening.some((one) => one.reader === policy.reader && projectOf(one.at.file) === projectOf(policy.at.file));
  return all.filter((policy) => listening.includes(policy) || isKin(policy));
}

/** Policies of one file, or of files that lie in each other's folders, on the same port, are of one application; so is what is of one with any of them. */
export function isOneApplication(policies: readonly Policy[]): boolean {
  const [first, ...others] = policies;
  if (first === undefined) return false;
  const reached = [first];
  const left = new Set(others);
  for (const one of reached) {
    for (const other of left) {
      if (!isSameApplication(one, other)) continue;
      left.delete(other);
      reached.push(other);
    }
  }
  return left.size === 0;
}

function isSameApplication(a: Policy, b: Policy): boolean {
  if (a.at.file === b.at.file) return true;
  const [one, other] = [projectOf(a.at.file), projectOf(b.at.file)];
  const ports = a.listens.length === 0 || b.listens.length === 0 || a.listens.some((port) => b.listens.includes(port));
  // The root of a repository holds whatever else there is.
  return ports && (one === other || (one !== '' && other !== '' && (isBelow(one, other) || isBelow(other, one))));
}

const projects = new Map<string, string>();

/** The folder of the project that a file is a source of: what stands in front of `src`, else its own folder. Remembered: many are asked about each other. */
function projectOf(file: string): string {
  let project = projects.get(file);
  if (project === undefined) {
    const folders = folderOf(file).split('/');
    const sources = folders.findIndex((name) => /^(?:src|lib|dist|build)$/.test(name));
    projects.set(file, (project = (sources === -1 ? folders : folders.slice(0, sources)).join('/')));
  }
  return project;
}
