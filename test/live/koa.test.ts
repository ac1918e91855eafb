import koa from '../../src/readers/koa/index.js';
import { koaPackageProgram, koaProgram } from '../support/koa-programs.js';
import { koaSource } from '../support/koa-sources.js';
import type { ObservedRow } from '../support/observed.js';
import { code, generated, handlers, headerNames, methods, some, text } from './option-sets.js';
import { agree, recorded } from './programs.js';
import { sample, type Random } from './seed.js';

const { random, cases } = sample('koa', 60);

const FUNCTIONS = [
  `(ctx) => ctx.get('Origin')`,
  `(ctx) => (['https://app.example.com', 'https://admin.example.com'].includes(ctx.get('Origin')) ? ctx.get('Origin') : '')`,
  `async (ctx) => (ctx.headers.origin && ctx.headers.origin.endsWith('.example.com') ? ctx.headers.origin : false)`,
  `(ctx) => (ctx.path === '/data' ? '*' : 'https://app.example.com')`,
  `function (ctx) { if (/^https:\\/\\/[a-z]+\\.example\\.com$/.test(ctx.request.header.origin)) return ctx.request.header.origin; return 'https://app.example.com'; }`,
] as const;

function options(from: Random): Record<string, unknown> {
  const set = some(from);
  return {
    ...set('origin', 0.85, () => (from.chance(0.4) ? text(from) : code(from.pick(FUNCTIONS)))),
    ...set('credentials', 0.5, () => (from.chance(0.2) ? code(`(ctx) => ctx.path === '/data'`) : from.chance(0.7))),
    ...set('allowMethods', 0.4, () => (from.chance(0.5) ? 'GET,PUT' : methods(from))),
    ...set('allowHeaders', 0.4, () => (from.chance(0.3) ? 'Content-Type,X-Custom' : headerNames(from))),
    ...set('exposeHeaders', 0.3, () => (from.chance(0.3) ? 'X-Total' : headerNames(from))),
    ...set('maxAge', 0.4, () => from.pick<unknown>([600, 0, '600'])),
    ...set('keepHeadersOnError', 0.2, () => from.chance(0.5)),
    ...set('secureContext', 0.15, () => from.chance(0.5)),
    ...set('privateNetworkAccess', 0.15, () => from.chance(0.5)),
  };
}

const WIRINGS = ['app.use(cors(o)) before routes', 'app.use(cors(o)) before routes', 'app.use(cors(o)) before routes', 'after terminal middleware'] as const;

agree({
  title: 'Koa 3',
  folder: 'javascript',
  reader: koa,
  seed: random.seed,
  scenario: handlers,
  cases: [
    ...recorded(({ framework, version }) => /^(?:@koa\/cors|koa-handwritten)$/.test(framework) && version.includes('koa 3.'), koaSource),
    ...generated(random, cases, ['/data', '/boom', '/missing'], (from) => {
      const row: ObservedRow = { framework: '@koa/cors', version: '', options: options(from), wiring: from.pick(WIRINGS), request: null, response: { status: 0, headers: [] } };
      return { title: `${row.wiring} ${JSON.stringify(row.options)}`, source: koaSource(row) };
    }),
  ],
});

agree({
  title: 'Koa 3, middlewares around each other',
  folder: 'javascript',
  reader: koa,
  seed: random.seed,
  cases: generated(random, cases, ['/data', '/api/data', '/boom', '/missing'], (from) => ({ title: 'a program', source: koaProgram(from) })),
});

agree({
  title: 'Koa 2, and packages before @koa/cors',
  folder: 'koa-2',
  reader: koa,
  seed: random.seed,
  cases: [
    ...recorded(({ framework, version }) => framework === '@koa/cors' && version.startsWith('@koa/cors 4.'), koaSource),
    ...generated(random, cases, ['/data', '/boom', '/missing'], (from) => ({ title: 'a package', source: koaPackageProgram(from) })),
    ...generated(random, cases, ['/data', '/api/data', '/boom', '/missing'], (from) => ({ title: 'a program', source: koaProgram(from) })),
  ],
});
