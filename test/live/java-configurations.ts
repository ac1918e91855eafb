import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HttpRequest, Scenario } from '../../src/policy/evaluate.js';
import type { Reading } from '../../src/readers/reader.js';
import { compile, librariesOf, MACHINE } from './java/libraries.js';
import { disagreements } from './prediction.js';
import { freePorts, send, start, type Running } from './server.js';

/** Application files, by name, and the requests that the application is asked. */
export interface Configured {
  readonly title: string;
  readonly files: Readonly<Record<string, string>>;
  readonly requests: readonly HttpRequest[];
}

export interface Configurations {
  readonly title: string;
  /** In the folder `java`: `pom.xml` with the release under test. */
  readonly project: string;
  /** In the folder `java`, with a class `Host` that serves the folders `case0`, `case1`, … of its first argument on the ports that come next; 599 is a refusal to start. */
  readonly hosts: readonly string[];
  readonly seed: number;
  readonly cases: readonly Configured[];
  /** What all files of an application give, its build file among them. */
  readonly read: (files: Readonly<Record<string, string>>) => readonly Reading[];
  readonly scenario?: (status: number, request: HttpRequest) => Scenario;
  readonly unordered?: readonly string[];
  /** Started with these besides. */
  readonly options?: readonly string[];
}

/** A status that no server sends by itself. */
export const REFUSED_TO_START = 599;

/** Declares a test for each configuration: the real product's answers are those that are predicted from its files. `LIVE_RECORD` names a file to which a sixth of the exchanges is written. */
export function agreeInConfigurations({ title, project, hosts, seed, cases, read, scenario, unordered = [], options = [] }: Configurations): void {
  describe(title, () => {
    const home = fileURLToPath(new URL('java/', import.meta.url));
    const folder = mkdtempSync(join(tmpdir(), 'live-java-'));
    const manifests = { 'pom.xml': readFileSync(`${home}${project}/pom.xml`, 'utf8') };
    const software = /<(\w+)[\w.]*\.version>([^<]+)</.exec(manifests['pom.xml'])?.slice(1).join(' ') ?? project;
    let server: Running | undefined;
    let ports: readonly number[] = [];

    beforeAll(async () => {
      const libraries = await librariesOf(project);
      cases.forEach(({ files }, index) => {
        mkdirSync(join(folder, `case${index}`));
        for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, `case${index}`, name), text);
      });
      const classPath = await compile(hosts.map((host) => `${home}${host}`), libraries, join(folder, 'classes'));
      ports = await freePorts(cases.length);
      server = await start('java', [...MACHINE, ...options, '-classpath', classPath, 'Host', folder, ...ports.map(String)], ports, { patience: 240_000 });
    });

    afterAll(async () => {
      await server?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    test.each(cases.map((one, index) => [index, one.title] as const))(`${seed}/%i: %s`, async (index) => {
      const { files, requests, title: name } = cases[index]!;
      const placed = Object.fromEntries(Object.entries(files).map(([file, text]) => [`src/main/resources/${file}`, text]));
      const source = Object.entries(files).map(([file, text]) => `== ${file}\n${text}`).join('\n');
      const answers = await Promise.all(requests.slice(0, 1).map((request) => send(ports[index]!, request)));
      expect(answers.map(({ status }) => status), `${source}\n${server?.printed()}`).not.toContain(REFUSED_TO_START);
      const policies = read({ ...placed, ...manifests }).flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []));
      expect(policies.length, source).toBeLessThanOrEqual(1);
      const [policy] = policies;
      expect(await disagreements(ports[index]!, policy === undefined ? undefined : { policy, inner: [] }, requests, scenario, unordered), source).toEqual([]);
      const record = process.env['LIVE_RECORD'];
      if (record === undefined) return;
      const exchanges = [];
      for (const request of requests.filter((_request, place) => place % 6 === index % 6)) {
        const { status, headers } = await send(ports[index]!, request);
        exchanges.push([request.method, request.path, Object.fromEntries(request.headers), status, Object.fromEntries(headers.filter(([header]) => /^access-control-|^vary$/.test(header)).map(([header]) => [header, headers.filter(([other]) => other === header).map(([, text]) => text)])), ...(request.target === undefined ? [] : [request.target])]);
      }
      appendFileSync(record, `${JSON.stringify({ name: `${name} ${index}`, software, files, exchanges })}\n`);
    });
  });
}
