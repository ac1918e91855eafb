import { accepts, compile, OutOfBudget, startOf, step, type Automaton } from './threads.js';
import type { RegexSet } from './origin-set.js';
import { Untranslatable } from './regex-escapes.js';
import { parsePattern, type Pattern } from './parse-regex.js';

/** Why a pattern cannot be run or reasoned about; completes "the pattern `…`: ". */
export interface Unclear {
  readonly detail: string;
}

type Source = Pick<RegexSet, 'source' | 'flags' | 'dialect' | 'use'>;

interface Prepared {
  readonly automaton: Automaton | Unclear;
  readonly answers: Map<string, boolean | Unclear>;
}

/** Steps that one text may cost: a text of a thousand characters on a pattern of hundreds. */
const MAX_STEPS = 400_000;
const MAX_PREPARED = 500;
const MAX_ANSWERS = 5_000;
const prepared = new Map<string, Prepared>();
const parsed = new Map<string, Pattern | Unclear>();

/** Runs a pattern of any dialect on a text, by the dialect's own rules; a construct that cannot be run is named. */
export function matchesRegex(set: RegexSet, text: string): boolean | Unclear {
  const { automaton, answers } = prepare(set);
  if ('detail' in automaton) return automaton;
  const known = answers.get(text);
  if (known !== undefined) return known;
  const answer = run(automaton, text);
  if (answers.size >= MAX_ANSWERS) answers.clear();
  answers.set(text, answer);
  return answer;
}

/** The automaton of a pattern, or why there is none. */
export function automatonOf(set: Source): Automaton | Unclear {
  return prepare(set).automaton;
}

/** The parsed pattern, or why it cannot be read. */
export function patternOf({ source, flags, dialect }: Source): Pattern | Unclear {
  return remembered(parsed, `${dialect}/${flags}/${source}`, () => parsePattern(source, flags, dialect));
}

/** One object is asked about for thousands of requests; equal patterns of other objects share the rest. */
const own = new WeakMap<Source, Prepared>();

function prepare(set: Source): Prepared {
  let known = own.get(set);
  if (known === undefined) own.set(set, (known = shared(set)));
  return known;
}

function shared(set: Source): Prepared {
  return remembered(prepared, `${set.dialect}/${set.flags}/${set.use}/${set.source}`, () => {
    const pattern = patternOf(set);
    return { automaton: 'detail' in pattern ? named(set, pattern.detail) : compiled(set, pattern), answers: new Map() };
  });
}

function compiled(set: Source, pattern: Pattern): Automaton | Unclear {
  try {
    // Sticky: from the first character on, at least as long as nothing was remembered.
    return compile(pattern, set.dialect === 'js' && set.flags.includes('y') && set.use === 'search' ? 'match-prefix' : set.use);
  } catch (error) {
    if (error instanceof Untranslatable) return named(set, error.message);
    throw error;
  }
}

function run(automaton: Automaton, text: string): boolean | Unclear {
  const work = { left: MAX_STEPS };
  try {
    let state = startOf(automaton, work);
    for (let index = 0; index < text.length && state.status === 'open'; index++) state = step(automaton, state, text.charCodeAt(index), work);
    return accepts(automaton, state, work);
  } catch (error) {
    if (error instanceof OutOfBudget) return { detail: 'a pattern that takes too much work' };
    throw error;
  }
}

function named({ source }: Source, detail: string): Unclear {
  return { detail: `the pattern ${source.length > 80 ? `${source.slice(0, 80)}…` : source}: ${detail}` };
}

/** A small memory: the same patterns are asked about for many requests. */
function remembered<T>(memory: Map<string, T>, key: string, make: () => T): T {
  const known = memory.get(key);
  if (known !== undefined) return known;
  const made = make();
  if (memory.size >= MAX_PREPARED) memory.clear();
  memory.set(key, made);
  return made;
}
