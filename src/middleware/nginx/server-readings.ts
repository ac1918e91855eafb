import type { Policy } from '../../policy/program.js';
import type { Reading } from '../../readers/reader.js';
import type { NginxFile } from '../../syntax/nginx/index.js';
import { contains, type Span } from '../../text/span.js';
import { reachedBy, type Listener } from '../listeners.js';
import { policyOrLayer } from '../plain-layer.js';
import type { Level } from './levels.js';
import { notesOf } from './notes.js';
import { probesOf } from './probes.js';
import { ServerProgram } from './program.js';
import { unseen } from './unseen.js';
import { throughGroups } from './upstreams.js';
import { configurationOf, serversAbout, wholeOf, type Configuration, type Server } from './whole.js';

/** The servers that a text of nginx is about: policies, and layers that say nothing of CORS. */
export function* serverReadings(file: NginxFile): Generator<Reading> {
  const root = wholeOf(file);
  const configuration = configurationOf(root);
  const readings = serversAbout(file, configuration).flatMap((server) => [...readingsOf(server, configuration)]);
  yield* readings;
  if (readings.some(({ kind }) => kind === 'policy')) yield* unseen(root);
}

function* readingsOf({ level, concerned }: Server, { root, expander, groups }: Configuration): Generator<Reading> {
  const program = new ServerProgram(level, expander);
  for (const gap of program.gaps) yield { kind: 'gap', gap };
  // What is not followed to its end may send anything: of a server without a word about CORS that is no policy.
  if (program.gaps.length > 0 && !concerned) return;
  const names = valuesOf(level, 'server_name').filter((name) => /^[a-z0-9.-]+\.[a-z0-9-]+$/i.test(name));
  const at: Span = level.head?.at ?? { file: root.source.file, start: 0, end: 0 };
  const probes = probesOf(level, program.locations, names[0], at);
  const policy: Policy = {
    reader: 'nginx',
    title: names[0] === undefined ? 'nginx server' : `nginx server ${names[0]}`,
    layer: 'proxy',
    at,
    steps: throughGroups(program.steps, groups),
    behind: { options: null },
    probes,
    survivesUncaught: true,
    listens: portsOf(level),
    ...(root.uses.length === 0 ? {} : { parts: partsOf(root, level) }),
    evidence: { handWritten: true, canAddVary: true, readsCookies: 'unknown', noStore: false, ...reachedBy(listenersOf(level)) },
    notes: notesOf(level, program.locations, probes, at),
  };
  yield* policyOrLayer(policy);
}

/** Ports of `listen`; an address without one, and a server without `listen`, is on 80 (ngx_http_core_listen). */
function portsOf(level: Level): readonly number[] {
  const addresses = valuesOf(level, 'listen');
  if (addresses.length === 0) return level.head?.name === 'server' ? [80] : [];
  return addresses.flatMap((text) => {
    const [address, bare, port] = /^(?:(\d+)|(?!unix:)(?:[\w.*-]+|\[[^\]]*\])(?::(\d+))?)$/.exec(text) ?? [];
    return address === undefined ? [] : [Number(bare ?? port ?? 80)];
  });
}

/** Files that are included, each where this server has it, if it does: the same one may serve others too. */
function partsOf({ uses }: NginxFile, { head }: Level): NonNullable<Policy['parts']> {
  const inside = head === undefined ? uses : uses.filter(({ at }) => contains(head.whole, at));
  return uses.filter((use) => inside.includes(use) || !inside.some(({ file }) => file === use.file));
}

function listenersOf({ directives }: Level): readonly Listener[] {
  const tls = directives.some(({ name, args }) => name === 'ssl' && args[0]?.text === 'on');
  return directives.filter(({ name, args }) => name === 'listen' && args[0] !== undefined).map(({ args, at }) => ({ address: args[0]!.text, tls: tls || args.some(({ text }) => text === 'ssl' || text === 'quic'), at }));
}

function valuesOf(level: Level, name: string): readonly string[] {
  return level.directives.filter((directive) => directive.name === name).flatMap(({ args }) => (name === 'listen' ? args.slice(0, 1) : args)).map(({ text }) => text);
}
