import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import webXmlReader from '../../src/readers/web-xml/index.js';
import xml from '../../src/syntax/xml/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { differences, observed, type ObservedRow } from '../support/observed.js';
import { webXml, type InitParams } from '../support/servlet-sources.js';

const FILE = 'src/main/webapp/WEB-INF/web.xml';

function policiesOf(text: string, others: Readonly<Record<string, string>> = {}): Policy[] {
  const { unit, problems } = xml.parse(new SourceText(FILE, text), filesFrom({ [FILE]: text, ...others }));
  expect(problems).toEqual([]);
  return [...webXmlReader.read(unit!)].flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []));
}

const pom = (artifact: string, version: string): Record<string, string> => ({ 'pom.xml': `<dependency><artifactId>${artifact}</artifactId><version>${version}</version></dependency>` });

/** Rows that a policy does not predict. */
function wrongly(rows: readonly ObservedRow[], className: string, artifact: string, unordered: readonly string[]): string[] {
  const policies = new Map<string, Policy>();
  return rows.flatMap((row) => {
    const { 'init-param': params } = row.options as { 'init-param': InitParams };
    const key = `${row.version} ${JSON.stringify(params)}`;
    if (!policies.has(key)) policies.set(key, policiesOf(webXml(className, params), pom(artifact, row.version))[0]!);
    const policy = policies.get(key)!;
    if (row.response.configError !== undefined) return policy.steps.some(({ when, end }) => when.g === 'always' && end?.to === 'answer' && end.fault !== undefined) ? [] : [`${key}: starts`];
    const found = differences({ policy, inner: [] }, row, { target: 'http://api.example.com', unordered });
    return found.length > 0 ? [`${key} ${row.request!.method} ${JSON.stringify(row.request!.headers)}: ${found.join('; ')}`] : [];
  });
}

describe('recorded answers', () => {
  const lists = ['access-control-allow-methods', 'access-control-allow-headers', 'access-control-expose-headers'];

  test("Tomcat's CorsFilter, 9.0.70 and 10.1.60", () => {
    const rows = observed('python-jvm').filter(({ framework }) => framework === 'tomcat-CorsFilter');
    expect([rows.length, rows.filter(({ response }) => response.configError !== undefined).length]).toEqual([698, 2]);
    expect(wrongly(rows, 'org.apache.catalina.filters.CorsFilter', 'tomcat-catalina', lists).slice(0, 10)).toEqual([]);
  });

  test("Jetty's CrossOriginFilter, 9.4.57", () => {
    const rows = observed('python-jvm').filter(({ framework }) => framework === 'jetty-CrossOriginFilter');
    expect(rows.length).toBe(406);
    expect(wrongly(rows, 'org.eclipse.jetty.servlets.CrossOriginFilter', 'jetty-servlets', []).slice(0, 10)).toEqual([]);
  });
});

