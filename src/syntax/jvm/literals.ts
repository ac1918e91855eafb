const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', s: ' ', '\n': '' };

/** The text of a Java string literal or text block (JLS 3.10.5 and 3.10.6), with its quotes. */
export function textOf(literal: string): string {
  if (!literal.startsWith('"""')) return unescaped(literal.slice(1, -1));
  const lines = literal.slice(3, -3).replace(/^[ \t\f]*\r?\n/, '').split(/\r?\n/);
  // The last line counts even when it is blank: it holds the closing quotes.
  const indents = lines.flatMap((line, index) => (line.trim() === '' && index < lines.length - 1 ? [] : [/^\s*/.exec(line)![0].length]));
  const indent = Math.min(...indents);
  return unescaped(lines.map((line) => line.slice(indent).trimEnd()).join('\n'));
}

/** Escapes of Java and Kotlin, `\$` among them. */
export function unescaped(text: string): string {
  return text.replace(/\\(?:u+([0-9a-fA-F]{4})|([0-7]{1,3})|([^]))/g, (_whole, unicode?: string, octal?: string, other?: string) => {
    if (unicode !== undefined) return String.fromCharCode(parseInt(unicode, 16));
    if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8));
    return ESCAPES[other ?? ''] ?? other ?? '';
  });
}

/** Makes something when it is first asked for. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
