import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { cut, widthOf, wrapped } from '../../src/reporters/columns.js';
import { format } from '../../src/reporters/pretty.js';
import { PLAIN, type ReportedFinding } from '../../src/reporters/report.js';
import { format as stylish } from '../../src/reporters/stylish.js';
import { findingAt, reportOf, spanOf, witness } from '../support/report.js';

const TEXT = "const a = 1;\napp.use(cors({ origin: true }));\n";
const at = spanOf('src/app.js', TEXT, 'origin: true');
const WIDTHS = [80, 100, 200];

/** A report on one file with one finding at the first place of a text. */
const about = (text: string, part: string, overrides: Partial<ReportedFinding> = {}): Parameters<typeof format>[0] => reportOf({ 'a.js': text }, [findingAt(spanOf('a.js', text, part), overrides)]);

test('shows the line, the proof and the way out', () => {
  const fix = { title: 'Let in nobody', edits: [{ ...at, text: 'origin: false' }], changes: [] };
  const suggestion = { title: 'Drop it', edits: [], changes: ['GET / from https://a.example: allowed → blocked', 'and 3 more'] };
  expect(format(reportOf({ 'src/app.js': TEXT }, [findingAt(at, { fix, suggestions: [suggestion], related: [{ at: { ...at, start: 0, end: 1 }, message: 'It begins here.' }] })]), PLAIN)).toMatchInlineSnapshot(`
    "src/app.js:2:16  error  cors-lint/no-reflected-origin
    Any origin is accepted.

        1 | const a = 1;
      > 2 | app.use(cors({ origin: true }));
          |                ^^^^^^^^^^^^
        3 |

      why       Every site can read it.
      attacker  any site
      request   > GET https://api.example/ with credentials
                > Origin: https://attacker.example
                < 200
                < Access-Control-Allow-Origin: https://attacker.example
                < Vary: (not known)
      verdict   allowed: the page may read the response
      read as   express 5 (no version found)
      see       src/app.js:1:1 It begins here.
      suggest   Drop it (GET / from https://a.example: allowed → blocked, …)
      fix       Let in nobody (--fix)

        1 | const a = 1;
      - 2 | app.use(cors({ origin: true }));
      + 2 | app.use(cors({ origin: false }));


    1 finding (1 error): 3 files looked at, 2 read, 1 policy.
    1 can be fixed with --fix.
    \`cors-lint --explain <rule>\` says more about a rule.
    "
  `);
});

test('a preflight is shown with its answer; a request that it stops is never sent', () => {
  const request = { ...witness.request, method: 'PUT', headers: [['content-type', 'application/json']] as const };
  const stopped = { ...witness, request, preflight: { status: 204, headers: [] }, verdict: { allowed: false, reason: 'preflight-acao-missing', step: 'cors-check' } };
  const shown = format(about('cors', 'cors', { witness: stopped }), PLAIN);
  expect(shown).toContain(
    [
      '  preflight > OPTIONS https://api.example/',
      '            > Origin: https://attacker.example',
      '            > Access-Control-Request-Method: PUT',
      '            > Access-Control-Request-Headers: content-type',
      '            < 204',
      '            < (no CORS headers)',
      '  request   PUT https://api.example/ with credentials: never sent',
      '  verdict   blocked: Access-Control-Allow-Origin is missing in the answer to the preflight',
      '            (preflight-acao-missing)',
      '',
    ].join('\n'),
  );
  expect(shown).not.toContain('< 200');
});

test('an only suggestion is shown as a change of lines, with the requests that it changes', () => {
  const only = { title: 'Let in nobody', edits: [{ ...at, text: 'origin: false' }], changes: ['GET / from https://a.example: allowed → blocked'] };
  const shown = format(reportOf({ 'src/app.js': TEXT }, [findingAt(at, { suggestions: [only] })]), PLAIN);
  expect(shown).toContain('  suggest   Let in nobody (--fix-suggestions)\n  changes   GET / from https://a.example: allowed → blocked\n\n    1 | const a = 1;\n  - 2 | app.use(cors({ origin: true }));\n  + 2 | app.use(cors({ origin: false }));\n');
});

