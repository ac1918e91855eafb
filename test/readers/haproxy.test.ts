import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import haproxy from '../../src/readers/haproxy/index.js';
import { evaluate, type Deployment } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import language from '../../src/syntax/haproxy/index.js';
import { PRESENT } from '../../src/origins/origin-set.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { differences, observed, type ObservedRow } from '../support/observed.js';
import { always, echo, place, policy, set, step } from '../support/policy.js';

/** What rules do is seen by the headers `X-Mark…` too: under a name about CORS they are compared like the others. */
const marked = (name: string): string => name.replace(/x-mark/gi, (found) => (found.startsWith('X') ? 'Access-Control-Mark' : 'access-control-mark'));

const rows = observed('nginx').filter(({ framework }) => framework.startsWith('hp-')).map((row): ObservedRow => ({ ...row, config: marked(row.config!), response: { ...row.response, headers: row.response.headers.map(([name, text]) => [marked(name), text] as const) } }));

/** Rows whose answers need what the model does not have, with the reason. */
const LEFT_OUT: readonly { readonly of: (row: ObservedRow) => boolean; readonly reason: string }[] = [
  { of: ({ framework, request }) => framework === 'hp-generated-errors' && request?.path === '/down', reason: 'a server that is not there' },
  { of: ({ framework }) => framework === 'hp-two-origins', reason: 'two origins in one request, which no browser sends' },
];

/** The upstream of the recordings, on port 18090: answers by path. */
const path = (s: 'contains' | 'suffix', text: string): Policy['steps'][number]['when'] => ({ g: 'path', in: { s, text, subject: 'origin', ignoreCase: false, at: place() } });
const upstream: Policy = policy({
  steps: [
    step(path('contains', '/star'), set('ACAO', '*')),
    step({ g: 'and', of: [path('contains', '/reflect'), { g: 'origin', in: PRESENT }] }, set('ACAO', echo()), set('ACAC', 'true')),
    step(path('suffix', '/reflectv'), set('vary', 'Origin')),
    ...[404, 500].map((status) => ({ ...step(path('suffix', `/status/${status}`)), end: { to: 'answer', status } as const })),
    always(),
  ],
  options: 200,
});

/** The recorded texts stand behind `defaults` with `mode http`. */
const DEFAULTS = 'defaults\n    mode http\n    timeout client 5s\n    timeout server 5s\n    timeout connect 1s\n';

function read(text: string, files: Readonly<Record<string, string>> = {}): { readonly policies: readonly Policy[]; readonly gaps: readonly string[]; readonly problems: readonly string[] } {
  const { unit, problems } = language.parse(new SourceText('haproxy.cfg', text), filesFrom(files));
  const readings = [...haproxy.read(unit!)];
  return {
    policies: readings.flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : [])),
    gaps: readings.flatMap((reading) => (reading.kind === 'gap' ? [reading.gap.message] : [])),
    problems: problems.map(({ message }) => message),
  };
}

function deploymentOf(config: string): Deployment | undefined {
  const { policies, problems } = read(`${DEFAULTS}${config}`);
  // What only never matches does load.
  return policies[0] === undefined || problems.some((message) => !message.includes('will never match')) ? undefined : { policy: policies[0], inner: [{ host: '127.0.0.1', port: 18090, deployment: { policy: upstream, inner: [] } }] };
}

describe('recorded answers', () => {
  const requests = rows.filter(({ request, response }) => request !== null && response.configError === undefined);
  const about = requests.filter((row) => !LEFT_OUT.some((one) => one.of(row)));
  const deployments = new Map(about.map(({ config }) => [config!, deploymentOf(config!)]));

  test('what is held, and what is left out for which reason', () => {
    const held = about.filter(({ config }) => deployments.get(config!) !== undefined);
    expect({ rows: rows.length, requests: requests.length, leftOut: LEFT_OUT.map((one) => requests.filter(one.of).length), held: held.length }).toEqual({ rows: 54, requests: 53, leftOut: [1, 3], held: 49 });
  });

  test('every one is predicted', () => {
    const wrong = about.flatMap((row) => {
      const deployment = deployments.get(row.config!);
      const found = deployment === undefined ? [] : differences(deployment, row);
      return found.length === 0 ? [] : [`${row.framework} ${row.request!.method} ${row.request!.path} ${JSON.stringify(row.request!.headers)}: ${found.join('; ')}`];
    });
    expect(wrong).toEqual([]);
  });

  test('what it refused to load is a problem at the same word', () => {
    const [refused] = rows.filter(({ response }) => response.configError !== undefined);
    const { unit, problems } = language.parse(new SourceText('haproxy.cfg', refused!.config!), filesFrom({}));
    expect(refused!.response.configError).toContain('sample fetch <req.hdr(origin)]> may not be reliably used here');
    expect(problems.map(({ at, message }) => [unit!.source.text.slice(at.start, at.end), message])).toEqual([['req.hdr(origin)', "sample fetch <req.hdr(origin)> may not be reliably used here because it needs 'HTTP request headers' which is not available here"]]);
  });
});

