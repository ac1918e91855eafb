import type { Program } from 'estree';
import { Run, type EngineOptions, type LintResult } from './engine.js';
import { scriptLanguage, scriptReaders } from './generated/script-readers.js';
import type { Language } from './syntax/language.js';
import { moduleFrom } from './syntax/estree/index.js';
import type { Files } from './text/files.js';
import { SourceText } from './text/source-text.js';

/** A JavaScript or TypeScript module that a host has parsed already. */
export interface GivenModule {
  /** Relative to the root of `files`. */
  readonly path: string;
  readonly text: string;
  readonly program: Program;
  /** Of `eslint-scope` or `@typescript-eslint/scope-manager`. */
  readonly scopeManager: Parameters<typeof moduleFrom>[2];
  readonly files: Files;
}

/** Lints one module with the tree and scopes of its host, at once. */
export function lintModule(given: GivenModule, options: EngineOptions): LintResult {
  const files: Files = {
    read: (path) => (path === given.path ? given.text : given.files.read(path)),
    exists: (path) => path === given.path || given.files.exists(path),
    list: (folder) => given.files.list(folder),
    search: (folder, names) => given.files.search(folder, names),
  };
  const unit = moduleFrom(new SourceText(given.path, given.text), given.program, given.scopeManager, files);
  const languages = new Map<string, Language<unknown>>([['estree', scriptLanguage]]);
  const run = new Run({ languages, readers: new Map(Object.entries(scriptReaders)) }, files, options, new Map([[given.path, unit]]));
  run.read([given.path]);
  return run.lint();
}
