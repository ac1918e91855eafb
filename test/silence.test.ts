import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lint } from '../src/engine.js';
import { rules } from '../src/generated/registries.js';
import { filesUnder, optionsOf, pathsUnder } from './support/lint.js';

const root = join(import.meta.dirname, '../fixtures/silence');
const paths = pathsUnder(root);

test('files are there, and all of them speak of CORS', () => {
  expect(paths.length).toBeGreaterThan(20);
  expect(paths.filter((path) => !/cors|access-control/i.test(filesUnder(root).read(path)!))).toEqual([]);
});

/** What merely looks like a configuration of CORS: descriptions, dependencies, environment of programs, what is switched off. */
test.each(paths)('%s', async (path) => {
  const all = new Map([...Object.keys(rules), 'parse-error'].map((id) => [id, { severity: 'error', options: {} }] as const));
  const { findings, gaps, policies } = await lint([path], filesUnder(root), { ...optionsOf(), rules: all, strict: true });
  expect({ findings: findings.map(({ ruleId, message }) => `${ruleId}: ${message}`), gaps: gaps.map(({ message }) => message), policies: policies.map(({ title }) => title) }).toEqual({ findings: [], gaps: [], policies: [] });
});
