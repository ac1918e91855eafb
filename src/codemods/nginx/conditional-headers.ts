import { peeled } from '../../middleware/nginx/conditions.js';
import { setAround, type Place } from '../../middleware/nginx/places.js';
import { settingIn, variableName } from '../../middleware/nginx/variables.js';
import { indentationStep, type Directive } from '../../syntax/nginx/index.js';
import { contains, type Span } from '../../text/span.js';
import { ALLOW_ORIGIN, around, CORS_HEADER, isHeader, Sources, textsIn, VARY, variablesIn, type Configuration } from './configuration.js';
import { columnsOf, type Cell, type Column, type HeaderLine, type Table, type Written } from './columns.js';
import { commentsIn } from './lines.js';
import { substituted, traced, Undecided, type Atom, type End } from './trace.js';

/** A location whose headers depend on `if`s, and what is sent by method and origin. */
export interface Conditional {
  readonly location: Place;
  /** `if`s with header lines. */
  readonly conditions: readonly Directive[];
  readonly table: Table;
  readonly atoms: readonly Atom[];
  /** Equal for locations that send the same. */
  readonly key: string;
}

/** Statuses that get header lines without `always` (ngx_http_headers_filter). */
const SAFE = /^(?:200|201|204|206|301|302|303|304|307|308)$/;
/** What an `if` may hold besides, without a meaning of its own. */
const KNOWN = /^(?:add_header|set|return)$/;
/** Codes that end the phase, or lead elsewhere. */
const ENDS = /^(?:rewrite|break|return)$/;

/** Files of parameters for what is behind, without a header line or a code: those in `conf/` of nginx, and Debian's `proxy_params`. */
const PARAMETERS = /(?:^|\/)(?:(?:fastcgi|uwsgi|scgi|proxy)_params|fastcgi\.conf)$/;

/** Does a location send Access-Control-Allow-Origin out of an `if`? */
export function isConditional({ directive: { name, block } }: Place): boolean {
  return name === 'location' && block?.some((inner) => inner.name === 'if' && inner.block?.some((line) => isHeader(line, ALLOW_ORIGIN)) === true) === true;
}

