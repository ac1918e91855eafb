import type { Random } from '../live/seed.js';
import { JAVA, KOTLIN, type Spelling } from './spring-spelling.js';

const ORIGINS = ['https://app.example.com', 'https://admin.example.com', 'https://app.example.com/', 'https://APP.example.com', 'null', 'http://app.example.com', '*', 'https://*.example.com', 'https://a.example.com,https://app.example.com', 'https://a.example.com, https://admin.example.com'] as const;
const PATTERNS = ['https://*.example.com', 'https://app.example.com:[*]', 'https://*.example.com:[8080,8443]', '*', 'https://app.example.com', 'null', 'http*://app.example.com', 'https://app*', '*example.com', '.*\\.example\\.com', 'https://*.example.com,null'] as const;
const METHODS = ['GET', 'POST', 'PUT', '*', 'get', 'OPTIONS', 'DELETE'] as const;
const HEADERS = ['*', 'Content-Type', 'X-Custom', 'content-type', 'Authorization'] as const;

/** The settings of one CorsConfiguration, whatever it is spelled in. */
export interface Settings {
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
    ...some('methods', 0.6, () => from.times(1, 3, () => from.pick(METHODS))),
    ...some('headers', 0.6, () => from.times(1, 2, () => from.pick(HEADERS))),
    ...some('exposed', 0.3, () => from.times(1, 2, () => from.pick(['X-Total', 'ETag', '*']))),
    ...some('credentials', 0.5, () => from.chance(0.8)),
    ...some('maxAge', 0.3, () => from.pick([0, 600])),
  };
}

const texts = (items: readonly string[]): string => items.map((item) => JSON.stringify(item)).join(', ');
const unique = (items: readonly string[]): readonly string[] => [...new Set(items)];

const PATHS = ['/**', '/**', '/data', '/d*', '/other/**', '/items/*', '/items/{id}', '/items/**', '/?ata', '/data/**'] as const;

/** Calls that configure `config`, in one of the ways in which people write them. */
function calls(from: Random, given: Settings, spelling: Spelling): readonly string[] {
  const set = (name: string, adder: string, items: readonly string[] | undefined): readonly string[] => {
    if (items === undefined) return [];
    const kept = unique(items);
    const way = from.pick(['list', 'list', 'array', 'add', 'single', 'loop', 'twice', 'null', 'empty', 'choice']);
    if (way === 'add') return kept.map((item) => spelling.call('config', `add${adder}`, JSON.stringify(item)));
    if (way === 'single' && kept.length === 1) return [spelling.set('config', name, spelling.single(JSON.stringify(kept[0])))];
    if (way === 'array') return [spelling.set('config', name, spelling.array(texts(kept)))];
    if (way === 'loop') return [spelling.loop('one', spelling.list(texts(kept)), spelling.call('config', `add${adder}`, 'one'))];
    if (way === 'twice') return [spelling.set('config', name, spelling.list('"https://gone.example.com"')), spelling.set('config', name, spelling.list(texts(kept)))];
    if (way === 'null' && from.chance(0.3)) return [spelling.set('config', name, spelling.list(texts(kept))), spelling.set('config', name, 'null')];
    if (way === 'empty' && from.chance(0.3)) return [spelling.set('config', name, spelling.empty())];
    if (way === 'choice') return [spelling.set('config', name, spelling.choice('STRICT', spelling.list(texts(kept)), spelling.list('"https://other.example.com"')))];
    return [spelling.set('config', name, spelling.list(texts(kept)))];
  };
  const lines = [
    ...set('allowedOrigins', 'AllowedOrigin', given.origins),
    ...set('allowedOriginPatterns', 'AllowedOriginPattern', given.patterns),
    ...set('allowedMethods', 'AllowedMethod', given.methods),
    ...set('allowedHeaders', 'AllowedHeader', given.headers),
    ...set('exposedHeaders', 'ExposedHeader', given.exposed),
    ...(given.credentials === undefined ? [] : [spelling.set('config', 'allowCredentials', String(given.credentials))]),
    ...(given.maxAge === undefined ? [] : [from.chance(0.5) ? spelling.set('config', 'maxAge', `${given.maxAge}L`) : spelling.call('config', 'setMaxAge', `java.time.Duration.ofSeconds(${given.maxAge})`)]),
  ];
  const permitted = from.chance(0.25) ? [spelling.call('config', 'applyPermitDefaultValues', '')] : [];
  return from.chance(0.5) ? [...permitted, ...lines] : [...lines, ...permitted];
}

