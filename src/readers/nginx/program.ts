import { admits } from '../../origins/membership.js';
import { ABSENT, complement, exact, type OriginSet } from '../../origins/origin-set.js';
import { ALWAYS, unless, whenAll, type Effect, type End, type Gap, type Guard, type Step, type Upstream } from '../../policy/program.js';
import type { Directive, Token } from '../../syntax/nginx/index.js';
import type { Span } from '../../text/span.js';
import { elsewhere, locationsOf, type Location } from './locations.js';
import { accumulated, handlerOf, inherited, levelOf, type Level } from './levels.js';
import { equals, Expander, headerValue, isTrue, matches, patternFor, textOf, type Case, type Part, type Variables } from './variables.js';

/** Statuses that get headers without `always` (ngx_http_headers_filter). */
const SAFE_STATUSES = [200, 201, 204, 206, 301, 302, 303, 304, 307, 308];

const CORS_HEADERS = ['origin', 'credentials', 'methods', 'headers'].map((name) => `access-control-allow-${name}`).concat('access-control-expose-headers', 'access-control-max-age');

/** Ways of a request through a server past which the rest is a gap. */
const MAX_WAYS = 400;
const MAX_REDIRECTS = 4;

/** Where a request has come to, on one of its ways. */
interface Way {
  readonly when: Guard;
  readonly variables: Variables;
  /** The configuration in force: the location's, or that of the last true `if`. */
  readonly level: Level;
  readonly location: Location | undefined;
  /** The method as it is for the content (an `error_page` to a URI makes it GET). */
  readonly asGet: boolean;
  /** A status that an `error_page` fixes for whatever comes now. */
  readonly status?: number;
  readonly redirects: number;
}

/** A server's program: every way of a request through the rewrite, access and content phases, as guarded steps. */
export class ServerProgram {
  readonly steps: Step[] = [];
  readonly gaps: Gap[] = [];
  readonly locations: readonly Location[];
  #ways = 0;

  constructor(
    readonly server: Level,
    private readonly expander: Expander,
  ) {
    this.locations = locationsOf(server.directives, server);
    const start: Way = { when: ALWAYS, variables: new Map(), level: server, location: undefined, asGet: false, redirects: 0 };
    for (const way of this.#rewrite(server.directives, start)) this.#route(way);
  }

  /** Continues in the location that the request's path selects, or in the server itself. */
  #route(way: Way): void {
    for (const location of this.locations) {
      if (location.kind === 'named' || location.internal) continue;
      this.#enter({ ...way, when: whenAll(way.when, location.when), level: location.level, location });
      const bare = location.redirectsTo?.slice(0, -1);
      if (bare === undefined || this.locations.some((other) => other.kind === 'exact' && other.text === bare)) continue;
      // `/api` for a location `/api/` that passes requests on: redirected before any `if` of it is looked at.
      const at = location.level.head!.at;
      this.#answer({ ...way, when: whenAll(way.when, { g: 'path', in: exact(bare, at) }), level: location.level, location }, 301, at);
    }
    this.#content({ ...way, when: whenAll(way.when, elsewhere(this.locations)) });
  }

  #enter(way: Way): void {
    const limit = way.level.directives.find(({ name, block }) => name === 'limit_except' && block !== undefined);
    const methods = limit?.args.flatMap(({ text }) => (text === 'GET' ? ['GET', 'HEAD'] : [text])) ?? [];
    if (limit?.block !== undefined && !way.asGet) {
      // Other methods get the inner configuration, which has no rewrite directives.
      this.#content({ ...way, when: whenAll(way.when, unless({ g: 'method', in: methods })), level: levelOf('limit_except', limit.block, way.level, limit) });
    }
    const listed: Way = limit === undefined || way.asGet ? way : { ...way, when: whenAll(way.when, { g: 'method', in: methods }) };
    for (const next of this.#rewrite(way.level.directives, listed)) this.#content(next);
  }

