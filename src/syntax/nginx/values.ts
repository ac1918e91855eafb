import type { DirectiveRule } from './directives.js';
import type { Directive } from './tree.js';

/** What stands for a value that somebody else puts in before nginx reads it. */
const PLACEHOLDER = /[$%@<>{}]/;

/** What nginx's own setters (`ngx_conf_set_*_slot`) say of a directive's values; undefined when they take them. */
export function valueMistake({ name, args }: Directive, { value, words }: DirectiveRule): string | undefined {
  const [first, second] = args;
  if (first === undefined || args.some(({ text }) => PLACEHOLDER.test(text))) return undefined;
  switch (value) {
    case 'f':
      return /^(?:on|off)$/i.test(first.text) ? undefined : `invalid value "${first.text}" in "${name}" directive, it must be "on" or "off"`;
    case 'n':
      return /^\d+$/.test(first.text) ? undefined : `"${name}" directive invalid number`;
    case 'z':
      return /^\d+[kKmM]?$/.test(first.text) ? undefined : `"${name}" directive invalid value`;
    case 'o':
      return /^\d+[kKmMgG]?$/.test(first.text) ? undefined : `"${name}" directive invalid value`;
    case 'm':
      return isTime(first.text, true) ? undefined : `"${name}" directive invalid value`;
    case 't':
      return isTime(first.text, false) ? undefined : `"${name}" directive invalid value`;
    case 'b':
      return /^0*[1-9]\d*$/.test(first.text) && second !== undefined && /^0*[1-9]\d*[kKmM]?$/.test(second.text) ? undefined : `"${name}" directive invalid value`;
    case '=': {
      const wrong = args.find(({ text }) => !words.includes(text.toLowerCase()) && !words.includes(text));
      return wrong === undefined ? undefined : `invalid value "${wrong.text}"`;
    }
    default:
      return undefined;
  }
}

/** `ngx_parse_time`: parts with units, each smaller than the one before it, and a last number that needs none. */
export function isTime(text: string, milliseconds: boolean): boolean {
  if (!/^(?:\d+(?:ms|[yMwdhms]) *)*(?:\d+)?$/.test(text) || text === '') return false;
  const units = milliseconds ? ['w', 'd', 'h', 'm', 's', 'ms'] : ['y', 'M', 'w', 'd', 'h', 'm', 's'];
  const order = Array.from(text.matchAll(/ms|[yMwdhms]/g), ([unit]) => units.indexOf(unit));
  return order.every((place, index) => place > (order[index - 1] ?? -1));
}