/** A method body that makes a source with one or two mappings. */
function sourceBody(from: Random, spelling: Spelling): readonly string[] {
  const lines = [spelling.local('CorsConfiguration', 'config', spelling.make('CorsConfiguration')), ...calls(from, settings(from), spelling), spelling.local('UrlBasedCorsConfigurationSource', 'source', spelling.make('UrlBasedCorsConfigurationSource')), spelling.call('source', 'registerCorsConfiguration', `${JSON.stringify(from.pick(PATHS))}, config`)];
  if (!from.chance(0.35)) return lines;
  const copies = from.chance(0.4);
  // A copy shares its lists with what it is a copy of: what is added to one is in both.
  const more = calls(from, settings(from), spelling).filter((line) => !copies || !line.includes('.add'));
  return [...lines, spelling.local('CorsConfiguration', 'second', spelling.make('CorsConfiguration', copies ? 'config' : '')), ...more.map((line) => line.replace(/\bconfig\b/g, 'second')), spelling.call('source', 'registerCorsConfiguration', `${JSON.stringify(from.pick(PATHS))}, second`)];
}

const CONSTANT = (spelling: Spelling): string => spelling.constant('boolean', 'STRICT', 'true');

/** One or several classes that put a `CorsFilter` in front of the application. */
function filter(from: Random, spelling: Spelling): string {
  const source = sourceBody(from, spelling);
  const config = [spelling.local('CorsConfiguration', 'config', spelling.make('CorsConfiguration')), ...calls(from, settings(from), spelling)];
  const asked = from.pick([config, [...config.slice(0, 1), spelling.call('config', 'addAllowedOrigin', spelling.header('request', 'Origin')), spelling.set('config', 'allowCredentials', 'true')], [...config, spelling.when(spelling.isIn('"https://app.example.com", "https://admin.example.com"', spelling.header('request', 'Origin')), [spelling.call('config', 'addAllowedOrigin', spelling.header('request', 'Origin'))])]]);
  const ways: readonly [() => string, ...(() => string)[]] = [
    () => spelling.type('@Configuration', 'Cors', [CONSTANT(spelling), spelling.method('@Bean', 'CorsFilter', 'corsFilter', '', [...source, spelling.back(spelling.make('CorsFilter', 'source'))])]),
    () => spelling.type('@Configuration', 'Cors', [CONSTANT(spelling), spelling.method('@Bean', 'UrlBasedCorsConfigurationSource', 'mySource', '', [...source, spelling.back('source')]), spelling.method('@Bean', 'CorsFilter', 'filter', '', [spelling.back(spelling.make('CorsFilter', 'mySource()'))])]),
    () => spelling.type('@Configuration', 'Cors', [CONSTANT(spelling), spelling.method('@Bean', 'CorsConfigurationSource', 'mySource', '', [...source, spelling.back('source')]), spelling.method('@Bean', 'CorsFilter', 'filter', spelling.parameter('CorsConfigurationSource', 'mySource'), [spelling.back(spelling.make('CorsFilter', 'mySource'))])]),
    () => spelling.type('@Configuration', 'Cors', [CONSTANT(spelling), spelling.method('@Bean', spelling.generic('FilterRegistrationBean', 'CorsFilter'), 'registration', '', [...source, spelling.local(spelling.generic('FilterRegistrationBean', 'CorsFilter'), 'bean', spelling.makeGeneric('FilterRegistrationBean', 'CorsFilter', spelling.make('CorsFilter', 'source'))), spelling.set('bean', 'order', from.pick(['0', 'Ordered.HIGHEST_PRECEDENCE'])), ...(from.chance(0.3) ? [spelling.call('bean', 'addUrlPatterns', from.pick(['"/data"', '"/items/*"', '"/*"', '"/data", "/other/*"']))] : []), spelling.back('bean')])]),
    () => spelling.type('@Component', 'MyCors', [spelling.statics([spelling.constant('boolean', 'STRICT', 'true'), spelling.staticMethod('CorsConfigurationSource', 'source', [...source, spelling.back('source')])])], 'CorsFilter', spelling.superCall('MyCors', 'source()')),
    () => spelling.type('@Configuration', 'Cors', [CONSTANT(spelling), spelling.method('@Bean', 'CorsFilter', 'corsFilter', '', [spelling.back(spelling.make('CorsFilter', spelling.lambda('CorsConfigurationSource', 'request', [...asked, spelling.result('config')])))])]),
    () => spelling.type('@Configuration', 'Cors', [CONSTANT(spelling), spelling.method('@Bean', 'CorsFilter', 'corsFilter', '', [spelling.back(spelling.make('CorsFilter', spelling.anonymous('CorsConfigurationSource', spelling.override('CorsConfiguration', 'getCorsConfiguration', spelling.parameter('HttpServletRequest', 'request'), [...asked, spelling.back('config')]))))])]),
    () => spelling.type('@Component', 'Requested', [CONSTANT(spelling), spelling.override('CorsConfiguration', 'getCorsConfiguration', spelling.parameter('HttpServletRequest', 'request'), [...asked, spelling.back('config')])], 'CorsConfigurationSource') + spelling.type('@Configuration', 'Cors', [spelling.method('@Bean', 'CorsFilter', 'corsFilter', spelling.parameter('Requested', 'requested'), [spelling.back(spelling.make('CorsFilter', 'requested'))])]),
  ];
  return from.pick(ways)();
}

