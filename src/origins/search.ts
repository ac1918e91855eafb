import { has, WORD, type CharSet } from './char-set.js';
import { automatonOf } from './regex.js';
import { Readers, type Leaf, type Place } from './standing.js';
import { accepts, OutOfBudget, startOf, step, type State, type Status, type Work } from './threads.js';

/** How far a search came: over everything, up to where it was told to stop, or only up to its budget. */
export type Extent = 'all' | 'stopped' | 'unknown';

export interface Search {
  /** Every leaf that decides about a text. */
  readonly leaves: readonly Leaf[];
  /** The texts that are looked at: a pattern of JavaScript for the whole text. */
  readonly language: string;
  /** How many texts are visited that the leaves cannot tell from each other, whatever follows. */
  readonly ways: number;
  /** Is there a reason to go on with a text, where the leaves are decided so far? Absent: always. */
  readonly promises?: (statusOf: (leaf: Leaf) => Status) => boolean;
  /** Sees a text of the language, shorter ones first; false ends the search. */
  readonly visit: (text: string) => boolean;
}

/** States of all automata together, and their work; past either the question is left open. */
const MAX_STATES = 6_000;
const MAX_WORK = 250_000;

/** What occurs in serialised origins, in the order in which it makes readable names. */
const ALPHABET = [...'aex1-hbcdfgijklmnopqrstuvwyz023456789.:/_+[]'].map((char) => char.charCodeAt(0));

/**
 * Walks the automata of all leaves at once over the texts of a language, by the engines' own rules, lookaheads and all, and
 * without unfolding one of them first. After `all`, a text of every kind that the leaves can tell apart was visited: what was
 * not found does not exist.
 */
export function eachText({ leaves, language, ways, promises, visit }: Search): Extent {
  const grammar = automatonOf({ source: language, flags: '', dialect: 'js', use: 'full' });
  const readers = new Readers(leaves);
  if ('detail' in grammar || readers.unclear !== undefined) return 'unknown';
  const units = toldApart([...grammar.sets, ...readers.sets]);
  const seen = new Map<string, number>();
  const work: Work = { left: MAX_WORK };
  /** What is reached by one more character, if that leads on and was not often enough reached before. */
  const after = ({ text, state, places }: Reached, unit: number): Reached | undefined => {
    const next = step(grammar, state, unit, work);
    if (next.status === 'dead') return undefined;
    const then = places.map((place) => place.after(unit, work));
    const key = `${next.key}|${then.map((place) => place.key).join('|')}`;
    const count = seen.get(key) ?? 0;
    if (count >= ways) return undefined;
    if (count === 0 && seen.size >= MAX_STATES) throw new OutOfBudget('too many states');
    seen.set(key, count + 1);
    if (promises?.((leaf) => readers.statusOf(leaf, then)) === false) return undefined;
    return { text: text + String.fromCharCode(unit), state: next, places: then };
  };
  try {
    let row: Reached[] = [{ text: '', state: startOf(grammar, work), places: readers.start(work) }];
    while (row.length > 0) {
      const next: Reached[] = [];
      for (const reached of row) {
        for (const unit of units) {
          const longer = after(reached, unit);
          if (longer === undefined) continue;
          if (accepts(grammar, longer.state, work) && !visit(longer.text)) return 'stopped';
          next.push(longer);
        }
      }
      row = next;
    }
    return 'all';
  } catch (error) {
    if (error instanceof OutOfBudget) return 'unknown';
    throw error;
  }
}

interface Reached {
  readonly text: string;
  readonly state: State;
  readonly places: readonly Place[];
}

/** One character for all that no set tells apart. */
function toldApart(sets: readonly CharSet[]): readonly number[] {
  const different = [...new Map([WORD, ...sets].map((set) => [set.join(), set])).values()];
  const chosen = new Map<string, number>();
  for (const unit of ALPHABET) {
    const kind = different.map((set) => (has(set, unit) ? '1' : '0')).join('');
    if (!chosen.has(kind)) chosen.set(kind, unit);
  }
  return [...chosen.values()];
}
