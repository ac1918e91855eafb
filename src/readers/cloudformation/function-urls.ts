import { configurationFrom, RESOURCE_NAMES } from '../../middleware/api-gateway/fields.js';
import { functionUrlReadings } from '../../middleware/api-gateway/policies.js';
import type { Template } from '../../middleware/cloudformation/template.js';
import { pairAt } from '../../syntax/yaml/index.js';
import type { Reading } from '../reader.js';

/** `AWS::Lambda::Url` with `Cors`. */
export function* functionUrlsIn(template: Template): Generator<Reading> {
  for (const { name, properties } of template.resourcesOf('AWS::Lambda::Url')) {
    const written = pairAt(properties, 'Cors');
    if (written !== undefined) yield* functionUrlReadings({ reader: 'cloudformation', title: `function URL ${name}`, at: written.at }, configurationFrom(template.valueOf(written.value), written.at, RESOURCE_NAMES));
  }
}