/** Mappings of the MVC registry: chains of calls. */
function mappings(from: Random, spelling: Spelling): readonly string[] {
  return from.times(1, 3, () => {
    const given = settings(from);
    const list = (name: string, items: readonly string[] | undefined): readonly string[] => (items === undefined ? [] : [...(from.chance(0.15) ? [`.${name}("https://gone.example.com")`] : []), `.${name}(${from.chance(0.2) ? spelling.spread(texts(items)) : texts(items)})`]);
    const chain = [
      ...list('allowedOrigins', given.origins),
      ...list('allowedOriginPatterns', given.patterns),
      ...list('allowedMethods', given.methods),
      ...list('allowedHeaders', given.headers),
      ...list('exposedHeaders', given.exposed),
      ...(given.credentials === undefined ? [] : [`.allowCredentials(${given.credentials})`]),
      ...(given.maxAge === undefined ? [] : [`.maxAge(${given.maxAge})`]),
    ];
    return spelling.end(`registry.addMapping("${from.pick(PATHS)}")${chain.join(from.chance(0.5) ? '\n        ' : '')}`);
  });
}

function registry(from: Random, spelling: Spelling): string {
  const body = mappings(from, spelling);
  const ways: readonly [() => string, ...(() => string)[]] = [
    () => spelling.type('@Configuration', 'Web', [spelling.override(undefined, 'addCorsMappings', spelling.parameter('CorsRegistry', 'registry'), body)], 'WebMvcConfigurer'),
    () => spelling.type('@Configuration', 'Web', [spelling.method('@Bean', 'WebMvcConfigurer', 'configurer', '', [spelling.back(spelling.anonymous('WebMvcConfigurer', spelling.override(undefined, 'addCorsMappings', spelling.parameter('CorsRegistry', 'registry'), body)))])]),
    () => spelling.type('@Configuration', 'Web', [spelling.override(undefined, 'addCorsMappings', spelling.parameter('CorsRegistry', 'registry'), body)], 'WebMvcConfigurer') + spelling.type('@Component', 'Xtra', [spelling.override(undefined, 'addCorsMappings', spelling.parameter('CorsRegistry', 'registry'), mappings(from, spelling))], 'WebMvcConfigurer'),
    () => spelling.type('@Configuration', 'Web', [spelling.method('', undefined, 'mine', spelling.parameter('CorsRegistry', 'given'), body.map((line) => line.replace('registry', 'given'))), spelling.override(undefined, 'addCorsMappings', spelling.parameter('CorsRegistry', 'registry'), [spelling.end('mine(registry)')])], 'WebMvcConfigurer'),
  ];
  return from.pick(ways)();
}

/** `@CrossOrigin`, as it may start. */
function annotation(from: Random, given: Settings, spelling: Spelling): string {
  const { origins = [], patterns = [] } = given;
  const open = origins.some((origin) => origin === '*') || origins.length + patterns.length === 0;
  const credentials = given.credentials === true && open && from.chance(0.8) ? undefined : given.credentials;
  const methods = (given.methods ?? []).filter((method) => /^[A-Z]+$/.test(method));
  if (given.origins?.length === 1 && from.chance(0.3)) return spelling.annotation('CrossOrigin', [JSON.stringify(given.origins[0])]);
  return spelling.annotation('CrossOrigin', [
    ...(given.origins === undefined ? [] : [`origins = ${spelling.items(texts(given.origins))}`]),
    ...(given.patterns === undefined ? [] : [`originPatterns = ${spelling.items(texts(given.patterns))}`]),
    ...(methods.length === 0 ? [] : [`methods = ${spelling.items(methods.map((method) => `RequestMethod.${method}`).join(', '))}`]),
    ...(given.headers === undefined ? [] : [`allowedHeaders = ${spelling.items(texts(given.headers))}`]),
    ...(given.exposed === undefined ? [] : [`exposedHeaders = ${spelling.items(texts(given.exposed))}`]),
    ...(credentials === undefined ? [] : [`allowCredentials = "${credentials}"`]),
    ...(given.maxAge === undefined ? [] : [`maxAge = ${given.maxAge}`]),
  ]);
}

