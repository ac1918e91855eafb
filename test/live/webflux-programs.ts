import type { JavaCase } from './java-programs.js';
import { requestsTo } from './prediction.js';
import type { Random } from './seed.js';

const ORIGINS = ['https://app.example.com', 'https://admin.example.com', 'https://app.example.com/', 'null', 'http://app.example.com', '*', 'https://*.example.com', 'https://app.example.com,https://admin.example.com'] as const;
const PATTERNS = ['https://*.example.com', 'https://app.example.com:[*]', 'https://*.example.com:[8080,8443]', '*', 'https://app.example.com', 'null', 'http*://app.example.com', 'https://*example.com'] as const;
const METHODS = ['GET', 'POST', 'PUT', '*'] as const;
const HEADERS = ['*', 'Content-Type', 'X-Custom', 'content-type'] as const;
const PATHS = ['/**', '/**', '/data', '/d*', '/other/**', '/{name}', '/{*rest}'] as const;

/** The settings of one `CorsConfiguration`, whatever they are spelled in. */
interface Settings {
  readonly origins?: readonly string[];
  readonly patterns?: readonly string[];
  readonly methods?: readonly string[];
  readonly headers?: readonly string[];
  readonly exposed?: readonly string[];
  readonly credentials?: boolean;
  readonly maxAge?: number;
  readonly permitted?: boolean;
}

function settings(from: Random): Settings {
  const some = <Key extends keyof Settings>(key: Key, probability: number, value: () => Settings[Key]): Partial<Settings> => (from.chance(probability) ? { [key]: value() } : {});
  return {
    ...some('origins', 0.6, () => unrepeated(from.times(1, 2, () => from.pick(ORIGINS)))),
    ...some('patterns', 0.4, () => unrepeated(from.times(1, 2, () => from.pick(PATTERNS)))),
    ...some('methods', 0.5, () => unrepeated(from.times(1, 2, () => from.pick(METHODS)))),
    ...some('headers', 0.5, () => unrepeated(from.times(1, 2, () => from.pick(HEADERS)))),
    ...some('exposed', 0.3, () => unrepeated(from.times(1, 2, () => from.pick(['X-Total', 'ETag'])))),
    ...some('credentials', 0.5, () => from.chance(0.8)),
    ...some('maxAge', 0.3, () => from.pick([0, 600])),
    ...some('permitted', 0.2, () => true),
  };
}

const unrepeated = (items: readonly string[]): readonly string[] => [...new Set(items)];
const texts = (items: readonly string[]): string => items.map((item) => JSON.stringify(item)).join(', ');

type Tongue = 'java' | 'kotlin';

/** Statements that fill a `CorsConfiguration`. */
function filled(given: Settings, from: Random, tongue: Tongue): string {
  const list = (items: readonly string[]): string => (tongue === 'kotlin' ? `listOf(${texts(items)})` : from.pick([`List.of(${texts(items)})`, `Arrays.asList(${texts(items)})`, ...(items.length === 1 ? [`Collections.singletonList(${texts(items)})`] : [])]));
  const each = (property: string, adder: string, items: readonly string[]): readonly string[] => {
    if (from.chance(0.4)) return items.map((item) => `config.add${adder}(${JSON.stringify(item)})`);
    return [tongue === 'kotlin' ? `config.${property} = ${list(items)}` : `config.set${property[0]!.toUpperCase()}${property.slice(1)}(${list(items)})`];
  };
  const statements = [
    ...(given.origins === undefined ? [] : each('allowedOrigins', 'AllowedOrigin', given.origins)),
    ...(given.patterns === undefined ? [] : each('allowedOriginPatterns', 'AllowedOriginPattern', given.patterns)),
    ...(given.methods === undefined ? [] : each('allowedMethods', 'AllowedMethod', given.methods)),
    ...(given.headers === undefined ? [] : each('allowedHeaders', 'AllowedHeader', given.headers)),
    ...(given.exposed === undefined ? [] : each('exposedHeaders', 'ExposedHeader', given.exposed)),
    ...(given.credentials === undefined ? [] : [tongue === 'kotlin' ? `config.allowCredentials = ${given.credentials}` : `config.setAllowCredentials(${given.credentials})`]),
    ...(given.maxAge === undefined ? [] : [tongue === 'kotlin' ? `config.setMaxAge(${given.maxAge}L)` : `config.setMaxAge(${given.maxAge}L)`]),
    ...(given.permitted === undefined ? [] : ['config.applyPermitDefaultValues()']),
  ];
  return statements.map((statement) => `    ${statement}${tongue === 'kotlin' ? '' : ';'}\n`).join('');
}

