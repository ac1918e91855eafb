import { has, isDisjoint, EVERY_CHAR, NO_CHAR, union, type CharSet } from './char-set.js';
import { isWordUnit, Untranslatable } from './regex-escapes.js';
import { givesNothingBack, type Edge, type Pattern } from './parse-regex.js';

/**
 * A pattern as an automaton that is run on sets of states, so no pattern can make it backtrack. Lookaheads travel
 * with the states that met them, as automata of their own that still have to succeed, or must not.
 */
export interface Automaton {
  readonly nodes: readonly Node[];
  readonly start: number;
  /** Nodes from which a match is possible after the first character. */
  readonly alive: readonly boolean[];
  /** The past matters: `\b`, or lines. */
  readonly looksBack: boolean;
  /** Where each lookbehind starts, which runs along from the first character. */
  readonly behinds: readonly number[];
  /** The different sets of characters that it asks about. */
  readonly sets: readonly CharSet[];
  /** States that were reached, by all that makes them: each is one object, however often it is reached. */
  readonly states: Map<string, State>;
}

type Node =
  | { readonly n: 'char'; readonly set: CharSet; readonly next: number }
  | { readonly n: 'split'; readonly next: readonly number[] }
  | { readonly n: 'edge'; readonly edge: Edge; readonly next: number }
  | { readonly n: 'look'; readonly negated: boolean; readonly sub: number; readonly next: number }
  /** What was read so far ends in a match of the automaton's so manieth lookbehind, or does not. */
  | { readonly n: 'behind'; readonly negated: boolean; readonly index: number; readonly next: number }
  /** A match if the text ends here. */
  | { readonly n: 'end' }
  /** A match whatever follows. */
  | { readonly n: 'match' };

type Past = 'nothing' | 'word' | 'other' | 'line-break';

/** A thread is a node with the lookaheads that it still owes. */
interface Thread {
  readonly node: number;
  readonly owed: readonly Owed[];
}

interface Owed {
  readonly negated: boolean;
  readonly state: State;
}

interface Taken {
  readonly state: State;
  /** Charged again each time: an answer must not depend on what was asked before. */
  readonly cost: number;
}

export interface State {
  readonly threads: readonly Thread[];
  readonly past: Past;
  /** Where the lookbehinds are. */
  readonly behind: readonly State[];
  /** Two states with the same key accept the same rests. */
  readonly key: string;
  readonly status: Status;
  /** Steps taken from it, by character, so that many texts cost little more than one. */
  readonly taken: Map<number, Taken>;
}

/** Nothing that follows is accepted, everything, or it depends. */
export type Status = 'dead' | 'sure' | 'open';

/** Counts what a run has cost; past the limit the question stays open. */
export interface Work {
  left: number;
}

export class OutOfBudget extends Error {}

const MAX_NODES = 25_000;
/** Nodes that counts may add: `{0,99}` of a host is fine, counts inside counts multiply. */
const MAX_COPIES = 2_500;
/** Nodes that are looked at for what can come next. */
const MAX_AHEAD = 100;
/** States of an automaton that are kept; those beyond are made anew each time. */
const MAX_STATES = 1_000;
const END = -1;

