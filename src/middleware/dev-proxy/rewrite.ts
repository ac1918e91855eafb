import { returnedBy } from '../config-module.js';
import type { PathRewrite, Upstream } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import type { Handle, Value } from '../../values/value.js';

/** One replacement in a path: what is replaced, where it stands for certain, and by what. Null: the path is not known any more. */
export type Replacement = { readonly pattern: { readonly source: string; readonly isText: boolean }; readonly by: string } | null;

/** What a function makes of the path that it is given: `(path) => path.replace(/^\/api/, '')`; undefined where it stays. */
export function replacementBy(rewrite: Value): Replacement | undefined {
  if (rewrite.kind !== 'function') return null;
  const replacements = new Map<Value, Replacement>();
  const path = pathHandle(rewrite.at, undefined, replacements);
  const made = returnedBy(rewrite, [path]);
  return made === path ? undefined : (replacements.get(made) ?? null);
}

/** A path whose replacements are remembered; one that was replaced in is not followed through another. */
function pathHandle(at: Span, before: Replacement | undefined, made: Map<Value, Replacement>): Handle {
  return {
    kind: 'handle',
    name: 'path',
    at,
    get: () => undefined,
    call: (method, [pattern, by]) => {
      if (method !== 'replace' || pattern === undefined || by?.kind !== 'string') return undefined;
      const now: Replacement = before !== undefined || by.value.includes('$') ? null : pattern.kind === 'string' ? { pattern: { source: pattern.value, isText: true }, by: by.value } : pattern.kind === 'regex' && !/[gyim]/.test(pattern.flags) ? { pattern: { source: pattern.source, isText: false }, by: by.value } : null;
      const result = pathHandle(at, now, made);
      made.set(result, now);
      return result;
    },
  };
}

/** The rule of `pathRewrite`, of which the first that fits counts: `{ '^/api': '' }`. */
export function replacementIn(rules: Value): Replacement | undefined {
  if (rules.kind !== 'record') return replacementBy(rules);
  const [only, ...others] = rules.entries;
  if (only === undefined && rules.rest === undefined) return undefined;
  if (only === undefined || others.length > 0 || rules.rest !== undefined || only.value.kind !== 'string' || only.value.value.includes('$')) return null;
  return { pattern: { source: only.key, isText: false }, by: only.value.value };
}

/**
 * The path with which a request is passed on.
 * @param prefix what every path begins with that the rule takes
 * @param front what the target puts in front of it
 */
export function passedPath(replacement: Replacement | undefined, prefix: string, front: string): Upstream['path'] {
  if (replacement === undefined) return front === '' ? undefined : { prefix: '', by: front };
  if (replacement === null) return null;
  const replaced = replacedPrefix(replacement.pattern, prefix);
  if (replaced === undefined) return null;
  const rewrite: PathRewrite = { prefix: replaced, by: front + replacement.by };
  if (front !== '' && !prefix.startsWith(replaced)) return null;
  return rewrite.prefix === rewrite.by ? undefined : rewrite;
}

/** The text at the start of a path that is replaced; undefined: it may stand elsewhere, or is no plain text. */
function replacedPrefix({ source, isText }: NonNullable<Replacement>['pattern'], prefix: string): string | undefined {
  if (isText) return prefix.startsWith(source) ? source : undefined;
  const [, anchor, body] = /^(\^?)((?:\\[./-]|[^\\^$.*+?()[\]{}|])*)$/.exec(source) ?? [];
  const text = body?.replace(/\\(.)/g, '$1');
  return text === undefined || (anchor === '' && !prefix.startsWith(text)) ? undefined : text;
}
