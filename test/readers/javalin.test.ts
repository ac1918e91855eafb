import { beforeAll, describe, expect, test } from 'vitest';
import type { Policy } from '../../src/policy/program.js';
import javalin from '../../src/readers/javalin/index.js';
import jvm from '../../src/syntax/jvm/index.js';
import { A, answers, EVIL } from '../support/answers.js';
import { silent } from '../support/hold.js';
import { readJvm } from '../support/jvm.js';
import { holdRecordedInJvm, recorded } from '../support/recorded.js';

beforeAll(() => jvm.load());

/** 10 programs on 6.7.0. */
test('answers like the recorded servers', () => {
  const scenario = (status: number, method: string): object => (method !== 'OPTIONS' && (status === 404 || status === 405) ? { status } : {});
  expect(holdRecordedInJvm(recorded('javalin'), javalin, { silent: silent(404), scenario, unordered: [] })).toEqual({ held: 130, failures: [] });
});

const FILE = 'src/main/java/App.java';
const policies = (text: string, file = FILE): readonly Policy[] => readJvm(javalin, { [file]: text }, file).policies;

function only(text: string, file = FILE): Policy {
  const found = policies(text, file);
  expect(found).toHaveLength(1);
  return found[0]!;
}

const origin = (policy: Policy, from: Readonly<Record<string, string>>): unknown => answers(policy, 'GET', '/', from).map(([status, headers]) => [status, headers['allow-origin'], headers['allow-credentials']]);
const main = (config: string): string => `import io.javalin.Javalin;\nclass App {\n  public static void main(String[] args) {\n    Javalin.create(config -> {\n      ${config}\n    }).start(7000);\n  }\n}\n`;

describe('ways to write it', () => {
  test('Javalin 4 sends every origin back with credentials', () => {
    expect(origin(only(main('config.enableCorsForAllOrigins();')), EVIL)).toEqual([[200, EVIL.origin, 'true']]);
  });

  test('Javalin 4 with origins', () => {
    const policy = only(main('config.enableCorsForOrigin("https://app.example.com/", "https://b.example");'));
    expect([origin(policy, A), origin(policy, EVIL)]).toEqual([[[200, A.origin, 'true']], [[200, undefined, undefined]]]);
  });

  test.each([
    ['Javalin 5', main('config.plugins.enableCors(cors -> { cors.add(it -> { it.allowHost("app.example.com"); it.allowCredentials = true; }); });')],
    ['a plugin that is registered', main('config.registerPlugin(new CorsPlugin(cors -> cors.addRule(it -> { it.allowHost("https://app.example.com"); it.allowCredentials = true; })));').replace('import io.javalin.Javalin;', 'import io.javalin.Javalin;\nimport io.javalin.plugin.bundled.CorsPlugin;')],
    ['a configuration in a method', 'import io.javalin.config.JavalinConfig;\nclass Cors {\n  static void configure(JavalinConfig config) {\n    config.bundledPlugins.enableCors(cors -> cors.addRule(it -> { it.allowHost("app.example.com"); it.allowCredentials = true; }));\n  }\n}\n'],
  ])('%s', (_name, text) => {
    const policy = only(text);
    expect([origin(policy, A), origin(policy, EVIL)]).toEqual([[[200, A.origin, 'true']], [[400, undefined, undefined]]]);
  });

  test('Kotlin', () => {
    const policy = only('import io.javalin.Javalin\nfun main() {\n  val app = Javalin.create { config ->\n    config.bundledPlugins.enableCors { cors ->\n      cors.addRule { rule -> rule.anyHost() }\n    }\n  }.start(7070)\n  app.get("/users/{id}") { ctx -> ctx.result("x") }\n}\n', 'src/main/kotlin/App.kt');
    expect([policy.listens, policy.probes.map(({ path }) => path), origin(policy, EVIL)]).toEqual([[7070], ['/users/x'], [[200, '*', undefined]]]);
  });
});

test('what is written by hand before others', () => {
  const policy = only('import io.javalin.Javalin;\nclass App {\n  static void start() {\n    var app = Javalin.create();\n    app.before("/api/*", ctx -> ctx.header("Access-Control-Allow-Origin", "*"));\n    app.options("/api/x", ctx -> ctx.status(204));\n    app.get("/api/x", ctx -> ctx.result(""));\n  }\n}\n');
  expect([answers(policy, 'GET', '/api/x', EVIL).map(([, headers]) => headers['allow-origin']), answers(policy, 'OPTIONS', '/api/x', EVIL).map(([status]) => status), answers(policy, 'GET', '/x', EVIL).map(([, headers]) => headers['allow-origin'])]).toEqual([['*'], [204], [undefined]]);
});

test.each([
  ['an application without CORS', FILE, main('config.showJavalinBanner = false; // no CORS')],
])('silence: %s', (_name, file, text) => {
  expect(policies(text, file)).toEqual([]);
});
