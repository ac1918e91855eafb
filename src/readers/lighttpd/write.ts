import type { Change } from '../../policy/change.js';
import { addEntry, insertBefore, insertStatement, knownText, removeEntry, respell, type Entry, type LighttpdFile, type Scope, type Setting } from '../../syntax/lighttpd/index.js';
import type { TextEdit } from '../../text/edit.js';
import { SourceText } from '../../text/source-text.js';
import { headerName } from '../../text/header-name.js';
import { contains, sameSpan, type Span } from '../../text/span.js';
import { decline, type Declined } from '../reader.js';
import { entriesOf } from './program.js';

const ADDED = 'setenv.add-response-header';
const SET = 'setenv.set-response-header';

/** Spells a change in lighttpd's words; comments and indentation stay. */
export function edited(file: LighttpdFile, change: Change): readonly TextEdit[] | Declined {
  const source = change.at.file === file.source.file ? file.source : new SourceText(change.at.file, file.files.read(change.at.file) ?? '');
  return editsFor(file, source, change) ?? decline(`no text of this configuration can be edited for ${change.kind}`);
}

function editsFor(file: LighttpdFile, source: SourceText, change: Change): readonly TextEdit[] | undefined {
  switch (change.kind) {
    case 'add-vary':
      return withVary(file, change.at);
    case 'remove-header':
      return listWith(file, change.at) === undefined ? undefined : [removeEntry(source, change.at)];
    case 'replace-text':
    case 'replace-pattern': {
      const edit = respell(source, change.at, change.kind === 'replace-text' ? change.text : change.source);
      return edit === undefined ? undefined : [edit];
    }
    case 'remove-entry': {
      const entry = entryWithValue(file, change.at);
      return entry === undefined ? undefined : [removeEntry(source, entry.at)];
    }
    case 'rename-header':
      return renamed(source, listWith(file, change.at), headerName(change.header));
    case 'append-header':
      return addedInstead(source, listWith(file, change.at));
    case 'allow-only':
      return allowedOnly(source, listWith(file, change.at), change.origins);
    case 'exempt-options':
      return exempted(file, source, change.at);
    case 'hide-inner-header':
      return settingInstead(source, listWith(file, change.at));
    case 'repeat-headers':
      return repeated(file, source, change.at, change.from);
    default:
      return undefined;
  }
}

interface Place {
  readonly name: string;
  readonly setting: Setting;
  readonly entry: Entry;
}

/** The list of headers that an entry belongs to, and is written in. */
function listWith({ scopes }: LighttpdFile, at: Span): Place | undefined {
  for (const { settings } of scopes) {
    for (const name of [ADDED, SET]) {
      const setting = settings.get(name);
      const entry = setting === undefined ? undefined : entriesOf(setting).find((one) => sameSpan(one.at, at));
      if (setting !== undefined && entry !== undefined) return { name, setting, entry };
    }
  }
  return undefined;
}

function entryWithValue({ scopes }: LighttpdFile, at: Span): Entry | undefined {
  return scopes.flatMap(({ settings }) => [ADDED, SET].flatMap((name) => (settings.has(name) ? entriesOf(settings.get(name)!) : []))).find(({ value }) => sameSpan(value.at, at));
}

/**
 * `Vary` on every response that the origin decides about: those of the blocks that ask for the origin, and those of
 * nobody. It is added, never set: a set one would replace that of the layer behind.
 */
function withVary({ scopes, files, source: main }: LighttpdFile, at: Span): readonly TextEdit[] | undefined {
  const sourceOf = (file: string): SourceText => (file === main.file ? main : new SourceText(file, files.read(file) ?? ''));
  const asking = scopes.find((scope) => holding(scope, at));
  const outermost = asking === undefined ? undefined : lineOf(asking).findLast(asksForOrigin);
  if (outermost?.parent === undefined) return undefined;
  const first = lineOf(outermost, 'previous').at(-1)!;
  const around = outermost.parent.settings.get(ADDED);
  const edits: TextEdit[] = around === undefined ? [insertBefore(sourceOf(first.at.file), first.at, `${ADDED} += ( ${VARY} )`)] : [...varied(sourceOf, around)];
  const placed = around?.at ?? { ...first.at, end: first.at.start };
  for (const scope of scopes) {
    const setting = scope.settings.get(ADDED);
    if (setting === undefined || scope === outermost.parent || !lineOf(scope).includes(outermost.parent) || !entriesOf(setting).some(({ key }) => key?.toLowerCase() === 'access-control-allow-origin')) continue;
    // `+=` takes over what stands before it.
    const inherits = setting.operator === '+=' && lineOf(scope).every((one) => one === scope || !one.settings.has(ADDED) || one === outermost.parent) && placed.file === setting.at.file && placed.end <= setting.at.start;
    if (!inherits) edits.push(...varied(sourceOf, setting));
  }
  return edits;
}

const VARY = '"Vary" => "Origin"';

/** A scope with those around it, or with those before it in its chain. */
function lineOf(scope: Scope, along: 'parent' | 'previous' = 'parent'): readonly Scope[] {
  const line: Scope[] = [];
  for (let one: Scope | undefined = scope; one !== undefined; one = one[along]) line.push(one);
  return line;
}

/** The block, or one before it in its chain, has a condition on the origin. */
function asksForOrigin(scope: Scope): boolean {
  return lineOf(scope, 'previous').some(({ condition }) => condition?.object === 'REQUEST_HEADER' && condition.field.toLowerCase() === 'origin');
}

function holding({ settings }: Scope, at: Span): boolean {
  return [ADDED, SET].some((name) => settings.get(name) !== undefined && entriesOf(settings.get(name)!).some((entry) => sameSpan(entry.at, at)));
}

