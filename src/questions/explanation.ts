import type { Check } from '../browser/judge.js';
import type { Quieted } from '../engine.js';
import type { ClientRequest, Exchange, Finding } from '../findings/finding.js';
import type { Deployment, HttpResponse, Passed, Scenario } from '../policy/evaluate.js';
import type { Gap, Policy } from '../policy/program.js';
import type { TextEdit } from '../text/edit.js';
import type { Span } from '../text/span.js';

export type { Check };

/** A request that a page makes. */
export interface Question {
  /** Serialised origin of the page. */
  readonly origin: string;
  readonly method: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly credentials: 'omit' | 'include';
  /** Whole, or a path: then whoever serves it is asked. */
  readonly url: string;
}

/** What becomes of a request that comes to one of the outermost layers, and why. */
export interface Explanation {
  /** With the whole URL. */
  readonly request: ClientRequest;
  /** The layer that it comes to first, with all that stands behind it. */
  readonly entry: Deployment;
  /** Does the URL name the layer's own host and place? Otherwise it may well come elsewhere. */
  readonly fit: Fit;
  /** The browser's, the same in every world; `allowed: null` where worlds differ or a text is not known. */
  readonly verdict: Exchange['verdict'];
  /** One for every verdict that is possible: the one that assumes least first. Never empty. */
  readonly worlds: readonly World[];
  /** What the handler behind is taken to do; absent: it answers as it always does. */
  readonly scenario?: Scenario;
  /** What keeps the verdict open; empty where it is decided. */
  readonly gaps: readonly Gap[];
  /** Is it certain that the layers stand behind one another? */
  readonly certain: boolean;
}

/** How well a URL fits a layer; more is better. */
export interface Fit {
  /** `named`: the layer is said to serve it; `open`: nothing is said of hosts; `asked`: the question has a path only; `behind`: so, or open, and none of the layers in front leads there. */
  readonly host: 'named' | 'open' | 'asked' | 'behind';
  /** `place`: one that the text names; `below`: below such a one; `rest`: all that is not named. */
  readonly path: 'place' | 'below' | 'rest';
}

/** One possible course of things. */
export interface World {
  /** What it takes for true or false, in words, as far as the verdict depends on it. */
  readonly assuming: readonly string[];
  /** Null when the browser sends none. */
  readonly preflight: Leg | null;
  readonly response: Leg;
  readonly verdict: Exchange['verdict'];
  /** The browser's checks in their order, to the first that fails. */
  readonly checks: readonly Check[];
}

/** A request's way through the layers, and its response's way back. */
export interface Leg {
  /** Outermost first. Empty where there are too many cases to follow. */
  readonly layers: readonly Passed[];
  readonly response: HttpResponse;
  /** The response's header lines in their order, and behind them those that a layer took away. */
  readonly headers: readonly HeaderFate[];
  /** What answered is in no policy: where it is passed on to. */
  readonly unseen?: Span;
}

/** A header line: who sent it, and what became of it. */
export interface HeaderFate {
  /** Lower-case. */
  readonly name: string;
  /** Null: not known. */
  readonly text: string | null;
  /** Absent for what a handler behind sent. */
  readonly at?: Span;
  readonly layer?: Policy;
  /** Absent: the browser gets it. */
  readonly gone?: { readonly how: 'removed' | 'replaced'; readonly at: Span; readonly layer: Policy };
}

/** How a request that is blocked could be let through. */
export interface Mending {
  /** Changes that were tried and let it through, the smallest first; then those that let in least. */
  readonly fixes: readonly ProvenFix[];
  /** What would have to be sent, in any case. Empty where nothing that servers send helps. */
  readonly needed: readonly Needed[];
  /** The page gets through if it asks without credentials. */
  readonly withoutCredentials: boolean;
}

/** A change of one layer's text with which the browser lets the request through: it was applied in memory and explained again. */
export interface ProvenFix {
  readonly title: string;
  readonly layer: Policy;
  readonly edits: readonly TextEdit[];
  /** Other requests whose verdict changes, in words. Empty: none of those that were tried. */
  readonly changes: readonly string[];
}

export interface Needed {
  readonly of: 'preflight' | 'response';
  /** A status from 200 to 299 where it is asked for. */
  readonly okStatus: boolean;
  /** Header lines that are missing or wrong, as they would have to be. */
  readonly headers: readonly (readonly [name: string, text: string])[];
  /** The layer that would have to see to it; absent where what answers is not in view. */
  readonly layer?: Policy;
}

/** What else is worth knowing of an exchange. */
export interface Remarks {
  /** Does any site get what this page gets? Null: it depends on what is not known. */
  readonly anySite: boolean | null;
  /** What was found in the layers and has to do with this request. */
  readonly findings: readonly Finding[];
  /** What would be found of a layer alone, and these layers together make good. */
  readonly neutralised: readonly Quieted[];
}
