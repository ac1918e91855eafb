import { beforeAll, describe, expect, test } from 'vitest';
import { evaluate } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import spring from '../../src/readers/spring/index.js';
import language from '../../src/syntax/jvm/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';

beforeAll(() => language.load());

const BOOT = (version: string): string => `<project><parent><artifactId>spring-boot-starter-parent</artifactId><version>${version}</version></parent></project>`;

/** All policies of an application, by the files that they are in. */
function policiesOf(texts: Readonly<Record<string, string>>): readonly Policy[] {
  const files = filesFrom(texts);
  return Object.keys(texts)
    .filter((path) => language.paths.test(path))
    .flatMap((path) => {
      const { unit, problems } = language.parse(new SourceText(path, texts[path]!), files);
      expect(problems).toEqual([]);
      const readings = [...spring.read(unit!)];
      language.release?.(unit!);
      return readings.flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []));
    });
}

/** What a browser's preflight for PUT gets: the status, and the origin that is let in. Several where it depends. */
function preflight(policy: Policy | undefined, path = '/data', origin = 'https://app.example.com'): readonly string[] {
  if (policy === undefined) return [];
  const request = { method: 'OPTIONS', path, headers: [['origin', origin], ['access-control-request-method', 'PUT']] as const };
  return evaluate({ policy, inner: [] }, request).map(({ response: { status, headers, unauthenticated } }) => `${status}${unauthenticated === undefined ? '' : ' asked'} ${headers.find(({ name }) => name === 'access-control-allow-origin')?.text ?? '-'}`);
}

const CONTROLLER = '@RestController @CrossOrigin("https://app.example.com") class Data { @PutMapping({"/data", "/api/data"}) String put() { return ""; } }';

/** An application with a controller, and a class of configuration with the given members. */
function application(members: string, { boot = '3.5.7', others = '' } = {}): Readonly<Record<string, string>> {
  return {
    'pom.xml': BOOT(boot),
    'src/main/java/App.java': `import org.springframework.security.config.Customizer;\nimport static org.springframework.security.config.Customizer.withDefaults;\nimport org.springframework.http.*;\n@Configuration class App {\n${members}\n}\n${CONTROLLER}\n${others}`,
  };
}

const chain = (calls: string): string => `@Bean SecurityFilterChain chain(HttpSecurity http) throws Exception { return http${calls}.build(); }`;
const dispatcher = (texts: Readonly<Record<string, string>>): Policy | undefined => policiesOf(texts).find(({ title }) => /^Spring (?:MVC|WebFlux)/.test(title));
const ALL = '.authorizeHttpRequests(r -> r.anyRequest().authenticated())';
const SOURCE = (name: string, type = 'CorsConfigurationSource'): string => `@Bean ${type} ${name}() { CorsConfiguration c = new CorsConfiguration(); c.addAllowedOrigin("https://admin.example.com"); c.addAllowedMethod("*"); UrlBasedCorsConfigurationSource s = new UrlBasedCorsConfigurationSource(); s.registerCorsConfiguration("/**", c); return s; }`;

