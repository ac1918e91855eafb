import { pathIn } from '../../middleware/python-paths.js';
import type { RegexSet } from '../../origins/origin-set.js';
import { matchesRegex } from '../../origins/regex.js';
import { unless, whenAll, whenAny, type Guard } from '../../policy/program.js';
import type { Resource } from './packages.js';

/** The paths of a resource. */
export interface Place {
  readonly resource: Resource;
  /** Requests for its paths that no better resource takes. */
  readonly when: Guard;
  readonly sample: string;
}

interface Path {
  readonly resource: Resource;
  readonly set: RegexSet;
  readonly sample: string;
  /** Segments before the first field: the more, the earlier it is asked (aiohttp/web_urldispatcher.py, `UrlDispatcher.resolve`). */
  readonly depth: number;
}

/** Where the resources are; those whose paths are not known are left out. A better one that does not serve the method is passed by. */
export function placesOf(resources: readonly Resource[], prefix: string, methodsOf: (resource: Resource) => readonly string[] | undefined): readonly Place[] {
  const paths = resources.flatMap((resource): readonly Path[] => {
    const path = resource.path === undefined ? undefined : pathOf(resource, prefix);
    return path === undefined ? [] : [path];
  });
  const ordered = paths.toSorted((a, b) => b.depth - a.depth);
  return ordered.map((path, index): Place => {
    const better = ordered.slice(0, index).filter((other) => matchesRegex(path.set, other.sample) === true || matchesRegex(other.set, path.sample) === true);
    const taken = better.map(({ set, resource }): Guard => {
      const methods = methodsOf(resource);
      return methods === undefined ? { g: 'path', in: set } : whenAll({ g: 'path', in: set }, { g: 'method', in: methods });
    });
    return { resource: path.resource, when: whenAll({ g: 'path', in: path.set }, unless(whenAny(...taken))), sample: path.sample };
  });
}

/** `/users/{name}`, `/{tail:.*}`; a folder of files has all paths below its prefix. */
function pathOf(resource: Resource, prefix: string): Path | undefined {
  const text = `${prefix}${resource.path ?? ''}` || '/';
  const parts = text.split(/(\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\})/);
  const source = parts.map((part) => (part.startsWith('{') ? `(?:${/^\{\w+:(.*)\}$/.exec(part)?.[1] ?? '[^{}/]+'})` : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))).join('');
  const set: RegexSet = { s: 'regex', source: resource.isStatic ? `${source}(?:/.*)?` : source, flags: '', dialect: 'python', use: 'full', subject: 'origin', at: resource.at };
  const sample = resource.isStatic ? `${text}/x` : parts.length === 1 ? text : pathIn(set);
  if (sample === undefined) return undefined;
  const key = parts.length === 1 ? text : parts[0]!.replace(/\/[^/]*$/, '');
  return { resource, set, sample, depth: key.split('/').filter((segment) => segment !== '').length };
}
