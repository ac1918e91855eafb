import type { OriginSet, RegexSet } from '../../origins/origin-set.js';
import { matchesRegex } from '../../origins/regex.js';
import { ALWAYS, whenAll, type Guard, type Probe } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown } from '../../values/value.js';
import { isAssetPath } from '../public-assets.js';

/** Requests that a path pattern of a host stands for. */
export interface PathPattern {
  readonly when: Guard;
  /** One of the paths, to ask about. */
  readonly sample: string;
  readonly host?: string;
  /** Names of its parts, where texts of headers may repeat them. */
  readonly names?: readonly string[];
  /** Where the pattern stands. */
  readonly at: Span;
  /** Does the pattern stand for this path? Undefined: not known. */
  matches(path: string): boolean | undefined;
  /** The sample with another text where the pattern takes any; undefined where there is no such place. */
  filled(text: string): string | undefined;
}

/** A pattern in JavaScript's syntax, anchored by itself. `pieces`: a path that it stands for, any text between its pieces. */
export function pathPattern(source: string, flags: '' | 'i', pieces: readonly string[], at: Span): PathPattern {
  if (pieces.length > MAX_HOLES) return unknownPath('a path with too many wildcards', at);
  const set: RegexSet = { s: 'regex', source, flags: `${flags}s`, dialect: 'js', use: 'search', subject: 'origin', at };
  const matches = (path: string): boolean | undefined => {
    const found = matchesRegex(set, path);
    return typeof found === 'boolean' ? found : undefined;
  };
  const samples = [...(pieces.join() === '/,' ? ['/'] : []), pieces.join('x'), pieces.join('')];
  return {
    when: { g: 'path', in: set },
    sample: samples.find((sample) => matches(sample) === true) ?? samples[0]!,
    at,
    matches,
    filled: (text) => (pieces.length === 1 ? undefined : pieces.slice(0, 2).join(text) + pieces.slice(2).map((piece) => `x${piece}`).join('')),
  };
}

/** More wildcards than any path has. */
const MAX_HOLES = 12;

/** A pattern that cannot be followed: it may stand for any path. */
export function unknownPath(detail: string, at: Span): PathPattern {
  return { when: { g: 'fact', fact: factOf(unknown('unsupported-syntax', detail, at)) }, sample: '/', at, matches: () => undefined, filled: () => undefined };
}

/** Every path. */
export function everyPath(at: Span): PathPattern {
  return { when: ALWAYS, sample: '/', at, matches: () => true, filled: (text) => `/${text}` };
}

/** The pattern on one host only. */
export function onHost(pattern: PathPattern, hosts: OriginSet, sample: string): PathPattern {
  return { ...pattern, when: whenAll({ g: 'host', in: hosts }, pattern.when), host: sample };
}

export function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

/** Rules past which pairs are not compared: rules of hosts are few. */
const MAX_PAIRED = 40;
const MAX_PROBES = 60;

/** A request for each pattern, and one for each pair of patterns that stand for the same path. */
export function probesFor(patterns: readonly PathPattern[]): readonly Probe[] {
  const probes = new Map<string, Probe>();
  const add = (path: string, { host, at }: PathPattern): void => {
    const key = `${host ?? ''} ${path}`;
    if (!probes.has(key)) probes.set(key, { path, ...(host === undefined ? {} : { host }), methods: null, requestHeaders: [], ...(isAssetPath(path) ? { publicAsset: true } : {}), at });
  };
  for (const pattern of patterns) add(pattern.sample, pattern);
  const paired = patterns.slice(0, MAX_PAIRED);
  for (const [index, later] of paired.entries()) {
    for (const earlier of paired.slice(0, index)) {
      const shared = sharedPath(earlier, later);
      if (shared !== undefined) add(shared, earlier.host === undefined ? later : earlier);
    }
  }
  return [...probes.values()].slice(0, MAX_PROBES);
}

/** A path that both patterns stand for, as far as one is seen. */
export function sharedPath(a: PathPattern, b: PathPattern): string | undefined {
  if (a.host !== undefined && b.host !== undefined && a.host !== b.host) return undefined;
  const candidates = [b.sample, a.sample, a.filled(b.sample.slice(1)), b.filled(a.sample.slice(1))];
  return candidates.find((path) => path !== undefined && a.matches(path) !== false && b.matches(path) !== false);
}
