/** Java's `.properties`: keys and values with the places of their parts. */
import type { Files } from '../../text/files.js';
import type { Language } from '../language.js';
import { parseProperties } from './parse.js';
import type { PropertiesFile } from './tree.js';

export { entryAt, insertAfter, removeEntry, removeItem, respell, type Edited } from './edit.js';
export { parseProperties } from './parse.js';
export type { PropertiesFile, PropertyEntry, PropertyText } from './tree.js';

/** A file with those around it: what others say of the same application. */
export interface PropertiesInProject extends PropertiesFile {
  readonly files: Files;
}

const language: Language<PropertiesInProject> = {
  title: 'Java properties',
  // Translations of messages (`messages_de.properties`) are of this language too; readers tell files by their keys.
  paths: /\.properties$/i,
  load: () => Promise.resolve(),
  parse(source, files) {
    const { unit, problems } = parseProperties(source);
    return { unit: unit === undefined ? undefined : { ...unit, files }, problems };
  },
};

export default language;
