import { doubtAbout, itemsIn, optionWays, unknownText, type Case, type Way, type Ways } from '../../middleware/option-ways.js';
import { filled } from '../../middleware/options.js';
import { asWritten, byDefault, byOption, doing, failing } from '../../middleware/sent.js';
import { ABSENT, ANY, anyOf, allOf, complement, exact, NONE, PRESENT, type OriginSet } from '../../origins/origin-set.js';
import { exactSetOf, guardOf } from '../../policy/from-condition.js';
import { ALWAYS, NEVER, unless, whenAll, whenAny, type Effect, type Guard, type HeaderValue, type Step } from '../../policy/program.js';
import { splitText, stripText, truth } from '../../syntax/python/index.js';
import type { Span } from '../../text/span.js';
import type { RecordValue, Value } from '../../values/value.js';

/** Keys of `app.config` without `CORS_`. */
export const KEYS = ['ORIGINS', 'ALLOW_HEADERS', 'ALWAYS_SEND', 'AUTOMATIC_OPTIONS', 'EXPOSE_HEADERS', 'MAX_AGE', 'METHODS', 'SEND_WILDCARD', 'SUPPORTS_CREDENTIALS'] as const;

type Key = (typeof KEYS)[number];

const ORIGIN = 'access-control-allow-origin';
const ACRM = 'access-control-request-method';
const ACRH = 'access-control-request-headers';

/** The methods that a path is served with, HEAD and OPTIONS of the extension included; null where that is not known. */
export interface Served {
  readonly when: Guard;
  readonly methods: readonly string[] | null;
}

/** One configuration, and the requests that it is for. */
export interface SanicCorsCall {
  /** What the app's configuration holds, and what a decorator says over it, under `KEYS`. */
  readonly settings: RecordValue;
  /** The requests whose responses it sees. */
  readonly base: Guard;
  readonly served: readonly Served[];
  /** Is the value a list? Of collections only these are origins. */
  isList(value: Value): boolean;
  written(at: Span): string;
  readonly at: Span;
}

/** What the extension does by one configuration. */
export interface SanicCors {
  readonly steps: readonly Step[];
  /** The app does not start. */
  readonly refusals: readonly Step[];
}

/**
 * The CORS of Sanic Extensions as steps (sanic_ext/extensions/http/cors.py; 25.12 measured). What comes after the
 * origin is written on every response that has one, the handler's own included. `*` echoes the origin unless a wildcard is
 * asked for; a star in a list is a text. Of collections, only lists are origins.
 */
export function sanicCors(call: SanicCorsCall): SanicCors {
  const { ways, places } = optionWays(KEYS, call.settings);
  const programs = ways.map(({ when, options }) => new Cors(options, places, { ...call, base: whenAll(call.base, when) }));
  return { steps: programs.flatMap((one) => one.steps()), refusals: programs.flatMap((one) => one.refusals()) };
}

class Cors {
  readonly #origins: Case | undefined;
  readonly #originsAt: Span;
  readonly #star: boolean;
  readonly #automatic: Guard;

  constructor(
    private readonly options: Way<Key>['options'],
    private readonly places: Ways<Key>['places'],
    private readonly call: SanicCorsCall,
  ) {
    this.#origins = options.get('ORIGINS');
    this.#originsAt = this.#origins?.at ?? call.at;
    this.#star = this.#origins?.kind === 'string' && this.#origins.value === '*';
    this.#automatic = this.#flag('AUTOMATIC_OPTIONS', true);
  }

