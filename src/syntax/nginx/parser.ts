import type { Files } from '../../text/files.js';
import type { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';
import type { Problem } from '../language.js';
import { isKnown } from './directives.js';
import { filesIncluded, rootsOf } from './includes.js';
import { Lexer, type Mark, type Token } from './lexer.js';
import { endOfLua } from './lua.js';
import { firstMistake } from './structure.js';
import { holdsRows, type Directive, type NginxFile } from './tree.js';

type Draft = { -readonly [Key in keyof Directive]: Directive[Key] };

/** A file on its way: the main one, or one that is included. */
interface Reading {
  readonly lexer: Lexer;
  /** Blocks that were open when the file began: it has to close its own, and no other. */
  readonly outer: number;
  /** Files of the same include that come after it. */
  readonly next: readonly Included[];
}

interface Included {
  readonly path: string;
  readonly text: string;
}

/** A block that is open; without a directive what is inside is dropped. */
interface Open {
  readonly directive: Draft | undefined;
  readonly inside: Directive[];
}

const MAX_NESTING = 100;
const MAX_INCLUDES = 300;
const MAX_INCLUDED_TEXT = 8 * 1024 * 1024;

/** Templates of other tools, whose text is not yet nginx's: Go, Jinja, ERB. */
const TEMPLATE = /\{\{[^{}\n]{0,500}\}\}|\{%[^\n]{0,500}?%\}|<%[^\n]{0,500}?%>/;

const BYTE_ORDER_MARK = '\ufeff';

/**
 * Parses a file and, in their places, the files that it includes. What can be read is read whatever the mistakes; the
 * one problem, if there is any, is the first that `nginx -t` would name, in its words and where it stands.
 */
export function parseNginx(source: SourceText, files: Files): { readonly unit: NginxFile; readonly problems: readonly Problem[] } {
  const parser = new Parser(source, files);
  const unit = parser.parse();
  const problem = TEMPLATE.test(source.text) ? undefined : (firstMistake(unit, parser.mistake?.after) ?? parser.mistake?.problem);
  return { unit, problems: problem === undefined ? [] : [problem] };
}

/** One pass over the text, with its own stacks of files and blocks: nothing here is as deep as a text can be. */
class Parser {
  /** The first mistake of the token machine and of the braces, and how many directives nginx took before it. */
  mistake: { readonly problem: Problem; readonly after: number } | undefined;
  readonly #readings: Reading[] = [];
  readonly #open: Open[] = [];
  readonly #directives: Directive[] = [];
  readonly #included: string[] = [];
  readonly #uses: { readonly file: string; readonly at: Span }[] = [];
  readonly #missing: Directive[] = [];
  readonly #unknown: Directive[] = [];
  readonly #roots: readonly string[];
  #count = 0;
  #includedText = 0;

  constructor(
    private readonly source: SourceText,
    private readonly files: Files,
  ) {
    this.#roots = rootsOf(source.file, /(?:^|[;{}\n])[ \t]*(?:http|events|stream|mail)\s*\{/.test(source.text));
  }

  parse(): NginxFile {
    this.#read({ path: this.source.file, text: this.source.text }, []);
    let words: Token[] = [];
    while (this.#readings.length > 0) {
      const next = this.#reading.lexer.next();
      if ('text' in next) {
        words.push(next);
        continue;
      }
      this.#mark(words, next);
      words = [];
    }
    return { source: this.source, files: this.files, directives: this.#directives, included: this.#included, uses: this.#uses, missing: this.#missing, unknown: this.#unknown };
  }

  get #reading(): Reading {
    return this.#readings.at(-1)!;
  }

  #read({ path: file, text }: Included, next: readonly Included[]): void {
    const lexer = new Lexer(file, text, (start, end, message) => this.#complain({ file, start, end }, message));
    this.#readings.push({ lexer, outer: this.#open.length, next });
    if (!text.startsWith(BYTE_ORDER_MARK)) return;
    // A letter like any other to nginx: the first name is none with it. What follows is read as it is meant.
    this.#complain({ file, start: 0, end: 1 }, `unknown directive "${/^[^ \t\r\n;{]*/.exec(text)![0]}"`);
    lexer.skipTo(1);
  }

  #complain(at: Span, message: string): void {
    this.mistake ??= { problem: { at, message }, after: this.#count };
  }

  #mark(words: readonly Token[], mark: Mark): void {
    const { lexer, outer } = this.#reading;
    const { file } = lexer;
    const [nameToken, ...args] = words;
    if (mark.kind === ';' || mark.kind === '{') {
      if (nameToken === undefined) {
        this.#complain({ file, start: mark.start, end: mark.start + 1 }, `unexpected "${mark.kind}"`);
        if (mark.kind === '{') this.#open.push({ directive: undefined, inside: [] });
        return;
      }
      this.#directive(nameToken, args, mark.start, mark.kind === '{');
      return;
    }
    if (nameToken !== undefined) {
      const message = mark.kind === '}' ? 'unexpected "}"' : 'unexpected end of file, expecting ";" or "}"';
      this.#complain({ file, start: mark.start, end: Math.min(mark.start + 1, lexer.text.length) }, message);
      // Most likely a `;` is missing: what the words say is read all the same.
      this.#directive(nameToken, args, (args.at(-1) ?? nameToken).end, false);
    }
    if (mark.kind === '}') {
      if (this.#open.length > outer) this.#close(mark.start + 1);
      else this.#complain({ file, start: mark.start, end: mark.start + 1 }, 'unexpected "}"');
      return;
    }
    if (this.#open.length > outer) this.#complain({ file, start: mark.start, end: mark.start }, 'unexpected end of file, expecting "}"');
    while (this.#open.length > outer) this.#close(mark.start);
    const [following, ...rest] = this.#readings.pop()!.next;
    if (following !== undefined) this.#read(following, rest);
  }

  #close(end: number): void {
    const { directive } = this.#open.pop()!;
    if (directive !== undefined) directive.whole = { ...directive.whole, end };
  }

  /** `end`: of the `;` or the `{` that ends its words. */
  #directive(nameToken: Token, args: readonly Token[], end: number, opens: boolean): void {
    const { lexer } = this.#reading;
    const { file, text } = lexer;
    const { start } = nameToken;
    const stop = !opens && text[end] === ';' ? end + 1 : end;
    const directive: Draft = { name: nameToken.text, nameToken, args, at: { file, start, end: stop }, whole: { file, start, end: stop } };
    if (directive.name === 'include' && !opens && args[0] !== undefined && this.#open.at(-1)?.directive?.name !== 'split_clients' && this.#include(directive, args[0])) return;
    this.#count += 1;
    this.#inside.push(directive);
    if (!isKnown(directive.name) && !this.#isInRows) this.#unknown.push(directive);
    if (!opens) return;
    if (/_by_lua_block$/.test(directive.name)) {
      const behind = endOfLua(text, end, (from, to, message) => this.#complain({ file, start: from, end: to }, message));
      lexer.skipTo(behind);
      const last = text[behind - 1] === '}' ? behind - 1 : behind;
      directive.block = [];
      directive.code = { file, start: end + 1, end: Math.max(last, end + 1), text: text.slice(end + 1, last), quote: undefined };
      directive.whole = { file, start, end: behind };
      return;
    }
    const inside: Directive[] = [];
    directive.block = inside;
    // Deeper blocks are left out of the tree: whoever walks over it may then do so by recursion.
    if (this.#open.length >= MAX_NESTING) this.#complain({ file, start: end, end: end + 1 }, 'blocks are nested too deep');
    this.#open.push({ directive, inside: this.#open.length >= MAX_NESTING ? [] : inside });
  }

  /** In a map or its like, or in a block of a module that may have rows of its own. */
  get #isInRows(): boolean {
    const around = this.#open.at(-1)?.directive?.name;
    return around !== undefined && (holdsRows(around) || !isKnown(around));
  }

  get #inside(): Directive[] {
    return this.#open.at(-1)?.inside ?? this.#directives;
  }

  /** Goes on in the files that are named, the first at once; false when there is none in view. */
  #include(directive: Directive, pattern: Token): boolean {
    const paths = filesIncluded(this.files, this.#roots, pattern.text);
    const texts = paths.flatMap((path): Included[] => {
      if (this.#readings.some(({ lexer }) => lexer.file === path)) {
        this.#complain(directive.at, `${path} includes itself`);
        return [];
      }
      const text = this.files.read(path);
      return text === undefined ? [] : [{ path, text }];
    });
    const size = texts.reduce((sum, { text }) => sum + text.length, this.#includedText);
    if ((texts.length === 0 && paths.length === 0) || this.#included.length + texts.length > MAX_INCLUDES || size > MAX_INCLUDED_TEXT) {
      this.#missing.push(directive);
      return false;
    }
    this.#includedText = size;
    for (const { path } of texts) {
      this.#included.push(path);
      this.#uses.push({ file: path, at: directive.at });
    }
    const [first, ...next] = texts;
    if (first !== undefined) this.#read(first, next);
    return true;
  }
}
