import { print } from './express-sources.js';
import type { ObservedRow } from './observed.js';

const A = 'https://app.example.com';
const ROUTES = `app.route({ method: ['GET', 'POST', 'PUT', 'DELETE'], url: '/data', handler: send });
app.get('/boom', async () => { throw new Error('boom'); });
`;

function app(body: string): string {
  return `import Fastify from 'fastify';
import cors from '@fastify/cors';

const app = Fastify();
const send = async () => ({ ok: true });
${body}await app.listen({ port: 3000 });
`;
}

/** What was recorded in words: the program behind them. */
const DESCRIBED: Readonly<Record<string, string>> = {
  'async o => o===A': `await app.register(cors, { origin: async (o) => o === '${A}' });\n${ROUTES}`,
  '(o,cb)=>cb(null,undefined) for others': `await app.register(cors, { origin: (o, cb) => cb(null, o === '${A}' ? true : undefined) });\n${ROUTES}`,
  "['*', A]": `await app.register(cors, { origin: ['*', '${A}'], credentials: true });\n${ROUTES}`,
  "register(cors, ()=>(req,cb)=>cb(null,{origin:A}))": `await app.register(cors, () => (req, cb) => cb(null, { origin: '${A}' }));\n${ROUTES}`,
  'global origin A; route config {cors:false}': `await app.register(cors, { origin: '${A}', credentials: true });\napp.get('/data', { config: { cors: false } }, send);\napp.put('/data', { config: { cors: { origin: '*' } } }, send);\n`,
  "addHook onRequest reply.header ACAO '*'": `app.addHook('onRequest', async (request, reply) => { reply.header('Access-Control-Allow-Origin', '*'); });\n${ROUTES}`,
  "addHook onSend reply.header reflect; options('*') 204": `app.addHook('onSend', async (request, reply, payload) => { if (request.headers.origin) reply.header('access-control-allow-origin', request.headers.origin); return payload; });\napp.options('*', (request, reply) => { reply.code(204).send(); });\n${ROUTES}`,
};

/** The program behind a recorded row of Fastify, as its options and its wiring describe it. */
export function fastifySource({ options, wiring }: Pick<ObservedRow, 'options' | 'wiring'>): string {
  const given = options as Record<string, unknown>;
  const described = Object.entries(DESCRIBED).find(([words]) => [given['origin'], given['$plugin'], given['$route'], given['$hand']].includes(words));
  if (described !== undefined) return app(described[1]);
  const o = '$undefined' in given ? '' : `, ${print(options)}`;
  switch (wiring) {
    case 'register before routes':
      return app(`await app.register(cors${o});\n${ROUTES}`);
    case 'delegator option':
      return app(`await app.register(cors, { delegator: ${String(given['$delegator'])} });\n${ROUTES}`);
    case 'register AFTER routes':
      return app(`${ROUTES}await app.register(cors${o});\n`);
    case 'register not awaited, then routes synchronously':
      return app(`app.register(cors${o});\n${ROUTES}`);
    case 'registered inside an encapsulated child plugin; routes outside':
      return app(`app.register(async (child) => { await child.register(cors${o}); });\n${ROUTES}`);
    case 'auth onRequest hook before register':
      return app(`app.addHook('onRequest', async (request, reply) => { reply.code(401).send('no'); return reply; });\nawait app.register(cors${o});\n${ROUTES}`);
    default:
      throw new Error(`no source for the wiring ${wiring}`);
  }
}
