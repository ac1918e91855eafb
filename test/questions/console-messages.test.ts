import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { consoleMessages, type ConsoleMessage } from '../../src/questions/console/messages.js';
import { root } from '../support/documents.js';

/** What a browser prints, for which verdicts, and what that tells of the request; `verdictless`: it prints it where no verdict of CORS is at stake too. */
interface Printed {
  readonly text: string;
  readonly reasons: readonly string[];
  readonly told: Readonly<Record<string, unknown>>;
  readonly verdictless?: true;
}

const folder = join(root, 'fixtures/console-messages');
const recorded = readdirSync(folder).sort().map((name) => ({ name, ...(JSON.parse(readFileSync(join(folder, name), 'utf8')) as { browser: string; source: string; messages: readonly Printed[] }) }));

function toldBy({ url, firstUrl, server, origin, initiator, method, header, status, credentials, sent, several, redirects, failed }: ConsoleMessage): unknown {
  const { 'access-control-allow-origin': allowOrigin, 'access-control-allow-credentials': allowCredentials } = sent;
  return JSON.parse(JSON.stringify({ url, firstUrl, server, origin, initiator, method, header, status, credentials, allowOrigin, allowCredentials, several, redirects, failed }));
}

test('there are wordings of each browser, the current and at least two older ones', () => {
  const counted = ['chromium', 'firefox', 'webkit'].map((browser) => recorded.filter((file) => file.browser === browser).length);
  expect(counted).toEqual([4, 4, 3]);
  expect(recorded.every(({ source }) => source !== '')).toBe(true);
});

describe.each(recorded)('$name', ({ browser, messages }) => {
  test.each(messages)('$text', ({ text, reasons, told, verdictless }) => {
    const read = consoleMessages(text).messages;
    expect(read).toHaveLength(1);
    // Chromium 30 and older spoke as WebKit did, and both say some things in the same words.
    if (reasons.length > 0) expect(read[0]!.browser).toBe(browser);
    expect(read[0]!.reasons).toEqual(expect.arrayContaining([...reasons]));
    if (verdictless === true || reasons.length === 0) expect(read[0]!.notCors).toBeDefined();
    expect(toldBy(read[0]!)).toEqual(told);
  });

  test.each(messages)('as people paste it: $text', ({ text }) => {
    const [plain] = consoleMessages(text).messages;
    const noisy = [
      `index.js:12  ${text}\n    at fetchData (index.js:12:3)\n    at async main (index.js:40:9)`,
      `> ${text.replaceAll(' ', '\n> ')}`,
      `[CORS] ${text.replaceAll('\u2018', "'").replaceAll('\u2019', "'")}  index.js:12\r\nUncaught (in promise) Error\r\n`,
      `\`\`\`\n${text.replaceAll("'", '\u2019')}\n\`\`\``,
      `\ufeff\t${text.replaceAll(' ', '\u00a0 ')} [Learn More]`,
    ];
    for (const pasted of noisy) expect(consoleMessages(pasted).messages, pasted).toEqual([plain]);
  });
});

test('several messages at once are several', () => {
  const distinct = recorded.find(({ name }) => name === 'chromium-103.json')!.messages;
  const read = consoleMessages(distinct.map(({ text }, index) => `app.js:${index} ${text}`).join('\n')).messages;
  expect(read.map(({ text }) => text)).toEqual(distinct.map(({ text }) => consoleMessages(text).messages[0]!.text));
});

test('what only repeats a message is none of its own', () => {
  const text = [
    "Access to fetch at 'https://api.example.com/me' from origin 'https://app.example.com' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.",
    'GET https://api.example.com/me net::ERR_FAILED 200 (OK)',
    'Failed to load resource: net::ERR_FAILED',
    'Uncaught (in promise) TypeError: Failed to fetch',
  ].join('\n');
  expect(consoleMessages(text).messages).toHaveLength(1);
  const firefox = "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://api.example.com/me. (Reason: CORS header ‘Access-Control-Allow-Origin’ missing). Status code: 204.\nCross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://api.example.com/me. (Reason: CORS request did not succeed). Status code: (null).";
  expect(consoleMessages(firefox).messages).toMatchObject([{ status: 204, followed: true }]);
  expect(consoleMessages(firefox.replace('at https://api.example.com/me', 'at https://other.example.com/me')).messages).toMatchObject([{ url: 'https://other.example.com/me' }, { notCors: 'did-not-succeed' }]);
});

test('of several requests each WebKit reason gets its own URL', () => {
  const text = ['a', 'b'].flatMap((name) => [`Origin https://${name}.example is not allowed by Access-Control-Allow-Origin. Status code: 200`, `Fetch API cannot load https://api.example/${name} due to access control checks.`]).join('\n');
  expect(consoleMessages(text).messages.map(({ origin, url }) => [origin, url])).toEqual([['https://a.example', 'https://api.example/a'], ['https://b.example', 'https://api.example/b']]);
});

test('URLs keep their apostrophes', () => {
  const [message] = consoleMessages("Access to fetch at 'https://api.example.com/it's' from origin 'https://app.example.com' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.").messages;
  expect(message?.url).toBe("https://api.example.com/it's");
});

test('a reason that no version is known to give is read as far as it goes', () => {
  const [message] = consoleMessages("Access to fetch at 'https://api.example.com/me' from origin 'https://app.example.com' has been blocked by CORS policy: The moon is full.").messages;
  expect(message).toMatchObject({ url: 'https://api.example.com/me', origin: 'https://app.example.com' });
  expect(message!.reasons.length).toBeGreaterThan(5);
});

const pieces = fc.constantFrom(...recorded.flatMap(({ messages }) => messages.flatMap(({ text }) => [text, text.slice(0, 40), text.slice(20), ...text.split(' ').slice(0, 4)])), "'", '\u2019', '\u0000', '\u001b[31m', '\n', '{url}', '\ud800', '((((');

test('whatever is pasted, nothing is thrown and what is told stands in it', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 12 }), (parts) => {
      const pasted = parts.join(' ');
      for (const { url, origin, reasons, notCors } of consoleMessages(pasted).messages) {
        if (url !== undefined) expect(pasted.replace(/[\u2018\u2019\u201b`\u00b4]/g, "'").replace(/[\u201c\u201d]/g, '"')).toContain(url);
        if (origin !== undefined) expect(origin).not.toMatch(/\s/);
        expect(reasons.length > 0 || notCors !== undefined).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});

/** How often the work grows when the text does: measured in characters that are looked at, not in time, so that it holds on any machine. */
test('a text of beginnings without ends is given up, and says so', () => {
  for (const start of ['Access to ', "Access to fetch at '", 'Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at ', 'Origin ', 'XMLHttpRequest cannot load ']) {
    const { messages, cut } = consoleMessages(start.repeat(Math.ceil((1 << 20) / start.length)));
    expect(messages).toEqual([]);
    expect(cut).toBe(true);
  }
});
