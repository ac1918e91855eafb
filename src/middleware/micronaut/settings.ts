import type { Files } from '../../text/files.js';
import type { Span } from '../../text/span.js';
import { mapCases } from '../../values/cases.js';
import type { Value } from '../../values/value.js';
import { ApplicationConfiguration, configurationFor, MICRONAUT, sourcesInFile, splitAtCommas, uniform, type Setting, type Split } from '../application/index.js';

/** What the application files around one say to Micronaut, which knows keys in every spelling. */
export interface MicronautSettings {
  /** Undefined: no file has the key. */
  text(key: string): Value | undefined;
  list(key: string): Value | undefined;
  /** Names of a map, as written. */
  names(key: string): readonly string[];
  /** The key and the value, where the strongest source that counts in production has them. */
  whole(key: string): Setting | undefined;
  /** The first setting below a key. */
  below(key: string): Setting | undefined;
}

/** Reads the application files that belong to a file; itself alone where it goes by another name. */
export function micronautSettings(files: Files, file: string): MicronautSettings {
  const around = configurationFor(files, file, MICRONAUT).sources;
  const sources = around.some((source) => source.file === file) ? around : sourcesInFile(files, file, MICRONAUT);
  const configuration = new ApplicationConfiguration(sources, fallbackPart);
  const at: Span = { file, start: 0, end: 0 };
  const unset: Value = { kind: 'nothing', what: 'undefined', at };
  const holds = (key: string): boolean => sources.some(({ settings }) => settings.some((one) => uniform(one.key) === uniform(key) || uniform(one.key).startsWith(`${uniform(key)}[`)));
  return {
    text: (key) => (holds(key) ? mapCases(configuration.bound(key, unset) ?? unset, at, emptied) : undefined),
    list: (key) => (holds(key) ? mapCases(configuration.list(key, unset, splitUntrimmed) ?? unset, at, emptied) : undefined),
    names: (key) => [...new Set(configuration.names(key))],
    whole(key) {
      const found = sources.flatMap(({ when, settings }) => settings.filter((one) => uniform(one.key) === uniform(key)).map((setting) => ({ when, setting })));
      const inProduction = found.find(({ when }) => when.c === 'true' || (when.c === 'fact' && when.fact.environment === 'production'));
      return (inProduction ?? found[0])?.setting;
    },
    below: (key) => sources.flatMap(({ settings }) => settings).find((one) => uniform(one.key).startsWith(`${uniform(key)}.`)),
  };
}

function emptied(value: Value): Value {
  return value.kind === 'string' && value.value.trim() === '' ? { kind: 'nothing', what: 'undefined', at: value.at } : value;
}

/** A list that is one text is split at its commas, and the blanks stay: ` https://b.example` is no origin (measured). */
const splitUntrimmed: Split = (value, itemAt) =>
  mapCases(value, value.at, (text) => {
    if (text.kind !== 'string') return splitAtCommas(text, itemAt);
    let offset = 0;
    const items = text.value.split(',').map((piece): Value => {
      const start = offset;
      offset += piece.length + 1;
      return { kind: 'string', value: piece, at: itemAt?.(start, start + piece.length) ?? text.at };
    });
    return { kind: 'list', items, at: text.at };
  });

/**
 * What follows the first colon of a placeholder is another key, and only what follows the last one a text, unless it
 * stands between backticks: of `${X:https://a.example}` nothing is left but `//a.example` (measured).
 */
function fallbackPart(text: string): readonly [start: number, end: number] {
  if (text.length > 1 && text.startsWith('`') && text.endsWith('`')) return [1, text.length - 1];
  return text.includes('${') ? [0, text.length] : [text.lastIndexOf(':') + 1, text.length];
}
