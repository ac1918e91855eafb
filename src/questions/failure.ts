import type { ClientRequest } from '../findings/finding.js';
import type { Recorded } from './recorded.js';

/** A request that was kept from script, as a message or a recording tells it. What is absent is not told. */
export interface Failure {
  /** Reason codes of the verdicts that it may have come to; empty where none of them is at stake. */
  readonly reasons: readonly string[];
  /** URL that failed: after a redirect the one that it led to. */
  readonly url?: string;
  /** URL that script asked for, where that was redirected. */
  readonly firstUrl?: string;
  /** Origin of the server, where no more of the URL is told. */
  readonly server?: string;
  /** Serialised origin of the page. */
  readonly origin?: string;
  readonly method?: string;
  /** Lower-case name of one of its headers. */
  readonly header?: string;
  /** All that script set. */
  readonly headers?: ClientRequest['headers'];
  readonly credentials?: ClientRequest['credentials'];
  /** Of the answer that failed. */
  readonly status?: number;
  /** What that answer had in its headers, by their lower-case names. An Access-Control-Allow-Credentials that was absent is empty in Chromium's words. */
  readonly sent: Readonly<Record<string, string>>;
  /** It had several values of Access-Control-Allow-Origin. */
  readonly several?: true;
  /** The answer to the preflight was a redirect. */
  readonly redirects?: true;
  /** The answer to the preflight had no good status, whatever its headers. */
  readonly failed?: true;
  /** Another line says that the preflight was answered wrongly, or a redirect. */
  readonly followed?: true;
  /** What servers answered in truth. */
  readonly recorded?: Recorded;
}