  /** The rewrite directives of a level, in order; ways that end are answered here, the others are returned. */
  #rewrite(directives: readonly Directive[], start: Way): readonly Way[] {
    let ways: readonly Way[] = [start];
    for (const directive of directives) {
      const next: Way[] = [];
      for (const way of ways) {
        if (way.when.g === 'never') continue;
        next.push(...this.#rewriteOne(directive, way));
      }
      ways = next;
      this.#ways += ways.length;
      if (ways.length > MAX_WAYS || this.#ways > 40 * MAX_WAYS) {
        this.gaps.push({ at: directive.at, reason: 'budget', message: 'too many conditions in a row to follow all of them' });
        return [];
      }
    }
    return ways;
  }

  #rewriteOne(directive: Directive, way: Way): readonly Way[] {
    const [first, second] = directive.args;
    switch (directive.name) {
      case 'set':
        if (first === undefined || second === undefined) return [way];
        return this.expander.expand(second, way.variables).map((one) => ({ ...way, when: whenAll(way.when, one.when), variables: new Map(way.variables).set(first.text.replace(/^\$/, '').toLowerCase(), one.parts) }));
      case 'if': {
        if (directive.block === undefined) return [way];
        const taken = levelOf('if', directive.block, way.location === undefined ? way.level : way.location.level, directive);
        return this.#condition(directive, way).flatMap(({ when, otherwise }) => [
          ...this.#rewrite(directive.block!, { ...way, when: whenAll(way.when, when), level: taken }),
          ...(otherwise.g === 'never' ? [] : [{ ...way, when: whenAll(way.when, otherwise) }]),
        ]);
      }
      case 'return': {
        const code = Number(first?.text);
        if (code === 444 || code === 499) {
          this.#emit(way, { to: 'answer', status: 0, fault: 'the connection is closed without a response' }, directive.at);
          return [];
        }
        const redirect = first !== undefined && !Number.isInteger(code);
        const withText = second !== undefined && ![301, 302, 303, 307, 308].includes(code);
        this.#answer(way, redirect ? 302 : code, directive.at, withText || code < 300);
        return [];
      }
      case 'rewrite':
        return this.#rewritten(directive, way);
      default:
        return [way];
    }
  }

  #rewritten(directive: Directive, way: Way): readonly Way[] {
    const [pattern, target, flag] = directive.args;
    if (pattern === undefined || target === undefined) return [way];
    const when: Guard = { g: 'path', in: patternFor(pattern, false) };
    const status = flag?.text === 'permanent' ? 301 : flag?.text === 'redirect' || /^(https?:\/\/|\$scheme)/.test(target.text) ? 302 : undefined;
    const stays: Way = { ...way, when: whenAll(way.when, unless(when)) };
    const goes: Way = { ...way, when: whenAll(way.when, when) };
    if (status !== undefined) {
      this.#answer(goes, status, directive.at, true);
      return [stays];
    }
    if (flag?.text === 'last' && !target.text.includes('$')) {
      this.#redirect(goes, target.text, directive);
      return [stays];
    }
    // Inside the location the headers stay the same, whatever the path becomes.
    return [way];
  }

  /** When an `if` is taken, and when not. */
  #condition(directive: Directive, way: Way): readonly { readonly when: Guard; readonly otherwise: Guard }[] {
    const words = peeled(directive.args);
    const [left, operator, right] = words;
    if (left === undefined) return [];
    if (/^!?-[fdex]$/.test(left.text)) return [openWhen(directive.at, `the file test ${words.map(({ text }) => text).join(' ')}`)];
    return this.expander.expand(left, way.variables).flatMap((one) => {
      const test = ((): readonly Guard[] => {
        if (operator === undefined) return [isTrue(one.parts, left)];
        if (right === undefined) return [];
        if (/^!?~\*?$/.test(operator.text)) return [matchesIf(one.parts, right, operator.text.includes('*'))];
        return this.expander.expand(right, way.variables).map((two) => {
          const text = textOf(two.parts);
          return text === undefined ? openWhen(directive.at, 'a comparison').when : whenAll(two.when, equals(one.parts, text, false, right));
        });
      })();
      const negated = operator?.text.startsWith('!') === true;
      return test.map((guard) => {
        const when = negated ? unless(guard) : guard;
        return { when: whenAll(one.when, when), otherwise: whenAll(one.when, unless(when)) };
      });
    });
  }

  /** Access, then what makes the response. */
  #content(way: Way): void {
    const { level } = way;
    if (way.when.g === 'never') return;
    const at = level.head?.at ?? way.location?.level.head?.at ?? this.server.head?.at ?? { file: '', start: 0, end: 0 };
    const [basic] = inherited(level, 'auth_basic');
    const rules = inheritedAccess(level);
    let open = way;
    if (rules.length > 0) {
      const all = rules.find(({ args }) => args[0]?.text === 'all');
      const certain = rules.length === 1 && all !== undefined;
      if (certain && all.name === 'deny') return this.#answer(way, 403, all.at);
      if (!certain && rules.some(({ name }) => name === 'deny')) open = this.#fork(open, rules[0]!, 'the client’s address', 403);
    }
    const [request] = inherited(level, 'auth_request');
    if (request !== undefined && request.args[0]?.text !== 'off') open = this.#fork(open, request, `what ${request.args[0]?.text} answers`, 401);
    if (basic !== undefined && basic.args[0]?.text !== 'off') {
      const authorised: Guard = { g: 'header', name: 'authorization', in: complement(ABSENT) };
      this.#answer({ ...open, when: whenAll(open.when, unless(authorised)) }, 401, basic.at);
      open = { ...open, when: whenAll(open.when, authorised) };
    }
    this.#handle(open, at);
  }

  #fork(way: Way, directive: Directive, detail: string, status: number): Way {
    const { when, otherwise } = openWhen(directive.at, detail);
    this.#answer({ ...way, when: whenAll(way.when, otherwise) }, status, directive.at);
    return { ...way, when: whenAll(way.when, when) };
  }

  #handle(way: Way, at: Span): void {
    const handler = handlerOf(way.level);
    const target = way.level.kind === 'if' ? undefined : way.level.directives.find(({ name }) => name === 'try_files')?.args.at(-1);
    if (target !== undefined && /^@/.test(target.text)) {
      const { when, otherwise } = openWhen(target, 'whether the file exists');
      this.#redirect({ ...way, when: whenAll(way.when, otherwise) }, target.text, undefined);
      return this.#static({ ...way, when: whenAll(way.when, when) }, at);
    }
    if (handler === undefined || handler.name === 'empty_gif') return this.#static(way, at);
    if (handler.name === 'proxy_pass') return this.#emit(way, { to: 'upstream', upstream: this.#upstream(handler, way) }, at);
    this.#emit(way, { to: 'behind' }, at);
  }

  /** Files are served to GET and HEAD; anything else is 405. */
  #static(way: Way, at: Span): void {
    const served: Guard = { g: 'method', in: ['GET', 'HEAD'] };
    if (!way.asGet) this.#answer({ ...way, when: whenAll(way.when, unless(served)) }, 405, at);
    const read: Way = way.asGet ? way : { ...way, when: whenAll(way.when, served) };
    if (way.status !== undefined) this.#emit(read, { to: 'answer', status: way.status }, at);
    else if (way.asGet) this.#emit(read, { to: 'answer', status: 200 }, at);
    else this.#emit(read, { to: 'behind' }, at);
  }

  #upstream(directive: Directive, way: Way): Upstream {
    const target = directive.args[0]?.text ?? '';
    const [, scheme = '', host = '', port, path] = /^(https?):\/\/(\[[^\]]*\]|[^:/]*)(?::(\d+))?(\/.*)?$/.exec(target) ?? [];
    const request = inherited(way.level, 'proxy_set_header')
      .filter(({ args }) => args[0]?.text.toLowerCase() === 'origin')
      .flatMap(({ args, at }): Effect[] => {
        const value = args[1] === undefined ? undefined : this.expander.expand(args[1], way.variables)[0];
        const text = value === undefined ? undefined : headerValue(value.parts, at);
        return [text === undefined ? { op: 'remove', header: 'origin', value: { v: 'literal', text: '', at, written: true }, statuses: 'all', at } : { op: 'set', header: 'origin', value: text, statuses: 'all', at }];
      });
    const known = !target.includes('$') && host !== '';
    const prefix = way.location?.kind === 'prefix' ? way.location.text : undefined;
    return {
      host: known ? host : target,
      port: !known ? null : port !== undefined ? Number(port) : scheme === 'https' ? 443 : 80,
      request,
      ...(path !== undefined && prefix !== undefined && !target.includes('$') ? { path: { prefix, by: path } } : {}),
      at: directive.at,
    };
  }

  /** A response made by nginx itself: errors go through `error_page`, the rest is sent from here. */
  #answer(way: Way, status: number, at: Span, direct = false): void {
    if (way.when.g === 'never') return;
    const page = direct || way.redirects > 0 ? undefined : inherited(way.level, 'error_page').find(({ args }) => args.slice(0, -1).some(({ text }) => text === String(status)));
    const target = page?.args.at(-1);
    // An error inside an error page is the new status; a text or a success keeps the one that was fixed.
    if (page === undefined || target === undefined) return this.#emit(way, { to: 'answer', status: direct || status < 300 ? (way.status ?? status) : status }, at);
    const fixed = /^=(\d*)$/.exec(page.args.at(-2)?.text ?? '');
    // `=` alone takes the status of what answers; a number fixes it; without either the first status stays.
    const next = fixed === null ? status : fixed[1] === '' ? undefined : Number(fixed[1]);
    const { status: _before, ...rest } = way;
    this.#redirect(next === undefined ? rest : { ...rest, status: next }, target.text, page);
  }

  /** An internal redirect: to a named location as it is, to a path as GET through a new search. */
  #redirect(way: Way, target: string, cause: Directive | undefined): void {
    const next: Way = { ...way, redirects: way.redirects + 1 };
    const at = cause?.at ?? way.level.head?.at ?? { file: '', start: 0, end: 0 };
    if (next.redirects > MAX_REDIRECTS) return this.#emit(way, { to: 'answer', status: 500 }, at);
    if (target.startsWith('@')) {
      const named = this.locations.find(({ kind, text }) => kind === 'named' && text === target);
      if (named === undefined) return this.#emit(way, { to: 'answer', status: 500 }, at);
      return this.#enter({ ...next, level: named.level, location: named });
    }
    if (target === '$uri' && way.location !== undefined) return this.#static({ ...next, asGet: true }, at);
    if (/^https?:|\$/.test(target)) return this.#emit(way, { to: 'answer', status: way.status ?? 302 }, at);
    const location = this.locations.find(({ kind, when }) => kind !== 'named' && goesTo(when, target));
    this.#enter({ ...next, asGet: cause?.name === 'error_page', level: location?.level ?? this.server, location: location ?? next.location });
  }

  /** The steps of one way: what its level writes, then its end. */
  #emit(way: Way, end: End, at: Span): void {
    if (way.when.g === 'never') return;
    const step = (effects: readonly Effect[], when: Guard = way.when): void => {
      if (effects.length > 0) this.steps.push({ when, effects, at });
    };
    const [hidden, more] = [inherited(way.level, 'proxy_hide_header'), accumulated(way.level, ['more_set_headers', 'more_clear_headers'])];
    if (end.to === 'upstream') step(hidden.flatMap((directive) => (directive.args[0] === undefined ? [] : [removal(directive.args[0].text, directive.at)])));
    for (const directive of more) this.#more(directive, way, step);
    for (const { directive, name, prefix, value, always } of way.level.headers) {
      for (const one of this.expander.expand(value, way.variables)) {
        if (headerValue(one.parts, value) === undefined) continue;
        const text = headerValue([{ p: 'text', text: prefix, at: value }, ...one.parts], value)!;
        step([{ op: 'append', header: name, value: text, statuses: always ? 'all' : SAFE_STATUSES, ...(one.inner === undefined ? {} : { onlyIf: one.inner }), at: directive.at }], whenAll(way.when, nonEmpty(one)));
      }
    }
    this.steps.push({ when: way.when, effects: [], end, at });
  }

  #more(directive: Directive, way: Way, step: (effects: readonly Effect[], when?: Guard) => void): void {
    let statuses: Effect['statuses'] = 'all';
    let when = way.when;
    let option: string | undefined;
    for (const word of directive.args) {
      if (option !== undefined) {
        if (option === '-s') statuses = word.text.split(/\s+/).map(Number);
        else when = whenAll(when, openWhen(word, 'the content type of the response').when);
        option = undefined;
        continue;
      }
      if (/^-[st]$/.test(word.text)) {
        option = word.text;
        continue;
      }
      const [, name = '', spelled = ''] = /^([^:]+):?\s*(.*)$/s.exec(word.text) ?? [];
      const header = name.trim().toLowerCase();
      if (directive.name === 'more_clear_headers' || spelled === '') {
        // `Access-Control-*` clears all of them.
        const names = header.endsWith('*') ? CORS_HEADERS.filter((candidate) => candidate.startsWith(header.slice(0, -1))) : [header];
        step(names.map((one) => ({ ...removal(one, directive.at), statuses })), when);
        continue;
      }
      for (const one of this.expander.expand({ ...word, text: spelled }, way.variables)) {
        const value = headerValue(one.parts, word);
        step([value === undefined ? { ...removal(header, directive.at), statuses } : { op: 'set', header, value, statuses, at: directive.at }], whenAll(when, one.when));
      }
    }
  }
}

