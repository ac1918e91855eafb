import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { INPUTS } from '../../src/hosts/action/inputs.js';
import { commandsIn, Workspace, type Setting, type Told } from '../support/workflow.js';

const root = join(import.meta.dirname, '../..');
const text = readFileSync(join(root, 'action.yml'), 'utf8');

interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string>>;
  readonly run?: string;
}

const action = parse(text) as {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default?: unknown }>>;
  readonly outputs: Readonly<Record<string, { readonly description: string; readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
};
const [lint, upload] = action.runs.steps as readonly [Step, Step];

describe('action.yml', () => {
  test('every input is described, a text, and handed to the subcommand under its name', () => {
    expect(Object.keys(action.inputs)).toEqual(INPUTS);
    for (const { description, default: byDefault = '' } of Object.values(action.inputs)) expect([typeof byDefault, description.length > 15]).toEqual(['string', true]);
    expect(lint.env).toEqual(Object.fromEntries(INPUTS.map((name) => [`INPUT_${name.toUpperCase().replaceAll('-', '_')}`, `\${{ inputs.${name} }}`])));
  });

  test('outputs are those of the step', () => {
    expect(Object.keys(action.outputs)).toEqual(['findings', 'errors', 'warnings', 'fixable', 'sarif-file', 'conclusion']);
    for (const [name, { value }] of Object.entries(action.outputs)) expect(value).toBe(`\${{ steps.lint.outputs.${name} }}`);
  });

  test('expressions stand where GitHub hands on values, never in a text that a shell reads', () => {
    for (const step of action.runs.steps) for (const [key, value] of Object.entries(step)) if (!['env', 'with', 'if'].includes(key)) expect(JSON.stringify(value)).not.toContain('${{');
    expect(JSON.stringify(action.inputs)).not.toContain('${{');
    expect(lint.shell).toBe('bash');
  });

  test('the uploader is pinned to a commit, its tag stands beside it, and it has its say only when asked', () => {
    expect(upload.uses).toMatch(/^github\/codeql-action\/upload-sarif@[0-9a-f]{40}$/);
    expect(text).toMatch(/upload-sarif@[0-9a-f]{40} # v\d+\.\d+\.\d+\n/);
    expect(upload.if).toContain("inputs.upload-sarif == 'true'");
    expect(upload.with?.['sarif_file']).toBe('${{ steps.lint.outputs.sarif-file }}');
    expect(action.runs.steps).toHaveLength(2);
  });

  test('the version that it came with is this one', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(lint.run).toMatch(new RegExp(`^shipped=${version.replaceAll('.', '\\.')}$`, 'm'));
  });
});

