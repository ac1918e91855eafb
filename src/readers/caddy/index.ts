/**
 * Caddy: `header` at once or deferred, matchers, `handle` and `route`, `respond`, `reverse_proxy` and error routes of
 * a Caddyfile, one policy per site.
 *
 * Caddy sorts directives, adds what a proxied application sends to what it has set itself, and compares origins
 * exactly or with `*` at an end only: most of what goes wrong with CORS in Caddy is one of these three.
 */
import { lettingIn } from '../../middleware/client-networks.js';
import { reachedBy, type Listener } from '../../middleware/listeners.js';
import { passesOn, policyOrLayer, saysCors } from '../../middleware/plain-layer.js';
import type { Policy } from '../../policy/program.js';
import type { CaddyFile, Site, Token } from '../../syntax/caddy/index.js';
import { defineReader, type Reading } from '../reader.js';
import { probesOf } from './probes.js';
import { SiteProgram } from './program.js';
import { releaseFor, type Release } from './version.js';
import { wholeOf } from './whole.js';
import { edited } from './write.js';

export default defineReader<CaddyFile>({
  title: 'Caddy',
  language: 'caddy',
  // What is imported may hold the headers.
  mayConcern: /access-control-|\bimport\s/i,
  layers: { paths: /(?:^|\/)(?:[Cc]addyfile|Caddyfile[._-](?!(?:go|rs|js|ts|py|rb|sh|md|txt|html|j2|jinja2?|tmpl|tpl|gotmpl|erb)$)[\w-]+)$|\.(?:[Cc]addyfile|caddy)$/, text: /^[ \t]*(?:reverse_proxy|php_fastcgi)\b/m },

  *read(file) {
    const root = wholeOf(file);
    yield* [...new Set([...root.included, ...(root === file ? [] : [file.source.file])])].filter((path) => path !== root.source.file).map((path): Reading => ({ kind: 'covers', file: path }));
    if (isOfVersionOne(root)) return yield { kind: 'gap', gap: { at: { file: root.source.file, start: 0, end: 0 }, reason: 'unsupported-syntax', message: 'directives of Caddy 1 are not read' } };
    for (const { file: path, start, end, text } of root.missing) yield { kind: 'gap', gap: { at: { file: path, start, end }, reason: 'import-not-resolved', message: `the imported ${text} is not in view` } };
    const [first] = root.fragment;
    const release = releaseFor(root.files, root.source.file);
    const sites: readonly Site[] = first === undefined ? root.sites : [...root.sites, { keys: [], directives: root.fragment, at: first.at }];
    for (const site of sites) yield* policyOf(site, root, release);
  },

  write: edited,
});

/** Directives of the first Caddy, which the second does not know. */
function isOfVersionOne({ sites }: CaddyFile): boolean {
  return sites.some(({ directives }) => directives.some(({ name }) => /^(?:proxy|gzip|fastcgi|internal|startup|shutdown|errors|mime|websocket|cors)$/.test(name.text)) && !directives.some(({ name }) => /^(?:reverse_proxy|file_server|respond|handle|route|encode)$/.test(name.text)));
}

function* policyOf(site: Site, root: CaddyFile, release: Release): Generator<Reading> {
  const program = new SiteProgram(site, root.options, release);
  if (!saysCors(program.steps) && !passesOn(program.steps)) return;
  for (const gap of program.gaps) yield { kind: 'gap', gap };
  const host = site.keys.map(hostOf).find((name) => name !== undefined);
  const policy: Policy = {
    reader: 'caddy',
    title: host === undefined ? 'Caddy site' : `Caddy site ${host}`,
    layer: 'proxy',
    at: site.at,
    steps: lettingIn(program.steps),
    behind: { options: program.servesFilesOnly ? 200 : null },
    probes: probesOf(program.places, program.steps, host, site.at),
    survivesUncaught: true,
    listens: [...new Set(site.keys.flatMap((key) => portOf(key, root)))],
    ...(release.text === undefined ? {} : { version: `Caddy ${release.text}` }),
    evidence: { handWritten: true, canAddVary: true, readsCookies: 'unknown', noStore: false, ...reachedBy(listenersOf(site, root)) },
    notes: [],
  };
  yield* policyOrLayer(policy);
}

/** Addresses that a site is bound to, else its keys: names get certificates, unless told otherwise. */
function listenersOf({ keys, directives }: Site, { options }: CaddyFile): readonly Listener[] {
  const certified = options.every(({ name }) => name.text !== 'auto_https');
  const tls = directives.some(({ name }) => name.text === 'tls') || keys.some((key) => key.text.startsWith('https://') || (certified && hostOf(key) !== undefined && !/^http:|:\d+$/.test(key.text)));
  const bound = directives.filter(({ name }) => name.text === 'bind').flatMap(({ args }) => args);
  return (bound.length > 0 ? bound : keys).map((word) => ({ address: bound.length > 0 ? word.text : '', tls, at: { file: word.file, start: word.start, end: word.end } }));
}

/** A name that a site is served under. */
function hostOf({ text }: Token): string | undefined {
  return /^(?:https?:\/\/)?([a-z0-9.-]+\.[a-z0-9-]+)(?::\d+)?(?:\/.*)?$/i.exec(text)?.[1]?.toLowerCase();
}

/** The port of an address: written, or that of its scheme. */
function portOf({ text }: Token, { options }: CaddyFile): readonly number[] {
  const [, scheme, host = '', port] = /^(?:(https?):\/\/)?(\[[^\]]*\]|[^:/]*)(?::(\d+))?(?:\/.*)?$/.exec(text) ?? [];
  if (port !== undefined) return [Number(port)];
  const usual = (name: string, number: number): number => Number(options.find((one) => one.name.text === name)?.args[0]?.text ?? number);
  return scheme === 'http' ? [usual('http_port', 80)] : scheme === 'https' || host !== '' ? [usual('https_port', 443)] : [];
}
