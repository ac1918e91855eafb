import type { Behaviour } from './version.js';

/** corsheaders/defaults.py: without HEAD. */
export const DEFAULT_METHODS: readonly string[] = ['DELETE', 'GET', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

/** corsheaders/defaults.py; three names more before 4.0. */
export function defaultHeaders({ privateNetwork }: Behaviour): readonly string[] {
  const older = privateNetwork ? [] : ['accept-encoding', 'dnt', 'origin'];
  return ['accept', 'authorization', 'content-type', 'user-agent', 'x-csrftoken', 'x-requested-with', ...older].sort();
}
