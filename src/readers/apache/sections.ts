import type { OriginSet } from '../../origins/origin-set.js';
import { ALWAYS, NEVER, unless, whenAll, type Guard } from '../../policy/program.js';
import { parseCondition, type ApacheDirective, type Expression } from '../../syntax/apache/index.js';
import type { Span } from '../../text/span.js';
import type { Fact } from '../../values/fact.js';
import { fileMatchSet, fileSet, folderSet, locationSet, patternPaths, type Mount } from './paths.js';
import { openFact, pathGuard, type Pass } from './text.js';

/** Conditions past which nothing is read: whoever asks sees that there are too many. */
const MAX_CONDITIONS = 1000;

/** When a section's directives are in force. */
export type Test =
  | { readonly t: 'folder' | 'file' | 'location'; readonly in: OriginSet }
  /** For requests that are passed on: nothing of the disk is looked at then. */
  | { readonly t: 'proxy' }
  | { readonly t: 'if'; readonly expression: Expression; readonly at: Span }
  | { readonly t: 'not'; readonly of: Test }
  | { readonly t: 'fact'; readonly fact: Fact };

/** A directive with the sections around it. */
export interface Scoped {
  readonly directive: ApacheDirective;
  readonly tests: readonly Test[];
  /** Directives of one section, or of none, have one. */
  readonly section: number;
  /** Methods that `<Limit>` and `<LimitExcept>` around it name. */
  readonly methods?: { readonly listed: readonly string[]; readonly except: boolean };
  /** Who combines the `Require` lines around it. */
  readonly container?: 'requireany' | 'requireall' | 'requirenone';
  readonly rank: Rank;
  /** Written for the main server, and read for a virtual host. */
  readonly inherited: boolean;
}

/** Outside of every section: in force before the path of a request is looked at. */
export function isOfServer({ rank, tests }: Pick<Scoped, 'rank' | 'tests'>): boolean {
  return rank.kind === 0 && tests.every(({ t }) => t === 'fact');
}

/** Where a section's directives come when those of all sections that apply are merged (core.c, request.c). */
interface Rank {
  readonly kind: number;
  /** Shorter folders come first. */
  readonly depth: number;
}

const KIND = { server: 0, folder: 1, folderMatch: 2, file: 3, location: 4, if: 5 } as const;

interface Around {
  readonly tests: readonly Test[];
  readonly rank: Rank;
  readonly section: number;
  readonly inherited: boolean;
  readonly methods?: NonNullable<Scoped['methods']>;
  readonly container?: NonNullable<Scoped['container']>;
}

/** The directives of one place: a main server, a virtual host, a folder with rules of its own. */
export interface Layer {
  readonly directives: readonly ApacheDirective[];
  readonly folder?: { readonly in: OriginSet; readonly depth: number };
  /** Written for the main server, and read for a virtual host. */
  readonly inherited?: true;
}

/** Every directive that may be in force for some request, in the order in which the server merges them. */
export class Sections {
  readonly #found: Scoped[] = [];
  readonly #named = new Map<string, { readonly scoped: Scoped; readonly index: number }[]>();
  /** Every condition of an `<If>` or `<ElseIf>`, with what has to hold before it is looked at. */
  readonly conditions: { readonly expression: Expression; readonly before: readonly Test[] }[] = [];
  /** Addresses of the first members of groups of servers, by the groups' names in lower case. */
  readonly balancers = new Map<string, string>();
  readonly #mounts: readonly Mount[];
  #sections = 0;

