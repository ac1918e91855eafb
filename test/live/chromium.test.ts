import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isReadable } from '../../src/browser/headers.js';
import { judge, preflightRequestOf, type Answers, type FetchRequest, type ServerAnswer } from '../../src/browser/judge.js';
import { isFailure, reasonOf } from './chromium-reasons.js';
import { Chromium } from './chromium.js';
import { ExchangeServer, PAGE, SANDBOXED_PAGE, type Seen } from './exchange-server.js';
import { generatedExchange } from './exchanges.js';
import { sample } from './seed.js';

interface Vector extends Answers {
  readonly id: string;
  readonly request: FetchRequest;
  readonly chromium?: Pick<Outcome, 'preflightNeeded' | 'allowed' | 'reason'>;
}

/** What a browser did with an exchange, in the words of a verdict. */
interface Outcome {
  readonly preflightNeeded: boolean;
  readonly allowed: boolean | null;
  readonly reason: string;
  readonly sentOrigin: readonly (string | null)[];
  /** Names that the first preflight asked for. */
  readonly asked: string | null;
  /** Names of the final response's headers that script could read, of those that the last answer has. */
  readonly readable: readonly string[];
}

/** Where Chromium departs from the standard today; the vectors say what it does instead. */
const DEVIATIONS: Readonly<Record<string, string>> = {
  'simple-safelist-total-1024': 'joins entries of one name before it measures them',
  'pf-user-agent': 'still forbids script to set User-Agent',
  'pf-authorization-star': 'still lets * cover Authorization',
};

const { random, cases } = sample('chromium', 60);
const vectors = JSON.parse(gunzipSync(readFileSync(new URL('../../fixtures/observed/fetch-vectors.json.gz', import.meta.url))).toString('utf8')) as Vector[];
const server = new ExchangeServer();
let chromium: Chromium;

beforeAll(async () => {
  chromium = new Chromium(await server.listen());
  // Fails with the system's own word where no Chromium is installed.
  await chromium.send('Browser.getVersion', {});
});

afterAll(async () => {
  await chromium.stop();
  await server.close();
});

describe('the verdict is what Chromium does', () => {
  test('for every vector but the documented ones', () => {
    expect(vectors).toHaveLength(168);
    expect(vectors.filter((vector) => vector.chromium !== undefined).map(({ id }) => id).sort()).toEqual(Object.keys(DEVIATIONS).sort());
  });

  test.each(vectors.map((vector) => [vector.id, vector] as const))('%s', async (id, { request, chromium: instead, ...answers }) => {
    const seen = await outcomeOf(request, answers);
    if (instead === undefined) return expect(seen).toEqual(predicted(request, answers));
    expect({ preflightNeeded: seen.preflightNeeded, allowed: seen.allowed, reason: seen.reason }, DEVIATIONS[id]).toEqual({ preflightNeeded: instead.preflightNeeded, allowed: instead.allowed, reason: instead.reason });
    expect(seen).not.toEqual(predicted(request, answers));
  });

  test.each(Array.from({ length: cases }, (_unused, index) => index))(`generated exchange ${random.seed}/%i`, async () => {
    const { request, answers } = generatedExchange(random);
    expect(await outcomeOf(request, answers), JSON.stringify({ request, answers })).toEqual(predicted(request, answers));
  });
});

/** What cors-lint says. */
function predicted(request: FetchRequest, answers: Answers): Outcome {
  const { preflightNeeded, allowed, reason, sentOrigin } = judge(request, answers);
  const asked = preflightRequestOf(request).headers.find(([name]) => name === 'access-control-request-headers')?.[1] ?? null;
  const last = lastOf(answers);
  const readable = reason === 'ok' ? namesOf(last).filter((name) => isReadable(last.headers, name, request.credentials === 'include')) : [];
  return { preflightNeeded, allowed, reason, sentOrigin, asked: preflightNeeded ? asked : null, readable };
}

/** What Chromium does. */
async function outcomeOf(request: FetchRequest, answers: Answers): Promise<Outcome> {
  const page = request.origin === 'null' ? `https://sandbox.example${SANDBOXED_PAGE}` : `${request.origin}${PAGE}`;
  return chromium.withPage(page, async ({ run, event }) => {
    expect(await run('self.origin')).toBe(request.origin);
    server.give(answers);
    const names = namesOf(lastOf(answers));
    const result = (await run(script(request, names))) as { readonly type: string; readonly readable: readonly string[]; readonly error: string };
    const { seen } = server;
    const reason = result.type === 'error' ? (/unsupported/.test(result.error) && seen.length === 0 ? 'forbidden-method' : reasonOf(await event(isFailure))) : REASON_OF_TYPE[result.type];
    const preflight = seen.find(({ hop, isPreflight }) => hop === 0 && isPreflight);
    return {
      preflightNeeded: preflight !== undefined,
      allowed: result.type !== 'error' && result.type !== 'opaque',
      reason: reason ?? result.type,
      sentOrigin: reason === 'opaque' ? [] : originsOf(seen),
      asked: preflight?.asked ?? null,
      readable: reason === 'ok' ? result.readable : [],
    };
  });
}

const REASON_OF_TYPE: Readonly<Record<string, string>> = { cors: 'ok', basic: 'same-origin', opaque: 'opaque' };

/** `Origin` of each hop, the same in its preflight and in its request. */
function originsOf(seen: readonly Seen[]): readonly (string | null)[] {
  const hops = [...new Set(seen.map(({ hop }) => hop))];
  return hops.map((hop) => {
    const origins = new Set(seen.filter((one) => one.hop === hop).map(({ origin }) => origin));
    expect(origins.size, JSON.stringify(seen)).toBe(1);
    // A preflight carries nothing of the user.
    expect(seen.filter(({ isPreflight, cookie }) => isPreflight && cookie !== null)).toEqual([]);
    return [...origins][0] ?? null;
  });
}

function lastOf({ response, next }: Answers): ServerAnswer {
  return next === undefined ? response : lastOf(next);
}

function namesOf({ headers }: ServerAnswer): readonly string[] {
  return [...new Set(headers.map(([name]) => name.toLowerCase()))].sort();
}

/** The page's own program: `fetch`, or XMLHttpRequest with an upload listener where a preflight is forced. */
function script({ url, method, headers, credentials, mode, forcePreflight }: FetchRequest, names: readonly string[]): string {
  if (forcePreflight === true) {
    return `new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open(${JSON.stringify(method)}, ${JSON.stringify(url)});
      request.withCredentials = ${credentials === 'include'};
      for (const [name, value] of ${JSON.stringify(headers)}) request.setRequestHeader(name, value);
      request.upload.onprogress = () => {};
      const has = (name) => request.getResponseHeader(name) !== null;
      request.onload = () => resolve({ type: new URL(request.responseURL).origin === self.origin ? 'basic' : 'cors', readable: ${JSON.stringify(names)}.filter(has), error: '' });
      request.onerror = () => resolve({ type: 'error', readable: [], error: '' });
      request.send(${method === 'POST' ? '"x"' : ''});
    })`;
  }
  const init = { method, headers, credentials, ...(mode === undefined ? {} : { mode }) };
  return `fetch(${JSON.stringify(url)}, ${JSON.stringify(init)}).then(
    async (response) => {
      await response.text();
      return { type: response.type, readable: ${JSON.stringify(names)}.filter((name) => response.headers.has(name)), error: '' };
    },
  ).catch((error) => ({ type: 'error', readable: [], error: String(error) }))`;
}
