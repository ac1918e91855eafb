import type { Random } from '../live/seed.js';
import { grants, header, piece, preflight, spelled, text, type Piece, type Statement, type Tongue } from './handwritten-java.js';

export interface SpringProgram {
  readonly title: string;
  readonly files: Readonly<Record<string, string>>;
  /** It answers every OPTIONS by itself. */
  readonly answersOptions: boolean;
}

function file(tongue: Tongue, imports: readonly string[], body: string): Readonly<Record<string, string>> {
  const all = [...imports, ...(tongue === 'kotlin' ? ['java.net.URI'] : [])].map((name) => `import ${name}${tongue === 'java' ? ';' : ''}`).join('\n');
  return { [tongue === 'java' ? 'App.java' : 'App.kt']: `${all}\n\n${body}` };
}

const WEB = ['org.springframework.context.annotation.*', 'org.springframework.http.*', 'org.springframework.stereotype.Component', 'org.springframework.web.bind.annotation.*'];
const MVC = [...WEB, 'org.springframework.web.servlet.config.annotation.*', 'jakarta.servlet.*', 'jakarta.servlet.http.*'];
const CONFIGURATION: Piece = piece('@Configuration\n@EnableWebMvc\nclass App {\n}\n\n', '@Configuration\n@EnableWebMvc\nclass App\n\n');
const PLAIN: Piece = piece('@RestController\nclass Data {\n  @GetMapping("/data")\n  String get() { return "ok"; }\n\n  @PostMapping("/data")\n  String post() { return "ok"; }\n}\n', '@RestController\nclass Data {\n  @GetMapping("/data")\n  fun get() = "ok"\n\n  @PostMapping("/data")\n  fun post() = "ok"\n}\n');
/** Interceptors see what is mapped: here, all methods. */
const ANY: Piece = piece('@RestController\nclass Data {\n  @RequestMapping("/data")\n  String all() { return "ok"; }\n}\n', '@RestController\nclass Data {\n  @RequestMapping("/data")\n  fun all() = "ok"\n}\n');
const ORIGIN: Statement = { is: 'code', code: piece('String origin = request.getHeader("Origin")', 'val origin: String? = request.getHeader("Origin")') };

function members(fields: readonly Piece[], tongue: Tongue): string {
  return fields.map((field) => `  ${field[tongue]}\n\n`).join('');
}

/** How one asks for OPTIONS with what Spring has for it. */
function options(from: Random): Piece {
  return from.pick([preflight(from), piece('HttpMethod.OPTIONS.matches(request.getMethod())', 'HttpMethod.OPTIONS.name() == request.method'), piece('RequestMethod.OPTIONS.name().equals(request.getMethod())', 'RequestMethod.OPTIONS.name == request.method')]);
}

