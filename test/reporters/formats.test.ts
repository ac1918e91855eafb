import { parseXml, XmlElement } from '@rgrove/parse-xml';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { describe, expect, test } from 'vitest';
import { format as checkstyle } from '../../src/reporters/checkstyle.js';
import { format as gitlab } from '../../src/reporters/gitlab.js';
import { format as junit } from '../../src/reporters/junit.js';
import { format as markdown } from '../../src/reporters/markdown.js';
import { PLAIN, type Report } from '../../src/reporters/report.js';
import { findingAt, reportOf, spanOf } from '../support/report.js';

const TEXT = "const a = 1;\napp.use(cors({ origin: true }));\n";
const at = spanOf('src/app.js', TEXT, 'origin: true');
const gap = { at: { ...at, file: 'src/b.js' }, reason: 'env-variable', message: 'origins come from CORS_ORIGINS' };
const severities = (['error', 'warn', 'info'] as const).map((severity) => findingAt(at, { severity, message: `It is ${severity}.`, fingerprint: severity }));
const some = reportOf({ 'src/app.js': TEXT, 'src/b.js': TEXT }, severities, { gaps: [gap] });
const none = reportOf({}, []);

/** Marks of every format, controls, a right-to-left override, half a surrogate pair, no character at all, and 10 kB on one line. */
const HOSTILE = `]]>--><b a="1" c='2'>&amp;&#0;\n\r\n\t\u0000\u001b[2J\u0085\u202e\ud800\uffff\`|*_[x](y)</details>@team #1 :+1: $x$ www.a.example ${'x'.repeat(10_000)}`;
const FILE = `a"<&>'\n\u0007.js`;
const hostileAt = { file: FILE, start: 5, end: HOSTILE.length };
const hostile = reportOf({ [FILE]: HOSTILE }, [findingAt(hostileAt, { message: HOSTILE, why: HOSTILE, fix: { title: HOSTILE, edits: [], changes: [HOSTILE] } })], { gaps: [{ at: hostileAt, reason: HOSTILE, message: HOSTILE }] });

/** What may stand in an element: its attributes, those that it needs, and its children. */
type Model = Readonly<Record<string, { readonly needs: readonly string[]; readonly may?: readonly string[]; readonly children?: readonly string[] }>>;

/** Elements of a document, the root first, after each was held against the model. */
function elementsOf(xml: string, model: Model): readonly XmlElement[] {
  const root = parseXml(xml).root!;
  const below = (element: XmlElement): XmlElement[] => [element, ...element.children.flatMap((child) => (child instanceof XmlElement ? below(child) : []))];
  const all = below(root);
  for (const { name, attributes, children } of all) {
    const { needs, may = [], children: allowed = [] } = model[name]!;
    expect([name, needs.filter((attribute) => !(attribute in attributes))]).toEqual([name, []]);
    expect([name, Object.keys(attributes).filter((attribute) => ![...needs, ...may].includes(attribute))]).toEqual([name, []]);
    for (const child of children) if (child instanceof XmlElement) expect(allowed).toContain(child.name);
  }
  return all;
}

const named = (elements: readonly XmlElement[], name: string): readonly XmlElement[] => elements.filter((element) => element.name === name);

describe('junit', () => {
  /** The part of `junit-10.xsd` (Jenkins, xUnit plugin) that GitLab reads too. */
  const MODEL: Model = {
    testsuites: { needs: [], may: ['name', 'tests', 'failures', 'errors', 'time'], children: ['testsuite'] },
    testsuite: { needs: ['name', 'tests', 'failures', 'errors'], may: ['skipped', 'time', 'timestamp', 'hostname', 'id', 'package', 'file'], children: ['testcase', 'properties', 'system-out', 'system-err'] },
    testcase: { needs: ['name'], may: ['classname', 'time'], children: ['failure', 'skipped', 'error'] },
    failure: { needs: [], may: ['type', 'message'] },
    skipped: { needs: [], may: ['type', 'message'] },
  };

  test.each([['findings and gaps', some], ['nothing', none], ['hostile texts', hostile]])('%s: the counts are those of the elements, names are unique', (_case, report) => {
    const elements = elementsOf(junit(report, PLAIN), MODEL);
    const count = (name: string, within = elements): string => String(named(within, name).length);
    expect(elements[0]!.attributes).toMatchObject({ tests: count('testcase'), failures: count('failure'), errors: '0' });
    for (const suite of named(elements, 'testsuite')) {
      const within = suite.children.flatMap((child) => (child instanceof XmlElement ? [child, ...child.children.filter((one) => one instanceof XmlElement)] : []));
      expect(suite.attributes).toMatchObject({ tests: count('testcase', within), failures: count('failure', within), skipped: count('skipped', within) });
    }
    const names = named(elements, 'testcase').map(({ attributes }) => `${attributes['classname']} ${attributes['name']}`);
    expect(new Set(names).size).toBe(names.length);
    // Jenkins takes a report without a test for a mistake.
    expect(names.length).toBeGreaterThan(0);
  });

  test('a failure holds the proof, a skipped test what could not be decided', () => {
    const elements = elementsOf(junit(some, PLAIN), MODEL);
    expect(named(elements, 'failure').map(({ attributes }) => attributes)).toEqual(['error', 'warn', 'info'].map((type) => ({ type, message: `It is ${type}.` })));
    expect(named(elements, 'failure')[0]!.text).toContain('src/app.js:2:16\n\nEvery site can read it.\n\nattacker: any site\n> GET https://api.example/ with credentials\n> Origin: https://attacker.example\n< 200\n');
    expect(named(elements, 'skipped').map(({ attributes }) => attributes)).toEqual([{ type: 'env-variable', message: 'origins come from CORS_ORIGINS' }]);
  });
});

