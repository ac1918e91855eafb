import { folderOf, type Files } from '../../text/files.js';
import { filesMatching } from '../../text/glob.js';
import { textOf } from './lexer.js';
import type { Piece, Token } from './tree.js';

/** Files of an import: a path, or a pattern whose last part has a `*`, from the folder of the file that names it; undefined: not in view. */
export function filesImported(files: Files, from: string, pattern: string): readonly string[] | undefined {
  if (pattern.startsWith('/') || /[*?[][^]*\//.test(pattern)) return undefined;
  const found = filesMatching(files, folderOf(from), pattern);
  return found.length === 0 && !/[*?[]/.test(pattern) ? undefined : found;
}

const ARGUMENT = /\{args(?:\.(\d+)|\[(\d+)\])\}/g;
const VARIADIC = /^\{args\[(\d*):(\d*)\]\}$/;

/**
 * Words of a snippet or a file with the arguments of its import (`{args[0]}`, before 2.7 `{args.0}`) and its block put in.
 * A word that is an argument as a whole stands where the argument was written. The first one starts a line.
 */
export function withArguments(tokens: readonly Token[], args: readonly Token[], block: readonly Token[]): readonly Token[] {
  const put = tokens.flatMap((token): readonly Token[] => {
    if (!token.text.includes('{')) return [token];
    if (token.text === '{block}' && token.quote === undefined) return block;
    const [, first = '', last = ''] = VARIADIC.exec(token.text) ?? [];
    if (VARIADIC.test(token.text)) return args.slice(first === '' ? 0 : Number(first), last === '' ? undefined : Number(last)).map((arg) => ({ ...arg, firstOnLine: false, placeholder: token.placeholder ?? { file: token.file, start: token.start, end: token.end } }));
    return [replaced(token, args)];
  });
  return put.map((token, index) => (index === 0 ? { ...token, firstOnLine: true } : token));
}

function replaced(token: Token, args: readonly Token[]): Token {
  if (!ARGUMENT.test(token.text)) return token;
  ARGUMENT.lastIndex = 0;
  const pieces = token.pieces.flatMap((piece): readonly Piece[] => {
    if (piece.kind === 'env') return [piece];
    const found: Piece[] = [];
    let from = 0;
    for (const match of piece.text.matchAll(ARGUMENT)) {
      const arg = args[Number(match[1] ?? match[2])];
      if (arg === undefined) continue;
      if (match.index > from) found.push({ ...piece, text: piece.text.slice(from, match.index) });
      found.push(...arg.pieces);
      from = match.index + match[0].length;
    }
    if (from < piece.text.length) found.push({ ...piece, text: piece.text.slice(from) });
    return found;
  });
  const whole = /^\{args(?:\.(\d+)|\[(\d+)\])\}$/.exec(token.text);
  const arg = whole === null ? undefined : args[Number(whole[1] ?? whole[2])];
  return { ...token, ...(arg === undefined ? {} : { file: arg.file, start: arg.start, end: arg.end, placeholder: token.placeholder ?? { file: token.file, start: token.start, end: token.end } }), pieces, text: textOf(pieces) };
}
