import { beforeAll, describe, expect, test } from 'vitest';
import type { Policy } from '../../src/policy/program.js';
import ktor from '../../src/readers/ktor/index.js';
import jvm from '../../src/syntax/jvm/index.js';
import { A, answers, EVIL } from '../support/answers.js';
import { silent } from '../support/hold.js';
import { readJvm } from '../support/jvm.js';
import { holdRecordedInJvm, recorded } from '../support/recorded.js';

beforeAll(() => jvm.load());

/** 11 programs on 3.5.1 and on 2.3.13. */
test('answers like the recorded servers', () => {
  const scenario = (status: number, method: string): object => (method !== 'OPTIONS' && (status === 404 || status === 405) ? { status } : {});
  expect(holdRecordedInJvm(recorded('ktor'), ktor, { silent: silent(405), scenario, unordered: ['access-control-allow-headers'] })).toEqual({ held: 286, failures: [] });
});

const FILE = 'src/main/kotlin/App.kt';
const HEAD = 'import io.ktor.http.*\nimport io.ktor.server.application.*\nimport io.ktor.server.engine.*\nimport io.ktor.server.plugins.cors.routing.*\nimport io.ktor.server.response.*\nimport io.ktor.server.routing.*\n\n';

const policies = (text: string, others: Readonly<Record<string, string>> = {}, file = FILE): readonly Policy[] => readJvm(ktor, { [file]: HEAD + text, ...others }, file).policies;

function only(text: string, others: Readonly<Record<string, string>> = {}): Policy {
  const found = policies(text, others);
  expect(found).toHaveLength(1);
  return found[0]!;
}

const installed = (block: string): string => `fun Application.module() {\n  install(CORS) {\n    ${block}\n  }\n}\n`;
const origin = (policy: Policy, from: Readonly<Record<string, string>>): unknown => answers(policy, 'GET', '/', from).map(([status, headers]) => [status, headers['allow-origin']]);
const gradle = (version: string): Record<string, string> => ({ 'build.gradle.kts': `implementation("io.ktor:ktor-server-core:${version}")` });

describe('versions', () => {
  test('a host without schemes is one of http before 2.3.8, and of https, too, since', () => {
    const text = installed('allowHost("app.example.com")');
    expect([origin(only(text, gradle('2.3.7')), A), origin(only(text, gradle('2.3.8')), A)]).toEqual([[[403, undefined]], [[200, A.origin]]]);
  });

  test('a slash behind a host matches since 3.0', () => {
    const text = installed('allowHost("app.example.com/", listOf("https"))');
    expect([origin(only(text, gradle('2.3.13')), A), origin(only(text, gradle('3.0.0')), A)]).toEqual([[[403, undefined]], [[200, A.origin]]]);
  });

  test('Allow-Methods lists simple methods, too, since 3.5.1', () => {
    const asked = { ...A, 'access-control-request-method': 'PUT' };
    const methods = (version: string): unknown => answers(only(installed('anyHost()\nallowMethod(HttpMethod.Put)'), gradle(version)), 'OPTIONS', '/', asked).map(([, headers]) => headers['allow-methods']);
    expect([methods('3.5.0'), methods('3.5.1')]).toEqual([['PUT'], ['GET, HEAD, POST, PUT']]);
  });

  test('names and imports of 1.x', () => {
    const text = 'import io.ktor.features.*\nimport io.ktor.application.*\nfun Application.module() {\n  install(CORS) {\n    method(HttpMethod.Put)\n    header("X-Custom")\n    host("app.example.com", schemes = listOf("http", "https"))\n    allowCredentials = true\n  }\n}\n';
    const [policy] = readJvm(ktor, { [FILE]: text }, FILE).policies;
    expect([policy!.version, origin(policy!, A), origin(policy!, EVIL)]).toEqual(['Ktor 1.6 (by its imports)', [[200, A.origin]], [[403, undefined]]]);
  });

  test.each([
    ['gradle.properties', 'ktor_version=2.3.4\n'],
    ['gradle/libs.versions.toml', '[versions]\nktor = "2.3.4"\n'],
    ['pom.xml', '<properties><ktor.version>2.3.4</ktor.version></properties>'],
  ])('the version of %s', (name, text) => {
    expect(only(installed('anyHost()'), { [name]: text }).version).toBe(`Ktor 2.3.4 (${name})`);
  });
});

