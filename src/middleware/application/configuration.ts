import type { Files } from '../../text/files.js';
import type { Span } from '../../text/span.js';
import { join, mapCases, type Case } from '../../values/cases.js';
import { and, not, TRUE, type Condition } from '../../values/condition.js';
import { implies } from '../../values/decide.js';
import { setting } from '../../values/either.js';
import { unknown, type ListValue, type Value } from '../../values/value.js';
import { sourcesFor, sourcesIn, type Dialect, type SettingsSource } from './sources.js';
import { under, type Setting } from './settings.js';

/** Placeholders inside of placeholders are followed so far. */
const MAX_DEPTH = 12;

/**
 * What an application's files say, as its framework answers when it is asked for a key. A value that differs by profile
 * is one of several, each under the condition that its profile is active; `${X:default}` is its default where X is not
 * set. Texts have the places of their letters in the application file.
 */
export class ApplicationConfiguration {
  readonly #uniform = new Map<SettingsSource, ReadonlyMap<string, readonly Setting[]>>();

  /** Strongest first. `fallback` says which part of what follows the colon of a placeholder is its default. */
  constructor(
    readonly sources: readonly SettingsSource[],
    private readonly fallback: (text: string) => readonly [start: number, end: number] = (text) => [0, text.length],
  ) {}

