import { ABSENT, complement, type RegexSet } from '../../origins/origin-set.js';
import { NEVER, unless, whenAll, whenAny, type Guard } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { equals, matchesIf } from './matching.js';
import type { Part } from './variables.js';
import { methodIn } from './ways.js';

/** A string of Lua: in double quotes, in single ones, in long brackets. Three groups. */
export const STRING = String.raw`"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|\[\[([\s\S]*?)\]\]`;
const ORIGIN = String.raw`ngx\.var\.http_origin|ngx\.req\.get_headers\(\)(?:\.origin|\[\s*["'][Oo]rigin["']\s*\])`;
const METHOD = String.raw`ngx\.req\.get_method\(\)|ngx\.var\.request_method`;

/** What names stand for in a piece of Lua, as far as they are given a value once. */
export interface LuaNames {
  /** Does the expression give the request's Origin, or nil? */
  isOrigin(expression: string): boolean;
  /** The keys of a table, each of which is true. */
  keysOf(name: string): readonly { readonly text: string; readonly start: number; readonly end: number }[] | undefined;
}

/** `code` without comments, of the same length. */
export function namesIn(code: string): LuaNames {
  const once = (name: string): boolean => [...code.matchAll(new RegExp(String.raw`\b${name}\s*=(?!=)`, 'g'))].length === 1;
  const origins = new Set([...code.matchAll(new RegExp(String.raw`\blocal\s+(\w+)\s*=\s*(?:${ORIGIN})(?!\s*(?:\.\.|or\b|and\b|[.:([]))`, 'g'))].map(([, name = '']) => name).filter(once));
  const tables = new Map([...code.matchAll(/\blocal\s+(\w+)\s*=\s*\{([^{}]*)\}/g)].filter(([, name = '']) => once(name) && !new RegExp(String.raw`\b${name}\s*(?:\[[^\]]*\]|\.\w+)\s*=(?!=)|\bsetmetatable\b`).test(code)).map((match) => [match[1]!, keysIn(match[2]!, match.index + match[0].length - 1 - match[2]!.length)] as const));
  return { isOrigin: (expression) => origins.has(expression) || new RegExp(`^(?:${ORIGIN})$`).test(expression), keysOf: (name) => tables.get(name) };
}

/** `["https://app.example.com"] = true, …`; undefined for any other table. */
function keysIn(body: string, offset: number): ReturnType<LuaNames['keysOf']> {
  const entries = [...body.matchAll(new RegExp(String.raw`\[\s*(${STRING})\s*\]\s*=\s*true\b`, 'g'))];
  if (entries.reduce((rest, [entry]) => rest.replace(entry, ''), body).replace(/[\s,;]/g, '') !== '') return undefined;
  return entries.map((match) => {
    const start = offset + match.index + match[0].indexOf(match[1]!);
    return { text: textIn(match.slice(2, 5)), start, end: start + match[1]!.length };
  });
}

/** The text of the first group that is there, with its escapes. */
export function textIn(groups: readonly (string | undefined)[]): string {
  const [double, single, long] = groups;
  return long ?? (double ?? single ?? '').replace(/\\(\d{1,3}|[\s\S])/g, (_all, escape: string) => (/^\d/.test(escape) ? String.fromCharCode(Number(escape)) : ({ n: '\n', t: '\t', r: '\r' }[escape] ?? escape)));
}

/** Another text in the quotes of a string. */
export function luaString(quoted: string, text: string): string {
  if (quoted.startsWith('[[') && !text.includes(']')) return `[[${text}]]`;
  const quote = quoted.startsWith("'") ? "'" : '"';
  return `${quote}${text.replace(/[\\"']/g, (character) => (character === '\\' || character === quote ? `\\${character}` : character))}${quote}`;
}

/**
 * When a condition of Lua holds, for what can be asked of the request's Origin and method; undefined for all else. `placed` gives the place of a
 * piece of the condition. Without an Origin no pattern is tried: the code would stop with an error.
 */
