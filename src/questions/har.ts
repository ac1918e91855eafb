import type { FetchRequest, ServerAnswer } from '../browser/judge.js';
import { judge, preflightRequestOf } from '../browser/judge.js';
import { asksFirst, isForbiddenHeader } from '../browser/request.js';
import { ANY_REASON } from './console/wordings.js';
import type { Failure } from './failure.js';

/** A recorded request that a page made to another origin, and that was kept from script. */
export interface RecordedFailure extends Failure {
  readonly url: string;
  readonly origin: string;
  readonly method: string;
  /** Number of its entry in the recording, from 0. */
  readonly entry: number;
}

export interface HarReading {
  /** The program that wrote it: `WebInspector 537.36`, `Firefox 153.0`. */
  readonly creator: string;
  readonly failures: readonly RecordedFailure[];
  /** Requests of pages to other origins, those among them that got through too. */
  readonly crossOrigin: number;
  readonly entries: number;
  /** Failures that are left out since there are too many. */
  readonly more: number;
}

/** What keeps a text from being a recording: 1-based place where it is known, and what is wrong. */
export interface HarProblem {
  readonly problem: string;
  readonly line?: number;
  readonly column?: number;
}

const MOST_FAILURES = 50;
const MOST_HOPS = 20;

/** Names of headers that browsers set by themselves, and that the standard does not forbid to pages. */
const OF_BROWSERS = /^(?::.*|user-agent|cache-control|pragma|priority|upgrade-insecure-requests|if-none-match|if-modified-since|accept|accept-language|save-data|viewport-width|downlink|rtt|ect|dpr|device-memory|alt-used)$/i;

/** Failed requests of an HTTP archive (HAR 1.2), as browsers export it. Nothing is thrown. */
export async function readHar(text: string): Promise<HarReading | HarProblem> {
  let read: unknown;
  try {
    read = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    return (await placeOfError(text)) ?? { problem: error instanceof Error ? error.message : String(error) };
  }
  const log = fieldOf(read, 'log');
  const entries = fieldOf(log, 'entries');
  if (!Array.isArray(entries)) return { problem: 'it is no HTTP archive: log.entries is no list' };
  const all = entries.map((entry, index) => entryOf(entry, index));
  const judged = all.flatMap((entry) => (entry === undefined ? [] : judgeEntry(entry, all)));
  const failed = judged.flatMap(({ failure }) => failure ?? []);
  const distinct = failed.filter((one, index) => failed.findIndex((other) => keyOf(other) === keyOf(one)) === index);
  const creator = [textOf(log, 'creator', 'name'), textOf(log, 'creator', 'version')].filter((word) => word !== '').join(' ');
  return { creator, failures: distinct.slice(0, MOST_FAILURES), crossOrigin: judged.length, entries: all.length, more: Math.max(0, distinct.length - MOST_FAILURES) };
}

/** The same request that failed in the same way is told once. */
function keyOf({ url, method, origin, reasons }: RecordedFailure): string {
  return JSON.stringify([url.split('?', 1)[0], method, origin, reasons]);
}