describe('what a descriptor says around a filter', () => {
  const jetty = 'org.eclipse.jetty.servlets.CrossOriginFilter';
  const descriptor = (mapping: string, more = ''): string => `<web-app><filter><filter-name>cors</filter-name><filter-class>${jetty}</filter-class></filter>${mapping}${more}</web-app>`;
  const mapping = (inside: string): string => `<filter-mapping><filter-name>cors</filter-name>${inside}</filter-mapping>`;
  const allowed = (text: string, path: string, method = 'GET'): unknown => {
    const [policy] = policiesOf(text);
    const outcomes = evaluate({ policy: policy!, inner: [] }, { method, path, headers: [['origin', 'https://a.example'], ...(method === 'OPTIONS' ? [['access-control-request-method', 'POST'] as const] : [])] });
    return outcomes.map(({ response }) => [response.status, response.headers.find(({ name }) => name === 'access-control-allow-origin')?.text]);
  };
  const ALLOWED = [[200, 'https://a.example']];
  const NOTHING = [[200, undefined]];

  test.each([
    ['without a mapping', descriptor('')],
    ['for another one', descriptor('<filter-mapping><filter-name>other</filter-name><url-pattern>/*</url-pattern></filter-mapping>')],
    ['for errors only', descriptor(mapping('<url-pattern>/*</url-pattern><dispatcher>ERROR</dispatcher>'))],
    ['in a file of something else', `<beans>${descriptor(mapping('<url-pattern>/*</url-pattern>'))}</beans>`],
  ])('nothing: %s', (_name, text) => {
    expect(policiesOf(text)).toEqual([]);
  });

  test.each([
    ['/api/*', '/api/x', true],
    ['/api/*', '/api', true],
    ['/api/*', '/apix', false],
    ['*.json', '/a/b.json', true],
    ['*.json', '/a/b.xml', false],
    ['/', '/x', false],
    ['/exact', '/exact', true],
  ])('the pattern %s and the path %s', (pattern, path, covers) => {
    expect(allowed(descriptor(mapping(`<url-pattern>${pattern}</url-pattern>`)), path)).toEqual(covers ? ALLOWED : NOTHING);
  });

  test("a servlet's name stands for its patterns", () => {
    const text = descriptor(mapping('<servlet-name>api</servlet-name>'), '<servlet-mapping><servlet-name>api</servlet-name><url-pattern>/v1/*</url-pattern></servlet-mapping>');
    expect([allowed(text, '/v1/x'), allowed(text, '/v2/x')]).toEqual([ALLOWED, NOTHING]);
  });

  test('constraints of the container come first, but for the methods that they leave out', () => {
    const guarded = (methods: string, more = ''): string => descriptor(mapping('<url-pattern>/*</url-pattern>'), `<security-constraint><web-resource-collection><url-pattern>/*</url-pattern>${methods}</web-resource-collection><auth-constraint><role-name>user</role-name></auth-constraint></security-constraint>${more}<login-config><auth-method>BASIC</auth-method></login-config>`);
    const open = '<security-constraint><web-resource-collection><url-pattern>/open/*</url-pattern></web-resource-collection></security-constraint>';
    expect(allowed(guarded(''), '/x', 'OPTIONS')).toEqual([[401, undefined]]);
    expect(allowed(guarded('<http-method>GET</http-method>'), '/x', 'OPTIONS')).toEqual(ALLOWED);
    expect(allowed(guarded('<http-method-omission>OPTIONS</http-method-omission>'), '/x', 'OPTIONS')).toEqual(ALLOWED);
    expect([allowed(guarded('', open), '/open/x', 'OPTIONS'), allowed(guarded('', open), '/x', 'OPTIONS')]).toEqual([ALLOWED, [[401, undefined]]]);
  });

  test('what a placeholder fills in is not known', () => {
    const policy = policiesOf(webXml('org.apache.catalina.filters.CorsFilter', { 'cors.allowed.origins': '${cors.origins}' }))[0];
    expect(JSON.stringify(policy)).toContain('"key":"env:cors.origins"');
  });

  test("the defaults of thetransactioncompany's filter and of Tomcat's before CVE-2018-8014 let everybody in, with credentials", () => {
    for (const policy of [
      policiesOf(webXml('com.thetransactioncompany.cors.CORSFilter', {}))[0]!,
      policiesOf(webXml('org.ebaysf.web.cors.CORSFilter', {}))[0]!,
      policiesOf(webXml('org.apache.catalina.filters.CorsFilter', {}), pom('tomcat-catalina', '9.0.8'))[0]!,
    ]) {
      const [outcome] = evaluate({ policy, inner: [] }, { method: 'GET', path: '/x', headers: [['origin', 'https://evil.example']] });
      expect(outcome!.response.headers.filter(({ name }) => name.startsWith('access-control-')).map(({ name, text }) => `${name}: ${text}`).sort()).toEqual(['access-control-allow-credentials: true', 'access-control-allow-origin: https://evil.example']);
    }
  });

  test("eBay's filter knows nothing of Vary, Tomcat's of that time does", () => {
    const named = (filter: string, build?: Readonly<Record<string, string>>): readonly string[] => {
      const policy = policiesOf(webXml(filter, { 'cors.allowed.origins': 'https://a.example' }), ...(build === undefined ? [] : [build]))[0]!;
      const [outcome] = evaluate({ policy, inner: [] }, { method: 'GET', path: '/x', headers: [['origin', 'https://a.example']] });
      return outcome!.response.headers.map(({ name }) => name);
    };
    expect(named('org.ebaysf.web.cors.CORSFilter')).not.toContain('vary');
    expect(named('org.ebaysf.web.cors.CORSFilter')).toContain('access-control-allow-origin');
    expect(named('org.apache.catalina.filters.CorsFilter', pom('tomcat-catalina', '9.0.8'))).toContain('vary');
  });
});
