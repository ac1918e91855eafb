import type { HttpRequest } from '../../src/policy/evaluate.js';
import type { JavaCase } from './java-programs.js';
import type { Random } from './seed.js';

/** Applications of one release of Spring Security: `version` 5 has adapters and Ant matchers, 7 nothing but lambdas. */
export type Release = 5 | 6 | 7;

const PATHS = ['/api/data', '/open/data', '/data'] as const;

/** A chain as its code says it, whatever it is spelled in. */
interface Chain {
  readonly matcher: string | undefined;
  readonly cors: 'absent' | 'defaults' | 'disabled' | 'source' | 'inline';
  readonly rules: readonly (readonly [matchers: string, access: string])[] | undefined;
  readonly registry: string;
  readonly login: readonly string[];
  readonly refusal: string | undefined;
  readonly csrf: boolean;
}

const SOURCES = ['corsConfigurationSource', 'apiSource'] as const;

function chainOf(from: Random, release: Release, matcher: string | undefined, hasSource: boolean): Chain {
  const named = release === 5 ? from.pick(['requestMatchers', 'antMatchers', 'mvcMatchers']) : 'requestMatchers';
  const some = from.times(0, 2, () =>
    from.pick<readonly [string, string]>([
      [`${named}("/open/**")`, 'permitAll'],
      [`${named}("/open/**", "/data")`, 'permitAll'],
      [`${named}(HttpMethod.OPTIONS)`, 'permitAll'],
      [`${named}(HttpMethod.OPTIONS, "/**")`, 'permitAll'],
      [`${named}(HttpMethod.GET, "/api/**")`, 'permitAll'],
      [`${named}("/api/**")`, 'hasRole:ADMIN'],
      [`${named}("/api/**")`, 'hasAuthority:read'],
      ['requestMatchers(CorsUtils::isPreFlightRequest)', 'permitAll'],
      [`${named}("/data")`, 'denyAll'],
    ]),
  );
  const last = from.pick<readonly (readonly [string, string])[]>([[['anyRequest()', 'authenticated']], [['anyRequest()', 'authenticated']], [['anyRequest()', 'authenticated']], [['anyRequest()', 'permitAll']], [['anyRequest()', 'hasRole:USER']], []]);
  return {
    matcher,
    cors: from.pick(hasSource ? ['absent', 'absent', 'defaults', 'disabled', 'source', 'inline'] : ['absent', 'absent', 'absent', 'defaults', 'defaults', 'disabled', 'inline']),
    rules: from.chance(0.08) ? undefined : [...some, ...last].length === 0 ? [['anyRequest()', 'authenticated']] : [...some, ...last],
    registry: release < 7 && from.chance(0.4) ? 'authorizeRequests' : 'authorizeHttpRequests',
    login: ['httpBasic', 'formLogin'].filter(() => from.chance(0.4)),
    refusal: from.chance(0.2) ? from.pick(['new HttpStatusEntryPoint(HttpStatus.UNAUTHORIZED)', 'new Http403ForbiddenEntryPoint()', '(request, response, refused) -> response.sendError(HttpServletResponse.SC_UNAUTHORIZED, "no")', '(request, response, refused) -> response.setStatus(403)']) : undefined,
    csrf: from.chance(0.15),
  };
}

const INLINE = (kotlin: boolean): string => (kotlin ? 'CorsConfigurationSource { CorsConfiguration().apply { allowedOrigins = listOf("https://inline.example.com"); addAllowedMethod("*") } }' : 'request -> { CorsConfiguration config = new CorsConfiguration(); config.addAllowedOrigin("https://inline.example.com"); config.addAllowedMethod("*"); return config; }');

function access(text: string): string {
  const [name, role] = text.split(':');
  return role === undefined ? `${name}()` : `${name}("${role}")`;
}

/** With lambdas, as 5.2 and later have it. */
function lambdas(chain: Chain, release: Release, source: string): string {
  const off = (name: string, style: number): string => (style === 0 ? `.${name}(AbstractHttpConfigurer::disable)` : `.${name}(one -> one.disable())`);
  const style = chain.login.length % 2;
  return [
    ...(chain.matcher === undefined ? [] : [`.${release === 5 ? 'antMatcher' : 'securityMatcher'}("${chain.matcher}")`]),
    ...(chain.csrf ? [] : [off('csrf', style)]),
    ...{ absent: [], defaults: ['.cors(Customizer.withDefaults())'], disabled: [off('cors', style)], source: [`.cors(cors -> cors.configurationSource(${source}()))`], inline: [`.cors(cors -> cors.configurationSource(${INLINE(false)}))`] }[chain.cors],
    ...(chain.rules === undefined ? [] : [`.${chain.registry}(requests -> requests${chain.rules.map(([matchers, given]) => `.${matchers}.${access(given)}`).join('')})`]),
    ...chain.login.map((name) => `.${name}(withDefaults())`),
    ...(chain.refusal === undefined ? [] : [`.exceptionHandling(handling -> handling.authenticationEntryPoint(${chain.refusal}))`]),
  ].join('\n      ');
}

