import { APP, STAR, type Shape } from './handwritten-shapes.js';

/** A program in one file, `App.java` or `App.kt`, whose answers were asked of the server itself; live suites ask again. */
export interface JavaShape extends Shape {
  readonly file: 'App.java' | 'App.kt';
}

function filter(title: string, body: string, asked: Shape['asked']): JavaShape {
  const source = `import jakarta.servlet.*;\nimport jakarta.servlet.http.*;\nimport java.io.IOException;\n\npublic class App extends HttpFilter {\n  @Override\n  protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain) throws IOException, ServletException {\n${body}  }\n}\n`;
  return { title, file: 'App.java', source, asked };
}

function servlet(title: string, body: string, asked: Shape['asked']): JavaShape {
  return { title, file: 'App.java', source: `import jakarta.servlet.*;\nimport jakarta.servlet.http.*;\nimport java.io.IOException;\n\npublic class App extends HttpServlet {\n${body}}\n`, asked };
}

const PREFLIGHT = 'OPTIONS /data with access-control-request-method=PUT';

/** Asked of Tomcat 10.1; behind filters stands a servlet with GET and POST. */
export const SERVLET_SHAPES: readonly JavaShape[] = [
  filter('a header without a value is left alone', '    response.setHeader("Access-Control-Allow-Origin", request.getHeader("Origin"));\n    response.addHeader("Vary", null);\n    chain.doFilter(request, response);\n', [['GET /data', 200, APP], ['GET /data from nobody', 200, {}]]),
  filter('set replaces, add adds', '    response.setHeader("Access-Control-Allow-Origin", "https://other.example");\n    response.setHeader("Access-Control-Allow-Origin", "*");\n    response.addHeader("Vary", "Accept");\n    response.addIntHeader("Access-Control-Max-Age", 60);\n    chain.doFilter(request, response);\n', [['GET /data', 200, { ...STAR, vary: 'Accept', 'max-age': '60' }]]),
  filter('an error keeps what was set', '    response.setHeader("Access-Control-Allow-Origin", "*");\n    if ("https://evil.example".equals(request.getHeader("Origin"))) {\n      response.sendError(HttpServletResponse.SC_FORBIDDEN, "no");\n      return;\n    }\n    chain.doFilter(request, response);\n', [['GET /data from https://evil.example', 403, STAR], ['GET /data', 200, STAR]]),
  filter('an exception keeps what was set', '    response.setHeader("Access-Control-Allow-Origin", "*");\n    if ("POST".equals(request.getMethod())) throw new ServletException("no");\n    chain.doFilter(request, response);\n', [['POST /data', 500, STAR], ['GET /data', 200, STAR]]),
  filter('what is reset is gone, the status too', '    response.setHeader("Access-Control-Allow-Origin", "*");\n    if ("OPTIONS".equals(request.getMethod())) {\n      response.setStatus(202);\n      response.reset();\n      return;\n    }\n    chain.doFilter(request, response);\n', [[PREFLIGHT, 200, {}], ['GET /data', 200, STAR]]),
  filter('only where there is none yet', '    response.setHeader("Access-Control-Allow-Origin", "*");\n    if (!response.containsHeader("Access-Control-Allow-Origin")) {\n      response.setHeader("Access-Control-Allow-Origin", "https://other.example");\n    }\n    if (response.getHeader("Vary") == null) response.setHeader("Vary", "Origin");\n    chain.doFilter(request, response);\n', [['GET /data', 200, { ...STAR, vary: 'Origin' }]]),
  filter('a wrapper writes on what it wraps', '    HttpServletResponse wrapped = new HttpServletResponseWrapper(response);\n    wrapped.setHeader("Access-Control-Allow-Origin", "*");\n    chain.doFilter(request, wrapped);\n', [['GET /data', 200, STAR]]),
  servlet('HEAD is GET, OPTIONS has no headers of its own, others are refused', '  @Override\n  protected void doGet(HttpServletRequest request, HttpServletResponse response) {\n    response.setHeader("Access-Control-Allow-Origin", "*");\n  }\n', [['GET /data', 200, STAR], ['HEAD /data', 200, STAR], [PREFLIGHT, 200, {}], ['POST /data', 405, {}]]),
  servlet('a service around the others', '  @Override\n  protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException, ServletException {\n    response.setHeader("Access-Control-Allow-Origin", "*");\n    super.service(request, response);\n  }\n\n  @Override\n  protected void doGet(HttpServletRequest request, HttpServletResponse response) {\n    response.addHeader("Vary", "Origin");\n  }\n', [['GET /data', 200, { ...STAR, vary: 'Origin' }], [PREFLIGHT, 200, STAR], ['PUT /data', 405, STAR]]),
];

