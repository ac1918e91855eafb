import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import apache from '../../src/readers/apache/index.js';
import language, { parseCondition, type ApacheDirective } from '../../src/syntax/apache/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { COMPLAINTS } from './apache-complaints.js';
import { soon } from '../support/soon.js';

function parsed(text: string, path = 'a.conf', files: Readonly<Record<string, string>> = {}) {
  return language.parse(new SourceText(path, text), filesFrom({ ...files, [path]: text }));
}

function words(text: string): string[][] {
  return parsed(text).unit!.directives.map(({ name, args }) => [name, ...args.map((word) => word.text)]);
}

describe('words are those of the server', () => {
  test.each([
    ['blanks part them', 'A  b\tc', [['a', 'b', 'c']]],
    ['quotes of either kind hold blanks', 'A "b c" \'d "e"\'', [['a', 'b c', 'd "e"']]],
    ['a backslash undoes itself and its own quote', String.raw`A "b\"c" 'd\'e' "f\'g" h\\i "\.j"`, [['a', 'b"c', "d'e", String.raw`f\'g`, String.raw`h\i`, String.raw`\.j`]]],
    ['a quote inside of a word is nothing', 'A b"c', [['a', 'b"c']]],
    ['an open quote ends with the line', 'A "b c', [['a', 'b c']]],
    ['a word may follow a quote at once', 'A "b"c', [['a', 'b', 'c']]],
    ['a line goes on behind a backslash', 'A b\\\n c\r\nD e\\\r\nf', [['a', 'b', 'c'], ['d', 'ef']]],
    ['a comment goes on too', '# A \\\nB c\nD', [['d']]],
    ['a hash inside of a line is a word', 'A b # c', [['a', 'b', '#', 'c']]],
    ['a Define is put in from then on', 'A ${x}\nDefine x "b"\nA ${x}c ${y}', [['a', '${x}'], ['define', 'x', 'b'], ['a', 'bc', '${y}']]],
  ])('%s', (_name, text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  test('places are those of the words with their quotes, also where lines are joined and before emoji', () => {
    const text = '# 😀\r\nA "b c" \\\r\n  d\r\n';
    const [directive] = parsed(text).unit!.directives;
    expect(directive!.args.map((word) => text.slice(word.start, word.end))).toEqual(['"b c"', 'd']);
    expect(text.slice(directive!.at.start, directive!.at.end)).toBe('A "b c" \\\r\n  d');
    expect(text.slice(directive!.args[0]!.verbatim!.start, directive!.args[0]!.verbatim!.end)).toBe('b c');
  });
});

describe('sections', () => {
  const shape = (directives: readonly ApacheDirective[]): unknown => directives.map(({ name, args, block }) => [name, ...args.map(({ text }) => text), ...(block === undefined ? [] : [shape(block)])]);

  test('stand inside each other, whatever the case of their names', () => {
    expect(shape(parsed('<VirtualHost *:80>\n<directory "/a b">\nA\n</Directory>\n</VIRTUALHOST> x\nB').unit!.directives)).toEqual([['virtualhost', '*:80', [['directory', '/a b', [['a']]]]], ['b']]);
  });
});

describe('what the server refuses is one problem at its place', () => {
  test.each(COMPLAINTS)('%j', (text, message, line) => {
    const { problems } = parsed(text);
    expect(problems.map((problem) => problem.message)).toEqual([message]);
    expect(new SourceText('a.conf', text).positionAt(problems[0]!.at.start).line).toBe(line);
  });

  test('sections of the server have no place in .htaccess', () => {
    expect(parsed('<Directory /x>\n</Directory>', 'web/.htaccess').problems.map(({ message }) => message)).toEqual(['<Directory not allowed here']);
  });

  test.each(['Header set A "b', 'Header set A: b', 'Header always set A b "expr=-z %{HTTP:Origin}"', 'header SET A %{X}e', 'Header set A b;', 'Header set A ${NOPE}', '<IfModule x>\nFoo\n</IfModule>', 'RewriteRule ^ - [E=A:b,R=204]', 'Foo bar', "<If \"%{HTTP:Origin} =~ m#^https://a$#i && %{REQUEST_METHOD} in {'GET','PUT'}\">\n</If>", 'Header set A b "expr=!(true) || -T reqenv(\'X\') && \'a\'.\'b\' == \'ab\'"'])('nothing is wrong with %j', (text) => {
    expect(parsed(text).problems).toEqual([]);
  });
});

describe('includes', () => {
  const main = 'ServerRoot "/etc/apache2"\nInclude conf/extra.conf\nIncludeOptional /etc/apache2/sites/*.conf\nIncludeOptional none/*.conf\nInclude /elsewhere/x.conf';

  test('stand in their place: paths of the server’s root, patterns in byte order', () => {
    const { unit, problems } = parsed(main, 'etc/apache2.conf', { 'etc/conf/extra.conf': 'A', 'etc/sites/b.conf': 'B', 'etc/sites/a.conf': 'C', 'etc/sites/.d.conf': 'D' });
    expect(problems).toEqual([]);
    expect(unit!.included).toEqual(['etc/conf/extra.conf', 'etc/sites/a.conf', 'etc/sites/b.conf']);
    expect(unit!.directives.map(({ name }) => name)).toEqual(['serverroot', 'a', 'c', 'b']);
  });

  test('conf/httpd.conf stands below the root', () => {
    expect(parsed('Include conf/extra/a.conf', 'x/conf/httpd.conf', { 'x/conf/extra/a.conf': 'A' }).unit!.included).toEqual(['x/conf/extra/a.conf']);
  });

  test('a folder stands for all that is below it', () => {
    expect(parsed('Include sites', 'a.conf', { 'sites/b.conf': 'B', 'sites/more/c.conf': 'C' }).unit!.included).toEqual(['sites/b.conf', 'sites/more/c.conf']);
  });

  test('a circle is a problem and ends', () => {
    expect(parsed('Include b.conf', 'a.conf', { 'b.conf': 'Include a.conf' }).problems.map(({ message }) => message)).toEqual(['Exceeded the maximum include depth: a.conf includes itself']);
  });
});

describe('files of other kinds are nobody’s mistake', () => {
  const folder = 'fixtures/conf-kinds';
  test.each(readdirSync(folder).filter((name) => name !== 'apache.conf'))('%s does not concern Apache', (name) => {
    expect(apache.mayConcern.test(readFileSync(`${folder}/${name}`, 'utf8'))).toBe(false);
  });

  test('its own does, and is read', () => {
    const text = readFileSync(`${folder}/apache.conf`, 'utf8');
    expect(apache.mayConcern.test(text)).toBe(true);
    const { unit, problems } = parsed(text);
    expect(problems).toEqual([]);
    expect([...apache.read(unit!)].map(({ kind }) => kind)).toEqual(['policy']);
  });

  test.each(['Header set Access-Control-Allow-Origin "*"', '  header always SETIFEMPTY "Access-Control-Allow-Origin" x', 'Header \\\n  onsuccess add access-control-max-age 5', 'A\r\nHeader edit* Access-Control-Allow-Origin a b'])('%j concerns it', (text) => {
    expect(apache.mayConcern.test(text)).toBe(true);
  });
});

describe('any text', () => {
  const text = '\ufeff# 😀\r\n<VirtualHost *:80>\r\n  SetEnvIf Origin "^https://(app|x)\\.example\\.com$" OK=$0\r\n  RewriteEngine On\r\n  RewriteCond %{REQUEST_METHOD} =OPTIONS\r\n  RewriteRule ^ - [R=204,L]\r\n  <If "%{HTTP:Origin} =~ m#^https://a$#">\r\n    Header always set Access-Control-Allow-Origin "%{OK}e" env=OK\r\n  </If>\r\n  <FilesMatch "\\.(js)$">\r\n    Header merge Vary Origin "expr=-n req(\'Origin\')"\r\n  </FilesMatch>\r\n</VirtualHost>\r\n';

  test('every prefix is read without a throw, with places inside the text', () => {
    for (let length = 0; length <= text.length; length += 1) {
      const { unit, problems } = parsed(text.slice(0, length));
      for (const { at } of problems) expect(at.start <= at.end && at.end <= length).toBe(true);
      for (const reading of apache.read(unit!)) if (reading.kind === 'policy') expect(reading.policy.at.end <= length).toBe(true);
    }
  });

  const header = 'Header set Access-Control-Allow-Origin "*"\n';
  test.each([
    ['10,000 sections inside each other', `${'<IfModule a>\n'.repeat(10_000)}${header}${'</IfModule>\n'.repeat(10_000)}`],
    ['a condition 10,000 deep', `<If "${'('.repeat(10_000)}true${')'.repeat(10_000)}">\n${header}</If>\n`],
    ['10,000 negations', `<If "${'!'.repeat(10_000)}true">\n${header}</If>\n`],
    ['10,000 calls inside each other', `<If "${'req('.repeat(10_000)}'a'${')'.repeat(10_000)} == 'x'">\n${header}</If>\n`],
    ['a word of 900 kB', `${header}Header set Access-Control-Max-Age "${'x'.repeat(900_000)}"\n`],
    ['a line of 900 kB in 300,000 pieces', `${header}A ${'b\\\n'.repeat(300_000)}\n`],
    ['50,000 conditions', `${header}${`<If "true">\nHeader set A b\n</If>\n`.repeat(50_000)}`],
    ['50,000 SetEnvIf', `${'SetEnvIf Origin "^https://a$" OK=$0\n'.repeat(50_000)}Header set Access-Control-Allow-Origin "%{OK}e" env=OK\n`],
    ['50,000 rules', `RewriteEngine On\n${'RewriteCond %{HTTP:Origin} a\nRewriteRule ^ - [E=OK:%{HTTP:Origin}]\n'.repeat(25_000)}Header set Access-Control-Allow-Origin "%{OK}e" env=OK\n`],
    ['20,000 headers', 'Header merge Access-Control-Allow-Headers x\n'.repeat(20_000)],
    ['20,000 locations', `${`<Location /a>\nHeader set Access-Control-Allow-Origin x\nRequire valid-user\nProxyPass http://a/\n</Location>\n`.repeat(10_000)}`],
    ['5,000 hosts', `${header}${`<VirtualHost *:80>\nServerName a.example\nHeader set Access-Control-Allow-Origin x\n</VirtualHost>\n`.repeat(5_000)}`],
    ['30,000 redirects', `${header}${'Redirect 301 /a /b\n'.repeat(30_000)}`],
    ['30,000 pages', `${header}${'ErrorDocument 404 /b\n'.repeat(30_000)}`],
    ['a pattern of 100,000 groups', `<FilesMatch "${'(a|'.repeat(100_000)}">\n${header}</FilesMatch>\n`],
    ['blanks', `${header}${' '.repeat(900_000)}\n${'\n'.repeat(100_000)}`],
  ])('%s takes no two seconds', (_name, hostile) => {
    soon(2, () => {
      expect(apache.mayConcern.test(hostile)).toBe(true);
      const { unit } = parsed(hostile);
      for (const reading of apache.read(unit!)) expect(reading.kind).not.toBe('covers');
    });
  });
});

test('an expression is read as the server reads it: `&&` binds more than `||`, `!` most', () => {
  const word = { file: 'a', start: 0, end: 0, text: "! true || -n 'a' && 'x' =~ /y\\/z/i", verbatim: undefined };
  expect(parseCondition(word)).toMatchObject({ e: 'or', of: [{ e: 'not', of: { e: 'constant', value: true } }, { e: 'and', of: [{ e: 'test', name: '-n' }, { e: 'matches', pattern: 'y/z', flags: 'i' }] }] });
});