  /**
   * A key as `Environment.getProperty` and placeholders ask for it: in kebab-case it stands for every way to write it,
   * else for itself. Always a text. Where no file has it, `otherwise`; undefined when that is, too, and no file has it at all.
   */
  property(key: string, otherwise: Value | undefined, depth = 0): Value | undefined {
    return this.#found(key, (source) => {
      const found = this.#at(source, key).at(-1);
      return found === undefined ? undefined : this.#filled(found, depth);
    }, otherwise);
  }

  /** `property`, converted to a list: one text with commas. A YAML sequence is no such text: nothing has the key. */
  propertyList(key: string, otherwise: Value | undefined): Value | undefined {
    return this.#found(key, (source) => {
      const found = this.#at(source, key).at(-1);
      return found === undefined ? undefined : this.#pieces(found);
    }, otherwise);
  }

  /** A key as `@ConfigurationProperties` binds a list: items by index, a YAML sequence, or one text with commas. */
  list(key: string, otherwise: Value | undefined, split: Split = splitAtCommas): Value | undefined {
    return this.#found(key, (source) => {
      const items = this.#items(source, key);
      if (items.length > 0) return { kind: 'list', items: items.map((one) => this.#filled(one, 0)), at: items[0]!.at };
      const found = this.#keys(source).get(uniform(key))?.at(-1);
      return found === undefined ? undefined : this.#pieces(found, split);
    }, otherwise);
  }

  /** A key as `@ConfigurationProperties` binds a text, in whatever way it is written. */
  bound(key: string, otherwise: Value | undefined): Value | undefined {
    return this.#found(key, (source) => {
      const found = this.#keys(source).get(uniform(key))?.at(-1);
      return found === undefined ? undefined : this.#filled(found, 0);
    }, otherwise);
  }

  /** Does a file say anything at or below the key? */
  holds(key: string): boolean {
    const wanted = uniform(key);
    return this.sources.some((source) => [...this.#keys(source).keys()].some((one) => one === wanted || one.startsWith(`${wanted}.`) || one.startsWith(`${wanted}[`)));
  }

  /** The next parts of the keys below a key, as written, each once: names of a map. */
  names(key: string): readonly string[] {
    const wanted = uniform(key);
    const found = new Set<string>();
    for (const source of this.sources) {
      for (const one of source.settings) {
        const parts = partsOf(one.key);
        for (let length = 1; length < parts.length; length += 1) if (uniform(joined(parts.slice(0, length))) === wanted) found.add(parts[length]!);
      }
    }
    return [...found];
  }

  /** A text in which `${…}` stands, as the framework fills it in; `place` says where its parts stand. */
  filledIn(text: string, place: (start: number, end: number) => Span, depth = 0): Value {
    const whole = place(0, text.length);
    if (depth > MAX_DEPTH) return unknown('budget', 'placeholders in placeholders', whole);
    const parts: Value[] = [];
    const literal = (from: number, to: number): unknown => from < to && parts.push({ kind: 'string', value: text.slice(from, to), at: place(from, to) });
    let from = 0;
    for (let start = text.indexOf('${'); start !== -1; start = text.indexOf('${', from)) {
      const end = closing(text, start + 2);
      if (end === -1) break;
      literal(from, start);
      parts.push(this.#placeholder(text.slice(start + 2, end), (a, b) => place(start + 2 + a, start + 2 + b), depth));
      from = end + 1;
    }
    literal(from, text.length);
    return parts.length === 0 ? { kind: 'string', value: '', at: whole } : concatenated(parts, whole);
  }

  /** `KEY`, `key:default`; either may hold placeholders itself. */
  #placeholder(inside: string, place: (start: number, end: number) => Span, depth: number): Value {
    const at = place(0, inside.length);
    const colon = separator(inside);
    const name = colon === -1 ? inside : inside.slice(0, colon);
    const key = name.includes('${') ? this.filledIn(name, place, depth + 1) : ({ kind: 'string', value: name.trim(), at } as const);
    if (key.kind !== 'string') return unknown('env-variable', `the setting \`${name}\``, at);
    const open: Value = { kind: 'env', name: key.value, at };
    if (depth >= MAX_DEPTH) return open;
    const fallback = colon === -1 ? undefined : this.#default(inside.slice(colon + 1), (a, b) => place(colon + 1 + a, colon + 1 + b), depth);
    return this.property(key.value, fallback === undefined ? open : setting(key.value, fallback, open, at), depth + 1) ?? open;
  }

  #default(text: string, place: (start: number, end: number) => Span, depth: number): Value {
    const [start, end] = this.fallback(text);
    return this.filledIn(text.slice(start, end), (a, b) => place(start + a, start + b), depth + 1);
  }

  #filled(found: Setting, depth: number): Value {
    return found.templated ? unknown('template-syntax', `the template in \`${found.key}\``, found.at) : this.filledIn(found.text, found.place, depth + 1);
  }

  #pieces(found: Setting, split: Split = splitAtCommas): Value {
    const value = this.#filled(found, 0);
    return split(value, value.kind === 'string' && value.value === found.text ? found.place : undefined);
  }

  /** The answers of the sources, each where no stronger one has one. */
  #found(key: string, answer: (source: SettingsSource) => Value | undefined, otherwise: Value | undefined): Value | undefined {
    const cases: Case[] = [];
    let left: Condition = TRUE;
    for (const source of this.sources) {
      const value = answer(source);
      if (value === undefined || implies(left, not(source.when))) continue;
      cases.push({ when: and(left, source.when), value });
      left = and(left, not(source.when));
      if (source.when.c === 'true' || left.c === 'false') return join(cases, placeOf(cases));
    }
    if (otherwise !== undefined) cases.push({ when: left, value: otherwise });
    else if (cases.length > 0) cases.push({ when: left, value: { kind: 'env', name: key, at: cases[0]!.value.at } });
    return cases.length === 0 ? undefined : join(cases, placeOf(cases));
  }

  #at(source: SettingsSource, key: string): readonly Setting[] {
    const alike = this.#keys(source).get(uniform(key)) ?? [];
    return CANONICAL.test(key) ? alike : alike.filter((one) => one.key === key);
  }

  #items(source: SettingsSource, key: string): readonly Setting[] {
    const items: Setting[] = [];
    const keys = this.#keys(source);
    for (let found = keys.get(`${uniform(key)}[0]`)?.at(-1); found !== undefined; found = keys.get(`${uniform(key)}[${items.length}]`)?.at(-1)) items.push(found);
    return items;
  }

  #keys(source: SettingsSource): ReadonlyMap<string, readonly Setting[]> {
    let keys = this.#uniform.get(source);
    if (keys === undefined) {
      const made = new Map<string, Setting[]>();
      for (const one of source.settings) made.set(uniform(one.key), [...(made.get(uniform(one.key)) ?? []), one]);
      this.#uniform.set(source, (keys = made));
    }
    return keys;
  }
}

/** The configuration that the program of a source file reads. */
export function configurationFor(files: Files, file: string, dialect: Dialect): ApplicationConfiguration {
  return new ApplicationConfiguration(sourcesFor(files, file, dialect));
}

/** The configuration that one file is by itself. */
export function configurationIn(files: Files, file: string, dialect: Dialect): ApplicationConfiguration {
  return new ApplicationConfiguration(sourcesIn(files, file, dialect));
}

