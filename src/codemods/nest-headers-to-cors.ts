/** Headers of CORS that middleware of a Nest application writes by hand become `app.enableCors()`, with the same policy. */
import { CORS_NAMES } from './script/cors-options.js';
import { headersToPackage } from './script/headers-to-package.js';

export default headersToPackage({
  reader: 'nestjs',
  title: 'app.enableCors()',
  writers: 'middleware writes',
  framework: { name: '@nestjs/core' },
  mounts: ['use'],
  names: CORS_NAMES,
  status: 'optionsSuccessStatus',
  register: (app, _first, _name, options) => `${app}.enableCors(${options})`,
});
