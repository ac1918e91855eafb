import type { Policy } from '../../policy/program.js';
import type { Reading } from '../../readers/reader.js';
import type { Value } from '../../values/value.js';
import { awsPolicy, refusals, type Subject } from '../api-gateway/policies.js';
import type { Refusal, Setting } from '../api-gateway/cors-configuration.js';
import { bucketProgram, methodsOf, type BucketRule, type Store } from './rules.js';

type Field = Exclude<keyof BucketRule, 'at'>;

/** What a source calls the fields of a rule; one name may stand for several, null for a field that says nothing of CORS. */
export type RuleNames = Readonly<Record<string, readonly Field[] | null>>;

/** Of S3's own interface, in JSON. */
export const API_NAMES: RuleNames = { AllowedOrigins: ['origins'], AllowedMethods: ['methods'], AllowedHeaders: ['headers'], ExposeHeaders: ['exposed'], MaxAgeSeconds: ['maxAge'], ID: null };

/** Of `AWS::S3::Bucket`. */
export const RESOURCE_RULE_NAMES: RuleNames = { AllowedOrigins: ['origins'], AllowedMethods: ['methods'], AllowedHeaders: ['headers'], ExposedHeaders: ['exposed'], MaxAge: ['maxAge'], Id: null };

/** Of Cloud Storage: one list serves requests and responses. */
export const CLOUD_STORAGE_NAMES: RuleNames = { origin: ['origins'], method: ['methods'], responseHeader: ['headers', 'exposed'], maxAgeSeconds: ['maxAge'] };

/** The policy of a bucket, from the list of its rules. */
export function bucketReadings(subject: Subject, rules: Value, names: RuleNames, store: Store): readonly Reading[] {
  const refused: Refusal[] = [];
  const items = rules.kind === 'list' ? rules.items : [];
  const found = items.flatMap((item): readonly BucketRule[] => {
    if (item.kind !== 'record') return [];
    const settings: Partial<Record<Field, Setting>> = {};
    for (const { key, value, at } of item.entries) {
      const fields = Object.hasOwn(names, key) ? names[key] : undefined;
      if (fields === undefined) refused.push({ at, message: `${store.name} refuses this configuration: a rule has no field \`${key}\`` });
      const setting: Setting = { value, at, written: true };
      for (const field of fields ?? []) settings[field] = setting;
    }
    return [{ at: item.at, ...settings }];
  });
  const odd = items.length > found.length || rules.kind !== 'list' || rules.rest !== undefined;
  if (odd) refused.push({ at: rules.at, message: `not all rules of ${subject.title} stand here` });
  if (found.length === 0) return refusals(refused);
  const program = bucketProgram(found, store);
  const policy: Policy = awsPolicy(subject, { steps: program.steps, probes: [{ path: '/', methods: methodsOf(found, store), requestHeaders: [], at: subject.at }] }, false, store.vendor);
  return [...refusals([...refused, ...program.refused]), { kind: 'policy', policy }];
}
