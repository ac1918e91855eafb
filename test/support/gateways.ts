import { readdirSync, readFileSync } from 'node:fs';
import { evaluate, type HttpResponse, type Outcome } from '../../src/policy/evaluate.js';
import type { Change } from '../../src/policy/change.js';
import type { Gap, Policy, Probe } from '../../src/policy/program.js';
import type { Reader } from '../../src/readers/reader.js';
import yaml, { type YamlFile } from '../../src/syntax/yaml/index.js';
import type { Problem } from '../../src/syntax/language.js';
import { applyEdits } from '../../src/text/edit.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';

export interface ReadText {
  readonly policies: readonly Policy[];
  readonly gaps: readonly Gap[];
  readonly problems: readonly Problem[];
  readonly unit: YamlFile;
}

/** What a reader finds in a YAML text. */
export function readYaml(reader: Reader<YamlFile>, text: string, file = 'file.yaml'): ReadText {
  const { unit, problems } = yaml.parse(new SourceText(file, text), filesFrom({ [file]: text }));
  if (unit === undefined) throw new Error('nothing could be read');
  const readings = [...reader.read(unit)];
  return {
    policies: readings.flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : [])),
    gaps: readings.flatMap((reading) => (reading.kind === 'gap' ? [reading.gap] : [])),
    problems,
    unit,
  };
}

/** The outcomes of a request to the policy's first place. */
export function outcomes(policy: Policy, method: string, headers: Readonly<Record<string, string>>, probe: Probe = policy.probes[0]!, upstream: readonly (readonly [string, string])[] = []): readonly Outcome[] {
  const all = { ...(probe.host === undefined ? {} : { host: probe.host }), ...headers };
  return evaluate({ policy, inner: [] }, { method, path: probe.path, headers: Object.entries(all) }, { scenario: { headers: upstream } });
}

/** The text after a change to its first policy, or why the reader declines. */
export function edited(reader: Reader<YamlFile>, text: string, change: Change): string {
  const { unit, policies } = readYaml(reader, text);
  const edits = reader.write(unit, policies[0]!, change);
  return 'declined' in edits ? `declined: ${edits.declined}` : applyEdits(text, edits);
}

/** The one response of a request; fails when it is not certain. */
export function answer(policy: Policy, method: string, headers: Readonly<Record<string, string>>, probe?: Probe, upstream: readonly (readonly [string, string])[] = []): HttpResponse {
  const found = outcomes(policy, method, headers, probe, upstream);
  if (found.length !== 1) throw new Error(`${found.length} outcomes: ${[...found[0]!.assumed.values()].map(({ fact }) => fact.detail).join('; ')}`);
  return found[0]!.response;
}

/** Lines of one header, in order. */
export function lines(response: HttpResponse, name: string): readonly (string | null)[] {
  return response.headers.filter((line) => line.name === name).map((line) => line.text);
}

export function preflightHeaders(origin: string): Readonly<Record<string, string>> {
  return { origin, 'access-control-request-method': 'PUT', 'access-control-request-headers': 'x-asked' };
}

/** A fixture's expectations, written by hand from the reference: `<case>.policy.json` beside `<case>.<ext>`. */
interface Expectations {
  readonly policies: readonly { readonly title: string; readonly exchanges: readonly ExpectedExchange[] }[];
  /** Pieces of the messages, in order. */
  readonly gaps: readonly string[];
  readonly problems: readonly string[];
}

/** One certain answer, or every possible one. */
interface ExpectedExchange {
  readonly ask: readonly [method: string, path: string, headers: Readonly<Record<string, string>>];
  readonly answer?: ExpectedAnswer;
  readonly either?: readonly ExpectedAnswer[];
}

interface ExpectedAnswer {
  readonly status: number | null;
  /** Header lines, unordered; null for a text that is not known. */
  readonly headers: readonly (readonly [string, string | null])[];
}

export interface Fixture {
  readonly name: string;
  readonly text: string;
  readonly expected: Expectations;
}

export function fixtures(reader: string): readonly Fixture[] {
  const folder = new URL(`../../fixtures/readers/${reader}/`, import.meta.url);
  const names = readdirSync(folder).filter((name) => !name.endsWith('.policy.json')).sort();
  return names.map((name) => ({
    name,
    text: readFileSync(new URL(name, folder), 'utf8'),
    expected: JSON.parse(readFileSync(new URL(name.replace(/\.\w+$/, '.policy.json'), folder), 'utf8')) as Expectations,
  }));
}

/** How what was read of a fixture differs from its expectations; empty when it does not. */
export function fixtureDifferences({ text, name, expected }: Fixture, reader: Reader<YamlFile>): readonly string[] {
  const { policies, gaps, problems } = readYaml(reader, text, name);
  const found: string[] = [];
  const compareTexts = (what: string, real: readonly string[], wanted: readonly string[]): void => {
    if (real.length !== wanted.length || wanted.some((piece, index) => !real[index]!.includes(piece))) found.push(`${what}: ${JSON.stringify(real)} instead of ${JSON.stringify(wanted)}`);
  };
  compareTexts('gaps', gaps.map(({ message }) => message), expected.gaps);
  compareTexts('problems', problems.map(({ message }) => message), expected.problems);
  compareTexts('policies', policies.map(({ title }) => title), expected.policies.map(({ title }) => title));
  for (const [index, { exchanges }] of expected.policies.entries()) {
    const policy = policies[index];
    if (policy === undefined) continue;
    for (const { ask: [method, path, headers], answer: certain, either } of exchanges) {
      const real = evaluate({ policy, inner: [] }, { method, path, headers: Object.entries(headers) }).map(({ response }) => shape({ status: response.status, headers: response.headers.map((line) => [line.name, line.text]) }));
      const wanted = (either ?? (certain === undefined ? [] : [certain])).map(shape);
      if (JSON.stringify([...new Set(real)].sort()) !== JSON.stringify([...wanted].sort())) found.push(`${policy.title}, ${method} ${path} ${JSON.stringify(headers)}:\n  ${real.join('\n  ')}\n  instead of\n  ${wanted.join('\n  ')}`);
    }
  }
  return found;
}

function shape({ status, headers }: ExpectedAnswer): string {
  return `${String(status)} ${headers.map(([name, text]) => `${name}: ${text ?? '?'}`).sort().join(' | ')}`;
}
