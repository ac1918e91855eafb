import { parseXml } from '@rgrove/parse-xml';
import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lint } from '../../src/engine.js';
import { run } from '../../src/hosts/cli/run.js';

interface Pictures {
  readonly PICTURES: Readonly<Record<string, readonly string[]>>;
  readonly ENVIRONMENT: Readonly<Record<string, string>>;
  svgOf(command: string, ansi: string, widthOf: (text: string) => number): string;
}

const root = join(import.meta.dirname, '../..');
// The tools are scripts without types.
const { PICTURES, ENVIRONMENT, svgOf } = (await import(join(root, 'src/tools/terminal-picture.mjs'))) as Pictures;

let shop: string;
beforeAll(() => {
  shop = realpathSync(mkdtempSync(join(tmpdir(), 'cors-lint-shop-')));
  cpSync(join(root, 'fixtures/showcase'), shop, { recursive: true });
});
afterAll(() => rmSync(shop, { recursive: true, force: true }));

test.each(Object.entries(PICTURES))('docs/images/%s.svg is what the tool says today (else: npm run build && npm run screenshots)', async (name, words) => {
  let out = '';
  const terminal = { cwd: shop, env: ENVIRONMENT, stdout: { isTTY: false, write: (text: string) => void (out += text) }, stderr: { isTTY: false, write: () => undefined }, readStdin: () => new Uint8Array() };
  await run(['-f', 'pretty', ...words], terminal, () => Promise.resolve(lint));
  expect(readFileSync(join(root, 'docs/images', `${name}.svg`), 'utf8')).toBe(svgOf(`cors-lint ${words.join(' ')}`, out, stringWidth));
});

test('no picture is left over', () => {
  // The map's is a browser's.
  expect(readdirSync(join(root, 'docs/images')).sort()).toEqual([...Object.keys(PICTURES).map((name) => `${name}.svg`), 'map.png'].sort());
});

test('a picture is XML that holds the text, its style and its links', () => {
  const svg = svgOf('cors-lint <a>', '\u001b[31m\u001b[1merror\u001b[22m\u001b[39m  日本 \u001b]8;;https://a.example/?b&c\u001b\\rule\u001b]8;;\u001b\\\n\n  < 200', stringWidth);
  expect(parseXml(svg).root!.text).toContain('$cors-lint <a>');
  expect(svg).toContain('class="bold red">error</tspan>');
  // Two columns for each wide character: seven before, four of its own.
  expect(svg).toMatch(/<tspan x="76.8" textLength="33.6">日本<\/tspan>/);
  expect(svg).toMatch(/<a href="https:\/\/a.example\/\?b&#38;c"><tspan x="118.8" textLength="33.6">rule<\/tspan><\/a>/);
  expect(svg).toMatch(/<tspan x="34.8" textLength="42">&#60; 200<\/tspan>/);
});

test('what would not be drawn is refused', () => {
  expect(() => svgOf('x', 'a\u001b[2Jb', stringWidth)).toThrow('\\u001b[2J');
  expect(() => svgOf('x', 'a\u001b[95mb', stringWidth)).toThrow('not drawn');
});
