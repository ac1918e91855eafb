// Generated from the file tree by `npm run generate`. Do not edit.
import type { RuleEntry } from '../findings/rule-entry.js';

/** Paths that each language reads, known without loading its parser. */
export const languagePaths: Readonly<Record<string, RegExp>> = {
  'apache': /\.(?:conf|vhost)(?:\.template|\.tmpl|\.tpl|\.dist|\.example|\.sample)?$|(?:^|\/)[._]?htaccess(?:[._-][^/]*)?$|(?:^|\/)sites-(?:available|enabled)\/[^/]+$/i,
  'caddy': /(?:^|\/)(?:[Cc]addyfile|Caddyfile[._-](?!(?:go|rs|js|ts|py|rb|sh|md|txt|html|j2|jinja2?|tmpl|tpl|gotmpl|erb)$)[\w-]+)$|\.(?:[Cc]addyfile|caddy)$/,
  'dockerfile': /(?:^|\/)(?:(?:Docker|Container)file(?:[.-](?![\w.-]*\b(?:[cm]?[jt]sx?|py|java|kt|md|json|ya?ml|html|dockerignore)$)[\w.-]+)?|dockerfile|[\w.-]+\.(?:[Dd]ocker|[Cc]ontainer)file)$/,
  'estree': /(?<!\.d)\.[cm]?[jt]sx?$/,
  'haproxy': /\.cfg(?:\.(?:template|tmpl|tpl|j2|erb|ctmpl))?$|(?:^|\/)haproxy[^/]*\.conf(?:\.(?:template|tmpl|tpl|j2|erb|ctmpl))?$|(?:^|\/)haproxy(?:\.d)?\/[^/]+\.conf$/,
  'headers-file': /(?:^|\/)_headers$/,
  'hocon': /\.conf$/i,
  'jvm': /^(?!.*(?:(?<![^/])(?:src\/(?:it|testFixtures)|(?:[a-z]\w*T|t)ests?)\/|(?:Tests?|TestCase|TestConfig|[a-z\d]IT|[a-z\d]Spec)\.(?:java|kts?)$)).*\.(?:java|kts?)$/,
  'lighttpd': /\.conf(?:\.(?:template|tmpl|tpl|in|j2))?$|(?:^|\/)lighttpd(?:\.d)?\/[^/.]+$/,
  'nginx': /\.(?:conf|nginx|vhost)(?:\.template|\.tmpl|\.tpl)?$|(?:^|\/)sites-(?:available|enabled)\/[^/]+$|(?:^|\/)nginx(?:\.d)?\/[^/.]+$/,
  'procfile': /(?:^|\/)Procfile(?:\.[\w-]+)?$/,
  'properties': /\.properties$/i,
  'python': /^(?!(?:.*\/)?(?:tests?\/|test_[^/]*$|conftest\.py$|tests\.py$)).*(?<!_test)\.py$/,
  'toml': /\.toml$/i,
  'vcl': /\.vcl(?:\.(?:template|tmpl|tpl|j2|erb|in|dist|sample))?$/,
  'xml': /\.xml$|(?:^|[/._-])(?:web|applicationhost)(?:\.[\w-]+)*\.config$/i,
  'yaml': /\.(?:ya?ml|jsonc?)(?:\.(?:j2|tmpl|tpl|gotmpl|template))?$|(?:^|\/)krakend[\w.-]*\.tmpl$/i,
};

