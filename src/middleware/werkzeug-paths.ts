import type { OriginSet } from '../origins/origin-set.js';
import type { Guard } from '../policy/program.js';
import type { Span } from '../text/span.js';
import { factOf, unknown, type Value } from '../values/value.js';

/** Where a route or a blueprint is served, and one path to ask about. */
export interface Place {
  readonly when: Guard;
  readonly sample: string;
  /** The text of the rule so far; undefined when it is not known. */
  readonly rule: string | undefined;
}

export const ROOT: Place = { when: { g: 'always' }, sample: '/', rule: '' };

/** A rule below a prefix: `/users/<int:id>` (werkzeug/routing). */
export function routePlace(rule: Value | undefined, prefix: string | undefined, at: Span): Place {
  if (rule?.kind !== 'string' || prefix === undefined) return opaque(rule?.at ?? at);
  const text = `${prefix.replace(/\/$/, '')}/${rule.value.replace(/^\//, '')}`;
  return { when: { g: 'path', in: setOf(text, '$', rule.at) }, sample: sampleOf(text), rule: text };
}

/** Everything below a prefix. */
export function prefixPlace(prefix: string | undefined, at: Span): Place {
  if (prefix === undefined) return opaque(at);
  if (prefix === '' || prefix === '/') return ROOT;
  return { when: { g: 'path', in: setOf(prefix.replace(/\/$/, ''), '(?:/|$)', at) }, sample: sampleOf(prefix), rule: prefix };
}

function opaque(at: Span): Place {
  return { when: { g: 'fact', fact: factOf(unknown('dynamic-key', 'a path that is put together at run time', at)) }, sample: '/', rule: undefined };
}

const PARAMETER = /<(?:(\w+)(?:\([^)]*\))?:)?\w+>/g;

const CONVERTERS: Readonly<Record<string, readonly [pattern: string, sample: string]>> = { string: ['[^/]+', 'x'], int: ['\\d+', '1'], float: ['\\d+\\.\\d+', '1.5'], path: ['[^/].*?', 'x'], uuid: ['[A-Fa-f0-9-]{36}', '123e4567-e89b-42d3-a456-426614174000'] };

function setOf(rule: string, end: '$' | '(?:/|$)', at: Span): OriginSet {
  if (end === '$' && !rule.includes('<')) return { s: 'exact', text: rule, comparison: [], at };
  let [source, from] = ['^', 0];
  for (const match of rule.matchAll(PARAMETER)) {
    source += quoted(rule.slice(from, match.index)) + (CONVERTERS[match[1] ?? 'string']?.[0] ?? '[^/]+');
    from = match.index + match[0].length;
  }
  return { s: 'regex', source: source + quoted(rule.slice(from)) + end, flags: '', dialect: 'js', use: 'search', subject: 'origin', at };
}

function sampleOf(rule: string): string {
  return rule.replace(PARAMETER, (_all, converter?: string) => CONVERTERS[converter ?? 'string']?.[1] ?? 'x') || '/';
}

function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
