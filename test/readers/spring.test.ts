import { beforeAll, describe, expect, test } from 'vitest';
import { evaluate } from '../../src/policy/evaluate.js';
import spring from '../../src/readers/spring/index.js';
import type { Policy } from '../../src/policy/program.js';
import java from '../../src/syntax/jvm/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { differences, observed, type ObservedRow } from '../support/observed.js';

beforeAll(() => java.load());

const FILE = 'src/main/java/app/WebConfig.java';

function policiesOf(text: string, others: Readonly<Record<string, string>> = {}): Policy[] {
  const { unit, problems } = java.parse(new SourceText(FILE, text), filesFrom({ [FILE]: text, ...others }));
  expect(problems).toEqual([]);
  return [...spring.read(unit!)].flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []));
}

const pom = (version: string): Record<string, string> => ({ 'pom.xml': `<project><properties><spring.version>${version}</spring.version></properties></project>` });

/** The bean that was run for a row: the options as calls. */
function sourceOf(options: Readonly<Record<string, unknown>>): string {
  const list = (value: unknown): string => `Arrays.asList(${(value as string[]).map((item) => JSON.stringify(item)).join(', ')})`;
  const call = (key: string, value: unknown): string[] => {
    if (key === 'api' || key === 'applyPermitDefaultValues' || key.startsWith('add')) return [];
    const name = `set${key[0]!.toUpperCase()}${key.slice(1)}`;
    return [`config.${name}(${Array.isArray(value) ? list(value) : typeof value === 'number' ? `${value}L` : String(value)});`];
  };
  const adders = Object.entries(options).filter(([key]) => key.startsWith('add')).map(([key, value]) => `config.${key}(${JSON.stringify(value)});`);
  const path = String(options['api']).includes('not covered') ? '/other/**' : '/**';
  return `package app;
class WebConfig {
  @Bean
  CorsFilter corsFilter() {
    CorsConfiguration config = new CorsConfiguration();
    ${Object.entries(options).flatMap(([key, value]) => call(key, value)).join('\n    ')}
    ${options['applyPermitDefaultValues'] === true ? 'config.applyPermitDefaultValues();' : ''}
    ${adders.join('\n    ')}
    UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();
    source.registerCorsConfiguration("${path}", config);
    return new CorsFilter(source);
  }
}
`;
}

describe('recorded answers of CorsFilter', () => {
  const rows = observed('python-jvm').filter(({ framework }) => framework === 'spring');
  /** An Origin that is no origin: what the filter does with it differs by version and is not sent by browsers. */
  const malformed = (row: ObservedRow): boolean => row.request!.headers.some(([name, value]) => name === 'origin' && !/^(null|[a-z]+:\/\/[^/\s]+\/?)$/i.test(value));
  const refused = rows.filter(({ request, response }) => request === null || response.configError !== undefined);
  const held = rows.filter((row) => !refused.includes(row) && !malformed(row));

  test('how many are held', () => {
    expect({ all: rows.length, refusedAtConfiguration: refused.length, malformedOrigin: rows.length - refused.length - held.length, held: held.length }).toEqual({ all: 3481, refusedAtConfiguration: 1, malformedOrigin: 240, held: 3240 });
  });

  test('every one is predicted', () => {
    const policies = new Map<string, Policy>();
    const wrong: string[] = [];
    for (const row of held) {
      const key = `${row.version} ${JSON.stringify(row.options)}`;
      if (!policies.has(key)) policies.set(key, policiesOf(sourceOf(row.options as Record<string, unknown>), pom(row.version))[0]!);
      const reached = row.response.status >= 404 && row.response.error === undefined ? { status: row.response.status } : {};
      const found = differences({ policy: policies.get(key)!, inner: [] }, row, { scenario: reached, target: 'http://api.example.com' });
      if (found.length > 0) wrong.push(`${key} ${row.request!.method} ${row.request!.path} ${JSON.stringify(row.request!.headers)}: ${found.join('; ')}`);
    }
    expect(wrong.slice(0, 10)).toEqual([]);
  });
});

