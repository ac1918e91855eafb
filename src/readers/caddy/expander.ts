import type { OriginSet } from '../../origins/origin-set.js';
import { admits } from '../../origins/membership.js';
import { ALWAYS, NEVER, unless, whenAll, whenAny, type Effect, type Guard, type HeaderValue } from '../../policy/program.js';
import type { Directive, Token } from '../../syntax/caddy/index.js';
import type { Span } from '../../text/span.js';
import { settingIsAbsent, type Fact } from '../../values/fact.js';
import { re2, type Capture, type View } from './matchers.js';
import { AS_SENT, pathLies, type Paths } from './paths.js';
import { combined, coveringGroup, coversWhole, equals, firstOf, headerValue, lies, MAX_CASES, type Case, type Part } from './texts.js';

/** Short names of a Caddyfile for placeholders, which are put in for the long ones before anything else (httpcaddyfile/httptype.go). */
const SHORT: Readonly<Record<string, string>> = { method: 'http.request.method', host: 'http.request.host', hostport: 'http.request.hostport', path: 'http.request.uri.path', uri: 'http.request.uri', scheme: 'http.request.scheme', port: 'http.request.port', query: 'http.request.uri.query', dir: 'http.request.uri.path.dir', file: 'http.request.uri.path.file', remote: 'http.request.remote', remote_host: 'http.request.remote.host' };
const SHORT_PREFIXES: Readonly<Record<string, string>> = { header: 'http.request.header.', cookie: 'http.request.cookie.', labels: 'http.request.host.labels.', path: 'http.request.uri.path.', file: 'http.request.uri.path.file.', query: 'http.request.uri.query.', re: 'http.regexp.', vars: 'http.vars.', rp: 'http.reverse_proxy.', err: 'http.error.', file_match: 'http.matchers.file.' };

function withLongNames(text: string): string {
  return text.replace(/\{(?:(\w+)|(\w+)\.([\w.-]*))\}/g, (whole, name: string | undefined, prefix: string | undefined, rest: string | undefined) => {
    if (name !== undefined) return Object.hasOwn(SHORT, name) ? `{${SHORT[name]}}` : whole;
    return prefix !== undefined && Object.hasOwn(SHORT_PREFIXES, prefix) ? `{${SHORT_PREFIXES[prefix]}${rest}}` : whole;
  });
}

/** Names that Caddy knows, of which the text is not followed. */
const KNOWN = /^(?:http\.|system\.|time\.|env\.|file\.|tls\.|client_ip$|uuid$|tls_|upstream_|orig_)/;

/** Length of a text past which no placeholders are looked for in it. */
const MAX_LENGTH = 4_000;

/** Rows of a map, assignments of a variable and changes of headers past which they are not followed. */
const MAX_ROWS = 200;
const MAX_CHANGES = 40;
const MAX_DEPTH = 3;

/** Ways of a request's headers past which they are not followed. */
const MAX_WAYS = 16;

/** What the handlers before this point of the chain have made of the request, and the words that placeholders then are. */
export class Request implements View {
  #paths: Paths = AS_SENT;
  #rewrites = 0;
  /** The status of the error that is handled; undefined outside of error routes. */
  errorStatus: number | undefined;
  readonly #assigned: { readonly name: string; readonly when: Guard; readonly cases: readonly Case[] }[] = [];
  readonly #maps: { readonly when: Guard; readonly directive: Directive; readonly source: Token; readonly names: readonly string[] }[] = [];
  readonly #captures: { readonly capture: Capture; readonly whole: Guard }[] = [];
  readonly #headers: { readonly name: string; readonly when: Guard; readonly cases: readonly Case[] | null; readonly at: Span }[] = [];

  get paths(): Paths {
    return this.#paths;
  }

