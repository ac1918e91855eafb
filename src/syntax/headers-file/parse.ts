import type { Files } from '../../text/files.js';
import type { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';
import type { Parsed, Problem } from '../language.js';
import type { BlockLine, HeaderBlock, HeadersFile, Piece } from './tree.js';

/** Past this many UTF-16 units a file is data, no configuration. */
const MAX_LENGTH = 2_000_000;

/** A path of the site, or a whole URL. */
const PATH = /^(?:\/|[A-Za-z][A-Za-z0-9+.-]*:\/\/)/;

/**
 * Parses a file as both Netlify's parser (`@netlify/headers-parser`) and Cloudflare's (`workers-shared`,
 * `parseHeaders`) do: lines end with LF, blanks around them mean nothing, `#` begins a comment that fills its line. A
 * header before the first path, or without a name or a value, is one that both complain about and leave out.
 */
export function parseHeadersFile(source: SourceText, files: Files): Parsed<HeadersFile> {
  const { file, text } = source;
  if (text.length > MAX_LENGTH) return { unit: undefined, problems: [{ at: { file, start: 0, end: 0 }, message: 'The file is too long to be read (over two million characters).' }] };
  const blocks: { path: Piece; lines: BlockLine[] }[] = [];
  const problems: Problem[] = [];
  for (const line of linesOf(file, text)) {
    if (line.text === '' || line.text.startsWith('#')) continue;
    if (PATH.test(line.text)) {
      blocks.push({ path: line, lines: [] });
      continue;
    }
    const read = lineOf(line);
    const block = blocks.at(-1);
    if (read === undefined) continue;
    if (read.kind === 'header' && (read.name.text === '' || read.value.text === '')) problems.push({ at: line.at, message: `This header has no ${read.name.text === '' ? 'name' : 'value'}.` });
    else if (block === undefined) problems.push({ at: line.at, message: 'A path must stand before the first header.' });
    else block.lines.push(read);
  }
  return { unit: { file, source, files, blocks: blocks satisfies readonly HeaderBlock[] }, problems };
}

/** Undefined for a line that is neither a header nor takes one away: Netlify passes over it. */
function lineOf(line: Piece): BlockLine | undefined {
  const colon = line.text.indexOf(':');
  if (colon >= 0) return { kind: 'header', name: piece(line, 0, colon), value: piece(line, colon + 1, line.text.length), at: line.at };
  return line.text.startsWith('! ') ? { kind: 'detach', name: piece(line, 2, line.text.length), at: line.at } : undefined;
}

function* linesOf(file: string, text: string): Generator<Piece> {
  let start = 0;
  while (start <= text.length) {
    const feed = text.indexOf('\n', start);
    const end = feed < 0 ? text.length : feed;
    yield trimmed(file, text.slice(start, end), start);
    start = end + 1;
  }
}

function piece({ text, at }: Piece, from: number, to: number): Piece {
  return trimmed(at.file, text.slice(from, to), at.start + from);
}

/** The byte order mark is a blank too. */
function trimmed(file: string, raw: string, offset: number): Piece {
  const text = raw.trim();
  const start = offset + raw.length - raw.trimStart().length;
  const at: Span = text === '' ? { file, start: offset, end: offset } : { file, start, end: start + text.length };
  return { text, at };
}
