/** The lines that hold a stretch of a text, with the end of the last one. */
export function lineOf(text: string, start: number, end = start): { readonly start: number; readonly end: number } {
  const from = Math.max(text.lastIndexOf('\n', start - 1), text.lastIndexOf('\r', start - 1)) + 1;
  const rest = /^[^\r\n]*(?:\r\n|\n|\r|$)/.exec(text.slice(end))![0];
  return { start: from, end: end + rest.length };
}

/** The same with the empty lines behind it. */
export function withBlankLines(text: string, { start, end }: { readonly start: number; readonly end: number }): { readonly start: number; readonly end: number } {
  return { start, end: end + /^(?:[ \t]*(?:\r\n|\n|\r))*/.exec(text.slice(end))![0].length };
}
