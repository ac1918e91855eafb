import type { HeaderValue, Guard } from '../../policy/program.js';
import { ALWAYS, unless, whenAll, whenAny } from '../../policy/program.js';
import { captureOf, capturable } from '../../origins/captures.js';
import { allOf, type OriginSet, type RegexSet } from '../../origins/origin-set.js';
import type { Directive, Token } from '../../syntax/nginx/index.js';
import type { Span } from '../../text/span.js';
import type { Fact } from '../../values/fact.js';
import { named } from './levels.js';
import { geoCases, mapCases, splitCases } from './maps.js';
import { changeOf, type RequestPath } from './request-path.js';

/** A piece of a text: known, a header of the request or of the response, the method, the path, the host, or not known. */
export type Part =
  | { readonly p: 'text'; readonly text: string; readonly at: Span }
  | { readonly p: 'header'; readonly name: string; readonly at: Span }
  | { readonly p: 'method' | 'host'; readonly at: Span }
  /** The path as the client asked for it, or as a redirect inside made it. */
  | { readonly p: 'path'; readonly of: RequestPath; readonly at: Span }
  /** What a group of a pattern takes of a text that it matches. */
  | { readonly p: 'group'; readonly of: readonly Part[]; readonly pattern: RegexSet; readonly group: number; readonly at: Span }
  /** A header of the response: as it came from the upstream, or as it is so far. */
  | { readonly p: 'response'; readonly name: string; readonly at: Span }
  | { readonly p: 'unknown'; readonly fact: Fact; readonly at: Span };

/** One of the texts that an expression can be, and when. */
export interface Case {
  readonly when: Guard;
  readonly parts: readonly Part[];
  /** Variables after it was looked at: those of maps are computed once. */
  readonly variables: Variables;
  /** A header of the layer behind on which the text depends, and the texts of it for which this is the case. */
  readonly inner?: Inner;
}

export interface Inner {
  readonly header: string;
  readonly in: OriginSet;
}

/** Values of `set` variables, of captures and of maps that were looked at, at a point of a request's way. */
export type Variables = ReadonlyMap<string, readonly Part[]>;

/** What variables depend on at that point. */
export interface Scope {
  readonly variables: Variables;
  readonly path: RequestPath;
  /** `$request_method` is GET, but of HEAD. */
  readonly saysGet: boolean;
  readonly noQuery: boolean;
  /** Headers of the response are there. */
  readonly responded: boolean;
}

const IS_HEAD: Guard = { g: 'method', in: ['HEAD'] };
/** Cases of one expression past which it is not followed. */
const MAX_CASES = 600;
const MAX_DEPTH = 12;
/** Directives of a level whose texts may depend on the path. */
const ASKS: readonly string[] = ['add_header', 'more_set_headers', 'set', 'if', 'rewrite'];
/** Pieces of one text, and characters of a piece. */
const MAX_PARTS = 60;
const MAX_TEXT = 20_000;

/** Expands words with their variables: `set` variables, captures, maps, request headers. */
export class Expander {
  /** `map`, `geo` and `split_clients` by the variable that they make; of two for one the last counts. */
  readonly #made = new Map<string, Directive>();

  /** Names that some `set` or some pattern gives a value: elsewhere they are empty. */
  readonly #assigned = new Set<string>();
  readonly #pathAsked = new WeakMap<readonly Directive[], boolean>();
  /** Names that groups of patterns give a value. */
  readonly #grouped = new Set<string>();

