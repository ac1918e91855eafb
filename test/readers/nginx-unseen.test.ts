import { expect, test } from 'vitest';
import nginx from '../../src/readers/nginx/index.js';
import language from '../../src/syntax/nginx/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';

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
