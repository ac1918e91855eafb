import { admits } from '../../origins/membership.js';
import { ABSENT, allOf, anyOf, complement, exact, type OriginSet, type RegexSet } from '../../origins/origin-set.js';
import { ALWAYS, NEVER, unless, whenAll, whenAny, type Guard, type HeaderValue } from '../../policy/program.js';
import type { Directive, Token } from '../../syntax/nginx/index.js';
import type { Span } from '../../text/span.js';
import type { Fact } from '../../values/fact.js';

/** A piece of a text: known, a request header, the method, the path, or not known. */
export type Part =
  | { readonly p: 'text'; readonly text: string; readonly at: Span }
  | { readonly p: 'header'; readonly name: string; readonly at: Span }
  | { readonly p: 'method' | 'path'; readonly at: Span }
  | { readonly p: 'unknown'; readonly fact: Fact; readonly at: Span };

/** One of the texts that an expression can be, and when. */
export interface Case {
  readonly when: Guard;
  readonly parts: readonly Part[];
  /** A header of the layer behind on which the text depends, and the texts of it for which this is the case. */
  readonly inner?: { readonly header: string; readonly in: OriginSet };
}

/** Values of `set` variables at a point of a request's way. */
export type Variables = ReadonlyMap<string, readonly Part[]>;

/** Cases of one expression past which it is not followed. */
const MAX_CASES = 64;

/** Expands words with their variables: `set` variables, maps, request headers. */
export class Expander {
  readonly #maps = new Map<string, Directive>();

  /** Names that some `set` gives a value: elsewhere they are empty. */
  readonly #assigned = new Set<string>();

  constructor(http: readonly Directive[]) {
    const visit = (directives: readonly Directive[]): void => {
      for (const { name, args, block } of directives) {
        if (name === 'set' && args[0] !== undefined) this.#assigned.add(args[0].text.replace(/^\$/, '').toLowerCase());
        visit(block ?? []);
      }
    };
    visit(http);
    for (const directive of http) if (directive.name === 'map' && directive.args[1] !== undefined) this.#maps.set(directive.args[1].text.replace(/^\$/, '').toLowerCase(), directive);
  }

  expand(token: Token, variables: Variables, depth = 0): readonly Case[] {
    let cases: readonly Case[] = [{ when: ALWAYS, parts: [] }];
    for (const piece of token.text.matchAll(/\$\{(\w+)\}|\$(\w+)|[^$]+|\$/g)) {
      const name = piece[1] ?? piece[2];
      const next: readonly Case[] = name === undefined ? [{ when: ALWAYS, parts: [{ p: 'text', text: piece[0], at: token }] }] : this.#variable(name.toLowerCase(), token, variables, depth);
      cases = cases.flatMap((one) => next.map((two) => ({ ...one, ...two, when: whenAll(one.when, two.when), parts: joined([...one.parts, ...two.parts]) })));
      if (cases.length > MAX_CASES) return [unknownCase(token, 'budget', token.text)];
    }
    return cases.filter(({ when }) => when.g !== 'never').map((one) => (one.parts.length === 0 ? { ...one, parts: [{ p: 'text', text: '', at: token }] } : one));
  }

  #variable(name: string, at: Token, variables: Variables, depth: number): readonly Case[] {
    const set = variables.get(name);
    if (set !== undefined) return [{ when: ALWAYS, parts: set }];
    const map = this.#maps.get(name);
    if (map !== undefined) return depth > 8 ? [unknownCase(at, 'budget', `$${name}`)] : this.#map(map, variables, depth + 1);
    const header = /^http_(\w+)$/.exec(name)?.[1]?.replaceAll('_', '-');
    if (header !== undefined) return [{ when: ALWAYS, parts: [{ p: 'header', name: header, at }] }];
    if (name === 'request_method') return [{ when: ALWAYS, parts: [{ p: 'method', at }] }];
    if (name === 'uri' || name === 'document_uri') return [{ when: ALWAYS, parts: [{ p: 'path', at }] }];
    if (this.#assigned.has(name)) return [{ when: ALWAYS, parts: [{ p: 'text', text: '', at }] }];
    return [unknownCase(at, 'unsupported-syntax', `the variable $${name}`)];
  }

