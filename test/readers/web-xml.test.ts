import { describe, expect, test } from 'vitest';
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
