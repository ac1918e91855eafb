import { describe, expect, test } from 'vitest';
import { Folder, runIn } from '../support/cli.js';

/** A repository in which one or more lines make requests fail: those that say HERE. */
interface Case {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly message: string;
  readonly flags?: readonly string[];
  /** Reason code, by the Fetch standard. */
  readonly reason: string;
  /** Titles of the layers that the request comes to hold these words, outermost first. */
  readonly chain: readonly RegExp[];
  /** What is not told, and taken to be so. */
  readonly notTold?: readonly string[];
  /** The change that is offered; null: none. Absent: not asked here. */
  readonly fix?: RegExp | null;
}

const express = (...lines: readonly string[]): string => ["const express = require('express');", "const cors = require('cors');", 'const app = express();', ...lines, 'app.listen(3000);', ''].join('\n');
const nginx = (...lines: readonly string[]): string => ['server {', '  listen 80;', '  server_name api.example.com;', ...lines.map((line) => `  ${line}`), '}', ''].join('\n');
const ROUTES = ["app.get('/data', (req, res) => res.json({}));", "app.put('/data', (req, res) => res.json({}));"];
const PASS = 'location / { proxy_pass http://127.0.0.1:3000; }';

const chromium = (rest: string, { url = 'https://api.example.com/data', origin = 'https://app.example.com', initiator = 'fetch' } = {}): string => `Access to ${initiator} at '${url}' from origin '${origin}' has been blocked by CORS policy: ${rest}`;
const firefox = (reason: string, url = 'https://api.example.com/data'): string => `Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at ${url}. (Reason: ${reason}).`;
const safari = (reason: string, url = 'https://api.example.com/data'): string => `[Error] ${reason}\n[Error] Fetch API cannot load ${url} due to access control checks.\n[Error] Failed to load resource: ${reason} (data, line 0)`;
const MISSING = "No 'Access-Control-Allow-Origin' header is present on the requested resource.";
const PREFLIGHT = "Response to preflight request doesn't pass access control check: ";

