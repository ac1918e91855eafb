import { filled } from '../../middleware/options.js';
import { doubtAbout, itemsIn, optionWays, placeOf, sortedSet, unknownText, type Case, type Way, type Ways } from '../../middleware/option-ways.js';
import { asWritten, byDefault, byOption, doing, failing } from '../../middleware/sent.js';
import { isRefused } from '../../middleware/python-pattern.js';
import { isFrom } from '../../middleware/version.js';
import { ANY, anyOf, exact, NONE, type OriginSet } from '../../origins/origin-set.js';
import { exactSetOf, guardOf } from '../../policy/from-condition.js';
import { ALWAYS, unless, whenAll, whenAny, type Effect, type Guard, type HeaderValue, type Step } from '../../policy/program.js';
import { truth } from '../../syntax/python/index.js';
import type { Span } from '../../text/span.js';
import type { RecordValue, Value } from '../../values/value.js';

/** Fields of `CORSConfig`, in the order in which they can be given by position. */
const OPTIONS = ['allow_origins', 'allow_methods', 'allow_headers', 'allow_credentials', 'allow_origin_regex', 'expose_headers', 'max_age'] as const;

type Option = (typeof OPTIONS)[number];

const ALL_METHODS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];
/** litestar/constants.py: `DEFAULT_ALLOWED_CORS_HEADERS`. */
const SAFELISTED = ['Accept', 'Accept-Language', 'Content-Language', 'Content-Type'];

const ORIGIN = 'access-control-allow-origin';
const ACRM = 'access-control-request-method';
const ACRH = 'access-control-request-headers';
const HAS_COOKIE: Guard = { g: 'header', name: 'cookie', in: { s: 'not', of: { s: 'absent' } } };

/** What `CORSConfig` does with requests that come in, and with the answers that go out. */
export interface LitestarCors {
  /** Preflights end here. */
  readonly preflights: readonly Step[];
  /** Laid upon the answers to all other requests. */
  readonly outward: readonly Step[];
}

/**
 * `CORSConfig` as steps (litestar/config/cors.py and litestar/middleware/_internal/cors.py; measured on 2.19.0 and
 * 2.25.0). Before 2.20 entries of `allow_origins` were patterns in which only `*.` was replaced, so that a dot was any character.
 */
export function litestarCors(keywords: RecordValue, positions: readonly Value[], at: Span, version: string): LitestarCors {
  const given = optionWays(OPTIONS, keywords, positions);
  const programs = given.ways.map(({ when, options }) => {
    const { preflights, outward } = new Cors(options, given.places, at, given.others[0]?.key, isFrom(version, '2.20')).program();
    const within = (steps: readonly Step[]): readonly Step[] => steps.map((step) => ({ ...step, when: whenAll(when, step.when) }));
    return { preflights: within(preflights), outward: within(outward) };
  });
  return { preflights: programs.flatMap((one) => one.preflights), outward: programs.flatMap((one) => one.outward) };
}

class Cors {
  /** A request that has an origin: the empty text counts as none. */
  readonly #asked: Guard;
  readonly #star: Span | undefined;
  readonly #allowed: Guard;
  readonly #originsAt: Span;

  constructor(
    private readonly options: Way<Option>['options'],
    private readonly places: Ways<Option>['places'],
    private readonly at: Span,
    private readonly unknownName: string | undefined,
    private readonly escapes: boolean,
  ) {
    const [origins, regex] = [options.get('allow_origins'), options.get('allow_origin_regex')];
    this.#asked = { g: 'origin', in: filled(at) };
    this.#star = origins === undefined ? at : placeOf('*', origins);
    this.#originsAt = this.#star ?? origins?.at ?? regex?.at ?? at;
    this.#allowed = this.#star === undefined ? { g: 'origin', in: this.#admitted(origins, regex) } : ALWAYS;
  }

