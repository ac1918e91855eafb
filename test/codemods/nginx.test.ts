import { describe, expect, test } from 'vitest';
import duplicates from '../../src/codemods/nginx-duplicates-to-include.js';
import ifs from '../../src/codemods/nginx-if-to-map.js';
import reflection from '../../src/codemods/nginx-reflection-to-map.js';
import type { Choices, Codemod } from '../../src/codemods/codemod.js';
import { run } from '../../src/codemods/run.js';
import { chosen, repositoryOf } from './repository.js';

interface Told {
  readonly texts: Readonly<Record<string, string>>;
  readonly reasons: readonly string[];
}

async function told(codemod: Codemod, texts: Readonly<Record<string, string>>, choices: Choices = chosen()): Promise<Told> {
  const outcome = await run(codemod, await repositoryOf(texts), choices);
  return { texts: { ...texts, ...Object.fromEntries([...outcome.texts].map(([path, { after }]) => [path, after])) }, reasons: outcome.refused.map(({ line, reason }) => `${line}: ${reason}`) };
}

/** A site of one location; what stands in it begins on line 3. */
const site = (...lines: readonly string[]): string => `server {\n    location / {\n${lines.map((line) => `        ${line}\n`).join('')}        proxy_pass http://api:3000;\n    }\n}\n`;

const condition = (test: string, ...lines: readonly string[]): readonly string[] => [`if (${test}) {`, ...lines.map((line) => `    ${line}`), '}'];

