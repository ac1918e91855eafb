import { describe, expect, test } from 'vitest';
import iis from '../../src/readers/iis/index.js';
import { evaluate, type HttpRequest } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import type { Reading } from '../../src/readers/reader.js';
import language from '../../src/syntax/xml/index.js';
import { applyEdits } from '../../src/text/edit.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { soon } from '../support/soon.js';

function readingsOf(text: string, path = 'web.config', files: Readonly<Record<string, string>> = {}): readonly Reading[] {
  const { unit, problems } = language.parse(new SourceText(path, text), filesFrom({ [path]: text, ...files }));
  expect(problems).toEqual([]);
  return [...iis.read(unit!)];
}

function policiesOf(text: string, path?: string): readonly Policy[] {
  return readingsOf(text, path).flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []));
}

const gapsOf = (text: string, path?: string, files?: Readonly<Record<string, string>>): readonly string[] => readingsOf(text, path, files).flatMap((reading) => (reading.kind === 'gap' ? [reading.gap.message] : []));

const site = (inner: string): string => `<configuration><system.webServer>${inner}</system.webServer></configuration>`;
const headers = (inner: string): string => `<httpProtocol><customHeaders>${inner}</customHeaders></httpProtocol>`;
const add = (name: string, value: string): string => `<add name="${name}" value="${value}" />`;
const ACAO = add('Access-Control-Allow-Origin', '*');

const APP = 'https://app.example.com';
const from = (origin: string): HttpRequest['headers'] => [['origin', origin]];
const preflight = (origin: string): HttpRequest['headers'] => [...from(origin), ['access-control-request-method', 'PUT'], ['access-control-request-headers', 'x-a']];

/** What a request gets: the status and the CORS headers, for every case that is open. */
function answers(policy: Policy, { method = 'GET', path = '/', headers: sent = from(APP) }: Partial<HttpRequest> = {}): readonly string[] {
  return evaluate({ policy, inner: [] }, { method, path, headers: sent }).map(({ response }) => [String(response.status), ...response.headers.map(({ name, text }) => `${name.replace('access-control-', '')}: ${text}`)].join(' | '));
}

describe('customHeaders', () => {
  test.each([
    ['on every response', site(headers(ACAO)), '/', ['200 | allow-origin: *']],
    ['a place adds to what is around it', `<configuration>${site(headers(ACAO)).slice(15, -16)}<location path="api"><system.webServer>${headers(add('Vary', 'Origin'))}</system.webServer></location></configuration>`, '/api/x', ['200 | allow-origin: * | vary: Origin']],
    ['a place that adds what is there already refuses its requests', `<configuration>${site(headers(ACAO)).slice(15, -16)}<location path="api"><system.webServer>${headers(ACAO)}</system.webServer></location></configuration>`, '/API', ['500']],
    ['the rest of the site goes on', `<configuration>${site(headers(ACAO)).slice(15, -16)}<location path="api"><system.webServer>${headers(ACAO)}</system.webServer></location></configuration>`, '/apis', ['200 | allow-origin: *']],
    ['unless it is removed first', `<configuration>${site(headers(ACAO)).slice(15, -16)}<location path="api"><system.webServer>${headers('<remove name="access-control-allow-origin" />' + add('Access-Control-Allow-Origin', APP))}</system.webServer></location></configuration>`, '/api/', [`200 | allow-origin: ${APP}`]],
    ['or all are', site(headers(`${ACAO}<clear />${add('Access-Control-Allow-Origin', APP)}`)), '/', [`200 | allow-origin: ${APP}`]],
    ['a location without a path is everywhere', `<configuration><location path="." inheritInChildApplications="false"><system.webServer>${headers(ACAO)}</system.webServer></location></configuration>`, '/x', ['200 | allow-origin: *']],
    ['a placeholder of a deployment', site(headers(add('Access-Control-Allow-Origin', '#{Origin}'))), '/', ['200 | allow-origin: null']],
  ])('%s', (_name, text, path, expected) => {
    expect(answers(policiesOf(text)[0]!, { path })).toEqual(expected);
  });

  test('names beside CORS are no policy', () => {
    expect(policiesOf(site(headers(add('X-Frame-Options', 'DENY'))))).toEqual([]);
  });
});

