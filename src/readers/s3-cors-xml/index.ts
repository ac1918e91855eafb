/**
 * CORS of S3 buckets in XML, as the service's own interface takes it: `<CORSConfiguration>` with a `<CORSRule>` for
 * each rule. The same rules as in JSON, with an element for each entry. Documented, not run.
 */
import { bucketReadings, API_NAMES } from '../../middleware/object-storage/readings.js';
import { S3 } from '../../middleware/object-storage/rules.js';
import { elementsAt, removeElement, respell, valueOf, allElements, type XmlElement, type XmlFile } from '../../syntax/xml/index.js';
import { sameSpan } from '../../text/span.js';
import type { RecordEntry, Value } from '../../values/value.js';
import { decline, defineReader } from '../reader.js';

/** Elements of a rule, with what JSON calls them; lists have one element for each entry. */
const ELEMENTS: Readonly<Record<string, string>> = { AllowedOrigin: 'AllowedOrigins', AllowedMethod: 'AllowedMethods', AllowedHeader: 'AllowedHeaders', ExposeHeader: 'ExposeHeaders', MaxAgeSeconds: 'MaxAgeSeconds', ID: 'ID' };

export default defineReader<XmlFile>({
  title: 'S3 CORS in XML',
  language: 'xml',
  mayConcern: /<CORSConfiguration[\s>][\s\S]*<CORSRule[\s>]/,

  *read({ root }) {
    if (root.name !== 'CORSConfiguration') return;
    const items = elementsAt(root, 'CORSRule').map((rule): Value => ({ kind: 'record', entries: entriesOf(rule), at: rule.at }));
    yield* bucketReadings({ reader: 's3-cors-xml', title: 'bucket', at: root.at }, { kind: 'list', items, at: root.at }, API_NAMES, S3);
  },

  write(file, _policy, change) {
    const element = [...allElements(file.root)].find((one) => 'at' in change && sameSpan(one.text.at, change.at));
    if (element === undefined) return decline('no entry stands there');
    if (change.kind === 'replace-text') return respell(file, change.at, change.text);
    return change.kind === 'remove-entry' ? removeElement(file, element) : decline('not a change that these rules can spell');
  },
});

function entriesOf(rule: XmlElement): readonly RecordEntry[] {
  return [...new Set(rule.elements.map(({ name }) => name))].map((name): RecordEntry => {
    const own = rule.elements.filter((element) => element.name === name);
    const first = own[0]!;
    const key = Object.hasOwn(ELEMENTS, name) ? (ELEMENTS[name] ?? name) : name;
    const list = key.endsWith('s') && key !== 'MaxAgeSeconds';
    const value: Value = list ? { kind: 'list', items: own.map(({ text }) => valueOf(text)), at: { ...first.at, end: own.at(-1)!.at.end } } : valueOf(first.text);
    return { key, value, at: first.at };
  });
}
