import { describe, expect, test } from 'vitest';
import { changedPath } from '../../src/policy/holds.js';
import { evaluate, type Outcome } from '../../src/policy/evaluate.js';
import type { Policy, Upstream } from '../../src/policy/program.js';
import type { Reader } from '../../src/readers/reader.js';
import vite from '../../src/readers/vite/index.js';
import webpack from '../../src/readers/webpack-dev-server/index.js';
import language, { type EstreeModule } from '../../src/syntax/estree/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';

/** The policies of dev servers in a file, whether they say something of CORS or not. */
function serversIn(reader: Reader<EstreeModule>, file: string, text: string, more: Readonly<Record<string, string>> = {}): readonly Policy[] {
  const { unit } = language.parse(new SourceText(file, text), filesFrom({ ...more, [file]: text }));
  return [...reader.read(unit ?? expect.fail('no tree'))].flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : reading.kind === 'layer' ? [reading.layer.policy] : []));
}

const viteServer = (proxy: string, more = '', others: Readonly<Record<string, string>> = {}): Policy => serversIn(vite, 'vite.config.ts', `export default { server: { proxy: ${proxy}, ${more} } };`, others)[0]!;
const devServer = (proxy: string, file = 'webpack.config.js', more = ''): Policy => serversIn(webpack, file, `module.exports = { devServer: { proxy: ${proxy}, ${more} } };`)[0]!;

const upstreamsOf = ({ steps }: Policy): readonly Upstream[] => steps.flatMap(({ end }) => (end?.to === 'upstream' ? [end.upstream] : []));

/** Where requests for a path go on a developer's machine, and with which path: `localhost:3000/users`; several where it is open. */
function waysOf(policy: Policy, path: string, method = 'GET', headers: readonly (readonly [string, string])[] = []): readonly string[] {
  const outcomes = evaluate({ policy, inner: [] }, { method, path, headers }, { environment: 'development', trace: true });
  return [...new Set(outcomes.map((outcome) => wayOf(outcome, path)))].sort();
}

function wayOf({ trace }: Outcome, path: string): string {
  const end = trace?.[0]?.steps.at(-1)?.end;
  if (end?.to === 'answer') return String(end.status);
  if (end?.to !== 'upstream') return 'here';
  const { host, port, path: change } = end.upstream;
  const passed = change === null ? '?' : change === undefined ? path : 'whole' in change ? change.whole : changedPath(path, { tail: '', ...change });
  return `${host}${port === null ? '' : `:${port}`} ${passed}`;
}

