import { whenAll, unless, type Guard } from '../../policy/program.js';
import type { Match } from '../../syntax/haproxy/index.js';
import type { Call } from '../../syntax/haproxy/index.js';
import { matchesAny } from './matching.js';
import { linesIn, type Scope } from './scope.js';
import { asGuard } from './tests.js';
import { knownText, spanOf, textValue, unknownValue, type Case, type HeaderPart, type Value } from './values.js';

/** One case of an expression behind a converter. */
export function converted(one: Case, call: Call, scope: Scope): readonly Case[] {
  const { value } = one;
  if (value.t === 'missing' || value.t === 'unknown') return [one];
  if (/^map(?:_|$)/.test(call.name)) return mapped(one, call, scope);
  const result = call.name === 'concat' ? joined(value, call, scope) : [{ when: one.when, value: result1(value, call) }];
  return result.map((inner) => (inner.when === one.when ? inner : { ...inner, when: whenAll(one.when, inner.when) }));
}

function result1(value: Value, call: Call): Value {
  const at = spanOf(call.at);
  const text = knownText(value);
  const changed = text === undefined ? undefined : textAfter(text, call);
  if (changed !== undefined) return textValue(changed, value.t === 'text' ? value.at : at);
  if (value.t === 'header') {
    const part = partOf(value, call);
    if (part !== undefined) return part;
  }
  if (value.t === 'truth' && call.name === 'not') return { ...value, when: unless(value.when) };
  if (value.t === 'truth' && call.name === 'bool') return value;
  return unknownValue('function-call', `the converter ${call.name}`, at);
}

/** What a converter makes of a text that is known. */
function textAfter(text: string, { name, args }: Call): string | undefined {
  switch (name) {
    case 'lower':
      return text.toLowerCase();
    case 'upper':
      return text.toUpperCase();
    case 'length':
      return String(text.length);
    case 'field': {
      const [index, delimiters] = [Number(args[0]?.text), args[1]?.text ?? ''];
      return index >= 1 && delimiters.length === 1 && args.length === 2 ? (text.split(delimiters)[index - 1] ?? '') : undefined;
    }
    default:
      return undefined;
  }
}

/** Ways of asking for the host in an origin or in a Host header. */
function partOf(value: HeaderPart, { name, args }: Call): HeaderPart | undefined {
  const [first, second] = args.map(({ text }) => text);
  if (name === 'lower') return { ...value, lower: true };
  const whole = value.subject === 'origin';
  if (value.name === 'origin' && whole) {
    if ((name === 'field' && first === '3' && second === '/') || (name === 'word' && first === '2' && second === '/')) return { ...value, subject: 'host-port' };
    if (name === 'regsub' && /^\^https\?:\/\/$|^\^\(https\?:\/\/\)$/.test(first ?? '') && (second ?? '') === '') return { ...value, subject: 'host-port' };
  }
  const withPort = value.name === 'host' ? whole : value.subject === 'host-port';
  if (withPort && (name === 'host_only' || ((name === 'field' || name === 'word') && first === '1' && second === ':'))) return { ...value, subject: 'host' };
  return undefined;
}

/** `concat(before,variable,after)`. */
function joined(value: Value, call: Call, scope: Scope): readonly Case[] {
  const [before, name, after] = call.args;
  const at = spanOf(call.at);
  const parts = value.t === 'joined' ? value.parts : [value];
  return (name === undefined || name.text === '' ? [{ when: { g: 'always' } as Guard, value: { t: 'missing' } as Value }] : scope.variable(name.text)).map((one) => ({
    when: one.when,
    value: { t: 'joined', at, parts: [...parts, ...(before === undefined ? [] : [textValue(before.text, before.at)]), one.value, ...(after === undefined ? [] : [textValue(after.text, after.at)])] },
  }));
}

/** Lines of a map past which it is not followed. */
const MAX_ROWS = 40;
const MATCHES: Readonly<Record<string, Match>> = { str: 'str', beg: 'beg', sub: 'sub', dir: 'dir', dom: 'dom', end: 'end', reg: 'reg' };

/** `map_beg(file,default)`: the value behind the first key that fits, of equal keys the first. */
function mapped(one: Case, call: Call, scope: Scope): readonly Case[] {
  const at = spanOf(call.at);
  const [file, fallback] = call.args;
  const kind = /^map(?:_(str|beg|sub|dir|dom|end|reg))?(?:_str)?$/.exec(call.name);
  const read = file === undefined ? undefined : scope.text({ ...spanOf(file.at), text: file.text, holes: [], place: () => file.at });
  const rows = read === undefined ? [] : [...linesIn(read)];
  if (kind === null || read === undefined || rows.length > MAX_ROWS) return [{ when: one.when, value: unknownValue(read === undefined ? 'import-not-resolved' : 'budget', `the map ${file?.text ?? ''}`, at) }];
  const found: Case[] = [];
  let rest: Guard = one.when;
  for (const { text, at: line } of rows) {
    const [, key = '', between = '', value = ''] = /^(\S+)([ \t]*)(.*?)[ \t]*$/.exec(text) ?? [];
    const start = line.start + key.length + between.length;
    const when = asGuard(matchesAny([{ when: { g: 'always' }, value: one.value }], { match: MATCHES[kind[1] ?? 'str'] ?? 'str', ignoreCase: false, patterns: [{ text: key, at: { ...line, end: line.start + key.length } }], at }, false));
    if (when === undefined) return [{ when: one.when, value: unknownValue('unsupported-syntax', 'a map of what the response holds', at) }];
    found.push({ when: whenAll(rest, when), value: textValue(value, { ...line, start, end: start + value.length }) });
    rest = whenAll(rest, unless(when));
  }
  found.push({ when: rest, value: fallback === undefined ? { t: 'missing' } : textValue(fallback.text, fallback.at) });
  return found.filter(({ when }) => when.g !== 'never');
}
