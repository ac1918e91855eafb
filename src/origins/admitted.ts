import { probesOf, samplesOf } from './attacker.js';
import { hostOf, hostsInLeaf, isAmong } from './hosts.js';
import { admits } from './membership.js';
import type { AffixSet, ExactSet, GlobSet, RegexSet } from './origin-set.js';
import { isSerializableOrigin } from './serialization.js';

type Leaf = ExactSet | GlobSet | RegexSet | AffixSet;

/** What a star of a glob may stand for besides a label: a port, a part of an address. */
const NUMBERS = ['3000', '1'];

const known = new WeakMap<Leaf, readonly string[]>();

/** Origins that a browser can send and that the entry surely admits, what was meant by it first; with `http` where it admits that. */
export function admittedBy(leaf: Leaf): readonly string[] {
  let origins = known.get(leaf);
  if (origins === undefined) known.set(leaf, (origins = candidatesFor(leaf).filter((origin) => isSerializableOrigin(origin) && admits(leaf, origin, () => undefined) === true)));
  return origins;
}

/** Those of them whose hosts are, or lie below, the hosts that the entry names. */
export function meantBy(leaf: Leaf): readonly string[] {
  const hosts = hostsInLeaf(leaf);
  return hosts.length === 0 ? admittedBy(leaf) : admittedBy(leaf).filter((origin) => isAmong(hostOf(origin) ?? '', hosts));
}

function candidatesFor(leaf: Leaf): readonly string[] {
  const texts = leaf.s === 'exact' ? [leaf.text] : [...samplesOf(leaf), ...(leaf.s === 'glob' ? NUMBERS.map((number) => leaf.text.replaceAll('*', number)) : []), ...probesOf(leaf)];
  const hosts = leaf.s === 'exact' ? [] : hostsInLeaf(leaf).flatMap((host) => [host, `app.${host}`]);
  return [...new Set([...texts, ...hosts].flatMap(withEitherScheme))];
}

function withEitherScheme(text: string): readonly string[] {
  const rest = /^https?:\/\/(.*)$/s.exec(text)?.[1];
  if (rest === undefined) return /^[a-z][a-z0-9+.-]*:\/\//.test(text) ? [text] : [`https://${text}`, `http://${text}`];
  return [text, text.startsWith('https:') ? `http://${rest}` : `https://${rest}`];
}
