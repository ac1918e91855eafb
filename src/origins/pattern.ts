import type { AST } from '@eslint-community/regexpp';
import { translate } from './dialect.js';
import type { RegexSet } from './origin-set.js';
import { regexpp } from './packages.js';

export type Tree = AST.Pattern;

/** A pattern's tree (of its JavaScript form), or undefined when it cannot be read. */
export function treeOf(set: RegexSet): Tree | undefined {
  const translated = translate(set.source, set.flags, set.dialect);
  if ('detail' in translated) return undefined;
  try {
    return new (regexpp().RegExpParser)().parsePattern(translated.source, 0, translated.source.length, { unicode: translated.flags.includes('u'), unicodeSets: translated.flags.includes('v') });
  } catch {
    return undefined;
  }
}

export interface Anchors {
  readonly start: boolean;
  readonly end: boolean;
}

/** Is every alternative held at the start and at the end? */
export function anchorsOf(set: RegexSet, tree: Tree): Anchors {
  const held = (alternatives: readonly AST.Alternative[], side: 'start' | 'end'): boolean =>
    alternatives.every(({ elements }) => {
      const edge = side === 'start' ? elements[0] : elements.at(-1);
      if (edge === undefined) return false;
      if (edge.type === 'Assertion' && edge.kind === side) return !set.flags.includes('m');
      return (edge.type === 'Group' || edge.type === 'CapturingGroup') && held(edge.alternatives, side);
    });
  return { start: set.use !== 'search' || held(tree.alternatives, 'start'), end: set.use === 'full' || held(tree.alternatives, 'end') };
}

/** Offsets of dots that stand for any character where the author meant a dot: between host letters, unquantified. */
export function bareDots(tree: Tree): readonly number[] {
  const found: number[] = [];
  const visit = (alternatives: readonly AST.Alternative[]): void => {
    for (const { elements } of alternatives) {
      elements.forEach((element, index) => {
        if (element.type === 'Group' || element.type === 'CapturingGroup') visit(element.alternatives);
        if (element.type === 'Quantifier' && (element.element.type === 'Group' || element.element.type === 'CapturingGroup')) visit(element.element.alternatives);
        if (element.type !== 'CharacterSet' || element.kind !== 'any') return;
        if (isHostPart(elements[index - 1], 'before') && isHostPart(elements[index + 1], 'after')) found.push(element.start);
      });
    }
  };
  visit(tree.alternatives);
  return found;
}

/** Offsets of the first part that repeats without end and may hold more than one label, right before host letters: the `.*` of `.*example\.com`. */
export function openRunBeforeHost(tree: Tree): { readonly start: number; readonly end: number } | undefined {
  for (const { elements } of tree.alternatives) {
    for (const [index, element] of elements.entries()) {
      const next = elements[index + 1];
      if (next?.type !== 'Character' || !/[a-z0-9]/i.test(String.fromCodePoint(next.value))) continue;
      if (isOpenRun(element)) return { start: element.start, end: element.end };
    }
  }
  return undefined;
}

/** `.*`, `[^/]+`, `(.+)?`, `([a-z.]*)` and their like. */
function isOpenRun(element: AST.Element): boolean {
  if (element.type === 'Group' || element.type === 'CapturingGroup') return element.alternatives.length === 1 && element.alternatives[0]!.elements.length === 1 && isOpenRun(element.alternatives[0]!.elements[0]!);
  if (element.type !== 'Quantifier') return false;
  const { element: inner } = element;
  if (inner.type === 'Group' || inner.type === 'CapturingGroup') return isOpenRun(inner);
  return element.max > 1 && (inner.type === 'CharacterSet' || inner.type === 'CharacterClass');
}

function isHostPart(element: AST.Element | undefined, where: 'before' | 'after'): boolean {
  if (element === undefined) return where === 'before';
  if (element.type === 'Character') return /[A-Za-z0-9-]/.test(String.fromCodePoint(element.value));
  return element.type === 'CharacterClass' || element.type === 'Group' || element.type === 'CapturingGroup' || element.type === 'Quantifier';
}

/** Texts for what repeats without end; each makes another kind of host of `https://…example.com`. */
const FILLS = ['', 'app', 'app.', 'evil', 'attacker.example', '8080'];

/** So many samples of one pattern; more alternatives say the same again. */
const MAX_SAMPLES = 96;

/** Characters of a sample: no host has so many, and no path that is worth asking about. */
const MAX_TEXT = 600;

/** Pieces that are put together for one pattern. */
const MAX_PIECES = 30_000;

/**
 * Texts that the pattern's tree describes, plain ones first: one for every alternative and every way to fill what
 * repeats. `dot` is written for an unquantified dot. They are candidates: whoever uses one runs the matcher on it.
 */
export function samplesOfTree(tree: Tree, dot: string): readonly string[] {
  const samples = new Set<string>();
  const pieces = { left: MAX_PIECES };
  for (const fill of FILLS) for (const text of expand(tree.alternatives, { fill, dot, pieces })) if (samples.size < MAX_SAMPLES) samples.add(text);
  return [...samples];
}

interface Filling {
  readonly fill: string;
  readonly dot: string;
  readonly pieces: { left: number };
}

function expand(alternatives: readonly AST.Alternative[], filling: Filling): readonly string[] {
  const { pieces } = filling;
  return alternatives.flatMap(({ elements }) => {
    let texts: readonly string[] = [''];
    for (const element of elements) {
      const parts = textsOf(element, filling);
      texts = texts.flatMap((text) => parts.map((part) => text + part)).filter((text) => text.length <= MAX_TEXT).slice(0, MAX_SAMPLES);
      pieces.left -= texts.length + 1;
      if (texts.length === 0 || pieces.left < 0) return [];
    }
    return texts;
  });
}

function textsOf(element: AST.Element, filling: Filling): readonly string[] {
  const { fill, dot } = filling;
  switch (element.type) {
    case 'Character':
      return [String.fromCodePoint(element.value).toLowerCase()];
    case 'CharacterSet':
      return [element.kind === 'any' ? dot : element.kind === 'digit' ? '1' : 'a'];
    case 'CharacterClass':
      return [memberOf(element)];
    case 'Group':
    case 'CapturingGroup':
      return expand(element.alternatives, filling);
    case 'Quantifier': {
      const inner = element.element;
      const simple = inner.type === 'CharacterSet' || inner.type === 'CharacterClass';
      const once = textsOf(inner as AST.Element, filling);
      if (simple && element.max > 1) return [...new Set([fill.length >= element.min ? fill : repeated(once[0]!, element.min), repeated(once[0]!, Math.max(element.min, 1))])];
      return element.min === 0 ? ['', ...once] : once.map((text) => text.repeat(Math.min(element.min, 8)));
    }
    default:
      return [''];
  }
}

/** Past what a sample may have, some more is as good as all. */
function repeated(text: string, times: number): string {
  return text.repeat(Math.min(times, MAX_TEXT + 1));
}

function memberOf(set: AST.CharacterClass): string {
  for (const candidate of ['a', '1', '-', '.', 'x', ':', '/']) {
    try {
      if (new RegExp(`^(?:${set.raw})$`).test(candidate)) return candidate;
    } catch {
      return 'a';
    }
  }
  return 'a';
}