describe('the CORS module', () => {
  const cors = (rules: string, attributes = ''): Policy => policiesOf(site(`<cors enabled="true"${attributes}>${rules}</cors>`))[0]!;

  test('`*` alone is sent as it is, without Vary', () => {
    expect(answers(cors('<add origin="*" />'))).toEqual(['200 | allow-origin: *']);
  });

  test('a listed origin is sent back; others get nothing', () => {
    const policy = cors(`<add origin="${APP}" allowCredentials="true"><exposeHeaders><add header="x-a" /><add header="x-b" /></exposeHeaders></add><add origin="https://other.example" allowed="false" />`);
    expect(answers(policy)).toEqual([`200 | vary: Origin | allow-origin: ${APP} | allow-credentials: true | expose-headers: x-a,x-b`]);
    expect(answers(policy, { headers: from('https://other.example') })).toEqual(['200 | vary: Origin']);
    expect(answers(policy, { headers: [] })).toEqual(['200 | vary: Origin']);
  });

  test('or 403, when it is to fail', () => {
    const policy = cors(`<add origin="${APP}" /><add origin="https://other.example" allowed="false" />`, ' failUnlistedOrigins="true"');
    expect(['https://other.example', 'https://none.example'].flatMap((origin) => answers(policy, { headers: from(origin) }))).toEqual(['403 | vary: Origin', '403 | vary: Origin']);
    expect(answers(policy, { headers: [] })).toEqual(['200 | vary: Origin']);
    expect(answers(policy)).toEqual([`200 | vary: Origin | allow-origin: ${APP}`]);
  });

  test('it answers preflights itself', () => {
    const rules = `<add origin="${APP}" maxAge="60"><allowHeaders><add header="x-a" /></allowHeaders><allowMethods><add method="PUT" /><add method="GET" /></allowMethods></add>`;
    expect(answers(cors(rules), { method: 'OPTIONS', headers: preflight(APP) })).toEqual([`204 | vary: Origin | allow-origin: ${APP} | allow-headers: x-a | allow-methods: PUT,GET | max-age: 60`]);
    expect(answers(cors(rules.replace('<allowHeaders>', '<allowHeaders allowAllRequestedHeaders="true">')), { method: 'OPTIONS', headers: preflight(APP) })[0]).toContain('| allow-headers: x-a |');
    expect(answers(cors(rules), { method: 'OPTIONS', headers: preflight('https://none.example') })).toEqual(['204 | vary: Origin']);
    // Without a method asked for it is no preflight.
    expect(answers(cors(rules), { method: 'OPTIONS' })).toEqual([`null | vary: Origin | allow-origin: ${APP}`]);
  });

  test('the most specific rule decides, wherever it stands', () => {
    const policy = cors('<add origin="*" /><add origin="https://*.example.com" allowCredentials="true" /><add origin="http://*" allowed="false" /><add origin="https://bad.example.com" allowed="false" />');
    expect(answers(policy)).toEqual([`200 | vary: Origin | allow-origin: ${APP} | allow-credentials: true`]);
    expect(answers(policy, { headers: from('http://app.example.com') })).toEqual(['200 | vary: Origin']);
    expect(answers(policy, { headers: from('https://bad.example.com') })).toEqual(['200 | vary: Origin']);
    // Whether `*` sends itself beside other rules is not documented.
    expect([...answers(policy, { headers: from('https://none.example') })].sort()).toEqual(['200 | vary: Origin | allow-origin: *', '200 | vary: Origin | allow-origin: https://none.example']);
  });

  test('how many labels a wildcard takes is open', () => {
    expect(answers(cors('<add origin="https://*.example.com" />'), { headers: from('https://a.b.example.com') })).toHaveLength(2);
  });

  test('a place without it switched on has none', () => {
    expect(policiesOf(site(`<cors enabled="false"><add origin="*" /></cors>`))).toEqual([]);
    expect(policiesOf(site('<cors><add origin="*" /></cors>'))).toEqual([]);
    const nested = `<configuration><system.webServer><cors enabled="true"><add origin="*" /></cors></system.webServer><location path="api"><system.webServer><cors><remove origin="*" /><add origin="${APP}" /></cors></system.webServer></location></configuration>`;
    expect([answers(policiesOf(nested)[0]!), answers(policiesOf(nested)[0]!, { path: '/api' })]).toEqual([['200 | allow-origin: *'], [`200 | vary: Origin | allow-origin: ${APP}`]]);
  });
});