describe('recorded answers of Spring MVC 4.3.30', () => {
  const app = 'https://app.example.com';
  const controller = (onClass: string, onMethod: string): string => `package app;
@RestController
${onClass}
class Data {
  ${onMethod}
  @RequestMapping(value = "/api/data", method = {RequestMethod.GET, RequestMethod.PUT}) String data() { return ""; }
}
`;
  const registry = (calls: string): string => `class Config extends WebMvcConfigurerAdapter { public void addCorsMappings(CorsRegistry registry) { registry.${calls}; } }\n`;
  /** What was run, as each row names it. */
  const SOURCES: Readonly<Record<string, string>> = {
    'no cors config at all': controller('', ''),
    '@CrossOrigin (method GET,PUT, defaults)': controller('', '@CrossOrigin'),
    '@CrossOrigin on GET only; PUT handler without': '@RestController class Data { @CrossOrigin @GetMapping("/api/data") String get() { return ""; } @PutMapping("/api/data") String put() { return ""; } }',
    'class @CrossOrigin(origins=app) + method @CrossOrigin(origins=a, allowCredentials=false, maxAge=5)': controller(`@CrossOrigin(origins = "${app}")`, '@CrossOrigin(origins = "https://a.example.com", allowCredentials = "false", maxAge = 5)'),
    '@CrossOrigin(origins=app, methods=PUT, allowedHeaders=X-Custom, exposedHeaders=X-Total, allowCredentials=true, maxAge=30)': controller('', `@CrossOrigin(origins = "${app}", methods = RequestMethod.PUT, allowedHeaders = "X-Custom", exposedHeaders = "X-Total", allowCredentials = "true", maxAge = 30)`),
    'class @CrossOrigin(origins=*) + method @CrossOrigin(origins=app)': controller('@CrossOrigin(origins = "*")', `@CrossOrigin(origins = "${app}")`),
    'CorsRegistry addMapping(/**) only': controller('', '') + registry('addMapping("/**")'),
    'CorsRegistry addMapping(/api/**) origins app, methods GET,PUT, credentials, maxAge 30': controller('', '') + registry(`addMapping("/api/**").allowedOrigins("${app}").allowedMethods("GET", "PUT").allowCredentials(true).maxAge(30)`),
    'CorsRegistry /** origins b:3000 + class app + method a annotations': controller(`@CrossOrigin("${app}")`, '@CrossOrigin(origins = "https://a.example.com", allowCredentials = "false", maxAge = 5)') + registry('addMapping("/**").allowedOrigins("https://b.example.com:3000")'),
    'CorsRegistry /other/** only': controller('', '') + registry('addMapping("/other/**")'),
  };
  const rows = observed('python-jvm').filter(({ framework }) => framework === 'spring-mvc');
  const nameOf = (row: ObservedRow): string => String((row.options as Readonly<Record<string, unknown>>)['api']);

  test('all are held but those of an application that configures nothing', () => {
    expect(rows.length).toBe(290);
    expect(policiesOf(SOURCES['no cors config at all']!)).toEqual([]);
    expect(rows.filter((row) => nameOf(row) !== 'no cors config at all').length).toBe(261);
  });

  test.each(Object.keys(SOURCES).filter((name) => name !== 'no cors config at all'))('%s', (name) => {
    const [policy] = policiesOf(SOURCES[name]!, pom('4.3.30.RELEASE'));
    const wrong = rows.filter((row) => nameOf(row) === name).flatMap((row) => {
      const found = differences({ policy: policy!, inner: [] }, row, { target: 'http://api.example.com' });
      return found.length > 0 ? [`${row.request!.method} ${row.request!.path} ${JSON.stringify(row.request!.headers)}: ${found.join('; ')}`] : [];
    });
    expect(wrong).toEqual([]);
  });
});

