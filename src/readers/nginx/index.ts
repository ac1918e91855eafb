/**
 * nginx: `add_header` with its inheritance, `if`, `map`, `return`, `error_page` and `proxy_pass`, one policy per
 * server.
 *
 * A level with any `add_header` of its own inherits none, a true `if` is such a level, and without `always` errors
 * carry no header: most of what goes wrong with CORS in nginx is one of these three.
 */
import type { Policy } from '../../policy/program.js';
import { parseNginx, type NginxFile } from '../../syntax/nginx/index.js';
import { folderOf } from '../../text/files.js';
import { SourceText } from '../../text/source-text.js';
import { contains, type Span } from '../../text/span.js';
import { defineReader, type Reading } from '../reader.js';
import type { Level } from './levels.js';
import { notesOf } from './notes.js';
import { probesOf } from './probes.js';
import { ServerProgram } from './program.js';
import { httpOf, serversOf } from './servers.js';
import { throughGroups, upstreamGroups, type UpstreamGroups } from './upstreams.js';
import { Expander } from './variables.js';
import { edited } from './write.js';

export default defineReader<NginxFile>({
  title: 'nginx',
  language: 'nginx',
  // HOCON (Play, Akka, Pekko) has the same extension.
  mayConcern: /^(?![\s\S]*(?:^|\n)\s*(?:play|akka|pekko)\b\s*[.{])[\s\S]*access-control-/i,

  *read(file) {
    const root = wholeOf(file);
    yield* [...root.included, ...(root === file ? [] : [file.source.file])].filter((path) => path !== root.source.file).map((path): Reading => ({ kind: 'covers', file: path }));
    const http = httpOf(root.directives);
    const expander = new Expander(http);
    const groups = upstreamGroups(http);
    for (const level of serversOf(root.directives)) yield* policyOf(level, expander, groups, root);
  },

  write: (file, _policy, change) => edited(wholeOf(file), change),
});

/** The main file that includes this one, when it is in view in this folder or above; else this one. */
function wholeOf(file: NginxFile): NginxFile {
  if (file.directives.some(({ name }) => name === 'http' || name === 'events')) return file;
  for (let folder = folderOf(file.source.file), steps = 0; steps < 4; folder = folderOf(folder), steps += 1) {
    const path = folder === '' ? 'nginx.conf' : `${folder}/nginx.conf`;
    const text = path === file.source.file || !file.files.exists(path) ? undefined : file.files.read(path);
    const main = text === undefined ? undefined : parseNginx(new SourceText(path, text), file.files).unit;
    if (main?.included.includes(file.source.file) === true) return main;
    if (folder === '') break;
  }
  return file;
}

function* policyOf(level: Level, expander: Expander, groups: UpstreamGroups, root: NginxFile): Generator<Reading> {
  const program = new ServerProgram(level, expander);
  for (const gap of program.gaps) yield { kind: 'gap', gap };
  const concerns = program.steps.some(({ effects }) => effects.some(({ header }) => header.startsWith('access-control-')));
  if (!concerns) return;
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
    listens: valuesOf(level, 'listen').flatMap((text) => (/^(?:.*:)?(\d+)$/.exec(text)?.[1] === undefined ? [] : [Number(/(\d+)$/.exec(text)![1])])),
    ...(root.uses.length === 0 ? {} : { parts: partsOf(root, level) }),
    evidence: { handWritten: true, canAddVary: true, readsCookies: 'unknown', noStore: false },
    notes: notesOf(level, program.locations, probes, at),
  };
  yield { kind: 'policy', policy };
}

/** Files that are included, each where this server has it, if it does: the same one may serve others too. */
function partsOf({ uses }: NginxFile, { head }: Level): NonNullable<Policy['parts']> {
  const inside = head === undefined ? uses : uses.filter(({ at }) => contains(head.whole, at));
  return uses.filter((use) => inside.includes(use) || !inside.some(({ file }) => file === use.file));
}

function valuesOf(level: Level, name: string): readonly string[] {
  return level.directives.filter((directive) => directive.name === name).flatMap(({ args }) => (name === 'listen' ? args.slice(0, 1) : args)).map(({ text }) => text);
}
