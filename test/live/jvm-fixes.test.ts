/** What fixes and suggestions make of Java and Kotlin is Java and Kotlin: what compiled before compiles after, and everything parses. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { lint } from '../../src/engine.js';
import { applyEdits } from '../../src/text/edit.js';
import { filesFrom } from '../../src/text/files.js';
import { optionsOf } from '../support/lint.js';
import { librariesOf, MACHINE } from './java/libraries.js';
import { run } from './server.js';

const root = join(import.meta.dirname, '../../fixtures/rules');
const work = mkdtempSync(join(tmpdir(), 'cors-lint-fixes-'));

afterAll(() => rmSync(work, { recursive: true }));

interface Mended {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** What is expected of fixes, and what the tool itself writes, in any way of writing the file. */
async function mended(extension: string): Promise<readonly Mended[]> {
  const found: Mended[] = [];
  for (const path of readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((one) => one.endsWith(extension) && !/\.(?:fixed|suggested)\./.test(one)).sort()) {
    const before = readFileSync(join(root, path), 'utf8');
    for (const kind of ['fixed', 'suggested']) {
      const expected = join(root, path.slice(0, -extension.length) + `.${kind}${extension}`);
      const after = readdirSync(join(expected, '..')).includes(expected.slice(expected.lastIndexOf('/') + 1)) ? readFileSync(expected, 'utf8') : undefined;
      if (after !== undefined) found.push({ name: `${path} ${kind}`, before, after });
    }
    for (const [way, rewritten] of Object.entries(WAYS)) {
      const text = rewritten(before);
      const file = `App${extension}`;
      const { findings } = await lint([file], filesFrom({ [file]: text }), optionsOf());
      for (const finding of findings) {
        for (const { edits } of [finding.fix, ...finding.suggestions].flatMap((fix) => fix ?? [])) {
          if (edits.every((edit) => edit.file === file)) found.push({ name: `${path} (${way}) ${finding.ruleId}`, before: text, after: applyEdits(text, edits) });
        }
      }
    }
  }
  return found;
}

const WAYS: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  'line ends of Windows': (text) => text.replaceAll('\n', '\r\n'),
  'letters of all kinds in front': (text) => `// café 😀\n${text}`,
};

const jarsIn = (folder: string): readonly string[] => readdirSync(folder).map((name) => `${folder}/${name}`);

/** An excerpt without imports, with those that it leaves out. */
function imported(text: string): string {
  const packages = ['java.io', 'java.util', 'java.util.regex', 'jakarta.servlet', 'jakarta.servlet.annotation', 'jakarta.servlet.http', 'org.springframework.context.annotation', 'org.springframework.http', 'org.springframework.security.config.annotation.web.builders', 'org.springframework.security.web', 'org.springframework.stereotype', 'org.springframework.web.bind.annotation', 'org.springframework.web.cors', 'org.springframework.web.filter', 'org.springframework.web.servlet', 'org.springframework.web.servlet.config.annotation'];
  return /^import /m.test(text) ? text : `${packages.map((name) => `import ${name}.*;`).join(' ')} ${text}`;
}

test('Java compiles where it did, and parses everywhere', async () => {
  const all = await mended('.java');
  expect(all.length).toBeGreaterThan(100);
  const texts = [...new Set(all.flatMap(({ before, after }) => [before, after]))];
  const folder = join(work, 'java');
  mkdirSync(folder);
  texts.forEach((text, index) => writeFileSync(join(folder, String(index).padStart(4, '0')), imported(text)));
  const classPath: string[] = [];
  for (const project of ['security-6', 'webflux-6', 'servlet', 'jersey-3', 'vertx-5', 'javalin-6', 'jetty-11']) classPath.push(...jarsIn(await librariesOf(project)));
  const said = run('java', [...MACHINE, join(import.meta.dirname, 'java/Compile.java'), folder, join(work, 'classes'), classPath.join(':')], work);
  const errors = new Map(said.split('\n').filter((line) => line !== '').map((line) => [texts[Number(line.slice(0, 4))]!, line.slice(5)]));
  // Syntax comes first: what javac's parser refuses has a code of its own.
  const syntax = [...errors].filter(([, error]) => /^compiler\.err\.(?:expected|illegal|premature|not\.stmt|unclosed|class\.public)/.test(error));
  expect(syntax).toEqual([]);
  const compiled = all.filter(({ before }) => !errors.has(before));
  expect(compiled.length).toBeGreaterThan(130);
  expect(compiled.filter(({ after }) => errors.has(after)).map(({ name, after }) => `${name}: ${errors.get(after)}`)).toEqual([]);
});

test('Kotlin parses', async () => {
  const all = await mended('.kt');
  expect(all.length).toBeGreaterThan(20);
  const folder = join(work, 'kotlin');
  mkdirSync(folder);
  const texts = [...new Set(all.flatMap(({ before, after }) => [before, after]))];
  texts.forEach((text, index) => writeFileSync(join(folder, `Text${index}.kt`), text));
  const compiler = await librariesOf('kotlin');
  // The names of all of them collide: only what the parser says is asked for.
  const { stderr } = spawnSync('java', [...MACHINE, '-classpath', `${compiler}/*`, 'org.jetbrains.kotlin.cli.jvm.K2JVMCompiler', '-no-stdlib', '-no-reflect', '-nowarn', '-d', join(work, 'kotlin-classes'), folder], { encoding: 'utf8' });
  expect(stderr).toContain('error:');
  expect(stderr.split('\n').filter((line) => /error: (?:syntax error|expecting|unexpected)/i.test(line))).toEqual([]);
});