/** With `and()`, as 6.1 and earlier have it. */
function joined(chain: Chain, release: Release, source: string): string {
  return [
    ...(chain.matcher === undefined ? [] : [release === 5 ? `.requestMatchers().antMatchers("${chain.matcher}").and()` : `.securityMatcher("${chain.matcher}")`]),
    ...(chain.csrf ? [] : ['.csrf().disable()']),
    ...{ absent: [], defaults: ['.cors().and()'], disabled: ['.cors().disable()'], source: [`.cors().configurationSource(${source}()).and()`], inline: [`.cors().configurationSource(${INLINE(false)}).and()`] }[chain.cors],
    ...(chain.rules === undefined ? [] : [`.${chain.registry}()${chain.rules.map(([matchers, given]) => `.${matchers}.${access(given)}`).join('')}.and()`]),
    ...chain.login.map((name) => `.${name}().and()`),
    ...(chain.refusal === undefined ? [] : [`.exceptionHandling().authenticationEntryPoint(${chain.refusal}).and()`]),
  ].join('\n      ');
}

/** Kotlin's own words. */
function words(chain: Chain, source: string): string {
  const rule = ([matchers, given]: readonly [string, string]): string => {
    const args = /\((.*)\)$/.exec(matchers)?.[1] ?? '';
    const to = given.includes(':') ? access(given) : given;
    if (matchers.startsWith('anyRequest')) return `authorize(anyRequest, ${to})`;
    if (args.includes('isPreFlight')) return `authorize({ request -> CorsUtils.isPreFlightRequest(request) }, ${to})`;
    if (args === 'HttpMethod.OPTIONS') return `authorize(HttpMethod.OPTIONS, "/**", ${to})`;
    return args.startsWith('"') ? args.split(', ').map((path) => `authorize(${path}, ${to})`).join('\n        ') : `authorize(${args}, ${to})`;
  };
  return `http {
${[
    ...(chain.matcher === undefined ? [] : [`securityMatcher("${chain.matcher}")`]),
    ...(chain.csrf ? [] : ['csrf { disable() }']),
    ...{ absent: [], defaults: ['cors { }'], disabled: ['cors { disable() }'], source: [`cors { configurationSource = ${source}() }`], inline: [`cors { configurationSource = ${INLINE(true)} }`] }[chain.cors],
    ...(chain.rules === undefined ? [] : [`authorizeHttpRequests {\n        ${chain.rules.map(rule).join('\n        ')}\n      }`]),
    ...chain.login.map((name) => `${name} { }`),
    ...(chain.refusal === undefined ? [] : ['exceptionHandling { authenticationEntryPoint = HttpStatusEntryPoint(HttpStatus.UNAUTHORIZED) }']),
  ]
    .map((line) => `      ${line}\n`)
    .join('')}    }`;
}

const IMPORTS = [
  'org.springframework.context.annotation.Bean',
  'org.springframework.context.annotation.Configuration',
  'org.springframework.core.Ordered',
  'org.springframework.core.annotation.Order',
  'org.springframework.boot.web.servlet.FilterRegistrationBean',
  'org.springframework.http.HttpMethod',
  'org.springframework.http.HttpStatus',
  'org.springframework.security.config.Customizer',
  'org.springframework.security.config.annotation.web.builders.HttpSecurity',
  'org.springframework.security.config.annotation.web.configuration.WebSecurityCustomizer',
  'org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer',
  'org.springframework.security.web.SecurityFilterChain',
  'org.springframework.security.web.authentication.Http403ForbiddenEntryPoint',
  'org.springframework.security.web.authentication.HttpStatusEntryPoint',
  'org.springframework.web.bind.annotation.CrossOrigin',
  'org.springframework.web.bind.annotation.GetMapping',
  'org.springframework.web.bind.annotation.PutMapping',
  'org.springframework.web.bind.annotation.RestController',
  'org.springframework.web.cors.CorsConfiguration',
  'org.springframework.web.cors.CorsConfigurationSource',
  'org.springframework.web.cors.CorsUtils',
  'org.springframework.web.cors.UrlBasedCorsConfigurationSource',
  'org.springframework.web.filter.CorsFilter',
  'org.springframework.web.servlet.config.annotation.CorsRegistry',
  'org.springframework.web.servlet.config.annotation.WebMvcConfigurer',
  'jakarta.servlet.http.HttpServletResponse',
] as const;

