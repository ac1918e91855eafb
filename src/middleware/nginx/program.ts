import { ALWAYS, NEVER, unless, whenAll, type End, type Gap, type Guard, type Step } from '../../policy/program.js';
import type { Directive } from '../../syntax/nginx/index.js';
import type { Span } from '../../text/span.js';
import { accessOf, openSubrequest } from './access.js';
import { longerBody } from './body-size.js';
import { failsWith, indexNames, onDisk, slashed, toldOf, triesFolders, looksAnew } from './disk.js';
import type { Source } from './effects.js';
import { StepWriter, type Emission } from './emission.js';
import { handlerOf, inherited, inheritedSetting, levelOf, named, passesRequests, type Level } from './levels.js';
import { luaOf, mayEnd } from './lua.js';
import { elsewhere, locationsOf, type Location } from './locations.js';
import { guardOn, indexOf, namesIndex, OWN_PATH, type RequestPath } from './request-path.js';
import { atOf, comesBack, pageFor, placeOf, statusOf, withoutQuery } from './redirects.js';
import { rewritten, scopeOf, type Ending } from './rewrite.js';
import { upstreamOf } from './upstream.js';
import { captured, pathPart, textOf, type Expander } from './variables.js';
import { answeredBehind, assuming, methodIn, narrowed, NOTHING_KNOWN, open, type Way } from './ways.js';

/** Internal redirects past which nginx answers 500 (`NGX_HTTP_MAX_URI_CHANGES`). */
const MAX_REDIRECTS = 10;
/** Ways through all phases past which a program is not followed: each may redirect many times. */
const MAX_PHASES = 3000;
const LUA = ['by_lua', 'by_lua_block', 'by_lua_file'];

/** A server's program: every way of a request through the rewrite, access and content phases, as guarded steps. */
export class ServerProgram {
  readonly locations: readonly Location[];
  readonly #writer: StepWriter;
  readonly #elsewhere: Guard;
  #sink: (emission: Emission) => void;
  #phases = 0;

  constructor(
    readonly server: Level,
    private readonly expander: Expander,
  ) {
    this.locations = locationsOf(server.directives, server);
    this.#elsewhere = elsewhere(this.locations);
    this.#writer = new StepWriter(expander);
    this.#sink = (emission) => this.#writer.write(emission);
    this.#serverPhase({ when: ALWAYS, known: NOTHING_KNOWN, variables: new Map(), level: server, location: undefined, path: OWN_PATH, moved: false, settled: false, stopped: false, asGet: false, saysGet: false, internal: false, paged: false, sub: false, fallback: false, noQuery: false, redirects: 0, seen: [] });
  }

  get steps(): readonly Step[] {
    return this.#writer.steps;
  }

  get gaps(): readonly Gap[] {
    return this.#writer.gaps;
  }

  /** The server's own rewrite directives, then the search for a location. */
  #serverPhase(way: Way): void {
    const start: Way = { ...way, level: this.server, location: undefined, moved: false, settled: false, stopped: false };
    for (const next of this.#rewritten(this.server.directives, start)) this.#locate({ ...next, level: this.server, moved: false, stopped: false });
  }

  #rewritten(directives: readonly Directive[], way: Way): readonly Way[] {
    if (this.#phases > MAX_PHASES) this.#writer.overgrow(atOf(way));
    if (this.#writer.full) return [];
    const { ways, endings, overgrown } = rewritten(directives, way, this.expander);
    this.#phases += ways.length + endings.length;
    for (const ending of endings) this.#ended(ending);
    if (overgrown !== undefined) this.#writer.unknown(way, overgrown.at, 'too many conditions in a row to follow all of them');
    return ways;
  }

  #ended({ way, status, direct, closes, directive: { at, args } }: Ending): void {
    if (closes) this.#emit(way, { to: 'answer', status: 0, fault: 'the connection is closed without a response' }, at, 'none');
    else this.#answer(way, status, at, { direct, ...(args[0]?.text === String(status) ? { statusAt: { file: args[0].file, start: args[0].start, end: args[0].end } } : {}) });
  }

