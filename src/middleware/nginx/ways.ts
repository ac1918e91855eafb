import { admits } from '../../origins/membership.js';
import type { OriginSet } from '../../origins/origin-set.js';
import { changedPath } from '../../policy/holds.js';
import { ALWAYS, NEVER, unless, whenAll, whenAny, type Guard } from '../../policy/program.js';
import type { Directive } from '../../syntax/nginx/index.js';
import { withoutPlaces, type Span } from '../../text/span.js';
import type { Fact, UnknownReason } from '../../values/fact.js';
import type { Level } from './levels.js';
import type { Location } from './locations.js';
import type { RequestPath } from './request-path.js';
import type { Variables } from './variables.js';

/** Where a request has come to, on one of its ways through a server. */
export interface Way {
  readonly when: Guard;
  readonly known: Known;
  readonly variables: Variables;
  /** The configuration in force: the location's, or that of the last true `if`. */
  readonly level: Level;
  readonly location: Location | undefined;
  /** The handler that an earlier true `if` of this location set (`r->content_handler`): a later one has none of its configuration. */
  readonly left?: Directive | undefined;
  readonly path: RequestPath;
  /** The path was changed by `rewrite` and not settled by `break`: locations are searched again. */
  readonly moved: boolean;
  /** A `rewrite` changed the path and `break` settled it: what a `proxy_pass` has of a path is left aside. */
  readonly settled: boolean;
  /** No more rewrite directives run in this phase. */
  readonly stopped: boolean;
  /** The method as it is for the content: an `error_page` to a URI makes it GET, a subrequest has none of its own. */
  readonly asGet: boolean;
  /** `$request_method` too is GET; of HEAD it stays as it is. */
  readonly saysGet: boolean;
  /** The request was redirected inside: `internal` locations take it. */
  readonly internal: boolean;
  /** The status that an `error_page` fixed for whatever comes now (`r->err_status`). */
  readonly status?: number;
  /** An `error_page` was looked for: there is no second one (without `recursive_error_pages`). */
  readonly paged: boolean;
  /** A subrequest: access rules do not apply. */
  readonly sub: boolean;
  /** The configuration falls back to this path: it is taken to be there. */
  readonly fallback: boolean;
  /** A redirect inside named a path without a query: there is none any more. */
  readonly noQuery: boolean;
  readonly redirects: number;
  /** Where it was redirected from before: who comes there again, and knows no more, comes there for ever. */
  readonly seen: readonly { readonly place: string; readonly when: Guard }[];
}

/** What is decided on a way: tests by what they ask, the methods that are left, the path if it is one. */
interface Known {
  readonly tests: ReadonlyMap<string, boolean>;
  readonly methods: ReadonlySet<string>;
  readonly path?: string;
}

/** Stands for every method that is not named here. */
const OTHER = '(other)';
export const METHODS: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
export const NOTHING_KNOWN: Known = { tests: new Map(), methods: new Set([...METHODS, OTHER]) };

/** The way of the requests for which the guard holds too; undefined when there are none. */
export function narrowed<T extends Pick<Way, 'when' | 'known'>>(way: T, guard: Guard): T | undefined {
  const rest = simplified(guard, way.known);
  if (rest.g === 'always') return way;
  if (rest.g === 'never') return undefined;
  let known = way.known;
  for (const part of rest.g === 'and' ? rest.of : [rest]) {
    // A part before may have decided this one.
    const now = simplified(part, known);
    if (now.g === 'never') return undefined;
    known = learned(known, now);
  }
  if (known.methods.size === 0) return undefined;
  if (known.path !== way.known.path && known.path !== undefined && simplified(way.when, { ...NOTHING_KNOWN, path: known.path }).g === 'never') return undefined;
  return { ...way, when: whenAll(way.when, rest), known };
}

/** The way when the guard is taken to hold, which whoever asks writes down; undefined when it cannot. */
export function assuming(way: Way, guard: Guard): Way | undefined {
  const next = narrowed(way, guard);
  return next === undefined ? undefined : { ...next, when: way.when };
}