describe('what a preflight gets that nobody answers', () => {
  const GRANTED = '200 https://app.example.com';
  test.each([
    ['nothing to log in with', ALL, '403 asked -'],
    ['HTTP Basic', `${ALL}.httpBasic(withDefaults())`, '401 asked -'],
    ['a form', `${ALL}.formLogin(withDefaults())`, '302 asked -'],
    ['a form and HTTP Basic', `${ALL}.formLogin(withDefaults()).httpBasic(withDefaults())`, '401 asked -'],
    ['bearer tokens', `${ALL}.oauth2ResourceServer(o -> o.jwt(withDefaults()))`, '401 asked -'],
    ['a form that is switched off', `${ALL}.formLogin(f -> f.disable())`, '403 asked -'],
    ['an entry point of its own', `${ALL}.exceptionHandling(e -> e.authenticationEntryPoint(new HttpStatusEntryPoint(HttpStatus.UNAUTHORIZED)))`, '401 asked -'],
    ['a lambda that refuses', `${ALL}.formLogin(withDefaults()).exceptionHandling(e -> e.authenticationEntryPoint((request, response, x) -> response.sendError(HttpServletResponse.SC_UNAUTHORIZED)))`, '401 asked -'],
    ['everything permitted', '.authorizeHttpRequests(r -> r.anyRequest().permitAll())', GRANTED],
    ['no authorization', '', GRANTED],
    ['OPTIONS permitted', '.authorizeHttpRequests(r -> r.requestMatchers(HttpMethod.OPTIONS).permitAll().anyRequest().authenticated())', GRANTED],
    ['preflights permitted', '.authorizeHttpRequests(r -> r.requestMatchers(CorsUtils::isPreFlightRequest).permitAll().anyRequest().authenticated())', GRANTED],
    ['the path permitted', '.authorizeHttpRequests(r -> r.requestMatchers("/data").permitAll().anyRequest().authenticated())', GRANTED],
    ['another path permitted', '.authorizeHttpRequests(r -> r.requestMatchers("/other/**").permitAll().anyRequest().hasRole("USER"))', '403 asked -'],
    ['another method permitted', '.authorizeHttpRequests(r -> r.requestMatchers(HttpMethod.PUT, "/data").permitAll().anyRequest().authenticated())', '403 asked -'],
    ['rules of which none matches', '.authorizeHttpRequests(r -> r.requestMatchers("/other").permitAll())', '403 asked -'],
    ['a chain for other requests', `.securityMatcher("/other/**")${ALL}`, GRANTED],
    ['and()', '.csrf().disable().authorizeRequests().antMatchers("/login").permitAll().anyRequest().authenticated().and().httpBasic().and()', '401 asked -'],
    ['a method without a pattern, of mvcMatchers', '.authorizeRequests(r -> r.mvcMatchers(HttpMethod.OPTIONS).permitAll().anyRequest().authenticated())', '403 asked -'],
    ['a method without a pattern, of antMatchers', '.authorizeRequests(r -> r.antMatchers(HttpMethod.OPTIONS).permitAll().anyRequest().authenticated())', GRANTED],
    ['authorizeRequests says it twice', '.authorizeRequests(r -> r.antMatchers("/data").authenticated().antMatchers("/x", "/data").permitAll())', GRANTED],
    ['authorizeHttpRequests says it twice', '.authorizeHttpRequests(r -> r.requestMatchers("/data").authenticated().requestMatchers("/x", "/data").permitAll())', '403 asked -'],
    ['an expression', '.authorizeRequests(r -> r.anyRequest().access("hasRole(\'ADMIN\')"))', '403 asked -'],
  ])('%s', (_title, calls, expected) => {
    expect(preflight(dispatcher(application(chain(calls))))).toEqual([expected]);
  });

  test.each([
    ['2.7.18', GRANTED],
    ['3.0.13', '403 asked -'],
  ])('rules of which none matches deny since 6.0: Spring Boot %s', (boot, expected) => {
    expect(preflight(dispatcher(application(chain('.authorizeHttpRequests(r -> r.requestMatchers("/other").permitAll())'), { boot })))).toEqual([expected]);
  });

  test('requests that are taken from all chains', () => {
    const ignoring = '@Bean WebSecurityCustomizer ignored() { return web -> web.ignoring().requestMatchers(HttpMethod.OPTIONS, "/**"); }';
    expect(preflight(dispatcher(application(`${chain(ALL)}${ignoring}`)))).toEqual([GRANTED]);
  });

  test('an adapter', () => {
    const adapter = (body: string): Readonly<Record<string, string>> => application('', { boot: '2.6.4', others: `class Security extends WebSecurityConfigurerAdapter { ${body} }` });
    expect(preflight(dispatcher(adapter('')))).toEqual(['401 asked -']);
    expect(preflight(dispatcher(adapter('@Override protected void configure(HttpSecurity http) throws Exception { http.authorizeRequests().anyRequest().authenticated(); }')))).toEqual(['403 asked -']);
    expect(preflight(dispatcher(adapter('@Override protected void configure(HttpSecurity http) throws Exception { http.cors().and().authorizeRequests().anyRequest().authenticated(); }')))).toEqual([GRANTED]);
    expect(preflight(dispatcher(adapter('@Override public void configure(WebSecurity web) { web.ignoring().antMatchers("/data"); }')))).toEqual([GRANTED]);
  });

  test('the first chain that is for a request decides', () => {
    const two = (first: number, second: number): string => `@Bean @Order(${first}) SecurityFilterChain api(HttpSecurity http) throws Exception { return http.securityMatcher("/api/**").cors(withDefaults())${ALL}.build(); } @Bean @Order(${second}) SecurityFilterChain rest(HttpSecurity http) throws Exception { return http${ALL}.build(); }`;
    const [inOrder, reversed] = [dispatcher(application(two(1, 2))), dispatcher(application(two(2, 1)))];
    expect([preflight(inOrder, '/api/data'), preflight(inOrder, '/data')]).toEqual([[GRANTED], ['403 asked -']]);
    expect(preflight(reversed, '/api/data')).toEqual(['403 asked -']);
  });

  test('a chain of a profile that production does not have', () => {
    expect(preflight(dispatcher(application(`@Profile("dev") ${chain(ALL)}`)))).toEqual([GRANTED]);
  });
});