describe('where applications are', () => {
  test.each([
    ['a module that a server is given', 'fun main() { embeddedServer(Netty, port = 8081, module = Application::module).start(wait = true) }\nfun Application.module() { cors() }\nfun Application.cors() { install(CORS) { anyHost() } }\n', [8081]],
    ['a block', 'fun main() {\n  embeddedServer(Netty, 8082) {\n    install(CORS) { anyHost() }\n  }.start(true)\n}\n', [8082]],
    ['a function of a class', 'class Server(private val hosts: List<String>) {\n  fun Application.configure() {\n    install(CORS) { anyHost() }\n  }\n}\n', []],
    ['a function that another file calls', 'fun Application.configureHTTP() {\n  install(CORS, CORSConfig::open)\n}\nfun CORSConfig.open() { anyHost() }\n', []],
    ['a property that configures', 'private val cors: CORSConfig.() -> Unit = { anyHost() }\nfun Application.module() { install(CORS, cors) }\n', []],
  ])('%s', (_name, text, ports) => {
    const policy = only(text);
    expect([policy.listens, origin(policy, EVIL)]).toEqual([ports, [[200, '*']]]);
  });

  test('two applications are two policies', () => {
    expect(policies('fun main() {\n  embeddedServer(Netty, 1) { install(CORS) { anyHost() } }\n  embeddedServer(Netty, 2) { install(CORS) { allowHost("a.example") } }\n}\n').map(({ listens }) => listens)).toEqual([[1], [2]]);
  });

  test('routes are the places to ask about; parameters and blocks around them', () => {
    const policy = only(`${installed('anyHost()')}fun Application.other() {}\n`.replace('anyHost()\n  }\n', 'anyHost()\n  }\n  routing {\n    route("/api") {\n      authenticate("x") {\n        get("/users/{id}") { call.respond(1) }\n        post("users") { call.receive<User>() }\n      }\n    }\n  }\n'));
    expect(policy.probes.map(({ path, methods, requestHeaders }) => [path, methods, requestHeaders])).toEqual([['/api/users/x', ['GET'], []], ['/api/users', ['POST'], ['content-type']]]);
  });
});

describe('values that are not in the file', () => {
  test('a host of the environment', () => {
    const policy = only(installed('System.getenv("HOSTS").split(",").forEach { allowHost(it, schemes = listOf("https")) }\nallowCredentials = true'));
    expect(origin(policy, EVIL)).toEqual(expect.arrayContaining([[403, undefined], [200, EVIL.origin]]));
  });

  test('development mode is no production', () => {
    const policy = only('fun Application.module() {\n  install(CORS) {\n    if (developmentMode) anyHost() else allowHost("app.example.com", listOf("https"))\n  }\n}\n');
    expect(policy.steps.flatMap(({ when }) => JSON.stringify(when)).join()).toContain('"environment":"development"');
  });

  test('keys of the configuration', () => {
    const policy = only('fun Application.module() {\n  val host = environment.config.propertyOrNull("cors.host")?.getString() ?: "app.example.com"\n  install(CORS) { allowHost(host, listOf("https")) }\n}\n');
    expect(JSON.stringify(policy.steps)).toContain('cors.host');
  });
});

test.each([
  ['a host with a scheme', 'allowHost("https://app.example.com")'],
  ['a star within a host', 'allowHost("app.*.com")'],
  ['two stars', 'allowHost("*.example.com", subDomains = listOf("*"))'],
  ['a negative age', 'anyHost()\nmaxAgeInSeconds = -1'],
])('%s does not start', (_name, block) => {
  expect(answers(only(installed(block)), 'GET', '/', A).map(([status]) => status)).toEqual([500]);
});

describe('silence', () => {
  test.each([
    ['an application that tests make', FILE, 'fun check() = testApplication { application { install(CORS) { anyHost() } } }\n'],
    ['clients', FILE, 'suspend fun ask(client: HttpClient) = client.get("https://a.example") { header("Access-Control-Allow-Origin", "*"); headers { append("Access-Control-Allow-Origin", "*") } }\n'],
    ['other plugins', FILE, 'fun Application.module() { install(ContentNegotiation) { json() } } // no CORS\n'],
  ])('%s', (_name, file, text) => {
    expect(policies(text, {}, file)).toEqual([]);
  });
});
