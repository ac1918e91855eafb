import { anyOf, NONE, PRESENT, type OriginSet } from '../origins/origin-set.js';
import { effectOf } from '../policy/from-actions.js';
import { casesOf, exactSetOf, guardOf } from '../policy/from-condition.js';
import { ALWAYS, NEVER, unless, whenAll, whenAny, type Guard, type HeaderValue, type Step } from '../policy/program.js';
import { truthy } from '../syntax/estree/index.js';
import type { Span } from '../text/span.js';
import { factOf, type EitherValue, type FunctionValue, type UnknownValue, type Value } from '../values/value.js';
import { filled, Options, underFacts } from './options.js';
import { returned } from './returned.js';
import { asWritten, byDefault, byOption, doing, failing } from './sent.js';
import { isFrom } from './version.js';

export interface MiddyCorsCall {
  readonly options: Value | undefined;
  readonly at: Span;
  /** Version of `@middy/http-cors`; undefined: the current one. */
  readonly version: string | undefined;
}

export interface MiddyCors {
  /** What it answers to OPTIONS before the handler is asked, where that is switched on. */
  readonly before: readonly Step[];
  /** What it writes onto a response that the handler made; a header that the handler has set stays. */
  readonly after: readonly Step[];
  /** It adds to the handler's `Vary`; before version 6 the handler's own is left as it is. */
  readonly addsVary: boolean;
}

const OPTIONS: Guard = { g: 'method', in: ['OPTIONS'] };

/**
 * `httpCors()` of `@middy/http-cors` 2 to 7 (https://github.com/middyjs/middy/blob/main/packages/http-cors/index.js).
 * Options lie over the defaults as by a spread. `*` with credentials becomes the request's origin. Before version 5 an
 * origin that is not listed gets the first of the list; since version 5 `*` inside an entry stands for what has no dot.
 */
export function middyCors(call: MiddyCorsCall): MiddyCors {
  const parts = casesOf(call.options ?? { kind: 'record', entries: [], at: call.at }).map(({ when, value }) => {
    const program = new Program(call, new Options(value, call.at));
    return { before: program.before(when), after: program.headers(when) };
  });
  return { before: parts.flatMap(({ before }) => before), after: parts.flatMap(({ after }) => after), addsVary: isFrom(call.version, '6') };
}

/** Steps for Access-Control-Allow-Origin, and those for `Vary`. */
interface Granted {
  readonly steps: readonly Step[];
  readonly vary: readonly Step[];
}

class Program {
  constructor(
    private readonly call: MiddyCorsCall,
    private readonly options: Options,
  ) {}

  before(base: Guard): readonly Step[] {
    const disabled = this.options.get('disableBeforePreflightResponse');
    if (disabled === undefined || !this.#from('4')) return [];
    const when = whenAll(base, OPTIONS, unless(guardOf(truthy(disabled.value))));
    if (when.g === 'never') return [];
    return [...this.headers(when), { when, effects: [], end: { to: 'answer', status: 204 }, at: disabled.at }];
  }

  headers(base: Guard): readonly Step[] {
    const granted = this.#granted(base);
    const credentials = this.options.get('credentials');
    return [
      ...(credentials === undefined ? [] : casesOf(credentials.value).flatMap(({ when, value }) => doing(whenAll(base, when, guardOf(truthy(value))), this.#truth(value, credentials.at)))),
      ...this.#text('headers', 'access-control-allow-headers', base),
      ...this.#text('methods', 'access-control-allow-methods', base),
      ...granted.steps,
      ...(this.#from('3') ? this.#text('vary', 'vary', base) : []),
      ...granted.vary,
      ...this.#text('exposeHeaders', 'access-control-expose-headers', base),
      ...this.#text('maxAge', 'access-control-max-age', base),
    ];
  }

  #from(version: string): boolean {
    return isFrom(this.call.version, version);
  }

  /** `String(credentials)` of what is truthy. */
  #truth(value: Value, at: Span): Step['effects'][number] {
    if (value.kind === 'string' || value.kind === 'unknown' || value.kind === 'env') return effectOf('set', 'access-control-allow-credentials', value, at);
    return byOption('set', 'access-control-allow-credentials', asWritten(value.kind === 'number' ? String(value.value) : 'true', value.at), at);
  }

  #text(key: string, header: string, base: Guard): readonly Step[] {
    const option = this.options.get(key);
    return option === undefined ? [] : casesOf(option.value).flatMap(({ when, value }) => doing(whenAll(base, when, guardOf(truthy(value))), effectOf('set', header, value, option.at)));
  }

  #credentials(): Guard {
    const option = this.options.get('credentials');
    return option === undefined ? NEVER : guardOf(truthy(option.value));
  }

  #granted(base: Guard): Granted {
    const own = this.options.own('getOrigin');
    const listed = this.options.get('origins');
    if (own?.value.kind === 'function') return this.#asked(own.value, own.at, base);
    if (own !== undefined && own.value.kind !== 'nothing') return this.#open(own.value.kind === 'unknown' ? own.value : { kind: 'unknown', reason: 'unsupported-syntax', detail: 'the origin function', at: own.at }, own.at, base);
    const parts = casesOf(listed?.value ?? { kind: 'list', items: [], at: this.call.at }).map(({ when, value }) => {
      const guard = whenAll(base, when);
      const items = listItems(value);
      if (items === undefined) return this.#open(value.kind === 'unknown' ? value : { kind: 'unknown', reason: 'unsupported-syntax', detail: 'the list of origins', at: value.at }, listed?.at ?? this.call.at, guard);
      return items.length === 0 ? this.#single(guard) : this.#listed(items, listed?.at ?? this.call.at, guard);
    });
    return { steps: parts.flatMap(({ steps }) => steps), vary: parts.flatMap(({ vary }) => vary) };
  }

