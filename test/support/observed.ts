import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { evaluate, type Assumptions, type Deployment, type HttpRequest, type Scenario } from '../../src/policy/evaluate.js';
import type { Environment } from '../../src/values/fact.js';
import { fromLoopback } from './loopback.js';

/** One recorded answer of real software, in the one shape that the tests use. */
export interface ObservedRow {
  /** `starlette`, `express+cors`, or the id of an nginx configuration. */
  readonly framework: string;
  readonly version: string;
  readonly options: unknown;
  readonly wiring?: string;
  /** nginx: the text inside `http { }`; serverless functions: the program. */
  readonly config?: string;
  readonly request: { readonly method: string; readonly path: string; readonly headers: readonly (readonly [string, string])[]; readonly body?: string } | null;
  readonly response: { readonly status: number; readonly headers: readonly (readonly [string, string])[]; readonly configError?: string; readonly error?: string };
}

export function observed(file: 'served' | 'javascript' | 'python-jvm' | 'serverless-python' | 'nginx' | 'middy'): ObservedRow[] {
  const text = gunzipSync(readFileSync(new URL(`../../fixtures/observed/${file}.jsonl.gz`, import.meta.url))).toString('utf8');
  return text.trim().split('\n').map((line) => rowOf(JSON.parse(line) as RawRow));
}

interface RawRow {
  framework?: string;
  id?: string;
  version: string;
  options?: unknown;
  wiring?: string;
  config?: string;
  request: { method: string; path: string; headers: RawHeaders; body?: string } | null;
  response: { status?: number; headers?: RawHeaders; config_error?: string | null; error?: string };
}
type RawHeaders = Record<string, string | string[]> | [string, string][];

function rowOf(raw: RawRow): ObservedRow {
  const { response } = raw;
  return {
    framework: raw.framework ?? raw.id ?? '',
    version: raw.version,
    options: raw.options,
    ...(raw.wiring === undefined ? {} : { wiring: raw.wiring }),
    ...(raw.config === undefined ? {} : { config: raw.config }),
    request: raw.request === null ? null : { ...raw.request, headers: pairs(raw.request.headers) },
    response: {
      status: response.status ?? 0,
      headers: pairs(response.headers ?? {}),
      ...(typeof response.config_error === 'string' ? { configError: response.config_error } : {}),
      ...(response.error === undefined ? {} : { error: response.error }),
    },
  };
}

function pairs(headers: RawHeaders): [string, string][] {
  const list = Array.isArray(headers) ? headers : Object.entries(headers).flatMap(([name, value]) => [value].flat().map((text): [string, string] => [name, text]));
  return list.map(([name, text]) => [name.toLowerCase(), text]);
}

/**
 * Evaluates a deployment for a recorded request and tells how the prediction differs from the recorded answer: an
 * empty list means that they agree in status and in every CORS header. `Vary` is compared as a set of names (how a
 * product spells and splits it means nothing to a cache); several lines of any other header are compared in order.
 * `asLists`: several lines of a header are one list of items, in any order, each as often as it stands there.
 * Headers named in `unordered` are compared as sets of list items, for products that print from a hash set.
 */
export function differences(deployment: Deployment, row: ObservedRow, options: { scenario?: Scenario; target?: string; unordered?: readonly string[]; ignoreStatus?: boolean; asLists?: boolean; environment?: Environment; assumed?: Assumptions } = {}): string[] {
  const request: HttpRequest = { method: row.request!.method, path: row.request!.path.replace(/\?.*$/, ''), headers: row.request!.headers, ...(options.target === undefined ? {} : { target: options.target }) };
  const outcomes = evaluate(deployment, request, { ...(options.scenario === undefined ? {} : { scenario: options.scenario }), ...(options.environment === undefined ? {} : { environment: options.environment }), assumed: new Map([...fromLoopback(deployment), ...(options.assumed ?? [])]) });
  if (outcomes.length !== 1) return [`${outcomes.length} outcomes: ${[...outcomes[0]!.assumed.values()].map(({ fact }) => fact.detail).join('; ')}`];
  const { response } = outcomes[0]!;
  const found: string[] = [];
  if (options.ignoreStatus !== true && response.status !== row.response.status) found.push(`status ${response.status} instead of ${row.response.status}`);
  const sent = response.headers.map(({ name, text }) => [name, text ?? '(unknown)'] as const);
  const names = new Set([...sent, ...row.response.headers].map(([name]) => name).filter((name) => /^access-control-|^vary$/.test(name)));
  for (const name of names) {
    const predicted = shape(name, sent, options.unordered ?? [], options.asLists);
    const real = shape(name, row.response.headers, options.unordered ?? [], options.asLists);
    if (predicted !== real) found.push(`${name}: predicted ${predicted}, sent ${real}`);
  }
  return found;
}

function shape(name: string, headers: readonly (readonly [string, string])[], unordered: readonly string[], asLists = false): string {
  // Blanks at the ends of a line are no part of its text (RFC 9110 5.5).
  const lines = headers.filter(([candidate]) => candidate === name).map(([, text]) => text.trim());
  if (asLists && name !== 'vary') return JSON.stringify(lines.flatMap((line) => line.split(',')).map((item) => item.trim()).sort());
  if (name !== 'vary' && !unordered.includes(name)) return JSON.stringify(lines);
  const items = lines.flatMap((line) => line.split(',')).map((item) => item.trim().toLowerCase()).filter((item) => item !== '');
  return JSON.stringify([...new Set(items)].sort());
}
