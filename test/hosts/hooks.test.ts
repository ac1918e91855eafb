import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { languagePaths } from '../../src/generated/catalogue.js';
import { VERSION } from '../../src/generated/version.js';
import { root } from '../support/documents.js';
import { BAD, FINDING, GOOD, HookRepository, MENDABLE, MENDED, snippet } from '../support/hook-repository.js';
import { pathsUnder } from '../support/lint.js';

interface Hook {
  readonly id: string;
  readonly entry: string;
  readonly files: string;
}

describe('.pre-commit-hooks.yaml', () => {
  const hooks = parse(readFileSync(join(root, '.pre-commit-hooks.yaml'), 'utf8'), { merge: true }) as readonly Hook[];

  /** Python's verbose patterns ignore white space; the rest of what is written there means the same in both. */
  function patternOf({ files }: Hook): RegExp {
    const [, flags, body] = /^\(\?([ix]+)\)([\s\S]*)$/.exec(files) ?? [];
    expect(flags).toBe('ix');
    return new RegExp(body!.replace(/\s+/g, ''), 'i');
  }

  /** Paths that each language reads. */
  const SAMPLES: Readonly<Record<string, readonly string[]>> = {
    apache: ['httpd.conf', 'site.vhost', 'site.vhost.sample', 'public/.htaccess', '_htaccess', '.htaccess.dist', 'etc/sites-available/shop.example.com'],
    dockerfile: ['Dockerfile', 'dockerfile', 'Dockerfile.prod', 'api/Dockerfile-dev', 'Containerfile', 'api.Dockerfile', 'web.dockerfile'],
    caddy: ['Caddyfile', 'deploy/caddyfile', 'Caddyfile.prod', 'Caddyfile_dev', 'site.caddy', 'site.Caddyfile'],
    estree: ['app.js', 'app.jsx', 'app.ts', 'app.tsx', 'app.mjs', 'app.cjs', 'app.mts', 'app.cts'],
    haproxy: ['haproxy.cfg', 'haproxy.cfg.j2', 'haproxy.cfg.erb', 'haproxy.cfg.ctmpl', 'haproxy-front.conf.tpl', 'haproxy.d/10-front.conf'],
    'headers-file': ['_headers', 'public/_headers'],
    hocon: ['conf/application.conf'],
    jvm: ['src/main/java/Cors.java', 'Cors.kt', 'build.gradle.kts'],
    lighttpd: ['lighttpd.conf', 'lighttpd.conf.in', 'lighttpd/vhosts', 'lighttpd.d/cors'],
    nginx: ['nginx.conf', 'nginx.conf.template', 'site.nginx', 'site.vhost', 'sites-enabled/default', 'nginx/cors_params', 'nginx.d/cors'],
    procfile: ['Procfile', 'Procfile.dev'],
    properties: ['application.properties'],
    python: ['main.py'],
    toml: ['netlify.toml'],
    vcl: ['default.vcl', 'default.vcl.j2', 'default.vcl.in'],
    xml: ['WEB-INF/web.xml', 'Web.config', 'web.Release.config', 'applicationHost.config', 'my-web.config'],
    yaml: ['ingress.yml', 'ingress.yaml', 'openapi.json', 'wrangler.jsonc', 'values.yaml.gotmpl', 'kong.yml.template', 'krakend.tmpl', 'config/krakend-gateway.tmpl'],
  };

  test('both hooks get the same files; one of them mends', () => {
    expect(hooks.map(({ id, entry }) => [id, entry])).toEqual([['cors-lint', 'cors-lint --no-progress'], ['cors-lint-fix', 'cors-lint --no-progress --fix']]);
    for (const hook of hooks) expect(hook).toMatchObject({ language: 'node', types: ['text'], require_serial: true, files: hooks[0]!.files });
  });

  test.each(Object.entries(languagePaths))('every path that %s reads reaches the hook', (language, paths) => {
    const pattern = patternOf(hooks[0]!);
    const samples = SAMPLES[language] ?? [];
    expect(samples.filter((path) => !paths.test(path)), 'not read at all').toEqual([]);
    expect(samples.length).toBeGreaterThan(0);
    expect(samples.filter((path) => !pattern.test(path))).toEqual([]);
  });

  test('every fixture that is read reaches the hook; what nobody reads does not', () => {
    const pattern = patternOf(hooks[0]!);
    const read = pathsUnder(join(root, 'fixtures')).filter((path) => Object.values(languagePaths).some((paths) => paths.test(path)));
    expect(read.length).toBeGreaterThan(1000);
    expect(read.filter((path) => !pattern.test(path))).toEqual([]);
    expect(['README.md', 'logo.svg', 'main.go', 'index.html', 'style.css', 'Makefile', 'src/nginx.c'].filter((path) => pattern.test(path))).toEqual([]);
  });
});

test('the pages name the version of this package', () => {
  expect([...`${snippet('pre-commit')}${snippet('pre-commit, from the repository')}`.matchAll(/(?:cors-lint@|rev: v)([\w.-]+)/g)].map(([, version]) => version)).toEqual([VERSION, VERSION]);
});

const withLintStaged = (repository: HookRepository): void => {
  repository.bin('lint-staged', join(root, 'node_modules/lint-staged/bin/lint-staged.js'));
  repository.write({ 'package.json': snippet('lint-staged') });
  repository.hook('#!/bin/sh\nexec node_modules/.bin/lint-staged\n');
};

describe.each([
  ['lint-staged', withLintStaged],
  ['no manager', (repository: HookRepository) => repository.hook(snippet('Without a manager'))],
] as const)('%s', (_name, install) => {
  let repository: HookRepository;
  beforeEach(() => install((repository = new HookRepository())));
  afterEach(() => repository.remove());

  test('a bad commit is stopped, and the person is told why', () => {
    const { committed, told } = repository.commit({ 'deploy folder/my site.conf': BAD });
    expect([committed, told]).toEqual([false, expect.stringContaining(FINDING)]);
    expect(told).toContain('deploy folder/my site.conf');
    expect(repository.read('deploy folder/my site.conf')).toBe(BAD);
  });

  test('a good one goes through, and so does one that holds nothing to read', () => {
    expect(repository.commit({ 'nginx.conf': GOOD })).toMatchObject({ committed: true });
    expect(repository.commit({ 'notes.txt': BAD })).toMatchObject({ committed: true });
  });

  test('what was not staged is not asked and not touched', () => {
    repository.commit({ 'nginx.conf': GOOD });
    repository.write({ 'nginx.conf': GOOD.replace('location / {', 'location /api/ {') });
    repository.git('add', '--all');
    repository.write({ 'nginx.conf': BAD });
    expect(repository.tryCommit()).toMatchObject({ committed: true });
    expect(repository.committed('nginx.conf')).toContain('/api/');
    expect(repository.read('nginx.conf')).toBe(BAD);
  });
});

test('lint-staged stages what was mended', () => {
  const repository = new HookRepository();
  try {
    withLintStaged(repository);
    expect(repository.commit({ 'my site.conf': MENDABLE, 'other.conf': GOOD })).toMatchObject({ committed: true });
    expect([repository.committed('my site.conf'), repository.committed('other.conf')]).toEqual([MENDED, GOOD]);
    expect(repository.git('status', '--porcelain')).toBe('');
  } finally {
    repository.remove();
  }
});
