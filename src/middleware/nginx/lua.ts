import { ALWAYS, unless, whenAll, type Guard } from '../../policy/program.js';
import type { Directive, Token } from '../../syntax/nginx/index.js';
import type { Span } from '../../text/span.js';
import { conditionOf, namesIn, STRING, textIn } from './lua-conditions.js';

/** What a piece of Lua does with a header of the response. */
export interface LuaHeader {
  /** Lower-case. */
  readonly name: string;
  /** The text in nginx's spelling, variables and all; null takes the header out, undefined is not known. */
  readonly text: string | null | undefined;
  /** When the code comes by; undefined is not known. */
  readonly when: Guard | undefined;
  /** The assignment, and its value. */
  readonly at: Span;
  readonly valueAt: Span;
}

/** The code of a `*_by_lua*` directive; undefined when it stands in another file. */
export function luaOf({ name, code, args }: Directive): Token | undefined {
  return name.endsWith('_file') ? undefined : (code ?? args.at(-1));
}

const ASSIGNMENT = new RegExp(String.raw`(ngx\.header(?:\.(\w+)|\[\s*(?:${STRING})\s*\])\s*=\s*)(?:(${STRING})|ngx\.var\.(\w+)|ngx\.var\[\s*["'](\w+)["']\s*\]|(nil)\b|([^\s;]+))`, 'g');
const WORD = /\b(?:if|elseif|else|then|end|do|function|repeat|until|return)\b/g;

/** Assignments to `ngx.header`, in order. Comments are no code. */
export function headersOf(code: Token): readonly LuaHeader[] {
  const bare = code.text.replace(/--\[(=*)\[[\s\S]*?\]\1\]|--[^\n]*/g, (comment) => ' '.repeat(comment.length));
  const masked = bare.replace(new RegExp(STRING, 'g'), (text) => '"'.repeat(text.length));
  const names = namesIn(bare);
  const ways = new Ways();
  const offset = code.quote === undefined ? code.start : code.start + 1;
  const placed = (start: number, end: number): Span => ({ file: code.file, start: Math.min(offset + start, code.end), end: Math.min(offset + end, code.end) });
  const words = [...masked.matchAll(WORD)].map(({ index, 0: word }) => ({ index, word }));
  const assignments = [...bare.matchAll(ASSIGNMENT)].filter(({ index }) => masked.startsWith('ngx', index)).map((match) => ({ index: match.index, match }));
  const found: LuaHeader[] = [];
  for (const step of [...words, ...assignments].sort((a, b) => a.index - b.index)) {
    if ('match' in step) {
      const end = step.index + step.match[0].length;
      found.push({ ...assigned(step.match, names.isOrigin), when: mayEnd(bare) && words.length > 0 ? undefined : ways.now, at: placed(step.index, end), valueAt: placed(step.index + step.match[1]!.length, end) });
    }
    else ways.meet(step.word, () => condition(step.index + step.word.length, words, (start, end) => conditionOf(bare.slice(start, end), names, placed, start)));
  }
  return found;
}

/** What stands between `if` and its `then`. */
function condition(start: number, words: readonly { readonly index: number; readonly word: string }[], read: (start: number, end: number) => Guard | undefined): Guard | undefined {
  const then = words.find(({ index, word }) => index >= start && word === 'then');
  return then === undefined ? undefined : read(start, then.index);
}

function assigned([, , field, ...groups]: RegExpExecArray, isOrigin: (expression: string) => boolean): Pick<LuaHeader, 'name' | 'text'> {
  const [n1, n2, n3, quoted, v1, v2, v3, variable, indexed, nil, expression = ''] = groups;
  const name = field?.replaceAll('_', '-') ?? textIn([n1, n2, n3]);
  const read = variable ?? indexed ?? (isOrigin(expression) ? 'http_origin' : undefined);
  const text = quoted === undefined ? undefined : textIn([v1, v2, v3]);
  // A dollar is an ordinary character in Lua; nginx's spelling has none for it.
  const spelled = text === undefined ? (read === undefined ? undefined : `$${read}`) : text.includes('$') ? undefined : text;
  return { name: name.toLowerCase(), text: nil === undefined ? spelled : null };
}

/** The ways through a piece of code, word by word: conditions around a place, and those under which the code has returned. */
class Ways {
  /** For each open block: when it runs within the block around it, and what an `else` of it would need. */
  readonly #blocks: { now: Guard | undefined; otherwise: Guard | undefined; readonly isFunction: boolean }[] = [];
  #goesOn: Guard | undefined = ALWAYS;

  get now(): Guard | undefined {
    return both(this.#goesOn, this.#here);
  }

  get #here(): Guard | undefined {
    return this.#blocks.reduce<Guard | undefined>((all, { now }) => both(all, now), ALWAYS);
  }

  meet(word: string, condition: () => Guard | undefined): void {
    const last = this.#blocks.at(-1);
    if (word === 'if') this.#open(condition());
    // Loops and functions run as often as they like.
    else if (word === 'do' || word === 'function' || word === 'repeat') this.#blocks.push({ now: undefined, otherwise: undefined, isFunction: word === 'function' });
    else if (word === 'end' || word === 'until') this.#blocks.pop();
    else if (word === 'return' && !this.#blocks.some(({ isFunction }) => isFunction)) this.#goesOn = both(this.#goesOn, not(this.#here));
    else if (word === 'else' && last !== undefined) last.now = last.otherwise;
    else if (word === 'elseif' && last !== undefined) {
      const next = condition();
      last.now = both(last.otherwise, next);
      last.otherwise = both(last.otherwise, not(next));
    }
  }

  #open(condition: Guard | undefined): void {
    this.#blocks.push({ now: condition, otherwise: not(condition), isFunction: false });
  }
}

function both(a: Guard | undefined, b: Guard | undefined): Guard | undefined {
  return a === undefined || b === undefined ? undefined : whenAll(a, b);
}

function not(guard: Guard | undefined): Guard | undefined {
  return guard === undefined ? undefined : unless(guard);
}

/** May the code end the request by itself? */
export function mayEnd(code: string): boolean {
  return /\bngx\.(?:exit|redirect|say|print|exec)\b/.test(code);
}