test.each([['findings', some], ['nothing', none], ['hostile texts', hostile]])('checkstyle: %s', (_case, report) => {
  /** `checkstyle-report-1.0.0.xsd` of Checkstyle. */
  const elements = elementsOf(checkstyle(report, PLAIN), {
    checkstyle: { needs: [], may: ['version'], children: ['file', 'exception', 'error'] },
    file: { needs: ['name'], children: ['error', 'exception'] },
    error: { needs: [], may: ['line', 'column', 'severity', 'message', 'source'] },
  });
  const errors = named(elements, 'error');
  expect(errors).toHaveLength(report.findings.length);
  for (const { attributes } of errors) {
    expect(attributes['severity']).toMatch(/^(?:error|warning|info)$/);
    expect(`${attributes['line']} ${attributes['column']}`).toMatch(/^[1-9]\d* [1-9]\d*$/);
  }
  if (report === some) expect(errors[1]!.attributes).toEqual({ line: '2', column: '16', severity: 'warning', message: 'It is warn.', source: 'cors-lint.no-reflected-origin' });
});

test('XML keeps the texts, but for what it cannot hold', () => {
  for (const format of [junit, checkstyle]) {
    const all = elementsOf(format(hostile, PLAIN), new Proxy({}, { get: () => ({ needs: [], may: ['name', 'tests', 'failures', 'errors', 'skipped', 'classname', 'type', 'message', 'version', 'line', 'column', 'severity', 'source'], children: ['testsuite', 'testcase', 'failure', 'skipped', 'file', 'error'] }) }));
    const said = all.map(({ attributes }) => attributes['message']).find((message) => message !== undefined)!;
    expect(said).toContain(`]]>--><b a="1" c='2'>&amp;&#0;\\n\\r\\n\\t\\u0000\\u001b[2J\\u0085\\u202e\\ud800\\uffff\``);
    expect(said).toContain('x'.repeat(10_000));
    // eslint-disable-next-line no-control-regex -- XML 1.0, 2.2: what is no character
    expect(format(hostile, PLAIN)).not.toMatch(/[^\u0009\u000a\u000d\u0020-\ud7ff\ue000-\ufffd]/);
  }
});

describe('gitlab', () => {
  const issues = (report: Report): readonly Record<string, unknown>[] => JSON.parse(gitlab(report, PLAIN)) as Record<string, unknown>[];

  test('the properties that GitLab reads', () => {
    expect(issues(none)).toEqual([]);
    expect(issues(some)[0]).toEqual({
      description: 'It is error. Every site can read it.',
      check_name: 'cors-lint/no-reflected-origin',
      fingerprint: 'error',
      severity: 'critical',
      location: { path: 'src/app.js', lines: { begin: 2, end: 2 } },
    });
    expect(issues(some).map(({ severity }) => severity)).toEqual(['critical', 'minor', 'info']);
    expect(issues(reportOf({ 'src/app.js': TEXT }, [findingAt(at, { class: 'broken-in-browser' })]))[0]!['severity']).toBe('major');
  });

  test('hostile texts stay texts', () => {
    expect(issues(hostile)[0]!['description']).toBe(`${HOSTILE} ${HOSTILE}`);
    expect(issues(hostile)[0]!['location']).toMatchObject({ path: FILE });
  });
});

describe('markdown', () => {
  const html = (report: Report): string => micromark(markdown(report, PLAIN), { extensions: [gfm()], htmlExtensions: [gfmHtml()], allowDangerousHtml: true });

  test('a table of findings, their proofs, and what could not be decided', () => {
    expect(markdown(none, PLAIN)).toBe('## cors-lint: no findings\n');
    const shown = html(some);
    expect(shown).toContain('<h2>cors-lint: 3 findings (1 error, 1 warning, 1 info)</h2>');
    expect(shown.match(/<tr>/g)).toHaveLength(4);
    expect(shown).toContain('<td><a href="https://home.example/lint/blob/v1.2.3/docs/rules/no-reflected-origin.md"><code>cors-lint/no-reflected-origin</code></a></td>');
    expect(shown.match(/<details>/g)).toHaveLength(4);
    expect(shown).toContain('&gt; GET https://api.example/ with credentials\n&gt; Origin: https://attacker.example\n&lt; 200\n');
    expect(shown).toContain('<code>src/b.js:2:16</code> origins come from CORS_ORIGINS (env-variable)');
  });

  test('hostile texts bring no element, link or line of their own', () => {
    const shown = html(hostile);
    expect([...new Set(shown.match(/<[a-z][^>]*>/g))].filter((tag) => !/^<(?:h2|table|thead|tbody|tr|th|td|code|a href="https:\/\/home\.example[^"]*"|details|summary|p|pre|ul|li|code class="language-text")>$/.test(tag))).toEqual([]);
    expect(shown.match(/<details>/g)!.length).toBe(shown.match(/<\/details>/g)!.length);
    expect(shown.match(/<tr>/g)).toHaveLength(2);
  });

  test('what holds a fence stands behind a longer one', () => {
    const report = reportOf({ 'src/app.js': TEXT }, [findingAt(at, { witness: { ...findingAt(at).witness!, attacker: '``` ````' } })]);
    expect(html(report)).toContain('attacker: ``` ````\n');
  });
});
