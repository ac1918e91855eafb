import type { Span } from '../../text/span.js';
import type { Condition } from '../../values/condition.js';
import { and, not, TRUE } from '../../values/condition.js';
import { excludes, implies } from '../../values/decide.js';
import type { Value } from '../../values/value.js';
import { uniform, type ApplicationConfiguration, type SettingsSource } from '../application/index.js';

/** A predicate or a filter: `Path=/a/**,/b`, or its name and arguments as keys of their own. */
export interface Definition {
  readonly name: string;
  /** In order; those with names of their own by name, too. */
  readonly args: readonly Argument[];
  readonly at: Span;
}

export interface Argument {
  /** As the full form names it; undefined in the short form. */
  readonly name: string | undefined;
  readonly value: Value;
}

export interface Route {
  readonly id: string | undefined;
  readonly uri: Value | undefined;
  readonly predicates: readonly Definition[];
  readonly filters: readonly Definition[];
  /** The key of its metadata. */
  readonly metadata: string;
  readonly at: Span;
}

/** A list that a file gives, and when it is this file's that counts: lists of several files are not put together. */
export interface Given<Item> {
  readonly when: Condition;
  readonly items: readonly Item[];
}

/** Items of one list that are looked at. */
const MAX_ITEMS = 500;

export function routesBelow(configuration: ApplicationConfiguration, prefix: string): readonly Given<Route>[] {
  return listsOf(configuration, `${prefix}.routes`, (source, key) => {
    const at = settingBelow(source, key)?.whole;
    const text = (name: string): Value | undefined => filled(configuration, source, `${key}.${name}`);
    const id = text('id');
    return at === undefined ? undefined : { id: id?.kind === 'string' ? id.value : undefined, uri: text('uri'), predicates: definitions(configuration, source, `${key}.predicates`), filters: definitions(configuration, source, `${key}.filters`), metadata: `${key}.metadata`, at };
  });
}

export function defaultFilters(configuration: ApplicationConfiguration, prefix: string): readonly Given<Definition>[] {
  return listsOf(configuration, `${prefix}.default-filters`, (source, key) => definition(configuration, source, key));
}

/** The lists that the sources have at a key, strongest first, each where no stronger one has one. */
function listsOf<Item>(configuration: ApplicationConfiguration, key: string, item: (source: SettingsSource, key: string) => Item | undefined): readonly Given<Item>[] {
  const given: Given<Item>[] = [];
  let left: Condition = TRUE;
  for (const source of configuration.sources) {
    if (excludes(left, source.when)) continue;
    const items = itemsBelow(source, key, item);
    if (items.length === 0) continue;
    given.push({ when: and(left, source.when), items });
    if (implies(left, source.when)) return given;
    left = and(left, not(source.when));
  }
  return given;
}

function itemsBelow<Item>(source: SettingsSource, key: string, item: (source: SettingsSource, key: string) => Item | undefined): readonly Item[] {
  const items: Item[] = [];
  for (; items.length < MAX_ITEMS; ) {
    const next = item(source, `${key}[${items.length}]`);
    if (next === undefined) break;
    items.push(next);
  }
  return items;
}

function definitions(configuration: ApplicationConfiguration, source: SettingsSource, key: string): readonly Definition[] {
  return itemsBelow(source, key, (one, at) => definition(configuration, one, at));
}

function definition(configuration: ApplicationConfiguration, source: SettingsSource, key: string): Definition | undefined {
  const own = settingAt(source, key);
  if (own !== undefined) {
    // `Name=a,b`: the text after the first `=` is parted at commas.
    const equals = own.text.indexOf('=');
    if (equals === -1) return { name: own.text.trim(), args: [], at: own.at };
    const args: Argument[] = [];
    let from = equals + 1;
    for (const piece of own.text.slice(from).split(',')) {
      const start = from + piece.length - piece.trimStart().length;
      const text = piece.trim();
      args.push({ name: undefined, value: configuration.filledIn(text, (a, b) => own.place(start + a, start + b)) });
      from += piece.length + 1;
    }
    return { name: own.text.slice(0, equals).trim(), args, at: own.at };
  }
  const name = settingAt(source, `${key}.name`);
  if (name === undefined) return undefined;
  const prefix = uniform(`${key}.args`);
  const args = source.settings.flatMap((setting): Argument[] => {
    if (!uniform(setting.key).startsWith(prefix)) return [];
    return [{ name: /\.args[.[]([\w-]+)[^.]*$/.exec(setting.key)?.[1], value: configuration.filledIn(setting.text, setting.place) }];
  });
  return { name: name.text.trim(), args, at: name.at };
}

function filled(configuration: ApplicationConfiguration, source: SettingsSource, key: string): Value | undefined {
  const found = settingAt(source, key);
  return found === undefined ? undefined : configuration.filledIn(found.text, found.place);
}

function settingAt(source: SettingsSource, key: string): SettingsSource['settings'][number] | undefined {
  const wanted = uniform(key);
  return source.settings.findLast((setting) => uniform(setting.key) === wanted);
}

function settingBelow(source: SettingsSource, key: string): SettingsSource['settings'][number] | undefined {
  const wanted = uniform(key);
  return source.settings.find((setting) => uniform(setting.key).startsWith(`${wanted}.`));
}
