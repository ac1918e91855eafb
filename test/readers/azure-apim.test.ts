import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/policy/evaluate.js';
import type { Gap, Policy } from '../../src/policy/program.js';
import { effectsOn } from '../../src/policy/views.js';
import reader from '../../src/readers/azure-apim/index.js';
import xml, { type XmlFile } from '../../src/syntax/xml/index.js';
import { applyEdits } from '../../src/text/edit.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import type { Change } from '../../src/policy/change.js';
import { answer, lines, outcomes } from '../support/gateways.js';
import { soon } from '../support/soon.js';

function read(text: string): { readonly unit: XmlFile | undefined; readonly policies: readonly Policy[]; readonly gaps: readonly Gap[]; readonly problems: readonly string[] } {
  const { unit, problems } = xml.parse(new SourceText('policy.xml', text), filesFrom({}));
  const readings = unit === undefined ? [] : [...reader.read(unit)];
  return {
    unit,
    policies: readings.flatMap((one) => (one.kind === 'policy' ? [one.policy] : [])),
    gaps: readings.flatMap((one) => (one.kind === 'gap' ? [one.gap] : [])),
    problems: problems.map(({ message }) => message),
  };
}

const cors = (attributes: string, children: string): string => `<policies>\n  <inbound>\n    <base />\n    <cors${attributes}>\n${children}\n    </cors>\n  </inbound>\n</policies>\n`;
const ORIGINS = '<allowed-origins>\n        <!-- ours -->\n        <origin>http://localhost:8080/</origin>\n        <origin>http://shop.example/</origin>\n      </allowed-origins>';
const preflight = (origin: string): Readonly<Record<string, string>> => ({ origin, 'access-control-request-method': 'PATCH', 'access-control-request-headers': 'x-zumo-auth' });

describe('the cors policy, as its reference says', () => {
  const [policy] = read(cors(' allow-credentials="true"', `${ORIGINS}<allowed-methods preflight-result-max-age="300"><method>GET</method><method>PATCH</method></allowed-methods><allowed-headers><header>x-zumo-auth</header><header>content-type</header></allowed-headers><expose-headers><header>x-total</header></expose-headers>`)).policies;

  test('answers preflights of its origins, slash or no slash, in 200', () => {
    const { status, headers } = answer(policy!, 'OPTIONS', preflight('http://shop.example'));
    expect([status, headers.filter(({ name }) => name !== 'vary').map(({ name, text }) => `${name}: ${String(text)}`).sort()]).toEqual([200, ['access-control-allow-credentials: true', 'access-control-allow-headers: x-zumo-auth,content-type', 'access-control-allow-methods: GET,PATCH', 'access-control-allow-origin: http://shop.example', 'access-control-expose-headers: x-total', 'access-control-max-age: 300']]);
  });

  test('answers those of others with nothing, and so their GET and HEAD', () => {
    for (const method of ['OPTIONS', 'GET', 'HEAD']) {
      const { status, headers } = evaluate({ policy: policy!, inner: [] }, { method, path: '/', headers: Object.entries(preflight('https://stranger.test')) }, { scenario: { status: 418, headers: [] } })[0]!.response;
      expect([method, status, headers.filter(({ name }) => name !== 'vary')]).toEqual([method, 200, []]);
    }
    expect(evaluate({ policy: policy!, inner: [] }, { method: 'POST', path: '/', headers: [['origin', 'https://stranger.test']] }, { scenario: { status: 418 } })[0]!.response.status).toBe(418);
  });

  test('lets them through where it is told to', () => {
    const [open] = read(cors(' terminate-unmatched-request="false"', ORIGINS)).policies;
    expect(evaluate({ policy: open!, inner: [] }, { method: 'GET', path: '/', headers: [['origin', 'https://stranger.test']] }, { scenario: { status: 418 } })[0]!.response.status).toBe(418);
    expect(answer(open!, 'OPTIONS', preflight('https://stranger.test')).status).toBe(200);
  });

  test('allows GET and POST where it lists no methods', () => {
    expect(lines(answer(read(cors('', ORIGINS)).policies[0]!, 'OPTIONS', preflight('http://localhost:8080')), 'access-control-allow-methods')).toEqual(['GET,POST']);
  });

  test('what it makes of `*` with credentials is one of two things', () => {
    const [all] = read(cors(' allow-credentials="true"', '<allowed-origins><origin>*</origin></allowed-origins>')).policies;
    expect(outcomes(all!, 'GET', { origin: 'https://stranger.test' }).flatMap(({ response }) => lines(response, 'access-control-allow-origin')).sort()).toEqual(['*', 'https://stranger.test']);
  });

  test('belongs into inbound, once', () => {
    const inner = '<cors><allowed-origins><origin>*</origin></allowed-origins></cors>';
    expect(read(`<policies><outbound>${inner}</outbound></policies>`).gaps.map(({ message }) => message)).toEqual(['a `cors` policy has its place in `inbound` alone: this one was not followed']);
    expect(read(`<policies><inbound>${inner}${inner}</inbound></policies>`).gaps).toHaveLength(1);
  });

  test('named values and expressions are open', () => {
    for (const origin of ['{{shop}}', '@(context.Variables.GetValueOrDefault&lt;string&gt;("shop"))', 'https://*.shop.example']) {
      const [open] = read(cors('', `<allowed-origins><origin>${origin}</origin></allowed-origins>`)).policies;
      expect(outcomes(open!, 'GET', { origin: 'https://stranger.test' })).toHaveLength(2);
    }
  });
});