  /** Exact keys ignoring case, then patterns in order, then the default (ngx_http_map_find). */
  #map(map: Directive, variables: Variables, depth: number): readonly Case[] {
    const rows = map.block ?? [];
    const inner = /^\$\{?(?:upstream|sent)_http_(\w+)\}?$/.exec(map.args[0]!.text)?.[1]?.replaceAll('_', '-');
    if (inner !== undefined) return this.#innerMap(inner, map, variables, depth);
    return this.expand(map.args[0]!, variables, depth).flatMap((source) => {
      const chosen: Case[] = [];
      let earlier: Guard[] = [];
      const choose = (when: Guard, value: Token | undefined): void => {
        const guard = whenAll(source.when, when, ...earlier.map(unless));
        if (guard.g !== 'never') chosen.push(...(value === undefined ? [{ when: guard, parts: [{ p: 'text', text: '', at: map.at } as const] }] : this.expand(value, variables, depth).map((one) => ({ ...one, when: whenAll(guard, one.when) }))));
        earlier = [...earlier, when];
      };
      const hostnames = rows.some(({ name, args }) => name === 'hostnames' && args.length === 0);
      const keyed = rows.filter(({ name, nameToken, args }) => args.length === 1 && name !== 'include' && !(name === 'default' && nameToken.quote === undefined));
      for (const row of keyed) if (!isPattern(row, hostnames)) choose(equals(source.parts, row.name.replace(/^\\/, ''), true, row.nameToken), row.args[0]);
      for (const row of keyed) if (isPattern(row, hostnames) && !row.name.startsWith('~')) choose(matches(source.parts, hostname(row.name, row.nameToken)), row.args[0]);
      for (const row of keyed) if (row.name.startsWith('~')) choose(matches(source.parts, patternOf(row.nameToken, row.name)), row.args[0]);
      choose(ALWAYS, rows.find(({ name, nameToken }) => name === 'default' && nameToken.quote === undefined)?.args[0]);
      return chosen;
    });
  }

  /** A map over a header of the layer behind: which of its values is taken is seen when the response is there. */
  #innerMap(header: string, map: Directive, variables: Variables, depth: number): readonly Case[] {
    const rows = (map.block ?? []).filter(({ args }) => args.length === 1);
    let earlier: OriginSet[] = [];
    return rows
      .toSorted((a, b) => rank(a) - rank(b))
      .flatMap((row) => {
        const key = row.name;
        const set: OriginSet = key === 'default' ? { s: 'any' } : key.startsWith('~') ? patternOf(row.nameToken, key) : key === '' ? ABSENT : exact(key, row.nameToken, ['ignore-case']);
        const only = allOf([set, ...earlier.map(complement)]);
        earlier = [...earlier, set];
        return this.expand(row.args[0]!, variables, depth).map((one) => ({ ...one, inner: { header, in: only } }));
      });
  }
}

function rank({ name }: Directive): number {
  return name === 'default' ? 2 : name.startsWith('~') ? 1 : 0;
}

function isPattern({ name }: Directive, hostnames: boolean): boolean {
  return name.startsWith('~') || (hostnames && /^\*?\.|\.\*$/.test(name));
}

/** `*.example.com` with `hostnames`: whole labels in front; `app.*`: whole labels behind. The scheme is glued to the first label. */
function hostname(key: string, at: Token): OriginSet {
  const quoted = key.replace(/^\*?\./, '').replace(/\.\*$/, '').replace(/[.+^${}()|[\]\\/]/g, '\\$&');
  const source = key.endsWith('.*') ? `^${quoted}\\..+$` : key.startsWith('.') ? `^(?:.+\\.)?${quoted}$` : `^.+\\.${quoted}$`;
  return { s: 'regex', source, flags: 'i', dialect: 'pcre', use: 'full', subject: 'origin', at };
}

/** `~pattern`, `~*pattern`. */
export function patternOf(token: Token, text: string): RegexSet {
  const source = text.replace(/^!?~\*?/, '');
  return { s: 'regex', source, flags: /^!?~\*/.test(text) ? 'i' : '', dialect: 'pcre', use: 'search', subject: 'origin', at: token };
}

