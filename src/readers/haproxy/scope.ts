import type { Files } from '../../text/files.js';
import { folderOf, resolvePath } from '../../text/files.js';
import { unless, whenAll, type Guard } from '../../policy/program.js';
import type { Test as Asked, Word } from '../../syntax/haproxy/index.js';
import type { Span } from '../../text/span.js';
import { MISSING, overwritten, presence, type Case } from './values.js';

/** What is known of a request while the rules run: the same for all of its way, changed as they say. */
export class Scope {
  readonly #variables = new Map<string, readonly Case[]>();
  readonly #headers = new Map<string, readonly Case[]>();
  readonly #captures = new Map<number, readonly Case[]>();
  #path: readonly Case[] = [];

  constructor(
    readonly files: Files,
    /** The configuration's own path: files that it names relatively are looked for beside it. */
    readonly file: string,
    /** Does the proxy take requests over TLS? */
    readonly isTls: boolean,
    readonly ports: readonly number[],
    /** Headers of the response that some condition asks about. */
    readonly asked: ReadonlySet<string>,
  ) {}

  variable(name: string): readonly Case[] {
    return this.#variables.get(name) ?? MISSING;
  }

  setVariable(name: string, when: Guard, cases: readonly Case[]): void {
    this.#variables.set(name, overwritten(this.variable(name), when, cases));
  }

  unsetVariable(name: string, when: Guard): void {
    this.#variables.set(name, erased(this.variable(name), when));
  }

  /** A request header as rules have left it; undefined where none has touched it. */
  header(name: string): readonly Case[] | undefined {
    return this.#headers.get(name);
  }

  setHeader(name: string, when: Guard, cases: readonly Case[], before: readonly Case[]): void {
    // A header that is set to nothing is there, and empty.
    const empty: Case['value'] = { t: 'text', text: '', at: { file: this.file, start: 0, end: 0 } };
    const present = cases.flatMap((one): readonly Case[] => {
      const there = presence(one.value);
      return [
        ...(there.g === 'never' ? [] : [{ ...one, when: whenAll(one.when, there) }]),
        ...(there.g === 'always' ? [] : [{ when: whenAll(one.when, unless(there)), value: empty }]),
      ];
    });
    this.#headers.set(name, overwritten(this.#headers.get(name) ?? before, when, present));
  }

  removeHeader(name: string, when: Guard, before: readonly Case[]): void {
    this.#headers.set(name, erased(this.#headers.get(name) ?? before, when));
  }

  capture(slot: number): readonly Case[] {
    return this.#captures.get(slot) ?? MISSING;
  }

  setCapture(slot: number, when: Guard, cases: readonly Case[]): void {
    this.#captures.set(slot, overwritten(this.capture(slot), when, cases));
  }

  /** The path as rules have left it; `before` where none has touched it. */
  path(before: readonly Case[]): readonly Case[] {
    return this.#path.length === 0 ? before : this.#path;
  }

  /** Has any rule touched the path? */
  get isMoved(): boolean {
    return this.#path.length > 0;
  }

  setPath(when: Guard, cases: readonly Case[], before: readonly Case[]): void {
    this.#path = overwritten(this.path(before), when, cases);
  }

  /** Text of a file that the configuration names; undefined when it is not in view. */
  text(word: Word): { readonly path: string; readonly text: string } | undefined {
    if (word.holes.length > 0 || word.text.startsWith('/') || word.text.includes('@')) return undefined;
    const path = resolvePath(folderOf(this.file), word.text);
    const text = path === undefined ? undefined : this.files.read(path);
    return path === undefined || text === undefined ? undefined : { path, text };
  }
}

function erased(old: readonly Case[], when: Guard): readonly Case[] {
  const kept = overwritten(old, when, []);
  return when.g === 'never' ? old : [...kept, { when, value: { t: 'missing' } }];
}

/** The ACLs of a proxy: all lines of a name are alternatives. */
export type Acls = ReadonlyMap<string, readonly Asked[]>;

/** Lines of a file of patterns or of a map: blanks before them do not count, `#` begins a comment there only. */
export function* linesIn({ path, text }: { readonly path: string; readonly text: string }): Generator<{ readonly text: string; readonly at: Span }> {
  for (const match of text.matchAll(/^[ \t]*([^\s#][^\r\n]*)/gm)) {
    const line = match[1]!;
    const start = match.index + match[0].length - line.length;
    yield { text: line, at: { file: path, start, end: start + line.length } };
  }
}