  /** `origin`: sent to everybody as it is, but `*` with credentials. */
  #single(base: Guard): Granted {
    const written = this.options.own('origin');
    const at = written?.at ?? this.call.at;
    const byItself: Value = this.#from('6') ? { kind: 'nothing', what: 'undefined', at } : { kind: 'string', value: '*', at };
    const origin = written?.value ?? this.options.open ?? byItself;
    const parts = casesOf(origin).map(({ when, value }): Granted => {
      // Before version 5 an empty text is sent as it is.
      const sent = this.#from('5') ? guardOf(truthy(value)) : value.kind === 'nothing' ? NEVER : ALWAYS;
      const guard = whenAll(base, when, sent);
      if (guard.g === 'never') return { steps: [], vary: this.#from('5') ? [] : this.#vary(whenAll(base, when)) };
      if (value.kind === 'unknown') return this.#open(value, at, guard);
      const star = value.kind === 'string' && value.value === '*';
      const credentials = this.#credentials();
      const echo = star ? whenAll(guard, credentials, { g: 'origin', in: filled(at) }) : NEVER;
      const text = star ? whenAll(guard, unless(whenAll(credentials, { g: 'origin', in: filled(at) }))) : guard;
      const many = value.kind === 'string' && value.value.length > 1 && value.value.includes('*');
      return {
        steps: [...doing(echo, byOption('set', 'access-control-allow-origin', echoed(at), at)), ...doing(text, written === undefined ? byDefault('set', 'access-control-allow-origin', '*', at) : effectOf('set', 'access-control-allow-origin', value, at))],
        vary: this.#from('6') ? this.#vary(whenAll(guard, star ? credentials : many ? ALWAYS : NEVER)) : this.#vary(star ? echo : guard),
      };
    });
    return { steps: parts.flatMap(({ steps }) => steps), vary: parts.flatMap(({ vary }) => vary) };
  }

