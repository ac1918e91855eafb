import type { Failure } from '../failure.js';
import * as chromium from './chromium.js';
import * as firefox from './firefox.js';
import { matchAt, plainQuotes, type Told } from './template.js';
import * as webkit from './webkit.js';
import { ANY_REASON, type Head, type NotCors, type Wording } from './wordings.js';

export type Browser = 'chromium' | 'firefox' | 'webkit';

/** What a message of a browser's console tells of a request. What is absent is not told. */
export interface ConsoleMessage extends Failure {
  readonly browser: Browser;
  /** Its words, in one line, with plain quotation marks. */
  readonly text: string;
  readonly notCors?: NotCors;
  /** The request still went through. */
  readonly warning?: true;
  /** What made the request, in the browser's words: `fetch`, `XMLHttpRequest`, `script`, `font`. */
  readonly initiator?: string;
}

export interface Reading {
  readonly messages: readonly ConsoleMessage[];
  /** Something was left unread: the text is too long, or holds too many messages. */
  readonly cut: boolean;
}

/** Longer texts are read as far as this. */
const MOST_TEXT = 1 << 20;
/** Messages, and places where one might begin, past which none is looked for. */
const MOST_MESSAGES = 100;
const MOST_STARTS = 500;

interface Found {
  readonly browser: Browser;
  readonly wording: Wording | undefined;
  readonly head: Head | undefined;
  readonly preflight: boolean;
  readonly told: Told;
  readonly end: number;
}

/** Every first fixed part of a message. */
const STARTS = new RegExp(
  [...chromium.HEADS, ...chromium.WHOLE, ...firefox.WHOLE, ...webkit.HEADS, ...webkit.REASONS, ...webkit.FAILED, ...webkit.WHOLE]
    .map(({ parts: [first] }) => (typeof first === 'string' ? first : ''))
    .filter((first, index, all) => all.indexOf(first) === index && !all.some((other) => other !== first && first.startsWith(other)))
    .map((first) => first.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('|'),
  'g',
);

/** The messages in what was pasted: several at once, wrapped, quoted, between lines that are none. Nothing is thrown. */
export function consoleMessages(pasted: string): Reading {
  const text = plainQuotes(pasted.slice(0, MOST_TEXT).replace(/[\u200b-\u200f\u2060\ufeff]/g, '').replace(/^[ \t]*(?:>[ \t]?)+/gm, '').replace(/\s+/g, ' '));
  const found: ConsoleMessage[] = [];
  const repeated: ConsoleMessage[] = [];
  let starts = 0;
  STARTS.lastIndex = 0;
  for (let match = STARTS.exec(text); match !== null && found.length < MOST_MESSAGES && starts < MOST_STARTS; match = STARTS.exec(text)) {
    starts += 1;
    const one = messageAt(text, match.index);
    if (one === undefined) {
      STARTS.lastIndex = match.index + 1;
      continue;
    }
    STARTS.lastIndex = Math.max(one.end, match.index + 1);
    (one.head?.repeats === true ? repeated : found).push(messageOf(text.slice(match.index, one.end), one));
  }
  const cut = pasted.length > MOST_TEXT || found.length >= MOST_MESSAGES || starts >= MOST_STARTS;
  return { messages: merged([...found, ...repeated.filter((one) => !found.some((other) => sayTheSame(one, other)))]), cut };
}

function messageAt(text: string, start: number): Found | undefined {
  return (
    wholeAt(text, start, 'firefox', firefox.WHOLE) ??
    wholeAt(text, start, 'webkit', webkit.FAILED) ??
    headedAt(text, start, 'webkit', webkit.HEADS, webkit.REASONS) ??
    wholeAt(text, start, 'chromium', chromium.WHOLE) ??
    chromiumAt(text, start) ??
    wholeAt(text, start, 'webkit', webkit.REASONS) ??
    wholeAt(text, start, 'webkit', webkit.WHOLE)
  );
}

function wholeAt(text: string, start: number, browser: Browser, wordings: readonly Wording[]): Found | undefined {
  for (const wording of wordings) {
    const match = matchAt(text, start, wording);
    if (match !== undefined) return { browser, wording, head: 'initiator' in wording ? (wording as Wording & Head) : undefined, preflight: false, ...match };
  }
  return undefined;
}

function headedAt(text: string, start: number, browser: Browser, heads: readonly Head[], wordings: readonly Wording[]): Found | undefined {
  for (const head of heads) {
    const begun = matchAt(text, start, head);
    const rest = begun === undefined ? undefined : wholeAt(text, begun.end, browser, wordings);
    if (rest !== undefined) return { ...rest, head, told: { ...rest.told, ...begun!.told } };
  }
  return undefined;
}

function chromiumAt(text: string, start: number): Found | undefined {
  const named = headedAt(text, start, 'chromium', chromium.HEADS, chromium.REASONS);
  if (named !== undefined) return named;
  for (const head of chromium.HEADS) {
    const begun = matchAt(text, start, head);
    if (begun === undefined) continue;
    const preflight = text.startsWith(chromium.OF_PREFLIGHT, begun.end);
    const rest = wholeAt(text, begun.end + (preflight ? chromium.OF_PREFLIGHT.length : 0), 'chromium', chromium.EITHER);
    if (rest !== undefined) return { ...rest, head, preflight, told: { ...rest.told, ...begun.told } };
    if (head.blocked === true) return { browser: 'chromium', wording: undefined, head, preflight, ...begun };
  }
  return undefined;
}

function messageOf(text: string, { browser, wording, head, preflight, told }: Found): ConsoleMessage {
  const all = wording === undefined ? ANY_REASON.filter((reason) => !preflight || reason.startsWith('preflight-')) : (wording.reasons ?? []).map((reason) => (preflight ? `preflight-${reason}` : reason));
  const header = wording?.header ?? told.header?.toLowerCase();
  const initiator = told.initiator ?? head?.initiator;
  const origin = told.origin ?? (told.page === undefined || !URL.canParse(told.page) ? undefined : new URL(told.page).origin);
  const status = Number(told.status ?? NaN);
  return {
    browser,
    text: text.trim(),
    reasons: all,
    sent: sentBy(told),
    ...(wording?.notCors === undefined ? {} : { notCors: wording.notCors }),
    ...(wording?.warning === true ? { warning: true } : {}),
    ...(told.url === undefined ? {} : { url: told.url }),
    ...(told.firstUrl === undefined ? {} : { firstUrl: told.firstUrl }),
    ...(told.server === undefined ? {} : { server: told.server }),
    ...(origin === undefined ? {} : { origin }),
    ...(initiator === undefined ? {} : { initiator }),
    ...(told.method === undefined ? {} : { method: told.method }),
    ...(header === undefined ? {} : { header }),
    ...(Number.isInteger(status) && status > 0 ? { status } : {}),
    ...(wording?.credentials === undefined ? {} : { credentials: wording.credentials }),
    ...(wording?.several === true ? { several: true } : {}),
    ...(wording?.redirects === true ? { redirects: true } : {}),
    ...(wording?.failed === true ? { failed: true } : {}),
  };
}

/** What the message says that headers held. Firefox tells the first item that is no name, and not the rest of a list. */
function sentBy({ allowOrigin, allowCredentials }: Told): ConsoleMessage['sent'] {
  return {
    ...(allowOrigin === undefined ? {} : { 'access-control-allow-origin': bytesRead(allowOrigin) }),
    ...(allowCredentials === undefined ? {} : { 'access-control-allow-credentials': allowCredentials }),
  };
}

/** Chromium writes bytes outside ASCII as `\u00C3\u00BC`: the text that they stand for, where it is UTF-8. */
function bytesRead(text: string): string {
  return text.replace(/(?:\\u00[89A-Fa-f][0-9A-Fa-f])+/g, (escapes) => {
    const bytes = Uint8Array.from(escapes.match(/[0-9A-Fa-f]{2}(?=\\|$)/g) ?? [], (hex) => parseInt(hex, 16));
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      return escapes;
    }
  });
}