describe('what nobody knows', () => {
  test.each([
    ['a matcher', '.authorizeHttpRequests(r -> r.requestMatchers(matchers.open()).permitAll().anyRequest().authenticated())'],
    ['an expression', '.authorizeHttpRequests(r -> r.anyRequest().access(managers.own()))'],
    ['a filter that may answer', `.addFilterBefore(new Preflights(), CorsFilter.class)${ALL}`],
    ['an entry point', `${ALL}.exceptionHandling(e -> e.authenticationEntryPoint(entryPoints.own()))`],
    ['what cors() is given', `.cors(company.cors())${ALL}`],
    ['a configurer', `.with(company.defaults(), withDefaults())${ALL}`],
  ])('%s', (_title, calls) => {
    const answers = preflight(dispatcher(application(chain(calls), { others: 'class Preflights extends OncePerRequestFilter { void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain) { if (request.getMethod().equals("OPTIONS")) Company.answer(response); } }' })));
    expect(answers.every((answer) => answer === '403 asked -')).toBe(false);
    expect(answers.length === 1 ? answers : []).not.toContain('200 https://app.example.com');
  });

  test('a filter that writes headers by hand, in another file', () => {
    const texts = { ...application(chain(ALL)), 'src/main/java/SimpleFilter.java': '@Component class SimpleFilter implements Filter { public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain) { ((HttpServletResponse) response).setHeader("Access-Control-Allow-Origin", "https://a.example.com"); chain.doFilter(request, response); } }' };
    expect(preflight(dispatcher(texts))).toHaveLength(2);
  });

  test('a filter of the project that has nothing to do with CORS changes nothing', () => {
    const others = 'class Tokens extends OncePerRequestFilter { void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain) { String header = request.getHeader("Authorization"); chain.doFilter(request, response); } }';
    const policy = dispatcher(application(chain(`.addFilterBefore(new Tokens(), UsernamePasswordAuthenticationFilter.class)${ALL}`), { others }));
    expect(preflight(policy)).toEqual(['403 asked -']);
    // It shows what the chain's users send.
    expect(policy?.probes.map(({ requestHeaders }) => requestHeaders)).toEqual([['authorization'], ['authorization']]);
  });

  test('an entry point that is injected is found by its class', () => {
    const members = `private final Refusal refusal; App(Refusal refusal) { this.refusal = refusal; } ${chain(`${ALL}.exceptionHandling().authenticationEntryPoint(refusal).and()`)}`;
    const others = '@Component class Refusal implements AuthenticationEntryPoint { public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException refused) { response.setStatus(401); } }';
    expect(preflight(dispatcher(application(members, { others })))).toEqual(['401 asked -']);
  });
});

