import type { Revised } from '../engine.js';
import type { ProbeRequest } from '../policy/compare.js';
import type { Policy } from '../policy/program.js';
import type { Span } from '../text/span.js';
import type { Difference } from './proof.js';

/**
 * A change of structure that somebody asks for by name. It proposes what to write; whoever runs it proves that browsers
 * see what they saw, and writes.
 */
export interface Codemod {
  /** Files without a word about CORS that it wants to be read: those that mount what others export. Absent: none. */
  besides?(repository: Revised): Iterable<string>;
  /**
   * What it would write in a repository as it stands, place by place, and where it refuses. Asked again once a proposal was
   * taken: what is done is proposed no more, so that a second run finds nothing to do. Never throws on what files contain.
   */
  propose(repository: Revised, choices: Choices): Iterable<Proposed> | AsyncIterable<Proposed>;
}

/** What only a person can say. */
export interface Choices {
  /** Origins that a policy is to let in; undefined where nobody said. */
  originsFor(policy: Policy): Origins | undefined;
  /** Name of the layer that goes on sending CORS headers. */
  readonly keep: string | undefined;
}

/** `env`: the name of an environment variable that holds the list, separated by commas; `origins` are then those without it, perhaps none. */
export interface Origins {
  readonly origins: readonly string[];
  readonly env?: string;
}

export type Proposed = Rewriting | Refusal;

export interface Rewriting {
  readonly kind: 'rewriting';
  /** What is done, in words that stand before a file's name: `headers of app become cors()`. */
  readonly title: string;
  readonly at: Span;
  /** Whole new texts of files, by path; new files too. All of them are written, or none. */
  readonly texts: ReadonlyMap<string, string>;
  /** What browsers decide otherwise afterwards; absent: nothing. */
  readonly announces?: Announcement;
  /** What is left to do by hand: `npm install`. */
  readonly notes?: readonly string[];
  /**
   * Is a request served by more than an error that no page reads? For files that the engine does not read as soon as they say
   * nothing of CORS, and that the code-mod has read. Absent: all are.
   */
  serves?(request: ProbeRequest): boolean;
}

/** What a code-mod says beforehand of the answers that change; it is refused where anything else does. */
export interface Announcement {
  /** In words: `origins other than those named are refused`. */
  readonly words: string;
  /** An environment variable by which alone anything changes: without it browsers see what they saw, whatever is allowed. */
  readonly unset?: string;
  allows(difference: Difference): boolean;
}

export interface Refusal {
  readonly kind: 'refusal';
  readonly at: Span;
  readonly reason: string;
  /** What a person has to say first; the origins that the repository names are candidates. */
  readonly asks?: { readonly choice: 'origins'; readonly policy: Policy; readonly candidates: readonly string[] } | { readonly choice: 'keep'; readonly candidates: readonly string[] };
}

export function refuse(at: Span, reason: string, asks?: Refusal['asks']): Refusal {
  return { kind: 'refusal', at, reason, ...(asks === undefined ? {} : { asks }) };
}