const cases: readonly Case[] = [
  {
    name: 'nginx and Express both send the header',
    files: { 'nginx.conf': nginx('add_header Access-Control-Allow-Origin https://app.example.com; # HERE', PASS), 'app.js': express("app.use(cors({ origin: 'https://app.example.com' })); // HERE", ...ROUTES) },
    message: chromium("The 'Access-Control-Allow-Origin' header contains multiple values 'https://app.example.com, https://app.example.com', but only one is allowed."),
    reason: 'acao-mismatch',
    chain: [/nginx/, /Express/],
    fix: /layer behind/,
  },
  {
    name: 'an origin that is not on the list of cors()',
    files: { 'app.js': express("app.use(cors({ origin: ['https://admin.example.com', 'https://www.example.com'] })); // HERE", ...ROUTES) },
    message: chromium(MISSING),
    reason: 'acao-missing',
    chain: [/Express/],
    notTold: ['method', 'credentials'],
    fix: /app\.example\.com/,
  },
  {
    name: 'another origin is sent whoever asks',
    files: { 'app.js': express("app.use(cors({ origin: 'https://admin.example.com' })); // HERE", ...ROUTES) },
    message: firefox('CORS header ‘Access-Control-Allow-Origin’ does not match ‘https://admin.example.com’'),
    reason: 'acao-mismatch',
    chain: [/Express/],
    notTold: ['origin', 'method', 'credentials'],
    // Nobody knows which origin: none is made up.
    fix: null,
  },
  {
    name: 'two lines of one header, in Firefox, which does not name the page: it is one of those that are let in',
    files: { 'nginx.conf': nginx('add_header Access-Control-Allow-Origin https://www.example.com; # HERE', PASS), 'app.js': express("app.use(cors({ origin: ['https://www.example.com', 'https://m.example.com'] })); // HERE", ...ROUTES) },
    message: firefox('Multiple CORS header ‘Access-Control-Allow-Origin’ not allowed'),
    reason: 'acao-mismatch',
    chain: [/nginx/, /Express/],
    notTold: ['origin', 'method', 'credentials'],
    fix: /layer behind/,
  },
  {
    name: 'headers of nginx are not sent with errors',
    files: { 'nginx.conf': nginx('add_header Access-Control-Allow-Origin https://app.example.com; # HERE', 'location / { proxy_pass http://10.0.0.9:3000; }') },
    message: firefox('CORS header ‘Access-Control-Allow-Origin’ missing). Status code: 500').replace('500).', '500.'),
    flags: ['--origin', 'https://app.example.com'],
    reason: 'acao-missing',
    chain: [/nginx/],
    fix: /status/,
  },
  {
    name: 'a location that loses the headers around it',
    files: { 'nginx.conf': nginx('add_header Access-Control-Allow-Origin https://app.example.com always;', 'root /srv;', 'location /data { # HERE', '  add_header X-Frame-Options DENY;', '}') },
    message: chromium(MISSING, { initiator: 'XMLHttpRequest' }),
    reason: 'acao-missing',
    chain: [/nginx/],
  },
  {
    name: 'nginx asks preflights for a password',
    files: { 'nginx.conf': nginx('location / {', '  auth_basic "team"; # HERE', '  auth_basic_user_file /etc/nginx/users;', '  add_header Access-Control-Allow-Origin https://app.example.com; # HERE', '  proxy_pass http://10.0.0.9:3000;', '}') },
    message: chromium(`${PREFLIGHT}${MISSING}`),
    reason: 'preflight-acao-missing',
    chain: [/nginx/],
  },
  {
    name: 'nginx redirects the preflight',
    files: { 'nginx.conf': nginx('location / {', '  return 301 https://www.example.com$request_uri; # HERE', '}', 'location /api { add_header Access-Control-Allow-Origin *; }') },
    message: chromium(`${PREFLIGHT}Redirect is not allowed for a preflight request.`),
    reason: 'preflight-acao-missing',
    chain: [/nginx/],
  },
  {
    name: 'a method that cors() does not list',
    files: { 'app.js': express("app.use(cors({", "  origin: 'https://app.example.com',", "  methods: ['GET', 'POST'], // HERE", '}));', ...ROUTES) },
    message: chromium('Method PUT is not allowed by Access-Control-Allow-Methods in preflight response.'),
    reason: 'preflight-method-not-allowed',
    chain: [/Express/],
    notTold: ['credentials'],
    fix: /PUT/,
  },
  {
    name: 'a header that cors() does not list, in Safari',
    files: { 'app.js': express('app.use(cors({', "  origin: 'https://app.example.com',", "  allowedHeaders: ['Content-Type'], // HERE", '}));', ...ROUTES) },
    message: safari('Request header field X-Trace is not allowed by Access-Control-Allow-Headers.'),
    flags: ['--origin', 'https://app.example.com'],
    reason: 'preflight-header-not-allowed',
    chain: [/Express/],
    fix: /x-trace/i,
  },
  {
    name: 'a star and credentials',
    files: { 'nginx.conf': nginx('location / {', '  add_header Access-Control-Allow-Origin "*" always; # HERE', '  add_header Access-Control-Allow-Credentials true always;', '  proxy_pass http://10.0.0.9:3000;', '}') },
    message: chromium("The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when the request's credentials mode is 'include'."),
    reason: 'acao-wildcard-credentials',
    chain: [/nginx/],
    notTold: ['method'],
  },
  {
    name: 'credentials that the server does not allow, in Firefox',
    files: { 'app.js': express("app.use(cors({ origin: 'https://app.example.com' })); // HERE", ...ROUTES) },
    message: firefox('expected ‘true’ in CORS header ‘Access-Control-Allow-Credentials’'),
    flags: ['--origin', 'https://app.example.com'],
    reason: 'acac-not-true',
    chain: [/Express/],
    notTold: ['origin', 'method'],
  },
  {
    name: 'a slash at the end of the origin',
    files: { 'nginx.conf': nginx('location / {', '  add_header Access-Control-Allow-Origin https://app.example.com/ always; # HERE', '  proxy_pass http://10.0.0.9:3000;', '}') },
    message: chromium("The 'Access-Control-Allow-Origin' header has a value 'https://app.example.com/' that is not equal to the supplied origin. Have the server send the header with a valid value."),
    reason: 'acao-mismatch',
    chain: [/nginx/],
    fix: /./,
  },
  {
    name: 'a status that FastAPI gives to preflights for other methods',
    files: { 'main.py': "from fastapi import FastAPI\nfrom fastapi.middleware.cors import CORSMiddleware\napp = FastAPI()\napp.add_middleware(CORSMiddleware, allow_origins=['https://app.example.com'], allow_methods=['GET']) # HERE\n\n@app.put('/data')\ndef put():\n    return {}\n" },
    message: `${firefox('CORS preflight response did not succeed').slice(0, -1)}. Status code: 400.`,
    flags: ['--origin', 'https://app.example.com'],
    reason: 'preflight-status-not-ok',
    chain: [/FastAPI|Starlette|CORSMiddleware/i],
  },
  {
    name: 'what Chromium printed in 2016',
    files: { 'app.py': "from flask import Flask\nfrom flask_cors import CORS\napp = Flask(__name__)\nCORS(app, origins=['https://admin.example.com']) # HERE\n\n@app.route('/data')\ndef data():\n    return {}\n" },
    message: `XMLHttpRequest cannot load https://api.example.com/data. ${MISSING} Origin 'https://app.example.com' is therefore not allowed access.`,
    reason: 'acao-missing',
    chain: [/flask|CORS/i],
  },
  {
    name: 'what Safari printed in 2013',
    files: { Caddyfile: 'api.example.com {\n\theader Access-Control-Allow-Origin https://admin.example.com # HERE\n\treverse_proxy 10.0.0.9:3000\n}\n' },
    message: 'XMLHttpRequest cannot load https://api.example.com/data. Origin https://app.example.com is not allowed by Access-Control-Allow-Origin.',
    reason: 'acao-mismatch',
    chain: [/./],
  },
  {
    name: 'what Firefox printed in 2014, without a reason',
    files: { 'app.js': express("app.use(cors({ origin: 'https://admin.example.com' })); // HERE", ...ROUTES) },
    message: 'Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://api.example.com/data. This can be fixed by moving the resource to the same domain or enabling CORS.',
    reason: 'acao-mismatch',
    chain: [/Express/],
  },
  {
    name: 'nginx in a container takes the header of the application away',
    files: {
      'compose.yaml': 'services:\n  web:\n    image: nginx\n    ports: ["80:80"]\n    volumes: ["./web/default.conf:/etc/nginx/conf.d/default.conf"]\n  api:\n    build: ./api\n',
      'web/default.conf': nginx('location / {', '  proxy_hide_header Access-Control-Allow-Origin; # HERE', '  proxy_pass http://api:3000;', '}'),
      'api/Dockerfile': 'FROM node:20\nCOPY . .\nEXPOSE 3000\nCMD ["node", "app.js"]\n',
      'api/app.js': express("app.use(cors({ origin: 'https://app.example.com' }));", ...ROUTES),
    },
    message: chromium(MISSING),
    reason: 'acao-missing',
    chain: [/nginx/, /Express/],
  },
  {
    name: 'a page without an origin',
    files: { 'app.js': express("app.use(cors({ origin: 'https://app.example.com' })); // HERE", ...ROUTES) },
    message: chromium("The 'Access-Control-Allow-Origin' header has a value 'https://app.example.com' that is not equal to the supplied origin.", { origin: 'null' }),
    reason: 'acao-mismatch',
    chain: [/Express/],
  },
  {
    name: 'a redirect from one foreign server to another speaks for nobody',
    files: { 'app.js': express("app.use(cors({ origin: 'https://app.example.com' })); // HERE", ...ROUTES) },
    message: chromium("The 'Access-Control-Allow-Origin' header has a value 'https://app.example.com' that is not equal to the supplied origin.").replace("/data' from", "/data' (redirected from 'https://old.example.org/data') from"),
    reason: 'acao-mismatch',
    chain: [/Express/],
  },
  {
    name: 'a font of a CDN',
    files: { 'nginx.conf': nginx('location / { root /srv; }', 'location /api { add_header Access-Control-Allow-Origin https://app.example.com; proxy_pass http://10.0.0.9:3000; }').replace('server {', 'server { # HERE') },
    message: chromium(MISSING, { url: 'https://api.example.com/a.woff2', initiator: 'font' }),
    reason: 'acao-missing',
    chain: [/nginx/],
  },
];

