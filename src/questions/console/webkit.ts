import { words, type Head, type Wording } from './wordings.js';

/**
 * WebKit tells the reason in one line and what failed in another, in either order; Safari 10 and older told both in one, and so did Chromium
 * before 31. Of 2025 (`CrossOriginAccessControl.cpp`, `CrossOriginPreflightResultCache.cpp`, `ThreadableLoader.cpp`, `SubresourceLoader.cpp`),
 * of 2017 to 2021, which told no status, and of 2013 (the same files then).
 */
export const HEADS: readonly Head[] = words([
  { template: 'XMLHttpRequest cannot load {url}. ', initiator: 'XMLHttpRequest' },
  { template: 'Fetch API cannot load {url}. ', initiator: 'fetch' },
  { template: 'EventSource cannot load {url}. ', initiator: 'EventSource' },
  { template: 'Beacon API cannot load {url}. ', initiator: 'beacon' },
  { template: 'Failed to load resource: Cross-origin redirection to {location} denied by Cross-Origin Resource Sharing policy: ', repeats: true },
  { template: 'Failed to load resource: ', repeats: true },
  { template: 'Cross-origin redirection to {location} denied by Cross-Origin Resource Sharing policy: ' },
]);

const ORIGIN_REFUSED = ['acao-missing', 'acao-mismatch', 'preflight-acao-missing', 'preflight-acao-mismatch'] as const;

/** WebKit looks at the status of the answer to a preflight before its headers. */
const STATUS_REFUSED = ['preflight-status-not-ok', 'preflight-acao-missing', 'preflight-acao-mismatch', 'preflight-acao-wildcard-credentials', 'preflight-acac-not-true'] as const;

export const REASONS: readonly Wording[] = words([
  { template: 'Origin {origin} is not allowed by Access-Control-Allow-Origin. Status code: {status}', reasons: ORIGIN_REFUSED },
  { template: 'Origin {origin} is not allowed by Access-Control-Allow-Origin.', reasons: ORIGIN_REFUSED },
  { template: 'Access-Control-Allow-Origin cannot contain more than one origin.', reasons: ['acao-mismatch', 'preflight-acao-mismatch'], several: true },
  { template: 'Cannot use wildcard in Access-Control-Allow-Origin when credentials flag is true.', reasons: ['acao-wildcard-credentials', 'preflight-acao-wildcard-credentials'], credentials: 'include' },
  { template: 'Credentials flag is true, but Access-Control-Allow-Credentials is not "true".', reasons: ['acac-not-true', 'preflight-acac-not-true'], credentials: 'include' },
  { template: 'Preflight response is not successful. Status code: {status}', reasons: STATUS_REFUSED, failed: true },
  { template: 'Preflight response is not successful', reasons: STATUS_REFUSED, failed: true },
  { template: 'Header Access-Control-Allow-Methods has an invalid value: ', reasons: ['preflight-methods-invalid'] },
  { template: 'Header Access-Control-Allow-Headers has an invalid value: ', reasons: ['preflight-headers-invalid'] },
  { template: 'Cannot parse Access-Control-Allow-Methods response header field.', reasons: ['preflight-methods-invalid'] },
  { template: 'Cannot parse Access-Control-Allow-Headers response header field.', reasons: ['preflight-headers-invalid'] },
  { template: 'Method {method} is not allowed by Access-Control-Allow-Methods.', reasons: ['preflight-method-not-allowed'] },
  { template: 'Request header field {header} is not allowed by Access-Control-Allow-Headers.', reasons: ['preflight-header-not-allowed', 'preflight-authorization-not-listed'] },
  { template: 'not allowed to follow a cross-origin CORS redirection with non CORS scheme', reasons: ['redirect-not-http'], notCors: 'redirect' },
  { template: 'redirection URL {location} has credentials', reasons: ['redirect-credentials-in-url'], notCors: 'redirect' },
  { template: 'Cannot make any cross origin requests from {origin}.', reasons: ORIGIN_REFUSED },
  { template: 'Cannot make any requests from {origin}.', reasons: ORIGIN_REFUSED },
  { template: 'Cross origin requests are only supported for HTTP.', reasons: ['not-http'], notCors: 'scheme' },
]);

/** What failed, without the reason. */
export const FAILED: readonly (Wording & Head)[] = words([
  { template: 'XMLHttpRequest cannot load {url} due to access control checks.', initiator: 'XMLHttpRequest', notCors: 'said-elsewhere' },
  { template: 'Fetch API cannot load {url} due to access control checks.', initiator: 'fetch', notCors: 'said-elsewhere' },
  { template: 'EventSource cannot load {url} due to access control checks.', initiator: 'EventSource', notCors: 'said-elsewhere' },
  { template: 'Beacon API cannot load {url} due to access control checks.', initiator: 'beacon', notCors: 'said-elsewhere' },
  { template: 'Cannot load {url} due to access control checks.', notCors: 'said-elsewhere' },
]);

/** Messages that are whole by themselves. */
export const WHOLE: readonly Wording[] = words([
  { template: '[blocked] The page at {page} was not allowed to display insecure content from {url}. ', notCors: 'mixed-content' },
  { template: '[blocked] The page at {page} requested insecure content from {url}. This content was blocked and must be served over HTTPS.', reasons: ['mixed-content'], notCors: 'mixed-content' },
  { template: 'Refused to get unsafe header "{header}"', notCors: 'header-not-exposed' },
  { template: 'Refused to set unsafe header "{header}"', notCors: 'forbidden-header' },
  { template: 'TypeError: Load failed', notCors: 'said-elsewhere' },
]);
