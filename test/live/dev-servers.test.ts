/** What a browser sees through the proxy of a real dev server is what the composed program says. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { survey } from '../../src/engine.js';
import { concernsCors } from '../../src/hosts/disk.js';
import type { Deployment } from '../../src/policy/evaluate.js';
import { filesFrom } from '../../src/text/files.js';
import { optionsOf } from '../support/lint.js';
import { differences } from '../support/observed.js';
import { configured, PRODUCTS, type Configured } from './dev-server-configurations.js';
import { requestsTo } from './prediction.js';
import { install } from './programs.js';
import { sample } from './seed.js';
import { freePorts, send, start, type Running } from './server.js';

const { random, cases } = sample('dev-servers', 20);
const folder = fileURLToPath(new URL('dev-servers', import.meta.url));
let answers = 0;
let passed = 0;

/** Through a proxy to the application, past it, and to places that neither has. */
const PATHS = ['/api/data', '/api/nowhere', '/data', '/v2/data', '/v3/data', '/nowhere', '/elsewhere'] as const;

/** The dev server as it stands in front of its application. */
async function deploymentOf(texts: Readonly<Record<string, string>>, { file }: Configured): Promise<Deployment | undefined> {
  const [asked, beside] = [true, false].map((is) => Object.keys(texts).filter((path) => concernsCors(texts[path]!) === is));
  const { entries } = await survey(asked!, filesFrom(texts), { ...optionsOf(), environment: 'development', beside: beside! });
  return entries.find(({ policy }) => policy.at.file === file && policy.title !== 'Vite preview server');
}

describe.each(PRODUCTS)('%s', (product) => {
  const all = Array.from({ length: cases }, () => configured(random, product));
  const top = mkdtempSync(join(tmpdir(), 'live-dev-servers-'));
  const running: Running[] = [];
  const texts: Readonly<Record<string, string>>[] = [];
  let ports: readonly number[] = [];

  beforeAll(async () => {
    install(folder, readFileSync(join(folder, 'package-lock.json'), 'utf8'));
    symlinkSync(join(folder, 'node_modules'), join(top, 'node_modules'));
    ports = await freePorts(all.length * 2);
    for (const [index, one] of all.entries()) {
      const files = one.files({ server: ports[index]!, application: ports[all.length + index]! });
      texts.push(files);
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(top, String(index), path)), { recursive: true });
        writeFileSync(join(top, String(index), path), text);
      }
    }
    writeFileSync(join(top, 'applications.cjs'), all.map((_one, index) => `require('./${index}/api/server.js');\n`).join(''));
    running.push(await start(process.execPath, [join(top, 'applications.cjs')], ports.slice(all.length)));
    running.push(await start(process.execPath, [join(folder, 'host.mjs'), product, ...all.map(({ file }, index) => join(top, String(index), file))], ports.slice(0, all.length), { patience: 120_000 }));
  });

  afterAll(async () => {
    for (const one of running) await one.stop();
    rmSync(top, { recursive: true, force: true });
  });

  test.each(all.map(({ title }, index) => [index, title] as const))(`${random.seed}/%i: %s`, async (index) => {
    const one = all[index]!;
    const deployment = await deploymentOf(texts[index]!, one);
    // Where neither has a word about CORS nothing is looked at, and nothing is said of what a dev server sends by itself.
    const isSilent = [one.file, 'api/server.js'].every((file) => !concernsCors(texts[index]![file]!));
    expect(isSilent && deployment !== undefined).toBe(false);
    const found: string[] = [];
    for (const request of PATHS.flatMap((path) => requestsTo(path, ['GET', 'POST']))) {
      const response = await send(ports[index]!, request);
      answers += 1;
      // Express says so; Vite, which does not, answers by itself what no proxy takes, and that is no matter of CORS.
      const isFromExpress = response.headers.some(([name]) => name === 'x-powered-by');
      const isLinked = deployment !== undefined && deployment.inner.length > 0;
      if (isFromExpress && isLinked) passed += 1;
      // An application without a word about CORS is no layer: what it answers to OPTIONS is its own.
      const scenario = request.method === 'OPTIONS' && isFromExpress && isLinked ? {} : { status: response.status };
      const told = deployment === undefined ? (isSilent ? [] : response.headers.flatMap(([name]) => (name.startsWith('access-control-') ? [`no layer, sent ${name}`] : []))) : differences(deployment, { framework: 'live', version: '', options: {}, request, response }, { environment: 'development', scenario });
      if (told.length > 0) found.push(`${request.method} ${request.path} ${JSON.stringify(request.headers)}: ${told.join('; ')}`);
    }
    expect(found.slice(0, 5), `${found.length} differ\n${texts[index]![one.file]}\n${texts[index]!['api/server.js']}`).toEqual([]);
  });
});

test('most of what was asked went through a proxy', () => {
  process.stderr.write(`dev servers: ${answers} answers, ${passed} from behind a proxy\n`);
  expect(answers).toBe(cases * PRODUCTS.length * PATHS.length * 36);
  expect(passed).toBeGreaterThan(answers / 10);
});
