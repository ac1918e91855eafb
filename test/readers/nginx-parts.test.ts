import { expect, test } from 'vitest';
import { lint } from '../../src/engine.js';
import { filesFrom } from '../../src/text/files.js';
import { optionsOf } from '../support/lint.js';

const MAIN = 'events { }\nhttp {\n  include conf.d/*.conf;\n}\n';
const REFLECTS = 'add_header Access-Control-Allow-Origin $http_origin always;\n    add_header Access-Control-Allow-Credentials true always;\n    add_header Vary Origin always;';

function server(name: string, inside: string): string {
  return `server {\n  listen 80;\n  server_name ${name}.example.com;\n  location / {\n    ${inside}\n  }\n}\n`;
}

/** Where what is found, and in which server. */
async function found(texts: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const files = filesFrom(texts);
  // The command line hands over the files that mention CORS only.
  const { findings, policies } = await lint(Object.keys(texts).filter((path) => /access-control-/i.test(texts[path]!)), files, optionsOf());
  expect(policies.length).toBe(new Set(policies.map(({ title }) => title)).size);
  return findings.filter(({ ruleId }) => ruleId === 'no-reflected-origin').map(({ at, policy }) => `${at.file} ${policy.title}`);
}

test('several parts of a main file that says nothing of CORS itself: each one is read', async () => {
  expect(await found({ 'nginx.conf': MAIN, 'conf.d/a.conf': server('a', REFLECTS), 'conf.d/b.conf': server('b', REFLECTS) })).toEqual(['conf.d/a.conf nginx server a.example.com', 'conf.d/b.conf nginx server b.example.com']);
});

test('a part that several servers include', async () => {
  const result = await found({ 'nginx.conf': MAIN, 'cors.conf': REFLECTS, 'conf.d/a.conf': server('a', 'include cors.conf;'), 'conf.d/b.conf': server('b', 'include cors.conf;') });
  expect(result.length).toBeGreaterThan(0);
  expect(new Set(result.map((line) => line.split(' ')[0]))).toEqual(new Set(['cors.conf']));
});

test('a part whose headers all servers inherit', async () => {
  expect(await found({ 'nginx.conf': MAIN, 'conf.d/0.conf': REFLECTS, 'conf.d/a.conf': server('a', 'root /srv;') })).toEqual(['conf.d/0.conf nginx server a.example.com']);
});

test('a map in one part, used in another', async () => {
  expect(await found({ 'nginx.conf': MAIN, 'conf.d/0.conf': '# for access-control-allow-origin\nmap $http_origin $cors { default $http_origin; }', 'conf.d/a.conf': server('a', REFLECTS.replace('$http_origin', '$cors')) })).toHaveLength(1);
});

test('150 parts cost what they are, not each the whole', async () => {
  const parts = (count: number): Record<string, string> => Object.fromEntries([['nginx.conf', MAIN], ...Array.from({ length: count }, (_unused, index): [string, string] => [`conf.d/${index}.conf`, server(`s${index}`, REFLECTS.replace('$http_origin', '*'))])]);
  const seconds = async (count: number): Promise<number> => {
    const started = performance.now();
    await found(parts(count));
    return performance.now() - started;
  };
  await seconds(10);
  const [few, many] = [await seconds(30), await seconds(150)];
  // Five times as many parts: each read in the whole would be twenty-five times as much.
  expect(many / few).toBeLessThan(12);
}, 120_000);
