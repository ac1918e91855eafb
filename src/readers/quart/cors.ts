import { doubtAbout, itemsIn, optionWays, placeOf, unknownText, type Case, type Way, type Ways } from '../../middleware/option-ways.js';
import { filled, underFacts } from '../../middleware/options.js';
import { asWritten, byDefault, byOption, doing, failing } from '../../middleware/sent.js';
import { ANY, anyOf, exact, NONE, type OriginSet } from '../../origins/origin-set.js';
import { exactSetOf, guardOf } from '../../policy/from-condition.js';
import { ALWAYS, NEVER, unless, whenAll, whenAny, type Effect, type Guard, type HeaderValue, type Note, type Step } from '../../policy/program.js';
import { truth } from '../../syntax/python/index.js';
import type { Span } from '../../text/span.js';
import type { RecordEntry, RecordValue, Value } from '../../values/value.js';
import type { QuartVersions } from './version.js';

/** Keywords of `cors` and `route_cors`. */
export const OPTIONS = ['allow_credentials', 'allow_headers', 'allow_methods', 'allow_origin', 'expose_headers', 'max_age', 'send_origin_wildcard'] as const;

type Option = (typeof OPTIONS)[number];

/** Keys of `app.config` are these before an option's name in capitals. */
export const PREFIX = 'QUART_CORS_';

const ORIGIN = 'access-control-allow-origin';
const ACRM = 'access-control-request-method';
const ACRH = 'access-control-request-headers';
const ALL_METHODS = 'GET, HEAD, POST, OPTIONS, PUT, PATCH, DELETE';

/** One call of Quart-CORS, and the requests that it is for. */
export interface QuartCorsCall {
  readonly keywords: RecordValue;
  /** What the app's configuration holds, under the options' names. */
  readonly configured: RecordValue;
  /** The requests whose responses it sees. */
  readonly base: Guard;
  readonly versions: QuartVersions;
  readonly at: Span;
}

/** What Quart-CORS does by one call. */
export interface QuartCors {
  readonly steps: readonly Step[];
  /** Requests at which it raises: the answer is a 500 without headers. */
  readonly faults: readonly Step[];
  /** It raises when it is set up: the app does not start. */
  readonly refusals: readonly Step[];
  readonly notes: readonly Note[];
}

/**
 * Options of Quart-CORS as steps (quart_cors/__init__.py; 0.8.0 measured, 0.6.0 and 0.7.0 by what differs). A keyword
 * that is None is the configuration's; one that is False cannot undo a configuration that is true. A configured text is
 * gone through by its characters, a configured pattern is refused; a keyword's is one item. With a star among other origins it is chance which of them is
 * found first: here the star is.
 */
export function quartCors(call: QuartCorsCall): QuartCors {
  const given = optionWays(OPTIONS, call.keywords);
  const configured = optionWays(OPTIONS, call.configured);
  const programs = given.ways.flatMap((way) => configured.ways.map((config) => new Cors(way.options, config.options, [given.places, configured.places], { ...call, base: whenAll(call.base, way.when, config.when) }, given.others[0])));
  return { steps: programs.flatMap((one) => one.steps()), faults: programs.flatMap((one) => one.faults()), refusals: programs.flatMap((one) => one.refusals()), notes: programs.flatMap((one) => one.notes()) };
}

class Cors {
  readonly #origins: Case | undefined;
  readonly #originsAt: Span;
  readonly #star: Span | undefined;
  readonly #credentials: Guard;
  readonly #sendsStar: Guard;
  readonly #allowed: OriginSet;

  constructor(
    private readonly given: Way<Option>['options'],
    private readonly configured: Way<Option>['options'],
    private readonly places: readonly Ways<Option>['places'][],
    private readonly call: QuartCorsCall,
    private readonly unknownName: RecordEntry | undefined,
  ) {
    this.#origins = this.#value('allow_origin');
    this.#star = this.#origins === undefined ? call.at : placeOfItem('*', this.#origins);
    this.#originsAt = this.#star ?? this.#origins?.at ?? call.at;
    this.#credentials = this.#either('allow_credentials', false);
    this.#sendsStar = call.versions.wildcardOption ? this.#either('send_origin_wildcard', true) : ALWAYS;
    this.#allowed = this.#star === undefined ? admitted(this.#origins!) : ANY;
  }

