import { admits } from '../../origins/membership.js';
import type { OriginSet } from '../../origins/origin-set.js';
import type { Guard } from '../../policy/program.js';
import type { Span } from '../../text/span.js';

/** An Ant or PathPattern pattern (`/api/**`, `/items/{id}`) as a guard on the path. */
export function pathGuard(pattern: string, at: Span): Guard {
  if (pattern === '/**' || pattern === '**') return { g: 'always' };
  const source = pattern
    .replace(/[.+^$()|[\]\\]/g, '\\$&')
    .replace(/\/\*\*$/, '(?:/.*)?')
    .replace(/\{\*\w+\}/g, '.*')
    .replace(/\{[^}]*\}/g, '[^/]+')
    .replace(/\*\*/g, '.*')
    .replace(/(?<![.\])])\*/g, '[^/]*')
    .replace(/\?(?!:)/g, '[^/]')
    .replace(/\(\[\^\/\]:/g, '(?:');
  const set: OriginSet = { s: 'regex', source, flags: '', dialect: 'js', use: 'full', subject: 'origin', at };
  return { g: 'path', in: set };
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
  const path = pattern.replace(/\/\*\*$/, '/x').replace(/\*\*/g, 'x').replace(/\{[^}]*\}|\*/g, 'x').replace(/\?/g, 'x');
  return path.startsWith('/') ? path : `/${path}`;
}
