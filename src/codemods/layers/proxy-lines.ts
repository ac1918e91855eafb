import type { Policy } from '../../policy/program.js';
import type { TextEdit } from '../../text/edit.js';
import type { Files } from '../../text/files.js';
import { contains, type Span } from '../../text/span.js';
import { isForOptionsAlone } from './speakers.js';

/** How proxies answer preflights in lines of their own, by their readers: the whole of what has to go, from the place of the answer. */
const ANSWERS: Readonly<Record<string, (text: string, at: Span) => { readonly start: number; readonly end: number } | undefined>> = {
  apache: (text, at) => {
    const line = lineAround(text, at);
    if (!/^\s*RewriteRule\b/i.test(text.slice(line.start, line.end))) return undefined;
    const conditions = /(?:(?<=\n)[ \t]*RewriteCond\b[^\n]*\n)*$/i.exec(text.slice(0, line.start))![0];
    const start = line.start - conditions.length;
    // The engine is switched off where it has nothing to do.
    const engine = /(?<=\n)[ \t]*RewriteEngine\b[^\n]*\n$/i.exec(text.slice(0, start));
    return { start: engine === null || /^[ \t]*RewriteRule\b/im.test(text.slice(0, start) + text.slice(line.end)) ? start : engine.index, end: line.end };
  },
  caddy: (text, at) => {
    const line = lineAround(text, at);
    if (!/^\s*respond\b/.test(text.slice(line.start, line.end))) return undefined;
    const block = blockAround(text, line.start);
    return block !== undefined && /^[ \t]*(?:handle|route)\b/.test(text.slice(block.start)) && isOfHeaders(text.slice(block.open + 1, line.start) + text.slice(line.end, block.close)) ? { start: block.start, end: lineAround(text, { ...at, start: block.close, end: block.close }).end } : line;
  },
  haproxy: (text, at) => {
    const line = lineAround(text, at);
    return /^\s*http-request\s+return\b/.test(text.slice(line.start, line.end)) ? line : undefined;
  },
};

/** Lines by which a proxy answers preflights in the place of the layer behind it. */
export function preflightAnswers(files: Files, { reader, steps }: Policy): readonly TextEdit[] {
  const places = steps.flatMap(({ when, end, at }) => (end?.to === 'answer' && end.status !== null && end.status < 300 && isForOptionsAlone(when) ? [at] : []));
  const edits = places.flatMap((at): readonly TextEdit[] => {
    const whole = ANSWERS[reader]?.(files.read(at.file) ?? '', at);
    return whole === undefined ? [] : [{ file: at.file, ...whole, text: '' }];
  });
  return edits.filter((edit, index) => !edits.some((other, place) => (place < index || other.end - other.start > edit.end - edit.start) && contains(other, edit)));
}

/** Lines that go take the comment above them along that says what they are for; what stays below has comments of its own. */
export function withHeading(text: string, edit: TextEdit, all: readonly TextEdit[]): TextEdit {
  const isWhole = edit.text === '' && /(?:^|\n)$/.test(text.slice(0, edit.start)) && /\n$/.test(text.slice(edit.start, edit.end));
  if (!isWhole || all.some(({ file, end }) => file === edit.file && end === edit.start)) return edit;
  const heading = /(?:(?<=^|\n)[ \t]*#[^\n]*\n)+$/.exec(text.slice(0, edit.start))?.[0] ?? '';
  return /\bcors\b|cross.origin|access-control|preflight/i.test(heading) ? { ...edit, start: edit.start - heading.length } : edit;
}

/** A text without the names of conditions that only what was taken out of it asked for, and without blocks that nothing is left in. */
export function tidied(reader: string, before: string, after: string): string {
  let text = reader === 'caddy' ? after.replaceAll(EMPTY_HEADER, '') : after;
  const uses = (one: string, name: string): number => one.split(new RegExp(`(?<![\\w-])${escaped(name)}(?![\\w-])`)).length - 1;
  for (const [, name] of before.matchAll(DEFINED[reader] ?? /(?!)/g)) {
    if (uses(before, name!) > uses(text, name!) && uses(text, name!) === 1) text = text.replace(new RegExp(`^[ \\t]*${reader === 'haproxy' ? 'acl[ \\t]+' : ''}${escaped(name!)}[ \\t].*(?:\\r?\\n|$)`, 'm'), '');
  }
  return withoutGaps(before, text);
}

function escaped(name: string): string {
  return name.replace(/[^\w-]/g, '\\$&');
}

/** A block of Caddy's `header` that nothing is left in. */
const EMPTY_HEADER = /^[ \t]*header(?:[ \t]+[^\s{]+)?[ \t]*\{\s*\}[ \t]*(?:\r?\n|$)/gm;

/** Conditions with names that stand on lines of their own. */
const DEFINED: Readonly<Record<string, RegExp>> = { caddy: /^[ \t]*(@\S+)[ \t]+\S[^\r\n]*[^{\s]$/gm, haproxy: /^[ \t]*acl[ \t]+(\S+)[ \t].*$/gm };

/** No two blank lines where there were none, and none at the ends of a block. */
function withoutGaps(before: string, after: string): string {
  const [twice, first, last] = [/(\r?\n[ \t]*\r?\n)(?:[ \t]*\r?\n)+/g, /(\{[ \t]*\r?\n)(?:[ \t]*\r?\n)+/g, /(\r?\n)(?:[ \t]*\r?\n)+(?=[ \t]*\})/g];
  return [twice, first, last].reduce((text, gap) => (new RegExp(gap.source).test(before) ? text : text.replaceAll(gap, '$1')), after).replace(/(\r?\n)(?:[ \t]*\r?\n)+$/, /\n[ \t]*\r?\n$/.test(before) ? '$&' : '$1');
}

function lineAround(text: string, { start, end }: Span): { readonly start: number; readonly end: number } {
  const next = text.indexOf('\n', end);
  return { start: text.lastIndexOf('\n', start - 1) + 1, end: next === -1 ? text.length : next + 1 };
}

/** The innermost braces around a place, from the beginning of their line. */
function blockAround(text: string, offset: number): { readonly start: number; readonly open: number; readonly close: number } | undefined {
  // What Caddy fills in has braces of its own.
  const plain = text.replace(/\{[\w$.[\]:-]+\}/g, (one) => ' '.repeat(one.length));
  let depth = 0;
  for (let at = offset - 1; at >= 0; at -= 1) {
    if (plain[at] === '}') depth += 1;
    if (plain[at] !== '{') continue;
    if (depth > 0) depth -= 1;
    else {
      const close = closing(plain, at);
      return close === undefined ? undefined : { start: text.lastIndexOf('\n', at) + 1, open: at, close };
    }
  }
  return undefined;
}

function closing(text: string, open: number): number | undefined {
  let depth = 0;
  for (let at = open; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    if (text[at] === '}' && --depth === 0) return at;
  }
  return undefined;
}

/** Nothing but headers that go with an answer to a preflight. */
function isOfHeaders(text: string): boolean {
  return text.split('\n').every((line) => /^\s*(?:#.*|\}|header\b(?:[^{]*\{\s*$|.*(?:Access-Control-|Vary).*)|[+>?-]?(?:Access-Control-|Vary|Content-(?:Type|Length)).*)?$/i.test(line));
}
