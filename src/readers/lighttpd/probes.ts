import { admits } from '../../origins/membership.js';
import { leavesOf, type OriginSet } from '../../origins/origin-set.js';
import { samplesOfTree, treeOf } from '../../origins/pattern.js';
import type { Effect, Guard, Probe } from '../../policy/program.js';
import type { Span } from '../../text/span.js';

/** Something that is said for some paths and hosts. */
export interface Said {
  readonly when: Guard;
  readonly at: Span;
  readonly effects?: readonly Effect[];
}

/** Places past which no further one is asked about. */
const MAX_PROBES = 60;

/** One request for everything that is said. Files are served to GET and HEAD; below a handler, or where methods are listed, it is not known what else. */
export function probesOf(said: readonly Said[], handlers: readonly Said[], at: Span): readonly Probe[] {
  const found: Probe[] = [];
  for (const one of [...said, ...handlers]) {
    if (found.length >= MAX_PROBES) break;
    const place = placeOf(one.when);
    if (place === undefined || found.some(({ path, host }) => path === place.path && host === place.host)) continue;
    const isOpen = [...handlers, ...said.filter(({ effects = [] }) => effects.some(({ header }) => header === 'access-control-allow-methods'))].some(({ when }) => reaches(when, place.path, place.host) !== false);
    const methods = isOpen ? null : ['GET', 'HEAD'];
    found.push({ ...place, methods, requestHeaders: [], at: one.at });
  }
  return found.length > 0 ? found : [{ path: '/', methods: null, requestHeaders: [], at }];
}

/** A path, and a host where one is asked for, under which the guard can hold. */
export function placeOf(guard: Guard): { readonly path: string; readonly host?: string } | undefined {
  const paths = ['/', ...textsFor(guard, 'path').flatMap((text) => [text, `${text}x`, `/${text}`, `/x${text}`, `/x/${text}`]), '/other'].filter((path) => path.startsWith('/'));
  const hosts = [undefined, ...textsFor(guard, 'host').flatMap((text) => [text, `www${text}`, `www.${text}`]).filter((host) => /^[a-z0-9.-]+$/.test(host))];
  for (const host of hosts) {
    for (const path of paths) if (reaches(guard, path, host) !== false) return { path, ...(host === undefined ? {} : { host }) };
  }
  return undefined;
}

/** Texts that the guard compares the path or the host with, or that its patterns match. */
function textsFor(guard: Guard, part: 'path' | 'host'): readonly string[] {
  if (guard.g === 'and' || guard.g === 'or') return guard.of.flatMap((one) => textsFor(one, part));
  if (guard.g === 'not') return textsFor(guard.of, part);
  return guard.g === part ? textsOf(guard.in) : [];
}

function textsOf(set: OriginSet): readonly string[] {
  return [...leavesOf(set)].flatMap(({ leaf }) => {
    if (leaf.s !== 'regex') return [leaf.text];
    const tree = treeOf(leaf);
    return tree === undefined ? [] : samplesOfTree(tree, 'x');
  });
}

/** Whether the guard holds as far as path and host tell; undefined where something else decides. */
export function reaches(guard: Guard, path: string, host: string | undefined): boolean | undefined {
  switch (guard.g) {
    case 'always':
      return true;
    case 'never':
      return false;
    case 'path':
    case 'host': {
      const holds = admits(guard.in, guard.g === 'path' ? path : (host ?? 'localhost'), () => undefined);
      return typeof holds === 'boolean' ? holds : undefined;
    }
    case 'not': {
      const holds = reaches(guard.of, path, host);
      return holds === undefined ? undefined : !holds;
    }
    case 'and':
    case 'or': {
      const decisive = guard.g === 'or';
      const parts = guard.of.map((one) => reaches(one, path, host));
      return parts.includes(decisive) ? decisive : parts.includes(undefined) ? undefined : !decisive;
    }
    default:
      return undefined;
  }
}
