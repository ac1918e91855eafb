import { expressCorsSource, expressHandWrittenSource } from '../support/express-sources.js';
import { ADMIN, APP } from './option-sets.js';
import type { Random } from './seed.js';
import { keywords } from './starlette-programs.js';

/** An application behind a proxy: GET, POST, PUT and DELETE of `/data` and of `/more`, an exception in `/boom`, and nothing else. */
export interface Application {
  readonly framework: 'express' | 'fastapi' | 'spring';
  readonly title: string;
  /** Its files below its own folder, when it listens on a port. */
  files(port: number): Readonly<Record<string, string>>;
}

export const FRAMEWORKS = ['express', 'fastapi', 'spring'] as const;

/** Does the text say something of CORS? An application without is none of a chain's layers. */
export function isSilent({ title }: Application): boolean {
  return title.endsWith('without CORS');
}

/** @param id a number that no other application of the run has: the package of a Java program */
export function application(random: Random, framework: Application['framework'], id: number): Application {
  if (framework === 'express') return express(random);
  return framework === 'fastapi' ? fastapi(random) : spring(random, `case${id}`);
}

const MANIFEST = `{ "name": "api", "private": true, "dependencies": { "cors": "2.8.6", "express": "5.3.0" } }\n`;

const WIRINGS = ['app.use(cors(o)) before routes', 'app.use(cors(o)) before routes', 'app.use(cors(o)) before routes', 'app.use(cors(o)) before routes', 'route-level cors(o)', 'app.options(x, cors(o)) + route-level', 'app.use(cors(o)) AFTER routes', 'preflightContinue + app.options', 'preflightContinue', 'auth middleware'] as const;

const HAND_WRITTEN = ["res.header('Access-Control-Allow-Origin','*'); ACAH", 'reflect req.headers.origin + credentials', "reflect req.headers.origin || '*'", 'allowlist.includes(origin)', 'allowlist.includes(origin)', "endsWith('example.com')"] as const;

function express(random: Random): Application {
  const [title, source] = expressSource(random);
  return { framework: 'express', title: `Express ${title}`, files: (port) => ({ 'package.json': MANIFEST, 'server.js': withMore(source).replace('listen(3000)', `listen(${port})`) }) };
}

