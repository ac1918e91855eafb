import { parseProperties, type PropertiesFile } from '../../syntax/properties/index.js';
import { parseYaml } from '../../syntax/yaml/index.js';
import type { Files } from '../../text/files.js';
import { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';
import { settingsIn, type Setting } from './settings.js';

/** A document of an application file: they are separated by `---`, in properties by `#---`. */
export interface SettingsDocument {
  readonly settings: readonly Setting[];
  readonly at: Span;
}

/** By path; good as long as the text is the one that was read. */
const known = new Map<string, { readonly text: string; readonly documents: readonly SettingsDocument[] }>();
const MAX_KNOWN = 500;

/** The documents of an application file, in order; none when there is no such file. */
export function documentsOf(files: Files, path: string): readonly SettingsDocument[] {
  const text = files.exists(path) ? files.read(path) : undefined;
  if (text === undefined) return [];
  const before = known.get(path);
  if (before?.text === text) return before.documents;
  if (known.size >= MAX_KNOWN) known.clear();
  const documents = parsed(new SourceText(path, text), files);
  known.set(path, { text, documents });
  return documents;
}

function parsed(source: SourceText, files: Files): readonly SettingsDocument[] {
  if (source.file.endsWith('.properties')) {
    const { unit } = parseProperties(source, files);
    return unit === undefined ? [] : propertiesDocuments(unit);
  }
  const { unit } = parseYaml(source);
  return unit === undefined ? [] : unit.documents.map(({ root, at }) => ({ settings: settingsIn(unit, root), at }));
}

/** Spring Boot takes a comment of three dashes for the end of a document, since 2.4. */
function propertiesDocuments({ source, entries }: PropertiesFile): readonly SettingsDocument[] {
  const { text, file } = source;
  const ends = [...text.matchAll(/^[#!]---[ \t]*$/gm)].map((match) => match.index);
  return [...ends, text.length].map((end, index): SettingsDocument => {
    const start = ends[index - 1] ?? 0;
    const inside = entries.filter(({ at }) => start <= at.start && at.start < end);
    return { at: { file, start, end }, settings: inside.map(({ key, text: { value, at, place }, at: whole }): Setting => ({ key, text: value.trimEnd(), at, whole, templated: /^@[\w.-]+@$/.test(value), place })) };
  });
}
