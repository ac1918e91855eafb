import { expect, test } from 'vitest';
import { lint } from '../../src/engine.js';
import { evaluate } from '../../src/policy/evaluate.js';
import nginx from '../../src/readers/nginx/index.js';
import language from '../../src/syntax/nginx/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { optionsOf } from '../support/lint.js';
import { soon } from '../support/soon.js';

const header = 'add_header Access-Control-Allow-Origin $http_origin always;';
const times = (count: number, make: (index: number) => string): string => Array.from({ length: count }, (_unused, index) => make(index)).join('\n');

/** Texts that nobody writes, as large as a file may be. */
const HOSTILE: Readonly<Record<string, string>> = {
  'ifs in a row': `server { ${header} ${times(10_000, (index) => `if ($http_origin = "https://a${index}.example") { return 403; }`)} }`,
  'ifs that each set': `server { location / { ${times(40, (index) => `if ($http_x_${index}) { set $a "\${a}1"; }`)} ${header} } }`,
  'locations in a row': `server { ${header} ${times(2_000, (index) => `location /a${index}/ { }`)} ${times(2_000, (index) => `location ~ \\.a${index}$ { }`)} }`,
  'locations in each other': `server { ${header} ${times(3_000, (index) => `location /${'a/'.repeat(Math.min(index, 100))} {`)} ${'}'.repeat(3_000)} }`,
  'a map of many rows': `map $http_origin $cors { ${times(10_000, (index) => `https://a${index}.example $http_origin;`)} }\nserver { location / { add_header Access-Control-Allow-Origin $cors; } location /x { if ($cors) { return 403; } } }`,
  'maps over maps': `${times(60, (index) => `map "$m${index + 1}$m${index + 1}" $m${index} { default a; b c; }`)}\nserver { add_header Access-Control-Allow-Origin $m0; }`,
  'a map over itself': `map $a $b { default $a; }\nmap $b $a { default $b; }\nserver { add_header Access-Control-Allow-Origin $a; }`,
  'rewrites in a circle': `server { ${header} ${times(40, (index) => `location /a${index} { if ($http_x_${index}) { rewrite ^ /a${(index + 1) % 40} last; } rewrite ^ /a${(index + 7) % 40} last; }`)} }`,
  'error pages in a circle': `server { ${header} recursive_error_pages on; error_page 404 403 405 /x; ${times(30, (index) => `location /x${index} { deny all; error_page 403 /x${index + 1}; if ($http_a${index}) { return 404; } }`)} }`,
  'a value of many variables': `server { set $a ""; ${times(30, () => 'set $a "$a$a$http_origin";')} add_header Access-Control-Allow-Origin $a; }`,
};

test.each(Object.entries(HOSTILE))('%s', (_name, text) => {
  const readings = soon(5, () => {
    const { unit } = language.parse(new SourceText('nginx.conf', text), filesFrom({}));
    return unit === undefined ? [] : [...nginx.read(unit)];
  });
  const size = readings.reduce((sum, reading) => sum + (reading.kind === 'policy' ? reading.policy.steps.length : 0), 0);
  expect(size).toBeLessThan(60_000);
});

/** A location after another, or inside it, past those that are told apart. */
const PAST: Readonly<Record<string, string>> = {
  'the last of many': `${times(620, (index) => `location /a${index}/ { ${header} return 204; }`)}`,
  'the innermost': `${times(9, (index) => `location /a${'/a'.repeat(index)} {`)} ${header} ${'}'.repeat(9)}`,
};

test.each(Object.entries(PAST))('%s is a gap, and its answers are not known', (name, text) => {
  const { unit } = language.parse(new SourceText('nginx.conf', `server { ${header} ${text} }`), filesFrom({}));
  const readings = [...nginx.read(unit!)];
  expect(readings.flatMap((reading) => (reading.kind === 'gap' ? [reading.gap.reason] : []))).toEqual(['budget']);
  const policy = readings.flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []))[0]!;
  const unknownAt = (path: string): boolean => evaluate({ policy, inner: [] }, { method: 'GET', path, headers: [['origin', 'https://app.example.com']] }).some(({ response }) => response.headers.some(({ text: sent }) => sent === null));
  const [far, near] = name === 'the innermost' ? [`/a${'/a'.repeat(8)}/x`, '/a/x'] : ['/a619/x', '/a3/x'];
  expect([unknownAt(far), unknownAt(near)]).toEqual([true, false]);
});

/** Texts of which all is linted, with what is found and tried. */
const LARGE: Readonly<Record<string, string>> = {
  '50,000 ifs': `events {} http { server { location / { ${header} ${times(50_000, () => 'if ($a){}')} } } }`,
  '14,000 ifs with headers': `events {} http { server { location / { ${times(14_000, () => `if ($http_origin = x) { ${header} }`)} } } }`,
  '20,000 locations': `events {} http { server { ${times(20_000, (index) => `location /${index} { ${header} }`)} } }`,
  '3,000 servers': `events {} http { ${times(3_000, (index) => `server { listen 80; server_name h${index}.example; location / { ${header} add_header Access-Control-Allow-Credentials true; } }`)} }`,
};

test.each(Object.entries(LARGE))('%s', async (_name, text) => {
  await soon(10, () => lint(['nginx.conf'], filesFrom({ 'nginx.conf': text }), optionsOf()));
}, 60_000);
