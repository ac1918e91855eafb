import type { Files } from '../../text/files.js';

/** Something that the engine wants to know about files. */
export type Question = readonly ['read' | 'exists' | 'list', path: string] | readonly ['search', folder: string, names: string, flags: string];

/** Files that remember what they were asked. */
export class Asked implements Files {
  readonly #questions = new Map<string, Question>();

  constructor(private readonly files: Files) {}

  /** Each once. */
  get questions(): readonly Question[] {
    return [...this.#questions.values()];
  }

  read(path: string): string | undefined {
    this.#note(['read', path]);
    return this.files.read(path);
  }

  exists(path: string): boolean {
    this.#note(['exists', path]);
    return this.files.exists(path);
  }

  list(folder: string): readonly string[] {
    this.#note(['list', folder]);
    return this.files.list(folder);
  }

  search(folder: string, names: RegExp): readonly string[] {
    this.#note(['search', folder, names.source, names.flags]);
    return this.files.search(folder, names);
  }

  #note(question: Question): void {
    this.#questions.set(question.join('\0'), question);
  }
}
