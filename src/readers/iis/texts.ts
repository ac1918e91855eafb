import { headerValueOf } from '../../policy/from-condition.js';
import type { HeaderValue } from '../../policy/program.js';
import { attributeOf, valueOf, type XmlElement, type XmlText } from '../../syntax/xml/index.js';
import { factOf, unknown, type Value } from '../../values/value.js';

/** Placeholders that deployment tools fill in, besides those of XML in general: `#{Name}`, `__Name__`, `$(Name)`. */
const PLACEHOLDER = /#\{[^}]*\}|__\w+__|\$\(\w+\)/;

/** What a text is after its placeholders are filled in. */
export function textValue(text: XmlText): Value {
  const found = PLACEHOLDER.exec(text.value);
  return found === null ? valueOf(text) : unknown('template-syntax', `the placeholder \`${found[0]}\``, text.at);
}

export function headerText(text: XmlText): HeaderValue {
  const value = textValue(text);
  return headerValueOf(value) ?? { v: 'unknown', fact: factOf(unknown('unsupported-syntax', 'a value', text.at)), at: text.at };
}

/** The text of an attribute; undefined when a placeholder stands in it. */
export function plainText(text: XmlText | undefined): string | undefined {
  const value = text === undefined ? undefined : textValue(text);
  return value?.kind === 'string' ? value.value : undefined;
}

/** A Boolean attribute: IIS takes `true` and `false` in any case. */
export function flag(element: XmlElement, name: string, otherwise: boolean): boolean {
  const text = plainText(attributeOf(element, name))?.toLowerCase();
  return text === undefined ? otherwise : text === 'true' || text === '1';
}
