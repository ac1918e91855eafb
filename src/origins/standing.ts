import { charsOf, only, type CharSet } from './char-set.js';
import { globAsRegex, looksLike } from './membership.js';
import type { AffixSet, ExactSet, GlobSet, OriginSet, RegexSet, Subject } from './origin-set.js';
import { automatonOf, type Unclear } from './regex.js';
import { startOf, step, type Automaton, type State, type Status, type Work } from './threads.js';

export type Leaf = ExactSet | GlobSet | RegexSet | AffixSet;

/** Where a reader of texts stands after some characters. Two with the same key say the same of every rest. */
export interface Place {
  readonly key: string;
  readonly status: Status;
  after(unit: number, work: Work): Place;
}

/** What reads for some leaves: an automaton for each pattern, one list for all texts that are compared with the same part. */
interface Reader {
  readonly leaves: readonly Leaf[];
  start(work: Work): Place;
  /** Characters that it tells from others. */
  readonly sets: readonly CharSet[];
}

/** Readers of all leaves, each standing at the same character of a serialised origin. */
export class Readers {
  /** Why a leaf cannot be read, if one cannot be. */
  readonly unclear: Unclear | undefined;
  readonly sets: readonly CharSet[];
  readonly #readers: readonly Reader[];
  readonly #of = new Map<Leaf, number>();

  constructor(leaves: readonly Leaf[]) {
    const made = [...textReaders(leaves), ...patternReaders(leaves)];
    this.unclear = made.find((reader): reader is Unclear => 'detail' in reader);
    this.#readers = made.filter((reader): reader is Reader => !('detail' in reader));
    this.#readers.forEach((reader, index) => reader.leaves.forEach((leaf) => this.#of.set(leaf, index)));
    this.sets = this.#readers.flatMap(({ sets }) => sets);
  }

  start(work: Work): readonly Place[] {
    return this.#readers.map((reader) => reader.start(work));
  }

  statusOf(leaf: Leaf, places: readonly Place[]): Status {
    return places[this.#of.get(leaf) ?? -1]?.status ?? 'open';
  }
}

/** Every leaf that takes part in deciding, those of what is only known between two bounds too. */
export function* decidingLeaves(set: OriginSet): Generator<Leaf> {
  switch (set.s) {
    case 'none':
    case 'any':
    case 'absent':
      return;
    case 'and':
    case 'or':
      for (const part of set.of) yield* decidingLeaves(part);
      return;
    case 'not':
      yield* decidingLeaves(set.of);
      return;
    case 'guarded':
      yield* decidingLeaves(set.set);
      return;
    case 'dynamic':
      yield* decidingLeaves(set.lower);
      yield* decidingLeaves(set.upper);
      return;
    default:
      yield set;
  }
}

function* textReaders(leaves: readonly Leaf[]): Generator<Reader> {
  for (const subject of ['origin', 'host', 'host-port'] as const) {
    const compared = leaves.filter((leaf): leaf is ExactSet => leaf.s === 'exact' && (leaf.subject ?? 'origin') === subject);
    if (compared.length > 0) yield listReader(compared, subject, compared.map((leaf) => looksLike(leaf, leaf.text)), (text, read) => text.startsWith(read));
  }
  for (const leaf of leaves) if (leaf.s === 'part-of') yield listReader([leaf], leaf.subject, [leaf.ignoreCase ? leaf.text.toLowerCase() : leaf.text], (text, read) => text.includes(read));
}

function listReader(leaves: readonly Leaf[], subject: Subject, texts: readonly string[], goesOn: (text: string, read: string) => boolean): Reader {
  const listed = (read: string): Place => {
    const known = texts.some((text) => goesOn(text, read));
    return known ? { key: read, status: 'open', after: (unit) => listed(read + String.fromCharCode(unit)) } : GONE;
  };
  return { leaves, sets: [...lettersOf(texts), ...partsOf(subject)], start: () => partOf(listed(''), subject) };
}

function* patternReaders(leaves: readonly Leaf[]): Generator<Reader | Unclear> {
  const made = new Map<string, Leaf[]>();
  for (const leaf of leaves) {
    const pattern = patternFor(leaf);
    if (pattern === undefined) continue;
    const key = `${pattern.dialect}/${pattern.flags}/${pattern.use}/${pattern.subject}/${pattern.source}`;
    const same = made.get(key);
    if (same !== undefined) {
      same.push(leaf);
      continue;
    }
    const automaton = automatonOf(pattern);
    if ('detail' in automaton) {
      yield automaton;
      continue;
    }
    const alike = [leaf];
    made.set(key, alike);
    yield { leaves: alike, sets: [...automaton.sets, ...partsOf(pattern.subject)], start: (work) => partOf(inAutomaton(automaton, startOf(automaton, work)), pattern.subject) };
  }
}

/** The pattern that says the same as the leaf. */
function patternFor(leaf: Leaf): RegexSet | undefined {
  if (leaf.s === 'regex') return leaf;
  if (leaf.s === 'glob') return globAsRegex(leaf);
  if (leaf.s === 'exact' || leaf.s === 'part-of') return undefined;
  const quoted = leaf.text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return { s: 'regex', source: leaf.s === 'suffix' ? `${quoted}$` : quoted, flags: leaf.ignoreCase ? 'i' : '', dialect: 'js', use: leaf.s === 'prefix' ? 'match-prefix' : 'search', subject: leaf.subject, at: leaf.at };
}

function inAutomaton(automaton: Automaton, state: State): Place {
  return { key: state.key, status: state.status, after: (unit, work) => inAutomaton(automaton, step(automaton, state, unit, work)) };
}

/** Nothing that could follow is read. */
const GONE: Place = { key: 'dead', status: 'dead', after: () => GONE };

const [COLON, SLASH, OPEN, CLOSE] = [':', '/', '[', ']'].map((char) => char.charCodeAt(0)) as [number, number, number, number];

/** A place in a part of the origin as one in the whole: scheme, host, port. */
function partOf(place: Place, subject: Subject): Place {
  if (subject === 'origin') return place;
  const scheme = (slashes: number): Place => ({ key: `s${slashes}`, status: 'open', after: (unit) => (unit !== SLASH ? scheme(0) : slashes === 0 ? scheme(1) : host(place, false)) });
  const host = (inner: Place, bracket: boolean): Place => ({
    key: `h${bracket ? '[' : ''}${inner.key}`,
    status: inner.status,
    after: (unit, work) => (unit === COLON && !bracket ? (subject === 'host' ? over(inner) : port(inner.after(unit, work))) : host(inner.after(unit, work), unit === OPEN || (bracket && unit !== CLOSE))),
  });
  const port = (inner: Place): Place => ({ key: `p${inner.key}`, status: inner.status, after: (unit, work) => port(inner.after(unit, work)) });
  const over = (inner: Place): Place => ({ key: `o${inner.key}`, status: inner.status, after: () => over(inner) });
  return scheme(0);
}

/** Characters by which the parts of an origin are told apart. */
function partsOf(subject: Subject): readonly CharSet[] {
  return subject === 'origin' ? [] : [COLON, SLASH, OPEN, CLOSE].map(only);
}

function lettersOf(texts: readonly string[]): readonly CharSet[] {
  return [...new Set(texts.join(''))].map(charsOf);
}
