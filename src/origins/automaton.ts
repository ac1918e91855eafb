import type { DFA, NFA } from 'refa';
import { globAsRegex, type Decide } from './membership.js';
import { registrableDomain } from './hosts.js';
import { leavesOf, type AffixSet, type ExactSet, type GlobSet, type OriginSet, type RegexSet } from './origin-set.js';
import { refa } from './packages.js';
import { asJavaScript } from './parse-regex.js';
import { automatonOf, patternOf } from './regex.js';

/** States that an automaton may have; past it the question is left open. */
const MAX_STATES = 6000;

/** Characters that a pattern may have to be turned into an automaton at all. */
const MAX_SOURCE = 12_000;

const MAX_CHARACTER = 0xffff;

const ALL = '[^]*';
const SCHEME = 'https?:\\/\\/';
const PORT = '(?::\\d{1,5})?';
const LABEL_REST = '(?:[a-z0-9-]*[a-z0-9])?';
const LABEL = `[a-z0-9]${LABEL_REST}`;

/** Endings that make a readable witness. Every hit is held against the public suffix list, under these and any other ending. */
const OPEN_SUFFIXES = ['com', 'net', 'org', 'io', 'dev', 'co', 'app', 'example', 'test'];

/** A regular expression (JavaScript, whole text) as an automaton; undefined past the budget or for what is no regular language. */
function nfaOf(source: string, flags: string): NFA | undefined {
  if (source.length > MAX_SOURCE) return undefined;
  const { JS, NFA: Nfa, transform, CombinedTransformer, Transformers } = refa();
  try {
    const { expression } = JS.Parser.fromLiteral({ source, flags }).parse({ maxNodes: MAX_STATES, backreferences: 'throw', assertions: 'parse' });
    // The text is whole: what an assertion at its edge asks about lies beyond it, and `^` and `$` hold there.
    const plain = transform(new CombinedTransformer([Transformers.simplify(), Transformers.applyAssertions(), Transformers.patternEdgeAssertions({ remove: true })]), expression);
    return Nfa.fromRegex(plain, { maxCharacter: MAX_CHARACTER }, { assertions: 'throw' }, new Nfa.LimitedNodeFactory(MAX_STATES));
  } catch {
    return undefined;
  }
}

function dfaOf(nfa: NFA | undefined): DFA | undefined {
  const { DFA: Dfa } = refa();
  try {
    return nfa === undefined ? undefined : Dfa.fromFA(nfa, new Dfa.LimitedNodeFactory(MAX_STATES));
  } catch {
    return undefined;
  }
}

/** The origins that a leaf admits. */
function leafLanguage(leaf: ExactSet | GlobSet | RegexSet | AffixSet): DFA | undefined {
  const quoted = 'text' in leaf ? leaf.text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&') : '';
  const ignoreCase = (leaf.s === 'exact' ? leaf.comparison.includes('ignore-case') : leaf.s !== 'regex' && leaf.ignoreCase) ? 'i' : '';
  const subject = leaf.s === 'glob' ? 'origin' : (leaf.subject ?? 'origin');
  switch (leaf.s) {
    case 'exact':
      return within(nfaOf(leaf.comparison.includes('strip-trailing-slash') ? quoted.replace(/(?:\\\/)?$/, '') : quoted, ignoreCase), subject);
    case 'prefix':
      return within(nfaOf(quoted + ALL, ignoreCase), subject);
    case 'suffix':
      return within(nfaOf(ALL + quoted, ignoreCase), subject);
    case 'contains':
      return within(nfaOf(ALL + quoted + ALL, ignoreCase), subject);
    case 'part-of':
      return within(nfaOf(pieces(leaf.text).join('|'), ignoreCase), subject);
    case 'glob':
      return leafLanguage(globAsRegex(leaf));
    case 'regex': {
      // What cannot be run cannot be reasoned about either.
      const pattern = 'detail' in automatonOf(leaf) ? undefined : patternOf(leaf);
      if (pattern === undefined || 'detail' in pattern) return undefined;
      const body = `(?:${asJavaScript(pattern)})`;
      return within(nfaOf(leaf.use === 'full' ? body : leaf.use === 'match-prefix' ? `${body}${ALL}` : `${ALL}${body}${ALL}`, ''), subject);
    }
  }
}

