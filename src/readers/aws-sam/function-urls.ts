import { configurationFrom, RESOURCE_NAMES } from '../../middleware/api-gateway/fields.js';
import { functionUrlReadings } from '../../middleware/api-gateway/policies.js';
import { entry } from '../../values/value.js';
import type { Reading } from '../reader.js';
import type { Application } from './application.js';

/** `FunctionUrlConfig` of functions, with `Cors`. */
export function* functionUrlsIn(application: Application): Generator<Reading> {
  for (const resource of application.template.resourcesOf('AWS::Serverless::Function')) {
    const configured = application.property(resource, 'Function', 'FunctionUrlConfig');
    const cors = configured?.value.kind === 'record' ? entry(configured.value, 'Cors') : undefined;
    if (cors !== undefined) yield* functionUrlReadings({ reader: 'aws-sam', title: `function URL of ${resource.name}`, at: cors.at }, configurationFrom(cors.value, cors.at, RESOURCE_NAMES));
  }
}
