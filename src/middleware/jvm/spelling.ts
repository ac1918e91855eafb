import type { OriginCalls, Written } from '../../syntax/jvm/index.js';

/** How a framework's changes are spelled. */
export interface JvmSpelling {
  /** Code that appends `Vary: Origin`; absent where no code of the author's sets headers. */
  readonly vary?: {
    /** The statement, on the object that a header is written on: `response.addHeader("Vary", "Origin");`. */
    readonly statement: (written: Written) => string;
    /** The call in a chain of a builder, without its dot; absent where there are no such chains. */
    readonly chained?: string;
    /** The method that adds a line of a header, by that which replaces all. */
    readonly adds?: Readonly<Record<string, string>>;
  };
  /** Where code has the Origin of a request: the type of what is asked for it, and how. */
  readonly origin?: { readonly type: RegExp; readonly asked: (name: string) => string };
  /** What lets origins in. */
  readonly origins?: OriginCalls;
  /** Hosts are written without their scheme. */
  readonly schemeless?: true;
}
