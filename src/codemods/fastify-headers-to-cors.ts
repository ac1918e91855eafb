/** Headers of CORS that hooks of Fastify write by hand become `@fastify/cors`, with the same policy. */
import { CORS_NAMES } from './script/cors-options.js';
import { headersToPackage } from './script/headers-to-package.js';

export default headersToPackage({
  reader: 'fastify',
  title: '@fastify/cors',
  writers: 'hooks write',
  framework: 'fastify',
  module: { from: '@fastify/cors', names: ['cors', 'fastifyCors'], isOwn: true },
  makesRoute: true,
  mounts: ['addHook'],
  names: CORS_NAMES,
  status: 'optionsSuccessStatus',
  register: (app, _hook, name, options, isAwaited) => `${isAwaited ? 'await ' : ''}${app}.register(${name}, ${options})`,
});
