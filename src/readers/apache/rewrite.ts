import { PRESENT, type OriginSet, type RegexSet } from '../../origins/origin-set.js';
import { ALWAYS, NEVER, unless, whenAll, whenAny, type Guard, type Upstream } from '../../policy/program.js';
import { rewrittenPath } from '../../middleware/rewritten-path.js';
import { parseCondition, type ApacheDirective, type Word } from '../../syntax/apache/index.js';
import type { Span } from '../../text/span.js';
import { assigned, casesOf, type Variables } from './environment.js';
import { HEADERS, holdsWhen, seenIn, variableCases, type Scene, type Seen } from './expressions.js';
import { relativePattern } from './paths.js';
import { equals, groupOf, isIn, joinedCases, matchesAnything, openFact, patternSet, unknownPart, whenCases, type Case } from './text.js';

/** What rules make of a request, in their order; each only of requests that nothing before has taken. */
export type Rewritten =
  | { readonly r: 'answer'; readonly when: Guard; readonly status: number; readonly variables: Variables; readonly seen: readonly Seen[]; readonly at: Span }
  /** Passed on to another server; `path`: what it is asked for, by the path of the target. */
  | { readonly r: 'pass'; readonly when: Guard; readonly target: Word; path(written: string): Upstream['path']; readonly variables: Variables; readonly seen: readonly Seen[]; readonly at: Span }
  /** Sent on inside of the server; `target` undefined: a path that is put together from the request. */
  | { readonly r: 'path'; readonly when: Guard; readonly target: string | undefined; readonly final: boolean; readonly variables: Variables; readonly seen: readonly Seen[]; readonly at: Span };

export interface Ruleset {
  readonly directives: readonly ApacheDirective[];
  readonly inForce: Guard;
  /** Of a folder: what is cut off from the path before patterns are tried. Undefined: rules of the server, on whole paths. */
  readonly folder: string | undefined;
  /** Variables that anything else looks at; the others are not followed. */
  readonly interest: ReadonlySet<string>;
}

const NAMES = { group: '$1', whole: '$0', asked: /%\{REQUEST_URI\}$/i };

/** Rules past which the rest is not followed. */
const MAX_RULES = 150;

/** Runs a set of rules on a request and tells what becomes of it, and the variables of the request that goes on as it is. */
export function rewritten(ruleset: Ruleset, scene: Scene): { readonly events: readonly Rewritten[]; readonly variables: Variables; readonly seen: readonly Seen[] } {
  const run = new Run(ruleset, scene);
  let conditions: ApacheDirective[] = [];
  let rules = 0;
  for (const directive of ruleset.directives) {
    if (directive.name === 'rewritecond') conditions.push(directive);
    if (directive.name !== 'rewriterule') continue;
    if ((rules += 1) > MAX_RULES) break;
    run.rule(directive, conditions);
    conditions = [];
  }
  return { events: run.events, variables: run.variables, seen: run.seen };
}

interface Found {
  readonly when: Guard;
  /** What `%1` is a group of: the last condition that is a pattern. */
  readonly cases?: readonly Case[];
  readonly set?: RegexSet;
  /** Headers that conditions look at: kept in Vary only when the rule is taken, those of expressions in any case. */
  readonly seen: readonly (Seen & { readonly anyway: boolean })[];
}

class Run {
  readonly events: Rewritten[] = [];
  variables: Variables;
  readonly seen: Seen[] = [];
  /** Requests that no further rule looks at. */
  #stopped: Guard = NEVER;
  /** Requests that pass over the next rules, and over how many. */
  #skipped: { readonly when: Guard; left: number }[] = [];
  /** Requests that the rules of the chain which goes on do not look at. */
  #unchained: Guard = NEVER;
  #inChain = false;

  constructor(
    private readonly ruleset: Ruleset,
    private readonly scene: Scene,
  ) {
    this.variables = scene.variables;
  }

