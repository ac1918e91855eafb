import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/policy/evaluate.js';
import next from '../../src/readers/next/index.js';
import { applyEdits } from '../../src/text/edit.js';
import type { Environment } from '../../src/values/fact.js';
import { read } from '../support/estree.js';
import { grouped } from '../support/grouped.js';
import { nextSource } from '../support/next-sources.js';
import { differences, observed, type ObservedRow } from '../support/observed.js';
import { readPrefixes } from '../support/prefixes.js';

const rows = observed('javascript');

/** What the router and compression of Next.js add to `Vary` has nothing to do with CORS. */
function withoutOwnVary(row: ObservedRow): ObservedRow {
  const headers = row.response.headers.map(([name, text]): readonly [string, string] => (name === 'vary' ? [name, text.split(/\s*,\s*/).filter((item) => !/^(?:rsc|next-router-.*|accept-encoding)$/i.test(item)).join(', ')] : [name, text]));
  return { ...row, response: { ...row.response, headers } };
}

test('answers like the recorded server', () => {
  let held = 0;
  const failures: string[] = [];
  for (const group of grouped(rows, 'next')) {
    const { file, text, behind } = nextSource(group[0].options);
    const { policies } = read(next, { [file]: text }, file);
    const [policy] = policies;
    for (const recorded of group) {
      const row = withoutOwnVary(recorded);
      // Without CORS there is no policy: the response carries nothing.
      const wrong = policy === undefined ? row.response.headers.filter(([name, value]) => /^access-control-|^vary$/.test(name) && value !== '').map(([name]) => `no policy for ${name}`) : differences({ policy, inner: [] }, row, { scenario: { status: row.response.status, ...(behind === undefined || row.request!.path !== '/cfg/both' ? {} : { headers: behind }) } });
      if (wrong.length === 0) held++;
      else failures.push(`${JSON.stringify(row.options)} ${JSON.stringify(row.request)}: ${wrong.join('; ')}`);
    }
  }
  expect(failures.slice(0, 5)).toEqual([]);
  expect(held).toBe(280);
});

const ORIGIN = 'https://app.example.com';
const STAR = "{ 'Access-Control-Allow-Origin': '*' }";

/** What a page at `origin` gets in each case that the code leaves open: the status, Access-Control-Allow-Origin, -Credentials and Vary. */
function answer(files: Readonly<Record<string, string>>, request: { readonly method?: string; readonly origin?: string; readonly path?: string; readonly environment?: Environment } = {}): string {
  const [file] = Object.keys(files);
  const { policies } = read(next, files, file!);
  const [policy] = policies;
  if (policy === undefined || policies.length > 1) return `${policies.length} policies`;
  const outcomes = evaluate({ policy, inner: [] }, { method: request.method ?? 'GET', path: request.path ?? policy.probes[0]!.path, headers: [['origin', request.origin ?? ORIGIN]] }, { environment: request.environment ?? 'production' });
  return [...new Set(outcomes.map(({ response }) => `${response.status} ${['access-control-allow-origin', 'access-control-allow-credentials', 'vary'].map((name) => response.headers.filter((line) => line.name === name).map(({ text }) => text ?? '?').join(', ') || '-').join(' ')}`))].sort().join(' or ');
}

