import { admits } from '../../origins/membership.js';
import type { Guard, Probe, Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import type { Place } from './program.js';

/** One request for every place that can be told apart by its path. */
export function probesOf(places: readonly Place[], steps: readonly Step[], host: string | undefined, at: Span): readonly Probe[] {
  const found: Probe[] = [];
  const listed = steps.some(({ effects }) => effects.some(({ header }) => header === 'access-control-allow-methods'));
  const samples = [...new Set(places.flatMap(({ patterns }) => patterns.flatMap(samplesOf)))];
  for (const { directive, when, patterns, files } of places) {
    const path = [...patterns.flatMap(samplesOf), '/', '/other', ...samples].find((candidate) => mayBe(when, candidate, true));
    if (path === undefined || found.some((probe) => probe.path === path)) continue;
    found.push({ path, ...(host === undefined ? {} : { host }), methods: files && !listed ? ['GET', 'HEAD'] : null, requestHeaders: [], at: directive.at });
  }
  return found.length > 0 ? found : [{ path: '/', ...(host === undefined ? {} : { host }), methods: null, requestHeaders: [], at }];
}

/** Paths that a pattern may mean. */
function samplesOf(pattern: string): readonly string[] {
  const path = pattern.replace(/\/\*$/, '/x').replace(/^\*(?=\.)/, '/x').replaceAll('*', '').replaceAll(/[?[\]\\{}]/g, '');
  return [path.startsWith('/') ? path : `/${path}`];
}

/** May the guard hold, or fail, for this path, as far as paths go? */
function mayBe(guard: Guard, path: string, wanted: boolean): boolean {
  switch (guard.g) {
    case 'always':
      return wanted;
    case 'never':
      return !wanted;
    case 'path': {
      const lies = admits(guard.in, path, () => undefined);
      return typeof lies !== 'boolean' || lies === wanted;
    }
    case 'and':
      return wanted ? guard.of.every((part) => mayBe(part, path, true)) : guard.of.some((part) => mayBe(part, path, false));
    case 'or':
      return wanted ? guard.of.some((part) => mayBe(part, path, true)) : guard.of.every((part) => mayBe(part, path, false));
    case 'not':
      return mayBe(guard.of, path, !wanted);
    default:
      return true;
  }
}