/** Where the value stands that is likeliest to be used in production: not in what only holds in development or in tests. */
function placeOf(cases: readonly Case[]): Span {
  const elsewhere = ({ when }: Case): boolean => when.c === 'fact' && (when.fact.environment === 'development' || when.fact.environment === 'test');
  return (cases.find((one) => !elsewhere(one)) ?? cases[0]!).value.at;
}

/** A key in Spring Boot's canonical form: relaxed names are only looked for by it. */
const CANONICAL = /^[a-z][a-z0-9-]*(?:\[[^\]]*\])*(?:\.[a-z0-9][a-z0-9-]*(?:\[[^\]]*\])*)*$/;

/** What all ways to write a key have in common: small letters without dashes and underscores, outside of brackets, which stand without a dot. */
export function uniform(key: string): string {
  return key.replace(/\.\[/g, '[').split(/(\[[^\]]*\])/).map((part) => (part.startsWith('[') ? part : part.toLowerCase().replace(/[-_]/g, ''))).join('');
}

function partsOf(key: string): readonly string[] {
  return key.match(/\[[^\]]*\]|[^.[\]]+/g) ?? [];
}

function joined(parts: readonly string[]): string {
  return parts.reduce((sum, part) => under(sum, part), '');
}

/** Where a placeholder that begins before `from` ends. */
function closing(text: string, from: number): number {
  let depth = 1;
  for (let index = from; index < text.length; index += 1) {
    if (text[index] === '{') depth += 1;
    else if (text[index] === '}' && (depth -= 1) === 0) return index;
  }
  return -1;
}

/** The first colon outside of inner braces. */
function separator(text: string): number {
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === '{') depth += 1;
    else if (text[index] === '}') depth -= 1;
    else if (text[index] === ':' && depth === 0) return index;
  }
  return -1;
}

/** Texts in a row, for every way in which they come out. */
function concatenated(parts: readonly Value[], at: Span): Value {
  if (parts.length === 1) return parts[0]!;
  return parts.slice(1).reduce<Value>((sum, part) => mapCases(sum, at, (left) => mapCases(part, at, (right): Value => {
    if (left.kind === 'string' && right.kind === 'string') return { kind: 'string', value: left.value + right.value, at };
    return { kind: 'concat', parts: [...(left.kind === 'concat' ? left.parts : [left]), right], at };
  })), parts[0]!);
}

/** How a framework makes a list of one text; `itemAt` says where its parts stand, if they stand there as they are. */
export type Split = (value: Value, itemAt?: (start: number, end: number) => Span) => Value;

/** A text with commas as the list that conversion makes of it: items are trimmed, an empty text has none. Each item has its own place where it stands in the text. */
export function splitAtCommas(value: Value, itemAt?: (start: number, end: number) => Span): Value {
  return mapCases(value, value.at, (text): Value => {
    if (text.kind === 'string') return { kind: 'list', items: piecesOf(text, itemAt), at: text.at };
    if (text.kind === 'env' || text.kind === 'unknown') return { kind: 'list', items: [], rest: text, at: text.at };
    if (text.kind === 'concat') return pieced(text.parts, text.at);
    return text;
  });
}

function piecesOf({ value, at }: Value & { readonly kind: 'string' }, itemAt: ((start: number, end: number) => Span) | undefined): readonly Value[] {
  if (value.trim() === '') return [];
  let offset = 0;
  return value.split(',').map((piece) => {
    const start = offset + piece.length - piece.trimStart().length;
    offset += piece.length + 1;
    const trimmed = piece.trim();
    const place = itemAt?.(start, start + trimmed.length) ?? (at.end - at.start === value.length ? { file: at.file, start: at.start + start, end: at.start + start + trimmed.length } : at);
    return { kind: 'string', value: trimmed, at: place };
  });
}

/** A text of which a part is not known, as items: those of which everything is known are whole. */
function pieced(parts: readonly Value[], at: Span): ListValue {
  const items: Value[][] = [[]];
  for (const part of parts) {
    if (part.kind !== 'string') {
      items.at(-1)!.push(part);
      continue;
    }
    part.value.split(',').forEach((piece, index) => {
      if (index > 0) items.push([]);
      if (piece.trim() !== '') items.at(-1)!.push({ ...part, value: piece.trim() });
    });
  }
  return { kind: 'list', items: items.flatMap((item): Value[] => (item.length === 0 ? [] : item.length === 1 ? [item[0]!] : [{ kind: 'concat', parts: item, at }])), at };
}