describe('whose CorsFilter answers', () => {
  /** Who lets in whom: the annotations of Spring MVC the first, the source the second. */
  const answers = (texts: Readonly<Record<string, string>>): readonly (readonly string[])[] => {
    const policy = dispatcher(texts);
    return [preflight(policy), preflight(policy, '/data', 'https://admin.example.com')];
  };
  const MVC = [['200 https://app.example.com'], ['403 -']];
  const BEAN = [['403 -'], ['200 https://admin.example.com']];
  const NOBODY = [['403 asked -'], ['403 asked -']];

  test.each([
    ['cors(withDefaults()): Spring MVC', chain(`.cors(withDefaults())${ALL}`), MVC],
    ['cors(c -> {}): Spring MVC', chain(`.cors(c -> {})${ALL}`), MVC],
    ['a bean by its name', `${SOURCE('corsConfigurationSource')}${chain(`.cors(withDefaults())${ALL}`)}`, BEAN],
    ['a bean of another name is ignored', `${SOURCE('origins')}${chain(`.cors(withDefaults())${ALL}`)}`, MVC],
    ['a bean that is given', `${SOURCE('origins')}${chain(`.cors(c -> c.configurationSource(origins()))${ALL}`)}`, BEAN],
    ['a bean that is given with and()', `${SOURCE('origins')}${chain(`.cors().configurationSource(origins()).and()${ALL}`)}`, BEAN],
    ['a bean that is injected', `${SOURCE('origins')}${chain(`.cors(c -> c.configurationSource(given))${ALL}`).replace('HttpSecurity http', 'HttpSecurity http, CorsConfigurationSource given')}`, BEAN],
    ['a lambda', chain(`.cors(c -> c.configurationSource(request -> { CorsConfiguration own = new CorsConfiguration(); own.addAllowedOrigin("https://admin.example.com"); own.addAllowedMethod("*"); return own; }))${ALL}`), BEAN],
    ['a filter in the chain', `${SOURCE('origins')}${chain(`.addFilterBefore(new CorsFilter(origins()), LogoutFilter.class)${ALL}`)}`, BEAN],
    ['a bean named corsFilter comes first', `${SOURCE('corsConfigurationSource').replace('admin', 'nobody')}@Bean CorsFilter corsFilter() { CorsConfiguration own = new CorsConfiguration(); own.addAllowedOrigin("https://admin.example.com"); own.addAllowedMethod("*"); UrlBasedCorsConfigurationSource all = new UrlBasedCorsConfigurationSource(); all.registerCorsConfiguration("/**", own); return new CorsFilter(all); }${chain(`.cors(withDefaults())${ALL}`)}`, BEAN],
    ['disabled', chain(`.cors(c -> c.disable())${ALL}`), NOBODY],
    ['disabled by reference', chain(`.cors(AbstractHttpConfigurer::disable)${ALL}`), NOBODY],
    ['disabled with and()', chain(`.cors().disable()${ALL}`), NOBODY],
    ['never called', chain(ALL), NOBODY],
  ])('%s', (_title, members, expected) => {
    expect(answers(application(members))).toEqual(expected);
  });

  // Measured on 6.2.0, 6.2.8, 6.5.7, 7.0.2; the releases between by their sources.
  test.each([
    ['3.1.12', SOURCE('corsConfigurationSource', 'UrlBasedCorsConfigurationSource'), NOBODY],
    ['3.5.7', SOURCE('corsConfigurationSource', 'UrlBasedCorsConfigurationSource'), BEAN],
    ['3.5.7', SOURCE('origins', 'UrlBasedCorsConfigurationSource'), MVC],
    ['4.0.0', SOURCE('corsConfigurationSource', 'UrlBasedCorsConfigurationSource'), BEAN],
    ['3.2.0', SOURCE('corsConfigurationSource', 'UrlBasedCorsConfigurationSource'), NOBODY],
    ['3.2.0', '', MVC],
    ['3.2.12', SOURCE('corsConfigurationSource', 'UrlBasedCorsConfigurationSource'), BEAN],
    ['3.2.12', '', NOBODY],
    ['3.3.0', '', MVC],
    ['3.4.0', '', NOBODY],
  ])('never called, Spring Boot %s with %s', (boot, source, expected) => {
    expect(answers(application(`${chain(ALL)}${source}`, { boot }))).toEqual(expected);
  });

  test('a bean that is declared as CorsConfigurationSource counts when it is made before the chain', () => {
    expect(answers(application(`${SOURCE('corsConfigurationSource')}${chain(ALL)}`))).toEqual(BEAN);
    expect(answers(application(`${chain(ALL)}${SOURCE('corsConfigurationSource')}`))).toEqual(NOBODY);
    const elsewhere = application(chain(ALL), { others: `@Configuration class Sources { ${SOURCE('corsConfigurationSource')} }` });
    expect(preflight(dispatcher(elsewhere))).toHaveLength(2);
  });

  test('a source that nobody asks is no policy', () => {
    const titles = (members: string): readonly string[] => policiesOf(application(members)).map(({ title }) => title);
    expect(titles(`${chain(`.cors(withDefaults())${ALL}`)}${SOURCE('origins')}`)).toEqual(['Spring MVC (@CrossOrigin)']);
    expect(titles(`${chain(`.cors(withDefaults())${ALL}`)}${SOURCE('corsConfigurationSource')}`)).toEqual(['CorsConfigurationSource', 'Spring MVC (@CrossOrigin)']);
    expect(titles(SOURCE('origins'))).toEqual(['CorsConfigurationSource', 'Spring MVC (@CrossOrigin)']);
  });

  test('a filter in front of the chains answers, one behind them comes too late', () => {
    const filter = (order: string): string => `@Bean FilterRegistrationBean<CorsFilter> every() { CorsConfiguration own = new CorsConfiguration(); own.addAllowedOrigin("https://admin.example.com"); own.addAllowedMethod("*"); UrlBasedCorsConfigurationSource all = new UrlBasedCorsConfigurationSource(); all.registerCorsConfiguration("/**", own); FilterRegistrationBean<CorsFilter> bean = new FilterRegistrationBean<>(new CorsFilter(all)); bean.setOrder(${order}); return bean; }`;
    expect(answers(application(`${filter('Ordered.HIGHEST_PRECEDENCE')}${chain(ALL)}`))).toEqual(BEAN);
    expect(answers(application(`${filter('0')}${chain(ALL)}`))).toEqual(NOBODY);
  });
});

