import { Ajv } from 'ajv';
import Draft04 from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Log, Region } from 'sarif';
import { describe, expect, test } from 'vitest';
import { lint } from '../../src/engine.js';
import { ruleEntries } from '../../src/generated/catalogue.js';
import { run } from '../../src/hosts/cli/run.js';
import { PLAIN, type Report } from '../../src/reporters/report.js';
import { format } from '../../src/reporters/sarif.js';
import { applyEdits } from '../../src/text/edit.js';
import { findingAt, reportOf, spanOf } from '../support/report.js';

const root = join(import.meta.dirname, '../..');

// `import … from` of a CommonJS module gives its `module.exports`, whose types call it `default`.
const draft04 = new (Draft04 as unknown as typeof Ajv)({ strict: false, allErrors: true });
(addFormats as unknown as (ajv: Ajv) => void)(draft04);
/** The schema that OASIS publishes (sarif-spec, `sarif-2.1/schema/sarif-schema-2.1.0.json`). */
const valid = draft04.compile<Log>(JSON.parse(readFileSync(join(root, 'fixtures/schemas/sarif-2.1.0.json'), 'utf8')) as object);

function logOf(report: Report): Log {
  return checked(format(report, PLAIN));
}

function checked(text: string): Log {
  const log: unknown = JSON.parse(text);
  if (!valid(log)) throw new Error(JSON.stringify(valid.errors?.slice(0, 5), null, 2));
  return log;
}

const TEXT = "const a = 1;\napp.use(cors({ origin: true }));\n";
const at = spanOf('src/app.js', TEXT, 'origin: true');

test('the schema refuses what is no SARIF', () => {
  expect(() => checked('{"version":"2.1.0","runs":[{"results":[]}]}')).toThrow('tool');
  expect(() => checked('{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x","informationUri":"not a uri"}}}]}')).toThrow('uri');
});

/** A few fixtures of each rule that it finds fault with. */
const picks = ruleEntries.flatMap(({ id }) => {
  const folder = join(root, 'fixtures/rules', id);
  const bad = existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith('bad-') && !/\.(?:fixed|suggested|observed|policy)\./.test(name)) : [];
  const [files, folders] = [bad.filter((name) => name.includes('.')), bad.filter((name) => !name.includes('.'))];
  return [...files.slice(0, 3), ...folders.slice(0, 1)].map((name) => ({ id, path: join(folder, name), whole: !name.includes('.') }));
});

/** What is said of paths, as text. */
async function said(cwd: string, paths: readonly string[]): Promise<string> {
  let out = '';
  const terminal = { cwd, env: {}, stdout: { isTTY: false, write: (text: string) => void (out += text) }, stderr: { isTTY: false, write: () => undefined }, readStdin: () => new Uint8Array() };
  await run(['--no-config', '--no-ignore', '-f', 'sarif', ...ruleEntries.flatMap(({ id }) => ['--rule', `${id}=info`]), ...paths], terminal, () => Promise.resolve(lint));
  return out;
}

describe('over fixtures of every rule', async () => {
  const out = await said(root, picks.filter(({ whole }) => !whole).map(({ path }) => path));
  const [{ results = [], tool }] = (JSON.parse(out) as Log).runs as [Log['runs'][number]];
  const ofFolders = await Promise.all(picks.filter(({ whole }) => whole).map(({ path }) => said(path, ['.'])));

  test('the logs are SARIF 2.1.0', () => {
    const all = [out, ...ofFolders].flatMap((text) => checked(text).runs[0]!.results!);
    expect([...new Set(picks.map(({ id }) => id))].filter((id) => !all.some(({ ruleId }) => ruleId === `cors-lint/${id}`))).toEqual([]);
    for (const part of ['fixes', 'relatedLocations'] as const) expect(all.some((result) => result[part] !== undefined)).toBe(true);
  });

  test('every result names its rule, whose texts keep within GitHub’s limits', () => {
    const rules = tool.driver.rules ?? [];
    for (const { ruleIndex, ruleId } of results) expect(rules[ruleIndex!]!.id).toBe(ruleId);
    for (const { id, name, shortDescription, fullDescription, help, helpUri, properties } of rules) {
      expect([id, name!.length <= 255, shortDescription!.text.length <= 1024, fullDescription!.text.length <= 1024]).toEqual([id, true, true, true]);
      expect(help!.markdown).toContain(help!.text);
      expect(helpUri).toBe(`https://github.com/cors-lint/cors-lint/blob/v${tool.driver.semanticVersion}/docs/rules/${name}.md`);
      expect(properties!.tags!.length).toBeLessThanOrEqual(20);
      expect(['very-high', 'high', 'medium', 'low']).toContain(properties!['precision']);
      // One of the two ranks it: security results by number, others by word.
      expect(properties!.tags!.includes('security')).toBe(/^(?:10|\d)\.\d$/.test(String(properties!['security-severity'])));
      expect(properties!.tags!.includes('security')).toBe(properties!['problem.severity'] === undefined);
    }
  });

  test('fingerprints tell results apart', () => {
    const fingerprints = results.map(({ partialFingerprints }) => partialFingerprints!['corsLint/v1']);
    expect(new Set(fingerprints).size).toBe(results.length);
  });

  test('URIs lead to the files, and regions to places within them', () => {
    for (const { locations = [], relatedLocations = [] } of results) {
      for (const { physicalLocation } of [...locations, ...relatedLocations]) {
        const text = readFileSync(join(root, decodeURIComponent(physicalLocation!.artifactLocation!.uri!)), 'utf8');
        expect(offsetsOf(text, physicalLocation!.region!).every((offset) => offset >= 0 && offset <= text.length)).toBe(true);
      }
    }
  });
});

