import { settingOf, type Refused, type Settings } from '../../middleware/gateway-plugins/settings.js';
import { anyOf, complement, exact, NONE, PRESENT, type DynamicSet, type OriginSet } from '../../origins/origin-set.js';
import { casesOf } from '../../policy/from-condition.js';
import { ALWAYS, type Guard } from '../../policy/program.js';
import { itemSpans } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown, type Value } from '../../values/value.js';
import type { Version } from './version.js';

/** Who gets which Access-Control-Allow-Origin. */
export interface Origins {
  readonly when: Guard;
  /** Gets `*`. */
  readonly star: { readonly to: OriginSet; readonly at: Span; readonly written: boolean } | undefined;
  /** Gets the own origin back. */
  readonly echoed: { readonly set: OriginSet; readonly at: Span } | undefined;
  /** The list as written is not the default `*`: `Vary` is said to everybody. */
  readonly varies: boolean;
}

/** The plugin's own test of `allow_origins`. */
const ACCEPTED = /^(?:\*|\*\*|null|\w+:\/\/[^,]+(?:,\w+:\/\/[^,]+)*)$/;

/**
 * `*` is for everybody, `**` sends the origin back to everybody (and `*` where there is none), everything else is
 * compared byte by byte. Patterns are searched for anywhere in the origin; they stand alone from 3.2.2 on, whatever
 * the list says, and come after the list before.
 */
export function originCases(settings: Settings, version: Version): readonly Origins[] | Refused {
  const patterns = patternsOf(settings);
  if (patterns !== undefined && 'refused' in patterns) return patterns;
  const value = settingOf(settings, 'allow_origins');
  const cases: Origins[] = [];
  for (const { when, value: list } of value === undefined ? [{ when: ALWAYS, value: undefined }] : casesOf(value)) {
    const found = originsOf(settings, list);
    if ('refused' in found) return found;
    const { varies } = found;
    if (patterns === undefined) cases.push({ when, ...found });
    else if (version.patternsAlone) cases.push({ when, star: undefined, echoed: patterns, varies });
    else {
      const listed = anyOf([found.star?.to ?? NONE, found.echoed?.set ?? NONE]);
      cases.push({ when, ...found, echoed: { set: anyOf([found.echoed?.set ?? NONE, ...(listed.s === 'any' ? [] : [patterns.set])]), at: patterns.at } });
    }
  }
  return metadata(settings, cases);
}

function originsOf(settings: Settings, list: Value | undefined): Omit<Origins, 'when'> | Refused {
  if (list === undefined || list.kind === 'nothing') return { star: { to: { s: 'any' }, at: settings.at, written: false }, echoed: undefined, varies: false };
  if (list.kind === 'unknown' || list.kind === 'env' || list.kind === 'concat') return { star: undefined, echoed: { set: unreadable(list), at: list.at }, varies: true };
  if (list.kind !== 'string' || !ACCEPTED.test(list.value)) return { at: list.at, refused: '`allow_origins` is `*`, `**`, `null`, or origins with a scheme, separated by commas without blanks' };
  if (list.value === '*') return { star: { to: { s: 'any' }, at: list.at, written: true }, echoed: undefined, varies: false };
  if (list.value === '**') return { star: { to: complement(PRESENT), at: list.at, written: true }, echoed: { set: PRESENT, at: list.at }, varies: true };
  return { star: undefined, echoed: { set: anyOf(itemSpans(settings.file, list).map(({ text, at }) => exact(text, at))), at: list.at }, varies: true };
}

function patternsOf(settings: Settings): { readonly set: OriginSet; readonly at: Span } | Refused | undefined {
  const value = settingOf(settings, 'allow_origins_by_regex');
  // A field that may be in the part of the settings that is not in view is not assumed.
  if (value === undefined || value.kind === 'nothing' || value === settings.rest) return undefined;
  if (value.kind === 'unknown' || value.kind === 'env' || value.kind === 'either' || value.kind === 'concat') return { set: unreadable(value), at: value.at };
  if (value.kind !== 'list' || (value.items.length === 0 && value.rest === undefined)) return { at: value.at, refused: '`allow_origins_by_regex` is a list with at least one pattern' };
  const sets: OriginSet[] = [];
  for (const item of value.rest === undefined ? value.items : [...value.items, value.rest]) {
    if (item.kind === 'string') sets.push({ s: 'regex', source: item.value, flags: '', dialect: 'pcre', use: 'search', subject: 'origin', at: item.at });
    else if (item.kind === 'number' || item.kind === 'boolean' || item.kind === 'list' || item.kind === 'record') return { at: item.at, refused: 'a pattern is a text' };
    else sets.push(unreadable(item));
  }
  const [first] = value.items;
  return { set: anyOf(sets), at: value.items.length === 1 && first !== undefined ? first.at : value.at };
}

/** Origins that the plugin's metadata lists under a name, elsewhere. */
function metadata(settings: Settings, cases: readonly Origins[]): readonly Origins[] {
  const value = settings.fields.get('allow_origins_by_metadata')?.value;
  if (value === undefined || value.kind === 'nothing') return cases;
  const more = unreadable(unknown('database-or-io', 'the origins in the metadata of the plugin', value.at));
  return cases.map((one) => ({ ...one, star: one.varies ? one.star : undefined, echoed: { set: anyOf([one.echoed?.set ?? NONE, more]), at: one.echoed?.at ?? value.at } }));
}

function unreadable(value: Value): DynamicSet {
  const why = value.kind === 'unknown' || value.kind === 'env' ? factOf(value) : factOf(unknown('template-syntax', 'a text that is put together when the configuration is made', value.at));
  return { s: 'dynamic', why, lower: NONE, upper: PRESENT, exactTexts: false, at: value.at };
}
