import { existsSync, readFileSync } from 'node:fs';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lint } from '../../src/engine.js';
import { NO_FIXES } from '../../src/findings/fix-counts.js';
import type { Finding } from '../../src/findings/finding.js';
import type { Lint } from '../../src/hosts/cli/judge.js';
import { run } from '../../src/hosts/cli/run.js';
import { findingAt, witness } from '../support/report.js';
import { gitIn, pullRequest, Workspace, type Command } from '../support/workflow.js';

let workspace: Workspace;
beforeEach(() => void (workspace = new Workspace()));
afterEach(() => workspace.remove());

/** Every origin is echoed back with credentials: an error at 2:27. */
const SERVER = "const app = require('express')();\napp.use(require('cors')({ origin: true, credentials: true }));\napp.get('/a', (req, res) => res.json({}));\n";
const QUIET = "const app = require('express')();\napp.get('/a', (req, res) => res.json({}));\n";

const annotationsIn = (commands: readonly Command[]): readonly Command[] => commands.filter(({ name }) => name === 'error' || name === 'warning' || name === 'notice');
const placesIn = (commands: readonly Command[]): readonly string[] => annotationsIn(commands).map(({ name, properties, text }) => (properties['file'] === undefined ? `${name}: ${text}` : `${name} ${properties['file']}:${properties['line']}`));

/**
 * An engine that any reader of a test sees through: each `cors:error`, `cors:warn`, `cors:info` in a text is a finding
 * with that message; `cors:error@word` has to do with the word `word` in the same file too.
 */
const fake: Lint = (paths, files) => {
  const findings = paths.flatMap((path) => {
    const text = files.read(path) ?? '';
    return [...text.matchAll(/cors:(error|warn|info)(?:@(\w+))?/g)].map((match): Finding => {
      const place = (start: number, length: number): { file: string; start: number; end: number } => ({ file: path, start, end: start + length });
      const word = match[2] === undefined ? -1 : text.lastIndexOf(match[2]);
      const severity = match[1] === 'error' || match[1] === 'warn' ? match[1] : 'info';
      return findingAt(place(match.index, match[0].length), { severity, message: match[0], witness, related: word < 0 ? [] : [{ at: place(word, match[2]!.length), message: 'here' }] });
    });
  });
  return Promise.resolve({ findings, gaps: [], policies: [], unusedDisables: [], read: paths.length, fixes: NO_FIXES });
};

