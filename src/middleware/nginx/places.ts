import type { Directive, Token } from '../../syntax/nginx/index.js';
import { sameSpan, type Span } from '../../text/span.js';

/**
 * A directive with the blocks around it. A part that is included several times stands in several places, with the same
 * spans.
 */
export interface Place {
  readonly directive: Directive;
  /** The block that it stands in; absent at the top of the file. */
  readonly block?: Place;
  /** What stands in that block, this one among it. */
  readonly level: readonly Directive[];
}

/** Every directive, each after the block that it stands in. */
export function* placesIn(directives: readonly Directive[]): Generator<Place> {
  const pending: Place[] = directives.map((directive) => ({ directive, level: directives })).reverse();
  for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
    yield place;
    const level = place.directive.block;
    if (level === undefined) continue;
    for (let index = level.length - 1; index >= 0; index -= 1) pending.push({ directive: level[index]!, block: place, level });
  }
}

export function placesAt(directives: readonly Directive[], at: Span): readonly Place[] {
  return [...placesIn(directives)].filter(({ directive }) => sameSpan(directive.at, at));
}

/** A word and the directive that it is of. */
export interface Word extends Place {
  readonly token: Token;
}

/** The word at a span; one in the parentheses of an `if` without them. */
export function wordAt(directives: readonly Directive[], at: Span): Word | undefined {
  for (const place of placesIn(directives)) {
    const { directive } = place;
    for (const token of [directive.nameToken, ...directive.args]) {
      if (sameSpan(token, at)) return { ...place, token };
      const inside = token.file === at.file && token.start <= at.start && at.end <= token.end && directive.name === 'if' && at.start < at.end;
      if (inside) return { ...place, token: { ...token, start: at.start, end: at.end, text: token.text.slice(at.start - token.start, token.text.length - (token.end - at.end)) } };
    }
  }
  return undefined;
}

/** Directives of a name that the level of a place, or the nearest one around it that has any, holds: sets that nginx inherits as a whole. */
export function setAround(place: Place, name: string): { readonly own: readonly Directive[]; readonly around: readonly Directive[] } {
  const of = (level: readonly Directive[]): readonly Directive[] => level.filter((directive) => directive.name === name);
  const own = of(place.level);
  for (let block = place.block; block !== undefined; block = block.block) {
    const around = of(block.level);
    if (around.length > 0) return { own, around };
  }
  return { own, around: [] };
}

/** The nearest block around a place with one of these names. */
export function blockAround(place: Place, names: readonly string[]): Place | undefined {
  let block = place.block;
  while (block !== undefined && !names.includes(block.directive.name)) block = block.block;
  return block;
}