describe('URL Rewrite', () => {
  const outbound = (conditions: string, value: string, match = 'pattern=".*"', rule = ''): string =>
    `<rewrite><outboundRules><rule name="o"${rule}><match serverVariable="RESPONSE_Access_Control_Allow_Origin" ${match} />${conditions === '' ? '' : `<conditions>${conditions}</conditions>`}<action type="Rewrite" value="${value}" /></rule></outboundRules></rewrite>`;
  const origin = (pattern: string, more = ''): string => `<add input="{HTTP_ORIGIN}" pattern="${pattern}"${more} />`;
  const answered = (inner: string, sent = APP): readonly string[] => answers(policiesOf(site(inner))[0]!, { headers: from(sent) });

  test.each([
    ['a back reference to the whole origin', outbound(origin('^https://(app|admin)\\.example\\.com$'), '{C:0}'), APP, ['200 | allow-origin: https://app.example.com']],
    ['nothing where the condition does not hold', outbound(origin('^https://(app|admin)\\.example\\.com$'), '{C:0}'), 'https://none.example', ['200']],
    ['case does not matter', outbound(origin('^HTTPS://APP\\.example\\.com$'), '{C:0}'), APP, ['200 | allow-origin: https://app.example.com']],
    ['unless it is said that it does', outbound(origin('^HTTPS://APP\\.example\\.com$', ' ignoreCase="false"'), '{C:0}'), APP, ['200']],
    ['a pattern that is not anchored gives what it matched', outbound(origin('https://app\\.example\\.com'), '{C:0}'), `${APP}.evil.example`, ['200 | allow-origin: null']],
    ['a group around all of it is the whole', outbound(origin('^(https://(.+\\.)?example\\.com)$'), '{C:1}'), APP, ['200 | allow-origin: https://app.example.com']],
    ['another group is not known', outbound(origin('^https://(.+)$'), '{C:1}'), APP, ['200 | allow-origin: null']],
    ['the variable itself', outbound('', '{HTTP_ORIGIN}'), APP, ['200 | allow-origin: https://app.example.com']],
    ['it replaces what is there', headers(ACAO) + outbound('', 'https://one.example'), APP, ['200 | allow-origin: https://one.example']],
    ['only if there is something', outbound('', 'https://one.example', 'pattern=".+"'), APP, ['200']],
    ['an empty value takes the header away', headers(ACAO) + outbound('', '', 'pattern=".+"'), APP, ['200']],
    ['any of the conditions', outbound('', '*').replace('<action', '<conditions logicalGrouping="MatchAny"><add input="{HTTP_ORIGIN}" pattern="^x$" /><add input="{REQUEST_METHOD}" pattern="^GET$" /></conditions><action'), APP, ['200 | allow-origin: *']],
    ['a condition that is turned round', outbound(origin('^https://app', ' negate="true"'), '*'), APP, ['200']],
    ['other syntaxes', outbound(origin('https://*.example.com'), '*', 'pattern="*"', ' patternSyntax="Wildcard"'), APP, ['200 | allow-origin: *']],
    ['the rest is skipped', outbound('', '*', 'pattern=".*"', ' stopProcessing="true"').replace('</outboundRules>', '<rule name="p"><match serverVariable="RESPONSE_Vary" pattern=".*" /><action type="Rewrite" value="Origin" /></rule></outboundRules>'), APP, ['200 | allow-origin: *']],
    ['what is switched off is not there', headers(ACAO) + outbound('', 'null', 'pattern=".*"', ' enabled="false"'), APP, ['200 | allow-origin: *']],
    ['what another variable holds is open', outbound('<add input="{CAPTURED}" pattern=".+" />', '*'), APP, ['200', '200 | allow-origin: *']],
  ])('%s', (_name, inner, sent, expected) => {
    expect([...answered(inner, sent)].sort()).toEqual([...expected].sort());
  });

  test('without an origin the variable is the empty text', () => {
    const [policy] = policiesOf(site(outbound(origin('^(?:https://app.*)?$'), '*')));
    expect([answers(policy!, { headers: [] }), answers(policy!, { headers: from('https://none.example') })]).toEqual([['200 | allow-origin: *'], ['200']]);
  });

  const inbound = (rule: string): string => `${headers(ACAO)}<rewrite><rules>${rule}</rules></rewrite>`;

  test.each([
    ['an answer to OPTIONS has the headers too', '<rule name="r"><match url=".*" /><conditions><add input="{REQUEST_METHOD}" pattern="^OPTIONS$" /></conditions><action type="CustomResponse" statusCode="204" /></rule>', 'OPTIONS', '/', ['204 | allow-origin: *']],
    ['a redirect', '<rule name="r"><match url="^old/" /><action type="Redirect" url="/new" redirectType="Found" /></rule>', 'GET', '/old/x', ['302 | allow-origin: *']],
    ['permanent unless it is said', '<rule name="r"><match url="^old/" /><action type="Redirect" url="/new" /></rule>', 'GET', '/old/x', ['301 | allow-origin: *']],
    ['elsewhere not', '<rule name="r"><match url="^old/" /><action type="Redirect" url="/new" /></rule>', 'GET', '/x/old/', ['200 | allow-origin: *']],
  ])('%s', (_name, rule, method, path, expected) => {
    expect(answers(policiesOf(site(inbound(rule)))[0]!, { method, path })).toEqual(expected);
  });

  test('another server is an upstream', () => {
    const [policy] = policiesOf(site(inbound('<rule name="r" stopProcessing="true"><match url="(.*)" /><action type="Rewrite" url="http://localhost:3000/{R:1}" /></rule>')));
    expect(policy!.steps.flatMap(({ end }) => (end?.to === 'upstream' ? [[end.upstream.host, end.upstream.port]] : []))).toEqual([['localhost', 3000]]);
  });
});