describe('a run over everything', () => {
  test('annotation, log, summary, outputs, exit code', async () => {
    workspace.write({ 'src/server.js': SERVER, 'src/quiet.js': QUIET });
    const { code, commands, outputs, summary, stdout, stderr } = await workspace.step({}, { env: { GITHUB_SHA: 'a'.repeat(40) } });
    expect(code).toBe(1);
    expect(stderr).toBe('');
    expect(commands.map(({ name }) => name)).toEqual(['group', 'endgroup', 'error']);
    expect(commands[0]?.text).toBe('cors-lint: 1 finding');
    expect(stdout).toContain('src/server.js');
    expect(commands[2]).toMatchObject({ properties: { file: 'src/server.js', line: '2', endLine: '2', col: '27', title: 'cors-lint/no-reflected-origin' }, text: expect.stringMatching(/^Any origin is accepted/) });
    expect(outputs).toEqual({ findings: '1', errors: '1', warnings: '0', fixable: '0', conclusion: 'failure' });
    expect(summary).toContain('## cors-lint: 1 finding (1 error, 0 warnings)');
    expect(summary).toContain(`[<code>src/server.js&#58;2</code>](https://github.com/owner/name/blob/${'a'.repeat(40)}/src/server.js#L2)`);
    expect(summary).toContain('verdict: <code>allowed');
    expect(summary).toContain('| <code>no-reflected-origin</code> | 1 | 0 | 0 |');
    expect(summary).toContain('| app-middleware | 1 |');
  });

  test('nothing found', async () => {
    workspace.write({ 'quiet.js': QUIET });
    const { code, commands, outputs, summary } = await workspace.step({});
    expect(code).toBe(0);
    expect(annotationsIn(commands)).toEqual([]);
    expect(outputs).toEqual({ findings: '0', errors: '0', warnings: '0', fixable: '0', conclusion: 'success' });
    expect(summary).toContain('## cors-lint: no findings');
  });

  test('findings that do not fail the step are neutral; fail-on is the input, the configuration, or error', async () => {
    workspace.write({ 'a.js': 'cors:warn' });
    const conclusion = async (inputs: Readonly<Record<string, string>>): Promise<unknown> => {
      const { code, outputs } = await workspace.step(inputs, { lint: fake });
      return [code, outputs['conclusion']];
    };
    expect(await conclusion({})).toEqual([0, 'neutral']);
    expect(await conclusion({ 'fail-on': 'warn' })).toEqual([1, 'failure']);
    workspace.write({ '.cors-lintrc.json': '{ "failOn": "warn" }' });
    expect(await conclusion({})).toEqual([1, 'failure']);
    expect(await conclusion({ 'fail-on': 'error' })).toEqual([0, 'neutral']);
    expect(await conclusion({ 'fail-on': 'error', args: '--max-warnings 0' })).toEqual([1, 'failure']);
  });

  test('paths on several lines; args as a shell would split them; a working directory; quiet', async () => {
    workspace.write({ 'pkg/a.js': 'cors:error cors:warn', 'pkg/b c.js': 'cors:error', 'pkg/d.js': 'cors:error', 'pkg/gen/e.js': 'cors:error', 'f.js': 'cors:error' });
    const { commands } = await workspace.step({ 'working-directory': 'pkg', paths: '  a.js\r\n\n b c.js \ngen', args: "--ignore-pattern 'gen/' --quiet" }, { lint: fake });
    expect(placesIn(commands)).toEqual(['error pkg/a.js:1', 'error pkg/b c.js:1']);
  });

  test('annotations and summary can be left out; a notice then names the log', async () => {
    workspace.write({ 'a.js': 'cors:error '.repeat(12) });
    const without = await workspace.step({ annotations: 'False', summary: 'false' }, { lint: fake });
    expect([annotationsIn(without.commands), without.summary]).toEqual([[], '']);
    expect(without.outputs['findings']).toBe('12');
    const { commands } = await workspace.step({ summary: 'false' }, { lint: fake });
    expect(placesIn(commands).at(-1)).toBe('notice: 2 more findings in the log of this step');
  });

  test('SARIF: paths from the top of the repository, told as an output; other reports by args', async () => {
    workspace.git('init', '--quiet');
    workspace.write({ 'pkg/a b.js': SERVER });
    const { outputs, code } = await workspace.step({ 'working-directory': 'pkg', 'sarif-file': 'out/report.sarif', args: '--format json=out/report.json' });
    expect(code).toBe(1);
    expect(outputs['sarif-file']).toBe(join(workspace.folder, 'pkg/out/report.sarif'));
    const { runs } = JSON.parse(readFileSync(join(workspace.folder, 'pkg/out/report.sarif'), 'utf8'));
    expect(runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri).toBe('pkg/a%20b.js');
    expect(JSON.parse(readFileSync(join(workspace.folder, 'pkg/out/report.json'), 'utf8')).findings).toHaveLength(1);
  });

  test('known findings are not reported', async () => {
    workspace.write({ 'a.js': SERVER });
    const quiet = { isTTY: false, write: () => undefined };
    await run(['--write-baseline', '--baseline', 'known.json'], { cwd: workspace.folder, env: {}, stdout: quiet, stderr: quiet, readStdin: () => new Uint8Array() }, () => Promise.resolve(lint));
    expect((await workspace.step({})).outputs).toMatchObject({ findings: '1', conclusion: 'failure' });
    const { code, outputs } = await workspace.step({ baseline: 'known.json' });
    expect([code, outputs['findings'], outputs['conclusion']]).toEqual([0, '0', 'success']);
    expect((await workspace.step({ baseline: 'gone.json' })).code).toBe(2);
  });

  test('an upload leaves the judgement to code scanning, unless a level is named', async () => {
    workspace.write({ 'a.js': SERVER });
    const upload = await workspace.step({ 'upload-sarif': 'true' });
    expect([upload.code, upload.outputs['conclusion'], upload.outputs['sarif-file']]).toEqual([0, 'neutral', join(workspace.top, 'cors-lint.sarif')]);
    expect(existsSync(join(workspace.top, 'cors-lint.sarif'))).toBe(true);
    expect((await workspace.step({ 'upload-sarif': 'true', 'fail-on': 'error' })).code).toBe(1);
  });
});