describe('headers by hand', () => {
  test('answers that a policy returns, for OPTIONS alone', () => {
    const text = `<policies><inbound><choose><when condition="@(context.Request.Method == "OPTIONS")"><return-response><set-status code="204" reason="No Content" /><set-header name="Access-Control-Allow-Origin" exists-action="override"><value>https://shop.example</value></set-header></return-response></when></choose></inbound></policies>`;
    const { policies: [policy], problems } = read(text);
    expect(problems).toEqual([]);
    expect([answer(policy!, 'OPTIONS', {}), answer(policy!, 'GET', {})].map(({ status, headers }) => [status, headers.map((line) => line.text)])).toEqual([[204, ['https://shop.example']], [200, []]]);
  });

  test('skip, append and delete', () => {
    const header = (action: string): string => `<set-header name="Access-Control-Allow-Origin" exists-action="${action}"><value>https://a.example</value></set-header>`;
    const sent = (action: string): readonly (string | null)[] => lines(answer(read(`<policies><outbound>${header('override')}${header(action)}</outbound></policies>`).policies[0]!, 'GET', {}, undefined, [['Access-Control-Allow-Origin', 'https://backend.example']]), 'access-control-allow-origin');
    expect(['skip', 'append', 'delete'].map(sent)).toEqual([['https://a.example'], ['https://a.example', 'https://a.example'], []]);
  });

  test('a choice of the policy is open, its otherwise the other side', () => {
    const text = '<policies><outbound><choose><when condition="@(context.Product.Name == "a" && true)"><set-header name="Access-Control-Allow-Origin"><value>https://a.example</value></set-header></when><otherwise><set-header name="Access-Control-Allow-Origin"><value>https://b.example</value></set-header></otherwise></choose></outbound></policies>';
    expect(outcomes(read(text).policies[0]!, 'GET', {}).map(({ response }) => lines(response, 'access-control-allow-origin')).sort()).toEqual([['https://a.example'], ['https://b.example']]);
  });
});

describe('silence and bad input', () => {
  test.each(['<project><policies><cors><origin>*</origin></cors></policies></project>', '<policies><inbound><base /></inbound></policies>', '<policies><inbound><set-header name="Access-Control-Allow-Origin"><value>*</value></set-header></inbound></policies>'])('%s', (text) => {
    const { policies, gaps, problems } = read(text);
    expect([policies, gaps, problems]).toEqual([[], [], []]);
  });

  test('every prefix is read without a throw', () => {
    const text = cors(' allow-credentials="@(context.Request.Method == "GET")"', ORIGINS);
    for (let end = 0; end <= text.length; end += 1) {
      const { policies, gaps } = read(text.slice(0, end));
      for (const { at } of [...policies, ...gaps]) expect(at.end).toBeLessThanOrEqual(end);
    }
  });

  test('one problem where the file breaks, and time for a large one', () => {
    expect(read(cors('', '<allowed-origins>')).problems).toHaveLength(1);
    soon(2, () => read(`<policies><inbound>${'<set-variable name="a" value="@((" />'.repeat(20_000)}</inbound></policies>`));
  });
});

describe('changes', () => {
  const text = cors(' allow-credentials="true"', ORIGINS);
  const { unit, policies: [policy] } = read(text);
  const changed = (change: Change): string => {
    const edits = reader.write(unit!, policy!, change);
    return 'declined' in edits ? `declined: ${edits.declined}` : applyEdits(text, edits);
  };
  const place = (piece: string): Change['at'] => ({ file: 'policy.xml', start: text.indexOf(piece), end: text.indexOf(piece) + piece.length });

  test('keep what stands around', () => {
    expect(changed({ kind: 'remove-entry', at: place('http://localhost:8080/') })).toBe(text.replace('        <origin>http://localhost:8080/</origin>\n', ''));
    expect(changed({ kind: 'replace-text', at: place('http://shop.example/'), text: 'https://shop.example' })).toBe(text.replace('http://shop.example/', 'https://shop.example'));
    expect(changed({ kind: 'remove-header', at: effectsOn(policy!, 'access-control-allow-credentials')[0]!.effect.at })).toBe(text.replace('"true"', '"false"'));
    expect(changed({ kind: 'add-vary', at: place('http://shop.example/') })).toBe('declined: not a header of the outbound section');
  });
});
