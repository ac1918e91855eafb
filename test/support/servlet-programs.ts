import type { Random } from '../live/seed.js';
import { grants, piece, preflight, spelled, type Piece, type Statement, type Tongue } from './handwritten-java.js';

/** One class of servlets or filters, by its file. */
export interface ServletProgram {
  readonly title: string;
  readonly files: Readonly<Record<string, string>>;
}

const IMPORTS = ['jakarta.servlet.*', 'jakarta.servlet.annotation.*', 'jakarta.servlet.http.*', 'java.io.IOException'];

function file(tongue: Tongue, annotation: string, head: Piece, fields: readonly Piece[], methods: string): Readonly<Record<string, string>> {
  const imports = [...IMPORTS, ...(tongue === 'kotlin' ? ['java.net.URI'] : [])].map((name) => (tongue === 'java' ? `import ${name};` : `import ${name.replace(/\.\*$/, '.*')}`)).join('\n');
  const members = fields.map((field) => `  ${field[tongue]}\n\n`).join('');
  return { [tongue === 'java' ? 'App.java' : 'App.kt']: `${imports}\n\n${annotation}${head[tongue]} {\n${members}${methods}}\n` };
}

const NEXT = piece('chain.doFilter(request, response)');

/** A filter that writes headers, and does with OPTIONS what people do with it. */
export function filterProgram(from: Random): ServletProgram {
  const tongue: Tongue = from.chance(0.3) ? 'kotlin' : 'java';
  const { statements, fields } = grants(from);
  const isPreflight = preflight(from);
  const answer: readonly Statement[] = [{ is: 'status', status: from.pick([200, 204]) }];
  const body = from.pick<() => readonly Statement[]>([
    () => [...statements, { is: 'next' }],
    () => [...statements, { is: 'if', test: isPreflight, then: [...answer, { is: 'return' }], otherwise: [] }, { is: 'next' }],
    () => [...statements, { is: 'if', test: isPreflight, then: answer, otherwise: [{ is: 'next' }] }],
    () => [...statements, { is: 'if', test: isPreflight, then: [{ is: 'return' }], otherwise: [] }, { is: 'next' }],
    () => [{ is: 'if', test: isPreflight, then: [...statements, ...answer, { is: 'return' }], otherwise: [] }, ...statements, { is: 'next' }],
  ])();
  const http = from.chance(0.4);
  const origin: Statement = { is: 'code', code: piece('String origin = request.getHeader("Origin")', 'val origin: String? = request.getHeader("Origin")') };
  const casts: readonly Statement[] = http ? [] : [{ is: 'code', code: piece('HttpServletRequest request = (HttpServletRequest) req', 'val request = req as HttpServletRequest') }, { is: 'code', code: piece('HttpServletResponse response = (HttpServletResponse) res', 'val response = res as HttpServletResponse') }];
  const head = http
    ? piece('public class App extends HttpFilter', 'class App : HttpFilter()')
    : piece('public class App implements Filter', 'class App : Filter');
  const signature = http
    ? piece('  @Override\n  protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain) throws IOException, ServletException {\n', '  override fun doFilter(request: HttpServletRequest, response: HttpServletResponse, chain: FilterChain) {\n')
    : piece('  @Override\n  public void doFilter(ServletRequest req, ServletResponse res, FilterChain chain) throws IOException, ServletException {\n', '  override fun doFilter(req: ServletRequest, res: ServletResponse, chain: FilterChain) {\n');
  const annotation = from.pick(['', '', '@WebFilter("/*")\n', '@WebFilter(urlPatterns = "/data")\n', '@WebFilter("/api/*")\n']).replace('urlPatterns = "/data"', tongue === 'kotlin' ? 'urlPatterns = ["/data"]' : 'urlPatterns = {"/data", "/x/*"}');
  return { title: `a filter in ${tongue}`, files: file(tongue, annotation, head, fields, `${signature[tongue]}${spelled([...casts, origin, ...body], tongue, NEXT)}  }\n`) };
}

/** A servlet whose methods write headers, by themselves or in a `service` of its own. */
export function servletProgram(from: Random): ServletProgram {
  const tongue: Tongue = from.chance(0.3) ? 'kotlin' : 'java';
  const { statements, fields } = grants(from);
  const origin: Statement = { is: 'code', code: piece('String origin = request.getHeader("Origin")', 'val origin: String? = request.getHeader("Origin")') };
  const body: Statement = { is: 'code', code: piece('response.getWriter().print("ok")', 'response.writer.print("ok")') };
  const method = (name: string, inside: readonly Statement[]): string =>
    (tongue === 'java' ? `  @Override\n  protected void ${name}(HttpServletRequest request, HttpServletResponse response) throws IOException, ServletException {\n` : `  override fun ${name}(request: HttpServletRequest, response: HttpServletResponse) {\n`) + `${spelled(inside, tongue, NEXT)}  }\n\n`;
  const own: readonly Statement[] = [origin, ...statements, body];
  const options = from.pick<readonly Statement[] | undefined>([undefined, [origin, ...statements], [origin, ...statements, { is: 'status', status: 204 }], [origin, ...statements, { is: 'code', code: piece('super.doOptions(request, response)') }]]);
  const methods = from.pick<() => string>([
    () => method('doGet', own) + (options === undefined ? '' : method('doOptions', options)),
    () => method('doGet', own) + method('doPost', own) + (options === undefined ? '' : method('doOptions', options)),
    () => method('service', [origin, ...statements, { is: 'code', code: piece('super.service(request, response)') }]) + method('doGet', [body]) + method('doPut', [body]),
    () => method('service', own),
  ])();
  const annotation = from.pick(['', '@WebServlet("/data")\n']);
  return { title: `a servlet in ${tongue}`, files: file(tongue, annotation, piece('public class App extends HttpServlet', 'class App : HttpServlet()'), fields, methods) };
}
