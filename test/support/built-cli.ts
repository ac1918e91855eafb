import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** The command line as a program of its own, bundled from source before the tests of a file: signals, streams and users are those of a real process. */
export class BuiltCli {
  #folder = '';

  constructor() {
    beforeAll(async () => {
      const cache = join(root, 'node_modules/.cache');
      mkdirSync(cache, { recursive: true });
      this.#folder = mkdtempSync(join(cache, 'cors-lint-cli-'));
      // Other users run it too.
      chmodSync(this.#folder, 0o755);
      await build({
        absWorkingDir: root,
        entryPoints: { cli: 'src/hosts/cli/main.ts' },
        outdir: this.#folder,
        bundle: true,
        splitting: true,
        platform: 'node',
        format: 'esm',
        external: ['oxc-parser', '@typescript-eslint/*', 'typescript', 'eslint'],
        alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
        banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url), __filename = import.meta.filename, __dirname = import.meta.dirname;" },
        logLevel: 'error',
      });
    });
    afterAll(() => rmSync(this.#folder, { recursive: true, force: true }));
  }

  get path(): string {
    return join(this.#folder, 'cli.js');
  }
}
