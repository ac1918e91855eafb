import { luaInJavaScript } from './lua-pattern.js';
import type { Dialect } from './origin-set.js';
import { Untranslatable } from './regex-escapes.js';

/** A pattern in JavaScript's syntax that admits the same texts, or the construct that has no such form. */
export type Translated = { readonly source: string; readonly flags: string } | { readonly detail: string };

const POSIX: Readonly<Record<string, string>> = { alnum: 'A-Za-z0-9', alpha: 'A-Za-z', digit: '0-9', lower: 'a-z', upper: 'A-Z', xdigit: 'A-Fa-f0-9', space: '\\s', word: '\\w', punct: '!-\\/:-@\\[-`{-~' };

/** Constructs of other dialects that mean the same under another spelling, longest first. */
const SPELLINGS: readonly (readonly [dialects: readonly Dialect[], pattern: RegExp, spelling: (match: RegExpExecArray) => string | undefined])[] = [
  [['java', 'pcre', 're2'], /^\\Q([\s\S]*?)(?:\\E|$)/, (match) => match[1]!.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')],
  [['python', 'pcre', 're2'], /^\(\?P<([A-Za-z_]\w*)>/, (match) => `(?<${match[1]}>`],
  [['python', 'pcre'], /^\(\?P=([A-Za-z_]\w*)\)/, (match) => `\\k<${match[1]}>`],
  [['java', 'pcre', 'python'], /^\(\?>/, () => '(?:'],
  [['python', 'java', 'pcre', 're2'], /^\\A/, () => '^'],
  // An Origin has no final newline, so all ends of text are one.
  [['python', 'java', 'pcre', 're2'], /^\\[zZ]/, () => '$'],
  [['java', 'pcre'], /^\\h/, () => '[\\t ]'],
  [['pcre', 'python'], /^\(\?#[^)]*\)/, () => ''],
];

/** Translates a pattern. The flags `i`, `m`, `s` are kept, `x` is applied, `g` and `y` are dropped. */
export function translate(source: string, flags: string, dialect: Dialect): Translated {
  if (dialect === 'js') return { source, flags: flags.replace(/[^imsuv]/g, '') };
  if (dialect === 'lua') return translateLua(source);
  let rest = source;
  let kept = flags.replace(/[^imsx]/g, '');
  const inline = /^\(\?([a-zA-Z]+)\)/.exec(rest);
  if (inline !== null) {
    if (/[^imsxau]/.test(inline[1]!)) return { detail: `the inline flags ${inline[0]}` };
    kept += inline[1]!.replace(/[^imsx]/g, '');
    rest = rest.slice(inline[0].length);
  }
  const extended = kept.includes('x');
  let result = '';
  let inClass = false;
  while (rest !== '') {
    const step: StepOf = inClass ? classStep(rest) : outsideStep(rest, dialect, extended, result);
    if ('detail' in step) return step;
    result += step.text;
    rest = rest.slice(step.taken);
    inClass = step.inClass ?? inClass;
  }
  return { source: result, flags: [...new Set(kept.replace(/x/g, ''))].join('') };
}

function translateLua(source: string): Translated {
  try {
    return { source: luaInJavaScript(source), flags: 's' };
  } catch (error) {
    if (error instanceof Untranslatable) return { detail: error.message };
    throw error;
  }
}

type StepOf = { readonly text: string; readonly taken: number; readonly inClass?: boolean } | { readonly detail: string };

function classStep(rest: string): StepOf {
  const posix = /^\[:(\^?)(\w+):\]/.exec(rest);
  if (posix !== null) {
    const members = POSIX[posix[2]!];
    return members === undefined || posix[1] !== '' ? { detail: `the class ${posix[0]}` } : { text: members, taken: posix[0].length };
  }
  if (rest.startsWith('&&')) return { detail: 'a class intersection' };
  if (rest.startsWith('\\')) return { text: rest.slice(0, 2), taken: 2 };
  if (rest.startsWith('[')) return { text: '\\[', taken: 1 };
  return rest.startsWith(']') ? { text: ']', taken: 1, inClass: false } : { text: rest[0]!, taken: 1 };
}

function outsideStep(rest: string, dialect: Dialect, extended: boolean, before: string): StepOf {
  for (const [dialects, pattern, spelling] of SPELLINGS) {
    const match = dialects.includes(dialect) ? pattern.exec(rest) : null;
    if (match !== null) return { text: spelling(match) ?? '', taken: match[0].length };
  }
  // A class that starts with `]` holds it.
  const open = /^\[\^?\]?/.exec(rest);
  if (open !== null) return { text: open[0].replace(']', '\\]'), taken: open[0].length, inClass: true };
  if (/^\(\?(?![:=!<])/.test(rest)) return { detail: `the group ${rest.slice(0, 4)}` };
  if (/^\\[GKRXNC]/.test(rest)) return { detail: `the escape ${rest.slice(0, 2)}` };
  if (rest.startsWith('\\')) return { text: rest.slice(0, 2), taken: 2 };
  // Possessive quantifiers admit a part of what greedy ones admit; on origins the two agree unless the pattern relies on failure.
  if (rest.startsWith('+') && /(?:[*+?}])$/.test(before) && !/\\[*+?}]$/.test(before)) return dialect === 'java' || dialect === 'pcre' || dialect === 'python' ? { text: '', taken: 1 } : { detail: 'a doubled quantifier' };
  if (extended && /^\s/.test(rest)) return { text: '', taken: 1 };
  if (extended && rest.startsWith('#')) return { text: '', taken: /^#[^\n]*/.exec(rest)![0].length };
  return { text: rest[0]!, taken: 1 };
}
