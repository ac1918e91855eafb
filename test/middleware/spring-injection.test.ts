import { beforeAll, describe, expect, test } from 'vitest';
import { springInjection } from '../../src/middleware/spring/injection.js';
import jvm, { run } from '../../src/syntax/jvm/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import type { Condition } from '../../src/values/condition.js';
import type { Value } from '../../src/values/value.js';
import { casesOfValue } from '../../src/values/cases.js';

beforeAll(() => jvm.load());

const RESOURCES = 'src/main/resources';

/** Values and where they stand, by what they hold under: `production`, `development`, `X set`, `X not set`. */
function shown(value: Value, texts: Readonly<Record<string, string>>): unknown {
  if (value.kind === 'either') return Object.fromEntries(casesOfValue(value).map(({ when, value: option }) => [conditionText(when), shown(option, texts)]));
  if (value.kind === 'list') return [...value.items.map((item) => shown(item, texts)), ...(value.rest === undefined ? [] : [`…${value.rest.kind === 'env' ? value.rest.name : value.rest.reason}`])];
  if (value.kind === 'record') return Object.fromEntries(value.entries.map((one) => [one.key, shown(one.value, texts)]));
  if (value.kind === 'env') return `env ${value.name}`;
  if (value.kind === 'unknown') return `unknown ${value.reason}`;
  if (value.kind === 'nothing') return null;
  if (value.kind === 'condition') return conditionText(value.condition);
  if (value.kind === 'concat') return value.parts.map((part) => shown(part, texts));
  return 'value' in value ? value.value : value.kind;
}

function conditionText(condition: Condition): string {
  switch (condition.c) {
    case 'and':
    case 'or':
      return condition.of.map(conditionText).join(` ${condition.c} `);
    case 'not':
      return `not ${conditionText(condition.of)}`;
    case 'fact':
      return condition.fact.environment ?? (condition.fact.absentSetting === undefined ? condition.fact.key : `no ${condition.fact.absentSetting}`);
    default:
      return condition.c;
  }
}

function returned(path: string, text: string, resources: Readonly<Record<string, string>>): Value {
  const others = Object.fromEntries(Object.entries(resources).map(([name, one]) => [name.includes('/') ? name : `${RESOURCES}/${name}`, one]));
  const { unit, problems } = jvm.parse(new SourceText(path, text), filesFrom({ ...others, [path]: text }));
  expect(problems).toEqual([]);
  const ran = run(unit!, () => undefined, springInjection);
  const method = ran.classes.flatMap(({ methods }) => methods).find(({ name }) => name === 'f')!;
  const value = method.callee.run(method.parameters.map((parameter) => method.given(parameter)!)).find((event) => event.kind === 'return');
  return value?.kind === 'return' ? value.value : { kind: 'nothing', what: 'null', at: unit!.unit.classes[0]!.at };
}

const JAVA = 'src/main/java/app/A.java';
const java = (members: string, result: string, resources: Readonly<Record<string, string>> = {}, parameters = ''): unknown => shown(returned(JAVA, `package app;\nimport java.util.*;\nclass A {\n${members}\n  Object f(${parameters}) { return ${result}; }\n}\n`, resources), {});
const field = (type: string, annotation: string, resources: Readonly<Record<string, string>> = {}): unknown => java(`  @Value(${annotation}) private ${type} x;`, 'x', resources);

const YAML = 'app:\n  cors:\n    allowed-origins: https://a.example, https://b.example\n    one: "https://a.example"\n    sequence:\n      - https://a.example\n      - https://b.example\n    credentials: true\n    max-age: 30m\n    camelCase: https://c.example\n    under_score: https://d.example\n    empty:\n';

