import type { Options } from '../../middleware/options.js';
import type { Span } from '../../text/span.js';
import type { Value } from '../../values/value.js';

/** What options were called before version 1, which is still understood. */
const BEFORE: Readonly<Record<string, string>> = { allowOrigins: 'origin', allowCredentials: 'credentials', allowRequestHeaders: 'headers', allowRequestMethods: 'methods', allowResponseHeaders: 'exposeHeaders' };

/** An option under its name or under the one that it had before, whichever is written last; or the doubt about it. */
export function optionOf(options: Options, name: string): { readonly value: Value; readonly at: Span } | undefined {
  const { given } = options;
  const own = given.kind === 'record' ? given.entries.findLast(({ key, value }) => (key === name || key === BEFORE[name]) && !(value.kind === 'nothing' && value.what === 'undefined')) : undefined;
  return own ?? (options.own(name) === undefined ? options.get(name) : undefined);
}