/** A header whose text is one request header alone is sent only if that is there and not empty. */
function nonEmpty(one: Case): Guard {
  const [only] = one.parts;
  return one.parts.length === 1 && only?.p === 'header' ? whenAll(one.when, unless(equals(one.parts, '', false, only.at))) : one.when;
}

function removal(header: string, at: Span): Effect {
  return { op: 'remove', header: header.toLowerCase(), value: { v: 'literal', text: '', at, written: true }, statuses: 'all', at };
}

/** The words of an `if` without its parentheses. */
function peeled(args: readonly Token[]): readonly Token[] {
  const words = args.map((token, index) => {
    let [text, start, end] = [token.text, token.start, token.end];
    if (index === 0 && text.startsWith('(') && token.quote === undefined) [text, start] = [text.slice(1), start + 1];
    if (index === args.length - 1 && text.endsWith(')') && token.quote === undefined) [text, end] = [text.slice(0, -1), end - 1];
    return { ...token, text, start, end };
  });
  return words.filter(({ text, quote }) => text !== '' || quote !== undefined);
}

function matchesIf(parts: readonly Part[], pattern: Token, ignoreCase: boolean): Guard {
  const set: OriginSet = patternFor(pattern, ignoreCase);
  // Unlike in a map the pattern is tried on the empty text too.
  const empty = admits(set, '', () => undefined) === true;
  return textOf(parts) === '' ? (empty ? ALWAYS : { g: 'never' }) : empty && parts[0]?.p === 'header' ? unless(matches(parts, complement(set))) : matches(parts, set);
}

function openWhen(at: Span, detail: string): { readonly when: Guard; readonly otherwise: Guard } {
  const when: Guard = { g: 'fact', fact: { key: `nginx@${at.file}:${at.start}`, reason: 'unsupported-syntax', detail, at } };
  return { when, otherwise: unless(when) };
}

/** Does a location's guard hold for this path, as far as paths go? */
function goesTo(guard: Guard, path: string): boolean {
  switch (guard.g) {
    case 'path':
      return admits(guard.in, path, () => undefined) === true;
    case 'and':
      return guard.of.every((part) => goesTo(part, path));
    case 'or':
      return guard.of.some((part) => goesTo(part, path));
    case 'not':
      return !goesTo(guard.of, path);
    default:
      return guard.g !== 'never';
  }
}

/** `allow` and `deny` of the nearest level that has any. */
function inheritedAccess(level: Level): readonly Directive[] {
  const own = level.directives.filter(({ name }) => name === 'allow' || name === 'deny');
  return own.length > 0 || level.parent === undefined ? own : inheritedAccess(level.parent);
}

export { goesTo };
