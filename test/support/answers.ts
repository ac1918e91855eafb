import { evaluate } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';

export const A = { origin: 'https://app.example.com' };
export const EVIL = { origin: 'https://evil.test' };

/** Status and CORS headers (without `access-control-`) in each possible world; null for a text that is not known. */
export function answers(policy: Policy, method: string, path: string, headers: Readonly<Record<string, string>>): readonly (readonly [number | null, Readonly<Record<string, string | null>>])[] {
  return evaluate({ policy, inner: [] }, { method, path, headers: Object.entries(headers) }).map(({ response }) => [response.status, Object.fromEntries(response.headers.map(({ name, text }) => [name.replace('access-control-', ''), text]))]);
}
