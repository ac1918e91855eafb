import { describe, expect, test } from 'vitest';
import { directivesIn, silencing } from '../../src/findings/ignore.js';
import { SourceText } from '../../src/text/source-text.js';

const directives = (text: string): ReturnType<typeof directivesIn> => directivesIn(new SourceText('f', text));
const isSilent = (text: string, rule: string, line: number): boolean => silencing(directives(text), rule, line) !== undefined;

describe('comments that silence', () => {
  test.each([
    ['// cors-lint-disable-next-line no-null-origin -- sandboxed preview', 2],
    ['# cors-lint-disable-next-line no-null-origin', 2],
    ['/* cors-lint-disable-next-line cors-lint/no-null-origin */', 2],
    ['// eslint-disable-next-line cors-lint/no-null-origin, other/rule', 2],
    ['x; // cors-lint-disable-line', 1],
    ['# cors-lint-disable-file no-null-origin', 9],
    ['# cors-lint-disable', 5],
  ])('%s', (text, line) => {
    expect(isSilent(text, 'no-null-origin', line)).toBe(true);
  });

  test.each([
    ['// cors-lint-disable-next-line no-null-origin', 'no-null-origin', 3],
    ['// cors-lint-disable-next-line no-null-origin', 'vary-origin-missing', 2],
    ['// eslint-disable-next-line no-console', 'no-null-origin', 2],
    ['# cors-lint-disable\nx\n# cors-lint-enable', 'no-null-origin', 4],
    ['const text = "cors-lint-disable-file";', 'no-null-origin', 1],
  ])('not: %s', (text, rule, line) => {
    expect(isSilent(text, rule, line)).toBe(false);
  });

  test('the reason is kept', () => {
    expect(directives('# cors-lint-disable-line no-null-origin -- kiosk, see docs')[0]).toMatchObject({ reason: 'kiosk, see docs', rules: ['no-null-origin'] });
  });
});
