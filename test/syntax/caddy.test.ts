import { describe, expect, test } from 'vitest';
import language, { type CaddyFile, type Directive } from '../../src/syntax/caddy/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { soon } from '../support/soon.js';

function parse(text: string, files: Readonly<Record<string, string>> = {}): { readonly unit: CaddyFile; readonly problems: readonly { readonly message: string; readonly at: { readonly start: number } }[] } {
  const { unit, problems } = language.parse(new SourceText('Caddyfile', text), filesFrom({ Caddyfile: text, ...files }));
  return { unit: unit!, problems };
}

/** A directive as a list: its words, then its block. */
type Shape = readonly (string | readonly Shape[])[];
const shapeOf = ({ name, args, block }: Directive): Shape => [name.text, ...args.map(({ text }) => text), ...(block === undefined ? [] : [block.map(shapeOf)])];
const sites = (text: string, files?: Readonly<Record<string, string>>): unknown => parse(text, files).unit.sites.map(({ keys, directives }) => [keys.map(({ text: key }) => key), directives.map(shapeOf)]);

describe('words', () => {
  const argsOf = (text: string): readonly string[] => parse(`:80 {\n${text}\n}`).unit.sites[0]!.directives[0]!.args.map((token) => token.text);

  test.each([
    ['blanks', 'respond a  b\tc', ['a', 'b', 'c']],
    ['quotes with an escaped one', 'respond "a \\" b" c', ['a " b', 'c']],
    ['a backslash elsewhere stays', 'respond "a\\.b" c\\.d', ['a\\.b', 'c\\.d']],
    ['backticks', 'respond `a "b" \\`', ['a "b" \\']],
    ['a comment at the start of a word only', 'respond a#b # c', ['a#b']],
    ['a continued line', 'respond a \\\n  b', ['a', 'b']],
    ['a quoted text of two lines', 'respond "a\nb" c', ['a\nb', 'c']],
    ['a heredoc loses the indentation of its end', 'respond <<END\n  a\n    b\n  END 200', ['a\n  b', '200']],
    ['an environment variable with a fallback', 'respond {$NOT_THERE:x}y', ['xy']],
    ['an environment variable without one', 'respond a{$NOT_THERE}', ['a']],
  ])('%s', (_name, text, expected) => {
    expect(argsOf(text)).toEqual(expected);
  });

  test('a byte order mark is no part of the first address', () => {
    expect(sites('\uFEFF:80 {\n}')).toEqual([[[':80'], []]]);
  });
});

describe('sites', () => {
  test('addresses by commas and blanks, over lines', () => {
    expect(sites('a.com, b.com\n{\n}\nc.com,\nd.com {\n}')).toEqual([
      [['a.com', 'b.com'], []],
      [['c.com', 'd.com'], []],
    ]);
  });

  test('one site without braces', () => {
    expect(sites('localhost\nheader A b\nhandle {\n\trespond c\n}\n')).toEqual([[['localhost'], [['header', 'A', 'b'], ['handle', [['respond', 'c']]]]]]);
  });

  test('global options come first and have no address', () => {
    const { unit } = parse('{\n\torder a before b\n}\n:80 {\n}');
    expect(unit.options.map(shapeOf)).toEqual([['order', 'a', 'before', 'b']]);
    expect(unit.sites.length).toBe(1);
  });

  test('a file of directives without a site around them', () => {
    expect(parse('header A b\nrespond c\n').unit.fragment.map(shapeOf)).toEqual([['header', 'A', 'b'], ['respond', 'c']]);
  });
});

describe('imports', () => {
  test('a snippet with arguments, old and new names for them', () => {
    expect(sites('(s) {\n\theader {args.0} {args[1]}x\n}\n:80 {\n\timport s A b\n\trespond c\n}')).toEqual([[[':80'], [['header', 'A', 'bx'], ['respond', 'c']]]]);
  });

  test('an argument stands where it was written', () => {
    const text = '(s) {\n\theader A {args[0]}\n}\n:80 {\n\timport s here\n}';
    const token = parse(text).unit.sites[0]!.directives[0]!.args[1]!;
    expect(text.slice(token.start, token.end)).toBe('here');
    const { at } = parse(text).unit.sites[0]!.directives[0]!;
    expect(text.slice(at.start, at.end)).toBe('header A {args[0]}');
  });

  test('all arguments, and the block of an import', () => {
    expect(sites('(s) {\n\tgroup {args[:]} {\n\t\t{block}\n\t}\n}\n:80 {\n\timport s a b {\n\t\tinner c\n\t}\n}')).toEqual([[[':80'], [['group', 'a', 'b', [['inner', 'c']]]]]]);
  });

  test('files by a pattern, in byte order, inside a block too', () => {
    const files = { 'sites/b.conf': 'b.com {\n}\n', 'sites/a.conf': 'a.com {\n\thandle {\n\t\timport ../inner\n\t}\n}\n', inner: 'respond x\n' };
    expect(sites('import sites/*.conf\n', files)).toEqual([
      [['a.com'], [['handle', [['respond', 'x']]]]],
      [['b.com'], []],
    ]);
    expect(parse('import sites/*.conf\n', files).unit.included).toEqual(['sites/b.conf', 'sites/a.conf', 'inner']);
  });

  test('a file that is not in view is told', () => {
    const { unit, problems } = parse(':80 {\n\timport /etc/caddy/x\n\timport gone\n}\n');
    expect(problems).toEqual([]);
    expect(unit.missing.map(({ text }) => text)).toEqual(['/etc/caddy/x', 'gone']);
  });
});

