// Generated from the file tree by `npm run generate`. Do not edit.
import type { Rule } from '../findings/rule.js';
import type { Reader } from '../readers/reader.js';
import type { Language } from '../syntax/language.js';
import actualResponseMissingCors from '../../rules/actual-response-missing-cors.js';
import authorizationNotCoveredByWildcard from '../../rules/authorization-not-covered-by-wildcard.js';
import corsRegisteredTooLate from '../../rules/cors-registered-too-late.js';
import credentialsValueNotTrue from '../../rules/credentials-value-not-true.js';
import duplicateCorsLayers from '../../rules/duplicate-cors-layers.js';
import errorResponseMissingCors from '../../rules/error-response-missing-cors.js';
import exposeHeadersOnlyOnPreflight from '../../rules/expose-headers-only-on-preflight.js';
import forbiddenNameListed from '../../rules/forbidden-name-listed.js';
import globReadAsRegex from '../../rules/glob-read-as-regex.js';
import headerDroppedByInheritance from '../../rules/header-dropped-by-inheritance.js';
import layerOverridesPolicy from '../../rules/layer-overrides-policy.js';
import listHeaderInvalidToken from '../../rules/list-header-invalid-token.js';
import maxAgeIneffective from '../../rules/max-age-ineffective.js';
import methodNotAllowed from '../../rules/method-not-allowed.js';
import noBroadSubdomainTrust from '../../rules/no-broad-subdomain-trust.js';
import noDevOrigin from '../../rules/no-dev-origin.js';
import noInsecureOrigin from '../../rules/no-insecure-origin.js';
import noNeedlessCredentials from '../../rules/no-needless-credentials.js';
import noNullOrigin from '../../rules/no-null-origin.js';
import noObsoletePrivateNetworkAccess from '../../rules/no-obsolete-private-network-access.js';
import noOriginAnyoneCanHost from '../../rules/no-origin-anyone-can-host.js';
import noPermissiveFallback from '../../rules/no-permissive-fallback.js';
import noReflectedOrigin from '../../rules/no-reflected-origin.js';
import noWildcardListWithCredentials from '../../rules/no-wildcard-list-with-credentials.js';
import noWildcardOnAuthenticated from '../../rules/no-wildcard-on-authenticated.js';
import noWildcardOnNetworkProtected from '../../rules/no-wildcard-on-network-protected.js';
import noWildcardWithCredentials from '../../rules/no-wildcard-with-credentials.js';
import originMatchTooBroad from '../../rules/origin-match-too-broad.js';
import originMatchUnanchored from '../../rules/origin-match-unanchored.js';
import originMultipleValues from '../../rules/origin-multiple-values.js';
import originNeverMatches from '../../rules/origin-never-matches.js';
import preflightBehindAuth from '../../rules/preflight-behind-auth.js';
import preflightStatusNotOk from '../../rules/preflight-status-not-ok.js';
import preflightUnanswered from '../../rules/preflight-unanswered.js';
import regexStateful from '../../rules/regex-stateful.js';
import regexUnescapedDot from '../../rules/regex-unescaped-dot.js';
import requestHeaderNotAllowed from '../../rules/request-header-not-allowed.js';
import unknownCorsHeader from '../../rules/unknown-cors-header.js';
import varyOriginMissing from '../../rules/vary-origin-missing.js';
import varyOverwritten from '../../rules/vary-overwritten.js';

export const languages: Readonly<Record<string, { readonly paths: RegExp; load(): Promise<Language<unknown>> }>> = {
  'apache': { paths: /\.(?:conf|vhost)(?:\.template|\.tmpl|\.tpl|\.dist|\.example|\.sample)?$|(?:^|\/)[._]?htaccess(?:[._-][^/]*)?$|(?:^|\/)sites-(?:available|enabled)\/[^/]+$/i, load: () => import('../syntax/apache/index.js').then((module) => module.default) },
  'caddy': { paths: /(?:^|\/)(?:[Cc]addyfile|Caddyfile[._-](?!(?:go|rs|js|ts|py|rb|sh|md|txt|html|j2|jinja2?|tmpl|tpl|gotmpl|erb)$)[\w-]+)$|\.(?:[Cc]addyfile|caddy)$/, load: () => import('../syntax/caddy/index.js').then((module) => module.default) },
  'dockerfile': { paths: /(?:^|\/)(?:(?:Docker|Container)file(?:[.-](?![\w.-]*\b(?:[cm]?[jt]sx?|py|java|kt|md|json|ya?ml|html|dockerignore)$)[\w.-]+)?|dockerfile|[\w.-]+\.(?:[Dd]ocker|[Cc]ontainer)file)$/, load: () => import('../syntax/dockerfile/index.js').then((module) => module.default) },
  'estree': { paths: /(?<!\.d)\.[cm]?[jt]sx?$/, load: () => import('../syntax/estree/index.js').then((module) => module.default) },
  'haproxy': { paths: /\.cfg(?:\.(?:template|tmpl|tpl|j2|erb|ctmpl))?$|(?:^|\/)haproxy[^/]*\.conf(?:\.(?:template|tmpl|tpl|j2|erb|ctmpl))?$|(?:^|\/)haproxy(?:\.d)?\/[^/]+\.conf$/, load: () => import('../syntax/haproxy/index.js').then((module) => module.default) },
  'headers-file': { paths: /(?:^|\/)_headers$/, load: () => import('../syntax/headers-file/index.js').then((module) => module.default) },
  'hocon': { paths: /\.conf$/i, load: () => import('../syntax/hocon/index.js').then((module) => module.default) },
  'jvm': { paths: /^(?!.*(?:(?<![^/])(?:src\/(?:it|testFixtures)|(?:[a-z]\w*T|t)ests?)\/|(?:Tests?|TestCase|TestConfig|[a-z\d]IT|[a-z\d]Spec)\.(?:java|kts?)$)).*\.(?:java|kts?)$/, load: () => import('../syntax/jvm/index.js').then((module) => module.default) },
  'lighttpd': { paths: /\.conf(?:\.(?:template|tmpl|tpl|in|j2))?$|(?:^|\/)lighttpd(?:\.d)?\/[^/.]+$/, load: () => import('../syntax/lighttpd/index.js').then((module) => module.default) },
  'nginx': { paths: /\.(?:conf|nginx|vhost)(?:\.template|\.tmpl|\.tpl)?$|(?:^|\/)sites-(?:available|enabled)\/[^/]+$|(?:^|\/)nginx(?:\.d)?\/[^/.]+$/, load: () => import('../syntax/nginx/index.js').then((module) => module.default) },
  'procfile': { paths: /(?:^|\/)Procfile(?:\.[\w-]+)?$/, load: () => import('../syntax/procfile/index.js').then((module) => module.default) },
  'properties': { paths: /\.properties$/i, load: () => import('../syntax/properties/index.js').then((module) => module.default) },
  'python': { paths: /^(?!(?:.*\/)?(?:tests?\/|test_[^/]*$|conftest\.py$|tests\.py$)).*(?<!_test)\.py$/, load: () => import('../syntax/python/index.js').then((module) => module.default) },
  'toml': { paths: /\.toml$/i, load: () => import('../syntax/toml/index.js').then((module) => module.default) },
  'vcl': { paths: /\.vcl(?:\.(?:template|tmpl|tpl|j2|erb|in|dist|sample))?$/, load: () => import('../syntax/vcl/index.js').then((module) => module.default) },
  'xml': { paths: /\.xml$|(?:^|[/._-])(?:web|applicationhost)(?:\.[\w-]+)*\.config$/i, load: () => import('../syntax/xml/index.js').then((module) => module.default) },
  'yaml': { paths: /\.(?:ya?ml|jsonc?)(?:\.(?:j2|tmpl|tpl|gotmpl|template))?$|(?:^|\/)krakend[\w.-]*\.tmpl$/i, load: () => import('../syntax/yaml/index.js').then((module) => module.default) },
};