describe('headers() of the configuration', () => {
  const rule = "{ source: '/api/:path*', headers: [{ key: 'Access-Control-Allow-Origin', value: 'https://app.example.com' }] }";
  test.each([
    ['an ES module', `export default { async headers() { return [${rule}]; } };`],
    ['a typed configuration', `import type { NextConfig } from 'next';\nconst config: NextConfig = { headers: async () => [${rule}] };\nexport default config;`],
    ['satisfies', `export default { headers: async () => [${rule}] } satisfies import('next').NextConfig;`],
    ['a function of the phase', `module.exports = (phase, { defaultConfig }) => ({ ...defaultConfig, async headers() { return [${rule}]; } });`],
    ['an async function of the phase', `module.exports = async () => { const nextConfig = { async headers() { return [${rule}]; } }; return nextConfig; };`],
    ['a plugin', `const withBundleAnalyzer = require('@next/bundle-analyzer')({ enabled: process.env.ANALYZE === 'true' });\nmodule.exports = withBundleAnalyzer({ async headers() { return [${rule}]; } });`],
    ['a plugin of an ES module', `import createNextIntlPlugin from 'next-intl/plugin';\nimport { withSentryConfig } from '@sentry/nextjs';\nconst withNextIntl = createNextIntlPlugin();\nconst nextConfig = { async headers() { return [${rule}]; } };\nexport default withSentryConfig(withNextIntl(nextConfig), { silent: true });`],
    ['a plugin of one environment', `const { withSentryConfig } = require('@sentry/nextjs');\nconst nextConfig = { async headers() { return [${rule}]; } };\nmodule.exports = process.env.SENTRY_DSN ? withSentryConfig(nextConfig, {}) : nextConfig;`],
    ['settings that change it', `const nextConfig = { async headers() { return [${rule}]; } };\nif (process.env.IMAGES) nextConfig.images = { domains: [process.env.IMAGES] };\nmodule.exports = process.env.ANALYZE ? require('@next/bundle-analyzer')()(nextConfig) : nextConfig;`],
    ['a constant of headers', "const cors = [{ key: 'Access-Control-Allow-Origin', value: 'https://app.example.com' }];\nmodule.exports = { async headers() { return [{ source: '/api/(.*)', headers: [...cors] }]; } };"],
    ['another file', "const { rules } = require('./headers');\nmodule.exports = { async headers() { return rules; } };"],
  ])('in %s', (_shape, text) => {
    expect(answer({ 'next.config.js': text, 'headers.js': `exports.rules = [${rule}];` }, { path: '/api/users' })).toBe(`200 ${ORIGIN} - -`);
  });

  // https://nextjs.org/docs/app/api-reference/config/next-config-js/headers#path-matching
  test.each([
    ['/api/:path*', ['/api', '/api/users', '/api/a/b'], ['/apis', '/other']],
    ['/blog/:slug', ['/blog/hello', '/BLOG/hello', '/blog/hello/'], ['/blog/a/b', '/blog']],
    ['/blog/:slug+', ['/blog/a', '/blog/a/b'], ['/blog']],
    ['/post/:post(\\\\d{1,})', ['/post/123'], ['/post/abc']],
    ['/(.*)', ['/', '/a', '/a/b'], []],
    ['/:path*', ['/', '/a/b'], []],
    ['/((?!api|_next).*)', ['/about', '/'], ['/api/x', '/_next/static']],
    ['/fonts/:name.woff2', ['/fonts/a.woff2'], ['/fonts/a.ttf']],
    ['/api/(v1|v2)/client/:path*', ['/api/v1/client', '/api/v2/client/a'], ['/api/v3/client']],
    ['/english\\\\(default\\\\)/:slug', ['/english(default)/x'], ['/englishdefault/x']],
  ])('the source %s', (source, matched, others) => {
    const text = `module.exports = { async headers() { return [{ source: '${source}', headers: [{ key: 'Access-Control-Allow-Origin', value: '*' }] }]; } };`;
    const sent = (path: string): boolean => answer({ 'next.config.js': text }, { path }).includes('*');
    expect(matched.filter((path) => !sent(path))).toEqual([]);
    expect(others.filter(sent)).toEqual([]);
    // The path that rules ask about is one that the source matches.
    expect(answer({ 'next.config.js': text })).toContain('*');
  });

  test('the base path stands before every source that does not refuse it', () => {
    const text = "module.exports = { basePath: '/docs', async headers() { return [{ source: '/a', headers: [{ key: 'Access-Control-Allow-Origin', value: 'https://a.example' }] }, { source: '/b', basePath: false, headers: [{ key: 'Access-Control-Allow-Origin', value: 'https://b.example' }] }]; } };";
    expect(['/docs/a', '/a', '/b', '/docs/b'].map((path) => answer({ 'next.config.js': text }, { path }))).toEqual(['200 https://a.example - -', '200 - - -', '200 https://b.example - -', '200 - - -']);
  });

  test('conditions on the Origin may be repeated in the value', () => {
    const text = "module.exports = { async headers() { return [{ source: '/(.*)', has: [{ type: 'header', key: 'Origin', value: '(?<origin>https://.*\\\\.example\\\\.com)' }], headers: [{ key: 'Access-Control-Allow-Origin', value: ':origin' }, { key: 'Access-Control-Allow-Credentials', value: 'true' }] }]; } };";
    expect([answer({ 'next.config.js': text }), answer({ 'next.config.js': text }, { origin: 'https://evil.test' })]).toEqual([`200 ${ORIGIN} true -`, '200 - - -']);
  });

  // matchHas of Next.js: without a pattern the header's whole text is known by its name.
  test('a header that is asked for without a pattern is repeated by its name', () => {
    const text = "module.exports = { async headers() { return [{ source: '/(.*)', has: [{ type: 'header', key: 'Origin' }], headers: [{ key: 'Access-Control-Allow-Origin', value: ':origin' }] }]; } };";
    expect([answer({ 'next.config.js': text }), answer({ 'next.config.js': text }, { origin: 'https://evil.test' })]).toEqual([`200 ${ORIGIN} - -`, '200 https://evil.test - -']);
  });

  test('a rule for one environment', () => {
    const text = "module.exports = { async headers() { return process.env.NODE_ENV === 'development' ? [{ source: '/(.*)', headers: [{ key: 'Access-Control-Allow-Origin', value: '*' }] }] : []; } };";
    expect([answer({ 'next.config.js': text }), answer({ 'next.config.js': text }, { environment: 'development' })]).toEqual(['200 - - -', '200 * - -']);
  });

  test('an environment variable with a default', () => {
    const text = "module.exports = { async headers() { return [{ source: '/api/:path*', headers: [{ key: 'Access-Control-Allow-Origin', value: process.env.ALLOWED_ORIGIN || '*' }] }]; } };";
    expect(answer({ 'next.config.js': text })).toBe('200 * - - or 200 ? - -');
  });

  test('a configuration that is not in view in some cases stays open there', () => {
    const text = `const other = require('@acme/next-config');\nmodule.exports = process.env.WHITE_LABEL ? other.config : { async headers() { return [${rule}]; } };`;
    expect(answer({ 'next.config.js': text }, { path: '/api/x' })).toBe(`200 ? - - or 200 ${ORIGIN} - -`);
  });

  test('what is not in view is a gap', () => {
    const { policies, gaps } = read(next, { 'next.config.js': "const { corsHeaders } = require('@acme/next');\nmodule.exports = { async headers() { return corsHeaders(); } };" }, 'next.config.js');
    expect([policies.length, gaps.length]).toEqual([0, 1]);
  });
});