/** @throws {Untranslatable} for atomic groups that cannot be undone, and for patterns that grow past the limit. */
export function compile(pattern: Pattern, use: 'search' | 'match-prefix' | 'full'): Automaton {
  const nodes: Node[] = [];
  let looksBack = false;
  let copies = 0;
  const behinds: number[] = [];
  const add = (node: Node): number => {
    if (nodes.length >= MAX_NODES) throw new Untranslatable('a pattern that unfolds past the limit');
    return nodes.push(node) - 1;
  };
  const build = (part: Pattern, next: number): number => {
    switch (part.p) {
      case 'chars':
        return add({ n: 'char', set: part.set, next });
      case 'seq':
        return part.of.reduceRight((after, item) => build(item, after), next);
      case 'alt':
        return add({ n: 'split', next: part.of.map((branch) => build(branch, next)) });
      case 'group':
        if (part.atomic && !isPlain(part.of)) throw new Untranslatable('an atomic group');
        return build(part.of, next);
      case 'edge':
        looksBack ||= part.edge !== 'start' && part.edge !== 'end';
        return add({ n: 'edge', edge: part.edge, next });
      case 'look':
        if (part.behind) return add({ n: 'behind', negated: part.negated, index: buildBehind(part.of), next });
        return add({ n: 'look', negated: part.negated, sub: build(part.of, match), next });
      case 'repeat':
        return buildRepeat(part, next);
    }
  };
  const buildBehind = (of: Pattern): number => {
    if (!looksAtNothingAround(of)) throw new Untranslatable('a lookbehind with a condition of its own');
    return behinds.push(anywhere(build(of, add({ n: 'end' })))) - 1;
  };
  /** What starts there, after any text. */
  const anywhere = (start: number): number => {
    const loop = add({ n: 'split', next: [] });
    nodes[loop] = { n: 'split', next: [start, add({ n: 'char', set: EVERY_CHAR, next: loop })] };
    return loop;
  };
  const buildRepeat = ({ of, min, max, possessive }: Pattern & { p: 'repeat' }, next: number): number => {
    if (possessive && !givesNothingBack(of, charsAt(nodes, next))) throw new Untranslatable('a possessive quantifier');
    let after = next;
    let first = true;
    const copy = (): void => {
      const { length } = nodes;
      const start = build(of, after);
      if (!first) copies += nodes.length - length;
      if (copies > MAX_COPIES) throw new Untranslatable('counts that unfold past the limit');
      first = false;
      after = start;
    };
    const skippable = (): void => {
      copy();
      after = add({ n: 'split', next: [after, next] });
    };
    if (max === Infinity) {
      const loop = add({ n: 'split', next: [next] });
      after = loop;
      copy();
      nodes[loop] = { n: 'split', next: [after, next] };
      if (min === 0) after = loop;
      for (let count = 1; count < min; count++) copy();
    } else {
      for (let count = min; count < max; count++) skippable();
      for (let count = 0; count < min; count++) copy();
    }
    return after;
  };
  const match = add({ n: 'match' });
  const end = use === 'full' ? add({ n: 'end' }) : match;
  const whole = build(pattern, end);
  const start = use === 'search' ? anywhere(whole) : whole;
  return { nodes, start, alive: livingNodes(nodes), looksBack, behinds, sets: setsOf(nodes), states: new Map() };
}

/** One way to match only: nothing that an atomic group could throw away. */
function isPlain(pattern: Pattern): boolean {
  if (pattern.p === 'seq') return pattern.of.every(isPlain);
  if (pattern.p === 'group') return isPlain(pattern.of);
  if (pattern.p === 'repeat') return pattern.min === pattern.max && isPlain(pattern.of);
  // Branches that begin differently never both match.
  if (pattern.p === 'alt') return pattern.of.every((branch, index) => branch.p === 'chars' && pattern.of.slice(index + 1).every((other) => other.p === 'chars' && isDisjoint(other.set, branch.set)));
  return pattern.p === 'chars' || pattern.p === 'edge';
}

/** Neither edges but the start of the text nor further looks. */
function looksAtNothingAround(pattern: Pattern): boolean {
  if (pattern.p === 'seq' || pattern.p === 'alt') return pattern.of.every(looksAtNothingAround);
  if (pattern.p === 'group' || pattern.p === 'repeat') return looksAtNothingAround(pattern.of);
  return pattern.p === 'chars' || (pattern.p === 'edge' && pattern.edge === 'start');
}

/** Characters that can come next at a node; everything where the match may be over. */
function charsAt(nodes: readonly Node[], from: number): CharSet {
  const seen = new Set<number>();
  let chars = NO_CHAR;
  const pending = [from];
  while (pending.length > 0) {
    const index = pending.pop()!;
    if (seen.has(index)) continue;
    if (seen.size >= MAX_AHEAD) return EVERY_CHAR;
    seen.add(index);
    const node = nodes[index]!;
    if (node.n === 'char') chars = union(chars, node.set);
    else if (node.n === 'split') pending.push(...node.next);
    else if (node.n === 'edge' && (node.edge === 'end' || node.edge === 'line-end')) continue;
    else if (node.n !== 'end' && node.n !== 'match') return EVERY_CHAR;
  }
  return chars;
}

