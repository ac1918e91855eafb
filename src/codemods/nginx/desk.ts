import type { Revised } from '../../engine.js';
import { folderOf } from '../../text/files.js';
import type { Span } from '../../text/span.js';
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
