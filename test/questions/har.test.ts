import fc from 'fast-check';
import type { Entry, Har, Header } from 'har-format';
import { describe, expect, test } from 'vitest';
import { readHar, type HarReading } from '../../src/questions/har.js';
import { Folder, runIn } from '../support/cli.js';

const URL_ = 'https://api.example.com/data';
const PAGE = 'https://app.example.com';

interface Spoken {
  readonly method?: string;
  readonly url?: string;
  readonly request?: Readonly<Record<string, string>>;
  readonly status?: number;
  readonly response?: Readonly<Record<string, string>>;
  readonly cookies?: boolean;
  /** What Chromium adds. */
  readonly error?: string;
  readonly type?: NonNullable<Entry['_resourceType']>;
}

function pairs(headers: Readonly<Record<string, string>>): Header[] {
  return Object.entries(headers).map(([name, value]) => ({ name, value }));
}

/** An entry as HAR 1.2 has it, with what Chromium adds. */
function entry({ method = 'GET', url = URL_, request = {}, status = 200, response = {}, cookies = false, error, type = 'fetch' }: Spoken): Entry {
  return {
    startedDateTime: '2026-01-01T00:00:00.000Z',
    time: 1,
    request: { method, url, httpVersion: 'h2', cookies: cookies ? [{ name: 'session', value: '1' }] : [], headers: pairs({ Origin: PAGE, 'User-Agent': 'Mozilla/5.0', Accept: '*/*', 'sec-fetch-mode': 'cors', ...request }), queryString: [], headersSize: -1, bodySize: 0 },
    response: { status, statusText: '', httpVersion: 'h2', cookies: [], headers: pairs(response), content: { size: 0, mimeType: 'x-unknown' }, redirectURL: '', headersSize: -1, bodySize: -1, ...(error === undefined ? {} : { _error: error }) },
    cache: {},
    timings: { send: 0, wait: 0, receive: 0 },
    _resourceType: type,
  };
}

function har(...entries: readonly Spoken[]): string {
  const log: Har = { log: { version: '1.2', creator: { name: 'WebInspector', version: '537.36' }, entries: entries.map(entry) } };
  return JSON.stringify(log, null, 2);
}

async function failuresOf(text: string): Promise<HarReading['failures']> {
  const read = await readHar(text);
  if ('problem' in read) throw new Error(read.problem);
  return read.failures;
}

const preflight = (response: Readonly<Record<string, string>>, { status = 204, method = 'PUT', headers = '' } = {}): Spoken => ({ method: 'OPTIONS', status, type: 'preflight', request: { 'access-control-request-method': method, ...(headers === '' ? {} : { 'access-control-request-headers': headers }) }, response });

describe('requests that failed, by what was recorded', () => {
  test.each<readonly [name: string, entries: readonly Spoken[], failures: readonly object[]]>([
    ['no header', [{ error: 'net::ERR_FAILED' }], [{ url: URL_, origin: PAGE, method: 'GET', reasons: ['acao-missing'], status: 200 }]],
    ['the header of another origin', [{ response: { 'access-control-allow-origin': 'https://admin.example.com' } }], [{ reasons: ['acao-mismatch'] }]],
    ['a request that gets through', [{ response: { 'access-control-allow-origin': PAGE } }], []],
    ['a star, and cookies', [{ cookies: true, response: { 'access-control-allow-origin': '*' } }], [{ reasons: ['acao-wildcard-credentials'], credentials: 'include' }]],
    ['a star, and cookies that were cleaned out of the recording', [{ error: 'net::ERR_FAILED', response: { 'access-control-allow-origin': '*' } }], [{ reasons: ['acao-wildcard-credentials'], credentials: 'include' }]],
    ['a star without credentials', [{ response: { 'access-control-allow-origin': '*' } }], []],
    ['a preflight that is refused', [preflight({ 'access-control-allow-origin': PAGE, 'access-control-allow-methods': 'GET' }), { method: 'PUT', status: 0, error: 'net::ERR_FAILED' }], [{ method: 'PUT', reasons: ['preflight-method-not-allowed'], status: 204 }]],
    ['a preflight behind its request, as Chromium sorts them', [{ method: 'PUT', status: 0, error: 'net::ERR_FAILED' }, preflight({}, { status: 401 })], [{ method: 'PUT', reasons: ['preflight-acao-missing'], status: 401 }]],
    ['a header that is not allowed', [preflight({ 'access-control-allow-origin': PAGE, 'access-control-allow-headers': 'x-a' }, { method: 'GET', headers: 'x-a,x-b' }), { status: 0, request: { 'x-a': '1', 'x-b': '2' } }], [{ reasons: ['preflight-header-not-allowed'], headers: [['x-a', '1'], ['x-b', '2']] }]],
    ['a header that was cleaned out of the recording', [preflight({ 'access-control-allow-origin': PAGE }, { method: 'GET', headers: 'authorization' }), { status: 0 }], [{ reasons: ['preflight-authorization-not-listed'], headers: [['authorization', 'value']] }]],
    ['a preflight that was remembered', [{ method: 'PUT', response: { 'access-control-allow-origin': PAGE } }], []],
    ['a blocked request of which nothing came', [{ method: 'PUT', status: 0, error: 'net::ERR_FAILED' }], [{ method: 'PUT' }]],
    ['a network that failed', [{ status: 0, error: 'net::ERR_CONNECTION_REFUSED' }], []],
    ['two lines, as Firefox joins them', [{ response: { 'access-control-allow-origin': `${PAGE}\n${PAGE}` } }], [{ reasons: ['acao-mismatch'] }]],
    ['a redirect to another server, which sends no header', [{ status: 302, response: { 'access-control-allow-origin': PAGE, location: 'https://login.example.org/' } }, { url: 'https://login.example.org/', request: { Origin: 'null' } }], [{ url: URL_, reasons: ['acao-missing'] }, { url: 'https://login.example.org/', origin: 'null', reasons: ['acao-missing'] }]],
    ['requests of the page to its own origin', [{ url: `${PAGE}/data` }], []],
    ['a form that is sent, and a picture', [{ method: 'POST', type: 'document', request: { 'sec-fetch-mode': 'navigate' } }, { request: { 'sec-fetch-mode': 'no-cors' } }], []],
    ['the same again and again', [{}, {}, {}], [{ reasons: ['acao-missing'] }]],
  ])('%s', async (_name, entries, failures) => {
    const found = await failuresOf(har(...entries));
    expect(found).toHaveLength(failures.length);
    expect(found).toMatchObject(failures);
  });

  test('many failures are cut, and counted', async () => {
    const read = await readHar(har(...Array.from({ length: 70 }, (_one, index) => ({ url: `${URL_}/${index}` }))));
    expect(read).toMatchObject({ creator: 'WebInspector 537.36', entries: 70, crossOrigin: 70, more: 20 });
  });
});

