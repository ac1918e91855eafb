import type { HttpRequest } from '../../src/policy/evaluate.js';

/** What is asked of a program, and what it answered when it was run: status, and CORS headers without `access-control-`. */
export type Asked = readonly [request: string, status: number, headers: Readonly<Record<string, string>>];

/** A program as people write it, whose answers were asked of the product itself; live suites ask again. */
export interface Shape {
  readonly title: string;
  readonly source: string;
  readonly asked: readonly Asked[];
}

/** `GET /data`, by https://app.example.com unless it says otherwise: `GET /data from null`, `GET /data from nobody`, `GET /data with cookie=a=1`. */
export function requestOf(text: string): HttpRequest {
  const [, method = '', path = '', from, header, value] = /^(\S+) (\S+)(?: from (\S+))?(?: with (\S+?)=(.*))?$/.exec(text) ?? [];
  return { method, path, headers: [...(from === 'nobody' ? [] : [['origin', from ?? 'https://app.example.com'] as const]), ...(header === undefined ? [] : [[header, value ?? ''] as const])] };
}

export const APP = { 'allow-origin': 'https://app.example.com' };
export const STAR = { 'allow-origin': '*' };