/** Handlers of `/data`; `onClass` and `onMethod` (of the last handler) are annotations. */
function controller(from: Random, tongue: Tongue, onClass = '', onMethod = ''): string {
  const routes = from.pick<readonly string[]>([
    tongue === 'java' ? ['@RequestMapping(path = "/data", method = {RequestMethod.GET, RequestMethod.POST, RequestMethod.PUT})'] : ['@RequestMapping(path = ["/data"], method = [RequestMethod.GET, RequestMethod.POST, RequestMethod.PUT])'],
    tongue === 'java' ? ['@GetMapping({"/data", "/more"})', '@PutMapping("/data")'] : ['@GetMapping("/data", "/more")', '@PutMapping("/data")'],
    ['@GetMapping("/data")', '@PostMapping("/data")'],
    ['@RequestMapping("/data")'],
  ]);
  const body = (index: number): string => (tongue === 'kotlin' ? `fun data${index}(): Mono<String> = Mono.just("ok")` : from.pick([`Mono<String> data${index}() { return Mono.just("ok"); }`, `Flux<String> data${index}() { return Flux.just("o", "k"); }`, `String data${index}() { return "ok"; }`]));
  const methods = routes.map((route, index) => `  ${index === routes.length - 1 ? onMethod : ''}${route}\n  ${body(index)}\n`);
  return `\n@RestController\n${onClass}class Data {\n${methods.join('\n')}}\n`;
}

/** A route without annotations. */
function functional(tongue: Tongue): string {
  if (tongue === 'kotlin') return '\n@Configuration\nclass Functional {\n  @Bean\n  fun routes(): RouterFunction<ServerResponse> = RouterFunctions.route(RequestPredicates.path("/data")) { ServerResponse.ok().bodyValue("ok") }\n}\n';
  return '\n@Configuration\nclass Functional {\n  @Bean\n  RouterFunction<ServerResponse> routes() {\n    return RouterFunctions.route(RequestPredicates.path("/data"), request -> ServerResponse.ok().bodyValue("ok"));\n  }\n}\n';
}

interface Mapped {
  readonly given: Settings;
  readonly path: string;
}

/** `CorsRegistry`: mappings of the WebFlux configuration, in a class or an object of a bean method. */
function registry(from: Random, tongue: Tongue, mappings: readonly Mapped[]): string {
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
    return `registry.addMapping("${path}")${calls.join('')}${tongue === 'kotlin' ? '' : ';'}\n`;
  });
  const body = lines.map((line) => `    ${line}`).join('');
  if (tongue === 'kotlin') return `@Configuration\n@EnableWebFlux\nclass App : WebFluxConfigurer {\n  override fun addCorsMappings(registry: CorsRegistry) {\n${body}  }\n}\n`;
  const method = `  @Override\n  public void addCorsMappings(CorsRegistry registry) {\n${body}  }\n`;
  if (from.chance(0.3)) return `@Configuration\n@EnableWebFlux\nclass App {\n  @Bean\n  WebFluxConfigurer cors() {\n    return new WebFluxConfigurer() {\n${method}    };\n  }\n}\n`;
  return `@Configuration\n@EnableWebFlux\nclass App implements WebFluxConfigurer {\n${method}}\n`;
}

/** A `CorsWebFilter`, in one of the ways that people write. */
function filter(from: Random, tongue: Tongue, { given, path }: Mapped): string {
  const body = filled(given, from, tongue);
  if (tongue === 'kotlin') {
    return `@Configuration\n@EnableWebFlux\nclass App {\n  @Bean\n  fun corsWebFilter(): CorsWebFilter {\n    val config = CorsConfiguration()\n${body}    val source = UrlBasedCorsConfigurationSource()\n    source.registerCorsConfiguration("${path}", config)\n    return CorsWebFilter(source)\n  }\n}\n`;
  }
  const source = `    UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();\n    source.registerCorsConfiguration("${path}", config);\n`;
  const config = `    CorsConfiguration config = new CorsConfiguration();\n${body}`;
  const bean = (inside: string): string => `@Configuration\n@EnableWebFlux\nclass App {\n  @Bean\n  CorsWebFilter corsWebFilter() {\n${inside}  }\n}\n`;
  return from.pick<() => string>([
    () => bean(`${config}${source}    return new CorsWebFilter(source);\n`),
    () => bean(`${config}${source.replace('registerCorsConfiguration', 'setCorsConfigurations').replace(`("${path}", config)`, `(Map.of("${path}", config))`)}    return new CorsWebFilter(source);\n`),
    () => bean(`    return new CorsWebFilter(exchange -> {\n${config}    return config;\n    });\n`).replace('Bean', 'Bean'),
    () => `@Configuration\n@EnableWebFlux\nclass App {\n  @Bean\n  CorsWebFilter corsWebFilter(CorsConfigurationSource source) {\n    return new CorsWebFilter(source);\n  }\n\n  @Bean\n  CorsConfigurationSource corsConfigurationSource() {\n${config}${source}    return source;\n  }\n}\n`,
    () => `@Configuration\n@EnableWebFlux\nclass App {\n}\n\n@Component\nclass Cors extends CorsWebFilter {\n  Cors() {\n    super(source());\n  }\n\n  private static CorsConfigurationSource source() {\n${config}${source}    return source;\n  }\n}\n`,
  ])();
}

