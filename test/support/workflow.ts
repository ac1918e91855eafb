import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Lint } from '../../src/hosts/cli/judge.js';
import { run } from '../../src/hosts/cli/run.js';
import { lint as realLint } from '../../src/engine.js';

/** A line that the runner acts on. */
export interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly text: string;
}

const NAMES = ['group', 'endgroup', 'error', 'warning', 'notice', 'debug', 'echo', 'add-mask', 'add-matcher', 'remove-matcher', 'add-path', 'set-env', 'set-output', 'save-state', 'stop-commands'];

/**
 * What the runner makes of a step's output, line by line: `ActionCommand.cs` and `ActionCommandManager.cs` of
 * actions/runner (both forms of a command, `::name::` at the start of a line and `##[name]` anywhere; nothing but the
 * token while commands are stopped).
 */
export function commandsIn(output: string): readonly Command[] {
  const known = new Set(NAMES);
  const commands: Command[] = [];
  let stopped: string | undefined;
  for (const line of output.split(/\r\n|\n|\r/)) {
    const command = colons(line, known) ?? brackets(line, known);
    if (command === undefined) continue;
    if (stopped !== undefined) {
      if (command.name !== stopped) continue;
      known.delete(stopped);
      stopped = undefined;
    } else if (command.name === 'stop-commands') known.add((stopped = command.text));
    else commands.push(command);
  }
  if (stopped !== undefined) throw new Error('commands stay stopped');
  return commands;
}

function colons(line: string, known: ReadonlySet<string>): Command | undefined {
  const message = line.trimStart();
  const end = message.startsWith('::') ? message.indexOf('::', 2) : -1;
  if (end < 0) return undefined;
  const [name = '', ...rest] = message.slice(2, end).split(' ');
  if (!known.has(name)) return undefined;
  return { name, properties: propertiesIn(rest.join(' ').trim(), ',', [['%0D', '\r'], ['%0A', '\n'], ['%3A', ':'], ['%2C', ','], ['%25', '%']]), text: replaced(message.slice(end + 2), [['%0D', '\r'], ['%0A', '\n'], ['%25', '%']]) };
}

function brackets(line: string, known: ReadonlySet<string>): Command | undefined {
  const start = line.indexOf('##[');
  const end = start < 0 ? -1 : line.indexOf(']', start);
  if (end < 0) return undefined;
  const [name = '', ...rest] = line.slice(start + 3, end).split(' ');
  const escapes = [['%3B', ';'], ['%0D', '\r'], ['%0A', '\n'], ['%5D', ']'], ['%25', '%']] as const;
  return known.has(name) ? { name, properties: propertiesIn(rest.join(' '), ';', escapes), text: replaced(line.slice(end + 1), escapes) } : undefined;
}

type Escapes = readonly (readonly [written: string, meant: string])[];

function propertiesIn(written: string, divider: string, escapes: Escapes): Readonly<Record<string, string>> {
  return Object.fromEntries(written.split(divider).flatMap((pair) => {
    const [, name, value] = /^([^=]+)=([^]+)$/.exec(pair) ?? [];
    return name === undefined || value === undefined ? [] : [[name, replaced(value, escapes)]];
  }));
}

function replaced(text: string, escapes: Escapes): string {
  return escapes.reduce((known, [written, meant]) => known.replaceAll(written, meant), text);
}

/** What the runner reads from the file of outputs (`EnvFileKeyValuePairs` of actions/runner). */
export function outputsIn(file: string): Readonly<Record<string, string>> {
  const outputs: Record<string, string> = {};
  const lines = file.split(/\r?\n/);
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    const [, name, mark, rest = ''] = /^([^=<]+)(=|<<)(.*)$/.exec(line) ?? [];
    if (name === undefined) {
      if (line !== '') throw new Error(`no output: ${line}`);
    } else if (mark === '=') outputs[name] = rest;
    else {
      const end = lines.indexOf(rest);
      if (end < 0) throw new Error(`${name} does not end`);
      outputs[name] = lines.splice(0, end + 1).slice(0, -1).join('\n');
    }
  }
  return outputs;
}

