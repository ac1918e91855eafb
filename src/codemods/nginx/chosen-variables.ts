import type { Place } from '../../middleware/nginx/places.js';
import { variableName } from '../../middleware/nginx/variables.js';
import type { Directive } from '../../syntax/nginx/index.js';
import type { TextEdit } from '../../text/edit.js';
import { refuse, type Proposed } from '../codemod.js';
import { around, CORS_HEADER, isHeader, variablesIn, type Configuration } from './configuration.js';
import { columnsOf, type Written } from './columns.js';
import { placeholderIn } from './conditional-headers.js';
import { deployNote, fileOf, textsAfter, type Desk } from './desk.js';
import { commentsIn, replaced, withComments } from './lines.js';
import { mapPlace } from './placing.js';
import { traced, Undecided, type Atom, type End } from './trace.js';

/** Variables that the `if`s of one block set, and that CORS headers send. */
interface Chosen {
  readonly scope: Place;
  readonly variables: readonly Variable[];
  /** `set`s, and `if`s that hold nothing else. */
  readonly removed: readonly Directive[];
  readonly key: string;
}

interface Variable {
  readonly name: string;
  readonly atoms: readonly Atom[];
  /** Texts by method and row. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly from: Directive;
}

/** What is asked while a request is still being rewritten, and not when its headers are sent. */
const EARLY = /^(?:if|set|return|rewrite)$/;

/** Variables that `if`s set become maps; the header lines that send them stay as they are. */
export function* chosenVariables(desk: Desk): Generator<Proposed> {
  const { configuration } = desk;
  const groups = new Map<string, Chosen[]>();
  for (const [scope, names] of scopesOf(configuration)) {
    try {
      const chosen = chosenIn(scope, names, configuration);
      groups.set(chosen.key, [...(groups.get(chosen.key) ?? []), chosen]);
    } catch (error) {
      if (!(error instanceof Undecided)) throw error;
      yield refuse(error.directive.at, error.message);
    }
  }
  for (const group of groups.values()) yield* rewritten(group, desk);
}

/** Blocks with `if`s that set what CORS headers send. */
function scopesOf({ places }: Configuration): ReadonlyMap<Place, ReadonlySet<string>> {
  const sent = places.filter(({ directive, block }) => isHeader(directive, CORS_HEADER) && block?.directive.name !== 'if').flatMap((place) => variablesIn(place.directive.args[1]!.text).map((name) => ({ place, name })));
  const scopes = new Map<Place, Set<string>>();
  for (const { directive, block } of places) {
    const [name] = directive.name === 'set' && block?.directive.name === 'if' ? directive.args : [];
    const scope = block?.block;
    if (name === undefined || scope === undefined || !/^(?:server|location)$/.test(scope.directive.name)) continue;
    const variable = variableName(name.text);
    if (!sent.some((one) => one.name === variable && isInside(one.place, scope))) continue;
    scopes.set(scope, (scopes.get(scope) ?? new Set()).add(variable));
  }
  return scopes;
}

function isInside(place: Place, scope: Place): boolean {
  for (let one: Place | undefined = place; one !== undefined; one = one.block) if (one.directive === scope.directive) return true;
  return false;
}

/** @throws {Undecided} */
function chosenIn(scope: Place, names: ReadonlySet<string>, { places }: Configuration): Chosen {
  const inside = scope.directive.block!;
  const server = around(scope, 'server');
  const isServer = scope.directive.name === 'server';
  const assigns = ({ name, args }: Directive): boolean => name === 'set' && args.length === 2 && names.has(variableName(args[0]!.text));
  const isPure = ({ name, block }: Directive): boolean => name === 'if' && block !== undefined && block.length > 0 && block.every(assigns);
  const tried = isServer ? undefined : inside.find(({ name }) => name === 'try_files');
  if (tried !== undefined) throw new Undecided(tried, 'an `if` in this location switches try_files off where it holds; with a map in its place try_files would work for these requests again, and other files would be served');
  for (const place of places) {
    const { directive, block } = place;
    if (!isInside(place, server ?? scope)) continue;
    const own = block === scope || block?.block === scope;
    if (assigns(directive) && !own) throw new Undecided(directive, `${directive.args[0]!.text} is set here too, and not only in one block`);
    const asked = [directive.nameToken, ...directive.args].some(({ text }) => variablesIn(text).some((name) => names.has(name)));
    if (!asked || assigns(directive) || (own && isPure(directive))) continue;
    if (EARLY.test(directive.name)) throw new Undecided(directive, `${directive.name} asks for a variable that \`if\`s set, before the headers are sent`);
    const level = around(place, 'location');
    if (!isServer && level?.directive !== scope.directive) throw new Undecided(directive, 'this is sent where the variable is not set');
  }
  const variables = [...names].flatMap((name) => variableOf(name, scope, server));
  const removed = [...inside.filter((directive) => assigns(directive) || isPure(directive)), ...inside.filter((directive) => directive.name === 'if' && !isPure(directive)).flatMap(({ block }) => block!.filter(assigns))];
  return { scope, variables, removed, key: JSON.stringify(variables.map((one) => [one.name, mapsOf(one, (name) => `$${name}`)?.maps])) };
}

/** @throws {Undecided} */
function variableOf(name: string, scope: Place, server: Place | undefined): readonly Variable[] {
  const block = scope.directive.block!;
  const told = (end: End): string => (end.unknown.has(name) ? `?${name}` : (end.variables.get(name) ?? ''));
  const { atoms, ends } = traced(scope.directive.name === 'server' ? { server: block, own: [] } : { server: server?.directive.block ?? [], own: block }, told);
  const values = new Map([...ends].map(([method, row]) => [method, row.map(told)] as const));
  const from = block.find((directive) => directive.name === 'if' && directive.block?.some((inner) => inner.name === 'set' && variableName(inner.args[0]?.text ?? '') === name))!;
  const all = [...values.values()].flat();
  if (all.some((text) => text.startsWith('?'))) throw new Undecided(from, `what decides about $${name} is not told by method and origin`);
  const captured = all.find((text) => /\$\{?\d/.test(text));
  if (captured !== undefined) throw new Undecided(from, `${captured} is what a pattern took, which a map would take otherwise`);
  return [{ name, atoms, values, from }];
}

/** The maps of a variable; undefined where it is always the same. */
function mapsOf({ name, atoms, values, from }: Variable, variable: (name: string) => string): Written | undefined {
  const table = new Map([...values].map(([method, row]) => [method, row.map((value) => ({ lines: [{ name: 'Access-Control-Allow-Origin', value, always: true, directive: from }], isSafe: false, answer: undefined }))]));
  const written = columnsOf(table, atoms, (wished) => variable(wished === 'cors_origin' ? name : `${name}_by_origin`));
  return written.maps.length === 0 ? undefined : written;
}

function* rewritten(group: readonly Chosen[], { configuration, configurations, sources, names }: Desk): Generator<Proposed> {
  const [first] = group;
  const at = first!.removed[0]!.at;
  const places = group.map(({ scope }) => scope);
  const edits: TextEdit[] = [];
  const blocks: (readonly string[])[] = [];
  const renamed = new Map<string, string>();
  for (const variable of first!.variables) {
    const elsewhere = configurations.some((one) => one.places.some(({ directive: { name, args }, block }) => /^(?:set|map|geo)$/.test(name) && args.some(({ text }, index) => index === (name === 'set' ? 0 : 1) && variableName(text) === variable.name) && !places.some(({ directive }) => directive === block?.directive || directive === block?.block?.directive)));
    const written = mapsOf(variable, (wished) => (wished === variable.name && !elsewhere ? `$${wished}` : names.variable(wished)));
    if (written === undefined) return yield refuse(variable.from.at, `$${variable.name} is the same whatever the \`if\`s decide`);
    blocks.push(...written.maps);
    if (elsewhere) renamed.set(variable.name, written.columns[0]!.value);
  }
  const maps = mapPlace(places, group.flatMap(({ removed }) => removed.map(({ at: { file } }) => file)), configuration, configurations, sources);
  if (typeof maps === 'string') return yield refuse(at, maps);
  const spans = group.flatMap(({ removed }) => removed.map(({ whole }) => withComments(sources.at(whole), whole)));
  const comments = [...new Set(spans.flatMap((span) => commentsIn(sources.at(span), span.start, span.end).map(({ text }) => text)))];
  const lines = [[...comments, ...blocks[0]!], ...blocks.slice(1)];
  const fresh = new Map<string, string>();
  const edit = maps.kind === 'in-file' ? maps.edit(lines) : undefined;
  const placeholder = edit?.file === at.file ? undefined : placeholderIn(lines.flat());
  if (placeholder !== undefined) return yield refuse(at, `the value of ${placeholder} is put in by a template, and the map would stand in a file that is none`);
  if (edit !== undefined) edits.push(edit);
  else if (maps.kind === 'new-file') fresh.set(maps.path, fileOf(lines.flatMap((map, index) => (index === 0 ? map : ['', ...map])), sources, at));
  for (const file of new Set(spans.map((span) => span.file))) edits.push(...replaced(sources.at({ file }), spans.filter((span, index) => span.file === file && spans.findIndex((other) => other.file === file && other.start === span.start) === index)));
  if (renamed.size > 0) edits.push(...renamings(group, renamed, configuration, sources));
  const texts = textsAfter(edits, at, sources);
  if ('kind' in texts) return yield texts;
  yield {
    kind: 'rewriting',
    title: `${first!.variables.map(({ name }) => `$${name}`).join(' and ')} ${first!.variables.length === 1 ? 'becomes a map' : 'become maps'}`,
    at,
    texts: new Map([...texts, ...fresh]),
    notes: [...fresh.keys()].map((path) => deployNote(path, configuration)),
  };
}

/** Lines that send a variable whose name others have, too. */
function renamings(group: readonly Chosen[], names: ReadonlyMap<string, string>, { places }: Configuration, sources: Desk['sources']): readonly TextEdit[] {
  const found = new Map<string, TextEdit>();
  for (const place of places) {
    const chosen = group.find(({ scope }) => isInside(place, scope));
    if (chosen === undefined || chosen.removed.some(({ whole }) => whole.file === place.directive.at.file && whole.start <= place.directive.at.start && place.directive.at.end <= whole.end)) continue;
    for (const token of place.directive.args) {
      const text = sources.textOf(token).replace(/\$(?:\{(\w+)\}|(\w+))/g, (all, braced: string | undefined, bare: string | undefined) => names.get((braced ?? bare)!.toLowerCase()) ?? all);
      if (text !== sources.textOf(token)) found.set(`${token.file}:${token.start}`, { file: token.file, start: token.start, end: token.end, text });
    }
  }
  return [...found.values()];
}