describe('what can be read', () => {
  const steps = (text: string, others: Readonly<Record<string, string>> = {}): string => JSON.stringify(policiesOf(text, others));

  test.each([
    ['a constant of the class', 'class C { static final String A = "https://a.example"; @Bean CorsFilter f() { CorsConfiguration c = new CorsConfiguration(); c.addAllowedOrigin(A); return null; } }'],
    ['a registry', 'class C implements WebMvcConfigurer { public void addCorsMappings(CorsRegistry registry) { registry.addMapping("/api/**").allowedOrigins("https://a.example").allowedMethods("GET"); } }'],
    ['an annotation', '@RestController @CrossOrigin("https://a.example") class C { @GetMapping("/x") String x() { return ""; } }'],
    ['a split of a default', 'class C { @Value("${cors.origins:https://a.example,https://b.example}") private String[] origins; @Bean CorsFilter f() { CorsConfiguration c = new CorsConfiguration(); c.setAllowedOrigins(Arrays.asList(origins)); return null; } }'],
    ['a lambda', 'class C { CorsConfigurationSource s() { return request -> { CorsConfiguration c = new CorsConfiguration(); c.setAllowedOrigins(List.of("https://a.example")); return c; }; } }'],
  ])('%s', (_name, text) => {
    expect(steps(text)).toContain('"text":"https://a.example"');
  });

  test('a constant of another class', () => {
    expect(steps('package app; class C { @Bean CorsFilter f() { CorsConfiguration c = new CorsConfiguration(); c.addAllowedOrigin(Origins.SHOP); return null; } }', { 'src/main/java/app/Origins.java': 'package app; class Origins { static final String SHOP = "https://a.example"; }' })).toContain('"text":"https://a.example"');
  });

  test('a constant of the class itself, and of an interface of it', () => {
    const text = 'interface Named { String APP = "https://app.example"; } @RestController class C implements Named { private static final String OWN = "https://own.example"; @CrossOrigin({OWN, APP}) @GetMapping("/x") String x() { return ""; } }';
    expect(steps(text)).toContain('https://own.example');
    expect(steps(text)).toContain('https://app.example');
  });

  test('class and method annotations are united, with the paths of both', () => {
    const [policy] = policiesOf('@RestController @RequestMapping("/api") @CrossOrigin("https://a.example") class C { @CrossOrigin("https://b.example") @PutMapping("/x/{id}") String x() { return ""; } }');
    expect(policy?.probes).toMatchObject([{ path: '/api/x/x', methods: ['PUT'] }]);
    expect(JSON.stringify(policy)).toMatch(/https:\/\/a\.example.*https:\/\/b\.example/);
  });

  test('what cannot be read is unknown, with its reason', () => {
    expect(steps('class C { @Bean CorsFilter f() { CorsConfiguration c = new CorsConfiguration(); c.setAllowedOrigins(load.origins()); return null; } }')).toContain('function-call');
  });

  test('the version of Spring Boot decides what `*` with credentials does', () => {
    const text = 'class C { @Bean CorsFilter f() { CorsConfiguration c = new CorsConfiguration(); c.addAllowedOrigin("*"); c.setAllowCredentials(true); return null; } }';
    const boot = (version: string): Record<string, string> => ({ 'pom.xml': `<parent><artifactId>spring-boot-starter-parent</artifactId><version>${version}</version></parent>` });
    expect(steps(text, boot('3.4.5'))).toContain('Spring refuses `*` with credentials');
    expect(steps(text, boot('2.3.1'))).not.toContain('Spring refuses');
  });
});