export interface Told {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly commands: readonly Command[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

export interface Setting {
  readonly lint?: Lint;
  readonly event?: readonly [name: string, payload: unknown];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** A workspace with the files that GitHub gives a step, in a temporary folder. */
export class Workspace {
  readonly top = realpathSync(mkdtempSync(join(tmpdir(), 'cors-lint-action-')));
  readonly folder = join(this.top, 'work');

  constructor() {
    mkdirSync(this.folder);
  }

  remove(): void {
    rmSync(this.top, { recursive: true, force: true });
  }

  write(files: Readonly<Record<string, string | Uint8Array>>): void {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, path)), { recursive: true });
      writeFileSync(join(this.folder, path), content);
    }
  }

  git(...args: readonly string[]): string {
    return gitIn(this.folder, ...args);
  }

  /** Writes files and commits everything. @returns the id of the commit. */
  commit(files: Readonly<Record<string, string | Uint8Array>>): string {
    this.write(files);
    this.git('add', '--all');
    this.git('commit', '--quiet', '--allow-empty', '--message', 'change');
    return this.git('rev-parse', 'HEAD').trim();
  }

  /** The environment that GitHub gives a step with these inputs, and the files that it reads afterwards. */
  environment(inputs: Readonly<Record<string, string>>, { event = ['workflow_dispatch', {}], env = {} }: Setting = {}): Readonly<Record<string, string>> & Record<'GITHUB_OUTPUT' | 'GITHUB_STEP_SUMMARY', string> {
    const file = (name: string, text: string): string => {
      const path = join(this.top, `${name}-${randomUUID()}`);
      writeFileSync(path, text);
      return path;
    };
    return {
      ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase().replaceAll('-', '_')}`, value])),
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKSPACE: this.folder,
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: 'owner/name',
      GITHUB_EVENT_NAME: event[0],
      GITHUB_EVENT_PATH: file('event', JSON.stringify(event[1])),
      RUNNER_TEMP: this.top,
      GITHUB_OUTPUT: file('output', ''),
      GITHUB_STEP_SUMMARY: file('summary', ''),
      ...env,
    };
  }

  /** Runs the subcommand in this process. */
  async step(inputs: Readonly<Record<string, string>>, setting: Setting = {}): Promise<Told> {
    const env = this.environment(inputs, setting);
    let [stdout, stderr] = ['', ''];
    const terminal = {
      cwd: setting.cwd ?? this.top,
      env,
      stdout: { isTTY: false, columns: undefined, write: (text: string) => void (stdout += text) },
      stderr: { isTTY: false, columns: undefined, write: (text: string) => void (stderr += text) },
      readStdin: () => new Uint8Array(),
    };
    const code = await run(['github-action'], terminal, () => Promise.resolve(setting.lint ?? realLint));
    return this.told(code, stdout, stderr, env);
  }

  told(code: number, stdout: string, stderr: string, env: Readonly<Record<'GITHUB_OUTPUT' | 'GITHUB_STEP_SUMMARY', string>>): Told {
    return { code, stdout, stderr, commands: commandsIn(stdout), outputs: outputsIn(readFileSync(env.GITHUB_OUTPUT, 'utf8')), summary: readFileSync(env.GITHUB_STEP_SUMMARY, 'utf8') };
  }
}

export function gitIn(folder: string, ...args: readonly string[]): string {
  const person = ['-c', 'user.name=A Person', '-c', 'user.email=person@example.com', '-c', 'commit.gpgsign=false', '-c', 'protocol.file.allow=always'];
  return execFileSync('git', [...person, ...args], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** The payload of a pull request, as far as it is read. */
export function pullRequest(base: string, head: string, from = 'owner/name'): unknown {
  return { pull_request: { base: { sha: base, repo: { full_name: 'owner/name' } }, head: { sha: head, repo: { full_name: from } } } };
}
