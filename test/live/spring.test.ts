import type { HttpRequest, Scenario } from '../../src/policy/evaluate.js';
import spring from '../../src/readers/spring/index.js';
import { agreeInJava, type JavaCase } from './java-programs.js';
import { requestsTo } from './prediction.js';
import { sample, type Random } from './seed.js';

const { random, cases } = sample('spring', 40);

const ORIGINS = ['https://app.example.com', 'https://admin.example.com', 'https://app.example.com/', 'null', 'http://app.example.com', '*'] as const;
const PATTERNS = ['https://*.example.com', 'https://app.example.com:[*]', 'https://*.example.com:[8080,8443]', '*', 'https://app.example.com', 'null', 'http*://app.example.com'] as const;
const METHODS = ['GET', 'POST', 'PUT', '*'] as const;
const HEADERS = ['*', 'Content-Type', 'X-Custom', 'content-type'] as const;

/** The settings of one CorsConfiguration, whatever it is spelled in. */
interface Settings {
  readonly origins?: readonly string[];
  readonly patterns?: readonly string[];
  readonly methods?: readonly string[];
  readonly headers?: readonly string[];
  readonly exposed?: readonly string[];
  readonly credentials?: boolean;
  readonly maxAge?: number;
}

function settings(from: Random): Settings {
  const some = <Key extends keyof Settings>(key: Key, probability: number, value: () => Settings[Key]): Partial<Settings> => (from.chance(probability) ? { [key]: value() } : {});
  return {
    ...some('origins', 0.6, () => from.times(1, 2, () => from.pick(ORIGINS))),
    ...some('patterns', 0.4, () => from.times(1, 2, () => from.pick(PATTERNS))),
    ...some('methods', 0.5, () => from.times(1, 2, () => from.pick(METHODS))),
    ...some('headers', 0.5, () => from.times(1, 2, () => from.pick(HEADERS))),
    ...some('exposed', 0.3, () => from.times(1, 2, () => from.pick(['X-Total', 'ETag']))),
    ...some('credentials', 0.5, () => from.chance(0.8)),
    ...some('maxAge', 0.3, () => from.pick([0, 600])),
  };
}

const texts = (items: readonly string[]): string => items.map((item) => JSON.stringify(item)).join(', ');

/** Handlers of one path: all of its methods in one, in two, or without PUT, which preflights ask for. */
const CONTROLLERS: readonly [readonly string[], ...(readonly string[])[]] = [
  ['@RequestMapping(path = "/data", method = {RequestMethod.GET, RequestMethod.POST, RequestMethod.PUT})'],
  ['@GetMapping({"/data", "/more"})', '@PutMapping("/data")'],
  ['@GetMapping("/data")', '@PostMapping("/data")'],
  ['@RequestMapping("/data")'],
];

/** A controller; `onClass` and `onMethod` (of its last handler) are annotations. */
function controller(routes: readonly string[], onClass = '', onMethod = ''): string {
  const methods = routes.map((route, index) => `  ${index === routes.length - 1 ? onMethod : ''}${route}\n  String data${index}() { return "ok"; }\n`);
  return `@RestController\n${onClass}class Data {\n${methods.join('\n')}}\n`;
}

/** `CorsRegistry`: mappings of the MVC configuration. */
function registry(mappings: readonly { readonly given: Settings; readonly path: string }[]): string {
  const lines = mappings.map(({ given, path }) => {
    const calls = [
      ...(given.origins === undefined ? [] : [`.allowedOrigins(${texts(given.origins)})`]),
      ...(given.patterns === undefined ? [] : [`.allowedOriginPatterns(${texts(given.patterns)})`]),
      ...(given.methods === undefined ? [] : [`.allowedMethods(${texts(given.methods)})`]),
      ...(given.headers === undefined ? [] : [`.allowedHeaders(${texts(given.headers)})`]),
      ...(given.exposed === undefined ? [] : [`.exposedHeaders(${texts(given.exposed)})`]),
      ...(given.credentials === undefined ? [] : [`.allowCredentials(${given.credentials})`]),
      ...(given.maxAge === undefined ? [] : [`.maxAge(${given.maxAge})`]),
    ];
    return `    registry.addMapping("${path}")${calls.join('')};\n`;
  });
  return `@Configuration
@EnableWebMvc
class App implements WebMvcConfigurer {
  @Override
  public void addCorsMappings(CorsRegistry registry) {
${lines.join('')}  }
}
`;
}

