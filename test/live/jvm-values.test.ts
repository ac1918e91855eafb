/**
 * Values of Java and Kotlin against the real machine, and settings against Spring Boot 2.7 and 3.5: what the evaluator
 * says is known must be what programs compute and what they are given; how much it knows is counted, so that it cannot get
 * by with knowing nothing.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { springInjection } from '../../src/middleware/spring/injection.js';
import { environmentOfProfile } from '../../src/middleware/application/index.js';
import language, { run, type Injection } from '../../src/syntax/jvm/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import type { Condition } from '../../src/values/condition.js';
import type { Fact } from '../../src/values/fact.js';
import type { Value } from '../../src/values/value.js';
import { compile, librariesOf, MACHINE } from './java/libraries.js';
import { sample } from './seed.js';
import { PROFILES, settingProgram } from './setting-programs.js';
import { javaValue, kotlinValue, OTHER, type ValueProgram } from './value-programs.js';

const { random, cases: COUNT } = sample('jvm-values', 120);
const home = fileURLToPath(new URL('java/', import.meta.url));

beforeAll(() => language.load());

/** What nobody can know from the text. */
const OPEN = Symbol('open');

type Decide = (fact: Fact) => boolean | undefined;

const undecided: Decide = () => undefined;

/** The value as plain data, where facts are as `decide` says. */
function plain(value: Value, decide: Decide): unknown {
  switch (value.kind) {
    case 'string':
    case 'number':
    case 'boolean':
      return value.value;
    case 'nothing':
      return null;
    case 'list': {
      const items = value.items.flatMap((item) => (item.kind === 'either' && holds(item.options.map(({ when }) => when), decide) === false ? [] : [plain(item, decide)]));
      return value.rest !== undefined || items.includes(OPEN) ? OPEN : items;
    }
    case 'record': {
      const entries = value.entries.map((one) => [one.key, plain(one.value, decide)] as const);
      return value.rest !== undefined || entries.some(([, one]) => one === OPEN) ? OPEN : Object.fromEntries(entries);
    }
    case 'either': {
      for (const { when, value: option } of value.options) {
        const here = decided(when, decide);
        if (here === undefined) return OPEN;
        if (here) return plain(option, decide);
      }
      return OPEN;
    }
    case 'condition':
      return decided(value.condition, decide) ?? OPEN;
    default:
      return OPEN;
  }
}

function holds(all: readonly Condition[], decide: Decide): boolean | undefined {
  return decided({ c: 'or', of: all }, decide);
}

function decided(condition: Condition, decide: Decide): boolean | undefined {
  switch (condition.c) {
    case 'true':
    case 'false':
      return condition.c === 'true';
    case 'not': {
      const inner = decided(condition.of, decide);
      return inner === undefined ? undefined : !inner;
    }
    case 'and':
    case 'or': {
      const parts = condition.of.map((part) => decided(part, decide));
      if (parts.includes(condition.c === 'or')) return condition.c === 'or';
      return parts.includes(undefined) ? undefined : condition.c === 'and';
    }
    case 'fact':
      return decide(condition.fact);
    default:
      return undefined;
  }
}

/** What a method of a file returns: all of its ways, of which one is taken. */
function returned(texts: Readonly<Record<string, string>>, path: string, name: string, injection: Injection, decide: Decide): unknown {
  const { unit, problems } = language.parse(new SourceText(path, texts[path]!), filesFrom(texts));
  expect(problems, texts[path]).toEqual([]);
  const ran = run(unit!, () => undefined, injection);
  const method = ran.classes.flatMap(({ methods }) => methods).find((one) => one.name === name)!;
  const events = method.callee.run([]);
  const ways = events.flatMap((event) => (event.kind === 'return' && decided(event.when, decide) !== false ? [{ sure: decided(event.when, decide) === true, value: plain(event.value, decide) }] : []));
  language.release?.(unit!);
  return ways.length === 1 && ways[0]!.sure ? ways[0]!.value : OPEN;
}

function printedBy([classPath = '', ...args]: readonly string[]): string {
  return execFileSync('java', [...MACHINE, '-classpath', classPath, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 64 * 1024 * 1024 });
}

function inFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'live-jvm-values-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function written(folder: string, files: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(files).map(([name, text]) => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  });
}