export const readers: Readonly<Record<string, { readonly language: Reader<unknown>['language']; readonly mayConcern: RegExp; readonly layers?: NonNullable<Reader<unknown>['layers']>; load(): Promise<Reader<unknown>> }>> = {
  'aiohttp': { language: 'python', mayConcern: /\baiohttp/, load: () => import('../readers/aiohttp/index.js').then((module) => module.default as Reader<unknown>) },
  'amplify': { language: 'yaml', mayConcern: /^(?=[\s\S]*access-control-)[\s\S]*customHeaders/i, load: () => import('../readers/amplify/index.js').then((module) => module.default as Reader<unknown>) },
  'apache': { language: 'apache', mayConcern: /^[ \t\ufeff]*header[\s\\]+["']?(?:(?:always|onsuccess)["']?[\s\\]+["']?)?(?:set|setifempty|add|append|merge|unset|edit\*?)["']?[\s\\]+["']?access-control-/im, layers: { paths: /\.(?:conf|vhost)(?:\.template|\.tmpl|\.tpl|\.dist|\.example|\.sample)?$|(?:^|\/)[._]?htaccess(?:[._-][^/]*)?$|(?:^|\/)sites-(?:available|enabled)\/[^/]+$/i, text: /^[ \t]*(?:ProxyPass(?:Match)?[ \t]|RewriteRule[ \t].*\[(?:[^\]]*,)?P(?:roxy)?[,\]])/im }, load: () => import('../readers/apache/index.js').then((module) => module.default as Reader<unknown>) },
  'apisix': { language: 'yaml', mayConcern: /^(?=[\s\S]*cors)[\s\S]*(?:apisix|upstream|plugin_config|global_rules|(?:routes|uris?)["']?\s*:)/i, load: () => import('../readers/apisix/index.js').then((module) => module.default as Reader<unknown>) },
  'apollo-server': { language: 'estree', mayConcern: /['"](?:apollo-server|@apollo\/server\/standalone)['"]/, load: () => import('./script-readers.js').then((module) => module.scriptReaders['apollo-server']!) },
  'app-engine': { language: 'yaml', mayConcern: /^(?=[\s\S]*access-control-)(?=[\s\S]*\bhandlers["']?\s*:)[\s\S]*\bhttp_headers\b/i, load: () => import('../readers/app-engine/index.js').then((module) => module.default as Reader<unknown>) },
  'aws-sam': { language: 'yaml', mayConcern: /^(?=[\s\S]*(?:cors|access-control-))[\s\S]*AWS::Serverless/i, load: () => import('../readers/aws-sam/index.js').then((module) => module.default as Reader<unknown>) },
  'azure-apim': { language: 'xml', mayConcern: /(?<![\s\S])(?=[\s\S]*<(?:policies|fragment)[\s>])[\s\S]*?(?:<cors[\s>]|access-control-)/i, load: () => import('../readers/azure-apim/index.js').then((module) => module.default as Reader<unknown>) },
  'azure-container-apps': { language: 'yaml', mayConcern: /^(?=[\s\S]*corsPolicy)[\s\S]*(?:containerApps|allowedOrigins)/, load: () => import('../readers/azure-container-apps/index.js').then((module) => module.default as Reader<unknown>) },
  'azure-functions': { language: 'yaml', mayConcern: /^(?:(?=[^]*"Host"\s*:)(?=[^]*"CORS"\s*:)|(?=[^]*customHeaders)(?=[^]*access-control-)|(?=[^]*Microsoft\.Web\/sites)(?=[^]*\bcors["']?\s*:))/i, load: () => import('../readers/azure-functions/index.js').then((module) => module.default as Reader<unknown>) },
  'azure-static-web-apps': { language: 'yaml', mayConcern: /access-control-/i, load: () => import('../readers/azure-static-web-apps/index.js').then((module) => module.default as Reader<unknown>) },
  'bottle': { language: 'python', mayConcern: /\bbottle\b/, load: () => import('../readers/bottle/index.js').then((module) => module.default as Reader<unknown>) },
  'browser-clients': { language: 'estree', mayConcern: /\bcredentials\s*:\s*['"]include|\bwithCredentials\b|\bmode\s*:\s*['"]cors['"]|\bfetch\(\s*(?:['"`]https?:|`\$\{)/, load: () => import('./script-readers.js').then((module) => module.scriptReaders['browser-clients']!) },
  'caddy': { language: 'caddy', mayConcern: /access-control-|\bimport\s/i, layers: { paths: /(?:^|\/)(?:[Cc]addyfile|Caddyfile[._-](?!(?:go|rs|js|ts|py|rb|sh|md|txt|html|j2|jinja2?|tmpl|tpl|gotmpl|erb)$)[\w-]+)$|\.(?:[Cc]addyfile|caddy)$/, text: /^[ \t]*(?:reverse_proxy|php_fastcgi)\b/m }, load: () => import('../readers/caddy/index.js').then((module) => module.default as Reader<unknown>) },
  'chalice': { language: 'python', mayConcern: /^(?=[^]*(?:[Aa]ccess-[Cc]ontrol-|[Cc][Oo][Rr][Ss]))[^]*\bchalice\b/, load: () => import('../readers/chalice/index.js').then((module) => module.default as Reader<unknown>) },
  'cloudflare-pages': { language: 'headers-file', mayConcern: /access-control-/i, load: () => import('../readers/cloudflare-pages/index.js').then((module) => module.default as Reader<unknown>) },
  'cloudformation': { language: 'yaml', mayConcern: /^(?=[\s\S]*(?:cors|access-control-|AccessControl))[\s\S]*AWS::(?:ApiGateway|Lambda::Url|S3::Bucket|CloudFront)/i, load: () => import('../readers/cloudformation/index.js').then((module) => module.default as Reader<unknown>) },
  'contour': { language: 'yaml', mayConcern: /^(?=[\s\S]*cors)(?=[\s\S]*HTTPProxy)[\s\S]*projectcontour\.io/i, layers: { paths: /\.ya?ml(?:\.(?:j2|tmpl|tpl|gotmpl|template))?$/i, text: /\bkind:[ \t]*["']?HTTPProxy\b/, byName: /(?:)/ }, load: () => import('../readers/contour/index.js').then((module) => module.default as Reader<unknown>) },
  'create-react-app': { language: 'yaml', mayConcern: /(?!)/, layers: { paths: /(?:^|\/)package\.json$/, text: /"proxy"\s*:\s*"[^]*"react-scripts"|"react-scripts"[^]*"proxy"\s*:\s*"/ }, load: () => import('../readers/create-react-app/index.js').then((module) => module.default as Reader<unknown>) },
  'digitalocean': { language: 'yaml', mayConcern: /^(?=[\s\S]*allow_origins)[\s\S]*(?:services|static_sites|functions|ingress)/, load: () => import('../readers/digitalocean/index.js').then((module) => module.default as Reader<unknown>) },
  'django': { language: 'python', mayConcern: /\bCORS_[A-Z]|\bcorsheaders\b|access-control-allow-|\bMIDDLEWARE(?:_CLASSES)?\b[^\])]*["'][\w.]*cors/i, load: () => import('../readers/django/index.js').then((module) => module.default as Reader<unknown>) },
  'docker-compose': { language: 'yaml', mayConcern: /(?!)/, layers: { paths: /(?:^|\/)(?:[\w.-]+[.-])?(?:compose|docker-stack|stack)(?:[.-][\w.-]+)?\.ya?ml$/i, text: /^["']?services["']?[ \t]*:/m }, load: () => import('../readers/docker-compose/index.js').then((module) => module.default as Reader<unknown>) },
  'dockerfile': { language: 'dockerfile', mayConcern: /(?!)/, layers: { paths: /(?:^|\/)[^/]*(?:[Dd]ocker|[Cc]ontainer)file[^/]*$/, text: /^[ \t]*FROM[ \t]/im }, load: () => import('../readers/dockerfile/index.js').then((module) => module.default as Reader<unknown>) },
  'elysia': { language: 'estree', mayConcern: /['"](?:npm:|https:\/\/esm\.sh\/)?(?:elysia|@elysia(?:js)?\/cors)['"@]|\bset\.headers(?:\.|\[['"`])access-control-/i, load: () => import('./script-readers.js').then((module) => module.scriptReaders['elysia']!) },
  'emissary': { language: 'yaml', mayConcern: /^(?=[\s\S]*cors)[\s\S]*getambassador\.io/i, layers: { paths: /\.ya?ml(?:\.(?:j2|tmpl|tpl|gotmpl|template))?$/i, text: /\bkind:[ \t]*["']?Mapping\b/, byName: /(?:)/ }, load: () => import('../readers/emissary/index.js').then((module) => module.default as Reader<unknown>) },
  'envoy': { language: 'yaml', mayConcern: /^(?=[\s\S]*(?:cors|access-control-))[\s\S]*(?:virtual_?hosts|typed_?per_?filter_?config|http_?filters)["']?\s*:/i, layers: { paths: /\.(?:ya?ml|json)(?:\.(?:j2|tmpl|tpl|gotmpl|template))?$/i, text: /^(?=[\s\S]*virtual_?hosts["']?\s*:)[\s\S]*\bclusters?["']?\s*:/i }, load: () => import('../readers/envoy/index.js').then((module) => module.default as Reader<unknown>) },
  'envoy-gateway': { language: 'yaml', mayConcern: /^(?=[\s\S]*cors)(?=[\s\S]*SecurityPolicy)[\s\S]*gateway\.envoyproxy\.io/, load: () => import('../readers/envoy-gateway/index.js').then((module) => module.default as Reader<unknown>) },
  'espv2': { language: 'yaml', mayConcern: /--cors_(?:preset|allow|expose|max)/, load: () => import('../readers/espv2/index.js').then((module) => module.default as Reader<unknown>) },
  'express': { language: 'estree', mayConcern: /(?:from|require\(|import\(?)\s*['"](?:npm:)?(?:express|cors|polka|@feathersjs\/express|apollo-server-express)['"/]|access-control-/i, load: () => import('./script-readers.js').then((module) => module.scriptReaders['express']!) },
  'falcon': { language: 'python', mayConcern: /\bfalcon/, load: () => import('../readers/falcon/index.js').then((module) => module.default as Reader<unknown>) },
  'fastify': { language: 'estree', mayConcern: /['"](?:fastify|@fastify\/cors|fastify-cors|fastify-plugin)['"]|Fastify(?:Instance|Plugin|Request|Reply)|@typedef[^\n]*fastify|\breply(?:\.raw)?\.(?:headers?|setHeader)\(\s*\{?\s*['"`]access-control-/i, load: () => import('./script-readers.js').then((module) => module.scriptReaders['fastify']!) },
  'fetch-handler': { language: 'estree', mayConcern: /^(?=[^]*(?:[Aa]ccess-[Cc]ontrol-|[Cc][Oo][Rr][Ss]))[^]*\b(?:Response|respondWith)\b/, load: () => import('./script-readers.js').then((module) => module.scriptReaders['fetch-handler']!) },
  'firebase': { language: 'yaml', mayConcern: /^(?=[\s\S]*access-control-)[\s\S]*"hosting"/i, load: () => import('../readers/firebase/index.js').then((module) => module.default as Reader<unknown>) },
  'flask': { language: 'python', mayConcern: /\bflask\b|\bflask_|cors\.init_app|(?:after|before)(?:_app)?_request|\bdef\s+\w+\(\s*(?:response|resp|res|rv|r)\b[^,()]*\)/i, load: () => import('../readers/flask/index.js').then((module) => module.default as Reader<unknown>) },
  'gateway-api': { language: 'yaml', mayConcern: /^(?=[\s\S]*(?:cors|access-control-))(?=[\s\S]*(?:HTTP|GRPC)Route)[\s\S]*gateway\.networking\.k8s\.io/i, layers: { paths: /\.ya?ml(?:\.(?:j2|tmpl|tpl|gotmpl|template))?$/i, text: /\bkind:[ \t]*["']?HTTPRoute\b/, byName: /(?:)/ }, load: () => import('../readers/gateway-api/index.js').then((module) => module.default as Reader<unknown>) },
  'gloo': { language: 'yaml', mayConcern: /^(?=[\s\S]*cors)[\s\S]*gateway\.solo\.io/i, load: () => import('../readers/gloo/index.js').then((module) => module.default as Reader<unknown>) },
  'google-endpoints': { language: 'yaml', mayConcern: /^(?=[\s\S]*x-google-endpoint)[\s\S]*\ballowCors\b/, load: () => import('../readers/google-endpoints/index.js').then((module) => module.default as Reader<unknown>) },
  'grails': { language: 'yaml', mayConcern: /\bgrails\b[\s\S]*\bcors\b/, load: () => import('../readers/grails/index.js').then((module) => module.default as Reader<unknown>) },
  'h3': { language: 'estree', mayConcern: /['"](?:npm:|jsr:@h3js\/|https:\/\/esm\.sh\/)?h3(?:-nightly)?(?:@[^'"/]*)?(?:\/\w+)?['"]|\bdefine(?:Cached|Lazy)?EventHandler\b|\bdefineNitroPlugin\b|\brouteRules\b|\bcorsHandler\b|['"]nitro(?:pack)?(?:\/[\w/]+)?['"]|\bH3Event\b/, load: () => import('./script-readers.js').then((module) => module.scriptReaders['h3']!) },
  'hapi': { language: 'estree', mayConcern: /['"](?:@hapi\/hapi|hapi)['"]|^(?=[^]*\bhandler\b)(?=[^]*\bpath\s*:)[^]*\bcors\s*:/, load: () => import('./script-readers.js').then((module) => module.scriptReaders['hapi']!) },
  'haproxy': { language: 'haproxy', mayConcern: /^(?=[\s\S]*(?:access-control-|lua\.cors))[\s\S]*(?:^|\n)[ \t]*(?:defaults|frontend|backend|listen)(?:[ \t]+[^\s;{}=]+)*[ \t]*(?:#[^\n]*)?(?:\r?\n|$)/i, layers: { paths: /\.cfg(?:\.(?:template|tmpl|tpl|j2|erb|ctmpl))?$|(?:^|\/)haproxy[^/]*\.conf(?:\.(?:template|tmpl|tpl|j2|erb|ctmpl))?$|(?:^|\/)haproxy(?:\.d)?\/[^/]+\.conf$/, text: /^[ \t]*(?:frontend|listen)[ \t]+[^\s;{}=]+[^;{}=\n]*$/m }, load: () => import('../readers/haproxy/index.js').then((module) => module.default as Reader<unknown>) },
  'haproxy-ingress': { language: 'yaml', mayConcern: /ingress(?:\.github|\.kubernetes)\.io(?:\/|~1)cors-|haproxy[\s\S]*\bcors-enable|\bcors-enable[\s\S]*haproxy/, load: () => import('../readers/haproxy-ingress/index.js').then((module) => module.default as Reader<unknown>) },
  'haproxytech-ingress': { language: 'yaml', mayConcern: /haproxy\.(?:org|com)(?:\/|~1)cors-|haproxy[\s\S]*\bcors-enable|\bcors-enable[\s\S]*haproxy/, load: () => import('../readers/haproxytech-ingress/index.js').then((module) => module.default as Reader<unknown>) },
  'hono': { language: 'estree', mayConcern: /['"](?:npm:|jsr:\/?|https:\/\/[\w./]*)?@?hono[/@'"]|\b(?:c|ctx|context)\.(?:header|res\.headers\.(?:set|append))\(\s*['"`]access-control-/i, load: () => import('./script-readers.js').then((module) => module.scriptReaders['hono']!) },
  'http-server': { language: 'python', mayConcern: /HTTPRequestHandler/, load: () => import('../readers/http-server/index.js').then((module) => module.default as Reader<unknown>) },
  'iis': { language: 'xml', mayConcern: /(?<![\s\S])(?=[\s\S]*<system\.webServer[\s>])[\s\S]*?(?:access-control-|RESPONSE_Access_Control_|<cors[\s>])/i, layers: { paths: /(?:^|[/._-])(?:web|applicationhost)(?:\.[\w-]+)*\.config$/i, text: /<action\b(?=[^>]*\burl\s*=\s*["']https?:)[^>]*>/i }, load: () => import('../readers/iis/index.js').then((module) => module.default as Reader<unknown>) },
  'ingress-nginx': { language: 'yaml', mayConcern: /(?:ingress\.kubernetes\.io|nginx\.org)(?:\/|~1)[\w-]*(?:cors|snippet)|(?:enable-cors|cors-[a-z-]+)["']?[ \t]*:|(?:server|location|http)-snippets?["']?[ \t]*:|\badd-headers["']?[ \t]*:|\baddHeaders["']?[ \t]*:/, load: () => import('../readers/ingress-nginx/index.js').then((module) => module.default as Reader<unknown>) },
  'istio': { language: 'yaml', mayConcern: /^(?=[\s\S]*(?:cors|access-control-))(?=[\s\S]*VirtualService)[\s\S]*networking\.istio\.io/i, layers: { paths: /\.ya?ml(?:\.(?:j2|tmpl|tpl|gotmpl|template))?$/i, text: /\bkind:[ \t]*["']?VirtualService\b/, byName: /(?:)/ }, load: () => import('../readers/istio/index.js').then((module) => module.default as Reader<unknown>) },
  'itty-router': { language: 'estree', mayConcern: /['"](?:npm:|https:\/\/[\w./]*|@cloudflare\/)?itty-(?:router|cors)/, load: () => import('./script-readers.js').then((module) => module.scriptReaders['itty-router']!) },
  'javalin': { language: 'jvm', mayConcern: /\bio\.javalin\b|\bJavalin\b/, load: () => import('../readers/javalin/index.js').then((module) => module.default as Reader<unknown>) },
  'jax-rs': { language: 'jvm', mayConcern: /\bws\.rs\b|Container(?:Request|Response)(?:Context|Filter)|Server(?:Request|Response)Filter|resteasy/, load: () => import('../readers/jax-rs/index.js').then((module) => module.default as Reader<unknown>) },
  'kgateway': { language: 'yaml', mayConcern: /^(?=[\s\S]*cors)(?=[\s\S]*TrafficPolicy)[\s\S]*gateway\.kgateway\.dev/, load: () => import('../readers/kgateway/index.js').then((module) => module.default as Reader<unknown>) },
  'koa': { language: 'estree', mayConcern: /['"](?:koa|@(?:koa\/(?:cors|router)|feathersjs\/koa)|kcors|koa2?-cors|koa-router)['"]|\b(?:ctx|this)(?:\.response)?\.(?:set|append)\(\s*\{?\s*['"`]access-control-/i, load: () => import('./script-readers.js').then((module) => module.scriptReaders['koa']!) },
  'kong': { language: 'yaml', mayConcern: /^(?=[\s\S]*cors)[\s\S]*(?:_format_version|KongPlugin|KongClusterPlugin)/, layers: { paths: /\.(?:ya?ml|json)$/i, text: /\b_format_version\b/ }, load: () => import('../readers/kong/index.js').then((module) => module.default as Reader<unknown>) },
  'krakend': { language: ['yaml', 'toml'], mayConcern: /security\/cors|krakend-cors/, load: () => import('../readers/krakend/index.js').then((module) => module.default as Reader<unknown>) },
  'ktor': { language: 'jvm', mayConcern: /\bio\.ktor\b|\bApplication\.\w+\(|\bembeddedServer\b|\bRoute\.\w+\(/, load: () => import('../readers/ktor/index.js').then((module) => module.default as Reader<unknown>) },
  'kubernetes': { language: 'yaml', mayConcern: /^(?=[\s\S]*\bserver\s*\{)(?=[\s\S]*access-control-)[\s\S]*\bConfigMap\b/i, layers: { paths: /\.ya?ml(?:\.(?:j2|tmpl|tpl|gotmpl|template))?$/i, text: /\bkind:[ \t]*["']?(?:Service|Deployment|StatefulSet|DaemonSet|ReplicaSet|ReplicationController|Rollout|DeploymentConfig|Pod|ConfigMap|List|Ingress|IngressRoute|Route|VirtualServer(?:Route)?)["']?[ \t\r]*$|\bapiVersion:[ \t]*["']?skaffold\/|^images:/m, byName: /^(?![^]*(?:\bapiVersion:[ \t]*["']?skaffold\/|\bserver\s*\{))/ }, load: () => import('../readers/kubernetes/index.js').then((module) => module.default as Reader<unknown>) },
  'lambda': { language: 'estree', mayConcern: /^(?=[^]*(?:[Aa]ccess-[Cc]ontrol-|[Cc][Oo][Rr][Ss]))[^]*(?:\bstatusCode\b|['"]@?middy\b)/, load: () => import('./script-readers.js').then((module) => module.scriptReaders['lambda']!) },
  'lighttpd': { language: 'lighttpd', mayConcern: /^(?:(?!#)[^\n])*\bsetenv\.(?:add|set)-response-header\b|(?<![\s\S])(?=[\s\S]*access-control-)[\s\S]*?^[ \t]*var\.[\w.-]+[ \t]*\+?=[ \t]*\(|(?<![\s\S])(?=[\s\S]*^[ \t]*include[ \t]+")[\s\S]*?^[ \t]*server\.(?:modules|document-root)[ \t]*\+?=/im, layers: { paths: /\.conf(?:\.(?:template|tmpl|tpl|in|j2))?$|(?:^|\/)lighttpd(?:\.d)?\/[^/.]+$/, text: /\b(?:proxy|fastcgi|scgi|uwsgi)\.server\b[ \t]*\+?=/ }, load: () => import('../readers/lighttpd/index.js').then((module) => module.default as Reader<unknown>) },
  'litestar': { language: 'python', mayConcern: /\blitestar\b/, load: () => import('../readers/litestar/index.js').then((module) => module.default as Reader<unknown>) },
  'loopback': { language: 'estree', mayConcern: /['"]@loopback\/(?:rest|core)['"]|\brest\s*:\s*\{[^]{0,4000}?\bcors\b/, load: () => import('./script-readers.js').then((module) => module.scriptReaders['loopback']!) },
  'micro-cors': { language: 'estree', mayConcern: /['"]micro-cors['"]/, load: () => import('./script-readers.js').then((module) => module.scriptReaders['micro-cors']!) },
  'micronaut-properties': { language: 'properties', mayConcern: /micronaut[\s\S]*\bcors\b/i, load: () => import('../readers/micronaut-properties/index.js').then((module) => module.default as Reader<unknown>) },
  'micronaut-yaml': { language: 'yaml', mayConcern: /micronaut[\s\S]*\bcors\b/i, load: () => import('../readers/micronaut-yaml/index.js').then((module) => module.default as Reader<unknown>) },
  'minio': { language: 'yaml', mayConcern: /MINIO_API_CORS_ALLOW_ORIGIN/, load: () => import('../readers/minio/index.js').then((module) => module.default as Reader<unknown>) },
  'nestjs': { language: 'estree', mayConcern: /['"]@nestjs\/(?:core|common|websockets|platform-[a-z]+)['"][\s\S]*(?:cors|access-control-|WebSocketGateway)/i, load: () => import('./script-readers.js').then((module) => module.scriptReaders['nestjs']!) },
  'netlify': { language: ['toml', 'headers-file'], mayConcern: /access-control-/i, load: () => import('../readers/netlify/index.js').then((module) => module.default as Reader<unknown>) },
  'next': { language: 'estree', mayConcern: /[Aa]ccess-[Cc]ontrol-|[Cc][Oo][Rr][Ss]/, load: () => import('./script-readers.js').then((module) => module.scriptReaders['next']!) },
  'nginx': { language: 'nginx', mayConcern: /access-control-|_by_lua_file\s+\S*cors|\brequire\s*\(?\s*["'][\w.\/-]*cors/i, layers: { paths: /\.(?:conf|nginx|vhost)(?:\.template|\.tmpl|\.tpl)?$|(?:^|\/)sites-(?:available|enabled)\/[^/]+$|(?:^|\/)nginx(?:\.d)?\/[^/.]+$/, text: /^[ \t]*(?:[^#\n]*[{};][ \t]*)?(?:proxy|fastcgi|uwsgi|scgi|grpc)_pass[ \t]/m }, load: () => import('../readers/nginx/index.js').then((module) => module.default as Reader<unknown>) },
  'node-functions': { language: 'estree', mayConcern: /^(?=[^]*(?:[Aa]ccess-[Cc]ontrol-|[Cc][Oo][Rr][Ss]))[^]*\(\s*_?(?:req|request|_)\b[^(){}]{0,80},\s*_?re[qs]\w*\b/, load: () => import('./script-readers.js').then((module) => module.scriptReaders['node-functions']!) },
  'node-http': { language: 'estree', mayConcern: /access-control-/i, load: () => import('./script-readers.js').then((module) => module.scriptReaders['node-http']!) },
  'node-servers': { language: 'estree', mayConcern: /(?!)/, layers: { paths: /^(?!(?:.*\/)?(?:tests?|__tests__|e2e|spec)\/).*(?<!\.d|\.test|\.spec)\.[cm]?[jt]s$/, text: /(?<![\s\S])(?=[\s\S]*(?:\brequire\s*\(|\bfrom|\bimport\s*\(?)\s*['"]\.)[\s\S]*?(?:\.listen\s*\(|\bserve\s*\()/ }, load: () => import('./script-readers.js').then((module) => module.scriptReaders['node-servers']!) },
  'ocelot': { language: 'yaml', mayConcern: /^(?=[\s\S]*access-control-)[\s\S]*UpstreamPathTemplate/i, load: () => import('../readers/ocelot/index.js').then((module) => module.default as Reader<unknown>) },
  'openapi-aws': { language: 'yaml', mayConcern: /^(?=[\s\S]*(?:access-control-|x-amazon-apigateway-cors))(?=[\s\S]*\b(?:openapi|swagger)["']?\s*:)[\s\S]*x-amazon-apigateway-/i, load: () => import('../readers/openapi-aws/index.js').then((module) => module.default as Reader<unknown>) },
  'package-scripts': { language: 'yaml', mayConcern: /(?!)/, layers: { paths: /(?:^|\/)package\.json$/, text: /"scripts"\s*:\s*\{/ }, load: () => import('../readers/package-scripts/index.js').then((module) => module.default as Reader<unknown>) },
  'play': { language: 'hocon', mayConcern: /CORSFilter|play\s*\.\s*filters\s*\.\s*cors|play\s*\{[\s\S]*filters[\s\S]*cors|filters\s*\{[\s\S]*cors/, load: () => import('../readers/play/index.js').then((module) => module.default as Reader<unknown>) },
  'powertools': { language: 'python', mayConcern: /^(?=[^]*(?:[Aa]ccess-[Cc]ontrol-|[Cc][Oo][Rr][Ss]))[^]*\baws_lambda_powertools\b/, load: () => import('../readers/powertools/index.js').then((module) => module.default as Reader<unknown>) },
  'procfile': { language: 'procfile', mayConcern: /(?!)/, layers: { paths: /(?:^|\/)Procfile[^/]*$/, text: /:/ }, load: () => import('../readers/procfile/index.js').then((module) => module.default as Reader<unknown>) },
  'pyramid': { language: 'python', mayConcern: /\bpyramid\b/, load: () => import('../readers/pyramid/index.js').then((module) => module.default as Reader<unknown>) },
  'python-functions': { language: 'python', mayConcern: /^(?=[^]*(?:[Aa]ccess-[Cc]ontrol-|[Cc][Oo][Rr][Ss]))[^]*\bdef\s+\w+\(\s*(?:req\w*|_)\b[^(),]*,?\s*\)/, load: () => import('../readers/python-functions/index.js').then((module) => module.default as Reader<unknown>) },
  'python-lambda': { language: 'python', mayConcern: /^(?=[^]*(?:[Aa]ccess-[Cc]ontrol-|[Cc][Oo][Rr][Ss]))[^]*\bdef\s+\w+\(\s*_*(?:e|req)\w*\b[^)]*,/, load: () => import('../readers/python-lambda/index.js').then((module) => module.default as Reader<unknown>) },
  'python-servers': { language: 'python', mayConcern: /(?!)/, layers: { paths: /^(?!(?:.*\/)?(?:tests?\/|test_[^/]*$|conftest\.py$)).*\.py$/, text: /\buvicorn\.run\s*\(|\bserve\s*\(|(?<![\s\S])(?=[\s\S]*^\s*from\s+\S+\s+import\s)[\s\S]*\.run\s*\(/m }, load: () => import('../readers/python-servers/index.js').then((module) => module.default as Reader<unknown>) },
  'python-socket-io': { language: 'python', mayConcern: /cors_allowed_origins/, load: () => import('../readers/python-socket-io/index.js').then((module) => module.default as Reader<unknown>) },
  'quarkus': { language: 'properties', mayConcern: /quarkus[\s\S]*(?:\bcors\b|access-control-)/i, load: () => import('../readers/quarkus/index.js').then((module) => module.default as Reader<unknown>) },
  'quarkus-yaml': { language: 'yaml', mayConcern: /quarkus[\s\S]*(?:\bcors\b|access-control-)/i, load: () => import('../readers/quarkus-yaml/index.js').then((module) => module.default as Reader<unknown>) },
  'quart': { language: 'python', mayConcern: /\bquart(?:_cors)?\b/, load: () => import('../readers/quart/index.js').then((module) => module.default as Reader<unknown>) },
  'render': { language: 'yaml', mayConcern: /^(?=[\s\S]*access-control-)[\s\S]*services:/i, load: () => import('../readers/render/index.js').then((module) => module.default as Reader<unknown>) },
  'restify': { language: 'estree', mayConcern: /['"]restify(?:-cors-middleware2?)?['"]/, load: () => import('./script-readers.js').then((module) => module.scriptReaders['restify']!) },
  's3-cors': { language: 'yaml', mayConcern: /"AllowedOrigins"\s*:|"origin"\s*:\s*\[/, load: () => import('../readers/s3-cors/index.js').then((module) => module.default as Reader<unknown>) },
  's3-cors-xml': { language: 'xml', mayConcern: /<CORSConfiguration[\s>][\s\S]*<CORSRule[\s>]/, load: () => import('../readers/s3-cors-xml/index.js').then((module) => module.default as Reader<unknown>) },
  'sails': { language: 'estree', mayConcern: /^(?=[^]*\bcors\b)[^]*(?:exports\.(?:security|cors|routes)\b|\bsecurity\s*:|\ballRoutes\b|\ballowOrigins\b)/, load: () => import('./script-readers.js').then((module) => module.scriptReaders['sails']!) },
  'sanic': { language: 'python', mayConcern: /\bsanic(?:_ext|_cors)?\b/, load: () => import('../readers/sanic/index.js').then((module) => module.default as Reader<unknown>) },
  'serverless-framework': { language: 'yaml', mayConcern: /^(?=[^]*\bcors\b)(?=[^]*\bservice["']?\s*:)[^]*\bprovider["']?\s*:/, load: () => import('../readers/serverless-framework/index.js').then((module) => module.default as Reader<unknown>) },
  'servlet': { language: 'jvm', mayConcern: /ServletResponse|FilterChain|FilterRegistrationBean|\bFilter\b/, load: () => import('../readers/servlet/index.js').then((module) => module.default as Reader<unknown>) },
  'servlet-filters': { language: 'jvm', mayConcern: /CrossOriginFilter|CrossOriginHandler|catalina\.filters\.(?:CorsFilter|\*)|thetransactioncompany\.cors|ebaysf\.web\.cors/, load: () => import('../readers/servlet-filters/index.js').then((module) => module.default as Reader<unknown>) },
  'socket-io': { language: 'estree', mayConcern: /['"](?:socket\.io|@feathersjs\/socketio)['"]/, load: () => import('./script-readers.js').then((module) => module.scriptReaders['socket-io']!) },
  'spark-java': { language: 'jvm', mayConcern: /\bspark\.(?:Spark|Service|Filter|Request|\*)|\bSpark\.(?:before|after|options)/, load: () => import('../readers/spark-java/index.js').then((module) => module.default as Reader<unknown>) },
  'spring': { language: 'jvm', mayConcern: /CrossOrigin|CorsRegistry|CorsConfiguration/, load: () => import('../readers/spring/index.js').then((module) => module.default as Reader<unknown>) },
  'spring-boot': { language: 'yaml', mayConcern: /globalcors|^(?=[\s\S]*(?:gateway|management|graphql))(?=[\s\S]*(?:\bcors\b|access-control-))[\s\S]*(?:allowed-?_?origin|ResponseHeader)/i, load: () => import('../readers/spring-boot/index.js').then((module) => module.default as Reader<unknown>) },
  'spring-boot-properties': { language: 'properties', mayConcern: /globalcors|^(?=[\s\S]*(?:gateway|management|graphql))(?=[\s\S]*(?:\bcors\b|access-control-))[\s\S]*(?:allowed-?_?origin|ResponseHeader)/i, load: () => import('../readers/spring-boot-properties/index.js').then((module) => module.default as Reader<unknown>) },
  'spring-responses': { language: 'jvm', mayConcern: /ResponseEntity|ServletResponse|ServerHttpResponse|ServerWebExchange/, load: () => import('../readers/spring-responses/index.js').then((module) => module.default as Reader<unknown>) },
  'starlette': { language: 'python', mayConcern: /CORSMiddleware|\b(?:fastapi|starlette|connexion)\b|access-control-(?:allow|expose|max)/i, load: () => import('../readers/starlette/index.js').then((module) => module.default as Reader<unknown>) },
  'strapi': { language: 'estree', mayConcern: /strapi::cors|^(?=[^]*\bsettings\b)[^]*\bcors['"]?\s*:/, load: () => import('./script-readers.js').then((module) => module.scriptReaders['strapi']!) },
  'tornado': { language: 'python', mayConcern: /\btornado\b|\.(?:set|add)_header\(\s*['"]access-control-|\bset_default_headers\b/i, load: () => import('../readers/tornado/index.js').then((module) => module.default as Reader<unknown>) },
  'traefik': { language: ['yaml', 'toml'], mayConcern: /accesscontrol(?:allow|expose|maxage)|^(?=[\s\S]*customresponseheaders)[\s\S]*access-control-/i, layers: { paths: /\.(?:ya?ml|toml)$/i, text: /traefik\.http\.routers\.|^(?=[\s\S]*\bloadBalancer\b)[\s\S]*\brouters\b/i }, load: () => import('../readers/traefik/index.js').then((module) => module.default as Reader<unknown>) },
  'trpc': { language: 'estree', mayConcern: /['"]@trpc\/server\/adapters\/standalone['"]/, load: () => import('./script-readers.js').then((module) => module.scriptReaders['trpc']!) },
  'tyk': { language: 'yaml', mayConcern: /^(?=[\s\S]*\bcors\b)[\s\S]*(?:x-tyk-api-gateway|tyk\.tyk\.io|listen_path)/i, load: () => import('../readers/tyk/index.js').then((module) => module.default as Reader<unknown>) },
  'varnish': { language: 'vcl', mayConcern: /access-control-/i, layers: { paths: /\.vcl(?:\.(?:template|tmpl|tpl|j2|erb|in|dist|sample))?$/, text: /^[ \t]*backend[ \t]+[\w-]+[ \t]*\{/m }, load: () => import('../readers/varnish/index.js').then((module) => module.default as Reader<unknown>) },
  'vercel': { language: 'yaml', mayConcern: /access-control-/i, load: () => import('../readers/vercel/index.js').then((module) => module.default as Reader<unknown>) },
  'vertx': { language: 'jvm', mayConcern: /\bio\.vertx\b|\bCorsHandler\b/, load: () => import('../readers/vertx/index.js').then((module) => module.default as Reader<unknown>) },
  'vite': { language: 'estree', mayConcern: /['"]vite(?:st\/config)?['"]|\b(?:server|preview)\s*:\s*\{[^]{0,4000}?\b(?:cors|headers)\b/, layers: { paths: /(?:^|\/)vite(?:st)?\.config(?:\.[\w-]+)*\.[cm]?[jt]s$/, text: /\bproxy\b/ }, load: () => import('./script-readers.js').then((module) => module.scriptReaders['vite']!) },
  'web-xml': { language: 'xml', mayConcern: /<(?:\w+:)?filter-class>[\s\S]*?(?:CorsFilter|CORSFilter|CrossOriginFilter)/, load: () => import('../readers/web-xml/index.js').then((module) => module.default as Reader<unknown>) },
  'webpack-dev-server': { language: 'estree', mayConcern: /\bdevServer\b|['"]webpack-dev-server['"]/, layers: { paths: /(?:^|\/)(?:webpack[\w.-]*|vue\.config|craco\.config|rspack\.config|config-overrides|react-app-rewire[\w.-]*)\.[cm]?[jt]s$/, text: /\bproxy\b/ }, load: () => import('./script-readers.js').then((module) => module.scriptReaders['webpack-dev-server']!) },
};

export const rules: Readonly<Record<string, Rule>> = {
  'actual-response-missing-cors': actualResponseMissingCors,
  'authorization-not-covered-by-wildcard': authorizationNotCoveredByWildcard,
  'cors-registered-too-late': corsRegisteredTooLate,
  'credentials-value-not-true': credentialsValueNotTrue,
  'duplicate-cors-layers': duplicateCorsLayers,
  'error-response-missing-cors': errorResponseMissingCors,
  'expose-headers-only-on-preflight': exposeHeadersOnlyOnPreflight,
  'forbidden-name-listed': forbiddenNameListed,
  'glob-read-as-regex': globReadAsRegex,
  'header-dropped-by-inheritance': headerDroppedByInheritance,
  'layer-overrides-policy': layerOverridesPolicy,
  'list-header-invalid-token': listHeaderInvalidToken,
  'max-age-ineffective': maxAgeIneffective,
  'method-not-allowed': methodNotAllowed,
  'no-broad-subdomain-trust': noBroadSubdomainTrust,
  'no-dev-origin': noDevOrigin,
  'no-insecure-origin': noInsecureOrigin,
  'no-needless-credentials': noNeedlessCredentials,
  'no-null-origin': noNullOrigin,
  'no-obsolete-private-network-access': noObsoletePrivateNetworkAccess,
  'no-origin-anyone-can-host': noOriginAnyoneCanHost,
  'no-permissive-fallback': noPermissiveFallback,
  'no-reflected-origin': noReflectedOrigin,
  'no-wildcard-list-with-credentials': noWildcardListWithCredentials,
  'no-wildcard-on-authenticated': noWildcardOnAuthenticated,
  'no-wildcard-on-network-protected': noWildcardOnNetworkProtected,
  'no-wildcard-with-credentials': noWildcardWithCredentials,
  'origin-match-too-broad': originMatchTooBroad,
  'origin-match-unanchored': originMatchUnanchored,
  'origin-multiple-values': originMultipleValues,
  'origin-never-matches': originNeverMatches,
  'preflight-behind-auth': preflightBehindAuth,
  'preflight-status-not-ok': preflightStatusNotOk,
  'preflight-unanswered': preflightUnanswered,
  'regex-stateful': regexStateful,
  'regex-unescaped-dot': regexUnescapedDot,
  'request-header-not-allowed': requestHeaderNotAllowed,
  'unknown-cors-header': unknownCorsHeader,
  'vary-origin-missing': varyOriginMissing,
  'vary-overwritten': varyOverwritten,
};
