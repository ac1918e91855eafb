import { folderOf, resolvePath, type Files } from '../../text/files.js';
import { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';
import { not, type Condition } from '../../values/condition.js';
import { settingIsAbsent } from '../../values/fact.js';
import { casesOfValue, join } from '../../values/cases.js';
import { unknown, type EnvValue, type ListValue, type UnknownValue, type Value } from '../../values/value.js';
import { parseHocon } from './parse.js';
import type { Field, HoconFile, HoconNode, HoconObject, Include, Substitution } from './tree.js';

/** Something that gives a path a value, in the order of the files. */
interface Assignment {
  readonly path: readonly string[];
  readonly adds: boolean;
  readonly value: HoconNode;
  readonly at: Span;
}

/** A value with the place of the last thing that gave it, key and all. */
export interface Resolved {
  readonly value: Value;
  readonly at: Span;
  /** Places of all that had a part in it. */
  readonly from: readonly Span[];
}

const MAX_INCLUDES = 20;
const MAX_STEPS = 4_000;

/** A file with those that it includes, ready to be asked for values. */
export class HoconConfig {
  readonly #assignments: Assignment[] = [];
  /** Includes that are not in the repository. */
  readonly unread: Include[] = [];
  readonly #visited = new Set<string>();
  #steps = 0;

  constructor({ file, files, root }: HoconFile) {
    this.#visited.add(file);
    this.#collect(root, [], file, files);
  }

  #collect(object: HoconObject, prefix: readonly string[], file: string, files: Files): void {
    for (const entry of object.entries) {
      if (entry.kind === 'include') this.#include(entry, prefix, file, files);
      else this.#field(entry, prefix, file, files);
    }
  }

  #field({ path, adds, value, at }: Field, prefix: readonly string[], file: string, files: Files): void {
    const whole = [...prefix, ...path];
    // Objects are merged, so what is in them stands for itself; `{…} {…}` are two of them.
    const parts = value.kind === 'concatenation' ? value.parts : [value];
    if (!adds && parts.some((part) => part.kind === 'object')) {
      for (const part of parts) {
        if (part.kind === 'object') this.#collect(part, whole, file, files);
        else this.#assignments.push({ path: whole, adds: false, value: part, at });
      }
    } else this.#assignments.push({ path: whole, adds, value, at });
  }

  #include(include: Include, prefix: readonly string[], file: string, files: Files): void {
    if (include.from === 'url' || this.#visited.size > MAX_INCLUDES) {
      this.unread.push(include);
      return;
    }
    const beside = include.from === 'classpath' ? undefined : resolvePath(folderOf(file), include.what);
    const names = [...(beside === undefined ? [] : [beside]), resolvePath(folderOf(file), include.what.replace(/^\//, '')) ?? ''].flatMap((path) => [path, `${path}.conf`, `${path}.json`]);
    const found = names.find((path) => path !== '' && !path.endsWith('/') && files.exists(path) && files.read(path) !== undefined);
    if (found === undefined || this.#visited.has(found)) {
      // What is not there is left out without a word, unless a library brings it along.
      if (found === undefined) this.unread.push(include);
      return;
    }
    this.#visited.add(found);
    const { unit } = parseHocon(new SourceText(found, files.read(found) ?? ''), files);
    if (unit === undefined) this.unread.push(include);
    else this.#collect(unit.root, prefix, found, files);
  }

  /** Places of everything at or below a path, in order. */
  placesBelow(path: readonly string[]): readonly Span[] {
    return this.#assignments.flatMap((one) => (startsWith(one.path, path) ? [one.at] : []));
  }

  /** What a path holds in the end; undefined: nothing gives it a value. */
  at(...path: readonly string[]): Resolved | undefined {
    return this.#resolve(path, this.#assignments.length, []);
  }

  /** `until`: only what stands before counts; `asked`: paths that are being resolved. */
  #resolve(path: readonly string[], until: number, asked: readonly string[]): Resolved | undefined {
    let held: Resolved | undefined;
    for (const [index, one] of this.#assignments.slice(0, until).entries()) {
      this.#steps += 1;
      if (this.#steps > MAX_STEPS) return { value: unknown('budget', 'substitutions that lead too far', one.at), at: one.at, from: [one.at] };
      if (!startsWith(path, one.path)) continue;
      const rest = path.slice(one.path.length);
      const value = rest.length > 0 ? this.#inside(one, rest, index, asked) : this.#value(one.value, { path, index, held: one.adds ? undefined : held?.value, asked });
      if (value === 'nothing') continue;
      if (value === undefined) held = undefined;
      else held = { value: one.adds ? appended(held?.value, value, one.at) : value, at: one.at, from: [...(held?.from ?? []), one.at] };
    }
    return held;
  }

  /** `cors = ${defaults}`: what is asked for below it stands in another object. Any other value takes away what was there. */
  #inside(one: Assignment, rest: readonly string[], index: number, asked: readonly string[]): Value | 'nothing' | undefined {
    const parts = one.value.kind === 'concatenation' ? one.value.parts : [one.value];
    for (const part of [...parts].reverse()) {
      if (part.kind !== 'substitution') continue;
      const key = [...part.path, ...rest].join('.');
      const found = asked.includes(key) ? undefined : this.#resolve([...part.path, ...rest], startsWith(part.path, one.path) ? index : this.#assignments.length, [...asked, key]);
      if (found !== undefined) return found.value;
      return 'nothing';
    }
    return one.value.kind === 'array' ? 'nothing' : undefined;
  }

  /** 'nothing': an optional substitution that leads nowhere leaves everything as it was. */
  #value(node: HoconNode, context: Context): Value | 'nothing' {
    switch (node.kind) {
      case 'text':
        return textValue(node.value, node.quotes === '', node.at);
      case 'array':
        return this.#list(node.items, context, node.at);
      case 'object':
        return unknown('unsupported-syntax', 'an object', node.at);
      case 'substitution':
        return this.#substituted(node, context);
      case 'concatenation': {
        const values = node.parts.map((part) => (part.kind === 'text' ? ({ kind: 'string', value: part.value, at: part.at } as const) : this.#value(part, context)));
        return concatenated(values.filter((value): value is Value => value !== 'nothing'), node.at);
      }
    }
  }

  #list(items: readonly HoconNode[], context: Context, at: Span): ListValue {
    return listFrom(items.flatMap((item) => {
      const value = this.#value(item, { ...context, held: undefined });
      return value === 'nothing' ? [] : [value];
    }), at);
  }

  /** The configuration is asked first, then the environment. Of its own path, it means what stood there before. */
  #substituted({ path, optional, at }: Substitution, { path: own, index, held, asked }: Context): Value | 'nothing' {
    const name = path.join('.');
    if (name === own.join('.')) return held ?? 'nothing';
    if (asked.includes(name)) return unknown('unsupported-syntax', `the substitution \`${name}\`, which leads back to itself`, at);
    const found = this.#resolve(path, startsWith(path, own) ? index : this.#assignments.length, [...asked, name]);
    if (found !== undefined) return found.value;
    const env: EnvValue = { kind: 'env', name, at };
    if (!optional) return env;
    const absent: Condition = { c: 'fact', fact: settingIsAbsent(name, at) };
    return join([{ when: absent, value: held ?? { kind: 'nothing', what: 'undefined', at } }, { when: not(absent), value: env }], at);
  }
}

