import type { Directive } from '../../syntax/nginx/index.js';
import { spelled } from './lines.js';
import { OTHER, Undecided, type Atom } from './trace.js';

/** A header line in force for some requests. */
export interface HeaderLine {
  /** As it is spelled, without quotes. */
  readonly name: string;
  readonly value: string;
  /** The value as it is spelled, where it is the author's own word. */
  readonly spelling?: string;
  readonly always: boolean;
  readonly directive: Directive;
}

/** What is sent to one kind of request. */
export interface Cell {
  readonly lines: readonly HeaderLine[];
  /** The answer is made here with a status that gets all headers: `always` means nothing for it. */
  readonly isSafe: boolean;
  /** The `return` that becomes the answer to preflights. */
  readonly answer: Directive | undefined;
}

/** Cells by method, one for each atom that is the first to hold and one where none holds; undefined where nothing is known to come here. */
export type Table = ReadonlyMap<string, readonly (Cell | undefined)[]>;

/** A header in one line for all requests. */
export interface Column {
  readonly name: string;
  /** As a word of nginx. */
  readonly value: string;
  readonly always: boolean;
  /** Lines that it stands for. */
  readonly from: readonly Directive[];
  /** A header that is not of CORS, and that not every answer has. */
  readonly isPartial: boolean;
}

export interface Written {
  readonly maps: readonly (readonly string[])[];
  readonly columns: readonly Column[];
  readonly answer?: { readonly condition: string | undefined; readonly directive: Directive };
}

/** Texts by method and row; undefined where it does not matter. */
type Values = ReadonlyMap<string, readonly (string | undefined)[]>;

/** The variable of a condition. */
const PREFLIGHT = 'cors_preflight';
const OF_PREFLIGHTS = /^access-control-(?:allow-methods|allow-headers|max-age)$/;
const NAMES: Readonly<Record<string, string>> = { 'access-control-allow-origin': 'cors_origin', 'access-control-allow-credentials': 'cors_credentials', 'access-control-allow-methods': 'cors_methods', 'access-control-allow-headers': 'cors_headers', 'access-control-expose-headers': 'cors_exposed_headers', 'access-control-max-age': 'cors_max_age' };

/**
 * Writes a table of what is sent as one line for each header, with maps for what differs by origin and method. What
 * no browser looks at (methods in what is no preflight, credentials without an origin) may differ from the table.
 * @param variable a name that is free, by the one that is wished
 * @throws {Undecided} where `always` differs
 */
export function columnsOf(table: Table, atoms: readonly Atom[], variable: (name: string) => string): Written {
  const sheet = new Sheet(table, atoms, variable);
  return sheet.written();
}

class Sheet {
  readonly #maps: string[][] = [];
  readonly #known = new Map<string, string>();
  readonly #cells: readonly Cell[];
  /** How the origin's own map says it, and under which name: other headers may ask it. */
  #primary: { readonly row: readonly string[]; readonly variable: string } | undefined;

  constructor(
    private readonly table: Table,
    private readonly atoms: readonly Atom[],
    private readonly variable: (name: string) => string,
  ) {
    this.#cells = [...table.values()].flat().filter((cell) => cell !== undefined);
  }

