import { describe, expect, test } from 'vitest';
import { lint } from '../../src/engine.js';
import type { Finding } from '../../src/findings/finding.js';
import { applyEdits } from '../../src/text/edit.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { optionsOf } from '../support/lint.js';

type Texts = Readonly<Record<string, string>>;

const found = async (files: Texts): Promise<readonly Finding[]> => (await lint(Object.keys(files), filesFrom(files), optionsOf())).findings;

/** What the fix, else the first suggestion, for the first finding of a rule makes of the files. */
async function mended(files: Texts, rule: string): Promise<Texts | undefined> {
  const finding = (await found(files)).find(({ ruleId }) => ruleId === rule);
  expect(finding, `${rule} is found`).toBeDefined();
  const offered = finding?.fix ?? finding?.suggestions[0];
  return offered === undefined ? undefined : Object.fromEntries(Object.entries(files).map(([path, text]) => [path, applyEdits(text, offered.edits.filter(({ file }) => file === path))]));
}

const one = async (text: string, rule: string): Promise<string | undefined> => (await mended({ 'a.conf': text }, rule))?.['a.conf'];

const APP = "const app = require('express')();\napp.use(require('cors')({ origin: 'https://app.example.com' }));\napp.get('/x', (request, response) => response.json([]));\napp.listen(3000);\n";

describe('a header of the layer behind is hidden', () => {
  const hidden = async (server: string): Promise<string | undefined> => (await mended({ 'nginx.conf': server, 'server.js': APP }, 'duplicate-cors-layers'))?.['nginx.conf'];

  test('next to the line that sends it again', async () => {
    expect(await hidden('server {\n  location / {\n    add_header Access-Control-Allow-Origin https://app.example.com; # ours\n    proxy_pass http://127.0.0.1:3000;\n  }\n}\n')).toBe(
      'server {\n  location / {\n    add_header Access-Control-Allow-Origin https://app.example.com; # ours\n    proxy_hide_header Access-Control-Allow-Origin;\n    proxy_pass http://127.0.0.1:3000;\n  }\n}\n',
    );
  });

  test('in the location, where an `if` sends it: an `if` hides nothing', async () => {
    expect(await hidden('server {\n  location / {\n    proxy_pass http://127.0.0.1:3000;\n    if ($http_origin) {\n      add_header Access-Control-Allow-Origin https://app.example.com;\n    }\n  }\n}\n')).toBe(
      'server {\n  location / {\n    proxy_pass http://127.0.0.1:3000;\n    proxy_hide_header Access-Control-Allow-Origin;\n    if ($http_origin) {\n      add_header Access-Control-Allow-Origin https://app.example.com;\n    }\n  }\n}\n',
    );
  });

  test('with what the location hid before: its own first line costs it those of the server', async () => {
    expect(await hidden('server {\n  proxy_hide_header X-Powered-By;\n  add_header Access-Control-Allow-Origin https://app.example.com;\n  location / {\n    proxy_pass http://127.0.0.1:3000;\n  }\n}\n')).toBe(
      'server {\n  proxy_hide_header X-Powered-By;\n  add_header Access-Control-Allow-Origin https://app.example.com;\n  location / {\n    proxy_pass http://127.0.0.1:3000;\n    proxy_hide_header X-Powered-By;\n    proxy_hide_header Access-Control-Allow-Origin;\n  }\n}\n',
    );
  });

  test('behind the lines that hide others', async () => {
    expect(await hidden('server {\n  location / {\n    proxy_hide_header X-Powered-By;\n    proxy_pass http://127.0.0.1:3000;\n    add_header Access-Control-Allow-Origin https://app.example.com;\n  }\n}\n')).toBe(
      'server {\n  location / {\n    proxy_hide_header X-Powered-By;\n    proxy_hide_header Access-Control-Allow-Origin;\n    proxy_pass http://127.0.0.1:3000;\n    add_header Access-Control-Allow-Origin https://app.example.com;\n  }\n}\n',
    );
  });
});

describe('included files', () => {
  const files: Texts = {
    'nginx.conf': 'events {}\nhttp {\n  include conf.d/*.conf;\n}\n',
    'conf.d/api.conf': 'server {\n  listen 80;\n  root /srv/www;\n  location /a/ {\n    include snippets/cors.inc.conf;\n  }\n  location /b/ {\n    include snippets/cors.inc.conf;\n  }\n}\n',
    'snippets/cors.inc.conf': '# Shared.\nif ($http_origin ~ "^https://(app|admin)\\.example\\.com$") {\n  add_header Access-Control-Allow-Origin $http_origin always;\n}\n',
  };

  test('what is found in one tells each place where it takes effect', async () => {
    const [finding] = await found(files);
    expect(finding?.at.file).toBe('snippets/cors.inc.conf');
    const places = finding!.related.map(({ at, message }) => `${at.file}:${new SourceText(at.file, files[at.file]!).positionAt(at.start).line} ${message}`);
    expect(places).toEqual(['conf.d/api.conf:5 It takes effect here.', 'conf.d/api.conf:8 It takes effect here.']);
  });

  test('one is edited once, whoever includes it', async () => {
    expect(await mended(files, 'vary-origin-missing')).toEqual({
      ...files,
      'snippets/cors.inc.conf': 'add_header Vary Origin always;\n# Shared.\nif ($http_origin ~ "^https://(app|admin)\\.example\\.com$") {\n  add_header Access-Control-Allow-Origin $http_origin always;\n  add_header Vary Origin always;\n}\n',
    });
  });

  test('headers that are lost are copied from the file that says them', async () => {
    const parts: Texts = {
      'nginx.conf': 'events {}\nhttp {\n  server {\n    root /srv/www;\n    include cors.inc.conf;\n    location /fonts/ {\n      add_header Cache-Control public;\n    }\n  }\n}\n',
      'cors.inc.conf': 'add_header Access-Control-Allow-Origin https://app.example.com always;\n',
    };
    expect(await mended(parts, 'header-dropped-by-inheritance')).toEqual({
      ...parts,
      'nginx.conf': 'events {}\nhttp {\n  server {\n    root /srv/www;\n    include cors.inc.conf;\n    location /fonts/ {\n      add_header Access-Control-Allow-Origin https://app.example.com always;\n      add_header Cache-Control public;\n    }\n  }\n}\n',
    });
  });
});