describe('authentication', () => {
  test('without anonymous requests everybody is asked, preflights too', () => {
    const [policy] = policiesOf(site(`<security><authentication><anonymousAuthentication enabled="false" /></authentication></security>${headers(ACAO)}`));
    expect(answers(policy!, { method: 'OPTIONS', headers: preflight(APP) })).toEqual(['401 | allow-origin: *']);
  });
});

describe('files', () => {
  test('applicationHost.config: a site is the first part of a path', () => {
    const text = `<configuration><system.webServer>${headers(add('Vary', 'Origin'))}</system.webServer><location path="Shop/api"><system.webServer>${headers(ACAO)}</system.webServer></location></configuration>`;
    const [policy] = policiesOf(text, 'applicationHost.config');
    expect([policy!.title, answers(policy!, { path: '/api/x' }), answers(policy!, { path: '/x' })]).toEqual(['IIS site Shop', ['200 | vary: Origin | allow-origin: *'], ['200 | vary: Origin']]);
  });

  test('a transformation is a gap', () => {
    expect(gapsOf(`<configuration xmlns:xdt="http://schemas.microsoft.com/XML-Document-Transform">${site(headers(add('Access-Control-Allow-Origin', '*').replace(' />', ' xdt:Transform="Insert" />'))).slice(15, -16)}</configuration>`, 'Web.Release.config')).toEqual(['this file changes another one when it is deployed; what comes of it is not known']);
  });

  test('a file of a folder around is a gap', () => {
    expect(gapsOf(site(headers(ACAO)), 'src/api/web.config', { 'src/Web.config': site(headers(ACAO)) })).toEqual(['src/Web.config stands in a folder around this one: if both belong to one site, its headers come too']);
    expect(gapsOf(site(headers(ACAO)), 'src/api/web.config', { 'src/Web.config': site('') })).toEqual([]);
  });

  test.each([
    ['web.config', true],
    ['src/Web.Release.config', true],
    ['deploy/applicationHost.config', true],
    ['sample.web.config', true],
    ['packages.config', false],
    ['webpack.config', false],
  ])('%s', (path, expected) => {
    expect(language.paths.test(path)).toBe(expected);
  });

  test('other XML is none of ours', () => {
    expect(iis.mayConcern.test('<policies><inbound><cors><allowed-origins /></cors></inbound></policies>')).toBe(false);
    expect(policiesOf('<policies><system.webServer><cors enabled="true"><add origin="*" /></cors></system.webServer></policies>')).toEqual([]);
  });

  test('every prefix of a text is one problem at most, and no throw', () => {
    const text = `\ufeff<?xml version="1.0"?>\r\n<!-- 😀 -->\r\n${site(`${headers(ACAO)}<cors enabled="true"><add origin="https://*.x.example" /></cors>`)}\r\n`;
    for (let length = 0; length <= text.length; length += 1) {
      const { unit, problems } = language.parse(new SourceText('web.config', text.slice(0, length)), filesFrom({}));
      expect(problems.length).toBe(unit === undefined ? 1 : 0);
      for (const reading of unit === undefined ? [] : iis.read(unit)) if (reading.kind === 'policy') for (const { effects } of reading.policy.steps) for (const { at } of effects) expect(at.end <= length).toBe(true);
    }
  });

  test('more than is followed is a gap', () => {
    const rules = Array.from({ length: 400 }, (_unused, index) => `<add origin="https://a${index}.example" />`).join('');
    expect(gapsOf(site(`<cors enabled="true">${rules}</cors>`))).toEqual(['there are more rules or places here than are followed']);
  });

  test.each([
    ['20,000 conditions', site(`<rewrite><outboundRules><rule name="r"><match serverVariable="RESPONSE_Access_Control_Allow_Origin" pattern=".*" /><conditions>${'<add input="{HTTP_ORIGIN}" pattern="x" />'.repeat(20_000)}</conditions><action type="Rewrite" value="*" /></rule></outboundRules></rewrite>`)],
    ['10,000 headers', site(headers(Array.from({ length: 10_000 }, (_unused, index) => add(`X-${index}`, 'Access-Control-Allow-Origin')).join('')))],
    ['2,000 places', `<configuration><system.webServer>${headers(ACAO)}</system.webServer>${Array.from({ length: 2000 }, (_unused, index) => `<location path="a${index}"><system.webServer>${headers(add('Vary', 'Origin'))}</system.webServer></location>`).join('')}</configuration>`],
    ['2,000 origins', site(`<cors enabled="true">${Array.from({ length: 2000 }, (_unused, index) => `<add origin="https://a${index}.example" />`).join('')}</cors>`)],
    ['a long text', site(headers(add('Access-Control-Allow-Origin', 'x'.repeat(900_000))))],
    ['deep elements', site('<a>'.repeat(10_000))],
  ])('%s: in time', (_name, text) => {
    const readings = soon(3, () => {
      const { unit } = language.parse(new SourceText('web.config', text), filesFrom({}));
      return unit === undefined ? [] : [...iis.read(unit)];
    });
    expect(readings.every(({ kind }) => kind === 'policy' || kind === 'gap')).toBe(true);
  });
});