describe('the lines of the step', () => {
  let workspace: Workspace;
  beforeEach(() => void (workspace = new Workspace()));
  afterEach(() => workspace.remove());

  const cli = join(root, 'dist/cli.js');
  const SERVER = "const app = require('express')();\napp.use(require('cors')({ origin: true, credentials: true }));\napp.get('/a', (req, res) => res.json({}));\n";

  const install = (folder = '.', script = `#!/bin/sh\nexec node ${cli} "$@"\n`): void => {
    const path = join(workspace.folder, folder, 'node_modules/.bin/cors-lint');
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, script);
    chmodSync(path, 0o755);
  };

  /** A command on the PATH that writes down where it was called and with which words, then runs this cors-lint. */
  const calls = (): readonly string[] | undefined => (existsSync(join(workspace.top, 'npx.called')) ? readFileSync(join(workspace.top, 'npx.called'), 'utf8').split('\0').slice(0, -1) : undefined);
  const npx = (): string => {
    const path = join(workspace.top, 'bin/npx');
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `#!/bin/sh\nprintf '%s\\0' "$PWD" "$@" > ${join(workspace.top, 'npx.called')}\nshift 2\nexec node ${cli} "$@"\n`);
    chmodSync(path, 0o755);
    return dirname(path);
  };

  /** As the runner runs `shell: bash`. */
  const step = (inputs: Readonly<Record<string, string>> = {}, { env = {}, ...setting }: Setting = {}): Told => {
    const script = join(workspace.top, 'step.sh');
    writeFileSync(script, lint.run ?? '');
    const empty = Object.fromEntries(Object.keys(lint.env ?? {}).map((name) => [name, '']));
    const defaults = Object.fromEntries(Object.entries(action.inputs).map(([name, { default: byDefault = '' }]) => [name, String(byDefault)]));
    const environment = workspace.environment({ ...defaults, ...inputs }, setting);
    const { PATH = '' } = process.env;
    const { status, stdout, stderr } = spawnSync('/bin/bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], { cwd: workspace.folder, encoding: 'utf8', env: { ...empty, ...environment, PATH: `${npx()}${delimiter}${PATH}`, ...env } });
    return workspace.told(status ?? -1, stdout, stderr, environment);
  };

  const summed = ({ code, outputs, commands }: Told): unknown => [code, outputs['findings'], outputs['conclusion'], ...commands.filter(({ name, properties }) => name === 'error' && properties['file'] === undefined).map(({ text: said }) => said)];

  test("the project's own cors-lint, also from a folder below", () => {
    install();
    workspace.write({ 'pkg/sub/server.js': SERVER });
    const told = step({ 'working-directory': 'pkg/sub' });
    expect(told.stderr).toBe('');
    expect(summed(told)).toEqual([1, '1', 'failure']);
    expect(told.commands.at(-1)).toMatchObject({ name: 'error', properties: { file: 'pkg/sub/server.js', line: '2' } });
    expect(told.summary).toContain('## cors-lint: 1 finding');
    expect(calls()).toBeUndefined();
    expect(summed(step({ version: 'project' }))).toEqual([1, '1', 'failure']);
    expect(calls()).toBeUndefined();
  });

  test('else the version that the action came with, fetched away from the checkout', () => {
    workspace.write({ 'server.js': SERVER, '.npmrc': 'registry=http://127.0.0.1:9/' });
    expect(summed(step())).toEqual([1, '1', 'failure']);
    const [where = '', ...words] = calls() ?? [];
    expect(words).toEqual(['--yes', `cors-lint@${/^shipped=(.*)$/m.exec(lint.run ?? '')?.[1]}`, 'github-action']);
    expect(dirname(where)).toBe(workspace.top);
  });

  test('an exact version is fetched whatever is installed', () => {
    install();
    expect(summed(step({ version: '1.2.3-beta.1' }))).toEqual([0, '0', 'success']);
    expect(calls()?.slice(1)).toEqual(['--yes', 'cors-lint@1.2.3-beta.1', 'github-action']);
  });

  test.each(['pull_request_target', 'workflow_run'])('on %s nothing of the checkout is run', (event) => {
    install('.', `#!/bin/sh\ntouch ${join(workspace.top, 'pwned')}\n`);
    step({}, { event: [event, {}] });
    expect(existsSync(join(workspace.top, 'pwned'))).toBe(false);
    expect(calls()?.slice(1)).toContain('github-action');
  });

  test.each([
    [{ version: 'project' }, {}, 'version is project, but the project has not installed cors-lint'],
    [{ version: 'latest' }, {}, 'version: expected an exact version such as 1.2.3, or project'],
    [{ version: '1.2.3; touch pwned' }, {}, 'version: expected an exact version such as 1.2.3, or project'],
    [{ version: '$(touch pwned)' }, {}, 'version: expected an exact version such as 1.2.3, or project'],
    [{ version: '1.2.3\n::error::forged' }, {}, 'version: expected an exact version such as 1.2.3, or project'],
    [{}, { PATH: '/nowhere' }, 'cors-lint needs Node.js; let actions/setup-node run before it'],
  ])('%j %j is refused in one line', (inputs, env, message) => {
    const { code, commands, outputs } = step(inputs, { env });
    expect([code, outputs]).toEqual([2, { conclusion: 'error' }]);
    expect(commands).toEqual([{ name: 'error', properties: { title: 'cors-lint' }, text: message }]);
    expect(calls()).toBeUndefined();
  });

  test('no npx: one line', () => {
    mkdirSync(join(workspace.top, 'only-node'));
    symlinkSync(process.execPath, join(workspace.top, 'only-node/node'));
    const { code, commands } = step({}, { env: { PATH: join(workspace.top, 'only-node') } });
    expect([code, commands.map(({ text: said }) => said)]).toEqual([2, ['npx was not found; let actions/setup-node run before cors-lint']]);
  });

  test.each(['$(touch pwned)', '`touch pwned`', '; touch pwned', '"; touch pwned; "', "'; touch pwned; '", '| touch pwned', '-', '--help', '*', '\n::set-output name=findings::0'])('an input that says %j is a text', (hostile) => {
    install();
    workspace.write({ 'server.js': SERVER });
    // The shell reads version and working-directory itself; the others pass it by.
    for (const inputs of [Object.fromEntries(INPUTS.map((name) => [name, name === 'version' ? '' : hostile])), { 'working-directory': hostile }, { paths: hostile }]) {
      const { code, outputs, commands, stderr } = step(inputs);
      expect(outputs['conclusion']).toBe({ 0: 'success', 1: 'failure', 2: 'error' }[code]);
      // The runner takes commands from both.
      expect(commandsIn(stderr)).toEqual([]);
      expect(commands.every((command) => ['group', 'endgroup', 'error', 'warning', 'notice'].includes(command.name))).toBe(true);
    }
    for (const folder of [workspace.top, workspace.folder, root]) expect(existsSync(join(folder, 'pwned'))).toBe(false);
  });
});
