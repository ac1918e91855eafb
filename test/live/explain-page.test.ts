import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runIn } from '../support/cli.js';
import { Pages } from './pages.js';

const showcase = join(import.meta.dirname, '../../fixtures/showcase');
const folder = mkdtempSync(join(tmpdir(), 'live-explain-'));
let opened: Pages;

/** Pages of each kind: blocked with a change, allowed, undecided, and one that would like to be something else. */
const PAGES: Readonly<Record<string, readonly string[]>> = {
  blocked: ['--origin', 'https://shop.example.com', '--method', 'PUT', '--header', 'content-type', '--credentials', 'include', '--url', 'https://api.shop.example.com/cart/items'],
  allowed: ['--origin', 'https://reviews.example.com', '--url', '/reviews'],
  undecided: ['--origin', 'https://shop.example.com', '--url', '/recommendations'],
  hostile: ['--origin', 'https://shop.example.com', '--header', 'x-a: </script><img src=x onerror=alert(1)>"\'&#quot;', '--url', '/reviews?a=<img src=x>'],
};

beforeAll(async () => {
  for (const [name, argv] of Object.entries(PAGES)) {
    const { code, err } = await runIn(showcase, ['explain', ...argv, '--format', 'html', '--output-file', join(folder, `${name}.html`)]);
    expect([code, err]).toEqual([name === 'allowed' ? 0 : 1, '']);
  }
  opened = await Pages.in(folder);
});

afterAll(async () => {
  await opened.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(Object.keys(PAGES))('the page of what is %s', (name) => {
  test.each(['light', 'dark'] as const)('axe finds nothing, %s', async (colorScheme) => {
    expect(await opened.violations(name, colorScheme)).toEqual([]);
  });

  test.each([360, 320])('nothing stands out of a window of %d px', async (width) => {
    const widths = await opened.open(name, { viewport: { width, height: 740 } }, (page) => page.evaluate<readonly number[]>('[document.documentElement.scrollWidth, innerWidth]'));
    expect(widths[0]).toBeLessThanOrEqual(widths[1]!);
  });

  test('its verdict stands in words, and every part has a heading', async () => {
    const [verdict, parts, headings] = await opened.open(name, {}, (page) => page.evaluate<readonly [string, number, number]>("[document.querySelector('.lead .verdict').textContent, document.querySelectorAll('section').length, [...document.querySelectorAll('section')].filter((part) => part.getAttribute('aria-labelledby').split(' ').every((id) => document.getElementById(id)?.textContent)).length]"));
    expect(verdict).toBe(name === 'hostile' ? 'blocked' : name);
    expect(headings).toBe(parts);
  });
});
