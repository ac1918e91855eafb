import { whenAll, unless, whenAny, ALWAYS, NEVER, type Effect, type End, type Gap, type Guard, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { denials } from './access.js';
import { NO_VARIABLES, setEnvIf, withSetEnv, type Variables } from './environment.js';
import { sectionHolds, seenIn, type Scene, type Seen } from './expressions.js';
import { concernsCors, headerRules, headerSteps, valueCases, type HeaderRule } from './headers.js';
import { passedOn, proxied, type Passed } from './proxies.js';
import { redirects } from './redirects.js';
import { rewritten, type Rewritten, type Ruleset } from './rewrite.js';
import { inForce, isOfServer, type Scoped, type Sections, type Stage } from './sections.js';
import { literalOf, methodGuard, openFact, pathGuard, type Pass, type Path, type Text } from './text.js';

/** Steps of one program past which it is not followed. */
const MAX_STEPS = 4000;
/** Directives that make a program, past which it is not begun: hundreds of them are written by hand, thousands are not. */
const MAX_LINES = 600;
/** Times that a request is sent on inside of the server. */
const MAX_SENT_ON = 3;

/** Statuses of responses that a handler makes as ordinary ones; any other is an error to the server. */
const SERVED = [200, 206];
const HEADERS_ONLY = [204, 304];
const STATUSES = Array.from({ length: 500 }, (_unused, index) => 100 + index);

/** One pass of a request through the server's phases. */
interface Way {
  readonly when: Guard;
  readonly pass: Pass;
  readonly variables: Variables;
  /** Variables as they were when `<If>` was asked. */
  readonly atWalk: Variables;
  /** A status that stays, whatever answers: that of the error whose page is fetched. */
  readonly status?: number;
  /** The page of an error that is seen only when the response is there: headers alone, for its status, of the first answer. */
  readonly only?: { readonly statuses: readonly number[]; answered: Guard };
  /** The request whose error's page is fetched: an error of the page is answered as the first one. */
  readonly failed?: { readonly way: Way; readonly stage: Stage };
  readonly sentOn: number;
  /** Rules are not looked at again. */
  readonly final: boolean;
  /** Request headers that the server has looked at, and says so in Vary. */
  readonly seen: readonly Seen[];
  /** Something else than the server's own handler of files answers. */
  readonly byProgram: boolean;
  /** Headers of the request have been changed as RequestHeader says. */
  readonly changed?: true;
}

/** A virtual host's program: what becomes of a request in the order of the server's phases, as guarded steps. */
export class HostProgram {
  readonly steps: Step[] = [];
  readonly gaps: Gap[] = [];
  readonly rules: readonly HeaderRule[];
  readonly #requestRules: readonly HeaderRule[];
  readonly #interest: ReadonlySet<string>;
  readonly #pathMatters: boolean;

  /** `byProgram`: whatever is asked for, a program answers. */
  constructor(
    private readonly sections: Sections,
    private readonly at: Span,
    byProgram: boolean,
  ) {
    this.rules = headerRules(sections.all('header')).filter(concernsCors);
    this.#requestRules = headerRules(sections.all('requestheader')).filter(({ line }) => line.name.toLowerCase() === 'origin');
    this.#interest = interestOf(sections);
    this.#pathMatters = sections.all('header', 'setenvif', 'setenvifnocase', 'redirect', 'redirectmatch', 'require', 'sethandler').some(({ tests }) => tests.some(({ t }) => t === 'folder' || t === 'file' || t === 'location' || t === 'if' || t === 'not')) || sections.all('rewriterule').some(({ directive }) => /\b[EFGPR]\b/i.test(directive.args[2]?.text ?? ''));
    const lines = this.rules.length + sections.all('setenvif', 'setenvifnocase', 'browsermatch', 'browsermatchnocase', 'setenv', 'rewriterule', 'rewritecond', 'require', 'allow', 'deny', 'proxypass', 'proxypassmatch', 'errordocument', 'sethandler', 'addhandler').length + sections.conditions.length;
    if (lines > MAX_LINES) this.#overrun();
    else this.#run({ when: ALWAYS, pass: { path: { p: 'asked' }, method: 'asked' }, variables: NO_VARIABLES, atWalk: NO_VARIABLES, sentOn: 0, final: false, seen: [], byProgram });
  }

  #run(start: Way): void {
    if (start.when.g === 'never') return;
    this.#translated(this.#looked(start, isOfServer, 'translated'));
  }

  /** Before the disk is looked at: the server's own rules, redirects and upstreams. */
  #translated(start: Way): void {
    let way: Way = { ...start, atWalk: start.variables };
    way = { ...way, seen: [...way.seen, ...this.#seenBySections('translated', this.#scene(way, way.variables))] };
    const own = way.final ? [] : this.sections.all('rewriteengine', 'rewritecond', 'rewriterule', 'rewriteoptions').filter((scoped) => isOfServer(scoped) && !scoped.inherited);
    const last = own.at(-1)?.section;
    const rules = own.filter(({ section }) => section === last);
    if (isOn(rules)) {
      const { events, variables, seen } = rewritten(this.#ruleset(rules, undefined, ALWAYS), this.#scene(way, way.variables));
      for (const event of events) this.#event(event, way, 'translated');
      way = { ...way, variables, seen: [...way.seen, ...seen] };
    }
    for (const { when, status, at } of redirects(this.sections, true, 'translated', this.#scene(way, way.variables))) this.#answer({ ...way, when: whenAll(way.when, when) }, 'translated', status, at);
    for (const passed of proxied(this.sections, way.pass)) this.#whole({ ...way, when: whenAll(way.when, passed.when) }, 'passed-on', passed);
    this.#whole(way, 'whole', undefined);
  }

  #event(event: Rewritten, way: Way, stage: Stage): void {
    const here: Way = { ...way, when: whenAll(way.when, event.when), variables: event.variables, seen: [...way.seen, ...event.seen] };
    switch (event.r) {
      case 'answer':
        return this.#answer(here, stage, event.status, event.at);
      case 'pass':
        // A folder's rules pass on what its sections have taken already.
        return this.#whole({ ...here, final: true }, stage === 'translated' ? 'passed-on' : stage, passedOn(event.target, event.path, event.at, this.sections.balancers));
      case 'path': {
        const target = event.target === undefined ? undefined : event.target.startsWith('/') ? event.target : `/${event.target.replace(/^\.\//, '')}`;
        const byProgram = target === undefined || !/\.(?:html?|json|js|css|txt|xml|svg|png|jpe?g|gif|ico|woff2?|ttf)$/i.test(target);
        const same = way.pass.path.p === 'fixed' && way.pass.path.text === target;
        // Nothing here looks at the path: whatever it becomes, only who answers it is another.
        if (!this.#pathMatters || same || way.sentOn >= MAX_SENT_ON) return this.#whole({ ...here, byProgram: way.byProgram || byProgram, final: event.final || stage !== 'translated' }, 'whole', undefined);
        const path: Path = target === undefined ? { p: 'unknown', fact: openFact(`path@${event.at.file}:${event.at.start}`, 'unsupported-syntax', 'the path that the request is sent on to', event.at) } : { p: 'fixed', text: target };
        const sent: Way = { ...here, pass: { ...way.pass, path }, byProgram: way.byProgram || byProgram, sentOn: way.sentOn + 1, final: event.final };
        if (stage === 'translated') return this.#whole(sent, 'whole', undefined);
        return this.#run({ ...sent, variables: renamed(here.variables) });
      }
    }
  }

  /** Everything after the path is known to be one of files, or of an upstream. */
  #whole(start: Way, stage: 'whole' | 'passed-on', passed: Passed | undefined): void {
    if (start.when.g === 'never') return;
    let way = this.#looked({ ...start, atWalk: start.variables }, (scoped) => !isOfServer(scoped), stage);
    const scene = this.#scene(way, way.variables);
    way = { ...way, seen: [...way.seen, ...this.#seenBySections(stage, scene)] };
    // A page whose sections are those of the request that failed is not asked who may have it.
    const asked = way.failed === undefined ? ALWAYS : unless(this.#sameSections(way.pass, way.failed));
    for (const { when, status, at } of denials(this.sections, stage, scene)) this.#answer({ ...way, when: whenAll(way.when, when, asked) }, stage, status, at);
    way = { ...way, variables: withSetEnv(this.sections.all('setenv', 'unsetenv').map((scoped) => ({ scoped, when: this.#force(scoped, stage, scene) })), way.variables) };
    if (!way.final) {
      for (const ruleset of this.#rulesetsOfFolders(stage, scene)) {
        const { events, variables, seen } = rewritten(ruleset, this.#scene(way, way.variables));
        for (const event of events) this.#event(event, way, stage);
        way = { ...way, variables, seen: [...way.seen, ...seen] };
      }
    }
    for (const { when, status, at } of redirects(this.sections, false, stage, this.#scene(way, way.variables))) this.#answer({ ...way, when: whenAll(way.when, when) }, stage, status, at);
    way = { ...way, changed: true };
    if (passed === undefined) this.#served(way);
    else this.#passOn(way, stage, passed);
  }

  #sameSections(page: Pass, { way, stage }: { readonly way: Way; readonly stage: Stage }): Guard {
    if (stage !== 'whole') return NEVER;
    const sets = this.sections.pathSets();
    return whenAll(...sets.map((set) => {
      const [here, there] = [pathGuard(set, page), pathGuard(set, way.pass)];
      return whenAny(whenAll(here, there), whenAll(unless(here), unless(there)));
    }));
  }

  /** `SetEnvIf` lines, in the order of the server. */
  #looked(way: Way, which: (scoped: Scoped) => boolean, stage: Stage): Way {
    let { variables } = way;
    for (const scoped of this.sections.all('setenvif', 'setenvifnocase', 'browsermatch', 'browsermatchnocase')) {
      if (which(scoped)) variables = setEnvIf(scoped, this.#force(scoped, stage, this.#scene(way, way.variables)), variables, way.pass);
    }
    return { ...way, variables };
  }

  /** Files, and what is not known to be one. */
  #served(way: Way): void {
    const { at } = this;
    const program = way.byProgram ? ALWAYS : this.#handledByPrograms(way);
    const emit = (when: Guard, end: End, ordinary: Effect['statuses'] | undefined, always: Effect['statuses'] = 'all'): void => this.#emit({ ...way, when: whenAll(way.when, when) }, 'whole', end, ordinary, always, at);
    const kept = way.status;
    emit(program, kept === undefined ? { to: 'behind' } : { to: 'behind', status: kept }, 'all');
    const rest = unless(program);
    emit(whenAll(rest, methodGuard((method) => method === 'OPTIONS', way.pass)), { to: 'answer', status: 200 }, 'all');
    const read = methodGuard((method) => ['GET', 'HEAD', 'POST'].includes(method), way.pass);
    this.#answer({ ...way, when: whenAll(way.when, rest, unless(read)) }, 'whole', 405, at);
    if (kept !== undefined) return emit(rest, { to: 'answer', status: kept }, 'all');
    // A file that is not there is an error, and may have a page of its own.
    const pages = this.#pages(way, 404).filter(({ target }) => target !== undefined);
    for (const { when, target } of pages) if (target?.startsWith('/') === true) this.#run({ ...this.#page({ ...way, when: whenAll(way.when, rest, when) }, 'whole', 404, target), only: { statuses: [404], answered: NEVER } });
    const paged = whenAny(...pages.map(({ when }) => when));
    if (paged.g !== 'never') this.#effects({ ...way, when: whenAll(way.when, rest, paged) }, 'whole', SERVED, STATUSES.filter((status) => status !== 404));
    this.#effects({ ...way, when: whenAll(way.when, rest, unless(paged)) }, 'whole', SERVED, 'all');
    this.steps.push({ when: whenAll(way.when, rest), effects: [], end: { to: 'behind' }, at });
  }

  #handledByPrograms(way: Way): Guard {
    const scene = this.#scene(way, way.variables);
    return whenAny(
      ...this.sections.all('sethandler', 'wsgiscriptalias', 'scriptalias', 'scriptaliasmatch', 'fallbackresource', 'passengerenabled', 'passengerapproot', 'jkmount').map((scoped): Guard => {
        const { directive } = scoped;
        if (directive.name === 'sethandler' && /^(?:none|default-handler)$/i.test(directive.args[0]?.text ?? '')) return NEVER;
        if (directive.name === 'fallbackresource' && /^disabled$/i.test(directive.args[0]?.text ?? '')) return NEVER;
        const force = this.#force(scoped, 'whole', scene);
        const [path] = directive.args;
        return /^(?:wsgiscriptalias|scriptalias|jkmount)$/.test(directive.name) && path !== undefined ? whenAll(force, pathGuard({ s: 'prefix', text: path.text.replace(/\*$/, ''), subject: 'origin', ignoreCase: false, at: path }, way.pass)) : force;
      }),
      ...this.sections.all('addhandler').map((scoped) => whenAll(this.#force(scoped, 'whole', scene), ...scoped.directive.args.slice(1, 2).map((word) => pathGuard({ s: 'suffix', text: `.${word.text.replace(/^\./, '')}`, subject: 'origin', ignoreCase: true, at: word }, way.pass)))),
      pathGuard({ s: 'regex', source: '\\.(?:php\\d?|phtml|cgi|pl|py|fcgi|asp|jsp)(?:/|$)', flags: 'i', dialect: 'js', use: 'search', subject: 'origin', at: this.at }, way.pass),
    );
  }

  #passOn(way: Way, stage: Stage, passed: Passed): void {
    const intercepts = this.sections.all('proxyerroroverride').some(({ directive }) => /^on$/i.test(directive.args[0]?.text ?? ''));
    const ordinary: Effect['statuses'] = intercepts ? STATUSES.filter((status) => status < 400) : 'all';
    let open: Guard = way.when;
    // What is done to the request depends on it: one end for each way to do it.
    for (const { scoped, line } of this.#requestRules) {
      const scene = this.#scene(way, way.variables);
      const when = this.#force(scoped, stage, scene);
      const value = line.value === undefined ? undefined : valueCases(line.value, scene)[0]?.text;
      const literal = value === undefined ? undefined : literalOf(value);
      const { at } = scoped.directive;
      const effect: Effect = line.action === 'unset' ? { op: 'remove', header: 'origin', value: { v: 'literal', text: '', at, written: true }, statuses: 'all', at } : { op: 'set', header: 'origin', value: literal === undefined ? { v: 'unknown', fact: openFact(`request@${at.file}:${at.start}`, 'unsupported-syntax', 'the Origin that the upstream sees', at), at } : { v: 'literal', text: literal, at, written: true }, statuses: 'all', at };
      this.#emit({ ...way, when: whenAll(open, when) }, stage, { to: 'upstream', upstream: { ...passed.upstream, request: [effect] } }, ordinary, 'all', passed.at);
      open = whenAll(open, unless(when));
    }
    this.#emit({ ...way, when: open }, stage, { to: 'upstream', upstream: passed.upstream }, ordinary, 'all', passed.at);
  }

  /** A response that the server makes itself: rules without `always` do not see it. */
  #answer(way: Way, stage: Stage, status: number, at: Span): void {
    if (way.when.g === 'never') return;
    if (way.failed !== undefined) return this.#emit({ ...way.failed.way, when: way.when, ...(way.only === undefined ? {} : { only: way.only }) }, way.failed.stage, { to: 'answer', status: way.status ?? status }, undefined, 'all', at);
    let open: Guard = way.when;
    if (way.sentOn < MAX_SENT_ON && way.status === undefined) {
      for (const { when, target } of this.#pages(way, status, stage)) {
        const here = whenAll(open, when);
        if (target?.startsWith('/') === true) {
          // The page is fetched in a request of its own, and keeps the status.
          this.#run(this.#page({ ...way, when: here }, stage, status, target));
          open = whenAll(open, unless(when));
        } else if (target !== undefined && /^https?:/i.test(target)) {
          this.#emit({ ...way, when: here }, stage, { to: 'answer', status: 302 }, undefined, 'all', at);
          open = whenAll(open, unless(when));
        }
      }
    }
    this.#emit({ ...way, when: open }, stage, status === 401 ? { to: 'answer', status, unauthenticated: true } : { to: 'answer', status }, undefined, 'all', at);
  }

  /** The request for the page of an error: a new one for its path, with GET. */
  #page(way: Way, stage: Stage, status: number, target: string): Way {
    return { when: way.when, pass: { path: { p: 'fixed', text: target }, method: 'GET' }, variables: renamed(way.variables), atWalk: NO_VARIABLES, status, failed: { way, stage }, sentOn: MAX_SENT_ON, final: false, seen: [], byProgram: false };
  }

  /** Pages for a status: the last one that is in force is taken. */
  #pages(way: Way, status: number, stage: Stage = 'whole'): readonly { readonly when: Guard; readonly target: string | undefined }[] {
    let later: Guard = NEVER;
    return this.sections.all('errordocument').filter(({ directive }) => directive.args[0]?.text === String(status)).reverse().map((scoped) => {
      const force = this.#force(scoped, stage, this.#scene(way, way.variables));
      const when = whenAll(force, unless(later));
      later = whenAny(later, force);
      const target = scoped.directive.args[1]?.text;
      return { when, target: target !== undefined && /^(?:\/|https?:)/i.test(target) ? target : undefined };
    });
  }

  #emit(way: Way, stage: Stage, end: End, ordinary: Effect['statuses'] | undefined, always: Effect['statuses'], at: Span): void {
    if (way.when.g === 'never') return;
    if (this.steps.length > MAX_STEPS) return this.#overrun();
    const { only } = way;
    if (only === undefined) {
      this.#effects(end.to === 'upstream' ? { ...way, seen: [] } : way, stage, ordinary, always);
      this.steps.push({ when: way.when, effects: [], end, at });
      return;
    }
    this.#effects({ ...way, when: whenAll(way.when, unless(only.answered)) }, stage, ordinary === undefined ? undefined : only.statuses, only.statuses);
    only.answered = whenAny(only.answered, way.when);
  }

  /** Headers that were there before the handler go with an upstream's response and with the server's own errors, if these have a body. */
  #effects(way: Way, stage: Stage, ordinary: Effect['statuses'] | undefined, always: Effect['statuses']): void {
    if (way.when.g === 'never') return;
    const kept = ordinary ?? HEADERS_ONLY;
    for (const { header, when } of unique(way.seen)) this.#push(whenAll(way.when, when), [{ op: 'append', header: 'vary', value: { v: 'literal', text: header, at: this.at, written: false }, statuses: kept, at: this.at }], this.at);
    for (const { when, effects, at } of headerSteps(this.rules, { when: way.when, stage, scene: this.#scene(way, way.variables), ordinary, always })) this.#push(when, effects, at);
  }

  #overrun(): void {
    if (this.gaps.length === 0) this.gaps.push({ at: this.at, reason: 'budget', message: 'too many directives, or ways of a request through them, to follow all of them' });
  }

  #push(when: Guard, effects: readonly Effect[], at: Span): void {
    if (when.g !== 'never') this.steps.push({ when, effects, at });
  }

  /** Headers that the conditions of `<If>` look at, whatever comes of it. */
  #seenBySections(stage: Stage, scene: Scene): readonly Seen[] {
    return this.sections.conditions.flatMap(({ expression, before }) => {
      const reached = inForce({ tests: before }, stage, scene.pass, (one) => sectionHolds(one, scene));
      return reached.g === 'never' ? [] : seenIn(expression, { ...scene, variables: scene.atWalk }).map((one) => ({ ...one, when: whenAll(reached, one.when) }));
    });
  }

  #force(scoped: Scoped, stage: Stage, scene: Scene): Guard {
    return inForce(scoped, stage, scene.pass, (expression) => sectionHolds(expression, scene));
  }

  #scene(way: Way, variables: Variables): Scene {
    const changed = way.changed ? this.#requestRules[0] : undefined;
    return {
      pass: way.pass,
      variables,
      atWalk: way.atWalk,
      header: (name, at): Text => {
        if (name !== 'origin' || changed === undefined) return [{ p: 'header', name, at }];
        const { scoped, line } = changed;
        if (scoped.tests.length === 0 && line.when.c === 'always') {
          if (line.action === 'unset') return [];
          const value = line.action === 'set' && line.value !== undefined ? valueCases(line.value, { pass: way.pass, variables, atWalk: way.atWalk, header: () => [] }) : [];
          if (value.length === 1 && value[0]!.text !== undefined && literalOf(value[0]!.text) !== undefined) return value[0]!.text;
        }
        return [{ p: 'unknown', fact: openFact('changed origin', 'unsupported-syntax', 'the Origin after RequestHeader has changed it', scoped.directive.at), at }];
      },
    };
  }

  /** Rules of folders: those of the last one that has any; each set for the requests that no later one takes. */
  #rulesetsOfFolders(stage: Stage, scene: Scene): readonly Ruleset[] {
    const lines = this.sections.all('rewriteengine', 'rewritecond', 'rewriterule', 'rewriteoptions').filter((scoped) => !isOfServer(scoped));
    let later: Guard = NEVER;
    let found: Ruleset[] = [];
    for (const section of [...new Set(lines.map((line) => line.section))].reverse()) {
      const own = lines.filter((line) => line.section === section);
      const force = this.#force(own[0]!, stage, scene);
      const when = whenAll(force, unless(later));
      later = whenAny(later, force);
      // A folder inside another one takes over whether rules are looked at.
      const switches = lines.filter((line) => line.section <= section);
      if (when.g !== 'never' && isOn(switches)) found = [this.#ruleset(own, folderOf(own[0]!), when), ...found];
    }
    return found;
  }

  #ruleset(lines: readonly Scoped[], folder: string | undefined, inForceWhen: Guard): Ruleset {
    return { directives: lines.map(({ directive }) => directive), inForce: inForceWhen, folder, interest: this.#interest };
  }
}

/** One for each header: what several conditions look at is looked at when any of them is. */
function unique(seen: readonly Seen[]): readonly Seen[] {
  return [...new Set(seen.map(({ header }) => header))].map((header) => ({ header, when: whenAny(...seen.filter((one) => one.header === header).map(({ when }) => when)) }));
}

function isOn(lines: readonly Scoped[]): boolean {
  return /^on$/i.test(lines.findLast(({ directive }) => directive.name === 'rewriteengine')?.directive.args[0]?.text ?? '');
}

/** The path of the folder that rules stand in, with a slash at its end. */
function folderOf({ tests }: Scoped): string {
  const test = tests.find(({ t }) => t === 'folder');
  const set = test?.t === 'folder' ? test.in : undefined;
  const prefix = set?.s === 'or' ? set.of.find((one) => one.s === 'prefix') : set;
  return prefix?.s === 'prefix' ? prefix.text : '/';
}

/** Variables that something looks at: names in header lines, conditions and expressions. */
function interestOf(sections: Sections): ReadonlySet<string> {
  const texts = sections.all('header', 'rewritecond', 'rewriterule', 'require', 'setenvif', 'setenvifnocase').flatMap(({ directive, tests }) => [...directive.args.map(({ text }) => text), ...tests.map((test) => (test.t === 'if' ? JSON.stringify(test.expression) : ''))]);
  const names = new Set<string>();
  for (const text of texts) for (const [, name] of text.matchAll(/(?:^env=!?|%\{(?:ENV:|reqenv:|env:)?|env\(["']|"text":")([^\s{}'"()]+)/gi)) if (name !== undefined) names.add(name);
  return names;
}

/** In a request that is sent on, variables of the one before have another name (rename_original_env). */
function renamed(variables: Variables): Variables {
  let result: Variables = NO_VARIABLES;
  for (const [name, cases] of variables) result = new Map(result).set(`REDIRECT_${name}`, cases);
  return result;
}

