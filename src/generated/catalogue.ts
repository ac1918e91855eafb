// Generated from the file tree by `npm run generate`. Do not edit.
import type { RuleEntry } from '../findings/rule-entry.js';

/** Paths that each language reads, known without loading its parser. */
export const languagePaths: Readonly<Record<string, RegExp>> = {
  'apache': /\.(?:conf|vhost)(?:\.template|\.tmpl|\.tpl|\.dist|\.example|\.sample)?$|(?:^|\/)[._]?htaccess(?:[._-][^/]*)?$|(?:^|\/)sites-(?:available|enabled)\/[^/]+$/i,
  'caddy': /(?:^|\/)(?:[Cc]addyfile|Caddyfile[._-](?!(?:go|rs|js|ts|py|rb|sh|md|txt|html|j2|jinja2?|tmpl|tpl|gotmpl|erb)$)[\w-]+)$|\.(?:[Cc]addyfile|caddy)$/,
  'estree': /(?<!\.d)\.[cm]?[jt]sx?$/,
  'haproxy': /\.cfg(?:\.(?:template|tmpl|tpl|j2|erb|ctmpl))?$|(?:^|\/)haproxy[^/]*\.conf(?:\.(?:template|tmpl|tpl|j2|erb|ctmpl))?$|(?:^|\/)haproxy(?:\.d)?\/[^/]+\.conf$/,
  'headers-file': /(?:^|\/)_headers$/,
  'hocon': /\.conf$/i,
  'jvm': /^(?!.*(?:(?<![^/])(?:src\/(?:it|testFixtures)|(?:[a-z]\w*T|t)ests?)\/|(?:Tests?|TestCase|TestConfig|[a-z\d]IT|[a-z\d]Spec)\.(?:java|kts?)$)).*\.(?:java|kts?)$/,
  'lighttpd': /\.conf(?:\.(?:template|tmpl|tpl|in|j2))?$|(?:^|\/)lighttpd(?:\.d)?\/[^/.]+$/,
  'nginx': /\.(?:conf|nginx|vhost)(?:\.template|\.tmpl|\.tpl)?$|(?:^|\/)sites-(?:available|enabled)\/[^/]+$|(?:^|\/)nginx(?:\.d)?\/[^/.]+$/,
  'properties': /\.properties$/i,
  'python': /^(?!(?:.*\/)?(?:tests?\/|test_[^/]*$|conftest\.py$|tests\.py$)).*(?<!_test)\.py$/,
  'toml': /\.toml$/i,
  'vcl': /\.vcl(?:\.(?:template|tmpl|tpl|j2|erb|in|dist|sample))?$/,
  'xml': /\.xml$|(?:^|[/._-])(?:web|applicationhost)(?:\.[\w-]+)*\.config$/i,
  'yaml': /\.(?:ya?ml|jsonc?)(?:\.(?:j2|tmpl|tpl|gotmpl|template))?$|(?:^|\/)krakend[\w.-]*\.tmpl$/i,
};

export const ruleEntries: readonly RuleEntry[] = [
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
    "title": "Two layers both add Access-Control-Allow-Origin",
    "class": "broken-in-browser",
    "set": "recommended",
    "references": [
      "https://fetch.spec.whatwg.org/#concept-header-list-get"
    ],
    "messages": {
      "twice": "This layer and the one behind it ({inner}) both add `{header}`; browsers refuse two values."
    },
    "options": {},
    "description": "A proxy and the application behind it both add `Access-Control-Allow-Origin`. The browser gets two values and refuses the response, however right each of them is.",
    "why": "A proxy and the application behind it both add `Access-Control-Allow-Origin`. The browser gets two values and refuses the response, however right each of them is."
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
    "description": "Any origin is accepted and echoed back. With credentials, every site that a signed-in user opens can read this service with that user's cookies: the most reported CORS hole, and worse than `*`, which browsers refuse there.\n\nWithout credentials an echo is as open as `*` and no more; it is mentioned only where the code echoes by hand. An echo behind a check that turns strangers away is no finding, and neither is one whose check cannot be read.",
    "why": "Any origin is accepted and echoed back. With credentials, every site that a signed-in user opens can read this service with that user's cookies: the most reported CORS hole, and worse than `*`, which browsers refuse there."
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
      "fails": "`*` with credentials: {fault}."
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
      "meant": "`{entry}` can never equal a browser’s origin ({flaw}); the browser sends `{origin}`."
    },
    "options": {},
    "description": "An entry that can never equal a browser's origin: no scheme, a trailing slash, a path, capitals, a default port, a glob where none is read. Browsers send `scheme://host[:port]` in lower case and compare bytes.",
    "why": "An entry that can never equal a browser's origin: no scheme, a trailing slash, a path, capitals, a default port, a glob where none is read. Browsers send `scheme://host[:port]` in lower case and compare bytes."
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
    "id": "preflight-unanswered",
    "title": "Nobody answers OPTIONS: preflighted requests fail",
    "class": "broken-in-browser",
    "set": "recommended",
    "references": [
      "https://fetch.spec.whatwg.org/#cors-preflight-fetch"
    ],
    "messages": {
      "status": "Nobody answers OPTIONS for {path}: the preflight of {what} gets {status} and the request is never sent.",
      "unauthenticated": "The preflight of {what} for {path} gets {status}: it is asked for credentials, and a browser never sends any with a preflight.",
      "ungranted": "The preflight of {what} for {path} is answered with {status} but without CORS headers, so the request is never sent."
    },
    "options": {},
    "description": "Nobody answers OPTIONS for a path whose policy means to serve methods or headers that need a preflight: the browser asks first, gets 404 or 405, and never sends the request.\n\nSpeaks only where the router's own behaviour is known (Express answers OPTIONS on a known route by itself), for origins that the policy serves, and not where an unknown layer behind may answer. A preflight that is asked for credentials counts as one that nobody answers: browsers send none with it.",
    "why": "Nobody answers OPTIONS for a path whose policy means to serve methods or headers that need a preflight: the browser asks first, gets 404 or 405, and never sends the request."
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
      "onlyGranted": "Only granted responses say `Vary: Origin`; a cached response made for another site blocks {origin}."
    },
    "options": {},
    "description": "The response depends on `Origin` but does not say so. A cache (the browser's own included) then hands one site's response to another, where the browser blocks it: a failure that comes and goes.\n\nA value that is sent to everybody needs no `Vary`, and neither does a response that caches do not store: those are answers to GET and HEAD.",
    "why": "The response depends on `Origin` but does not say so. A cache (the browser's own included) then hands one site's response to another, where the browser blocks it: a failure that comes and goes."
  }
];