describe('what GitHub shows of it', () => {
  test('at most ten of a level, and one notice that counts the rest', async () => {
    workspace.write({ 'a.js': `${'cors:warn '.repeat(15)}${'cors:error '.repeat(15)}${'cors:info '.repeat(15)}` });
    const { commands, stdout } = await workspace.step({}, { lint: fake });
    const count = (name: string): number => commands.filter((command) => command.name === name).length;
    expect([count('error'), count('warning'), count('notice')]).toEqual([10, 10, 10]);
    expect(annotationsIn(commands).at(-1)?.text).toBe('16 more findings in the job summary');
    expect(stdout.match(/^ .*cors:\w+ /gm)).toHaveLength(45);
  });

  test('max-annotations counts the last notice too', async () => {
    workspace.write({ 'a.js': 'cors:warn cors:error cors:info' });
    const places = async (most: string): Promise<readonly string[]> => placesIn((await workspace.step({ 'max-annotations': most }, { lint: fake })).commands);
    expect(await places('3')).toHaveLength(3);
    expect(await places('2')).toEqual(['error a.js:1', 'notice: 2 more findings in the job summary']);
    expect(await places('0')).toEqual([]);
  });

  test('the log tells what the run told, in the order of events', async () => {
    workspace.write({ 'notes.txt': 'cors' });
    const { stdout, stderr } = await workspace.step({});
    expect(stderr).toBe('');
    expect(stdout).toContain('cors-lint: no files that it can read were found');
  });
});

