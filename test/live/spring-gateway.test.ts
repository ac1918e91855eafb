import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { evaluate, type Deployment, type HttpRequest, type Scenario } from '../../src/policy/evaluate.js';
import type { Reading } from '../../src/readers/reader.js';
import inProperties from '../../src/readers/spring-boot-properties/index.js';
import inYaml from '../../src/readers/spring-boot/index.js';
import properties from '../../src/syntax/properties/index.js';
import yaml from '../../src/syntax/yaml/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { gatewayConfiguration, type GatewayFiles } from './gateway-configurations.js';
import { compile, librariesOf, MACHINE } from './java/libraries.js';
import { disagreements, requestsTo } from './prediction.js';
import { sample } from './seed.js';
import { freePorts, send, start, type Running } from './server.js';

const { random, cases } = sample('spring-gateway', 30);
const home = fileURLToPath(new URL('java/', import.meta.url));

/** Spring Cloud Gateway 3.1, 4.2 and 5.0: one configuration in three each. */
const RELEASES = [3, 4, 5] as const;

const RESOURCES = 'src/main/resources';

/** Below `/cors` upstream allows an origin by itself. */
const UPSTREAM: Scenario = { status: 200, headers: [['access-control-allow-origin', 'https://app.example.com']] };

const REQUESTS: readonly HttpRequest[] = [...requestsTo('/data', ['GET', 'POST', 'PUT', 'OPTIONS']), ...requestsTo('/cors/x', ['GET']), ...requestsTo('/none/x', ['GET'])];

function readingsOf(files: GatewayFiles, pom: string): readonly Reading[] {
  const texts = { ...Object.fromEntries(Object.entries(files).map(([name, text]) => [`${RESOURCES}/${name}`, text])), 'pom.xml': pom };
  return Object.keys(files).flatMap((name) => {
    const path = `${RESOURCES}/${name}`;
    const source = new SourceText(path, files[name]!);
    if (name.endsWith('.properties')) return [...inProperties.read(properties.parse(source, filesFrom(texts)).unit!)];
    return [...inYaml.read(yaml.parse(source, filesFrom(texts)).unit!)];
  });
}

function gapsOf(readings: readonly Reading[]): readonly string[] {
  return readings.flatMap((reading) => (reading.kind === 'gap' ? [reading.gap.message] : []));
}

describe.each(RELEASES)('Spring Cloud Gateway %i', (line) => {
  const folder = mkdtempSync(join(tmpdir(), 'live-gateway-'));
  const pom = readFileSync(`${home}gateway-${line}/pom.xml`, 'utf8');
  let server: Running | undefined;
  const count = Math.ceil((cases - (line - RELEASES[0])) / RELEASES.length);
  const made: { readonly files: GatewayFiles; readonly port: number }[] = [];

  beforeAll(async () => {
    const [upstream, ...ports] = await freePorts(count + 1);
    for (const port of ports) made.push({ files: gatewayConfiguration(random, line, upstream!), port });
    // One that fails to start takes what 3.1 shares with those before it.
    const fails = (files: GatewayFiles): boolean => gapsOf(readingsOf(files, pom)).some((message) => message.includes('does not start'));
    const inOrder = [...made].sort((a, b) => Number(fails(b.files)) - Number(fails(a.files)));
    const libraries = await librariesOf(`gateway-${line}`);
    await compile([`${home}gateway-4/Host.java`], libraries, join(folder, 'classes'));
    const args = inOrder.flatMap(({ files, port }, index) => {
      const own = join(folder, `${index}`);
      mkdirSync(own);
      for (const [name, text] of Object.entries(files)) writeFileSync(join(own, name), text);
      return [own, String(port)];
    });
    server = await start('java', [...MACHINE, '-classpath', `${folder}/classes:${libraries}/*`, 'Host', String(upstream), ...args], ports, { patience: 400_000 });
  });

  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(Array.from({ length: count }, (_unused, index) => index))(`${random.seed}/%i`, async (index) => {
    const { files, port } = made[index]!;
    const text = Object.entries(files).map(([name, one]) => `# ${name}\n${one}`).join('\n');
    const readings = readingsOf(files, pom);
    const gaps = gapsOf(readings);
    const started = (await send(port, { method: 'GET', path: '/', headers: [] })).status !== 503;
    expect(gaps.some((message) => message.includes('does not start')), `${gaps.join('\n')}\n${text}`).toBe(!started);
    if (!started) return;
    const policies = readings.flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []));
    expect(policies.length, text).toBeLessThanOrEqual(1);
    const deployment: Deployment | undefined = policies[0] === undefined ? undefined : { policy: policies[0], inner: [] };
    const found: string[] = [];
    for (const request of REQUESTS) {
      const behind = (): Scenario => (request.path.startsWith('/cors') ? UPSTREAM : { status: 200 });
      if (deployment === undefined && request.path.startsWith('/cors')) continue;
      found.push(...(await disagreements(port, deployment, [request], behind, ['access-control-allow-origin'])));
      if (deployment === undefined) continue;
      // The gateway's own value stands before those of upstream; how many there are is what decides.
      const lines = (headers: readonly (readonly [string, string])[]): number => headers.filter(([name]) => name === 'access-control-allow-origin').length;
      const predicted = evaluate(deployment, request, { scenario: behind() })[0]!.response.headers.map(({ name, text: value }) => [name, value ?? ''] as const);
      const sent = lines((await send(port, request)).headers);
      if (lines(predicted) !== sent) found.push(`${request.method} ${request.path} ${JSON.stringify(request.headers)}: ${lines(predicted)} origins instead of ${sent}`);
    }
    expect(found.slice(0, 5), `${found.length} disagreements\n${gaps.join('\n')}\n${text}`).toEqual([]);
  });
});
