import { mapCases } from '../../values/cases.js';
import type { StringValue, Value } from '../../values/value.js';
import type { Span } from '../../text/span.js';
import { concat } from './evaluate.js';

type Computed = (text: string, a: string, b: string) => string | undefined;

/** Methods of Java and Kotlin that make a text of a constant one and of constant texts. */
const TEXTS: Readonly<Record<string, Computed>> = {
  replace: (text, a, b) => text.replaceAll(a, b),
  replaceFirst: (text, a, b) => (plain(a) ? text.replace(a, b) : undefined),
  removeSuffix: (text, a) => (a !== '' && text.endsWith(a) ? text.slice(0, -a.length) : text),
  removePrefix: (text, a) => (text.startsWith(a) ? text.slice(a.length) : text),
  removeSurrounding: (text, a) => (text.startsWith(a) && text.endsWith(a) && text.length >= 2 * a.length ? text.slice(a.length, text.length - a.length) : text),
  substringBefore: (text, a) => (text.includes(a) ? text.slice(0, text.indexOf(a)) : text),
  substringAfter: (text, a) => (text.includes(a) ? text.slice(text.indexOf(a) + a.length) : text),
  substringBeforeLast: (text, a) => (text.includes(a) ? text.slice(0, text.lastIndexOf(a)) : text),
  substringAfterLast: (text, a) => (text.includes(a) ? text.slice(text.lastIndexOf(a) + a.length) : text),
  concat: (text, a) => text + a,
  plus: (text, a) => text + a,
  replaceAll: (text, a, b) => replacedAll(text, a, b),
};

/** A method of a constant text whose arguments are constants, too; undefined for any other. */
export function constantMethod(text: StringValue, name: string, args: readonly Value[], at: Span): Value | undefined {
  const texts = args.flatMap((arg) => (arg.kind === 'string' ? [arg.value] : []));
  const numbers = args.flatMap((arg) => (arg.kind === 'number' ? [arg.value] : []));
  const made = (value: string | undefined): Value | undefined => (value === undefined ? undefined : { ...text, value });
  if (texts.length === args.length && Object.hasOwn(TEXTS, name) && args.length > 0) return made(TEXTS[name]!(text.value, texts[0]!, texts[1] ?? ''));
  switch (name) {
    case 'substring':
    case 'subSequence':
      return numbers.length === args.length && args.length > 0 ? made(text.value.slice(numbers[0], numbers[1])) : undefined;
    case 'take':
    case 'drop':
    case 'dropLast':
      return numbers.length === 1 ? made(name === 'take' ? text.value.slice(0, numbers[0]) : name === 'drop' ? text.value.slice(numbers[0]) : text.value.slice(0, Math.max(0, text.value.length - numbers[0]!))) : undefined;
    case 'repeat':
      return numbers.length === 1 && numbers[0]! * text.value.length < 10_000 ? made(text.value.repeat(Math.max(0, numbers[0]!))) : undefined;
    case 'formatted':
    case 'format':
      return formatted(text.value, args, at);
    case 'stripIndent':
    case 'trimIndent':
      return made(withoutIndent(text.value));
    case 'toBoolean':
      return { kind: 'boolean', value: text.value.toLowerCase() === 'true', at: text.at };
    case 'toInt':
    case 'toLong':
      return parsed(text, 'Long');
    default:
      return undefined;
  }
}

/** `append`, Kotlin's `+=`: what a builder holds then. */
export function appended(text: Value, args: readonly Value[], at: Span): Value {
  return args.reduce((sum, arg) => concat(sum, arg, at), text);
}

/** A text as a number or a boolean; undefined where it is none. */
export function parsed(text: Value, type: string): Value | undefined {
  if (text.kind !== 'string') return undefined;
  if (type === 'Boolean') return { kind: 'boolean', value: text.value.toLowerCase() === 'true', at: text.at };
  return /^[-+]?\d+$/.test(text.value) ? { kind: 'number', value: Number(text.value), at: text.at } : undefined;
}

/** `String.format` with `%s` and `%d`; undefined for a pattern with more than these. */
export function formatted(pattern: string, args: readonly Value[], at: Span): Value | undefined {
  const parts = pattern.split(/(%[sd%n])/);
  if (parts.some((part) => /%/.test(part) && !/^%[sd%n]$/.test(part))) return undefined;
  let next = 0;
  let sum: Value = { kind: 'string', value: '', at };
  for (const part of parts) {
    const arg = part === '%s' || part === '%d' ? args[next++] : ({ kind: 'string', value: part === '%%' ? '%' : part === '%n' ? '\n' : part, at } as const);
    if (arg === undefined) return undefined;
    sum = mapCases(sum, at, (left) => concat(left, arg, at));
  }
  return sum;
}

function plain(pattern: string): boolean {
  return !/[\\^$.*+?()[\]{}|]/.test(pattern);
}

/** Java's `replaceAll` for patterns that mean the same in JavaScript: texts, sets and repetitions. */
function replacedAll(text: string, pattern: string, by: string): string | undefined {
  if (/[\\$]/.test(by)) return undefined;
  if (plain(pattern)) return text.replaceAll(pattern, by);
  return /^(?:[\w/:,;@-]|\\[sdw.]|\[[\w-]+\]|[\^$+*?])*$/.test(pattern) && text.length < 2_000 ? text.replace(new RegExp(pattern, 'g'), () => by) : undefined;
}

/** Kotlin's `trimIndent`: the first and the last line go when they are blank, and the indentation that all others share. */
function withoutIndent(text: string): string {
  const lines = text.split('\n');
  const indent = Math.min(...lines.filter((line) => line.trim() !== '').map((line) => /^\s*/.exec(line)![0].length));
  return lines.flatMap((line, index) => ((index === 0 || index === lines.length - 1) && line.trim() === '' ? [] : [line.slice(Number.isFinite(indent) ? indent : 0)])).join('\n');
}
