import { words, type Head, type Wording } from './wordings.js';

/**
 * Chromium's words for a request that it blocked: those of 156 (measured), of about 103 and of about 66
 * (`cors_error_string.cc` of those times) and of about 52 (`CrossOriginAccessControl.cpp`, `XMLHttpRequest.cpp`, `ResourceFetcher.cpp`).
 */
export const HEADS: readonly Head[] = words([
  { template: "Access to {initiator} at '{url}' (redirected from '{firstUrl}') from origin '{origin}' has been blocked by CORS policy: ", blocked: true },
  { template: "Access to {initiator} at '{url}' from origin '{origin}' has been blocked by CORS policy: ", blocked: true },
  { template: "Failed to load {firstUrl}: Redirect from '{url}' to '{location}' has been blocked by CORS policy: ", blocked: true },
  { template: 'Failed to load {url}: ' },
  ...[['XMLHttpRequest', 'XMLHttpRequest'], ['Fetch API', 'fetch'], ['EventSource', 'EventSource']].flatMap(([words, initiator]): readonly Omit<Head, 'parts'>[] => [
    { template: `${words} cannot load {firstUrl}. Redirect from '{url}' to '{location}' has been blocked by CORS policy: `, initiator: initiator!, blocked: true },
    { template: `${words} cannot load {firstUrl}. Redirect at origin '{server}' has been blocked from loading by Cross-Origin Resource Sharing policy: `, initiator: initiator!, blocked: true },
    { template: `${words} cannot load {url}. `, initiator: initiator! },
  ]),
  ...['Font', 'Image', 'Script', 'CSS stylesheet', 'Imported resource', 'Text track', 'Video', 'Audio', 'Media'].map((kind): Omit<Head, 'parts'> => ({
    template: `${kind} from origin '{server}' has been blocked from loading by Cross-Origin Resource Sharing policy: `,
    initiator: kind.toLowerCase(),
    blocked: true,
  })),
]);

/** Stands between the head and the reason where the answer to the preflight was to blame. */
export const OF_PREFLIGHT = "Response to preflight request doesn't pass access control check: ";

/** Reasons that the answer to a preflight and the response may both have. */
export const EITHER: readonly Wording[] = words([
  { template: "No 'Access-Control-Allow-Origin' header is present on the requested resource. Origin '{origin}' is therefore not allowed access. The response had HTTP status code {status}.", reasons: ['acao-missing'] },
  { template: "No 'Access-Control-Allow-Origin' header is present on the requested resource. Origin '{origin}' is therefore not allowed access.", reasons: ['acao-missing'] },
  { template: "No 'Access-Control-Allow-Origin' header is present on the requested resource.", reasons: ['acao-missing'] },
  { template: "The 'Access-Control-Allow-Origin' header has a value '{allowOrigin}' that is not equal to the supplied origin. Origin '{origin}' is therefore not allowed access.", reasons: ['acao-mismatch'] },
  { template: "The 'Access-Control-Allow-Origin' header has a value '{allowOrigin}' that is not equal to the supplied origin.", reasons: ['acao-mismatch'] },
  { template: "The 'Access-Control-Allow-Origin' header contains the invalid value '{allowOrigin}'. Origin '{origin}' is therefore not allowed access.", reasons: ['acao-mismatch'] },
  { template: "The 'Access-Control-Allow-Origin' header contains the invalid value '{allowOrigin}'.", reasons: ['acao-mismatch'] },
  { template: "The 'Access-Control-Allow-Origin' header contains multiple values '{allowOrigin}', but only one is allowed. Origin '{origin}' is therefore not allowed access.", reasons: ['acao-mismatch'] },
  { template: "The 'Access-Control-Allow-Origin' header contains multiple values '{allowOrigin}', but only one is allowed.", reasons: ['acao-mismatch'] },
  { template: "The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when the request's credentials mode is 'include'. Origin '{origin}' is therefore not allowed access.", reasons: ['acao-wildcard-credentials'], credentials: 'include' },
  { template: "The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when the request's credentials mode is 'include'.", reasons: ['acao-wildcard-credentials'], credentials: 'include' },
  { template: "A wildcard '*' cannot be used in the 'Access-Control-Allow-Origin' header when the credentials flag is true. Origin '{origin}' is therefore not allowed access.", reasons: ['acao-wildcard-credentials'], credentials: 'include' },
  { template: "The value of the 'Access-Control-Allow-Credentials' header in the response is '{allowCredentials}' which must be 'true' when the request's credentials mode is 'include'. Origin '{origin}' is therefore not allowed access.", reasons: ['acac-not-true'], credentials: 'include' },
  { template: "The value of the 'Access-Control-Allow-Credentials' header in the response is '{allowCredentials}' which must be 'true' when the request's credentials mode is 'include'.", reasons: ['acac-not-true'], credentials: 'include' },
  { template: "Credentials flag is 'true', but the 'Access-Control-Allow-Credentials' header is '{allowCredentials}'. It must be 'true' to allow credentials. Origin '{origin}' is therefore not allowed access.", reasons: ['acac-not-true'], credentials: 'include' },
]);

/** A redirect is refused before the rest of the answer is looked at: it may lack the headers as well. */
const REFUSED_REDIRECT = ['preflight-status-not-ok', 'preflight-acao-missing', 'preflight-acao-mismatch', 'preflight-acao-wildcard-credentials', 'preflight-acac-not-true'] as const;