  #listed(items: readonly Value[], at: Span, base: Guard): Granted {
    if (!this.#from('5')) return this.#firstOf(items, at, base);
    // Since version 6 `origin` is one of the list.
    const all = [this.#from('6') ? this.options.own('origin')?.value : undefined, ...items].flatMap((item) => item ?? []);
    const entries = all.map((item) => this.#entry(item));
    const any = whenAny(...entries.map((entry) => entry.any));
    const isStatic: Guard = { g: 'origin', in: anyOf(entries.map((entry) => entry.exact)) };
    const isDynamic: Guard = { g: 'origin', in: anyOf(entries.map((entry) => entry.pattern)) };
    const credentials = this.#credentials();
    const echo = whenAll(base, { g: 'origin', in: PRESENT }, whenAny(isStatic, whenAll(any, credentials), whenAll(unless(any), isDynamic)));
    const star = whenAll(base, unless(isStatic), any, unless(credentials));
    const many = items.length > 1 || entries.some(({ pattern }) => pattern.s !== 'none');
    // Everybody gets one answer only where a single entry stands alone: version 6 forgets that it is not everybody's.
    const varies = !this.#from('6') ? echo : whenAny(whenAll(base, many ? ALWAYS : NEVER), whenAll(base, any, unless(star)), this.#from('7') ? echo : NEVER);
    return { steps: [...doing(echo, byOption('set', 'access-control-allow-origin', echoed(at), at)), ...doing(star, byOption('set', 'access-control-allow-origin', asWritten('*', at), at))], vary: this.#vary(varies) };
  }

  /** Versions 2 to 4: an entry that equals, else the first one. */
  #firstOf(items: readonly Value[], at: Span, base: Guard): Granted {
    const equal: Guard = { g: 'origin', in: anyOf(items.map((item) => this.#entry(item).exact)) };
    const echo = whenAll(base, equal);
    const first = whenAll(base, unless(equal));
    const star = items[0]?.kind === 'string' && items[0].value === '*' ? first : NEVER;
    return {
      steps: [...doing(echo, byOption('set', 'access-control-allow-origin', echoed(at), at)), ...doing(first, effectOf('set', 'access-control-allow-origin', items[0]!, at))],
      vary: this.#vary(whenAll(base, unless(star))),
    };
  }

  /** One entry of the list: does it let any origin in, which one does it equal, which ones fit its pattern? */
  #entry(value: Value): { readonly any: Guard; readonly exact: OriginSet; readonly pattern: OriginSet } {
    if (value.kind === 'either') {
      const parts = value.options.map((option) => ({ when: option.when, entry: this.#entry(option.value) }));
      return {
        any: whenAny(...parts.map(({ when, entry }) => whenAll(guardOf(when), entry.any))),
        exact: anyOf(parts.map(({ when, entry }) => underFacts(when, entry.exact, value.at))),
        pattern: anyOf(parts.map(({ when, entry }) => underFacts(when, entry.pattern, value.at))),
      };
    }
    const closed = { any: NEVER, exact: NONE, pattern: NONE };
    if (value.kind === 'nothing') return closed;
    if (value.kind !== 'string') return { ...closed, exact: exactSetOf({ kind: 'list', items: [value], at: value.at }, value.at) };
    if (value.value === '*' && this.#from('5')) return { ...closed, any: ALWAYS };
    if (!value.value.includes('*') || !this.#from('5')) return { ...closed, exact: { s: 'exact', text: value.value, comparison: this.#from('7') ? ['ignore-case'] : [], at: value.at } };
    const escaped = this.#from('7') ? value.value.replace(/[.+?^${}()|[\]\\]/g, '\\$&') : value.value.replaceAll('.', '\\.');
    return { ...closed, pattern: { s: 'regex', source: `^${escaped.replaceAll('*', '[^.]*')}$`, flags: '', dialect: 'js', use: 'search', subject: 'origin', at: value.at } };
  }

  /** `getOrigin(origin, options)` says it. */
  #asked(callee: FunctionValue, at: Span, base: Guard): Granted {
    const origin: Value = { kind: 'request', part: 'header', header: 'origin', at: callee.at };
    const steps: Step[] = [];
    const vary: Step[] = [];
    for (const way of returned(callee, [origin, this.options.given], base)) {
      if (way.ends === 'throws') steps.push(failing(way.when, 'the origin function throws', way.at));
      else this.#answered(way.value, whenAll(way.when, guardOf(truthy(way.value))), at, steps, vary);
    }
    return { steps, vary };
  }

  #answered(value: Exclude<Value, EitherValue>, when: Guard, at: Span, steps: Step[], vary: Step[]): void {
    if (when.g === 'never') return;
    steps.push(...doing(when, effectOf('set', 'access-control-allow-origin', value, at)));
    const star = value.kind === 'string' && value.value === '*';
    vary.push(...this.#vary(this.#from('6') ? (star ? whenAll(when, this.#credentials()) : NEVER) : star ? NEVER : when));
  }

  #open(value: UnknownValue, at: Span, base: Guard): Granted {
    const open: HeaderValue = { v: 'unknown', fact: factOf(value), at: value.at };
    return { steps: doing(base, byOption('set', 'access-control-allow-origin', open, at)), vary: doing(base, byOption('append', 'vary', open, at)) };
  }

  /** Since version 6 `Vary` is added to the option of that name; before, that option replaces it. */
  #vary(when: Guard): readonly Step[] {
    if (!this.#from('3')) return [];
    const own = this.options.get('vary');
    const guard = this.#from('6') || own === undefined ? when : whenAll(when, unless(guardOf(truthy(own.value))));
    return doing(guard, byDefault('append', 'vary', 'Origin', this.call.at));
  }
}

/** The entries; a text is taken as its characters, as `for … of` takes it. Undefined where they are not known. */
function listItems(value: Value): readonly Value[] | undefined {
  if (value.kind === 'list') return value.rest === undefined ? value.items : [...value.items, value.rest];
  if (value.kind === 'nothing') return [];
  return value.kind === 'string' ? [...value.value].map((character): Value => ({ kind: 'string', value: character, at: value.at })) : undefined;
}

function echoed(at: Span): HeaderValue {
  return { v: 'request-header', name: 'origin', at };
}
