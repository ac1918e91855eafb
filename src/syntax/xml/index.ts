/** XML: elements by their local names, texts with the places of their parts. IIS's configuration is XML too. */
import type { Language } from '../language.js';
import { parseXml } from './parse.js';
import type { XmlFile } from './tree.js';

export { insertFirst, removeElement, removeItem, respell, type Edited } from './edit.js';
export { allElements, attributeOf, elementsAt, textAt, type XmlAttribute, type XmlElement, type XmlFile, type XmlText } from './tree.js';
export { listOf, valueOf } from './value.js';

const language: Language<XmlFile> = {
  title: 'XML',
  paths: /\.xml$|(?:^|[/._-])(?:web|applicationhost)(?:\.[\w-]+)*\.config$/i,
  load: () => Promise.resolve(),
  parse: parseXml,
};

export default language;
