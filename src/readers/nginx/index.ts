/**
 * nginx: `add_header` with its inheritance, `if`, `map`, `return`, `error_page` and `proxy_pass`, one policy per
 * server.
 *
 * A level with any `add_header` of its own inherits none, a true `if` is such a level, and without `always` errors
 * carry no header: most of what goes wrong with CORS in nginx is one of these three.
 */
import type { Policy } from '../../policy/program.js';
import type { NginxFile } from '../../syntax/nginx/index.js';
import { contains, type Span } from '../../text/span.js';
import { defineReader, type Reading } from '../reader.js';
import type { Level } from '../../middleware/nginx/levels.js';
import { reachedBy, type Listener } from '../../middleware/listeners.js';
import { notesOf } from '../../middleware/nginx/notes.js';
import { policyOrLayer } from '../../middleware/plain-layer.js';
import { probesOf } from '../../middleware/nginx/probes.js';
import { ServerProgram } from '../../middleware/nginx/program.js';
import { unseen } from '../../middleware/nginx/unseen.js';
import { throughGroups } from '../../middleware/nginx/upstreams.js';
import { configurationOf, serversAbout, wholeOf, type Configuration, type Server } from '../../middleware/nginx/whole.js';
import { edited } from '../../middleware/nginx/write.js';

export default defineReader<NginxFile>({
  title: 'nginx',
  language: 'nginx',
  // Other servers' files have the same endings: the language tells which are nginx's.
  mayConcern: /access-control-|_by_lua_file\s+\S*cors|\brequire\s*\(?\s*["'][\w.\/-]*cors/i,
  layers: { paths: /\.(?:conf|nginx|vhost)(?:\.template|\.tmpl|\.tpl)?$|(?:^|\/)sites-(?:available|enabled)\/[^/]+$|(?:^|\/)nginx(?:\.d)?\/[^/.]+$/, text: /^[ \t]*(?:[^#\n]*[{};][ \t]*)?(?:proxy|fastcgi|uwsgi|scgi|grpc)_pass[ \t]/m },

  *read(file) {
    const root = wholeOf(file);
    const configuration = configurationOf(root);
    if (root === file) yield* root.included.map((path): Reading => ({ kind: 'covers', file: path }));
    const readings = serversAbout(file, configuration).flatMap((server) => [...readingsOf(server, configuration)]);
    yield* readings;
    if (readings.some(({ kind }) => kind === 'policy')) yield* unseen(root);
  },

  write: (file, _policy, change) => edited(wholeOf(file), change),
});

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
