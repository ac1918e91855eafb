import type { Access, Answer, Reach } from '../questions/access.js';
import type { MapLayer, MapPath, RepositoryMap } from '../questions/map.js';
import type { Span } from '../text/span.js';
import { placeOf, type Report } from './report.js';

/** A map, and what is needed to speak of it. */
export interface MapReport extends Pick<Report, 'sourceOf' | 'pathOf' | 'rules' | 'version' | 'homepage'> {
  readonly map: RepositoryMap;
  /** What the repository is called. */
  readonly title: string;
}

/** Turns a map into text. The same map gives the same bytes. */
export type MapReporter = (report: MapReport) => string;

/** `edge/nginx.conf:12` */
export function placeText(report: MapReport, at: Span): string {
  return `${report.pathOf(at.file)}:${placeOf(report, at).start.line}`;
}

const KINDS: Readonly<Record<MapLayer['policy']['layer'], string>> = {
  proxy: 'proxy',
  gateway: 'gateway',
  'app-middleware': 'application',
  'route-handler': 'route of an application',
  'static-host': 'static host',
};

export function kindText({ policy }: MapLayer): string {
  return `${KINDS[policy.layer]} · ${policy.reader}`;
}

const READERS: Readonly<Record<Reach['by'], string>> = {
  'any-site': 'any site reads',
  'look-alike': 'look-alike domains read',
  null: 'pages of the origin null read',
  named: 'named origins read',
  nobody: 'no other site reads',
  undecided: 'undecided',
};

/** `any site reads, with credentials` */
export function reachText({ by, credentials }: Reach): string {
  if (by === 'nobody' || by === 'undecided') return READERS[by];
  return `${READERS[by]}, ${credentials ? 'with' : 'without'} credentials`;
}

/** How bad it is that somebody reads so much: the widest first. */
const WIDEST_FIRST: readonly Reach['by'][] = ['any-site', 'look-alike', 'null', 'undecided', 'named', 'nobody'];

export function byReach(a: Reach, b: Reach): number {
  const rank = ({ by, credentials }: Reach): number => (credentials && by !== 'named' && by !== 'undecided' ? 0 : WIDEST_FIRST.length) + WIDEST_FIRST.indexOf(by);
  return rank(a) - rank(b) || Number(b.credentials) - Number(a.credentials);
}

/** The reaches of the paths whose requests end at a layer, the widest first; each once. */
export function reachesAt({ id }: MapLayer, { chains }: RepositoryMap): readonly Reach[] {
  const ending = chains.flatMap(({ paths }) => paths.filter(({ ways }) => ways.some((way) => way.at(-1)?.layer === id)).map(({ reach }) => reach));
  const once = new Map(ending.map((reach) => [reachText(reach), reach]));
  return [...once.values()].sort(byReach);
}

/** `PUT`, `POST with content-type` */
export function requestText({ method, headers }: Pick<Answer, 'method' | 'headers'>): string {
  return headers.length === 0 ? method : `${method} with ${headers.join(', ')}`;
}

/** Paths of a chain of which the same is to be said. */
export interface PathGroup {
  readonly access: readonly Access[];
  readonly reach: Reach;
  readonly certain: boolean;
  readonly paths: readonly MapPath[];
}

/** Paths that everybody reads alike, together; the widest open first. */
export function pathGroups(paths: readonly MapPath[]): readonly PathGroup[] {
  const groups = new Map<string, PathGroup & { readonly paths: MapPath[] }>();
  for (const path of paths) {
    const { access, reach, certain } = path;
    const key = JSON.stringify([certain, access], (name, value: unknown) => (name === 'at' ? undefined : value));
    const same = groups.get(key);
    if (same === undefined) groups.set(key, { access, reach, certain, paths: [path] });
    else same.paths.push(path);
  }
  return [...groups.values()].sort((a, b) => byReach(a.reach, b.reach));
}
