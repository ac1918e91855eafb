/**
 * CORS of buckets in files of their own: S3's JSON (`aws s3api put-bucket-cors`, the console) and Cloud Storage's
 * (`gcloud storage buckets update --cors-file`).
 *
 * Documented, not run. The open MinIO server takes such files and does nothing with them.
 */
import { edited } from '../../middleware/cloudformation/edits.js';
import { API_NAMES, bucketReadings, CLOUD_STORAGE_NAMES } from '../../middleware/object-storage/readings.js';
import { CLOUD_STORAGE, S3 } from '../../middleware/object-storage/rules.js';
import { itemsOf, keyOf, nodeAt, pairAt, pairsOf, valueOf, type YamlFile, type YamlNode } from '../../syntax/yaml/index.js';
import { defineReader } from '../reader.js';

export default defineReader<YamlFile>({
  title: 'S3 and Cloud Storage CORS files',
  language: 'yaml',
  mayConcern: /"AllowedOrigins"\s*:|"origin"\s*:\s*\[/,

  *read(file) {
    const root = file.documents[0]?.root;
    if (root === undefined || !file.file.endsWith('.json')) return;
    const s3 = rulesOfS3(root);
    if (s3 !== undefined) yield* bucketReadings({ reader: 's3-cors', title: 'bucket', at: s3.at }, valueOf(file, s3), API_NAMES, S3);
    else if (isCloudStorage(root)) yield* bucketReadings({ reader: 's3-cors', title: 'bucket', at: root.at }, valueOf(file, root), CLOUD_STORAGE_NAMES, CLOUD_STORAGE);
  },

  write: edited,
});

/** A list of rules, alone, below `CORSRules`, or in a request of the command line (`CORSConfiguration`). */
function rulesOfS3(root: YamlNode): YamlNode | undefined {
  const rules = nodeAt(root, 'CORSConfiguration', 'CORSRules') ?? nodeAt(root, 'CORSRules') ?? root;
  const items = itemsOf(rules) ?? [];
  return items.length > 0 && items.every((item) => pairAt(item, 'AllowedOrigins') !== undefined || pairAt(item, 'AllowedMethods') !== undefined) ? rules : undefined;
}

const KEYS = ['method', 'responseHeader', 'maxAgeSeconds'];

/** Rules say who (`origin`, a list) and at least one thing more. */
function isCloudStorage(root: YamlNode): boolean {
  const items = itemsOf(root) ?? [];
  return items.length > 0 && items.every((item) => itemsOf(nodeAt(item, 'origin')) !== undefined && pairsOf(item).some((pair) => KEYS.includes(keyOf(pair) ?? '')));
}
