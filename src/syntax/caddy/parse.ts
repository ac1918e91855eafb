import type { Files } from '../../text/files.js';
import { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';
import type { Problem } from '../language.js';
import { filesImported, withArguments } from './imports.js';
import { tokensOf } from './lexer.js';
import type { CaddyFile, Directive, Site, Token } from './tree.js';

/** Imports and words of one file past which nothing more is put in. */
const MAX_IMPORTS = 500;
const MAX_TOKENS = 300_000;
/** Past this many UTF-16 units a file is data, no configuration. */
const MAX_LENGTH = 2_000_000;

/** Directives of Caddy's own that a file meant to be imported begins with; a site's address is none of these words. */
const DIRECTIVE = /^(?:@.+|abort|basic_?auth|bind|encode|error|file_server|forward_auth|handle|handle_errors|handle_path|header|log|map|method|php_fastcgi|redir|request_body|request_header|respond|reverse_proxy|rewrite|root|route|templates|tls|try_files|uri|vars)$/;

/** Parses a Caddyfile as Caddy does (caddyconfig/caddyfile/parse.go); what Caddy refuses is one problem, and what stands before it is kept. */
export function parseCaddyfile(source: SourceText, files: Files): { readonly unit: CaddyFile | undefined; readonly problems: readonly Problem[] } {
  if (source.text.length > MAX_LENGTH) return { unit: undefined, problems: [{ at: { file: source.file, start: 0, end: 0 }, message: 'The file is too long to be read (over two million characters).' }] };
  return new Parser(source, files).parsed();
}

/** Where words come from: the file itself, then whatever an import puts in. */
interface Frame {
  readonly tokens: readonly Token[];
  readonly chain: readonly string[];
  next: number;
}

/** A block while it is open. */
interface Open {
  readonly name: Token;
  readonly args: Token[];
  block?: Directive[];
  braces?: Span;
}

/** Caddy stops at the first mistake. */
class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

class Parser {
  readonly #frames: Frame[];
  readonly #snippets = new Map<string, readonly Token[]>();
  readonly #included: string[] = [];
  readonly #missing: Token[] = [];
  readonly #sites: Site[] = [];
  readonly #fragment: Directive[] = [];
  readonly #problems: Problem[] = [];
  #options: readonly Directive[] = [];
  #blocks = 0;
  #imports = 0;
  #last: Token | undefined;
  #words: number;

  constructor(
    private readonly source: SourceText,
    private readonly files: Files,
  ) {
    const tokens = this.#lex(source.file, source.text);
    this.#words = tokens.length;
    this.#frames = [{ tokens, chain: [source.file], next: 0 }];
  }

  parsed(): { readonly unit: CaddyFile; readonly problems: readonly Problem[] } {
    try {
      while (this.#peek() !== undefined) this.#block();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#problems.push(error.problem);
    }
    const unit: CaddyFile = { source: this.source, files: this.files, sites: this.#sites, options: this.#options, fragment: this.#fragment, included: this.#included, missing: this.#missing };
    return { unit, problems: this.#problems.slice(0, 1) };
  }

  #lex(file: string, text: string): readonly Token[] {
    return tokensOf(file, text, (problem) => this.#problems.push(problem));
  }

  #peek(): Token | undefined {
    for (let frame = this.#frames.at(-1); frame !== undefined; frame = this.#frames.at(-1)) {
      const token = frame.tokens[frame.next];
      if (token !== undefined) return token;
      if (this.#frames.length === 1) return undefined;
      this.#frames.pop();
    }
    return undefined;
  }

  #take(): Token | undefined {
    const token = this.#peek();
    if (token !== undefined) this.#frames.at(-1)!.next += 1;
    this.#last = token ?? this.#last;
    return token;
  }

  #refuse(at: Span | undefined, message: string): never {
    const end = this.source.text.length;
    throw new Refused({ at: at === undefined ? { file: this.source.file, start: end, end } : { file: at.file, start: at.start, end: at.end }, message });
  }

  /** A site, a snippet, the global options, or directives without any of these around them. */
  #block(): void {
    const head = this.#peek()!;
    if (this.#blocks === 0 && DIRECTIVE.test(head.text) && head.quote === undefined) {
      this.#directives(this.#fragment, false);
      return;
    }
    const keys = this.#keys();
    const [only] = keys;
    const opens = isMark(this.#peek(), '{');
    if (keys.length === 1 && /^\(.*\)$/s.test(only!.text)) {
      if (this.#snippets.has(only!.text.slice(1, -1))) this.#refuse(only, `redeclaration of previously declared snippet ${only!.text.slice(1, -1)}`);
      this.#snippets.set(only!.text.slice(1, -1), this.#snippet());
      return;
    }
    const directives: Directive[] = [];
    // Kept when the block ends in a mistake: what was read before it is read.
    const isOptions = keys.length === 0;
    if (isOptions && !opens) return;
    const first = this.#blocks === 0;
    if (isOptions && first) this.#options = directives;
    else if (!isOptions) this.#sites.push({ keys, directives, at: { file: only!.file, start: only!.start, end: keys.at(-1)!.file === only!.file ? Math.max(only!.end, keys.at(-1)!.end) : only!.end } });
    if (opens) this.#take();
    this.#directives(directives, opens);
    // Snippets, and blocks of nothing, do not count.
    if (!isOptions || directives.length > 0) this.#blocks += 1;
    if (isOptions && !first && directives.length > 0) this.#refuse(head, 'server block without any key is global configuration, and if used, it must be first');
  }

  /** Addresses by blanks and commas, up to a brace or the end of the line. */
  #keys(): readonly Token[] {
    const keys: Token[] = [];
    let another = false;
    for (let token = this.#peek(); token !== undefined; token = this.#peek()) {
      if (keys.length > 0 && !another && token.firstOnLine) break;
      if (isMark(token, '{')) {
        if (another) this.#refuse(token, "Expected another address but had '{' - check for extra comma");
        break;
      }
      if (token.text === 'import' && token.firstOnLine) {
        this.#import();
        continue;
      }
      // Caddy takes it for an address, and then finds no certificate for it.
      if (isMark(token, '}')) this.#refuse(token, "Unexpected '}' because no matching opening brace");
      if (token.text.endsWith('{')) this.#refuse(token, `Site addresses cannot end with a curly brace: '${token.text}' - put a space between the token and the brace`);
      another = token.text.endsWith(',');
      const text = another ? token.text.slice(0, -1) : token.text;
      if (text.includes(',')) this.#refuse(token, `Site addresses cannot contain a comma ',': '${text}' - put a space after the comma to separate site addresses`);
      this.#take();
      if (text !== '') keys.push({ ...token, text, end: token.end - (another ? 1 : 0) });
      if (another && this.#peek() === undefined) this.#refuse(undefined, 'unexpected end of file, an address is missing behind the comma');
    }
    return keys;
  }

  /** The words of a snippet, kept for its imports. */
  #snippet(): readonly Token[] {
    if (!isMark(this.#peek(), '{')) this.#refuse(this.#peek(), `Unexpected token '${this.#peek()?.text ?? ''}', expecting '{'`);
    this.#take();
    const tokens = this.#balanced();
    if (tokens === undefined) this.#refuse(undefined, "unexpected end of file, expecting '}'");
    return tokens;
  }

  /** Words up to the brace that closes what was opened; undefined when none does. */
  #balanced(): readonly Token[] | undefined {
    const tokens: Token[] = [];
    for (let depth = 1, token = this.#take(); token !== undefined; token = this.#take()) {
      if (isMark(token, '{')) depth += 1;
      if (isMark(token, '}') && (depth -= 1) === 0) return tokens;
      tokens.push(token);
    }
    return undefined;
  }

  /** Directives up to the brace that closes the block, or to the end of the file. */
  #directives(into: Directive[], closes: boolean): void {
    for (let token = this.#peek(); token !== undefined; token = this.#peek()) {
      if (isMark(token, '}')) {
        this.#take();
        return;
      }
      if (token.text === 'import' && token.quote === undefined) this.#import();
      else this.#directive(into);
    }
    // Caddy looks at the last word only: a brace that closed a block inside is as good.
    if (closes && !isMark(this.#last, '}')) this.#refuse(undefined, "unexpected end of file, expecting '}'");
  }

  /** One directive with its blocks, however deep: a line, or up to the brace that closes what its line opens. */
  #directive(into: Directive[]): void {
    const levels: { readonly into: Directive[]; open?: Open }[] = [{ into, open: { name: this.#take()!, args: [] } }];
    const close = (): void => {
      const level = levels.at(-1)!;
      if (level.open !== undefined) level.into.push(closed(level.open));
      delete level.open;
    };
    for (let token = this.#peek(); token !== undefined; token = this.#peek()) {
      const level = levels.at(-1)!;
      if (token.firstOnLine && levels.length === 1 && !isMark(token, '{')) break;
      if (token.firstOnLine && token.text === 'import' && token.quote === undefined) {
        close();
        this.#import();
        continue;
      }
      this.#take();
      const next = this.#peek();
      if (isMark(token, '{')) {
        if (next !== undefined && !next.firstOnLine) this.#refuse(token, "Unexpected next token after '{' on same line");
        const opened = (level.open ??= { name: token, args: [] });
        opened.block = [];
        opened.braces = { file: token.file, start: token.start, end: token.end };
        levels.push({ into: opened.block });
      } else if (isMark(token, '}')) {
        if (levels.length === 1) this.#refuse(token, "Unexpected '}' because no matching opening brace");
        close();
        levels.pop();
        const opened = levels.at(-1)!.open!;
        if (opened.braces?.file === token.file && token.start > opened.braces.start) opened.braces = { ...opened.braces, end: token.end };
        else delete opened.braces;
        if (next?.firstOnLine !== false) close();
        if (levels.length === 1) break;
      } else if (isMark(token, '{}') && next?.firstOnLine !== false) {
        this.#refuse(token, "Unexpected '{}' at end of line");
      } else if (token.firstOnLine || level.open === undefined) {
        close();
        level.open = { name: token, args: [] };
      } else {
        level.open.args.push(token);
      }
    }
    const isOpen = levels.length > 1;
    while (levels.length > 0) {
      close();
      levels.pop();
    }
    if (isOpen) this.#refuse(undefined, "unexpected end of file, expecting '}'");
  }

  /** Puts a snippet's or a file's words in the place of the import. */
  #import(): void {
    const word = this.#take()!;
    const from = this.#frames.at(-1)!;
    const args: Token[] = [];
    for (let token = this.#peek(); token !== undefined && !token.firstOnLine && this.#frames.at(-1) === from && !isMark(token, '{'); token = this.#peek()) args.push(this.#take()!);
    const brace = this.#peek();
    let block: readonly Token[] = [];
    if (isMark(brace, '{') && !brace!.firstOnLine) {
      this.#take();
      block = this.#balanced() ?? this.#refuse(undefined, "unexpected end of file, expecting '}'");
    }
    const [pattern, ...given] = args;
    if (pattern === undefined || pattern.text === '') this.#refuse(word, 'Import requires a non-empty filepath');
    this.#imports += 1;
    if (this.#imports > MAX_IMPORTS || this.#words > MAX_TOKENS) return;
    const snippet = this.#snippets.get(pattern.text);
    if (snippet !== undefined) return this.#put(snippet, `(${pattern.text})`, from, given, block, pattern);
    const paths = filesImported(this.files, word.file, pattern.text);
    if (paths === undefined) {
      this.#missing.push(pattern);
      return;
    }
    for (const path of [...paths].reverse()) {
      if (!this.#included.includes(path)) this.#included.push(path);
      this.#put(this.#lex(path, this.files.read(path) ?? ''), path, from, given, block, pattern);
    }
  }

  #put(tokens: readonly Token[], label: string, from: Frame, args: readonly Token[], block: readonly Token[], at: Token): void {
    if (from.chain.includes(label)) this.#refuse(at, `a cycle of imports exists between ${from.chain.at(-1)} and ${label}`);
    const put = withArguments(tokens, args, block);
    this.#words += put.length;
    if (this.#words <= MAX_TOKENS) this.#frames.push({ tokens: put, chain: [...from.chain, label], next: 0 });
  }
}

/** A brace counts only without quotes. */
function isMark(token: Token | undefined, text: '{' | '}' | '{}'): boolean {
  return token?.text === text && token.quote === undefined;
}

function closed({ name, args, block, braces }: Open): Directive {
  const from = name.placeholder ?? name;
  const end = args.reduce((last, arg) => {
    const written = arg.placeholder ?? arg;
    return written.file === from.file && written.end > last ? written.end : last;
  }, from.end);
  return { name, args, ...(block === undefined ? {} : { block }), at: { file: from.file, start: from.start, end }, ...(braces === undefined ? {} : { braces }) };
}
