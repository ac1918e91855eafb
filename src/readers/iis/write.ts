import type { Change } from '../../policy/change.js';
import { allElements, elementsAt, insertFirst, removeElement, respell, type Edited, type XmlElement, type XmlFile } from '../../syntax/xml/index.js';
import { contains, sameSpan, type Span } from '../../text/span.js';
import { decline } from '../reader.js';

const VARY = '<add name="Vary" value="Origin" />';

/** Spells a change in IIS's words: attributes and elements of the configuration. */
export function edited(file: XmlFile, change: Change): Edited {
  switch (change.kind) {
    case 'replace-text':
      return respell(file, change.at, change.text);
    case 'replace-pattern':
      return respell(file, change.at, change.source);
    case 'remove-entry': {
      const entry = entryWith(file, change.at);
      return entry === undefined ? decline('no entry of a list stands there') : removeElement(file, entry);
    }
    case 'remove-header': {
      const element = elementAt(file, change.at);
      return element === undefined ? respell(file, change.at, 'false') : removeElement(file, element);
    }
    case 'add-vary':
      return withVary(file, change.at);
    default:
      return decline('not a change that this configuration can spell');
  }
}

function elementAt({ root }: XmlFile, at: Span): XmlElement | undefined {
  return [...allElements(root)].find((element) => sameSpan(element.at, at));
}

/** The `add` of which an attribute stands at the place; one of a condition is no entry. */
function entryWith({ root }: XmlFile, at: Span): XmlElement | undefined {
  return [...allElements(root)].find((element) => element.name === 'add' && element.attributes.some(({ name, text }) => name !== 'pattern' && sameSpan(text.at, at)));
}

/** One header more in the list of the same `system.webServer`, or a list for it. */
function withVary(file: XmlFile, at: Span): Edited {
  const webServer = [...allElements(file.root)].findLast((element) => element.name === 'system.webServer' && contains(element.at, at));
  if (webServer === undefined) return decline('it stands in no system.webServer');
  const [list] = elementsAt(webServer, 'httpProtocol', 'customHeaders');
  if (list !== undefined) return insertFirst(file, list, [VARY]);
  const [protocol] = elementsAt(webServer, 'httpProtocol');
  const lines = ['<customHeaders>', `\t${VARY}`, '</customHeaders>'];
  return protocol === undefined ? insertFirst(file, webServer, ['<httpProtocol>', ...lines.map((line) => `\t${line}`), '</httpProtocol>']) : insertFirst(file, protocol, lines);
}
