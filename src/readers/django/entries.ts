import { anyOf, exact, type OriginSet } from '../../origins/origin-set.js';
import { casesOf, unknownExact } from '../../policy/from-condition.js';
import { ALWAYS, whenAll, whenAny, type Guard } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown, type Value } from '../../values/value.js';
import { isUnbound } from './settings.js';

/** What a list of origins or patterns admits, and for which requests the middleware fails over it. */
export interface Listed {
  /** Which origins are admitted, with the place of the list that admits them. */
  readonly admits: readonly { readonly when: Guard; readonly at: Span }[];
  readonly fails: readonly { readonly when: Guard; readonly fault: string; readonly at: Span }[];
}

const NOBODY: Listed = { admits: [], fails: [] };

/**
 * `CORS_ALLOWED_ORIGINS`: each entry and the request's origin go through `urlsplit`, and their schemes and hosts are
 * compared. Texts without a scheme have neither, and `null` is such a text, too: `["*"]`, `["example.com"]` and `[""]`
 * admit `null` and nobody else. So does a text in the place of the list, which is gone through letter by letter.
 * Before 3.0 the origin's host stood in the list or not; that of `null` is empty, and stands in every text.
 */
export function listedOrigins(value: Value | undefined, comparesScheme: boolean): Listed {
  return value === undefined ? NOBODY : together(casesOf(value).map(({ when, value: list }) => isUnbound(list) ? NOBODY : guarded(when, originsIn(list, comparesScheme))));
}

function originsIn(list: Value, comparesScheme: boolean): Listed {
  const { at } = list;
  const sets = (of: readonly OriginSet[]): Listed => ({ admits: of.length === 0 ? [] : [{ when: { g: 'origin', in: anyOf(of) }, at }], fails: [] });
  switch (list.kind) {
    case 'string':
      if (!comparesScheme) return sets([{ s: 'part-of', text: list.value, subject: 'host-port', ignoreCase: false, at }, exact('null', at)]);
      return list.value === '' ? NOBODY : sets([exact('null', at)]);
    case 'env':
      return sets([comparesScheme ? exact('null', at) : unknownExact(factOf(list), at)]);
    case 'concat':
      return sets([exact('null', at)]);
    case 'record':
      return sets([...list.entries.map(({ key, at: place }) => entrySet(key, place, comparesScheme)), ...(list.rest === undefined ? [] : [unknownExact(factOf(list.rest), list.rest.at)])]);
    case 'list': {
      const items = list.items.flatMap((item) => casesOf(item));
      const fails = items.filter(({ value }) => isNoText(value)).map(({ when, value }) => ({ when, fault: 'an entry of CORS_ALLOWED_ORIGINS is no text', at: value.at }));
      const known = items.filter(({ value }) => !isNoText(value) && value.kind !== 'nothing');
      const always = known.filter(({ when }) => when === ALWAYS || when.g === 'always').map(({ value }) => itemSet(value, comparesScheme));
      const rest = list.rest === undefined ? [] : [unknownExact(factOf(list.rest), list.rest.at)];
      const sometimes = known.filter(({ when }) => when.g !== 'always').map(({ when, value }) => ({ when: whenAll(when, { g: 'origin', in: itemSet(value, comparesScheme) } as const), at }));
      return { admits: [...sets([...always, ...rest]).admits, ...sometimes], fails };
    }
    case 'nothing':
    case 'number':
    case 'boolean':
    case 'regex':
    case 'function':
      return { admits: [], fails: [{ when: ALWAYS, fault: 'CORS_ALLOWED_ORIGINS is no list', at }] };
    default:
      return sets([unknownExact(factOf(list.kind === 'unknown' ? list : unknown('unsupported-syntax', 'the value of CORS_ALLOWED_ORIGINS', at)), at)]);
  }
}

function isNoText(value: Value): boolean {
  return value.kind === 'number' || value.kind === 'boolean' || value.kind === 'regex' || value.kind === 'list' || value.kind === 'record' || value.kind === 'function';
}

function itemSet(value: Value, comparesScheme: boolean): OriginSet {
  if (value.kind === 'string') return entrySet(value.value, value.at, comparesScheme);
  return unknownExact(factOf(value.kind === 'unknown' || value.kind === 'env' ? value : unknown('env-variable', 'an entry of CORS_ALLOWED_ORIGINS', value.at)), value.at);
}

/**
 * The origins that one entry admits. `urlsplit` drops blanks in front, tabs and line ends, and folds the scheme's case; a
 * scheme begins with a letter, so `localhost:3000` has one and `127.0.0.1:3000` has none (measured on Python 3.11.7).
 */