function setsOf(nodes: readonly Node[]): readonly CharSet[] {
  return [...new Set(nodes.flatMap((node) => (node.n === 'char' ? [node.set] : [])))];
}

function livingNodes(nodes: readonly Node[]): boolean[] {
  const into: number[][] = nodes.map(() => []);
  nodes.forEach((node, index) => {
    if (node.n === 'split') for (const next of node.next) into[next]!.push(index);
    else if (node.n !== 'end' && node.n !== 'match' && !(node.n === 'edge' && node.edge === 'start')) into[node.next]!.push(index);
  });
  const alive = nodes.map((node) => node.n === 'end' || node.n === 'match');
  const pending = alive.flatMap((isAlive, index) => (isAlive ? [index] : []));
  while (pending.length > 0) {
    for (const index of into[pending.pop()!]!) {
      if (alive[index]) continue;
      alive[index] = true;
      pending.push(index);
    }
  }
  return alive;
}

export function startOf(automaton: Automaton, work: Work): State {
  const startAt = (node: number, behind: readonly State[]): State => {
    const collector = new Collector(automaton, 'nothing', behind, work);
    collector.add(node, []);
    return collector.state();
  };
  return startAt(automaton.start, automaton.behinds.map((node) => startAt(node, [])));
}

/** The state after one more character. */
export function step(automaton: Automaton, state: State, unit: number, work: Work): State {
  if (state.status !== 'open') return state;
  const before = state.taken.get(unit);
  if (before !== undefined) {
    spend(work, before.cost);
    return before.state;
  }
  const { left } = work;
  const next = stepAnew(automaton, state, unit, work);
  // From then on steps lead to states that are not kept, and would keep them.
  if (automaton.states.size < MAX_STATES) state.taken.set(unit, { state: next, cost: left - work.left });
  return next;
}

function stepAnew(automaton: Automaton, state: State, unit: number, work: Work): State {
  const past: Past = unit === 0x0a || unit === 0x0d ? 'line-break' : isWordUnit(unit) ? 'word' : 'other';
  const behind = state.behind.map((one) => step(automaton, one, unit, work));
  const collector = new Collector(automaton, past, behind, work);
  for (const { node, owed } of reached(automaton, state, unit, work)) {
    const at = automaton.nodes[node]!;
    if (at.n === 'char' && !has(at.set, unit)) continue;
    if (at.n === 'end') continue;
    const still = advance(automaton, owed, unit, work);
    if (still !== undefined) collector.add(at.n === 'char' ? at.next : node, still);
  }
  return collector.state();
}

/** Is the text that led here a match? */
export function accepts(automaton: Automaton, state: State, work: Work): boolean {
  if (state.status !== 'open') return state.status === 'sure';
  return reached(automaton, state, END, work).some(({ node, owed }) => {
    const at = automaton.nodes[node]!;
    return (at.n === 'end' || at.n === 'match') && owed.every((debt) => accepts(automaton, debt.state, work) !== debt.negated);
  });
}

/** Lookaheads after one more character, without those that are fulfilled; undefined when one has failed. */
function advance(automaton: Automaton, owed: readonly Owed[], unit: number, work: Work): readonly Owed[] | undefined {
  const still: Owed[] = [];
  for (const { negated, state } of owed) {
    const next = step(automaton, state, unit, work);
    if (next.status === (negated ? 'sure' : 'dead')) return undefined;
    if (next.status === 'open') still.push({ negated, state: next });
  }
  return still;
}