/** Offsets of a region by the lines of SARIF's `newlineSequences`. */
function offsetsOf(text: string, { startLine = 1, startColumn = 1, endLine = startLine, endColumn = 1 }: Region): readonly [start: number, end: number] {
  const starts = [0, ...[...text.matchAll(/\r\n|\n|\r/g)].map((match) => match.index + match[0].length)];
  return [starts[startLine - 1]! + startColumn - 1, starts[endLine - 1]! + endColumn - 1];
}

test('a result says where, what, why and how it is proven', () => {
  const [log] = logOf(reportOf({ 'src/app.js': TEXT, 'b c.js': TEXT }, [findingAt(at, { related: [{ at: { ...at, file: 'b c.js' }, message: 'here' }] })])).runs;
  const [result] = log!.results!;
  expect(log!.tool.driver.rules![result!.ruleIndex!]!.id).toBe(result!.ruleId);
  expect(result!.level).toBe('error');
  expect(result!.message.text).toMatch(/^Any origin is accepted\. Every site can read it\.\n\n/);
  expect(result!.message.text).toContain('request: GET https://api.example/ from https://attacker.example with credentials');
  expect(result!.partialFingerprints).toEqual({ 'corsLint/v1': 'abc123' });
  expect(result!.locations![0]!.physicalLocation).toEqual({ artifactLocation: { uri: 'src/app.js', uriBaseId: '%SRCROOT%' }, region: { startLine: 2, startColumn: 16, endLine: 2, endColumn: 28 } });
  expect(result!.relatedLocations![0]!.physicalLocation!.artifactLocation!.uri).toBe('b%20c.js');
});

test.each([
  ['lines of Unix', 'a\nbcd\ne'],
  ['lines of Windows', 'a\r\nbcd\r\ne'],
  ['lines of old', 'a\rbcd\re'],
  ['a byte order mark', '\uFEFFa\nbcd\ne'],
  ['surrogate pairs', '👍a\n👍bcd\ne'],
])('the regions of a fix lead to the text that the fix makes: %s', (_case, text) => {
  const edits = [{ ...spanOf('a.js', text, 'a'), text: 'first' }, { ...spanOf('a.js', text, 'cd'), text: '' }, { file: 'a.js', start: text.length, end: text.length, text: '\nlast' }];
  const [log] = logOf(reportOf({ 'a.js': text }, [findingAt(spanOf('a.js', text, 'a'), { fix: { title: 'F', edits, changes: [] } })])).runs;
  const [change] = log!.results![0]!.fixes![0]!.artifactChanges;
  // A viewer counts columns without the byte order mark, and keeps it.
  const [mark, rest] = text.startsWith('\uFEFF') ? ['\uFEFF', text.slice(1)] : ['', text];
  const replaced = change!.replacements.map(({ deletedRegion, insertedContent }) => {
    const [start, end] = offsetsOf(rest, deletedRegion);
    return { file: 'a.js', start, end, text: insertedContent?.text ?? '' };
  });
  expect(mark + applyEdits(rest, replaced)).toBe(applyEdits(text, edits));
});

test('suggestions are fixes too, and say that they are not automatic', () => {
  const fix = { title: 'F', edits: [{ ...at, text: 'x' }], changes: [] };
  const [log] = logOf(reportOf({ 'src/app.js': TEXT }, [findingAt(at, { fix, suggestions: [{ ...fix, title: 'S', changes: ['GET /: allowed → blocked'] }] })])).runs;
  expect(log!.results![0]!.fixes!.map(({ description, properties }) => [description!.text, properties])).toEqual([
    ['F', { kind: 'automatic', changes: [] }],
    ['S', { kind: 'suggestion', changes: ['GET /: allowed → blocked'] }],
  ]);
});

test('odd names of files and texts with braces are what they were', () => {
  const names = ['a b/c#d?.js', 'ü/日本.js', '../up.js', 'c:d%41.js', "q'uo\"te\n.js", 'half \ud800.js'];
  const texts = Object.fromEntries(names.map((name) => [name, 'cors']));
  const log = logOf(reportOf(texts, names.map((file) => findingAt({ file, start: 0, end: 4 }, { message: 'Path /a/{id} {0}' })), { gaps: [{ at: { file: 'a', start: 0, end: 0 }, reason: 'budget', message: '{1}' }] }));
  const [{ results = [], invocations = [] }] = log.runs as [Log['runs'][number]];
  expect(results.map(({ locations }) => decodeURIComponent(locations![0]!.physicalLocation!.artifactLocation!.uri!))).toEqual(names.map((name) => name.replace('\ud800', '\ufffd')));
  // What a consumer makes of a message: `{{` is a brace (SARIF 3.11.5).
  expect(results[0]!.message.text!.replace(/\{\{/g, '{').replace(/\}\}/g, '}')).toContain('Path /a/{id} {0}');
  expect(results[0]!.message.text).not.toMatch(/(?<!\{)\{\d/);
  expect(invocations[0]!.toolExecutionNotifications![0]!.message.text).toBe('{{1}} (budget)');
});