/** What a GET (or another request) from an origin gets: its lines about CORS, and the status. */
function sent(text: string, { method = 'GET', path = '/', origin = 'https://app.example.com', headers = [] as readonly (readonly [string, string])[], files = {} } = {}): readonly string[] {
  const { policies } = read(text, files);
  const outcomes = evaluate({ policy: policies[0]!, inner: [] }, { method, path, headers: [['host', 'api.example'], ...(origin === '' ? [] : [['origin', origin] as const]), ...headers] });
  return outcomes.flatMap(({ response }) => [String(response.status), ...response.headers.map(({ name, text: value }) => `${name}: ${value}`)]);
}

const SERVER = '\nbackend b\n    server s 127.0.0.1:3000\n';
const front = (...lines: readonly string[]): string => `${DEFAULTS}frontend f\n    bind :80\n${lines.map((line) => `    ${line}\n`).join('')}    default_backend b\n${SERVER}`;
const star = 'http-response set-header Access-Control-Allow-Origin *';

describe('what is read', () => {
  test('a list and a map of origins beside the configuration', () => {
    const text = front('http-request set-var(txn.o) req.hdr(origin) if { req.hdr(origin) -i -f origins.lst }', 'http-request set-var(txn.m) req.hdr(origin),map(methods.map,GET)', 'http-response set-header Access-Control-Allow-Origin %[var(txn.o)] if { var(txn.o) -m found }', 'http-response set-header Access-Control-Allow-Methods %[var(txn.m)]');
    const files = { 'origins.lst': '# ours\n  https://app.example.com\nhttps://admin.example.com\n', 'methods.map': 'https://app.example.com   GET, PUT \n' };
    expect(sent(text, { files })).toEqual(['200', 'access-control-allow-origin: https://app.example.com', 'access-control-allow-methods: GET, PUT']);
    expect(sent(text, { files, origin: 'https://evil.example' })).toEqual(['200', 'access-control-allow-methods: GET']);
    // Out of view nothing is guessed.
    expect(sent(text, { origin: 'https://evil.example' }).length).toBeGreaterThan(3);
  });

  test('a backend without servers whose error is an answer to preflights', () => {
    const text = `${DEFAULTS}frontend f\n    bind :80\n    use_backend preflight if METH_OPTIONS\n    default_backend b\nbackend preflight\n    errorfile 503 cors.http\n${SERVER}`;
    const files = { 'cors.http': 'HTTP/1.1 204 No Content\r\nAccess-Control-Allow-Origin: *\r\nConnection: close\r\n\r\n' };
    expect(sent(text, { method: 'OPTIONS', files })).toEqual(['204', 'access-control-allow-origin: *', 'connection: close']);
    expect(read(text).policies).toEqual([]);
  });

  test('of a list `req.hdr` gives the last value, `req.fhdr` all', () => {
    const text = front('http-request set-var(txn.last) req.hdr(access-control-request-headers)', 'http-request set-var(txn.all) req.fhdr(access-control-request-headers)', 'http-response set-header Access-Control-Allow-Headers %[var(txn.last)]', 'http-response set-header Access-Control-Expose-Headers %[var(txn.all)]');
    expect(sent(text, { headers: [['access-control-request-headers', 'content-type, x-custom']] })).toEqual(['200', 'access-control-allow-headers: x-custom', 'access-control-expose-headers: content-type, x-custom']);
  });

  test('rules of named defaults come first', () => {
    const text = `defaults d\n    mode http\n    http-response add-header Vary defaults\nfrontend f from d\n    bind :80\n    http-response add-header Vary own\n    ${star}\n    default_backend b\ndefaults e\n    mode http\n${SERVER}`;
    expect(sent(text)).toEqual(['200', 'vary: defaults', 'vary: own', 'access-control-allow-origin: *']);
  });

  test('lines of HAProxy before 2.1 come after the rules of their section', () => {
    const text = front('rspidel ^Access-Control-Allow-Origin:', 'rspadd Access-Control-Allow-Methods:\\ GET,\\ PUT if { method OPTIONS }', star);
    expect(sent(text)).toEqual(['200']);
    expect(sent(text.replace('rspidel', 'rspidel ^Server: #'), { method: 'OPTIONS' })).toEqual(['null', 'access-control-allow-origin: *', 'access-control-allow-methods: GET, PUT']);
  });

  test('a status that is replaced', () => {
    const text = front('http-response set-status 204 if METH_OPTIONS', star);
    expect([sent(text, { method: 'OPTIONS' })[0], sent(text)[0]]).toEqual(['204', '200']);
  });

  test('the address of the server, and the path that it gets', () => {
    const { policies } = read(front('http-request replace-path ^/api/(.*) /\\1', star));
    expect(policies[0]!.steps.flatMap(({ end }) => (end?.to === 'upstream' ? [[end.upstream.host, end.upstream.port, end.upstream.path]] : []))).toEqual([['127.0.0.1', 3000, undefined], ['127.0.0.1', 3000, { prefix: '/api/', by: '/' }]]);
  });

  test('ports, and a request for everything that conditions tell apart', () => {
    const { policies } = read(front('bind *:8080,[::]:8081', 'acl api path_beg /api', 'acl own hdr(host) -i shop.example', `${star} if { capture.req.hdr(0) -m found }`, 'http-request deny if api own').replace('frontend f\n', 'frontend f\n    capture request header origin len 64\n'));
    expect(policies[0]!.listens).toEqual([80, 8080, 8081]);
    expect(policies[0]!.probes.map(({ host, path: asked }) => `${host ?? ''}${asked}`)).toEqual(['shop.example/api', '/']);
  });

  test('each frontend by itself, and backends alone where there is none', () => {
    const titles = (text: string): string[] => read(text).policies.map(({ title }) => title);
    expect(titles(`listen a\n    bind :80\n    ${star}\n    server s 127.0.0.1:1\nfrontend c\n    bind :81\n    ${star}\n`)).toEqual(['HAProxy listen a', 'HAProxy frontend c']);
    expect(titles(`backend b\n    ${star}\n    server s 127.0.0.1:1\n`)).toEqual(['HAProxy backend b']);
  });
});