describe('only what changed', () => {
  test('findings on changed lines, or with a related place on one; in changed files; all, with changed lines first', async () => {
    workspace.git('init', '--quiet');
    const base = workspace.commit({ 'a.js': 'cors:error\ncors:error@word\nsame\nword\nsame\n', 'b.js': 'cors:error\n' });
    const head = workspace.commit({ 'a.js': 'cors:error\ncors:error@word\nsame\nother word\nsame\ncors:warn\n' });
    const places = async (inputs: Readonly<Record<string, string>>): Promise<unknown> => {
      const { commands, code, outputs } = await workspace.step(inputs, { lint: fake, event: ['pull_request', pullRequest(base, head)] });
      return [code, outputs['findings'], ...placesIn(commands)];
    };
    expect(await places({})).toEqual([1, '2', 'error a.js:2', 'warning a.js:6']);
    expect(await places({ 'only-changed': 'files' })).toEqual([1, '3', 'error a.js:2', 'warning a.js:6', 'error a.js:1']);
    expect(await places({ 'only-changed': 'all' })).toEqual([1, '4', 'error a.js:2', 'warning a.js:6', 'error a.js:1', 'error b.js:1']);
    expect(await places({ 'upload-sarif': 'true' })).toEqual([0, '4', 'error a.js:2', 'warning a.js:6', 'error a.js:1', 'error b.js:1']);
  });

  test('links point into the head of the pull request; several lines, characters of addresses', async () => {
    workspace.git('init', '--quiet');
    const base = workspace.commit({});
    const head = workspace.commit({ 'a (b) #%.js': SERVER });
    const { summary } = await workspace.step({}, { event: ['pull_request', pullRequest(base, head)] });
    expect(summary).toContain(`](https://github.com/owner/name/blob/${head}/a%20%28b%29%20%23%25.js#L2)`);
    expect(summary).toContain(`Only findings on lines that changed since ${base.slice(0, 12)}.`);
  });

  test.each<[string, (base: string, head: string) => readonly [string, unknown], readonly string[]]>([
    ['a pull request whose target decides', (base, head) => ['pull_request_target', pullRequest(base, head)], ['error b.js:1']],
    ['a merge queue', (base, head) => ['merge_group', { merge_group: { base_sha: base, head_sha: head } }], ['error b.js:1']],
    ['a push', (before, after) => ['push', { before, after }], ['error a.js:1', 'error b.js:1']],
    ['a schedule', () => ['schedule', {}], ['error a.js:1', 'error b.js:1']],
  ])('by default, on %s', async (_case, event, places) => {
    workspace.git('init', '--quiet');
    const base = workspace.commit({ 'a.js': 'cors:error' });
    const head = workspace.commit({ 'b.js': 'cors:error' });
    expect(placesIn((await workspace.step({}, { lint: fake, event: event(base, head) })).commands)).toEqual(places);
  });

  test('a push knows what was there before, where it is asked for; the first push of a branch does not', async () => {
    workspace.git('init', '--quiet');
    const before = workspace.commit({ 'a.js': 'cors:error' });
    const after = workspace.commit({ 'b.js': 'cors:error' });
    const places = async (from: string): Promise<readonly string[]> => placesIn((await workspace.step({ 'only-changed': 'lines' }, { lint: fake, event: ['push', { before: from, after }] })).commands);
    expect(await places(before)).toEqual(['error b.js:1']);
    expect(await places('0'.repeat(40))).toEqual(['warning: only-changed: the event push names no commit to compare with; everything is reported', 'error a.js:1', 'error b.js:1']);
  });

  test('only changed files are read', async () => {
    workspace.git('init', '--quiet');
    const base = workspace.commit({ 'a.js': 'cors:error' });
    const head = workspace.commit({ 'b.js': 'cors:error' });
    const read: string[] = [];
    const seeing: Lint = (paths, files, options) => {
      read.push(...paths);
      return fake(paths, files, options);
    };
    await workspace.step({}, { lint: seeing, event: ['pull_request', pullRequest(base, head)] });
    expect(read).toEqual(['b.js']);
  });

  test('what a changed file means for those that import it, and for those that import them', async () => {
    workspace.git('init', '--quiet');
    const app = "import cors from 'cors';\nimport express from 'express';\nimport { options } from './config/index.js';\nconst app = express();\napp.use(cors(options));\napp.get('/a', (req, res) => res.json({}));\n";
    const base = workspace.commit({ 'app.js': app, 'config/index.js': "export { options } from './values.js';\n", 'config/values.js': "export const options = {\n  origin: 'https://a.example',\n  credentials: true,\n};\n", 'other.js': SERVER });
    const head = workspace.commit({ 'config/values.js': 'export const options = {\n  origin: true,\n  credentials: true,\n};\n' });
    const event = ['pull_request', pullRequest(base, head)] as const;
    const { commands } = await workspace.step({}, { event });
    expect(placesIn(commands)).toEqual(['error config/values.js:2']);
    expect(placesIn((await workspace.step({ 'only-changed': 'files' }, { event })).commands)).toEqual(['error config/values.js:2']);
  });

  test('what stands behind a changed gateway is read where args say so', async () => {
    workspace.git('init', '--quiet');
    const conf = (header: string): string => `server {\n  listen 80;\n  location / {\n    proxy_pass http://127.0.0.1:3000;\n${header}  }\n}\n`;
    const base = workspace.commit({ 'nginx.conf': conf(''), 'app.js': "const app = require('express')();\napp.use(require('cors')({ origin: 'https://a.example' }));\napp.get('/a', (req, res) => res.json({}));\napp.listen(3000);\n" });
    const head = workspace.commit({ 'nginx.conf': conf("    add_header Access-Control-Allow-Origin 'https://a.example' always;\n") });
    const rules = async (args: string): Promise<readonly string[]> => annotationsIn((await workspace.step({ args }, { event: ['pull_request', pullRequest(base, head)] })).commands).map(({ properties }) => properties['title'] ?? '');
    expect(await rules('')).not.toContain('cors-lint/duplicate-cors-layers');
    expect(await rules('--related')).toContain('cors-lint/duplicate-cors-layers');
  });

  /** As actions/checkout makes it: one commit, and an origin that has them all. */
  function shallow(): { readonly base: string; readonly head: string } {
    const origin = new Workspace();
    try {
      origin.git('init', '--quiet', '--initial-branch=main');
      const base = origin.commit({ 'a.js': 'cors:error\nsame\n', 'b.js': 'cors:error\n' });
      const head = origin.commit({ 'a.js': 'cors:error\nsame\ncors:warn\n' });
      gitIn(origin.folder, 'clone', '--quiet', '--bare', '.', join(workspace.top, 'origin.git'));
      gitIn(join(workspace.top, 'origin.git'), 'config', 'uploadpack.allowAnySHA1InWant', 'true');
      workspace.git('clone', '--quiet', '--depth=1', `file://${join(workspace.top, 'origin.git')}`, '.');
      return { base, head };
    } finally {
      origin.remove();
    }
  }

  test('a base that a shallow clone does not have is fetched alone', async () => {
    const { base, head } = shallow();
    expect(() => workspace.git('cat-file', '-e', base)).toThrow();
    const { commands, outputs } = await workspace.step({}, { lint: fake, event: ['pull_request', pullRequest(base, head)] });
    expect(placesIn(commands)).toEqual(['warning a.js:3']);
    expect(outputs['findings']).toBe('1');
    expect(workspace.git('rev-list', '--count', '--all').trim()).toBe('1');
  });

  test('a base that cannot be fetched: one warning with the reason, and everything is reported', async () => {
    const { base, head } = shallow();
    workspace.git('remote', 'set-url', 'origin', `file://${join(workspace.top, 'gone.git')}`);
    const { commands, summary, code } = await workspace.step({}, { lint: fake, event: ['pull_request', pullRequest(base, head)] });
    const [warning, ...rest] = placesIn(commands);
    expect(warning).toMatch(new RegExp(`^warning: only-changed: the base commit ${base} is not in this clone and could not be fetched \\(git says: .*gone\\.git.*\\); give actions/checkout fetch-depth: 0; everything is reported$`));
    expect(rest).toEqual(['error a.js:1', 'error b.js:1', 'warning a.js:3']);
    expect(summary).toContain('everything is reported');
    expect(code).toBe(1);
  });

  test('a checkout of the base says so: silence is no answer', async () => {
    workspace.git('init', '--quiet');
    const base = workspace.commit({ 'a.js': 'cors:error' });
    const { commands } = await workspace.step({}, { lint: fake, event: ['pull_request_target', pullRequest(base, 'b'.repeat(40))] });
    expect(placesIn(commands)).toEqual([expect.stringMatching(/^warning: only-changed: the commit that is checked out is the base itself/), 'error a.js:1']);
  });

  test('no repository: a warning, and everything is reported', async () => {
    workspace.write({ 'a.js': 'cors:error' });
    const { commands } = await workspace.step({}, { lint: fake, event: ['pull_request', pullRequest('a'.repeat(40), 'b'.repeat(40))] });
    expect(placesIn(commands)).toEqual([expect.stringMatching(/^warning: only-changed: .*everything is reported$/), 'error a.js:1']);
  });

  test('a warning of the step counts among its ten', async () => {
    workspace.write({ 'a.js': 'cors:warn '.repeat(12) });
    const { commands } = await workspace.step({ 'only-changed': 'lines' }, { lint: fake });
    expect(annotationsIn(commands).filter(({ name }) => name === 'warning')).toHaveLength(10);
    expect(placesIn(commands).at(-1)).toBe('notice: 3 more findings in the job summary');
  });
});

