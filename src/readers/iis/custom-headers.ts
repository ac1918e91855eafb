import type { Effect } from '../../policy/program.js';
import { attributeOf, elementsAt, type XmlElement } from '../../syntax/xml/index.js';
import type { Span } from '../../text/span.js';
import { headerText } from './texts.js';

/** The headers of a place, or the entry that makes IIS refuse the configuration. */
export interface CustomHeaders {
  readonly effects: readonly Effect[];
  readonly duplicate: { readonly name: string; readonly at: Span } | undefined;
}

/**
 * `httpProtocol/customHeaders`: one line more on every response, errors too. A place takes over the list around it; to
 * add a name that is there already, it must be removed first, else every request fails with 500.19.
 *
 * https://learn.microsoft.com/iis/configuration/system.webserver/httpprotocol/customheaders/
 */
export function customHeaders(webServers: readonly XmlElement[]): CustomHeaders {
  let entries: { readonly name: string; readonly element: XmlElement }[] = [];
  const names = new Set<string>();
  let duplicate: CustomHeaders['duplicate'];
  for (const element of webServers.flatMap((webServer) => elementsAt(webServer, 'httpProtocol', 'customHeaders')).flatMap(({ elements }) => elements)) {
    const name = attributeOf(element, 'name')?.value ?? '';
    if (element.name === 'clear') {
      entries = [];
      names.clear();
    } else if (element.name === 'remove') {
      entries = entries.filter((entry) => entry.name.toLowerCase() !== name.toLowerCase());
      names.delete(name.toLowerCase());
    } else if (element.name === 'add') {
      if (names.has(name.toLowerCase())) duplicate ??= { name, at: element.at };
      names.add(name.toLowerCase());
      entries.push({ name, element });
    }
  }
  return { duplicate, effects: entries.flatMap(({ name, element }) => effectOf(name.toLowerCase(), element)) };
}

function effectOf(header: string, element: XmlElement): readonly Effect[] {
  const value = attributeOf(element, 'value');
  if (value === undefined || !/^(?:access-control-|vary$|timing-allow-origin$|cross-origin-)/.test(header)) return [];
  return [{ op: 'append', header, value: headerText(value), statuses: 'all', at: element.at }];
}
