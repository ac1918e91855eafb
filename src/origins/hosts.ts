import { leavesOf, type AffixSet, type ExactSet, type GlobSet, type OriginSet, type RegexSet } from './origin-set.js';
import { tldts } from './packages.js';

/** The domain that somebody registers (public suffix list with its private section); undefined for suffixes themselves, addresses and `localhost`. */
export function registrableDomain(host: string): string | undefined {
  return tldts().getDomain(host, { allowPrivateDomains: true }) ?? undefined;
}

export function isPublicSuffix(host: string): boolean {
  return tldts().getPublicSuffix(host, { allowPrivateDomains: true }) === host;
}

/** Can a stranger register the host's domain? Of letters, digits and hyphens inside, below a real suffix or one of the names kept for examples. */
export function isRegistrable(host: string): boolean {
  const { domain, isIcann, isPrivate, isIp } = tldts().parse(host, { allowPrivateDomains: true });
  return isIp !== true && domain !== null && /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\./.test(domain) && (isIcann === true || isPrivate === true || /\.(example|test)$/.test(host));
}

export function hostOf(origin: string): string | undefined {
  return /^[a-z][a-z0-9+.-]*:\/\/(\[[^\]]*\]|[^:/?#]*)/i.exec(origin)?.[1]?.toLowerCase();
}

/** Host names that the author wrote in a matcher: whole names, from the text or from a pattern's literal runs. */
export function writtenHosts(set: OriginSet): readonly string[] {
  const hosts = [...leavesOf(set)].flatMap(({ leaf }) => hostsInLeaf(leaf));
  return [...new Set(hosts)];
}

export function hostsInLeaf(leaf: ExactSet | GlobSet | RegexSet | AffixSet): readonly string[] {
  if (leaf.s === 'regex') {
    const plain = hostsInPattern(leaf.source);
    // `example\.(com|org)`: no alternative is a name by itself.
    return plain.length > 0 ? plain : [...new Set(spelledOut(leaf.source).flatMap(hostsInPattern))];
  }
  return hostsInText(leaf.text);
}

/** Characters that the name of a host can have. */
const MAX_HOST = 253;

/** Labels joined by dots; a leading dot or star of a wildcard is not part of the name. */
function hostsInText(text: string): readonly string[] {
  const runs = (text.toLowerCase().match(/(?<![a-z0-9_-])[a-z0-9_-]+(?:\.[a-z0-9_-]+)+/g) ?? []).filter((run) => run.length <= MAX_HOST);
  const local = text.toLowerCase().match(/\blocalhost\b/g) ?? [];
  return [...runs.map((run) => run.replace(/^[-_]+/, '')), ...local];
}

/** Texts that a pattern is spelled out into past which its groups stay as they are. */
const MAX_SPELLED = 32;

/** A pattern with its groups of plain alternatives written out, one pattern for each. */
function spelledOut(source: string): readonly string[] {
  let patterns: readonly string[] = [source];
  for (;;) {
    const next = patterns.flatMap((pattern) => {
      const group = /(?<!\\)\((?:\?:)?([\w.\\|-]+)\)(?![*+?{])/.exec(pattern);
      return group === null ? [pattern] : group[1]!.split('|').map((text) => pattern.slice(0, group.index) + text + pattern.slice(group.index + group[0].length));
    });
    if (next.length > MAX_SPELLED || next.every((pattern, index) => pattern === patterns[index])) return patterns;
    patterns = next;
  }
}

/** A pattern as text: escapes undone, groups and anchors gone, quantified parts cut out so that what they touch is no whole name. */
function hostsInPattern(source: string): readonly string[] {
  const text = source
    .replaceAll('[.]', '\\.')
    .replace(/\\[dwsDWSbB]/g, '\u0001')
    .replace(/\[[^\]]*(?:\]|$)(?:[*+?]|\{[^}]*\})?/g, '\u0001')
    .replace(/\\([^A-Za-z0-9])/g, '$1')
    .replace(/\.[*+]\??/g, '\u0001')
    .replace(/\(\?(?:[:=!]|P?<[^>]{0,60}>)/g, '(')
    .replace(/[()|^$?*+{}]/g, '\u0001');
  return hostsInText(text).filter((host) => host === 'localhost' || registrableDomain(host) !== undefined);
}

/** Does the host belong to a registrable domain (or is it a host) that the author wrote? */
export function isAmong(host: string, written: readonly string[]): boolean {
  const domain = registrableDomain(host);
  return written.some((name) => name === host || host.endsWith(`.${name}`) || (domain !== undefined && registrableDomain(name) === domain));
}