describe('hostile repositories', () => {
  const names = ['new\nline.js', '::error::forged.js', 'a,b:c=d.js', '%25 %0A.js', '"quotes" \'and\' more.js', '##[error]forged.js', '| table | `code` <b>bold.js', '-rf.js', 'return\rhere.js', '$(touch pwned).js'];
  const message = '::error file=x::forged\n::stop-commands::token\r::set-output name=findings::0 ##[add-path]/tmp/evil %0A::warning::x | <img src=x onerror=1> `tick [a](https://evil.example) @owner';
  const hostile: Lint = async (paths, files, options) => {
    const result = await fake(paths, files, options);
    return { ...result, findings: result.findings.map((finding): Finding => ({ ...finding, message, why: message, related: [{ at: finding.at, message }], fix: { title: message, edits: [], changes: [] }, witness: { ...witness, attacker: message, request: { ...witness.request, origin: message }, verdict: { ...witness.verdict, reason: message } } })), gaps: [{ at: { file: paths[0]!, start: 0, end: 0 }, reason: 'env-variable', message }] };
  };

  test('no name and no text becomes a command, and annotations find their files', async () => {
    workspace.git('init', '--quiet');
    workspace.write(Object.fromEntries(names.map((name) => [name, 'cors:error ::error::forged ##[error]forged\n::stop-commands::x\n'])));
    const { commands, code, outputs } = await workspace.step({}, { lint: hostile });
    expect(commands.map(({ name }) => name)).toEqual(['group', 'endgroup', ...names.map(() => 'error')]);
    expect(annotationsIn(commands).map(({ properties }) => properties['file']).sort()).toEqual([...names].sort());
    for (const { properties } of annotationsIn(commands)) expect(Object.keys(properties)).toEqual(['file', 'line', 'endLine', 'col', 'endColumn', 'title']);
    expect(outputs).toEqual({ findings: '10', errors: '10', warnings: '0', fixable: '10', conclusion: 'failure' });
    expect(code).toBe(1);
  });

  test('values of CORS that hold commands', async () => {
    workspace.write({ 'nginx.conf': 'server {\n  location / {\n    add_header Access-Control-Allow-Origin "::error::forged%0A::add-mask::x ##[add-path]/tmp" always;\n    add_header Access-Control-Allow-Credentials "::stop-commands::x" always;\n  }\n}\n' });
    const { commands, stdout } = await workspace.step({});
    expect(stdout.slice(0, stdout.indexOf('::endgroup::'))).toMatch(/forged(?![^]*##\[)/);
    expect(annotationsIn(commands).length).toBeGreaterThan(0);
    expect(new Set(commands.map(({ name }) => name))).toEqual(new Set(['group', 'endgroup', ...annotationsIn(commands).map(({ name }) => name)]));
    for (const { properties } of annotationsIn(commands)) expect(properties['file']).toBe('nginx.conf');
  });

  /** What GitHub makes of a summary, as far as markdown says it; HTML in it stays, as it does there. */
  const rendered = (markdown: string): string => micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });

  test('cells of the summary cannot be broken, and nothing in them is a mark, a link or HTML', async () => {
    workspace.git('init', '--quiet');
    workspace.write(Object.fromEntries(names.map((name) => [name, 'cors:error'])));
    const html = rendered((await workspace.step({}, { lint: hostile, env: { GITHUB_SHA: 'a'.repeat(40) } })).summary);
    const [findings = ''] = html.split('<h3>');
    expect(findings.match(/<tr>/g)).toHaveLength(1 + names.length);
    for (const line of findings.split('<tr>').slice(2)) expect(line.match(/<td>/g)).toHaveLength(4);
    expect(new Set([...html.matchAll(/<(\w+)/g)].map(([, tag]) => tag))).toEqual(new Set(['h2', 'h3', 'p', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'a', 'code', 'br', 'details', 'summary']));
    for (const [, address] of html.matchAll(/href="([^"]*)"/g)) expect(address).toMatch(/^https:\/\/github\.com\/(?:owner\/name\/blob\/a{40}\/[^/()]+#L1|cors-lint\/cors-lint\/blob\/v[\d.]+\/docs\/rules\/no-reflected-origin\.md)$/);
    // What the text says is there, as text.
    expect(html).toContain('[a](https://evil.example) @owner');
    expect(html).toContain('&lt;img src=x onerror=1&gt;');
    expect(html).toContain('::set-output name=findings::0 ##[add-path]/tmp/evil');
  });

  test('5,000 findings: the summary stays below half of what GitHub takes, cut between rows, and the counts are whole', async () => {
    workspace.write({ 'a.js': 'cors:error ::x\n'.repeat(3000), 'b.js': 'cors:warn\n'.repeat(2000) });
    const { summary, commands, outputs, stdout } = await workspace.step({}, { lint: hostile });
    expect(Buffer.byteLength(summary)).toBeLessThan(512 * 1024);
    expect(Buffer.byteLength(summary)).toBeGreaterThan(450 * 1024);
    expect(annotationsIn(commands)).toHaveLength(21);
    expect(outputs).toMatchObject({ findings: '5000', errors: '3000', warnings: '2000' });
    const [, left = ''] = /^(\d+) more findings did not fit here; the log has all of them\.$/m.exec(summary) ?? [];
    const html = rendered(summary);
    const [findings = ''] = html.split('<h3>');
    const rows = findings.split('<tr>').slice(2);
    expect(rows.length + Number(left)).toBe(5000);
    for (const row of rows) expect(row).toMatch(/^\n<td>error<\/td>[^]*<\/details><\/td>\n<td><a [^]*<\/a><\/td>\n<\/tr>/);
    expect(html).toMatch(/<code>no-reflected-origin<\/code><\/td>\n<td align="right">3000<\/td>\n<td align="right">2000<\/td>/);
    expect(stdout.match(/no-reflected-origin$/gm)).toHaveLength(5000);
  });

  test('outputs hold whatever a value holds', async () => {
    workspace.write({ 'a.js': 'cors:error' });
    const { outputs } = await workspace.step({ 'sarif-file': 'x\nfindings=0\nevil<<end' }, { lint: fake });
    expect(outputs).toMatchObject({ findings: '1', 'sarif-file': join(workspace.folder, 'x\nfindings=0\nevil<<end') });
    expect(Object.keys(outputs)).toEqual(['findings', 'errors', 'warnings', 'fixable', 'sarif-file', 'conclusion']);
  });

  test('a pull request from a fork brings no configuration that is run', async () => {
    workspace.git('init', '--quiet');
    const base = workspace.commit({ 'a.js': QUIET });
    const head = workspace.commit({ 'b.js': SERVER, 'cors-lint.config.mjs': "import { writeFileSync } from 'node:fs';\nwriteFileSync('pwned', '');\nexport default { rules: { 'no-reflected-origin': 'off' } };\n" });
    const { code, commands, outputs } = await workspace.step({}, { event: ['pull_request', pullRequest(base, head, 'stranger/name')] });
    expect(placesIn(commands)).toEqual([expect.stringMatching(/^error: .*cors-lint\.config\.mjs/)]);
    expect([code, outputs]).toEqual([2, { conclusion: 'error' }]);
    expect(existsSync('pwned') || existsSync(join(workspace.folder, 'pwned'))).toBe(false);
    // A fork that was deleted is a fork.
    const gone = { pull_request: { base: { sha: base, repo: { full_name: 'owner/name' } }, head: { sha: head, repo: null } } };
    expect((await workspace.step({}, { event: ['pull_request_target', gone] })).code).toBe(2);
    const after = { repository: { full_name: 'owner/name' }, workflow_run: { head_sha: head, head_repository: { full_name: 'stranger/name' } } };
    expect((await workspace.step({}, { event: ['workflow_run', after] })).code).toBe(2);
  });
});