describe('an application of several files', () => {
  const POM = { 'pom.xml': '<project><properties><spring.version>6.2.19</spring.version></properties></project>' };
  const at = (name: string): string => `src/main/java/app/${name}.java`;
  const FILES: Readonly<Record<string, string>> = {
    ...POM,
    [at('WebConfig')]: 'package app; @Configuration class WebConfig implements WebMvcConfigurer { public void addCorsMappings(CorsRegistry registry) { registry.addMapping("/api/**").allowedOrigins("https://a.example"); } }',
    [at('Items')]: 'package app; @RestController @CrossOrigin("https://b.example") class Items { @GetMapping("/api/items") String items() { return ""; } }',
    [at('Filters')]: 'package app; @Configuration class Filters { @Bean CorsFilter filter(CorsConfigurationSource shops) { return new CorsFilter(shops); } }',
    [at('Sources')]: 'package app; @Configuration class Sources { @Bean CorsConfigurationSource shops() { CorsConfiguration c = new CorsConfiguration(); c.addAllowedOrigin("https://c.example"); UrlBasedCorsConfigurationSource s = new UrlBasedCorsConfigurationSource(); s.registerCorsConfiguration("/shop/**", c); return s; } }',
    'src/test/java/app/TestConfig.java': 'package app; @Configuration class TestConfig implements WebMvcConfigurer { public void addCorsMappings(CorsRegistry registry) { registry.addMapping("/**").allowedOriginPatterns("*"); } }',
  };
  const read = (name: string, files: Readonly<Record<string, string>> = FILES): readonly Policy[] => {
    const { unit } = java.parse(new SourceText(at(name), files[at(name)]!), filesFrom(files));
    return [...spring.read(unit!)].flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []));
  };
  const answer = (policy: Policy, path: string, origin: string): readonly string[] =>
    evaluate({ policy, inner: [] }, { method: 'GET', path, headers: [['origin', origin], ['host', 'api.example']] }).flatMap(({ response }) => [String(response.status), ...response.headers.flatMap(({ name, text }) => (name === 'access-control-allow-origin' ? [text ?? '?'] : []))]);

  test('a handler is seen with the registry of another file, and each policy stands in its own file', () => {
    const [items] = read('Items');
    expect(items?.at.file).toBe(at('Items'));
    for (const origin of ['https://a.example', 'https://b.example']) expect(answer(items!, '/api/items', origin)).toEqual(['200', origin]);
    expect(answer(items!, '/api/items', 'https://c.example')).toEqual(['403']);
    expect(read('WebConfig').map(({ title }) => title)).toEqual(['Spring MVC (CorsRegistry)']);
  });

  test('a filter stands before the dispatcher, whichever file makes its source', () => {
    const [source] = read('Sources');
    expect([source?.title, answer(source!, '/shop/x', 'https://c.example')]).toEqual(['CorsFilter', ['200', 'https://c.example']]);
    expect(read('Filters')).toEqual([]);
    const [registry] = read('WebConfig');
    expect(answer(registry!, '/shop/x', 'https://a.example')).toEqual(['403']);
  });

  test('what changed in another file is read again', () => {
    const [before] = read('Items');
    expect(answer(before!, '/api/items', 'https://d.example')).toEqual(['403']);
    const [after] = read('Items', { ...FILES, [at('WebConfig')]: FILES[at('WebConfig')]!.replace('a.example', 'd.example') });
    expect(answer(after!, '/api/items', 'https://d.example')).toEqual(['200', 'https://d.example']);
  });
});

describe('paths that several handlers are for', () => {
  const answerTo = (policy: Policy, path: string, method: string): (string | null)[] => evaluate({ policy, inner: [] }, { method, path, headers: [['origin', 'https://a.example'], ['host', 'api.example']] }).flatMap(({ response }) => response.headers.filter(({ name }) => name === 'access-control-allow-origin').map(({ text }) => text));

  test('the nearest pattern that serves the method counts, wherever it stands', () => {
    const [policy] = policiesOf('package app;\nimport org.springframework.web.bind.annotation.*;\n@RestController\nclass WebConfig {\n  @CrossOrigin("https://a.example")\n  @GetMapping("/files/**")\n  String read() { return ""; }\n  @CrossOrigin("https://a.example")\n  @PostMapping("/files")\n  String write() { return ""; }\n}\n');
    expect(answerTo(policy!, '/files', 'POST')).toEqual(['https://a.example']);
    expect(answerTo(policy!, '/files/one', 'POST')).toEqual([]);
  });

  test('an annotated class without paths has those of the classes that extend it', () => {
    const others = { 'src/main/java/app/Cart.java': 'package app;\n@RestController\nclass Cart extends WebConfig {\n  @PutMapping("/cart")\n  String put() { return ""; }\n}\n' };
    const text = 'package app;\n@CrossOrigin("https://a.example")\nabstract class WebConfig {\n}\n';
    expect(policiesOf(text, others).flatMap(({ probes }) => probes.map(({ path, methods }) => [path, methods]))).toEqual([['/cart', ['PUT']]]);
    expect(policiesOf(text).flatMap(({ probes }) => probes.map(({ path }) => path))).toEqual(['/x']);
  });
});

