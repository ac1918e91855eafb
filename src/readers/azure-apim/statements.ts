import { effectOf } from '../../policy/from-actions.js';
import { casesOf, guardOf } from '../../policy/from-condition.js';
import { ALWAYS, whenAll, whenAny, unless, type Guard, type Step } from '../../policy/program.js';
import { attributeOf, elementsAt, type XmlElement } from '../../syntax/xml/index.js';
import { concernsCors } from '../../middleware/static-headers/rules.js';
import { conditionOf, valueOf } from './texts.js';

const MAX_DEPTH = 12;

/** What a statement of a section does to responses: in `inbound`, `set-header` changes the request and only `return-response` answers. */
export function statementSteps(element: XmlElement, section: 'inbound' | 'outbound', when: Guard = ALWAYS, depth = 0): readonly Step[] {
  if (depth > MAX_DEPTH) return [];
  switch (element.name) {
    case 'set-header':
      return section === 'outbound' ? headerSteps(element, when) : [];
    case 'return-response':
      return answerSteps(element, when);
    case 'choose':
      return branches(element, section, when, depth);
    default:
      return [];
  }
}

function branches(choose: XmlElement, section: 'inbound' | 'outbound', when: Guard, depth: number): readonly Step[] {
  const before: Guard[] = [];
  return choose.elements.flatMap((branch) => {
    const condition = attributeOf(branch, 'condition');
    const here = branch.name === 'when' && condition !== undefined ? guardOf(conditionOf(condition)) : ALWAYS;
    const reached = whenAll(when, unless(whenAny(...before)), here);
    before.push(here);
    return branch.elements.flatMap((inner) => statementSteps(inner, section, reached, depth + 1));
  });
}

/** https://learn.microsoft.com/azure/api-management/set-header-policy */
function headerSteps(element: XmlElement, when: Guard): readonly Step[] {
  const name = attributeOf(element, 'name')?.value.toLowerCase() ?? '';
  if (!concernsCors(name)) return [];
  const action = attributeOf(element, 'exists-action')?.value.toLowerCase() ?? 'override';
  const { at } = element;
  if (action === 'delete') return [{ when, effects: [{ op: 'remove', header: name, value: { v: 'literal', text: '', at, written: true }, statuses: 'all', at }], at }];
  return elementsAt(element, 'value').flatMap((value, index): readonly Step[] => {
    const op = action === 'append' || index > 0 ? 'append' : action === 'skip' ? 'set-if-absent' : 'set';
    return casesOf(valueOf(value.text)).map((one) => ({ when: whenAll(when, one.when), effects: [effectOf(op, name, one.value, at)], at }));
  });
}

function answerSteps(element: XmlElement, when: Guard): readonly Step[] {
  const status = Number(elementsAt(element, 'set-status').map((one) => attributeOf(one, 'code')?.value)[0] ?? '200');
  const headers = elementsAt(element, 'set-header').flatMap((header) => headerSteps(header, when));
  return [...headers, { when, effects: [], end: { to: 'answer', status: Number.isInteger(status) ? status : 200 }, at: element.at }];
}
