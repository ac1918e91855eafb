import { print } from './express-sources.js';
import type { Picks } from './picks.js';

const ORIGINS = [`'*'`, `'https://app.example.com'`, `request.headers.get('origin') ?? '*'`, `(['https://app.example.com', 'https://admin.example.com'].includes(request.headers.get('origin') ?? '') ? request.headers.get('origin') : 'https://app.example.com')`] as const;
const PATHS = ['/data', '/api/data', '/', '/:id', '/*'] as const;

function write(from: Picks): string {
  return from.pick([`set.headers['access-control-allow-origin'] = ${from.pick(ORIGINS)};`, `set.headers['access-control-allow-credentials'] = 'true';`, `set.headers.vary = 'Origin';`, `set.headers['access-control-max-age'] = '5';`, `Object.assign(set.headers, { 'access-control-expose-headers': 'X-Total' });`]);
}

function condition(from: Picks): string {
  return from.pick([`request.method === 'OPTIONS'`, `request.headers.get('origin') === 'https://app.example.com'`, `path === '/data'`, `!request.headers.get('origin')`, `(request.headers.get('origin') ?? '').endsWith('.example.com')`]);
}

function response(from: Picks): string {
  return from.pick([`'here'`, `({ ok: true })`, `new Response('own')`, `new Response('own', { status: 203, headers: { 'Access-Control-Allow-Origin': 'https://admin.example.com' } })`, `Response.json({}, { headers: { 'Access-Control-Allow-Credentials': 'true' } })`, `status(418, 'own')`]);
}

function hook(from: Picks, answers: boolean): string {
  const writes = from.times(1, 2, () => (from.chance(0.3) ? `if (${condition(from)}) ${write(from)}` : write(from)));
  return `({ set, request, path, status }) => { ${writes.join(' ')} ${answers && from.chance(0.3) ? `if (${condition(from)}) return ${response(from)};` : ''} }`;
}

function handler(from: Picks): string {
  return `({ set, request, path, status }) => { ${from.times(0, 2, () => write(from)).join(' ')} ${from.chance(0.2) ? `if (${condition(from)}) return ${response(from)};` : ''} return ${response(from)}; }`;
}

/** Names of the request's headers, which the plugin would else send back, differ by client: both lists are written. */
function options(from: Picks): string {
  const some = (key: string, values: readonly [unknown, ...unknown[]]): Record<string, unknown> => (from.chance(0.5) ? { [key]: from.pick(values) } : {});
  return print({
    ...some('origin', [true, false, '*', 'https://app.example.com', 'app.example.com', ['https://app.example.com', 'admin.example.com'], { $regex: '\\.example\\.com$' }, { $fn: `({ headers }) => headers.get('origin') === 'https://app.example.com'` }]),
    ...some('credentials', [true, false]),
    ...some('methods', [true, false, '*', ['GET', 'PUT']]),
    ...some('maxAge', [0, 600]),
    ...(from.chance(0.1) ? { preflight: false } : {}),
    allowedHeaders: from.pick<unknown>(['*', ['Content-Type', 'X-Custom']]),
    exposeHeaders: from.pick<unknown>(['*', ['X-Total']]),
  });
}

/** Calls on an app, on one that is used or on that of a group; `depth` ends their nesting. */
function calls(from: Picks, depth: number): string {
  return from
    .times(1, 4, () =>
      from.pick<() => string>([
        () => `.use(cors(${options(from)}))`,
        () => `.onRequest(${hook(from, true)})`,
        () => `.onBeforeHandle(${from.pick(['', `{ as: 'global' }, `])}${hook(from, true)})`,
        () => `.${from.pick(['derive', 'resolve'])}(${hook(from, false)})`,
        () => `.onAfterHandle(${hook(from, false)})`,
        () => `.${from.pick(['get', 'get', 'post', 'all', 'options'])}('${from.pick(PATHS)}', ${handler(from)})`,
        () => `.get('${from.pick(PATHS)}', ${handler(from)}, { beforeHandle: ${hook(from, true)} })`,
        () => `.headers({ 'access-control-expose-headers': 'X-App' })`,
        () => (depth === 0 ? '' : `.use(new Elysia(${from.pick(['', `{ prefix: '/api' }`])})${calls(from, depth - 1)})`),
        () => (depth === 0 ? '' : `.group('/api', (app) => app${calls(from, depth - 1)})`),
        () => (depth === 0 ? '' : `.guard({ beforeHandle: ${hook(from, true)} }, (app) => app${calls(from, depth - 1)})`),
      ])(),
    )
    .join('\n  ');
}

/**
 * A program of hooks, plugins, routes, groups and guards. Elysia answers fetch's requests, which Node's server hands to
 * it.
 */
export function elysiaProgram(from: Picks): string {
  return `import { createServer } from 'node:http';
import { Elysia } from 'elysia';
import { cors } from '@elysiajs/cors';
const app = new Elysia()
  ${calls(from, 1)}
  .get('/last', () => 'last');
createServer(async (incoming, outgoing) => {
  const { host, connection, ...headers } = incoming.headers;
  const answer = await app.handle(new Request('http://localhost' + incoming.url, { method: incoming.method, headers }));
  outgoing.writeHead(answer.status, [...answer.headers].flat());
  outgoing.end(await answer.text());
}).listen(3000);
`;
}
