/**
 * lighttpd: the lists of mod_setenv with the conditions that they stand under, one policy per address it listens on.
 *
 * A list in a conditional block replaces the list outside as a whole, `+=` extends it; nothing of the request can be
 * put into a header, so one block per origin is the only allowlist there is; and a module that answers before
 * mod_setenv is asked sends its answer without the headers.
 */
import { lettingIn } from '../../middleware/client-networks.js';
import { reachedBy } from '../../middleware/listeners.js';
import { passesOn, policyOrLayer, saysCors } from '../../middleware/plain-layer.js';
import type { Gap, Policy } from '../../policy/program.js';
import { parseLighttpd, type LighttpdFile } from '../../syntax/lighttpd/index.js';
import { folderOf } from '../../text/files.js';
import { SourceText } from '../../text/source-text.js';
import { sameSpan, type Span } from '../../text/span.js';
import { defineReader, type Reading } from '../reader.js';
import { notesOf } from './notes.js';
import { probesOf } from './probes.js';
import { programOf } from './program.js';
import { isCutShort, isHarmless, scopesWith } from './settings.js';
import { socketsOf, type Socket } from './sockets.js';
import { edited } from './write.js';

const HEADER_LISTS = ['setenv.add-response-header', 'setenv.set-response-header'];

export default defineReader<LighttpdFile>({
  title: 'lighttpd',
  language: 'lighttpd',
  // A list of headers, or a variable that is one, or a main file whose includes may have one.
  mayConcern: /^(?:(?!#)[^\n])*\bsetenv\.(?:add|set)-response-header\b|(?<![\s\S])(?=[\s\S]*access-control-)[\s\S]*?^[ \t]*var\.[\w.-]+[ \t]*\+?=[ \t]*\(|(?<![\s\S])(?=[\s\S]*^[ \t]*include[ \t]+")[\s\S]*?^[ \t]*server\.(?:modules|document-root)[ \t]*\+?=/im,
  layers: { paths: /\.conf(?:\.(?:template|tmpl|tpl|in|j2))?$|(?:^|\/)lighttpd(?:\.d)?\/[^/.]+$/, text: /\b(?:proxy|fastcgi|scgi|uwsgi)\.server\b[ \t]*\+?=/ },

  *read(file) {
    const root = wholeOf(file);
    yield* root.included.map((path): Reading => ({ kind: 'covers', file: path }));
    const readings = socketsOf(root).flatMap((socket) => [...readingsOf(root, socket)]);
    yield* readings;
    for (const gap of gapsOf(root, readings.some(({ kind }) => kind === 'policy'))) yield { kind: 'gap', gap };
  },

  write: (file, _policy, change) => edited(wholeOf(file), change),
});

/** The main file that includes this one, when it is in view in this folder or above; else this one. */
function wholeOf(file: LighttpdFile): LighttpdFile {
  for (let folder = folderOf(file.source.file), steps = 0; steps < 4; folder = folderOf(folder), steps += 1) {
    const path = folder === '' ? 'lighttpd.conf' : `${folder}/lighttpd.conf`;
    if (path === file.source.file) return file;
    const text = file.files.exists(path) ? file.files.read(path) : undefined;
    const main = text === undefined ? undefined : parseLighttpd(new SourceText(path, text), file.files).unit;
    if (main?.included.includes(file.source.file) === true) return main;
    if (folder === '') break;
  }
  return file;
}

function* readingsOf(file: LighttpdFile, socket: Socket): Generator<Reading> {
  const { steps, conditions, handlers } = programOf(file, socket);
  if (!saysCors(steps) && !passesOn(steps)) return;
  const said = steps.filter(({ effects }) => effects.length > 0);
  const policy: Policy = {
    reader: 'lighttpd',
    title: socket.port === undefined ? 'lighttpd server' : `lighttpd server on port ${socket.port}`,
    layer: 'proxy',
    at: socket.at,
    steps: lettingIn(steps),
    behind: { options: handlers.length > 0 ? null : 200 },
    probes: probesOf(said, handlers, socket.at),
    survivesUncaught: true,
    listens: socket.port === undefined ? [] : [socket.port],
    evidence: { handWritten: true, canAddVary: true, readsCookies: 'unknown', noStore: false, ...reachedBy([{ address: socket.address ?? '', tls: socket.scheme === 'https', at: boundAt(file, socket) }]) },
    notes: notesOf(file, conditions),
  };
  yield* policyOrLayer(policy);
}

/** Where the address stands that a socket has: that of the main one in a line of its own. */
function boundAt({ scopes }: LighttpdFile, { at }: Socket): Span {
  const [main] = scopes;
  return (main !== undefined && sameSpan(main.at, at) ? main.settings.get('server.bind')?.at : undefined) ?? at;
}

function* gapsOf(file: LighttpdFile, concerned: boolean): Generator<Gap> {
  if (file.template !== undefined) yield { at: file.template, reason: 'template-syntax', message: 'this is a template; it was read up to here' };
  for (const name of HEADER_LISTS) {
    const [first] = scopesWith(file, name);
    if (isCutShort(file, name) && first !== undefined) yield { at: first.at, reason: 'budget', message: `${name} stands in more blocks, or in deeper ones, than are followed` };
  }
  if (!concerned) {
    const list = file.scopes.flatMap(({ settings }) => HEADER_LISTS.flatMap((name) => settings.get(name) ?? []))[0];
    const sent = list !== undefined && list.data.kind === 'list' && list.data.entries.some(({ key = '' }) => /^access-control-/i.test(key));
    if (sent) yield { at: list.at, reason: 'unsupported-syntax', message: 'mod_setenv is not in server.modules: lighttpd passes over these headers' };
    return;
  }
  for (const { at, what, how } of file.unread) if (!isHarmless(what)) yield { at, reason: how === 'include_shell' ? 'function-call' : 'import-not-resolved', message: how === 'include' ? `the included file ${what} is not in view` : how === 'variable' ? `the variable ${what} is not set in view` : `what the command ${what} prints is not known` };
  for (const { settings } of file.scopes) {
    for (const [name, { at }] of settings) {
      if (/^server\.error-handler(?:-404)?$/.test(name)) yield { at, reason: 'unsupported-syntax', message: 'errors are answered by another path here, with the headers of that one' };
      if (name.startsWith('magnet.attract-')) yield { at, reason: 'unsupported-syntax', message: 'a Lua script may change the response here' };
    }
  }
}
