import type { Told } from './chromium.js';

/** Reasons for Chromium's own names of CORS errors; those of a preflight have the prefix `Preflight`. */
const CHECKS: Readonly<Record<string, string>> = {
  MissingAllowOriginHeader: 'acao-missing',
  MultipleAllowOriginValues: 'acao-mismatch',
  InvalidAllowOriginValue: 'acao-mismatch',
  AllowOriginMismatch: 'acao-mismatch',
  WildcardOriginNotAllowed: 'acao-wildcard-credentials',
  InvalidAllowCredentials: 'acac-not-true',
};
const ERRORS: Readonly<Record<string, string>> = {
  ...CHECKS,
  ...Object.fromEntries(Object.entries(CHECKS).map(([error, reason]) => [`Preflight${error}`, `preflight-${reason}`])),
  PreflightInvalidStatus: 'preflight-status-not-ok',
  PreflightDisallowedRedirect: 'preflight-status-not-ok',
  InvalidAllowMethodsPreflightResponse: 'preflight-methods-invalid',
  InvalidAllowHeadersPreflightResponse: 'preflight-headers-invalid',
  MethodDisallowedByPreflightResponse: 'preflight-method-not-allowed',
  HeaderDisallowedByPreflightResponse: 'preflight-header-not-allowed',
  CorsDisabledScheme: 'redirect-not-http',
  RedirectContainsCredentials: 'redirect-credentials-in-url',
};

/** What a failed `fetch` makes the browser tell: that loading failed, or a line where it did not begin. */
export function isFailure({ method, params: { type, entry } }: Told): boolean {
  return (method === 'Network.loadingFailed' && (type === 'Fetch' || type === 'XHR')) || entry?.text.includes(OTHER_ORIGIN) === true;
}

const OTHER_ORIGIN = 'Request mode is "same-origin" but';

/** Why a request failed, in the words of a verdict. */
export function reasonOf({ params: { corsErrorStatus, blockedReason, entry } }: Told): string {
  if (entry !== undefined) return 'mode-same-origin';
  if (blockedReason === 'mixed-content') return 'mixed-content';
  if (corsErrorStatus === undefined) return `blocked: ${blockedReason}`;
  const { corsError, failedParameter } = corsErrorStatus;
  const reason = ERRORS[corsError] ?? corsError;
  return reason === 'preflight-header-not-allowed' && failedParameter.toLowerCase() === 'authorization' ? 'preflight-authorization-not-listed' : reason;
}
