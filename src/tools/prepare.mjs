/**
 * What npm runs before it packs a checkout: builds dist/. `npm install --global git+…`, which pre-commit calls, hands
 * `global` on to the installation that should bring the development dependencies, and none arrive
 * (https://github.com/npm/cli/issues/8440): they are installed here.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { npm_config_global: global, npm_execpath: npm, ...env } = process.env;

if (global === 'true' && npm !== undefined && !existsSync(join(root, 'node_modules/esbuild'))) {
  // Standard output belongs to the name of the packed file.
  execFileSync(process.execPath, [npm, 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: root, env, stdio: ['ignore', 2, 2] });
}
await import('./build.mjs');
