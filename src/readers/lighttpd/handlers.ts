import type { OriginSet } from '../../origins/origin-set.js';
import { unless, whenAll, type End, type Guard, type Upstream } from '../../policy/program.js';
import { knownText, type Data, type Entry, type LighttpdFile } from '../../syntax/lighttpd/index.js';
import type { Span } from '../../text/span.js';
import type { Conditions } from './conditions.js';
import { inForce, scopesWith } from './settings.js';

/** Requests that are not answered from files. */
export interface Handler {
  readonly when: Guard;
  readonly end: End;
  readonly at: Span;
}

/** Modules that pass requests on or let programs answer them, with the setting that says which. */
const PROGRAMS: readonly (readonly [module: string, setting: string])[] = [
  ['mod_fastcgi', 'fastcgi.server'],
  ['mod_scgi', 'scgi.server'],
  ['mod_ajp13', 'ajp13.server'],
  ['mod_wstunnel', 'wstunnel.server'],
  ['mod_sockproxy', 'sockproxy.server'],
  ['mod_uwsgi', 'uwsgi.server'],
  ['mod_cgi', 'cgi.assign'],
];

/** What takes requests from the files: `proxy.server`, FastCGI and its kin, CGI, WebDAV. The first in the order of modules wins. */
export function handlersOf(file: LighttpdFile, conditions: Conditions, modules: readonly string[] | undefined): readonly Handler[] {
  const isLoaded = (module: string): boolean => modules === undefined || modules.includes(module);
  let taken: Guard[] = [];
  const found: Handler[] = [];
  const add = (when: Guard, end: End, at: Span): void => {
    found.push({ when: whenAll(when, ...taken), end, at });
  };
  if (isLoaded('mod_proxy')) {
    const maps = mapsOf(file);
    for (const { when, setting } of inForce(file, 'proxy.server', conditions)) {
      if (setting.data.kind !== 'list') continue;
      let earlier: Guard[] = [];
      for (const entry of setting.data.entries) {
        const matches = extension(entry, conditions);
        add(whenAll(when, matches, ...earlier), { to: 'upstream', upstream: upstreamOf(entry, maps) }, entry.at);
        earlier = [...earlier, unless(matches)];
      }
    }
    taken = [...taken, ...found.map(({ when }) => unless(when))];
  }
  for (const [module, name] of PROGRAMS) {
    if (!isLoaded(module)) continue;
    for (const { when, setting } of inForce(file, name, conditions)) {
      if (setting.data.kind === 'list') for (const entry of setting.data.entries) add(whenAll(when, extension(entry, conditions)), { to: 'behind' }, entry.at);
    }
  }
  if (isLoaded('mod_webdav')) for (const { when, setting } of inForce(file, 'webdav.activate', conditions)) if (/^(?:enabled?|true|1)$/i.test(knownText(setting.data) ?? '')) add(when, { to: 'behind' }, setting.at);
  return found;
}

/** `/folder` is how a path begins, anything else how it ends; the empty text is every path. */
function extension({ key = '', at }: Entry, conditions: Conditions): Guard {
  const set: OriginSet = key === '' ? { s: 'any' } : { s: key.startsWith('/') ? 'prefix' : 'suffix', text: key, subject: 'origin', ignoreCase: false, at };
  return conditions.path(set);
}

function upstreamOf(entry: Entry, maps: readonly { readonly prefix: string; readonly by: string }[]): Upstream {
  const hosts = hostsIn(entry.value);
  const [only] = hosts;
  const path = maps.find(({ prefix }) => (entry.key ?? '').startsWith(prefix)) ?? maps[0];
  const known = hosts.length === 1 && only !== undefined;
  return { host: known ? only.host : hosts.map(({ host, port }) => `${host}:${port}`).join(', '), port: known ? only.port : null, request: [], ...(path === undefined ? {} : { path }), at: entry.at };
}

/** `( ( "host" => "127.0.0.1", "port" => 3000 ), … )`, with names or without; without a port it is 80. */
function hostsIn(data: Data): readonly { readonly host: string; readonly port: number | null }[] {
  if (data.kind !== 'list') return [];
  const value = (name: string): Data | undefined => data.entries.find(({ key }) => key?.toLowerCase() === name)?.value;
  const host = knownText(value('host'));
  if (value('host') !== undefined) {
    const port = value('port');
    return [{ host: host ?? 'a host from the environment', port: host === undefined ? null : port === undefined ? 80 : portOf(knownText(port)) }];
  }
  return data.entries.flatMap(({ value: inner }) => (inner.kind === 'list' && inner.entries.some(({ key }) => key?.toLowerCase() === 'host') ? hostsIn(inner) : []));
}

function portOf(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}

/** `proxy.header = ( "map-urlpath" => ( "/api/" => "/" ) )`, where it is said for all. */
function mapsOf(file: LighttpdFile): readonly { readonly prefix: string; readonly by: string }[] {
  return scopesWith(file, 'proxy.header').flatMap(({ settings }) => {
    const data = settings.get('proxy.header')?.data;
    const map = data?.kind === 'list' ? data.entries.find(({ key }) => key?.toLowerCase() === 'map-urlpath')?.value : undefined;
    return map?.kind === 'list' ? map.entries.flatMap(({ key, value }) => (key === undefined || knownText(value) === undefined ? [] : [{ prefix: key, by: knownText(value)! }])) : [];
  });
}
