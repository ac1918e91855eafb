import type { HttpRequest, Scenario } from '../../src/policy/evaluate.js';
import vertx from '../../src/readers/vertx/index.js';
import { agreeInJava, type JavaCase } from './java-programs.js';
import { requestsTo } from './prediction.js';
import { sample, type Random } from './seed.js';

const { random, cases } = sample('vertx', 30);

const EXACT = ['.addOrigin("https://app.example.com")', '.addOrigin("https://admin.example.com:8443")', '.addOrigin("https://app.example.com/")', '.addOrigin("https://App.example.com")', '.addOrigin("null")', '.addOrigin("*")', '.addOrigin("app.example.com")', '.addOrigin("https://*.example.com")', '.addOrigins(List.of("https://app.example.com", "https://admin.example.com"))', '.addOrigins(ORIGINS)', '.addOrigins(Arrays.asList("https://app.example.com"))', '.addOrigin(ORIGINS.get(0))'] as const;
const PATTERN = ['("https://.*\\\\.example\\\\.com")', '("https://app.example.com")', '(".*")', '("https?://(app|admin)\\\\.example\\\\.com(:\\\\d+)?")', '("null|https://app\\\\.example\\\\.com")'] as const;
const OTHERS = ['.allowedMethod(HttpMethod.PUT)', '.allowedMethod(HttpMethod.GET)', '.allowedMethods(Set.of(HttpMethod.PUT, HttpMethod.DELETE))', '.allowedMethods(METHODS)', '.allowedMethod(HttpMethod.valueOf("PURGE"))', '.allowedHeader("Content-Type")', '.allowedHeader("X-Custom")', '.allowedHeaders(Set.of("x-custom", "content-type"))', '.exposedHeader("X-Total")', '.exposedHeaders(Set.of("ETag"))', '.allowCredentials(true)', '.allowCredentials(true)', '.allowCredentials(false)', '.maxAgeSeconds(600)', '.maxAgeSeconds(0)', '.maxAgeSeconds(-1)', '.maxAgeSeconds(60 * 60)', '.allowPrivateNetwork(true)'] as const;

function handler(from: Random, release: number): string {
  const withPattern = release === 5 ? '.addOriginWithRegex' : from.pick(['.addRelativeOrigin', '.addOriginWithRegex']);
  const origins = from.pick<() => readonly string[]>([
    () => from.times(0, 2, () => from.pick(EXACT)),
    () => from.times(1, 2, () => from.pick(EXACT)),
    () => from.times(1, 2, () => `${withPattern}${from.pick(PATTERN)}`),
    () => [from.pick(EXACT), `${withPattern}${from.pick(PATTERN)}`],
  ])();
  const others = from.times(0, 4, () => from.pick(OTHERS));
  // Before 5 a text given to `create` is a pattern, too.
  if (release === 4 && from.chance(0.5)) return `CorsHandler.create(${from.pick(['"*"', '".*"', '"https://app.example.com"', '"https://.*\\\\.example\\\\.com"', 'PATTERN'])})${others.join('')}`;
  return `CorsHandler.create()${[...origins, ...others].join('')}`;
}

const BODIES = [
  'ctx.response().putHeader("Access-Control-Allow-Origin", "*");',
  'ctx.response().putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, "https://app.example.com").putHeader("Vary", "Origin");',
  'String origin = ctx.request().getHeader("Origin");\n      if (origin != null) {\n        ctx.response().putHeader("access-control-allow-origin", origin);\n        ctx.response().putHeader("access-control-allow-credentials", "true");\n      }',
  'String origin = ctx.request().headers().get(HttpHeaders.ORIGIN);\n      if (ORIGINS.contains(origin)) ctx.response().headers().set("Access-Control-Allow-Origin", origin).add("Vary", "Origin");',
  'String origin = ctx.request().getHeader(HttpHeaders.ORIGIN);\n      if (origin != null && origin.endsWith(".example.com")) {\n        ctx.response().putHeader("Access-Control-Allow-Origin", origin);\n      }',
  'HttpServerResponse response = ctx.response();\n      response.headers().add("Access-Control-Allow-Origin", ORIGINS.get(0));',
  'if (ctx.request().headers().contains("Origin")) ctx.response().putHeader("Access-Control-Allow-Origin", ctx.request().getHeader("Origin"));',
] as const;
const ANSWER = '\n      if (ctx.request().method() == HttpMethod.OPTIONS) {\n        ctx.response().putHeader("Access-Control-Allow-Methods", "GET, PUT").putHeader("Access-Control-Allow-Headers", "content-type, x-custom").setStatusCode(204).end();\n        return;\n      }';

const ROUTES = '    router.get("/data").handler(ctx -> ctx.response().end("ok"));\n    router.put("/data").handler(ctx -> ctx.response().setStatusCode(204).end());\n';