  set paths(paths: Paths) {
    if (paths !== this.#paths) this.#rewrites += 1;
    this.#paths = paths;
  }

  /** The same text for as long as nothing that matchers ask about has changed. */
  get state(): string {
    return `${this.#rewrites} ${this.#assigned.length} ${this.#maps.length} ${this.#headers.length} ${this.errorStatus ?? ''}`;
  }

  header(name: string, set: OriginSet): Guard {
    let guard: Guard = name === 'origin' ? { g: 'origin', in: set } : { g: 'header', name, in: set };
    for (const changed of this.#headers) {
      if (changed.name !== name) continue;
      const now = changed.cases === null ? constant(set, null) : whenAny(...changed.cases.map((one) => whenAll(one.when, lies(one.parts, set, (other, of) => ({ g: 'header', name: other, in: of })))));
      guard = whenAny(whenAll(changed.when, now), whenAll(unless(changed.when), guard));
    }
    return guard;
  }

  path(set: OriginSet): Guard {
    return pathLies(this.paths, set);
  }

  expand(token: Token): readonly Case[] {
    return this.texts(token, false);
  }

  assign(name: string, when: Guard, value: Token): void {
    this.#assigned.push({ name, when, cases: this.texts(value, false) });
  }

  map(when: Guard, directive: Directive, [source, ...names]: readonly Token[]): void {
    if (source !== undefined) this.#maps.push({ when, directive, source, names: names.map(({ text }) => text.replace(/^\{|\}$/g, '')) });
  }

  /** A matcher was tried whose pattern has a name. */
  captured(capture: Capture, whole: Guard): void {
    const known = this.#captures.findIndex((one) => one.capture.source === capture.source);
    this.#captures.splice(known === -1 ? this.#captures.length : known, 1, { capture, whole });
  }

  /** A header of the request is another from here on, `null`: gone; false: too many were changed. */
  changeHeader(name: string, when: Guard, value: Token | null, at: Span): boolean {
    if (this.#headers.length >= MAX_CHANGES) return false;
    this.#headers.push({ name: name.toLowerCase(), when, cases: value === null ? null : this.texts(value, true), at });
    return true;
  }

  /** The request as it is passed on: changes of its headers, in each of the cases that they leave open; undefined: too many. */
  passedOn(when: Guard): readonly { readonly when: Guard; readonly effects: readonly Effect[] }[] | undefined {
    let ways: readonly { readonly when: Guard; readonly effects: readonly Effect[] }[] = [{ when, effects: [] }];
    for (const { name, when: changes, cases, at } of this.#headers) {
      const effect = (value: HeaderValue | undefined): Effect => (value === undefined ? { op: 'remove', header: name, value: { v: 'literal', text: '', at, written: true }, statuses: 'all', at } : { op: 'set', header: name, value, statuses: 'all', at });
      ways = ways.flatMap((way) => [
        ...(cases === null ? [{ when: whenAll(way.when, changes), effects: [...way.effects, effect(undefined)] }] : cases.map((one) => ({ when: whenAll(way.when, changes, one.when), effects: [...way.effects, effect(headerValue(one.parts, at))] }))),
        { ...way, when: whenAll(way.when, unless(changes)) },
      ]);
      ways = ways.filter((way) => way.when.g !== 'never');
      if (ways.length > MAX_WAYS) return undefined;
    }
    return ways;
  }

  /** The texts that a word can be. `keep`: a placeholder that nobody knows stays as it is written. */
  texts(token: Token, keep: boolean, depth = 0): readonly Case[] {
    let cases: readonly Case[] = [{ when: ALWAYS, parts: [] }];
    for (const piece of token.pieces) {
      const next = piece.kind === 'env' ? environment(piece.name, piece.fallback, piece.at) : this.#placeholders(piece.text, token, keep, depth);
      cases = combined(cases, next);
      if (cases.length > MAX_CASES) return [unknownCase(token, 'budget', token.text)];
    }
    return cases.map((one) => (one.parts.length === 0 ? { ...one, parts: [{ p: 'text', text: '', at: token }] } : one));
  }

  #placeholders(text: string, at: Token, keep: boolean, depth: number): readonly Case[] {
    if (!text.includes('{')) return [{ when: ALWAYS, parts: [{ p: 'text', text, at }] }];
    if (text.length > MAX_LENGTH) return [unknownCase(at, 'budget', 'a long text')];
    let cases: readonly Case[] = [{ when: ALWAYS, parts: [] }];
    for (const match of withLongNames(text).matchAll(/\\([{}])|\{([^{}]*)\}|[^\\{]+|[\\{]/g)) {
      const written: readonly Case[] = [{ when: ALWAYS, parts: [{ p: 'text', text: match[1] ?? match[0], at }] }];
      cases = combined(cases, match[2] === undefined ? written : (this.#placeholder(match[2], at, depth) ?? (keep ? written : [])));
      if (cases.length > MAX_CASES) return [unknownCase(at, 'budget', text)];
    }
    return cases;
  }

  /** What a placeholder is; undefined when Caddy does not know its name. */
  #placeholder(name: string, at: Token, depth: number): readonly Case[] | undefined {
    const one = (part: Part): readonly Case[] => [{ when: ALWAYS, parts: [part] }];
    const header = /^http\.request\.header\.(.+)$/.exec(name)?.[1]?.toLowerCase() ?? (name === 'http.request.hostport' ? 'host' : undefined);
    if (header !== undefined) return this.#requestHeader(header, at);
    if (name === 'http.request.method') return one({ p: 'method', at });
    if (name === 'http.request.uri.path') return this.#paths.map(({ when, view }) => ({ when, parts: [view.kind === 'fixed' ? { p: 'text', text: view.path, at } : view.kind === 'stripped' && view.prefix === '' ? { p: 'path', at } : unknownCase(at, 'unsupported-syntax', 'the path behind a prefix').parts[0]!] }));
    if (name === 'http.error.status_code' && this.errorStatus !== undefined) return one({ p: 'text', text: String(this.errorStatus), at });
    const group = /^http\.regexp\.([^.]+)\.(\w+)$/.exec(name);
    if (group !== null) return this.#group(group[1]!, group[2]!, at);
    const variable = /^http\.vars\.(.+)$/.exec(name)?.[1];
    if (variable !== undefined) {
      const assigned = this.#assigned.filter((known) => known.name === variable).reverse();
      if (assigned.length > MAX_CHANGES) return [unknownCase(at, 'budget', `{${name}}`)];
      return firstOf([...assigned.flatMap(({ when, cases }) => cases.map((each) => ({ ...each, when: whenAll(when, each.when) }))), ...one({ p: 'text', text: '', at })]);
    }
    if (KNOWN.test(name)) return name.startsWith('http.regexp.') || name.startsWith('http.error.') ? undefined : [unknownCase(at, name.startsWith('env.') ? 'env-variable' : 'unsupported-syntax', `{${name}}`)];
    const maps = this.#maps.filter(({ names }) => names.includes(name));
    if (maps.length === 0) return undefined;
    if (depth >= MAX_DEPTH || maps.some(({ directive }) => (directive.block?.length ?? 0) > MAX_ROWS)) return [unknownCase(at, 'budget', `{${name}}`)];
    return firstOf([...maps.flatMap((map) => this.#mapped(map.directive, map.source, map.names.indexOf(name), depth).map((each) => ({ ...each, when: whenAll(map.when, each.when) }))), ...one({ p: 'text', text: `{${name}}`, at })]);
  }

  #requestHeader(name: string, at: Token): readonly Case[] {
    const changed = this.#headers.filter((known) => known.name === name).reverse();
    return firstOf([...changed.flatMap(({ when, cases }) => (cases ?? [{ when: ALWAYS, parts: [{ p: 'text' as const, text: '', at }] }]).map((each) => ({ ...each, when: whenAll(when, each.when) }))), { when: ALWAYS, parts: [{ p: 'header', name, at }] }]);
  }

  /** A group of a pattern that was tried on the way here; before that the placeholder has no value. */
  #group(name: string, group: string, at: Token): readonly Case[] | undefined {
    const tried = this.#captures.filter(({ capture }) => capture.name === name);
    if (tried.length === 0) return undefined;
    const cases = tried.flatMap(({ capture, whole }): readonly Case[] => {
      const { header, source, when } = capture;
      const covers = group === '0' ? coversWhole(source.text) : group === '1' && coveringGroup(source.text);
      const unknown: Part = { p: 'unknown', fact: { key: `caddy:{re.${name}.${group}}`, reason: 'unsupported-syntax', detail: `group ${group} of the pattern ${source.text}`, at }, at };
      const part: Part = !covers ? unknown : header === undefined ? { p: 'path', at } : { p: 'header', name: header, at };
      // Of several lines of a matcher that fails it is open which ones were tried.
      return [{ when: whole, parts: [part] }, ...(whole === when ? [] : [{ when, parts: [unknown] }])];
    });
    return firstOf([...cases, { when: ALWAYS, parts: [{ p: 'text', text: `{http.regexp.${name}.${group}}`, at }] }]);
  }

  /** Rows in order, a text or `~` a pattern; `-` counts as no row; then the default (modules/caddyhttp/map). */
  #mapped(directive: Directive, source: Token, column: number, depth: number): readonly Case[] {
    const about = (name: string, set: OriginSet): Guard => this.header(name, set);
    return this.texts(source, false, depth + 1).flatMap((input) => {
      const rows = (directive.block ?? []).filter(({ name, args }) => name.text !== 'default' && args[column] !== undefined && args[column].text !== '-');
      const chosen = rows.flatMap((row): readonly Case[] => {
        const output = row.args[column]!;
        if (!row.name.text.startsWith('~')) return this.texts(output, false, depth + 1).map((one) => ({ ...one, when: whenAll(equals(input.parts, row.name.text, row.name, about), one.when) }));
        const source = { ...row.name, text: row.name.text.slice(1) };
        return [{ when: lies(input.parts, re2(source), about), parts: filledIn(output, source.text, input.parts) }];
      });
      const fallback = (directive.block ?? []).find(({ name }) => name.text === 'default')?.args[column];
      const last: readonly Case[] = fallback === undefined ? [{ when: ALWAYS, parts: [{ p: 'text', text: '', at: directive.at }] }] : this.texts(fallback, false, depth + 1);
      return firstOf([...chosen, ...last]).map((one) => ({ ...one, when: whenAll(input.when, one.when) }));
    });
  }
}

/** The output of a map's pattern: `$0` and `${1}` are groups, anything else is sent as it is written, placeholders too. */
function filledIn(output: Token, source: string, input: readonly Part[]): readonly Part[] {
  return [...withLongNames(output.text).matchAll(/\$\$|\$\{(\w+)\}|\$(\w+)|[^$]+|\$/g)].flatMap((match): readonly Part[] => {
    const group = match[1] ?? match[2];
    if (group === undefined) return [{ p: 'text', text: match[0] === '$$' ? '$' : match[0], at: output }];
    if (group === '0' ? coversWhole(source) : group === '1' && coveringGroup(source)) return input;
    return [{ p: 'unknown', fact: { key: `caddy@${output.file}:${output.start}`, reason: 'unsupported-syntax', detail: `group ${group} of the pattern ${source}`, at: output }, at: output }];
  });
}

function environment(name: string, fallback: string | undefined, at: Span): readonly Case[] {
  const fact: Fact = { key: `env:${name}`, reason: 'env-variable', detail: `the value of ${name}`, at };
  const written: Part = { p: 'unknown', fact, at };
  if (fallback === undefined) return [{ when: ALWAYS, parts: [written] }];
  const absent: Guard = { g: 'fact', fact: settingIsAbsent(name, at) };
  return [
    { when: absent, parts: [{ p: 'text', text: fallback, at }] },
    { when: unless(absent), parts: [written] },
  ];
}

function unknownCase(at: Token, reason: Fact['reason'], detail: string): Case {
  return { when: ALWAYS, parts: [{ p: 'unknown', fact: { key: `caddy:${detail}`, reason, detail, at }, at }] };
}

function constant(set: OriginSet, text: string | null): Guard {
  const lies = admits(set, text, () => undefined);
  return typeof lies === 'boolean' ? (lies ? ALWAYS : NEVER) : { g: 'fact', fact: lies };
}

