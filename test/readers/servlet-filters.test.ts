import { beforeAll, describe, expect, test } from 'vitest';
import type { Policy } from '../../src/policy/program.js';
import { originLeaves } from '../../src/policy/views.js';
import reader from '../../src/readers/servlet-filters/index.js';
import java from '../../src/syntax/jvm/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { differences, observed } from '../support/observed.js';
import { registration, SHAPES, type InitParams, type Shape } from '../support/servlet-sources.js';

beforeAll(() => java.load());

function policiesOf({ file, text }: { readonly file: string; readonly text: string }, others: Readonly<Record<string, string>> = {}): Policy[] {
  const { unit, problems } = java.parse(new SourceText(file, text), filesFrom({ [file]: text, ...others }));
  expect(problems).toEqual([]);
  return [...reader.read(unit!)].flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []));
}

const FILTERS = {
  'tomcat-CorsFilter': { className: 'org.apache.catalina.filters.CorsFilter', artifact: 'tomcat-embed-core', rows: 698 },
  'jetty-CrossOriginFilter': { className: 'org.eclipse.jetty.servlets.CrossOriginFilter', artifact: 'jetty-servlets', rows: 406 },
} as const;

describe.each(Object.entries(FILTERS))('recorded answers of %s, registered in code', (framework, { className, artifact, rows: count }) => {
  test.each(SHAPES)('%s', (shape: Shape) => {
    const rows = observed('python-jvm').filter((row) => row.framework === framework);
    expect(rows.length).toBe(count);
    const policies = new Map<string, Policy[]>();
    const wrong = rows.flatMap((row) => {
      const { 'init-param': params } = row.options as { 'init-param': InitParams };
      const key = `${row.version} ${JSON.stringify(params)}`;
      if (!policies.has(key)) policies.set(key, policiesOf(registration(shape, className, params), { 'pom.xml': `<dependency><artifactId>${artifact}</artifactId><version>${row.version}</version></dependency>` }));
      const [policy, ...more] = policies.get(key)!;
      if (policy === undefined || more.length > 0) return [`${key}: ${more.length + 1} policies`];
      if (row.response.configError !== undefined) return policy.steps.some(({ when, end }) => when.g === 'always' && end?.to === 'answer' && end.fault !== undefined) ? [] : [`${key}: starts`];
      const found = differences({ policy, inner: [] }, row, { target: 'http://api.example.com', unordered: ['access-control-allow-methods', 'access-control-allow-headers', 'access-control-expose-headers'] });
      return found.length > 0 ? [`${key} ${row.request!.method} ${JSON.stringify(row.request!.headers)}: ${found.join('; ')}`] : [];
    });
    expect(wrong.slice(0, 5)).toEqual([]);
  });
});

describe('what can be read', () => {
  const dropwizard = (body: string): { readonly file: string; readonly text: string } => ({
    file: 'src/main/java/app/App.java',
    text: `package app;\nimport io.dropwizard.setup.Environment;\nimport javax.servlet.*;\nimport org.eclipse.jetty.servlets.CrossOriginFilter;\nclass App {\n  static final String ORIGINS = "https://a.example, https://b.example";\n  public void run(Configuration configuration, Environment environment) {\n    FilterRegistration.Dynamic cors = environment.servlets().addFilter("cors", CrossOriginFilter.class);\n${body}  }\n}\n`,
  });
  const MAPPED = '    cors.addMappingForUrlPatterns(null, true, "/api/*");\n';

  test('without a mapping nothing is on', () => {
    expect(policiesOf(dropwizard(''))).toEqual([]);
  });

  test('a constant, each of its items at its place', () => {
    const program = dropwizard(`    cors.setInitParameter("allowedOrigins", ORIGINS);\n${MAPPED}`);
    const [policy] = policiesOf(program);
    const leaves = originLeaves(policy!).map((leaf) => [leaf.s === 'exact' ? leaf.text : leaf.s, program.text.slice(leaf.at.start, leaf.at.end)]);
    expect(leaves).toEqual([['https://a.example', 'https://a.example'], ['https://b.example', 'https://b.example']]);
    expect(policy!.probes.map(({ path }) => path)).toEqual(['/api/x']);
  });

  test('what the configuration holds is unknown, with its reason', () => {
    expect(JSON.stringify(policiesOf(dropwizard(`    cors.setInitParameter("allowedOrigins", configuration.getOrigins());\n${MAPPED}`)))).toContain('"reason":"function-call"');
  });

  test('a condition leaves it open whether the filter is there', () => {
    expect(JSON.stringify(policiesOf(dropwizard(`    if (configuration.isCors()) {\n${MAPPED}    }\n`))[0]!.steps)).toMatch(/"g":"fact"/);
  });

  test("Spring's filter of the same name is Spring's", () => {
    expect(policiesOf({ file: 'C.java', text: 'import org.springframework.web.filter.CorsFilter;\nimport org.springframework.boot.web.servlet.FilterRegistrationBean;\nclass C { @Bean FilterRegistrationBean<CorsFilter> f() { return new FilterRegistrationBean<>(new CorsFilter(source())); } }' })).toEqual([]);
  });
});
