import type { ServerAnswer } from '../browser/judge.js';

/** What servers answered to a request, as it was recorded. */
export interface Recorded {
  /** Null: none was sent, or none was recorded. */
  readonly preflight: ServerAnswer | null;
  readonly response: ServerAnswer;
}
