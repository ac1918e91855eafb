/** A class without a body or modifiers that an empty line ends. */
const BARE = /^([ \t]*(?:class|interface)[ \t]+\w+)[ \t]*(?:\r\n|\n)(?=[ \t]*\r?\n\s*[@\w/])/gm;

/**
 * Kotlin as the grammar (1.1) reads it: after two annotations it takes `class App` and what comes next for one long
 * expression, unless a semicolon ends the class. Offsets stay what they are.
 */
export function separated(text: string): string {
  return text.replace(BARE, (whole, head: string) => `${head};`.padEnd(whole.length));
}
