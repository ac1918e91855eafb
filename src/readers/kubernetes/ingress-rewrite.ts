import type { PathMatch } from '../../middleware/envoy/paths.js';
import type { Written } from '../../middleware/kubernetes/written.js';
import { exact } from '../../origins/origin-set.js';
import { ALWAYS, type Guard, type Upstream } from '../../policy/program.js';
import type { Setting } from './ingress.js';

/** How a controller changes the paths of an Ingress. */
export interface Rewriting {
  /** Paths are patterns. */
  readonly pattern?: (path: Written) => PathMatch;
  /** What becomes of the paths that one rule takes, in order. */
  readonly paths: (path: string) => readonly Way[];
}

export interface Way {
  readonly when: Guard;
  readonly path?: NonNullable<Upstream['path']> | null;
}

/** Annotations of controllers that change paths in ways that are not read here, and of those that may. */
const OTHERS = /^(?:haproxy\.org\/(?:path-rewrite|set-uri)|haproxy-ingress\.github\.io\/rewrite-target|nginx\.org\/rewrites|appgw\.ingress\.kubernetes\.io\/backend-path-prefix|traefik\.ingress\.kubernetes\.io\/(?:router\.middlewares|rule-type|rewrite-target)|konghq\.com\/(?:rewrite|path)|ingress\.kubernetes\.io\/rewrite-target)$/;

export function rewritingOf({ annotations }: Setting): Rewriting | undefined {
  const target = annotations.get('nginx.ingress.kubernetes.io/rewrite-target');
  const rewrites = target !== undefined && target.text !== '';
  if (rewrites || annotations.get('nginx.ingress.kubernetes.io/use-regex')?.text === 'true') {
    return { pattern, paths: rewrites ? (path) => waysOf(path, target) : () => [{ when: ALWAYS }] };
  }
  if (annotations.get('konghq.com/strip-path')?.text === 'true') return { paths: stripped };
  return [...annotations.keys()].some((name) => OTHERS.test(name)) ? { paths: () => [{ when: ALWAYS, path: null }] } : undefined;
}

/**
 * ingress-nginx: with `rewrite-target` or `use-regex`, every path of the host is a pattern from the start of the path on,
 * whatever its case and its `pathType`. Documented: the pages "Ingress Path Matching" and "Rewrite".
 */
function pattern(path: Written): PathMatch {
  const { text, at } = path;
  const start = /^\/[\w/.~%-]*/.exec(text)?.[0] ?? '/';
  // The sign before a quantifier may not be there.
  const sample = /^[?*{]/.test(text.slice(start.length)) ? start.slice(0, -1) || '/' : start;
  return { guard: { g: 'path', in: { s: 'regex', source: `^${text}`, flags: 'i', dialect: 'pcre', use: 'search', subject: 'origin', at } }, sample };
}

/** The usual patterns with what they take; any other gives a path that nobody knows. */
function waysOf(path: string, target: Written): readonly Way[] {
  if (target.templated === true) return [{ when: ALWAYS, path: null }];
  const { text, at } = target;
  // Without a group the whole path is the target.
  if (!text.includes('$')) return [{ when: ALWAYS, path: { whole: text } }];
  const [, prefix, tail] = /^((?:\/[\w.~%-]+)*)(\(\/\|\$\)\(\.\*\)|\/\(\.\*\)|\(\/\.\*\)|\(\.\*\)|\/\?\(\.\*\))\$?$/.exec(path) ?? [];
  const group = tail === '(/|$)(.*)' ? '$2' : '$1';
  const base = text.endsWith(group) ? text.slice(0, -group.length) : undefined;
  if (prefix === undefined || tail === undefined || base === undefined || base.includes('$')) return [{ when: ALWAYS, path: null }];
  // The group begins behind the slash, or with it.
  const taken = tail === '(/.*)' || tail === '(.*)' ? prefix : `${prefix}/`;
  const alone: Way = { when: { g: 'path', in: exact(prefix, at) }, path: { whole: base === '' ? '/' : base } };
  // Patterns take other cases too; what is left of these is not followed.
  const usual: Way = { when: { g: 'path', in: { s: 'prefix', text: taken, subject: 'origin', ignoreCase: false, at } }, path: { prefix: taken, by: base } };
  return [...(taken === prefix || prefix === '' ? [] : [alone]), usual, { when: ALWAYS, path: null }];
}

/** Kong takes the path of the rule away; what is left begins with a slash. */
function stripped(path: string): readonly Way[] {
  const prefix = path.replace(/\/+$/, '');
  if (prefix === '' || !/^\/[\w/.~%-]*$/.test(prefix)) return [{ when: ALWAYS, ...(prefix === '' ? {} : { path: null }) }];
  return [{ when: { g: 'path', in: exact(prefix, { file: '', start: 0, end: 0 }) }, path: { whole: '/' } }, { when: ALWAYS, path: { prefix, by: '' } }];
}