  rule(directive: ApacheDirective, conditions: readonly ApacheDirective[]): void {
    const [pattern, target] = directive.args;
    if (pattern === undefined || target === undefined) return;
    const flags = flagsOf(directive.args[2]?.text);
    const skipped = whenAny(...this.#skipped.map(({ when }) => when));
    this.#skipped = this.#skipped.map((one) => ({ ...one, left: one.left - 1 })).filter(({ left }) => left > 0);
    const found = this.#conditions(conditions);
    const inPath = this.#pattern(pattern, flags.has('NC'));
    const matched = whenAll(found.when, inPath);
    const considered = whenAll(this.ruleset.inForce, unless(this.#stopped), unless(skipped), this.#inChain ? unless(this.#unchained) : ALWAYS);
    const when = whenAll(considered, matched);
    this.#chain(flags.has('C'), matched);
    for (const one of found.seen) this.seen.push({ header: one.header, when: whenAll(considered, one.anyway ? inPath : matched, one.when) });
    if (when.g === 'never') return;
    for (const text of flags.get('E') ?? []) this.#assign(text, directive, when, found);
    const skip = Number(flags.get('S')?.[0]);
    if (skip > 0) this.#skipped.push({ when, left: skip });
    this.#act(directive, target, flags, when);
  }

  #chain(goesOn: boolean, matched: Guard): void {
    const unmatched = this.#inChain ? whenAny(this.#unchained, unless(matched)) : unless(matched);
    this.#inChain = goesOn;
    this.#unchained = goesOn ? unmatched : NEVER;
  }

  #act(directive: ApacheDirective, target: Word, flags: Flags, when: Guard): void {
    const { at } = directive;
    const { variables } = this;
    const seen = [...this.seen];
    const forced = flags.has('F') ? 403 : flags.has('G') ? 410 : undefined;
    const code = flags.get('R')?.[0];
    const status = forced ?? (code === undefined ? undefined : code === '' || /^temp$/i.test(code) ? 302 : /^permanent$/i.test(code) ? 301 : /^seeother$/i.test(code) ? 303 : Number(code));
    const stay = target.text === '-';
    if (status !== undefined && (forced !== undefined || !stay || status < 300 || status > 399)) this.events.push({ r: 'answer', when, status, variables, seen, at });
    else if (flags.has('P')) this.events.push({ r: 'pass', when, target, path: (written) => rewrittenPath(directive.args[0]!.text, written, { ...NAMES, base: this.ruleset.folder ?? '' }), variables, seen, at });
    else if (!stay && /^[a-z]+:\/\//i.test(target.text)) this.events.push({ r: 'answer', when, status: 302, variables, seen, at });
    else if (!stay) this.events.push({ r: 'path', when, target: /[$%]/.test(target.text) ? undefined : target.text.replace(/\?.*$/s, ''), final: flags.has('END'), variables, seen, at });
    else if (!flags.has('L') && !flags.has('END')) return;
    this.#stopped = whenAny(this.#stopped, when);
  }

  #assign(text: string, directive: ApacheDirective, when: Guard, found: Found): void {
    const [, not, name = '', value = ''] = /^(!?)([^:]*)(?::(.*))?$/s.exec(text) ?? [];
    if (!this.ruleset.interest.has(name)) return;
    const at = directive.args[2]!;
    this.variables = assigned(this.variables, name, when, not === '!' ? [{ when: ALWAYS, text: undefined }] : this.#expanded(value, at, found, true), at);
  }

  /** Conditions in a row: those with `[OR]` are one with the next; what comes to the end of the row with one holds. */
  #conditions(conditions: readonly ApacheDirective[]): Found {
    let reached: Guard = ALWAYS;
    let either: Guard = NEVER;
    let last: Omit<Found, 'seen'> = { when: ALWAYS };
    const seen: Found['seen'][number][] = [];
    for (const condition of conditions) {
      const flags = flagsOf(condition.args[2]?.text);
      const one = this.#condition(condition, { ...last, seen: [] });
      const considered = whenAll(reached, unless(either));
      // With `NV` nothing of it is said in Vary.
      for (const header of one.seen) if (header.anyway || !flags.has('NV')) seen.push({ ...header, when: whenAll(considered, header.when, header.anyway ? ALWAYS : one.when) });
      if (one.set !== undefined) last = either.g === 'never' && !flags.has('OR') ? one : { when: ALWAYS };
      either = whenAny(either, one.when);
      if (flags.has('OR')) continue;
      reached = whenAll(reached, either);
      either = NEVER;
    }
    return { ...last, when: reached, seen };
  }

  #condition({ args, at }: ApacheDirective, before: Found): Found {
    const [subject, pattern] = args;
    if (subject === undefined || pattern === undefined) return { when: ALWAYS, seen: [] };
    const ignoreCase = flagsOf(args[2]?.text).has('NC');
    const scene = { ...this.scene, variables: this.variables };
    if (/^expr$/i.test(subject.text)) {
      const expression = parseCondition(pattern);
      return 'problem' in expression ? { when: open(at, 'a condition that the server refuses'), seen: [] } : { when: holdsWhen(expression, scene), seen: seenIn(expression, scene).map((one) => ({ ...one, anyway: true })) };
    }
    const negated = pattern.text.startsWith('!');
    const text = negated ? pattern.text.slice(1) : pattern.text;
    const turned = (guard: Guard): Guard => (negated ? unless(guard) : guard);
    if (/^-(?:[dfFhHlLsUx]|eq|ne|lt|le|gt|ge)/.test(text)) return { when: turned(fileTest(subject, text)), seen: [] };
    const cases = this.#expanded(subject.text, subject, before, false);
    const seen = headersIn(subject.text).map((header) => ({ header, when: { g: 'header', name: header, in: PRESENT } as const, anyway: false }));
    const literal = /^=(.*)$/s.exec(text)?.[1]?.replace(/^""$/, '');
    if (literal !== undefined) return { when: turned(whenCases(cases, (one) => equals(one, literal, pattern, scene.pass, ignoreCase ? ['ignore-case'] : []))), seen };
    if (/^[<>]/.test(text)) return { when: open(at, 'a comparison of texts'), seen };
    // The mark of the negation is no part of the pattern.
    const place: Span = pattern.verbatim === undefined || !negated ? pattern : { ...pattern.verbatim, start: pattern.verbatim.start + 1 };
    const set = patternSet(text, ignoreCase, place);
    const when = turned(whenCases(cases, (one) => isIn(one, set, scene.pass)));
    return negated ? { when, seen } : { when, cases, set, seen };
  }

