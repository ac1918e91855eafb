/**
 * Headers that `if`s of a location send become maps: of the origin, and of the method where it matters, with one file
 * of header lines that locations include. Variables that `if`s set to an origin become maps too.
 *
 * A true `if` is a level of its own in nginx: it loses the headers of the location, and the last one that holds decides.
 */
import type { TextEdit } from '../text/edit.js';
import { contains, spanKey, type Span } from '../text/span.js';
import { indentationStep, type Directive } from '../syntax/nginx/index.js';
import { refuse, type Codemod, type Proposed } from './codemod.js';
import { ALLOW_ORIGIN, around, configurationsOf, isHeader, Names, Sources, type Configuration } from './nginx/configuration.js';
import { deployNote, fileOf, textsAfter, type Desk } from './nginx/desk.js';
import { columnsOf } from './nginx/columns.js';
import { conditionalAt, firstOf, isConditional, linesOf, notesOn, placeholderIn, reworked, uselessAfter, type Conditional, type Reworked } from './nginx/conditional-headers.js';
import { replaced, withComments, type Replacement } from './nginx/lines.js';
import { includePlace, mapPlace } from './nginx/placing.js';
import { chosenVariables } from './nginx/chosen-variables.js';
import { Undecided } from './nginx/trace.js';

export default {
  *propose(repository) {
    const configurations = configurationsOf(repository);
    const names = new Names(configurations);
    for (const configuration of configurations) {
      const sources = new Sources(repository.files);
      yield* bare(configuration);
      const found: Conditional[] = [];
      for (const location of configuration.places.filter(isConditional)) {
        try {
          found.push(conditionalAt(location, sources));
        } catch (error) {
          if (!(error instanceof Undecided)) throw error;
          yield refuse(error.directive.at, error.message);
        }
      }
      for (const group of groupsOf(found)) yield* one(group, { repository, configuration, configurations, sources, names });
      yield* chosenVariables({ repository, configuration, configurations, sources, names });
    }
  },
} satisfies Codemod;

/** Parts whose location is not in view. */
function* bare({ places }: Configuration): Generator<Proposed> {
  const found = places.find(({ directive, block }) => block === undefined && directive.name === 'if' && directive.block?.some((line) => isHeader(line, ALLOW_ORIGIN)) === true);
  if (found !== undefined) yield refuse(found.directive.at, 'maps stand in http, and no file that is looked at includes this part: name the one that does, too');
}

/** Locations that send the same; a part that several of them include is rewritten for all of them. */
function groupsOf(found: readonly Conditional[]): readonly (readonly Conditional[])[] {
  const groups = new Map<string, Conditional[]>();
  for (const one of found) groups.set(one.key, [...(groups.get(one.key) ?? []), one]);
  return [...groups.values()];
}

