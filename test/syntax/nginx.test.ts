import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import language, { type Directive, type NginxFile } from '../../src/syntax/nginx/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { observed } from '../support/observed.js';
import { soon } from '../support/soon.js';

interface Parsed {
  readonly unit: NginxFile;
  /** `message @ the text where it stands`. */
  readonly problems: readonly string[];
}

function parse(text: string, others: Readonly<Record<string, string>> = {}, path = 'nginx.conf'): Parsed {
  const files = { ...others, [path]: text };
  const { unit, problems } = language.parse(new SourceText(path, text), filesFrom(files));
  return { unit: unit!, problems: problems.map(({ message, at }) => `${message} @ ${at.file === path ? '' : `${at.file} `}${files[at.file]!.slice(at.start, at.end)}`) };
}

/** Words of the directives, in braces what is inside. */
function words(directives: readonly Directive[]): string {
  return directives.map(({ name, args, block }) => [name, ...args.map(({ text }) => text)].join('|') + (block === undefined ? '' : `{${words(block)}}`)).join(' ');
}

describe('words, as nginx 1.22.1 and 1.31.5 read them', () => {
  test.each([
    ['blanks are space, tab, CR and LF', 'a\tb\r\nc\n d;', 'a|b|c|d'],
    ['other blanks are letters', 'root a\u00a0b\u2028c\u000bd;', 'root|a\u00a0b\u2028c\u000bd'],
    ['quotes are taken off', `root "a b" 'c d';`, 'root|a b|c d'],
    ['quotes inside a word are letters', `root mid"quote"x a#b a}b;`, 'root|mid"quote"x|a#b|a}b'],
    ['an empty word', `root "" '';`, 'root||'],
    ['escapes of quotes, backslash and control letters', String.raw`root "a\"b" a\'b \\ \t \n \r;`, 'root|a"b|a\'b|\\|\t|\n|\r'],
    ['any other escape keeps its backslash', String.raw`root \. \; \$ \{ "\.";`, String.raw`root|\.|\;|\$|\{|\.`],
    ['an escaped blank is part of a word', String.raw`root a\ b;`, String.raw`root|a\ b`],
    ['the brace of a variable opens no block', 'root ${a}b$${c} "${d}";', 'root|${a}b$${c}|${d}'],
    ['a brace at the end of a word opens one', 'location /a{root b;}', 'location|/a{root|b}'],
    ['a bracket may follow a quote', 'if ($a = "b") {root c;}', 'if|($a|=|b|){root|c}'],
    ['a comment ends at LF, not at CR or a backslash', 'root a;# b;\r c; \\\nroot d;', 'root|a root|d'],
    ['a comment between words', 'root a # b;\n c;', 'root|a|c'],
    ['names may be quoted', '"root" a;', 'root|a'],
    ['text in quotes goes over lines', 'root "a\n  b";', 'root|a\n  b'],
    ['a name with the end of Lua is no Lua elsewhere', 'server_name content_by_lua_block;', 'server_name|content_by_lua_block'],
  ])('%s', (_case, text, expected) => {
    expect(words(parse(text).unit.directives)).toBe(expected);
  });

  test('the text of Lua is one piece, whatever braces its strings and comments hold', () => {
    const code = ' local a = "}" .. \'\\\'}\' -- }\n --[[ } ]] local b = [==[ ]] } ]==] if a then local t = { {} } end ';
    const { unit, problems } = parse(`location / { content_by_lua_block {${code}} root a; } location /b { set_by_lua_block $x { return 1 } }`);
    expect(problems).toEqual([]);
    expect(words(unit.directives)).toBe('location|/{content_by_lua_block{} root|a} location|/b{set_by_lua_block|$x{}}');
    expect(unit.directives[0]!.block![0]!.code?.text).toBe(code);
  });

  test('places are UTF-16 offsets into the text as it is, with BOM and CRLF', () => {
    const text = '\ufeff# 😀\r\nserver {\r\n  root "😀\\"" b;\r\n  location / { }\r\n}\r\n';
    const { unit } = parse(text);
    const [root, location] = unit.directives[0]!.block!;
    expect([root!.nameToken, ...root!.args, root!.at, location!.at, location!.whole, unit.directives[0]!.whole].map(({ start, end }) => text.slice(start, end))).toEqual(['root', '"😀\\""', 'b', 'root "😀\\"" b;', 'location / ', 'location / { }', text.slice(text.indexOf('server'), text.lastIndexOf('}') + 1)]);
  });
});

