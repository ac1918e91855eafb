import { describe, expect, test } from 'vitest';
import filterToCorsFilter from '../../../src/codemods/spring-filter-to-cors-filter.js';
import { run, type Outcome } from '../../../src/codemods/run.js';
import { chosen, repositoryOf } from '../repository.js';

const SHOP = 'src/main/java/com/example/shop';
const pom = (version: string): string => `<project>\n  <parent>\n    <groupId>org.springframework.boot</groupId>\n    <artifactId>spring-boot-starter-parent</artifactId>\n    <version>${version}</version>\n  </parent>\n</project>\n`;

async function rewritten(files: Readonly<Record<string, string>>, boot = '3.5.7'): Promise<Outcome> {
  const texts = Object.entries(files).map(([name, text]) => [`${SHOP}/${name}`, text.startsWith('package') ? text : `package com.example.shop;\n\n${text}`] as const);
  return run(filterToCorsFilter, await repositoryOf({ 'pom.xml': pom(boot), ...Object.fromEntries(texts) }), chosen());
}

const reasons = ({ refused }: Outcome): readonly string[] => refused.map(({ reason }) => reason);
const textOf = ({ texts }: Outcome, name = 'Cors.java'): string => texts.get(`${SHOP}/${name}`)?.after ?? '';

const IMPORTS = `import jakarta.servlet.FilterChain;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

`;
const METHOD = '  protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain) throws Exception {';
const END = `    if ("OPTIONS".equals(request.getMethod())) {
      response.setStatus(200);
      return;
    }
    chain.doFilter(request, response);
  }
`;
const ANY = '    response.setHeader("Access-Control-Allow-Origin", "*");\n';

/** A filter with some lines in front of its answer to preflights. */
const filter = (lines: string, { members = '', annotations = '@Component\n', imports = '' } = {}): string => `${imports}${IMPORTS}${annotations}class Cors extends OncePerRequestFilter {\n${members}${METHOD}\n${lines}${END}}\n`;
const admitting = (test: string, members = '', annotations = '@Component\n'): string => filter(`    String origin = request.getHeader("Origin");\n    if (${test}) {\n      response.setHeader("Access-Control-Allow-Origin", origin);\n      response.addHeader("Vary", "Origin");\n    }\n`, { members, annotations });

async function settingsOf(text: string, boot?: string): Promise<readonly string[]> {
  const outcome = await rewritten({ 'Cors.java': text }, boot);
  expect(reasons(outcome)).toEqual([]);
  return textOf(outcome).split('\n').map((line) => line.trim()).filter((line) => line.startsWith('configuration.') && !line.includes('Methods'));
}

