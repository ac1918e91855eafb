import { ANY_REASON, words, type Wording } from './wordings.js';

const BLOCKED = 'Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at {url}. ';
const BLOCKED_QUOTED = "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at '{url}'. ";

/** The same reason serves the answer to the preflight and the response. */
const either = (...reasons: readonly string[]): readonly string[] => reasons.flatMap((reason) => [reason, `preflight-${reason}`]);

/**
 * English messages of Firefox: those of 153 (measured), of about 68 and of about 52 (`security.properties` of those times), and of 24 to 35,
 * which gave no reason. They name neither the page's origin nor what made the request.
 */
export const WHOLE: readonly Wording[] = words([
  ...[BLOCKED_QUOTED, BLOCKED].flatMap((head): readonly Omit<Wording, 'parts'>[] => [
    { template: `${head}(Reason: CORS header 'Access-Control-Allow-Origin' missing). Status code: {status}.`, reasons: either('acao-missing') },
    { template: `${head}(Reason: CORS header 'Access-Control-Allow-Origin' missing).`, reasons: either('acao-missing') },
    { template: `${head}(Reason: CORS header 'Access-Control-Allow-Origin' does not match '{allowOrigin}').`, reasons: either('acao-mismatch') },
    // Firefox 36 to about 38.
    { template: `${head}(Reason: CORS header 'Access-Control-Allow-Origin' does not match '{allowOrigin}')`, reasons: either('acao-mismatch') },
    { template: `${head}(Reason: Multiple CORS header 'Access-Control-Allow-Origin' not allowed).`, reasons: either('acao-mismatch'), several: true },
    { template: `${head}(Reason: Multiple CORS headers 'Access-Control-Allow-Origin' not allowed).`, reasons: either('acao-mismatch'), several: true },
    { template: `${head}(Reason: Credential is not supported if the CORS header 'Access-Control-Allow-Origin' is '*').`, reasons: either('acao-wildcard-credentials'), credentials: 'include' },
    { template: `${head}(Reason: expected 'true' in CORS header 'Access-Control-Allow-Credentials').`, reasons: either('acac-not-true'), credentials: 'include' },
    { template: `${head}(Reason: CORS preflight response did not succeed). Status code: {status}.`, reasons: ['preflight-status-not-ok'] },
    { template: `${head}(Reason: CORS preflight response did not succeed).`, reasons: ['preflight-status-not-ok'] },
    { template: `${head}(Reason: CORS preflight channel did not succeed).`, reasons: ['preflight-status-not-ok'] },
    { template: `${head}(Reason: CORS request external redirect not allowed).`, reasons: ['preflight-status-not-ok'], redirects: true },
    { template: `${head}(Reason: invalid token '{allowMethods}' in CORS header 'Access-Control-Allow-Methods').`, reasons: ['preflight-methods-invalid'] },
    { template: `${head}(Reason: invalid token '{allowHeaders}' in CORS header 'Access-Control-Allow-Headers').`, reasons: ['preflight-headers-invalid'] },
    { template: `${head}(Reason: Did not find method in CORS header 'Access-Control-Allow-Methods').`, reasons: ['preflight-method-not-allowed'] },
    { template: `${head}(Reason: header '{header}' is not allowed according to header 'Access-Control-Allow-Headers' from CORS preflight response).`, reasons: ['preflight-header-not-allowed', 'preflight-authorization-not-listed'] },
    { template: `${head}(Reason: missing token '{header}' in CORS header 'Access-Control-Allow-Headers' from CORS preflight channel).`, reasons: ['preflight-header-not-allowed', 'preflight-authorization-not-listed'] },
    { template: `${head}(Reason: CORS request not http).`, reasons: ['not-http', 'redirect-not-http'], notCors: 'scheme' },
    // The very same after a redirect to a URL with a user name.
    { template: `${head}(Reason: CORS request did not succeed). Status code: {status}.`, reasons: ['redirect-credentials-in-url'], notCors: 'did-not-succeed' },
    { template: `${head}(Reason: CORS request did not succeed).`, notCors: 'did-not-succeed' },
    { template: `${head}(Reason: CORS request failed).`, notCors: 'did-not-succeed' },
    { template: `${head}(Reason: CORS disabled).`, notCors: 'cors-disabled' },
    { template: `${head}(Reason: CORS header 'Origin' cannot be added).`, notCors: 'extension' },
    { template: `${head}(Reason: {any})`, reasons: ANY_REASON },
    { template: `${head}This can be fixed by moving the resource to the same domain or enabling CORS.`, reasons: ANY_REASON },
  ]),
  { template: "Cross-Origin Request Warning: The Same Origin Policy will disallow reading the remote resource at {url} soon. (Reason: When the 'Access-Control-Allow-Headers' is '*', the 'Authorization' header is not covered.", reasons: ['preflight-authorization-not-listed'], header: 'authorization', warning: true },
  { template: 'Redirecting to data: URI not allowed (Blocked loading of: "{location}")', reasons: ['redirect-not-http'], notCors: 'redirect' },
  { template: 'Redirecting to insecure data: URI not allowed (Blocked loading of: "{location}")', reasons: ['redirect-not-http'], notCors: 'redirect' },
  { template: 'Security Error: Content at {page} may not load data from {url}.', reasons: ['mode-same-origin'], notCors: 'same-origin-mode' },
  { template: 'Blocked loading mixed active content "{url}"', reasons: ['mixed-content'], notCors: 'mixed-content' },
  { template: 'TypeError: Window.fetch: Invalid request method {method}.', reasons: ['forbidden-method'], notCors: 'forbidden-method' },
  { template: 'Attempt to set a forbidden header was denied: {header}', notCors: 'forbidden-header' },
  { template: '<script> source URI is not allowed in this document: "{url}".', notCors: 'said-elsewhere' },
  { template: 'Module source URI is not allowed in this document: "{url}".', notCors: 'said-elsewhere' },
  { template: "Firefox can't establish a connection to the server at {url}.", notCors: 'said-elsewhere' },
  { template: 'downloadable font: download failed {any} bad URI or cross-site access not allowed source: {url}', notCors: 'said-elsewhere' },
  { template: 'TypeError: NetworkError when attempting to fetch resource.', notCors: 'said-elsewhere' },
  { template: "Failed to load '{url}'. A ServiceWorker passed an opaque Response to FetchEvent.respondWith() while handling a '{any}' FetchEvent.", notCors: 'opaque-from-worker' },
]);
