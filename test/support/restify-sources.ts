import { print } from './express-sources.js';
import type { ObservedRow } from './observed.js';

const BY_HAND: Readonly<Record<string, string>> = {
  "server.use: res.header ACAO '*'": `server.use((req, res, next) => { res.header('Access-Control-Allow-Origin', '*'); return next(); });`,
  'server.pre: res.header ACAO origin; OPTIONS send 204': `server.pre((req, res, next) => {
  res.header('Access-Control-Allow-Origin', req.headers.origin);
  res.header('Access-Control-Allow-Credentials', 'true');
  if (req.method === 'OPTIONS') {
    res.send(204);
    return next(false);
  }
  return next();
});`,
};

/** The restify server behind a recorded row. */
export function restifySource({ options, wiring }: Pick<ObservedRow, 'options' | 'wiring'>): string {
  const { hand } = options as { hand?: string };
  const middleware =
    wiring === 'no cors'
      ? ''
      : hand === undefined
        ? `const corsMiddleware = require('restify-cors-middleware2');\nconst cors = corsMiddleware(${print(options)});\nserver.pre(cors.preflight);\nserver.use(cors.actual);`
        : BY_HAND[hand];
  if (middleware === undefined) throw new Error(`no source for ${hand}`);
  return `const restify = require('restify');
const server = restify.createServer();
${middleware}
const send = (req, res, next) => { res.send({ ok: true }); return next(); };
server.get('/data', send);
server.post('/data', send);
server.put('/data', send);
server.del('/data', send);
server.get('/boom', (req, res, next) => { throw new Error('boom'); });
server.listen(3000);
`;
}
