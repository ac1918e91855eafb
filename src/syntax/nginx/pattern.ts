/**
 * What PCRE refuses in a pattern, as far as its brackets and quantifiers tell, in the words of `ngx_regex_compile`;
 * undefined when nothing of that kind is wrong.
 */
export function patternMistake(pattern: string): string | undefined {
  let groups = 0;
  /** The next quantifier has something to repeat. */
  let repeatable = false;
  for (let at = 0; at < pattern.length; at += 1) {
    const letter = pattern[at]!;
    if (letter === '\\') {
      if (at + 1 >= pattern.length) return refused('\\ at end of pattern', pattern, pattern.length);
      // Text up to \E stands for itself.
      const literal = pattern[at + 1] === 'Q' ? pattern.indexOf('\\E', at + 2) : -1;
      if (pattern[at + 1] === 'Q' && literal === -1) return undefined;
      at = literal === -1 ? at + 1 : literal + 1;
      repeatable = true;
    } else if (letter === '[') {
      const end = endOfClass(pattern, at);
      if (end === undefined) return refused('missing terminating ] for character class', pattern, pattern.length);
      at = end;
      repeatable = true;
    } else if (letter === '(') {
      groups += 1;
      repeatable = false;
      const special = /^\((?:\?#[^)]*|\?[^():]*[:)=!<>']?|\*[A-Z_a-z:]*)/.exec(pattern.slice(at, at + 200))?.[0] ?? '(';
      if (special.endsWith(')')) groups -= 1;
      at += special.length - 1;
    } else if (letter === ')') {
      groups -= 1;
      if (groups < 0) return refused('unmatched closing parenthesis', pattern, at);
      repeatable = true;
    } else if (letter === '|') repeatable = false;
    else {
      const quantifier = /^(?:[*+?]|\{\d+(?:,\d*)?\})[+?]?/.exec(pattern.slice(at, at + 20))?.[0];
      if (quantifier === undefined) {
        repeatable = true;
        continue;
      }
      if (!repeatable) return refused('quantifier does not follow a repeatable item', pattern, at);
      at += quantifier.length - 1;
      repeatable = false;
    }
  }
  return groups > 0 ? refused('missing closing parenthesis', pattern, pattern.length) : undefined;
}

function refused(what: string, pattern: string, at: number): string {
  return `pcre2_compile() failed: ${what} in "${pattern}"${at < pattern.length ? ` at "${pattern.slice(at)}"` : ''}`;
}

function endOfClass(pattern: string, open: number): number | undefined {
  let at = open + 1;
  if (pattern[at] === '^') at += 1;
  // Right behind the start `]` stands for itself.
  if (pattern[at] === ']') at += 1;
  for (; at < pattern.length; at += 1) {
    if (pattern[at] === '\\') at += 1;
    else if (pattern[at] === '[' && pattern[at + 1] === ':' && pattern.indexOf(':]', at + 2) !== -1) at = pattern.indexOf(':]', at + 2) + 1;
    else if (pattern[at] === ']') return at;
  }
  return undefined;
}