/** What says something about CORS outside of the chains. */
interface Surroundings {
  readonly annotated: boolean;
  readonly registry: string | undefined;
  readonly source: { readonly name: string; readonly type: string; readonly path: string; readonly form: 'object' | 'lambda' } | undefined;
  readonly filter: { readonly name: string; readonly order: string | undefined } | undefined;
}

function surroundings(from: Random): Surroundings {
  const kind = from.pick(['annotation', 'annotation', 'registry', 'registry', 'source', 'source', 'both', 'filter', 'filter']);
  const sourced = kind === 'source' || kind === 'both';
  return {
    annotated: kind === 'annotation' || (kind !== 'source' && kind !== 'registry' && from.chance(0.5)),
    registry: kind === 'registry' || kind === 'both' || kind === 'filter' ? from.pick(['/**', '/**', '/api/**']) : undefined,
    source: sourced ? { name: from.pick(SOURCES), type: from.pick(['CorsConfigurationSource', 'CorsConfigurationSource', 'UrlBasedCorsConfigurationSource']), path: from.pick(['/**', '/**', '/api/**']), form: from.chance(0.8) ? 'object' : 'lambda' } : undefined,
    filter: kind === 'filter' ? { name: from.pick(['corsFilter', 'everyFilter']), order: from.pick([undefined, undefined, 'Ordered.HIGHEST_PRECEDENCE', '-101', '-99', '0']) } : undefined,
  };
}

const JAVA_CONFIG = (origin: string): string => `CorsConfiguration config = new CorsConfiguration();
    config.addAllowedOrigin("${origin}");
    config.addAllowedMethod("*");
    config.addAllowedHeader("*");`;

function javaParts({ annotated, registry, source, filter }: Surroundings): readonly string[] {
  return [
    ...(source === undefined
      ? []
      : source.form === 'lambda'
        ? [`  @Bean
  CorsConfigurationSource ${source.name}() {
    return request -> {
    ${JAVA_CONFIG('https://admin.example.com')}
    return config;
    };
  }`]
        : [`  @Bean
  ${source.type} ${source.name}() {
    ${JAVA_CONFIG('https://admin.example.com')}
    UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();
    source.registerCorsConfiguration("${source.path}", config);
    return source;
  }`]),
    ...(filter === undefined
      ? []
      : filter.order === undefined
        ? [`  @Bean
  CorsFilter ${filter.name}() {
    ${JAVA_CONFIG('https://filter.example.com')}
    UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();
    source.registerCorsConfiguration("/api/**", config);
    return new CorsFilter(source);
  }`]
        : [`  @Bean
  FilterRegistrationBean<CorsFilter> every() {
    ${JAVA_CONFIG('https://filter.example.com')}
    UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();
    source.registerCorsConfiguration("/api/**", config);
    FilterRegistrationBean<CorsFilter> bean = new FilterRegistrationBean<>(new CorsFilter(source));
    bean.setOrder(${filter.order});
    return bean;
  }`]),
    ...(registry === undefined
      ? []
      : [`  @Bean
  WebMvcConfigurer web() {
    return new WebMvcConfigurer() {
      @Override
      public void addCorsMappings(CorsRegistry registry) {
        registry.addMapping("${registry}").allowedOrigins("https://registry.example.com").allowedMethods("GET", "PUT");
      }
    };
  }`]),
    `  @RestController
  ${annotated ? '@CrossOrigin("https://app.example.com")\n  ' : ''}static class Data {
    @GetMapping({"/api/data", "/open/data", "/data"})
    String read() { return "ok"; }

    @PutMapping({"/api/data", "/open/data", "/data"})
    String write() { return "ok"; }
  }`,
  ];
}

