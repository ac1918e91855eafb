import { admits } from '../../origins/membership.js';
import type { OriginSet } from '../../origins/origin-set.js';
import type { Guard } from '../../policy/program.js';
import type { Span } from '../../text/span.js';

/**
 * An Ant or PathPattern pattern as a guard on the path: `*` is a part of a segment or a whole one, `**` and `{*rest}` are
 * any number of segments, `{name}` is one, `{name:regex}` one that matches, `?` one character.
 */
export function pathGuard(pattern: string, at: Span): Guard {
  const path = pattern.startsWith('/') ? pattern : `/${pattern}`;
  if (/^\/(?:\*\*|\{\*\w*\})$/.test(path)) return { g: 'always' };
  const source = [...path.matchAll(TOKENS)].map(([token]) => tokenSource(token)).join('');
  const set: OriginSet = { s: 'regex', source, flags: '', dialect: 'js', use: 'full', subject: 'origin', at };
  return { g: 'path', in: set };
}

const TOKENS = /\/(?:\*\*|\{\*\w*\})(?=\/|$)|\/\*(?=\/|$)|\{(?:[^{}]|\{[^{}]*\})*\}|\*+|[\s\S]/g;

function tokenSource(token: string): string {
  if (/^\/(?:\*\*|\{\*)/.test(token)) return '(?:/.*)?';
  if (token === '/*') return '/[^/]+';
  if (token.length > 1 && token.startsWith('{')) return token.includes(':') ? `(?:${token.slice(token.indexOf(':') + 1, -1)})` : '[^/]+';
  if (token.startsWith('*')) return '[^/]*';
  return token === '?' ? '[^/]' : token.replace(/[.+^$()|[\]\\{}]/g, '\\$&');
}

/** A pattern of the servlet specification (12.2): a whole path, all below one (`/api/*`), an ending (`*.do`). */
export function servletPathGuard(pattern: string, at: Span): Guard {
  if (pattern === '/*') return { g: 'always' };
  if (pattern.endsWith('/*')) return pathGuard(`${pattern.slice(0, -2)}/**`, at);
  return pathGuard(pattern.startsWith('*.') ? `/**/${pattern}` : pattern, at);
}

/** Does a pattern cover the paths of another one? Told by a sample of the other. */
export function covers(pattern: string, other: string): boolean {
  const guard = pathGuard(pattern, { file: '', start: 0, end: 0 });
  return guard.g !== 'path' || admits(guard.in, samplePath(other), () => undefined) === true;
}

/** A path that a pattern covers. */
export function samplePath(pattern: string): string {
  const path = pattern.replace(/\{\*\w*\}|\*\*/g, 'x').replace(/\{((?:[^{}]|\{[^{}]*\})*)\}/g, (_all, name: string) => (/:.*(?:\d|\\d)/.test(name) ? '1' : 'x')).replace(/[*?]/g, 'x');
  return path.startsWith('/') ? path : `/${path}`;
}
