import { template, type Template } from './template.js';

/** Why headers of CORS have no part in a message, or none that it tells of. */
export type NotCors =
  /** Nothing answered, or the connection broke. */
  | 'network'
  /** Firefox: after another line for the same URL it repeats that; alone the network failed. */
  | 'did-not-succeed'
  /** It only says that a request failed; another line says why. */
  | 'said-elsewhere'
  /** The server answered with an error that script may read. */
  | 'status'
  | 'mixed-content'
  | 'same-origin-mode'
  | 'forbidden-method'
  | 'forbidden-header'
  /** The response came, and script asked for a header that Access-Control-Expose-Headers does not name. */
  | 'header-not-exposed'
  | 'scheme'
  | 'redirect'
  | 'local-network'
  | 'cors-disabled'
  | 'extension'
  | 'preload'
  | 'opaque-from-worker'
  | 'service-worker';

/** What a browser may print, and what that says of the request. */
export interface Wording extends Template {
  readonly template: string;
  /** Reason codes of the verdicts that it is printed for. Absent: no verdict. */
  readonly reasons?: readonly string[];
  readonly credentials?: 'include';
  /** Lower-case name of the header that it is about, where the words themselves name it. */
  readonly header?: string;
  /** The answer to the preflight was a redirect. */
  readonly redirects?: true;
  /** The answer to the preflight had no good status, whatever its headers. */
  readonly failed?: true;
  /** The header had several values. */
  readonly several?: true;
  /** The request still went through. */
  readonly warning?: true;
  readonly notCors?: NotCors;
}

/** The beginning of a message that a reason follows, and what made the request if that is part of the words. */
export interface Head extends Template {
  readonly template: string;
  readonly initiator?: string;
  /** Whatever follows, headers were to blame. */
  readonly blocked?: true;
  /** The same was said before, where more was told. */
  readonly repeats?: true;
}

/** Reasons for which a response is kept from script because of its headers. */
export const ANY_REASON: readonly string[] = [
  'acao-missing',
  'acao-mismatch',
  'acao-wildcard-credentials',
  'acac-not-true',
  'preflight-acao-missing',
  'preflight-acao-mismatch',
  'preflight-acao-wildcard-credentials',
  'preflight-acac-not-true',
  'preflight-status-not-ok',
  'preflight-methods-invalid',
  'preflight-headers-invalid',
  'preflight-method-not-allowed',
  'preflight-header-not-allowed',
  'preflight-authorization-not-listed',
];

export function words<W extends { readonly template: string }>(all: readonly W[]): readonly (W & Template)[] {
  return all.map((one) => ({ ...one, ...template(one.template) }));
}