/** @throws {Undecided} where it is more than methods and origins that decide, or more than headers that is decided */
export function conditionalAt(location: Place, sources: Sources): Conditional {
  const own = location.directive.block ?? [];
  const conditions = own.filter(({ name, block }) => name === 'if' && block?.some((line) => line.name === 'add_header') === true);
  checkAround(location, own, conditions);
  const server = around(location, 'server')?.directive.block ?? [];
  const base = headersInForce(location, own);
  const linesOf = (end: End): readonly HeaderLine[] => {
    const lines = end.level?.block?.filter(isLine) ?? [];
    const isEmptyAnswer = end.answer !== undefined && end.answer.within === end.level && end.answer.directive.args.length === 1 && /^20\d$/.test(end.answer.directive.args[0]!.text);
    return (lines.length > 0 ? lines : base).filter((line) => !(isEmptyAnswer && isHeader(line, /^content-(?:type|length)$/i))).map((line) => headerLine(line, end, sources));
  };
  const cellOf = (end: End): Cell | undefined => {
    if (end.early) return undefined;
    const answers = end.answer?.within !== undefined && conditions.includes(end.answer.within);
    return { lines: linesOf(end), isSafe: SAFE.test(end.answer?.directive.args[0]?.text ?? ''), answer: answers ? end.answer!.directive : undefined };
  };
  // An `if` that holds is a level without the location's try_files; one that answers by itself looks for no file.
  const tries = own.find(({ name }) => name === 'try_files');
  const isApart = (end: End): boolean => tries !== undefined && !end.early && end.level !== undefined && end.answer === undefined;
  const told = (end: End): string => {
    const cell = cellOf(end);
    return JSON.stringify([isApart(end), cell?.lines.map(({ name, value, always }) => [name, value, always]), end.answer?.directive.args.map(({ text }) => text), cell?.answer !== undefined]);
  };
  const { atoms, ends } = traced({ server, own }, told);
  const apart = [...ends.values()].flat().find(isApart);
  if (apart !== undefined) throw new Undecided(tries!, `the \`if\` in line ${sources.lineOf(apart.level!.at)} switches try_files off where it holds; without it, try_files would work for these requests again, and other files would be served`);
  const table: Table = new Map([...ends].map(([method, row]) => [method, row.map(cellOf)]));
  const captured = [...table.values()].flat().flatMap((cell) => cell?.lines ?? []).find(({ value }) => /\$\{?\d/.test(value));
  if (captured !== undefined) throw new Undecided(captured.directive, `${captured.value} is what a pattern took, which a map would take otherwise`);
  return { location, conditions, table, atoms, key: keyOf(columnsOf(table, atoms, (name) => `$${name}`)) };
}

/** Equal where the same lines and maps would be written, comments aside. */
function keyOf({ maps, columns, answer }: Written): string {
  return JSON.stringify([maps, columns.map(({ name, value, always }) => [name.toLowerCase(), value.replace(/^(["'])(.*)\1$/, '$2'), always]), answer?.condition ?? null, answer?.directive.args.map(({ text }) => text)]);
}

function checkAround(location: Place, own: readonly Directive[], conditions: readonly Directive[]): void {
  const last = own.indexOf(conditions.at(-1)!);
  for (const condition of conditions) {
    const other = condition.block?.find(({ name }) => !KNOWN.test(name));
    if (other !== undefined) throw new Undecided(other, `the \`if\` does more than CORS: ${other.name}`);
  }
  const server = around(location, 'server')?.directive.block ?? [];
  const lua = [...own, ...server].find(({ name }) => /_by_lua/.test(name));
  if (lua !== undefined) throw new Undecided(lua, 'Lua runs here, which may send headers too');
  for (const [index, directive] of own.entries()) {
    if (index < last && ENDS.test(directive.name)) throw new Undecided(directive, `${directive.name} decides whether the \`if\`s behind it are asked at all`);
    if (directive.name === 'include' && !PARAMETERS.test(directive.args[0]?.text ?? '')) throw new Undecided(directive, 'what is included here is not in view');
    if (directive.name === 'location' && directive.block?.some(({ name }) => name === 'add_header') === false) throw new Undecided(directive, 'this location has no header lines of its own, and would inherit those that replace the `if`s');
    if (/^more_(?:set|clear)_headers$/.test(directive.name) && directive.args.some(({ text }) => CORS_HEADER.test(text))) throw new Undecided(directive, `${directive.name} sends CORS headers here too`);
  }
  const inherits = [...own, ...server].find(({ name }) => name === 'add_header_inherit');
  if (inherits !== undefined) throw new Undecided(inherits, 'add_header_inherit changes which lines the `if`s replace');
}

function headersInForce(location: Place, own: readonly Directive[]): readonly Directive[] {
  const lines = own.filter(isLine);
  if (lines.length > 0) return lines;
  const { own: beside, around: outer } = setAround(location, 'add_header');
  return (beside.length > 0 ? beside : outer).filter(isLine);
}

/** One that nginx takes. */
function isLine(directive: Directive): boolean {
  return isHeader(directive, /^/);
}

function headerLine(directive: Directive, { variables }: End, sources: Sources): HeaderLine {
  const [name, value, always] = directive.args;
  const text = substituted(value!.text, variables);
  return { name: name!.text, value: text, ...(text === value!.text ? { spelling: sources.textOf(value!) } : {}), always: always !== undefined, directive };
}

/** What is taken out of a location, and what comes in its place. */
export interface Reworked {
  readonly conditional: Conditional;
  readonly written: Written;
  /** Headers that stand in the lines; the location keeps the others. */
  readonly columns: readonly Column[];
  readonly removed: readonly Directive[];
}

/** @param written with names that are free */
export function reworked(conditional: Conditional, written: Written, sources: Sources): Reworked {
  const own = conditional.location.directive.block ?? [];
  const isKept = ({ name, value, from }: Column): boolean => !CORS_HEADER.test(name) && !VARY.test(name) && from.some((line) => own.includes(line) && value === sources.textOf(line.args[1]!));
  const columns = written.columns.filter((column) => !isKept(column));
  return { conditional, written, columns, removed: [...conditional.conditions, ...own.filter((line) => line.name === 'add_header' && columns.some(({ from }) => from.includes(line)))] };
}

/** The lines that come in the place of stretches of text; comments of these are kept. */
export function linesOf({ conditional: { conditions }, written: { answer }, columns, removed }: Reworked, spans: readonly Span[], sources: Sources): readonly string[] {
  const comments = new Comments(removed, spans, sources);
  const step = indentationStep(sources.at(conditions[0]!.at), conditions[0]!);
  const lines = columns.flatMap(({ name, value, always, from }) => {
    const { before, behind } = comments.of(from);
    const [first] = from;
    return [...before, `add_header ${first === undefined ? name : sources.textOf(first.args[0]!)} ${value}${always ? ' always' : ''};${behind}`];
  });
  if (answer !== undefined) {
    const { before, behind } = comments.of([answer.directive]);
    lines.push(`if (${answer.condition ?? conditionAround(answer.directive, conditions, sources)}) {`, ...before.map((line) => step + line), `${step}${sources.textOf(answer.directive.at)}${behind}`, '}');
  }
  return [...comments.left(), ...lines];
}

/** What somebody should know who takes the lines. */
export function notesOn({ conditional: { conditions }, written: { columns } }: Reworked): readonly string[] {
  const dropped = new Set(conditions.flatMap(({ block }) => block!.filter((line) => isHeader(line, /^content-(?:type|length)$/i) && !columns.some(({ from }) => from.includes(line))).map(({ args }) => args[0]!.text)));
  return [
    ...(dropped.size === 0 ? [] : [`${[...dropped].join(' and ')} of the empty answer to preflights ${dropped.size === 1 ? 'is' : 'are'} left out`]),
    ...columns.filter(({ isPartial }) => isPartial).map(({ name, value }) => `${name} is sent as before, which is not with every answer: the map of ${value} says with which`),
  ];
}

/** The author's own words where the `if` asks for nothing else than the method. */
function conditionAround(answer: Directive, conditions: readonly Directive[], sources: Sources): string {
  const around = conditions.find(({ block }) => block!.includes(answer));
  const words = around === undefined ? [] : peeled(around.args);
  const [first, last] = [words[0], words.at(-1)];
  if (words.length !== 3 || first === undefined || last === undefined || !/^\$request_method$/i.test(first.text) || words[1]!.text !== '=') return '$request_method = OPTIONS';
  return sources.textOf({ file: first.file, start: first.start, end: last.end });
}

/** Comments of what is taken out: those of lines that stay go with them. */
class Comments {
  readonly #before = new Map<Directive, string[]>();
  readonly #behind = new Map<Directive, string>();
  readonly #said = new Set<string>();
  readonly #unowned: string[] = [];

  constructor(removed: readonly Directive[], spans: readonly Span[], sources: Sources) {
    for (const span of spans) {
      const lines = removed.flatMap((directive) => directive.block ?? [directive]).filter(({ whole }) => contains(span, whole));
      for (const { start, text, trailing } of commentsIn(sources.at(span), span.start, span.end)) {
        const owner = trailing ? lines.findLast(({ whole }) => whole.end <= start) : lines.find(({ whole }) => whole.start >= start);
        if (owner === undefined) this.#unowned.push(text);
        else if (trailing) this.#behind.set(owner, text);
        else this.#before.set(owner, [...(this.#before.get(owner) ?? []), text]);
      }
    }
  }

  /** Those of the first of some lines that has any. */
  of(lines: readonly Directive[]): { readonly before: readonly string[]; readonly behind: string } {
    const above = lines.find((line) => this.#before.has(line));
    const beside = lines.find((line) => this.#behind.has(line));
    const before = above === undefined ? [] : this.#before.get(above)!;
    const behind = beside === undefined ? '' : this.#behind.get(beside)!;
    for (const text of [...before, behind]) this.#said.add(text);
    return { before, behind: behind === '' ? '' : ` ${behind}` };
  }

  /** The rest, each once; asked for last. */
  left(): readonly string[] {
    const all = [...this.#unowned, ...[...this.#before.values()].flat(), ...this.#behind.values()];
    return [...new Set(all)].filter((text) => !this.#said.has(text) && /[^#\s]/.test(text));
  }
}

/** `set`s whose variables nobody asks for once something is taken out, and `if`s that hold nothing else. */
export function uselessAfter(removed: readonly Directive[], servers: readonly Place[], { places }: Configuration): readonly Directive[] {
  const gone = new Set(removed.map(idOf));
  const inView = places.filter((place) => {
    const server = around(place, 'server');
    return server === undefined || servers.some(({ directive }) => directive === server.directive);
  });
  const assigned = new Set(inView.filter(({ directive: { name, args } }) => name === 'set' && args.length === 2).map(({ directive }) => variableName(directive.args[0]!.text)));
  const useless = reachable(new Set(removed.flatMap((directive) => [...textsIn(directive)]).flatMap(variablesIn)), inView, assigned);
  const isUseless = ({ name, args }: Directive): boolean => name === 'set' && args.length === 2 && useless.has(variableName(args[0]!.text));
  const isEmptied = ({ name, block }: Directive): boolean => name === 'if' && block !== undefined && block.length > 0 && block.every(isUseless);
  for (let before = -1; before !== useless.size; ) {
    before = useless.size;
    for (const place of inView) {
      if (isGone(place, gone) || isUseless(place.directive) || isEmptied(place.directive)) continue;
      for (const { text } of [place.directive.nameToken, ...place.directive.args]) for (const name of variablesIn(text)) useless.delete(name);
    }
  }
  const emptied = inView.filter(({ directive }) => isEmptied(directive) && !gone.has(idOf(directive))).map(({ directive }) => directive);
  const sets = inView.filter((place) => isUseless(place.directive) && !isGone(place, gone) && !(place.block !== undefined && emptied.includes(place.block.directive))).map(({ directive }) => directive);
  return [...emptied, ...sets];
}

/** Variables that others are made of, too. */
function reachable(names: Set<string>, places: readonly Place[], assigned: ReadonlySet<string>): Set<string> {
  for (let before = -1; before !== names.size; ) {
    before = names.size;
    for (const { directive, block } of places) {
      if (directive.name !== 'set' || directive.args.length !== 2 || !names.has(variableName(directive.args[0]!.text))) continue;
      for (const text of [directive.args[1]!.text, ...(block?.directive.name === 'if' ? block.directive.args.map((token) => token.text) : [])]) for (const name of variablesIn(text)) names.add(name);
    }
  }
  return new Set([...names].filter((name) => assigned.has(name)));
}

function idOf({ at }: Directive): string {
  return `${at.file}:${at.start}`;
}

function isGone(place: Place, gone: ReadonlySet<string>): boolean {
  for (let one: Place | undefined = place; one !== undefined; one = one.block) if (gone.has(idOf(one.directive))) return true;
  return false;
}

/** The first value that a template puts in, where a file that is no template cannot have it. */
export function placeholderIn(lines: readonly string[]): string | undefined {
  return lines.map((line) => settingIn(line)).find((name) => name !== undefined);
}

export function firstOf(spans: readonly Span[]): Span {
  return spans.toSorted((a, b) => a.start - b.start)[0]!;
}
