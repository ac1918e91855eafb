import type { Word } from './lines.js';

export type HeaderAction = 'set' | 'add' | 'append' | 'merge' | 'setifempty' | 'unset' | 'edit' | 'edit*' | 'echo' | 'note';

/** A `Header` or `RequestHeader` line. */
export interface HeaderLine {
  /** With `always` it works on the headers that errors keep, else on those of ordinary responses. */
  readonly always: boolean;
  readonly action: HeaderAction;
  /** Name, without the colon that the server cuts off; a pattern of names for `echo`. */
  readonly name: string;
  readonly nameAt: Word;
  /** Value; for `edit` the pattern. */
  readonly value?: Word;
  /** What `edit` writes. */
  readonly replacement?: Word;
  readonly when: HeaderCondition;
}

export type HeaderCondition =
  | { readonly c: 'always' }
  /** Looked at before anything else: nothing is known of the request yet. */
  | { readonly c: 'early' }
  | { readonly c: 'env'; readonly name: string; readonly set: boolean; readonly at: Word }
  | { readonly c: 'expr'; readonly word: Word };

const ACTIONS = ['set', 'add', 'append', 'merge', 'setifempty', 'unset', 'edit', 'edit*', 'echo', 'note'] as const;

/** Reads the line by mod_headers' rules, or tells what the server says of it. */
export function headerLineOf(args: readonly Word[], request = false): HeaderLine | { readonly problem: string } {
  const table = request ? undefined : args[0]?.text.toLowerCase();
  const words = table === 'always' || table === 'onsuccess' ? args.slice(1) : args;
  const spelled = words[0]?.text.toLowerCase();
  const action = ACTIONS.find((known) => known === spelled);
  if (action === undefined || (request && (action === 'echo' || action === 'note'))) return { problem: "first argument must be 'add', 'set', 'setifempty', 'append', 'merge', 'unset', 'echo', 'note', 'edit', or 'edit*'." };
  const name = words[1];
  const directive = request ? 'RequestHeader' : 'Header';
  if (name === undefined) return { problem: `${directive} requires ${request ? 'two or three' : 'three'} arguments` };
  const isEdit = action === 'edit' || action === 'edit*';
  const bare = action === 'unset' || action === 'echo';
  const [value, replacement] = bare ? [] : [words[2], isEdit ? words[3] : undefined];
  if (isEdit && replacement === undefined) return { problem: 'Header edit requires a match and a substitution' };
  if (!bare && value === undefined) return { problem: `${directive} requires ${request ? 'two or three' : 'three'} arguments` };
  const more = words.slice(bare ? 2 : isEdit ? 4 : 3);
  if (more.length > 1) return { problem: 'Too many arguments to directive' };
  const when = conditionOf(more[0]);
  if ('problem' in when) return when;
  return { always: table === 'always', action, name: name.text.replace(/:$/, ''), nameAt: name, ...(value === undefined ? {} : { value }), ...(replacement === undefined ? {} : { replacement }), when };
}

function conditionOf(word: Word | undefined): HeaderCondition | { readonly problem: string } {
  if (word === undefined) return { c: 'always' };
  if (word.text.toLowerCase() === 'early') return { c: 'early' };
  const [, name] = /^env=(.*)$/is.exec(word.text) ?? [];
  if (name === '' || name === '!') return { problem: 'error: missing environment variable name. envclause should be in the form env=envar' };
  if (name !== undefined) return { c: 'env', name: name.replace(/^!/, ''), set: !name.startsWith('!'), at: word };
  return /^expr=/i.test(word.text) ? { c: 'expr', word } : { problem: `Unknown parameter: ${word.text}` };
}

/** What `%{X}e` and its like stand for in a header's value; undefined for what the server refuses. */
export type FormatItem =
  | { readonly f: 'text'; readonly text: string; readonly start: number; readonly end: number }
  | { readonly f: 'variable'; readonly name: string; readonly start: number; readonly end: number }
  | { readonly f: 'other'; readonly letter: string; readonly start: number; readonly end: number };

/** The items of a value (mod_headers' format strings), or what the server says of it. */
export function formatOf(text: string): readonly FormatItem[] | { readonly problem: string } {
  const items: FormatItem[] = [];
  let plain = '';
  let start = 0;
  let at = 0;
  const flush = (): void => {
    if (plain !== '') items.push({ f: 'text', text: plain, start, end: at });
    plain = '';
  };
  while (at < text.length) {
    if (text[at] === '\\' && /[rnt]/.test(text[at + 1] ?? '')) {
      plain += { r: '\r', n: '\n', t: '\t' }[text[at + 1]!]!;
      at += 2;
      continue;
    }
    if (text[at] === '\\' && at + 1 < text.length) {
      // Any other character behind a backslash stays with it.
      plain += text.slice(at, at + 2);
      at += 2;
      continue;
    }
    if (text[at] !== '%') {
      plain += text[at]!;
      at += 1;
      continue;
    }
    if (text[at + 1] === '%' || at + 1 >= text.length) {
      plain += '%';
      at += 2;
      continue;
    }
    const [whole, name, letter = ''] = /^%(?:\{([^}]*)\})?(.?)/s.exec(text.slice(at))!;
    if (letter === '{' || !/[tDlbies]/.test(letter)) return { problem: `Unrecognized header format %${letter === '{' ? '' : letter}` };
    flush();
    items.push(letter === 'e' && name !== undefined ? { f: 'variable', name, start: at, end: at + whole.length } : { f: 'other', letter, start: at, end: at + whole.length });
    at += whole.length;
    start = at;
  }
  flush();
  return items;
}
