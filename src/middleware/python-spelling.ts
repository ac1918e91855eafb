import type { Written } from '../syntax/python/index.js';

/** How a framework's changes are spelled. */
export interface PythonSpelling {
  /** The statement that adds a line of a header, by the texts of its name and its value; absent where no code of the author's sets headers. */
  readonly append?: (written: Written, name: string, value: string) => string;
  /** The Origin of a request in code that handles one: `request.headers.get("Origin")`. */
  readonly origin?: string;
  /** The options that say what headers send. */
  readonly options?: {
    readonly origins?: string;
    /** One that takes patterns, and opens to everybody by that. */
    readonly pattern?: string;
    /** By lower-case names of headers; `added`: names are added to those that are always sent. */
    readonly lists?: Readonly<Record<string, { readonly option: string; readonly added?: true }>>;
  };
}
