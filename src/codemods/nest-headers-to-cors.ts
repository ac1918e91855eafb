/**
 * Headers of CORS that middleware of a Nest application writes by hand become `app.enableCors()`, with the same policy:
 * functions that `app.use()` is given, and classes that a module mounts for every path.
 */
import { contains } from '../text/span.js';
import type { Codemod } from './codemod.js';
import { CORS_NAMES } from './script/cors-options.js';
import type { CorsPackage } from './script/cors-package.js';
import { headersToPackage } from './script/headers-to-package.js';
import { classToOptions, middlewareMethodsIn } from './script/nest-middleware.js';

const ENABLE_CORS: CorsPackage = {
  reader: 'nestjs',
  title: 'app.enableCors()',
  writers: 'middleware writes',
  framework: '@nestjs/core',
  mounts: ['use'],
  names: CORS_NAMES,
  status: 'optionsSuccessStatus',
  register: (app, _first, _name, options) => `${app}.enableCors(${options})`,
};

const codemod: Codemod = {
  async *propose(repository, choices) {
    yield* headersToPackage(ENABLE_CORS).propose(repository, choices);
    // A class by itself is read as what any application on Express may mount.
    const handWritten = repository.policies.filter(({ reader, evidence }) => reader === 'express' && evidence.handWritten);
    for (const path of new Set(handWritten.map(({ at }) => at.file))) {
      for (const method of middlewareMethodsIn(path, repository.files.read(path) ?? '')) {
        const own = handWritten.filter(({ steps }) => steps.some(({ effects }) => effects.some(({ header, at }) => header.startsWith('access-control-') && contains(method, at))));
        if (own.length > 0) yield classToOptions(repository, method, own, ENABLE_CORS);
      }
    }
  },
};
export default codemod;
