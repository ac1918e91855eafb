import type { Policy } from '../../policy/program.js';
import { effectAt } from '../../policy/views.js';
import { allElements, elementsAt, insertFirst, removeElement, respell, type Edited, type XmlElement, type XmlFile } from '../../syntax/xml/index.js';
import { contains, sameSpan, type Span } from '../../text/span.js';
import { decline, type Change } from '../reader.js';

/** Spells a change in the elements and attributes of the policy; expressions and named values are left alone. */
export function edited(file: XmlFile, policy: Policy, change: Change): Edited {
  const written = file.source.text.slice(change.at.start, change.at.end);
  if (change.kind !== 'remove-header' && change.kind !== 'add-vary' && /@[({]|\{\{/.test(written)) return decline('an expression or a named value stands there');
  switch (change.kind) {
    case 'replace-text':
      return respell(file, change.at, change.text);
    case 'remove-entry': {
      const entry = [...allElements(file.root)].find((element) => element.name === 'origin' && sameSpan(element.text.at, change.at));
      const list = entry === undefined ? undefined : [...allElements(file.root)].find(({ elements }) => elements.includes(entry));
      return entry === undefined || list === undefined || list.elements.length < 2 ? decline('no entry among others stands there') : removeElement(file, entry);
    }
    case 'remove-header': {
      const element = setHeaderAt(file, change.at);
      if (element !== undefined) return removeElement(file, element);
      const value = effectAt(policy, change.at)?.value;
      return value?.v === 'literal' && /^true$/i.test(file.source.text.slice(value.at.start, value.at.end)) ? respell(file, value.at, 'false') : decline('credentials are not switched on by a plain text');
    }
    case 'add-vary': {
      const outbound = elementsAt(file.root, 'outbound').find(({ at }) => contains(at, change.at));
      if (outbound === undefined || setHeaderAt(file, change.at) === undefined) return decline('not a header of the outbound section');
      return insertFirst(file, outbound, ['<set-header name="Vary" exists-action="append">', '\t<value>Origin</value>', '</set-header>']);
    }
    default:
      return decline('not a change that a policy can spell');
  }
}

function setHeaderAt({ root }: XmlFile, at: Span): XmlElement | undefined {
  return [...allElements(root)].find((element) => element.name === 'set-header' && sameSpan(element.at, at));
}
