/** Java's `.properties`: keys and values with the places of their parts. */
import type { Language } from '../language.js';
import { parseProperties } from './parse.js';
import type { PropertiesFile } from './tree.js';

export { entryAt, insertAfter, removeEntry, removeItem, respell, type Edited } from './edit.js';
export { parseProperties } from './parse.js';
export type { PropertiesFile, PropertyEntry, PropertyText } from './tree.js';

const language: Language<PropertiesFile> = {
  title: 'Java properties',
  // Translations of messages (`messages_de.properties`) are of this language too; readers tell files by their keys.
  paths: /\.properties$/i,
  load: () => Promise.resolve(),
  parse: (source, files) => parseProperties(source, files),
};

export default language;
