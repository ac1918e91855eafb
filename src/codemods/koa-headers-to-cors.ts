/** Headers of CORS that middleware of Koa writes by hand become `@koa/cors`, with the same policy. */
import { ALLOW_NAMES } from './script/cors-options.js';
import { headersToPackage } from './script/headers-to-package.js';
import { quoted } from './script/print.js';

export default headersToPackage({
  reader: 'koa',
  title: '@koa/cors',
  writers: 'middleware writes',
  framework: { name: 'koa' },
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
    const isPattern = origins.leaves.length === 1 && origins.leaves[0]?.s === 'regex';
    if (!isPattern && origins.leaves.some(({ s }) => s !== 'exact')) return undefined;
    const test = isPattern ? `${text.replace(/^\[|\]$/g, '')}.test(${asked})` : `${text}.includes(${asked})`;
    return `(ctx) => (${test} ? ${asked} : ${quoted('', style)})`;
  },
  register: (app, _first, name, options) => `${app}.use(${name}(${options}))`,
});
