import type { HttpRequest } from '../../src/policy/evaluate.js';
import { requestsTo } from './prediction.js';
import type { JavaCase } from './java-programs.js';
import type { Random } from './seed.js';

/** A filter of a container, and what its parameters are called. */
export interface FilterKind {
  readonly className: string;
  readonly container: 'tomcat' | 'jetty';
  /** Constants that the class has for its parameters. */
  readonly constants: Readonly<Record<string, string>>;
  params(from: Random): ReadonlyMap<string, string>;
}

const ORIGINS = ['https://app.example.com', 'https://admin.example.com', 'http://app.example.com', 'https://app.example.com:8443', 'null', 'https://app.example.com/', 'HTTPS://APP.EXAMPLE.COM', 'app.example.com', 'https://*.example.com', 'https://app.example.*', '*'] as const;
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH', 'put', '*'] as const;
const HEADERS = ['Content-Type', 'content-type', 'X-Custom', 'x-custom', 'Authorization', 'Origin', 'Accept', '*'] as const;

/** Items in a row, with commas and blanks as people write them. */
export function written(from: Random, items: readonly string[]): string {
  const separator = from.pick([',', ', ', ' , ', ',']);
  return `${from.chance(0.1) ? ' ' : ''}${items.join(separator)}${from.chance(0.08) ? ',' : ''}`;
}

export function origins(from: Random): string {
  if (from.chance(0.25)) return '*';
  return from.chance(0.06) ? '' : written(from, from.times(1, 3, () => from.pick(ORIGINS)));
}

export function methods(from: Random): string {
  return from.chance(0.3) ? 'GET,POST,PUT,DELETE,OPTIONS,HEAD' : written(from, from.times(1, 5, () => from.pick(METHODS)));
}

export function headers(from: Random): string {
  return from.chance(0.3) ? 'Content-Type,X-Custom,Authorization' : from.chance(0.2) ? '*' : written(from, from.times(1, 4, () => from.pick(HEADERS)));
}

/** Some of the parameters, each with a text. */
export function chosen(from: Random, makers: readonly (readonly [name: string, probability: number, make: () => string])[]): ReadonlyMap<string, string> {
  return new Map(makers.flatMap(([name, probability, make]): [string, string][] => (from.chance(probability) ? [[name, make()]] : [])));
}

const PATTERNS: readonly [readonly string[], ...(readonly string[])[]] = [['/*'], ['/*'], ['/*'], ['/api/*'], ['/api/*', '/data'], ['/data'], ['*.json'], ['/'], ['/api/data', '*.json']];
const PATHS = ['/data', '/api/data', '/data.json', '/missing'] as const;

/** A program that registers the filter in code or in a `web.xml`. */
export function filterProgram(from: Random, kind: FilterKind): JavaCase {
  const params = kind.params(from);
  const patterns = from.pick(PATTERNS);
  const way = from.pick<'xml' | 'code' | 'servlet-context'>(['xml', 'xml', 'code', 'code', 'servlet-context']);
  const files: Readonly<Record<string, string>> = way === 'xml' ? { 'web.xml': descriptor(from, kind, params, patterns) } : { 'Setup.java': setup(from, kind, params, patterns, way) };
  return { title: `${way} ${JSON.stringify([...params])} ${patterns.join(' ')}`, files, requests: requestsOf(files, kind.container === 'tomcat' ? [...PATHS, '/fails'] : PATHS) };
}