function learned(known: Known, guard: Guard): Known {
  const holds = guard.g !== 'not';
  const test = guard.g === 'not' ? guard.of : guard;
  if (test.g === 'always' || test.g === 'never') return known;
  if (test.g === 'method') return { ...known, methods: new Set([...known.methods].filter((method) => test.in.includes(method) === holds)) };
  const path = holds && test.g === 'path' && test.as === undefined && test.in.s === 'exact' ? test.in.text : known.path;
  return { ...known, tests: new Map(known.tests).set(keyOf(test), holds), ...(path === undefined ? {} : { path }) };
}

/** The guard for requests of which this much is known. */
function simplified(guard: Guard, known: Known): Guard {
  switch (guard.g) {
    case 'always':
    case 'never':
      return guard;
    case 'and':
      return whenAll(...guard.of.map((part) => simplified(part, known)));
    case 'or': {
      const rest = whenAny(...guard.of.map((part) => simplified(part, known)));
      const decided = rest.g === 'or' && rest.of.length <= MAX_RECALLED ? known.tests.get(keyOf(rest)) : undefined;
      return decided === undefined ? rest : decided ? ALWAYS : NEVER;
    }
    case 'not':
      return unless(simplified(guard.of, known));
    case 'method': {
      const named = [...known.methods].filter((method) => guard.in.includes(method));
      return named.length === 0 && !guard.in.some((method) => !METHODS.includes(method) && known.methods.has(OTHER)) ? NEVER : named.length === known.methods.size ? ALWAYS : guard;
    }
    case 'path': {
      const member = known.path === undefined ? undefined : admits(guard.in, changedPath(known.path, guard.as), () => undefined);
      if (typeof member === 'boolean') return member ? ALWAYS : NEVER;
      break;
    }
    default:
  }
  const decided = known.tests.get(keyOf(guard));
  return decided === undefined ? guard : decided ? ALWAYS : NEVER;
}

const keys = new WeakMap<object, string>();
/** Tests in one text. */
const MAX_TOLD = 40;
/** Tests in an alternative that is looked for among those that were decided as one. */
const MAX_RECALLED = 8;
let lastId = 0;

/** One text for all guards that ask the same, wherever they stand. */
function keyOf(guard: Guard): string {
  let key = keys.get(guard);
  if (key === undefined) keys.set(guard, (key = toldOf(guard)));
  return key;
}

function toldOf(guard: Guard): string {
  switch (guard.g) {
    case 'and':
    case 'or':
      // A long one is itself only.
      return guard.of.length > MAX_TOLD ? `${guard.g}#${(lastId += 1)}` : `${guard.g}(${guard.of.map(keyOf).join(',')})`;
    case 'not':
      return `!${keyOf(guard.of)}`;
    case 'fact':
      return guard.fact.key;
    case 'path':
      return `path${guard.as === undefined ? '' : ` ${JSON.stringify(guard.as)}`}${setKey(guard.in)}`;
    case 'origin':
    case 'host':
      return `${guard.g}${setKey(guard.in)}`;
    case 'header':
    case 'every-item':
    case 'some-item':
      return `${guard.g} ${guard.name}${setKey(guard.in)}`;
    case 'method':
      return `method${guard.in.join()}`;
    default:
      return guard.g;
  }
}

function setKey(set: OriginSet): string {
  let key = keys.get(set);
  if (key === undefined) keys.set(set, (key = withoutPlaces(set)));
  return key;
}

/** A guard that only a run decides; places that ask the same have the same key. */
export function open(key: string, detail: string, at: Span, reason: UnknownReason = 'unsupported-syntax'): Guard & { readonly g: 'fact' } {
  const fact: Fact = { key: `nginx:${key}`, reason, detail, at };
  return { g: 'fact', fact };
}

/** What stands behind answers with the status. */
export function answeredBehind(status: number, which: string, at: Span): Guard {
  return { g: 'fact', fact: { key: `nginx:behind ${status}${which}`, reason: 'upstream', detail: `whether ${status} comes from behind`, at, answered: status } };
}

export function methodIn(...methods: readonly string[]): Guard {
  return { g: 'method', in: methods };
}

export function pathIn(set: OriginSet): Guard {
  return { g: 'path', in: set };
}
