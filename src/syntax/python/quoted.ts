/** A text as a literal in the quotes that stand there. */
export function quoted(text: string, near: string): string {
  const quote = /["']/.exec(near)?.[0] ?? '"';
  return `${quote}${text.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`)}${quote}`;
}
