import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { lint, type LintResult } from '../../src/engine.js';
import { evaluate } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';

/** Files of a site and what its host makes of them, by the host's documentation: `fixtures/readers/<id>/<case>/`. */
export interface SiteCase {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly expected: {
    /** Where the host documents it. */
    readonly source: string;
    /** The file that is read. */
    readonly file: string;
    /** Requests, and the CORS headers of every answer that is possible. `host`: part of the headers. */
    readonly answers: readonly (readonly [method: string, path: string, headers: Readonly<Record<string, string>>, ...answers: readonly Answer[]])[];
    /** Lines with gaps, and pieces of what they say. */
    readonly gaps: readonly (readonly [line: number, piece: string])[];
  };
}

/** A text that is not known is null. */
type Answer = Readonly<Record<string, string | null>>;

const root = new URL('../../fixtures/readers/', import.meta.url).pathname;

export function siteCases(reader: string): readonly SiteCase[] {
  return readdirSync(join(root, reader)).sort().map((name) => {
    const folder = join(root, reader, name);
    const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => statSync(join(folder, path)).isFile());
    const texts = Object.fromEntries(paths.map((path) => [path.replaceAll('\\', '/'), readFileSync(join(folder, path), 'utf8')]));
    const { 'expected.json': expected, ...files } = texts;
    return { name, files, expected: JSON.parse(expected!) as SiteCase['expected'] };
  });
}

/** What is read of one file among others. */
export function linted(files: Readonly<Record<string, string>>, file: string): Promise<LintResult> {
  return lint([file], filesFrom(files), { rules: new Map(), strict: true, environment: 'production', trustedOrigins: [], inlineConfig: true });
}

/** How what is read of a case differs from what is expected, in words. */
export async function siteDifferences({ files, expected }: SiteCase, reader: string): Promise<readonly string[]> {
  const { policies, gaps } = await linted(files, expected.file);
  const source = new SourceText(expected.file, files[expected.file]!);
  const found = policies.filter((policy) => policy.reader !== reader).map((policy) => `${policy.reader} reads this file`);
  const told = gaps.map(({ at, message }) => [source.positionAt(at.start).line, message] as const);
  if (told.length !== expected.gaps.length || expected.gaps.some(([line, piece]) => !told.some(([place, message]) => place === line && message.includes(piece)))) found.push(`gaps: ${JSON.stringify(told)}`);
  for (const [method, path, headers, ...answers] of expected.answers) {
    const real = [...new Set(answersOf(policies, method, path, headers).map((one) => JSON.stringify(one)))].sort();
    const wanted = answers.map((one) => JSON.stringify(ordered(Object.entries(one)))).sort();
    if (JSON.stringify(real) !== JSON.stringify(wanted)) found.push(`${method} ${path} ${JSON.stringify(headers)}: ${real.join(' or ')} instead of ${wanted.join(' or ')}`);
  }
  return found;
}

/** The possible CORS headers; where several sites are in a file, those of the first that sends any. */
export function answersOf(policies: readonly Policy[], method: string, path: string, headers: Readonly<Record<string, string>>): readonly Answer[] {
  const all = policies.map((policy) => evaluate({ policy, inner: [] }, { method, path, headers: Object.entries({ host: 'site.example', ...headers }) }, { scenario: { headers: [] } }).map(({ response }) => ordered(response.headers.filter(({ name }) => /^(?:access-control-|vary$)/.test(name)).map(({ name, text }) => [name, text]))));
  return all.find((answers) => answers.some((answer) => Object.keys(answer).length > 0)) ?? [{}];
}

function ordered(entries: readonly (readonly [string, string | null])[]): Answer {
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
}
