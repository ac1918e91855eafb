import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { run } from '../server.js';

const home = fileURLToPath(new URL('.', import.meta.url));

/** Memory and speed of one virtual machine: compilers and hosts are short-lived. */
export const MACHINE = ['-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

/** An installer that has not come to its end by then was killed. */
const ABANDONED_MS = 10 * 60_000;

/** The folder of the jars that a project's `pom.xml` asks for: copied once for each text of it, and kept. */
export async function librariesOf(project: string): Promise<string> {
  const pom = readFileSync(`${home}${project}/pom.xml`, 'utf8');
  const folder = `${home}.lib-${createHash('sha256').update(pom).digest('hex').slice(0, 12)}`;
  const lock = `${folder}.lock`;
  while (!existsSync(folder)) {
    if (!taken(lock)) {
      await delay(500);
      continue;
    }
    try {
      if (existsSync(folder)) break;
      rmSync(`${folder}.new`, { recursive: true, force: true });
      run('mvn', ['--batch-mode', '--quiet', '--file', `${home}${project}/pom.xml`, 'dependency:copy-dependencies', `-DoutputDirectory=${folder}.new`], home);
      renameSync(`${folder}.new`, folder);
    } finally {
      rmSync(lock, { recursive: true, force: true });
    }
  }
  return folder;
}

/** Whether the lock is ours now; the folder of another suite that works is left to it. */
function taken(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    const since = statSync(lock, { throwIfNoEntry: false })?.mtimeMs;
    if (since !== undefined && Date.now() - since > ABANDONED_MS) rmSync(lock, { recursive: true, force: true });
    return false;
  }
}

/** Compiles Java and Kotlin, which must not use each other: one run of each compiler. Told is the class path to run them with. */
export async function compile(sources: readonly string[], libraries: string, classes: string): Promise<string> {
  mkdirSync(classes, { recursive: true });
  const java = sources.filter((file) => file.endsWith('.java'));
  const kotlin = sources.filter((file) => file.endsWith('.kt'));
  const listed = (files: readonly string[]): string => {
    const list = `${classes}.${files === java ? 'java' : 'kotlin'}.txt`;
    writeFileSync(list, files.join('\n'));
    return `@${list}`;
  };
  if (java.length > 0) run('javac', ['-J-Xmx512m', '-nowarn', ...(readdirSync(libraries).some((name) => name.startsWith('micronaut-inject-java-')) ? [] : ['-proc:none']), '-parameters', '-d', classes, '-classpath', `${libraries}/*`, listed(java)], home);
  const path = `${classes}:${libraries}/*`;
  if (kotlin.length === 0) return path;
  const compiler = await librariesOf('kotlin');
  const jars = readdirSync(compiler);
  const plugin = jars.find((name) => name.startsWith('kotlin-allopen'));
  const runtime = jars.filter((name) => /^kotlin-(?:stdlib|reflect)-\d/.test(name)).map((name) => `${compiler}/${name}`);
  run('java', [...MACHINE, '-classpath', `${compiler}/*`, 'org.jetbrains.kotlin.cli.jvm.K2JVMCompiler', '-no-stdlib', '-no-reflect', '-nowarn', '-java-parameters', '-jvm-target', '17', `-Xplugin=${compiler}/${plugin}`, '-P', 'plugin:org.jetbrains.kotlin.allopen:preset=spring', '-classpath', [...readdirSync(libraries).map((name) => `${libraries}/${name}`), ...runtime].join(':'), '-d', classes, listed(kotlin)], home);
  return `${path}:${runtime.join(':')}`;
}