/** A list that says `Vary: Origin`, among what it says already. */
function varied(sourceOf: (file: string) => SourceText, setting: Setting): readonly TextEdit[] {
  const entries = entriesOf(setting);
  const vary = entries.find(({ key }) => key?.toLowerCase() === 'vary');
  if (vary !== undefined) {
    const text = knownText(vary.value) ?? '';
    if (/(?:^|,)\s*(?:origin|\*)\s*(?:,|$)/i.test(text)) return [];
    const edit = respell(sourceOf(vary.at.file), vary.value.at, text === '' ? 'Origin' : `${text}, Origin`);
    return edit === undefined ? [] : [edit];
  }
  const last = entries.findLast((entry) => contains(setting.at, entry.at));
  if (last !== undefined) return [addEntry(sourceOf(last.at.file), last.at, VARY)];
  return [insertStatement(sourceOf(setting.at.file), setting.at, `${ADDED} += ( ${VARY} )`)];
}

/** A header that is set replaces the one of the layer behind; one that is added stands beside it. */
function settingInstead(source: SourceText, place: Place | undefined): readonly TextEdit[] | undefined {
  if (place?.name !== ADDED || !contains(place.setting.at, place.entry.at)) return undefined;
  const { setting, entry } = place;
  if (entriesOf(setting).length === 1) return [{ ...setting.nameAt, text: SET }];
  return [removeEntry(source, entry.at), insertStatement(source, setting.at, `${SET} += ( ${source.text.slice(entry.at.start, entry.at.end)} )`)];
}

function renamed(source: SourceText, place: Place | undefined, name: string): readonly TextEdit[] | undefined {
  if (place?.entry.key === undefined) return undefined;
  const { at } = place.entry;
  const key = /^"(?:[^"\\]|\\.)*"/.exec(source.text.slice(at.start, at.end))?.[0];
  const edit = key === undefined ? undefined : respell(source, { ...at, end: at.start + key.length }, name);
  return edit === undefined ? undefined : [edit];
}

/** A header that is added stands beside the one of the layer behind. */
function addedInstead(source: SourceText, place: Place | undefined): readonly TextEdit[] | undefined {
  if (place?.name !== SET || !contains(place.setting.at, place.entry.at)) return undefined;
  const { setting, entry } = place;
  if (entriesOf(setting).length === 1) return [{ ...setting.nameAt, text: ADDED }];
  return [removeEntry(source, entry.at), insertStatement(source, setting.at, `${ADDED} += ( ${source.text.slice(entry.at.start, entry.at.end)} )`)];
}

/** One origin as the header's text, or every site without credentials. */
function allowedOnly(source: SourceText, place: Place | undefined, [only, ...others]: readonly string[]): readonly TextEdit[] | undefined {
  if (place === undefined || only === undefined || others.length > 0) return undefined;
  const credentials = only === '*' ? entriesOf(place.setting).filter(({ key }) => key?.toLowerCase() === 'access-control-allow-credentials') : [];
  const edit = respell(source, place.entry.value.at, only);
  return edit === undefined ? undefined : [edit, ...credentials.map(({ at }) => removeEntry(source, at))];
}

/** The password is asked for in a block of its own, for all methods but OPTIONS. */
function exempted({ scopes }: LighttpdFile, source: SourceText, at: Span): readonly TextEdit[] | undefined {
  const setting = scopes.flatMap(({ settings }) => settings.get('auth.require') ?? []).find((one) => contains(one.at, at));
  if (setting === undefined || setting.at.file !== source.file) return undefined;
  const line = source.lineStart(source.positionAt(setting.at.start).line);
  const indentation = source.text.slice(line, setting.at.start);
  if (!/^[ \t]*$/.test(indentation)) return undefined;
  const { lineEnding } = source;
  const step = indentation.includes('\t') ? '\t' : '    ';
  const own = source.text.slice(setting.at.start, setting.at.end).replaceAll(lineEnding, lineEnding + step);
  return [{ ...setting.at, text: ['$HTTP["request-method"] != "OPTIONS" {', `${step}${own}`, '}'].join(`${lineEnding}${indentation}`) }];
}

/** The block's own list takes over what it would lose: with `+=` where that is all that stands outside, else entry by entry. */
function repeated({ scopes, files }: LighttpdFile, source: SourceText, at: Span, from: readonly Span[]): readonly TextEdit[] | undefined {
  const scope = scopes.find((one) => sameSpan(one.at, at));
  for (const name of [ADDED, SET]) {
    const setting = scope?.settings.get(name);
    if (scope === undefined || setting === undefined || setting.at.file !== source.file) continue;
    const outer = outerList(scope, name);
    const isAll = outer !== undefined && entriesOf(outer).length === from.length && entriesOf(outer).every((entry) => from.some((span) => sameSpan(span, entry.at)));
    if (isAll && setting.operator === '=') return [{ ...setting.operatorAt, text: '+=' }];
    const last = entriesOf(setting).findLast((entry) => contains(setting.at, entry.at));
    const texts = from.map((span) => (span.file === source.file ? source.text : (files.read(span.file) ?? '')).slice(span.start, span.end));
    if (last !== undefined && !texts.includes('')) return texts.reduceRight<readonly TextEdit[]>((edits, text) => [addEntry(source, last.at, text), ...edits], []);
  }
  return undefined;
}

/** What `+=` would extend. */
function outerList({ parent }: Scope, name: string): Setting | undefined {
  for (let scope = parent; scope !== undefined; scope = scope.parent) {
    const found = scope.settings.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

