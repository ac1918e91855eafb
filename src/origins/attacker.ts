import type { Fact } from '../values/fact.js';
import { byContent } from './by-content.js';
import { foreignWords } from './foreign.js';
import { hostOf, hostsInLeaf, isAmong, isPublicSuffix, isRegistrable, registrableDomain, writtenHosts } from './hosts.js';
import { admits, type Decide, type Membership } from './membership.js';
import { allOf, complement, leavesOf, NONE, type AffixSet, type ExactSet, type GlobSet, type OriginSet, type RegexSet } from './origin-set.js';
import { anchorsOf, bareDots, openRunBeforeHost, samplesOfTree, treeOf, type Tree } from './pattern.js';
import { isSerializableOrigin } from './serialization.js';
import { decidingLeaves, Readers, type Leaf } from './standing.js';

/** An origin that somebody other than the author can own, and how. */
export interface Attacker {
  readonly origin: string;
  readonly how: 'any-site' | 'register-domain' | 'sandboxed-frame';
  /** The domain to register. */
  readonly domain?: string;
}

/** What is wrong with a pattern, shown by an origin that it should not admit. */
export interface Weakness {
  readonly kind: 'unanchored' | 'unescaped-dot' | 'too-broad';
  readonly side?: 'start' | 'end' | 'both';
  /** Nobody can own what the dot lets in. */
  readonly harmless?: boolean;
  readonly witness: Attacker;
  /** The host or text that the author wrote. */
  readonly meant: string;
  /** The pattern or glob without the weakness, in its own dialect. */
  readonly repaired?: string;
  /** For a check of a part of the origin: the whole origin, or the end of the host behind its dot, to compare with instead. */
  readonly whole?: { readonly origin: string; readonly subdomains?: string };
  /** The repaired pattern still admits the whole origin that the author wrote. */
  readonly repairKeepsIntent: boolean;
}

const UNDECIDED: Decide = () => undefined;
/** Two origins that no policy has a reason to trust; two, so that a stray literal is not mistaken for "any". */
export const STRANGERS = ['https://attacker.example', 'https://unrelated-site.test'] as const;

/** Are sites that have nothing to do with the author let in? Two of them, so that a stray literal is not mistaken for it. */
export function admitsAnySite(set: OriginSet, decide: Decide): Membership {
  const [first, second] = STRANGERS.map((origin) => admits(set, origin, decide));
  return first === true ? second! : first!;
}

/**
 * Looks for an origin that the set surely admits, that a browser can send, and that lies outside the registrable
 * domains of what was written. Every hit was confirmed by the matcher itself. `none` is proven; a fact says why the
 * question is open. Origins in `trusted` are the author's own, wherever they lie.
 */
export function findAttacker(set: OriginSet, decide: Decide, trusted: OriginSet = NONE): Attacker | 'none' | Fact {
  if (admitsAnySite(set, decide) === true) return { origin: STRANGERS[0], how: 'any-site' };
  const foreign: Foreign = { set: allOf([set, complement(trusted)]), written: writtenHosts(set) };
  const hit = firstForeign(foreign, candidatesFor(set), decide);
  if (hit !== undefined) return hit;
  const patterns = [...leavesOf(set)].filter(({ leaf }) => leaf.s !== 'exact');
  if (patterns[0] !== undefined) {
    const words = foreignWords(foreign.set, foreign.written, decide);
    const found = words === undefined ? undefined : firstForeign(foreign, words, decide);
    if (found !== undefined) return found;
    if (words === undefined || words.length > 0) {
      const { at } = patterns[0].leaf;
      const unclear = new Readers([...decidingLeaves(set)]).unclear;
      return { key: `attacker@${at.file}:${at.start}`, reason: 'regex-too-complex', detail: unclear?.detail ?? 'a pattern that could not be searched', at };
    }
  }
  return admits(foreign.set, 'null', decide) === true ? { origin: 'null', how: 'sandboxed-frame' } : 'none';
}

/** What is admitted and not trusted, and the hosts that the author wrote. */
interface Foreign {
  readonly set: OriginSet;
  readonly written: readonly string[];
}

function firstForeign({ set, written }: Foreign, candidates: Iterable<string>, decide: Decide): Attacker | undefined {
  for (const origin of candidates) {
    const host = hostOf(origin);
    if (host === undefined || !isSerializableOrigin(origin) || isAmong(host, written) || !isRegistrable(host)) continue;
    if (admits(set, origin, decide) !== true) continue;
    const domain = registrableDomain(host);
    return { origin, how: 'register-domain', ...(domain === undefined ? {} : { domain }) };
  }
  return undefined;
}