  /** Continues in the location that the path selects, or in the server itself. */
  #locate(way: Way): void {
    for (const location of this.locations) {
      if (location.kind === 'named') continue;
      const bare = location.bare === undefined ? undefined : narrowed(way, guardOn(location.bare, way.path));
      if (bare !== undefined) this.#found(bare, location, true);
      const next = narrowed(way, guardOn(location.when, way.path));
      if (next !== undefined) this.#found(next, location, false);
    }
    const rest = narrowed(way, guardOn(this.#elsewhere, way.path));
    if (rest !== undefined) this.#content(rest);
  }

  #found(way: Way, location: Location, bare: boolean): void {
    if (location.unread !== undefined) return this.#writer.unknown(way, location.unread, 'locations past those that are told apart');
    const set = location.set.s === 'regex' ? captured(way.variables, location.set, [pathPart(way.path, location.set.at)]) : way.variables;
    const here: Way = { ...way, level: location.level, location, variables: set };
    if (location.internal && !way.internal) this.#answer(here, 404, atOf(here));
    else this.#enter(here, bare);
  }

  /** `limit_except` and the size of the body are looked at before any rewrite directive of the location. */
  #enter(way: Way, bare: boolean): void {
    const limit = named(way.level.directives, 'limit_except').find(({ block }) => block !== undefined);
    if (limit?.block === undefined) return this.#sized(way, (next) => (bare ? this.#answer(next, 301, atOf(next)) : this.#run(next)));
    const methods = limit.args.flatMap(({ text }) => (text === 'GET' ? ['GET', 'HEAD'] : [text]));
    const listed = way.asGet ? (methods.includes('GET') ? way : undefined) : narrowed(way, methodIn(...methods));
    const others = way.asGet ? (methods.includes('GET') ? undefined : way) : narrowed(way, unless(methodIn(...methods)));
    if (listed !== undefined) this.#sized(listed, (next) => (bare ? this.#answer(next, 301, atOf(next)) : this.#run(next)));
    // Other methods get the inner configuration, which has no rewrite directives.
    if (others !== undefined) this.#sized({ ...others, level: levelOf('limit_except', limit.block, others.level, limit) }, (next) => (bare ? this.#answer(next, 301, atOf(next)) : this.#content(next)));
  }

  #sized(way: Way, go: (way: Way) => void): void {
    const directive = inherited(way.level, 'client_max_body_size').at(-1);
    const guard = directive === undefined ? undefined : longerBody(directive);
    const large = guard === undefined || way.sub ? undefined : narrowed(way, guard);
    if (large !== undefined && directive !== undefined) this.#answer(large, 413, directive.at);
    const rest = large === undefined ? way : narrowed(way, unless(guard!));
    if (rest !== undefined) go(rest);
  }

  #run(way: Way): void {
    for (const next of this.#rewritten(way.level.directives, way)) {
      if (!next.moved) this.#content({ ...next, stopped: false });
      else this.#again(next);
    }
  }

  /** Locations are searched again for a rewritten path; who comes back with the same one and knows no more goes round until nginx gives up. */
  #again(way: Way): void {
    const at = atOf(way);
    const place = placeOf(way, at);
    if (way.redirects >= MAX_REDIRECTS || comesBack(way, place)) return this.#answer({ ...way, paged: true }, 500, at);
    this.#locate({ ...way, level: this.server, location: undefined, moved: false, stopped: false, redirects: way.redirects + 1, seen: [...way.seen, { place, when: way.when }] });
  }

  #content(start: Way): void {
    const way = this.#afterLua(start);
    if (way === undefined) return;
    if (way.sub) return this.#handle(way);
    const { allowed, refused } = accessOf(way, (directive, asker) => this.#subrequest(directive, asker));
    for (const { way: next, status, at, unauthenticated } of refused) this.#answer(next, status, at, { unauthenticated });
    for (const next of allowed) this.#handle(next);
  }

  /** Lua may end the request before anything else is looked at: whether it does, and with what, is not known. */
  #afterLua(way: Way): Way | undefined {
    let rest: Way | undefined = way;
    for (const directive of [...inherited(way.level, ...LUA.map((phase) => `rewrite_${phase}`)), ...inherited(way.level, ...LUA.map((phase) => `access_${phase}`))]) {
      const code = luaOf(directive);
      if (rest === undefined || (code !== undefined && !mayEnd(code.text))) continue;
      const { at, name } = directive;
      const ends = open(`lua ${at.file}:${at.start}`, `whether the Lua code of ${name} ends the request`, at, 'function-call');
      const ended = narrowed(rest, ends);
      if (ended !== undefined) this.#emit(ended, { to: 'behind' }, at, 'upstream');
      rest = narrowed(rest, unless(ends));
    }
    return rest;
  }

  /** What the location of an `auth_request` answers, if it does so by itself. */
  #subrequest(directive: Directive, way: Way): readonly { readonly way: Way; readonly status: number }[] {
    const uri = directive.args[0]?.text ?? '';
    if (uri.includes('$') || way.redirects >= MAX_REDIRECTS) return openSubrequest(directive, way);
    const { status: _none, ...asker } = way;
    return this.#collected(() => this.#serverPhase({ ...asker, path: { kind: 'text', text: uri }, asGet: true, internal: true, sub: true, paged: false, redirects: way.redirects + 1 })).flatMap(({ way: { when, known, variables }, end, source }) => {
      const back: Way = { ...way, when, known, variables };
      return end.to === 'answer' && source === 'here' ? [{ way: back, status: end.status }] : openSubrequest(directive, back);
    });
  }

  /** The ends that something leads to, instead of writing them. */
  #collected(lead: () => void): readonly Emission[] {
    const found: Emission[] = [];
    const before = this.#sink;
    this.#sink = (emission) => found.push(emission);
    try {
      lead();
    } finally {
      this.#sink = before;
    }
    return found;
  }

  #handle(way: Way): void {
    const tries = way.level.kind === 'if' || way.level.kind === 'limit_except' ? undefined : named(way.level.directives, 'try_files')[0];
    const target = tries?.args.at(-1);
    if (tries === undefined || target === undefined || tries.args.length < 2) return this.#serve(way, false);
    const tested = tries.args.slice(0, -1).map(({ text }) => text);
    if (way.fallback && tested.includes(way.path.kind === 'text' && way.path.text.endsWith('/') ? '$uri/' : '$uri')) return this.#serve(way, true);
    const place = `${tested.join(' ')}${toldOf(way.path)}`;
    const found = open(`try ${place}`, `whether one of ${place} is there`, tries.at, 'database-or-io');
    const code = /^=(\d+)$/.exec(target.text)?.[1];
    // What is not there is a matter of the status alone for those who would read it.
    const reading = code === '404' && tested.includes('$uri') && !way.asGet && pageFor(way, 404) === undefined ? narrowed(way, methodIn('GET', 'HEAD')) : undefined;
    if (reading !== undefined) this.#serve(reading, true);
    const rest = reading === undefined ? way : narrowed(way, unless(methodIn('GET', 'HEAD')));
    if (rest === undefined) return;
    const [there, missing] = [assuming(rest, found), assuming(rest, unless(found))];
    const serve = (): void => (there === undefined ? undefined : this.#serve(there, true));
    const turn = (): void => (missing === undefined ? undefined : code === undefined ? this.#redirect({ ...missing, internal: true }, target, tries) : this.#answer(missing, Number(code), tries.at));
    if (there === undefined) return turn();
    if (missing === undefined) return serve();
    this.#fork(found, this.#collected(serve), this.#collected(turn));
  }

  /** Ends of those for whom something holds, and of the others; where both say the same nobody needs to know. */
  #fork(guard: Guard, some: readonly Emission[], others: readonly Emission[]): void {
    const same = this.#writer.same(some, others);
    const within = (emission: Emission, when: Guard): void => {
      const way = narrowed(emission.way, when);
      // What was assumed on the way is written down here.
      if (way !== undefined) this.#sink({ ...emission, way: way.when === emission.way.when ? { ...way, when: whenAll(way.when, when) } : way });
    };
    for (const emission of some) within(emission, same ? ALWAYS : guard);
    if (!same) for (const emission of others) within(emission, unless(guard));
  }

  #serve(way: Way, found: boolean): void {
    const own = handlerOf(way.level);
    const handler = own ?? (way.level.kind === 'if' ? way.left : undefined);
    const at = atOf(way);
    // A proxy without the upstream that another `if` names.
    if (own === undefined && handler !== undefined && passesRequests(handler)) return this.#answer(way, 500, at);
    if (handler === undefined) return this.#static(way, found);
    switch (handler.name) {
      case 'empty_gif':
      case 'stub_status': {
        const [read, others] = way.asGet ? [way, undefined] : [narrowed(way, methodIn('GET', 'HEAD')), narrowed(way, unless(methodIn('GET', 'HEAD')))];
        if (others !== undefined) this.#answer(others, 405, at);
        return read === undefined ? undefined : this.#emit(read, { to: 'answer', status: way.status ?? 200 }, at, 'here');
      }
      case 'dav_methods': {
        const taken = narrowed(way, methodIn(...handler.args.map(({ text }) => text)));
        if (taken !== undefined && !way.asGet) this.#emit(taken, { to: 'behind' }, at, 'here');
        const rest = way.asGet ? way : narrowed(way, unless(methodIn(...handler.args.map(({ text }) => text))));
        return rest === undefined ? undefined : this.#static(rest, found);
      }
      default: {
        // An error page is asked for with GET, by HEAD still with HEAD.
        const head = way.asGet && handler.name === 'proxy_pass' ? narrowed(way, methodIn('HEAD')) : undefined;
        if (head !== undefined) this.#passed(head, handler, at, false);
        const rest = way.asGet && handler.name === 'proxy_pass' ? narrowed(way, unless(methodIn('HEAD'))) : way;
        if (rest !== undefined) this.#passed(rest, handler, at, rest.asGet);
      }
    }
  }

  #passed(way: Way, handler: Directive, at: Span, asGet: boolean): void {
    const end: End = handler.name === 'proxy_pass' ? { to: 'upstream', upstream: upstreamOf(handler, way, this.expander, asGet) } : { to: 'behind', program: true };
    const intercepts = inheritedSetting(way.level, handler.name.replace(/_pass$/, '_intercept_errors')) === 'on';
    this.#emitOpen(way, { ...end, ...statusOf(way) }, at, 'upstream', (status) => intercepts && status >= 300);
  }

  /** Files are served to GET and HEAD; anything else is 405, a POST only where there is a file. */
  #static(way: Way, found: boolean): void {
    const at = atOf(way);
    const looked = way.asGet ? way : narrowed(way, methodIn('GET', 'HEAD', 'POST'));
    // `try_files` without a slash is content with files alone.
    if (looked !== undefined && (!found || triesFolders(way.level))) this.#indexed(looked);
    if (!way.asGet) {
      const others = narrowed(way, unless(methodIn('GET', 'HEAD', 'POST')));
      if (others !== undefined) this.#answer(others, 405, at);
      const posted = narrowed(way, methodIn('POST'));
      if (posted !== undefined) this.#posted(posted, (found && !triesFolders(way.level)) || way.fallback, at);
    }
    const read = way.asGet ? way : narrowed(way, methodIn('GET', 'HEAD'));
    if (read === undefined) return;
    if (way.fallback) return this.#emit(read, { to: 'answer', status: way.status ?? 200 }, at, 'file');
    if (!way.asGet && way.status === undefined) return this.#emitOpen(read, { to: 'behind' }, at, 'file', (status) => status === 404 || ((status === 403 || status === 301) && (!found || triesFolders(way.level))));
    // A status that an error page fixed is that of a file that is there.
    const folder = onDisk('folder', read, at);
    this.#fork(onDisk('missing', read, at), this.#collected(() => this.#answer(read, 404, at)), this.#collected(() => {
      const [inFolder, file] = [narrowed(read, folder), narrowed(read, unless(folder))];
      if (inFolder !== undefined) found && !triesFolders(way.level) ? this.#answer(inFolder, 404, at) : this.#inFolder(inFolder, at);
      if (file !== undefined) this.#emit(file, { to: 'answer', status: way.status ?? 200 }, at, 'file');
    }));
  }

  #posted(way: Way, found: boolean, at: Span): void {
    if (found) return this.#answer(way, 405, at);
    const [file, folder] = [onDisk('file', way, at), onDisk('folder', way, at)];
    const [there, missing] = [narrowed(way, file), narrowed(way, unless(file))];
    if (there !== undefined) this.#refusedFile(there, at);
    const [inFolder, nowhere] = missing === undefined ? [] : [narrowed(missing, folder), narrowed(missing, unless(folder))];
    if (inFolder !== undefined) this.#inFolder(inFolder, at);
    if (nowhere !== undefined) this.#answer(nowhere, 404, at);
  }

  /** 405 for a file: where it is a folder's index, a redirect inside led there before. */
  #refusedFile(way: Way, at: Span): void {
    const slash = pageFor(way, 405) === undefined ? NEVER : guardOn(slashed(at), way.path);
    const [inside, file] = [narrowed(way, slash), narrowed(way, unless(slash))];
    if (inside !== undefined) this.#answer({ ...inside, path: indexOf(way.path, indexNames(way.level)[0]!) ?? way.path }, 405, at);
    if (file !== undefined) this.#answer(file, 405, at);
  }

  /** A folder without an index, or the name of one without its slash. */
  #inFolder(way: Way, at: Span): void {
    const slash = guardOn(slashed(at), way.path);
    const [inside, bare] = [narrowed(way, slash), narrowed(way, unless(slash))];
    if (inside !== undefined) this.#answer(inside, 403, at);
    if (bare !== undefined) this.#answer(bare, 301, at);
  }

  /** The index file of a folder is looked for by a redirect inside, which may lead to another location. */
  #indexed(way: Way): void {
    if (way.redirects >= MAX_REDIRECTS) return;
    const names = indexNames(way.level);
    let rest = way.path.kind === 'text' ? way : narrowed(way, guardOn(slashed(atOf(way)), way.path));
    for (const name of names) {
      const path = indexOf(way.path, name);
      if (rest === undefined || path === undefined || /[$/]/.test(name)) return;
      const from: Way = { ...rest, path, internal: true, fallback: true, redirects: way.redirects + 1 };
      const there = open(`index ${name}${toldOf(way.path)}`, `whether the folder${toldOf(way.path)} has a file ${name}`, atOf(way), 'database-or-io');
      if (this.#leads(from, way)) {
        for (const emission of this.#collected(() => this.#serverPhase(from))) {
          if (emission.way.location === way.location && !looksAnew(way.level, this.expander)) continue;
          // A location of its own is written for a file that is there.
          const landed = emission.way.location;
          const next = landed?.kind === 'exact' && landed.text.endsWith(`/${name}`) && emission.way.redirects === from.redirects ? emission.way : narrowed(emission.way, there);
          if (next !== undefined) this.#sink({ ...emission, way: next });
        }
      }
      rest = narrowed(rest, unless(there));
    }
  }

  /** Does a way lead to another place than the one that it was at? */
  #leads({ path, ...from }: Way, { level, location }: Way): boolean {
    if (looksAnew(level, this.expander)) return true;
    // Below a prefix an index file stays there, unless a location is about files of its name.
    const others = this.locations.filter((other) => other !== location && other.kind !== 'named' && (path.kind !== 'index' || (location !== undefined && location.kind !== 'prefix') || namesIndex(other, path.name))).map(({ when }) => when);
    return [...others, ...(location === undefined || location.kind === 'prefix' ? [] : [this.#elsewhere])].some((when) => narrowed({ ...from, path }, guardOn(when, path)) !== undefined);
  }

  /** A response made by nginx itself: errors and redirects look for an `error_page`, the rest is sent from here. */
  #answer(way: Way, status: number, at: Span, { direct = false, unauthenticated = false, statusAt }: { readonly direct?: boolean; readonly unauthenticated?: boolean; readonly statusAt?: Span } = {}): void {
    const page = direct ? undefined : pageFor(way, status);
    if (page !== undefined) return this.#page(way, page, status);
    // An error inside an error page is the new status; what is sent directly keeps the one that was fixed.
    const end: End = { to: 'answer', status: direct ? (way.status ?? status) : status, ...(statusAt === undefined || way.status !== undefined ? {} : { statusAt }), ...(unauthenticated ? { unauthenticated: true } : {}) };
    this.#emit(way, end, at, 'here', !direct);
  }

  /** `=` alone takes the status of what answers; a number fixes it; without either the first status stays. */
  #page(way: Way, page: Directive, status: number): void {
    const target = page.args.at(-1)!;
    const fixed = /^=(\d*)$/.exec(page.args.at(-2)?.text ?? '')?.[1];
    const { status: _before, ...rest } = way;
    const after: Way = { ...rest, paged: inheritedSetting(way.level, 'recursive_error_pages') !== 'on', internal: true, ...(fixed === '' ? {} : { status: fixed === undefined ? status : Number(fixed) }) };
    if (/^[@/$]/.test(target.text)) return this.#redirect(after, target, page, true);
    const redirects = [301, 302, 303, 307, 308].includes(Number(fixed));
    this.#emit(way, { to: 'answer', status: redirects ? Number(fixed) : 302 }, page.at, 'here', true);
  }

  /** A redirect inside: to a named location as it is, to a path from the server's own directives on; an `error_page` makes the method GET. */
  #redirect(way: Way, target: Directive['nameToken'], cause: Directive, asGet = false): void {
    const place = placeOf(way, cause.at);
    const next: Way = { ...way, redirects: way.redirects + 1, seen: [...way.seen, { place, when: way.when }] };
    if (next.redirects > MAX_REDIRECTS || comesBack(way, place)) return this.#answer({ ...way, paged: true }, 500, cause.at);
    if (target.text.startsWith('@')) {
      const named = this.locations.find(({ kind, text }) => kind === 'named' && text === target.text);
      if (named === undefined) return this.#answer({ ...way, paged: true }, 500, cause.at);
      return this.#enter({ ...next, level: named.level, location: named }, false);
    }
    for (const one of this.expander.expand({ ...target, text: withoutQuery(target.text) }, scopeOf(next))) {
      const going = narrowed({ ...next, variables: one.variables }, one.when);
      if (going === undefined) continue;
      const text = textOf(one.parts);
      const [only] = one.parts;
      const path: RequestPath = text !== undefined ? { kind: 'text', text } : only?.p === 'path' && one.parts.length === 1 ? only.of : { kind: 'unknown', key: `${way.path.kind === 'unknown' ? `${way.path.key}, ` : ''}${target.text}` };
      this.#serverPhase({ ...going, path, fallback: !target.text.includes('$'), noQuery: !target.text.includes('?'), ...(asGet ? { asGet: true, saysGet: true } : {}) });
    }
  }

  /** An end whose status is not known: what error pages answer on theirs. */
  #emitOpen(way: Way, end: End, at: Span, source: Source, made: (status: number) => boolean): void {
    const codes = [...new Set(inherited(way.level, 'error_page').flatMap(({ args }) => args.slice(0, -1).flatMap(({ text }) => (/^\d+$/.test(text) ? [Number(text)] : []))))].filter(made);
    const pages: Emission['pages'][number][] = [];
    let rest: Way | undefined = way;
    for (const status of codes) {
      const page = pageFor({ ...way, paged: false }, status);
      // A file that is not there is looked for by the page before; what is behind is intercepted again, and has no page.
      if (page === undefined || rest === undefined || (way.paged && source === 'file')) continue;
      const from: Way = rest;
      const emissions = this.#collected(() => (way.paged ? this.#answer(from, status, at) : this.#page(from, page, status)));
      // Where a status was fixed before, the one on the wire does not tell what came from behind.
      if (way.status === undefined && emissions.every((one) => one.end.to === 'answer' && one.end.status === status)) pages.push({ status, emissions });
      else if (source !== 'file' || !this.#writer.same(emissions, [{ way: from, end, at, source, failed: false, pages: [] }])) {
        const happens = source === 'file' ? failsWith(status, way, page.at) : answeredBehind(status, `${toldOf(way.path)} from ${at.file}:${at.start}`, page.at);
        for (const emission of emissions) {
          const failing = narrowed(emission.way, happens);
          if (failing !== undefined) this.#sink({ ...emission, way: failing });
        }
        rest = narrowed(from, unless(happens));
      }
    }
    if (rest !== undefined) this.#sink({ way: rest, end, at, source, failed: false, pages });
  }

  #emit(way: Way, end: End, at: Span, source: Source, failed = false): void {
    this.#sink({ way, end, at, source, failed, pages: [] });
  }
}
