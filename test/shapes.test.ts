/**
 * Shapes of real code, Express with npm `cors` as their carrier, or Starlette's middleware in Python (`#` for `//`). Each
 * fixture says in comments what is to be concluded:
 *
 *     // admits: <origins>            the browser hands them the answer to a GET, whatever is not known
 *     // refuses: <origins>           it does not
 *     // undecided: <origins> (<reason>)   that depends on something that the text does not say, for this reason
 *     // admits in development: …     (likewise) what holds in another environment than production
 *     // nothing                      there is no policy, no finding and no gap
 *     // silent                       there is no finding and no gap, also not in development
 *     expect: <rules>                 found on that line, and nothing else anywhere
 *
 * `look-alikes` stands for origins that resemble https://app.example.com.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lint, type LintResult } from '../src/engine.js';
import { exchanges } from '../src/findings/exchange.js';
import { urlOf } from '../src/findings/ask.js';
import type { Environment } from '../src/values/fact.js';
import { filesFrom, type Files } from '../src/text/files.js';
import { SourceText } from '../src/text/source-text.js';
import { filesUnder, optionsOf, pathsUnder } from './support/lint.js';

const root = join(import.meta.dirname, '../fixtures/shapes');

const LOOK_ALIKES = [
  'https://evil.example',
  'null',
  'http://app.example.com',
  'https://app.example.com:8443',
  'https://app.example.com.evil.example',
  'https://evilapp.example.com',
  'https://sub.app.example.com',
  'https://app-example.com',
  'https://app.example.co',
  'https://example.com',
];

interface Shape {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
}

const shapes: readonly Shape[] = readdirSync(root).flatMap((group) =>
  readdirSync(join(root, group)).map((name): Shape => {
    const path = join(root, group, name);
    if (!statSync(path).isDirectory()) return { name: `${group}/${name}`, files: { [name]: filesUnder(join(root, group)).read(name)! } };
    return { name: `${group}/${name}`, files: Object.fromEntries(pathsUnder(path).map((inner) => [inner, filesUnder(path).read(inner)!])) };
  }),
);

type Answer = 'admits' | 'refuses' | `undecided (${string})`;

interface Conclusion {
  readonly environment: Environment;
  readonly origin: string;
  readonly answer: Answer;
}

function conclusionsOf({ files }: Shape): Conclusion[] {
  return Object.values(files).flatMap((text) =>
    [...text.matchAll(/^(?:\/\/|#) (admits|refuses|undecided)(?: in (development|test))?: (.*?)(?: \(([\w-]+)\))?$/gm)].flatMap(([, answer, environment, origins, reason]) =>
      origins!.split(/[\s,]+/).flatMap((origin) => (origin === 'look-alikes' ? LOOK_ALIKES : [origin])).map((origin): Conclusion => {
        return { environment: (environment ?? 'production') as Environment, origin, answer: answer === 'undecided' ? `undecided (${reason})` : (answer as Answer) };
      }),
    ),
  );
}

/** What the browser makes of a GET, in the words of the fixtures. */
function answerTo(result: LintResult, { environment, origin, answer }: Conclusion): Conclusion {
  const policy = result.policies[0]!;
  const all = exchanges({ policy, inner: [] }, { origin, method: 'GET', headers: [], credentials: 'omit', url: urlOf(policy.probes[0]!) }, environment);
  const verdicts = new Set(all.map(({ verdict }) => verdict.allowed));
  if (verdicts.size === 1 && !verdicts.has(null)) return { environment, origin, answer: verdicts.has(true) ? 'admits' : 'refuses' };
  const reasons = all.flatMap(({ facts, response }) => [...facts, ...response.headers.flatMap(({ fact }) => fact ?? [])]).map(({ reason }) => `undecided (${reason})` as const);
  return { environment, origin, answer: reasons.find((reason) => reason === answer) ?? reasons[0] ?? 'undecided (no reason)' };
}

function inWords({ environment, origin, answer }: Conclusion): string {
  return `${answer} ${origin} in ${environment}`;
}

function expected(files: Readonly<Record<string, string>>): string[] {
  return Object.entries(files).flatMap(([path, text]) =>
    text.split('\n').flatMap((line, index) => (/\bexpect: ([\w, -]+)/.exec(line)?.[1] ?? '').split(/[\s,]+/).filter((id) => id !== '').map((id) => `${path}:${index + 1} ${id}`)),
  );
}

function placed(result: LintResult, files: Files): string[] {
  return result.findings.map(({ at, ruleId }) => `${at.file}:${new SourceText(at.file, files.read(at.file)!).positionAt(at.start).line} ${ruleId}`);
}

describe.each(shapes)('$name', (shape) => {
  test('is concluded as it says', async () => {
    const { files } = shape;
    const result = await lint(Object.keys(files), filesFrom(files), optionsOf());
    if (Object.values(files).some((text) => /^(?:\/\/|#) nothing$/m.test(text))) {
      expect({ policies: result.policies.length, findings: placed(result, filesFrom(files)), gaps: result.gaps.map(({ message }) => message) }).toEqual({ policies: 0, findings: [], gaps: [] });
      return;
    }
    if (Object.values(files).some((text) => /^(?:\/\/|#) silent$/m.test(text))) {
      for (const environment of ['production', 'development']) {
        const told = await lint(Object.keys(files), filesFrom(files), { ...optionsOf(), environment });
        expect({ findings: placed(told, filesFrom(files)), gaps: told.gaps.map(({ message }) => message) }).toEqual({ findings: [], gaps: [] });
      }
      return;
    }
    const conclusions = conclusionsOf(shape);
    expect(conclusions.length).toBeGreaterThan(0);
    expect(result.policies.length).toBe(1);
    expect(conclusions.map((conclusion) => inWords(answerTo(result, conclusion)))).toEqual(conclusions.map(inWords));
    expect(placed(result, filesFrom(files)).sort()).toEqual(expected(files).sort());
    // What is not decided is told, never passed over.
    if (conclusions.some(({ answer, environment, origin }) => environment === 'production' && origin === LOOK_ALIKES[0] && answer.startsWith('undecided'))) expect(result.gaps.length + result.findings.length).toBeGreaterThan(0);
  });
});