describe('nginx-if-to-map', () => {
  test('of patterns that overlap, the later `if` decides: its row is tried first', async () => {
    const { texts } = await told(ifs, {
      'a.conf': site('set $origin "";', ...condition('$http_origin ~ ^https://[a-z]+\\.example\\.com$', 'set $origin $http_origin;'), ...condition('$http_origin ~ ^https://old\\.', 'set $origin "https://new.example.com";'), 'add_header Access-Control-Allow-Origin $origin;'),
    });
    expect(texts['a.conf']).toBe(`map $http_origin $origin {\n    default "";\n    "~^https://old\\." https://new.example.com;\n    "~^https://[a-z]+\\.example\\.com$" $http_origin;\n}\n\n${site('add_header Access-Control-Allow-Origin $origin;')}`);
  });

  test('names that are taken, here or in another file, are left alone', async () => {
    const one = site(...condition('$request_method = GET', 'add_header Access-Control-Allow-Origin *;'));
    const { texts } = await told(ifs, { 'sites/a.conf': one, 'sites/b.conf': one, 'sites/c.conf': 'map $http_origin $cors_origin {\n    default "";\n}\nserver {\n    add_header Access-Control-Allow-Origin $cors_origin;\n}\n' });
    expect([texts['sites/a.conf'], texts['sites/b.conf']].map((text) => /\$cors_origin\w*/.exec(text!)?.[0])).toEqual(['$cors_origin_2', '$cors_origin_3']);
  });

  test('a variable that another server sets for itself gets a name of its own', async () => {
    const server = (pattern: string): string => `server {\n    set $allowed "";\n    if ($http_origin ~ ${pattern}) {\n        set $allowed $http_origin;\n    }\n    add_header Access-Control-Allow-Origin $allowed;\n    add_header Vary Origin;\n}\n`;
    const { texts, reasons } = await told(ifs, { 'a.conf': server('^https://a\\.example\\.com$') + server('^https://b\\.example\\.com$') });
    expect(reasons).toEqual([]);
    expect(texts['a.conf']!.match(/add_header Access-Control-Allow-Origin \$\w+/g)).toEqual(['add_header Access-Control-Allow-Origin $allowed_2', 'add_header Access-Control-Allow-Origin $allowed']);
    expect(texts['a.conf']).not.toMatch(/set|if \(/);
  });

  test('comments on what a server sets for its locations go with the lines', async () => {
    const server = (...lines: readonly string[]): string => `server {\n${lines.map((line) => (line === '' ? '\n' : `    ${line}\n`)).join('')}}\n`;
    const { texts } = await told(ifs, {
      'a.conf': server('listen 80;', '# friends', 'set $cors ""; # nobody', ...condition('$http_origin = https://a.example', '# the first', 'set $cors 1;'), '', 'location / {', '    proxy_pass http://api:3000;', ...condition('$cors', 'add_header Access-Control-Allow-Origin $http_origin;', 'add_header Vary Origin;').map((line) => `    ${line}`), '}'),
    });
    expect(texts['a.conf']).toBe(`map $http_origin $cors_origin {\n    default "";\n    https://a.example $http_origin;\n}\n\n${server('listen 80;', '', 'location / {', '    proxy_pass http://api:3000;', '    # the first', '    # friends', '    # nobody', '    add_header Access-Control-Allow-Origin $cors_origin;', '    add_header Vary Origin;', '}')}`);
  });

  test('only what is rewritten differs in the text', async () => {
    const around = (lines: readonly string[]): string => `# head\n\nupstream x   { server x:1; } # odd  blanks\n\nserver{\n  location /a { return 200 'a' ;}\n\n  location / {\n    root   /srv/www;\n${lines.map((line) => `    ${line}\n`).join('')}\n    # tail\n    expires 1h;\n  }\n}`;
    const { texts } = await told(ifs, { 'a.conf': around(condition('$request_method = GET', 'add_header Access-Control-Allow-Origin *;')) });
    const map = 'map $request_method $cors_origin {\n  default "";\n  GET *;\n}\n\n';
    expect(texts['a.conf']).toBe(around(['add_header Access-Control-Allow-Origin $cors_origin;']).replace('server{', `${map}server{`));
  });

  test.each([
    ['`always` for some requests only', site(...condition('$request_method = GET', 'add_header Access-Control-Allow-Origin * always;'), ...condition('$request_method = POST', 'add_header Access-Control-Allow-Origin *;')), '7: Access-Control-Allow-Origin is sent with every status for some requests, and only with successful ones here'],
    ['a capture', site(...condition('$http_origin ~ ^(https://[a-z]+\\.example\\.com)', 'add_header Access-Control-Allow-Origin $1;')), '4: $1 is what a pattern took, which a map would take otherwise'],
    ['codes that end the phase', site('rewrite ^/v1/(.*)$ /$1 break;', ...condition('$request_method = GET', 'add_header Access-Control-Allow-Origin *;')), '3: rewrite decides whether the `if`s behind it are asked at all'],
    ['an inner location', site(...condition('$request_method = GET', 'add_header Access-Control-Allow-Origin *;'), 'location /in/ { return 200 "x"; }'), '6: this location has no header lines of its own'],
    ['Lua', site('access_by_lua_block { ngx.header["Access-Control-Allow-Origin"] = "*" }', ...condition('$request_method = GET', 'add_header Access-Control-Allow-Origin *;')), '3: Lua runs here, which may send headers too'],
    ['a file that is not in view', site('include /etc/nginx/secret.conf;', ...condition('$request_method = GET', 'add_header Access-Control-Allow-Origin *;')), '3: what is included here is not in view'],
    ['a template', site(...condition('$request_method = GET', 'add_header Access-Control-Allow-Origin *;')).replace('server {', 'server {\n    listen {{ port }};'), '4: a.conf is a template that another tool fills in'],
  ])('%s: refused', async (_case, text, reason) => {
    const { texts, reasons } = await told(ifs, { 'a.conf': text });
    expect(texts['a.conf']).toBe(text);
    expect(reasons.map((one) => one.slice(0, reason.length))).toEqual([reason]);
  });

  test('a part that files without a main file in view share is refused', async () => {
    const part = condition('$request_method = GET', 'add_header Access-Control-Allow-Origin *;').join('\n');
    const server = (name: string): string => `server {\n    server_name ${name}.example.com;\n    location / {\n        # sends Access-Control-Allow-Origin\n        include snippets/cors.conf;\n    }\n}\n`;
    const { reasons } = await told(ifs, { 'nginx/conf.d/a.conf': server('a'), 'nginx/conf.d/b.conf': server('b'), 'nginx/snippets/cors.conf': part });
    expect(reasons).toHaveLength(2);
    expect(reasons.every((reason) => reason.startsWith('1: maps stand in http, and the servers of '))).toBe(true);
  });

  test.each(['', 'server {', 'if ($request_method = GET) {', 'location / { if () { add_header Access-Control-Allow-Origin *; } }', 'server { location / { if ($http_origin ~ "(") { add_header Access-Control-Allow-Origin $http_origin; } } }', 'server { location / { if ($http_origin) { set $x; add_header Access-Control-Allow-Origin; add_header Access-Control-Allow-Origin $x; } } }'])('broken text is no reason to stop: %s', async (text) => {
    for (const codemod of [ifs, reflection, duplicates]) expect((await told(codemod, { 'a.conf': text }, chosen({ origins: ['https://a.example'] }))).texts['a.conf']).toBeDefined();
  });
});

describe('nginx-reflection-to-map', () => {
  test('servers for which others were named get maps of their own', async () => {
    const server = (name: string): string => `server {\n    server_name ${name}.example.com;\n    add_header Access-Control-Allow-Origin $http_origin;\n}\n`;
    const { texts } = await told(reflection, { 'a.conf': server('one') + server('two') }, { keep: undefined, originsFor: ({ title }) => ({ origins: [title.includes('one') ? 'https://a.example' : 'https://b.example'] }) });
    expect(texts['a.conf']!.match(/"https:.*|add_header Access.*/g)).toEqual(['"https://a.example" $http_origin;', '"https://b.example" $http_origin;', 'add_header Access-Control-Allow-Origin $cors_origin;', 'add_header Access-Control-Allow-Origin $cors_origin_2;']);
  });

  test('a map that lets them in already is asked', async () => {
    const map = 'map $http_origin $friends {\n    default "";\n    https://a.example $http_origin;\n}\n';
    const { texts } = await told(reflection, { 'a.conf': `${map}server {\n    add_header Access-Control-Allow-Origin $http_origin;\n    add_header Vary Origin;\n}\n` }, chosen({ origins: ['https://a.example'] }));
    expect(texts['a.conf']).toBe(`${map}server {\n    add_header Access-Control-Allow-Origin $friends;\n    add_header Vary Origin;\n}\n`);
  });

  test('who has not said is asked, with what the repository names', async () => {
    const outcome = await run(reflection, await repositoryOf({ 'a.conf': 'server {\n    add_header Access-Control-Allow-Origin $http_origin;\n}\nserver {\n    add_header Access-Control-Allow-Origin https://b.example;\n}\n' }), chosen());
    expect(outcome.refused.map(({ asks }) => asks)).toMatchObject([{ choice: 'origins', candidates: ['https://b.example'], policy: { reader: 'nginx' } }]);
  });
});

describe('nginx-duplicates-to-include', () => {
  const main = (...blocks: readonly string[]): string => `events {}\nhttp {\n    server {\n${blocks.map((block, index) => `        location /${index}/ {\n            ${block}\n        }\n`).join('')}    }\n}\n`;
  const LINES = 'add_header Access-Control-Allow-Origin *;\n            add_header Access-Control-Expose-Headers ETag;';

  test('a folder whose files are all loaded elsewhere is none for it', async () => {
    const text = main(LINES, LINES).replace('http {', 'http {\n    include snippets/*.conf;');
    const { texts } = await told(duplicates, { 'nginx.conf': text, 'snippets/gzip.conf': 'gzip on;\n' });
    expect(Object.keys(texts)).toEqual(['nginx.conf', 'snippets/gzip.conf', 'includes/cors.conf']);
  });

  test.each([
    ['another value', LINES.replace('*', 'https://a.example')],
    ['another status', LINES.replaceAll(';', ' always;')],
    ['another order', LINES.split('\n').reverse().join('\n')],
    ['a line more', `${LINES} add_header Access-Control-Max-Age 1;`],
  ])('%s is another block', async (_case, other) => {
    const text = main(LINES, other);
    expect(await told(duplicates, { 'nginx.conf': text })).toEqual({ texts: { 'nginx.conf': text }, reasons: [] });
  });
});