describe('inputs that mean nothing', () => {
  test.each<[Readonly<Record<string, string>>, string]>([
    [{ 'only-change': 'lines' }, 'unknown input only-change; did you mean only-changed?'],
    [{ 'only-changed': 'line' }, 'only-changed: expected lines, files, all, found "line"; did you mean lines?'],
    [{ 'fail-on': 'warning' }, 'fail-on: expected error, warn, info, never, found "warning"'],
    [{ annotations: 'yes' }, 'annotations: expected true, false, found "yes"'],
    [{ 'max-annotations': '51' }, 'max-annotations: expected a number from 0 to 50, found "51"'],
    [{ 'max-annotations': '-1' }, 'max-annotations: expected a number from 0 to 50, found "-1"'],
    [{ args: '--onyl x' }, 'unknown option --onyl; did you mean --only?'],
    [{ args: '--fix' }, 'args: --fix is not for the Action'],
    [{ args: '--fail-on never' }, 'args: --fail-on has an input of its own, fail-on'],
    [{ args: '--format json' }, 'args: --format json needs a file here: json=path'],
    [{ args: '--format yson=a' }, '--format: unknown format "yson"; did you mean json?'],
    [{ args: 'src --quiet' }, 'args: "src" is a path; write it in paths'],
    [{ args: '--only "x' }, 'args: a quotation or an escape does not end in "--only \\"x"'],
    [{ args: '--only ::error::forged' }, '--only: unknown rule "::error::forged"'],
    [{ args: '--max-warnings many' }, '--max-warnings: expected a number, found "many"'],
    [{ config: 'a.json', args: '--no-config' }, 'config and --no-config in args contradict each other'],
    [{ config: 'gone.json' }, '{top}/gone.json: no such configuration file'],
    [{ 'upload-sarif': 'true', 'only-changed': 'lines' }, 'upload-sarif and only-changed: lines contradict each other: code scanning takes what is missing from an upload for mended'],
    [{ paths: 'gone.js' }, 'gone.js: no such file or folder'],
    [{ paths: 'a\n::error::forged' }, 'a: no such file or folder'],
  ])('%j: one clear word', async (inputs, message) => {
    workspace.write({ 'server.js': SERVER });
    const { code, commands, outputs, summary, stderr } = await workspace.step(inputs);
    expect(annotationsIn(commands)).toEqual([{ name: 'error', properties: { title: 'cors-lint' }, text: message.replace('{top}', workspace.folder) }]);
    expect([code, outputs, summary, stderr]).toEqual([2, { conclusion: 'error' }, '', '']);
  });

  test('a working directory that is not there; an event that is no JSON; words on the command line', async () => {
    const said = async (inputs: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}): Promise<unknown> => annotationsIn((await workspace.step(inputs, { env })).commands).map(({ text }) => text);
    expect(await said({ 'working-directory': 'gone' })).toEqual([`working-directory: ${join(workspace.folder, 'gone')} does not exist`]);
    workspace.write({ 'event.json': '{ "pull_request": ' });
    expect(await said({}, { GITHUB_EVENT_PATH: join(workspace.folder, 'event.json') })).toEqual([expect.stringMatching(/^the event of the workflow cannot be read from GITHUB_EVENT_PATH: /)]);
  });

  test('without GitHub: no event, no files to tell', async () => {
    workspace.write({ 'a.js': 'cors:error' });
    const { code, commands } = await workspace.step({}, { lint: fake, env: { GITHUB_EVENT_NAME: '', GITHUB_EVENT_PATH: '', GITHUB_REPOSITORY: '', GITHUB_WORKSPACE: '' }, cwd: workspace.folder });
    expect([code, placesIn(commands)]).toEqual([1, ['error a.js:1']]);
  });
});
