import type { Stated } from '../stated.js';

type Leaves = Extract<Stated['origins'], { kind: 'listed' }>['leaves'];

/**
 * The condition that an origin is one of a list, or that one of its patterns matches.
 * @param list as an expression; a literal where patterns are in it
 * @param asked the expression that gives the origin
 * @returns undefined where texts and patterns are in it
 */
export function membership(list: string, leaves: Leaves, asked: string): string | undefined {
  const patterns = leaves.filter(({ s }) => s !== 'exact');
  if (patterns.length === 0) return `${list}.includes(${asked})`;
  if (patterns.length < leaves.length || !list.startsWith('[')) return undefined;
  return leaves.length === 1 ? `${list.replace(/^\[|\]$/g, '')}.test(${asked})` : `${list}.some((pattern) => pattern.test(${asked}))`;
}
