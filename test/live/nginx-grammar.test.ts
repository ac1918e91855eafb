import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import language from '../../src/syntax/nginx/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { mutated, TextGenerator, type Texts } from './nginx-texts.js';
import { sample } from './seed.js';
import { run } from './server.js';

const { random, cases } = sample('nginx-grammar', 100);
const root = realpathSync(mkdtempSync(join(tmpdir(), 'live-nginx-grammar-')));

/** In the order in which Debian loads them: some need others. */
const modules = readdirSync('/etc/nginx/modules-enabled').sort().flatMap((name) => [...readFileSync(`/etc/nginx/modules-enabled/${name}`, 'utf8').matchAll(/load_module modules\/(\S+);/g)].map(([, file]) => `/usr/lib/nginx/modules/${file!}`));

beforeAll(() => {
  // Fails with nginx's own word where it is not installed (Debian: nginx-extras).
  run('nginx', ['-v'], root);
  mkdirSync(join(root, 'conf'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** What is refused, in which line of which file; undefined where a message has no place, or there is none. */
interface Refusal {
  readonly message: string;
  readonly place: string | undefined;
}

/** `nginx -t` on the files, in a folder of their own. */
function asked(texts: Texts): Refusal | undefined {
  const folder = join(root, 'conf');
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text);
  const { stderr } = spawnSync('nginx', ['-t', '-p', root, '-e', 'stderr', '-c', join(folder, 'nginx.conf')], { encoding: 'utf8' });
  const lines = stderr.split(/\n(?=nginx: |\d{4}\/)/).filter((line) => /\[emerg\]/.test(line));
  const said = lines[0]?.replace(/^.*?\[emerg\] (?:\d+#\d+: )?/s, '').trimEnd().replaceAll(`${folder}/`, '');
  if (said === undefined) {
    expect(stderr).toContain('syntax is ok');
    return undefined;
  }
  const [, message, place] = /^(.*) in (\S+:\d+)$/s.exec(said) ?? [];
  return message === undefined ? { message: said, place: undefined } : { message, place };
}

/** The linter's word on them. */
function read(texts: Texts): Refusal | undefined {
  const text = texts['nginx.conf']!;
  const { problems } = language.parse(new SourceText('nginx.conf', text), filesFrom(texts));
  const [first] = problems;
  if (first === undefined) return undefined;
  const source = texts[first.at.file]!;
  // nginx counts lines up to where it stands when it complains: the end of the directive.
  return { message: first.message, place: `${first.at.file}:${source.slice(0, first.at.end).split('\n').length}` };
}

/** What nginx refuses and the linter lets pass, or says otherwise, and why. */
const LET_PASS: readonly (readonly [RegExp, string])[] = [
  [/^unknown directive "[a-z][a-z0-9_]+"$/, 'a name that a module may have'],
  [/\(\) "?.*failed \(|^cannot load certificate/, 'files of the machine'],
  [/host not found|^(?:no host|no port|invalid port|invalid host|a duplicate listen|duplicate listen options)/, 'addresses of the machine'],
  [/^no "events" section/, 'a part that looks like a whole'],
  [/^invalid number of arguments in "keepalive"/, 'other versions take it'],
  [/^pcre2_compile\(\) failed/, 'what is wrong in a pattern beside its brackets'],
  [/^(?:invalid (?:"\w+" )?(?:parameter|value|code|log level|hostname|rate|size|number)|unknown log format|zero size|no ".*" is defined|\d+ worker_connections are not enough)|invalid (?:value|number)$/, 'what only the setter of one directive knows'],
];

/** What nginx finds when it puts levels together, at their end; the linter says it where it is written. */
const SAID_LATER = /^(?:the closing bracket in|invalid variable name)/;

/** For a pattern in a file that a map includes nginx names the place of the `include` (ngx_http_map: `ctx->cf`); the linter that of the pattern. */
const SAID_OF_MAP = /^pcre2_compile\(\) failed.* part-\d+\.conf:\d+$/;

test('what nginx takes is taken', () => {
  const wrong: string[] = [];
  for (let index = 0; index < cases; index += 1) {
    const texts = new TextGenerator(random, root, modules).texts();
    const refusal = asked(texts);
    const problem = read(texts);
    if (refusal !== undefined || problem !== undefined) wrong.push(`${JSON.stringify(refusal)} ${JSON.stringify(problem)}\n${texts['nginx.conf']}`);
  }
  expect(wrong).toEqual([]);
}, 600_000);

test('what nginx refuses is refused, in its words and at its line', () => {
  const count = { taken: 0, same: 0, elsewhere: 0 };
  const unnamed: string[] = [];
  const passed = new Map<string, number>();
  for (let index = 0; index < cases; index += 1) {
    const whole = new TextGenerator(random, root, modules).texts();
    const name = random.pick(Object.keys(whole) as [string, ...string[]]);
    const texts = { ...whole, [name]: mutated(whole[name]!, random) };
    const refusal = asked(texts);
    const problem = read(texts);
    const both = `${JSON.stringify(refusal)} but ${JSON.stringify(problem)}`;
    if (refusal === undefined) {
      count.taken += 1;
      if (problem !== undefined) unnamed.push(both);
      continue;
    }
    if (problem?.message === refusal.message) {
      if (refusal.place === undefined || problem.place === refusal.place) count.same += 1;
      else if (SAID_LATER.test(refusal.message) || SAID_OF_MAP.test(`${problem.message} ${problem.place}`)) count.elsewhere += 1;
      else unnamed.push(both);
      continue;
    }
    const reason = LET_PASS.find(([pattern]) => pattern.test(refusal.message))?.[1];
    if (reason === undefined) unnamed.push(both);
    else passed.set(reason, (passed.get(reason) ?? 0) + 1);
  }
  process.stdout.write(`nginx-grammar: ${JSON.stringify(count)} ${JSON.stringify([...passed])}\n`);
  expect(unnamed).toEqual([]);
  // Nine of ten refusals are said in nginx's words.
  const others = [...passed.values()].reduce((sum, number) => sum + number, 0);
  expect(others).toBeLessThanOrEqual(Math.max(5, (count.same + others) * 0.1));
}, 600_000);
