import { folderOf, type Files } from '../../text/files.js';
import type { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';
import type { Problem } from '../language.js';
import { Lexer, type Mark, type Token } from './lexer.js';

/** A directive, or a row of a block such as `map`. */
export interface Directive {
  readonly name: string;
  readonly nameToken: Token;
  readonly args: readonly Token[];
  readonly block?: readonly Directive[];
  /** From the name to the `;`, or to the `{` of a block. */
  readonly at: Span;
  /** The whole directive with its block. */
  readonly whole: Span;
}

/** One file with what it includes in its place. */
export interface NginxFile {
  readonly source: SourceText;
  readonly files: Files;
  readonly directives: readonly Directive[];
  /** Files that were read as parts of this one. */
  readonly included: readonly string[];
}

const MAX_NESTING = 60;
const MAX_INCLUDES = 300;
const MAX_PROBLEMS = 20;

/** Parses a file and, in their places, the files that it includes (relative to the folder of this, the main one). */
export function parseNginx(source: SourceText, files: Files): { readonly unit: NginxFile; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const included: string[] = [];
  const report = (problem: Problem): void => {
    if (problems.length < MAX_PROBLEMS) problems.push(problem);
  };
  const root = folderOf(source.file);
  const directives = new Parser(source.file, source.text, files, root, [source.file], included, report).all();
  return { unit: { source, files, directives, included }, problems };
}

class Parser {
  readonly #lexer: Lexer;

  constructor(
    private readonly file: string,
    private readonly text: string,
    private readonly files: Files,
    private readonly root: string,
    private readonly chain: readonly string[],
    private readonly included: string[],
    private readonly report: (problem: Problem) => void,
  ) {
    this.#lexer = new Lexer(file, text, report);
  }

  all(): readonly Directive[] {
    const found: Directive[] = [];
    for (;;) {
      const { directives, end } = this.#block(0);
      found.push(...directives);
      if (end.kind === 'end') return found;
      this.report({ at: { file: this.file, start: end.start, end: end.start + 1 }, message: 'unexpected "}"' });
    }
  }

  #block(depth: number): { readonly directives: readonly Directive[]; readonly end: Mark } {
    const directives: Directive[] = [];
    let words: Token[] = [];
    for (;;) {
      const next = this.#lexer.next();
      if ('text' in next) {
        words.push(next);
        continue;
      }
      if (next.kind === ';' || next.kind === '{') {
        if (words[0] === undefined) this.report({ at: this.#span(next.start, next.start + 1), message: `unexpected "${next.kind}"` });
        const directive = this.#directive(words, next, depth);
        if (directive !== undefined) directives.push(...(directive.name === 'include' && directive.block === undefined ? this.#include(directive) : [directive]));
        words = [];
        continue;
      }
      if (words[0] !== undefined) {
        const [first] = words;
        this.report({ at: this.#span(first.start, words.at(-1)!.end), message: next.kind === '}' ? 'unexpected "}"' : 'unexpected end of file, expecting ";" or "}"' });
      }
      return { directives, end: next };
    }
  }

  #directive(words: readonly Token[], end: Mark, depth: number): Directive | undefined {
    const [nameToken, ...args] = words;
    let block: readonly Directive[] | undefined;
    if (end.kind === '{') {
      if (nameToken !== undefined && /_by_lua_block$/.test(nameToken.text)) {
        this.#lexer.skipTo(endOfLua(this.text, end.start));
        block = [];
      } else if (depth >= MAX_NESTING) {
        this.report({ at: this.#span(end.start, end.start + 1), message: 'blocks are nested too deep' });
        this.#lexer.skipTo(this.text.length);
        block = [];
      } else {
        const inner = this.#block(depth + 1);
        block = inner.directives;
        if (inner.end.kind === 'end') this.report({ at: this.#span(nameToken?.start ?? end.start, end.start + 1), message: 'unexpected end of file, expecting "}"' });
      }
    }
    if (nameToken === undefined) return undefined;
    return { name: nameToken.text, nameToken, args, ...(block === undefined ? {} : { block }), at: this.#span(nameToken.start, end.start + (end.kind === ';' ? 1 : 0)), whole: this.#span(nameToken.start, this.#lexer.offset) };
  }

  #span(start: number, end: number): Span {
    return { file: this.file, start, end };
  }

  #include(directive: Directive): readonly Directive[] {
    const [pattern] = directive.args;
    if (pattern === undefined || /^\/|\$\{|\{\{/.test(pattern.text)) return [];
    return filesMatching(this.files, this.root, pattern.text).flatMap((path) => {
      if (this.chain.includes(path)) {
        this.report({ at: directive.at, message: `${path} includes itself` });
        return [];
      }
      const text = this.files.read(path);
      if (text === undefined || this.included.length >= MAX_INCLUDES) return [];
      this.included.push(path);
      return new Parser(path, text, this.files, this.root, [...this.chain, path], this.included, this.report).all();
    });
  }
}

/** Files of an include: a path, or a pattern matched in byte order, hidden files left out. */
function filesMatching(files: Files, root: string, pattern: string): readonly string[] {
  let folders = [root];
  const parts = pattern.split('/').filter((part) => part !== '' && part !== '.');
  for (const [index, part] of parts.entries()) {
    const last = index === parts.length - 1;
    folders = folders.flatMap((folder) => {
      if (part === '..') return folder === '' ? [] : [folderOf(folder)];
      if (!/[*?[]/.test(part)) return [folder === '' ? part : `${folder}/${part}`];
      const matcher = new RegExp(`^${part.replace(/[.+^${}()|\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.')}${last ? '' : '/'}$`);
      return files.list(folder).filter((name) => !name.startsWith('.') && matcher.test(name)).map((name) => (folder === '' ? '' : `${folder}/`) + name.replace(/\/$/, ''));
    });
  }
  return folders.filter((path) => files.exists(path));
}

/** Behind the brace that closes a block of Lua, whose strings and comments may hold braces. */
function endOfLua(text: string, open: number): number {
  const piece = /--\[(=*)\[[^]*?\]\1\]|\[(=*)\[[^]*?\]\2\]|--[^\n]*|"(?:\\[^]|[^"\\\n])*"|'(?:\\[^]|[^'\\\n])*'|[{}]/g;
  piece.lastIndex = open;
  let depth = 0;
  for (let match = piece.exec(text); match !== null; match = piece.exec(text)) {
    if (match[0] === '{') depth += 1;
    if (match[0] === '}' && (depth -= 1) === 0) return piece.lastIndex;
  }
  return text.length;
}