/** Files that tell of layers without a word about CORS: by their paths, then by their text. */
export const layerKinds: readonly { readonly paths: RegExp; readonly text: RegExp }[] = [
  { paths: /\.ya?ml(?:\.(?:j2|tmpl|tpl|gotmpl|template))?$/i, text: /\bkind:[ \t]*["']?HTTPProxy\b/ },
  { paths: /\.ya?ml(?:\.(?:j2|tmpl|tpl|gotmpl|template))?$/i, text: /\bkind:[ \t]*["']?Mapping\b/ },
  { paths: /\.ya?ml(?:\.(?:j2|tmpl|tpl|gotmpl|template))?$/i, text: /\bkind:[ \t]*["']?HTTPRoute\b/ },
  { paths: /\.ya?ml(?:\.(?:j2|tmpl|tpl|gotmpl|template))?$/i, text: /\bkind:[ \t]*["']?VirtualService\b/ },
  { paths: /\.ya?ml(?:\.(?:j2|tmpl|tpl|gotmpl|template))?$/i, text: /\bkind:[ \t]*["']?(?:Service|Deployment|StatefulSet|DaemonSet|ReplicaSet|ReplicationController|Rollout|DeploymentConfig|Pod|ConfigMap|List|Ingress|IngressRoute|Route|VirtualServer(?:Route)?)["']?[ \t\r]*$|\bapiVersion:[ \t]*["']?skaffold\/|^images:/m },
  { paths: /\.(?:conf|vhost)(?:\.template|\.tmpl|\.tpl|\.dist|\.example|\.sample)?$|(?:^|\/)[._]?htaccess(?:[._-][^/]*)?$|(?:^|\/)sites-(?:available|enabled)\/[^/]+$/i, text: /^[ \t]*(?:ProxyPass(?:Match)?[ \t]|RewriteRule[ \t].*\[(?:[^\]]*,)?P(?:roxy)?[,\]])/im },
  { paths: /(?:^|\/)(?:[Cc]addyfile|Caddyfile[._-](?!(?:go|rs|js|ts|py|rb|sh|md|txt|html|j2|jinja2?|tmpl|tpl|gotmpl|erb)$)[\w-]+)$|\.(?:[Cc]addyfile|caddy)$/, text: /^[ \t]*(?:reverse_proxy|php_fastcgi)\b/m },
  { paths: /(?:^|\/)package\.json$/, text: /"proxy"\s*:\s*"[^]*"react-scripts"|"react-scripts"[^]*"proxy"\s*:\s*"/ },
  { paths: /(?:^|\/)(?:[\w.-]+[.-])?(?:compose|docker-stack|stack)(?:[.-][\w.-]+)?\.ya?ml$/i, text: /^["']?services["']?[ \t]*:/m },
  { paths: /(?:^|\/)[^/]*(?:[Dd]ocker|[Cc]ontainer)file[^/]*$/, text: /^[ \t]*FROM[ \t]/im },
  { paths: /\.(?:ya?ml|json)(?:\.(?:j2|tmpl|tpl|gotmpl|template))?$/i, text: /^(?=[\s\S]*virtual_?hosts["']?\s*:)[\s\S]*\bclusters?["']?\s*:/i },
  { paths: /\.cfg(?:\.(?:template|tmpl|tpl|j2|erb|ctmpl))?$|(?:^|\/)haproxy[^/]*\.conf(?:\.(?:template|tmpl|tpl|j2|erb|ctmpl))?$|(?:^|\/)haproxy(?:\.d)?\/[^/]+\.conf$/, text: /^[ \t]*(?:frontend|listen)[ \t]+[^\s;{}=]+[^;{}=\n]*$/m },
  { paths: /(?:^|[/._-])(?:web|applicationhost)(?:\.[\w-]+)*\.config$/i, text: /<action\b(?=[^>]*\burl\s*=\s*["']https?:)[^>]*>/i },
  { paths: /\.(?:ya?ml|json)$/i, text: /\b_format_version\b/ },
  { paths: /\.conf(?:\.(?:template|tmpl|tpl|in|j2))?$|(?:^|\/)lighttpd(?:\.d)?\/[^/.]+$/, text: /\b(?:proxy|fastcgi|scgi|uwsgi)\.server\b[ \t]*\+?=/ },
  { paths: /\.(?:conf|nginx|vhost)(?:\.template|\.tmpl|\.tpl)?$|(?:^|\/)sites-(?:available|enabled)\/[^/]+$|(?:^|\/)nginx(?:\.d)?\/[^/.]+$/, text: /^[ \t]*(?:[^#\n]*[{};][ \t]*)?(?:proxy|fastcgi|uwsgi|scgi|grpc)_pass[ \t]/m },
  { paths: /^(?!(?:.*\/)?(?:tests?|__tests__|e2e|spec)\/).*(?<!\.d|\.test|\.spec)\.[cm]?[jt]s$/, text: /(?<![\s\S])(?=[\s\S]*(?:\brequire\s*\(|\bfrom|\bimport\s*\(?)\s*['"]\.)[\s\S]*?(?:\.listen\s*\(|\bserve\s*\()/ },
  { paths: /(?:^|\/)package\.json$/, text: /"scripts"\s*:\s*\{/ },
  { paths: /(?:^|\/)Procfile[^/]*$/, text: /:/ },
  { paths: /^(?!(?:.*\/)?(?:tests?\/|test_[^/]*$|conftest\.py$)).*\.py$/, text: /\buvicorn\.run\s*\(|\bserve\s*\(|(?<![\s\S])(?=[\s\S]*^\s*from\s+\S+\s+import\s)[\s\S]*\.run\s*\(/m },
  { paths: /\.(?:ya?ml|toml)$/i, text: /traefik\.http\.routers\.|^(?=[\s\S]*\bloadBalancer\b)[\s\S]*\brouters\b/i },
  { paths: /\.vcl(?:\.(?:template|tmpl|tpl|j2|erb|in|dist|sample))?$/, text: /^[ \t]*backend[ \t]+[\w-]+[ \t]*\{/m },
  { paths: /(?:^|\/)vite(?:st)?\.config(?:\.[\w-]+)*\.[cm]?[jt]s$/, text: /\bproxy\b/ },
  { paths: /(?:^|\/)(?:webpack[\w.-]*|vue\.config|craco\.config|rspack\.config|config-overrides|react-app-rewire[\w.-]*)\.[cm]?[jt]s$/, text: /\bproxy\b/ },
];

export const ruleEntries: readonly RuleEntry[] = [
  {
    "id": "actual-response-missing-cors",
    "title": "The preflight is granted, but the response itself has no CORS headers",
    "class": "broken-in-browser",
    "set": "recommended",
    "references": [
      "https://fetch.spec.whatwg.org/#http-fetch",
      "https://fetch.spec.whatwg.org/#cors-check"
    ],
    "messages": {
      "missing": "Only the preflight of {path} has CORS headers: {what} is sent and carried out, and {origin} cannot read the response."
    },
    "options": {},
    "description": "The preflight lets the page in and the response does not: the browser sends the request, the server acts on it, and the page gets a network error. Both answers need `Access-Control-Allow-Origin`.\n\nSpeaks only where what answers the request is in view, and sends no CORS header at all.",
    "why": "The preflight lets the page in and the response does not: the browser sends the request, the server acts on it, and the page gets a network error. Both answers need `Access-Control-Allow-Origin`."
  },
  {
    "id": "authorization-not-covered-by-wildcard",
    "title": "`Access-Control-Allow-Headers: *` does not cover Authorization",
    "class": "correctness-warning",
    "set": "recommended",
    "references": [
      "https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name",
      "https://github.com/whatwg/fetch/issues/251"
    ],
    "messages": {
      "needed": "`*` does not cover `Authorization`, which {path} needs: by the standard its preflight fails. Chromium and Firefox still let it pass, and warn that they will not for long.",
      "open": "`*` does not cover `Authorization`: by the standard the preflight of a request that carries it fails. Chromium and Firefox still let it pass, and warn that they will not for long."
    },
    "options": {},
    "description": "`Access-Control-Allow-Headers: *` covers every request header but one: `Authorization` must be named. By the Fetch standard the preflight fails; Chromium and Firefox still let the header pass, and say that they will stop.\n\nSpeaks where the header is known to be needed: the service reads it, or a page of the repository sends it.",
    "why": "`Access-Control-Allow-Headers: *` covers every request header but one: `Authorization` must be named. By the Fetch standard the preflight fails; Chromium and Firefox still let the header pass, and say that they will stop."
  },
  {
    "id": "cors-registered-too-late",
    "title": "CORS is registered behind what it should cover",
    "class": "broken-in-browser",
    "set": "recommended",
    "references": [
      "https://fetch.spec.whatwg.org/#http-responses",
      "https://expressjs.com/en/guide/using-middleware.html"
    ],
    "messages": {
      "late": "CORS is registered here, behind what answers {path}: requests from {origin} get no CORS headers."
    },
    "options": {},
    "description": "Middleware runs in the order in which it is registered, and a route that answers ends the walk. CORS that is registered behind the routes, or inside of something that answers first, never sees their requests, so they get no headers.\n\nA single route in front of CORS may be meant to be left out of it (a health check, a webhook). So this speaks where CORS covers no route at all, or where a page of the repository calls the one that is left out.",
    "why": "Middleware runs in the order in which it is registered, and a route that answers ends the walk. CORS that is registered behind the routes, or inside of something that answers first, never sees their requests, so they get no headers."
  },
  {
    "id": "credentials-value-not-true",
    "title": "Access-Control-Allow-Credentials has a value other than true",
    "class": "broken-in-browser",
    "set": "recommended",
    "references": [
      "https://fetch.spec.whatwg.org/#http-access-control-allow-credentials"
    ],
    "messages": {
      "notTrue": "`Access-Control-Allow-Credentials: {value}` is not `true`: browsers refuse every credentialed response.",
      "needless": "`Access-Control-Allow-Credentials: {value}` means nothing; leave the header out.",
      "ignored": "Credentials are asked for here in a form that is ignored, so the header is never sent."
    },
    "options": {},
    "description": "`Access-Control-Allow-Credentials` has one value with a meaning: the four letters `true`. Browsers compare bytes, so `True`, `1` or `yes` refuse every credentialed response.\n\n`false` does nothing at all and can go.",
    "why": "`Access-Control-Allow-Credentials` has one value with a meaning: the four letters `true`. Browsers compare bytes, so `True`, `1` or `yes` refuse every credentialed response."
  },
  {
    "id": "duplicate-cors-layers",
    "title": "Two layers both add the same CORS header",
    "class": "broken-in-browser",
    "set": "recommended",
    "references": [
      "https://fetch.spec.whatwg.org/#concept-header-list-get"
    ],
    "messages": {
      "twice": "This layer and the one behind it ({inner}) both add `{header}`; browsers refuse two values."
    },
    "options": {},
    "description": "A proxy and the application behind it both add `Access-Control-Allow-Origin`, or both `Access-Control-Allow-Credentials`. The browser gets two values and refuses the response, however right each of them is.\n\nOne layer should speak for both: which one is a choice, since each may let in what the other does not.",
    "why": "A proxy and the application behind it both add `Access-Control-Allow-Origin`, or both `Access-Control-Allow-Credentials`. The browser gets two values and refuses the response, however right each of them is."
  },
  {
    "id": "error-response-missing-cors",
    "title": "Errors carry no CORS headers: pages see a network failure instead",
    "class": "correctness-warning",
    "set": "recommended",
    "references": [
      "https://fetch.spec.whatwg.org/#cors-check",
      "https://nginx.org/en/docs/http/ngx_http_headers_module.html#add_header",
      "https://httpd.apache.org/docs/2.4/mod/mod_headers.html#header"
    ],
    "messages": {
      "status": "This header is not sent with errors: a page of {origin} sees a network failure instead of {statuses} from {path}.",
      "unauthenticated": "Who is not signed in gets {statuses} from here without CORS headers: a page of {origin} sees a network failure instead.",
      "uncaught": "This header is lost when a handler fails: a page of {origin} sees a network failure instead of {statuses} from {path}."
    },
    "options": {},
    "description": "Errors carry no CORS headers, though successes do. The browser keeps such an answer from the page, which sees a network failure instead of the 401, 404 or 500: nobody is sent to the login, and nobody can tell what went wrong.\n\nSpeaks where a server or gateway in front of an application can be told to send the headers with every status (nginx and Apache: `always`). Files have no errors that a page would read. What applications and products do to errors by themselves is told under strict.",
    "why": "Errors carry no CORS headers, though successes do. The browser keeps such an answer from the page, which sees a network failure instead of the 401, 404 or 500: nobody is sent to the login, and nobody can tell what went wrong."
  },
  {
    "id": "expose-headers-only-on-preflight",
    "title": "Expose-Headers is sent only with OPTIONS, where browsers ignore it",
    "class": "broken-in-browser",
    "set": "recommended",
    "references": [
      "https://fetch.spec.whatwg.org/#http-responses"
    ],
    "messages": {
      "ignored": "Browsers read Access-Control-Expose-Headers from the response itself, not from its preflight: pages cannot read {names}."
    },
    "options": {},
    "description": "`Access-Control-Expose-Headers` is read from the response that the page gets, never from the answer to the preflight. Sent with OPTIONS alone it exposes nothing: the page reads `null` for the header that it was written for.",
    "why": "`Access-Control-Expose-Headers` is read from the response that the page gets, never from the answer to the preflight. Sent with OPTIONS alone it exposes nothing: the page reads `null` for the header that it was written for."
  },
  {
    "id": "forbidden-name-listed",
    "title": "A listed name has no effect in browsers",
    "class": "hygiene",
    "set": "strict",
    "references": [
      "https://fetch.spec.whatwg.org/#forbidden-request-header",
      "https://fetch.spec.whatwg.org/#forbidden-method",
      "https://fetch.spec.whatwg.org/#forbidden-response-header-name"
    ],
    "messages": {
      "method": "{names} in {list}: browsers never send such a request for a page.",
      "request": "{names} in {list}: a page cannot set what the browser sets, and need not ask for it.",
      "response": "{names} in {list}: browsers never show it to a page.",
      "direction": "{names} in {list}: {direction}, so nobody needs it there."
    },
    "options": {},
    "description": "A name in a list that browsers never send, use or expose, whatever the list says. Harmless, but usually a sign of a misunderstanding: `Cookie` in `Access-Control-Allow-Headers` does not allow cookies, and `Set-Cookie` in `Access-Control-Expose-Headers` does not show them.\n\nNames that are allowed anyway (`Accept`, `GET`) and those of a product's own default are no finding.",
    "why": "A name in a list that browsers never send, use or expose, whatever the list says. Harmless, but usually a sign of a misunderstanding: `Cookie` in `Access-Control-Allow-Headers` does not allow cookies, and `Set-Cookie` in `Access-Control-Expose-Headers` does not show them."
  },
  {
    "id": "glob-read-as-regex",
    "title": "A glob is read as a regular expression",
    "class": "security-error",
    "set": "recommended",
    "references": [
      "https://cwe.mitre.org/data/definitions/185.html"
    ],
    "messages": {
      "foreign": "`{text}` is read as a regular expression, not as a glob: `{origin}` is accepted{credentials}, and `{meant}` is not.",
      "blocked": "`{text}` is read as a regular expression, not as a glob: `{meant}` is refused."
    },
    "options": {},
    "description": "The text looks like a glob, but is read as a regular expression: there `*` repeats what stands before it and `.` is any character. `^https://*.example.com$` refuses `https://a.example.com` and accepts `https://xexample.com`.",
    "why": "The text looks like a glob, but is read as a regular expression: there `*` repeats what stands before it and `.` is any character. `^https://*.example.com$` refuses `https://a.example.com` and accepts `https://xexample.com`."
  },
  {
    "id": "header-dropped-by-inheritance",
    "title": "CORS headers of the outer block do not apply in a block with headers of its own",
    "class": "broken-in-browser",
    "set": "recommended",
    "references": [
      "https://nginx.org/en/docs/http/ngx_http_headers_module.html#add_header"
    ],
    "messages": {
      "dropped": "CORS headers of the outer block do not apply here: this block has headers of its own, and they replace those.",
      "undone": "The preflight is answered here, and the CORS headers of the `if` before do not apply: of those that are true the last alone counts."
    },
    "options": {},
    "description": "In nginx a block with any `add_header` of its own inherits none from the block around it, and a true `if` counts as a block; in lighttpd a list of headers in a conditional block replaces the list outside. The CORS headers of the outer level silently do not apply there.",
    "why": "In nginx a block with any `add_header` of its own inherits none from the block around it, and a true `if` counts as a block; in lighttpd a list of headers in a conditional block replaces the list outside. The CORS headers of the outer level silently do not apply there."
  },
  {
    "id": "layer-overrides-policy",
    "title": "A layer in front lets in what the application behind refuses",
    "class": "security-error",
    "set": "recommended",
    "references": [
      "https://fetch.spec.whatwg.org/#http-responses",
      "https://cwe.mitre.org/data/definitions/942.html"
    ],
    "messages": {
      "everybody": "This replaces the stricter policy of {inner}: every website can read {path} as the signed-in user, which {inner} alone refuses.",
      "wider": "This replaces the stricter policy of {inner}: {origin} can read {path}, which {inner} alone refuses."
    },
    "options": {},
    "description": "A proxy sets its own `Access-Control-Allow-Origin` over that of the application behind it. What the application refuses is let in all the same, and with the application's `Access-Control-Allow-Credentials` left standing even an echo without credentials opens it to every site. Each of the two files looks right by itself.\n\nSpeaks only where the two are linked (the proxy passes on to a port that one application of the repository listens on) and where a request is shown that the application alone refuses.",
    "why": "A proxy sets its own `Access-Control-Allow-Origin` over that of the application behind it. What the application refuses is let in all the same, and with the application's `Access-Control-Allow-Credentials` left standing even an echo without credentials opens it to every site. Each of the two files looks right by itself."
  },
  {
    "id": "list-header-invalid-token",
    "title": "A list header is no comma list of names",
    "class": "broken-in-browser",
    "set": "recommended",
    "references": [
      "https://fetch.spec.whatwg.org/#extract-header-list-values",
      "https://fetch.spec.whatwg.org/#cors-preflight-fetch"
    ],
    "messages": {
      "invalid": "`{value}` is no comma list of names: browsers refuse every preflight that says so.",
      "quoted": "`{name}` is a name with quotes in it: the preflight of {what} fails.",
      "exposed": "`{value}` is no comma list of names: browsers expose nothing."
    },
    "options": {},
    "description": "The lists of methods and headers are names with commas between them. One item that is no name (blanks or semicolons for commas, brackets, quotes) and browsers throw the whole answer away: every preflighted request fails.\n\nSingle quotes are letters of a name: `'PUT'` with them is another method than PUT. A broken `Access-Control-Expose-Headers` fails nothing but exposes nothing either.",
    "why": "The lists of methods and headers are names with commas between them. One item that is no name (blanks or semicolons for commas, brackets, quotes) and browsers throw the whole answer away: every preflighted request fails."
  },
  {
    "id": "max-age-ineffective",
    "title": "Access-Control-Max-Age has a value that browsers ignore or cut",
    "class": "correctness-warning",
    "set": "recommended",
    "references": [
      "https://fetch.spec.whatwg.org/#http-access-control-max-age",
      "https://fetch.spec.whatwg.org/#cors-preflight-cache"
    ],
    "messages": {
      "invalid": "`Access-Control-Max-Age: {value}` is not a whole number of seconds: {kept}.",
      "lines": "`Access-Control-Max-Age` is sent {count} times, which browsers cannot read: {kept}.",
      "milliseconds": "`Access-Control-Max-Age` counts seconds; {value} looks like {seconds} seconds in milliseconds.",
      "cut": "No browser remembers a preflight for {value} seconds: {kept}.",
      "absent": "The answer to preflights has no `Access-Control-Max-Age`: browsers ask again after 5 seconds."
    },
    "options": {},
    "description": "`Access-Control-Max-Age` says for how many seconds a browser may remember the answer to a preflight. A value that is no number is ignored, so that browsers ask before every request; one beyond a browser's limit is cut.\n\nThe limits are 7200 seconds in Chromium, 86400 in Firefox and 600 in Safari; values up to 86400 are no finding, and neither is 0. A long memory is not free: a permission that is taken back stays for as long. Only what somebody wrote is looked at, never the default of a product; that none was written is told in strict mode alone.",
    "why": "`Access-Control-Max-Age` says for how many seconds a browser may remember the answer to a preflight. A value that is no number is ignored, so that browsers ask before every request; one beyond a browser's limit is cut."
  },
  {
    "id": "method-not-allowed",
    "title": "A method is served but not in Access-Control-Allow-Methods",
    "class": "broken-in-browser",
    "set": "recommended",
    "references": [
      "https://fetch.spec.whatwg.org/#http-access-control-allow-methods",
      "https://fetch.spec.whatwg.org/#concept-method-normalize"
    ],
    "messages": {
      "missing": "{path} is served for {methods}, which `Access-Control-Allow-Methods` does not list: browsers do not send such a request.",
      "small": "{entries} lets nobody send {methods}: methods are compared byte by byte, and browsers send these in capitals.",
      "called": "This page sends `{method}` in small letters, and {path} allows `{listed}`: methods are compared byte by byte, so the browser does not send the request.",
      "safelisted": "{entries} says nothing: methods are compared byte by byte, and browsers send {methods} without asking."
    },
    "options": {},
    "description": "A method is served and `Access-Control-Allow-Methods` does not list it: the preflight succeeds and the browser still does not send the request. Methods are compared byte by byte, so `put` lets nobody send `PUT`.\n\nSpeaks of routes where the author wrote the lists for preflights, and of requests that pages of the repository make. GET, HEAD and POST need not be listed.",
    "why": "A method is served and `Access-Control-Allow-Methods` does not list it: the preflight succeeds and the browser still does not send the request. Methods are compared byte by byte, so `put` lets nobody send `PUT`."
  },
  {
    "id": "no-broad-subdomain-trust",
    "title": "Every subdomain of a domain may read responses with credentials",
    "class": "hygiene",
    "set": "strict",
    "references": [
      "https://cwe.mitre.org/data/definitions/346.html",
      "https://portswigger.net/web-security/cors#exploiting-xss-via-cors-trust-relationships"
    ],
    "messages": {
      "all": "Every subdomain of `{domain}` may read {path} with credentials, such as `{origin}`: a forgotten one is enough."
    },
    "options": {},
    "description": "Every subdomain of a domain may read responses with credentials. One of them that is forgotten, taken over, or has a hole for scripts of others, is then enough to read this service as the signed-in user.",
    "why": "Every subdomain of a domain may read responses with credentials. One of them that is forgotten, taken over, or has a hole for scripts of others, is then enough to read this service as the signed-in user."
  },
  {
    "id": "no-dev-origin",
    "title": "A development origin is accepted in production",
    "class": "correctness-warning",
    "set": "recommended",
    "references": [
      "https://cwe.mitre.org/data/definitions/16.html",
      "https://owasp.org/www-project-web-security-testing-guide/latest/4-Web_Application_Security_Testing/11-Client-side_Testing/07-Testing_Cross_Origin_Resource_Sharing"
    ],
    "messages": {
      "loopback": "The development origin `{origin}` is accepted in production{credentials}: any program on a user’s machine can serve pages there.",
      "network": "The development origin `{origin}` is accepted in production{credentials}: whoever has that address in a user’s network can serve pages there.",
      "tunnel": "The tunnel `{origin}` is accepted in production{credentials}: its name goes to whoever asks for it next."
    },
    "options": {},
    "description": "An origin of development is accepted in production: a page on the user's own machine, in their network or behind a tunnel. Any program that a user runs can serve pages at `http://localhost:3000`, and a tunnel's name goes to somebody else tomorrow.\n\nAn entry that only development gets (`NODE_ENV !== 'production'`, a debug setting) is none in production.",
    "why": "An origin of development is accepted in production: a page on the user's own machine, in their network or behind a tunnel. Any program that a user runs can serve pages at `http://localhost:3000`, and a tunnel's name goes to somebody else tomorrow."
  },
  {
    "id": "no-insecure-origin",
    "title": "An http origin is accepted, for which a network attacker can speak",
    "class": "security-error",
    "set": "recommended",
    "references": [
      "https://cwe.mitre.org/data/definitions/319.html",
      "https://cwe.mitre.org/data/definitions/346.html",
      "https://portswigger.net/web-security/cors#breaking-tls-with-poorly-configured-cors"
    ],
    "messages": {
      "http": "`{origin}` is accepted{credentials}: whoever controls a user’s network can answer for it and read {path}{as}.",
      "scheme": "`{origin}` is accepted{credentials}: an app of that scheme is let in."
    },
    "options": {
      "schemes": {
        "description": "Schemes of apps and extensions that are told too, such as `capacitor`.",
        "default": []
      }
    },
    "description": "An `http` origin is accepted: whoever controls a user's network (a café's, a hotel's) can answer for that origin and read the service through its pages. The service's own https does not help.\n\nLoopback hosts and app schemes (`capacitor://localhost`) are not sent over a network. A service that is reached over http alone has nothing left to lose.",
    "why": "An `http` origin is accepted: whoever controls a user's network (a café's, a hotel's) can answer for that origin and read the service through its pages. The service's own https does not help."
  },
  {
    "id": "no-needless-credentials",
    "title": "Credentials are allowed where only tokens are read",
    "class": "hygiene",
    "set": "strict",
    "references": [
      "https://fetch.spec.whatwg.org/#cors-protocol-and-credentials"
    ],
    "messages": {
      "needless": "Credentials are allowed, but {path} reads a token that pages send themselves, and nothing here uses cookies."
    },
    "options": {},
    "description": "Credentials are allowed, but the service reads nothing that browsers send by themselves: pages bring a token in a header of their own. Without the permission a mistake in the list of origins costs less, and `*` becomes possible.\n\nSpeaks only where all handlers are in view and none of them uses cookies, sessions or HTTP authentication. CORS \"credentials\" are cookies, client certificates and what browsers add themselves; a token that script sets is none.",
    "why": "Credentials are allowed, but the service reads nothing that browsers send by themselves: pages bring a token in a header of their own. Without the permission a mistake in the list of origins costs less, and `*` becomes possible."
  },
  {
    "id": "no-null-origin",
    "title": "The origin null is accepted",
    "class": "security-error",
    "set": "recommended",
    "references": [
      "https://fetch.spec.whatwg.org/#origin-header",
      "https://cwe.mitre.org/data/definitions/346.html"
    ],
    "messages": {
      "credentialed": "The origin `null` is accepted with credentials: a sandboxed frame on any website can read {path} as the signed-in user.",
      "open": "The origin `null` is accepted; every sandboxed frame has that origin, so this is as open as `*`.",
      "unset": "If {setting} is not set, the origin `null` is accepted{credentials}: every sandboxed frame has that origin."
    },
    "options": {
      "allowInEnv": {
        "description": "Environments in which the origin `null` may be accepted, such as tests that run from files.",
        "default": []
      }
    },
    "description": "The origin `null` is accepted. It belongs to every sandboxed frame, so any page can take it: allowing it for local files or redirects opens the policy to every website.",
    "why": "The origin `null` is accepted. It belongs to every sandboxed frame, so any page can take it: allowing it for local files or redirects opens the policy to every website."
  },
  {
    "id": "no-obsolete-private-network-access",
    "title": "Private Network Access headers are obsolete",
    "class": "hygiene",
    "set": "strict",
    "references": [
      "https://wicg.github.io/local-network-access/",
      "https://github.com/jub0bs/cors/releases/tag/v0.7.0"
    ],
    "messages": {
      "obsolete": "Browsers no longer read Access-Control-Allow-Private-Network: it can go."
    },
    "options": {},
    "description": "`Access-Control-Allow-Private-Network` belongs to Private Network Access, a draft that browsers tried and gave up. Its successor, Local Network Access, asks the user and reads no header. The setting does nothing and can go; what a product sends by default is no finding.",
    "why": "`Access-Control-Allow-Private-Network` belongs to Private Network Access, a draft that browsers tried and gave up. Its successor, Local Network Access, asks the user and reads no header. The setting does nothing and can go; what a product sends by default is no finding."
  },
  {
    "id": "no-origin-anyone-can-host",
    "title": "Accepted origins include hosts that anybody can obtain",
    "class": "security-error",
    "set": "recommended",
    "references": [
      "https://publicsuffix.org/",
      "https://cwe.mitre.org/data/definitions/942.html"
    ],
    "messages": {
      "name": "Anybody can get a name at `{suffix}`: `{origin}` is accepted{credentials}.",
      "sandbox": "`{origin}` runs code that anybody may write there, and is accepted{credentials}."
    },
    "options": {
      "reserved": {
        "description": "Origins, with `*` for a part of the host, that a service gives to nobody but you, such as `https://*-my-team.vercel.app`.",
        "default": []
      }
    },
    "description": "Accepted origins include hosts that anybody can obtain: a project at a hosting service, a tunnel, a page in an online sandbox. Whoever takes such a name reads the responses as if they were the author.\n\nAll names below a public suffix count (`*.github.io`, `*.vercel.app`, `*.com`), and names with a prefix too (`my-app-*.vercel.app`): they are given to whoever asks first. One name that is spelled out belongs to its owner.",
    "why": "Accepted origins include hosts that anybody can obtain: a project at a hosting service, a tunnel, a page in an online sandbox. Whoever takes such a name reads the responses as if they were the author."
  },
  {
    "id": "no-permissive-fallback",
    "title": "A missing or invalid setting lets every origin in",
    "class": "security-error",
    "set": "recommended",
    "references": [
      "https://cwe.mitre.org/data/definitions/1188.html",
      "https://cwe.mitre.org/data/definitions/942.html"
    ],
    "messages": {
      "missing": "If {setting} is not set, every origin is accepted{credentials}.",
      "invalid": "This value is refused by the product, which then accepts every origin{credentials}."
    },
    "options": {},
    "description": "When a setting is missing or invalid, every origin is accepted. A deployment that forgets the setting opens itself and nothing shows it.\n\nFallbacks that close (npm `cors` with an own `origin: undefined`) are fine, and so is a setting that is enforced.",
    "why": "When a setting is missing or invalid, every origin is accepted. A deployment that forgets the setting opens itself and nothing shows it."
  },
  {
    "id": "no-reflected-origin",
    "title": "Every origin is accepted and echoed back",
    "class": "security-error",
    "set": "recommended",
    "references": [
      "https://fetch.spec.whatwg.org/#cors-protocol-and-credentials",
      "https://cwe.mitre.org/data/definitions/942.html"
    ],
    "messages": {
      "credentialed": "Any origin is accepted and echoed back with credentials: every website can read {path} as the signed-in user.",
      "preflight": "Any origin is echoed back with credentials in the answer to preflights of {path}: every website can send any request there as the signed-in user. Whether it can read the response, a function decides that is not in view.",
      "open": "Any origin is echoed back; `*` says the same to browsers and to caches."
    },
    "options": {},
    "description": "Any origin is accepted and echoed back. With credentials, every site that a signed-in user opens can read this service with that user's cookies: the most reported CORS hole, and worse than `*`, which browsers refuse there.\n\nWithout credentials an echo is as open as `*` and no more; it is mentioned only where the code echoes by hand. An echo behind a check that turns strangers away is no finding, and neither is one whose check cannot be read, or that public files are sent with.",
    "why": "Any origin is accepted and echoed back. With credentials, every site that a signed-in user opens can read this service with that user's cookies: the most reported CORS hole, and worse than `*`, which browsers refuse there."
  },
  {
    "id": "no-wildcard-list-with-credentials",
    "title": "`*` in a list is a literal name for credentialed requests",
    "class": "broken-in-browser",
    "set": "recommended",
    "references": [
      "https://fetch.spec.whatwg.org/#cors-preflight-fetch",
      "https://fetch.spec.whatwg.org/#cors-protocol-and-credentials"
    ],
    "messages": {
      "needed": "`*` in {list} allows nothing with credentials: the preflight of {what} for {path} fails.",
      "open": "`*` in {list} allows nothing with credentials: no page that sends them can use {what}.",
      "exposed": "`*` in Access-Control-Expose-Headers exposes nothing with credentials: pages that send them cannot read {what}."
    },
    "options": {},
    "description": "In a list of methods or headers `*` stands for every name only while no credentials are sent. With credentials it is the name of a method or header that is called `*`, so nothing that needs the list gets through.\n\nFrameworks that write the names out, or echo what the preflight asks for, are no finding. With `Access-Control-Allow-Origin: *` no credentialed request works at all, which another rule says.",
    "why": "In a list of methods or headers `*` stands for every name only while no credentials are sent. With credentials it is the name of a method or header that is called `*`, so nothing that needs the list gets through."
  },
  {
    "id": "no-wildcard-on-authenticated",
    "title": "`*` on what asks for a token",
    "class": "hygiene",
    "set": "strict",
    "references": [
      "https://fetch.spec.whatwg.org/#basic-safe-cors-protocol-setup"
    ],
    "messages": {
      "open": "{path} asks for a token and lets every website send one: name the sites that call it."
    },
    "options": {},
    "description": "What asks for a token answers every website with `*`. Nothing leaks by it: a page needs the token first, and who has one can use curl as well. But the sites that call such a service are usually few, and a list of them stays right when cookies or a network come to protect it later.\n\nAdvice, not an error: the Fetch standard calls `*` safe for what is not protected by cookies or by the network.",
    "why": "What asks for a token answers every website with `*`. Nothing leaks by it: a page needs the token first, and who has one can use curl as well. But the sites that call such a service are usually few, and a list of them stays right when cookies or a network come to protect it later."
  },
  {
    "id": "no-wildcard-on-network-protected",
    "title": "What a network protects is shared with every website",
    "class": "security-error",
    "set": "recommended",
    "references": [
      "https://fetch.spec.whatwg.org/#basic-safe-cors-protocol-setup",
      "https://portswigger.net/web-security/cors#intranets-and-cors-without-credentials",
      "https://cwe.mitre.org/data/definitions/942.html"
    ],
    "messages": {
      "private": "Every website may read {path}. If only the private network reaches it that it listens in, any page that somebody there opens can fetch it for its author.",
      "shared": "Only some networks reach {path}, but every website may read it: any page that somebody there opens can fetch it for its author."
    },
    "options": {},
    "description": "Only some networks reach this resource, and CORS hands it to every website: a page that somebody inside opens reads it from their browser and sends it on. The network was the only lock, and `*` opens it without any credentials.\n\nA server that only listens on a private address may stand behind one that everybody reaches: there it is a warning.\n\nBrowsers with Local Network Access may ask the user first, once. A service that only the same machine reaches is no finding.",
    "why": "Only some networks reach this resource, and CORS hands it to every website: a page that somebody inside opens reads it from their browser and sends it on. The network was the only lock, and `*` opens it without any credentials."
  },
  {
    "id": "no-wildcard-with-credentials",
    "title": "`*` with credentials: browsers refuse every credentialed request",
    "class": "broken-in-browser",
    "set": "recommended",
    "references": [
      "https://fetch.spec.whatwg.org/#cors-protocol-and-credentials"
    ],
    "messages": {
      "refused": "`*` with credentials: browsers refuse every credentialed request to {path}.",
      "preflight": "`*` with credentials: browsers refuse the preflight of every credentialed request to {path} that needs one.",
      "either": "`*` with credentials: which of two things the product sends is not known; browsers refuse credentialed requests to {path}, or every website can read it as the signed-in user.",
      "fails": "`*` with credentials: {fault}.",
      "called": "`*` is sent for {path}, which a page calls with credentials: browsers refuse that."
    },
    "options": {},
    "description": "A literal `*` and credentials cancel out: the browser refuses to hand a credentialed response to the page, so the cookies that the author wanted never work.\n\nRequests without credentials pass, so nothing leaks: this is a failure, not a hole. Whoever needs the cookies must list origins, and only a person knows which. Echoing the origin instead would open the resource to every site.",
    "why": "A literal `*` and credentials cancel out: the browser refuses to hand a credentialed response to the page, so the cookies that the author wanted never work."
  },
  {
    "id": "origin-match-too-broad",
    "title": "A pattern accepts hosts outside the domains that it names",
    "class": "security-error",
    "set": "recommended",
    "references": [
      "https://cwe.mitre.org/data/definitions/625.html"
    ],
    "messages": {
      "tooBroad": "The pattern accepts `{origin}`{credentials}, outside `{meant}`."
    },
    "options": {},
    "description": "Anchored and escaped, the pattern still accepts hosts outside the domains that it names: a `.*` glued to the host (`https://.*example\\.com` admits `https://evilexample.com`), an optional group that swallows the dot, a range such as `A-z`.",
    "why": "Anchored and escaped, the pattern still accepts hosts outside the domains that it names: a `.*` glued to the host (`https://.*example\\.com` admits `https://evilexample.com`), an optional group that swallows the dot, a range such as `A-z`."
  },
  {
    "id": "origin-match-unanchored",
    "title": "The check of an origin is not anchored",
    "class": "security-error",
    "set": "recommended",
    "references": [
      "https://cwe.mitre.org/data/definitions/625.html",
      "https://cwe.mitre.org/data/definitions/346.html"
    ],
    "messages": {
      "unanchored": "The check for `{meant}` is not anchored at the {side}: `{origin}` is accepted{credentials}."
    },
    "options": {},
    "description": "The check looks for a text inside the origin instead of comparing the whole: `https://app.example.com` then also admits `https://app.example.com.attacker.example` (no end) or `https://evilexample.com` (no start), which anybody can register.",
    "why": "The check looks for a text inside the origin instead of comparing the whole: `https://app.example.com` then also admits `https://app.example.com.attacker.example` (no end) or `https://evilexample.com` (no start), which anybody can register."
  },
  {
    "id": "origin-multiple-values",
    "title": "Several origins in one Access-Control-Allow-Origin",
    "class": "broken-in-browser",
    "set": "recommended",
    "references": [
      "https://fetch.spec.whatwg.org/#http-access-control-allow-origin"
    ],
    "messages": {
      "list": "Several origins in one `Access-Control-Allow-Origin`; browsers accept exactly one, so {origin} is refused.",
      "lines": "`Access-Control-Allow-Origin` is sent {count} times; browsers refuse a response with more than one."
    },
    "options": {},
    "description": "Several origins in one `Access-Control-Allow-Origin`, as a list in one value or as several header lines. The header holds exactly one origin or `*`; browsers compare the whole value and refuse the rest.",
    "why": "Several origins in one `Access-Control-Allow-Origin`, as a list in one value or as several header lines. The header holds exactly one origin or `*`; browsers compare the whole value and refuse the rest."
  },
  {
    "id": "origin-never-matches",
    "title": "An entry can never equal a browser’s origin",
    "class": "broken-in-browser",
    "set": "recommended",
    "references": [
      "https://fetch.spec.whatwg.org/#origin-header",
      "https://www.rfc-editor.org/rfc/rfc6454#section-6.2"
    ],
    "messages": {
      "never": "`{entry}` can never equal a browser’s origin ({flaw}).",
      "unsatisfiable": "`{entry}` admits no origin that a browser sends, `{origin}` neither.",
      "source": "`{name}` is sent as the allowed origin: it {instead}, and never equals the origin of another site.",
      "meant": "`{entry}` can never equal a browser’s origin ({flaw}); the browser sends `{origin}`."
    },
    "options": {},
    "description": "An entry that can never equal a browser's origin: no scheme, a trailing slash, a path, capitals, a default port, a glob where none is read, a pattern without the scheme, another header than `Origin`. Browsers send `scheme://host[:port]` in lower case and compare bytes.",
    "why": "An entry that can never equal a browser's origin: no scheme, a trailing slash, a path, capitals, a default port, a glob where none is read, a pattern without the scheme, another header than `Origin`. Browsers send `scheme://host[:port]` in lower case and compare bytes."
  },
  {
    "id": "parse-error",
    "title": "A file cannot be read as its language",
    "class": "hygiene",
    "set": "recommended",
    "description": "A file that is not of its language, or not wholly, is not checked, or not wholly. Silence would look like safety.",
    "references": [],
    "messages": {},
    "options": {},
    "why": "A file that is not of its language, or not wholly, is not checked, or not wholly. Silence would look like safety."
  },
  {
    "id": "preflight-behind-auth",
    "title": "The preflight is asked for credentials, which browsers never send with it",
    "class": "broken-in-browser",
    "set": "recommended",
    "references": [
      "https://fetch.spec.whatwg.org/#cors-preflight-fetch",
      "https://fetch.spec.whatwg.org/#cors-protocol-and-credentials"
    ],
    "messages": {
      "asked": "The preflight of {what} for {path} is asked for credentials here and gets {status}: browsers never send any with a preflight, so the request is never sent."
    },
    "options": {},
    "description": "The preflight is asked for credentials. A browser never sends any with it, so it gets 401 or 403, and the request that would have carried them is never made: signed-in users fail at the first PUT, or at the first JSON body.\n\nPut what answers preflights in front of what asks for credentials, or let OPTIONS pass there. Only OPTIONS becomes public by that; the request itself is asked as before. It may be another layer that asks: a proxy in front of an application that answers preflights keeps them from it.",
    "why": "The preflight is asked for credentials. A browser never sends any with it, so it gets 401 or 403, and the request that would have carried them is never made: signed-in users fail at the first PUT, or at the first JSON body."
  },
  {
    "id": "preflight-status-not-ok",
    "title": "The preflight is answered with a status outside 200–299",
    "class": "broken-in-browser",
    "set": "recommended",
    "references": [
      "https://fetch.spec.whatwg.org/#ok-status",
      "https://fetch.spec.whatwg.org/#cors-preflight-fetch"
    ],
    "messages": {
      "redirected": "The preflight of {what} for {path} is redirected ({status}): browsers follow no redirect there, and the request is never sent.",
      "status": "The preflight of {what} for {path} is answered with {status}: only 200–299 let the request be sent, whatever the headers say."
    },
    "options": {},
    "description": "The preflight is answered with a status outside 200–299. Browsers follow no redirect there and take nothing else for consent, whatever the headers say: the request is never sent.\n\nSpeaks of answers that the text itself makes to an origin that it lets in: a redirect, or a status that is the only thing wrong with the answer. What nobody answers (404, 405) is a matter of its own.",
    "why": "The preflight is answered with a status outside 200–299. Browsers follow no redirect there and take nothing else for consent, whatever the headers say: the request is never sent."
  },
  {
    "id": "preflight-unanswered",
    "title": "Nobody answers OPTIONS: preflighted requests fail",
    "class": "broken-in-browser",
    "set": "recommended",
    "references": [
      "https://fetch.spec.whatwg.org/#cors-preflight-fetch"
    ],
    "messages": {
      "status": "Nobody answers OPTIONS for {path}: the preflight of {what} gets {status} and the request is never sent.",
      "inFront": "This answers the preflight of {what} for {path} with {status} in place of {inner}, which would let {origin} send it: the request is never sent.",
      "ungranted": "The preflight of {what} for {path} is answered with {status} but without CORS headers, so the request is never sent."
    },
    "options": {},
    "description": "Nobody answers OPTIONS for a path whose policy means to serve methods or headers that need a preflight: the browser asks first, gets 404 or 405, and never sends the request.\n\nSpeaks only where the router's own behaviour is known (Express answers OPTIONS on a known route by itself), for origins that the policy serves, and not where an unknown layer behind may answer.\n\nWhere a layer in front answers OPTIONS itself, the application's own answer never comes to the browser: that is told at the place of that layer, if the application would let the request be sent.",
    "why": "Nobody answers OPTIONS for a path whose policy means to serve methods or headers that need a preflight: the browser asks first, gets 404 or 405, and never sends the request."
  },
  {
    "id": "regex-stateful",
    "title": "A pattern keeps its position: every second request is refused",
    "class": "broken-in-browser",
    "set": "recommended",
    "references": [
      "https://tc39.es/ecma262/#sec-regexpbuiltinexec",
      "https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Global_Objects/RegExp/lastIndex"
    ],
    "messages": {
      "stateful": "The flag `{flag}` makes this pattern begin where it stopped before: every second request from `{origin}` is refused."
    },
    "options": {},
    "description": "A JavaScript pattern with the flag `g` or `y` remembers where it stopped: `test` and `exec` begin there the next time. One that is kept from request to request therefore refuses every second request of the same page.\n\n`match`, `replace` and `search` begin at the front, and so does a pattern that is made anew for each request.",
    "why": "A JavaScript pattern with the flag `g` or `y` remembers where it stopped: `test` and `exec` begin there the next time. One that is kept from request to request therefore refuses every second request of the same page."
  },
  {
    "id": "regex-unescaped-dot",
    "title": "An unescaped dot in a pattern matches any character",
    "class": "security-error",
    "set": "recommended",
    "references": [
      "https://cwe.mitre.org/data/definitions/185.html",
      "https://cwe.mitre.org/data/definitions/625.html"
    ],
    "messages": {
      "registrable": "`.` matches any character here: `{origin}` is accepted{credentials}.",
      "harmless": "`.` matches any character here; write `\\.` for a dot."
    },
    "options": {},
    "description": "An unescaped `.` matches any character, so `^https://app.example\\.com$` also admits `https://appxexample.com`, a name that a stranger can register.\n\nWhere the changed name is one that nobody can own, it is untidy and no more.",
    "why": "An unescaped `.` matches any character, so `^https://app.example\\.com$` also admits `https://appxexample.com`, a name that a stranger can register."
  },
  {
    "id": "request-header-not-allowed",
    "title": "A request header is needed but not in Access-Control-Allow-Headers",
    "class": "broken-in-browser",
    "set": "recommended",
    "references": [
      "https://fetch.spec.whatwg.org/#http-access-control-allow-headers",
      "https://fetch.spec.whatwg.org/#cors-safelisted-request-header"
    ],
    "messages": {
      "missing": "{path} needs {headers}, which `Access-Control-Allow-Headers` does not list: browsers do not send such a request."
    },
    "options": {},
    "description": "A handler needs a request header that `Access-Control-Allow-Headers` does not list: browsers ask before they send a JSON body, an `Authorization` header or one of the application's own, and do not send the request when it is not among those allowed.\n\nSpeaks where a handler surely reads the header and the author wrote the lists for preflights, and of requests that pages of the repository make. Headers that proxies add, and those that no page may set, need no permission.",
    "why": "A handler needs a request header that `Access-Control-Allow-Headers` does not list: browsers ask before they send a JSON body, an `Authorization` header or one of the application's own, and do not send the request when it is not among those allowed."
  },
  {
    "id": "unknown-cors-header",
    "title": "Not a CORS response header",
    "class": "broken-in-browser",
    "set": "recommended",
    "references": [
      "https://fetch.spec.whatwg.org/#http-responses"
    ],
    "messages": {
      "missing": "Browsers do not know `{name}`, and nothing sends `{meant}`: {what}.",
      "needless": "Browsers do not know `{name}`; `{meant}` is what they read.",
      "unknown": "Browsers do not know `{name}`: it does nothing."
    },
    "options": {},
    "description": "A response header that starts with `Access-Control-` but is none of those that browsers know: it is sent and does nothing. Most are misspelt (`Allow-Origins`, `Allowed-Methods`), so what they were to grant is refused.\n\nUpper and lower case are the same. Request headers (`Access-Control-Request-Method`) mean nothing in a response.",
    "why": "A response header that starts with `Access-Control-` but is none of those that browsers know: it is sent and does nothing. Most are misspelt (`Allow-Origins`, `Allowed-Methods`), so what they were to grant is refused."
  },
  {
    "id": "vary-origin-missing",
    "title": "The response depends on Origin but does not say Vary: Origin",
    "class": "correctness-warning",
    "set": "recommended",
    "references": [
      "https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches",
      "https://cwe.mitre.org/data/definitions/525.html"
    ],
    "messages": {
      "missing": "The response depends on `Origin` but never says `Vary: Origin`: caches hand one site’s response to another.",
      "stripped": "This takes `Vary: Origin` from what {inner} sends: caches hand one site’s response to another.",
      "onlyGranted": "Only granted responses say `Vary: Origin`; a cached response made for another site blocks {origin}."
    },
    "options": {},
    "description": "The response depends on `Origin` but does not say so. A cache (the browser's own included) then hands one site's response to another, where the browser blocks it: a failure that comes and goes.\n\nA value that is sent to everybody needs no `Vary`, and neither does a response that caches do not store: those are answers to GET and HEAD. What a layer in front takes away from the application's `Vary` is told at the place of that layer; what it adds is counted.",
    "why": "The response depends on `Origin` but does not say so. A cache (the browser's own included) then hands one site's response to another, where the browser blocks it: a failure that comes and goes."
  },
  {
    "id": "vary-overwritten",
    "title": "Vary is set anew, and what it said before is lost",
    "class": "correctness-warning",
    "set": "recommended",
    "references": [
      "https://www.rfc-editor.org/rfc/rfc9110#section-12.5.5",
      "https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches"
    ],
    "messages": {
      "lost": "`Vary: {value}` replaces `Vary: {lost}`, which was said before: caches no longer tell those responses apart."
    },
    "options": {},
    "description": "`Vary` is a list to which everybody adds: who sets it anew throws away what was there. A cache then hands one variant of the response (compressed, translated, made for another site) to everybody.\n\nSpeaks only where the lost value is known: written before on the same path, by middleware, by a package or by a layer behind. The first and only writer may set what it likes.",
    "why": "`Vary` is a list to which everybody adds: who sets it anew throws away what was there. A cache then hands one variant of the response (compressed, translated, made for another site) to everybody."
  }
];