const folder = new Folder('why');

interface Told {
  readonly outcome: string;
  readonly verdict: { readonly allowed: boolean | null; readonly reason: string };
  readonly chain: readonly { readonly layer: string }[];
  readonly because: readonly { readonly file: string; readonly loc: { readonly start: { readonly line: number } } }[];
  readonly notTold: readonly { readonly what: string }[];
  readonly fix: { readonly title: string } | null;
  readonly about?: string;
  readonly lookedAt?: readonly { readonly layer: string; readonly found: string; readonly hosts: readonly string[]; readonly verdict?: { readonly reason: string } }[];
  readonly differences?: readonly { readonly what: string; readonly seen: string | null; readonly predicted: string | null; readonly file?: string }[];
}

async function asked(files: Case['files'], words: readonly string[], stdin = ''): Promise<{ readonly code: number; readonly err: string; readonly answers: readonly Told[] }> {
  folder.write(files);
  const { code, out, err } = await runIn(folder.path, ['why', '--format', 'json', ...words], { stdin });
  return { code, err, answers: out === '' ? [] : (JSON.parse(out) as { answers: readonly Told[] }).answers };
}

/** Places that say HERE, as `file:line`. */
function marked(files: Case['files']): readonly string[] {
  return Object.entries(files).flatMap(([file, text]) => text.split('\n').flatMap((line, index) => (line.includes('HERE') ? [`${file}:${index + 1}`] : [])));
}

