import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { lint } from '../../src/engine.js';
import type { Lint } from '../../src/hosts/cli/judge.js';
import { run } from '../../src/hosts/cli/run.js';

/** What the command line answered. */
export interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A temporary folder, and git in it: no configuration of whoever runs the tests takes part. */
export class Repository {
  readonly top = realpathSync(mkdtempSync(join(tmpdir(), 'cors-lint-git-')));

  remove(): void {
    rmSync(this.top, { recursive: true, force: true });
  }

  path(file: string): string {
    return join(this.top, file);
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(this.path(path)), { recursive: true });
      writeFileSync(this.path(path), text);
    }
  }

  git(...args: readonly string[]): string {
    return this.gitIn('', ...args);
  }

  gitIn(folder: string, ...args: readonly string[]): string {
    return execFileSync('git', args, { cwd: this.path(folder), env: ENVIRONMENT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }

  init(folder = ''): void {
    mkdirSync(this.path(folder), { recursive: true });
    this.gitIn(folder, 'init', '-q', '-b', 'main');
  }

  commit(message = 'a commit'): void {
    this.git('add', '-A');
    this.git('commit', '-q', '--allow-empty', '-m', message);
  }

  /** Runs the command line in a folder, in this process. */
  async lint(argv: readonly string[], { cwd = '', engine = lint }: { readonly cwd?: string; readonly engine?: Lint } = {}): Promise<Answer> {
    let out = '';
    let err = '';
    const terminal = {
      cwd: this.path(cwd),
      env: {},
      stdout: { isTTY: false, write: (text: string) => void (out += text) },
      stderr: { isTTY: false, write: (text: string) => void (err += text) },
      readStdin: () => new Uint8Array(),
    };
    const code = await run(argv, terminal, () => Promise.resolve(engine));
    return { code, out, err };
  }
}

const PERSON = { name: 'A Person', email: 'person@example.com' };

/** The environment of a plain shell: variables of git that a hook around the tests has set are not passed on. */
const ENVIRONMENT: NodeJS.ProcessEnv = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'))),
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_AUTHOR_NAME: PERSON.name,
  GIT_AUTHOR_EMAIL: PERSON.email,
  GIT_COMMITTER_NAME: PERSON.name,
  GIT_COMMITTER_EMAIL: PERSON.email,
  GIT_ALLOW_PROTOCOL: 'file',
};