export function patternFor(token: Token, ignoreCase: boolean): RegexSet {
  return { s: 'regex', source: token.text, flags: ignoreCase ? 'i' : '', dialect: 'pcre', use: 'search', subject: 'origin', at: token };
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** When is a text in a set? Regexes of maps are never tried on the empty text. */
export function matches(parts: readonly Part[], set: OriginSet): Guard {
  const text = textOf(parts);
  if (text !== undefined) return text !== '' && admits(set, text, () => undefined) === true ? ALWAYS : NEVER;
  const [only] = parts;
  if (parts.length !== 1 || only === undefined) return open(parts);
  if (only.p === 'method') return { g: 'method', in: METHODS.filter((method) => admits(set, method, () => undefined) === true) };
  if (only.p === 'path') return { g: 'path', in: set };
  return only.p === 'header' ? about(only.name, allOf([complement(ABSENT), set])) : open(parts);
}

/** When does a text equal another one? */
export function equals(parts: readonly Part[], wanted: string, ignoreCase: boolean, at: Span): Guard {
  const text = textOf(parts);
  if (text !== undefined) return (ignoreCase ? text.toLowerCase() === wanted.toLowerCase() : text === wanted) ? ALWAYS : NEVER;
  const moving = parts.filter((part) => part.p !== 'text');
  const index = parts.indexOf(moving[0]!);
  if (moving.length !== 1) return open(parts);
  const [before, after] = [textOf(parts.slice(0, index)) ?? '', textOf(parts.slice(index + 1)) ?? ''];
  if (!wanted.startsWith(before) || !wanted.endsWith(after) || wanted.length < before.length + after.length) return NEVER;
  const middle = wanted.slice(before.length, wanted.length - after.length);
  const [part] = moving;
  switch (part!.p) {
    case 'method':
      return { g: 'method', in: ignoreCase ? METHODS.filter((method) => method.toLowerCase() === middle.toLowerCase()) : [middle] };
    case 'path':
      return { g: 'path', in: exact(middle, at) };
    case 'header':
      return about(part!.name, middle === '' ? anyOf([ABSENT, exact('', at)]) : exact(middle, at, ignoreCase ? ['ignore-case'] : []));
    default:
      return open(parts);
  }
}

/** `if ($v)`: neither empty nor exactly `0`. */
export function isTrue(parts: readonly Part[], at: Span): Guard {
  return unless(whenAny(equals(parts, '', false, at), equals(parts, '0', false, at)));
}

function about(header: string, set: OriginSet): Guard {
  return header === 'origin' ? { g: 'origin', in: set } : { g: 'header', name: header, in: set };
}

function open(parts: readonly Part[]): Guard {
  const part = parts.find((one) => one.p === 'unknown') ?? parts[0]!;
  const fact: Fact = part.p === 'unknown' ? part.fact : { key: `nginx@${part.at.file}:${part.at.start}`, reason: 'unsupported-syntax', detail: 'a text put together at run time', at: part.at };
  return { g: 'fact', fact };
}

export function textOf(parts: readonly Part[]): string | undefined {
  return parts.every((part) => part.p === 'text') ? parts.map((part) => part.text).join('') : undefined;
}

function joined(parts: readonly Part[]): readonly Part[] {
  return parts.reduce<Part[]>((all, part) => {
    const last = all.at(-1);
    if (last?.p === 'text' && part.p === 'text') return [...all.slice(0, -1), { ...last, text: last.text + part.text }];
    return [...all, part];
  }, []);
}

function unknownCase(at: Token, reason: Fact['reason'], detail: string): Case {
  return { when: ALWAYS, parts: [{ p: 'unknown', fact: { key: `nginx:${detail}`, reason, detail, at }, at }] };
}

/** The text of a header; undefined when it is surely empty, which sends nothing. */
export function headerValue(parts: readonly Part[], at: Span): HeaderValue | undefined {
  const values = parts.filter((part) => part.p !== 'text' || part.text !== '').map((part): HeaderValue => {
    switch (part.p) {
      case 'text':
        return { v: 'literal', text: part.text, at: part.at, written: true };
      case 'header':
        return { v: 'request-header', name: part.name, at: part.at };
      case 'unknown':
        return { v: 'unknown', fact: part.fact, at: part.at };
      default:
        return { v: 'unknown', fact: { key: `nginx:${part.p}`, reason: 'unsupported-syntax', detail: `the request's ${part.p}`, at: part.at }, at: part.at };
    }
  });
  return values.length === 0 ? undefined : values.length === 1 ? values[0] : { v: 'concat', parts: values, at };
}
