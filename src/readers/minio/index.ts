/**
 * MinIO: `MINIO_API_CORS_ALLOW_ORIGIN`, wherever YAML gives it to a container (Compose, Kubernetes, Helm values).
 *
 * The server lets every origin in that one of its entries fits, always with credentials, and CORS rules of buckets do
 * nothing in it. Unset or empty it is `*`; a file that does not name it is not read. S3 requests are signed, so what a
 * page of another site can read is what needs no signature. The server itself runs in the live suite.
 */
import { edited } from '../../middleware/cloudformation/edits.js';
import { casesOf } from '../../policy/from-condition.js';
import { whenAll, type Policy, type Step } from '../../policy/program.js';
import type { YamlFile } from '../../syntax/yaml/index.js';
import { defineReader, type Reading } from '../reader.js';
import { settingsIn, type Setting } from './settings.js';
import { entriesOf, minioSteps } from './program.js';

export default defineReader<YamlFile>({
  title: 'MinIO',
  language: 'yaml',
  mayConcern: /MINIO_API_CORS_ALLOW_ORIGIN/,

  *read(file) {
    for (const setting of settingsIn(file)) yield* readingsOf(file, setting);
  },

  write: edited,
});

function* readingsOf(file: YamlFile, { value, at, title }: Setting): Generator<Reading> {
  const steps: Step[] = [];
  for (const { when, value: option } of casesOf(value)) {
    const entries = entriesOf(file, option);
    if ('refused' in entries) {
      yield { kind: 'gap', gap: { at: entries.at, reason: 'unsupported-syntax', message: entries.refused } };
      steps.push({ when, effects: [], end: { to: 'answer', status: 500, fault: entries.refused }, at: entries.at });
    } else steps.push(...minioSteps(entries.set, at).map((step): Step => ({ ...step, when: whenAll(when, step.when) })));
  }
  const policy: Policy = {
    reader: 'minio',
    title,
    layer: 'gateway',
    at,
    steps,
    behind: { options: null },
    probes: [{ path: '/', methods: null, requestHeaders: [], at }],
    survivesUncaught: true,
    listens: [],
    version: 'MinIO of 2026 assumed (no version found)',
    evidence: { handWritten: false, canAddVary: false, readsCookies: 'unknown', noStore: false },
    notes: [],
  };
  yield { kind: 'policy', policy };
}
