import { beforeAll, describe, expect, test } from 'vitest';
import jaxRs from '../../src/readers/jax-rs/index.js';
import servlet from '../../src/readers/servlet/index.js';
import jvm from '../../src/syntax/jvm/index.js';
import { A, answers, EVIL } from '../support/answers.js';
import { requestOf } from '../support/handwritten-shapes.js';
import { JAX_RS_SHAPES, SERVLET_SHAPES } from '../support/java-shapes.js';
import { readJvm } from '../support/jvm.js';

beforeAll(() => jvm.load());

describe.each([['servlets and filters', servlet, SERVLET_SHAPES], ['JAX-RS', jaxRs, JAX_RS_SHAPES]] as const)('%s answer as they did', (_title, reader, shapes) => {
  test.each(shapes.map((shape) => [shape.title, shape] as const))('%s', (_name, { file, source, asked }) => {
    const { policies, gaps } = readJvm(reader, { [file]: source }, file);
    expect([gaps, policies.length]).toEqual([[], 1]);
    expect(asked.map(([request]) => {
      const { method, path, headers } = requestOf(request);
      const all = answers(policies[0]!, method, path, Object.fromEntries(headers));
      return [request, ...(all.length === 1 ? all[0]! : [all])];
    })).toEqual(asked.map((row) => [...row]));
  });
});

const filter = (body: string, annotations = ''): string => `import jakarta.servlet.*;\nimport jakarta.servlet.http.*;\n${annotations}class Cors extends HttpFilter {\n  protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain) {\n${body}  }\n}\n`;
const ALLOW = 'response.setHeader("Access-Control-Allow-Origin", request.getHeader("Origin"));\n';

test('URL patterns, paths that code compares, headers that it reads', () => {
  const { policies } = readJvm(servlet, { 'Cors.java': filter(`request.getHeader("Authorization");\nif (request.getRequestURI().startsWith("/api/v1/")) ${ALLOW}chain.doFilter(request, response);\n`, '@jakarta.servlet.annotation.WebFilter("/api/*")\n') }, 'Cors.java');
  expect(policies.map(({ title, layer, listens, probes }) => [title, layer, listens, probes.map(({ path, methods, requestHeaders }) => [path, methods, requestHeaders])])).toEqual([['Servlet filter Cors', 'app-middleware', [8080], [['/api/x', null, ['authorization']]]]]);
  expect(answers(policies[0]!, 'GET', '/api/v1/a', A)).toEqual([[200, { 'allow-origin': A.origin }]]);
  expect(answers(policies[0]!, 'GET', '/other', A)).toEqual([[200, {}]]);
});

test('where a stranger is refused for a reason that is not in the request, the others are granted', () => {
  const { policies } = readJvm(servlet, { 'Cors.java': filter(`${ALLOW}if (!Tokens.valid(request.getParameter("t"))) { response.sendError(401); return; }\nchain.doFilter(request, response);\n`) }, 'Cors.java');
  expect(answers(policies[0]!, 'GET', '/', EVIL)).toEqual([[200, { 'allow-origin': EVIL.origin }]]);
});

test('what is written behind the chain may come too late', () => {
  const { policies } = readJvm(servlet, { 'Cors.java': filter(`chain.doFilter(request, response);\n${ALLOW}`) }, 'Cors.java');
  expect(answers(policies[0]!, 'GET', '/', A).map(([, headers]) => headers).sort((a, b) => Object.keys(a).length - Object.keys(b).length)).toEqual([{}, { 'allow-origin': A.origin }]);
});

test('code that is not in view may write anything, if its name speaks of CORS', () => {
  const open = readJvm(servlet, { 'Cors.java': filter('CorsHeaders.apply(request, response);\nchain.doFilter(request, response);\n') }, 'Cors.java');
  expect(open.policies.map((policy) => answers(policy, 'GET', '/', A)[0]![1]['allow-origin'])).toEqual([null]);
});

test.each([
  ['headers of something else', 'Cors.java', filter('response.setHeader("X-Frame-Options", "DENY"); // Origin\nchain.doFilter(request, response);\n')],
  ['a client', 'Client.java', 'class Client { void f(HttpURLConnection c) { c.setRequestProperty("Origin", "x"); c.addRequestProperty("Access-Control-Allow-Origin", "*"); } }'],
  ['a mock', 'Mock.java', 'class Mock { void f() { MockHttpServletResponse response = new MockHttpServletResponse(); response.setHeader("Access-Control-Allow-Origin", "*"); } }'],
])('silence: %s', (_name, file, text) => {
  expect(readJvm(servlet, { [file]: text }, file)).toEqual({ policies: [], gaps: [] });
});

test('a URL pattern that is not known leaves open where the filter stands', () => {
  const text = 'import jakarta.servlet.*;\nimport jakarta.servlet.http.*;\nimport org.springframework.boot.web.servlet.FilterRegistrationBean;\nimport org.springframework.context.annotation.*;\n@Configuration\nclass Web {\n  @Bean\n  FilterRegistrationBean<Filter> cors() {\n    FilterRegistrationBean<Filter> bean = new FilterRegistrationBean<>((request, response, chain) -> {\n      ((HttpServletResponse) response).setHeader("Access-Control-Allow-Origin", "*");\n      chain.doFilter(request, response);\n    });\n    bean.addUrlPatterns(Paths.api());\n    return bean;\n  }\n}\n';
  const [policy] = readJvm(servlet, { 'Web.java': text }, 'Web.java').policies;
  expect(answers(policy!, 'GET', '/', A).map(([, headers]) => Object.keys(headers).length).sort()).toEqual([0, 1]);
});
