/**
 * Writes `docs/images/*.svg`: what the built tool prints, in colours, at the width of the pictures, and `docs/images/map.png`:
 * the map of the shop in Chromium, which CHROMIUM may name (`npm run build` first).
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
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
  await pictureOfMap();
} finally {
  rmSync(shop, { recursive: true, force: true });
}

/** The top of the page, where the layers are drawn. */
async function pictureOfMap() {
  const file = join(shop, 'map.html');
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'dist/cli.js'), 'map', '-o', file], { cwd: shop, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1120, height: 1000 }, colorScheme: 'light' });
    await page.goto(pathToFileURL(file).href);
    // A folder made for this has a name that says nothing.
    await page.evaluate("document.querySelector('h1').textContent = 'shop'");
    await page.screenshot({ path: join(images, 'map.png') });
    console.log('wrote docs/images/map.png');
  } finally {
    await browser.close();
  }
}