describe('@Value', () => {
  test.each([
    ['String', '"${app.cors.one}"', 'https://a.example'],
    ['String', '"${app.cors.one:*}"', 'https://a.example'],
    ['String[]', '"${app.cors.allowed-origins}"', ['https://a.example', 'https://b.example']],
    ['List<String>', '"${app.cors.allowed-origins}"', ['https://a.example', 'https://b.example']],
    ['Set<String>', '"${app.cors.allowed-origins:*}"', ['https://a.example', 'https://b.example']],
    ['String', '"${app.cors.allowed-origins}"', 'https://a.example, https://b.example'],
    ['boolean', '"${app.cors.credentials}"', true],
    ['boolean', '"${app.cors.missing:false}"', { 'no app.cors.missing': false, 'not no app.cors.missing': 'env app.cors.missing' }],
    ['long', '"${app.cors.missing:3600}"', { 'no app.cors.missing': 3600, 'not no app.cors.missing': 'env app.cors.missing' }],
    ['Duration', '"${app.cors.max-age}"', 1800],
    ['String', '"${app.cors.missing}"', 'env app.cors.missing'],
    ['List<String>', '"${app.cors.missing}"', ['…app.cors.missing']],
    // A sequence is no text: nothing has the key.
    ['List<String>', '"${app.cors.sequence:https://d.example,https://e.example}"', { 'no app.cors.sequence': ['https://d.example', 'https://e.example'], 'not no app.cors.sequence': ['…app.cors.sequence'] }],
    ['String', '"${app.cors.sequence[1]}"', 'https://b.example'],
    ['String', '"${app.cors.camel-case}"', 'https://c.example'],
    ['String', '"${app.cors.camelCase}"', 'https://c.example'],
    ['String', '"${app.cors.under-score}"', 'https://d.example'],
    // Only canonical names are relaxed.
    ['String', '"${app.cors.allowedOrigins:x}"', { 'no app.cors.allowedOrigins': 'x', 'not no app.cors.allowedOrigins': 'env app.cors.allowedOrigins' }],
    ['String', '"${app.cors.missing:${app.cors.one}}"', { 'no app.cors.missing': 'https://a.example', 'not no app.cors.missing': 'env app.cors.missing' }],
    ['String', '"https://${app.cors.host:a.example}:8080"', { 'no app.cors.host': 'https://a.example:8080', 'not no app.cors.host': ['https://', 'env app.cors.host', ':8080'] }],
    ['List<String>', '"#{\'${app.cors.allowed-origins}\'.split(\',\')}"', ['https://a.example', ' https://b.example']],
    ['String[]', '"#{\'${app.cors.none:a,b}\'.split(\',\')}"', { 'no app.cors.none': ['a', 'b'], 'not no app.cors.none': ['…app.cors.none'] }],
    ['List<String>', '"#{{\'a\', \'b\'}}"', ['a', 'b']],
    ['String', '"#{environment[\'X\'] ?: \'y\'}"', { 'no X': 'y', 'not no X': 'env X' }],
    ['String', '"#{@bean.origins()}"', 'unknown unsupported-syntax'],
    ['String', '"${app.cors.missing:#{null}}"', { 'no app.cors.missing': null, 'not no app.cors.missing': 'env app.cors.missing' }],
    ['String', '"plain"', 'plain'],
    ['List<String>', '"${app.cors.empty:}"', []],
    ['String', '"${" + KEY + "}"', 'https://a.example'],
  ])('%s %s', (type, annotation, value) => {
    expect(java(`  static final String KEY = "app.cors.one";\n  @Value(${annotation}) private ${type} x;`, 'x', { 'application.yml': YAML })).toEqual(value);
  });

  test('constructor parameters, method parameters, setters', () => {
    const resources = { 'application.properties': 'origins=https://a.example' };
    expect(java('  private final String x;\n  A(@Value("${origins}") String x) { this.x = x; }', 'x', resources)).toBe('https://a.example');
    expect(java('', 'x', resources, '@Value("${origins}") List<String> x')).toEqual(['https://a.example']);
  });

  test('Kotlin', () => {
    const text = 'package app\nclass A(@Value("\\${origins:*}") private val x: List<String>) {\n  @Value("\\${one}")\n  lateinit var y: String\n  fun f(): Any {\n    return x + y\n  }\n}\n';
    expect(shown(returned('src/main/kotlin/app/A.kt', text, { 'application.yml': 'origins: a,b\none: c\n' }), {})).toEqual(['a', 'b', 'c']);
  });

  test('items have their own places in the application file', () => {
    const value = returned(JAVA, 'package app;\nclass A {\n  @Value("${origins}") String[] x;\n  Object f() { return x; }\n}\n', { 'application.yml': 'origins: "https://a.example, https://b.example"\n' });
    const text = 'origins: "https://a.example, https://b.example"\n';
    expect(value.kind === 'list' ? value.items.map(({ at }) => [at.file, text.slice(at.start, at.end)]) : []).toEqual([[`${RESOURCES}/application.yml`, 'https://a.example'], [`${RESOURCES}/application.yml`, 'https://b.example']]);
  });
});

