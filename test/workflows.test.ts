import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '..');
const FOLDER = '.github/workflows';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, { readonly needs?: string; readonly permissions?: Readonly<Record<string, string>>; readonly steps: readonly Step[] }>>;
}

const texts = new Map(readdirSync(join(root, FOLDER)).map((name) => [name, readFileSync(join(root, FOLDER, name), 'utf8')]));
const workflow = (name: string): Workflow => parse(texts.get(name)!) as Workflow;
const linesOf = (steps: readonly Step[]): readonly string[] => steps.flatMap(({ run }) => run ?? []);

test('there are the two that are meant', () => {
  expect([...texts.keys()].sort()).toEqual(['ci.yml', 'release.yml']);
});

describe.each([...texts])('%s', (name, text) => {
  const { on, permissions, jobs } = workflow(name);
  const steps = Object.values(jobs).flatMap((job) => job.steps);

  test('every action is pinned to a commit, with its version beside it', () => {
    const uses = text.split('\n').filter((line) => /\buses:/.test(line));
    expect(uses.length).toBe(steps.filter((step) => step.uses !== undefined).length);
    expect(uses.filter((line) => !/ uses: [\w-]+\/[\w./-]+@[\da-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
  });

  test('nothing is put into the text of a command', () => {
    expect(linesOf(steps).filter((run) => run.includes('${{'))).toEqual([]);
  });

  test('it may read, and a job that may do more says so itself', () => {
    expect(permissions).toEqual({ contents: 'read' });
    expect(on).not.toHaveProperty('pull_request_target');
  });

  test('what is installed runs nothing', () => {
    expect(linesOf(steps).filter((run) => /npm (?:ci|i|install)\b(?!.*--ignore-scripts)/.test(run))).toEqual([]);
  });
});

test('a release is tested and then published with its provenance, by a job that may sign and write nothing', () => {
  const { publish, major } = workflow('release.yml').jobs;
  expect(publish!.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
  expect(linesOf(publish!.steps).slice(1)).toEqual(['npm ci --ignore-scripts', 'npm run build', 'npm test', 'npm publish --provenance --access public']);
  expect(major).toMatchObject({ needs: 'publish', permissions: { contents: 'write' } });
});

test('a change is checked by what checks it everywhere', () => {
  expect(linesOf(workflow('ci.yml').jobs['all']!.steps)).toEqual(['.ci/run']);
});