describe('Vite', () => {
  test.each<[string, string, string, readonly string[]]>([
    ['a target alone', "{ '/api': 'http://localhost:3000' }", '/api/users', ['localhost:3000 /api/users']],
    ['other paths', "{ '/api': 'http://localhost:3000' }", '/users', ['here']],
    ['the start of a path is no segment', "{ '/api': 'http://localhost:3000' }", '/apiary', ['localhost:3000 /apiary']],
    ['a path that is cut', "{ '/api': { target: 'http://localhost:3000', rewrite: (path) => path.replace(/^\\/api/, '') } }", '/api/users', ['localhost:3000 /users']],
    ['a text that is replaced', "{ '/api': { target: 'http://localhost:3000', rewrite: (p) => p.replace('/api', '/v1') } }", '/api/users', ['localhost:3000 /v1/users']],
    ['a text that may stand elsewhere', "{ '/api': { target: 'http://localhost:3000', rewrite: (p) => p.replace('users', '') } }", '/api/users', ['localhost:3000 ?']],
    ['a pattern that is more than text', "{ '/api': { target: 'http://localhost:3000', rewrite: (p) => p.replace(/^\\/api\\/v\\d/, '') } }", '/api/v1/a', ['localhost:3000 ?']],
    ['two replacements', "{ '/api': { target: 'http://localhost:3000', rewrite: (p) => p.replace('/api', '').replace('/v1', '') } }", '/api/v1/a', ['localhost:3000 ?']],
    ['a path that stays', "{ '/api': { target: 'http://localhost:3000', rewrite: (p) => p } }", '/api/a', ['localhost:3000 /api/a']],
    ['a target with a path', "{ '/api': 'http://localhost:3000/base/' }", '/api/a', ['localhost:3000 /base/api/a']],
    ['a target in parts', "{ '/api': { target: { protocol: 'https:', host: 'localhost', port: 8443 } } }", '/api', ['localhost:8443 /api']],
    ['the usual ports', "{ '/api': 'https://api.example' }", '/api', ['api.example:443 /api']],
    ['the same path whatever was asked for', "{ '/api': { target: 'http://localhost:3000/one', ignorePath: true } }", '/api/a', ['localhost:3000 /one']],
    ['a pattern', "{ '^/(?:a|b)/': 'http://localhost:3000' }", '/b/x', ['localhost:3000 /b/x']],
    ['the first key that fits', "{ '/api/v2': 'http://localhost:3002', '/api': 'http://localhost:3001' }", '/api/v2/x', ['localhost:3002 /api/v2/x']],
    ['the first key that fits, even if it is wider', "{ '/api': 'http://localhost:3001', '/api/v2': 'http://localhost:3002' }", '/api/v2/x', ['localhost:3001 /api/v2/x']],
    ['what `bypass` may take out', "{ '/api': { target: 'http://localhost:3000', bypass: (req) => (req.headers.accept.includes('html') ? '/index.html' : undefined) } }", '/api', ['here', 'localhost:3000 /api']],
    ['a variable with a default', "{ '/api': process.env.API || 'http://localhost:3000' }", '/api', ['$API /api', 'localhost:3000 /api']],
    ['a port of a variable', '{ "/api": `http://localhost:${process.env.PORT || 3000}` }', '/api', ['localhost:$PORT /api', 'localhost:3000 /api']],
    ['a target that is made elsewhere', "{ '/api': { target: makeTarget() } }", '/api', ['{makeTarget} /api']],
    ['no target', "{ '/api': { changeOrigin: true } }", '/api', ['here']],
  ])('%s', (_case, proxy, path, ways) => {
    expect(waysOf(viteServer(proxy), path).map((way) => way.replace(/\{[^}]*makeTarget[^}]*\}/, '{makeTarget}'))).toEqual(ways);
  });

  test('nothing is passed on in production', () => {
    const policy = viteServer("{ '/api': 'http://localhost:3000' }");
    expect(evaluate({ policy, inner: [] }, { method: 'GET', path: '/api', headers: [] }, { trace: true })[0]!.trace?.[0]?.steps).toEqual([]);
    expect(policy.evidence.localOnly).toBe(true);
  });

  test('a preflight is answered before the proxy, unless `cors` is off', () => {
    expect(waysOf(viteServer("{ '/api': 'http://localhost:3000' }"), '/api', 'OPTIONS')).toEqual(['204']);
    expect(waysOf(viteServer("{ '/api': 'http://localhost:3000' }", 'cors: false'), '/api', 'OPTIONS')).toEqual(['localhost:3000 /api']);
  });

  test('the preview server takes the proxy of the dev server, unless it has its own', () => {
    const [, preview] = serversIn(vite, 'vite.config.ts', "export default { server: { proxy: { '/api': 'http://localhost:3000' } } };");
    expect([preview?.title, waysOf(preview!, '/api')]).toEqual(['Vite preview server', ['localhost:3000 /api']]);
    const [, own] = serversIn(vite, 'vite.config.ts', "export default { server: { proxy: { '/api': 'http://localhost:3000' } }, preview: { proxy: { '/api': 'http://localhost:4000' } } };");
    expect(waysOf(own!, '/api')).toEqual(['localhost:4000 /api']);
  });

  test.each<[string, string, Readonly<Record<string, string>>, readonly number[]]>([
    ['the usual one', '', {}, [5173]],
    ['that of old versions', '', { 'package.json': '{"devDependencies":{"vite":"2.9.0"}}' }, [3000]],
    ['the one that is written', 'port: 4000', {}, [4000]],
    ['the one that a script says', 'port: 4000', { 'package.json': '{"scripts":{"dev":"vite --port 8080","preview":"vite preview --port 9000"}}' }, [8080]],
    ['a variable', 'port: process.env.PORT', {}, []],
  ])('it listens on %s', (_case, more, others, ports) => {
    expect(viteServer("{ '/api': 'http://localhost:3000' }", more, others).listens).toEqual(ports);
  });

  test('headers that requests get on the way, and the Host of the target', () => {
    const [one] = upstreamsOf(viteServer("{ '/api': { target: 'http://localhost:3000', changeOrigin: true, headers: { Origin: 'http://localhost:3000' } } }"));
    expect(one?.request.map(({ header, value }) => `${header}: ${value.v === 'literal' ? value.text : value.v}`)).toEqual(['host: localhost', 'origin: http://localhost:3000']);
    expect(upstreamsOf(viteServer("{ '/api': 'http://localhost:3000' }"))[0]?.request.map(({ header }) => header)).toEqual(['host']);
    expect(upstreamsOf(viteServer("{ '/api': { target: 'http://localhost:3000' } }"))[0]?.request).toEqual([]);
  });

  test.each([
    ['that takes the Origin away', "configure: (proxy) => proxy.on('proxyReq', (r) => r.removeHeader('origin'))", true],
    ['that sets a header of CORS', "configure: (proxy) => { proxy.on('proxyRes', (r) => { r.headers['access-control-allow-origin'] = '*'; }); }", true],
    ['that is not in view', 'configure: handlers', true],
    ['that writes a log', "configure: (proxy) => { proxy.on('error', (error) => console.log(error.message)); }", false],
  ])('a handler %s leaves open what comes back: %s', (_case, option, open) => {
    expect((upstreamsOf(viteServer(`{ '/api': { target: 'http://localhost:3000', ${option} } }`))[0]?.response ?? []).length > 0).toBe(open);
  });
});

