import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HttpRequest, Scenario } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import type { Reader, Reading } from '../../src/readers/reader.js';
import type { Language } from '../../src/syntax/language.js';
import language, { type JvmModule } from '../../src/syntax/jvm/index.js';
import xml, { type XmlFile } from '../../src/syntax/xml/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { compile, librariesOf, MACHINE } from './java/libraries.js';
import { disagreements } from './prediction.js';
import { freePorts, start, type Running } from './server.js';

/** One program: files without a `package` line, which the harness writes (`case0`, `case1`, …), and the requests that it is asked. */
export interface JavaCase {
  readonly title: string;
  /** By name: `App.java`, `App.kt`, `application.properties`. A resource is found by the host as `case0/application.properties`. */
  readonly files: Readonly<Record<string, string>>;
  readonly requests: readonly HttpRequest[];
}

export interface JavaPrograms {
  readonly title: string;
  /** In the folder `java`: `pom.xml` with the releases under test, all of them pinned. */
  readonly project: string;
  /** In the folder `java`: a program that serves the packages `case0`, `case1`, … on the ports of its arguments. Without this, the project's `Host.java`. */
  readonly host?: string;
  /** What `jakarta.servlet` is called in host and programs. */
  readonly servlets?: 'jakarta.servlet' | 'javax.servlet';
  readonly reader: Reader<JvmModule>;
  /** What reads files of XML among the programs' (`web.xml`). */
  readonly descriptors?: Reader<XmlFile>;
  readonly seed: number;
  readonly cases: readonly JavaCase[];
  /** What stood behind CORS, as its answer shows it. */
  readonly scenario?: (status: number, request: HttpRequest, source: string) => Scenario;
  /** Headers that the product prints from a set. */
  readonly unordered?: readonly string[];
  /** Which of several policies answers a request. Without this, a program has one policy at most. */
  readonly policyFor?: (policies: readonly Policy[], request: HttpRequest) => Policy | undefined;
}

/** Time for all of the programs to start, on a machine that does other things. */
const PATIENCE_MS = 240_000;

/** Disagreements of one program that are told. */
const SHOWN = 5;

/** Declares a test for each program: the real one's answers are those that are predicted from its text. */
export function agreeInJava({ title, project, host = `${project}/Host.java`, servlets = 'jakarta.servlet', reader, descriptors, seed, cases, scenario, unordered = [], policyFor }: JavaPrograms): void {
  describe(title, () => {
    const home = fileURLToPath(new URL('java/', import.meta.url));
    const folder = mkdtempSync(join(tmpdir(), 'live-java-'));
    const manifests = { 'pom.xml': readFileSync(`${home}${project}/pom.xml`, 'utf8') };
    const spelled = (text: string): string => text.replaceAll('jakarta.servlet', servlets);
    const programs = cases.map(({ files }, index) => Object.fromEntries(Object.entries(files).map(([name, text]) => placed(name, spelled(text), index))));
    let server: Running | undefined;
    let ports: readonly number[] = [];

    beforeAll(async () => {
      await language.load();
      const libraries = await librariesOf(project);
      const written = programs.flatMap((files) =>
        Object.entries(files).map(([path, text]) => {
          const file = join(folder, path.startsWith('src/main/resources/') ? path.replace('src/main/resources', 'classes') : path);
          mkdirSync(dirname(file), { recursive: true });
          writeFileSync(file, text);
          return file;
        }),
      );
      writeFileSync(join(folder, basename(host)), spelled(readFileSync(`${home}${host}`, 'utf8')));
      const classPath = await compile([join(folder, basename(host)), ...written], libraries, join(folder, 'classes'));
      ports = await freePorts(cases.length);
      server = await start('java', [...MACHINE, '-classpath', classPath, basename(host).replace(/\.\w+$/, ''), ...ports.map(String)], ports, { patience: PATIENCE_MS });
    });

    afterAll(async () => {
      await server?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    test.each(cases.map((one, index) => [index, one.title] as const))(`${seed}/%i: %s`, async (index) => {
      const { requests } = cases[index]!;
      const files = programs[index]!;
      const source = Object.values(files).join('\n');
      const readings = Object.keys(files).flatMap((path) => readingsOf(reader, descriptors, { ...files, ...manifests }, path));
      expect(readings.filter(({ kind }) => kind === 'gap'), source).toEqual([]);
      const policies = readings.flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []));
      if (policyFor === undefined) expect(policies.length, source).toBeLessThanOrEqual(1);
      const found: string[] = [];
      for (const request of requests) {
        const policy = policyFor === undefined ? policies[0] : policyFor(policies, request);
        found.push(...(await disagreements(ports[index]!, policy === undefined ? undefined : { policy, inner: [] }, [request], scenario === undefined ? undefined : (status, asked) => scenario(status, asked, source), unordered)));
      }
      expect(found.slice(0, SHOWN), `${found.length} of ${requests.length} requests\n${source}`).toEqual([]);
    });
  });
}

/** Where a file of a program stands in its project: sources in their package, beside them what they read when they run. */
function placed(name: string, text: string, index: number): readonly [path: string, text: string] {
  if (name.endsWith('.java')) return [`src/main/java/case${index}/${name}`, `package case${index};\n\n${text}`];
  if (name.endsWith('.kt')) return [`src/main/kotlin/case${index}/${name}`, `package case${index}\n\n${text}`];
  return [`src/main/resources/case${index}/${name}`, text];
}

function readingsOf(reader: Reader<JvmModule>, descriptors: Reader<XmlFile> | undefined, texts: Readonly<Record<string, string>>, path: string): readonly Reading[] {
  if (language.paths.test(path)) return readWith(language, reader, texts, path);
  return descriptors !== undefined && xml.paths.test(path) ? readWith(xml, descriptors, texts, path) : [];
}

function readWith<Unit>(own: Language<Unit>, reader: Reader<Unit>, texts: Readonly<Record<string, string>>, path: string): readonly Reading[] {
  const { unit, problems } = own.parse(new SourceText(path, texts[path]!), filesFrom(texts));
  expect(problems, texts[path]).toEqual([]);
  const readings = [...reader.read(unit!)];
  own.release?.(unit!);
  return readings;
}
