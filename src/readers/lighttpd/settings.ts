import { unless, whenAll, type Guard } from '../../policy/program.js';
import { knownText, type LighttpdFile, type Scope, type Setting } from '../../syntax/lighttpd/index.js';
import type { Conditions } from './conditions.js';

/** A setting with when it is the one in force. */
export interface InForce {
  readonly when: Guard;
  readonly scope: Scope;
  readonly setting: Setting;
}

/** Scopes that say one thing, past which the rest is not followed. */
export const MAX_SCOPES = 100;

/** Blocks around a block, and blocks before it in its chain, past which it is not followed. */
const MAX_DEPTH = 40;
const MAX_CHAIN = 200;

/** The blocks that have a setting, in order; those that are too deep to be followed left out. */
export function scopesWith({ scopes }: LighttpdFile, name: string): readonly Scope[] {
  return scopes.filter((scope) => scope.settings.has(name) && scope.depth <= MAX_DEPTH && scope.position <= MAX_CHAIN).slice(0, MAX_SCOPES);
}

/** Is there more than `scopesWith` tells? */
export function isCutShort(file: LighttpdFile, name: string): boolean {
  return file.scopes.filter(({ settings }) => settings.has(name)).length > scopesWith(file, name).length;
}

/**
 * Each scope's setting of a name with when it counts: of all scopes whose conditions hold the last one's, as a whole.
 * A list in a block replaces the list outside of it, and that of every block before it.
 */
export function inForce(file: LighttpdFile, name: string, conditions: Conditions): readonly InForce[] {
  const all = scopesWith(file, name);
  return all.map((scope, index) => {
    const later = all.slice(index + 1).filter((other) => !areExclusive(scope, other));
    return { scope, setting: scope.settings.get(name)!, when: whenAll(conditions.of(scope), ...later.map((other) => unless(conditions.of(other)))) };
  });
}

/** Can two scopes never be in force together? Told from what stands there; false when that is not sure. */
function areExclusive(a: Scope, b: Scope): boolean {
  for (let one: Scope | undefined = a; one?.parent !== undefined; one = one.parent) {
    for (let two: Scope | undefined = b; two?.parent !== undefined; two = two.parent) {
      if (one !== two && one.parent === two.parent && (isBefore(one, two) || isBefore(two, one) || differ(one, two))) return true;
    }
  }
  return false;
}

function isBefore(one: Scope, other: Scope): boolean {
  for (let before = other.previous; before !== undefined; before = before.previous) if (before === one) return true;
  return false;
}

function differ({ condition: a }: Scope, { condition: b }: Scope): boolean {
  if (a?.operator !== '==' || b?.operator !== '==' || a.object !== b.object || a.field.toLowerCase() !== b.field.toLowerCase()) return false;
  const [left, right] = [knownText(a.text), knownText(b.text)];
  return left !== undefined && right !== undefined && left !== right && a.object !== 'SERVER' && a.field !== 'host';
}

/** Commands of Debian's main file that print nothing about headers or modules. */
const HARMLESS = /(?:use-ipv6|create-mime)(?:\.conf)?\.pl\b/;

/** Modules in the order in which they are asked; undefined where that is not wholly in view, as in a part that says no document root. */
export function modulesOf({ scopes, unread }: LighttpdFile): readonly string[] | undefined {
  const settings = scopes[0]?.settings;
  const data = settings?.get('server.modules')?.data;
  if (data?.kind !== 'list' || settings?.has('server.document-root') !== true || unread.some(({ what }) => !HARMLESS.test(what))) return undefined;
  const names = data.entries.map(({ value }) => knownText(value));
  return names.includes(undefined) ? undefined : names.flatMap((name) => name ?? []);
}

export function isHarmless(what: string): boolean {
  return HARMLESS.test(what);
}