/** A `CorsFilter` bean. */
function filter(given: Settings, path: string): string {
  const calls = [
    ...(given.origins === undefined ? [] : [`config.setAllowedOrigins(List.of(${texts([...new Set(given.origins)])}));`]),
    ...(given.patterns ?? []).map((pattern) => `config.addAllowedOriginPattern(${JSON.stringify(pattern)});`),
    ...(given.methods === undefined ? [] : [`config.setAllowedMethods(Arrays.asList(${texts(given.methods)}));`]),
    ...(given.headers === undefined ? [] : [`config.setAllowedHeaders(List.of(${texts([...new Set(given.headers)])}));`]),
    ...(given.exposed === undefined ? [] : [`config.setExposedHeaders(List.of(${texts([...new Set(given.exposed)])}));`]),
    ...(given.credentials === undefined ? [] : [`config.setAllowCredentials(${given.credentials});`]),
    ...(given.maxAge === undefined ? [] : [`config.setMaxAge(${given.maxAge}L);`]),
  ];
  return `@Configuration
@EnableWebMvc
class App {
  @Bean
  CorsFilter corsFilter() {
    CorsConfiguration config = new CorsConfiguration();
    ${calls.join('\n    ')}
    UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();
    source.registerCorsConfiguration("${path}", config);
    return new CorsFilter(source);
  }
}
`;
}

const PLAIN = `@Configuration
@EnableWebMvc
class App {
}
`;

/** `@CrossOrigin`, as it may start: \`*\` with credentials, its own or of the annotation that it is united with, does not. */
function annotation(given: Settings, beside: Settings = {}): string {
  const list = (items: readonly string[]): string => `{${texts(items)}}`;
  const { origins = [], patterns = [] } = given;
  const open = origins.includes('*') || origins.length + patterns.length === 0 || (beside.origins ?? []).includes('*');
  const credentials = given.credentials === true && open ? undefined : given.credentials;
  const methods = (given.methods ?? []).filter((method) => method !== '*');
  const attributes = [
    ...(given.origins === undefined ? [] : [`origins = ${list(given.origins)}`]),
    ...(given.patterns === undefined ? [] : [`originPatterns = ${list(given.patterns)}`]),
    ...(methods.length === 0 ? [] : [`methods = {${methods.map((method) => `RequestMethod.${method}`).join(', ')}}`]),
    ...(given.headers === undefined ? [] : [`allowedHeaders = ${list(given.headers)}`]),
    ...(given.exposed === undefined ? [] : [`exposedHeaders = ${list(given.exposed)}`]),
    ...(credentials === undefined ? [] : [`allowCredentials = "${credentials}"`]),
    ...(given.maxAge === undefined ? [] : [`maxAge = ${given.maxAge}`]),
  ];
  return `@CrossOrigin(${attributes.join(', ')})\n`;
}

const PATHS = ['/**', '/**', '/data', '/d*', '/other/**'] as const;

function generated(from: Random): string {
  const given = settings(from);
  const other = settings(from);
  const routes = from.pick(CONTROLLERS);
  const mappings = (): readonly { readonly given: Settings; readonly path: string }[] => [{ given, path: from.pick(PATHS) }, ...(from.chance(0.3) ? [{ given: other, path: from.pick(PATHS) }] : [])];
  // United annotations without credentials of their own cannot fail to start.
  const { credentials: _none, ...quiet } = other;
  const body = from.pick<() => string>([
    () => registry(mappings()) + controller(routes),
    () => filter(given, from.pick(PATHS)) + controller(routes),
    () => PLAIN + controller(routes, annotation(given)),
    () => PLAIN + controller(routes, '', annotation(given)),
    () => PLAIN + controller(routes, annotation(quiet), annotation(given, quiet)),
    () => registry(mappings()) + controller(routes, '', annotation(other)),
    () => registry(mappings()) + controller(routes, annotation(other)),
  ])();
  const imports = ['java.util.Arrays', 'java.util.List', 'org.springframework.context.annotation.Bean', 'org.springframework.context.annotation.Configuration', 'org.springframework.web.bind.annotation.*', 'org.springframework.web.cors.CorsConfiguration', 'org.springframework.web.cors.UrlBasedCorsConfigurationSource', 'org.springframework.web.filter.CorsFilter', 'org.springframework.web.servlet.config.annotation.*'];
  return `${imports.map((name) => `import ${name};`).join('\n')}\n\n${body}`;
}

const programs = Array.from({ length: cases }, (): JavaCase => ({ title: 'a program', files: { 'App.java': generated(random) }, requests: requestsTo('/data', ['GET', 'POST', 'DELETE', 'OPTIONS', 'HEAD']) }));

/** A filter's policy does not speak for the dispatcher behind it, which refuses methods. */
const behindFilter = (status: number, _request: HttpRequest, source: string): Scenario => (source.includes('new CorsFilter') && status === 405 ? { status } : {});

/** The current release line; those before and after it in smaller samples. */
const few = programs.slice(0, Math.max(10, Math.floor(cases / 5)));
agreeInJava({ title: 'Spring MVC 6.2', project: 'spring-6', host: 'spring/Host.java', reader: spring, seed: random.seed, cases: programs, scenario: behindFilter });
agreeInJava({ title: 'Spring MVC 5.3', project: 'spring-5', host: 'spring/Host.java', servlets: 'javax.servlet', reader: spring, seed: random.seed, cases: few, scenario: behindFilter });
agreeInJava({ title: 'Spring MVC 7.0', project: 'spring-7', host: 'spring/Host.java', reader: spring, seed: random.seed, cases: few, scenario: behindFilter });