/** Who is let in behind a constraint, the descriptor does not say: only preflights are asked then. */
function requestsOf(files: Readonly<Record<string, string>>, paths: readonly string[]): readonly HttpRequest[] {
  const requests = paths.flatMap((path) => requestsTo(path, ['GET', 'POST', 'DELETE', 'OPTIONS', 'HEAD']));
  return files['web.xml']?.includes('<auth-constraint>') === true ? requests.filter(({ method }) => method === 'OPTIONS') : requests;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

function descriptor(from: Random, { className, container }: FilterKind, params: ReadonlyMap<string, string>, patterns: readonly string[]): string {
  const blank = from.pick(['', '', '\n        ']);
  const value = (text: string): string => (from.chance(0.15) ? `<![CDATA[${text}]]>` : blank === '' ? escaped(text) : `${blank}${escaped(text)}${blank.slice(0, -2)}`);
  const filter = `  <filter>
    <filter-name>cors</filter-name>
    <filter-class>${className}</filter-class>
    <async-supported>true</async-supported>
${[...params].map(([name, text]) => `    <init-param>\n      <param-name>${name}</param-name>\n      <param-value>${value(text)}</param-value>${from.chance(0.1) ? ' <!-- as agreed -->' : ''}\n    </init-param>\n`).join('')}  </filter>
`;
  const dispatcher = from.chance(0.1) ? '    <dispatcher>ERROR</dispatcher>\n' : from.chance(0.3) ? '    <dispatcher>REQUEST</dispatcher>\n    <dispatcher>ASYNC</dispatcher>\n' : '';
  const mapping = from.chance(0.05) ? '' : `  <filter-mapping>
    <filter-name>cors</filter-name>
${patterns.map((pattern) => `    <url-pattern>${pattern}</url-pattern>\n`).join('')}${dispatcher}  </filter-mapping>
`;
  const constraint = container === 'tomcat' && from.chance(0.2) ? guarded(from) : '';
  return `<?xml version="1.0" encoding="UTF-8"?>
<web-app xmlns="http://xmlns.jcp.org/xml/ns/javaee" version="4.0" metadata-complete="true">
${from.chance(0.2) ? mapping + filter : filter + mapping}${constraint}</web-app>
`;
}

/** Basic authentication of the container for some paths; only preflights ask for these. */
function guarded(from: Random): string {
  const methods = from.pick(['', '      <http-method>GET</http-method>\n      <http-method>OPTIONS</http-method>\n', '      <http-method-omission>OPTIONS</http-method-omission>\n']);
  const collection = (pattern: string, open: boolean): string => `  <security-constraint>
    <web-resource-collection>
      <web-resource-name>all</web-resource-name>
      <url-pattern>${pattern}</url-pattern>
${methods}    </web-resource-collection>
${open ? '' : '    <auth-constraint>\n      <role-name>user</role-name>\n    </auth-constraint>\n'}  </security-constraint>
`;
  return `${collection(from.pick(['/api/*', '/*', '/data']), false)}${from.chance(0.4) ? collection('/api/*', true) : ''}  <login-config>
    <auth-method>BASIC</auth-method>
  </login-config>
  <security-role>
    <role-name>user</role-name>
  </security-role>
`;
}

function setup(from: Random, kind: FilterKind, params: ReadonlyMap<string, string>, patterns: readonly string[], way: 'code' | 'servlet-context'): string {
  const simple = kind.className.slice(kind.className.lastIndexOf('.') + 1);
  const fields: string[] = [];
  const text = (value: string): string => {
    if (!from.chance(0.2)) return JSON.stringify(value);
    fields.push(`  private static final String VALUE_${fields.length} = ${JSON.stringify(value)};\n`);
    return `VALUE_${fields.length - 1}`;
  };
  const name = (parameter: string): string => {
    const constant = Object.entries(kind.constants).find(([, own]) => own === parameter)?.[0];
    return constant !== undefined && from.chance(0.5) ? `${simple}.${constant}` : JSON.stringify(parameter);
  };
  const each = (call: string): string => [...params].map(([parameter, value]) => `    ${call}(${name(parameter)}, ${text(value)});\n`).join('');
  const listed = patterns.map((pattern) => JSON.stringify(pattern)).join(', ');
  const types = from.pick(['null', 'EnumSet.allOf(DispatcherType.class)', 'EnumSet.of(DispatcherType.REQUEST)', 'EnumSet.of(DispatcherType.REQUEST, DispatcherType.ERROR)']);
  const filter = from.pick([`${simple}.class`, `new ${simple}()`]);
  const body = way === 'servlet-context'
    ? `  static void onStartup(ServletContext servlets) {\n    FilterRegistration.Dynamic cors = servlets.addFilter("cors", ${filter});\n    cors.setAsyncSupported(true);\n${each('cors.setInitParameter')}${from.chance(0.06) ? '' : `    cors.addMappingForUrlPatterns(${types}, ${from.pick(['true', 'false'])}, ${listed});\n`}  }\n`
    : kind.container === 'tomcat'
      ? `  static void configure(Context context) {\n    FilterDef definition = new FilterDef();\n    definition.setFilterName("cors");\n    definition.${filter.startsWith('new') ? `setFilter(${filter})` : from.chance(0.5) ? `setFilterClass(${simple}.class.getName())` : `setFilterClass("${kind.className}")`};\n${each('definition.addInitParameter')}    context.addFilterDef(definition);\n    FilterMap map = new FilterMap();\n    map.setFilterName("cors");\n${patterns.map((pattern) => `    map.addURLPattern(${JSON.stringify(pattern)});\n`).join('')}    context.addFilterMap(map);\n  }\n`
      : from.chance(0.5)
        ? `  static void configure(ServletContextHandler context) {\n    FilterHolder cors = new FilterHolder(${filter});\n${each('cors.setInitParameter')}${patterns.map((pattern) => `    context.addFilter(cors, ${JSON.stringify(pattern)}, ${types === 'null' ? 'EnumSet.of(DispatcherType.REQUEST)' : types});\n`).join('')}  }\n`
        : `  static void configure(ServletContextHandler context) {\n    FilterHolder cors = context.addFilter(${simple}.class, ${JSON.stringify(patterns[0])}, EnumSet.of(DispatcherType.REQUEST));\n${each('cors.setInitParameter')}  }\n`;
  const imports = ['jakarta.servlet.DispatcherType', 'jakarta.servlet.FilterRegistration', 'jakarta.servlet.ServletContext', 'java.util.EnumSet', kind.className, ...(kind.container === 'tomcat' ? ['org.apache.catalina.Context', 'org.apache.tomcat.util.descriptor.web.FilterDef', 'org.apache.tomcat.util.descriptor.web.FilterMap'] : ['org.eclipse.jetty.servlet.FilterHolder', 'org.eclipse.jetty.servlet.ServletContextHandler'])];
  return `${imports.map((one) => `import ${one};\n`).join('')}\nclass Setup {\n${fields.join('')}\n${body}}\n`;
}

const ORIGIN_PATTERNS = ['https://app.example.com', 'https://app\\.example\\.com', 'https://.*\\.example\\.com', 'https?://(app|admin)\\.example\\.com(:\\d+)?', '.*', 'null', 'https://app.example.com.*', ' https://admin\\.example\\.com ', 'HTTPS://APP\\.EXAMPLE\\.COM', '*', ''] as const;

/** A program that puts Jetty 12's `CrossOriginHandler` in front of another one, in Java or Kotlin. */
export function handlerProgram(from: Random): JavaCase {
  const kotlin = from.chance(0.35);
  const items = (texts: readonly string[]): string => {
    const distinct = [...new Set(texts)].map((text) => JSON.stringify(text)).join(', ');
    return kotlin ? `setOf(${distinct})` : `Set.of(${distinct})`;
  };
  const flag = (): string => from.pick(['true', 'false']);
  const calls = chosen(from, [
    ['allowedOriginPatterns', 0.9, () => items(from.chance(0.2) ? ['*'] : from.times(0, 3, () => from.pick(ORIGIN_PATTERNS)))],
    ['allowCredentials', 0.6, flag],
    ['allowedMethods', 0.4, () => items(from.times(0, 3, () => from.pick(METHODS)))],
    ['allowedHeaders', 0.4, () => items(from.times(0, 3, () => from.pick(HEADERS)))],
    ['exposedHeaders', 0.3, () => items(from.times(0, 2, () => from.pick(['X-Total', 'X-Page'])))],
    ['preflightMaxAge', 0.4, () => from.pick(['Duration.ofSeconds(30)', 'Duration.ofHours(1)', 'Duration.ZERO', 'Duration.ofMinutes(10)'])],
    ['isDeliverPreflightRequests', 0.3, flag],
    ['isDeliverNonAllowedOriginRequests', 0.3, flag],
  ]);
  const setter = (property: string): string => `set${property.replace(/^is/, '').replace(/^./, (first) => first.toUpperCase())}`;
  const imports = ['java.time.Duration', ...(kotlin ? [] : ['java.util.Set']), 'org.eclipse.jetty.server.Handler', 'org.eclipse.jetty.server.Server', 'org.eclipse.jetty.server.handler.CrossOriginHandler'];
  const files: Readonly<Record<string, string>> = kotlin
    ? { 'Setup.kt': `${imports.map((one) => `import ${one}\n`).join('')}\nfun configure(server: Server, app: Handler) {\n    server.handler = CrossOriginHandler().apply {\n${[...calls].map(([property, value]) => `        ${property.startsWith('is') && from.chance(0.5) ? `${setter(property)}(${value})` : `${property.startsWith('is') ? property : property === 'allowCredentials' ? 'isAllowCredentials' : property} = ${value}`}\n`).join('')}        handler = app\n    }\n}\n` }
    : { 'Setup.java': `${imports.map((one) => `import ${one};\n`).join('')}\nclass Setup {\n  static void configure(Server server, Handler app) {\n    CrossOriginHandler cors = new CrossOriginHandler();\n${[...calls].map(([property, value]) => `    cors.${setter(property)}(${value});\n`).join('')}    cors.setHandler(app);\n    server.setHandler(cors);\n  }\n}\n` };
  return { title: `${kotlin ? 'Kotlin' : 'Java'} ${JSON.stringify([...calls])}`, files, requests: [...PATHS, '/fails'].flatMap((path) => requestsTo(path, ['GET', 'POST', 'DELETE', 'OPTIONS', 'HEAD'])) };
}