  constructor(mounts: readonly Mount[], layers: readonly Layer[]) {
    this.#mounts = mounts;
    for (const { directives, folder, inherited } of layers) {
      this.#visit(directives, { inherited: inherited === true, tests: folder === undefined || folder.in.s === 'any' ? [] : [{ t: 'folder', in: folder.in }], rank: folder === undefined ? { kind: KIND.server, depth: 0 } : { kind: KIND.folder, depth: folder.depth }, section: (this.#sections += 1) });
    }
    this.#found.sort((a, b) => a.rank.kind - b.rank.kind || a.rank.depth - b.rank.depth);
    this.#found.forEach((scoped, index) => {
      const { name } = scoped.directive;
      const same = this.#named.get(name);
      if (same === undefined) this.#named.set(name, [{ scoped, index }]);
      else same.push({ scoped, index });
    });
  }

  /** Directives of some names, in their order. */
  all(...names: readonly string[]): readonly Scoped[] {
    const found = names.flatMap((name) => this.#named.get(name) ?? []);
    return (names.length > 1 ? found.sort((a, b) => a.index - b.index) : found).map(({ scoped }) => scoped);
  }

  /** The paths of every section that chooses requests by them. */
  pathSets(): readonly OriginSet[] {
    return [...new Set(this.#found.flatMap(({ tests }) => tests.flatMap((test) => (test.t === 'folder' || test.t === 'file' || test.t === 'location' ? [test.in] : []))))];
  }

  #visit(directives: readonly ApacheDirective[], around: Around): void {
    let earlier: Test[] = [];
    for (const directive of directives) {
      if (this.conditions.length > MAX_CONDITIONS) return;
      if (directive.block === undefined) {
        this.#found.push({ directive, ...around });
        continue;
      }
      const inner = this.#inside(directive, around, earlier);
      earlier = /^(?:if|elseif)$/.test(directive.name) ? [...(directive.name === 'if' ? [] : earlier), ...ifTest(directive)] : [];
      if (inner !== undefined) this.#visit(directive.block, inner);
    }
  }

  #balancer({ args: [first], block = [] }: ApacheDirective): void {
    const name = /^balancer:\/\/([^/]+)\/?$/i.exec(first?.text ?? '')?.[1]?.toLowerCase();
    const member = block.find((row) => row.name === 'balancermember')?.args[0]?.text.replace(/\/$/, '');
    if (name !== undefined && member !== undefined) this.balancers.set(name, member);
  }

  #condition(directive: ApacheDirective, before: readonly Test[]): void {
    if (this.conditions.length > MAX_CONDITIONS) return;
    const [test] = ifTest(directive);
    if (test?.t === 'if') this.conditions.push({ expression: test.expression, before });
  }

  #inside(directive: ApacheDirective, around: Around, earlier: readonly Test[]): Around | undefined {
    const { name, args } = directive;
    const [first, second] = args;
    const within = (kind: number, test: Test | undefined, depth = 0): Around => ({ ...around, tests: test === undefined ? around.tests : [...around.tests, test], rank: { kind: Math.max(kind, around.rank.kind), depth: kind === KIND.folder ? depth : around.rank.depth }, section: (this.#sections += 1) });
    const unclear = (kind: number): Around => within(kind, { t: 'fact', fact: openFact(`${name}@${directive.at.file}:${directive.at.start}`, 'regex-too-complex', `whether <${name} ${first?.text ?? ''}> takes the request`, directive.at) });
    const matched = first?.text === '~' ? second : undefined;
    switch (name) {
      case 'ifmodule':
        // Modules are taken to be loaded: what depends on it would say nothing otherwise.
        return first?.text.startsWith('!') === true ? undefined : around;
      case 'ifversion':
        return isVersion(args.map(({ text }) => text)) ? around : undefined;
      case 'ifdefine':
      case 'iffile': {
        const negated = first?.text.startsWith('!') === true;
        const test: Test = { t: 'fact', fact: openFact(`${name} ${first?.text.replace(/^!/, '') ?? ''}`, 'env-variable', `${name === 'ifdefine' ? 'the parameter' : 'the file'} ${first?.text.replace(/^!/, '') ?? ''}`, directive.at) };
        return { ...around, tests: [...around.tests, negated ? { t: 'not', of: test } : test] };
      }
      case 'directory':
      case 'directorymatch':
        if (first === undefined) return undefined;
        if (name === 'directory' && matched === undefined) return within(KIND.folder, { t: 'folder', in: folderSet(first.text, this.#mounts, first) }, depthOf(first.text));
        return unclear(KIND.folderMatch);
      case 'files':
      case 'filesmatch': {
        const pattern = name === 'filesmatch' ? first : matched;
        const set = pattern === undefined ? (first === undefined ? undefined : fileSet(first)) : fileMatchSet(pattern);
        return set === undefined ? unclear(KIND.file) : within(KIND.file, { t: 'file', in: set });
      }
      case 'location':
      case 'locationmatch': {
        const pattern = name === 'locationmatch' ? first : matched;
        if (first === undefined) return undefined;
        return within(KIND.location, { t: 'location', in: pattern === undefined ? locationSet(first) : patternPaths(pattern) });
      }
      case 'proxy':
        this.#balancer(directive);
        return first?.text === '*' ? within(KIND.folder, { t: 'proxy' }) : unclear(KIND.folder);
      case 'if':
        this.#condition(directive, around.tests);
        return within(KIND.if, ifTest(directive)[0]);
      case 'elseif':
      case 'else': {
        const own = name === 'else' ? [] : ifTest(directive);
        const inner = within(KIND.if, undefined);
        const before = [...inner.tests, ...earlier.map((of): Test => ({ t: 'not', of }))];
        if (name === 'elseif') this.#condition(directive, before);
        return { ...inner, tests: [...before, ...own] };
      }
      case 'limit':
      case 'limitexcept':
        return { ...around, methods: { listed: args.flatMap(({ text }) => (text === 'GET' ? ['GET', 'HEAD'] : [text])), except: name === 'limitexcept' } };
      case 'requireany':
      case 'requireall':
      case 'requirenone':
        return { ...around, container: name };
      case 'virtualhost':
      case 'macro':
        return undefined;
      default:
        return around;
    }
  }
}

function ifTest(directive: ApacheDirective): readonly Test[] {
  const [word] = directive.args;
  const expression = word === undefined ? undefined : parseCondition(word);
  return expression === undefined || 'problem' in expression ? [{ t: 'fact', fact: openFact(`if@${directive.at.file}:${directive.at.start}`, 'parse-error', 'a condition that the server refuses', directive.at) }] : [{ t: 'if', expression, at: directive.at }];
}

function depthOf(folder: string): number {
  return folder.replace(/\/+$/, '').split('/').length;
}

/** Version of httpd whose behaviour is modelled. */
const VERSION = [2, 4, 65];

function isVersion(args: readonly string[]): boolean {
  const [operator = '', version = ''] = args.length > 1 ? args : [/^[!<>=~]*/.exec(args[0] ?? '')![0], (args[0] ?? '').replace(/^[!<>=~]*/, '')];
  const wanted = version.split('.').map(Number);
  if (wanted.some(Number.isNaN)) return true;
  // A version of two numbers stands for its first release.
  const order = wanted[0]! - VERSION[0]! || (wanted[1] ?? 0) - VERSION[1]! || (wanted[2] ?? 0) - VERSION[2]!;
  const bare = operator.replace('!', '');
  const holds = bare === '>' ? order < 0 : bare === '<' ? order > 0 : bare === '>=' ? order <= 0 : bare === '<=' ? order >= 0 : bare === '~' ? true : order === 0;
  return operator.startsWith('!') ? !holds : holds;
}

/** How far the request has come when the merged directives are asked for: before the disk is looked at only locations count. */
export type Stage = 'translated' | 'passed-on' | 'whole';

/** When a directive is in force at a stage. `condition`: what an `<If>` says. */
export function inForce({ tests }: Pick<Scoped, 'tests'>, stage: Stage, pass: Pass, condition: (expression: Expression) => Guard): Guard {
  const guards: Guard[] = [];
  for (const test of tests) {
    const guard = guardOf(test, stage, pass, condition);
    if (guard.g === 'never') return NEVER;
    guards.push(guard);
  }
  return whenAll(...guards);
}

function guardOf(test: Test, stage: Stage, pass: Pass, condition: (expression: Expression) => Guard): Guard {
  switch (test.t) {
    case 'folder':
    case 'file':
      return stage === 'whole' ? pathGuard(test.in, pass) : NEVER;
    case 'location':
      return pathGuard(test.in, pass);
    case 'proxy':
      return stage === 'passed-on' ? ALWAYS : NEVER;
    case 'if':
      return condition(test.expression);
    case 'not':
      return unless(guardOf(test.of, stage, pass, condition));
    case 'fact':
      return { g: 'fact', fact: test.fact };
  }
}
