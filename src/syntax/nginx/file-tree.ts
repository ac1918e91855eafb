import type { Span } from '../../text/span.js';
import type { Problem } from '../language.js';
import { isKnown } from './directives.js';
import { Lexer, type Mark, type Token } from './lexer.js';
import { endOfLua } from './lua.js';
import { holdsRows, type Directive } from './tree.js';

/** One file alone: its includes stand in it as directives. */
export interface FileTree {
  readonly text: string;
  readonly directives: readonly Directive[];
  /** Blocks in which something is included, at any depth. */
  readonly holders: ReadonlySet<Directive>;
  readonly unknown: readonly Directive[];
  /** The first mistake of words and braces; nginx has taken the directives that end before `from` when it meets it. */
  readonly mistake: { readonly problem: Problem; readonly from: number } | undefined;
}

type Draft = { -readonly [Key in keyof Directive]: Directive[Key] };

/** A block that is open; without a directive what is inside is dropped. */
interface Open {
  readonly directive: Draft | undefined;
  readonly inside: Directive[];
}

/** Deeper blocks are left out of the tree: whoever walks over it may do so by recursion. */
const MAX_NESTING = 100;

const BYTE_ORDER_MARK = '\ufeff';

/** How many files are remembered, and up to which length: a part of a large configuration is read again with each change of another one. */
const MAX_REMEMBERED = 2000;
const MAX_LENGTH = 100_000;
const remembered = new Map<string, FileTree>();

/** Reads one file; whatever the mistakes, what can be read is read. */
export function treeOf(file: string, text: string): FileTree {
  const known = remembered.get(file);
  if (known?.text === text) return known;
  const tree = new FileParser(file, text).parse();
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  if (text.length <= MAX_LENGTH) remembered.set(file, tree);
  return tree;
}

/** One pass over the text with a stack of its own: nothing here is as deep as a text can be. */
class FileParser {
  #mistake: FileTree['mistake'];
  readonly #open: Open[] = [];
  readonly #directives: Directive[] = [];
  readonly #holders = new Set<Directive>();
  readonly #unknown: Directive[] = [];
  readonly #lexer: Lexer;
  #words: Token[] = [];

  constructor(
    private readonly file: string,
    private readonly text: string,
  ) {
    this.#lexer = new Lexer(file, text, (start, end, message) => this.#complain(start, end, message));
  }

  parse(): FileTree {
    const { text } = this;
    if (text.startsWith(BYTE_ORDER_MARK)) {
      // A letter like any other to nginx: the first name is none with it. What follows is read as it is meant.
      this.#complain(0, 1, `unknown directive "${/^[^ \t\r\n;{]*/.exec(text)![0]}"`);
      this.#lexer.skipTo(1);
    }
    for (;;) {
      const next = this.#lexer.next();
      if ('text' in next) {
        this.#words.push(next);
        continue;
      }
      this.#mark(next);
      if (next.kind === 'end') return { text, directives: this.#directives, holders: this.#holders, unknown: this.#unknown, mistake: this.#mistake };
      this.#words = [];
    }
  }

  #complain(start: number, end: number, message: string): void {
    this.#mistake ??= { problem: { at: this.#span(start, end), message }, from: this.#words[0]?.start ?? Math.min(start, this.#lexer.begun) };
  }

  #span(start: number, end: number): Span {
    return { file: this.file, start, end };
  }

  #mark({ kind, start }: Mark): void {
    const [nameToken, ...args] = this.#words;
    if (kind === ';' || kind === '{') {
      if (nameToken !== undefined) return this.#directive(nameToken, args, start, kind === '{');
      this.#complain(start, start + 1, `unexpected "${kind}"`);
      if (kind === '{') this.#open.push({ directive: undefined, inside: [] });
      return;
    }
    if (nameToken !== undefined) {
      this.#complain(start, Math.min(start + 1, this.text.length), kind === '}' ? 'unexpected "}"' : 'unexpected end of file, expecting ";" or "}"');
      // Most likely a `;` is missing: what the words say is read all the same.
      this.#directive(nameToken, args, (args.at(-1) ?? nameToken).end, false);
    }
    if (kind === '}') {
      if (this.#open.length > 0) this.#close(start + 1);
      else this.#complain(start, start + 1, 'unexpected "}"');
      return;
    }
    if (this.#open.length > 0) this.#complain(start, start, 'unexpected end of file, expecting "}"');
    while (this.#open.length > 0) this.#close(start);
  }

  #close(end: number): void {
    const { directive } = this.#open.pop()!;
    if (directive !== undefined) directive.whole = { ...directive.whole, end };
  }

  /** `end`: of the `;` or the `{` that ends its words. */
  #directive(nameToken: Token, args: readonly Token[], end: number, opens: boolean): void {
    const { text } = this;
    const { start } = nameToken;
    const stop = !opens && text[end] === ';' ? end + 1 : end;
    const at = this.#span(start, stop);
    const directive: Draft = { name: nameToken.text, nameToken, args, at, whole: at };
    const around = this.#open.at(-1);
    (around?.inside ?? this.#directives).push(directive);
    if (directive.name === 'include') for (const { directive: holder } of this.#open) if (holder !== undefined) this.#holders.add(holder);
    if (!isKnown(directive.name) && !isRows(around)) this.#unknown.push(directive);
    if (!opens) return;
    this.#words = [];
    if (/_by_lua_block$/.test(directive.name)) {
      const behind = endOfLua(text, end, (from, to, message) => this.#complain(from, to, message));
      this.#lexer.skipTo(behind);
      const last = text[behind - 1] === '}' ? behind - 1 : behind;
      directive.block = [];
      directive.code = { file: this.file, start: end + 1, end: Math.max(last, end + 1), text: text.slice(end + 1, last), quote: undefined };
      directive.whole = this.#span(start, behind);
      return;
    }
    const inside: Directive[] = [];
    directive.block = inside;
    if (this.#open.length >= MAX_NESTING) this.#complain(end, end + 1, 'blocks are nested too deep');
    this.#open.push({ directive, inside: this.#open.length >= MAX_NESTING ? [] : inside });
  }
}

/** In a map or its like, or in a block of a module that may have rows of its own. */
function isRows(around: Open | undefined): boolean {
  const name = around?.directive?.name;
  return name !== undefined && (holdsRows(name) || !isKnown(name));
}
