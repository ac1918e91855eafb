import { configurationFrom, type FieldNames } from '../../middleware/api-gateway/fields.js';
import { awsPolicy, refusals } from '../../middleware/api-gateway/policies.js';
import type { Template } from '../../middleware/cloudformation/template.js';
import { whenAll, type Step } from '../../policy/program.js';
import { pairAt } from '../../syntax/yaml/index.js';
import { entry, type RecordEntry, type Value } from '../../values/value.js';
import type { Reading } from '../reader.js';
import { distribution } from './distribution.js';

/** `CorsConfig` of a policy; lists stand below `Items`. */
const NAMES: FieldNames = {
  AccessControlAllowOrigins: 'origins',
  AccessControlAllowMethods: 'methods',
  AccessControlAllowHeaders: 'headers',
  AccessControlExposeHeaders: 'exposed',
  AccessControlMaxAgeSec: 'maxAge',
  AccessControlAllowCredentials: 'credentials',
};

/** `AWS::CloudFront::ResponseHeadersPolicy` with `CorsConfig`. */
export function* headerPoliciesIn(template: Template): Generator<Reading> {
  for (const { name, properties } of template.resourcesOf('AWS::CloudFront::ResponseHeadersPolicy')) {
    const written = pairAt(properties, 'ResponseHeadersPolicyConfig', 'CorsConfig');
    if (written === undefined) continue;
    const value = template.valueOf(written.value);
    const overrides = value.kind === 'record' ? entry(value, 'OriginOverride')?.value : undefined;
    const { configurations, refused } = configurationFrom(withoutItems(value), written.at, NAMES);
    yield* refusals(refused);
    const steps = configurations.flatMap(({ when, configuration }) => distribution(configuration, overrides).map((step): Step => ({ ...step, when: whenAll(when, step.when) })));
    if (configurations.length > 0) yield { kind: 'policy', policy: awsPolicy({ reader: 'cloudformation', title: `response headers policy ${name}`, at: written.at }, { steps, probes: [{ path: '/', methods: null, requestHeaders: [], at: written.at }] }, false) };
  }
}

/** The lists in the places of the maps that hold them, and without `OriginOverride`. */
function withoutItems(value: Value): Value {
  if (value.kind === 'either') return { ...value, options: value.options.map(({ when, value: option }) => ({ when, value: withoutItems(option) })) };
  if (value.kind !== 'record') return value;
  const entries = value.entries.filter(({ key }) => key !== 'OriginOverride').map((one): RecordEntry => ({ ...one, value: (one.value.kind === 'record' ? entry(one.value, 'Items')?.value : undefined) ?? one.value }));
  return { ...value, entries };
}
