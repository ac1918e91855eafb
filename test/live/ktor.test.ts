import type { HttpRequest, Scenario } from '../../src/policy/evaluate.js';
import ktor from '../../src/readers/ktor/index.js';
import { agreeInJava, type JavaCase } from './java-programs.js';
import { requestsTo } from './prediction.js';
import { sample, type Random } from './seed.js';

const { random, cases } = sample('ktor', 24);

const IMPORTS = ['io.ktor.http.*', 'io.ktor.server.application.*', 'io.ktor.server.plugins.cors.routing.*', 'io.ktor.server.request.*', 'io.ktor.server.response.*', 'io.ktor.server.routing.*'];

/** Ways to allow hosts, some of which do not start or match nothing. */
const HOSTS = [
  'allowHost("app.example.com")',
  'allowHost("app.example.com", schemes = listOf("https"))',
  'allowHost("example.com", listOf("https"), listOf("app", "admin"))',
  'allowHost("example.com", subDomains = listOf("app"), schemes = listOf("http", "https"))',
  'allowHost("*.example.com", schemes = listOf("https"))',
  'allowHost("*.example.com")',
  'allowHost("app.example.com:8443", schemes = listOf("https"))',
  'allowHost("app.example.com:443")',
  'allowHost("app.example.com/")',
  'allowHost("App.example.com")',
  'anyHost()',
  'allowHost("*")',
  'allowHost("https://app.example.com")',
  'allowHost("app.*.com")',
  'allowHost("example.com", subDomains = listOf("*"))',
  'ALLOWED.forEach { allowHost(it, schemes = listOf("https")) }',
  'for (name in ALLOWED) allowHost(name)',
  'hosts().map { it.removePrefix("https://") }.forEach { allowHost(it) }',
  'allowOrigins { it.endsWith(".example.com") }',
  'allowOrigins { origin -> origin == "https://admin.example.com" || origin.startsWith("https://app.") }',
  'allowOrigins { it in setOf("https://app.example.com", "null") }',
  'allowOrigins { Regex("https://(app|admin)\\\\.example\\\\.com").matches(it) }',
  'allowOrigins { origin ->\n      if (origin == "null") false else origin.contains("example")\n    }',
] as const;
const METHODS = ['allowMethod(HttpMethod.Put)', 'allowMethod(HttpMethod.Put)', 'allowMethod(HttpMethod.Options)', 'allowMethod(HttpMethod("PURGE"))', 'allowMethod(HttpMethod.Get)', 'HttpMethod.DefaultMethods.forEach { allowMethod(it) }', 'listOf(HttpMethod.Put, HttpMethod.Patch).forEach(::allowMethod)'] as const;
const HEADERS = ['allowHeader(HttpHeaders.ContentType)', 'allowHeader("content-type")', 'allowHeader("X-Custom")', 'allowHeader("x-custom")', 'allowHeader(HttpHeaders.Authorization)', 'allowHeader(HttpHeaders.Accept)', 'allowHeadersPrefixed("X-")', 'allowHeaders { it.startsWith("x-") }', 'allowHeaders { true }', 'allowNonSimpleContentTypes = true', 'allowXHttpMethodOverride()'] as const;
const OTHERS = ['exposeHeader("X-Total")', 'exposeHeader(HttpHeaders.ETag)', 'exposeHeader(HttpHeaders.ContentType)', 'maxAgeInSeconds = 0', 'maxAgeInSeconds = 60 * 10', 'maxAgeInSeconds = 3600L', 'maxAgeInSeconds = -1', 'allowSameOrigin = false'] as const;

function block(from: Random, release: number): string {
  const lines = [
    ...from.times(from.chance(0.1) ? 0 : 1, 2, () => from.pick(HOSTS)),
    ...from.times(0, 2, () => from.pick(METHODS)),
    ...(release >= 3 && from.chance(0.1) ? ['anyMethod()'] : []),
    ...from.times(0, 3, () => from.pick(HEADERS)),
    ...from.times(0, 1, () => from.pick(OTHERS)),
    ...(from.chance(0.4) ? [`allowCredentials = ${from.chance(0.85)}`] : []),
  ];
  return `install(CORS) {\n    ${lines.join('\n    ')}\n  }`;
}

const ROUTES = `  routing {
    get("/data") { call.respondText("ok") }
    put("/data") { call.respond(HttpStatusCode.NoContent) }
  }
`;

/** Code that writes the headers by itself. */
const BODIES = [
  'call.response.header(HttpHeaders.AccessControlAllowOrigin, "*")',
  'call.response.headers.append("Access-Control-Allow-Origin", "https://app.example.com")',
  'call.request.header("Origin")?.let { call.response.header("Access-Control-Allow-Origin", it) }',
  'val origin = call.request.headers["Origin"]\n    if (origin != null) {\n      call.response.headers.append(HttpHeaders.AccessControlAllowOrigin, origin)\n      call.response.headers.append(HttpHeaders.AccessControlAllowCredentials, "true")\n    }',
  'val origin = call.request.headers[HttpHeaders.Origin]\n    if (origin in ALLOWED.map { "https://" + it }) {\n      call.response.header(HttpHeaders.AccessControlAllowOrigin, origin!!)\n      call.response.header(HttpHeaders.Vary, "Origin")\n    }',
  'call.response.header("Access-Control-Allow-Origin", call.request.header(HttpHeaders.Origin) ?: "*")',
  'if (call.request.headers["Origin"]?.endsWith(".example.com") == true) {\n      call.response.headers.append("Access-Control-Allow-Origin", call.request.headers["Origin"]!!, false)\n    }',
  'when (val origin = call.request.header("Origin")) {\n      "https://app.example.com", "https://admin.example.com" -> call.response.header("Access-Control-Allow-Origin", origin)\n      else -> {}\n    }',
] as const;
const ANSWER = '    if (call.request.httpMethod == HttpMethod.Options) {\n      call.response.header(HttpHeaders.AccessControlAllowMethods, "GET, PUT")\n      call.response.header(HttpHeaders.AccessControlAllowHeaders, "Content-Type, X-Custom")\n      call.respond(HttpStatusCode.OK)\n      FINISH\n    }\n';