/** Origins made from what was written in the ways that go wrong: glued in front, continued behind, a dot replaced, a pattern's gaps filled. */
function* candidatesFor(set: OriginSet): Generator<string> {
  for (const { leaf, admits: positive } of leavesOf(set)) if (positive) yield* candidatesOf(leaf);
}

function* candidatesOf(leaf: Leaf): Generator<string> {
  for (const base of basesOf(leaf)) {
    yield base;
    yield* [`${base}.attacker.example`, `${base}attacker.example`, `${base}.example`];
    const [, scheme = '', rest = ''] = /^(https?:\/\/)?(.*)$/.exec(base) ?? [];
    for (const before of ['evil', 'evil-', 'attacker.example']) yield `${scheme === '' ? 'https://' : scheme}${before}${rest.replace(/^\./, '')}`;
    for (let dot = rest.indexOf('.'); dot !== -1; dot = rest.indexOf('.', dot + 1)) yield `${scheme === '' ? 'https://' : scheme}${rest.slice(0, dot)}x${rest.slice(dot + 1)}`;
  }
  if (leaf.s === 'part-of') {
    for (const { index } of [...leaf.text.matchAll(/https?:\/\//g)].slice(0, MAX_PIECES)) {
      const whole = leaf.text.slice(index, index + MAX_ORIGIN).split(/[\s,]/)[0]!;
      for (let length = whole.length - 1; length > 8; length -= 1) yield whole.slice(0, length);
    }
  }
}

/** Characters past which no origin can be owned: a name has at most 253. */
const MAX_ORIGIN = 270;

/** Origins of a list in one text whose pieces are looked at. */
const MAX_PIECES = 40;

/** Texts that the leaf describes, with and without a scheme in front. */
function basesOf(leaf: Leaf): readonly string[] {
  const texts = rawSamples(leaf).filter((text) => text.length <= MAX_ORIGIN);
  return [...new Set(texts.flatMap((text) => (/^[a-z][a-z0-9+.-]*:\/\//.test(text) ? [text] : [`https://${text}`, `https://app${text.startsWith('.') ? '' : '.'}${text}`, text])))];
}

function rawSamples(leaf: Leaf): readonly string[] {
  if (leaf.s === 'regex') {
    const tree = treeOf(leaf);
    return tree === undefined ? [] : samplesOfTree(tree, '.');
  }
  if (leaf.s === 'glob') return ['app', 'evil', 'attacker.example', 'a.b'].map((fill) => leaf.text.replaceAll('*', fill)).map((text) => (typeof leaf.ports === 'string' ? text : `${text}:${leaf.ports[0]}`));
  return [leaf.text.toLowerCase()];
}

/** Origins that the author plainly meant: exact entries; for patterns the written host, and a subdomain where any will do. */
export function samplesOf(set: OriginSet): readonly string[] {
  return [...leavesOf(set)].flatMap(({ leaf, admits: positive }) => (!positive ? [] : leaf.s === 'exact' ? [leaf.text] : meantBy(leaf)));
}

const meantBy = byContent((leaf: Exclude<Leaf, ExactSet>): readonly string[] => {
  if (leaf.s === 'part-of') return leaf.text.split(/[\s,]+/).filter(isSerializableOrigin);
  const hosts = hostsInLeaf(leaf);
  const plain = basesOf(leaf).filter((origin) => {
    const host = hostOf(origin);
    return host !== undefined && isSerializableOrigin(origin) && isAmong(host, hosts) && !/evil|attacker/.test(host);
  });
  return plain.filter((origin) => admits(leaf, origin, UNDECIDED) === true).slice(0, 3);
});

/** What two policies are compared on: what was meant, and near misses of it. */
export function probesOf(set: OriginSet): readonly string[] {
  const near = new Set<string>(samplesOf(set));
  for (const candidate of candidatesFor(set)) {
    if (near.size >= 40) break;
    if (isSerializableOrigin(candidate)) near.add(candidate);
  }
  return [...near];
}

/**
 * The first thing that is wrong with a pattern, in the catalogue's order: not anchored, an unescaped dot, too broad.
 * A pattern that admits any site has another rule; one that cannot be read has no weakness that could be shown.
 */
export function weaknessOf(leaf: RegexSet | AffixSet | GlobSet, trusted: OriginSet = NONE): Weakness | undefined {
  const { at: _place, ...said } = leaf;
  const key = JSON.stringify(said);
  let known = weaknesses.get(trusted);
  if (known === undefined) weaknesses.set(trusted, (known = new Map()));
  if (!known.has(key)) known.set(key, searchedWeakness(leaf, trusted));
  return known.get(key);
}

/** What was found about a pattern holds wherever it stands, as long as the same origins are trusted. */
const weaknesses = new WeakMap<OriginSet, Map<string, Weakness | undefined>>();

function searchedWeakness(leaf: RegexSet | AffixSet | GlobSet, trusted: OriginSet): Weakness | undefined {
  if (admitsAnySite(leaf, UNDECIDED) !== false) return undefined;
  const meant = hostsInLeaf(leaf)[0] ?? ('text' in leaf ? leaf.text : leaf.source);
  if (leaf.s === 'regex') return weaknessOfRegex(leaf, meant, trusted);
  const attacker = findAttacker(leaf, UNDECIDED, trusted);
  if (attacker === 'none' || !('origin' in attacker) || attacker.how !== 'register-domain') return undefined;
  // All names under a suffix that anybody can use: what is wrong is the suffix, not the way it is compared.
  if (leaf.s === 'suffix' && isPublicSuffix(leaf.text.replace(/^\./, ''))) return undefined;
  const sides = { prefix: 'end', suffix: 'start', contains: 'both' } as const;
  if (leaf.s === 'glob') {
    const repaired = leaf.text.replace(/\*(?=[a-z0-9])/i, '*.');
    return { kind: 'too-broad', witness: attacker, meant, ...(repaired === leaf.text ? {} : { repaired }), repairKeepsIntent: false };
  }
  if (leaf.s === 'part-of') return { kind: 'too-broad', witness: attacker, meant, repairKeepsIntent: false };
  const whole = wholeFor(leaf, meant);
  return { kind: 'unanchored', side: sides[leaf.s], witness: attacker, meant, ...(whole === undefined ? {} : { whole }), repairKeepsIntent: false };
}

/** What a text that is compared with a part of the origin stands for, if it names one whole host. */
function wholeFor(leaf: AffixSet, host: string): Weakness['whole'] {
  if (registrableDomain(host) === undefined) return undefined;
  const text = leaf.text.toLowerCase();
  if (/^https?:\/\//.test(text)) return leaf.subject === 'origin' && isSerializableOrigin(text) ? { origin: text } : undefined;
  return text === host ? { origin: leaf.subject === 'origin' ? `https://${host}` : host, subdomains: `.${host}` } : undefined;
}

function weaknessOfRegex(leaf: RegexSet, meant: string, trusted: OriginSet): Weakness | undefined {
  const tree = treeOf(leaf);
  if (tree === undefined) return undefined;
  const anchors = anchorsOf(leaf, tree);
  const hosts = hostsInLeaf(leaf);
  const untrusted = allOf([leaf, complement(trusted)]);
  const written = writtenHosts(leaf);
  const foreign = (candidates: readonly string[]): Attacker | undefined => firstForeign({ set: untrusted, written }, candidates, UNDECIDED);
  const glob = globIn(leaf);
  const bases = [...(glob === undefined ? [] : [glob]), ...basesOf(leaf)].filter((base) => {
    const host = hostOf(base);
    return host !== undefined && (hosts.length === 0 || isAmong(host, hosts));
  });

  const behind = anchors.end ? undefined : foreign(bases.flatMap((base) => [`${base}.attacker.example`, `${base}attacker.example`, `${base}.example`]));
  const front = anchors.start ? undefined : foreign(bases.flatMap((base) => ['https://evil', 'https://evil-', 'https://attacker.example'].map((before) => before + base.replace(/^[a-z]+:\/\/(?:app\.)?/, ''))));
  const unanchored = behind ?? front;
  if (unanchored !== undefined) {
    const whole = /:(?:\\?\/){2}/.test(leaf.source);
    const strict = { ...leaf, source: dotsEscaped(leaf, tree) };
    const repaired = glob !== undefined ? undefined : anchored(strict, anchors, whole, (treeOf(strict) ?? tree).alternatives.map(({ raw }) => raw));
    return {
      kind: 'unanchored',
      side: behind !== undefined && front !== undefined ? 'both' : behind !== undefined ? 'end' : 'start',
      witness: unanchored,
      meant,
      ...(repaired === undefined ? {} : { repaired }),
      repairKeepsIntent: whole,
    };
  }

  const source = dotsEscaped(leaf, tree);
  if (source !== leaf.source) {
    const swapped = [...samplesOfTree(tree, 'x'), ...bases.flatMap(dotSwaps)].map((text) => (/^[a-z]+:\/\//.test(text) ? text : `https://${text}`));
    const owned = foreign(swapped);
    const any = owned ?? harmlessSwap(leaf, source, swapped);
    if (any !== undefined) return { kind: 'unescaped-dot', ...(owned === undefined ? { harmless: true } : {}), witness: any, meant, ...(glob === undefined ? { repaired: source } : {}), repairKeepsIntent: true };
  }

  const attacker = findAttacker(leaf, UNDECIDED, trusted);
  if (attacker === 'none' || !('origin' in attacker) || attacker.how !== 'register-domain' || hosts.length === 0) return undefined;
  const repaired = wholeLabels(leaf, tree, trusted);
  return { kind: 'too-broad', witness: attacker, meant, ...(repaired === undefined ? {} : { repaired }), repairKeepsIntent: false };
}

/** The domain of a glob that is read as a pattern: `https://*.example.com`, whose star repeats the slash. Mending its dots would admit nobody. */
function globIn({ source }: RegexSet): string | undefined {
  const [, scheme, domain] = /^\^?(https?:\/\/)\*\.([a-z0-9-]+(?:\.[a-z0-9-]+)+)\$?$/i.exec(source) ?? [];
  return scheme === undefined || domain === undefined ? undefined : `${scheme}${domain}`;
}

/** The pattern with a backslash before each dot that was meant as one; as it stands where its own spelling is not the tree's. */
function dotsEscaped(leaf: RegexSet, tree: Tree): string {
  const dots = leaf.source === tree.raw ? bareDots(tree) : [];
  return dots.toReversed().reduce((text, dot) => `${text.slice(0, dot)}\\${text.slice(dot)}`, leaf.source);
}

/** What repeats without end right before a host name, replaced by whole labels; undefined where that mends nothing. */
function wholeLabels(leaf: RegexSet, tree: Tree, trusted: OriginSet): string | undefined {
  const glued = leaf.source === tree.raw ? openRunBeforeHost(tree) : undefined;
  if (glued === undefined) return undefined;
  const source = `${leaf.source.slice(0, glued.start)}([a-z0-9-]+\\.)*${leaf.source.slice(glued.end)}`;
  return findAttacker({ ...leaf, source }, UNDECIDED, trusted) === 'none' ? source : undefined;
}

/** The pattern held at both ends; for bare hosts, behind any secure scheme and below any of their subdomains. */
function anchored(leaf: RegexSet, anchors: { readonly start: boolean; readonly end: boolean }, whole: boolean, alternatives: readonly string[]): string | undefined {
  if (!whole) {
    // Lua's patterns have no groups that repeat.
    if (leaf.dialect === 'lua') return undefined;
    const names = [...new Set(hostsInLeaf(leaf))].map((name) => name.replaceAll('.', '\\.'));
    const [only, ...others] = names;
    return only === undefined ? undefined : `^https:${leaf.dialect === 'js' ? '\\/\\/' : '//'}([a-z0-9-]+\\.)*${others.length === 0 ? only : `(?:${names.join('|')})`}$`;
  }
  if (alternatives.length > 1) return `^(?:${alternatives.map((text) => text.replace(/^\^/, '').replace(/(?<!\\)\$$/, '')).join('|')})$`;
  return `${anchors.start ? '' : '^'}${leaf.source}${anchors.end ? '' : '$'}`;
}

function dotSwaps(text: string): string[] {
  const from = text.indexOf('://') + 3;
  return [...text].flatMap((character, index) => (character === '.' && index > from ? [`${text.slice(0, index)}x${text.slice(index + 1)}`] : []));
}

/** An origin that only the unescaped dot admits, though nobody else can own it. */
function harmlessSwap(leaf: RegexSet, repaired: string, swapped: readonly string[]): Attacker | undefined {
  const strict: RegexSet = { ...leaf, source: repaired };
  const origin = swapped.find((text) => isSerializableOrigin(text) && admits(leaf, text, UNDECIDED) === true && admits(strict, text, UNDECIDED) === false);
  return origin === undefined ? undefined : { origin, how: 'register-domain' };
}
