import type { Complaint } from './lexer.js';

/** The tokens of lua-nginx-module's own lexer, the first that fits at a place. */
const PIECE = /[{}]|\[=*\[|--\[=*\[|--[^\n]*|"(?:\\[^\n]|[^"\n\\])*"|'(?:\\[^\n]|[^'\n\\])*'/g;

/** Behind the brace that closes the block of Lua whose brace stands at `open`; strings, comments and long brackets may hold braces. */
export function endOfLua(text: string, open: number, complain: Complaint): number {
  let depth = 0;
  let brace = open;
  PIECE.lastIndex = open;
  for (let match = PIECE.exec(text); match !== null; match = PIECE.exec(text)) {
    const [piece] = match;
    if (piece === '{') {
      depth += 1;
      brace = match.index;
    } else if (piece === '}') {
      depth -= 1;
      if (depth === 0) return PIECE.lastIndex;
    } else if (piece.endsWith('[') && /^(?:--)?\[=*\[$/.test(piece)) {
      const closing = piece.replace('--', '').replaceAll('[', ']');
      const end = text.indexOf(closing, PIECE.lastIndex);
      if (end === -1) {
        complain(match.index, PIECE.lastIndex, `Lua code block missing the closing long bracket "${closing}", the inlined Lua code may be too long`);
        return text.length;
      }
      PIECE.lastIndex = end + closing.length;
    }
  }
  complain(brace, brace + 1, 'unexpected end of file, expecting terminating characters for lua code block');
  return text.length;
}
