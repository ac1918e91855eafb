/**
 * Hand-written middleware, routers, error handlers, paths and modules on Express: what Express 4 and 5 answered for the
 * programs in `fixtures/readers/express/served`. Each names in comments the paths that were asked for, where they are
 * not `/data` and `/missing`, and the version that cannot run it.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/policy/evaluate.js';
import express from '../../src/readers/express/index.js';
import { read } from '../support/estree.js';
import { grouped } from '../support/grouped.js';
import { filesUnder, pathsUnder } from '../support/lint.js';
import { differences, observed, type ObservedRow } from '../support/observed.js';

const root = join(import.meta.dirname, '../../fixtures/readers/express/served');
const groups = grouped(observed('express-served'), 'express served');

function sourcesOf(name: string): Readonly<Record<string, string>> {
  const folder = join(root, name);
  if (!readdirSync(root).includes(name) || !statSync(folder).isDirectory()) return { 'app.js': filesUnder(root).read(`${name}.js`)! };
  return Object.fromEntries(pathsUnder(folder).map((path) => [path, filesUnder(folder).read(path)!]));
}

function manifest({ version }: ObservedRow): string {
  const [, expressVersion, cors] = /^express (\S+) \+ cors (\S+)$/.exec(version)!;
  return JSON.stringify({ dependencies: { express: expressVersion, cors } });
}

/** Programs whose answers depend on what their text does not say: some outcome must be the recorded one. */
const OPEN: Readonly<Record<string, string>> = {
  'error-in-router': 'which status the error has',
  'error-status-default': 'which status the error has',
  'path-in-router': 'what `req.path` is below a mount',
  'conditional-app-use': 'an environment variable',
  'env-origin': 'an environment variable',
};

let held = 0;
let open = 0;

describe.each(groups.map((group) => [`${(group[0].options as { case: string }).case} on ${group[0].version}`, group] as const))('%s', (_name, group) => {
  test('answers as recorded', () => {
    const [first] = group;
    const { case: name } = first.options as { case: string };
    const { policies, gaps } = read(express, { ...sourcesOf(name), 'package.json': manifest(first) }, 'app.js');
    expect(gaps).toEqual([]);
    expect(policies).toHaveLength(1);
    const deployment = { policy: policies[0]!, inner: [] };
    for (const row of group) {
      const { method, path, headers } = row.request!;
      const scenario = method === 'OPTIONS' ? {} : { status: row.response.status };
      const outcomes = evaluate(deployment, { method, path, headers }, { scenario });
      if (name in OPEN && outcomes.length > 1) {
        const texts = (header: string): string[] => row.response.headers.filter(([candidate]) => candidate === header).map(([, text]) => text);
        const origin = 'access-control-allow-origin';
        expect(outcomes.map(({ response }) => response.headers.filter(({ name: candidate }) => candidate === origin).map(({ text }) => text))).toContainEqual(texts(origin));
        open++;
        continue;
      }
      expect([method, path, headers, differences(deployment, row, { scenario })]).toEqual([method, path, headers, []]);
      held++;
    }
  });
});

test('so many rows are held', () => {
  expect({ held, open, all: groups.flat().length }).toEqual({ held: 7085, open: 124, all: 7209 });
});