describe('WebFlux', () => {
  const REACTIVE = SOURCE('origins').replace('CorsConfigurationSource origins', 'org.springframework.web.cors.reactive.CorsConfigurationSource origins');
  const reactive = (calls: string, members = ''): Readonly<Record<string, string>> => application(`@Bean SecurityWebFilterChain chain(ServerHttpSecurity http) { return http${calls}.build(); } ${members}`);
  const EXCHANGES = '.authorizeExchange(e -> e.anyExchange().authenticated())';

  // Measured on 6.5.7 and 7.0.2.
  test.each([
    ['HTTP Basic, where nothing is said', EXCHANGES, '', '401 asked -'],
    ['a form', `${EXCHANGES}.formLogin(withDefaults())`, '', '302 asked -'],
    ['an entry point of its own', `${EXCHANGES}.exceptionHandling(h -> h.authenticationEntryPoint(new HttpStatusServerEntryPoint(HttpStatus.FORBIDDEN)))`, '', '403 asked -'],
    ['OPTIONS permitted', '.authorizeExchange(e -> e.pathMatchers(HttpMethod.OPTIONS).permitAll().anyExchange().authenticated())', '', '200 https://app.example.com'],
    ['rules of which none matches', '.authorizeExchange(e -> e.pathMatchers("/other").permitAll())', '', '401 asked -'],
    ['a chain for other requests', `.securityMatcher(ServerWebExchangeMatchers.pathMatchers("/api/**"))${EXCHANGES}`, '', '200 https://app.example.com'],
    ['a source that nobody names is asked', EXCHANGES, REACTIVE, '403 -'],
    ['of two sources none is', EXCHANGES, `${REACTIVE} ${REACTIVE.replace('origins', 'others')}`, '401 asked -'],
    ['no source: cors() does nothing', `.cors(withDefaults())${EXCHANGES}`, '', '401 asked -'],
    ['disabled', `.cors(ServerHttpSecurity.CorsSpec::disable)${EXCHANGES}`, REACTIVE, '401 asked -'],
    ['a source that is given', `.cors(c -> c.configurationSource(origins()))${EXCHANGES}`, REACTIVE, '403 -'],
  ])('%s', (_title, calls, members, expected) => {
    expect(preflight(dispatcher(reactive(calls, members)))).toEqual([expected]);
  });
});

test('a source is asked about paths that its chain is for', () => {
  const inline = '.cors(c -> c.configurationSource(request -> { CorsConfiguration own = new CorsConfiguration(); own.addAllowedOrigin("https://admin.example.com"); return own; }))';
  const [source] = policiesOf(application(chain(`.securityMatcher("/api/**")${inline}${ALL}`)));
  expect([source?.title, source?.probes.map(({ path }) => path)]).toEqual(['CorsConfigurationSource', ['/api/x']]);
});

