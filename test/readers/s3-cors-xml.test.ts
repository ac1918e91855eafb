import { expect, test } from 'vitest';
import type { Reading } from '../../src/readers/reader.js';
import reader from '../../src/readers/s3-cors-xml/index.js';
import { originLeaves } from '../../src/policy/views.js';
import xml from '../../src/syntax/xml/index.js';
import { applyEdits } from '../../src/text/edit.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { answer, lines, preflightHeaders } from '../support/gateways.js';

// The example of the service's documentation, with an upload page and a public reader.
const TEXT = `<CORSConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
  <CORSRule>
    <AllowedOrigin>https://upload.example/</AllowedOrigin>
    <AllowedOrigin>https://*.upload.example</AllowedOrigin><!-- previews -->
    <AllowedMethod>PUT</AllowedMethod>
    <AllowedMethod>POST</AllowedMethod>
    <AllowedHeader>*</AllowedHeader>
    <ExposeHeader>ETag</ExposeHeader>
    <MaxAgeSeconds>3000</MaxAgeSeconds>
  </CORSRule>
  <CORSRule>
    <AllowedOrigin>*</AllowedOrigin>
    <AllowedMethod>GET</AllowedMethod>
  </CORSRule>
</CORSConfiguration>
`;

const unitOf = (text: string) => xml.parse(new SourceText('cors.xml', text), filesFrom({})).unit!;

function read(text: string): readonly Reading[] {
  return [...reader.read(unitOf(text))];
}

function policyOf(text: string) {
  const [one] = read(text).flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []));
  return one!;
}

test('rules decide in order, an element for each entry', () => {
  expect(reader.mayConcern.test(TEXT)).toBe(true);
  const policy = policyOf(TEXT);
  expect(read(TEXT)).toHaveLength(1);
  const preflight = answer(policy, 'OPTIONS', preflightHeaders('https://a.upload.example'));
  expect([preflight.status, lines(preflight, 'access-control-allow-origin'), lines(preflight, 'access-control-allow-methods'), lines(preflight, 'access-control-max-age')]).toEqual([200, ['https://a.upload.example'], ['PUT, POST'], ['3000']]);
  expect(lines(answer(policy, 'PUT', { origin: 'https://upload.example' }), 'access-control-allow-origin')).toEqual([]);
  expect(lines(answer(policy, 'GET', { origin: 'https://stranger.test' }), 'access-control-allow-origin')).toEqual(['*']);
  expect(answer(policy, 'OPTIONS', preflightHeaders('https://stranger.test')).status).toBe(403);
});

test('what S3 does not take is a gap, other documents are nothing', () => {
  const odd = TEXT.replace('<AllowedMethod>GET</AllowedMethod>', '<AllowedMethod>OPTIONS</AllowedMethod><Credentials>true</Credentials>');
  expect(read(odd).flatMap((reading) => (reading.kind === 'gap' ? [reading.gap.message] : []))).toEqual(['S3 refuses this configuration: a rule has no field `Credentials`', 'S3 refuses this configuration: `OPTIONS` is none of its methods']);
  expect(read('<cors><CORSConfiguration/><CORSRule/></cors>')).toEqual([]);
});

test('an entry is respelled or taken out, and the comment beside it stays', () => {
  const policy = policyOf(TEXT);
  const [slash, glob] = originLeaves(policy);
  const after = (change: Parameters<typeof reader.write>[2]): string => {
    const edits = reader.write(unitOf(TEXT), policy, change);
    return 'declined' in edits ? edits.declined : applyEdits(TEXT, edits);
  };
  expect(after({ kind: 'replace-text', at: slash!.at, text: 'https://upload.example' })).toBe(TEXT.replace('upload.example/<', 'upload.example<'));
  expect(after({ kind: 'remove-entry', at: glob!.at })).toContain('<!-- previews -->');
  expect(after({ kind: 'remove-entry', at: glob!.at })).not.toContain('https://*.upload');
  expect(after({ kind: 'add-vary', at: slash!.at })).toBe('not a change that these rules can spell');
});

test('every prefix is read without a throw', () => {
  for (let end = 0; end <= TEXT.length; end += 1) {
    const { unit } = xml.parse(new SourceText('cors.xml', TEXT.slice(0, end)), filesFrom({}));
    if (unit !== undefined) for (const reading of reader.read(unit)) if (reading.kind === 'policy') expect(reading.policy.at.end).toBeLessThanOrEqual(end);
  }
});
