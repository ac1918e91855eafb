/**
 * MinIO: `MINIO_API_CORS_ALLOW_ORIGIN`, wherever YAML gives it to a container (Compose, Kubernetes, Helm values).
 *
 * The server lets every origin in that one of its entries fits, always with credentials, and CORS rules of buckets do
 * nothing in it. Unset or empty it is `*`, and where an entry of it is empty, by a comma too many, as well; a file that does not name it is not read. S3 requests are signed, so what a
 * page of another site can read is what needs no signature. The server itself runs in the live suite.
 */
import { edited } from '../../middleware/cloudformation/edits.js';
import { casesOf } from '../../policy/from-condition.js';
import { whenAll, type Note, type Policy, type Step } from '../../policy/program.js';
import type { YamlFile } from '../../syntax/yaml/index.js';
import { defineReader } from '../reader.js';
import { settingsIn, type Setting } from './settings.js';
import { entriesOf, minioSteps } from './program.js';

export default defineReader<YamlFile>({
  title: 'MinIO',
  language: 'yaml',
  mayConcern: /MINIO_API_CORS_ALLOW_ORIGIN/,

  *read(file) {
    for (const setting of settingsIn(file)) yield { kind: 'policy', policy: policyOf(file, setting) };
  },

  write: edited,
});

function policyOf(file: YamlFile, { value, at, title }: Setting): Policy {
  const steps: Step[] = [];
  const notes: Note[] = [];
  for (const { when, value: option } of casesOf(value)) {
    const { set, invalid } = entriesOf(file, option);
    if (invalid !== undefined) notes.push({ id: 'invalid-value-opens', at: invalid, related: [], path: '/' });
    steps.push(...minioSteps(set, at).map((step): Step => ({ ...step, when: whenAll(when, step.when) })));
  }
  return {
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
    notes,
  };
}
