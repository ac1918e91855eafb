import type { OriginSet, RegexSet } from '../origins/origin-set.js';
import type { Span } from '../text/span.js';
import type { Fact, UnknownReason } from '../values/fact.js';

/**
 * What one piece of configuration does to responses: an ordered list of guarded steps. Plain data: it survives JSON.
 *
 * Meaning. Steps run in order for a request. A step whose guard holds contributes its effects, in order; the first
 * such step with an `end` stops the walk. Without one the request goes on to `behind`. Then all contributed effects
 * are applied, in order, to the response that was made (by the end or by what lies behind).
 */
export interface Policy {
  /** Id of the reader that made it. */
  readonly reader: string;
  /** What the author would call it: `cors() on app`, `server api.example.com`. */
  readonly title: string;
  readonly layer: 'proxy' | 'gateway' | 'app-middleware' | 'route-handler' | 'static-host';
  readonly at: Span;
  readonly steps: readonly Step[];
  readonly behind: Behind;
  /** Requests worth asking about: one for every place (route, location, mapping) that can be told apart. Never empty. */
  readonly probes: readonly Probe[];
  /** Do the effects reach the response of an exception that nobody behind caught? */
  readonly survivesUncaught: boolean;
  /** Ports that this layer listens on, when the text says so: how an outer layer finds it. */
  readonly listens: readonly number[];
  /** The software and version that was modelled, and how it was chosen: `cors 2.8 (package.json)`, `Starlette ≥ 1.0 (no version found)`. */
  readonly version?: string;
  /** Files whose text counts as part of this policy's, each with the place that puts it there. */
  readonly parts?: readonly { readonly file: string; readonly at: Span }[];
  /** Facts that no header shows. */
  readonly evidence: Evidence;
  /** Defects of configuration that the product's own reading produces (headers lost to inheritance, …). */
  readonly notes: readonly Note[];
}

export interface Step {
  readonly when: Guard;
  readonly effects: readonly Effect[];
  readonly end?: End;
  readonly at: Span;
}

export type End =
  /** The response is made here, by what stands at `statusAt` where that is apart from the step. `fault` names a start-up or run-time failure that makes it; `unauthenticated`: the request should have carried credentials. */
  | { readonly to: 'answer'; readonly status: number; readonly statusAt?: Span; readonly fault?: string; readonly unauthenticated?: true }
  /** The request is passed on to a named upstream; `status` replaces that of its response. */
  | { readonly to: 'upstream'; readonly upstream: Upstream; readonly status?: number }
  /** The request goes on to what lies behind; no later step runs. `status` replaces that of its response; `program`: an application answers there, not files. */
  | { readonly to: 'behind'; readonly status?: number; readonly program?: true };

export interface Upstream {
  readonly host: string;
  readonly port: number | null;
  /** What is done to the request before it is passed on, on its headers. */
  readonly request: readonly Effect[];
  /** What is done to the upstream's response before anything else, on its headers. */
  readonly response?: readonly Effect[];
  /** The method that it is passed on with, where that is another: a cache fetches with GET. */
  readonly method?: string;
  /** New path, when the proxy rewrites it and the result is known, `whole` the same one whatever was asked for; null when it is rewritten in an unknown way. */
  readonly path?: PathRewrite | PathChange | { readonly whole: string } | null;
  readonly at: Span;
}

/** Replace the matched prefix by another one. */
export interface PathRewrite {
  readonly prefix: string;
  readonly by: string;
}

/** A path made of the request's own by a redirect inside: another prefix, something added at the end. */
export interface PathChange extends PathRewrite {
  readonly tail: string;
}

/** What answers a request that no step ended. */
export interface Behind {
  /**
   * Status that an OPTIONS request gets there, with no CORS headers: from the framework's own router. Null: unknown
   * (an upstream that is not in view).
   */
  readonly options: number | null;
}

export interface Probe {
  readonly path: string;
  /** Host name that the place is served under, when the text says so. */
  readonly host?: string;
  /** Methods that are really served there; null when that is unknown. */
  readonly methods: readonly string[] | null;
  /** Request headers that the handlers need, lower-case: `content-type` when a JSON body is read, `authorization`. */
  readonly requestHeaders: readonly string[];
  /** The handlers stand in the text that was read: what they send is known. Absent: not known. */
  readonly inView?: true;
  /** Nothing but files for everybody is served there: scripts, styles, fonts, pictures. Absent: not known. */
  readonly publicAsset?: true;
  readonly at: Span;
}

export interface Evidence {
  /** The author can change what is sent: hand-written code, nginx. False for what a library decides by itself. */
  readonly handWritten: boolean;
  /** The place that was read offers a way to add `Vary: Origin`. */
  readonly canAddVary: boolean;
  /** Do the handlers use cookies, sessions or another credential that browsers send by themselves? */
  readonly readsCookies: 'yes' | 'no' | 'unknown';
  /** Responses forbid caches to keep them. */
  readonly noStore: boolean;
  /** Is it reached over https? Absent: not known. */
  readonly https?: 'yes' | 'no';
  /** What lets only some networks reach it: a list of addresses. Absent: not known. */
  readonly networkProtected?: Span;
  /** It listens on private addresses alone: only their network reaches it, unless something in front passes on what others ask. */
  readonly privateListener?: Span;
  /** It is of a developer's machine alone: nothing of it is deployed. Absent: not known. */
  readonly localOnly?: true;
}