/** `OncePerRequestFilter` as a component, a filter that a bean method gives back, or one that is registered; and `HandlerInterceptor`. */
export function springFilter(from: Random): SpringProgram {
  const tongue: Tongue = from.chance(0.35) ? 'kotlin' : 'java';
  const isJava = tongue === 'java';
  const { statements, fields } = grants(from);
  const isInterceptor = from.chance(0.35);
  const next = isInterceptor ? piece('return true') : piece('chain.doFilter(request, response)');
  const answer: readonly Statement[] = from.chance(0.5) ? [{ is: 'status', status: from.pick([200, 204]) }] : [];
  const answersOptions = from.chance(0.7);
  const stop: Statement = isInterceptor ? { is: 'code', code: piece('return false') } : { is: 'return' };
  const refused = statements.map((one): Statement => (one.is === 'if' && isInterceptor ? { ...one, then: one.then.map((inner): Statement => (inner.is === 'return' ? stop : inner)) } : one));
  const body: readonly Statement[] = [ORIGIN, ...refused, ...(answersOptions ? [{ is: 'if', test: options(from), then: [...answer, stop], otherwise: [] } as const] : []), { is: 'next' }];
  const code = (indent: string): string => spelled(body, tongue, next, indent).replaceAll('"Access-Control-Allow-Origin"', from.pick(['"Access-Control-Allow-Origin"', 'HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN']));
  if (isInterceptor) {
    const signature = isJava ? '  @Override\n  public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) throws Exception {\n' : '  override fun preHandle(request: HttpServletRequest, response: HttpServletResponse, handler: Any): Boolean {\n';
    const registered = isJava ? '@Configuration\n@EnableWebMvc\nclass App implements WebMvcConfigurer {\n  @Override\n  public void addInterceptors(InterceptorRegistry registry) {\n    registry.addInterceptor(new Cors());\n  }\n}\n\n' : '@Configuration\n@EnableWebMvc\nclass App : WebMvcConfigurer {\n  override fun addInterceptors(registry: InterceptorRegistry) {\n    registry.addInterceptor(Cors())\n  }\n}\n\n';
    return { title: `an interceptor in ${tongue}`, files: file(tongue, [...MVC, 'org.springframework.web.servlet.HandlerInterceptor'], `${registered}${isJava ? 'class Cors implements HandlerInterceptor {\n' : 'class Cors : HandlerInterceptor {\n'}${members(fields, tongue)}${signature}${code('    ')}  }\n}\n\n${ANY[tongue]}`), answersOptions };
  }
  const [extended, signature] = isJava
    ? ['extends OncePerRequestFilter', '  @Override\n  protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain) throws java.io.IOException, ServletException {\n']
    : [': OncePerRequestFilter()', '  override fun doFilterInternal(request: HttpServletRequest, response: HttpServletResponse, chain: FilterChain) {\n'];
  const imports = [...MVC, 'org.springframework.web.filter.OncePerRequestFilter', 'org.springframework.boot.web.servlet.FilterRegistrationBean'];
  const form = from.pick(['component', 'object', 'registered'] as const);
  if (form === 'component') return { title: `a component in ${tongue}`, files: file(tongue, imports, `${CONFIGURATION[tongue]}@Component\nclass Cors ${extended} {\n${members(fields, tongue)}${signature}${code('    ')}  }\n}\n\n${PLAIN[tongue]}`), answersOptions };
  const object = isJava ? `new OncePerRequestFilter() {\n${signature}${code('        ')}      }\n    }` : `object : OncePerRequestFilter() {\n${signature}${code('        ')}      }\n    }`;
  const pattern = from.pick(['/*', '/data', '/api/*']);
  const bean = form === 'object'
    ? isJava ? `  @Bean\n  Filter cors() {\n    return ${object};\n  }\n` : `  @Bean\n  fun cors(): Filter {\n    return ${object}\n  }\n`
    : isJava
      ? `  @Bean\n  FilterRegistrationBean<Filter> cors() {\n    FilterRegistrationBean<Filter> bean = new FilterRegistrationBean<>(${object});\n    bean.addUrlPatterns("${pattern}");\n    bean.setOrder(0);\n    return bean;\n  }\n`
      : `  @Bean\n  fun cors(): FilterRegistrationBean<Filter> {\n    val bean = FilterRegistrationBean<Filter>()\n    bean.setFilter(${object})\n    bean.addUrlPatterns("${pattern}")\n    return bean\n  }\n`;
  return { title: `a bean in ${tongue}`, files: file(tongue, imports, `@Configuration\n@EnableWebMvc\nclass App {\n${members(fields, tongue)}${bean}}\n\n${PLAIN[tongue]}`), answersOptions };
}

