/** Writes `docs/images/*.svg`: what the built tool prints, in colours, at the width of the pictures (`npm run build` first). */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import stringWidth from 'string-width';
import { ENVIRONMENT, PICTURES, svgOf } from './terminal-picture.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const images = join(root, 'docs/images');
const shop = mkdtempSync(join(tmpdir(), 'cors-lint-shop-'));
try {
  // Apart from this repository, whose settings are not the shop's.
  cpSync(join(root, 'fixtures/showcase'), shop, { recursive: true });
  mkdirSync(images, { recursive: true });
  for (const [name, words] of Object.entries(PICTURES)) {
    const { stdout, stderr, error } = spawnSync(process.execPath, [join(root, 'dist/cli.js'), '-f', 'pretty', ...words], { cwd: shop, encoding: 'utf8', env: { PATH: process.env.PATH, ...ENVIRONMENT } });
    if (error !== undefined || stderr !== '') throw error ?? new Error(stderr);
    writeFileSync(join(images, `${name}.svg`), svgOf(`cors-lint ${words.join(' ')}`, stdout, stringWidth));
    console.log(`wrote docs/images/${name}.svg`);
  }
} finally {
  rmSync(shop, { recursive: true, force: true });
}
