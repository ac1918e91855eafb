import type { Exchange } from '../findings/finding.js';
import { visible } from './visible.js';

/** What fails, by the reason codes of the browser's checks. */
const REASONS: Readonly<Record<string, string>> = {
  'acao-missing': 'Access-Control-Allow-Origin is missing',
  'acao-mismatch': 'Access-Control-Allow-Origin is not the page’s origin',
  'acao-wildcard-credentials': 'Access-Control-Allow-Origin may not be * with credentials',
  'acac-not-true': 'Access-Control-Allow-Credentials is not true',
  'preflight-status-not-ok': 'the preflight is not answered with a status from 200 to 299',
  'preflight-methods-invalid': 'Access-Control-Allow-Methods is no list of names',
  'preflight-headers-invalid': 'Access-Control-Allow-Headers is no list of names',
  'preflight-method-not-allowed': 'Access-Control-Allow-Methods does not name the method',
  'preflight-authorization-not-listed': 'Access-Control-Allow-Headers does not name Authorization, which * does not cover',
  'preflight-header-not-allowed': 'Access-Control-Allow-Headers does not name a header of the request',
  'forbidden-method': 'pages may not use this method',
  'mixed-content': 'a page of https may not fetch plain http',
  'mode-same-origin': 'the page asked for its own origin only',
  'not-http': 'the URL is not of http or https',
  opaque: 'the page asked without CORS, and gets a response that it cannot read',
  'redirect-credentials-in-url': 'the redirect leads to a URL with a user name',
  'redirect-loop': 'it is redirected too often',
  'redirect-not-http': 'the redirect leads away from http and https',
};

/** What is plain to see about a header that fails. A hint that is not here is the name of a header. */
const HINTS: Readonly<Record<string, string>> = {
  auth: 'it never carries credentials',
  case: 'upper and lower case count',
  'default-port': 'it names the default port',
  glob: 'browsers read no patterns',
  idn: 'browsers send the ASCII form of a name',
  ipv6: 'browsers write this address otherwise',
  'missing-scheme': 'the scheme is missing',
  'multiple-values': 'it has several values',
  path: 'an origin has no path',
  port: 'the port differs',
  quoted: 'quotes count',
  redirect: 'it may not be redirected',
  scheme: 'the scheme differs',
  unrouted: 'nobody serves OPTIONS there',
  'wildcard-credentials': '* is only a name with credentials',
};

/** The browser's verdict: in a word, why, and the code of the reason. */
export interface SaidVerdict {
  readonly word: 'allowed' | 'blocked' | 'undecided';
  readonly why: string;
  /** Undefined where the page reads the response. */
  readonly code: string | undefined;
}

export function saidVerdict({ allowed, reason, hint }: Exchange['verdict']): SaidVerdict {
  if (allowed === true) return { word: 'allowed', why: 'the page may read the response', code: undefined };
  const code = visible(hint === undefined ? reason : `${reason}; ${hint}`);
  return allowed === null ? { word: 'undecided', why: 'it depends on what is not known', code } : { word: 'blocked', why: reasonInWords(reason, hint), code };
}

/** What fails: `Access-Control-Allow-Origin is missing in the answer to the preflight` */
export function reasonInWords(reason: string, hint: string | undefined): string {
  const ofPreflight = reason.replace(/^preflight-(?=aca)/, '');
  const told = REASONS[ofPreflight];
  const why = told === undefined ? 'a step of the Fetch standard fails' : `${told}${ofPreflight === reason ? '' : ' in the answer to the preflight'}`;
  return hint === undefined ? why : `${why}: ${HINTS[hint] ?? visible(hint)}`;
}

/** `blocked: Access-Control-Allow-Origin is missing (acao-missing)` */
export function verdictInWords(verdict: Exchange['verdict']): string {
  const { word, why, code } = saidVerdict(verdict);
  return `${word}: ${why}${code === undefined ? '' : ` (${code})`}`;
}
