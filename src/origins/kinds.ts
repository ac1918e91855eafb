import { STRANGERS } from './attacker.js';
import { byContent } from './by-content.js';
import { admits, looksLike, type Membership } from './membership.js';
import type { ExactSet, OriginSet } from './origin-set.js';
import { eachText } from './search.js';
import { isSerializableOrigin } from './serialization.js';
import { decidingLeaves, type Leaf } from './standing.js';

const NAME = '(?:[a-z0-9_-]+\\.)*(?!(?:\\d+|0x[0-9a-f]*)\\.?(?::|$))[a-z0-9_-]+\\.?';
const IPV4 = '\\d{1,3}(?:\\.\\d{1,3}){3}';
const IPV6 = '\\[(?:::|[0-9a-f])[0-9a-f:]*\\]';
const PORT = '(?::[1-9]\\d{0,4})?';

/** Everything that can be a serialised origin, and little else: each hit is checked. */
const ORIGINS = `(?:https?:\\/\\/(?:${NAME}|${IPV4}|${IPV6})|(?!https?:|file:)[a-z][a-z0-9+.-]*:\\/\\/(?:[a-z0-9_.-]+|${IPV6}))${PORT}`;

/** Kinds past which nobody asks about each. */
const MAX_KINDS = 200;

/** Texts of one kind that are tried before it is given up that a browser can send one of them. */
const WAYS = 3;

/**
 * One origin of every kind that the leaves tell apart, of all that a browser can send, `null` among them. Whatever depends on
 * the leaves alone holds for all origins when it holds for these. Undefined past the budget, or where a pattern cannot be read.
 */
export function kindsOfOrigins(leaves: readonly Leaf[]): readonly string[] | undefined {
  const listed = new Set(leaves.filter((leaf): leaf is ExactSet => leaf.s === 'exact' && (leaf.subject ?? 'origin') === 'origin').map((leaf) => looksLike(leaf, leaf.text)));
  const kinds = ['null', ...[...listed].filter((text) => text !== 'null' && isSerializableOrigin(text))];
  const others = leaves.filter((leaf) => leaf.s !== 'exact' || (leaf.subject ?? 'origin') !== 'origin');
  // Whatever is on no list is all the same to lists.
  if (others.length === 0) return kinds.length > MAX_KINDS ? undefined : [...kinds, 'https://on-no-list.example'];
  const known = foundAmong(others);
  const origins = known === undefined || known.some((origin) => listed.has(origin)) ? searched(leaves, others, listed) : known;
  return origins === undefined || origins.length + kinds.length > MAX_KINDS ? undefined : [...kinds, ...origins.map((origin) => wellKnown(origin, others, listed))];
}

/** Origins that people can read; one of them may be of a kind. */
const WELL_KNOWN: readonly string[] = [...STRANGERS, 'http://localhost:3000'];

/** An origin that people can read, where one is of the same kind. */
function wellKnown(origin: string, leaves: readonly Leaf[], listed: ReadonlySet<string>): string {
  return WELL_KNOWN.find((stranger) => !listed.has(stranger) && kindOf(stranger, leaves) === kindOf(origin, leaves)) ?? origin;
}

function kindOf(origin: string, leaves: readonly Leaf[]): string {
  return leaves.map((leaf) => String(admits(leaf, origin, () => undefined))).join();
}

/** What is found for leaves that are no lists: most repositories ask about the same few, next to lists of their own. */
const foundAmong = byContent((leaves: readonly Leaf[]) => searched(leaves, leaves, new Set()));

/**
 * One origin of every kind that `others` tell apart and that is not listed. Undefined past the budget, or where a pattern
 * cannot be read.
 */
function searched(leaves: readonly Leaf[], others: readonly Leaf[], listed: ReadonlySet<string>): readonly string[] | undefined {
  const found = new Map<string, string | undefined>();
  const extent = eachText({
    leaves,
    language: ORIGINS,
    ways: WAYS,
    promises: (statusOf) => {
      if (leaves.some((leaf) => statusOf(leaf) === 'open')) return true;
      return found.get(others.map((leaf) => String(statusOf(leaf) === 'sure')).join()) === undefined;
    },
    visit: (text) => {
      if (listed.has(text)) return true;
      const kind = kindOf(text, others);
      if (found.get(kind) === undefined) found.set(kind, isSerializableOrigin(text) ? text : undefined);
      return found.size <= MAX_KINDS;
    },
  });
  const origins = [...found.values()];
  return extent !== 'all' || origins.includes(undefined) ? undefined : (origins as string[]);
}

/**
 * Is every origin that `inner` admits admitted by `outer` too? Undefined when that depends on facts that nobody knows, or
 * cannot be decided. A fact is the same on both sides.
 */
export function includes(outer: OriginSet, inner: OriginSet): boolean | undefined {
  const kinds = kindsOfOrigins([...decidingLeaves(outer), ...decidingLeaves(inner)]);
  const answers = kinds?.map((origin) => implied((decide) => admits(inner, origin, decide), (decide) => admits(outer, origin, decide)));
  return answers === undefined ? undefined : answers.includes(false) ? false : answers.includes(undefined) ? undefined : true;
}

/** Open facts that are tried both ways; more leave the question open. */
const MAX_OPEN = 6;

type Ask = (decide: (fact: { readonly key: string }) => boolean | undefined) => Membership;

/** Does the one follow from the other, whatever the facts are? False: never where no fact is open. */
function implied(premise: Ask, conclusion: Ask, decided: ReadonlyMap<string, boolean> = new Map()): boolean | undefined {
  const decide = ({ key }: { readonly key: string }): boolean | undefined => decided.get(key);
  const given = premise(decide);
  if (given === false) return true;
  const result = conclusion(decide);
  if (result === true) return true;
  if (given === true && result === false) return decided.size === 0 ? false : undefined;
  const open = typeof given === 'object' ? given : (result as Exclude<Membership, boolean>);
  if (decided.size >= MAX_OPEN) return undefined;
  const both = [true, false].map((holds) => implied(premise, conclusion, new Map([...decided, [open.key, holds]])));
  return both.every((one) => one === true) ? true : undefined;
}
