import type { Change } from '../../policy/change.js';
import { addEntry, insertStatement, knownText, removeEntry, respell, type Entry, type LighttpdFile, type Scope, type Setting } from '../../syntax/lighttpd/index.js';
import type { TextEdit } from '../../text/edit.js';
import { SourceText } from '../../text/source-text.js';
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
      return withVary(source, listWith(file, change.at));
    case 'drop-credentials':
      return listWith(file, change.at) === undefined ? undefined : [removeEntry(source, change.at)];
    case 'replace-text':
    case 'replace-pattern': {
      const edit = respell(source, change.at, change.kind === 'replace-text' ? change.text : change.source);
      return edit === undefined ? undefined : [edit];
    }
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

/** `Vary` is added to the list of the added, never set: a set one would replace that of the layer behind. */
function withVary(source: SourceText, place: Place | undefined): readonly TextEdit[] | undefined {
  if (place === undefined) return undefined;
  const { name, setting, entry } = place;
  if (name === SET) return contains(setting.at, entry.at) ? [insertStatement(source, setting.at, `${ADDED} += ( "Vary" => "Origin" )`)] : undefined;
  const vary = entriesOf(setting).find(({ key }) => key?.toLowerCase() === 'vary');
  if (vary === undefined) return [addEntry(source, entry.at, '"Vary" => "Origin"')];
  const edit = vary.at.file === source.file ? respell(source, vary.value.at, `${knownText(vary.value) ?? ''}, Origin`) : undefined;
  return edit === undefined ? undefined : [edit];
}

/** A header that is set replaces the one of the layer behind; one that is added stands beside it. */
function settingInstead(source: SourceText, place: Place | undefined): readonly TextEdit[] | undefined {
  if (place?.name !== ADDED || !contains(place.setting.at, place.entry.at)) return undefined;
  const { setting, entry } = place;
  if (entriesOf(setting).length === 1) return [{ ...setting.nameAt, text: SET }];
  return [removeEntry(source, entry.at), insertStatement(source, setting.at, `${SET} += ( ${source.text.slice(entry.at.start, entry.at.end)} )`)];
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