describe('the layer and the line are told', () => {
  test.each(cases)('$name', async ({ files, message, flags = [], reason, chain, notTold, fix }) => {
    const { code, err, answers } = await asked(files, [...flags, message]);
    expect(err).toBe('');
    expect(answers.map(({ outcome }) => outcome)).toEqual(['explained']);
    const [answer] = answers;
    expect(answer!.verdict).toMatchObject({ allowed: false, reason });
    expect(answer!.chain).toHaveLength(chain.length);
    for (const [index, title] of chain.entries()) expect(answer!.chain[index]!.layer).toMatch(title);
    expect([...new Set(answer!.because.map(({ file, loc }) => `${file}:${loc.start.line}`))].sort()).toEqual([...marked(files)].sort());
    if (notTold !== undefined) expect(answer!.notTold.map(({ what }) => what)).toEqual(notTold);
    if (fix === null) expect(answer).not.toHaveProperty('fix');
    else if (fix !== undefined) expect(answer!.fix?.title).toMatch(fix);
    expect(code).toBe(0);
  });
});

describe('what decides it is not in the text', () => {
  test('a setting: the world that fails is named', async () => {
    const files = { 'app.js': express("app.use(cors({ origin: process.env.CORS_ORIGIN || 'https://admin.example.com' }));", ...ROUTES) };
    folder.write(files);
    const { code, out } = await runIn(folder.path, ['why', chromium("The 'Access-Control-Allow-Origin' header has a value 'https://admin.example.com' that is not equal to the supplied origin.")]);
    expect(out).toContain('CORS_ORIGIN is not set');
    expect(code).toBe(0);
  });

  test('a program out of view that answers with errors', async () => {
    const files = { 'nginx.conf': nginx('location / {', '  add_header Access-Control-Allow-Origin https://app.example.com; # HERE', '  proxy_pass http://10.0.0.9:3000;', '}') };
    const { answers } = await asked(files, [chromium(MISSING)]);
    expect(answers).toMatchObject([{ outcome: 'explained', verdict: { reason: 'acao-missing' }, scenario: { status: 500 } }]);
    expect(answers[0]!.notTold.map(({ what }) => what)).toEqual(['method', 'credentials', 'handler']);
    expect(answers[0]!.because.map(({ file, loc }) => `${file}:${loc.start.line}`)).toEqual(marked(files));
  });
});

describe('what fits no configuration', () => {
  const files = { 'nginx.conf': nginx('add_header Access-Control-Allow-Origin https://app.example.com always;', 'root /srv;'), 'app.js': express("app.use(cors({ origin: 'https://app.example.com' }));", ...ROUTES).replace('3000', '4000') };

  test('another host: every layer that was looked at is named, with what it serves', async () => {
    const { code, answers } = await asked({ 'nginx.conf': files['nginx.conf'] }, [chromium(MISSING, { url: 'https://pay.example.org/data' })]);
    expect(answers).toMatchObject([{ outcome: 'unexplained', lookedAt: [{ layer: expect.stringMatching(/nginx/), found: 'elsewhere', hosts: ['api.example.com'] }] }]);
    expect(code).toBe(1);
  });

  test('a request that would get through: what becomes of it there is told', async () => {
    const { code, answers } = await asked(files, [chromium("Method LINK is not allowed by Access-Control-Allow-Methods in preflight response.", { origin: 'https://admin.example.com' })]);
    expect(answers.map(({ outcome }) => outcome)).toEqual(['unexplained']);
    expect(answers[0]!.lookedAt!.map(({ found, verdict }) => [found, verdict?.reason])).toEqual([['outdone', undefined], ['otherwise', 'preflight-acao-mismatch']]);
    expect(code).toBe(1);
  });

  test('a redirect to a server that is not in the repository: who redirects is told', async () => {
    const message = chromium(MISSING, { url: 'https://login.example.org/?to=data' }).replace("to=data' from", "to=data' (redirected from 'https://api.example.com/data') from");
    folder.write({ 'nginx.conf': files['nginx.conf'] });
    const { code, out } = await runIn(folder.path, ['why', message]);
    expect(out.replace(/\s+/g, ' ')).toContain('https://api.example.com/data, which script asked for, comes to nginx server api.example.com (nginx.conf:1:1): that, or what stands behind, redirects to https://login.example.org/?to=data.');
    expect(code).toBe(1);
  });

  test('a repository without CORS says so', async () => {
    folder.write({ 'index.html': '<p>hello</p>\n' });
    const { code, out } = await runIn(folder.path, ['why', chromium(MISSING)]);
    expect(out).toContain('no layer that sets headers of CORS was found');
    expect(code).toBe(1);
  });
});

