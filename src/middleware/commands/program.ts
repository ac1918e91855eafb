import type { Settings } from './shell.js';

/** What of a repository it runs. Paths are as written: relative to the folder that the line is run in, or absolute. */
export type Target =
  | { readonly of: 'file'; readonly path: string }
  /** A Python module, `shop.wsgi`, looked up in a folder. */
  | { readonly of: 'module'; readonly name: string; readonly folder: string }
  /** Whatever the folder holds: `next start`, `mvn spring-boot:run`. */
  | { readonly of: 'folder'; readonly path: string }
  /** A script of the `package.json` in a folder, with words that are handed on to it. */
  | { readonly of: 'script'; readonly name: string; readonly folder: string; readonly more: readonly string[] };

/** A program that serves what a repository holds, as its own documentation describes its command line. */
export interface Program {
  readonly names: RegExp;
  /** Variable that tells it its port, where no option does. */
  readonly honours?: string;
  /** Undefined: these words serve nothing. */
  readonly start: (words: readonly string[], name: string, settings: Settings) => Started | undefined;
}

export interface Started {
  readonly targets: readonly Target[];
  /** What its options say of ports, as written; undefined for an option that is not given. */
  readonly told?: readonly (string | undefined)[];
  /** The port without them, where no file of its configuration may say another. */
  readonly otherwise?: number;
}
