import { expect, test } from 'vitest';
import { withFingerprints } from '../../src/findings/fingerprint.js';
import { SourceText } from '../../src/text/source-text.js';
import { findingAt } from '../support/report.js';

/** Fingerprints of every `*` in a text. */
function prints(text: string, file = 'a.conf', messageId = 'credentialed'): readonly string[] {
  const findings = [...text.matchAll(/\*/g)].map(({ index }) => findingAt({ file, start: index, end: index + 1 }, { messageId }));
  return withFingerprints(findings, () => new SourceText(file, text)).map(({ fingerprint }) => fingerprint);
}

const SITE = 'server {\n  location /a {\n    add_header ACAO "*";\n  }\n  location /b {\n    add_header ACAO "*";\n  }\n}\n';

test.each<[string, string]>([
  ['lines above', `# a\n# b\n${SITE}`],
  ['lines between', SITE.replace('/b {\n', '/b {\n    # a\n    root /b;\n')],
  ['lines below', `${SITE}# c\n`],
  ['other line ends', SITE.replaceAll('\n', '\r\n')],
  ['other blanks', SITE.replaceAll('    add_header ACAO', '      add_header   ACAO')],
  ['blocks in another order', 'server {\n  location /b {\n    add_header ACAO "*";\n  }\n  location /a {\n    add_header ACAO "*";\n  }\n}\n'],
])('edits elsewhere change no fingerprint: %s', (_what, text) => {
  expect(new Set(prints(text))).toEqual(new Set(prints(SITE)));
});

test.each<[string, string, number]>([
  ['in another block', SITE.replace('/a', '/c'), 1],
  ['on another line', SITE.replace('ACAO', 'ACEH'), 1],
  ['in another server', SITE.replace('server', 'http'), 2],
])('the same text %s is another finding', (_where, text, count) => {
  const known = new Set(prints(SITE));
  expect(prints(text).filter((print) => !known.has(print))).toHaveLength(count);
});

test('the rule\'s message and the file count; equals are told apart by their number', () => {
  expect(new Set([...prints('*'), ...prints('*', 'b.conf'), ...prints('*', 'a.conf', 'other')]).size).toBe(3);
  const [first, second] = prints('a *\na *\n');
  expect(first).not.toBe(second);
  expect(prints('a *\n')).toEqual([first]);
});

test('of a line that no hand wrote only what is near counts', () => {
  const long = `${'x'.repeat(500)}*${'y'.repeat(500)}`;
  expect(prints(`${long}z`)).toEqual(prints(long));
  expect(prints(long.replace('x*', 'z*'))).not.toEqual(prints(long));
});
