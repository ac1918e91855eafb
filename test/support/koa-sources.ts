import { print } from './express-sources.js';
import type { ObservedRow } from './observed.js';

const ROUTES = `const router = new Router();
const send = (ctx) => { ctx.body = { ok: true }; };
router.get('/data', send).post('/data', send).put('/data', send).delete('/data', send);
router.get('/boom', () => { throw new Error('boom'); });
`;

/** Answers everything by itself, as an app without a router does. */
const TERMINAL = `app.use((ctx) => {
  if (ctx.path === '/boom') throw new Error('boom');
  if (ctx.path === '/data' && ctx.method !== 'OPTIONS') ctx.body = { ok: true };
});
`;

const HANDLERS: Readonly<Record<string, string>> = {
  'ctx.set ACAO ctx.headers.origin; if OPTIONS status 204': `ctx.set('Access-Control-Allow-Origin', ctx.headers.origin);
  ctx.set('Access-Control-Allow-Credentials', 'true');
  if (ctx.method === 'OPTIONS') { ctx.status = 204; return; }
  await next();`,
  "ctx.set ACAO '*' ; if OPTIONS ctx.body=200": `ctx.set('Access-Control-Allow-Origin', '*');
  ctx.set('Access-Control-Allow-Headers', 'Content-Type');
  if (ctx.method === 'OPTIONS') ctx.body = 200;
  else await next();`,
  'ctx.set after await next()': `await next();
  ctx.set('Access-Control-Allow-Origin', '*');`,
};

/** The CORS package of a row. */
export function koaCorsOf(row: ObservedRow): string {
  return row.framework === 'koa2-cors' ? 'koa2-cors' : '@koa/cors';
}

/** The program behind a recorded row of Koa, as its options and its wiring describe it. */
export function koaSource(row: ObservedRow): string {
  const head = `const Koa = require('koa');\nconst Router = require('@koa/router');\nconst cors = require('${koaCorsOf(row)}');\nconst app = new Koa();\n`;
  const o = `const o = ${print(row.options)};\n`;
  const routes = `${ROUTES}app.use(router.routes());\napp.listen(3000);\n`;
  if (row.wiring === 'app.use(cors(o)) before routes') return `${head}${o}app.use(cors(o));\n${routes}`;
  if (row.wiring === 'after terminal middleware') return `${head}${o}${TERMINAL}app.use(cors(o));\napp.listen(3000);\n`;
  const hand = HANDLERS[(row.options as { $hand?: string }).$hand ?? ''];
  if (hand === undefined) throw new Error(`no source for the wiring ${row.wiring} ${JSON.stringify(row.options)}`);
  return `${head}app.use(async (ctx, next) => {\n  ${hand}\n});\n${routes}`;
}

/** The program behind a recorded row of Feathers on Koa. */
export function feathersKoaSource(row: ObservedRow): string {
  const o = row.wiring === 'app.use(cors()) re-exported from @koa/cors' ? '' : print(row.options);
  return `import { feathers } from '@feathersjs/feathers';
import { koa, cors, errorHandler, bodyParser, parseAuthentication, rest } from '@feathersjs/koa';
const app = koa(feathers());
app.use(errorHandler());
app.use(cors(${o}));
app.use(parseAuthentication());
app.use(bodyParser());
app.configure(rest());
app.use('data', { find: async () => [], create: async (data) => data, update: async (id, data) => data, remove: async () => ({}) });
app.listen(3030);
`;
}
