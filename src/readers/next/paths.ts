import { quoted, regex, type Place } from '../../middleware/path-to-regexp.js';
import type { Span } from '../../text/span.js';

/** The path of a file below `app/` or `pages/`: groups and slots are no part of it, `[name]` stands for one piece, `[...name]` for more. */
export function fileRoute(path: string, at: Span): Place {
  const pieces = path.split('/').filter((piece) => piece !== '' && !/^(?:\(.*\)|@.*)$/.test(piece));
  const patterns = pieces.map((piece) => {
    if (/^\[\[\.\.\..+\]\]$/.test(piece)) return '(?:/.+)?';
    if (/^\[\.\.\..+\]$/.test(piece)) return '/.+';
    return /^\[.+\]$/.test(piece) ? '/[^/]+' : `/${quoted(piece)}`;
  });
  const sample = pieces.map((piece) => (/^\[/.test(piece) ? '/x' : `/${piece}`)).join('') || '/';
  const text = pieces.some((piece) => piece.startsWith('[')) ? undefined : sample;
  return { when: { g: 'path', in: text === undefined ? regex(`^${patterns.join('')}$`, '', at) : { s: 'exact', text, comparison: [], at } }, sample, parameters: [] };
}