function sayTheSame(one: ConsoleMessage, other: ConsoleMessage): boolean {
  return one.browser === other.browser && one.reasons.join() === other.reasons.join() && one.origin === other.origin && one.status === other.status && one.method === other.method && one.header === other.header;
}

/** Lines of one request put together, each request once. */
function merged(lines: readonly ConsoleMessage[]): readonly ConsoleMessage[] {
  const whole = withUrls(lines);
  const followed = new Set(whole.flatMap(({ notCors, url }) => (notCors === 'did-not-succeed' && url !== undefined ? [url] : [])));
  const blocked = whole.filter(({ reasons, notCors }) => reasons.length > 0 && notCors === undefined);
  const kept = whole.flatMap((line): readonly ConsoleMessage[] => {
    if (blocked.includes(line)) return [line.browser === 'firefox' && followed.has(line.url ?? '') ? { ...line, followed: true } : line];
    const repeats = blocked.some(({ url }) => line.url === undefined || url === line.url);
    return repeats && (line.notCors === 'said-elsewhere' || line.notCors === 'did-not-succeed') ? [] : [line];
  });
  const keys = kept.map((line) => JSON.stringify(line));
  return kept.filter((_line, index) => keys.indexOf(keys[index]!) === index);
}

/** WebKit's reasons with the URL that another line tells: the one behind, or else the one in front. */
function withUrls(lines: readonly ConsoleMessage[]): readonly ConsoleMessage[] {
  const taken = new Set<ConsoleMessage>();
  const failures = lines.filter(({ browser, notCors, url }) => browser === 'webkit' && notCors === 'said-elsewhere' && url !== undefined);
  const completed = lines.map((line, index) => {
    if (line.browser !== 'webkit' || line.reasons.length === 0 || line.url !== undefined) return line;
    const free = failures.filter((failure) => !taken.has(failure));
    const failure = free.find((one) => lines.indexOf(one) > index) ?? free.at(-1);
    if (failure === undefined) return line;
    taken.add(failure);
    return { ...line, url: failure.url!, ...(failure.initiator === undefined ? {} : { initiator: failure.initiator }) };
  });
  return completed.filter((line) => !taken.has(line));
}