function jaxRs(title: string, body: string, asked: Shape['asked']): JavaShape {
  return { title, file: 'App.java', source: `import jakarta.ws.rs.*;\nimport jakarta.ws.rs.container.*;\nimport jakarta.ws.rs.core.*;\nimport jakarta.ws.rs.ext.Provider;\nimport java.util.List;\n\n${body}`, asked };
}

const RESPONSE_FILTER = '  @Override\n  public void filter(ContainerRequestContext request, ContainerResponseContext response) {\n';
const REQUEST_FILTER = '  @Override\n  public void filter(ContainerRequestContext request) {\n';

/** Asked of Jersey 3.1 and RESTEasy 6.2; around filters stands a resource with GET and POST. */
export const JAX_RS_SHAPES: readonly JavaShape[] = [
  jaxRs('a filter sees OPTIONS that is answered for the resource', `@Provider\npublic class App implements ContainerResponseFilter {\n${RESPONSE_FILTER}    response.getHeaders().add("Access-Control-Allow-Origin", "*");\n  }\n}\n`, [['GET /data', 200, STAR], [PREFLIGHT, 200, STAR]]),
  jaxRs('a header without a value is not sent', `@Provider\npublic class App implements ContainerResponseFilter {\n${RESPONSE_FILTER}    response.getHeaders().putSingle("Access-Control-Allow-Origin", request.getHeaderString("Origin"));\n    response.getHeaders().put("Access-Control-Expose-Headers", List.of("X-A"));\n  }\n}\n`, [['GET /data', 200, { ...APP, 'expose-headers': 'X-A' }], ['GET /data from nobody', 200, { 'expose-headers': 'X-A' }]]),
  jaxRs('an answer in front of resources passes the filters behind them', `@Provider\n@PreMatching\npublic class App implements ContainerRequestFilter, ContainerResponseFilter {\n${REQUEST_FILTER}    if (request.getMethod().equals("OPTIONS")) request.abortWith(Response.noContent().header("Access-Control-Allow-Methods", "PUT").build());\n  }\n\n${RESPONSE_FILTER}    response.getHeaders().putSingle("Access-Control-Allow-Origin", "*");\n  }\n}\n`, [[PREFLIGHT, 204, { 'allow-methods': 'PUT', ...STAR }], ['GET /data', 200, STAR]]),
  jaxRs('so does an exception that stands for a status', `@Provider\n@PreMatching\npublic class App implements ContainerRequestFilter, ContainerResponseFilter {\n${REQUEST_FILTER}    if ("https://evil.example".equals(request.getHeaderString("Origin"))) throw new ForbiddenException();\n  }\n\n${RESPONSE_FILTER}    response.getHeaders().putSingle("Access-Control-Allow-Origin", "*");\n  }\n}\n`, [['GET /data from https://evil.example', 403, STAR], ['GET /data', 200, STAR]]),
  jaxRs('what a resource builds', '@Path("/data")\npublic class App {\n  @GET\n  public Response get(@HeaderParam("Origin") String origin) {\n    Response.ResponseBuilder builder = Response.ok("ok").header("Vary", "Origin");\n    if ("https://app.example.com".equals(origin)) builder.header("Access-Control-Allow-Origin", origin);\n    return builder.build();\n  }\n\n  @OPTIONS\n  public Response options() {\n    return Response.status(Response.Status.NO_CONTENT).header("Access-Control-Allow-Origin", "*").build();\n  }\n}\n', [['GET /data', 200, { vary: 'Origin', ...APP }], ['GET /data from https://evil.example', 200, { vary: 'Origin' }], [PREFLIGHT, 204, STAR]]),
];
