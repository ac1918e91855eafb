import type { Files } from '../../text/files.js';
import type { Span } from '../../text/span.js';
import { mapCases } from '../../values/cases.js';
import type { Value } from '../../values/value.js';
import { ApplicationConfiguration, configurationFor, MICROPROFILE, sourcesInFile, splitAtCommas, type Setting, type SettingsSource, type Split } from '../application/index.js';
import { quarkusBehaviour } from './version.js';

/** What the application files around one say to Quarkus. */
export interface QuarkusSettings {
  readonly sources: readonly SettingsSource[];
  /** Undefined: no file has the key. */
  text(key: string): Value | undefined;
  list(key: string): Value | undefined;
  /** The key and the value, where the strongest source that counts in production has them. */
  whole(keys: readonly string[]): Setting | undefined;
}

/** Reads the application files that belong to a file; itself alone where it goes by another name. */
export function quarkusSettings(files: Files, file: string): QuarkusSettings {
  const around = configurationFor(files, file, MICROPROFILE).sources;
  const sources = (around.some((source) => source.file === file) ? around : sourcesInFile(files, file, MICROPROFILE)).map(exactly).map(quarkusBehaviour(files, file).indexedWins ? withoutTexts : withoutItems);
  const configuration = new ApplicationConfiguration(sources);
  const holds = (key: string): boolean => sources.some(({ settings }) => settings.some((one) => one.key === key || one.key.startsWith(`${key}[`)));
  const at: Span = { file, start: 0, end: 0 };
  const unset: Value = { kind: 'nothing', what: 'undefined', at };
  return {
    sources,
    text: (key) => (holds(key) ? mapCases(configuration.property(key, unset) ?? unset, at, emptied) : undefined),
    list: (key) => (holds(key) ? mapCases(configuration.list(key, unset, splitBySmallRye) ?? unset, at, emptied) : undefined),
    whole(keys) {
      const found = sources.flatMap(({ when, settings }) => settings.filter(({ key }) => keys.includes(key)).map((setting) => ({ when, setting })));
      const inProduction = found.find(({ when }) => when.c === 'true' || (when.c === 'fact' && when.fact.environment === 'production'));
      return (inProduction ?? found[0])?.setting;
    },
  };
}

/** Quarkus knows its keys in one spelling; a key `~` of a YAML map gives the map itself a value. */
function exactly(source: SettingsSource): SettingsSource {
  const settings = source.settings.map((one) => (one.key === 'quarkus.http.cors.null' ? { ...one, key: 'quarkus.http.cors' } : one));
  return { ...source, settings: settings.filter(({ key }) => !/^quarkus\.http\.cors/i.test(key) || /^[a-z.-]+(?:\[\d+\])?$/.test(key)) };
}

/** Items by index win over one text of the same file, even where that is a profile's (measured on 3.38). */
function withoutTexts(source: SettingsSource, _index: number, all: readonly SettingsSource[]): SettingsSource {
  const indexed = new Set(all.filter(({ file, when }) => file === source.file && when.c === 'true').flatMap(({ settings }) => settings.flatMap(({ key }) => (key.endsWith('[0]') ? [key.slice(0, -3)] : []))));
  return indexed.size === 0 ? source : { ...source, settings: source.settings.filter(({ key }) => !indexed.has(key)) };
}

/** Before, one text won over items, wherever the two stand (measured on 2.13 and 3.15). */
function withoutItems(source: SettingsSource, _index: number, all: readonly SettingsSource[]): SettingsSource {
  const texts = new Set(all.filter(({ when }) => when.c === 'true').flatMap(({ settings }) => settings.map(({ key }) => key)));
  return { ...source, settings: source.settings.filter(({ key }) => !key.endsWith(']') || !texts.has(key.replace(/\[\d+\]$/, ''))) };
}

/** What is empty is not set. */
function emptied(value: Value): Value {
  const empty = (value.kind === 'string' && value.value.trim() === '') || (value.kind === 'list' && value.items.length === 0 && value.rest === undefined);
  return empty ? { kind: 'nothing', what: 'undefined', at: value.at } : value;
}

/** SmallRye Config splits at commas, takes the sign after a backslash as it is, and drops the backslash: a pattern loses it. */
export const splitBySmallRye: Split = (value, itemAt) =>
  mapCases(value, value.at, (text) => {
    if (text.kind !== 'string' || !text.value.includes('\\')) return splitAtCommas(text, itemAt);
    const items = [...text.value.matchAll(/(?:\\[^]|[^\\,])+/g)].flatMap((match): Value[] => {
      const raw = match[0];
      const start = match.index + raw.length - raw.trimStart().length;
      const meant = raw.replace(/\\([^])/g, '$1').trim();
      return meant === '' ? [] : [{ kind: 'string', value: meant, at: itemAt?.(start, match.index + raw.trimEnd().length) ?? text.at }];
    });
    return { kind: 'list', items, at: text.at };
  });