describe('route handlers', () => {
  test.each([
    ['app/api/users/route.ts', '/api/users'],
    ['src/app/(public)/@modal/data/route.js', '/data'],
    ['app/route.ts', '/'],
    ['app/users/[id]/route.ts', '/users/x'],
    ['app/files/[...path]/route.ts', '/files/x'],
    ['app/[[...slug]]/route.ts', '/x'],
  ])('%s serves %s', (file, path) => {
    const { policies } = read(next, { [file]: `export const GET = () => Response.json({}, { headers: ${STAR} });` }, file);
    expect(policies[0]?.probes.map((probe) => probe.path)).toEqual([path]);
    expect(answer({ [file]: `export const GET = () => Response.json({}, { headers: ${STAR} });` })).toBe('200 * - -');
  });

  test.each([
    ['functions', `export async function GET(request: Request) { return Response.json({}, { headers: ${STAR} }); }`],
    ['a wrapper', `import { NextResponse } from 'next/server';\nconst withCors = (handler) => async (request, context) => { const response = await handler(request, context); response.headers.set('Access-Control-Allow-Origin', '*'); return response; };\nexport const GET = withCors(async () => NextResponse.json({}));`],
    ['one handler for all', `const handler = () => new Response('', { headers: ${STAR} });\nexport { handler as GET, handler as POST, handler as OPTIONS };`],
    ['a handler given to a package', `import { withAxiom } from 'next-axiom';\nexport const GET = withAxiom(async () => new Response('', { headers: ${STAR} }));`],
    ['NextResponse', `import { NextResponse } from 'next/server';\nexport function GET() { return new NextResponse('', { status: 200, headers: ${STAR} }); }`],
    ['headers() of next/headers', "import { headers } from 'next/headers';\nexport async function GET() { const origin = (await headers()).get('origin'); return Response.json({}, { headers: origin === 'https://app.example.com' ? { 'Access-Control-Allow-Origin': '*' } : {} }); }"],
  ])('in the shape of %s', (_shape, text) => {
    expect(answer({ 'app/api/route.ts': text })).toBe('200 * - -');
  });

  test('OPTIONS answers by itself, without headers; other methods are refused', () => {
    const files = { 'app/api/route.ts': `export const GET = () => Response.json({}, { headers: ${STAR} });` };
    expect(['GET', 'HEAD', 'OPTIONS', 'POST'].map((method) => answer(files, { method }))).toEqual(['200 * - -', '200 * - -', '204 - - -', '405 - - -']);
  });

  test('headers of another file are covered there', () => {
    const { policies, covers } = read(next, { 'app/api/route.ts': "import { cors } from '../../lib/cors';\nexport const GET = () => Response.json({}, { headers: cors });", 'lib/cors.ts': `export const cors = ${STAR};` }, 'app/api/route.ts');
    expect([policies.length, covers]).toEqual([1, ['lib/cors.ts']]);
  });
});