describe('changes', () => {
  test('Vary goes into the list of its place, or makes one', () => {
    const rule = '\n\t\t<rewrite><outboundRules><rule name="o"><match serverVariable="RESPONSE_Access_Control_Allow_Origin" pattern=".*" /><action type="Rewrite" value="{HTTP_ORIGIN}" /></rule></outboundRules></rewrite>';
    const written = (text: string): string => {
      const { unit } = language.parse(new SourceText('web.config', text), filesFrom({}));
      const edits = iis.write(unit!, policiesOf(text)[0]!, { kind: 'add-vary', at: policiesOf(text)[0]!.steps[0]!.effects[0]!.at });
      return 'declined' in edits ? edits.declined : applyEdits(text, edits);
    };
    const bare = `<configuration>\r\n\t<system.webServer>${rule}\r\n\t</system.webServer>\r\n</configuration>\r\n`;
    expect(written(bare)).toBe(bare.replace('<system.webServer>', '<system.webServer>\r\n\t\t<httpProtocol>\r\n\t\t\t<customHeaders>\r\n\t\t\t\t<add name="Vary" value="Origin" />\r\n\t\t\t</customHeaders>\r\n\t\t</httpProtocol>'));
    const listed = bare.replace('<system.webServer>', '<system.webServer>\r\n\t\t<httpProtocol>\r\n\t\t\t<customHeaders>\r\n\t\t\t</customHeaders>\r\n\t\t</httpProtocol>');
    expect(written(listed)).toBe(listed.replace('<customHeaders>', '<customHeaders>\r\n\t\t\t\t<add name="Vary" value="Origin" />'));
  });
});
