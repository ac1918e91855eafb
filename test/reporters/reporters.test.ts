import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { reporters, showingSuggestions } from '../../src/reporters/index.js';
import { PLAIN, placeOf, type Report } from '../../src/reporters/report.js';
import { saidVerdict } from '../../src/reporters/verdict.js';
import { witnessLines } from '../../src/reporters/words.js';
import { findingAt, reportOf, spanOf, witness } from '../support/report.js';

const TEXT = "const a = 1;\napp.use(cors({ origin: true }));\n";
const at = spanOf('src/app.js', TEXT, 'origin: true');

async function formatted(name: string, report: Report, look = PLAIN): Promise<string> {
  return (await reporters[name]!())(report, look);
}

const one = reportOf({ 'src/app.js': TEXT }, [findingAt(at)]);

test.each(Object.keys(reporters))('%s: the same report gives the same bytes, an empty one no error', async (name) => {
  expect(await formatted(name, one)).toBe(await formatted(name, one));
  expect(typeof (await formatted(name, reportOf({}, [])))).toBe('string');
});

test.each(Object.keys(reporters))('%s: whether it shows what only a person can choose is known beforehand', async (name) => {
  const offering = reportOf({ 'src/app.js': TEXT }, [findingAt(at, { suggestions: [{ title: 'Choose', edits: [{ ...at, text: 'origin: false' }], changes: ['all'] }] })]);
  expect((await formatted(name, offering)) !== (await formatted(name, one))).toBe(showingSuggestions.has(name));
});

/** Escape, right-to-left override, a line that forges another finding, NEL. */
const HOSTILE = '\u001b[2J\u202e\n::error::forged\u0085\u{e0041}\ud800\uffff';

test.each(Object.keys(reporters))('%s: what a terminal would act on stands in no report', async (name) => {
  const text = `x = "${HOSTILE}cors"\n`;
  const report = reportOf({ 'a\u001b.js': text }, [findingAt({ file: 'a\u001b.js', start: 4, end: 9 }, { message: HOSTILE, why: HOSTILE, related: [{ at: { file: 'a\u001b.js', start: 0, end: 1 }, message: HOSTILE }] })], {
    gaps: [{ at: { file: 'a\u001b.js', start: 0, end: 1 }, reason: 'budget', message: HOSTILE }],
  });
  const output = await formatted(name, report);
  // eslint-disable-next-line no-control-regex -- the very characters that must not come through
  expect(output).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\ud800-\udfff\uffff]/);
  expect(output).not.toMatch(/^::error::forged/m);
});

test('compact: path, line, column, severity, message, id', async () => {
  expect(await formatted('compact', one)).toBe('src/app.js:2:16: error Any origin is accepted. [cors-lint/no-reflected-origin]\n');
});

describe('json', () => {
  test('the keys that are promised, in their order', async () => {
    const json = JSON.parse(await formatted('json', one)) as { version: number; findings: Record<string, unknown>[]; gaps: unknown[]; summary: Record<string, number> };
    expect(Object.keys(json)).toEqual(['version', 'findings', 'gaps', 'summary']);
    expect(json.version).toBe(1);
    const promised = ['ruleId', 'severity', 'class', 'message', 'why', 'file', 'range', 'loc', 'witness', 'related', 'fix', 'suggestions', 'fingerprint'];
    expect(Object.keys(json.findings[0]!).slice(0, promised.length)).toEqual(promised);
    expect(json.findings[0]).toMatchObject({
      ruleId: 'cors-lint/no-reflected-origin',
      file: 'src/app.js',
      range: [28, 40],
      loc: { start: { line: 2, column: 16 }, end: { line: 2, column: 28 } },
      fix: null,
      software: 'express 5 (no version found)',
      witness: {
        request: { origin: 'https://attacker.example', method: 'GET', headers: [], credentials: 'include', url: 'https://api.example/' },
        preflight: null,
        response: { status: 200, headers: [['access-control-allow-origin', 'https://attacker.example'], ['vary', null]] },
        verdict: { allowed: true, reason: 'ok' },
      },
    });
    expect(json.summary).toEqual({ files: 3, read: 2, policies: 1, errors: 1, warnings: 0, infos: 0, fixable: 0 });
  });

  test('gaps have a place and a reason', async () => {
    const json = JSON.parse(await formatted('json', { ...one, gaps: [{ at, reason: 'env-variable', message: 'origins come from CORS_ORIGINS' }] })) as { gaps: unknown[] };
    expect(json.gaps).toEqual([{ file: 'src/app.js', loc: { start: { line: 2, column: 16 }, end: { line: 2, column: 28 } }, reason: 'env-variable', message: 'origins come from CORS_ORIGINS' }]);
  });
});