interface Context {
  readonly path: readonly string[];
  readonly index: number;
  /** What stood at the path before. */
  readonly held: Value | undefined;
  readonly asked: readonly string[];
}

function startsWith(path: readonly string[], prefix: readonly string[]): boolean {
  return prefix.length <= path.length && prefix.every((part, index) => part === path[index]);
}

function textValue(text: string, plain: boolean, at: Span): Value {
  if (plain && (text === 'true' || text === 'false')) return { kind: 'boolean', value: text === 'true', at };
  if (plain && text === 'null') return { kind: 'nothing', what: 'null', at };
  return plain && /^-?\d+(?:\.\d+)?$/.test(text) ? { kind: 'number', value: Number(text), at } : { kind: 'string', value: text, at };
}

/** What nobody knows may be any number of items. */
function listFrom(values: readonly Value[], at: Span): ListValue {
  let rest: UnknownValue | EnvValue | undefined;
  const items = values.flatMap((value): readonly Value[] => {
    // An item that may be missing is there under the other condition only.
    if (value.kind === 'either') return [{ ...value, options: value.options.filter((option) => option.value.kind !== 'nothing') }];
    if (value.kind !== 'unknown') return [value];
    rest ??= value;
    return [];
  });
  return { kind: 'list', items, ...(rest === undefined ? {} : { rest }), at };
}

function appended(held: Value | undefined, value: Value, at: Span): Value {
  const before: Value = held === undefined || held.kind === 'nothing' ? { kind: 'list', items: [], at } : held;
  return concatenated([before, { kind: 'list', items: [value], at: value.at }], at);
}

/** Lists in a row are one list, anything else is a text. */
function concatenated(values: readonly Value[], at: Span): Value {
  const lists = values.some((value) => casesOfValue(value).some((one) => one.value.kind === 'list'));
  if (lists) {
    const items = values.flatMap((value): readonly Value[] => {
      if (value.kind === 'list') return [...value.items, ...(value.rest === undefined ? [] : [value.rest])];
      if (value.kind === 'nothing' || (value.kind === 'string' && value.value.trim() === '')) return [];
      // A list that is not in view may hold any number of items.
      return casesOfValue(value).some((one) => one.value.kind === 'env') ? [unknown('env-variable', 'a list that the environment adds', value.at)] : [value];
    });
    return listFrom(items, at);
  }
  const texts = values.flatMap((value): readonly Value[] => (value.kind === 'nothing' ? [] : [value.kind === 'number' || value.kind === 'boolean' ? { kind: 'string', value: String(value.value), at: value.at } : value]));
  if (texts.every((value) => value.kind === 'string')) return { kind: 'string', value: texts.map((value) => (value.kind === 'string' ? value.value : '')).join(''), at };
  return texts.length === 1 ? texts[0]! : { kind: 'concat', parts: texts, at };
}
