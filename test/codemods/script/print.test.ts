import { describe, expect, test } from 'vitest';
import { escapedForRegex, printList, printObject, printRegex, quoted } from '../../../src/codemods/script/print.js';
import type { Style } from '../../../src/codemods/script/style.js';

const style: Style = { quote: "'", semicolons: true, indent: '  ', newline: '\n', trailingComma: false, spacedBraces: true };

test('texts are written in the quotes of the file', () => {
  expect(quoted("it's \\ \n", style)).toBe("'it\\'s \\\\ \\n'");
  expect(quoted(`say "it's"`, { quote: '"' })).toBe(`"say \\"it's\\""`);
});

describe('an object', () => {
  test('that is short stands on one line', () => {
    expect(printObject([{ key: 'origin', text: 'true' }, { key: 'credentials', text: 'true' }], style)).toBe('{ origin: true, credentials: true }');
    expect(printObject([{ key: 'origin', text: 'origin' }], { ...style, spacedBraces: false })).toBe('{origin}');
    expect(printObject([], style)).toBe('{}');
  });

  test('that is long, has many properties or comments stands on several', () => {
    const three = ['a', 'b', 'c'].map((key) => ({ key, text: '1' }));
    expect(printObject(three, { ...style, trailingComma: true, newline: '\r\n', indent: '\t' }, '\t')).toBe('{\r\n\t\ta: 1,\r\n\t\tb: 1,\r\n\t\tc: 1,\r\n\t}');
    expect(printObject([{ key: 'maxAge', text: '600', comments: ['// ten minutes'] }], style)).toBe('{\n  // ten minutes\n  maxAge: 600\n}');
    expect(printObject([{ key: 'origin', text: 'x'.repeat(70) }], style, '', 20)).toBe(`{\n  origin: ${'x'.repeat(70)}\n}`);
  });
});

test('a list stands on one line as long as it fits', () => {
  expect(printList(["'a'", "'b'"], style)).toBe("['a', 'b']");
  expect(printList(["'a'".padEnd(50, 'x'), "'b'"], style, '  ', 40)).toBe(`[\n    ${"'a'".padEnd(50, 'x')},\n    'b'\n  ]`);
});

test('patterns keep their slashes', () => {
  expect(printRegex('^https://a\\/b$', 'i')).toBe('/^https:\\/\\/a\\/b$/i');
  expect(new RegExp(`^${escapedForRegex('a.b*c/d')}$`).test('a.b*c/d')).toBe(true);
});