describe('origins of a filter', () => {
  test('stay the constants, sets and properties that the author has', async () => {
    expect(await settingsOf(admitting('ALLOWED.contains(origin)', '  private static final Set<String> ALLOWED = Set.of("https://a.example");\n\n'))).toEqual(['configuration.setAllowedOrigins(new ArrayList<>(ALLOWED));']);
    expect(await settingsOf(admitting('allowed.contains(origin)', '  private final List<String> allowed = List.of("https://a.example");\n\n'))).toEqual(['configuration.setAllowedOrigins(allowed);']);
    expect(await settingsOf(admitting('A.equals(origin)', '  private static final String A = "https://a.example";\n\n'))).toEqual(['configuration.setAllowedOrigins(List.of(A));']);
    expect(await settingsOf(filter('    response.setHeader("Access-Control-Allow-Origin", A);\n', { members: '  private static final String A = "https://a.example";\n\n' }))).toEqual(['configuration.setAllowedOrigins(List.of(A));']);
  });

  test('that a field holds make it one of the class: what its superclass is made of is there before the object', async () => {
    const outcome = await rewritten({ 'Cors.java': admitting('allowed.contains(origin)', '  private final List<String> allowed = List.of("https://a.example");\n\n') });
    expect(textOf(outcome)).toContain('  private static final List<String> allowed = List.of("https://a.example");\n\n  Cors() {\n    super(corsSource());\n  }\n');
  });

  test('that Spring gives to a constructor are given on', async () => {
    const members = '  private final Settings settings;\n\n  Cors(Settings settings) {\n    this.settings = settings;\n  }\n\n';
    const settings = 'import org.springframework.boot.context.properties.ConfigurationProperties;\n\n@ConfigurationProperties("cors")\nclass Settings {\n  private java.util.List<String> origins;\n  java.util.List<String> getOrigins() { return origins; }\n  void setOrigins(java.util.List<String> origins) { this.origins = origins; }\n}\n';
    const outcome = await rewritten({ 'Cors.java': admitting('settings.getOrigins().contains(origin)', members), 'Settings.java': settings });
    expect(reasons(outcome)).toEqual([]);
    expect(textOf(outcome)).toContain('class Cors extends CorsFilter {\n  Cors(Settings settings) {\n    super(corsSource(settings));\n  }\n\n  private static UrlBasedCorsConfigurationSource corsSource(Settings settings) {\n');
    expect(textOf(outcome)).toContain('configuration.setAllowedOrigins(new ArrayList<>(settings.getOrigins()));');
  });

  test('that are told by a part of their text are patterns of Spring\'s', async () => {
    expect(await settingsOf(admitting('origin != null && origin.endsWith(".example.com")'))).toEqual(['configuration.setAllowedOriginPatterns(List.of("*.example.com"));']);
    expect(await settingsOf(admitting('origin != null && origin.matches("https://.*\\\\.example\\\\.com")'))).toEqual(['configuration.setAllowedOriginPatterns(List.of("https://*.example.com"));']);
  });

  test('that no pattern of Spring\'s says are refused', async () => {
    expect(reasons(await rewritten({ 'Cors.java': admitting('origin != null && origin.matches("https://[a-z]+\\\\.example\\\\.com")') }))[0]).toMatch(/^it lets origins in by "https:.*, which patterns of Spring's do not say/);
    expect(reasons(await rewritten({ 'Cors.java': admitting('origin != null && origin.endsWith(".example.com")') }, '2.3.12.RELEASE'))).toEqual(['it lets origins in by a part of their text, for which Spring before 5.3 has no pattern']);
    expect(reasons(await rewritten({ 'Cors.java': filter('    response.setHeader("Access-Control-Allow-Origin", request.getHeader("Origin"));\n    response.setHeader("Access-Control-Allow-Credentials", "true");\n') }, '2.3.12.RELEASE'))).toEqual(['it sends every origin back, for which Spring before 5.3 has no pattern']);
  });

  test('that are sent back without credentials are any', async () => {
    expect(await settingsOf(filter('    response.setHeader("Access-Control-Allow-Origin", request.getHeader("Origin"));\n'))).toEqual(['configuration.setAllowedOrigins(List.of("*"));']);
  });
});

describe('a filter', () => {
  test('that names headers by constants, in a method of its own', async () => {
    const members = '  private void headers(HttpServletResponse answer) {\n    answer.setHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, "*");\n    answer.setHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, "X-A, Authorization");\n    answer.setIntHeader("Access-Control-Max-Age", 60);\n  }\n\n';
    const text = filter('    headers(response);\n', { members, imports: 'import org.springframework.http.HttpHeaders;\n' });
    expect(await settingsOf(text)).toEqual(['configuration.setAllowedOrigins(List.of("*"));', 'configuration.setAllowedHeaders(List.of("X-A", "Authorization"));', 'configuration.setMaxAge(60L);']);
    expect(textOf(await rewritten({ 'Cors.java': text }))).not.toMatch(/HttpHeaders|headers\(/);
  });

  test('that is annotated for a container keeps its patterns', async () => {
    const outcome = await rewritten({ 'Cors.java': 'import javax.servlet.*;\nimport javax.servlet.annotation.WebFilter;\nimport javax.servlet.http.*;\nimport org.springframework.core.annotation.Order;\n\n@WebFilter("/api/*")\npublic class Cors implements Filter {\n  public void doFilter(ServletRequest req, ServletResponse res, FilterChain chain) {\n    ((HttpServletResponse) res).setHeader("Access-Control-Allow-Origin", "*");\n    chain.doFilter(req, res);\n  }\n}\n' }, '2.7.18');
    expect(reasons(outcome)).toEqual([]);
    expect(textOf(outcome)).toContain('import javax.servlet.annotation.WebFilter;\n');
    expect(textOf(outcome)).toContain('@WebFilter("/api/*")\npublic class Cors extends CorsFilter {\n  public Cors() {');
    expect(textOf(outcome)).not.toContain('javax.servlet.*');
  });

  test('that does something besides is refused, wherever that stands', async () => {
    const refusedFor = async (text: string, more: Readonly<Record<string, string>> = {}): Promise<readonly string[]> => reasons(await rewritten({ 'Cors.java': text, ...more }));
    expect(await refusedFor(filter(`${ANY}    response.setStatus(403);\n`))).toEqual(['the filter refuses requests by itself in line 13']);
    expect(await refusedFor(filter(ANY).replace('chain.doFilter(request, response);', 'chain.doFilter(new Wrapped(request), response);'))).toEqual(['the filter hands on something else than the request in line 17']);
    expect(await refusedFor(filter(ANY, { members: '  protected boolean shouldNotFilter(HttpServletRequest request) {\n    return request.getHeader("X-A") != null;\n  }\n\n' }))).toEqual(['its method shouldNotFilter decides for which requests it is']);
    expect(await refusedFor(filter(ANY, { members: '  public void destroy() {\n    Metrics.close();\n  }\n\n' }))).toEqual(['its method destroy does something besides']);
    expect(await refusedFor(filter(ANY, { members: '  Cors() {\n    Metrics.open();\n  }\n\n' }))).toEqual(['the constructor of Cors does something besides']);
    expect(await refusedFor(filter(ANY, { annotations: '@Component\n@RequiredArgsConstructor\n' }))).toEqual(['the constructor of Cors is made by Lombok']);
    const other = (body: string): Readonly<Record<string, string>> => ({ 'Other.java': `${IMPORTS}class Other extends Cors {\n${body}}\n` });
    expect(await refusedFor(filter(ANY), other(''))).toEqual(['its class has no method of a filter: it inherits it']);
    expect(await refusedFor(filter(ANY), other(`${METHOD}\n    chain.doFilter(request, response);\n  }\n`))).toEqual([`Cors is extended in ${SHOP}/Other.java`]);
    expect(await refusedFor(filter(ANY).replace('extends OncePerRequestFilter', 'extends BaseFilter'))).toEqual(['Cors is a filter by a class of the project that it extends']);
    expect(await refusedFor(filter(`${ANY}    response.setHeader("Access-Control-Allow-Private-Network", "true");\n`))).toEqual(['the filter is about private networks in line 13, which is left to you']);
    expect(await refusedFor(filter(`${ANY}    response.setHeader(NAME, "x");\n`))).toEqual(['the filter writes a header in line 13 whose name is not in the text']);
  });

  test('that sends * with credentials for methods or headers is refused where Spring would open more', async () => {
    const credentialed = admitting('"https://a.example".equals(origin)').replace('    }\n', '    }\n    response.setHeader("Access-Control-Allow-Credentials", "true");\n    response.setHeader("Access-Control-Allow-Methods", "*");\n');
    expect(reasons(await rewritten({ 'Cors.java': credentialed }))).toEqual(['it sends * for methods together with credentials, which browsers take for the name of a method: name those that are meant first']);
    const reflecting = filter('    response.setHeader("Access-Control-Allow-Origin", request.getHeader("Origin"));\n    response.setHeader("Access-Control-Allow-Credentials", "true");\n    response.setHeader("Access-Control-Allow-Headers", "*");\n');
    expect(reasons(await rewritten({ 'Cors.java': reflecting }))[0]).toMatch(/^it sends \* for headers together with credentials/);
  });

  test('whose values others use, or that has no place for a constructor, is refused', async () => {
    const setting = '  @Value("${cors.origins}")\n  private List<String> allowed;\n\n';
    expect(reasons(await rewritten({ 'Cors.java': admitting('allowed.contains(origin)', `${setting}  List<String> origins() {\n    return allowed;\n  }\n\n`) }))).toEqual(['allowed is used by others in Cors, too']);
    const inner = `${IMPORTS}class Web {\n${filter(ANY).slice(IMPORTS.length)}}\n`;
    expect(reasons(await rewritten({ 'Web.java': inner }))).toEqual(['Cors belongs to an object of another class: make it static first']);
    expect(reasons(await rewritten({ 'Web.java': inner.replace('class Cors', 'static class Cors') }))).toEqual([]);
    expect(reasons(await rewritten({ 'Cors.java': filter(ANY, { members: '  String corsSource() {\n    return "";\n  }\n\n' }) }))).toEqual(['Cors has a method corsSource']);
  });

  test('without a name is made in a static method, too', async () => {
    const lambda = `${IMPORTS}import jakarta.servlet.Filter;\nimport org.springframework.context.annotation.*;\n\nclass Web {\n  @Bean\n  static Filter cors() {\n    return (request, response, chain) -> {\n      ((HttpServletResponse) response).setHeader("Access-Control-Allow-Origin", "*");\n      chain.doFilter(request, response);\n    };\n  }\n}\n`;
    const outcome = await rewritten({ 'Web.java': lambda });
    expect(reasons(outcome)).toEqual([]);
    expect(textOf(outcome, 'Web.java')).toContain('    return new CorsFilter(corsSource());\n  }\n\n  private static UrlBasedCorsConfigurationSource corsSource() {\n');
  });

  test('that lets any origin in loses the word on credentials, which browsers do not send to *', async () => {
    expect(await settingsOf(filter(`${ANY}    response.setHeader("Access-Control-Allow-Credentials", "true");\n`))).toEqual(['configuration.setAllowedOrigins(List.of("*"));']);
  });

  test('that Spring Security comes before is told to be put in front', async () => {
    const chain = 'import org.springframework.security.config.annotation.web.builders.HttpSecurity;\n\nclass Chains {\n  @Bean\n  Object chain(HttpSecurity http) {\n    return http.authorizeHttpRequests(all -> all.anyRequest().authenticated()).build();\n  }\n}\n';
    expect(reasons(await rewritten({ 'Cors.java': filter(ANY), 'Chains.java': chain }))[0]).toMatch(/^Cors has no order, so it stands behind the filters of Spring Security/);
    expect(reasons(await rewritten({ 'Cors.java': filter(ANY, { annotations: '@Component\n@Order(Ordered.HIGHEST_PRECEDENCE)\n', imports: 'import org.springframework.core.*;\n' }), 'Chains.java': chain }))).toEqual([]);
  });

  test('that somebody makes before its values are set is refused', async () => {
    const text = admitting('allowed.contains(origin)', '  @Value("${cors.origins}")\n  private List<String> allowed;\n\n', '');
    expect(reasons(await rewritten({ 'Cors.java': text, 'Web.java': 'import jakarta.servlet.Filter;\n\nclass Web {\n  @Bean\n  Filter cors() { return new Cors(); }\n}\n' }))).toEqual([`${SHOP}/Web.java makes a Cors without the values that it is given afterwards`]);
  });

  test('of an application without Spring is left alone', async () => {
    const outcome = await rewritten({ 'Cors.java': filter(ANY, { annotations: '' }).replace(/import org\.springframework.*\n/g, '').replace('extends OncePerRequestFilter', 'implements Filter') });
    expect([...outcome.texts.keys(), ...reasons(outcome)]).toEqual([]);
  });
});