/** What is said of `/data` is said of `/more` too. */
function withMore(source: string): string {
  return source.replace(/^app\.\w+\('\/data'.*\n/gm, (line) => line + line.replace('/data', '/more'));
}

function expressSource(random: Random): readonly [title: string, source: string] {
  const row = (options: unknown, wiring = ''): Parameters<typeof expressCorsSource>[0] => ({ framework: 'express', version: 'express 5', options, wiring, request: null, response: { status: 0, headers: [] } });
  if (random.chance(0.12)) return ['without CORS', expressCorsSource(row({}, WIRINGS[0])).replace(/^.*\b(?:cors|const o)\b.*\n/gm, '')];
  if (random.chance(0.25)) {
    const handler = random.pick(HAND_WRITTEN);
    return [handler, expressHandWrittenSource(row({ handler }))];
  }
  const origin = random.pick<() => unknown>([
    () => undefined,
    () => true,
    () => '*',
    () => APP,
    () => APP,
    () => [APP, ADMIN],
    () => [APP, { $regex: '^https://[a-z]+\\.example\\.com$' }],
    () => ({ $regex: '\\.example\\.com$' }),
    () => ({ $fn: '(origin, callback) => callback(null, allow.includes(origin))' }),
    () => ({ $fn: "(origin, callback) => { if (!origin || allow.indexOf(origin) !== -1) { callback(null, true); } else { callback(new Error('no')); } }" }),
    () => false,
  ])();
  const wiring = random.pick(WIRINGS);
  const set = (key: string, probability: number, value: unknown): Readonly<Record<string, unknown>> => (random.chance(probability) ? { [key]: value } : {});
  const options = {
    ...(origin === undefined ? {} : { origin }),
    ...set('credentials', 0.5, true),
    ...set('methods', 0.3, ['GET', 'PUT']),
    ...set('allowedHeaders', 0.3, ['Content-Type', 'X-Custom']),
    ...set('exposedHeaders', 0.2, ['X-Total']),
    ...set('maxAge', 0.2, 600),
    ...set('optionsSuccessStatus', 0.2, 200),
    ...(wiring.startsWith('preflightContinue') ? { preflightContinue: true } : {}),
  };
  const source = expressCorsSource(row(options, wiring === 'preflightContinue' ? WIRINGS[0] : wiring));
  // Whoever is known goes on; it asks in front of CORS, or behind it.
  const asked = source.replace("app.use((req, res, next) => res.status(401).send('no'));", "app.use((req, res, next) => (req.headers.authorization ? next() : res.status(401).send('no')));");
  return [`${wiring} ${JSON.stringify(options)}`, asked];
}

function fastapi(random: Random): Application {
  const [title, lines] = fastapiLines(random);
  const source = (port: number): string => `import re

from fastapi import FastAPI, Request, Response
from fastapi.middleware.cors import CORSMiddleware

ORIGINS = ["https://app.example.com", "https://admin.example.com"]
METHODS = ["GET", "PUT", "POST"]

app = FastAPI()


@app.get("/data")
@app.get("/more")
def read_data():
    return {"ok": True}


@app.post("/data")
@app.put("/data")
@app.delete("/data")
@app.post("/more")
@app.put("/more")
@app.delete("/more")
def change_data():
    return {"ok": True}


@app.get("/boom")
def boom():
    raise RuntimeError("boom")


${lines.join('\n')}

if __name__ == "__main__":
    import uvicorn

    uvicorn.run(app, host="127.0.0.1", port=${port})
`;
  return { framework: 'fastapi', title: `FastAPI ${title}`, files: (port) => ({ 'requirements.txt': 'fastapi==0.165.0\nstarlette==1.10.0\nuvicorn==0.54.0\n', 'main.py': source(port) }) };
}

function fastapiLines(random: Random): readonly [title: string, lines: readonly string[]] {
  if (random.chance(0.12)) return ['without CORS', []];
  if (random.chance(0.25)) {
    const check = random.pick(['origin in ORIGINS', 'origin is not None', 'origin and origin.endswith(".example.com")', 'origin and re.fullmatch(r"https://(app|admin)\\.example\\.com", origin)']);
    const own = random.chance(0.6) ? ['    if request.method == "OPTIONS":', '        response = Response(status_code=204)', '    else:', '        response = await call_next(request)'] : ['    response = await call_next(request)'];
    const granted = ['        response.headers["Access-Control-Allow-Origin"] = origin', ...(random.chance(0.6) ? ['        response.headers["Access-Control-Allow-Credentials"] = "true"'] : []), '        response.headers["Access-Control-Allow-Methods"] = "GET, PUT"', '        response.headers["Access-Control-Allow-Headers"] = "Content-Type, X-Custom"', ...(random.chance(0.6) ? ['        response.headers["Vary"] = "Origin"'] : [])];
    return [`middleware ${check}`, ['@app.middleware("http")', 'async def add_cors(request: Request, call_next):', ...own, '    origin = request.headers.get("origin")', `    if ${check}:`, ...granted, '    return response']];
  }
  const written = keywords(random, 0.03);
  return [`CORSMiddleware(${written.join(', ')})`, [`app.add_middleware(${['CORSMiddleware', ...written].join(', ')})`]];
}

function spring(random: Random, name: string): Application {
  const { title, members, annotation, more } = springParts(random);
  const source = `package ${name};

import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.*;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.UrlBasedCorsConfigurationSource;
import org.springframework.web.filter.CorsFilter;
import org.springframework.web.servlet.config.annotation.CorsRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

@SpringBootApplication
public class App {
  public static void main(String[] args) {
    SpringApplication.run(App.class, args);
  }
${members}}
${more}
${annotation}@RestController
class DataController {
  @GetMapping({"/data", "/more"})
  public String read() {
    return "ok";
  }

  @RequestMapping(path = {"/data", "/more"}, method = {RequestMethod.POST, RequestMethod.PUT, RequestMethod.DELETE})
  public String change() {
    return "ok";
  }

  @GetMapping("/boom")
  public String boom() {
    throw new IllegalStateException("boom");
  }
}
`;
  const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <parent>
    <groupId>org.springframework.boot</groupId>
    <artifactId>spring-boot-starter-parent</artifactId>
    <version>3.5.7</version>
  </parent>
  <groupId>shop</groupId>
  <artifactId>api</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.springframework.boot</groupId>
      <artifactId>spring-boot-starter-web</artifactId>
    </dependency>
  </dependencies>
</project>
`;
  return { framework: 'spring', title: `Spring ${title}`, files: (port) => ({ 'pom.xml': pom, [`src/main/java/${name}/App.java`]: source, 'src/main/resources/application.properties': `server.port=${port}\n` }) };
}

interface SpringParts {
  readonly title: string;
  /** Of the application's class. */
  readonly members: string;
  /** Of the controller. */
  readonly annotation: string;
  readonly more: string;
}

function springParts(random: Random): SpringParts {
  const nothing: SpringParts = { title: 'without CORS', members: '', annotation: '', more: '' };
  if (random.chance(0.12)) return nothing;
  const credentials = random.chance(0.5);
  const patterns = random.chance(credentials ? 0.4 : 0.2);
  const origins = patterns ? random.pick(['"*"', '"https://*.example.com"', '"https://app.example.com:[*]", "https://app.example.com"']) : credentials ? random.pick([`"${APP}"`, `"${APP}", "${ADMIN}"`]) : random.pick(['"*"', `"${APP}"`, `"${APP}", "${ADMIN}"`]);
  const methods = random.pick([undefined, '"GET", "PUT"', '"*"', '"GET", "POST", "PUT", "DELETE"']);
  const headers = random.pick([undefined, '"*"', '"Content-Type", "X-Custom"']);
  const exposed = random.pick([undefined, undefined, '"X-Total"']);
  const maxAge = random.pick([undefined, undefined, 600]);
  const settings = `${patterns ? 'patterns' : 'origins'} ${origins}${credentials ? ' credentials' : ''}${methods === undefined ? '' : ` methods ${methods}`}${headers === undefined ? '' : ` headers ${headers}`}`;
  const call = (name: string, value: string | number | undefined): readonly string[] => (value === undefined ? [] : [`.${name}(${value})`]);
  const chain = [...call(patterns ? 'allowedOriginPatterns' : 'allowedOrigins', origins), ...call('allowedMethods', methods), ...call('allowedHeaders', headers), ...call('exposedHeaders', exposed), ...call('allowCredentials', credentials ? 'true' : undefined), ...call('maxAge', maxAge)];
  const list = (name: string, value: string | undefined): readonly string[] => (value === undefined ? [] : [`    config.${name}(List.of(${value}));`]);
  const beanLines = ['    CorsConfiguration config = new CorsConfiguration();', ...list(patterns ? 'setAllowedOriginPatterns' : 'setAllowedOrigins', origins), ...list('setAllowedMethods', methods), ...list('setAllowedHeaders', headers), ...list('setExposedHeaders', exposed), ...(credentials ? ['    config.setAllowCredentials(true);'] : []), ...(maxAge === undefined ? [] : [`    config.setMaxAge(${maxAge}L);`])];
  const item = (name: string, value: string | undefined): readonly string[] => (value === undefined ? [] : [`${name} = {${value}}`]);
  const requestMethods = methods === undefined || methods === '"*"' ? undefined : methods.replaceAll(/"(\w+)"/g, 'RequestMethod.$1');
  const annotation = `@CrossOrigin(${[...item(patterns ? 'originPatterns' : 'origins', origins), ...item('methods', requestMethods), ...item('allowedHeaders', headers), ...item('exposedHeaders', exposed), ...(credentials ? ['allowCredentials = "true"'] : []), ...(maxAge === undefined ? [] : [`maxAge = ${maxAge}`])].join(', ')})\n`;
  return random.pick<SpringParts>([
    { ...nothing, title: `CorsRegistry ${settings}`, more: `\n@Configuration\nclass WebConfig implements WebMvcConfigurer {\n  @Override\n  public void addCorsMappings(CorsRegistry registry) {\n    registry.addMapping("/**")${chain.join('')};\n  }\n}\n` },
    { ...nothing, title: `CorsFilter ${settings}`, members: `\n  @Bean\n  public CorsFilter corsFilter() {\n${beanLines.join('\n')}\n    UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();\n    source.registerCorsConfiguration("/**", config);\n    return new CorsFilter(source);\n  }\n` },
    { ...nothing, title: `@CrossOrigin ${settings}`, annotation },
  ]);
}