function program(from: Random, release: number): string {
  const cors = handler(from, release);
  const body = from.pick(BODIES);
  const answer = from.chance(0.7) ? ANSWER : '';
  const route = from.pick(['route()', 'route()', 'route("/*")', 'route("/data")', 'route("/data*")', 'route("/other/*")', 'route(HttpMethod.GET, "/data")', 'route().method(HttpMethod.OPTIONS).method(HttpMethod.GET)', 'get("/data")']);
  const [inside, outside] = from.pick<() => readonly [string, string]>([
    () => [`    router.${route}.handler(${cors});\n${ROUTES}`, ''],
    () => [`    router.${route}.handler(${cors});\n${ROUTES}`, ''],
    () => [`    router.route().handler(cors());\n${ROUTES}`, `  private static CorsHandler cors() {\n    return ${cors};\n  }\n`],
    () => [`${ROUTES}    router.route().order(-1).handler(${cors});\n`, ''],
    () => [`    CorsHandler cors = ${cors};\n    if (METHODS.size() > 0) cors.exposedHeader("X-More");\n    secured(router, cors);\n${ROUTES}`, '  static void secured(Router router, CorsHandler cors) {\n    router.route().handler(cors);\n  }\n'],
    () => [`    Router api = Router.router(vertx);\n    api.route().handler(${cors});\n    api.get("/").handler(ctx -> ctx.response().end("ok"));\n    api.put("/").handler(ctx -> ctx.response().setStatusCode(204).end());\n    router.${from.chance(0.5) ? 'route("/data*").subRouter(api)' : 'route("/data/*").subRouter(api)'};\n`, ''],
    () => [`    router.${route}.handler(ctx -> {\n      ${body}${answer}\n      ctx.next();\n    });\n${ROUTES}`, ''],
    () => [`    router.route().handler(App::allow);\n${ROUTES}`, `  static void allow(RoutingContext ctx) {\n      ${body}${answer}\n      ctx.next();\n  }\n`],
    () => [`    router.get("/data").handler(ctx -> {\n      ${body}\n      ctx.response().end("ok");\n    });\n    router.options("/data").handler(ctx -> {\n      ${body}\n      ctx.response().putHeader("Access-Control-Allow-Methods", "PUT");\n      ctx.response().setStatusCode(200).end();\n    });\n`, ''],
  ])();
  const imports = ['io.vertx.core.Vertx', 'io.vertx.core.http.HttpHeaders', 'io.vertx.core.http.HttpMethod', 'io.vertx.core.http.HttpServerResponse', 'io.vertx.ext.web.Router', 'io.vertx.ext.web.RoutingContext', 'io.vertx.ext.web.handler.CorsHandler', 'java.util.Arrays', 'java.util.List', 'java.util.Set'];
  return `${imports.map((name) => `import ${name};`).join('\n')}

public class App {
  private static final List<String> ORIGINS = Arrays.asList("https://app.example.com", "https://admin.example.com");
  private static final Set<HttpMethod> METHODS = Set.of(HttpMethod.PUT);
  private static final String PATTERN = "https://(app|admin)\\\\.example\\\\.com";

  public static Router router(Vertx vertx) {
    Router router = Router.router(vertx);
${inside}    return router;
  }
${outside}}
`;
}

const REQUESTS: readonly HttpRequest[] = [
  ...requestsTo('/data', ['GET', 'PUT', 'OPTIONS']),
  ...['https://app.example.com', 'https://evil.example'].map((origin): HttpRequest => ({ method: 'OPTIONS', path: '/data', headers: [['origin', origin], ['access-control-request-method', 'PURGE'], ['access-control-request-private-network', 'true']] })),
  ...['https://app.example.com/', 'https://app.example.com:443', 'not an origin'].map((origin): HttpRequest => ({ method: 'GET', path: '/data', headers: [['origin', origin]] })),
  { method: 'GET', path: '/data/', headers: [['origin', 'https://app.example.com']] },
];

/** As no browser writes an origin; each character is compared with the written one and with its capital. */
const CAPITALS: HttpRequest = { method: 'GET', path: '/data', headers: [['origin', 'HTTPS://APP.example.com']] };

/** What the router behind says: no such path, no such method. */
function scenario(status: number, request: HttpRequest, source: string): Scenario {
  return status === 404 || (status === 405 && request.method !== 'OPTIONS') || (status === 204 && request.method !== 'OPTIONS' && source.includes('setStatusCode(204)')) ? { status } : {};
}

function programs(from: Random, count: number, release: number): readonly JavaCase[] {
  return Array.from({ length: count }, (_unused, index) => {
    const source = program(from, release);
    return { title: `program ${index}`, files: { 'App.java': source }, requests: source.includes('//App.') ? REQUESTS : [...REQUESTS, CAPITALS] };
  });
}

const UNORDERED = ['access-control-allow-methods', 'access-control-allow-headers'];
agreeInJava({ title: 'Vert.x 5', project: 'vertx-5', reader: vertx, seed: random.seed, cases: programs(random, cases, 5), scenario, unordered: UNORDERED });
agreeInJava({ title: 'Vert.x 4', project: 'vertx-4', host: 'vertx-5/Host.java', reader: vertx, seed: random.seed, cases: programs(random, Math.ceil(cases / 3), 4), scenario, unordered: UNORDERED });