/** Threads at nodes that read a character or end, once the edges and lookaheads before them are decided. */
function reached(automaton: Automaton, state: State, unit: number, work: Work): readonly Thread[] {
  if (state.threads.every(({ node }) => readsOrEnds(automaton.nodes[node]!))) return state.threads;
  const found: Thread[] = [];
  const seen = new Set<string>();
  const pending = [...state.threads];
  while (pending.length > 0) {
    const thread = pending.pop()!;
    const key = keyOf(thread);
    if (seen.has(key)) continue;
    seen.add(key);
    spend(work, 1);
    const node = automaton.nodes[thread.node]!;
    if (readsOrEnds(node)) found.push(thread);
    else if (node.n === 'split') pending.push(...node.next.map((next) => ({ ...thread, node: next })));
    else if (node.n === 'edge') {
      if (holds(node.edge, state.past, unit)) pending.push({ ...thread, node: node.next });
    } else if (node.n === 'behind') {
      if (accepts(automaton, state.behind[node.index]!, work) !== node.negated) pending.push({ ...thread, node: node.next });
    } else if (node.n === 'look') {
      const collector = new Collector(automaton, state.past, state.behind, work);
      collector.add(node.sub, []);
      pending.push({ node: node.next, owed: [...thread.owed, { negated: node.negated, state: collector.state() }] });
    }
  }
  return found;
}

function readsOrEnds(node: Node): boolean {
  return node.n === 'char' || node.n === 'end' || node.n === 'match';
}

function holds(edge: Edge, past: Past, unit: number): boolean {
  switch (edge) {
    case 'start':
      return past === 'nothing';
    case 'end':
      return unit === END;
    case 'line-start':
      return past === 'nothing' || past === 'line-break';
    case 'line-end':
      return unit === END || unit === 0x0a || unit === 0x0d;
    case 'word-edge':
      return (past === 'word') !== (unit !== END && isWordUnit(unit));
    case 'no-word-edge':
      return (past === 'word') === (unit !== END && isWordUnit(unit));
  }
}

/** Gathers threads into a state, following the splits at once. */
class Collector {
  readonly #threads = new Map<string, Thread>();
  readonly #followed = new Set<string>();
  #sure = false;

  constructor(
    readonly automaton: Automaton,
    readonly past: Past,
    readonly behind: readonly State[],
    readonly work: Work,
  ) {}

  add(from: number, owed: readonly Owed[]): void {
    const { nodes, alive } = this.automaton;
    const suffix = owed.length === 0 ? '' : keyOfOwed(owed);
    const pending = [from];
    while (pending.length > 0) {
      const node = pending.pop()!;
      const key = `${node}${suffix}`;
      if ((this.past !== 'nothing' && !alive[node]) || this.#followed.has(key)) continue;
      this.#followed.add(key);
      spend(this.work, 1);
      const at = nodes[node]!;
      if (at.n === 'split') pending.push(...at.next);
      else if (at.n === 'match' && owed.length === 0) this.#sure = true;
      else this.#threads.set(key, { node, owed });
    }
  }

  state(): State {
    if (this.#sure) return SURE;
    if (this.#threads.size === 0) return DEAD;
    const keys = [...this.#threads.keys()].sort();
    const past = this.automaton.looksBack || this.past === 'nothing' ? this.past : '';
    const words = `${past}:${keys.join(' ')}${this.behind.map((one) => `<${one.key}`).join('')}`;
    const { states } = this.automaton;
    const known = states.get(words);
    if (known !== undefined) return known;
    const isKept = states.size < MAX_STATES;
    const state: State = { threads: [...this.#threads.values()], past: this.past, behind: this.behind, key: isKept ? String(states.size) : words, status: 'open', taken: new Map() };
    if (isKept) states.set(words, state);
    return state;
  }
}

const DEAD: State = { threads: [], past: 'other', behind: [], key: 'dead', status: 'dead', taken: new Map() };
const SURE: State = { threads: [], past: 'other', behind: [], key: 'sure', status: 'sure', taken: new Map() };

function keyOf({ node, owed }: Thread): string {
  return owed.length === 0 ? String(node) : `${node}${keyOfOwed(owed)}`;
}

function keyOfOwed(owed: readonly Owed[]): string {
  return `[${[...new Set(owed.map(({ negated, state }) => `${negated ? '!' : ''}${state.key}`))].sort().join(',')}]`;
}

function spend(work: Work, cost: number): void {
  work.left -= cost;
  if (work.left < 0) throw new OutOfBudget('too much work');
}