describe('webpack-dev-server', () => {
  test.each<[string, string, string, readonly string[]]>([
    ['a context', "[{ context: ['/api', '/auth'], target: 'http://localhost:3000' }]", '/auth/me', ['localhost:3000 /auth/me']],
    ['other paths', "[{ context: ['/api'], target: 'http://localhost:3000' }]", '/users', ['here']],
    ['a rule without a context', "[{ target: 'http://localhost:3000' }]", '/users', ['localhost:3000 /users']],
    ['a path that is cut', "[{ context: ['/api'], target: 'http://localhost:3000', pathRewrite: { '^/api': '' } }]", '/api/users', ['localhost:3000 /users']],
    ['a path that a function makes', "[{ context: ['/api'], target: 'http://localhost:3000', pathRewrite: (path) => path.replace('/api', '/v1') }]", '/api/users', ['localhost:3000 /v1/users']],
    ['several rules for the path', "[{ context: ['/api'], target: 'http://localhost:3000', pathRewrite: { '^/api/old': '/old', '^/api': '' } }]", '/api/users', ['localhost:3000 ?']],
    ['everything below a folder', "[{ context: '/api/**', target: 'http://localhost:3000' }]", '/api/a/b', ['localhost:3000 /api/a/b']],
    ['the folder itself', "[{ context: '/api/**', target: 'http://localhost:3000' }]", '/api', ['localhost:3000 /api']],
    ['what only begins alike', "[{ context: '/api/**', target: 'http://localhost:3000' }]", '/apiary', ['here']],
    ['names that begin with a dot', "[{ context: '/api/**', target: 'http://localhost:3000' }]", '/api/.env', ['here']],
    ['another pattern', "[{ context: '/api/*.json', target: 'http://localhost:3000' }]", '/api/a.json', ['here', 'localhost:3000 /api/a.json']],
    ['a function in the list', "[() => ({ context: ['/api'], target: 'http://localhost:3000' })]", '/api', ['localhost:3000 /api']],
    ['an object by contexts', "{ '/api/*': { target: 'http://localhost:3000', pathRewrite: { '^/api': '' } }, '/data': 'http://localhost:4000' }", '/api/a', ['localhost:3000 /a']],
    ['a target by its context', "{ '/api/*': { target: 'http://localhost:3000' }, '/data': 'http://localhost:4000' }", '/data', ['localhost:4000 /data']],
    ['the star that means everything', "{ '*': 'http://localhost:3000' }", '/a/b', ['localhost:3000 /a/b']],
  ])('%s', (_case, proxy, path, ways) => {
    expect(waysOf(devServer(proxy), path)).toEqual(ways);
  });

  test('a router decides for each request', () => {
    expect(waysOf(devServer("[{ context: ['/api'], target: 'http://localhost:3000', router: (req) => pick(req) }]"), '/api')).toEqual(['{the router of the proxy} /api']);
  });

  test('preflights of what a proxy takes go to the application', () => {
    const policy = devServer("[{ context: ['/api'], target: 'http://localhost:3000' }]");
    expect([waysOf(policy, '/api', 'OPTIONS'), waysOf(policy, '/other', 'OPTIONS')]).toEqual([['localhost:3000 /api'], ['204']]);
  });

  test.each<[string, string, string, readonly number[]]>([
    ['the usual one', 'webpack.config.js', '', [8080]],
    ['that of Create React App', 'craco.config.js', '', [3000]],
    ['the one that is written', 'webpack.config.js', 'port: 9000', [9000]],
  ])('it listens on %s', (_case, file, more, ports) => {
    expect(devServer("[{ context: ['/api'], target: 'http://localhost:3000' }]", file, more).listens).toEqual(ports);
  });
});

describe('Vue CLI', () => {
  test.each<[string, string, string, readonly string[]]>([
    ['a key stands anywhere in the path', "{ '/api': { target: 'http://localhost:3000' } }", '/x/api/users', ['localhost:3000 /x/api/users']],
    ['a key that is anchored', "{ '^/api': { target: 'http://localhost:3000', pathRewrite: { '^/api': '' } } }", '/api/users', ['localhost:3000 /users']],
    ['a key that is a pattern', "{ '^/v\\\\d': { target: 'http://localhost:3000' } }", '/v1/users', ['localhost:3000 /v1/users']],
    ['a target alone takes everything', "'http://localhost:3000'", '/users', ['localhost:3000 /users']],
  ])('%s', (_case, proxy, path, ways) => {
    expect(waysOf(devServer(proxy, 'vue.config.js'), path)).toEqual(ways);
  });

  test('a target alone leaves pages to the dev server', () => {
    expect(waysOf(devServer("'http://localhost:3000'", 'vue.config.js'), '/users', 'GET', [['accept', 'text/html,*/*']])).toEqual(['here']);
  });
});
