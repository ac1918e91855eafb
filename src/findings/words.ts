/** A list as a sentence has it: `PUT`, `PUT and PATCH`, `PUT, PATCH and DELETE`. */
export function joined(words: readonly string[], last: 'and' | 'or' = 'and'): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)!}`;
}
