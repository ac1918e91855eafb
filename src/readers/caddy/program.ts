import { ABSENT } from '../../origins/origin-set.js';
import { ALWAYS, NEVER, unless, whenAll, type Effect, type End, type Gap, type Guard, type Step } from '../../policy/program.js';
import type { Directive, Site } from '../../syntax/caddy/index.js';
import type { Span } from '../../text/span.js';
import { Request } from './expander.js';
import { handlersOf, stepsOf, usesMark, type Handler } from './headers.js';
import { matcherGuard, matcherOf, pathGuard, pathsOf, type Capture, type Matcher } from './matchers.js';
import { entryOf, kindOf, orderOf, sorted, type Entry } from './order.js';
import { AS_SENT, limited, rewritten, withoutPrefix, type PathView } from './paths.js';
import { openFact, textOf } from './texts.js';
import { authUpstreamOf, upstreamOf } from './upstream.js';
import type { Release } from './version.js';

/** Statuses that the file server sends itself; others are errors, which leave the chain. */
const FILE_STATUSES = [200, 206, 301, 302, 304, 307, 308, 412, 416];

/** Depth of blocks, and numbers of steps and of conditions, past which the rest is a gap. */
const MAX_DEPTH = 40;
const MAX_STEPS = 6_000;
const MAX_WORK = 80_000;

/** What stands around a directive: when it is reached, and which matchers have names there. */
interface Scope {
  readonly when: Guard;
  readonly matchers: ReadonlyMap<string, Matcher>;
  readonly depth: number;
}

/** A place that a probe asks about: requests for it are taken there. */
export interface Place {
  readonly directive: Directive;
  readonly when: Guard;
  readonly patterns: readonly string[];
  /** Files alone are served there. */
  readonly files: boolean;
}

/** `header` operations that wait until the response is written. */
interface Waiting {
  readonly handler: Handler;
  readonly when: Guard;
  readonly at: Span;
}

/**
 * A site's program: its directives in Caddy's order as guarded steps. What `header` sets at once stands in front of
 * what a proxied response brings; what it defers runs when a handler writes, the last one first, and never when the
 * chain is left by an error or by its end.
 */
export class SiteProgram {
  readonly steps: Step[] = [];
  readonly gaps: Gap[] = [];
  readonly places: Place[] = [];
  #request = new Request();
  #waiting: readonly Waiting[] = [];
  readonly #proxies: boolean;
  #work = 0;
  readonly #asked = new Map<Matcher, { readonly state: string; readonly guard: Guard }>();
  /** Matchers of the site's own level, which error routes know too. */
  readonly #named: ReadonlyMap<string, Matcher>;
  readonly #order: readonly string[];
  readonly #errors: readonly Directive[];
  readonly #at: Span;

  constructor(site: Pick<Site, 'directives' | 'at'>, options: readonly Directive[], private readonly release: Release) {
    this.#order = orderOf(options);
    this.#at = site.at;
    this.#errors = site.directives.filter(({ name }) => name.text === 'handle_errors');
    this.#proxies = mentions(site.directives, /^(?:reverse_proxy|php_fastcgi)$/);
    this.#named = named(site.directives);
    this.#run(site.directives, { when: ALWAYS, matchers: new Map(), depth: 0 }, true);
    // What nobody answers is 200 and empty; nothing was written, so nothing that waits is done.
    this.#end(ALWAYS, { to: 'answer', status: 200 }, this.#at, { waiting: false });
  }

  /** Every request that is handed on goes to files. */
  get servesFilesOnly(): boolean {
    return !this.#proxies;
  }