describe('what is no recording', () => {
  test.each([
    ['{\n  "log": {\n    "entries": [ oops ]\n  }\n}', { line: 3, column: 18 }],
    ['{ "log": { "entries": [', { line: 1 }],
    ['{}', { problem: 'it is no HTTP archive: log.entries is no list' }],
    ['[]', { problem: 'it is no HTTP archive: log.entries is no list' }],
    ['null', { problem: 'it is no HTTP archive: log.entries is no list' }],
  ])('%j', async (text, problem) => {
    expect(await readHar(text)).toMatchObject(problem);
  });

  test('nested too deep to be looked at', async () => {
    expect(await readHar('['.repeat(200_000))).toHaveProperty('problem');
  });

  test('whatever it holds, nothing is thrown', async () => {
    const spoken = fc.record({ request: fc.anything(), response: fc.anything(), _resourceType: fc.anything() }, { requiredKeys: [] });
    const broken = fc.record({ method: fc.oneof(fc.constant('GET'), fc.anything()), url: fc.oneof(fc.constant(URL_), fc.webUrl(), fc.anything()), headers: fc.array(fc.record({ name: fc.oneof(fc.constant('origin'), fc.string()), value: fc.oneof(fc.constant(PAGE), fc.anything()) })) });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(spoken, fc.anything(), fc.record({ request: broken, response: fc.record({ status: fc.oneof(fc.constant(200), fc.anything()), headers: fc.anything() }) }))), async (entries) => {
        await expect(readHar(JSON.stringify({ log: { entries } }) ?? '')).resolves.toBeDefined();
      }),
      { numRuns: 300 },
    );
  });
});

describe('held against a repository', () => {
  const folder = new Folder('har');
  const NGINX = 'server {\n  listen 80;\n  server_name api.example.com;\n  location / {\n    add_header Access-Control-Allow-Origin https://admin.example.com always;\n    root /srv;\n  }\n}\n';

  async function why(recorded: string): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
    folder.write({ 'nginx.conf': NGINX, 'page.har': recorded });
    return runIn(folder.path, ['why', 'page.har']);
  }

  test('the layer that sends what was recorded', async () => {
    const { code, out } = await why(har({ response: { 'access-control-allow-origin': 'https://admin.example.com' } }));
    expect(out).toContain('nginx.conf:5:5 sends Access-Control-Allow-Origin: https://admin.example.com');
    expect(out).not.toContain('but ');
    expect(code).toBe(0);
  });

  test('a header that no layer of the repository sends', async () => {
    const { code, out } = await why(har({ response: { 'access-control-allow-origin': '*', 'access-control-allow-credentials': 'true' }, cookies: true }));
    expect(out.replace(/\s+/g, ' ')).toContain('the response had Access-Control-Allow-Credentials: true, which no layer of this repository sends: another layer does');
    expect(out.replace(/\s+/g, ' ')).toContain('the response had Access-Control-Allow-Origin: *; these layers send https://admin.example.com (nginx.conf:5:5)');
    expect(code).toBe(1);
  });

  test('a header that something takes away', async () => {
    const { code, out } = await why(har({}));
    expect(out.replace(/\s+/g, ' ')).toContain('had no Access-Control-Allow-Origin; these layers send https://admin.example.com: another layer takes it away, or something else is deployed (nginx.conf:5:5)');
    expect(code).toBe(1);
  });

  test('a recording in which nothing failed', async () => {
    const { code, out } = await why(har({ response: { 'access-control-allow-origin': PAGE } }));
    expect(out).toContain('1 request, 1 of them by pages to other origins, 0 kept from script');
    expect(code).toBe(0);
  });

  test('a broken recording is told with its place, on standard input too', async () => {
    const { code, out, err } = await why('{ "log": {\n  "entries": [,] } }');
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/page\.har:2:15: it is no JSON: /);
    const piped = await runIn(folder.path, ['why', '-'], { stdin: har({}) });
    expect(piped.out).toContain('standard input, recorded by WebInspector');
  });
});
