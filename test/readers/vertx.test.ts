import { beforeAll, describe, expect, test } from 'vitest';
import type { Policy } from '../../src/policy/program.js';
import vertx from '../../src/readers/vertx/index.js';
import jvm from '../../src/syntax/jvm/index.js';
import { A, answers, EVIL } from '../support/answers.js';
import { silent } from '../support/hold.js';
import { readJvm } from '../support/jvm.js';
import { holdRecordedInJvm, recorded } from '../support/recorded.js';

beforeAll(() => jvm.load());

/** 10 programs on 5.1.3 and 12 on 4.5.22. */
test('answers like the recorded servers', () => {
  const scenario = (status: number, method: string): object => (method !== 'OPTIONS' && (status === 404 || status === 405) ? { status } : {});
  expect(holdRecordedInJvm(recorded('vertx'), vertx, { silent: silent(405), scenario, unordered: [] })).toEqual({ held: 286, failures: [] });
});

const FILE = 'src/main/java/App.java';
const IMPORTS = ['io.vertx.core.AbstractVerticle', 'io.vertx.core.http.HttpMethod', 'io.vertx.ext.web.Router', 'io.vertx.ext.web.RoutingContext', 'io.vertx.ext.web.handler.CorsHandler', 'java.util.*'].map((name) => `import ${name};\n`).join('');

const policies = (text: string, others: Readonly<Record<string, string>> = {}, file = FILE): readonly Policy[] => readJvm(vertx, { [file]: IMPORTS + text, ...others }, file).policies;

function only(text: string, others: Readonly<Record<string, string>> = {}): Policy {
  const found = policies(text, others);
  expect(found).toHaveLength(1);
  return found[0]!;
}

const verticle = (body: string, members = ''): string => `class App extends AbstractVerticle {\n  public void start() {\n    Router router = Router.router(vertx);\n    ${body}\n    vertx.createHttpServer().requestHandler(router).listen(8888);\n  }\n${members}}\n`;
const origin = (policy: Policy, from: Readonly<Record<string, string>>, path = '/'): unknown => answers(policy, 'GET', path, from).map(([status, headers]) => [status, headers['allow-origin']]);
const gradle = (version: string): Record<string, string> => ({ 'build.gradle': `implementation 'io.vertx:vertx-web:${version}'` });

describe('versions', () => {
  test('Vary of preflights since 4.5.28 and 5.1.0', () => {
    const text = verticle('router.route().handler(CorsHandler.create().allowCredentials(true));');
    const vary = (version: string): unknown => answers(only(text, gradle(version)), 'OPTIONS', '/', { ...A, 'access-control-request-method': 'GET' }).map(([, headers]) => headers['vary']);
    expect([vary('4.5.27'), vary('4.5.28'), vary('5.0.12'), vary('5.1.0')]).toEqual([[undefined], ['Origin'], [undefined], ['Origin']]);
  });

  test('Vary without an origin: always before 4.3, then where several are allowed', () => {
    const vary = (version: string, call: string): unknown => answers(only(verticle(`router.route().handler(CorsHandler.create()${call});`), gradle(version)), 'GET', '/', {}).map(([, headers]) => headers['vary']);
    expect([vary('4.2.0', ''), vary('4.3.0', ''), vary('4.3.0', '.addOrigin("https://a.example")'), vary('4.5.22', '.addOrigin("https://a.example").addOrigin("https://b.example")')]).toEqual([['Origin'], [undefined], [undefined], ['Origin']]);
  });

  test('a text given to create tells that it is 4', () => {
    expect(only(verticle('router.route().handler(CorsHandler.create("*"));')).version).toBe('Vert.x 4.5 (by its calls)');
  });
});

describe('where handlers are', () => {
  test.each([
    ['a set that is filled', 'Set<String> headers = new HashSet<>();\n    headers.add("X-A");\n    headers.add("X-B");\n    router.route().handler(CorsHandler.create().allowedHeaders(headers));', ''],
    ['a method that is given the router', 'cors(router);', '  void cors(Router router) { router.route().handler(CorsHandler.create().allowedHeader("X-A").allowedHeader("X-B")); }\n'],
    ['an array of names', 'for (String name : new String[] {"X-A", "X-B"}) cors.allowedHeader(name);\n    router.route().handler(cors);', '  CorsHandler cors = CorsHandler.create();\n'],
  ])('%s', (_name, body, members) => {
    const policy = only(verticle(body, members));
    expect([policy.listens, answers(policy, 'OPTIONS', '/', { ...A, 'access-control-request-method': 'GET' }).map(([, headers]) => headers['allow-headers'])]).toEqual([[8888], ['X-A,X-B']]);
  });

  test('a handler that another file puts on its routes', () => {
    const policy = only('class Cors {\n  static CorsHandler create(String origin) { return CorsHandler.create().addOrigin(origin); }\n}\n');
    expect([policy.title, origin(policy, EVIL)]).toEqual(['CorsHandler', expect.arrayContaining([[403, undefined], [200, EVIL.origin]])]);
  });

  test('routers inside of routers', () => {
    const policy = only(verticle('Router api = Router.router(vertx);\n    api.route().handler(CorsHandler.create());\n    api.get("/items/:id").handler(ctx -> ctx.end());\n    router.mountSubRouter("/api", api);\n    router.get("/").handler(ctx -> ctx.end());'));
    expect([origin(policy, EVIL, '/api/items/1'), origin(policy, EVIL, '/')]).toEqual([[[200, '*']], [[200, undefined]]]);
    expect(policy.probes.map(({ path, methods }) => [path, methods])).toEqual([['/api/items/x', ['GET']], ['/', ['GET']]]);
  });

  test('Kotlin', () => {
    const text = 'import io.vertx.ext.web.Router\nimport io.vertx.ext.web.handler.CorsHandler\nclass App : CoroutineVerticle() {\n  override suspend fun start() {\n    val router = Router.router(vertx).apply {\n      route().handler(CorsHandler.create().addOrigin("https://app.example.com").allowCredentials(true))\n      get("/x").handler { it.response().end() }\n    }\n  }\n}\n';
    const [policy] = readJvm(vertx, { 'App.kt': text }, 'App.kt').policies;
    expect([origin(policy!, A), origin(policy!, EVIL)]).toEqual([[[200, A.origin]], [[403, undefined]]]);
  });
});

test('a setting that may be missing does not start, and lets nobody in', () => {
  const policy = only(verticle('router.route().handler(CorsHandler.create().addOrigin(System.getenv("ORIGIN")).allowCredentials(true));'));
  expect(answers(policy, 'GET', '/', EVIL).map(([status]) => status)).toEqual(expect.arrayContaining([500, 403, 200]));
});

test.each([
  ['clients', FILE, 'class A { void ask(WebClient client) { client.get("/").putHeader("Access-Control-Allow-Origin", "*").send(); } }\n'],
])('silence: %s', (_name, file, text) => {
  expect(policies(text, {}, file)).toEqual([]);
});