async function placeOfError(text: string): Promise<HarProblem | undefined> {
  const { parseTree, printParseErrorCode } = await import('jsonc-parser');
  const errors: import('jsonc-parser').ParseError[] = [];
  try {
    parseTree(text, errors, { disallowComments: true });
  } catch {
    // Nested too deep to be looked at.
    return undefined;
  }
  const [first] = errors;
  if (first === undefined) return undefined;
  const before = text.slice(0, first.offset);
  const words = printParseErrorCode(first.error).replace(/(?<!^)([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
  return { problem: `it is no JSON: ${words}`, line: before.split('\n').length, column: first.offset - before.lastIndexOf('\n') };
}

interface Entry {
  readonly index: number;
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly cookies: boolean;
  /** Status 0: none came, or none was recorded. */
  readonly response: ServerAnswer | null;
  /** The browser says that the request failed. */
  readonly error: string;
  readonly kind: string;
}

function entryOf(value: unknown, index: number): Entry | undefined {
  const request = fieldOf(value, 'request');
  const response = fieldOf(value, 'response');
  const url = textOf(request, 'url');
  if (!URL.canParse(url)) return undefined;
  const status = fieldOf(response, 'status');
  const cookies = fieldOf(request, 'cookies');
  return {
    index,
    method: textOf(request, 'method') || 'GET',
    url,
    headers: pairsOf(fieldOf(request, 'headers')),
    cookies: Array.isArray(cookies) && cookies.length > 0,
    response: typeof status === 'number' && Number.isInteger(status) && status >= 100 ? { status, headers: pairsOf(fieldOf(response, 'headers')) } : null,
    error: textOf(response, '_error'),
    kind: textOf(value, '_resourceType'),
  };
}

/** A request of a page to another origin, and how it failed if it did. Empty where it is none. */
function judgeEntry(entry: Entry, all: readonly (Entry | undefined)[]): readonly { readonly failure?: RecordedFailure }[] {
  const origin = valueOf(entry, 'origin');
  const isPreflight = entry.method === 'OPTIONS' && valueOf(entry, 'access-control-request-method') !== undefined;
  const mode = valueOf(entry, 'sec-fetch-mode');
  if (origin === undefined || isPreflight || entry.kind === 'document' || (mode !== undefined && mode !== 'cors') || new URL(entry.url).origin === origin) return [];
  if (!/^https?:\/\//.test(origin) && origin !== 'null') return [];

  const preflight = preflightOf(entry, all);
  const headers = headersOf(entry, preflight);
  const carries = entry.cookies || valueOf(entry, 'cookie') !== undefined;
  const request: FetchRequest = { origin, method: entry.method, headers, credentials: carries ? 'include' : 'omit', url: entry.url };
  const recorded = { preflight: preflight?.response ?? null, response: entry.response ?? { status: null, headers: [] } };
  const told = { url: entry.url, origin, method: entry.method, headers, sent: {}, entry: entry.index, recorded };
  const verdict = verdictOn(request, entry, preflight, all);
  if (verdict === 'ok') {
    // Recordings often leave cookies out: what fails with them alone failed with them.
    const withCookies = entry.error === '' || carries ? 'ok' : verdictOn({ ...request, credentials: 'include' }, entry, preflight, all);
    return [withCookies === 'ok' || withCookies === 'open' ? {} : { failure: { ...told, ...statusOf(withCookies, recorded), credentials: 'include', reasons: [withCookies] } }];
  }
  if (verdict === 'open') return [entry.response === null && /ERR_FAILED|CORS/i.test(entry.error) ? { failure: { ...told, reasons: ANY_REASON, ...(carries ? { credentials: 'include' } : {}) } } : {}];
  return [{ failure: { ...told, ...statusOf(verdict, recorded), reasons: [verdict], ...(carries ? { credentials: 'include' } : {}) } }];
}

/** Of the answer that failed. */
function statusOf(reason: string, { preflight, response }: NonNullable<Failure['recorded']>): { readonly status?: number } {
  const { status } = (reason.startsWith('preflight-') ? preflight : response) ?? { status: null };
  return status === null ? {} : { status };
}

/** The code of the browser's verdict on what was recorded; `open`: what decides it was not recorded. */
function verdictOn(request: FetchRequest, entry: Entry, preflight: Entry | undefined, all: readonly (Entry | undefined)[]): string {
  // The answer to a preflight may have been remembered from before the recording.
  const asked = preflight?.response ?? (asksFirst(request) && entry.response !== null ? grantedTo(request) : null);
  if (asked === null && asksFirst(request)) return 'open';
  if (entry.response === null && asked === null) return 'open';
  const response = entry.response ?? { status: null, headers: [['access-control-allow-origin', null] as const] };
  const hop = { response, ...(asked === null ? {} : { preflight: asked }) };
  const { allowed, reason } = judge(request, { ...hop, ...nextOf(entry, all, MOST_HOPS) });
  return allowed === null ? 'open' : allowed ? 'ok' : reason;
}

function grantedTo(request: FetchRequest): ServerAnswer {
  const asked = preflightRequestOf(request).headers.flatMap(([name, text]) => (name.startsWith('access-control-request-') ? [[name === 'access-control-request-method' ? 'access-control-allow-methods' : 'access-control-allow-headers', text] as const] : []));
  return { status: 204, headers: [['access-control-allow-origin', request.origin], ['access-control-allow-credentials', 'true'], ...asked] };
}

/** Where a redirect led, as far as it was recorded. */
function nextOf({ index, url, response }: Entry, all: readonly (Entry | undefined)[], hops: number): { readonly next?: { readonly response: ServerAnswer } } {
  const location = response?.headers.find(([name]) => name.toLowerCase() === 'location')?.[1];
  if (location === undefined || location === null || hops === 0 || !URL.canParse(location, url)) return {};
  const { href } = new URL(location, url);
  const next = all.find((other) => other !== undefined && other.index > index && other.url === href && other.method !== 'OPTIONS');
  return next?.response === undefined || next.response === null ? {} : { next: { response: next.response, ...nextOf(next, all, hops - 1) } };
}

/** The preflight of a request: the last one before it, or the first behind it, for the same URL, origin and method. */
function preflightOf(entry: Entry, all: readonly (Entry | undefined)[]): Entry | undefined {
  const asks = (other: Entry | undefined): boolean => other !== undefined && other.method === 'OPTIONS' && other.url === entry.url && valueOf(other, 'access-control-request-method') === entry.method && valueOf(other, 'origin') === valueOf(entry, 'origin');
  return all.slice(0, entry.index).findLast(asks) ?? all.slice(entry.index + 1).find(asks);
}

/** Headers that script set: the preflight names them; without one they are what browsers do not set by themselves. */
function headersOf({ headers }: Entry, preflight: Entry | undefined): FetchRequest['headers'] {
  const asked = preflight === undefined ? undefined : (valueOf(preflight, 'access-control-request-headers') ?? '').split(',').map((name) => name.trim().toLowerCase());
  const set = headers.filter(([name, value]) => !isForbiddenHeader(name, value) && (asked?.includes(name.toLowerCase()) ?? !OF_BROWSERS.test(name)));
  // Recordings are often cleaned of secrets.
  const cleaned = (asked ?? []).filter((name) => name !== '' && !set.some(([other]) => other.toLowerCase() === name));
  return [...set, ...cleaned.map((name) => [name, name === 'content-type' ? 'application/json' : 'value'] as const)];
}

function valueOf({ headers }: Entry, name: string): string | undefined {
  return headers.find(([candidate]) => candidate.toLowerCase() === name)?.[1];
}

function pairsOf(value: unknown): readonly (readonly [string, string])[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((one: unknown): readonly (readonly [string, string])[] => {
    const name = textOf(one, 'name');
    // Firefox and Safari write the lines of one name as one text with line ends.
    return name === '' ? [] : textOf(one, 'value').split('\n').map((line) => [name, line] as const);
  });
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

function textOf(value: unknown, ...names: readonly string[]): string {
  const found = names.reduce(fieldOf, value);
  return typeof found === 'string' ? found : '';
}