  constructor(http: readonly Directive[]) {
    const pending = [...http];
    for (let directive = pending.pop(); directive !== undefined; directive = pending.pop()) {
      const { name, args, block, nameToken } = directive;
      if (/^(?:set|auth_request_set|set_by_lua(?:_block|_file)?)$/.test(name) && args[0] !== undefined) this.#assigned.add(variableName(args[0].text));
      for (const { text } of [nameToken, ...args]) {
        for (const group of text.includes('(?') ? text.matchAll(/\(\?P?<(\w+)>/g) : []) {
          this.#assigned.add(group[1]!.toLowerCase());
          this.#grouped.add(group[1]!.toLowerCase());
        }
      }
      for (const inner of block ?? []) pending.push(inner);
    }
    for (const directive of http) {
      const made = directive.name === 'geo' ? directive.args.at(-1) : directive.name === 'map' || directive.name === 'split_clients' ? directive.args[1] : undefined;
      if (made !== undefined && directive.block !== undefined) this.#made.set(variableName(made.text), directive);
    }
  }

  /** Do texts that are looked at one after the other hang together: one asks for a group, and a map may set it? */
  hangTogether(tokens: readonly Token[]): boolean {
    const names = new Set(tokens.flatMap(({ text }) => [...text.matchAll(/\$\{?(\w+)/g)].map((found) => found[1]!.toLowerCase())));
    return [...names].some((name) => this.#made.get(name)?.name === 'map') && [...names].some((name) => /^[1-9]$/.test(name) || this.#grouped.has(name));
  }

  /** Does what a level writes and tests depend on the path? */
  asksPath(directives: readonly Directive[]): boolean {
    let asks = this.#pathAsked.get(directives);
    if (asks === undefined) this.#pathAsked.set(directives, (asks = ASKS.some((name) => named(directives, name).some((directive) => this.#isAboutPath(directive)))));
    return asks;
  }

  #isAboutPath({ name, args, block }: Directive): boolean {
    return name === 'rewrite' || args.some(({ text }) => /^\(?!?-[fdex]$/.test(text) || this.#namesPath(text, 0)) || (name === 'if' && block !== undefined && this.asksPath(block));
  }

  #namesPath(text: string, depth: number): boolean {
    return [...text.matchAll(/\$\{?(\w+)/g)].some((found) => {
      const name = found[1]!.toLowerCase();
      if (/^(?:document_)?uri$|^request_filename$/.test(name)) return true;
      const made = depth > MAX_DEPTH ? undefined : this.#made.get(name);
      return made?.name === 'map' && [made.args[0]!, ...made.block!.flatMap(({ args }) => args)].some((token) => this.#namesPath(token.text, depth + 1));
    });
  }

  expand(token: Token, scope: Scope, depth = 0): readonly Case[] {
    let cases: readonly Case[] = [{ when: ALWAYS, parts: [], variables: scope.variables }];
    for (const piece of token.text.matchAll(/\$\{(\w+)\}|\$(\w+)|[^$]+|\$/g)) {
      const name = piece[1] ?? piece[2];
      cases = cases.flatMap((one) => {
        const next: readonly Case[] = name === undefined ? [{ when: ALWAYS, parts: [{ p: 'text', text: piece[0], at: token }], variables: one.variables }] : this.#variable(name.toLowerCase(), token, { ...scope, variables: one.variables }, depth);
        return next.map((two) => both(one, { ...two, when: whenAll(one.when, two.when), parts: joined([...one.parts, ...two.parts]) }));
      });
      if (cases.length > MAX_CASES || cases.some(({ parts }) => parts.length > MAX_PARTS || parts.some((part) => part.p === 'text' && part.text.length > MAX_TEXT))) return [{ ...unknownCase(token, `the text ${token.text}`, 'budget'), variables: scope.variables }];
    }
    return cases.filter(({ when }) => when.g !== 'never').map((one) => (one.parts.length === 0 ? { ...one, parts: [{ p: 'text', text: '', at: token }] } : one));
  }

  #variable(name: string, at: Token, scope: Scope, depth: number): readonly Case[] {
    const { variables } = scope;
    const is = (...parts: readonly Part[]): readonly Case[] => [{ when: ALWAYS, parts, variables }];
    const set = variables.get(name);
    if (set !== undefined) return is(...set);
    const made = this.#made.get(name);
    if (made !== undefined) {
      if (depth > MAX_DEPTH) return [{ ...unknownCase(at, `the variable $${name}`, 'budget'), variables }];
      const cases = this.#cases(made, scope, depth + 1);
      // Computed once for a request, whatever changes later.
      return made.name === 'map' && made.block!.some((row) => row.name === 'volatile' && row.args.length === 0) ? cases : cases.map((one) => (one.inner === undefined ? { ...one, variables: new Map(one.variables).set(name, one.parts) } : one));
    }
    const header = /^http_(\w+)$/.exec(name)?.[1]?.replaceAll('_', '-') ?? { content_type: 'content-type', content_length: 'content-length' }[name];
    if (header !== undefined) return is({ p: 'header', name: header, at });
    const sent = responseHeader(name);
    if (sent !== undefined) return is(scope.responded ? { p: 'response', name: sent, at } : { p: 'text', text: '', at });
    if (name === 'request_method' && scope.saysGet) return ['HEAD', 'GET'].map((text) => ({ when: text === 'HEAD' ? IS_HEAD : unless(IS_HEAD), parts: [{ p: 'text', text, at }], variables }));
    if (name === 'request_method') return is({ p: 'method', at });
    if (name === 'uri' || name === 'document_uri') return is(pathPart(scope.path, at));
    if (name === 'host') return is({ p: 'host', at });
    if (this.#assigned.has(name) || /^\d$/.test(name) || (scope.noQuery && /^(?:arg_\w+|args|query_string|is_args)$/.test(name))) return is({ p: 'text', text: '', at });
    const setting = settingIn(at.text, name);
    return [{ ...(setting === undefined ? unknownCase(at, `the variable $${name}`) : unknownCase(at, `the value of ${setting}`, 'env-variable')), variables }];
  }

  #cases(made: Directive, scope: Scope, depth: number): readonly Case[] {
    if (made.name === 'geo') return geoCases(made, scope.variables);
    if (made.name === 'split_clients') return splitCases(made, scope.variables);
    return mapCases(made, scope, (token, inside) => this.expand(token, inside, depth));
  }
}

/**
 * The name under which a response's header is looked for: `$sent_http_…` as it is so far, `$upstream_http_…` as it came,
 * hidden or not. The content type is none of them: nobody says what it is.
 */
export function responseHeader(variable: string): string | undefined {
  const [, from, name] = /^(sent|upstream)_http_(\w+)$/.exec(variable) ?? [];
  if (from === undefined || name === undefined || name === 'content_type') return undefined;
  return `${from === 'sent' ? '' : CAME}${name.replaceAll('_', '-')}`;
}

/** In front of the name under which a header that came from the upstream is kept aside; no header has such a name. */
export const CAME = ':upstream:';

/** `$uri` at a point of a request's way. */
export function pathPart(path: RequestPath, at: Span): Part {
  return path.kind === 'text' ? { p: 'text', text: path.text, at } : { p: 'path', of: path, at };
}

/** `$name` or `${name}` as a key: names ignore case. */
export function variableName(text: string): string {
  return text.replace(/^\$\{?|\}$/g, '').toLowerCase();
}

/** The second case where the first holds too: what both ask of the response is asked together. */
export function both(first: Case, second: Case): Case {
  const [a, b] = [first.inner, second.inner];
  if (a === undefined) return second;
  if (b === undefined || a.header === b.header) return { ...second, inner: b === undefined ? a : { header: a.header, in: allOf([a.in, b.in]) } };
  return { ...second, ...unknownCase(second.parts[0]?.at ?? first.parts[0]!.at, `a text by ${a.header} and ${b.header} of the response`), when: second.when };
}

/** Equal texts in one case each: for tests, where the place of a text means nothing. */
export function merged(cases: readonly Case[]): readonly Case[] {
  const found: Case[] = [];
  const groups = new Map<string, { readonly first: Case; readonly guards: Guard[] }>();
  for (const one of cases) {
    const text = textOf(one.parts);
    // Other variables that were computed on the way keep them apart.
    const key = text === undefined || one.inner !== undefined ? undefined : JSON.stringify([text, [...one.variables].map(([name, parts]) => [name, textOf(parts) ?? parts])]);
    const group = key === undefined ? undefined : groups.get(key);
    if (group !== undefined) group.guards.push(one.when);
    else if (key === undefined) found.push(one);
    else groups.set(key, { first: one, guards: [one.when] });
  }
  return [...[...groups.values()].map(({ first, guards }) => ({ ...first, when: whenAny(...guards) })), ...found];
}

/**
 * Variables after a pattern matched: `$1` and on, and named groups. A group around the whole of an anchored pattern is
 * the text itself. A pattern of a map or a location that fails changes nothing.
 */
export function captured(variables: Variables, set: RegexSet, parts: readonly Part[]): Variables {
  const groups = [...set.source.replace(/\\./g, '__').replace(/\[[^\]]*\]/g, (all) => '_'.repeat(all.length)).matchAll(/\((?!\?)|\(\?P?<(?![=!])(\w+)>/g)];
  const whole = /^\^\((?:\?P?<\w+>)?(.*)\)\$$/s.exec(set.source);
  const isWhole = whole !== null && balanced(whole[1]!);
  const next = new Map(forgotten(variables));
  groups.forEach((group, index) => {
    const value: readonly Part[] = index === 0 && isWhole ? parts : [groupOf(set, index + 1, parts)];
    next.set(String(index + 1), value);
    if (group[1] !== undefined) next.set(group[1].toLowerCase(), value);
  });
  return next;
}

/** Variables after a pattern of `if` or `rewrite` failed: numbered groups are gone (`r->ncaptures`), named ones stay. */
export function forgotten(variables: Variables): Variables {
  const numbered = [...variables.keys()].filter((name) => /^[1-9]$/.test(name));
  return numbered.length === 0 ? variables : new Map([...variables].filter(([name]) => !numbered.includes(name)));
}

function groupOf(pattern: RegexSet, group: number, parts: readonly Part[]): Part {
  const { at } = pattern;
  const text = textOf(parts);
  const taken = text === undefined ? undefined : captureOf(pattern, group, text);
  if (taken !== undefined) return { p: 'text', text: taken, at };
  if (text === undefined && capturable(pattern) && !parts.some(({ p }) => p === 'unknown' || p === 'response')) return { p: 'group', of: parts, pattern, group, at };
  return { p: 'unknown', fact: { key: `nginx:capture:${pattern.source}:${group}`, reason: 'unsupported-syntax', detail: `group ${group} of the pattern ${pattern.source}`, at }, at };
}

/** Does every parenthesis close inside the text? */
function balanced(source: string): boolean {
  let depth = 0;
  for (const [character] of source.replace(/\\./g, '__').matchAll(/[()]/g)) {
    depth += character === '(' ? 1 : -1;
    if (depth < 0) return false;
  }
  return depth === 0;
}

export function textOf(parts: readonly Part[]): string | undefined {
  return parts.every((part) => part.p === 'text') ? parts.map((part) => part.text).join('') : undefined;
}

/** Pieces that are known, next to each other, in one. */
export function joined(parts: readonly Part[]): readonly Part[] {
  return parts.reduce<Part[]>((all, part) => {
    const last = all.at(-1);
    if (last?.p === 'text' && part.p === 'text') return [...all.slice(0, -1), { ...last, text: last.text + part.text }];
    return [...all, part];
  }, []);
}

/** `${NAME}` in capitals is what envsubst replaces in a template; nginx's own variables are written small. With a name: only that one. */
export function settingIn(text: string, name?: string): string | undefined {
  return [...text.matchAll(/\$(?:\{([A-Z][A-Z0-9_]*)\}|([A-Z][A-Z0-9_]*)\b)/g)].map((found) => found[1] ?? found[2]!).find((found) => name === undefined || found.toLowerCase() === name);
}

export function unknownCase(at: Span, detail: string, reason: Fact['reason'] = 'unsupported-syntax'): Omit<Case, 'variables'> {
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
      case 'response':
        return { v: 'response-header', name: part.name, at: part.at };
      case 'unknown':
        return { v: 'unknown', fact: part.fact, at: part.at };
      case 'method':
      case 'host':
        return { v: 'request-part', part: part.p, at: part.at };
      case 'path': {
        const as = changeOf(part.of);
        if (part.of.kind === 'unknown') return { v: 'unknown', fact: { key: `nginx:path:${part.of.key}`, reason: 'unsupported-syntax', detail: 'the rewritten path', at: part.at }, at: part.at };
        return { v: 'request-part', part: 'path', ...(as === undefined ? {} : { as }), at: part.at };
      }
      case 'group': {
        const of = headerValue(part.of, part.at);
        return of === undefined ? { v: 'literal', text: '', at: part.at, written: true } : { v: 'captured', of, pattern: part.pattern, group: part.group, at: part.at };
      }
    }
  });
  return values.length === 0 ? undefined : values.length === 1 ? values[0] : { v: 'concat', parts: values, at };
}
