import type { Revised } from '../../engine.js';
import { applyEdits, type TextEdit } from '../../text/edit.js';
import { folderOf } from '../../text/files.js';
import { spanKey, type Span } from '../../text/span.js';
import { refuse, type Refusal } from '../codemod.js';
import type { Configuration, Names, Sources } from './configuration.js';

/** What a configuration is rewritten with. */
export interface Desk {
  readonly repository: Revised;
  readonly configuration: Configuration;
  readonly configurations: readonly Configuration[];
  readonly sources: Sources;
  readonly names: Names;
}

/** A new file has to come to the server as well. */
export function deployNote(path: string, { root }: Configuration): string {
  const folder = folderOf(root.source.file);
  return `deploy ${path} together with ${folder === '' || path.startsWith(`${folder}/`) ? root.source.file : `the files of ${root.source.file}`}`;
}

/** The text of a new file, with the line ends of the one that the lines come from. */
export function fileOf(lines: readonly string[], sources: Sources, like: Span): string {
  const ending = sources.at(like).lineEnding;
  return lines.map((line) => line + ending).join('');
}

/** Whole new texts of the files that edits are in; a refusal where they cannot be edited. */
export function textsAfter(edits: readonly TextEdit[], at: Span, sources: Sources): ReadonlyMap<string, string> | Refusal {
  const files = [...new Set(edits.map(({ file }) => file))];
  const template = sources.template(files);
  if (template !== undefined) return refuse(at, `${template} is a template that another tool fills in`);
  // What is included twice is edited once.
  const once = edits.filter((edit, index) => edits.findIndex((other) => spanKey(other) === spanKey(edit) && other.text === edit.text) === index);
  try {
    return new Map(files.map((file) => [file, applyEdits(sources.at({ file }).text, once.filter((edit) => edit.file === file))]));
  } catch (error) {
    if (error instanceof RangeError) return refuse(at, 'what would be written here overlaps with something else that would');
    throw error;
  }
}
