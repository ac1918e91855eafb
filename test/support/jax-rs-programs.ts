import type { Random } from '../live/seed.js';
import { ADMIN, APP, grants, piece, preflight, spelled, text, type Piece, type Statement, type Tongue } from './handwritten-java.js';
import type { ServletProgram } from './servlet-programs.js';

const IMPORTS = ['jakarta.ws.rs.*', 'jakarta.ws.rs.container.*', 'jakarta.ws.rs.core.*', 'jakarta.ws.rs.ext.Provider'];
const NOTHING = piece('', '');

function file(tongue: Tongue, annotation: string, head: Piece, fields: readonly Piece[], methods: string, more: readonly string[] = []): Readonly<Record<string, string>> {
  const imports = [...IMPORTS, ...more, ...(tongue === 'kotlin' ? ['java.net.URI'] : [])].map((name) => `import ${name}${tongue === 'java' ? ';' : ''}`).join('\n');
  const members = fields.map((field) => `  ${field[tongue]}\n\n`).join('');
  return { [tongue === 'java' ? 'App.java' : 'App.kt']: `${imports}\n\n${annotation}${head[tongue]} {\n${members}${methods}}\n` };
}

/** What is written for servlets, as a filter of JAX-RS says it; a status is not its to set. */
function asFilter(code: string): string {
  return code
    .replace(/^.*(?:sendError|setStatus|response\.status).*\n/gm, '')
    .replaceAll('request.getHeader(', 'request.getHeaderString(')
    .replaceAll('response.setHeader(', 'response.getHeaders().putSingle(')
    .replaceAll('response.addHeader(', 'response.getHeaders().add(');
}

const ORIGIN: Statement = { is: 'code', code: piece('String origin = request.getHeader("Origin")', 'val origin: String? = request.getHeader("Origin")') };

/** Headers in a chain of a builder. */
function chain(statements: readonly Statement[], tongue: Tongue): string {
  return statements.flatMap((one) => (one.is === 'header' ? [`.header(${JSON.stringify(one.name)}, ${one.value[tongue]})`] : [])).join('').replaceAll('request.getHeader(', 'request.getHeaderString(');
}

/** A filter behind resources; often one in front that answers OPTIONS, in the same class. */
export function responseFilter(from: Random): ServletProgram {
  const tongue: Tongue = from.chance(0.3) ? 'kotlin' : 'java';
  const { statements, fields } = grants(from);
  const method = (signature: Piece, inside: string): string => `  ${tongue === 'java' ? '@Override\n  public ' : 'override '}${signature[tongue]} {\n${inside}  }\n\n`;
  const behind = method(piece('void filter(ContainerRequestContext request, ContainerResponseContext response)', 'fun filter(request: ContainerRequestContext, response: ContainerResponseContext)'), asFilter(spelled([ORIGIN, ...statements], tongue, NOTHING)));
  const isPreflight = preflight(from);
  const end = tongue === 'java' ? ';' : '';
  const built = from.pick([
    'Response.ok().build()',
    'Response.status(Response.Status.NO_CONTENT).build()',
    `Response.noContent()${chain([{ is: 'header', op: 'add', name: 'Access-Control-Allow-Methods', value: text('GET, PUT') }, { is: 'header', op: 'add', name: 'Access-Control-Allow-Headers', value: text('Content-Type') }], tongue)}.build()`,
    `Response.ok()${chain([{ is: 'header', op: 'add', name: 'Access-Control-Allow-Origin', value: text('*') }], tongue)}.build()`,
  ]);
  const abort: readonly Statement[] = [{ is: 'code', code: piece(`request.abortWith(${built})`) }];
  const front = from.pick<() => string | undefined>([
    () => undefined,
    () => spelled([{ is: 'if', test: isPreflight, then: abort, otherwise: [] }], tongue, NOTHING),
    () => spelled([{ is: 'if', test: isPreflight, then: [...abort, { is: 'return' }], otherwise: [] }, { is: 'code', code: piece('request.setProperty("seen", true)') }], tongue, NOTHING),
    () => `    val nothing = 0${end}\n`.replace('val', tongue === 'java' ? 'int' : 'val') + `    if (request.getHeaderString("Origin") == ${JSON.stringify(ADMIN)}) throw ForbiddenException("no")${end}\n`.replace(/if \((.*?) == (".*?")\) throw /, tongue === 'java' ? 'if ($2.equals($1)) throw new ' : 'if ($1 == $2) throw '),
  ])();
  const requests = front === undefined ? '' : method(piece('void filter(ContainerRequestContext request)', 'fun filter(request: ContainerRequestContext)'), asFilter(front));
  const supertypes = `${front === undefined ? '' : 'ContainerRequestFilter, '}ContainerResponseFilter`;
  const annotation = `@Provider\n${front !== undefined && (front.includes('throw') || from.chance(0.8)) ? '@PreMatching\n' : ''}`;
  return { title: `a filter in ${tongue}`, files: file(tongue, annotation, piece(`public class App implements ${supertypes}`, `class App : ${supertypes}`), fields, front === undefined ? behind : from.chance(0.5) ? requests + behind : behind + requests) };
}