describe('what nginx refuses, in its words and where it stands', () => {
  const http = (inside: string): string => `events {}\nhttp {\n${inside}\n}`;
  test.each([
    ['a word behind a closing quote', 'root "b"c;', 'unexpected "c" @ c'],
    ['a block that stays open', 'server { listen 80;', 'unexpected end of file, expecting "}" @ '],
    ['a brace too many', 'server { } }', 'unexpected "}" @ }'],
    ['no ; before the brace', 'server { listen 80 }', 'unexpected "}" @ }'],
    ['a quote that stays open', 'root "b;', 'unexpected end of file, expecting ";" or "}" @ '],
    ['a quote that opens a directive and stays open', 'server { root a; "magic x', 'unexpected end of file, expecting ";" or "}" @ '],
    ['nothing before ;', 'root a;;', 'unexpected ";" @ ;'],
    ['nothing before {', 'server { root a; { } }', 'unexpected "{" @ {'],
    ['Lua that stays open', 'location / { content_by_lua_block { if { {} }', 'unexpected end of file, expecting terminating characters for lua code block @ {'],
    ['a byte order mark', '\ufeffserver { }', 'unknown directive "\ufeffserver" @ \ufeff'],
    ['a long bracket of Lua that stays open', 'location / { content_by_lua_block { a = [=[ ]] } }', 'Lua code block missing the closing long bracket "]=]", the inlined Lua code may be too long @ [=['],
    ['a block without its brace', http('server;'), 'directive "server" has no opening "{" @ server;'],
    ['a brace where none belongs', http('server { root a { } }'), 'directive "root" is not terminated by ";" @ root a '],
    ['a directive of another place', http('location / { }'), '"location" directive is not allowed here @ location / '],
    ['parts that fit in no place together', 'map $a $b { }\nlocation / { }\nserver { }', '"location" directive is not allowed here @ location / '],
    ['too many arguments', http('gzip on off;'), 'invalid number of arguments in "gzip" directive @ gzip on off;'],
    ['more than seven arguments', http('server { root a b c d e f g h; }'), 'invalid number of arguments in "root" directive @ root a b c d e f g h;'],
    ['neither on nor off', http('gzip yes;'), 'invalid value "yes" in "gzip" directive, it must be "on" or "off" @ gzip yes;'],
    ['a size', http('client_max_body_size 10x;'), '"client_max_body_size" directive invalid value @ client_max_body_size 10x;'],
    ['a second one', http('gzip on; gzip off;'), '"gzip" directive is duplicate @ gzip off;'],
    ['a name with letters of no module', 'server { add-header A b; }', 'unknown directive "add-header" @ add-header A b;'],
    ['a name mistyped', 'server { add_headers A b; }', 'unknown directive "add_headers" @ add_headers A b;'],
    ['a mistake in what is included', 'server { include a.conf; } server { roots b; }', 'unexpected "}" @ a.conf }'],
    ['only the first mistake', 'server { gzip maybe; } }', 'invalid value "maybe" in "gzip" directive, it must be "on" or "off" @ gzip maybe;'],
  ])('%s', (_case, text, expected) => {
    expect(parse(text, { 'a.conf': 'root a; }' }).problems).toEqual([expected]);
  });

  test.each([
    ['a name that a module may have', 'server { vhost_magic on; }'],
    ['a placeholder for a directive', 'server { ${EXTRA}; gzip ${GZIP}; }'],
    ['a template', '{% if cors %}server { add_header {{ name }} "{{ value }}"; }{% endif %}'],
    ['rows of a map in a file of their own', 'https://a.example 1;\n~b 2;\ndefault 3;'],
    ['parts of a server', 'add_header A b;\nif ($a) { return 204; }'],
    ['a pattern in quotes', 'server { location ~ "^/a{2}\\.(?:js|css)$" { } if ($a ~ "[]{}(]+(?<b>c)") { return 204; } }'],
    ['letters of another module', 'stream { map $a $b { default 1; } server { listen 1; proxy_pass a:1; } upstream c { server d:1; } }'],
  ])('nothing of %s', (_case, text) => {
    expect(parse(text).problems).toEqual([]);
  });

  /** nginx's own answers, recorded: the configuration stands inside `http { }`. */
  const rows = observed('nginx').filter(({ framework, request }) => framework.startsWith('ng-') && request === null);
  const LEFT_OUT: Readonly<Record<string, string>> = {
    'ng-inherit-merge': 'add_header_inherit is unknown to the version asked, and known to later ones',
    'ng-err-missing-include': 'a file that is not in view may be on the server',
  };

  test('recorded mistakes', () => {
    const held = rows.filter(({ framework }) => LEFT_OUT[framework] === undefined);
    expect([rows.length, held.length]).toEqual([41, 39]);
    const found = held.map(({ framework, config }) => [framework, parse(`events { }\nhttp {\n${config}\n}`).problems.map((problem) => problem.slice(0, problem.lastIndexOf(' @ ')))]);
    expect(found).toEqual(held.map(({ framework, response }) => [framework, typeof response.configError === 'string' ? [response.configError] : []]));
  });
});