describe('what is not known is said', () => {
  test.each([
    ['a variable of the environment', 'http-response set-header Access-Control-Allow-Origin "${CORS_ORIGIN}"', 'access-control-allow-origin: null'],
    ['an address', `${star} if { src 10.0.0.0/8 }`, 'access-control-allow-origin: *'],
  ])('%s', (_name, line, expected) => {
    expect(sent(front(line))).toContain(expected);
  });

  test('a backend that is chosen at run time', () => {
    const text = `${DEFAULTS}frontend f\n    bind :80\n    use_backend %[req.hdr(host),lower]\n    default_backend b\nbackend shop\n    ${star}\n    server s 127.0.0.1:1\n${SERVER}`;
    expect(new Set(sent(text))).toEqual(new Set(['200', 'access-control-allow-origin: *']));
    expect(sent(text).filter((line) => line === '200').length).toBeGreaterThan(1);
  });

  test.each([
    ['a script', 'http-response lua.cors', 'a Lua script decides what happens here'],
    ['an answer that is replaced by what it holds', 'http-response return status 200 hdr Access-Control-Allow-Origin * if { status 404 }', 'a response of the layer behind is replaced here, by what it holds'],
    ['a status of after', 'http-after-response set-status 200 if { status 404 }', 'the status of responses is changed here'],
  ])('%s is a gap', (_name, line, message) => {
    expect(read(front(line)).gaps).toEqual([message]);
  });

  test('what stands in a branch', () => {
    expect(read(`.if defined(X)\nfrontend f\n    ${star}\n.endif\n`).gaps).toEqual(['what stands between .if and .endif is not read']);
  });
});

test('a proxy that is not HTTP has no headers', () => {
  expect(read(`${DEFAULTS.replace('mode http', 'mode tcp')}listen f\n    bind :80\n    ${star}\n    server s 127.0.0.1:1\n`).policies).toEqual([]);
  expect(read(`global\n    maxconn 10\nlisten f\n    bind :80\n    ${star}\n    server s 127.0.0.1:1\n`).policies).toEqual([]);
});

test.each(readdirSync('fixtures/conf-kinds').sort())('only its own file concerns it: %s', (name) => {
  expect(haproxy.mayConcern.test(readFileSync(`fixtures/conf-kinds/${name}`, 'utf8')) && language.paths.test(name)).toBe(name === 'haproxy.conf');
});