describe('application files', () => {
  const origin = (resources: Readonly<Record<string, string>>): unknown => field('String', '"${o}"', resources);
  test.each([
    ['properties win over YAML', { 'application.yml': 'o: yaml\n', 'application.properties': 'o=properties\n' }, 'properties'],
    ['the config folder wins', { 'application.properties': 'o=a\n', [`${RESOURCES}/config/application.yml`]: 'o: b\n' }, 'b'],
    ['bootstrap counts least', { 'bootstrap.yml': 'o: a\n', 'application.yml': 'o: b\n' }, 'b'],
    ['bootstrap alone', { 'bootstrap.yml': 'o: a\n' }, 'a'],
    ['a file of a profile', { 'application.yml': 'o: a\n', 'application-prod.yml': 'o: p\n' }, { production: 'p', 'not production': 'a' }],
    ['files of two profiles', { 'application-dev.yml': 'o: d\n', 'application-prod.properties': 'o=p\n' }, { production: 'p', 'not production and development': 'd', 'not production and not development': 'env o' }],
    ['documents of profiles', { 'application.yml': 'o: a\n---\nspring:\n  config:\n    activate:\n      on-profile: dev\no: d\n' }, { development: 'd', 'not development': 'a' }],
    ['documents of old profiles', { 'application.yml': 'o: a\n---\nspring:\n  profiles: local\no: d\n' }, { development: 'd', 'not development': 'a' }],
    ['documents of properties', { 'application.properties': 'o=a\n#---\nspring.config.activate.on-profile=!prod\no=d\n' }, { 'not production': 'd', production: 'a' }],
    ['a later document of the same file wins', { 'application.yml': 'o: a\n---\no: b\n' }, 'b'],
    ['a profile that the application switches on', { 'application.yml': 'spring.profiles.active: cloud\no: a\n', 'application-cloud.yml': 'o: c\n' }, 'c'],
    ['a profile that nobody knows', { 'application.yml': 'o: a\n', 'application-eu.yml': 'o: e\n' }, { 'profile:eu': 'e', 'not profile:eu': 'a' }],
    ['a variable with a default', { 'application.yml': 'o: ${ORIGIN:https://a.example}\n' }, { 'no ORIGIN': 'https://a.example', 'not no ORIGIN': 'env ORIGIN' }],
    ['a variable without one', { 'application.yml': 'o: ${ORIGIN}\n' }, 'env ORIGIN'],
    ['a key that refers to another', { 'application.yml': 'base: https://a.example\no: ${base}/\n' }, 'https://a.example/'],
    ['a key that refers to itself', { 'application.yml': 'o: ${o}\n' }, 'env o'],
    ['an import', { 'application.yml': 'spring.config.import: classpath:more.yml\no: a\n', 'more.yml': 'o: m\n' }, 'm'],
    ['nothing', {}, 'env o'],
    ['beside a program of another layout', { 'application.yml': 'x: y\n' }, 'env o'],
    ['a file outside of the resources wins', { 'application.yml': 'o: a\n', 'config/application.yml': 'o: b\n' }, 'b'],
    ['a template of the build', { 'application.properties': 'o=@origin@\n' }, 'unknown template-syntax'],
  ])('%s', (_name, resources, value) => {
    expect(origin(resources as Record<string, string>)).toEqual(value);
  });

  test('a property source of the class', () => {
    const text = 'package app;\n@PropertySource("classpath:cors.properties")\nclass A {\n  @Value("${o}") String x;\n  Object f() { return x; }\n}\n';
    expect(shown(returned(JAVA, text, { 'cors.properties': 'o=a\n' }), {})).toBe('a');
  });

  test('a module without files of its own belongs to its one neighbour that has some', () => {
    const text = 'package app;\nclass A {\n  @Value("${o}") String x;\n  Object f() { return x; }\n}\n';
    expect(shown(returned('common/src/main/java/app/A.java', text, { 'server/src/main/resources/application.yml': 'o: a\n' }), {})).toBe('a');
    expect(shown(returned('common/src/main/java/app/A.java', text, { 'one/src/main/resources/application.yml': 'o: a\n', 'two/src/main/resources/application.yml': 'o: b\n' }), {})).toBe('env o');
  });
});