describe('what is not CORS', () => {
  test.each([
    ['Firefox calls it so', firefox('CORS request did not succeed').replace(/\.$/, '. Status code: (null).'), 'did-not-succeed'],
    ['nothing listens', 'Failed to load resource: net::ERR_CONNECTION_REFUSED', 'network'],
    ['mixed content', "Mixed Content: The page at 'https://app.example.com/' was loaded over HTTPS, but requested an insecure resource 'http://api.example.com/data'. This request has been blocked; the content must be served over HTTPS.", 'mixed-content'],
    ['script sees only that it failed', 'Uncaught (in promise) TypeError: Failed to fetch', 'said-elsewhere'],
    ['a service worker', 'The FetchEvent for "https://api.example.com/a" resulted in a network error response: an "opaque" response was used for a request whose type is not no-cors', 'opaque-from-worker'],
    ['a preload', "A preload for 'https://cdn.example.org/a.woff2' is found, but is not used because the request credentials mode does not match. Consider taking a look at crossorigin attribute.", 'preload'],
    ['the local network', chromium('Permission was denied for this request to access the `local` address space.'), 'local-network'],
  ])('%s', async (_name, message, about) => {
    const { code, answers } = await asked({ 'index.html': '' }, [message]);
    expect(answers).toMatchObject([{ outcome: 'not-cors', about, means: expect.stringMatching(/.{40}/) }]);
    expect(code).toBe(0);
  });

  test('a header that script may not read: where the repository says which it may', async () => {
    const files = { 'app.js': express("app.use(cors({ origin: 'https://app.example.com', exposedHeaders: ['X-Page'] })); // HERE", ...ROUTES) };
    const { answers } = await asked(files, ['Refused to get unsafe header "X-Total"']);
    expect(answers).toMatchObject([{ outcome: 'not-cors', about: 'header-not-exposed', told: { header: 'x-total' }, places: [{ file: 'app.js', loc: { start: { line: 4 } } }] }]);
  });

  test('what is no message of a browser is said to be none', async () => {
    const { code, err, answers } = await asked({}, ['TypeError: x is undefined']);
    expect([code, answers]).toEqual([2, []]);
    expect(err).toContain('no message of a browser that is known');
  });
});

describe('the command line', () => {
  const files = { 'app.js': express("app.use(cors({ origin: 'https://admin.example.com' }));", ...ROUTES) };
  const message = chromium("The 'Access-Control-Allow-Origin' header has a value 'https://admin.example.com' that is not equal to the supplied origin.");

  test('standard input, several messages at once, and a file', async () => {
    const two = `${message}\n${message.replace('/data', '/users')}`;
    expect((await asked(files, ['-'], two)).answers).toHaveLength(2);
    expect((await asked({ ...files, 'console.txt': two }, ['console.txt'])).answers).toHaveLength(2);
  });

  test('paths behind the message are what is read', async () => {
    const { answers } = await asked({ 'a/app.js': files['app.js'], 'b/app.js': files['app.js'] }, [message, 'b']);
    expect(answers[0]!.because.map(({ file }) => file)).toEqual(['b/app.js']);
  });

  test('control characters are shown, not sent to the terminal', async () => {
    folder.write(files);
    const { out } = await runIn(folder.path, ['why', message.replace('https://app.example.com', 'https://\u001b[31mapp')]);
    expect(out).not.toContain('\u001b');
    expect(out).toContain('\\u001b[31mapp');
  });

  test.each([
    [[], 'expected a message'],
    [['gone.har'], 'gone.har: there is no such file'],
    [['--origin', 'app.example.com', 'x'], '--origin: expected an origin'],
    [['--format', 'xml', 'x'], '--format: expected text, json'],
  ])('%j is refused', async (words, told) => {
    folder.write(files);
    const { code, out, err } = await runIn(folder.path, ['why', ...words]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(told);
  });
});