test('a change in another file names it; far places and many lines are shortened', () => {
  const other = Array.from({ length: 40 }, (_none, index) => `line ${index}\n`).join('');
  const edits = [{ file: 'b.js', start: 0, end: 6, text: 'first' }, { file: 'b.js', start: other.indexOf('line 39'), end: other.length, text: `${'new\n'.repeat(40)}` }];
  const shown = format(reportOf({ 'a.js': 'cors', 'b.js': other }, [findingAt(spanOf('a.js', 'cors', 'cors'), { suggestions: [{ title: 'T', edits, changes: [] }] })]), PLAIN);
  expect(shown).toContain('    b.js\n  -  1 | line 0\n  +  1 | first\n     2 | line 1\n       ⋮\n    39 | line 38\n  - 40 | line 39\n  + 40 | new\n');
  expect(shown).toMatch(/⋮ \d+ more lines\n/);
});

test('the end of a file without a line end is no line of a change', () => {
  const shown = format(about('a\ncors', 'cors', { fix: { title: 'T', edits: [{ ...spanOf('a.js', 'a\ncors', 'cors'), text: 'none' }], changes: [] } }), PLAIN);
  expect(shown).toContain('    1 | a\n  - 2 | cors\n  + 2 | none\n\n');
});

test('why a rule matters is said once', () => {
  const text = 'cors cors';
  const twice = reportOf({ 'a.js': text }, [findingAt({ file: 'a.js', start: 0, end: 4 }), findingAt({ file: 'a.js', start: 5, end: 9 }), findingAt({ file: 'a.js', start: 5, end: 9 }, { ruleId: 'other' })]);
  expect(format(twice, PLAIN).match(/^ {2}why .*$/gm)).toEqual(['  why       Every site can read it.', '  why       Every site can read it.']);
});

test('counts by severity, without those that are not', () => {
  const findings = (['error', 'warn', 'warn', 'info'] as const).map((severity) => findingAt(at, { severity }));
  expect(format(reportOf({ 'src/app.js': TEXT }, findings), PLAIN)).toContain('4 findings (1 error, 2 warnings, 1 info): 3 files looked at, 2 read, 1 policy.\n');
  expect(stylish(reportOf({ 'src/app.js': TEXT }, findings), PLAIN)).toContain('\n4 findings (1 error, 2 warnings, 1 info)\n');
});

/** Lines of a code frame: the one that is marked, and the one with the marks. */
function marked(output: string): readonly [line: string, marks: string] {
  const lines = output.split('\n');
  const index = lines.findIndex((line) => /^ {2}> +\d+ \| /.test(line));
  return [lines[index]!, lines[index + 1]!];
}

describe('what is underlined stays under its text', () => {
  test.each([
    ['plain', 'const a = ', 'cors'],
    ['behind tabs', '\t\t', 'cors'],
    ['behind wide characters', '// 日本語のコメント ', 'cors'],
    ['behind emoji', '"👍🏽❤️🇩🇪" ', 'cors'],
    ['behind marks', 'e\u0301u\u0308 ', 'cors'],
    ['behind what is escaped', '\u202e\u0000 ', 'cors'],
    ['wide itself', 'x = ', '全角'],
    ['in a line of a megabyte', 'x'.repeat(500_000), 'cors'],
    ['in a line of a megabyte of wide characters', '全'.repeat(500_000), 'cors'],
    ['in a line of a megabyte of emoji', '👍'.repeat(250_000), 'cors'],
    ['near the end of a long line', 'y '.repeat(60), 'cors'],
  ])('%s', (_case, before, part) => {
    for (const columns of WIDTHS) {
      const output = format(about(`${before}${part}${'z'.repeat(before.length > 1000 ? 500_000 : 0)}\n`, part), { ...PLAIN, columns });
      expect(output.length).toBeLessThan(3000);
      const [line, marks] = marked(output);
      expect(stringWidth(line)).toBeLessThanOrEqual(columns);
      expect(stringWidth(line.slice(0, line.indexOf(part)))).toBe(marks.indexOf('^'));
      expect(marks.match(/\^+/)![0].length).toBe(stringWidth(part));
    }
  });

  test('a place that is longer than the terminal ends where the terminal does', () => {
    const part = `cors(${'x'.repeat(300)})`;
    const [line, marks] = marked(format(about(`app.use(${part});\n`, part), { ...PLAIN, columns: 80 }));
    expect([line.length, marks.length]).toEqual([80, 80]);
    expect(line).toMatch(/…$/);
  });
});