  refusals(): readonly Step[] {
    const when = whenAll(this.call.base, this.#star ? this.#flag('SUPPORTS_CREDENTIALS', false) : NEVER);
    return when.g === 'never' ? [] : [failing(when, 'SanicException: credentials cannot be allowed for the origin *', this.places.get('SUPPORTS_CREDENTIALS') ?? this.call.at)];
  }

  steps(): readonly Step[] {
    const isOptions = whenAll(this.#automatic, { g: 'method', in: ['OPTIONS'] });
    const asked: Guard = { g: 'header', name: ACRM, in: filled(this.call.at) };
    const seen = whenAll(this.call.base, unless(whenAll(isOptions, unless(asked))));
    const preflight = whenAll(this.call.base, isOptions, asked);
    const written = [...this.#exposed(seen), ...this.#credentials(seen), ...doing(seen, this.#vary()), ...this.#maxAge(preflight), ...this.#requestHeaders(preflight), ...this.#methods(preflight)];
    return [...this.#origin(seen), ...written.map((step) => ({ ...step, effects: step.effects.map((effect): Effect => ({ ...effect, onlyIf: effect.onlyIf ?? { header: ORIGIN, in: PRESENT } })) }))];
  }

  #origin(seen: Guard): readonly Step[] {
    const at = this.#originsAt;
    const set = (value: HeaderValue): Effect => ({ op: 'set', header: ORIGIN, value, statuses: 'all', at });
    const hasOrigin: Guard = { g: 'origin', in: filled(at) };
    const star = set(asWritten('*', at));
    const asStar = this.#star ? this.#flag('SEND_WILDCARD', false) : NEVER;
    const admitted = this.#star ? ANY : this.#admitted();
    const without = whenAll(seen, unless(hasOrigin), this.#flag('ALWAYS_SEND', true));
    return [
      ...doing(whenAll(seen, hasOrigin, asStar), star),
      ...(admitted.s === 'none' ? [] : doing(whenAll(seen, hasOrigin, unless(asStar), admitted.s === 'any' ? ALWAYS : { g: 'origin', in: admitted }), set({ v: 'request-header', name: 'origin', at }))),
      ...doing(without, ...(this.#star ? [star] : this.#fallback().map(set))),
    ];
  }

  /** Requests without an origin get a single text as it is written. */
  #fallback(): readonly HeaderValue[] {
    const origins = this.#origins;
    if (origins?.kind === 'string') return origins.value === '' || origins.value.includes(',') ? [] : [asWritten(origins.value, origins.at)];
    return origins?.kind === 'env' || origins?.kind === 'unknown' || origins?.kind === 'concat' ? [unknownText(origins, 'CORS_ORIGINS')] : [];
  }

  #admitted(): OriginSet {
    const origins = this.#origins;
    if (origins === undefined) return NONE;
    switch (origins.kind) {
      case 'nothing':
      case 'number':
      case 'boolean':
      case 'record':
        return NONE;
      case 'string':
        return origins.value === '' ? NONE : anyOf(splitText(origins, ',', this.call.written).map((item) => stripText(item, 'strip', undefined, this.call.written)).map(({ value, at }) => exact(value, at)));
      case 'regex':
        return matching(origins);
      case 'list':
        return this.call.isList(origins) ? anyOf([...origins.items.map(matching), ...(origins.rest === undefined ? [] : [exactSetOf({ kind: 'list', items: [], rest: origins.rest, at: origins.at }, origins.at)])]) : NONE;
      default:
        return exactSetOf({ kind: 'list', items: [origins], at: origins.at }, origins.at);
    }
  }

  #exposed(seen: Guard): readonly Step[] {
    const value = this.options.get('EXPOSE_HEADERS');
    if (value === undefined || truth(value).c === 'false') return [];
    const names = namesIn(value);
    return doing(seen, this.#set('access-control-expose-headers', 'EXPOSE_HEADERS', names === undefined ? unknownText(value, 'CORS_EXPOSE_HEADERS') : asWritten(names.join(','), value.at)));
  }

  #credentials(seen: Guard): readonly Step[] {
    const value = this.options.get('SUPPORTS_CREDENTIALS');
    if (value === undefined) return [];
    return doing(whenAll(seen, guardOf(truth(value))), this.#set('access-control-allow-credentials', 'SUPPORTS_CREDENTIALS', asWritten('true', value.at)));
  }

  /** Overwritten, wherever the origin is no star. */
  #vary(): Effect {
    const star: OriginSet = { s: 'exact', text: '*', comparison: [], at: this.call.at };
    return { ...byDefault('set', 'vary', 'origin', this.call.at), onlyIf: { header: ORIGIN, in: allOf([PRESENT, complement(star)]) } };
  }

  #maxAge(preflight: Guard): readonly Step[] {
    const value = this.options.get('MAX_AGE');
    const header = 'access-control-max-age';
    if (value === undefined) return doing(preflight, byDefault('set', header, '5', this.call.at));
    if (truth(value).c === 'false') return [];
    const text = value.kind === 'number' || value.kind === 'string' ? String(value.value) : value.kind === 'boolean' ? 'True' : undefined;
    return doing(preflight, this.#set(header, 'MAX_AGE', text === undefined ? unknownText(value, 'CORS_MAX_AGE') : asWritten(text, value.at)));
  }

  /** `*` for requests without credentials; else what is asked for and listed. */
  #requestHeaders(preflight: Guard): readonly Step[] {
    const value = this.options.get('ALLOW_HEADERS');
    const header = 'access-control-allow-headers';
    const at = value?.at ?? this.call.at;
    const names = value === undefined ? ['*'] : truth(value).c === 'false' ? [] : namesIn(value);
    if (names === undefined) return doing(preflight, this.#set(header, 'ALLOW_HEADERS', unknownText(value!, 'CORS_ALLOW_HEADERS')));
    const star = names.includes('*') ? unless(withCredentials(at)) : NEVER;
    const starText: HeaderValue = { v: 'literal', text: '*', at, written: value !== undefined };
    return [
      ...doing(whenAll(preflight, star), this.#set(header, 'ALLOW_HEADERS', starText)),
      ...doing(whenAll(preflight, unless(star)), this.#set(header, 'ALLOW_HEADERS', { v: 'request-items', name: ACRH, in: anyOf(names.map((name) => exact(name, at, ['ignore-case']))), separator: ',', at })),
    ];
  }

  /** The methods of the path, as far as they are listed; all of them where nothing is. */
  #methods(preflight: Guard): readonly Step[] {
    const value = this.options.get('METHODS');
    const header = 'access-control-allow-methods';
    const at = value?.at ?? this.call.at;
    const names = value === undefined || truth(value).c === 'false' ? [] : namesIn(value);
    if (names === undefined) return doing(preflight, this.#set(header, 'METHODS', unknownText(value!, 'CORS_METHODS')));
    const star = names.includes('*') ? unless(withCredentials(at)) : NEVER;
    return [
      ...doing(whenAll(preflight, star), this.#set(header, 'METHODS', asWritten('*', at))),
      ...this.call.served.flatMap(({ when, methods }) => {
        const listed = methods?.filter((method) => names.length === 0 || names.includes(method.toLowerCase()));
        if (listed?.length === 0) return [];
        const text: HeaderValue = listed === undefined ? { v: 'unknown', fact: { ...doubtAbout({ kind: 'unknown', reason: 'upstream', detail: 'the methods of the route', at }, ''), key: `methods@${at.file}:${at.start}` }, at } : { v: 'literal', text: listed.join(','), at, written: value !== undefined };
        return doing(whenAll(preflight, unless(star), when), this.#set(header, 'METHODS', text));
      }),
    ];
  }

  #flag(key: Key, fallback: boolean): Guard {
    const value = this.options.get(key);
    return value === undefined ? (fallback ? ALWAYS : NEVER) : guardOf(truth(value));
  }

  #set(header: string, key: Key, value: HeaderValue): Effect {
    return byOption('set', header, value, this.places.get(key) ?? this.call.at);
  }
}

/** Patterns are matched from the start only, texts as a whole. */
function matching(item: Value): OriginSet {
  if (item.kind === 'regex') return { s: 'regex', source: item.source, flags: item.flags, dialect: item.dialect, use: 'match-prefix', subject: 'origin', at: item.at, ...(item.sourceAt === undefined ? {} : { sourceAt: item.sourceAt }) };
  return item.kind === 'string' ? exact(item.value, item.at) : exactSetOf({ kind: 'list', items: [item], at: item.at }, item.at);
}

/** Items in lower case; a text is split at its commas, blanks stay. */
function namesIn(value: Case): readonly string[] | undefined {
  const items = value.kind === 'string' ? value.value.split(',') : itemsIn(value);
  return items?.map((item) => item.toLowerCase());
}

function withCredentials(at: Span): Guard {
  return whenAny({ g: 'header', name: 'authorization', in: filled(at) }, { g: 'header', name: 'cookie', in: complement(anyOf([ABSENT, { s: 'exact', text: '', comparison: [], at }])) });
}