describe('cases', () => {
  const RELEASES = { old: '4.3.25.RELEASE', five: '5.3.39', six: '6.2.19' } as const;
  const origins = (text: string, version: keyof typeof RELEASES, origin: string): readonly string[] => {
    const [policy] = policiesOf(text, pom(RELEASES[version]));
    return evaluate({ policy: policy!, inner: [] }, { method: 'GET', path: '/x', headers: [['origin', origin], ['host', 'api.example']] }).flatMap(({ response }) => response.headers.flatMap(({ name, text: value }) => (/^access-control-allow-(origin|credentials)$/.test(name) ? [value ?? '?'] : [])));
  };
  const filter = (lines: string): string => `class C { @Bean CorsFilter f() { CorsConfiguration c = new CorsConfiguration(); ${lines} UrlBasedCorsConfigurationSource s = new UrlBasedCorsConfigurationSource(); s.registerCorsConfiguration("/**", c); return new CorsFilter(s); } }`;

  test('commas part entries since 6.0, and blanks around them go', () => {
    const text = filter('c.addAllowedOrigin("https://a.example, https://b.example");');
    expect([origins(text, 'six', 'https://b.example'), origins(text, 'five', 'https://b.example')]).toEqual([['https://b.example'], []]);
  });

  test('a pattern ends the permitted `*`, an origin joins it', () => {
    expect(origins(filter('c.applyPermitDefaultValues(); c.addAllowedOriginPattern("https://*.example.com");'), 'six', 'https://a.example')).toEqual([]);
    expect(origins(filter('c.applyPermitDefaultValues(); c.addAllowedOrigin("https://b.example");'), 'six', 'https://a.example')).toEqual(['*']);
  });

  test('what is set to null is not set', () => {
    expect(origins(filter('c.addAllowedOrigin("https://a.example"); c.setAllowedOrigins(null);'), 'six', 'https://a.example')).toEqual([]);
  });

  test('a bare annotation sends credentials before 4.3.28', () => {
    const text = '@RestController @CrossOrigin class C { @GetMapping("/x") String x() { return ""; } }';
    expect([origins(text, 'old', 'https://a.example'), origins(text, 'six', 'https://a.example')]).toEqual([['https://a.example', 'true'], ['*']]);
  });

  test('methods that are not known leave it open whether a request is refused', () => {
    const [policy] = policiesOf(filter('c.addAllowedOrigin("https://a.example"); c.setAllowedMethods(load.methods());'), pom('6.2.19'));
    const outcomes = evaluate({ policy: policy!, inner: [] }, { method: 'PUT', path: '/x', headers: [['origin', 'https://a.example'], ['host', 'api.example']] });
    expect(outcomes.map(({ response }) => response.status).sort()).toEqual([200, 403]);
  });

  test.each([
    ['/api/**', ['/api', '/api/a/b'], ['/apis']],
    ['/api/*', ['/api/a'], ['/api', '/api/a/b']],
    ['/{id:\\\\d+}/x', ['/12/x'], ['/a/x']],
    ['/a/{*rest}', ['/a', '/a/b/c'], ['/ab']],
    ['/?.html', ['/a.html'], ['/ab.html', '/aXhtml']],
    ['api/**', ['/api/x'], ['/x']],
  ])('the path pattern %s', (pattern, covered, others) => {
    const text = filter('c.addAllowedOrigin("https://a.example");').replace('"/**"', JSON.stringify(pattern).replaceAll('\\\\\\\\', '\\\\'));
    const [policy] = policiesOf(text, pom('7.0.9'));
    const sent = (path: string): boolean => evaluate({ policy: policy!, inner: [] }, { method: 'GET', path, headers: [['origin', 'https://a.example'], ['host', 'api.example']] }).some(({ response }) => response.headers.some(({ name }) => name === 'access-control-allow-origin'));
    expect([covered.map(sent), others.map(sent)]).toEqual([covered.map(() => true), others.map(() => false)]);
  });
});

describe('any text', () => {
  const text = '\ufeffpackage app;\r\n// 😀\r\n@RestController\r\nclass C {\r\n  @CrossOrigin(origins = {"https://a.example", "https://😀.example"})\r\n  @GetMapping("/x") String x() { return """\r\n    block"""; }\r\n}\r\n';

  test('every prefix is read without a throw, with places inside the text', () => {
    for (let length = 0; length <= text.length; length += 1) {
      const part = text.slice(0, length);
      const { unit, problems } = java.parse(new SourceText('A.java', part), filesFrom({}));
      for (const { at } of problems) expect(at.start >= 0 && at.end <= length).toBe(true);
      for (const reading of spring.read(unit!)) if (reading.kind === 'policy') expect(reading.policy.at.end <= length).toBe(true);
    }
  });

  test('places are UTF-16 offsets', () => {
    const policy = policiesOf(text)[0]!;
    expect(text.slice(policy.at.start, policy.at.end)).toMatch(/^@CrossOrigin\(.*\)$/);
  });
});