describe('middleware', () => {
  const body = "{ const response = NextResponse.next(); response.headers.set('Access-Control-Allow-Origin', '*'); return response; }";
  test.each([
    ['a function', `export function middleware(request) ${body}`],
    ['proxy', `export const proxy = (request) => ${body};`],
    ['the default export', `export default function middleware(request) ${body}`],
    ['headers given to next()', "export function middleware() { return NextResponse.next({ headers: { 'Access-Control-Allow-Origin': '*' } }); }"],
  ])('in the shape of %s', (_shape, text) => {
    expect(answer({ 'src/middleware.ts': `import { NextResponse } from 'next/server';\n${text}` })).toBe('200 * - -');
  });

  test.each([
    ["'/api/:path*'", '/api/x', '/about'],
    ["['/api/:path*', '/data']", '/data', '/about'],
    ["[{ source: '/api/:path*' }]", '/api/x', '/about'],
    ["['/((?!_next/static|favicon.ico).*)']", '/about', '/_next/static/a'],
  ])('the matcher %s', (matcher, path, other) => {
    const files = { 'middleware.ts': `import { NextResponse } from 'next/server';\nexport function middleware() ${body}\nexport const config = { matcher: ${matcher} };` };
    expect([answer(files), answer(files, { path }), answer(files, { path: other })]).toEqual(['200 * - -', '200 * - -', '200 - - -']);
  });

  test.each([
    ['clerk', "import { clerkMiddleware } from '@clerk/nextjs/server';\nexport default clerkMiddleware(async (auth, request) => BODY);"],
    ['an older clerk', "import { authMiddleware } from '@clerk/nextjs';\nexport default authMiddleware({ publicRoutes: ['/'], async beforeAuth(request) BODY });"],
    ['next-auth', "import { withAuth } from 'next-auth/middleware';\nexport default withAuth(function middleware(request) BODY, { pages: { signIn: '/login' } });"],
  ])('inside the log-in of %s', (_package, text) => {
    const echo = "{ const response = NextResponse.next(); response.headers.set('Access-Control-Allow-Origin', request.headers.get('origin')); return response; }";
    expect(answer({ 'middleware.ts': `import { NextResponse } from 'next/server';\n${text.replace('BODY', echo)}` })).toBe(`200 ${ORIGIN} - -`);
  });

  test('headers of the request go on to the handler and are never sent', () => {
    expect(answer({ 'middleware.ts': "import { NextResponse } from 'next/server';\nexport function middleware(request) { const headers = new Headers(request.headers); headers.set('Access-Control-Allow-Origin', '*'); return NextResponse.next({ request: { headers } }); }" })).toBe('0 policies');
  });

  test('paths that the code compares', () => {
    const files = { 'middleware.ts': "import { NextResponse } from 'next/server';\nexport function middleware(request) { if (!request.nextUrl.pathname.startsWith('/api')) return NextResponse.next(); const response = NextResponse.next(); response.headers.set('Access-Control-Allow-Origin', '*'); return response; }" };
    expect([answer(files, { path: '/api/x' }), answer(files, { path: '/about' })]).toEqual(['200 * - -', '200 - - -']);
  });
});

describe('functions of the pages router', () => {
  const runs = "function runMiddleware(req, res, fn) { return new Promise((resolve, reject) => { fn(req, res, (result) => { if (result instanceof Error) return reject(result); return resolve(result); }); }); }\n";
  test.each([
    ['cors through a promise', `import Cors from 'cors';\nconst cors = Cors({ origin: '${ORIGIN}' });\n${runs}export default async function handler(req, res) { await runMiddleware(req, res, cors); res.json({}); }`],
    ['cors of another file', `import initMiddleware from '../../lib/init-middleware';\nimport Cors from 'cors';\nconst cors = initMiddleware(Cors({ origin: '${ORIGIN}' }));\nexport default async function handler(req, res) { await cors(req, res); res.json({}); }`],
    ['nextjs-cors', `import NextCors from 'nextjs-cors';\nexport default async function handler(req, res) { await NextCors(req, res, { origin: '${ORIGIN}' }); res.json({}); }`],
    ['cors with a callback', `const cors = require('cors')({ origin: '${ORIGIN}' });\nmodule.exports = (req, res) => cors(req, res, () => res.json({}));`],
  ])('in the shape of %s', (_shape, text) => {
    const files = { 'pages/api/hello.ts': text, 'lib/init-middleware.ts': 'export default function initMiddleware(middleware) { return (req, res) => new Promise((resolve, reject) => { middleware(req, res, (result) => (result instanceof Error ? reject(result) : resolve(result))); }); }' };
    expect([answer(files, { origin: 'https://evil.test' }), answer(files, { method: 'OPTIONS' })]).toEqual([`200 ${ORIGIN} - Origin`, `204 ${ORIGIN} - Origin, Access-Control-Request-Headers`]);
  });

  test('the edge runtime', () => {
    expect(answer({ 'pages/api/edge.ts': `export const config = { runtime: 'edge' };\nexport default async function handler(req) { return new Response('', { headers: ${STAR} }); }` })).toBe('200 * - -');
  });

  test.each([['pages/api/users/[id].ts', '/api/users/x'], ['src/pages/api/index.js', '/api']])('%s serves %s', (file, path) => {
    const { policies } = read(next, { [file]: "export default (req, res) => { res.setHeader('Access-Control-Allow-Origin', '*'); res.end(); };" }, file);
    expect(policies[0]?.probes.map((probe) => probe.path)).toEqual([path]);
  });

  test('a handler of a package that is named after CORS is a gap', () => {
    const { policies, gaps } = read(next, { 'pages/api/x.ts': "import { withCors } from '@acme/api';\nexport default withCors((req, res) => res.end());" }, 'pages/api/x.ts');
    expect([policies.length, gaps.length]).toEqual([0, 1]);
  });
});

