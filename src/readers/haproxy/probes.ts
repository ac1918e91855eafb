import { leavesOf } from '../../origins/origin-set.js';
import type { Guard, Probe, Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';

/** Probes of one frontend. */
const MAX_PROBES = 60;

interface Asked {
  readonly path: string | undefined;
  readonly host: string | undefined;
}

/** One request for everything that conditions tell apart by path and host, and one for the rest. */
export function probesOf(steps: readonly Step[], at: Span): readonly Probe[] {
  const found = new Map<string, Probe>();
  const add = ({ path = '/', host }: Asked, place: Span): void => {
    const key = `${host ?? ''}${path}`;
    if (!found.has(key) && found.size < MAX_PROBES) found.set(key, { path, ...(host === undefined ? {} : { host }), methods: null, requestHeaders: [], at: place });
  };
  for (const { when } of steps) {
    const [paths, hosts] = [[...textsIn(when, 'path')], [...textsIn(when, 'host')]];
    if (paths.length + hosts.length === 0) continue;
    for (const path of paths.length === 0 ? [undefined] : paths) for (const host of hosts.length === 0 ? [undefined] : hosts) add({ path, host }, at);
  }
  // One path that nothing is compared with.
  add({ path: found.has('/') ? '/other' : '/', host: undefined }, at);
  return [...found.values()];
}

/** Paths, or hosts, that a guard compares the request's with; of a part one whole that has it. */
function* textsIn(guard: Guard, what: 'path' | 'host'): Generator<string> {
  if (guard.g === 'and' || guard.g === 'or') for (const part of guard.of) yield* textsIn(part, what);
  else if (guard.g === 'not') yield* textsIn(guard.of, what);
  else if (guard.g === what || (what === 'host' && guard.g === 'header' && guard.name === 'host')) {
    for (const { leaf } of leavesOf(guard.in)) {
      if (leaf.s === 'glob' || leaf.s === 'regex') continue;
      const text = what === 'path' ? pathWith(leaf.s, leaf.text) : hostWith(leaf.s, leaf.text);
      if (text !== undefined) yield text;
    }
  }
}

function pathWith(how: string, text: string): string | undefined {
  if (how === 'suffix') return text.startsWith('/') ? text : `/x${text}`;
  if (how === 'contains') return text.startsWith('/') ? text : `/${text}`;
  if (!text.startsWith('/')) return undefined;
  return how === 'prefix' && text.endsWith('/') ? `${text}x` : text;
}

function hostWith(how: string, text: string): string | undefined {
  const host = how === 'suffix' ? (text.startsWith('.') ? `www${text}` : text) : how === 'prefix' ? (text.endsWith('.') ? `${text}example` : text) : text;
  return /^[a-z0-9-]+(?:\.[a-z0-9-]+)*$/i.test(host) ? host.toLowerCase() : undefined;
}