  /** The directives of one block, in order, until one surely ends the chain. */
  #run(directives: readonly Directive[], outer: Scope, sorts: boolean): void {
    if (outer.depth > MAX_DEPTH) return this.#gap(directives[0]?.at ?? this.#at, 'blocks are nested too deep');
    const matchers = new Map([...outer.matchers, ...named(directives)]);
    const scope: Scope = { ...outer, matchers };
    const entries = directives.filter(({ name }) => this.#order.includes(name.text)).map((directive) => entryOf(directive, (name) => pathsIn(scope, name)));
    const run = sorts ? sorted(entries, this.#order) : entries;
    // In a route handles exclude each other, and neighbours are joined, since 2.7.
    const joins = sorts || this.release.from('2.7') !== false;
    const handles = run.filter((entry) => kindOf(entry) === 'handle').length;
    const isGroup = (kind: string): boolean => joins && (kind === 'rewrite' || (kind === 'handle' && handles > 1));
    const taken = new Map<string, readonly Guard[]>();
    let before: { readonly key: string; readonly matched: Guard; readonly free: Guard } | undefined;
    for (const entry of run) {
      this.#work += 1 + (taken.get('handle')?.length ?? 0) + (taken.get('rewrite')?.length ?? 0);
      if (this.steps.length > MAX_STEPS || this.#work > MAX_WORK) return this.#gap(entry.directive.at, 'too many directives to follow all of them');
      const group = isGroup(kindOf(entry)) ? kindOf(entry) : '';
      const key = `${group} ${matcherKey(entry, scope)}`;
      // Neighbours with the same matcher are one route: it is asked once, and what excludes others runs them all.
      if (!joins || before?.key !== key) {
        const matched = this.#matched(entry, scope);
        const others = group === '' ? [] : (taken.get(group) ?? []);
        before = { key, matched, free: whenAll(matched, ...others.map(unless)) };
        if (group !== '') taken.set(group, [...others, matched]);
      }
      this.#one(entry, before.free, whenAll(scope.when, before.free), scope);
    }
  }

  /** When the matcher of a directive holds, by itself. */
  #matched({ matcher }: Entry, scope: Scope): Guard {
    if (matcher === undefined) return ALWAYS;
    if (matcher.text.startsWith('/')) return pathGuard(matcher, this.#request);
    const known = scope.matchers.get(matcher.text);
    if (known === undefined) {
      this.#gap(matcher, `there is no matcher ${matcher.text}`, 'import-not-resolved');
      return openFact(matcher, `the matcher ${matcher.text}`, 'import-not-resolved');
    }
    // Asked again while the request is the same, it is the same guard.
    const asked = this.#asked.get(known);
    if (asked?.state === this.#request.state) return asked.guard;
    const captures: Capture[] = [];
    const guard = matcherGuard(known, this.#request, (capture) => captures.push(capture));
    for (const capture of captures) this.#request.captured(capture, capture.negated ? NEVER : guard);
    this.#asked.set(known, { state: this.#request.state, guard });
    return guard;
  }

  #one(entry: Entry, matched: Guard, when: Guard, scope: Scope): void {
    const { directive, args } = entry;
    const { at } = directive;
    const [first, second] = args;
    switch (directive.name.text) {
      case 'header':
        return this.#header(entry, when);
      case 'map':
        return this.#request.map(when, directive, args);
      case 'vars': {
        const lines = [...(first === undefined ? [] : [args]), ...(directive.block ?? []).map(({ name, args: values }) => [name, ...values])];
        for (const [name, value] of lines) if (name !== undefined && value !== undefined) this.#request.assign(name.text, when, value);
        return;
      }
      case 'request_header': {
        if (first === undefined) return;
        const mark = /^[+-]/.exec(first.text)?.[0];
        const isKnown = mark !== '+' && args.length < 3 && this.#request.changeHeader(first.text.slice(mark === undefined ? 0 : 1).replace(/:$/, ''), when, mark === '-' ? null : (second ?? { ...first, text: '', pieces: [] }), at);
        if (!isKnown) this.#gap(at, 'the request is changed in a way that is not followed');
        return;
      }
      case 'rewrite':
        if (first !== undefined) this.#rewrite(when, at, (view) => (/[{]/.test(first.text) ? unknownPath(at) : first.text.startsWith('?') ? view : { kind: 'fixed', path: first.text.replace(/[?#].*$/s, '') }));
        return;
      case 'uri': {
        const prefix = second?.text.replace(/^(?!\/)/, '/') ?? '';
        if (first?.text === 'strip_prefix' && !prefix.includes('{')) this.#rewrite(whenAll(when, this.#request.path({ s: 'prefix', text: prefix, subject: 'origin', ignoreCase: true, at })), at, (view) => withoutPrefix(view, prefix, at));
        else this.#rewrite(when, at, () => unknownPath(at));
        return;
      }
      case 'try_files': {
        const last = args.at(-1)?.text.replace(/\?.*$/s, '');
        if (last !== undefined && !last.startsWith('=')) this.#rewrite(whenAll(when, unless(openFact(at, 'whether one of the files is there'))), at, () => (last.includes('{') ? unknownPath(at) : { kind: 'fixed', path: last }));
        return;
      }
      case 'method':
        return this.#gap(at, 'the method is rewritten');
      case 'basicauth':
      case 'basic_auth':
        return this.#fail(whenAll(when, { g: 'header', name: 'authorization', in: ABSENT }), 401, at, true);
      case 'forward_auth': {
        const refused = whenAll(when, unless(openFact(at, `whether ${authUpstreamOf(args)} lets the request through`, 'upstream')));
        return this.#end(refused, { to: 'answer', status: 401, unauthenticated: true }, at);
      }
      case 'handle':
      case 'handle_path':
      case 'route':
        return this.#inside(entry, matched, when, scope);
      case 'abort':
        return this.#end(when, { to: 'answer', status: 0, fault: 'the connection is closed without a response' }, at, { waiting: false });
      case 'error':
        return this.#fail(when, this.#status(args, 500, at), at);
      case 'redir': {
        const code = second?.text ?? 'temporary';
        return this.#end(when, { to: 'answer', status: code === 'permanent' ? 301 : code === 'temporary' ? 302 : code === 'html' ? 200 : Number.isInteger(Number(code)) ? Number(code) : 302 }, at);
      }
      case 'respond':
        return this.#end(when, { to: 'answer', status: this.#status(args, this.#request.errorStatus ?? 200, at), ...statusIn(args) }, at, { place: entry });
      case 'metrics':
      case 'acme_server':
        return this.#end(when, { to: 'answer', status: 200 }, at);
      case 'reverse_proxy':
        if ((directive.block ?? []).some(({ name, block }) => name.text === 'handle_response' && block?.some((line) => /^(?:header|copy_response_headers)$/.test(line.name.text)) === true)) this.#gap(at, 'the response is handled by directives of its own');
        return this.#proxy(entry, when);
      case 'php_fastcgi':
        return this.#end(when, { to: 'behind' }, at, { place: entry });
      case 'file_server':
        return this.#files(entry, when);
      case 'invoke':
        return this.#gap(at, 'a named route');
      default:
    }
  }

  #header({ directive, args }: Entry, when: Guard): void {
    const run = (guard: Guard, marksDeferred: boolean): void => {
      for (const handler of handlersOf(args, directive, marksDeferred)) {
        if (handler.deferred) this.#waiting = [...this.#waiting, { handler, when: guard, at: directive.at }];
        else this.steps.push(...stepsOf(handler, guard, this.#request, directive.at));
      }
    };
    const knows = usesMark(args, directive) ? this.release.from('2.7') : true;
    if (knows !== 'unknown') return run(when, knows);
    run(whenAll(when, this.release.fact('2.7')), true);
    run(whenAll(when, unless(this.release.fact('2.7'))), false);
  }

  /** A block's directives for the requests that it takes; what they do to the path stays done behind it. */
  #inside({ directive, matcher }: Entry, matched: Guard, when: Guard, scope: Scope): void {
    if (when.g === 'never') return;
    const before = this.#request.paths;
    const prefix = directive.name.text === 'handle_path' ? matcher?.text.replace(/\/?\*$/, '') : undefined;
    if (matcher !== undefined) this.places.push({ directive, when, patterns: matcher.text.startsWith('/') ? [matcher.text] : pathsIn(scope, matcher.text), files: false });
    if (prefix !== undefined) this.#request.paths = rewritten(before, ALWAYS, (view) => withoutPrefix(view, prefix, directive.at), directive.at);
    this.#run(directive.block ?? [], { when, matchers: scope.matchers, depth: scope.depth + 1 }, directive.name.text !== 'route');
    if (this.#request.paths === before) return;
    const after = [...this.#request.paths.map((one) => ({ ...one, when: whenAll(matched, one.when) })), ...before.map((one) => ({ ...one, when: whenAll(unless(matched), one.when) }))];
    this.#request.paths = limited(after.filter((one) => one.when.g !== 'never'), directive.at);
  }

  #rewrite(when: Guard, at: Span, into: (view: PathView) => PathView): void {
    this.#request.paths = rewritten(this.#request.paths, when, into, at);
  }

  /** `respond "body" 200`, `respond 204`: a lone argument is a status if it has three digits. */
  #status(args: Entry['args'], usual: number, at: Span): number {
    const written = args.length > 1 ? args[1]! : args[0] !== undefined && /^\d{3}$/.test(args[0].text) ? args[0] : undefined;
    if (written === undefined) return usual;
    const cases = this.#request.texts(written, false);
    const text = cases.length === 1 ? textOf(cases[0]!.parts) : undefined;
    if (text !== undefined && /^\d{3}$/.test(text)) return Number(text);
    this.#gap(at, `the status ${written.text}`);
    return usual;
  }

  #proxy(entry: Entry, when: Guard): void {
    const ways = this.#request.passedOn(when);
    if (ways === undefined) this.#gap(entry.directive.at, 'the headers of the request are changed in too many ways', 'budget');
    for (const { when: here, view } of this.#request.paths) {
      const upstream = upstreamOf(entry, view, this.#request, this.release);
      for (const way of ways ?? [{ when, effects: [] }]) this.#end(whenAll(way.when, here), { to: 'upstream', upstream: { ...upstream, request: [...way.effects, ...upstream.request] } }, entry.directive.at, { place: entry });
    }
  }

  /** Files, and errors for those that are not there; since 2.7 an error for other methods than GET and HEAD. */
  #files(entry: Entry, when: Guard): void {
    const { directive } = entry;
    const { at } = directive;
    const read: Guard = { g: 'method', in: ['GET', 'HEAD'] };
    const refuses = this.release.from('2.7');
    const other = refuses === false ? NEVER : whenAll(when, unless(read), refuses === true ? ALWAYS : this.release.fact('2.7'));
    this.#fail(other, 405, at);
    if (this.#request.errorStatus !== undefined) return this.#end(when, { to: 'answer', status: this.#request.errorStatus }, at);
    if ((directive.block ?? []).some(({ name }) => name.text === 'pass_thru')) return this.#end(whenAll(when, openFact(at, 'whether the file is there')), { to: 'behind' }, at, { statuses: FILE_STATUSES });
    const there = openFact(at, 'whether the file is there');
    // What lies behind answers OPTIONS in one way only, and a proxied application is not known to answer as files do.
    const options: Guard = this.#proxies && refuses !== true ? { g: 'method', in: ['OPTIONS'] } : NEVER;
    this.#fail(whenAll(when, this.#errors.length > 0 ? ALWAYS : options, unless(there)), 404, at);
    this.#end(whenAll(when, options), { to: 'answer', status: 200 }, at);
    this.#end(when, { to: 'behind' }, at, { statuses: FILE_STATUSES, place: entry });
  }

  /** The chain is left by an error: what was set at once stays, what waits is dropped, and the error routes run. */
  #fail(when: Guard, status: number, at: Span, unauthenticated = false): void {
    if (when.g === 'never') return;
    const { paths, errorStatus } = this.#request;
    const waiting = this.#waiting;
    this.#waiting = [];
    if (errorStatus === undefined) {
      this.#request.paths = AS_SENT;
      this.#request.errorStatus = status;
      for (const { args, block } of this.#errors) {
        // Since 2.8 statuses may stand behind the name: `404`, `4xx`.
        if (args.length > 0 && !args.some(({ text }) => text === String(status) || (/^\dxx$/.test(text) && text[0] === String(status)[0]))) continue;
        this.#run(block ?? [], { when, matchers: this.#named, depth: 1 }, true);
      }
    }
    this.#end(when, { to: 'answer', status: errorStatus ?? status, ...(unauthenticated ? { unauthenticated: true } : {}) }, at);
    this.#waiting = waiting;
    this.#request.paths = paths;
    this.#request.errorStatus = errorStatus;
  }

  /** A handler writes: what waits is done, the last one first. */
  #end(when: Guard, end: End, at: Span, how: { readonly waiting?: false; readonly statuses?: readonly number[]; readonly place?: Entry } = {}): void {
    if (when.g === 'never') return;
    const { place } = how;
    const answers = place?.directive.name.text === 'respond' && place.matcher?.text.startsWith('@') === true;
    if (place !== undefined && !answers) this.places.push({ directive: place.directive, when, patterns: place.matcher?.text.startsWith('/') === true ? [place.matcher.text] : [], files: how.statuses !== undefined });
    const limited = (effect: Effect): Effect => (how.statuses === undefined ? effect : { ...effect, statuses: how.statuses });
    if (how.waiting !== false) {
      for (const { handler, when: waits, at: place } of this.#waiting.toReversed()) {
        this.steps.push(...stepsOf(handler, whenAll(when, waits), this.#request, place).map((step) => ({ ...step, effects: step.effects.map(limited) })));
      }
    }
    this.steps.push({ when, effects: [], end, at });
  }

  #gap(at: Span, message: string, reason: Gap['reason'] = 'unsupported-syntax'): void {
    if (this.gaps.some((known) => known.message === message && known.reason === reason)) return;
    this.gaps.push({ at: { file: at.file, start: at.start, end: at.end }, reason, message });
  }
}

/** Matchers that are given names in a block. */
function named(directives: readonly Directive[]): ReadonlyMap<string, Matcher> {
  return new Map(directives.filter(({ name }) => name.text.startsWith('@')).map((directive) => [directive.name.text, matcherOf(directive)]));
}

/** What a directive's matcher says; each `try_files` is a matcher of its own. */
function matcherKey({ matcher, directive }: Entry, { matchers }: Scope): string {
  if (directive.name.text === 'try_files') return `try_files ${directive.at.file}:${directive.at.start}`;
  const known = matcher === undefined ? undefined : matchers.get(matcher.text);
  return known === undefined ? (matcher?.text ?? '') : JSON.stringify(known.terms.map(({ kind, args, block }) => [kind.text, args.map(({ text }) => text), block === undefined ? 0 : kind.start]));
}

/** Does a directive of this name stand anywhere in these blocks? */
function mentions(directives: readonly Directive[], name: RegExp): boolean {
  const pending = [...directives];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (name.test(next.name.text)) return true;
    for (const line of next.block ?? []) pending.push(line);
  }
  return false;
}

function pathsIn({ matchers }: Scope, name: string): readonly string[] {
  const matcher = matchers.get(name);
  return matcher === undefined ? [] : pathsOf(matcher);
}

function unknownPath(at: Span): PathView {
  return { kind: 'unknown', fact: { key: `caddy:path@${at.file}:${at.start}`, reason: 'unsupported-syntax', detail: 'the path after a rewrite', at } };
}

/** The word that is the status of a `respond`. */
function statusIn(args: Entry['args']): { readonly statusAt?: Span } {
  const word = args.find(({ text }) => /^\d{3}$/.test(text));
  return word === undefined ? {} : { statusAt: { file: word.file, start: word.start, end: word.end } };
}
