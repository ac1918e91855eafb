import type { Comparison, ProbeRequest } from '../policy/compare.js';

/** The requests whose verdict changes, the telling ones first; three say enough. */
export function changedInWords(changed: Comparison['changed']): string[] {
  const word = (verdict: boolean | null): string => (verdict === null ? 'undecided' : verdict ? 'allowed' : 'blocked');
  const telling = [...changed].sort((a, b) => weight(a.request) - weight(b.request));
  const lines = telling.map(({ request, before, after }) => `${request.method} ${request.probe.path} from ${request.origin}${request.credentials === 'include' ? ' with credentials' : ''}: ${word(before)} → ${word(after)}`);
  const shown = [...new Set(lines)];
  return shown.length <= 3 ? shown : [...shown.slice(0, 3), `and ${shown.length - 3} more`];
}

function weight(request: ProbeRequest): number {
  return ['GET', 'POST'].indexOf(request.method) === -1 ? 2 : request.headers.length + (request.origin === 'null' ? 1 : 0);
}
