import { print } from './express-sources.js';
import type { ObservedRow } from './observed.js';

const ROUTES = `server.route([
  { method: ['GET', 'POST', 'PUT', 'DELETE'], path: '/data', handler: () => ({ ok: true }) },
  { method: 'GET', path: '/boom', handler: () => { throw new Error('boom'); } },
]);
`;

function server(options: string, body: string): string {
  return `const Hapi = require('@hapi/hapi');

const init = async () => {
  const server = Hapi.server({ port: 3000${options} });
  ${body}  await server.start();
};
init();
`;
}

/** The program behind a recorded row of hapi, as its options and its wiring describe it. */
export function hapiSource({ options, wiring }: Pick<ObservedRow, 'options' | 'wiring'>): string {
  const A = 'https://app.example.com';
  switch (wiring) {
    case 'server routes.cors':
      return server(typeof options === 'object' && options !== null && '$undefined' in options ? '' : `, routes: { cors: ${print(options)} }`, ROUTES);
    case 'route options.cors on GET only':
      return server('', `server.route({ method: 'GET', path: '/data', handler: () => 'ok', options: { cors: { origin: ['${A}'] } } });\n  server.route({ method: 'PUT', path: '/data', handler: () => 'ok' });\n`);
    case 'handler header':
      return server('', `server.route({ method: 'GET', path: '/data', handler: (request, h) => h.response({ ok: true }).header('Access-Control-Allow-Origin', '*') });\n`);
    case 'onPreResponse ext':
      return server('', `server.ext('onPreResponse', (request, h) => {
    const { response } = request;
    const origin = request.headers.origin || '*';
    if (response.isBoom) response.output.headers['access-control-allow-origin'] = origin;
    else response.header('Access-Control-Allow-Origin', origin);
    return h.continue;
  });
  server.route({ method: 'GET', path: '/data', handler: () => ({ ok: true }) });\n`);
    default:
      throw new Error(`no source for the wiring ${wiring}`);
  }
}
