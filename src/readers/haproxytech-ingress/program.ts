import type { Annotated } from '../../middleware/ingress/annotations.js';
import { composed, field, parseBool, setTo, textOf, truth } from '../../middleware/ingress/values.js';
import { anyOf, NONE, PRESENT, type OriginSet } from '../../origins/origin-set.js';
import { casesOf } from '../../policy/from-condition.js';
import { ALWAYS, NEVER, whenAll, type Effect, type Guard, type HeaderValue, type Step } from '../../policy/program.js';
import type { YamlFile } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import type { Fact } from '../../values/fact.js';
import { factOf, unknown, type Value } from '../../values/value.js';

const HAS_ORIGIN: Guard = { g: 'origin', in: PRESENT };
const METHODS: readonly string[] = ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'];

/** The controller's own booleans: Go's, and four old words. */
export function isOn(text: string): boolean | undefined {
  return parseBool(text) ?? (/^(?:enabled|on)$/i.test(text) ? true : /^(?:disabled|off)$/i.test(text) ? false : undefined);
}

export interface Setting {
  readonly on: Guard;
  readonly place: Guard;
  readonly at: Span;
  /** Does this version know `cors-respond-to-options`? */
  readonly answersOptions: boolean;
}

/** What the controller makes HAProxy do: `set-header` rules, all under the condition of the origin. */
export function program(annotated: Annotated, { on, place, at, answersOptions }: Setting): readonly Step[] {
  const steps: Step[] = [];
  const origin = field(annotated, 'cors-allow-origin');
  for (const { when, origins } of casesIn(annotated.file, origin?.value)) {
    const written = origins.o === 'all' && !origins.written ? undefined : origin;
    const originAt = written?.at ?? at;
    const shared = whenAll(place, on, when);
    const matched = whenAll(shared, origins.o === 'patterns' ? { g: 'origin', in: origins.set } : origins.o === 'unknown' ? whenAll(HAS_ORIGIN, { g: 'fact', fact: origins.fact }) : HAS_ORIGIN);
    if (matched.g === 'never') continue;
    const value: HeaderValue = origins.o === 'all' ? { v: 'literal', text: '*', at: origins.at ?? at, written: origins.written } : origins.o === 'unknown' ? { v: 'unknown', fact: origins.fact, at: originAt } : { v: 'request-header', name: 'origin', at: originAt };
    steps.push({ when: matched, effects: [setTo('access-control-allow-origin', value, originAt), ...restEffects(annotated, at)], at: originAt }, ...credentials(annotated, matched));
  }
  const answers = field(annotated, 'cors-respond-to-options');
  const when = answers === undefined || !answersOptions ? NEVER : whenAll(place, on, truth(answers.value, false, exactlyTrue), { g: 'method', in: ['OPTIONS'] });
  if (when.g !== 'never') steps.push({ when, effects: [], end: { to: 'answer', status: 204 }, at: answers?.at ?? at });
  return steps;
}

function exactlyTrue(text: string): boolean {
  return text === 'true';
}

function credentials(annotated: Annotated, matched: Guard): readonly Step[] {
  const written = field(annotated, 'cors-allow-credentials');
  const when = written === undefined ? NEVER : whenAll(matched, truth(written.value, false, exactlyTrue));
  if (written === undefined || when.g === 'never') return [];
  return [{ when, effects: [setTo('access-control-allow-credentials', { v: 'literal', text: 'true', at: written.value.at, written: true }, written.at)], at: written.at }];
}

/** What the controller makes of each text: blanks go, methods become capitals, times become seconds. What it refuses gives no header. */
function restEffects(annotated: Annotated, at: Span): readonly Effect[] {
  const one = (name: string, header: string, standard: string, made: (text: string) => string | undefined): readonly Effect[] => {
    const written = field(annotated, name);
    const value = written === undefined ? textOf(undefined, standard, made, at) : textOf(written, '', made, at);
    return value.v === 'literal' && value.text === '' ? [] : [setTo(header, value, written?.at ?? at)];
  };
  return [
    ...one('cors-allow-methods', 'access-control-allow-methods', '*', methodsOf),
    ...one('cors-allow-headers', 'access-control-allow-headers', '*', (text) => text.replace(/\s+/g, '')),
    ...one('cors-max-age', 'access-control-max-age', '5', secondsOf),
  ];
}

function methodsOf(text: string): string | undefined {
  if (text === '*') return text;
  const methods = text.replace(/\s+/g, '').toUpperCase().split(',');
  return methods.every((method) => METHODS.includes(method)) ? methods.join(', ') : undefined;
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A time of the controller, in milliseconds without a unit, as whole seconds. */
function secondsOf(text: string): string | undefined {
  const match = /^([+-]?\d+)(ms|s|m|h|d)?$/.exec(text);
  if (match === null) return undefined;
  const seconds = Math.trunc((Number(match[1]) * (UNITS[match[2] ?? 'ms'] ?? 1)) / 1000);
  return seconds < -1 ? undefined : String(seconds);
}

/** Patterns of one annotation past which they are not told apart. */
const MAX_WORDS = 2000;

type Origins =
  | { readonly o: 'all'; readonly at?: Span; readonly written: boolean }
  | { readonly o: 'patterns'; readonly set: OriginSet }
  | { readonly o: 'unknown'; readonly fact: Fact };

function casesIn(file: YamlFile, value: Value | undefined): readonly { readonly when: Guard; readonly origins: Origins }[] {
  if (value === undefined) return [{ when: ALWAYS, origins: { o: 'all', written: false } }];
  return casesOf(value).map(({ when, value: option }) => ({ when, origins: originsOf(file, option) }));
}

function originsOf(file: YamlFile, value: Value): Origins {
  switch (value.kind) {
    case 'nothing':
      return { o: 'all', written: false };
    case 'string':
      return value.value === '*' ? { o: 'all', at: value.at, written: true } : patternsIn(file, value);
    case 'unknown':
    case 'env':
      return { o: 'unknown', fact: factOf(value) };
    default:
      return { o: 'unknown', fact: factOf(composed(value)) };
  }
}

/** The text stands in a line of HAProxy's configuration as it is: words between blanks, the first of them may be a flag. */
function patternsIn(file: YamlFile, { value, at }: Value & { readonly kind: 'string' }): Origins {
  const ignoresCase = /^\s*-i\s+/.exec(value)?.[0] ?? '';
  const rest = value.slice(ignoresCase.length);
  if (value === '') return { o: 'patterns', set: NONE };
  // Quotes, comments and escapes that HAProxy itself takes out of a word.
  if (/["'#]|\\[\\ rntx]|^\s*-|(?:^|\s)\}/.test(rest)) return { o: 'unknown', fact: factOf(unknown('unsupported-syntax', 'words that HAProxy reads in its own way', at)) };
  if (rest.length > MAX_WORDS && rest.split(/\s+/, MAX_WORDS + 1).length > MAX_WORDS) return { o: 'unknown', fact: factOf(unknown('budget', 'a list of too many patterns', at)) };
  const inner = file.source.text.slice(at.start, at.end).indexOf(value);
  const set = anyOf(
    [...rest.matchAll(/\S+/g)].map((match): OriginSet => {
      const start = at.start + inner + ignoresCase.length + match.index;
      const here = inner === -1 ? at : { file: at.file, start, end: start + match[0].length };
      return { s: 'regex', source: match[0], flags: ignoresCase === '' ? '' : 'i', dialect: 'pcre', use: 'search', subject: 'origin', at: here, ...(inner === -1 ? {} : { sourceAt: here }) };
    }),
  );
  return { o: 'patterns', set };
}
