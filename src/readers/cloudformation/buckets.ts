import { bucketReadings, RESOURCE_RULE_NAMES } from '../../middleware/object-storage/readings.js';
import { S3 } from '../../middleware/object-storage/rules.js';
import type { Template } from '../../middleware/cloudformation/template.js';
import { pairAt } from '../../syntax/yaml/index.js';
import type { Reading } from '../reader.js';

/** `AWS::S3::Bucket` with `CorsConfiguration`. */
export function* bucketsIn(template: Template): Generator<Reading> {
  for (const { name, properties } of template.resourcesOf('AWS::S3::Bucket')) {
    const written = pairAt(properties, 'CorsConfiguration', 'CorsRules');
    if (written !== undefined) yield* bucketReadings({ reader: 'cloudformation', title: `bucket ${name}`, at: written.at }, template.valueOf(written.value), RESOURCE_RULE_NAMES, S3);
  }
}
