import type { HttpRequest, Scenario } from '../../src/policy/evaluate.js';
import type { Case } from './programs.js';
import { requestsTo } from './prediction.js';
import type { Random } from './seed.js';

export const APP = 'https://app.example.com';
export const ADMIN = 'https://admin.example.com';

/** A setting with a probability; left out else. */
export type Some = (key: string, probability: number, value: () => unknown) => Record<string, unknown>;

export function some(from: Random): Some {
  return (key, probability, value) => (from.chance(probability) ? { [key]: value() } : {});
}

/** An entry of an origin list: right ones, and the ways in which people write wrong ones. */
export function entry(from: Random): unknown {
  return from.pick<unknown>([APP, ADMIN, `${APP}/`, 'null', '*', 'example.com', pattern(from), pattern(from)]);
}

export function pattern(from: Random): unknown {
  return from.pick<unknown>([{ $regex: '^https://app\\.example\\.com$' }, { $regex: 'https://app.example.com' }, { $regex: '\\.example\\.com$', flags: 'i' }, { $regex: '^https?://[a-z]+\\.example\\.com(:\\d+)?$' }]);
}

export function text(from: Random): string {
  return from.pick([APP, ADMIN, `${APP}/`, 'null', '*', 'example.com']);
}

/** A function in JavaScript, as `print` writes it. */
export function code(written: string): unknown {
  return { $fn: written };
}

export function headerNames(from: Random): unknown {
  return from.pick<unknown>([['Content-Type'], ['Content-Type', 'X-Custom'], ['*'], []]);
}

export function methods(from: Random): unknown {
  return from.pick<unknown>([['GET', 'PUT'], ['GET', 'HEAD', 'POST', 'DELETE'], []]);
}

/** So many cases of a suite, each asked on all of the paths. */
export function generated(from: Random, cases: number, paths: readonly string[], make: (from: Random) => Pick<Case, 'title' | 'source'>): readonly Case[] {
  return Array.from({ length: cases }, () => ({ ...make(from), requests: paths.flatMap((path) => requestsTo(path, ['GET', 'POST'])) }));
}

/** What a handler answers by itself is not what is under test; what OPTIONS gets is. */
export function handlers(status: number, { method }: HttpRequest): Scenario {
  return method === 'OPTIONS' ? {} : { status };
}