/** `id` is a word of the reader's; rules know the few that they ask for. */
export interface Note {
  readonly id:
    /** A block's own headers replace those of the level around it: `at` the block, `related` the lost headers. */
    | 'headers-lost-by-inheritance'
    /** A later block, where it applies too, undoes the headers of an earlier one: `at` the later, `related` the headers. */
    | 'headers-undone'
    /** A value that the product refuses is replaced by one that lets every origin in: `at` the value. */
    | 'invalid-value-opens'
    /** What registers the policy stands after routes that it should cover: `at` the registration, `related` the first such route. */
    | 'registered-too-late'
    /** Credentials were asked for in a form that the product ignores: `at` the value. */
    | 'credentials-ignored';
  readonly at: Span;
  readonly related: readonly Span[];
  /** Where the note is effective: a path to ask about. */
  readonly path: string;
}

/** When a step applies. Three-valued: a fact that nobody knows leaves it open. */
export type Guard =
  | { readonly g: 'always' }
  | { readonly g: 'never' }
  | { readonly g: 'and' | 'or'; readonly of: readonly Guard[] }
  | { readonly g: 'not'; readonly of: Guard }
  /** Case-sensitive, as methods are. */
  | { readonly g: 'method'; readonly in: readonly string[] }
  | { readonly g: 'origin'; readonly in: OriginSet }
  /** Text of another request header; lower-case name. */
  | { readonly g: 'header'; readonly name: string; readonly in: OriginSet }
  /** Every, or at least one, item of a comma-separated request header is in the set (blanks trimmed). An absent header has no items. */
  | { readonly g: 'every-item' | 'some-item'; readonly name: string; readonly in: OriginSet }
  /** `as`: what is asked about is the path that was made of the request's. */
  | { readonly g: 'path'; readonly in: OriginSet; readonly as?: PathChange }
  /** Host header without port, lower-case. */
  | { readonly g: 'host'; readonly in: OriginSet }
  /** The Origin header equals the scheme, host and port that the request came to. */
  | { readonly g: 'same-origin' }
  | { readonly g: 'fact'; readonly fact: Fact };

export interface Effect {
  readonly op: 'set' | 'set-if-absent' | 'append' | 'remove';
  /** Lower-case. */
  readonly header: string;
  readonly value: HeaderValue;
  /** Statuses of the final response on which it is applied. */
  readonly statuses: 'all' | readonly number[];
  /**
   * Done before the response is made: its lines go in front of those of what lies behind, which it cannot see or remove.
   * `seen`: later effects see and change them like all others; `apart`: only such effects do; `yielding`: they are there only
   * where what lies behind sends none of that header, as where a proxy in Node.js copies headers with `setHeader`.
   */
  readonly early?: 'seen' | 'apart' | 'yielding';
  /** Applied only if the response it is applied to has such a value of a header (the absent one included). */
  readonly onlyIf?: { readonly header: string; readonly in: OriginSet };
  /** With `set`: each line of the header whose own text is in this set becomes the new text (where `response-header` is the line's own), the others stay. */
  readonly lines?: OriginSet;
  /** The name and value as written. */
  readonly at: Span;
}

export type HeaderValue =
  /** `written: false`: a default of the product; `at` is then the place that switched it on. */
  | { readonly v: 'literal'; readonly text: string; readonly at: Span; readonly written: boolean }
  /** The request header's text. When the request has none, the effect does nothing. */
  | { readonly v: 'request-header'; readonly name: string; readonly at: Span }
  /** What the response has of a header so far, several lines joined with a comma and a blank. When it has none, the effect does nothing; in a `concat` it is empty. */
  | { readonly v: 'response-header'; readonly name: string; readonly at: Span }
  /** Items of a comma-separated request header that are in the set, as sent, joined (`only`: the last of them alone); does nothing when none is. */
  | { readonly v: 'request-items'; readonly name: string; readonly in: OriginSet; readonly separator: string; readonly only?: 'last'; readonly at: Span }
  /** Names of all headers of the request, lower-case and sorted, joined. */
  | { readonly v: 'request-header-names'; readonly separator: string; readonly at: Span }
  /** The request's method, path (`as`: what was made of it) or host, without port and in lower case. */
  | { readonly v: 'request-part'; readonly part: 'method' | 'path' | 'host'; readonly as?: PathChange; readonly at: Span }
  /** What a group of a pattern takes of a text that matches; does nothing when that is empty. */
  | { readonly v: 'captured'; readonly of: HeaderValue; readonly pattern: RegexSet; readonly group: number; readonly at: Span }
  | { readonly v: 'concat'; readonly parts: readonly HeaderValue[]; readonly at: Span }
  | { readonly v: 'unknown'; readonly fact: Fact; readonly at: Span };

/** A place where the text was seen but could not be decided; silence is never mistaken for safety. */
export interface Gap {
  readonly at: Span;
  readonly reason: UnknownReason;
  readonly message: string;
}

export const ALWAYS: Guard = { g: 'always' };
export const NEVER: Guard = { g: 'never' };

export function whenAll(...of: readonly Guard[]): Guard {
  const parts = of.flatMap((part) => (part.g === 'and' ? part.of : [part])).filter((part) => part.g !== 'always');
  if (parts.some((part) => part.g === 'never')) return NEVER;
  return parts.length === 0 ? ALWAYS : parts.length === 1 ? parts[0]! : { g: 'and', of: parts };
}

export function whenAny(...of: readonly Guard[]): Guard {
  const parts = of.flatMap((part) => (part.g === 'or' ? part.of : [part])).filter((part) => part.g !== 'never');
  if (parts.some((part) => part.g === 'always')) return ALWAYS;
  return parts.length === 0 ? NEVER : parts.length === 1 ? parts[0]! : { g: 'or', of: parts };
}

export function unless(of: Guard): Guard {
  if (of.g === 'always') return NEVER;
  if (of.g === 'never') return ALWAYS;
  return of.g === 'not' ? of.of : { g: 'not', of };
}