/** Handlers: all methods of a path in one, in two, or without PUT, which preflights ask for. */
type Routes = readonly (readonly [name: string, elements: readonly string[]])[];

const ROUTES: readonly [Routes, ...Routes[]] = [
  [['RequestMapping', ['path = {"/data"}', 'method = {RequestMethod.GET, RequestMethod.POST, RequestMethod.PUT}']]],
  [['GetMapping', ['{"/data", "/more"}']], ['PutMapping', ['"/data"']]],
  [['GetMapping', ['"/data"']], ['PostMapping', ['"/data"']]],
  [['RequestMapping', ['"/data"']]],
  [['GetMapping', ['"/items/{id}"']], ['PutMapping', ['"/items/{id}"']], ['GetMapping', ['"/data"']]],
];

/** Methods of the paths `/data` and `/items/7`. */
function methodsOf(routes: Routes): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const [name, elements] of routes) {
    const path = elements.join().includes('/items') ? '/items/7' : '/data';
    const methods = name === 'RequestMapping' ? [...elements.join().matchAll(/RequestMethod\.(\w+)/g)].map((match) => match[1]!) : [name.replace('Mapping', '').toUpperCase()];
    found.set(path, [...(found.get(path) ?? []), ...methods]);
  }
  return found;
}

function controller(from: Random, spelling: Spelling, routes: Routes, annotated: boolean): string {
  const written = (): string => annotation(from, settings(from), spelling);
  const handlers = (bodies: boolean, marks: readonly string[]): readonly string[] => routes.map(([name, elements], index) => spelling.handler(`${marks[index] ?? ''}${spelling.annotation(name, elements.map((element) => spelling.braces(element)))}`, `data${index}`, bodies));
  const on = (probability: number): string => (annotated && from.chance(probability) ? written() : '');
  const marks = routes.map((_route, index) => (index === routes.length - 1 ? on(0.6) : on(0.15)));
  const onClass = on(0.6);
  const way = annotated ? from.pick(['plain', 'plain', 'plain', 'interface', 'superclass', 'meta']) : 'plain';
  if (way === 'interface') return spelling.contract(onClass, 'Api', handlers(false, marks)) + spelling.type('@RestController', 'Data', routes.map((_route, index) => spelling.override('String', `data${index}`, '', [spelling.back('"ok"')])), 'Api');
  if (way === 'superclass') return spelling.base(onClass, 'Base', handlers(true, marks)) + spelling.type('@RestController', 'Data', [], 'Base', spelling.noArguments);
  if (way === 'meta') return spelling.metaAnnotation(onClass, 'Open') + spelling.type('@RestController\n@Open', 'Data', handlers(true, marks));
  return spelling.type(`@RestController\n${onClass}`, 'Data', handlers(true, marks));
}

/** An application of one or several files, in Java or Kotlin. */
export interface SpringProgram {
  readonly files: Readonly<Record<string, string>>;
  /** Methods by path; all where it is empty. */
  readonly served: ReadonlyMap<string, readonly string[]>;
  /** Its handlers stand where their CORS is configured: what they refuse is known. */
  readonly handlersInView: boolean;
}

export function springProgram(from: Random): SpringProgram {
  const spelling = from.chance(0.3) ? KOTLIN : JAVA;
  const routes = from.pick(ROUTES);
  const parts = from.pick<readonly ('filter' | 'registry' | 'annotated')[]>([['filter'], ['filter'], ['registry'], ['registry'], ['annotated'], ['annotated'], ['registry', 'annotated'], ['registry', 'annotated'], ['filter', 'annotated'], ['filter', 'registry', 'annotated']]);
  const files = [
    ['App', spelling.type('@Configuration\n@EnableWebMvc', 'App', [])],
    ['Plain', spelling.type('@RestController', 'Plain', [spelling.handler(spelling.annotation('RequestMapping', ['"/other/x"']), 'plain', true)])],
    ...(parts.includes('filter') ? [['Cors', filter(from, spelling)]] : []),
    ...(parts.includes('registry') ? [['Web', registry(from, spelling)]] : []),
    ['Data', controller(from, spelling, routes, parts.includes('annotated'))],
  ] as const;
  const isOneFile = from.chance(0.5);
  // Of a handler in a file that says nothing about CORS only filters and registries speak.
  const served = new Map<string, readonly string[]>([...(isOneFile || parts.join() !== 'annotated' ? [['/other/x', []] as const] : []), ...methodsOf(routes)]);
  if (isOneFile) return { files: { [`App.${spelling.extension}`]: spelling.file(files.map(([, text]) => text!)) }, served, handlersInView: true };
  return { files: Object.fromEntries(files.map(([name, text]) => [`${name}.${spelling.extension}`, spelling.file([text!])])), served, handlersInView: false };
}
