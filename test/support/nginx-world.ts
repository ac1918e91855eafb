import { evaluate, type Deployment, type HttpRequest, type HttpResponse, type Scenario } from '../../src/policy/evaluate.js';
import type { Fact } from '../../src/values/fact.js';
import { fromLoopback, isClientIn } from './loopback.js';

/** What is the case where an nginx runs, of all that its configuration does not say. */
export interface World {
  /** Files by their paths below the root. */
  readonly files: ReadonlySet<string>;
  /** Folders, each with its last slash. */
  readonly folders: ReadonlySet<string>;
  readonly contentType?: (path: string) => string;
  /** Other facts by their key. */
  readonly others?: (key: string) => boolean | undefined;
}

/** Is a fact true for a request? Undefined when the world does not say. */
export function truthIn(world: World, request: { readonly path: string; readonly query: string }): (fact: Fact) => boolean | undefined {
  const { path } = request;
  return (fact) => {
    const { key } = fact;
    const said = world.others?.(key);
    if (said !== undefined) return said;
    const name = key.replace(/^nginx:/, '');
    const [, told = name, place] = /^(.*?) at (\/.*|index .*)$/.exec(name) ?? [];
    const [, by, prefix, tail = ''] = /^(\/.*) for (\/\S*)(?: with (\S+))?$/.exec(place ?? '') ?? [];
    const where = place === undefined ? path : by !== undefined && prefix !== undefined ? by + path.slice(prefix.length) + tail : place.startsWith('/') ? place : `${path}${place.slice('index '.length)}`;
    if (told === 'file') return world.files.has(where) || (where.endsWith('/') && world.files.has(`${where}index.html`));
    if (told === 'missing') return !world.files.has(where) && !world.folders.has(where) && !world.folders.has(`${where}/`);
    if (told === 'folder') return (world.folders.has(where) && !world.files.has(`${where}index.html`)) || world.folders.has(`${where}/`);
    if (told.startsWith('index ')) return world.files.has(where + told.slice('index '.length));
    if (told.startsWith('try ')) return told.slice('try '.length).split(' ').some((tried) => (tried.endsWith('/') ? isFolder(world, tried.slice(0, -1).replaceAll('$uri', where)) : world.files.has(tried.replaceAll('$uri', where))));
    const test = /^file -([fde]) /.exec(told)?.[1];
    if (test !== undefined) return (test !== 'd' && world.files.has(where)) || (test !== 'f' && isFolder(world, where));
    if (name.startsWith('client in ')) return isClientIn(fact);
    if (name.startsWith('content type ')) return world.contentType?.(path) === name.slice('content type '.length);
    const query = /^the variable \$arg_(\w+)(=|~)"?(.*?)"?$/.exec(name);
    if (query !== null) return (new URLSearchParams(request.query).get(query[1]!) ?? '') === query[3];
    const type = /^the variable \$sent_http_content_type(=|~)(\w*)\/(.*)\/$/.exec(name);
    if (type !== null && world.contentType !== undefined) return new RegExp(type[3]!, type[2]).test(world.contentType(path));
    return undefined;
  };
}

function isFolder({ folders }: World, path: string): boolean {
  return folders.has(path.endsWith('/') ? path : `${path}/`);
}

/** The answer that is predicted for a request in a world, or why there is none. */
export function predicted(deployment: Deployment, request: HttpRequest, truth: (fact: Fact) => boolean | undefined, scenario: Scenario = {}): HttpResponse | { readonly unknown: string } {
  const outcomes = evaluate(deployment, request, { scenario, assumed: fromLoopback(deployment) }).filter(({ assumed }) => [...assumed.values()].every(({ fact, holds }) => (truth(fact) ?? holds) === holds));
  const [first] = outcomes;
  if (first === undefined) return { unknown: 'no outcome fits' };
  if (outcomes.length > 1) return { unknown: [...first.assumed.values()].filter(({ fact }) => truth(fact) === undefined).map(({ fact }) => fact.detail).join('; ') };
  const open = first.response.headers.find(({ text }) => text === null);
  return open === undefined ? first.response : { unknown: `the text of ${open.name}: ${open.fact?.detail ?? ''}` };
}

/** The path as nginx looks at it: decoded, slashes merged, dots resolved; the query apart. */
export function normalised(path: string): { readonly path: string; readonly query: string } {
  const [, bare = '', query = ''] = /^([^?]*)(?:\?(.*))?$/s.exec(path) ?? [];
  const parts: string[] = [];
  const words = decodeURIComponent(bare).replace(/\/{2,}/g, '/').split('/').slice(1);
  for (const [index, word] of words.entries()) {
    if (word === '..') parts.pop();
    if (word !== '.' && word !== '..') parts.push(word);
    else if (index === words.length - 1) parts.push('');
  }
  return { path: `/${parts.join('/')}`, query };
}

/** How a real answer differs from what is predicted: in status, in CORS headers, in Vary and in headers that mark a place. */
export function mismatches(response: HttpResponse, real: { readonly status: number; readonly headers: readonly (readonly [string, string])[] }): readonly string[] {
  const found = response.status === real.status ? [] : [`status ${response.status} instead of ${real.status}`];
  const sent = response.headers.map(({ name, text }) => [name, text ?? ''] as const);
  const names = new Set([...sent, ...real.headers].map(([name]) => name).filter((name) => /^access-control-|^vary$|^x-mark/.test(name)));
  for (const name of names) {
    const [mine, theirs] = [shape(name, sent), shape(name, real.headers)];
    if (mine !== theirs) found.push(`${name}: predicted ${mine}, sent ${theirs}`);
  }
  return found;
}

/** Several lines in order; those of Vary as the set of the names that caches look at, without that which gzip adds by itself. */
function shape(name: string, headers: readonly (readonly [string, string])[]): string {
  const lines = headers.filter(([candidate]) => candidate === name).map(([, text]) => text);
  if (name !== 'vary') return JSON.stringify(lines);
  return JSON.stringify([...new Set(lines.flatMap((line) => line.split(',')).map((item) => item.trim().toLowerCase()))].filter((item) => item !== 'accept-encoding').sort());
}

/** The server that nginx chooses by the Host header: an exact name, wildcards with the longest first, patterns in order, the default. */
export function chosen<T>(servers: readonly { readonly names: readonly string[]; readonly isDefault: boolean; readonly of: T }[], host: string): T | undefined {
  const name = host.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '');
  const all = servers.flatMap(({ names, of }) => names.map((one) => ({ name: one.toLowerCase(), of })));
  const wild = (test: (one: string) => boolean): T | undefined => all.filter(({ name: one }) => test(one)).sort((a, b) => b.name.length - a.name.length)[0]?.of;
  return (
    all.find((one) => one.name === name)?.of ??
    wild((one) => (one.startsWith('*.') && name.endsWith(one.slice(1))) || (one.startsWith('.') && `.${name}`.endsWith(one))) ??
    wild((one) => one.endsWith('.*') && name.startsWith(one.slice(0, -1))) ??
    all.find((one) => one.name.startsWith('~') && new RegExp(one.name.slice(1)).test(name))?.of ??
    servers.find(({ isDefault }) => isDefault)?.of ??
    servers[0]?.of
  );
}