  /** When a rule's pattern is found in the path. */
  #pattern(word: Word, ignoreCase: boolean): Guard {
    const negated = word.text.startsWith('!');
    const source = negated ? word.text.slice(1) : word.text;
    const { folder } = this.ruleset;
    const whole = patternSet(source, ignoreCase, word);
    const set: OriginSet | undefined = matchesAnything(whole) ? { s: 'any' } : folder === undefined ? whole : relativePattern(source, folder, ignoreCase, word);
    const guard = set === undefined ? open(word, `where ${source} is found in the path`) : isIn([{ p: 'path', at: word }], set, this.scene.pass);
    return negated ? unless(guard) : guard;
  }

  /** Texts with `%{NAME}`, `%1` and `$1`. */
  #expanded(text: string, at: Word, found: Found, isValue: boolean): readonly Case[] {
    const scene = { ...this.scene, variables: this.variables };
    const pieces = [...text.matchAll(/%\{([^}]*)\}|%(\d)|\$(\d)|\\(.)|[^%$\\]+|[%$\\]/gs)].map((match): readonly Case[] => {
      const [whole, name, group, rule, escaped] = match;
      if (name !== undefined) return named(name, at, scene);
      if (group !== undefined) return found.set === undefined || found.cases === undefined ? [{ when: ALWAYS, text: isValue ? [unknownPart(`what ${whole} holds`, at)] : [] }] : found.cases.flatMap((one) => groupOf(one.text ?? [], found.set!, Number(group), at, scene.pass).map((inner) => ({ ...inner, when: whenAll(one.when, inner.when) })));
      if (rule !== undefined) return [{ when: ALWAYS, text: [unknownPart(`the part of the path that ${whole} holds`, at)] }];
      return [{ when: ALWAYS, text: [{ p: 'text', text: escaped ?? whole, at }] }];
    });
    return joinedCases(pieces, '', at);
  }
}

/** Request headers that a condition's text names. */
function headersIn(text: string): readonly string[] {
  return [...text.matchAll(/%\{(?:HTTP:([^}]+)|([A-Z_]+))\}/gi)].flatMap(([, header, name]) => header?.toLowerCase() ?? HEADERS[name?.toUpperCase() ?? ''] ?? []).filter((header) => header !== 'host');
}

/** A variable of mod_rewrite; one that it does not know is empty, `HTTP_ORIGIN` among them. */
function named(name: string, at: Word, scene: Scene): readonly Case[] {
  const [, kind = '', argument = ''] = /^(ENV|HTTP|SSL|LA-U|LA-F):(.*)$/is.exec(name) ?? [];
  if (/^http$/i.test(kind)) return [{ when: ALWAYS, text: scene.header(argument.toLowerCase(), at) }];
  if (/^env$/i.test(kind)) return casesOf(scene.variables, argument);
  const spelled = name.toUpperCase();
  if (kind === '' && spelled.startsWith('HTTP_') && spelled !== 'HTTP_HOST' && HEADERS[spelled] === undefined) return [{ when: ALWAYS, text: [] }];
  return variableCases(spelled, at, scene);
}

function open(at: Span, detail: string): Guard {
  return { g: 'fact', fact: openFact(`rewrite@${at.file}:${at.start}`, 'unsupported-syntax', detail, at) };
}

/** One file is there or not for all rules that ask. */
function fileTest(subject: Word, test: string): Guard {
  return { g: 'fact', fact: openFact(`file ${subject.text} ${test.toLowerCase()}`, 'database-or-io', `whether ${subject.text} is there (${test})`, subject) };
}

type Flags = ReadonlyMap<string, readonly string[]>;

const LONG: Readonly<Record<string, string>> = { REDIRECT: 'R', FORBIDDEN: 'F', GONE: 'G', PROXY: 'P', LAST: 'L', NOCASE: 'NC', ORNEXT: 'OR', ENV: 'E', CHAIN: 'C', SKIP: 'S', PASSTHROUGH: 'PT' };

/** `[R=204,L,E=A:b]`. */
function flagsOf(text: string | undefined): Flags {
  const flags = new Map<string, string[]>();
  for (const flag of text === undefined ? [] : text.replace(/^\[|\]$/g, '').split(',')) {
    const [, name = '', value = ''] = /^\s*([^=\s]*)\s*(?:=(.*))?$/s.exec(flag) ?? [];
    const spelled = LONG[name.toUpperCase()] ?? name.toUpperCase();
    flags.set(spelled, [...(flags.get(spelled) ?? []), value]);
  }
  return flags;
}