describe('includes', () => {
  const names = (files: Readonly<Record<string, string>>, path: string): string => words(parse(files[path]!, files, path).unit.directives);

  test('a pattern, in byte order, without hidden files', () => {
    const files = { 'nginx.conf': 'http { include c/*; }', 'c/10': 'root 10;', 'c/9': 'root 9;', 'c/B': 'root B;', 'c/a': 'root a;', 'c/.h': 'root h;', 'c/d/e': 'root e;' };
    expect(names(files, 'nginx.conf')).toBe('http{root|10 root|9 root|B root|a}');
  });

  test.each([
    ['c/[a-b]?.conf', 'root|ax root|bx'],
    ['c/[!a]*.conf', 'root|bx root|cx'],
    ['*/c?.conf', 'root|cx'],
    ['c/.*.conf', 'root|hidden'],
    ['./c/../c/ax.conf', 'root|ax'],
    ['/etc/nginx/c/ax.conf', 'root|ax'],
    ['/usr/local/openresty/nginx/conf/c/bx.conf', 'root|bx'],
  ])('%s', (pattern, expected) => {
    expect(names({ 'nginx.conf': `server { include ${pattern}; }`, 'c/ax.conf': 'root ax;', 'c/bx.conf': 'root bx;', 'c/cx.conf': 'root cx;', 'c/.h.conf': 'root hidden;', 'd/x.conf': 'root d;' }, 'nginx.conf')).toBe(`server{${expected}}`);
  });

  test('paths are relative to the main file, also in what it includes', () => {
    expect(names({ 'n/nginx.conf': 'http { include c/a.conf; }', 'n/c/a.conf': 'server { include c/b.conf; }', 'n/c/b.conf': 'root b;' }, 'n/nginx.conf')).toBe('http{server{root|b}}');
  });

  test('a part read alone finds what its main file would', () => {
    expect(names({ 'n/c/a.conf': 'server { include c/b.conf; }', 'n/c/b.conf': 'root b;' }, 'n/c/a.conf')).toBe('server{root|b}');
  });

  test('one file in several places, rows of a map among them', () => {
    const files = { 'nginx.conf': 'http { map $a $b { include m; } server { include s; location / { include s; } } }', m: 'x 1;', s: 'gzip on;' };
    expect(names(files, 'nginx.conf')).toBe('http{map|$a|$b{x|1} server{gzip|on location|/{gzip|on}}}');
    expect(parse(files['nginx.conf'], files).unit.included).toEqual(['m', 's', 's']);
  });

  test('what is not in view stays as it is written, and is no mistake', () => {
    const { unit, problems } = parse('server { include mime.types; include /var/x/*.conf; }');
    expect([words(unit.directives), unit.missing.length, problems]).toEqual(['server{include|mime.types include|/var/x/*.conf}', 2, []]);
  });

  test('a file included has to close its own blocks, and no other', () => {
    expect(parse('server { include a; }', { a: 'location / {' }).problems).toEqual(['unexpected end of file, expecting "}" @ a ']);
  });

  test('a circle is a problem and ends; neighbours may include each other once', () => {
    expect(parse('include a.conf;', { 'a.conf': 'server { include a.conf; }' }).problems).toEqual(['a.conf includes itself @ a.conf include a.conf;']);
    expect(parse('server { include c/*; }', { 'c/a': 'include c/b;', 'c/b': 'index b;' }).problems).toEqual([]);
  });

  test('files that multiply end', () => {
    const files = Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`f${index}`, `include f${index + 1};\n`.repeat(10)]));
    const { unit } = parse('include f0;', { ...files, f8: 'root a;' });
    expect(unit.included.length).toBeLessThanOrEqual(5000);
    expect(unit.missing.length).toBeGreaterThan(0);
  });
});

describe('files of other kinds with the same ending are not nginx’s', () => {
  const folder = 'fixtures/conf-kinds';
  test.each(readdirSync(folder).sort())('%s', (name) => {
    const text = readFileSync(`${folder}/${name}`, 'utf8');
    const { unit, problems } = language.parse(new SourceText(`${folder}/site.conf`, text), filesFrom({}));
    expect(problems).toEqual([]);
    expect(unit === undefined).toBe(!name.startsWith('nginx'));
  });

  test.each([
    ['one line without an end', 'add_header Access-Control-Allow-Origin *', true],
    ['a server whose ; is missing', 'server {\n  listen 80\n  add_header A b\n}\n', true],
    ['one line', 'server { include cors.inc; }', true],
    ['Lua with assignments', 'location / {\n content_by_lua_block {\n a = 1\n b = 2\n }\n}\n', true],
    ['a setting of Play', 'play.filters.cors {\n  allowedOrigins = ["https://a.example"]\n  server {\n  }\n}\n', false],
    ['a section of Apache', '<VirtualHost *:80>\n  Header set Access-Control-Allow-Origin "a; b"\n</VirtualHost>\n', false],
    ['an ini file', '[server]\nlisten = 80;\naccess-control-allow-origin = *\n', false],
    ['prose', 'Access-Control-Allow-Origin is a header.\n', false],
  ])('%s', (_case, text, expected) => {
    expect(language.parse(new SourceText('site.conf', text), filesFrom({})).unit !== undefined).toBe(expected);
  });
});