/** Runs programs for real and compares: as many disagreements as there are, and how much was known. */
async function agreement(programs: readonly ValueProgram[], others: Readonly<Record<string, string>>, root: string): Promise<{ readonly wrong: readonly string[]; readonly known: number }> {
  const libraries = await librariesOf('boot-3');
  const folder = mkdtempSync(join(tmpdir(), 'live-jvm-values-'));
  try {
    const sources = written(folder, { ...others, ...Object.fromEntries(programs.map(({ file, text }) => [file, text])) });
    const classPath = await compile([`${home}boot/Values.java`, ...sources], libraries, join(folder, 'classes'));
    const printed = printedBy([classPath, 'Values', ...programs.map(({ className }) => className)]).trim().split('\n');
    expect(printed.length).toBe(programs.length);
    const wrong: string[] = [];
    let known = 0;
    programs.forEach(({ file, text }, index) => {
      const real: unknown = JSON.parse(printed[index]!);
      const path = `${root}${file}`;
      const texts = { ...Object.fromEntries(Object.entries(others).map(([name, other]) => [`${root}${name}`, other])), [path]: text };
      const told = returned(texts, path, 'f', () => undefined, undecided);
      if (told !== OPEN) known += 1;
      if (told !== OPEN && JSON.stringify(told) !== JSON.stringify(real) && !(typeof real === 'object' && real !== null && 'error' in real)) wrong.push(`${JSON.stringify(told)} is really ${JSON.stringify(real)}\n${text.slice(text.indexOf('f()'))}`);
    });
    return { wrong, known: known / programs.length };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('Java computes what is known', async () => {
  const { wrong, known } = await agreement(Array.from({ length: COUNT }, (_unused, index) => javaValue(index, random)), { 'Other.java': OTHER }, 'src/main/java/cases/');
  expect(wrong.slice(0, 5), `seed ${random.seed}, ${wrong.length} wrong`).toEqual([]);
  expect(known).toBeGreaterThan(0.9);
});

test('Kotlin computes what is known', async () => {
  const { wrong, known } = await agreement(Array.from({ length: Math.ceil(COUNT / 2) }, (_unused, index) => kotlinValue(index, random)), {}, 'src/main/kotlin/kcases/');
  expect(wrong.slice(0, 5), `seed ${random.seed}, ${wrong.length} wrong`).toEqual([]);
  expect(known).toBeGreaterThan(0.9);
});

/** Nothing is set outside of the files, and one profile is active, or none. */
function decideFor(profile: string): Decide {
  return (fact) => {
    if (fact.environment !== undefined) return environmentOfProfile(profile) === fact.environment;
    if (fact.absentSetting !== undefined) return true;
    return fact.key.startsWith('profile:') ? fact.key === `profile:${profile}` : undefined;
  };
}

test.each([['2.7', 'boot-2'], ['3.5', 'boot-3']])('Spring Boot %s gives what its files say', async (_version, project) => {
  const programs = Array.from({ length: Math.ceil(COUNT / 3) }, () => settingProgram(random));
  const libraries = await librariesOf(project);
  const classes = mkdtempSync(join(tmpdir(), 'live-jvm-classes-'));
  try {
    const sources = programs.flatMap(({ source }, index) => written(classes, { [`sources/case${index}/App.java`]: `package case${index};\n\n${source}` }));
    const classPath = await compile([`${home}boot/Values.java`, `${home}boot/Settings.java`, ...sources], libraries, join(classes, 'classes'));
    const printed = inFolder((folder) => {
      programs.forEach(({ files }, index) => written(folder, Object.fromEntries(Object.entries(files).map(([name, text]) => [`case${index}/${name}`, text]))));
      return printedBy([classPath, 'Settings', folder, String(programs.length), ...PROFILES.map((profile) => profile || '-')]).split('\n').filter((line) => line.startsWith('{'));
    });
    expect(printed.length).toBe(programs.length * PROFILES.length);
    const wrong: string[] = [];
    let given = 0;
    programs.forEach(({ source, files }, index) => {
      const path = 'src/main/java/app/App.java';
      const texts = { ...Object.fromEntries(Object.entries(files).map(([name, text]) => [`src/main/resources/${name}`, text])), [path]: `package app;\n\n${source}` };
      PROFILES.forEach((profile, place) => {
        const real = JSON.parse(printed[index * PROFILES.length + place]!) as Record<string, unknown>;
        const told = returned(texts, path, 'get', springInjection, decideFor(profile));
        // What is missing everywhere ends the start of the application.
        const agrees = 'error' in real ? told === OPEN : JSON.stringify(told) === JSON.stringify(real);
        if (!('error' in real)) given += 1;
        if (!agrees) wrong.push(`${profile || 'no profile'}: ${told === OPEN ? 'not known' : JSON.stringify(told)} is really ${JSON.stringify(real)}\n${source}\n${Object.entries(files).map(([name, text]) => `${name}:\n${text}`).join('\n')}`);
      });
    });
    expect(wrong.slice(0, 4), `seed ${random.seed}, ${wrong.length} wrong`).toEqual([]);
    expect(given / printed.length).toBeGreaterThan(0.5);
  } finally {
    rmSync(classes, { recursive: true, force: true });
  }
});
