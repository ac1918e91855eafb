import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { evaluate } from '../../src/policy/evaluate.js';
import type { Reader } from '../../src/readers/reader.js';
import type { EstreeModule } from '../../src/syntax/estree/index.js';
import { read } from './estree.js';
import { grouped } from './grouped.js';
import { filesUnder, pathsUnder } from './lint.js';
import { differences, observed, type ObservedRow } from './observed.js';

/** Recorded answers by the program (and the version) that gave them. */
export type Served = readonly [ObservedRow, ...ObservedRow[]];

const rows = observed('served');

/**
 * The programs of a framework: files or folders in `fixtures/readers/<folder>`, with `app.js` as their entry. Each names
 * in comments the paths that were asked for, where they are not `/data` and `/missing`, and a version that cannot run it.
 */
export function servedBy(framework: string): readonly (readonly [name: string, group: Served])[] {
  return grouped(rows, framework).map((group) => [`${programOf(group)} on ${group[0].version}`, group]);
}

export function programOf([{ options }]: Served): string {
  return (options as { case: string }).case;
}

/**
 * Reads a program and asks its policy what was asked when it was recorded: how many answers are the recorded ones, and
 * in how many one outcome of several has the recorded origin, where the program is said to be `open`.
 */
export function answersOf(reader: Reader<EstreeModule>, folder: string, group: Served, open: boolean): { readonly held: number; readonly open: number } {
  const dependencies = Object.fromEntries(group[0].version.split(' + ').map((part) => part.split(' ')));
  const { policies, gaps } = read(reader, { ...sourcesOf(folder, programOf(group)), 'package.json': JSON.stringify({ dependencies }) }, 'app.js');
  expect([gaps, policies.length]).toEqual([[], 1]);
  const deployment = { policy: policies[0]!, inner: [] };
  const count = { held: 0, open: 0 };
  for (const row of group) {
    const { method, path, headers } = row.request!;
    const scenario = method === 'OPTIONS' ? {} : { status: row.response.status };
    const outcomes = evaluate(deployment, { method, path, headers }, { scenario });
    if (open && outcomes.length > 1) {
      const sent = row.response.headers.filter(([name]) => name === ORIGIN).map(([, text]) => text);
      expect(outcomes.map(({ response }) => response.headers.filter(({ name }) => name === ORIGIN).map(({ text }) => text))).toContainEqual(sent);
      count.open++;
    } else {
      expect([method, path, headers, differences(deployment, row, { scenario })]).toEqual([method, path, headers, []]);
      count.held++;
    }
  }
  return count;
}

const ORIGIN = 'access-control-allow-origin';

function sourcesOf(folder: string, name: string): Readonly<Record<string, string>> {
  const root = join(import.meta.dirname, '../../fixtures/readers', folder);
  const whole = join(root, name);
  if (!readdirSync(root).includes(name) || !statSync(whole).isDirectory()) return { 'app.js': filesUnder(root).read(`${name}.js`)! };
  return Object.fromEntries(pathsUnder(whole).map((path) => [path, filesUnder(whole).read(path)!]));
}
