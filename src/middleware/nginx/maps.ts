import { ABSENT, allOf, anyOf, complement, exact, type OriginSet } from '../../origins/origin-set.js';
import { ALWAYS, unless, whenAll, whenAny, type Guard } from '../../policy/program.js';
import type { Directive, Token } from '../../syntax/nginx/index.js';
import { clientIn, withoutNetwork } from '../client-networks.js';
import { equals, matches, patternOf } from './matching.js';
import { both, captured, responseHeader, unknownCase, variableName, type Case, type Part, type Scope, type Variables } from './variables.js';
import { open } from './ways.js';

type Expand = (token: Token, scope: Scope) => readonly Case[];

interface Row {
  readonly row: Directive;
  readonly kind: 'exact' | 'head' | 'tail' | 'pattern' | 'default';
  readonly key: string;
  readonly value: Token;
}

/** Rows in the order that they are tried: keys ignoring case, wildcards with the longest first, patterns as written, the default. */
function rowsOf(map: Directive): readonly Row[] {
  const rows = map.block ?? [];
  const hostnames = rows.some(({ name, args }) => name === 'hostnames' && args.length === 0);
  const found = rows.flatMap((row): readonly Row[] => {
    const [value, ...more] = row.args;
    if (value === undefined || more.length > 0 || row.name === 'include') return [];
    if (row.name === 'default') return [{ row, kind: 'default', key: '', value }];
    if (row.name.startsWith('~')) return [{ row, kind: 'pattern', key: row.name, value }];
    const kind = hostnames && /^\*?\./.test(row.name) ? 'head' : hostnames && /\.\*$/.test(row.name) ? 'tail' : 'exact';
    return [{ row, kind, key: row.name.replace(/^\\/, ''), value }];
  });
  const of = (kind: Row['kind']): readonly Row[] => found.filter((one) => one.kind === kind);
  const longest = (kind: Row['kind']): readonly Row[] => of(kind).toSorted((a, b) => b.key.length - a.key.length);
  return [...of('exact'), ...longest('head'), ...longest('tail'), ...of('pattern'), ...of('default').slice(-1)];
}

/** The cases of a map's variable (ngx_http_map_find). */
export function mapCases(map: Directive, scope: Scope, expand: Expand): readonly Case[] {
  const source = map.args[0];
  if (source === undefined) return [];
  const inner = scope.responded ? responseHeader(variableName(source.text)) : undefined;
  if (inner !== undefined && /^\$(?:\w+|\{\w+\})$/.test(source.text)) return innerCases(inner, map, scope, expand);
  const rows = rowsOf(map);
  return expand(source, scope).flatMap((text) => {
    const found: Case[] = [];
    const exacts: Guard[] = [];
    const earlier: Guard[] = [];
    for (const { row, kind, key, value } of rows) {
      const pattern = kind === 'pattern' ? patternOf(row.nameToken, key) : undefined;
      const here = kind === 'default' ? ALWAYS : kind === 'exact' ? equals(text.parts, key, true, row.nameToken) : matches(text.parts, pattern ?? hostname(key, row.nameToken));
      // Two keys never hold together: the same one twice does not load.
      const when = whenAll(text.when, here, unless(whenAny(...earlier)), kind === 'exact' ? ALWAYS : unless(whenAny(...exacts)));
      (kind === 'exact' ? exacts : earlier).push(here);
      if (when.g === 'never') continue;
      const variables = pattern === undefined ? text.variables : captured(text.variables, pattern, text.parts);
      found.push(...expand(value, { ...scope, variables }).map((one) => both(text, { ...one, when: whenAll(when, one.when) })));
    }
    if (rows.at(-1)?.kind !== 'default') found.push({ when: whenAll(text.when, unless(whenAny(...exacts)), unless(whenAny(...earlier))), parts: [{ p: 'text', text: '', at: map.at }], variables: text.variables, ...(text.inner === undefined ? {} : { inner: text.inner }) });
    return found.filter(({ when }) => when.g !== 'never');
  });
}

