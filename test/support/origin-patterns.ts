import type { Dialect, RegexSet } from '../../src/origins/origin-set.js';

/** Numbers in [0, 1), the same for the same seed: mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Lua has words of its own for nearly everything. */
const LUA = ['https?://', '://', 'app', 'example', 'example%.com', 'example.com', 'example-com', '%.', '.', '.*', '.-', '.+', '%w+', '%d+', '(.*%.)', '[%w-]+%.', '[^.]+', '[^/]*', '[A-z]', 'com', ':?%d*', '[.]', '%-', '-', '%p', '[]a]', '%S*', '[^%s/]+', '%u?', 'a*b', '$a', '[%a.-]*', '%W', '()', '[a-]', '[%]x]?'];

const picked = <T>(next: () => number, from: readonly T[]): T => from[Math.floor(next() * from.length)]!;

/** What every dialect knows, as people write it about origins, right and wrong. */
const COMMON = ['https?://', '://', 'app', 'example', 'example\\.com', 'example.com', '\\.', '.', '.*', '.+', '\\w+', '\\d+', '(.*\\.)?', '(.+\\.)*', '([a-z0-9-]+\\.)*', '[^.]+', '[^/]*', '[A-z]', '(app|www)', '(?:com|org)', 'com', '(:\\d+)?', '(:[0-9]{1,5})?', '[.]', '-', '\\b', '\\B', '(?:a?b?){2}', 'x{0,3}', '(?i:APP)', '\\x2e', '[\\w.-]*', '\\S*', '[^\\s/]+'];

const LOOKS = ['(?!evil)', '(?=.*com)', '(?!.*evil)', '(?:(?!x).)*'];
const LOOKS_BACK = ['(?<!evil)', '(?<=app)', '(?<![a-z.])'];

/** What only some know, or read in their own way. */
const OWN: Readonly<Record<Dialect, readonly string[]>> = {
  js: [...LOOKS, ...LOOKS_BACK, '(?<!.*x)', '[^]', '(?<name>app)', '\\u002e', '\\/', '[\\d\\D]', 'a{,2}', '\\h'].filter((piece) => piece !== '(?i:APP)'),
  python: [...LOOKS, ...LOOKS_BACK, '(?P<name>app)', '(?:com|org)\\Z', '\\Aa?', '(?#about)', 'a{,2}', '[]a]', '\\u002e', '\\056', '(?>ap|a)p', '[a-z]++\\.', '\\W'],
  java: [...LOOKS, ...LOOKS_BACK, '(?<!x{0,3})', '(?<name>app)', '\\Qexample.com\\E', '[a-z]++\\.', '(?>app)', '\\p{Alpha}+', '[a-z&&[^x]]+', '[a-c[x-z]]', '\\h*', '\\z', '\\A', '[^a-z&&[^e]]', '\\p{Lower}', '\\x{2e}', '\\056', '\\P{Punct}', '\\cm?', 'com\\Z', '[]a]'],
  pcre: [...LOOKS, ...LOOKS_BACK, '(?<!ab|x)', '(?<name>app)', "(?'name2'app)", '\\Qexample.com\\E', '[a-z]++\\.', '(?>app)', '[[:alnum:]]+', '[[:^punct:]]', '(?|a|b)', '(?#about)', '\\h*', '\\z', '\\A', '\\K', '\\N', '\\R?', '[]a]', '\\x{2e}', 'com\\Z', '(?i)com', '\\V', '[[:upper:]]*'],
  lua: ['%x*', '%l+', '%g', '[%l%d]+', '[^%p]*', '%z?', '%L', 'x^'],
  re2: ['(?P<name>app)', '\\Qexample.com\\E', '[[:alnum:]]+', '[[:^punct:]]', '\\z', '\\A', '\\pL+', '[^\\PL]', '\\x{2e}', '(?U)a+', '(?i)com', '[[:word:].]*', '(?s).', '[]a]', '\\056'],
};

/** Patterns of a dialect; not every one is valid. A piece stands in a pattern once, as names of groups must. */
export function patternsOf(dialect: Dialect, seed: number, count: number): readonly RegexSet[] {
  const next = seeded(seed);
  const common = dialect === 'lua' ? LUA : dialect === 'js' ? COMMON.filter((piece) => piece !== '(?i:APP)') : COMMON;
  return Array.from({ length: count }, () => {
    const pieces = new Set(Array.from({ length: 1 + Math.floor(next() * 6) }, () => picked(next, next() < 0.3 ? OWN[dialect] : common)));
    const body = [...pieces].join('');
    if (dialect === 'lua') return { s: 'regex', source: picked(next, [body, `^${body}`, `${body}$`, `^https://${body}$`, `^https://${body}example%.com$`]), flags: '', dialect, use: 'search', subject: 'origin', at: { file: '', start: 0, end: 0 } } as const;
    const source = picked(next, [body, body, `^${body}`, `${body}$`, `^${body}$`, `^https://${body}$`, `^https://${body}$`, `^(?:${body}|https://b\\.example\\.com)$`, `^https://${body}example\\.com$`, `^https://app\\.example\\.com|${body}$`]);
    return { s: 'regex', source, flags: picked(next, ['', '', 'i']), dialect, use: 'search', subject: 'origin', at: { file: '', start: 0, end: 0 } } as const;
  });
}

const WORDS = ['https://', 'http://', 'app', 'www', 'example', 'com', 'org', 'evil', 'b', 'x', '1', '-', '.', '.', ':8080', 'attacker', 'test', 'App', '/', '%', '_'];
const KNOWN = ['https://app.example.com', 'https://example.com', 'https://b.example.com', 'http://www.example.com:8080', 'https://example.com.attacker.example', 'https://evilexample.com', 'https://appxexample.com', 'null'];

/** Texts that are origins or nearly so: known ones with characters and words put in, taken out and exchanged. */
export function nearMisses(seed: number, count: number): readonly string[] {
  const next = seeded(seed);
  return Array.from({ length: count }, () => {
    let text = picked(next, KNOWN);
    for (let edits = Math.floor(next() * 4); edits > 0; edits -= 1) {
      const from = Math.floor(next() * (text.length + 1));
      text = text.slice(0, from) + picked(next, [...WORDS, '']) + text.slice(from + Math.floor(next() * 3));
    }
    return text;
  });
}