test('github: data and properties are escaped as the runner unescapes them', async () => {
  const report = reportOf({ 'a,b:c.js': TEXT }, [findingAt({ ...at, file: 'a,b:c.js' }, { message: '100 % of a:b, c', why: 'w' })]);
  expect(await formatted('github', report)).toBe('::error file=a%2Cb%3Ac.js,line=2,endLine=2,col=16,endColumn=28,title=cors-lint/no-reflected-origin::100 %25 of a:b, c%0Aw\n');
});

test('a witness says what a cache kept and for whom, and what the handler did', () => {
  const { request, response } = witness;
  expect(witnessLines({ ...witness, stored: { request: { ...request, origin: null, credentials: 'omit' }, response: { status: 200, headers: [] }, assuming: [] }, scenario: { status: 500 }, response })).toEqual([
    ['attacker', 'any site'],
    ['cached', '200 · no CORS headers, made for GET https://api.example/ that names no origin without credentials'],
    ['request', 'GET https://api.example/ from https://attacker.example with credentials'],
    ['handler', 'answers 500'],
    ['response', '200 · Access-Control-Allow-Origin: https://attacker.example · Vary: (not known)'],
    ['verdict', 'allowed: the page may read the response'],
  ]);
  expect(witnessLines({ ...witness, scenario: { uncaught: true } })).toContainEqual(['handler', 'throws']);
});

describe('the verdict in words', () => {
  interface Vector {
    readonly verdict: { readonly allowed: boolean; readonly reason: string; readonly hint?: string };
  }
  const vectors = JSON.parse(gunzipSync(readFileSync(new URL('../../fixtures/observed/fetch-vectors.json.gz', import.meta.url))).toString('utf8')) as Vector[];
  const blocked = [...new Map(vectors.map(({ verdict }) => [`${verdict.reason} ${verdict.hint}`, { ...verdict, step: '' }])).values()].filter(({ allowed }) => !allowed);

  test('every reason that browsers were seen to refuse for has words of its own', () => {
    expect(blocked.length).toBeGreaterThan(15);
    for (const verdict of blocked) {
      const { word, why, code } = saidVerdict(verdict);
      expect([verdict.reason, word, why.includes('a step of the Fetch standard')]).toEqual([verdict.reason, 'blocked', false]);
      expect(code).toContain(verdict.reason);
      // A hint is explained, unless it is itself the name of a header.
      if (verdict.hint !== undefined && verdict.reason !== 'preflight-header-not-allowed') expect(why).not.toMatch(new RegExp(`: ${verdict.hint}$`));
    }
  });

  test('the preflight’s failures are told from those of the response', () => {
    const verdict = { allowed: false, reason: 'acac-not-true', hint: 'quoted', step: 'cors-check' };
    expect(saidVerdict(verdict).why).toBe('Access-Control-Allow-Credentials is not true: quotes count');
    expect(saidVerdict({ ...verdict, reason: 'preflight-acac-not-true' }).why).toBe('Access-Control-Allow-Credentials is not true in the answer to the preflight: quotes count');
    expect(saidVerdict({ ...verdict, allowed: null, reason: 'undecided' }).word).toBe('undecided');
  });
});

test('a byte order mark has no column', () => {
  const text = `\uFEFFcors\ncors`;
  const report = reportOf({ 'a.js': text }, []);
  expect(placeOf(report, { file: 'a.js', start: 1, end: 5 }).start).toEqual({ line: 1, column: 1 });
  expect(placeOf(report, { file: 'a.js', start: 6, end: 10 }).start).toEqual({ line: 2, column: 1 });
});
