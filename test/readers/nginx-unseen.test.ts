import { expect, test } from 'vitest';
import { lint } from '../../src/engine.js';
import nginx from '../../src/readers/nginx/index.js';
import language from '../../src/syntax/nginx/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { optionsOf } from '../support/lint.js';

const HEADER = 'add_header Access-Control-Allow-Origin "https://app.example.com" always;';

function gaps(text: string, others: Readonly<Record<string, string>> = {}): readonly string[] {
  const { unit } = language.parse(new SourceText('nginx.conf', text), filesFrom({ ...others, 'nginx.conf': text }));
  return [...nginx.read(unit!)].flatMap((reading) => (reading.kind === 'gap' ? [`${text.slice(reading.gap.at.start, reading.gap.at.end)} ${reading.gap.reason}: ${reading.gap.message}`] : []));
}

test('a file that is not in view, a directive that no known module has: each once', () => {
  expect(gaps(`http { include conf.d/*.conf; include mime.types; server { listen 80; ${HEADER} include cors.conf; magic_cors on; location /a { magic_cors off; } } }`)).toEqual([
    'include cors.conf; import-not-resolved: cors.conf is not in view: what it says is not read',
    'magic_cors on; unsupported-syntax: the directive magic_cors is of a module that is not known here: what it does to responses is not seen',
  ]);
});

test('nothing of what is in view, of rows, of modules that Debian has, of servers without CORS', () => {
  expect(gaps(`http { types { text/x x; } map $http_origin $o { https://a.example 1; } server { listen 80; ${HEADER} include a.conf; brotli on; more_clear_headers X; } }`, { 'a.conf': 'gzip on;' })).toEqual([]);
  expect(gaps('http { server { listen 80; magic on; include b.conf; } }')).toEqual([]);
});

const lintedGaps = async (text: string): Promise<readonly string[]> => (await lint(['nginx.conf'], filesFrom({ 'nginx.conf': text }), optionsOf())).gaps.map(({ message }) => message);

test.each([
  ['access_by_lua_file conf/cors.lua;', 'what the Lua file does'],
  ['rewrite_by_lua_file conf/cors.lua;', 'what the Lua file does'],
  ['content_by_lua_file conf/cors.lua;', 'what the Lua file does'],
  ['access_by_lua_block { require("cors").run() }', 'what the Lua module does that is required'],
  ["header_filter_by_lua_block { local c = require 'acme.cors' c.run() }", 'what the Lua module does that is required'],
  ['access_by_lua_file conf/log.lua;', undefined],
  ['access_by_lua_block { -- require("cors").run()\n }', undefined],
])('%s', async (directive, what) => {
  expect(await lintedGaps(`http { server { listen 80; location / { ${directive} proxy_pass http://app; } } }`)).toEqual(what === undefined ? [] : [`which origins are let in depends on ${what}`]);
});

test('a variable that njs or Perl sets', async () => {
  const conf = (setter: string): string => `http { js_import main.js; ${setter} $allowed main.origin; server { listen 80; add_header Access-Control-Allow-Origin $allowed; add_header Access-Control-Allow-Credentials true; proxy_pass http://app; } }`;
  for (const setter of ['js_set', 'perl_set']) expect(await lintedGaps(conf(setter))).toContain('which origins are let in depends on the variable $allowed');
});