test.each(WIDTHS)('%i columns hold everything but paths', (columns) => {
  const long = 'Access-Control-Allow-Headers with a list that goes on and on, and a word '.repeat(4) + 'x'.repeat(250);
  const list = Array.from({ length: 40 }, (_none, index) => `X-Header-${index}`).join(',');
  const response = { status: 200, headers: [{ name: 'vary', text: list }] };
  const edits = [{ ...at, text: `origin: '${'y'.repeat(300)}'` }];
  const fix = { title: long, edits, changes: [long] };
  const finding = findingAt(at, { message: long, why: long, witness: { ...witness, response, assuming: [long] }, fix, suggestions: [fix, fix], related: [{ at, message: long }] });
  const output = format(reportOf({ 'src/app.js': `${TEXT}// ${'z'.repeat(300)}` }, [finding], { gaps: [{ at, reason: 'budget', message: long }] }), { ...PLAIN, columns });
  const widest = Math.max(...output.split('\n').map((line) => stringWidth(line)));
  expect(widest).toBeLessThanOrEqual(columns);
  // Prose is not as wide as a wide terminal; code is.
  expect(Math.max(...output.split('\n').filter((line) => !line.includes(' | ')).map((line) => stringWidth(line)))).toBeLessThanOrEqual(Math.min(columns, 100));
  expect(widest).toBe(columns);
});

test('colours and links only where they are wanted', () => {
  const one = reportOf({ 'src/app.js': TEXT }, [findingAt(at)]);
  expect(format(one, { ...PLAIN, colors: true })).toContain('\u001b[31merror\u001b[39m');
  expect(format(one, { ...PLAIN, colors: true })).not.toContain('\u001b]8');
  expect(format(one, PLAIN)).not.toContain('\u001b');
  const linked = '\u001b]8;;https://home.example/lint/blob/v1.2.3/docs/rules/no-reflected-origin.md\u001b\\cors-lint/no-reflected-origin\u001b]8;;\u001b\\';
  expect(format(one, { ...PLAIN, hyperlinks: true })).toContain(linked);
  expect(stylish(one, { ...PLAIN, hyperlinks: true })).toContain(linked);
});

test('widths are those of string-width', () => {
  for (const text of ['abc', '日本語', 'é', 'e\u0301', '❤️', '❤', '👍🏽', '🇩🇪', '한국', 'ｶﾞ', '→ · ’ — …', '①', '☎️', '1️⃣', 'Ａ', '☕', '✓', '⚠️', '𝒳', '']) expect([text, widthOf(text)]).toEqual([text, stringWidth(text)]);
});

test('texts are cut and wrapped by columns', () => {
  expect([cut('日本語', 6), cut('日本語', 5), cut('日本語', 4), cut('abc', 3), cut('abcd', 3)]).toEqual(['日本語', '日本…', '日…', 'abc', 'ab…']);
  expect(wrapped('日本 語 abc', 7)).toEqual(['日本 語', 'abc']);
  expect(wrapped('X-One,X-Two,X-Three', 12)).toEqual(['X-One,X-Two,', 'X-Three']);
});
