import { mapCases } from '../../values/cases.js';
import type { Value } from '../../values/value.js';
import { splitAtCommas } from '../application/index.js';

/** Is a type, without its arguments, one that a text with commas becomes a list for? */
export function isList(type: string | undefined): boolean {
  return /\[\]$|(?:^|\.)(?:Mutable)?(?:List|Set|Collection|Iterable|Array|ArrayList|LinkedHashSet|HashSet)$/.test(type ?? '');
}

/** Units of a duration as Spring Boot reads it, in seconds. */
const UNITS: Readonly<Record<string, number>> = { ns: 1e-9, us: 1e-6, ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };

/** A text of a setting as a field or a parameter of a type gets it (Spring's conversion service; Boot's for durations). */
export function converted(value: Value, type: string | undefined): Value {
  if (isList(type)) return value.kind === 'list' ? value : splitAtCommas(value);
  return mapCases(value, value.at, (text): Value => {
    if (text.kind !== 'string') return text;
    const written = text.value.trim();
    switch (type?.replace(/^.*\./, '')) {
      case 'boolean':
      case 'Boolean':
        return /^(?:true|on|yes|1)$/i.test(written) ? { kind: 'boolean', value: true, at: text.at } : /^(?:false|off|no|0)$/i.test(written) ? { kind: 'boolean', value: false, at: text.at } : text;
      case 'int':
      case 'Int':
      case 'Integer':
      case 'long':
      case 'Long':
      case 'short':
      case 'Short':
        return /^[-+]?\d+$/.test(written) ? { kind: 'number', value: Number(written), at: text.at } : text;
      case 'Duration': {
        const seconds = secondsIn(written);
        return seconds === undefined ? text : { kind: 'number', value: seconds, at: text.at };
      }
      default:
        return text;
    }
  });
}

/** `30m`, `1800s`, `PT30M`; a number alone is milliseconds. */
function secondsIn(text: string): number | undefined {
  const [, amount, unit] = /^([-+]?\d+)(ns|us|ms|s|m|h|d)?$/i.exec(text) ?? [];
  if (amount !== undefined) return Number(amount) * UNITS[(unit ?? 'ms').toLowerCase()]!;
  const iso = /^PT?(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/i.exec(text);
  return iso === null || text.length < 3 ? undefined : [86_400, 3600, 60, 1].reduce((sum, factor, index) => sum + factor * Number(iso[index + 1] ?? 0), 0);
}
