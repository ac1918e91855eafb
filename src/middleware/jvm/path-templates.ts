import type { Guard } from '../../policy/program.js';
import type { Span } from '../../text/span.js';

/** A path with templates (`/items/{id}`, `/items/{id: [0-9]+}`) as a guard; a variable is one segment unless its pattern says otherwise. */
export function templateGuard(path: string, at: Span): Guard {
  if (!path.includes('{')) return { g: 'path', in: { s: 'exact', text: path, comparison: [], at } };
  const source = path.split(/(\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\})/).map((part, index) => (index % 2 === 0 ? part.replace(/[.*+?^$()|[\]\\{}]/g, '\\$&') : `(?:${/^\{[^:}]*:\s*(.*?)\s*\}$/.exec(part)?.[1] ?? '[^/]+'})`)).join('');
  return { g: 'path', in: { s: 'regex', source, flags: '', dialect: 'java', use: 'full', subject: 'origin', at } };
}

/** A path that a template covers, as far as can be told. */
export function samplePath(path: string): string {
  return path.replace(/\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}/g, '1');
}
