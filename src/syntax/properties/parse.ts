import { Node, Pair, parseLines } from 'dot-properties';
import type { Files } from '../../text/files.js';
import type { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';
import type { Parsed, Problem } from '../language.js';
import type { PropertiesFile, PropertyEntry, PropertyText } from './tree.js';

/** Past this many UTF-16 units a file is data, no configuration. */
const MAX_LENGTH = 2_000_000;

/**
 * Parses a file as `java.util.Properties` does: `=`, `:` or a blank after the key, `#` and `!` comments, `\` at the end of
 * a line. Only a `\u` without four hexadecimal digits is no such file: it ends the load with an exception.
 */
export function parseProperties(source: SourceText, files: Files): Parsed<PropertiesFile> {
  const { file, text } = source;
  const at = (start: number, end: number): Span => ({ file, start, end });
  if (text.length > MAX_LENGTH) return { unit: undefined, problems: [{ at: at(0, 0), message: 'The file is too long to be read (over two million characters).' }] };
  const from = text.startsWith('\uFEFF') ? 1 : 0;
  // A lone CR ends a line here; the parser knows it only as a part of CRLF when the line goes on.
  const entries: PropertyEntry[] = [];
  const problems: Problem[] = [];
  for (const node of parseLines(text.slice(from).replace(/\r(?!\n)/g, '\n'), true)) {
    if (!isPair(node)) continue;
    const [keyStart, keyEnd, valueStart, valueEnd] = node.range.map((offset) => Math.min(offset + from, text.length)) as [number, number, number, number];
    entries.push({ key: textBetween(source, keyStart, keyEnd).value, keyAt: at(keyStart, keyEnd), text: textBetween(source, valueStart, valueEnd), at: at(keyStart, Math.max(keyEnd, valueEnd)) });
    for (const match of text.slice(keyStart, valueEnd).matchAll(/\\(?:(u)(?![\dA-Fa-f]{4})|[^])/g)) {
      if (match[1] !== undefined) problems.push({ at: at(keyStart + match.index, keyStart + match.index + 2), message: '`\\u` is not followed by four hexadecimal digits.' });
    }
  }
  return { unit: { file, source, files, entries }, problems };
}

function isPair(node: Required<Node>): node is Required<Pair> {
  return node instanceof Pair;
}

const ESCAPE = /\\(?:u([\dA-Fa-f]{4})|(\r\n|\n|\r)[ \t\f]*|([^])|$)/g;
const LETTERS: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' };

/** The text between two places, and where each of its characters stands. */
function textBetween({ file, text }: SourceText, start: number, end: number): PropertyText {
  const raw = text.slice(start, end);
  const pieces: { readonly text: string; readonly from: number; readonly to: number; readonly verbatim: boolean }[] = [];
  let from = 0;
  const literal = (until: number): void => {
    if (until > from) pieces.push({ text: raw.slice(from, until), from, to: until, verbatim: true });
  };
  for (const match of raw.matchAll(ESCAPE)) {
    const [whole, code, lineEnd, letter] = match;
    literal(match.index);
    from = match.index + whole.length;
    const meant = code !== undefined ? String.fromCharCode(Number.parseInt(code, 16)) : lineEnd !== undefined || letter === undefined ? '' : (LETTERS[letter] ?? letter);
    pieces.push({ text: meant, from: match.index, to: from, verbatim: false });
  }
  literal(raw.length);
  const place = (first: number, last: number): Span => {
    let seen = 0;
    let begin: number | undefined;
    let stop = start;
    for (const piece of pieces) {
      const [a, b] = [seen, seen + piece.text.length];
      seen = b;
      if (piece.text === '') continue;
      if (begin === undefined && first < b) begin = start + (piece.verbatim ? piece.from + first - a : piece.from);
      if (last > a) stop = start + (piece.verbatim && last < b ? piece.from + last - a : piece.to);
    }
    begin ??= end;
    return { file, start: begin, end: Math.max(begin, stop) };
  };
  return { value: pieces.map((piece) => piece.text).join(''), at: { file, start, end }, place };
}