  steps(): readonly Step[] {
    if (this.#fault() !== undefined) return [];
    const { base, at, versions } = this.call;
    const hasOrigin: Guard = { g: 'origin', in: filled(at) };
    const allowed = whenAll(base, hasOrigin, this.#star === undefined ? { g: 'origin', in: this.#allowed } : ALWAYS);
    const asStar = this.#star === undefined ? NEVER : this.#sendsStar;
    const star: Effect = this.#star === at ? byDefault('set', ORIGIN, '*', at) : { op: 'set', header: ORIGIN, value: asWritten('*', this.#originsAt), statuses: 'all', at: this.#originsAt };
    const echo: Effect = { op: 'set', header: ORIGIN, value: { v: 'request-header', name: 'origin', at: this.#originsAt }, statuses: 'all', at: this.#originsAt };
    const preflight = this.#preflight(allowed);
    const vary = whenAll(versions.alwaysVaries ? base : allowed, unless(whenAll(allowed, asStar)));
    return [
      ...doing(whenAll(allowed, asStar), star),
      ...doing(whenAll(allowed, unless(asStar)), echo),
      ...this.#sendCredentials(allowed),
      ...doing(allowed, this.#set('access-control-expose-headers', 'expose_headers', this.#headers('expose_headers') ?? { v: 'literal', text: versions.emptyItem, at, written: false })),
      ...preflight,
      ...doing(vary, byDefault('append', 'vary', 'Origin', at)),
    ];
  }

  faults(): readonly Step[] {
    const { base, at } = this.call;
    const fault = this.#fault();
    if (fault !== undefined) return [failing(base, fault, at)];
    const when = whenAll(base, this.#star === undefined ? NEVER : this.#credentials);
    return when.g === 'never' ? [] : [failing(when, 'ValueError: credentials cannot be allowed for the origin *', this.#place('allow_credentials') ?? at)];
  }

  refusals(): readonly Step[] {
    return this.unknownName === undefined ? [] : [failing(ALWAYS, `TypeError: Quart-CORS does not take ${this.unknownName.key}`, this.unknownName.at)];
  }

  /** Werkzeug sends the header for the boolean only. */
  notes(): readonly Note[] {
    const value = this.#value('allow_credentials');
    const ignored = (value?.kind === 'string' && value.value !== '') || (value?.kind === 'number' && value.value !== 0);
    return ignored ? [{ id: 'credentials-ignored', at: value.at, related: [], path: '/' }] : [];
  }

  #fault(): string | undefined {
    for (const option of ['allow_origin', 'allow_headers', 'allow_methods', 'expose_headers'] as const) {
      const value = this.#value(option);
      if (value !== undefined && /^(?:boolean|number|nothing|regex)$/.test(value.kind)) return `TypeError: ${option} is no collection`;
    }
    return undefined;
  }

  #sendCredentials(allowed: Guard): readonly Step[] {
    const value = this.#value('allow_credentials');
    if (value === undefined || value.kind === 'string' || value.kind === 'number' || value.kind === 'list' || value.kind === 'record') return [];
    return doing(whenAll(allowed, this.#credentials), this.#set('access-control-allow-credentials', 'allow_credentials', asWritten('true', value.at)));
  }

  /** OPTIONS with a method that is allowed, in any case of letters. */
  #preflight(allowed: Guard): readonly Step[] {
    const { at } = this.call;
    const methods = this.#value('allow_methods');
    const names = methods === undefined ? ALL_METHODS.split(', ') : this.#items('allow_methods');
    const listed: Guard = names === undefined ? { g: 'fact', fact: doubtAbout(methods!, 'allow_methods') } : names.includes('*') ? ALWAYS : { g: 'header', name: ACRM, in: anyOf(names.map((name) => exact(name, methods?.at ?? at, ['ignore-case']))) };
    const preflight = whenAll(allowed, { g: 'method', in: ['OPTIONS'] }, { g: 'header', name: ACRM, in: filled(at) }, listed);
    const age = this.#value('max_age');
    return [
      ...this.#requestHeaders(preflight),
      ...doing(preflight, this.#set('access-control-allow-methods', 'allow_methods', this.#headers('allow_methods') ?? { v: 'literal', text: ALL_METHODS, at, written: false })),
      ...(age === undefined || age.kind === 'nothing' ? [] : doing(preflight, this.#set('access-control-max-age', 'max_age', wholeNumber(age)))),
    ];
  }

  /** What is asked for and allowed; where that is nothing, the header is there and empty. */
  #requestHeaders(preflight: Guard): readonly Step[] {
    const { at } = this.call;
    const header = 'access-control-allow-headers';
    const value = this.#value('allow_headers');
    const names = value === undefined ? ['*'] : this.#items('allow_headers');
    if (names === undefined) return doing(preflight, this.#set(header, 'allow_headers', unknownText(value!, 'allow_headers')));
    const place = value?.at ?? at;
    const listed: OriginSet = names.includes('*') ? ANY : anyOf(names.map((name) => exact(name, place, ['ignore-case'])));
    const some: Guard = { g: 'some-item', name: ACRH, in: listed };
    return [
      ...doing(whenAll(preflight, some), this.#set(header, 'allow_headers', { v: 'request-items', name: ACRH, in: listed, separator: ', ', at: place })),
      ...doing(whenAll(preflight, unless(some)), this.#set(header, 'allow_headers', { v: 'literal', text: '', at: place, written: false })),
    ];
  }

  /** The keyword, or the configuration's where it is None. */
  #value(option: Option): Case | undefined {
    const value = this.given.get(option);
    return value !== undefined && value.kind !== 'nothing' ? (/^(?:max_age|allow_credentials|send_origin_wildcard)$/.test(option) ? value : itself(value)) : this.configured.get(option);
  }

  /** `keyword or configuration` */
  #either(option: Option, fallback: boolean): Guard {
    const [value, configured] = [this.given.get(option), this.configured.get(option)];
    const own = configured === undefined ? (fallback ? ALWAYS : NEVER) : guardOf(truth(configured));
    return value === undefined ? own : whenAny(guardOf(truth(value)), own);
  }

  #items(option: Option): readonly string[] | undefined {
    const value = this.#value(option);
    return value === undefined ? undefined : itemsIn(value);
  }

  /** Items as the header lists them; undefined where the option is not given. */
  #headers(option: Option): HeaderValue | undefined {
    const value = this.#value(option);
    if (value === undefined) return undefined;
    const items = itemsIn(value);
    return items === undefined ? unknownText(value, option) : asWritten(items.map((item) => (item === '' ? this.call.versions.emptyItem : item)).join(', '), value.at);
  }

  #place(option: Option): Span | undefined {
    return this.places.map((places) => places.get(option)).find((place) => place !== undefined);
  }

  #set(header: string, option: Option, value: HeaderValue): Effect {
    return byOption('set', header, value, this.#place(option) ?? this.call.at);
  }
}

/** A text or a pattern that is given as a keyword is a list of itself. */
function itself(value: Case): Case {
  return value.kind === 'string' || value.kind === 'regex' ? { kind: 'list', items: [value], at: value.at } : value;
}

/** An item of a list, or a character of a configured text. */
function placeOfItem(item: string, value: Case): Span | undefined {
  return value.kind === 'string' ? (value.value.includes(item) ? value.at : undefined) : placeOf(item, value);
}

/** Texts are compared as a whole, patterns with `match`, from the start only. */
function admitted(origins: Case): OriginSet {
  switch (origins.kind) {
    case 'list':
      return anyOf([...origins.items.map(admittedItem), ...(origins.rest === undefined ? [] : [exactSetOf({ kind: 'list', items: [], rest: origins.rest, at: origins.at }, origins.at)])]);
    case 'string':
      // Its characters, none of which is an origin.
      return NONE;
    default:
      return exactSetOf(origins, origins.at);
  }
}

function admittedItem(item: Value): OriginSet {
  if (item.kind === 'regex') return { s: 'regex', source: item.source, flags: item.flags, dialect: item.dialect, use: 'match-prefix', subject: 'origin', at: item.at, ...(item.sourceAt === undefined ? {} : { sourceAt: item.sourceAt }) };
  if (item.kind === 'either') return anyOf(item.options.map(({ when, value }) => underFacts(when, admittedItem(value), item.at)));
  if (item.kind === 'string') return exact(item.value, item.at);
  return item.kind === 'number' || item.kind === 'boolean' || item.kind === 'nothing' ? NONE : exactSetOf({ kind: 'list', items: [item], at: item.at }, item.at);
}

/** `int(max_age)` */
function wholeNumber(value: Case): HeaderValue {
  if (value.kind === 'number') return asWritten(String(Math.trunc(value.value)), value.at);
  if (value.kind === 'string' && /^\s*\d+\s*$/.test(value.value)) return asWritten(String(Number(value.value)), value.at);
  if (value.kind === 'boolean') return asWritten(value.value ? '1' : '0', value.at);
  return unknownText(value, 'max_age');
}