function* one(group: readonly Conditional[], { configuration, configurations, sources, names }: Desk): Generator<Proposed> {
  const [first] = group;
  const at = first!.conditions[0]!.at;
  const places = group.map(({ location }) => location);
  const shared = configuration.places.find((place) => isConditional(place) && !places.includes(place) && place.directive.block!.some((inner) => group.some(({ conditions }) => conditions.some((own) => spanKey(own.at) === spanKey(inner.at)))));
  if (shared !== undefined) return yield refuse(at, 'the part is included where its `if`s mean something else, too');
  const written = columnsOf(first!.table, first!.atoms, (name) => names.variable(name));
  const each = group.map((conditional) => reworked(conditional, written, sources));
  const useless = uselessAfter(each.flatMap(({ removed }) => removed), places.flatMap((place) => around(place, 'server') ?? []), configuration);
  const outs = each.map((rework) => outOf(rework, useless, sources));
  const ofServers = useless.filter((directive) => !places.some(({ directive: { block } }) => block!.includes(directive))).map(({ whole }) => withComments(sources.at(whole), whole));
  // What is said where nothing comes in its place is said in the first place.
  const lines = outs.map(({ anchor, spans }, index) => linesOf(each[index]!, [...(index === 0 ? ofServers : []), anchor, ...spans], sources));
  const include = group.every(isInPart) || placeholderIn(lines.flat()) !== undefined ? undefined : includePlace(configuration, 'cors');
  const fresh = new Map<string, string>();
  const edits: TextEdit[] = [];
  if (written.maps.length > 0) {
    const maps = mapPlace(places, outs.map(({ anchor }) => anchor.file), configuration, configurations, sources);
    if (typeof maps === 'string') return yield refuse(at, maps);
    const edit = maps.kind === 'in-file' ? maps.edit(written.maps) : undefined;
    const placeholder = edit?.file === at.file ? undefined : placeholderIn(written.maps.flat());
    if (placeholder !== undefined) return yield refuse(at, `the value of ${placeholder} is put in by a template, and the maps would stand in a file that is none`);
    if (edit !== undefined) edits.push(edit);
    else if (maps.kind === 'new-file') {
      const step = indentationStep(sources.at(at), first!.conditions[0]!);
      fresh.set(maps.path, fileOf(written.maps.flatMap((map, index) => [...(index === 0 ? [] : ['']), ...map.map((line) => line.replace(/^ {4}/, step))]), sources, at));
    }
  }
  if (include !== undefined) fresh.set(include.path, fileOf(allLines(lines), sources, at));
  const replacements = outs.map(({ anchor }, index): Replacement => ({ at: anchor, lines: include === undefined || isInPart(group[index]!) ? lines[index]! : [`include ${include.spelling};`] }));
  const anchors = new Set(replacements.map((replacement) => spanKey(replacement.at)));
  const spans = onceSpans([...outs.flatMap((out) => out.spans), ...ofServers].filter((span) => !replacements.some((replacement) => contains(span, replacement.at) || contains(replacement.at, span)) && !anchors.has(spanKey(span))));
  for (const file of new Set([...spans, ...replacements.map((replacement) => replacement.at)].map((span) => span.file))) {
    edits.push(...replaced(sources.at({ file }), spans.filter((span) => span.file === file), once(replacements.filter((replacement) => replacement.at.file === file))));
  }
  const texts = textsAfter(edits, at, sources);
  if ('kind' in texts) return yield texts;
  yield {
    kind: 'rewriting',
    title: `headers that \`if\`s decide about become ${written.maps.length > 0 ? 'maps' : 'lines without conditions'}${include === undefined ? '' : `, and ${include.path}`}`,
    at,
    texts: new Map([...texts, ...fresh]),
    notes: [...new Set([...each.flatMap(notesOn), ...[...fresh.keys()].map((path) => deployNote(path, configuration))])],
  };
}

function isInPart({ location, conditions }: Conditional): boolean {
  return conditions[0]!.at.file !== location.directive.at.file;
}

/** What is taken out of a location's text: the first stretch, which other lines replace, and the rest with the comments on it. */
function outOf({ conditional: { location, conditions }, removed }: Reworked, useless: readonly Directive[], sources: Sources): { readonly anchor: Span; readonly spans: readonly Span[] } {
  const all = [...removed, ...useless.filter((directive) => location.directive.block!.includes(directive))].map(({ whole }) => whole);
  const anchor = firstOf(all.filter(({ file }) => file === conditions[0]!.at.file));
  return { anchor, spans: all.filter((span) => span !== anchor).map((span) => withComments(sources.at(span), span)) };
}

/** The lines of the first place, under what is said of the others and not of it. */
function allLines([first, ...others]: readonly (readonly string[])[]): readonly string[] {
  const said = new Set(others.flat().filter((line) => /^\s*#.*[^#\s]/.test(line) && !first!.includes(line)));
  return [...said, ...first!];
}

function once(replacements: readonly Replacement[]): readonly Replacement[] {
  return replacements.filter((one, index) => replacements.findIndex(({ at }) => spanKey(at) === spanKey(one.at)) === index);
}

function onceSpans(spans: readonly Span[]): readonly Span[] {
  return spans.filter((span, index) => spans.findIndex((other) => spanKey(other) === spanKey(span)) === index);
}