describe('what Caddy refuses is one problem at its place', () => {
  test.each([
    ['a word behind an opening brace', ':80 {\n\thandle { respond x\n\t}\n}', "Unexpected next token after '{' on same line", 14],
    ['an empty block on one line', ':80 {\n\thandle {}\n}', "Unexpected '{}' at end of line", 14],
    ['a brace too many', ':80 {\n}\n}', "Unexpected '}' because no matching opening brace", 8],
    ['a block that stays open', ':80 {\n\thandle {\n', "unexpected end of file, expecting '}'", 16],
    ['a site that stays open', ':80 {\n\trespond x\n', "unexpected end of file, expecting '}'", 17],
    ['an address glued to its brace', 'a.com{\n}', "Site addresses cannot end with a curly brace: 'a.com{' - put a space between the token and the brace", 0],
    ['addresses glued by a comma', 'a.com,b.com {\n}', "Site addresses cannot contain a comma ',': 'a.com,b.com' - put a space after the comma to separate site addresses", 0],
    ['a comma in front of the brace', 'a.com, {\n}', "Expected another address but had '{' - check for extra comma", 7],
    ['two snippets of one name', '(a) {\n}\n(a) {\n}\n', 'redeclaration of previously declared snippet a', 8],
    ['an import of nothing', ':80 {\n\timport\n}', 'Import requires a non-empty filepath', 7],
    ['a snippet that imports itself', '(a) {\n\timport a\n}\n:80 {\n\timport a\n}', 'a cycle of imports exists between (a) and (a)', 14],
    ['options that are not first', ':80 {\n}\n{\n\tadmin off\n}\n', 'server block without any key is global configuration, and if used, it must be first', 8],
  ])('%s', (_name, text, message, start) => {
    const { problems } = parse(text);
    expect(problems.length).toBe(1);
    expect(problems[0]).toMatchObject({ message, at: { start } });
  });

  test('what stands before it is kept', () => {
    expect(sites(':80 {\n\trespond x\n}\na.com {\n\thandle {\n')).toEqual([
      [[':80'], [['respond', 'x']]],
      [['a.com'], [['handle', []]]],
    ]);
  });
});

describe('hostile text', () => {
  test.each([
    ['blocks in blocks', `:80 {\n${'handle {\n'.repeat(10_000)}${'}\n'.repeat(10_000)}}\n`, 0],
    ['blocks that stay open', `:80 {\n${'handle {\n'.repeat(10_000)}`, 1],
    ['a long word', `:80 {\n\trespond ${'a'.repeat(900_000)}\n}\n`, 0],
    ['a quote that stays open', `:80 {\n\trespond "${'a'.repeat(900_000)}\n}\n`, 1],
    ['variables that stay open', `:80 {\n\trespond ${'{$'.repeat(450_000)}\n}\n`, 1],
    ['braces', '{ '.repeat(400_000), 1],
    ['imports of imports', `(s0) {\n\trespond x\n}\n${Array.from({ length: 30 }, (_unused, index) => `(s${index + 1}) {\n${`\timport s${index}\n`.repeat(10)}}\n`).join('')}:80 {\n\timport s30\n}\n`, 0],
  ])('%s', (_name, text, problems) => {
    expect(soon(2, () => parse(text)).problems.length).toBe(problems);
  });

  test('every prefix of a file is read, with places inside the text', () => {
    const text = '\uFEFF# 😀\r\n{\r\n\tadmin off\r\n}\r\n(s) {\r\n\theader A "{args[0]} \\"x"\r\n}\r\na.com, b.com {\r\n\timport s `y`\r\n\trespond <<E\r\n\tx\r\n\tE 200\r\n\thandle {$P:/x}* {\r\n\t}\r\n}\r\n';
    for (let length = 0; length <= text.length; length += 1) {
      const { unit, problems } = parse(text.slice(0, length));
      expect(problems.length).toBeLessThan(2);
      for (const { at } of problems) expect(at.start).toBeLessThanOrEqual(length);
      for (const { at, directives } of unit.sites) for (const { end } of [at, ...directives.map((one) => one.at)]) expect(end).toBeLessThanOrEqual(length);
    }
  });
});

describe('which files', () => {
  test.each([
    ['Caddyfile', true],
    ['deploy/Caddyfile', true],
    ['Caddyfile.prod', true],
    ['snippets/cors.caddy', true],
    ['site.caddyfile', true],
    ['Caddyfile-staging', true],
    ['caddyfile', true],
    ['Caddyfile.j2', false],
    ['Caddyfile.go', false],
    ['internal/caddyfile.go', false],
    ['caddy.go', false],
    ['MyCaddyfile', false],
  ])('%s', (path, is) => {
    expect(language.paths.test(path)).toBe(is);
  });
});
