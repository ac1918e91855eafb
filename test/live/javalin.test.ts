import type { HttpRequest, Scenario } from '../../src/policy/evaluate.js';
import javalin from '../../src/readers/javalin/index.js';
import { agreeInJava, type JavaCase } from './java-programs.js';
import { requestsTo } from './prediction.js';
import { sample, type Random } from './seed.js';

const { random, cases } = sample('javalin', 30);

const HOSTS = ['rule.anyHost();', 'rule.allowHost("app.example.com");', 'rule.allowHost("https://app.example.com", "admin.example.com");', 'rule.allowHost("https://app.example.com/");', 'rule.allowHost("HTTPS://App.example.com");', 'rule.allowHost("*.example.com");', 'rule.allowHost("https://*.example.com:8443");', 'rule.allowHost("app.example.com:443");', 'rule.reflectClientOrigin = true;', 'rule.reflectClientOrigin = true;', 'rule.allowHost("null");', 'rule.allowHost("*");', 'rule.allowHost("app.*.com");', 'rule.allowHost("https://app.example.com/path");', 'rule.defaultScheme = "http";\n          rule.allowHost("app.example.com");', 'for (String origin : ORIGINS) rule.allowHost(origin);', 'ORIGINS.forEach(rule::allowHost);'] as const;
const OTHERS = ['rule.allowCredentials = true;', 'rule.allowCredentials = false;', 'rule.exposeHeader("X-Total");', 'rule.exposeHeader("ETag");', 'rule.maxAge = 600;', 'rule.maxAge = 0;', 'rule.path = "/data";', 'rule.path = "/d*";', 'rule.path = "/other/*";'] as const;

function rule(from: Random): string {
  const lines = [...from.times(from.chance(0.05) ? 0 : 1, from.chance(0.2) ? 2 : 1, () => from.pick(HOSTS)), ...from.times(0, 2, () => from.pick(OTHERS))];
  return `cors.addRule(rule -> {\n          ${lines.join('\n          ')}\n        });`;
}

const BODIES = [
  'ctx.header("Access-Control-Allow-Origin", "*");',
  'ctx.header(Header.ACCESS_CONTROL_ALLOW_ORIGIN, "https://app.example.com").header("Vary", "Origin");',
  'String origin = ctx.header("Origin");\n      if (origin != null) {\n        ctx.header("Access-Control-Allow-Origin", origin);\n        ctx.header("Access-Control-Allow-Credentials", "true");\n      }',
  'String origin = ctx.header(Header.ORIGIN);\n      if (ORIGINS.contains(origin)) ctx.header(Header.ACCESS_CONTROL_ALLOW_ORIGIN, origin);',
  'String origin = ctx.req().getHeader("Origin");\n      if (origin != null && origin.endsWith(".example.com")) ctx.res().setHeader("Access-Control-Allow-Origin", origin);',
  'ctx.res().addHeader("Access-Control-Allow-Origin", ORIGINS.get(0));',
] as const;
const OPTIONS = '    app.options("/data", ctx -> {\n      ctx.header("Access-Control-Allow-Methods", "GET, PUT");\n      ctx.header("Access-Control-Allow-Headers", "content-type, x-custom");\n      ctx.status(HttpStatus.NO_CONTENT);\n    });\n';
const ENDPOINTS = '    app.get("/data", ctx -> ctx.result("ok"));\n    app.put("/data", ctx -> ctx.status(204));\n';

function program(from: Random): string {
  const body = from.pick(BODIES);
  const inside = from.pick<() => string>([
    () => `    Javalin app = Javalin.create(config -> {\n      config.bundledPlugins.enableCors(cors -> {\n        ${rule(from)}\n        ${from.chance(0.2) ? rule(from) : ''}\n      });\n    });\n${ENDPOINTS}`,
    () => `    Javalin app = Javalin.create(config -> {\n      config.bundledPlugins.enableCors(cors -> {\n        ${rule(from)}\n      });\n    });\n${ENDPOINTS}`,
    () => `    Javalin app = Javalin.create(App::configure);\n${ENDPOINTS}`,
    () => `    Javalin app = Javalin.create(config -> config.bundledPlugins.enableCors(cors -> ${rule(from).slice(0, -1)}));\n    app.get("/data", ctx -> ctx.status(201).result("ok"));\n${OPTIONS}`,
    () => `    Javalin app = Javalin.create();\n    app.before(ctx -> {\n      ${body}\n    });\n${ENDPOINTS}${from.chance(0.6) ? OPTIONS : ''}`,
    () => `    Javalin app = Javalin.create();\n    app.${from.pick(['before("/data", App::allow)', 'after("/d*", App::allow)', 'before("/other/*", App::allow)'])};\n${ENDPOINTS}${from.chance(0.6) ? OPTIONS : ''}`,
    () => `    Javalin app = Javalin.create();\n    app.get("/data", ctx -> {\n      ${body}\n      ctx.result("ok");\n    });\n${OPTIONS}`,
  ])();
  const imports = ['io.javalin.Javalin', 'io.javalin.config.JavalinConfig', 'io.javalin.http.Context', 'io.javalin.http.Header', 'io.javalin.http.HttpStatus', 'java.util.Arrays', 'java.util.List'];
  return `${imports.map((name) => `import ${name};`).join('\n')}

public class App {
  private static final List<String> ORIGINS = Arrays.asList("https://app.example.com", "https://admin.example.com");

  public static Javalin app() {
${inside}    return app;
  }
${inside.includes('App::configure') ? `\n  static void configure(JavalinConfig config) {\n      config.bundledPlugins.enableCors(cors -> {\n        ${rule(from)}\n      });\n  }\n` : ''}${inside.includes('App::allow') ? `\n  static void allow(Context ctx) {\n      ${body}\n  }\n` : ''}}
`;
}

/** As no browser writes an origin; what a star stands for is not said of it. */
const PORT: HttpRequest = { method: 'GET', path: '/data', headers: [['origin', 'https://app.example.com:443']] };

const REQUESTS: readonly HttpRequest[] = [
  ...requestsTo('/data', ['GET', 'PUT', 'OPTIONS']),
  ...['https://app.example.com/', 'https://a.b.example.com', 'not an origin'].map((origin): HttpRequest => ({ method: 'GET', path: '/data', headers: [['origin', origin]] })),
  { method: 'GET', path: '/data/', headers: [['origin', 'https://app.example.com']] },
];

/** What the router behind says: no such path, no such method. */
function scenario(status: number, request: HttpRequest): Scenario {
  return (status === 404 || status === 405) && request.method !== 'OPTIONS' ? { status } : {};
}

const programs: readonly JavaCase[] = Array.from({ length: cases }, (_unused, index) => {
  const source = program(random);
  return { title: `program ${index}`, files: { 'App.java': source }, requests: source.includes('*.example.com') ? REQUESTS : [...REQUESTS, PORT] };
});

agreeInJava({ title: 'Javalin 6', project: 'javalin-6', reader: javalin, seed: random.seed, cases: programs, scenario });
