import { anyOf, exact, type OriginSet } from '../../origins/origin-set.js';
import { NEVER, unless, whenAll, whenAny, type Guard } from '../../policy/program.js';
import type { Token } from '../../syntax/caddy/index.js';
import type { View } from './matchers.js';
import { lies, openFact } from './texts.js';

/** Parts of an expression past which it is not read. */
const MAX_PARTS = 400;
const MAX_DEPTH = 40;

type Word = { readonly kind: 'text' | 'placeholder' | 'name' | 'sign'; readonly text: string };

const WORD = /\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|r?`([^`]*)`|(\{[^{}\s]*\})|([A-Za-z_]\w*)|(&&|\|\||==|!=|[!()[\],.]))/y;

/**
 * The part of CEL that tests of requests are written in: comparisons of placeholders with texts, `in` a list,
 * `startsWith`, `endsWith`, `contains`, `matches`, with `!`, `&&`, `||` and parentheses. Anything else is a fact
 * that nobody knows.
 */
export function expressionGuard(tokens: readonly Token[], view: View): Guard {
  const [first] = tokens;
  if (first === undefined) return NEVER;
  const words = wordsOf(tokens.map(({ text }) => text).join(' '));
  return (words === undefined ? undefined : new Reader(words, first, view).whole()) ?? openFact(first, 'an expression');
}

function wordsOf(text: string): readonly Word[] | undefined {
  const words: Word[] = [];
  WORD.lastIndex = 0;
  while (WORD.lastIndex < text.length) {
    if (/^\s*$/.test(text.slice(WORD.lastIndex, WORD.lastIndex + 200)) && text.slice(WORD.lastIndex).trim() === '') break;
    const match = WORD.exec(text);
    if (match === null || words.length >= MAX_PARTS) return undefined;
    const quoted = match[1] ?? match[2];
    if (quoted !== undefined) words.push({ kind: 'text', text: quoted.replace(/\\(["'\\])/g, '$1') });
    else if (match[3] !== undefined) words.push({ kind: 'text', text: match[3] });
    else if (match[4] !== undefined) words.push({ kind: 'placeholder', text: match[4] });
    else if (match[5] !== undefined) words.push({ kind: 'name', text: match[5] });
    else words.push({ kind: 'sign', text: match[6]! });
  }
  return words;
}

class Reader {
  #at = 0;

  constructor(
    private readonly words: readonly Word[],
    private readonly at: Token,
    private readonly view: View,
  ) {}

  /** Undefined when the expression is not of the part that is read. */
  whole(): Guard | undefined {
    const guard = this.#either(0);
    return this.#at === this.words.length ? guard : undefined;
  }

  #take(sign: string): boolean {
    const word = this.words[this.#at];
    const is = word?.kind === 'sign' && word.text === sign;
    if (is) this.#at += 1;
    return is;
  }

  #text(kind: Word['kind'] = 'text'): string | undefined {
    const word = this.words[this.#at];
    if (word?.kind !== kind) return undefined;
    this.#at += 1;
    return word.text;
  }

  #either(depth: number): Guard | undefined {
    let guard = this.#both(depth);
    while (guard !== undefined && this.#take('||')) {
      const next = this.#both(depth);
      guard = next === undefined ? undefined : whenAny(guard, next);
    }
    return guard;
  }

  #both(depth: number): Guard | undefined {
    let guard = this.#single(depth);
    while (guard !== undefined && this.#take('&&')) {
      const next = this.#single(depth);
      guard = next === undefined ? undefined : whenAll(guard, next);
    }
    return guard;
  }

  #single(depth: number): Guard | undefined {
    if (depth > MAX_DEPTH) return undefined;
    if (this.#take('!')) {
      const inner = this.#single(depth + 1);
      return inner === undefined ? undefined : unless(inner);
    }
    if (this.#take('(')) {
      const inner = this.#either(depth + 1);
      return this.#take(')') ? inner : undefined;
    }
    const placeholder = this.#text('placeholder');
    return placeholder === undefined ? undefined : this.#test(placeholder);
  }

  #test(placeholder: string): Guard | undefined {
    if (this.#take('==')) return this.#about(placeholder, this.#equal());
    if (this.#take('!=')) {
      const guard = this.#about(placeholder, this.#equal());
      return guard === undefined ? undefined : unless(guard);
    }
    if (this.#take('.')) {
      const method = this.#text('name');
      const argument = this.#take('(') ? this.#text() : undefined;
      return argument === undefined || !this.#take(')') ? undefined : this.#about(placeholder, this.#called(method, argument));
    }
    return this.#text('name') === 'in' && this.#take('[') ? this.#about(placeholder, this.#list()) : undefined;
  }

  #equal(): OriginSet | undefined {
    const text = this.#text();
    return text === undefined ? undefined : exact(text, this.at);
  }

  #list(): OriginSet | undefined {
    const found: OriginSet[] = [];
    for (;;) {
      const text = this.#text();
      if (text === undefined) return undefined;
      found.push(exact(text, this.at));
      if (this.#take(']')) return anyOf(found);
      if (!this.#take(',')) return undefined;
    }
  }

  #called(method: string | undefined, text: string): OriginSet | undefined {
    const { at } = this;
    const affix = method === 'startsWith' ? 'prefix' : method === 'endsWith' ? 'suffix' : method === 'contains' ? 'contains' : undefined;
    if (affix !== undefined) return { s: affix, text, subject: 'origin', ignoreCase: false, at };
    return method === 'matches' ? { s: 'regex', source: text, flags: '', dialect: 're2', use: 'search', subject: 'origin', at } : undefined;
  }

  #about(placeholder: string, set: OriginSet | undefined): Guard | undefined {
    if (set === undefined) return undefined;
    const token: Token = { ...this.at, text: placeholder, pieces: [{ kind: 'text', text: placeholder, at: this.at }] };
    return whenAny(...this.view.expand(token).map((one) => whenAll(one.when, lies(one.parts, set, (name, of) => this.view.header(name, of)))));
  }
}
