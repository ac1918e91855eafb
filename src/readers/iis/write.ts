import type { Change } from '../../policy/change.js';
import { allElements, elementsAt, insertFirst, removeElement, respell, type Edited, type XmlElement, type XmlFile } from '../../syntax/xml/index.js';
import { headerName } from '../../text/header-name.js';
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
    case 'rename-header': {
      const name = elementAt(file, change.at)?.attributes.find((one) => one.name === 'name');
      return name === undefined ? decline('no header stands there') : respell(file, name.text.at, headerName(change.header));
    }
    case 'allow-only':
      return allowedOnly(file, change.at, change.origins);
    case 'edit-list':
      return listEdited(file, change.at, change);
    case 'add-vary':
      return withVary(file, change.at);
    default:
      return decline('not a change that this configuration can spell');
  }
}

function elementAt({ root }: XmlFile, at: Span): XmlElement | undefined {
  return [...allElements(root)].find((element) => sameSpan(element.at, at));
}

/** One origin as the header's value or the entry's origin, or every site without credentials. */
function allowedOnly(file: XmlFile, at: Span, [only, ...others]: readonly string[]): Edited {
  const element = elementAt(file, at) ?? entryWith(file, at);
  const value = element?.attributes.find(({ name }) => name === 'value' || name === 'origin');
  if (value === undefined || only === undefined || others.length > 0) return decline('one origin does not fit there');
  const sent = respell(file, value.text.at, only);
  if (only !== '*' || 'declined' in sent) return sent;
  const own = element?.attributes.find(({ name }) => name === 'allowCredentials');
  const beside = [...allElements(file.root)].find(({ elements }) => element !== undefined && elements.includes(element))?.elements.find(({ attributes }) => attributes.some(({ name, text }) => name === 'name' && /^access-control-allow-credentials$/i.test(file.source.text.slice(text.at.start, text.at.end))));
  const without = own !== undefined ? respell(file, own.text.at, 'false') : beside === undefined ? [] : removeElement(file, beside);
  return 'declined' in without ? without : [...sent, ...without];
}

/** Elements of a list of the module: `<add method="PUT" />`. */
function listEdited(file: XmlFile, at: Span, { remove, add }: { readonly remove: readonly string[]; readonly add: readonly string[] }): Edited {
  const list = elementAt(file, at);
  const [first] = list?.elements ?? [];
  const [attribute] = first?.attributes ?? [];
  if (list === undefined || first === undefined || attribute === undefined || !/^(?:allowMethods|allowHeaders|exposeHeaders)$/.test(list.name)) return decline('no list of elements stands there');
  const textOf = (element: XmlElement): string => element.attributes.map(({ text }) => file.source.text.slice(text.at.start, text.at.end)).join();
  const added = add.length === 0 ? [] : insertFirst(file, list, add.map((name) => `<add ${attribute.name}="${name}" />`));
  if ('declined' in added) return added;
  const edits = [...added];
  for (const element of list.elements.filter((one) => remove.includes(textOf(one)))) {
    const removed = removeElement(file, element);
    if ('declined' in removed) return removed;
    edits.push(...removed);
  }
  return edits;
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
