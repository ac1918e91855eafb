import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { lint } from '../../src/engine.js';
import type { Lint } from '../../src/hosts/cli/judge.js';
import { run } from '../../src/hosts/cli/run.js';

/** A folder of its own for each test of a file. */
export class Folder {
  #path = '';

  constructor(name: string) {
    beforeEach(() => void (this.#path = realpathSync(mkdtempSync(join(tmpdir(), `cors-lint-${name}-`)))));
    afterEach(() => rmSync(this.#path, { recursive: true, force: true }));
  }

  get path(): string {
    return this.#path;
  }

  at(path: string): string {
    return join(this.#path, path);
  }

  write(files: Readonly<Record<string, string | Uint8Array>>): void {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(this.at(path)), { recursive: true });
      writeFileSync(this.at(path), content);
    }
  }
}

export interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Setting {
  readonly engine?: Lint;
  readonly stdin?: string | Uint8Array;
  /** Is standard error a terminal? */
  readonly isTTY?: boolean;
  /** Whoever sits there answers so; undefined ends the input. */
  readonly ask?: (question: string) => Promise<string | undefined>;
}

/** Runs the command line in a folder, with the real engine unless another one is given. */
export async function runIn(cwd: string, argv: readonly string[], { engine = lint, stdin = '', isTTY = false, ask }: Setting = {}): Promise<Answer> {
  let out = '';
  let err = '';
  const terminal = {
    cwd,
    env: {},
    stdout: { isTTY: false, write: (text: string) => void (out += text) },
    stderr: { isTTY, write: (text: string) => void (err += text) },
    readStdin: () => (typeof stdin === 'string' ? new TextEncoder().encode(stdin) : stdin),
    ask,
  };
  const code = await run(argv, terminal, () => Promise.resolve(engine));
  return { code, out, err };
}

/** Express with a hole that any engine of ours must find; what it says is one finding in line 2. */
export const SERVER = "const app = require('express')();\napp.use(require('cors')({ origin: true, credentials: true }));\napp.get('/a', (req, res) => res.json({}));\n";

/** A list of origins that `--fix` mends, in line 2. */
export const MENDABLE = "const app = require('express')();\napp.use(require('cors')({ origin: [/^https:\\/\\/app.example\\.com$/], credentials: true }));\napp.get('/a', (req, res) => res.json({}));\n";
export const MENDED = MENDABLE.replace('app.example', 'app\\.example');
