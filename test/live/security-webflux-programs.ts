import type { HttpRequest } from '../../src/policy/evaluate.js';
import type { JavaCase } from './java-programs.js';
import type { Random } from './seed.js';

const IMPORTS = [
  'org.springframework.context.annotation.Bean',
  'org.springframework.context.annotation.Configuration',
  'org.springframework.core.annotation.Order',
  'org.springframework.http.HttpMethod',
  'org.springframework.http.HttpStatus',
  'org.springframework.security.config.Customizer',
  'org.springframework.security.config.web.server.ServerHttpSecurity',
  'org.springframework.security.web.server.SecurityWebFilterChain',
  'org.springframework.security.web.server.authentication.HttpStatusServerEntryPoint',
  'org.springframework.security.web.server.util.matcher.PathPatternParserServerWebExchangeMatcher',
  'org.springframework.security.web.server.util.matcher.ServerWebExchangeMatchers',
  'org.springframework.web.bind.annotation.CrossOrigin',
  'org.springframework.web.bind.annotation.GetMapping',
  'org.springframework.web.bind.annotation.PutMapping',
  'org.springframework.web.bind.annotation.RestController',
  'org.springframework.web.cors.CorsConfiguration',
  'org.springframework.web.cors.reactive.CorsConfigurationSource',
  'org.springframework.web.cors.reactive.UrlBasedCorsConfigurationSource',
  'org.springframework.web.reactive.config.CorsRegistry',
  'org.springframework.web.reactive.config.WebFluxConfigurer',
] as const;

const CONFIG = (origin: string): string => `CorsConfiguration config = new CorsConfiguration();
    config.addAllowedOrigin("${origin}");
    config.addAllowedMethod("*");
    config.addAllowedHeader("*");`;

function chainOf(from: Random, matcher: string | undefined, sources: readonly string[]): string {
  const rules = from.times(0, 2, () => from.pick(['.pathMatchers("/open/**").permitAll()', '.pathMatchers(HttpMethod.OPTIONS).permitAll()', '.pathMatchers(HttpMethod.OPTIONS, "/**").permitAll()', '.pathMatchers("/api/**").hasRole("ADMIN")', '.pathMatchers("/data", "/open/**").permitAll()']));
  const last = from.pick(['.anyExchange().authenticated()', '.anyExchange().authenticated()', '.anyExchange().authenticated()', '.anyExchange().permitAll()', ...(rules.length > 0 ? [''] : [])]);
  const cors = from.pick(['', '', '', '.cors(Customizer.withDefaults())', '.cors(ServerHttpSecurity.CorsSpec::disable)', '.cors(cors -> cors.disable())', ...(sources.length === 0 ? [] : [`.cors(cors -> cors.configurationSource(${sources[0]!}()))`])]);
  return [
    ...(matcher === undefined ? [] : [from.pick([`.securityMatcher(new PathPatternParserServerWebExchangeMatcher("${matcher}"))`, `.securityMatcher(ServerWebExchangeMatchers.pathMatchers("${matcher}"))`])]),
    '.csrf(ServerHttpSecurity.CsrfSpec::disable)',
    ...(cors === '' ? [] : [cors]),
    ...(from.chance(0.1) ? [] : [`.authorizeExchange(exchanges -> exchanges${rules.join('')}${last})`]),
    ...(from.chance(0.4) ? ['.httpBasic(Customizer.withDefaults())'] : []),
    ...(from.chance(0.3) ? ['.formLogin(Customizer.withDefaults())'] : []),
    ...(from.chance(0.2) ? ['.exceptionHandling(handling -> handling.authenticationEntryPoint(new HttpStatusServerEntryPoint(HttpStatus.FORBIDDEN)))'] : []),
  ].join('\n      ');
}

/** A reactive application: chains, handlers with annotations or a registry, and up to two sources. */
export function reactiveSecurityCase(from: Random): JavaCase {
  const sources = from.pick<readonly string[]>([[], [], ['corsConfigurationSource'], ['anySource'], ['anySource', 'anotherSource']]);
  const annotated = sources.length > 0 || from.chance(0.6);
  const matchers = from.pick<readonly (string | undefined)[]>([[undefined], [undefined], ['/api/**', undefined], ['/api/**']]);
  const parts = [
    ...sources.map((name) => `  @Bean
  ${from.pick(['CorsConfigurationSource', 'UrlBasedCorsConfigurationSource'])} ${name}() {
    ${CONFIG(`https://${name === 'anotherSource' ? 'other' : 'admin'}.example.com`)}
    UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();
    source.registerCorsConfiguration("${from.pick(['/**', '/api/**'])}", config);
    return source;
  }`),
    ...(annotated && from.chance(0.6) ? [] : [`  @Bean
  WebFluxConfigurer web() {
    return new WebFluxConfigurer() {
      @Override
      public void addCorsMappings(CorsRegistry registry) {
        registry.addMapping("${from.pick(['/**', '/api/**'])}").allowedOrigins("https://registry.example.com").allowedMethods("GET", "PUT");
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
    ...matchers.map((matcher, index) => `  @Bean
  ${matchers.length > 1 && index === 0 ? '@Order(1)' : ''}
  SecurityWebFilterChain chain${index}(ServerHttpSecurity http) {
    return http
      ${chainOf(from, matcher, sources)}
      .build();
  }`),
  ];
  return { title: 'reactive', files: { 'App.java': `${IMPORTS.map((name) => `import ${name};\n`).join('')}\n@Configuration\nclass App {\n${parts.join('\n\n')}\n}\n` }, requests: requests() };
}

/** Every request but the preflights comes from a user. */
function requests(): readonly HttpRequest[] {
  return ['/api/data', '/open/data', '/data'].flatMap((path) => [
    { method: 'GET', path, headers: [] },
    ...['app', 'admin', 'other', 'registry'].flatMap((name): HttpRequest[] => {
      const origin = `https://${name}.example.com`;
      return [
        { method: 'GET', path, headers: [['origin', origin]] },
        { method: 'PUT', path, headers: [['origin', origin]] },
        { method: 'OPTIONS', path, headers: [['origin', origin], ['access-control-request-method', 'PUT']] },
      ];
    }),
  ]);
}