/** Resources that build responses with headers. */
export function resources(from: Random): ServletProgram {
  const tongue: Tongue = from.chance(0.3) ? 'kotlin' : 'java';
  const { statements, fields } = grants(from);
  const isJava = tongue === 'java';
  const status = (statement: Statement): readonly Statement[] => (statement.is === 'if' ? [{ ...statement, then: statement.then.flatMap(status), otherwise: statement.otherwise.flatMap(status) }] : statement.is === 'error' || statement.is === 'status' ? [{ is: 'code', code: piece('return Response.status(403).build()') }] : statement.is === 'return' ? [] : [statement]);
  const onBuilder = (code: string): string => code.replace(/response\.(?:set|add)Header\(/g, 'builder.header(').replaceAll('request.getHeader(', 'headers.getHeaderString(');
  const body = (made: string): string => onBuilder(spelled([{ is: 'code', code: piece(`Response.ResponseBuilder builder = ${made}`, `val builder = ${made}`) }, ...statements.flatMap(status), { is: 'code', code: piece('return builder.build()') }], tongue, NOTHING));
  const method = (annotations: string, name: string, inside: string): string =>
    isJava
      ? `  ${annotations}\n  public Response ${name}(@HeaderParam("Origin") String origin, @Context HttpHeaders headers) {\n${inside}  }\n\n`
      : `  ${annotations}\n  fun ${name}(@HeaderParam("Origin") origin: String?, @Context headers: HttpHeaders): Response {\n${inside}  }\n\n`;
  const fixed = chain(statements.filter((one) => one.is === 'header' && !one.value.java.includes('origin')), tongue).replaceAll('request.getHeaderString(', 'headers.getHeaderString(');
  const end = isJava ? ';' : '';
  const options = from.pick<() => string>([
    () => '',
    () => method('@OPTIONS', 'options', body('Response.ok()')),
    () => method('@OPTIONS', 'options', `    return Response.noContent()${fixed}.build()${end}\n`),
  ])();
  const get = from.chance(0.6) ? method('@GET', 'get', body('Response.ok("ok")')) : method('@GET', 'get', `    return Response.ok("ok")${fixed}.header("Access-Control-Allow-Origin", ${JSON.stringify(from.pick(['*', APP]))}).build()${end}\n`);
  const post = from.chance(0.5) ? '' : method('@POST', 'post', body('Response.status(201)'));
  return { title: `resources in ${tongue}`, files: file(tongue, '@Path("/data")\n', piece('public class App', 'class App'), fields, get + post + options) };
}

/** RESTEasy's own filter, as an application makes it. */
export function resteasyFilter(from: Random): ServletProgram {
  const tongue: Tongue = from.chance(0.3) ? 'kotlin' : 'java';
  const end = tongue === 'java' ? ';' : '';
  const origins = from.times(1, 2, () => from.pick(['*', APP, ADMIN, `${APP}/`, 'null']));
  const set = (probability: number, name: string, value: string): string => (!from.chance(probability) ? '' : `    filter.set${name[0]!.toUpperCase()}${name.slice(1)}(${value})${end}\n`);
  const calls = [
    ...origins.map((origin) => `    filter.getAllowedOrigins().add(${JSON.stringify(origin)})${end}\n`),
    set(0.5, 'allowCredentials', from.pick(['true', 'false'])),
    set(0.5, 'allowedMethods', '"GET, PUT"'),
    set(0.5, 'allowedHeaders', '"Content-Type"'),
    set(0.3, 'exposedHeaders', '"X-Total"'),
    set(0.3, 'corsMaxAge', '600'),
  ].join('');
  const methods = tongue === 'java' ? `  @Override\n  public Object get() {\n    CorsFilter filter = new CorsFilter();\n${calls}    return filter;\n  }\n` : `  override fun get(): Any {\n    val filter = CorsFilter()\n${calls}    return filter\n  }\n`;
  return { title: `RESTEasy's filter in ${tongue}`, files: file(tongue, '', piece('public class App implements Supplier<Object>', 'class App : Supplier<Any>'), [], methods, ['org.jboss.resteasy.plugins.interceptors.CorsFilter', 'java.util.function.Supplier']) };
}
