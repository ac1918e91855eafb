/** Headers of CORS that middleware of Hono writes by hand become `hono/cors`, with the same policy. */
import { ALLOW_NAMES } from './script/cors-options.js';
import { headersToPackage } from './script/headers-to-package.js';
import { membership } from './script/membership.js';

export default headersToPackage({
  reader: 'hono',
  title: 'hono/cors',
  writers: 'middleware writes',
  framework: 'hono',
  module: { from: 'hono/cors', member: 'cors', names: ['cors', 'honoCors'], isOwn: false },
  mounts: ['use'],
  names: ALLOW_NAMES,
  isMiddleware: true,
  takesAllHeaders: true,
  // A list is one of texts; a function gives the origin to send: https://hono.dev/docs/middleware/builtin/cors#options
  origin: (text, origins) => {
    if (origins.kind === 'reflected') return '(origin) => origin';
    if (origins.kind !== 'listed' || origins.leaves.every(({ s }) => s === 'exact')) return text;
    const test = membership(text, origins.leaves, 'origin');
    return test === undefined ? undefined : `(origin) => (${test} ? origin : null)`;
  },
  register: (app, path, name, options) => `${app}.use(${path}${name}(${options}))`,
});