const plain = (tongue: Tongue): string => `@Configuration\n@EnableWebFlux\nclass App${tongue === 'kotlin' ? '' : ' {\n}'}\n`;

/** `@CrossOrigin`, as it may start: `*` with credentials, its own or of the annotation that it is united with, does not. */
function annotation(given: Settings, tongue: Tongue, beside: Settings = {}): string {
  const list = (items: readonly string[]): string => (tongue === 'kotlin' ? `[${texts(items)}]` : `{${texts(items)}}`);
  const { origins = [], patterns = [] } = given;
  const open = origins.includes('*') || origins.length + patterns.length === 0 || (beside.origins ?? []).includes('*');
  const credentials = given.credentials === true && open ? undefined : given.credentials;
  const methods = (given.methods ?? []).filter((method) => method !== '*').map((method) => `RequestMethod.${method}`);
  const attributes = [
    ...(given.origins === undefined ? [] : [`origins = ${list(given.origins)}`]),
    ...(given.patterns === undefined ? [] : [`originPatterns = ${list(given.patterns)}`]),
    ...(methods.length === 0 ? [] : [`methods = ${tongue === 'kotlin' ? `[${methods.join(', ')}]` : `{${methods.join(', ')}}`}`]),
    ...(given.headers === undefined ? [] : [`allowedHeaders = ${list(given.headers)}`]),
    ...(given.exposed === undefined ? [] : [`exposedHeaders = ${list(given.exposed)}`]),
    ...(credentials === undefined ? [] : [`allowCredentials = "${credentials}"`]),
    ...(given.maxAge === undefined ? [] : [`maxAge = ${given.maxAge}`]),
  ];
  return `@CrossOrigin(${attributes.join(', ')})\n`;
}

const IMPORTS = ['java.util.*', 'org.springframework.context.annotation.*', 'org.springframework.stereotype.Component', 'org.springframework.web.bind.annotation.*', 'org.springframework.web.cors.CorsConfiguration', 'org.springframework.web.cors.reactive.*', 'org.springframework.web.reactive.config.*', 'org.springframework.web.reactive.function.server.*', 'reactor.core.publisher.Flux', 'reactor.core.publisher.Mono'] as const;

/** A random application of WebFlux. */
export function webfluxCase(from: Random): JavaCase {
  const tongue: Tongue = from.chance(0.25) ? 'kotlin' : 'java';
  const [given, other] = [settings(from), settings(from)];
  const mappings = (): readonly Mapped[] => [{ given, path: from.pick(PATHS) }, ...(from.chance(0.3) ? [{ given: other, path: from.pick(PATHS) }] : [])];
  const handlers = (): string => (from.chance(0.2) ? functional(tongue) : controller(from, tongue));
  // United annotations without credentials of their own cannot fail to start.
  const { credentials: _none, ...quiet } = other;
  const [title, make] = from.pick<readonly [string, () => string]>([
    ['registry', () => registry(from, tongue, mappings()) + handlers()],
    ['CorsWebFilter', () => filter(from, tongue, { given, path: from.pick(PATHS) }) + handlers()],
    ['annotation on the class', () => plain(tongue) + controller(from, tongue, annotation(given, tongue))],
    ['annotation on a method', () => plain(tongue) + controller(from, tongue, '', annotation(given, tongue))],
    ['annotations on both', () => plain(tongue) + controller(from, tongue, annotation(quiet, tongue), annotation(given, tongue, quiet))],
    ['registry and annotation', () => registry(from, tongue, mappings()) + controller(from, tongue, '', annotation(other, tongue))],
  ]);
  const end = tongue === 'kotlin' ? '' : ';';
  const name = tongue === 'kotlin' ? 'App.kt' : 'App.java';
  return { title: `${title}, ${tongue}`, files: { [name]: `${IMPORTS.map((one) => `import ${one}${end}`).join('\n')}\n\n${make()}` }, requests: requestsTo('/data', ['GET', 'POST', 'DELETE', 'OPTIONS', 'HEAD']) };
}
