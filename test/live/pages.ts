import axe from 'axe-core';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { expect } from 'vitest';

/** Debian's Chromium, or the one that CHROMIUM names: a path, or a name that PATH leads to. */
function executable(): string {
  const name = process.env['CHROMIUM'] ?? 'chromium';
  const found = [name, ...(process.env['PATH'] ?? '').split(delimiter).map((place) => join(place, name))].find((path) => path.includes('/') && existsSync(path));
  if (found === undefined) throw new Error(`no ${name} in PATH`);
  return found;
}

/** Pages in one folder, opened in a real Chromium. */
export class Pages {
  private constructor(
    private readonly folder: string,
    readonly browser: Browser,
  ) {}

  static async in(folder: string): Promise<Pages> {
    return new Pages(folder, await chromium.launch({ executablePath: executable(), args: ['--no-sandbox'] }));
  }

  close(): Promise<void> {
    return this.browser.close();
  }

  /** Opens `<name>.html`. Fails for every request but that for the page, and for all that is written to the console. */
  async open<T>(name: string, options: BrowserContextOptions, use: (page: Page) => Promise<T>): Promise<T> {
    const context = await this.browser.newContext(options);
    try {
      const page = await context.newPage();
      const url = pathToFileURL(join(this.folder, `${name}.html`)).href;
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

  /** What axe finds wrong for people who do not see the page as it is drawn. */
  violations(name: string, colorScheme: 'light' | 'dark'): Promise<readonly string[]> {
    return this.open(name, { colorScheme, viewport: { width: 1280, height: 900 } }, async (page) => {
      await page.evaluate(axe.source);
      return page.evaluate<readonly string[]>("axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map(({ html }) => html).join(' ')))");
    });
  }
}