describe('@ConfigurationProperties', () => {
  const properties = (declaration: string, result: string, resources: Readonly<Record<string, string>>): unknown => java(`  private final CorsProperties properties;\n  A(CorsProperties properties) { this.properties = properties; }\n${declaration}`, result, resources);
  const sequence = { 'application.yml': 'app:\n  cors:\n    allowedOrigins:\n      - https://a.example\n      - https://b.example\n    allow-credentials: true\n    nested:\n      max-age: 60\n    map:\n      k: v\n' };
  test.each([
    ['a record', '  @ConfigurationProperties(prefix = "app.cors") record CorsProperties(List<String> allowedOrigins, boolean allowCredentials) {}', 'properties.allowedOrigins()', sequence, ['https://a.example', 'https://b.example']],
    ['a flag of a record', '  @ConfigurationProperties("app.cors") record CorsProperties(List<String> allowedOrigins, boolean allowCredentials) {}', 'properties.allowCredentials()', sequence, true],
    ['a class with accessors', '  @ConfigurationProperties("app.cors") static class CorsProperties { private List<String> allowedOrigins; public List<String> getAllowedOrigins() { return allowedOrigins; } public void setAllowedOrigins(List<String> o) { this.allowedOrigins = o; } }', 'properties.getAllowedOrigins()', sequence, ['https://a.example', 'https://b.example']],
    ['a class with generated accessors', '  @Data @ConfigurationProperties("app.cors") static class CorsProperties { private String[] allowedOrigins; }', 'properties.getAllowedOrigins()', sequence, ['https://a.example', 'https://b.example']],
    ['a class inside of it', '  @Data @ConfigurationProperties("app.cors") static class CorsProperties { private Nested nested = new Nested(); @Data static class Nested { private long maxAge = 1; } }', 'properties.getNested().getMaxAge()', sequence, 60],
    ['a map', '  @Data @ConfigurationProperties("app.cors") static class CorsProperties { private Map<String, String> map; }', 'properties.getMap().get("k")', sequence, 'v'],
    ['texts with commas', '  @ConfigurationProperties("app.cors") record CorsProperties(List<String> allowedOrigins) {}', 'properties.allowedOrigins()', { 'application.properties': 'app.cors.allowed-origins=https://a.example, https://b.example\n' }, ['https://a.example', 'https://b.example']],
    ['items by number', '  @ConfigurationProperties("app.cors") record CorsProperties(List<String> allowedOrigins) {}', 'properties.allowedOrigins()', { 'application.properties': 'app.cors.allowed-origins[0]=a\napp.cors.allowed-origins[1]=b\n' }, ['a', 'b']],
    ['lists of a profile replace the whole list', '  @ConfigurationProperties("app.cors") record CorsProperties(List<String> allowedOrigins) {}', 'properties.allowedOrigins()', { 'application.yml': 'app.cors.allowed-origins: [a, b]\n', 'application-prod.yml': 'app.cors.allowed-origins: [p]\n' }, { production: ['p'], 'not production': ['a', 'b'] }],
    ['an initial value', '  @Data @ConfigurationProperties("app.cors") static class CorsProperties { private List<String> allowedOrigins = List.of("*"); }', 'properties.getAllowedOrigins()', {}, { 'no app.cors.allowedOrigins': ['*'], 'not no app.cors.allowedOrigins': ['…app.cors.allowedOrigins'] }],
    ['a default of a parameter', '  @ConfigurationProperties("app.cors") record CorsProperties(@DefaultValue({"a", "b"}) List<String> allowedOrigins) {}', 'properties.allowedOrigins()', {}, { 'no app.cors.allowedOrigins': ['a', 'b'], 'not no app.cors.allowedOrigins': ['…app.cors.allowedOrigins'] }],
    ['nothing', '  @ConfigurationProperties("app.cors") record CorsProperties(List<String> allowedOrigins) {}', 'properties.allowedOrigins()', {}, ['…app.cors.allowedOrigins']],
  ])('%s', (_name, declaration, result, resources, value) => {
    expect(properties(declaration, result, resources as Record<string, string>)).toEqual(value);
  });

  test('in a file of its own, in Kotlin', () => {
    const text = 'package app\nclass A(private val properties: CorsProperties) {\n  fun f(): Any {\n    return properties.allowedOrigins\n  }\n}\n';
    const own = 'package app\n@ConfigurationProperties(prefix = "app.cors")\ndata class CorsProperties(val allowedOrigins: List<String> = listOf("d"))\n';
    expect(shown(returned('src/main/kotlin/app/A.kt', text, { 'src/main/kotlin/app/CorsProperties.kt': own, 'application.yml': 'app.cors.allowed-origins: a,b\n' }), {})).toEqual(['a', 'b']);
  });
});

describe('Environment', () => {
  const asked = (result: string, resources: Readonly<Record<string, string>> = {}): unknown => java('  @Autowired private Environment env;', result, resources);
  test.each([
    ['env.getProperty("o")', 'a'],
    ['env.getProperty("o", "z")', 'a'],
    ['env.getRequiredProperty("o")', 'a'],
    ['env.getProperty("missing", "z")', { 'no missing': 'z', 'not no missing': 'env missing' }],
    ['env.getProperty("missing")', 'env missing'],
    ['env.getProperty("l", String[].class)', ['b', 'c']],
    ['env.getProperty("flag", Boolean.class, false)', true],
    ['env.acceptsProfiles(Profiles.of("dev"))', 'development'],
    ['env.acceptsProfiles("prod", "dev")', 'production or development'],
    ['env.matchesProfiles("!prod")', 'not production'],
    ['Arrays.asList(env.getActiveProfiles()).contains("dev")', 'development'],
    ['Arrays.stream(env.getActiveProfiles()).anyMatch("prod"::equals)', 'production'],
    ['List.of(env.getActiveProfiles()).contains("local") ? "x" : "y"', { development: 'x', 'not development': 'y' }],
    ['System.getenv("O") == null ? "x" : "y"', { 'no O': 'x', 'not no O': 'y' }],
  ])('%s', (result, value) => {
    expect(asked(result, { 'application.yml': 'o: a\nl: b, c\nflag: true\n' })).toEqual(value);
  });
});