test.each([
  ['app/page.tsx', "export default async function Page() { const response = await fetch('/x', { headers: { 'Access-Control-Allow-Origin': '*' } }); return response.json(); }"],
  ['app/api/route.ts', "export async function GET() { const response = await fetch('https://api.example.com', { headers: { 'Access-Control-Allow-Origin': '*' } }); return Response.json(await response.json()); }"],
  ['pages/api/proxy.ts', "import axios from 'axios';\nexport default async function handler(req, res) { const { data } = await axios.get('/x', { headers: { 'Access-Control-Allow-Origin': '*' } }); res.json(data); }"],
  ['lib/next.config.ts.txt.js', 'export const cors = {};'],
  ['src/middleware.ts', "export const onRequest = async (context, next) => { const response = await next(); response.headers.set('Access-Control-Allow-Origin', '*'); return response; };"],
])('%s says nothing', (file, text) => {
  expect(read(next, { [file]: text }, file).policies).toEqual([]);
});

test.each(['app/data/route.js', 'next.config.js', 'proxy.ts', 'pages/api/hand.js'])('every prefix of %s reads without a throw', (wanted) => {
  const source = grouped(rows, 'next').map(([{ options }]) => nextSource(options)).find(({ file }) => file === wanted);
  expect(readPrefixes(next, source!.text, wanted)).toBeGreaterThan(1);
});

describe('changes are spelled', () => {
  function changed(file: string, text: string, header: string, kind: 'add-vary' | 'remove-header'): string {
    const { unit, policies } = read(next, { [file]: text }, file);
    const policy = policies[0]!;
    const at = policy.steps.flatMap(({ effects }) => effects).find((effect) => effect.header === header)!.at;
    const edits = next.write(unit, policy, { kind, at });
    return 'declined' in edits ? edits.declined : applyEdits(text, edits);
  }

  test('credentials leave a configuration with their line', () => {
    const config = (more: string): string => `module.exports = {\n  async headers() {\n    return [\n      {\n        source: '/api/:path*',\n        headers: [\n${more}          { key: 'Access-Control-Allow-Origin', value: '*' },\n        ],\n      },\n    ];\n  },\n};\n`;
    expect(changed('next.config.js', config("          { key: 'Access-Control-Allow-Credentials', value: 'true' },\n"), 'access-control-allow-credentials', 'remove-header')).toBe(config(''));
  });

  test('a configuration has no place for Vary of one answer', () => {
    expect(changed('next.config.js', nextSource({ nextConfig: 'headers(): same key ACAO twice in one source' }).text, 'access-control-allow-origin', 'add-vary')).toMatch(/^nothing there/);
  });

  test.each([
    ['app/api/route.ts', "export const GET = (request) => new Response('', { headers: { 'Access-Control-Allow-Origin': request.headers.get('origin') } });\n", "export const GET = (request) => new Response('', { headers: { 'Access-Control-Allow-Origin': request.headers.get('origin'), 'Vary': 'Origin' } });\n"],
    ['pages/api/x.ts', "export default (req, res) => {\n  res.setHeader('Access-Control-Allow-Origin', req.headers.origin);\n  res.end();\n};\n", "export default (req, res) => {\n  res.setHeader('Access-Control-Allow-Origin', req.headers.origin);\n  res.appendHeader('Vary', 'Origin');\n  res.end();\n};\n"],
  ])('Vary in %s', (file, before, after) => {
    expect(changed(file, before, 'access-control-allow-origin', 'add-vary')).toBe(after);
  });
});
