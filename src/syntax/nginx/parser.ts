import type { Files } from '../../text/files.js';
import { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';
import type { Problem } from '../language.js';
import { treeOf, type FileTree } from './file-tree.js';
import { filesIncluded, rootsOf } from './includes.js';
import type { Token } from './lexer.js';
import { firstMistake } from './structure.js';
import type { Directive, NginxFile } from './tree.js';

/** Files that include each other in a chain no longer than this. */
const MAX_CHAIN = 10;
const MAX_INCLUDES = 5000;
const MAX_INCLUDED_TEXT = 16 * 1024 * 1024;

/** Templates of other tools, whose text is not yet nginx's: Go, Jinja, ERB. */
const TEMPLATE = /\{\{[^{}\n]{0,500}\}\}|\{%[^\n]{0,500}?%\}|<%[^\n]{0,500}?%>/;

/**
 * Parses a file and, in their places, the files that it includes. What can be read is read whatever the mistakes; the
 * one problem, if there is any, is the first that `nginx -t` would name, in its words and where it stands.
 */
export function parseNginx(source: SourceText, files: Files): { readonly unit: NginxFile; readonly problems: readonly Problem[] } {
  const assembly = new Assembly(source, files);
  const unit = assembly.whole();
  if (isTemplate(source.text)) return { unit, problems: [] };
  const problem = firstMistake(unit, assembly.mistake) ?? assembly.mistake?.problem;
  return { unit, problems: problem === undefined ? [] : [problem] };
}

/** Is the text filled in by another tool before nginx reads it? */
export function isTemplate(text: string): boolean {
  return TEMPLATE.test(text);
}

const mains = new WeakMap<Files, Map<string, NginxFile>>();

/** A main file with all that it includes, put together once however many of its parts are asked about; undefined when there is none. */
export function mainFile(path: string, files: Files): NginxFile | undefined {
  const text = files.exists(path) ? files.read(path) : undefined;
  if (text === undefined) return undefined;
  const known = mains.get(files) ?? new Map<string, NginxFile>();
  mains.set(files, known);
  const main = known.get(path) ?? new Assembly(new SourceText(path, text), files).whole();
  known.set(path, main);
  return main;
}

/** Puts trees of files together: where one is included its directives stand. */
class Assembly {
  /** The first mistake of words and braces in the order of reading, and the first directive that nginx does not come to. */
  mistake: { readonly problem: Problem; readonly stop: Token | undefined } | undefined;
  readonly #included: string[] = [];
  readonly #uses: { readonly file: string; readonly at: Span }[] = [];
  readonly #missing: Directive[] = [];
  readonly #unknown: Directive[] = [];
  readonly #chain: string[] = [];
  readonly #roots: readonly string[];
  #includedText = 0;

  constructor(
    private readonly source: SourceText,
    private readonly files: Files,
  ) {
    this.#roots = rootsOf(source.file, /(?:^|[;{}\n])[ \t]*(?:http|events|stream|mail)\s*\{/.test(source.text));
  }

  whole(): NginxFile {
    const directives: Directive[] = [];
    this.#file(this.source.file, this.source.text, directives);
    return { source: this.source, files: this.files, directives, included: this.#included, uses: this.#uses, missing: this.#missing, unknown: this.#unknown };
  }

  #file(path: string, text: string, into: Directive[]): void {
    const tree = treeOf(path, text);
    for (const directive of tree.unknown) this.#unknown.push(directive);
    this.#chain.push(path);
    this.#place(tree.directives, tree, undefined, into);
    this.#chain.pop();
    if (tree.mistake !== undefined) this.#reach(tree.mistake.problem);
  }

  #reach(problem: Problem): void {
    this.mistake ??= { problem, stop: undefined };
  }

  /** `around`: the name of the block. */
  #place(directives: readonly Directive[], tree: FileTree, around: string | undefined, into: Directive[]): void {
    for (const directive of directives) {
      this.#pass(directive, tree);
      if (directive.name === 'include' && directive.block === undefined && around !== 'split_clients') {
        if (!this.#include(directive, into)) {
          this.#missing.push(directive);
          into.push(directive);
        }
      } else if (directive.block !== undefined && tree.holders.has(directive)) {
        const block: Directive[] = [];
        into.push({ ...directive, block });
        this.#place(directive.block, tree, directive.name, block);
      } else {
        into.push(directive);
        this.#passAll(directive.block ?? [], tree);
      }
    }
  }

  /** Looks for the place of the first mistake, as long as it is not known. */
  #pass(directive: Directive, { mistake }: FileTree): void {
    if (mistake !== undefined && directive.at.end > mistake.from) this.#reach(mistake.problem);
    if (this.mistake !== undefined && this.mistake.stop === undefined) this.mistake = { ...this.mistake, stop: directive.nameToken };
  }

  #passAll(directives: readonly Directive[], tree: FileTree): void {
    const isSought = (): boolean => (this.mistake === undefined ? tree.mistake !== undefined : this.mistake.stop === undefined);
    for (const directive of directives) {
      if (!isSought()) return;
      this.#pass(directive, tree);
      this.#passAll(directive.block ?? [], tree);
    }
  }

  /** False when none of the files is in view, or they are too many. */
  #include({ args, at }: Directive, into: Directive[]): boolean {
    const [pattern] = args;
    const paths = pattern === undefined || this.#chain.length >= MAX_CHAIN ? [] : filesIncluded(this.files, this.#roots, pattern.text);
    for (const path of paths) {
      if (this.#chain.includes(path)) {
        this.#reach({ at, message: `${path} includes itself` });
        continue;
      }
      const text = this.files.read(path);
      if (text === undefined) continue;
      this.#includedText += text.length;
      if (this.#included.length >= MAX_INCLUDES || this.#includedText > MAX_INCLUDED_TEXT) return false;
      this.#included.push(path);
      this.#uses.push({ file: path, at });
      this.#file(path, text, into);
    }
    return paths.length > 0;
  }
}