/** A map over a header of the layer behind: which of its values is taken is seen when the response is there. */
function innerCases(header: string, map: Directive, scope: Scope, expand: Expand): readonly Case[] {
  const earlier: OriginSet[] = [];
  const rows = rowsOf(map);
  const found = rows.flatMap(({ row, kind, key, value }) => {
    const pattern = kind === 'pattern' ? patternOf(row.nameToken, key) : undefined;
    const set: OriginSet = kind === 'default' ? { s: 'any' } : pattern !== undefined ? allOf([pattern, complement(exact('', row.nameToken))]) : key === '' ? anyOf([ABSENT, exact('', row.nameToken)]) : exact(key, row.nameToken, ['ignore-case']);
    const only = allOf([set, ...earlier.map(complement)]);
    earlier.push(set);
    const variables = pattern === undefined ? scope.variables : captured(scope.variables, pattern, [{ p: 'response', name: header, at: row.nameToken }]);
    return expand(value, { ...scope, variables }).map((one) => both({ ...one, inner: { header, in: only } }, one));
  });
  return rows.at(-1)?.kind === 'default' ? found : [...found, { when: ALWAYS, parts: [{ p: 'text', text: '', at: map.at }], variables: scope.variables, inner: { header, in: allOf(earlier.map(complement)) } }];
}

/** `*.example.com` with `hostnames`: whole labels in front; `app.*`: whole labels behind. The scheme is glued to the first label. */
function hostname(key: string, at: Token): OriginSet {
  const quoted = key.replace(/^\*?\./, '').replace(/\.\*$/, '').replace(/[.+^${}()|[\]\\/]/g, '\\$&');
  const source = key.endsWith('.*') ? `^${quoted}\\..+$` : key.startsWith('.') ? `^(?:.+\\.)?${quoted}$` : `^.+\\.${quoted}$`;
  return { s: 'regex', source, flags: 'i', dialect: 'pcre', use: 'full', subject: 'origin', at };
}

/** What a text that is no address stands for in `geo` (ngx_http_geo_addr). */
const NO_ADDRESS = '255.255.255.255';

/**
 * `geo` by the address of the client, which only a run knows; by a text that is no address, as every Origin is, it
 * takes the network of 255.255.255.255.
 */
export function geoCases(geo: Directive, variables: Variables): readonly Case[] {
  const rows = (geo.block ?? []).filter(({ name, args }) => args.length === 1 && !['include', 'delete', 'proxy', 'default'].includes(name));
  const fallback = (geo.block ?? []).findLast(({ name, args }) => name === 'default' && args.length === 1)?.args[0];
  const textCase = (value: Token | undefined, when: Guard): Case => ({ when, parts: [{ p: 'text', text: value?.text ?? '', at: value ?? geo.at }], variables });
  const byClient = geo.args.length === 1 || /^\$(?:remote_addr|realip_remote_addr)$/.test(geo.args[0]!.text);
  if (!byClient && !/^\$http_/.test(geo.args[0]!.text)) return [{ ...unknownCase(geo.at, `the network of ${geo.args[0]!.text}`), variables }];
  const nets = rows.filter(({ name }) => !name.includes(':') && !name.includes('-')).toSorted((a, b) => bitsOf(b.name) - bitsOf(a.name));
  if (!byClient) {
    // A text that is an address is taken as one.
    const header: Part = { p: 'header', name: geo.args[0]!.text.slice('$http_'.length).toLowerCase().replaceAll('_', '-'), at: geo.args[0]! };
    const single = nets.filter(({ name }) => /^[\d.]+$/.test(name)).map((row) => ({ row, when: equals([header], row.name, false, row.nameToken) }));
    const net = nets.find(({ name }) => name === NO_ADDRESS || name === '255.255.255.255/32' || name.startsWith('0.0.0.0/0'));
    return [...single.map(({ row, when }) => textCase(row.args[0], when)), textCase(net?.args[0] ?? fallback, unless(whenAny(...single.map(({ when }) => when))))];
  }
  const guards = nets.map(({ name, at }) => ({ g: 'fact' as const, fact: withoutNetwork(clientIn('nginx', [name], at)) }));
  return [...nets.map((row, index) => textCase(row.args[0], whenAll(guards[index]!, unless(whenAny(...guards.slice(0, index)))))), textCase(fallback, unless(whenAny(...guards)))];
}

function bitsOf(network: string): number {
  return Number(/\/(\d+)$/.exec(network)?.[1] ?? 32);
}

/** A share of the requests by a hash of something. */
export function splitCases(split: Directive, variables: Variables): readonly Case[] {
  const rows = (split.block ?? []).filter(({ args }) => args.length === 1);
  const guards = rows.map(({ name, at }) => (name === '*' ? ALWAYS : open(`share ${at.file}:${at.start}`, `whether the request is in the share of ${name}`, at, 'function-call')));
  const cases = rows.map(({ args: [value] }, index): Case => ({ when: whenAll(guards[index]!, unless(whenAny(...guards.slice(0, index)))), parts: [{ p: 'text', text: value!.text, at: value! }], variables }));
  const rest: Case = { when: unless(whenAny(...guards)), parts: [{ p: 'text', text: '', at: split.at }], variables };
  return [...cases, rest].filter(({ when }) => when.g !== 'never');
}
