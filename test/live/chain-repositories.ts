import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { survey, type Survey } from '../../src/engine.js';
import { Disk } from '../../src/hosts/disk.js';
import { rootOf } from '../../src/hosts/root.js';
import type { Deployment } from '../../src/policy/evaluate.js';
import { optionsOf } from '../support/lint.js';
import { application, FRAMEWORKS, type Application } from './chain-applications.js';
import { proxy, SPEECHES, type Proxy } from './chain-proxies.js';
import type { Random } from './seed.js';

/** A repository of one or two proxies and the application behind them. */
export interface Chain {
  readonly title: string;
  /** Outermost first. */
  readonly proxies: readonly Proxy[];
  readonly application: Application;
  /** How the proxies know what stands behind them: the ports of this machine, or the services of a Compose file. */
  readonly knows: 'ports' | 'services';
  /** Is the outer configuration a whole file, or one that is included at the level of `http`? */
  readonly whole: boolean;
}

/** Texts by their paths. */
export type Files = Readonly<Record<string, string>>;

/** The ports that a chain's layers listen on when they run, outermost first, the application's the last. */
export type Ports = readonly number[];

/** @param two every so many have two proxies */
export function generatedChains(random: Random, count: number): readonly Chain[] {
  return Array.from({ length: count }, (_unused, index): Chain => {
    const speech = SPEECHES[index % SPEECHES.length]!;
    const three = index % 8 === 7;
    const proxies = [proxy(random, speech), ...(three ? [proxy(random, random.pick(SPEECHES))] : [])];
    const app = application(random, FRAMEWORKS[index % FRAMEWORKS.length]!, index);
    const knows = random.chance(0.3) ? 'services' : 'ports';
    return { title: `${[...proxies, app].map(({ title }) => title).join(' → ')} (${knows})`, proxies, application: app, knows, whole: random.chance(0.5) };
  });
}

/** Folders of the layers, and the names of the services that run them. */
const PROXIES = ['edge', 'gateway'] as const;
export const APPLICATION = 'api';

interface Names {
  readonly listen: (index: number) => string;
  readonly upstream: (index: number) => string;
  readonly port: number;
  readonly passwords: string;
}

/** Paths behind the proxies for paths outside, of all that are passed on. */
export function insideOf({ proxies }: Chain, outside: string): string | undefined {
  let path: string | undefined = outside;
  for (const { ways } of proxies) {
    const way: readonly [string, string] | undefined = [...ways].sort(([a], [b]) => b.length - a.length).find(([prefix]) => path!.startsWith(prefix));
    if (way === undefined) return undefined;
    path = way[1] + path.slice(way[0].length);
  }
  return path;
}

/** Paths outside for a path of the application. */
export function outsideOf({ proxies }: Chain, inside: string): readonly string[] {
  return [...proxies].reverse().reduce<readonly string[]>((paths, { ways }) => paths.flatMap((path) => ways.map(([outside, by]) => outside + path.slice(by.length))), [inside]);
}

/** The repository's files, as its author wrote them. */
export function filesOf(chain: Chain, ports: Ports): Files {
  const internal = chain.application.framework === 'fastapi' ? 8000 : chain.application.framework === 'spring' ? 8080 : 3000;
  const last = chain.proxies.length;
  const names: Names =
    chain.knows === 'ports'
      ? { listen: (index) => `127.0.0.1:${ports[index]}`, upstream: (index) => `127.0.0.1:${ports[index + 1]}`, port: ports[last]!, passwords: '/etc/nginx/passwords' }
      : { listen: () => '80', upstream: (index) => (index + 1 < last ? `${PROXIES[index + 1]}:80` : `${APPLICATION}:${internal}`), port: internal, passwords: '/etc/nginx/passwords' };
  const texts: Record<string, string> = {};
  chain.proxies.forEach((one, index) => {
    const content = one.http({ listen: names.listen(index), upstream: names.upstream(index), passwords: names.passwords });
    texts[proxyFile(chain, index)] = chain.whole ? `events {\n}\nhttp {\n${content}}\n` : content;
  });
  for (const [path, text] of Object.entries(chain.application.files(names.port))) texts[`${APPLICATION}/${path}`] = text;
  return chain.knows === 'ports' ? texts : { ...texts, 'docker-compose.yml': composed(chain, internal), [`${APPLICATION}/Dockerfile`]: `FROM scratch\nWORKDIR /app\nCOPY . .\nEXPOSE ${internal}\n` };
}

/** The file of a proxy. */
export function proxyFile({ whole }: Chain, index: number): string {
  return whole ? `${PROXIES[index]}/nginx.conf` : `${PROXIES[index]}/conf.d/default.conf`;
}

function composed(chain: Chain, internal: number): string {
  const target = chain.whole ? '/etc/nginx/nginx.conf' : '/etc/nginx/conf.d/default.conf';
  const service = (index: number): string => `  ${PROXIES[index]}:\n    image: nginx:1.27\n    volumes:\n      - ./${proxyFile(chain, index)}:${target}:ro\n${index === 0 ? '    ports:\n      - "80:80"\n' : ''}`;
  return `services:\n${chain.proxies.map((_one, index) => service(index)).join('')}  ${APPLICATION}:\n    build: ./${APPLICATION}\n    expose:\n      - "${internal}"\n`;
}

/** What `http` holds in a proxy's file when it runs here: as in the repository, with the addresses of this machine. */
export function contentOf(chain: Chain, index: number, text: string, ports: Ports, passwords: string): string {
  const content = chain.whole ? text.replace(/^events \{\s*\}\s*http \{\n/, '').replace(/\}\s*$/, '') : text;
  const local = chain.knows === 'ports' ? content : content.replace(/listen 80;/, `listen 127.0.0.1:${ports[index]};`).replace(/\b(?:gateway:80|api:\d+)\b/g, `127.0.0.1:${ports[index + 1]}`);
  return local.replaceAll('/etc/nginx/passwords', passwords);
}

/** A repository on disk and what is said of it. */
export interface Surveyed {
  readonly survey: Survey;
  /** The outermost proxy with all behind it; undefined where nothing of the chain is a layer. */
  readonly entry: Deployment | undefined;
  /** The application alone. */
  readonly alone: Deployment | undefined;
}

/** Writes the files to a folder of their own, reads them as the command line does, and throws them away. */
export async function surveyed(chain: Chain, files: Files): Promise<Surveyed> {
  const folder = mkdtempSync(join(tmpdir(), 'live-chain-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const disk = new Disk(rootOf(folder, ['.']));
    const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => statSync(join(folder, path)).isFile()).sort();
    const { files: concerned, layers } = disk.concerned(paths);
    const found = await survey(concerned, disk, { ...optionsOf(), beside: layers.filter((path) => !concerned.includes(path)) });
    const inFile = (file: string): Deployment | undefined => found.entries.find(({ policy }) => policy.at.file === file);
    const application = found.policies.find(({ at }) => at.file.startsWith(`${APPLICATION}/`));
    return { survey: found, entry: inFile(proxyFile(chain, 0)), alone: application === undefined ? undefined : { policy: application, inner: [] } };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
