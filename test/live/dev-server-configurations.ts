import { expressCorsSource, print } from '../support/express-sources.js';
import { ADMIN, APP, code, some } from './option-sets.js';
import type { Random } from './seed.js';

/** A dev server in front of an application: files of both, for the ports that they get. */
export interface Configured {
  readonly title: string;
  /** Path of the dev server's configuration. */
  readonly file: string;
  files(ports: { readonly server: number; readonly application: number }): Readonly<Record<string, string>>;
}

/** Packages under test, as `test/live/dev-servers/package.json` names them. */
export const PRODUCTS = ['vite-5', 'vite-8', 'webpack-dev-server-4', 'webpack-dev-server-5'] as const;
export type Product = (typeof PRODUCTS)[number];

const VERSIONS: Readonly<Record<Product, readonly [name: string, version: string]>> = { 'vite-5': ['vite', '5.4.21'], 'vite-8': ['vite', '8.3.8'], 'webpack-dev-server-4': ['webpack-dev-server', '4.15.2'], 'webpack-dev-server-5': ['webpack-dev-server', '5.2.7'] };

export function configured(random: Random, product: Product): Configured {
  const [name, version] = VERSIONS[product];
  const [title, application] = applicationOf(random);
  const isVite = name === 'vite';
  const options = isVite ? viteOptions(random) : webpackOptions(random, product === 'webpack-dev-server-4');
  const file = isVite ? 'web/vite.config.mjs' : 'web/webpack.config.cjs';
  return {
    title: `${print(options(0))} before ${title}`,
    file,
    files: ({ server, application: port }) => ({
      'api/package.json': '{ "name": "api", "private": true, "dependencies": { "cors": "2.8.6", "express": "5.3.0" } }\n',
      'api/server.js': application.replace('listen(3000)', `listen(${port})`),
      'web/package.json': `${JSON.stringify({ name: 'web', devDependencies: { [name]: version } })}\n`,
      'web/index.html': '<p>here</p>\n',
      'web/main.js': 'console.log(1);\n',
      [file]: isVite
        ? `export default { server: ${print({ port: server, strictPort: true, host: '127.0.0.1', hmr: false, ...options(port) })} };\n`
        : `module.exports = { devServer: ${print({ port: server, host: '127.0.0.1', allowedHosts: 'all', compress: false, ...options(port) })} };\n`,
    }),
  };
}

/** What an application sends; a fifth of them say nothing of CORS. */
function applicationOf(random: Random): readonly [title: string, source: string] {
  const set = some(random);
  const options = { ...set('origin', 0.8, () => random.pick<unknown>([true, APP, [APP, ADMIN], '*'])), ...set('credentials', 0.5, () => true), ...set('exposedHeaders', 0.3, () => ['X-Total']), ...set('optionsSuccessStatus', 0.3, () => 200) };
  const source = expressCorsSource({ framework: 'express', version: 'express 5', options, wiring: 'app.use(cors(o)) before routes', request: null, response: { status: 0, headers: [] } });
  return random.chance(0.2) ? ['nothing of CORS', source.replace(/^.*\b(?:cors|const o)\b.*\n/gm, '')] : [print(options), source];
}

type Options = (port: number) => Readonly<Record<string, unknown>>;

const address = (port: number): string => `http://127.0.0.1:${port}`;

function viteOptions(random: Random): Options {
  const set = some(random);
  const own = {
    ...set('cors', 0.7, () => random.pick<unknown>([true, false, false, { origin: APP, credentials: true }, { origin: [APP, { $regex: '\\.example\\.com$' }], preflightContinue: true }, { origin: '*', exposedHeaders: ['X-Own'] }])),
    ...set('headers', 0.3, () => ({ 'Access-Control-Allow-Origin': ADMIN })),
  };
  const rules = random.times(1, 3, () => random.pick<readonly [string, (port: number) => unknown]>([
    ['/api', (port) => ({ target: address(port), changeOrigin: true, rewrite: code("(path) => path.replace(/^\\/api/, '')") })],
    ['/api', (port) => address(port)],
    ['/data', address],
    ['^/v\\d+/', (port) => ({ target: address(port), rewrite: code("(path) => path.replace(/^\\/v2/, '')") })],
    ['/v2', (port) => ({ target: { protocol: 'http:', host: '127.0.0.1', port }, rewrite: code("(p) => p.replace('/v2', '')") })],
    ['/nowhere', (port) => ({ target: `${address(port)}/data/`, changeOrigin: true, rewrite: code("function (path) { return path.replace(/^\\/nowhere/, ''); }") })],
  ]));
  return (port) => ({ ...own, proxy: Object.fromEntries(rules.map(([key, rule]) => [key, rule(port)])) });
}

function webpackOptions(random: Random, takesObjects: boolean): Options {
  const set = some(random);
  const own = set('headers', 0.7, () => random.pick<unknown>([{ 'Access-Control-Allow-Origin': '*' }, { 'Access-Control-Allow-Origin': APP, 'Access-Control-Allow-Credentials': 'true', Vary: 'Origin' }, [{ key: 'Access-Control-Allow-Origin', value: ADMIN }], { 'Access-Control-Expose-Headers': 'X-Own' }]));
  const rules = random.times(1, 3, () => random.pick<(port: number) => Readonly<Record<string, unknown>>>([
    (port) => ({ context: ['/api'], target: address(port), changeOrigin: true, pathRewrite: { '^/api': '' } }),
    (port) => ({ context: ['/data', '/boom'], target: address(port) }),
    (port) => ({ context: '/v2/**', target: address(port), pathRewrite: { '^/v2': '' } }),
    (port) => ({ context: ['/api/**'], target: address(port), pathRewrite: code("(path) => path.replace('/api', '')") }),
    (port) => ({ context: '/nowhere', target: `${address(port)}/data`, pathRewrite: { '^/nowhere': '' } }),
  ]));
  const keyed = takesObjects && random.chance(0.4);
  return (port) => ({ ...own, proxy: keyed ? { '/api/*': { target: address(port), pathRewrite: { '^/api': '' } }, '/data': address(port) } : rules.map((rule) => rule(port)) });
}
