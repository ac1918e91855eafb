import type { Directive, Token } from '../../syntax/caddy/index.js';

/** The order in which Caddy runs a site's directives, wherever they stand (httpcaddyfile/directives.go). */
const ORDER: readonly string[] = [
  ...['tracing', 'map', 'vars', 'fs', 'root', 'log_append', 'skip_log', 'log_skip', 'log_name', 'header', 'copy_response_headers', 'request_body', 'timeouts', 'redir', 'method', 'rewrite', 'uri', 'try_files'],
  ...['basicauth', 'basic_auth', 'forward_auth', 'request_header', 'encode', 'push', 'intercept', 'templates', 'invoke', 'handle', 'handle_path', 'route'],
  ...['abort', 'error', 'copy_response', 'respond', 'metrics', 'reverse_proxy', 'php_fastcgi', 'file_server', 'acme_server'],
];

/** The order with what the global option `order` makes of it. */
export function orderOf(options: readonly Directive[]): readonly string[] {
  let order = [...ORDER];
  for (const { name, args } of options) {
    const [which, where, other] = args.map(({ text }) => text);
    if (name.text !== 'order' || which === undefined) continue;
    order = order.filter((one) => one !== which);
    const index = order.indexOf(other ?? '');
    if (where === 'first') order.unshift(which);
    else if (where === 'last') order.push(which);
    else if (index !== -1) order.splice(where === 'before' ? index : index + 1, 0, which);
  }
  return order;
}

/** One directive with the matcher in front of its other arguments. */
export interface Entry {
  readonly directive: Directive;
  /** A path, `@name`, or absent: every request. */
  readonly matcher: Token | undefined;
  readonly args: readonly Token[];
  /** The length of the one path that the matcher asks for; 0 when it asks for none or several. */
  readonly pathLength: number;
}

/** Names that take a matcher as their first argument. */
const WITHOUT_MATCHER = new Set(['bind', 'tls', 'log', 'try_files', 'handle_path', 'handle_errors', 'acme_server', 'intercept']);

/** Directives that need what looks like a matcher as their only argument. */
const NEEDS_ARGUMENT = new Set(['redir', 'rewrite', 'respond', 'error', 'method']);

/** Splits the matcher off; `pathsOf` tells the paths that a named matcher asks for. */
export function entryOf(directive: Directive, pathsOf: (name: string) => readonly string[]): Entry {
  const [first, ...rest] = directive.args;
  const isMatcher = first !== undefined && !WITHOUT_MATCHER.has(directive.name.text) && (/^[/@]/.test(first.text) || first.text === '*');
  if (!isMatcher || (rest.length === 0 && first.text.startsWith('/') && NEEDS_ARGUMENT.has(directive.name.text))) {
    const path = directive.name.text === 'handle_path' ? first : undefined;
    return { directive, matcher: path, args: path === undefined ? directive.args : rest, pathLength: path?.text.length ?? 0 };
  }
  const paths = first.text.startsWith('/') ? [first.text] : first.text.startsWith('@') ? pathsOf(first.text) : [];
  return { directive, matcher: first.text === '*' ? undefined : first, args: rest, pathLength: paths.length === 1 ? paths[0]!.length : 0 };
}

/** `handle_path` is a `handle` for the order and for what excludes what. */
export function kindOf({ directive: { name } }: Entry): string {
  return name.text === 'handle_path' ? 'handle' : name.text;
}

/** Go sorts up to this many by insertion; its order of what cannot be compared is that of this way. */
const INSERTED = 20;

/** Caddy's stable sort: by kind, then the longer of two single paths, then those with a matcher; `vars` the other way round. */
export function sorted(entries: readonly Entry[], order: readonly string[]): readonly Entry[] {
  const place = (entry: Entry): number => order.indexOf(kindOf(entry));
  const compare = (a: Entry, b: Entry): number => {
    if (kindOf(a) !== kindOf(b)) return place(a) - place(b);
    const specific = a.pathLength > 0 && b.pathLength > 0 ? b.pathLength - a.pathLength : Number(b.matcher !== undefined) - Number(a.matcher !== undefined);
    return kindOf(a) === 'vars' ? -specific : specific;
  };
  if (entries.length > INSERTED) return entries.toSorted(compare);
  const found: Entry[] = [];
  for (const entry of entries) {
    let index = found.length;
    while (index > 0 && compare(entry, found[index - 1]!) < 0) index -= 1;
    found.splice(index, 0, entry);
  }
  return found;
}
