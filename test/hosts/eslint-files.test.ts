import type { Linter } from 'eslint';
import { describe, expect, test } from 'vitest';
import { languagePaths } from '../../src/generated/catalogue.js';
import { built, eslintOf } from '../support/eslint.js';

/** Each file with the language that ESLint should read it in; null: it is not picked up. */
const FILES: readonly (readonly [path: string, language: string | null])[] = [
  ['nginx.conf', 'nginx'],
  ['deploy/default.conf', 'nginx'],
  ['deploy/default.conf.template', 'nginx'],
  ['etc/site.nginx', 'nginx'],
  ['etc/site.vhost', 'nginx'],
  ['etc/nginx/sites-available/example.com', 'nginx'],
  ['sites-enabled/default', 'nginx'],
  ['nginx/snippet', 'nginx'],
  ['nginx.d/snippet', 'nginx'],
  ['.htaccess', 'apache'],
  ['public/_htaccess', 'apache'],
  ['public/htaccess.dist', 'apache'],
  ['etc/httpd.conf', 'apache'],
  ['etc/apache2/conf-available/cors.conf', 'apache'],
  ['haproxy.cfg', 'haproxy'],
  ['haproxy.cfg.j2', 'haproxy'],
  ['etc/haproxy.conf', 'haproxy'],
  ['haproxy/front.conf', 'haproxy'],
  ['lighttpd.conf', 'lighttpd'],
  ['etc/lighttpd/conf.d/cors.conf', 'lighttpd'],
  ['lighttpd.d/cors', 'lighttpd'],
  ['Caddyfile', 'caddy'],
  ['deploy/caddyfile', 'caddy'],
  ['Caddyfile.prod', 'caddy'],
  ['Caddyfile.md', null],
  ['site.caddy', 'caddy'],
  ['site.caddyfile', 'caddy'],
  ['default.vcl', 'vcl'],
  ['default.vcl.j2', 'vcl'],
  ['k8s/ingress.yaml', 'yaml'],
  ['k8s/ingress.yml', 'yaml'],
  ['k8s/ingress.yaml.tpl', 'yaml'],
  ['app/main.py', 'python'],
  ['src/main/java/App.java', 'java'],
  ['src/main/kotlin/App.kt', 'kotlin'],
  ['build.gradle.kts', 'kotlin'],
  ['public/_headers', 'headers-file'],
  ['package.json', null],
  ['netlify.toml', null],
  ['web.xml', null],
  ['application.properties', null],
  ['README.md', null],
  ['sites-available/README.md', null],
  ['main.go', null],
];
const PICKED = FILES.filter((row): row is readonly [string, string] => row[1] !== null);
const engineName = (language: string): string => (language === 'java' || language === 'kotlin' ? 'jvm' : language);

const nameOf = (language: object): string | undefined => Object.keys(built.languages).find((name) => built.languages[name] === language);

describe.each(['9.7', '9.39', '10'] as const)('ESLint %s', (version) => {
  const eslint = (config: Linter.Config[]) => eslintOf(version, { overrideConfigFile: true, overrideConfig: config });

  test.each(['recommended', 'strict'] as const)('%s gives each file its language', async (name) => {
    const whole = eslint(built.configs[name]);
    const given = await Promise.all(FILES.map(async ([path]) => [path, await whole.isPathIgnored(path) ? null : nameOf(((await whole.calculateConfigForFile(path)) as { language: object }).language)] as const));
    expect(given).toEqual(FILES);
  });

  test('no file is in two languages', async () => {
    const entries = (built.configs.recommended as Linter.Config[]).slice(1).map((entry) => ({ name: entry.name, alone: eslint([{ ...entry, plugins: { 'cors-lint': built } }]) }));
    for (const [path, language] of PICKED) {
      const names = await Promise.all(entries.map(async ({ name, alone }) => ((await alone.isPathIgnored(path)) ? [] : [name])));
      expect([path, ...names.flat()]).toEqual([path, `cors-lint/recommended/${language}`]);
    }
  });
});

test('parser and eslintrc take the same files', async () => {
  const whole = eslintOf('8.57', { overrideConfigFile: true, overrideConfig: built.configs['parser-recommended'] });
  for (const [path, language] of FILES) expect([path, await whole.isPathIgnored(path)]).toEqual([path, language === null]);
  const { overrides: [{ files }] } = built.configs['legacy-strict'] as { overrides: [{ files: string[] }] };
  expect(files).toEqual((built.configs['parser-strict'][1] as Linter.Config).files);
});

test.each(PICKED)('%s is a file of %s to the engine too', (path, language) => {
  expect(languagePaths[engineName(language)]!.test(path)).toBe(true);
});