describe('words', () => {
  const map = (rows: string): string => `map $http_origin $cors {\n${rows}}\nserver {\n  root /srv/www;\n  add_header Access-Control-Allow-Origin $cors always;\n  add_header Access-Control-Allow-Credentials true always;\n  add_header Vary Origin always;\n}\n`;

  test.each([
    ['double quotes', '  "~^https://app.example\\.com$" $http_origin;\n', '  "~^https://app\\.example\\.com$" $http_origin;\n'],
    ['single quotes', "  '~^https://app.example\\.com$' $http_origin;\n", "  '~^https://app\\.example\\.com$' $http_origin;\n"],
    ['no quotes', '  ~^https://app.example\\.com$ $http_origin; # ours\n', '  ~^https://app\\.example\\.com$ $http_origin; # ours\n'],
    ['backslashes written twice', '  "~^https://app.example\\\\.com$" $http_origin;\n', '  "~^https://app\\.example\\.com$" $http_origin;\n'],
    ['a mark that ignores case', '  ~*^https://app.example\\.com$ $http_origin;\n', '  ~*^https://app\\.example\\.com$ $http_origin;\n'],
    ['a class that holds the quote', '  "~^https://[a-z\\"]app.example\\.com$" $http_origin;\n', '  "~^https://[a-z\\"]app\\.example\\.com$" $http_origin;\n'],
    ['a backslash that is written twice in a class', '  "~^https://[\\\\\\\\t]*app.example\\.com$" $http_origin;\n', '  "~^https://[\\\\\\\\t]*app\\.example\\.com$" $http_origin;\n'],
    ['braces', '  "~^https://[a-z]{2}\\.app.example\\.com$" $http_origin;\n', '  "~^https://[a-z]{2}\\.app\\.example\\.com$" $http_origin;\n'],
  ])('a pattern in %s', async (_name, before, after) => {
    expect(await one(map(before), 'regex-unescaped-dot')).toBe(map(after));
  });

  test('a key that another one would equal in other capitals is left as it is', async () => {
    const rows = '  https://app.example.com/ $http_origin;\n  HTTPS://APP.example.com "";\n';
    expect(await one(map(rows), 'origin-never-matches')).toBeUndefined();
  });
});

describe('ways of writing', () => {
  test('line ends of Windows stay', async () => {
    expect(await one('server {\r\n\troot /srv/www;\r\n\tadd_header Access-Control-Allow-Origin https://app.example.com;\r\n\tlocation /a/ {\r\n\t\tadd_header X-A b;\r\n\t}\r\n}\r\n', 'header-dropped-by-inheritance')).toBe(
      'server {\r\n\troot /srv/www;\r\n\tadd_header Access-Control-Allow-Origin https://app.example.com;\r\n\tlocation /a/ {\r\n\t\tadd_header Access-Control-Allow-Origin https://app.example.com;\r\n\t\tadd_header X-A b;\r\n\t}\r\n}\r\n',
    );
  });

  test('on one line', async () => {
    expect(await one('server { location /a/ { if ($http_origin ~ "^https://(a|b)\\.example\\.com$") { add_header Access-Control-Allow-Origin $http_origin; } root /srv/www; } }', 'vary-origin-missing')).toBe(
      'server { location /a/ { add_header Vary Origin; if ($http_origin ~ "^https://(a|b)\\.example\\.com$") { add_header Access-Control-Allow-Origin $http_origin; add_header Vary Origin; } root /srv/www; } }',
    );
  });

  test('a block that begins on the line of its brace', async () => {
    expect(await one('server { root /srv/www;\n  add_header Access-Control-Allow-Origin https://app.example.com;\n  location /a/ { add_header X-A b;\n  }\n}\n', 'header-dropped-by-inheritance')).toBe(
      'server { root /srv/www;\n  add_header Access-Control-Allow-Origin https://app.example.com;\n  location /a/ {\n      add_header Access-Control-Allow-Origin https://app.example.com;\n      add_header X-A b;\n  }\n}\n',
    );
  });
});

describe('what is not offered', () => {
  test.each([
    ['an answer to preflights in a server with locations', 'server {\n  root /srv/www;\n  add_header Access-Control-Allow-Origin https://app.example.com;\n  add_header Access-Control-Allow-Methods "GET, PUT";\n  location /other/ {\n    return 200 "ok";\n  }\n}\n', 'preflight-unanswered'],
    ['a map where there is no place for one', 'location / {\n  root /srv/www;\n  add_header Access-Control-Allow-Origin "https://a.example, https://b.example";\n}\n', 'origin-multiple-values'],
  ])('%s', async (_name, text, rule) => {
    expect(await one(text, rule)).toBeUndefined();
  });
});
