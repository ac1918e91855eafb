import { readers } from '../../src/generated/registries.js';
import { evaluate } from '../../src/policy/evaluate.js';
import { ALWAYS, type Policy, type Upstream } from '../../src/policy/program.js';
import type { PlainLayer } from '../../src/policy/topology.js';
import type { Reading } from '../../src/readers/reader.js';
import { languages } from '../../src/generated/registries.js';
import { languageOf, layerReadersFor, readersFor } from '../../src/engine-loading.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';

/** What a reader says of one file of some, read as a run that finds CORS elsewhere would read it. */
export async function readingsFor(reader: string, path: string, files: Readonly<Record<string, string>>): Promise<readonly Reading[]> {
  const text = files[path]!;
  const entry = readers[reader]!;
  if (![...layerReadersFor(path, text), ...readersFor(path, text)].some(({ id }) => id === reader)) return [];
  const language = await languages[languageOf(entry.language, path)!]!.load();
  await language.load();
  const { unit } = language.parse(new SourceText(path, text), filesFrom(files));
  return unit === undefined ? [] : [...(await entry.load()).read(unit)];
}

export async function layersIn(reader: string, path: string, text: string, others: Readonly<Record<string, string>> = {}): Promise<readonly PlainLayer[]> {
  return (await readingsFor(reader, path, { ...others, [path]: text })).flatMap((reading) => (reading.kind === 'layer' ? [reading.layer] : []));
}

/**
 * Where a request goes: `api:3000/users`, `401 asks` where credentials are wanted, another status that is answered here,
 * or `behind`. Several where it is open, sorted.
 */
export function wayOf(policy: Policy, url: string, { method = 'GET', headers = [] }: { readonly method?: string; readonly headers?: readonly (readonly [string, string])[] } = {}): string {
  const { pathname, hostname } = new URL(url, 'http://shop.example');
  const named = policy.steps.flatMap(({ end }) => (end?.to === 'upstream' ? [end.upstream] : []));
  const upstreams = named.filter(({ host, port }, index) => named.findIndex((other) => other.host === host && other.port === port) === index);
  const inner = upstreams.map((upstream) => ({ host: upstream.host, port: upstream.port, deployment: { policy: standIn(upstream, policy), inner: [] } }));
  const outcomes = evaluate({ policy, inner: [...inner, { host: null, port: null, deployment: { policy: standIn(undefined, policy), inner: [] } }] }, { method, path: pathname, headers: [['host', hostname], ...headers] });
  const ways = outcomes.map(({ response }) => {
    const [to, path] = ['x-to', 'x-path'].map((name) => response.headers.find((line) => line.name === name)?.text);
    if (to !== undefined) return to === 'behind' ? to : `${to}${path ?? '?'}`;
    return response.status === null ? 'a path that is not known' : `${response.status}${response.unauthenticated === undefined ? '' : ' asks'}`;
  });
  return [...new Set(ways)].sort().join(' or ');
}

function standIn(upstream: Upstream | undefined, { at, ...policy }: Policy): Policy {
  const to = upstream === undefined ? 'behind' : upstream.port === null ? upstream.host : `${upstream.host}:${upstream.port}`;
  return { ...policy, at, steps: [{ when: ALWAYS, effects: [{ op: 'set', header: 'x-to', value: { v: 'literal', text: to, at, written: true }, statuses: 'all', at }, { op: 'set', header: 'x-path', value: { v: 'request-part', part: 'path', at }, statuses: 'all', at }], end: { to: 'answer', status: 200 }, at }] };
}