  written(): Written {
    const keys = this.#keys();
    const origin = keys.find((key) => key === 'access-control-allow-origin 0');
    const first = origin === undefined ? [] : [this.#column(origin)];
    const all = keys.map((key) => (key === origin ? first[0]! : this.#column(key)));
    const vary = this.#primary !== undefined && !all.some(({ name, value }) => /^vary$/i.test(name) && /\borigin\b|\*/i.test(value)) && first[0] !== undefined ? [{ ...first[0], name: 'Vary', value: 'Origin', from: [], isPartial: false }] : [];
    const at = all.indexOf(first[0]!) + 1;
    return { columns: [...all.slice(0, at), ...vary, ...all.slice(at)], ...this.#answer(), maps: this.#maps };
  }

  /** Headers in the order in which they are written; one that is sent twice has two columns. */
  #keys(): readonly string[] {
    const places = new Map<string, number>();
    for (const { lines } of this.#cells) for (const [key, { directive }] of keyed(lines)) places.set(key, Math.min(directive.at.start, places.get(key) ?? Infinity));
    return [...places].toSorted(([, a], [, b]) => a - b).map(([key]) => key);
  }

  #column(key: string): Column {
    const header = key.slice(0, key.indexOf(' '));
    const lines = this.#cells.flatMap(({ lines: all }) => keyed(all).filter(([other]) => other === key).map(([, line]) => line));
    const values = this.#values(header, key);
    const base = NAMES[header] ?? `cors_${header.replaceAll(/\W/g, '_')}`;
    const sent = lines.toSorted((a, b) => a.directive.at.start - b.directive.at.start);
    const isPartial = !/^(?:access-control-|vary$)/.test(header) && [...values.values()].flat().includes('');
    return { name: sent[0]!.name, value: this.#expression(values, base, new Map(sent.toReversed().flatMap(({ value, spelling }) => (spelling === undefined ? [] : [[value, spelling] as const]))), header === 'access-control-allow-origin'), always: this.#always(header, key), from: [...new Set(sent.map(({ directive }) => directive))], isPartial };
  }

  #values(header: string, key: string): Values {
    const all = new Map([...this.table].map(([method, row]) => [method, row.map((cell) => (cell === undefined ? undefined : (valueIn(cell, key) ?? '')))] as const));
    const cared = new Map([...all].map(([method, row]) => [method, row.map((text, index) => (this.#matters(header, method, index, text) ? text : undefined))] as const));
    return [...cared.values()].some((row) => row.some((text) => text !== undefined)) ? cared : new Map([...all].map(([method, row]) => [method, row.map((text) => (text === '' ? undefined : text))] as const));
  }

  /** Does a browser look at the header in such an answer? */
  #matters(header: string, method: string, row: number, text: string | undefined): boolean {
    if (header === 'vary') return text !== '';
    if (header === 'access-control-allow-origin' || !header.startsWith('access-control-')) return true;
    const cell = this.table.get(method)![row];
    const isLetIn = cell !== undefined && (valueIn(cell, 'access-control-allow-origin 0') ?? '') !== '';
    return isLetIn && (method === 'OPTIONS' || !OF_PREFLIGHTS.test(header));
  }

  #always(header: string, key: string): boolean {
    const lines = [...this.table].flatMap(([method, row]) => row.flatMap((cell, index) => (cell === undefined ? [] : keyed(cell.lines).filter(([other]) => other === key).map(([, line]) => ({ line, counts: !cell.isSafe && this.#matters(header, method, index, line.value) })))));
    const counting = lines.filter(({ counts }) => counts).map(({ line }) => line);
    const every = counting.find(({ always }) => always);
    const some = counting.find(({ always }) => !always);
    if (every !== undefined && some !== undefined) throw new Undecided(some.directive, `${some.name} is sent with every status for some requests, and only with successful ones here`);
    return counting.length > 0 ? every !== undefined : lines.some(({ line }) => line.always);
  }

  /** One word for all requests. */
  #expression(values: Values, name: string, spellings: ReadonlyMap<string, string>, isOrigin: boolean): string {
    const word = (text: string): string => spellings.get(text) ?? spelled(text);
    const usual = mostFrequent([...values.values()].flat());
    // What does not matter is as what matters is: a row's own text, else the usual one.
    const rows = new Map([...values].map(([method, row]) => [method, row.map((text) => text ?? row.find((other) => other !== undefined) ?? usual)] as const));
    const distinct = new Set([...rows.values()].map((row) => JSON.stringify(row)));
    const ofRow = (row: readonly string[], as: string): string => (isConstant(row) ? word(row[0]!) : this.#ofOrigin(row, as, word, isOrigin));
    if (distinct.size === 1) return ofRow([...rows.values()][0]!, name);
    const words = new Map([...rows].map(([method, row]) => [method, ofRow(row, isOrigin ? 'cors_allowed_origin' : `${name}_by_origin`)] as const));
    const rest = words.get(OTHER)!;
    const lines = [`default ${rest};`, ...[...words].filter(([method, text]) => method !== OTHER && text !== rest).map(([method, text]) => `${method} ${text};`)];
    return this.#map('$request_method', name, lines);
  }

  /** A variable that follows the Origin; where it is the header's own, or asks whether there is one. */
  #ofOrigin(row: readonly string[], name: string, word: (text: string) => string, isOrigin: boolean): string {
    const primary = this.#primary;
    if (primary !== undefined) {
      const [sent, unsent] = [true, false].map((isSent) => [...new Set(row.filter((_text, index) => (primary.row[index] !== '') === isSent))]);
      // A condition holds for any text.
      if (name.startsWith(PREFLIGHT) && sent!.join() === '1' && unsent!.join() === '') return primary.variable;
      if (sent!.length === 1 && unsent!.length === 1) return JSON.stringify(row) === JSON.stringify(primary.row) ? primary.variable : this.#map(primary.variable, name, [`default ${word(sent![0]!)};`, `"" ${word(unsent![0]!)};`]);
    }
    const rest = row.at(-1)!;
    const last = row.findLastIndex((text) => text !== rest);
    const variable = this.#map('$http_origin', name, [`default ${word(rest)};`, ...this.atoms.slice(0, last + 1).map(({ key, ignoreCase }, index) => `${ignoreCase === undefined ? spelled(key) : pattern(key)} ${word(row[index]!)};`)]);
    if (isOrigin) this.#primary ??= { row, variable };
    return variable;
  }

  #map(source: string, name: string, rows: readonly string[]): string {
    const key = `${source} ${rows.join(' ')}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const variable = this.variable(name);
    this.#known.set(key, variable);
    this.#maps.push([`map ${source} ${variable} {`, ...rows.map((row) => `    ${row}`), '}']);
    return variable;
  }

  #answer(): Pick<Written, 'answer'> {
    const answers = this.#cells.flatMap(({ answer }) => answer ?? []);
    const [first] = answers;
    if (first === undefined) return {};
    const words = ({ args }: Directive): string => args.map(({ text }) => text).join(' ');
    const other = answers.find((answer) => words(answer) !== words(first));
    if (other !== undefined) throw new Undecided(other, 'preflights are answered in more than one way');
    const values: Values = new Map([...this.table].map(([method, row]) => [method, row.map((cell) => (cell === undefined ? undefined : cell.answer === undefined ? '' : '1'))]));
    const answered = [...values].filter(([, row]) => row.some((text) => text === '1'));
    const [only] = answered;
    if (answered.length === 1 && only![1].every((text) => text !== '')) return { answer: { directive: first, condition: only![0] === 'OPTIONS' ? undefined : `$request_method = ${only![0]}` } };
    return { answer: { directive: first, condition: this.#expression(values, PREFLIGHT, new Map(), false) } };
  }
}

/** A pattern with its mark, as a row begins. */
function pattern(key: string): string {
  return `"${key.replace(/\\(?=["'\\trn]|$)/g, '\\\\').replaceAll('"', '\\"')}"`;
}

/** Lines by their header, and which one of its name each is. */
function keyed(lines: readonly HeaderLine[]): readonly (readonly [string, HeaderLine])[] {
  const counts = new Map<string, number>();
  return lines.map((line) => {
    const name = line.name.toLowerCase();
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    return [`${name} ${count}`, line] as const;
  });
}

function valueIn({ lines }: Cell, key: string): string | undefined {
  return keyed(lines).find(([other]) => other === key)?.[1].value;
}

function isConstant(row: readonly string[]): boolean {
  return row.every((text) => text === row[0]);
}

function mostFrequent(texts: readonly (string | undefined)[]): string {
  const counts = new Map<string, number>();
  for (const text of texts) if (text !== undefined) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? '';
}
