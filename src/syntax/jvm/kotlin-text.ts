/** A class without a body that an empty line ends, and not a parenthesis, a colon or a brace of its own. */
const BARE = /^([ \t]*(?:[a-z]+[ \t]+)*(?:class|interface|object)[ \t]+\w+)[ \t]*(?:\r\n|\n)(?=[ \t]*\r?\n\s*[@\w/])/gm;

/**
 * Kotlin as the grammar (1.1) reads it: after two annotations it takes `class App` and what comes next for one long
 * expression, unless a semicolon ends the class. Offsets stay what they are.
 */
export function separated(text: string): string {
  return text.replace(BARE, (whole, head: string) => `${head};`.padEnd(whole.length));
}