describe('Kotlin', () => {
  const kotlin = (block: string): Readonly<Record<string, string>> => ({
    'pom.xml': BOOT('3.5.7'),
    'src/main/kotlin/App.kt': `import org.springframework.security.config.annotation.web.invoke
@Configuration
class App {
    @Bean
    fun chain(http: HttpSecurity): SecurityFilterChain {
        http {
            ${block}
        }
        return http.build()
    }
}

@RestController
@CrossOrigin("https://app.example.com")
class Data {
    @PutMapping("/data")
    fun put() = ""
}
`,
  });
  test.each([
    ['never called', 'authorizeHttpRequests { authorize(anyRequest, authenticated) }\nhttpBasic { }', '401 asked -'],
    ['cors', 'cors { }\nauthorizeHttpRequests { authorize(anyRequest, authenticated) }', '200 https://app.example.com'],
    ['disabled', 'cors { disable() }\nauthorizeHttpRequests { authorize(anyRequest, hasRole("USER")) }', '403 asked -'],
    ['OPTIONS permitted', 'authorizeHttpRequests { authorize(HttpMethod.OPTIONS, "/**", permitAll)\nauthorize(anyRequest, authenticated) }', '200 https://app.example.com'],
    ['another chain', 'securityMatcher("/other/**")\nauthorizeHttpRequests { authorize(anyRequest, denyAll) }', '200 https://app.example.com'],
    ['an entry point', 'authorizeHttpRequests { authorize("/**", authenticated) }\nexceptionHandling { authenticationEntryPoint = HttpStatusEntryPoint(HttpStatus.UNAUTHORIZED) }', '401 asked -'],
  ])('%s', (_title, block, expected) => {
    expect(preflight(dispatcher(kotlin(block)))).toEqual([expected]);
  });
});

test('a chain of another file stands in front of the handlers of this one', () => {
  const texts = {
    'pom.xml': BOOT('3.5.7'),
    'src/main/java/a/Security.java': `package a; @Configuration class Security { ${chain(ALL)} }`,
    'src/main/java/b/Data.java': `package b; ${CONTROLLER}`,
    'src/test/java/a/TestSecurity.java': `package a; @Configuration class TestSecurity { @Bean @Order(1) SecurityFilterChain open(HttpSecurity http) throws Exception { return http.build(); } }`,
  };
  expect(preflight(dispatcher(texts))).toEqual(['403 asked -']);
});

test('requests that a rule denies are forbidden to everybody, behind the headers of a CorsFilter', () => {
  const policy = dispatcher(application(chain('.cors(withDefaults()).authorizeHttpRequests(r -> r.anyRequest().denyAll())')));
  const [outcome] = evaluate({ policy: policy!, inner: [] }, { method: 'PUT', path: '/data', headers: [['origin', 'https://app.example.com']] });
  expect([outcome!.response.status, outcome!.response.headers.find(({ name }) => name === 'access-control-allow-origin')?.text]).toEqual([403, 'https://app.example.com']);
});

describe('a class that extends CorsFilter', () => {
  const origins = (head: string, members = ''): string => `import org.springframework.core.*;\n${head} class Origins extends CorsFilter { Origins() { super(source()); } private static UrlBasedCorsConfigurationSource source() { CorsConfiguration own = new CorsConfiguration(); own.addAllowedOrigin("https://app.example.com"); own.addAllowedMethod("*"); UrlBasedCorsConfigurationSource all = new UrlBasedCorsConfigurationSource(); all.registerCorsConfiguration("/**", own); return all; } ${members} }`;
  const answered = (text: string, members: string, path = '/data'): readonly string[] => preflight(policiesOf({ ...application(members), 'src/main/java/Origins.java': text }).findLast(({ at }) => at.file.endsWith('Origins.java')), path);
  const LET_IN = ['200 https://app.example.com'];
  const locked = chain('.authorizeHttpRequests(all -> all.anyRequest().authenticated())');

  test('stands where its getOrder says, in front of Spring Security or behind', () => {
    expect(answered(origins('@Component'), locked)).not.toEqual(LET_IN);
    expect(answered(origins('@Component', 'public int getOrder() { return Ordered.HIGHEST_PRECEDENCE; }'), locked)).toEqual(LET_IN);
    expect(answered(origins('@Component', 'public int getOrder() { return 7; }'), locked)).not.toEqual(LET_IN);
  });

  test('stands where another file registers it, or puts it into a chain', () => {
    expect(answered(origins(''), `${locked} @Bean FilterRegistrationBean<Origins> first() { FilterRegistrationBean<Origins> bean = new FilterRegistrationBean<>(new Origins()); bean.setOrder(Ordered.HIGHEST_PRECEDENCE); return bean; }`)).toEqual(LET_IN);
    expect(answered(origins(''), chain('.addFilterBefore(new Origins(), ChannelProcessingFilter.class).authorizeHttpRequests(all -> all.anyRequest().authenticated())'))).toEqual(LET_IN);
  });

  test('sees the requests of the patterns that @WebFilter names', () => {
    const text = origins('@javax.servlet.annotation.WebFilter("/api/*")');
    expect(answered(text, '', '/api/data')).toEqual(LET_IN);
    expect(answered(text, '', '/data')).not.toEqual(LET_IN);
  });
});