export function conditionOf(condition: string, names: LuaNames, placed: (start: number, end: number) => Span, offset = 0): Guard | undefined {
  const text = condition.trim();
  const at = offset + condition.indexOf(text);
  for (const [word, together] of [['or', whenAny], ['and', whenAll]] as const) {
    const parts = dividedBy(text, word);
    if (parts.length === 1) continue;
    const guards = parts.map(({ part, start }) => conditionOf(part, names, placed, at + start));
    return guards.includes(undefined) ? undefined : together(...guards.filter((guard) => guard !== undefined));
  }
  const negated = /^not\b/.exec(text);
  if (negated !== null) {
    const rest = text.slice(negated[0].length);
    // `not a == b` compares `not a` with `b`, which is seldom what was meant.
    if (!rest.trim().startsWith('(') && /[=~]=/.test(rest.replace(new RegExp(STRING, 'g'), ''))) return undefined;
    const inner = conditionOf(rest, names, placed, at + negated[0].length);
    return inner === undefined ? undefined : unless(inner);
  }
  if (text.startsWith('(') && text.endsWith(')')) return conditionOf(text.slice(1, -1), names, placed, at + 1);
  return testOf(text, names, (start, end) => placed(at + start, at + end));
}

function testOf(text: string, names: LuaNames, placed: (start: number, end: number) => Span): Guard | undefined {
  const origin: readonly Part[] = [{ p: 'header', name: 'origin', at: placed(0, text.length) }];
  const present: Guard = { g: 'origin', in: complement(ABSENT) };
  if (names.isOrigin(text)) return present;
  const compared = new RegExp(String.raw`^(\S[\s\S]*?)\s*([=~]=)\s*(${STRING}|nil)$`).exec(text);
  if (compared !== null) {
    const [, left = '', operator, right = ''] = compared;
    const span = placed(text.length - right.length, text.length);
    const same = new RegExp(`^(?:${METHOD})$`).test(left) ? methodIn(textIn(compared.slice(4))) : !names.isOrigin(left) ? undefined : right === 'nil' ? unless(present) : equals(origin, textIn(compared.slice(4)), false, span);
    return same === undefined || operator === '==' ? same : unless(same);
  }
  const looked = /^(\w+)\s*\[\s*([\s\S]+?)\s*\]$/.exec(text);
  if (looked !== null && names.isOrigin(looked[2]!)) {
    const keys = names.keysOf(looked[1]!);
    return keys === undefined ? undefined : keys.length === 0 ? NEVER : whenAny(...keys.map(({ text: key }) => equals(origin, key, false, placed(0, text.length))));
  }
  return patternOf(text, names, origin, present, placed);
}

/** `string.match(origin, "^https://…")`, `origin:find("…", 1, true)`, `ngx.re.match(origin, [[…]], "jo")`. */
function patternOf(text: string, names: LuaNames, origin: readonly Part[], present: Guard, placed: (start: number, end: number) => Span): Guard | undefined {
  const call = new RegExp(String.raw`^(?:(string\.(?:match|find)|ngx\.re\.(?:match|find))\(\s*([\s\S]+?)\s*,\s*|([\s\S]+?):(?:match|find)\(\s*)(${STRING})\s*(?:,\s*(1\s*,\s*true|${STRING}))?\s*\)$`).exec(text);
  if (call === null || !names.isOrigin(call[2] ?? call[3] ?? '')) return undefined;
  const [whole, library = '', , , quoted = ''] = call;
  const pattern = textIn(call.slice(5, 8));
  const option = call[8];
  const start = whole.indexOf(quoted, whole.indexOf('('));
  const at = placed(start, start + quoted.length);
  const flags = library.startsWith('ngx.re') ? textIn(call.slice(9, 12)) : '';
  if (option !== undefined && !library.startsWith('ngx.re')) {
    return /^1/.test(option) ? whenAll(present, { g: 'origin', in: { s: 'contains', text: pattern, subject: 'origin', ignoreCase: false, at } }) : undefined;
  }
  // `j` and `o` are about speed; others than these change what is meant.
  if (/[^ijosmxu]/.test(flags)) return undefined;
  const set: RegexSet = { s: 'regex', source: pattern, flags: flags.replace(/[jou]/g, ''), dialect: library.startsWith('ngx.re') ? 'pcre' : 'lua', use: 'search', subject: 'origin', at };
  return whenAll(present, matchesIf(origin, set));
}

/** The parts of a condition between words that stand outside strings and brackets. */
function dividedBy(text: string, word: string): readonly { readonly part: string; readonly start: number }[] {
  const parts: { part: string; start: number }[] = [];
  let depth = 0;
  let start = 0;
  for (const match of text.matchAll(new RegExp(String.raw`${STRING}|[([{]|[)\]}]|\b${word}\b`, 'g'))) {
    if (/^[([{]$/.test(match[0])) depth += 1;
    else if (/^[)\]}]$/.test(match[0])) depth -= 1;
    else if (match[0] === word && depth === 0) {
      parts.push({ part: text.slice(start, match.index), start });
      start = match.index + word.length;
    }
  }
  return [...parts, { part: text.slice(start), start }];
}