export const REASONS: readonly Wording[] = words([
  { template: `${OF_PREFLIGHT}It does not have HTTP ok status.`, reasons: ['preflight-status-not-ok'] },
  { template: `${OF_PREFLIGHT}Redirect is not allowed for a preflight request.`, reasons: REFUSED_REDIRECT, redirects: true },
  { template: 'Response for preflight does not have HTTP ok status.', reasons: ['preflight-status-not-ok'] },
  { template: 'Response for preflight is invalid (redirect)', reasons: REFUSED_REDIRECT, redirects: true },
  { template: 'Response for preflight has invalid HTTP status code {status}', reasons: ['preflight-status-not-ok'] },
  { template: 'Cannot parse Access-Control-Allow-Methods response header field in preflight response.', reasons: ['preflight-methods-invalid'] },
  { template: 'Cannot parse Access-Control-Allow-Headers response header field in preflight response.', reasons: ['preflight-headers-invalid'] },
  { template: 'Method {method} is not allowed by Access-Control-Allow-Methods in preflight response.', reasons: ['preflight-method-not-allowed'] },
  { template: 'Request header field {header} is not allowed by Access-Control-Allow-Headers in preflight response.', reasons: ['preflight-header-not-allowed', 'preflight-authorization-not-listed'] },
  { template: "Redirect location '{location}' contains a username and password, which is disallowed for cross-origin requests.", reasons: ['redirect-credentials-in-url'], notCors: 'redirect' },
  { template: "Redirect location '{location}' has a disallowed scheme for cross-origin requests.", reasons: ['redirect-not-http'], notCors: 'redirect' },
  { template: "The request was redirected to a URL ('{location}') containing userinfo, which is disallowed for cross-origin requests.", reasons: ['redirect-credentials-in-url'], notCors: 'redirect' },
  { template: "The request was redirected to a URL ('{location}') which has a disallowed scheme for cross-origin requests.", reasons: ['redirect-not-http'], notCors: 'redirect' },
  { template: 'Cross origin requests are only supported for protocol schemes: ', reasons: ['not-http', 'redirect-not-http'], notCors: 'scheme' },
  { template: 'Cross origin requests are only supported for HTTP', reasons: ['not-http'], notCors: 'scheme' },
  { template: 'Cross origin requests are not allowed by request mode.', reasons: ['mode-same-origin'], notCors: 'same-origin-mode' },
  { template: "Permission was denied for this request to access the '{any}' address space.", notCors: 'local-network' },
  { template: 'The request client is not a secure context and the resource is in more-private address space ', notCors: 'local-network' },
  { template: "Request had a target IP address space of '{any}' yet the resource is in address space ", notCors: 'local-network' },
  { template: "No 'Access-Control-Allow-Private-Network' header was present in the preflight response for this private network request", notCors: 'local-network' },
  { template: 'The response is invalid.', notCors: 'network' },
  { template: "Invalid response. Origin '{origin}' is therefore not allowed access.", notCors: 'network' },
  { template: "Received an invalid response. Origin '{origin}' is therefore not allowed access.", notCors: 'network' },
  { template: "Request mode is \"same-origin\" but the URL's origin is not same as the request origin {origin}.", reasons: ['mode-same-origin'], notCors: 'same-origin-mode' },
  { template: 'Request mode is "no-cors" but the redirect mode is not "follow".', notCors: 'redirect' },
  { template: 'URL scheme "{any}" is not supported.', reasons: ['not-http'], notCors: 'scheme' },
]);

/** Messages that are whole by themselves. */
export const WHOLE: readonly Wording[] = words([
  { template: "Mixed Content: The page at '{page}' was loaded over HTTPS, but requested an insecure {any} '{url}'. This request has been blocked; the content must be served over HTTPS.", reasons: ['mixed-content'], notCors: 'mixed-content' },
  { template: "Failed to execute 'fetch' on 'Window': '{method}' HTTP method is unsupported.", reasons: ['forbidden-method'], notCors: 'forbidden-method' },
  { template: "Failed to execute 'open' on 'XMLHttpRequest': '{method}' HTTP method is unsupported.", reasons: ['forbidden-method'], notCors: 'forbidden-method' },
  { template: 'Refused to get unsafe header "{header}"', notCors: 'header-not-exposed' },
  { template: 'Refused to set unsafe header "{header}"', notCors: 'forbidden-header' },
  { template: 'Failed to load resource: net::ERR_FAILED', notCors: 'said-elsewhere' },
  { template: 'Failed to load resource: net::ERR_UNSAFE_REDIRECT', reasons: ['redirect-not-http'], notCors: 'redirect' },
  { template: 'Failed to load resource: net::{any}', notCors: 'network' },
  { template: 'Failed to load resource: the server responded with a status of {status}', notCors: 'status' },
  { template: 'TypeError: Failed to fetch', notCors: 'said-elsewhere' },
  { template: "A preload for '{url}' is found, but is not used because the request credentials mode does not match.", notCors: 'preload' },
  { template: 'The FetchEvent for "{url}" resulted in a network error response: an "opaque" response was used for a request whose type is not no-cors', notCors: 'opaque-from-worker' },
  { template: 'The FetchEvent for "{url}" resulted in a network error response: ', notCors: 'service-worker' },
]);