/** Controllers whose methods build entities or write on the response. */
export function springController(from: Random): SpringProgram {
  const tongue: Tongue = from.chance(0.35) ? 'kotlin' : 'java';
  const isJava = tongue === 'java';
  const { statements, fields } = grants(from);
  // Entities have a status of their own.
  const plain = (list: readonly Statement[]): readonly Statement[] => list.flatMap((one): readonly Statement[] => (one.is === 'if' ? [{ ...one, then: plain(one.then), otherwise: plain(one.otherwise) }] : one.is === 'header' ? [one] : []));
  const written = plain(statements);
  const on = (object: string, code: string): string => code.replace(/response\.(set|add)Header\(/g, (_all, op: string) => (object === 'response' ? `response.${op}Header(` : object === 'entity' ? 'entity.header(' : `headers.${op}(`)).replaceAll('request.getHeader("Access-Control-Request-Headers")', '"X-Asked"');
  const origin = isJava ? '@RequestHeader(value = "Origin", required = false) String origin' : '@RequestHeader(value = "Origin", required = false) origin: String?';
  const method = (annotation: string, name: string, result: string, parameters: string, inside: string): string => (isJava ? `  ${annotation}\n  ${result} ${name}(${parameters}) {\n${inside}  }\n\n` : `  ${annotation}\n  fun ${name}(${parameters}): ${result} {\n${inside}  }\n\n`);
  const end = isJava ? ';' : '';
  const entity = isJava ? 'ResponseEntity<String>' : 'ResponseEntity<String>';
  const local = (name: string, type: string, value: string): string => (isJava ? `    ${type} ${name} = ${value};\n` : `    val ${name} = ${value}\n`);
  const make = isJava ? 'new ' : '';
  const fixed = from.pick([['*'], ['https://app.example.com']] as const)[0];
  const forms = [
    (annotation: string, name: string) => method(annotation, name, entity, `${origin}`, local('entity', 'ResponseEntity.BodyBuilder', 'ResponseEntity.ok()') + on('entity', spelled(written, tongue, piece(''))) + `    return entity.body("ok")${end}\n`),
    (annotation: string, name: string) => method(annotation, name, entity, `${origin}`, local('headers', 'HttpHeaders', `${make}HttpHeaders()`) + on('headers', spelled(written, tongue, piece(''))) + `    return ${from.pick([`${make}ResponseEntity<String>("ok", headers, HttpStatus.OK)`, 'ResponseEntity.ok().headers(headers).body("ok")', 'ResponseEntity.status(HttpStatus.CREATED).headers(headers).body("ok")'])}${end}\n`),
    (annotation: string, name: string) => method(annotation, name, 'String', `${origin}, ${isJava ? 'HttpServletResponse response' : 'response: HttpServletResponse'}`, on('response', spelled(written, tongue, piece(''))) + `    return "ok"${end}\n`),
    (annotation: string, name: string) => method(annotation, name, entity, '', `    return ResponseEntity.ok()\n      .header("Access-Control-Allow-Origin", "${fixed}")\n      .header(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, "X-A", "X-B")\n      .body("ok")${end}\n`),
    (annotation: string, name: string) => method(annotation, name, entity, '', local('headers', 'HttpHeaders', `${make}HttpHeaders()`) + (isJava ? `    headers.setAccessControlAllowOrigin("${fixed}");\n    headers.setAccessControlAllowCredentials(${from.chance(0.5)});\n    headers.setAccessControlExposeHeaders(java.util.List.of("X-A", "X-B"));\n` : `    headers.accessControlAllowOrigin = "${fixed}"\n    headers.accessControlAllowCredentials = ${from.chance(0.5)}\n    headers.setAccessControlMaxAge(60L)\n`) + `    return ${make}ResponseEntity<String>("ok", headers, HttpStatus.OK)${end}\n`),
  ] as const;
  const methods = [
    from.pick(forms)('@GetMapping("/data")', 'get'),
    ...(from.chance(0.5) ? [from.pick(forms)('@PostMapping("/data")', 'post')] : []),
    ...(from.chance(0.3) ? [from.pick(forms)('@RequestMapping(path = ["/data"], method = [RequestMethod.PUT])'.replace(/\[(.*?)\]/g, isJava ? '{$1}' : '[$1]'), 'put')] : []),
    ...(from.chance(0.3) ? [from.pick(forms)('@GetMapping("/items/{id}")', 'item')] : []),
  ];
  return { title: `a controller in ${tongue}`, files: file(tongue, MVC, `${CONFIGURATION[tongue]}@RestController\nclass Data {\n${members(fields, tongue)}${methods.join('')}}\n`), answersOptions: false };
}

/** A `WebFilter` of WebFlux: a component, or a lambda that a bean method gives back. */
export function webFilter(from: Random): SpringProgram {
  const tongue: Tongue = from.chance(0.35) ? 'kotlin' : 'java';
  const isJava = tongue === 'java';
  const { statements, fields } = grants(from);
  const answersOptions = from.chance(0.7);
  const plain = (list: readonly Statement[]): readonly Statement[] => list.flatMap((one): readonly Statement[] => (one.is === 'if' ? [{ ...one, then: plain(one.then), otherwise: plain(one.otherwise) }] : one.is === 'error' || one.is === 'status' ? [] : one.is === 'return' ? [{ is: 'code', code: piece('response.setStatusCode(HttpStatus.FORBIDDEN)', 'response.statusCode = HttpStatus.FORBIDDEN') }, { is: 'code', code: piece('return response.setComplete()') }] : [one]));
  const isOptions = from.pick([piece('request.getMethod() == HttpMethod.OPTIONS', 'request.method == HttpMethod.OPTIONS'), piece('HttpMethod.OPTIONS.equals(request.getMethod())', 'HttpMethod.OPTIONS == request.method'), piece('CorsUtils.isPreFlightRequest(request)')]);
  const status = from.chance(0.6) ? [{ is: 'code', code: piece('response.setStatusCode(HttpStatus.NO_CONTENT)', 'response.statusCode = HttpStatus.NO_CONTENT') } as const] : [];
  const body: readonly Statement[] = [
    { is: 'code', code: piece('ServerHttpRequest request = exchange.getRequest()', 'val request = exchange.request') },
    { is: 'code', code: piece('ServerHttpResponse response = exchange.getResponse()', 'val response = exchange.response') },
    { is: 'code', code: from.pick([piece('String origin = request.getHeaders().getOrigin()', 'val origin: String? = request.headers.origin'), piece('String origin = request.getHeaders().getFirst("Origin")', 'val origin: String? = request.headers.getFirst("Origin")')]) },
    ...plain(statements),
    ...(from.chance(0.2) ? [header('Access-Control-Expose-Headers', text('X-Total'))] : []),
    ...(answersOptions ? [{ is: 'if', test: isOptions, then: [...status, { is: 'code', code: from.pick([piece('return Mono.empty()', 'return Mono.empty()'), piece('return response.setComplete()')]) }], otherwise: [] } as const] : []),
    { is: 'code', code: piece('return chain.filter(exchange)') },
  ];
  const code = (indent: string): string => spelled(body, tongue, piece(''), indent).replace(/response\.(set|add)Header\(/g, isJava ? 'response.getHeaders().$1(' : 'response.headers.$1(').replaceAll('request.getHeader(', isJava ? 'request.getHeaders().getFirst(' : 'request.headers.getFirst(');
  const imports = [...WEB, 'org.springframework.http.server.reactive.*', 'org.springframework.web.cors.reactive.CorsUtils', 'org.springframework.web.server.*', 'reactor.core.publisher.Mono', 'org.springframework.web.reactive.config.EnableWebFlux'];
  const config = isJava ? '@Configuration\n@EnableWebFlux\nclass App {\n' : '@Configuration\n@EnableWebFlux\nclass App {\n';
  const form = from.chance(0.5);
  const inside = form
    ? `${config}}\n\n@Component\nclass Cors ${isJava ? 'implements WebFilter' : ': WebFilter'} {\n${members(fields, tongue)}${isJava ? '  @Override\n  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {\n' : '  override fun filter(exchange: ServerWebExchange, chain: WebFilterChain): Mono<Void> {\n'}${code('    ')}  }\n}\n\n`
    : isJava
      ? `${config}${members(fields, tongue)}  @Bean\n  WebFilter cors() {\n    return (exchange, chain) -> {\n${code('      ')}    };\n  }\n}\n\n`
      : `${config}${members(fields, tongue)}  @Bean\n  fun cors(): WebFilter {\n    return WebFilter { exchange, chain ->\n${code('      ').replace(/return (?=chain|Mono|response)/g, 'return@WebFilter ')}    }\n  }\n}\n\n`;
  return { title: `a WebFilter in ${tongue}`, files: file(tongue, imports, `${inside}${PLAIN[tongue]}`), answersOptions };
}
