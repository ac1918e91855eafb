import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { pagesOf, root } from './documents.js';

/** Refused by every browser, and only a person knows the origins that were meant. */
export const BAD = 'server {\n  location / {\n    add_header Access-Control-Allow-Origin "*" always;\n    add_header Access-Control-Allow-Credentials "true" always;\n  }\n}\n';
export const GOOD = 'server {\n  location / {\n    add_header Access-Control-Allow-Origin "https://app.example.com" always;\n  }\n}\n';
/** Depends on the origin without a word about it: mended by one line. */
export const MENDABLE = 'map $http_origin $cors {\n  default "";\n  "https://a.example" $http_origin;\n  "https://b.example" $http_origin;\n}\nserver {\n  location / {\n    add_header Access-Control-Allow-Origin $cors always;\n  }\n}\n';
export const MENDED = MENDABLE.replace('$cors always;\n', '$cors always;\n    add_header Vary Origin always;\n');
/** What the finding of `BAD` is called, in every format. */
export const FINDING = 'cors-lint/no-wildcard-with-credentials';

/** What docs/hooks.md shows under a heading. */
export function snippet(section: string): string {
  const fence = pagesOf([], 'docs').find(({ path }) => path === 'docs/hooks.md')?.fences.find((one) => one.section === section);
  if (fence === undefined) throw new Error(`docs/hooks.md: nothing is shown under ${section}`);
  return `${fence.text}\n`;
}

/** A commit that was tried. */
export interface Tried {
  readonly committed: boolean;
  /** Everything that the person was told. */
  readonly told: string;
}

/** A repository with this package installed, and one commit. */
export class HookRepository {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'cors-lint-hooks-')));

  constructor(private readonly env: Readonly<Record<string, string>> = {}) {
    this.git('init', '--quiet');
    for (const [name, value] of [['user.name', 'A Person'], ['user.email', 'person@example.com'], ['commit.gpgsign', 'false']] as const) this.git('config', name, value);
    this.write({ '.gitignore': 'node_modules/\n', 'package.json': '{ "private": true }\n' });
    mkdirSync(join(this.folder, 'node_modules/.bin'), { recursive: true });
    this.bin('cors-lint', join(root, 'dist/cli.js'));
    this.git('add', '--all');
    this.git('commit', '--quiet', '--no-verify', '--message', 'first');
  }

  /** Makes a command that packages of this repository would find. */
  bin(name: string, target: string): void {
    symlinkSync(target, join(this.folder, 'node_modules/.bin', name));
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, path)), { recursive: true });
      writeFileSync(join(this.folder, path), text);
    }
  }

  /** Makes the hook that git runs before a commit. */
  hook(text: string): void {
    const path = join(this.folder, '.git/hooks/pre-commit');
    writeFileSync(path, text);
    chmodSync(path, 0o755);
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  /** The text of a file in the last commit. */
  committed(path: string): string {
    return this.git('show', `HEAD:${path}`);
  }

  git(...args: readonly string[]): string {
    return execFileSync('git', args, { cwd: this.folder, env: this.#environment(), encoding: 'utf8' });
  }

  /** Writes, stages and tries to commit. */
  commit(files: Readonly<Record<string, string>> = {}): Tried {
    this.write(files);
    this.git('add', '--all');
    return this.tryCommit();
  }

  /** Tries to commit what is staged. */
  tryCommit(): Tried {
    const { status, stdout, stderr } = spawnSync('git', ['commit', '--message', 'a change'], { cwd: this.folder, env: this.#environment(), encoding: 'utf8' });
    return { committed: status === 0, told: stdout + stderr };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Nothing of the repository that the tests may themselves be run from. */
  #environment(): NodeJS.ProcessEnv {
    const outside = Object.entries(process.env).filter(([name]) => !/^(?:GIT_|CI$|NO_COLOR$|FORCE_COLOR$)/.test(name));
    return { ...Object.fromEntries(outside), ...this.env, PATH: [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter) };
  }
}
