import type { MaxAge } from '../browser/headers.js';
import type { HeaderLine, Outcome, Scenario } from '../policy/evaluate.js';
import type { Policy } from '../policy/program.js';
import type { Span } from '../text/span.js';
import type { TextEdit } from '../text/edit.js';
import type { Fact } from '../values/fact.js';

/** How bad a finding can be; the catalogue's word for it. */
export type FindingClass = 'security-error' | 'broken-in-browser' | 'correctness-warning' | 'hygiene';

export type Severity = 'error' | 'warn' | 'info';

/** A client's request as a page makes it. */
export interface ClientRequest {
  /** Serialised origin of the page. */
  readonly origin: string;
  readonly method: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly credentials: 'omit' | 'include';
  readonly url: string;
}

/** What the wire and the browser would show for a client's request, in one possible world. Plain data. */
export interface Exchange {
  readonly request: ClientRequest;
  /** Null when the browser sends none. */
  readonly preflight: Outcome['response'] | null;
  readonly response: Outcome['response'];
  /** `allowed: null` is undecided: something that the verdict needs is not known. */
  readonly verdict: {
    readonly allowed: boolean | null;
    readonly reason: string;
    readonly step: string;
    readonly hint?: string;
    /** For how many seconds browsers remember the preflight; absent where none was granted or its text is not known. */
    readonly maxAge?: MaxAge;
  };
  /** What the handler behind did, where that is not simply to answer. */
  readonly scenario?: Scenario;
  /** What this world takes for true or false, in words: `CORS_ORIGIN is not set`. Empty when nothing was assumed. */
  readonly assuming: readonly string[];
  /** The facts behind `assuming`. */
  readonly facts: readonly Fact[];
}

/** A response that a cache keeps, and the request that it was made for; `origin: null` where no page made that, and it names none. */
export interface Stored extends Pick<Exchange, 'response' | 'assuming'> {
  readonly request: Omit<ClientRequest, 'origin'> & { readonly origin: string | null };
}

/** The proof of a finding: a request that anyone can replay, and what comes of it. */
export interface Witness extends Exchange {
  /** How an attacker gets the origin: `any site`, `register domain evil.example`, `sandboxed frame`. */
  readonly attacker?: string;
  /** What a cache stored before (for rules about caches). */
  readonly stored?: Stored;
  /** A header line that was written before and that the response has no more. */
  readonly lost?: HeaderLine;
}

export interface Related {
  readonly at: Span;
  readonly message: string;
}

/** Edits that were verified, and what they change. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly TextEdit[];
  /** Exchanges whose verdict the edits change, in words; empty for an automatic fix. */
  readonly changes: readonly string[];
}

/** Facts of one finding; reporters make sentences and colours. */
export interface Finding {
  /** Bare id: `no-reflected-origin`. */
  readonly ruleId: string;
  readonly class: FindingClass;
  readonly severity: Severity;
  /** Key among the rule's messages. */
  readonly messageId: string;
  readonly message: string;
  /** First paragraph of the rule's documentation: why it matters. */
  readonly why: string;
  readonly at: Span;
  readonly related: readonly Related[];
  readonly witness?: Witness;
  /** The automatic fix. */
  readonly fix?: Fix;
  readonly suggestions: readonly Fix[];
  /** The policy that it is about: its reader, layer and title, and the version that it was read as. */
  readonly policy: Pick<Policy, 'reader' | 'layer' | 'title' | 'at' | 'version'>;
  /** Stable across unrelated edits: see `fingerprint.ts`. */
  readonly fingerprint: string;
}

