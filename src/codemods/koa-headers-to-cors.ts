/** Headers of CORS that middleware of Koa writes by hand become `@koa/cors`, with the same policy. */
import { ALLOW_NAMES } from './script/cors-options.js';
import { headersToPackage } from './script/headers-to-package.js';
import { membership } from './script/membership.js';
import { quoted } from './script/print.js';

export default headersToPackage({
  reader: 'koa',
  title: '@koa/cors',
  writers: 'middleware writes',
  framework: 'koa',
  module: { from: '@koa/cors', names: ['cors', 'koaCors'], isOwn: true },
  mounts: ['use'],
  names: ALLOW_NAMES,
  isMiddleware: true,
  takesAllHeaders: true,
  // The option is one origin, or a function that gives the one to send: https://github.com/koajs/cors#corsoptions
  origin: (text, origins, style) => {
    const asked = `ctx.get(${quoted('Origin', style)})`;
    if (origins.kind === 'reflected') return `(ctx) => ${asked}`;
    if (origins.kind !== 'listed') return text;
    const test = membership(text, origins.leaves, asked);
    if (test === undefined) return undefined;
    return `(ctx) => (${test} ? ${asked} : ${quoted('', style)})`;
  },
  // https://github.com/koajs/cors/blob/5.0.0/index.js: an OPTIONS without Access-Control-Request-Method is handed on as it is.
  asksWithOptions: {
    words: 'Pages that ask with the method OPTIONS themselves, which is allowed now, may not read the answer: @koa/cors sends it no headers.',
    allows: ({ request, what, after }) => request.method === 'OPTIONS' && (what === 'verdict' ? after === 'blocked' : what === 'response access-control-expose-headers'),
  },
  // The option keepHeadersOnError is on: https://github.com/koajs/cors/blob/5.0.0/index.js; Koa itself takes all headers off (koa/lib/context.js, onerror).
  otherwise: {
    words: 'Pages that may read answers may read those of handlers that throw, too: @koa/cors keeps its headers there.',
    allows: ({ request, what, after }) => request.scenario?.uncaught === true && (what === 'verdict' ? after !== 'blocked' : what === 'response access-control-expose-headers'),
  },
  register: (app, _first, name, options) => `${app}.use(${name}(${options}))`,
});
