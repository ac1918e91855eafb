import type { ObservedRow } from './observed.js';
import { print } from './express-sources.js';

const ROUTES = `app.get('/data', (c) => c.json({ ok: true }));
app.post('/data', (c) => c.json({ ok: true }));
app.put('/data', (c) => c.json({ ok: true }));
app.delete('/data', (c) => c.json({ ok: true }));
`;
const BOOM = `app.get('/boom', () => { throw new Error('boom'); });\n`;

function app(body: string): string {
  return `import { Hono } from 'hono';
import { cors } from 'hono/cors';
import { serve } from '@hono/node-server';
const app = new Hono();
${body}serve({ fetch: app.fetch, port: 3000 });
`;
}

/** The program behind a recorded row of `hono/cors`, as its options and its wiring describe it. */
export function honoSource(row: ObservedRow): string {
  const wiring = row.wiring ?? '';
  const o = `const o = ${print(row.options)};\n`;
  if (wiring === "app.use('*',cors(o)) before routes" || wiring === 'request carries a Vary header') return app(`${o}app.use('*', cors(o));\n${ROUTES}${BOOM}`);
  if (wiring === 'app.use AFTER routes') return app(`${o}${ROUTES}${BOOM}app.use('*', cors(o));\n`);
  if (wiring === "app.use('/api/*') and requests outside") return app(`${o}app.use('/api/*', cors(o));\n${ROUTES}${BOOM}`);
  // Recorded with these two routes alone.
  if (wiring === 'route-level on get/put only') return app(`${o}app.get('/data', cors(o), (c) => c.json({ ok: true }));\napp.put('/data', cors(o), (c) => c.json({ ok: true }));\n`);
  const { $hand: hand } = row.options as { $hand?: string };
  if (hand === 'c.header ACAO reflect') {
    return app(`app.use('*', async (c, next) => {
  c.header('Access-Control-Allow-Origin', c.req.header('origin') || '*');
  c.header('Access-Control-Allow-Credentials', 'true');
  if (c.req.method === 'OPTIONS') return c.body(null, 204);
  await next();
});
${ROUTES}${BOOM}`);
  }
  if (hand?.startsWith('handler returns new Response')) {
    return app(`app.use('*', cors({ origin: ['https://app.example.com'], credentials: true }));
app.get('/data', () => new Response('{}', { headers: { 'Access-Control-Allow-Origin': '*' } }));
`);
  }
  throw new Error(`no source for the wiring ${wiring}`);
}