/** Every piece of a text that could be an origin. */
function pieces(text: string): string[] {
  const found = [...text.matchAll(/https?:\/\//g)].flatMap(({ index }) => Array.from({ length: Math.min(text.length - index, 120) }, (_, length) => text.slice(index, index + length + 1)));
  return [...new Set(found)].map((piece) => piece.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
}

/** A language about a part of the origin as one about the whole. */
function within(language: NFA | undefined, subject: 'origin' | 'host' | 'host-port'): DFA | undefined {
  if (language === undefined || subject === 'origin') return dfaOf(language);
  const host = dfaOf(language);
  const hosts = dfaOf(nfaOf(subject === 'host' ? '[^:/?#]+' : '[^/?#]+', ''));
  const both = host === undefined || hosts === undefined ? undefined : intersection(host, hosts);
  const before = nfaOf('[a-z][a-z0-9+.\\-]*:\\/\\/', '');
  const after = nfaOf(subject === 'host' ? PORT : '', '');
  if (both === undefined || before === undefined || after === undefined) return undefined;
  try {
    before.append(both);
    before.append(after);
    return dfaOf(before);
  } catch {
    return undefined;
  }
}

function intersection(left: DFA, right: DFA): DFA | undefined {
  const { DFA: Dfa } = refa();
  try {
    return Dfa.fromIntersection(left, right, new Dfa.LimitedNodeFactory(MAX_STATES));
  } catch {
    return undefined;
  }
}

function union(left: DFA, right: DFA): DFA | undefined {
  const { NFA: Nfa } = refa();
  try {
    const sum = Nfa.fromFA(left, new Nfa.LimitedNodeFactory(MAX_STATES));
    sum.union(right);
    return dfaOf(sum);
  } catch {
    return undefined;
  }
}

function complement(language: DFA): DFA {
  const copy = language.copy();
  copy.complement();
  return copy;
}

/**
 * The origins that a set surely admits (`surely`), or may admit (not `surely`), as an automaton; undefined past the
 * budget or for a construct that no automaton has.
 */
export function languageOf(set: OriginSet, surely: boolean, decide: Decide): DFA | undefined {
  const { DFA: Dfa } = refa();
  const options = { maxCharacter: MAX_CHARACTER };
  switch (set.s) {
    case 'none':
    case 'absent':
      return Dfa.empty(options);
    case 'any':
      return Dfa.all(options);
    case 'not': {
      const inner = languageOf(set.of, !surely, decide);
      return inner === undefined ? undefined : complement(inner);
    }
    case 'or':
    case 'and': {
      const parts = set.of.map((part) => languageOf(part, surely, decide));
      if (parts.includes(undefined)) return undefined;
      return parts.reduce((all, part) => (all === undefined || part === undefined ? undefined : set.s === 'or' ? union(all, part) : intersection(all, part)));
    }
    case 'dynamic':
      return languageOf(surely ? set.lower : set.upper, surely, decide);
    case 'guarded': {
      const holds = decide(set.when);
      if (holds === undefined ? surely : holds === set.negated) return Dfa.empty(options);
      return languageOf(set.set, surely, decide);
    }
    default:
      return leafLanguage(set);
  }
}

const under = new Map<string, DFA | undefined>();

/** Origins under these endings. */
function originsUnder(endings: string): DFA | undefined {
  if (!under.has(endings)) under.set(endings, dfaOf(nfaOf(`${SCHEME}(?:${LABEL}\\.)+(?:${endings})${PORT}`, '')));
  return under.get(endings);
}

/** Origins under these endings whose registrable domain the author did not write. */
function strangers(written: readonly string[], endings: string): DFA | undefined {
  const domains = [...new Set(written.map((host) => registrableDomain(host) ?? host))].map((domain) => domain.replace(/[.]/g, '\\.'));
  const all = originsUnder(endings);
  if (domains.length === 0 || all === undefined) return all;
  const own = dfaOf(nfaOf(`${SCHEME}(?:${ALL}\\.)?(?:${domains.join('|')})${PORT}`, ''));
  return own === undefined ? undefined : intersection(all, complement(own));
}

/** Words looked at before the search gives up, and ways by which each state is reached. */
const MAX_WORDS = 64;
const MAX_VISITS = 6;

/** Characters that make a readable name, first ones first. */
const READABLE = [...'aex1-h'].map((character) => character.charCodeAt(0));

/** Short words of a language, shortest first: one readable character for every edge, each state by a few ways only. */
function wordsOf(language: DFA): readonly string[] {
  const words: string[] = [];
  const visits = new Map<unknown, number>();
  let paths = [{ node: language.initial, word: '' }];
  while (paths.length > 0 && words.length < MAX_WORDS) {
    const next: typeof paths = [];
    for (const { node, word } of paths) {
      if (language.finals.has(node)) words.push(word);
      for (const [range, target] of node.out) {
        const count = visits.get(target) ?? 0;
        if (count >= MAX_VISITS) continue;
        visits.set(target, count + 1);
        const character = READABLE.find((candidate) => range.min <= candidate && candidate <= range.max) ?? range.min;
        next.push({ node: target, word: word + String.fromCharCode(character) });
      }
    }
    paths = next;
  }
  return words;
}

/**
 * Shortest origins that the set surely admits and that lie outside the written domains, as candidates: names under
 * common endings first, then under any. An empty list is a proof that there is none, undefined that the question
 * stays open. Names are what is searched: addresses are nobody's to register.
 */
export function foreignWords(set: OriginSet, written: readonly string[], decide: Decide): readonly string[] | undefined {
  const language = languageOf(set, true, decide);
  const wordsUnder = (endings: string): readonly string[] | undefined => {
    const outside = language === undefined ? undefined : strangers(written, endings);
    const hits = language === undefined || outside === undefined ? undefined : intersection(language, outside);
    return hits === undefined ? undefined : wordsOf(hits);
  };
  const any = wordsUnder(`[a-z]${LABEL_REST}`);
  // Where there are none under any ending, there are none under common ones.
  return any === undefined || any.length === 0 ? any : [...(wordsUnder(OPEN_SUFFIXES.join('|')) ?? []), ...any];
}

/** Is every origin that `inner` may admit surely admitted by `outer`? Undefined when that cannot be decided. */
export function includesLanguage(outer: OriginSet, inner: OriginSet, decide: Decide): boolean | undefined {
  const [all, part] = [languageOf(outer, true, decide), languageOf(inner, false, decide)];
  const outside = all === undefined || part === undefined ? undefined : intersection(part, complement(all));
  return outside?.isEmpty;
}

/** Does the set have a pattern at all? Lists of exact texts need no automaton. */
export function hasPattern(set: OriginSet): boolean {
  return [...leavesOf(set)].some(({ leaf }) => leaf.s !== 'exact');
}
