import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Policy } from '../../src/policy/program.js';
import traefik from '../../src/readers/traefik/index.js';
import toml from '../../src/syntax/toml/index.js';
import yaml from '../../src/syntax/yaml/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { differences } from '../support/observed.js';
import { requestsTo } from './prediction.js';
import { sample } from './seed.js';
import { freePorts, send, start } from './server.js';
import { generatedDynamic } from './traefik-configurations.js';

const { random, cases } = sample('traefik', 80);
const root = mkdtempSync(join(tmpdir(), 'live-traefik-'));
const programs = join(import.meta.dirname, 'traefik');

/**
 * Traefik's own packages, from the Go module proxy: of the newer version the middleware, of the older one the router
 * and basicAuth too. What the newer asks for and no registry has (its ACME client, an empty package) is not used here.
 */
const VERSIONS = [
  {
    version: '3.6.12',
    route: 'routed.go',
    more: 'replace (\n\tgithub.com/abbot/go-http-auth => github.com/containous/go-http-auth v0.4.1-0.20200324110947-a37a7636d23e\n\tgithub.com/gorilla/mux => github.com/containous/mux v0.0.0-20250523120546-41b6ec3aed59\n)\n',
    files: {},
  },
  {
    version: '3.7.13',
    route: 'direct.go',
    more: 'replace github.com/go-acme/lego/v5 => ./lego\n\nreplace github.com/traefik/traefik/dynamic/ext => ./ext\n',
    files: {
      'lego/go.mod': 'module github.com/go-acme/lego/v5\n\ngo 1.24\n',
      'lego/challenge/dns01/dns01.go': 'package dns01\n\nfunc UnFqdn(name string) string { return name }\n',
      'lego/challenge/tlsalpn01/tlsalpn01.go': 'package tlsalpn01\n\nconst ACMETLS1Protocol = "acme-tls/1"\n',
      'ext/go.mod': 'module github.com/traefik/traefik/dynamic/ext\n\ngo 1.24\n',
      'ext/ext.go': 'package ext\n\ntype HTTP struct{}\n\ntype Router struct{}\n',
    },
  },
] as const;

beforeAll(() => {
  for (const { version, route, more, files } of VERSIONS) {
    const folder = join(root, version);
    mkdirSync(folder);
    for (const name of ['main.go', route]) cpSync(join(programs, name), join(folder, name));
    const written: readonly (readonly [string, string])[] = [['go.mod', `module live\n\ngo 1.24\n\nrequire github.com/traefik/traefik/v3 v${version}\n\n${more}`], ...Object.entries(files)];
    for (const [path, text] of written) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const built = spawnSync('go', ['build', '-o', 'program', '.'], { cwd: folder, encoding: 'utf8', env: { ...process.env, GOFLAGS: '-mod=mod' } });
    if (built.status !== 0) throw new Error(built.stderr.slice(-4000));
  }
}, 1_800_000);

afterAll(() => rmSync(root, { recursive: true, force: true }));

/** The service behind says methods to everybody and knows one origin of its own. */
const said = (origin: string | undefined): readonly (readonly [string, string])[] => [['Access-Control-Allow-Methods', 'GET'], ...(origin === 'https://admin.example.com' ? [['Access-Control-Allow-Origin', '*'] as const] : [])];

function readingsOf(name: string, text: string, version: string): { readonly policies: readonly Policy[]; readonly gaps: readonly string[] } {
  const language = name.endsWith('.toml') ? toml : yaml;
  const { unit, problems } = language.parse(new SourceText(name, text), filesFrom({ [name]: text, 'compose.yaml': `services: {proxy: {image: "traefik:v${version}"}}\n` }));
  expect(problems).toEqual([]);
  const readings = [...traefik.read(unit!)];
  return { policies: readings.flatMap((one) => (one.kind === 'policy' ? [one.policy] : [])), gaps: readings.flatMap((one) => (one.kind === 'gap' ? [one.gap.message] : [])) };
}

describe.each(VERSIONS)('$version', ({ version, route }) => {
  test(`generated middlewares, seed ${random.seed}`, async () => {
    const texts = Array.from({ length: cases }, (_unused, index) => ({ Name: index % 3 === 0 ? 'dynamic.toml' : 'dynamic.yml', ...generatedDynamic(random, index % 3 === 0 ? 'toml' : 'yaml', route === 'routed.go') }));
    const [port] = (await freePorts(1)) as [number];
    const input = join(root, `${version}.json`);
    writeFileSync(input, JSON.stringify(texts));
    const server = await start('sh', ['-c', `exec ./program ${port} < ${input}`], [port], { cwd: join(root, version) });
    const wrong: string[] = [];
    let [requests, refused] = [0, 0];
    try {
      for (const [index, { Name, Content, Paths }] of texts.entries()) {
        const { policies: [read], gaps } = readingsOf(Name, Content, version);
        const found: string[] = [];
        for (const request of Paths.flatMap((path) => requestsTo(path, ['GET', 'POST', 'OPTIONS'], 'api.example.com'))) {
          const response = await send(port, { ...request, headers: [...request.headers, ['x-site', String(index)]] });
          requests += 1;
          if (response.status === 599) {
            refused += 1;
            if (read !== undefined) found.push(`refused: ${response.headers.find(([name]) => name === 'x-refused')?.[1]}`);
            continue;
          }
          // A guard behind the middleware answers instead of the service; in front of it the policy itself says 401.
          const guarded = response.status === 401;
          const headers = guarded ? [] : said(request.headers.find(([name]) => name === 'origin')?.[1]);
          if (read === undefined) {
            // Nothing of CORS is said of it: only the service's own headers come.
            const own = response.headers.filter(([name, text]) => name.startsWith('access-control-') && !headers.some(([its, value]) => its.toLowerCase() === name && value === text));
            if (gaps.length > 0 || own.length > 0) found.push(`nothing is said, ${gaps.join()}: ${JSON.stringify(own)}`);
            continue;
          }
          // What the service says of OPTIONS is not known: the status alone is left open.
          const told = differences({ policy: read, inner: [] }, { framework: 'live', version, options: {}, request, response }, { scenario: { status: guarded ? 401 : 202, headers } }).filter((one) => one !== `status null instead of ${guarded ? 401 : 202}`);
          if (told.length > 0) found.push(`${request.method} ${request.path} ${JSON.stringify(request.headers)}: ${told.join('; ')}`);
        }
        if (found.length > 0) wrong.push(`${Content}\n${found.slice(0, 4).join('\n')}\n${found.length} in all`);
      }
    } finally {
      await server.stop();
    }
    process.stdout.write(`traefik ${version}: ${requests} requests, ${refused} to refused configurations, ${wrong.length} of ${cases} configurations differ\n`);
    expect(wrong.length, wrong.slice(0, 5).join('\n\n')).toBe(0);
    expect(refused).toBeLessThan(requests / 4);
  });
});
