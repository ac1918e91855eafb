import { admittedBy } from './admitted.js';
import { hostOf } from './hosts.js';
import { TUNNEL_DOMAINS } from './local-hosts.js';
import { admits } from './membership.js';
import type { AffixSet, ExactSet, GlobSet, RegexSet } from './origin-set.js';
import { tldts } from './packages.js';
import { isSerializableOrigin } from './serialization.js';

/** An origin at which strangers publish: how one comes by it, and the part of the host that is everybody's. */
export interface SharedOrigin {
  readonly origin: string;
  readonly how: 'register domain' | 'host page at shared service';
  readonly suffix: string;
}

/**
 * Hosts that run pages and scripts of whoever writes some there. Those of the public suffix list are not repeated.
 * Where each product runs strangers' code: JSFiddle (fiddle.jshell.net), CodePen
 * (https://blog.codepen.io/2019/10/03/changed-domains-for-iframe-previews/: not codepen.io itself), JS Bin
 * (output and null.jsbin.com), Plunker (run.plnkr.co), HTML previews of any GitHub repository, buckets addressed by path.
 */
const SANDBOXES: ReadonlySet<string> = new Set([
  'jsfiddle.net',
  'fiddle.jshell.net',
  'cdpn.io',
  's.codepen.io',
  'jsbin.com',
  'output.jsbin.com',
  'null.jsbin.com',
  'run.plnkr.co',
  'htmlpreview.github.io',
  'raw.githack.com',
  'rawcdn.githack.com',
  's3.amazonaws.com',
  'storage.googleapis.com',
]);

/** Domains below which everybody gets a name, and which the public suffix list lacks: previews of CodeSandbox, StackBlitz and its containers, tunnels. */
const SANDBOX_DOMAINS = ['codesandbox.io', 'stackblitz.io', 'webcontainer.io', 'webcontainer-api.io', ...TUNNEL_DOMAINS];

/** Is this very origin one at which strangers publish? */
export function sharedSandbox(origin: string): SharedOrigin | undefined {
  const host = hostOf(origin);
  return host !== undefined && SANDBOXES.has(host) ? { origin, how: 'host page at shared service', suffix: host } : undefined;
}

/**
 * Origins that an entry admits and that anybody can have: names right below a public suffix (its private section too)
 * that the entry does not spell out, and shared sandboxes.
 */
export function* sharedOrigins(leaf: ExactSet | GlobSet | RegexSet | AffixSet): Generator<SharedOrigin> {
  for (const origin of admittedBy(leaf)) {
    const sandbox = sharedSandbox(origin);
    if (sandbox !== undefined) yield sandbox;
    else if (leaf.s !== 'exact') yield* namesBesides(leaf, origin);
  }
}

/** Names that differ from an admitted origin's in the label that somebody gets, and that are admitted too. */
function* namesBesides(leaf: GlobSet | RegexSet | AffixSet, origin: string): Generator<SharedOrigin> {
  const host = hostOf(origin);
  const suffix = host === undefined ? undefined : sharedSuffix(host);
  if (host === undefined || suffix === undefined) return;
  const label = host.slice(0, -suffix.length - 1).split('.').at(-1)!;
  const end = origin.indexOf('://') + 3 + host.length - suffix.length - 1;
  const registry = tldts().parse(host, { allowPrivateDomains: true }).isIcann === true && !SANDBOX_DOMAINS.includes(suffix);
  // A registry's name is open if all of it is; one that is glued to what was written is a weakness of the pattern.
  for (const other of registry ? ['attacker'] : otherLabels(label)) {
    const changed = origin.slice(0, end - label.length) + other + origin.slice(end);
    if (!isSerializableOrigin(changed) || admits(leaf, changed, () => undefined) !== true) continue;
    yield { origin: changed, how: registry ? 'register domain' : 'host page at shared service', suffix };
    return;
  }
}

/** A stranger's label; or one that keeps what may be fixed at its front or its end, or changes one character. */
function* otherLabels(label: string): Generator<string> {
  yield 'attacker';
  for (let kept = label.length; kept > 0; kept -= 1) yield `${label.slice(0, kept)}-attacker`;
  for (let index = 0; index < label.length; index += 1) {
    const character = label[index]!;
    yield label.slice(0, index) + (/\d/.test(character) ? (character === '9' ? '8' : '9') : character === 'z' ? 'y' : 'z') + label.slice(index + 1);
  }
}

function sharedSuffix(host: string): string | undefined {
  const sandbox = SANDBOX_DOMAINS.find((domain) => host.endsWith(`.${domain}`));
  if (sandbox !== undefined) return sandbox;
  const { publicSuffix, isIcann, isPrivate, domain } = tldts().parse(host, { allowPrivateDomains: true });
  return domain !== null && publicSuffix !== null && (isIcann === true || isPrivate === true) ? publicSuffix : undefined;
}