function kotlinParts({ annotated, registry, source, filter }: Surroundings): readonly string[] {
  const config = (origin: string): string => `CorsConfiguration().apply { allowedOrigins = listOf("${origin}"); allowedMethods = listOf("*"); allowedHeaders = listOf("*") }`;
  return [
    ...(source === undefined ? [] : [`  @Bean\n  fun ${source.name}()${source.type === 'CorsConfigurationSource' ? ': CorsConfigurationSource' : ''} = UrlBasedCorsConfigurationSource().apply { registerCorsConfiguration("${source.path}", ${config('https://admin.example.com')}) }`]),
    ...(filter === undefined
      ? []
      : [
          filter.order === undefined
            ? `  @Bean\n  fun ${filter.name}() = CorsFilter(UrlBasedCorsConfigurationSource().apply { registerCorsConfiguration("/api/**", ${config('https://filter.example.com')}) })`
            : `  @Bean\n  fun every() = FilterRegistrationBean(CorsFilter(UrlBasedCorsConfigurationSource().apply { registerCorsConfiguration("/api/**", ${config('https://filter.example.com')}) })).apply { order = ${filter.order} }`,
        ]),
    ...(registry === undefined ? [] : [`  @Bean\n  fun web() = object : WebMvcConfigurer {\n    override fun addCorsMappings(registry: CorsRegistry) {\n      registry.addMapping("${registry}").allowedOrigins("https://registry.example.com").allowedMethods("GET", "PUT")\n    }\n  }`]),
    `  @RestController\n  ${annotated ? '@CrossOrigin("https://app.example.com")\n  ' : ''}class Data {\n    @GetMapping("/api/data", "/open/data", "/data")\n    fun read() = "ok"\n\n    @PutMapping("/api/data", "/open/data", "/data")\n    fun write() = "ok"\n  }`,
  ];
}

export function securityCase(from: Random, release: Release): JavaCase {
  const around = surroundings(from);
  const kotlin = release > 5 && from.chance(0.2);
  const source = around.source?.name ?? SOURCES[0];
  const alone = !around.annotated && around.registry === undefined;
  // A source alone tells nothing of requests that chains keep from it.
  const matchers = alone ? [undefined] : from.pick<readonly (string | undefined)[]>([[undefined], [undefined], [undefined], ['/api/**', undefined], ['/api/**'], ['/open/**', undefined]]);
  const chains = matchers.map((matcher) => chainOf(from, release, matcher, around.source !== undefined));
  const ignoring = !alone && from.chance(0.2) ? from.pick(['HttpMethod.OPTIONS, "/**"', '"/open/**"', 'HttpMethod.OPTIONS, "/api/**"']) : undefined;
  const ordered = (index: number): string => (chains.length > 1 && index === 0 ? '@Order(1)' : '');
  const customizer = ignoring === undefined ? [] : [kotlin ? `  @Bean\n  fun ignored() = WebSecurityCustomizer { web -> web.ignoring().requestMatchers(${ignoring}) }` : `  @Bean\n  WebSecurityCustomizer ignored() {\n    return web -> web.ignoring().${release === 5 ? 'antMatchers' : 'requestMatchers'}(${ignoring});\n  }`];
  const methods = chains.map((chain, index): string => {
    if (kotlin) return `  @Bean\n  ${ordered(index)}\n  fun chain${index}(http: HttpSecurity): SecurityFilterChain {\n    ${words(chain, source)}\n    return http.build()\n  }`;
    const body = release < 7 && from.chance(0.35) ? joined(chain, release, source) : lambdas(chain, release, source);
    return `  @Bean\n  ${ordered(index)}\n  SecurityFilterChain chain${index}(HttpSecurity http) throws Exception {\n    return http\n      ${body}\n      .build();\n  }`;
  });
  const parts = [...(kotlin ? kotlinParts(around) : javaParts(around)), ...customizer, ...methods];
  const text = kotlin
    ? `${IMPORTS.map((name) => `import ${name}\n`).join('')}import org.springframework.security.config.annotation.web.invoke\n\n@Configuration\nclass App {\n${parts.join('\n\n')}\n}\n`
    : `${IMPORTS.map((name) => `import ${name};\n`).join('')}import static org.springframework.security.config.Customizer.withDefaults;\n\n@Configuration\nclass App {\n${parts.join('\n\n')}\n}\n`;
  return { title: kotlin ? 'Kotlin' : 'Java', files: { [kotlin ? 'App.kt' : 'App.java']: text }, requests: requests(chains.some(({ csrf }) => csrf)) };
}

const ORIGINS = ['https://app.example.com', 'https://admin.example.com', 'https://registry.example.com', 'https://filter.example.com', 'https://inline.example.com'];

/** Every request but the preflights carries a session; where tokens against forgery are asked for, nobody writes. */
function requests(asksForToken: boolean): readonly HttpRequest[] {
  return PATHS.flatMap((path) => [
    { method: 'GET', path, headers: [] },
    ...ORIGINS.flatMap((origin): HttpRequest[] => [
      { method: 'GET', path, headers: [['origin', origin]] },
      ...(asksForToken ? [] : [{ method: 'PUT', path, headers: [['origin', origin]] } as const]),
      { method: 'OPTIONS', path, headers: [['origin', origin], ['access-control-request-method', 'PUT']] },
      { method: 'OPTIONS', path, headers: [['origin', origin], ['access-control-request-method', 'GET'], ['access-control-request-headers', 'authorization']] },
    ]),
  ]);
}