  program(): LitestarCors {
    const fault = this.#fault();
    if (fault !== undefined) return { preflights: [failing(ALWAYS, fault, this.at)], outward: [] };
    // Raised for each request that has an origin, outside of what makes answers of exceptions.
    const late = this.#lateFault();
    if (late !== undefined) return { preflights: [failing(this.#asked, late, this.at)], outward: [] };
    return { preflights: this.#preflight(), outward: this.#simple() };
  }

  /** Any OPTIONS with an origin: 204, or 400 without a header when the method, the origin or a header is refused. */
  #preflight(): readonly Step[] {
    const preflight = whenAll({ g: 'method', in: ['OPTIONS'] }, this.#asked);
    const methods = this.#methods();
    const headers = this.#headers();
    const refused = unless(whenAll(methods.admits, this.#allowed, headers.admits));
    const credentials = this.options.get('allow_credentials');
    return [
      ...(refused.g === 'never' ? [] : [{ when: whenAll(preflight, refused), effects: [], end: { to: 'answer', status: 400 } as const, at: this.at }]),
      ...doing(preflight, this.#set('access-control-max-age', 'max_age', this.#maxAge())),
      ...doing(preflight, ...(this.#star === undefined ? [this.#vary(), this.#echo()] : [this.#everybody(this.#star)])),
      ...(credentials === undefined ? [] : doing(whenAll(preflight, this.#true(credentials)), this.#set('access-control-allow-credentials', 'allow_credentials', this.#credentialsText(credentials)))),
      ...headers.steps(preflight),
      ...doing(whenAll(preflight, methods.any), this.#set('access-control-allow-methods', 'allow_methods', methods.preflight)),
      { when: preflight, effects: [], end: { to: 'answer', status: 204 }, at: this.at },
    ];
  }

  /** Every other request that has an origin, whichever it is; `Vary` is overwritten. */
  #simple(): readonly Step[] {
    const credentials = this.options.get('allow_credentials');
    const exposed = this.options.get('expose_headers');
    const echoes = this.#star === undefined ? this.#allowed : HAS_COOKIE;
    return [
      ...doing(this.#asked, ...(this.#star === undefined ? [] : [this.#everybody(this.#star)])),
      ...(credentials === undefined ? [] : doing(whenAll(this.#asked, this.#true(credentials)), this.#set('access-control-allow-credentials', 'allow_credentials', asWritten('true', credentials.at)))),
      ...(exposed === undefined ? [] : doing(whenAll(this.#asked, this.#true(exposed)), this.#set('access-control-expose-headers', 'expose_headers', sortedText(exposed, 'expose_headers')))),
      ...doing(whenAll(this.#asked, echoes), this.#echo(), this.#vary()),
      ...doing(this.#asked, this.#set('access-control-allow-headers', 'allow_headers', this.#headers().simple), this.#set('access-control-allow-methods', 'allow_methods', this.#methods().simple)),
    ];
  }

  /** `CORSConfig` cannot be made: the program does not start. */
  #fault(): string | undefined {
    if (this.unknownName !== undefined) return `TypeError: CORSConfig does not take ${this.unknownName}`;
    const headers = this.options.get('allow_headers');
    return headers !== undefined && isNoCollection(headers) ? 'TypeError: allow_headers is no collection' : undefined;
  }

  #lateFault(): string | undefined {
    const [origins, methods, regex] = [this.options.get('allow_origins'), this.options.get('allow_methods'), this.options.get('allow_origin_regex')];
    if (origins !== undefined && isNoCollection(origins)) return 'TypeError: allow_origins is no collection';
    if (methods !== undefined && isNoCollection(methods)) return 'TypeError: allow_methods is no collection';
    if (this.#star !== undefined) return undefined;
    if (origins?.kind === 'list' && origins.items.some((item) => ['number', 'boolean', 'nothing', 'regex'].includes(item.kind))) return 'AttributeError: an entry of allow_origins is no text';
    if (regex !== undefined && (regex.kind === 'list' || regex.kind === 'regex' || ((regex.kind === 'number' || regex.kind === 'boolean') && truth(regex).c === 'true'))) return 'TypeError: allow_origin_regex is no text';
    // Before 2.20 the pattern was appended to the origins.
    if (!this.escapes && origins?.kind === 'string' && regex !== undefined && truth(regex).c === 'true') return 'AttributeError: allow_origins is a text';
    const patterns = [...(this.escapes || origins?.kind !== 'list' ? [] : origins.items), ...(regex === undefined ? [] : [regex])];
    return patterns.some((pattern) => pattern.kind === 'string' && isRefused(this.#source(pattern.value), '')) ? 're.error: the origins are no regular expression' : undefined;
  }

  /** All entries and the pattern are alternatives of one regular expression, which matches the whole origin. */
  #admitted(origins: Case | undefined, regex: Case | undefined): OriginSet {
    const sets: OriginSet[] = [];
    if (origins?.kind === 'list') {
      for (const item of origins.items) sets.push(item.kind === 'string' ? this.#matching(item.value, item.at) : exactSetOf({ kind: 'list', items: [item], at: item.at }, item.at));
      if (origins.rest !== undefined) sets.push(exactSetOf({ kind: 'list', items: [], rest: origins.rest, at: origins.at }, origins.at));
    } else if (origins !== undefined && origins.kind !== 'string') sets.push(exactSetOf(origins, origins.at));
    // A text is gone through by characters, and no origin is a single one.
    if (regex === undefined || truth(regex).c === 'false') return anyOf(sets);
    if (regex.kind === 'string') sets.push({ s: 'regex', source: this.#source(regex.value), flags: '', dialect: 'python', use: 'full', subject: 'origin', at: regex.at, ...(this.#source(regex.value) === regex.value ? { sourceAt: regex.at } : {}) });
    else sets.push({ s: 'dynamic', why: doubtAbout(regex, 'allow_origin_regex'), lower: NONE, upper: ANY, exactTexts: false, at: regex.at });
    return anyOf(sets);
  }

  #source(text: string): string {
    return this.escapes ? text : text.replaceAll('*.', '.*\\.');
  }

  #matching(text: string, at: Span): OriginSet {
    // No place of the pattern: in later releases the same text means something else.
    if (!this.escapes) return { s: 'regex', source: this.#source(text), flags: '', dialect: 'python', use: 'full', subject: 'origin', at };
    return text.includes('*') ? { s: 'glob', text, star: 'any-text', ignoreCase: false, ports: 'as-written', at } : exact(text, at);
  }

  /** `", ".join(sorted(set(allow_methods)))`; a star stands for all methods in preflights only. */
  #methods(): { readonly any: Guard; readonly preflight: HeaderValue; readonly simple: HeaderValue; readonly admits: Guard } {
    const value = this.options.get('allow_methods');
    const all = ALL_METHODS.join(', ');
    if (value === undefined) return { any: ALWAYS, preflight: this.#byItself(all), simple: this.#byItself('*'), admits: ALWAYS };
    const text = sortedText(value, 'allow_methods');
    if (placeOf('*', value) !== undefined) return { any: ALWAYS, preflight: asWritten(all, value.at), simple: text, admits: ALWAYS };
    const unasked: Guard = unless({ g: 'header', name: ACRM, in: filled(this.at) });
    const names = itemsIn(value);
    const admits = (inside: Guard): Guard => whenAny(unasked, inside);
    if (names === undefined) return { any: this.#true(value), preflight: text, simple: text, admits: admits({ g: 'fact', fact: doubtAbout(value, 'allow_methods') }) };
    const listed: OriginSet = value.kind === 'string' ? { s: 'part-of', text: value.value, subject: 'origin', ignoreCase: false, at: value.at } : anyOf(names.map((name) => exact(name, value.at)));
    return { any: this.#true(value), preflight: text, simple: text, admits: admits({ g: 'header', name: ACRM, in: listed }) };
  }

  #headers(): { readonly simple: HeaderValue; readonly admits: Guard; steps(preflight: Guard): readonly Step[] } {
    const value = this.options.get('allow_headers');
    const header = 'access-control-allow-headers';
    const names = value === undefined ? ['*'] : itemsIn(value)?.map((name) => name.toLowerCase());
    const simple: HeaderValue = value === undefined ? this.#byItself('*') : names === undefined ? unknownText(value, 'allow_headers') : asWritten(joined(sortedSet(names)), value.at);
    if (names?.includes('*') === true) {
      // What is asked for and the safelisted names, sorted together.
      const requested: HeaderValue = { v: 'concat', parts: [this.#byItself(`${SAFELISTED.join(', ')}, `), { v: 'request-items', name: ACRH, in: ANY, separator: ', ', at: value?.at ?? this.at }], at: value?.at ?? this.at };
      return { simple, admits: ALWAYS, steps: (preflight) => doing(whenAll(preflight, { g: 'some-item', name: ACRH, in: ANY }), this.#set(header, 'allow_headers', requested)) };
    }
    const at = value?.at ?? this.at;
    if (names === undefined) {
      const fact = doubtAbout(value!, 'allow_headers');
      return { simple, admits: { g: 'fact', fact }, steps: (preflight) => doing(preflight, this.#set(header, 'allow_headers', { v: 'unknown', fact, at })) };
    }
    const listed = asWritten(joined(sortedSet([...names, ...SAFELISTED])), at);
    return {
      simple,
      admits: { g: 'every-item', name: ACRH, in: anyOf([...names, ...SAFELISTED].map((name) => exact(name.toLowerCase(), at, ['ignore-case']))) },
      steps: (preflight) => doing(preflight, this.#set(header, 'allow_headers', listed)),
    };
  }

  /** `str(max_age)` */
  #maxAge(): HeaderValue {
    const value = this.options.get('max_age');
    if (value === undefined) return this.#byItself('600');
    return pythonTextOf(value) ?? unknownText(value, 'max_age');
  }

  /** `str(allow_credentials).lower()`: only the boolean spells the one value that browsers heed. */
  #credentialsText(value: Case): HeaderValue {
    const text = pythonTextOf(value);
    return text?.v === 'literal' ? { ...text, text: text.text.toLowerCase() } : unknownText(value, 'allow_credentials');
  }

  #true(value: Case): Guard {
    return guardOf(truth(value));
  }

  #echo(): Effect {
    return { op: 'set', header: ORIGIN, value: { v: 'request-header', name: 'origin', at: this.#originsAt }, statuses: 'all', at: this.#originsAt };
  }

  #everybody(star: Span): Effect {
    return star === this.at ? byDefault('set', ORIGIN, '*', star) : { op: 'set', header: ORIGIN, value: asWritten('*', star), statuses: 'all', at: star };
  }

  #vary(): Effect {
    return byDefault('set', 'vary', 'Origin', this.at);
  }

  #set(header: string, option: Option, value: HeaderValue): Effect {
    return byOption('set', header, value, this.places.get(option) ?? this.at);
  }

  #byItself(text: string): HeaderValue {
    return { v: 'literal', text, at: this.at, written: false };
  }
}

/** `", ".join(sorted(set(value)))` */
function sortedText(value: Case, option: Option): HeaderValue {
  const items = itemsIn(value);
  return items === undefined ? unknownText(value, option) : asWritten(joined(sortedSet(items)), value.at);
}

/** As it is received: blanks around a header's text do not count. */
function joined(items: readonly string[]): string {
  return items.join(', ').trim();
}

/** `str(value)` of plain values. */
function pythonTextOf(value: Case): HeaderValue | undefined {
  switch (value.kind) {
    case 'string':
    case 'number':
      return asWritten(String(value.value), value.at);
    case 'boolean':
      return asWritten(value.value ? 'True' : 'False', value.at);
    case 'nothing':
      return asWritten('None', value.at);
    default:
      return undefined;
  }
}

/** Python's `in` raises on it. */
function isNoCollection(value: Case): boolean {
  return value.kind === 'nothing' || value.kind === 'boolean' || value.kind === 'number';
}
