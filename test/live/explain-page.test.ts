import axe from 'axe-core';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runIn } from '../support/cli.js';

const showcase = join(import.meta.dirname, '../../fixtures/showcase');
const folder = mkdtempSync(join(tmpdir(), 'live-explain-'));
let browser: Browser;

/** Pages of each kind: blocked with a change, allowed, undecided, and one that would like to be something else. */
const PAGES: Readonly<Record<string, readonly string[]>> = {
  blocked: ['--origin', 'https://shop.example.com', '--method', 'PUT', '--header', 'content-type', '--credentials', 'include', '--url', 'https://api.shop.example.com/cart/items'],
  allowed: ['--origin', 'https://reviews.example.com', '--url', '/reviews'],
  undecided: ['--origin', 'https://shop.example.com', '--url', '/recommendations'],
  hostile: ['--origin', 'https://shop.example.com', '--header', 'x-a: </script><img src=x onerror=alert(1)>"\'&#quot;', '--url', '/reviews?a=<img src=x>'],
};

/** Debian's Chromium, or the one that CHROMIUM names: a path, or a name that PATH leads to. */
function executable(): string {
  const name = process.env['CHROMIUM'] ?? 'chromium';
  const found = [name, ...(process.env['PATH'] ?? '').split(delimiter).map((place) => join(place, name))].find((path) => path.includes('/') && existsSync(path));
  if (found === undefined) throw new Error(`no ${name} in PATH`);
  return found;
}

beforeAll(async () => {
  for (const [name, argv] of Object.entries(PAGES)) {
    const { code, err } = await runIn(showcase, ['explain', ...argv, '--format', 'html', '--output-file', join(folder, `${name}.html`)]);
    expect([code, err]).toEqual([name === 'allowed' ? 0 : 1, '']);
  }
  browser = await chromium.launch({ executablePath: executable(), args: ['--no-sandbox'] });
});

afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens a page, and tells of every request but that for itself, and of all that is written to the console. */
async function withPage<T>(name: string, options: BrowserContextOptions, use: (page: Page) => Promise<T>): Promise<T> {
  const context = await browser.newContext(options);
  try {
    const page = await context.newPage();
    const url = pathToFileURL(join(folder, `${name}.html`)).href;
    const told: string[] = [];
    page.on('request', (request) => void (request.url() !== url && !request.url().startsWith('data:') && told.push(`request of ${request.url()}`)));
    page.on('console', (message) => void told.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => void told.push(error.message));
    page.on('dialog', (dialog) => void (told.push('a dialog'), dialog.dismiss()));
    await page.goto(url);
    const result = await use(page);
    expect(told).toEqual([]);
    return result;
  } finally {
    await context.close();
  }
}

describe.each(Object.keys(PAGES))('the page of what is %s', (name) => {
  test.each(['light', 'dark'] as const)('axe finds nothing, %s', async (colorScheme) => {
    const violations = await withPage(name, { colorScheme, viewport: { width: 1280, height: 900 } }, async (page) => {
      await page.evaluate(axe.source);
      return page.evaluate<readonly string[]>("axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map(({ html }) => html).join(' ')))");
    });
    expect(violations).toEqual([]);
  });

  test.each([360, 320])('nothing stands out of a window of %d px', async (width) => {
    const widths = await withPage(name, { viewport: { width, height: 740 } }, (page) => page.evaluate<readonly number[]>('[document.documentElement.scrollWidth, innerWidth]'));
    expect(widths[0]).toBeLessThanOrEqual(widths[1]!);
  });

  test('its verdict stands in words, and every part has a heading', async () => {
    const [verdict, parts, headings] = await withPage(name, {}, (page) => page.evaluate<readonly [string, number, number]>("[document.querySelector('.lead .verdict').textContent, document.querySelectorAll('section').length, [...document.querySelectorAll('section')].filter((part) => part.getAttribute('aria-labelledby').split(' ').every((id) => document.getElementById(id)?.textContent)).length]"));
    expect(verdict).toBe(name === 'hostile' ? 'blocked' : name);
    expect(headings).toBe(parts);
  });
});