describe('any text', () => {
  const samples = ['fixtures/conf-kinds/nginx.conf', 'fixtures/rules/no-reflected-origin/bad-nginx.conf'].filter((path) => existsSync(path)).map((path) => readFileSync(path, 'utf8'));
  const odd = '\ufeff# 😀\r\nmap $http_origin $cors {\r\n  default "";\r\n  "~^https://app\\.example\\.com$" $http_origin;\r\n}\r\nserver {\r\n  if ($request_method = OPTIONS) { add_header A 5; return 204; }\r\n  location ~ \\.js$ { add_header B ${cors} always; content_by_lua_block { a = [[ } ]] } }\r\n}\r\n';

  test.each([odd, ...samples])('every prefix and every suffix: no throw, places inside the text', (text) => {
    for (let cut = 0; cut <= text.length; cut += 1) {
      for (const part of [text.slice(0, cut), text.slice(cut)]) {
        const { problems } = language.parse(new SourceText('a.conf', part), filesFrom({}));
        expect(problems.length).toBeLessThanOrEqual(1);
        for (const { at } of problems) expect(0 <= at.start && at.start <= at.end && at.end <= part.length).toBe(true);
      }
    }
  });

  test.each([
    ['blocks 10,000 deep', `${'location / {'.repeat(10_000)}${'}'.repeat(10_000)}`, 'blocks are nested too deep'],
    ['braces 10,000 deep', `server {${'{'.repeat(10_000)}`, 'unexpected "{"'],
    ['Lua 10,000 deep', `location / { content_by_lua_block ${'{'.repeat(10_000)}`, 'unexpected end of file, expecting terminating characters for lua code block'],
    ['50,000 ifs', `location / {${'if ($a) { return 204; }\n'.repeat(50_000)}}`, undefined],
    ['a word of 900 kB', `root ${'a'.repeat(900_000)};`, 'too long parameter "aaaaaaaaaa..." started'],
    ['a quoted word of 900 kB', `root "${'\\"'.repeat(450_000)}";`, 'too long parameter, probably missing terminating """ character'],
    ['a comment of 900 kB', `root a;#${'a'.repeat(900_000)}\nindex b;`, 'too long parameter "#aaaaaaaaa..." started'],
    ['1 MB of blanks', `root a;${'\n \t'.repeat(350_000)}`, undefined],
    ['1 MB of quotes', `root ${'"a" '.repeat(250_000)};`, 'invalid number of arguments in "root" directive'],
    ['300,000 rows', `map $a $b {${Array.from({ length: 100_000 }, (_, index) => `k${index} 1;`).join('')}}`, undefined],
    ['1 MB of names that nobody has', `server {${Array.from({ length: 60_000 }, (_, index) => `abc_def_${index} x;`).join('')}}`, undefined],
    ['1 MB of variables', `set $a "${'${'.repeat(1500)}";`, 'invalid variable name'],
    ['1 MB of ; alone', `root a${';'.repeat(1_000_000)}`, 'unexpected ";"'],
    ['a pattern of brackets', `server { location ~ "${'('.repeat(4000)}" { } }`, `pcre2_compile() failed: missing closing parenthesis in "${'('.repeat(4000)}"`],
  ])('%s is read in time', (_case, text, expected) => {
    const { problems } = soon(2, () => language.parse(new SourceText('a.conf', text), filesFrom({})));
    expect(problems.map(({ message }) => message)).toEqual(expected === undefined ? [] : [expected]);
  });

  test('words of 4,096 bytes with what ends them fit, one byte more does not', () => {
    const fits = (text: string): boolean => parse(text).problems.length === 0;
    const word = (bytes: number): string => 'ä'.repeat(bytes / 2 - 1) + 'a'.repeat(2 + (bytes % 2));
    expect([4095, 4096].map((bytes) => fits(`root ${word(bytes)};`))).toEqual([true, false]);
    expect([4094, 4095].map((bytes) => fits(`root ${word(bytes)} ;`))).toEqual([true, false]);
    expect([4094, 4095].map((bytes) => fits(`root "${word(bytes)}";`))).toEqual([true, false]);
    expect([4093, 4094].map((bytes) => fits(`root "${word(bytes)}" ;`))).toEqual([true, false]);
    expect([4095, 4096].map((bytes) => fits(`root a;\n#${word(bytes - 1)}\n`))).toEqual([true, false]);
  });
});
