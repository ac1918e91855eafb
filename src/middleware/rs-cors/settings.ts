import type { Guard } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import type { Value } from '../../values/value.js';
import type { Release } from './release.js';

/** A setting as the product hands it over: what is not of the setting's type was dropped or refused before. */
export interface Field {
  /** Undefined: not set. */
  readonly value: Value | undefined;
  /** Key and value, else the place that stands for the default. */
  readonly at: Span;
}

/** `cors.Options` of rs/cors (https://github.com/rs/cors), as a product fills them, and how it mounts the handler. */
export interface RsCorsSettings {
  /** Where CORS is switched on: what stands for defaults. */
  readonly at: Span;
  readonly release: Release;
  /** Lists of texts. An empty one is as good as none. */
  readonly origins: Field;
  readonly methods: Field;
  readonly headers: Field;
  readonly exposed: Field;
  /** Seconds. */
  readonly maxAge: Field;
  readonly credentials: Field;
  readonly allowsCredentials: Guard;
  readonly allowsPrivateNetwork: Guard;
  /** Preflights go on to what lies behind, with the headers. */
  readonly passesPreflights: Guard;
  /** Status of a preflight that is answered here; undefined: the release's own. */
  readonly status: number | undefined;
  /** Request headers without a list: every one, or the release's own list. */
  readonly anyHeader: boolean;
  /** What lies behind adds to the headers that are there, or its own give way to them. */
  readonly inner: 'added' | 'replaced';
}
