import type { HttpRequest } from '../../src/policy/evaluate.js';
import { observed, type ObservedRow } from '../support/observed.js';

/** One program, and the requests that it is asked. */
export interface Case {
  readonly title: string;
  /** JavaScript listens on port 3000: `listen(3000)` or `port: 3000`. Python names its application `app`. */
  readonly source: string;
  readonly requests: readonly HttpRequest[];
}

/** The recorded configurations of a file that a suite can ask again. */
export function recordedIn(file: Parameters<typeof observed>[0], wanted: (row: ObservedRow) => boolean, sourceOf: (row: ObservedRow) => string): readonly Case[] {
  const found = new Map<string, { readonly row: ObservedRow; readonly requests: HttpRequest[] }>();
  for (const row of observed(file)) {
    if (row.request === null || !wanted(row)) continue;
    const key = JSON.stringify([row.framework, row.options, row.wiring]);
    const group = found.get(key) ?? { row, requests: [] };
    group.requests.push({ ...row.request, headers: row.request.headers.filter(([name]) => name !== 'host') });
    found.set(key, group);
  }
  if (found.size === 0) throw new Error('nothing recorded is wanted');
  return [...found].map(([title, { row, requests }]) => ({ title, source: sourceOf(row), requests }));
}