function byHand(from: Random): { readonly inside: string; readonly outside: string } {
  const body = from.pick(BODIES);
  const answer = from.chance(0.7) ? ANSWER : '';
  return from.pick<() => { readonly inside: string; readonly outside: string }>([
    () => ({ inside: `  intercept(ApplicationCallPipeline.Plugins) {\n    ${body}\n${answer.replace('FINISH', 'finish()')}  }\n${ROUTES}`, outside: '' }),
    () => ({ inside: `  install(Headers)\n${ROUTES}`, outside: `val Headers = createApplicationPlugin("Headers") {\n  onCall { call ->\n    ${body}\n${answer.replace('      FINISH\n', '')}  }\n}\n` }),
    () => ({ inside: `  routing {\n    get("/data") {\n    ${body}\n    call.respondText("ok")\n    }\n    options("/data") {\n    ${body}\n      call.response.header("Access-Control-Allow-Methods", "PUT")\n      call.respond(HttpStatusCode.NoContent)\n    }\n  }\n`, outside: '' }),
    () => ({ inside: `  routing {\n    route("/data") {\n      get { cors(call); call.respondText("ok") }\n      options { call.allow(); call.respondText("", status = HttpStatusCode.OK) }\n    }\n  }\n`, outside: `fun cors(call: ApplicationCall) {\n    ${body}\n}\nfun ApplicationCall.allow() {\n    val call = this\n    ${body}\n}\n` }),
  ])();
}

const PRELUDE = 'private val ALLOWED = listOf("app.example.com", "admin.example.com")\nprivate fun hosts() = listOf("https://app.example.com")\n\n';

function program(from: Random, release: number): string {
  const head = `${IMPORTS.map((name) => `import ${name}`).join('\n')}\n\n${PRELUDE}`;
  const cors = block(from, release);
  const written = from.pick<() => string>([
    () => `fun Application.module() {\n  ${cors}\n${ROUTES}}\n`,
    () => `fun Application.module() {\n  ${cors}\n${ROUTES}}\n`,
    () => `fun Application.module() {\n  configureHTTP()\n  configureRouting()\n}\n\nfun Application.configureHTTP() {\n  ${cors}\n}\n\nprivate fun Application.configureRouting() {\n${ROUTES}}\n`,
    () => `fun Application.module() {\n  routing {\n  route("/data") {\n  ${cors}\n    get { call.respondText("ok") }\n    put { call.respond(HttpStatusCode.NoContent) }\n  }\n  get("/more") { call.respondText("ok") }\n  }\n}\n`,
    () => {
      const { inside, outside } = byHand(from);
      return `${outside}fun Application.module() {\n${inside}}\n`;
    },
  ])();
  return head + written;
}

const ORIGINS = ['https://app.example.com', 'https://evil.example'] as const;
const REQUESTS: readonly HttpRequest[] = [
  ...requestsTo('/data', ['GET', 'PUT', 'OPTIONS']),
  ...ORIGINS.flatMap((origin): HttpRequest[] => [
    { method: 'PUT', path: '/data', headers: [['origin', origin], ['content-type', 'application/json']] },
    { method: 'OPTIONS', path: '/data', headers: [['origin', origin], ['access-control-request-method', 'GET']] },
    { method: 'OPTIONS', path: '/data', headers: [['origin', origin], ['access-control-request-method', 'PURGE'], ['access-control-request-headers', 'Accept, X-CUSTOM']] },
    { method: 'GET', path: '/more', headers: [['origin', origin]] },
  ]),
  { method: 'GET', path: '/data', headers: [['origin', 'not an origin']] },
];
/** Origins as no browser writes them; what a star stands for is not said of these. */
const ODD: readonly HttpRequest[] = ['https://app.example.com/', 'https://app.example.com:443'].map((origin): HttpRequest => ({ method: 'GET', path: '/data', headers: [['origin', origin]] }));

/** What the router behind says: no such path, no such method. */
function scenario(status: number, request: HttpRequest, source: string): Scenario {
  return ((status === 404 || status === 405) && request.method !== 'OPTIONS') || (status === 204 && /NoContent/.test(source)) ? { status } : {};
}

function programs(from: Random, count: number, release: number): readonly JavaCase[] {
  return Array.from({ length: count }, (_unused, index) => {
    const source = program(from, release);
    return { title: `program ${index}`, files: { 'App.kt': source }, requests: source.includes('"*') ? REQUESTS : [...REQUESTS, ...ODD] };
  });
}

agreeInJava({ title: 'Ktor 3', project: 'ktor-3', host: 'ktor-3/Host.kt', reader: ktor, seed: random.seed, cases: programs(random, cases, 3), scenario, unordered: ['access-control-allow-headers'] });
agreeInJava({ title: 'Ktor 2', project: 'ktor-2', host: 'ktor-3/Host.kt', reader: ktor, seed: random.seed, cases: programs(random, Math.ceil(cases / 3), 2), scenario, unordered: ['access-control-allow-headers'] });
