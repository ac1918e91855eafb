import type { Effect, End } from '../../policy/program.js';
import type { Rule, Word } from '../../syntax/haproxy/index.js';
import type { Span } from '../../text/span.js';
import type { Proxy } from './proxies.js';
import type { Scope } from './scope.js';
import { spanOf } from './values.js';

/** A response that HAProxy makes. */
export interface Reply {
  readonly end: End & { readonly to: 'answer' };
  /** `hdr name value`: the words of both. */
  readonly headers: readonly { readonly name: Word; readonly value: Word }[];
  /** Headers of a file that is the response. */
  readonly fixed: readonly Effect[];
}

const CLOSED = 'the connection is closed without a response';

/** The response of a rule that ends a request or replaces a response; undefined for other rules. */
export function replyOf(rule: Rule, proxies: readonly Proxy[], scope: Scope): Reply | undefined {
  switch (rule.action) {
    case 'return':
      return reply(rule, 200, proxies, scope, false);
    case 'deny':
      return reply(rule, rule.set === 'http-request' ? 403 : 502, proxies, scope, true);
    case 'tarpit':
      return reply(rule, 500, proxies, scope, true);
    case 'auth':
      return { end: { to: 'answer', status: 401, unauthenticated: true }, headers: [], fixed: fixedFor(401, proxies, scope).effects };
    case 'redirect':
      return { end: { to: 'answer', status: redirectStatus(rule.args), ...placed(rule.args[rule.args.findIndex(({ text }) => text === 'code') + 1], redirectStatus(rule.args)) }, headers: [], fixed: [] };
    case 'reject':
    case 'silent-drop':
      return { end: { to: 'answer', status: 0, fault: CLOSED }, headers: [], fixed: [] };
    default:
      return undefined;
  }
}

/** Where a status stands, if it is written there. */
function placed(word: Word | undefined, status: number): Pick<End & { readonly to: 'answer' }, 'statusAt'> {
  return word?.text === String(status) ? { statusAt: spanOf(word) } : {};
}

export function redirectStatus(words: readonly Word[]): number {
  const at = words.findIndex(({ text }) => text === 'code');
  return at === -1 ? 302 : Number(words[at + 1]?.text ?? '302');
}

function reply({ args }: Rule, usual: number, proxies: readonly Proxy[], scope: Scope, usesDefaults: boolean): Reply {
  let status = usual;
  let written: Word | undefined;
  let [file, fromDefaults] = [undefined as Word | undefined, usesDefaults];
  const headers: { name: Word; value: Word }[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const [word, next, third] = [args[index]!, args[index + 1], args[index + 2]];
    if ((word.text === 'status' || word.text === 'deny_status') && next !== undefined) [status, written] = [Number(next.text), next];
    else if (word.text === 'errorfile' && next !== undefined) file = next;
    else if (word.text === 'default-errorfiles') fromDefaults = true;
    else if (/^(?:lf-)?(?:string|file)$/.test(word.text)) fromDefaults = false;
    else if (word.text === 'hdr' && next !== undefined && third !== undefined) {
      headers.push({ name: next, value: third });
      index += 1;
    } else if (word.text !== 'content-type' && word.text !== 'errorfiles') continue;
    index += 1;
  }
  const fixed = file !== undefined ? inFile(file, status, scope) : fromDefaults ? fixedFor(status, proxies, scope) : { status, effects: [], isFile: false };
  return { end: { to: 'answer', status: fixed.status, ...placed(written, fixed.status) }, headers: fixed.isFile ? [] : headers, fixed: fixed.effects };
}

interface Fixed {
  readonly status: number;
  readonly effects: readonly Effect[];
  readonly isFile: boolean;
}

/** What the nearest `errorfile` for the status sends. */
export function fixedFor(status: number, proxies: readonly Proxy[], scope: Scope): Fixed {
  const file = proxies.map(({ errorFiles }) => errorFiles.get(status)).find((one) => one !== undefined);
  return file === undefined ? { status, effects: [], isFile: false } : inFile(file, status, scope);
}

/** A raw response in a file. The files that HAProxy comes with hold no headers about CORS. */
function inFile(file: Word, status: number, scope: Scope): Fixed {
  const read = scope.text(file);
  const at = spanOf(file);
  if (read === undefined) {
    if (/^\/(?:etc|usr\/share|usr\/local\/etc)\/haproxy\/(?:errors|errorfiles)\/(\d+)\.http$/.exec(file.text)?.[1] === String(status)) return { status, effects: [], isFile: true };
    const fact = { key: `haproxy:errorfile:${file.text}`, reason: 'import-not-resolved', detail: `the response in ${file.text}`, at } as const;
    return { status, isFile: true, effects: [{ op: 'set', header: 'access-control-allow-origin', value: { v: 'unknown', fact, at }, statuses: 'all', at }] };
  }
  const [head = ''] = read.text.split(/\r?\n\r?\n/, 1);
  const effects = [...head.matchAll(/^([\w-]+):[ \t]*(.*?)[ \t]*\r?$/gm)].map((match): Effect => {
    const place: Span = { file: read.path, start: match.index, end: match.index + match[0].trimEnd().length };
    const [, name = '', text = ''] = match;
    const start = match.index + match[0].indexOf(text, name.length + 1);
    return { op: 'append', header: name.toLowerCase(), value: { v: 'literal', text, at: { file: read.path, start, end: start + text.length }, written: true }, statuses: 'all', at: place };
  });
  return { status: Number(/^HTTP\/\d(?:\.\d)? (\d{3})/.exec(head)?.[1] ?? status), effects, isFile: true };
}
