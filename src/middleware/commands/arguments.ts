/** Words behind a program's name, told apart. */
export interface Arguments {
  readonly positional: readonly string[];
  /** Value of the last of these options that is given. */
  option(...names: readonly string[]): string | undefined;
  /** Words behind `--`. */
  readonly behind: readonly string[];
}

/** @param valued options whose value is the next word. Any other one stands alone, or has its value behind `=`. */
export function argumentsIn(words: readonly string[], valued: readonly string[]): Arguments {
  const positional: string[] = [];
  const options = new Map<string, string>();
  let behind: readonly string[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index]!;
    if (word === '--') {
      behind = words.slice(index + 1);
      break;
    }
    if (!/^-./.test(word)) {
      positional.push(word);
      continue;
    }
    const equals = word.indexOf('=');
    const name = equals === -1 ? word : word.slice(0, equals);
    const short = word.slice(0, 2);
    if (equals !== -1) options.set(name, word.slice(equals + 1));
    else if (valued.includes(word)) options.set(word, words[(index += 1)] ?? '');
    else if (!word.startsWith('--') && word.length > 2 && valued.includes(short)) options.set(short, word.slice(2));
    else options.set(word, '');
  }
  return { positional, behind, option: (...names) => names.map((name) => options.get(name)).findLast((value) => value !== undefined) };
}

/** `8000`, `:8000`, `0.0.0.0:8000`, `http://[::]:8000`: the port; undefined where none is written. */
export function portIn(text: string | undefined): number | undefined {
  const digits = /^(?:.*:)?(\d{1,5})\/?$/.exec(text ?? '')?.[1];
  const port = digits === undefined ? undefined : Number(digits);
  return port !== undefined && port > 0 && port < 65_536 ? port : undefined;
}
