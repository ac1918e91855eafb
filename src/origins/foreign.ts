import { registrableDomain } from './hosts.js';
import { admits, type Decide } from './membership.js';
import { allOf, complement, type OriginSet } from './origin-set.js';
import { eachText } from './search.js';
import { decidingLeaves, type Leaf } from './standing.js';
import type { Status } from './threads.js';

const SCHEME = 'https?:\\/\\/';
const PORT = '(?::\\d{1,5})?';
const LABEL_REST = '(?:[a-z0-9-]*[a-z0-9])?';
const LABEL = `[a-z0-9]${LABEL_REST}`;

const ANY_ENDING = `[a-z]${LABEL_REST}`;

/** Endings that make a readable witness. Every hit is held against the public suffix list, under these and any other ending. */
const OPEN_SUFFIXES = ['com', 'net', 'org', 'io', 'dev', 'co', 'app', 'example', 'test'];

/** Words looked at before the search gives up, and ways by which each state is reached. */
const MAX_WORDS = 64;
const WAYS = 6;

/** Names before an ending: any, or the shortest alone, so that the search spends its ways on endings. */
const ANY_NAMES = `${SCHEME}(?:[a-z0-9_-]+\\.)*${LABEL}\\.`;
const ONE_NAME = 'https:\\/\\/a\\.';

/**
 * Shortest origins that the set surely admits and that lie outside the written domains, as candidates: names under
 * common endings first, then under any. An empty list is a proof that there is none, undefined that the question
 * stays open. Names are what is searched: addresses are nobody's to register.
 */
export function foreignWords(set: OriginSet, written: readonly string[], decide: Decide): readonly string[] | undefined {
  const outside = allOf([set, complement(ownOrigins(written))]);
  // Most have none under any ending: once is enough to know.
  const first = wordsOf(outside, ANY_NAMES, ANY_ENDING, 1, decide);
  if (first === undefined || first.length === 0) return first;
  const more = (names: string, endings: string): readonly string[] => wordsOf(outside, names, endings, WAYS, decide) ?? [];
  return [...more(ANY_NAMES, OPEN_SUFFIXES.join('|')), ...first, ...more(ANY_NAMES, ANY_ENDING), ...more(ONE_NAME, ANY_ENDING)];
}

function wordsOf(set: OriginSet, names: string, endings: string, ways: number, decide: Decide): readonly string[] | undefined {
  const words: string[] = [];
  const extent = eachText({
    leaves: [...decidingLeaves(set)],
    // A final dot is another way to write the same name, and another origin.
    language: `${names}(?:${endings})\\.?${PORT}`,
    ways,
    promises: (statusOf) => mayAdmit(set, statusOf) !== false,
    visit: (text) => {
      if (admits(set, text, decide) === true) words.push(text);
      return words.length < MAX_WORDS;
    },
  });
  return extent === 'unknown' && words.length === 0 ? undefined : words;
}

/** Origins below a domain that the author wrote. */
function ownOrigins(written: readonly string[]): OriginSet {
  const domains = [...new Set(written.map((host) => registrableDomain(host) ?? host))].map((domain) => domain.replace(/[.]/g, '\\.'));
  if (domains.length === 0) return { s: 'none' };
  return { s: 'regex', source: `${SCHEME}(?:.*\\.)?(?:${domains.join('|')})\\.?${PORT}`, flags: 's', dialect: 'js', use: 'full', subject: 'origin', at: { file: '', start: 0, end: 0 } };
}

/** Does the set admit what begins like this? Undefined while that depends on what follows, or on facts. */
function mayAdmit(set: OriginSet, statusOf: (leaf: Leaf) => Status): boolean | undefined {
  switch (set.s) {
    case 'none':
    case 'absent':
      return false;
    case 'any':
      return true;
    case 'not': {
      const inner = mayAdmit(set.of, statusOf);
      return inner === undefined ? undefined : !inner;
    }
    case 'and':
    case 'or': {
      const parts = set.of.map((part) => mayAdmit(part, statusOf));
      const decisive = set.s === 'or';
      return parts.includes(decisive) ? decisive : parts.includes(undefined) ? undefined : !decisive;
    }
    case 'guarded':
      return mayAdmit(set.set, statusOf) === false ? false : undefined;
    case 'dynamic':
      return mayAdmit(set.lower, statusOf) === true ? true : mayAdmit(set.upper, statusOf) === false ? false : undefined;
    default: {
      const status = statusOf(set);
      return status === 'open' ? undefined : status === 'sure';
    }
  }
}