function entrySet(entry: string, at: Span, comparesScheme: boolean): OriginSet {
  if (entry === 'null' || (entry === '' && !comparesScheme)) return exact('null', at);
  if (!comparesScheme) return { s: 'exact', text: entry, comparison: [], subject: 'host-port', at };
  const text = entry.replace(/^[\0-\x20]+/, '').replace(/[\t\r\n]/g, '');
  const [, scheme, netloc] = /^(?:([a-z][a-z0-9+.-]*):)?(?:\/\/([^/?#]*))?/i.exec(text) ?? [];
  if (scheme === undefined && (netloc === undefined || netloc === '')) return exact('null', at);
  return exact(text, at, ['parsed-scheme-netloc']);
}

/**
 * `CORS_ALLOWED_ORIGIN_REGEXES`: `re.match` on the whole origin, so that a pattern without `$` admits whatever begins like
 * it. A text in the place of the list is gone through letter by letter: `^` alone matches every origin.
 */
export function listedPatterns(value: Value | undefined): Listed {
  return value === undefined ? NOBODY : together(casesOf(value).map(({ when, value: list }) => isUnbound(list) ? NOBODY : guarded(when, patternsIn(list))));
}

function patternsIn(list: Value): Listed {
  const { at } = list;
  switch (list.kind) {
    case 'string':
      return letters(list.value, at);
    case 'list': {
      const items = list.items.flatMap((item) => casesOf(item));
      const fails = items.filter(({ value }) => value.kind === 'nothing' || value.kind === 'number' || value.kind === 'boolean').map(({ when, value }) => ({ when, fault: 'an entry of CORS_ALLOWED_ORIGIN_REGEXES is no pattern', at: value.at }));
      const admits = items.filter(({ value }) => value.kind !== 'nothing' && value.kind !== 'number' && value.kind !== 'boolean').map(({ when, value }) => ({ when: whenAll(when, { g: 'origin', in: patternSet(value) } as const), at: value.at }));
      const rest = list.rest === undefined ? [] : [{ when: { g: 'origin', in: patternSet(list.rest) } as const, at: list.rest.at }];
      return { admits: [...admits, ...rest], fails };
    }
    case 'nothing':
    case 'number':
    case 'boolean':
    case 'regex':
      return { admits: [], fails: [{ when: ALWAYS, fault: 'CORS_ALLOWED_ORIGIN_REGEXES is no list', at }] };
    default:
      return { admits: [{ when: { g: 'origin', in: patternSet(list) }, at }], fails: [] };
  }
}

function patternSet(value: Value): OriginSet {
  if (value.kind === 'string') return { s: 'regex', source: value.value, flags: '', dialect: 'python', use: 'match-prefix', subject: 'origin', at: value.at, sourceAt: value.at };
  if (value.kind === 'regex') return { s: 'regex', source: value.source, flags: value.flags, dialect: 'python', use: 'match-prefix', subject: 'origin', at: value.at, ...(value.sourceAt === undefined ? {} : { sourceAt: value.sourceAt }) };
  const why = factOf(value.kind === 'unknown' || value.kind === 'env' ? value : unknown('env-variable', 'a pattern of CORS_ALLOWED_ORIGIN_REGEXES', value.at));
  return { s: 'dynamic', why, lower: { s: 'none' }, upper: { s: 'any' }, exactTexts: false, at: value.at };
}

/** Each letter is a pattern of its own; one that is none fails, unless a letter before it has matched. */
function letters(text: string, at: Span): Listed {
  const characters = [...text];
  const broken = characters.findIndex((character) => /[*+?()[\\]/.test(character));
  const tried = broken === -1 ? characters : characters.slice(0, broken);
  const admits = tried.length === 0 ? [] : [{ when: { g: 'origin', in: anyOf(tried.map((source): OriginSet => ({ s: 'regex', source, flags: '', dialect: 'python', use: 'match-prefix', subject: 'origin', at }))) } as const, at }];
  return { admits, fails: broken === -1 ? [] : [{ when: ALWAYS, fault: 'CORS_ALLOWED_ORIGIN_REGEXES is a text, whose letters are no patterns', at }] };
}

function guarded(when: Guard, listed: Listed): Listed {
  return { admits: listed.admits.map((one) => ({ ...one, when: whenAll(when, one.when) })), fails: listed.fails.map((one) => ({ ...one, when: whenAll(when, one.when) })) };
}

function together(all: readonly Listed[]): Listed {
  return { admits: all.flatMap(({ admits }) => admits), fails: all.flatMap(({ fails }) => fails) };
}

/** Who is admitted by any of them. */
export function admittedBy(listed: Listed): Guard {
  return whenAny(...listed.admits.map(({ when }) => when));
}
