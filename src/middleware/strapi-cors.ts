import { truthy } from '../syntax/estree/index.js';
import type { Effect, Step } from '../policy/program.js';
import { sameSpan, type Span } from '../text/span.js';
import { and, FALSE, not, or, TRUE, type Condition } from '../values/condition.js';
import type { EitherValue, Event, ListValue, RecordEntry, Value } from '../values/value.js';
import { ended, koaCorsProgram, requestHeader, type KoaCors, type KoaCorsCall } from './koa-cors.js';
import { Options } from './options.js';
import { isFrom } from './version.js';

/** Names that Strapi and `@koa/cors` give to one option. */
const NAMES = { expose: 'exposeHeaders', maxAge: 'maxAge', credentials: 'credentials', methods: 'allowMethods', headers: 'allowHeaders', keepHeadersOnError: 'keepHeadersOnError' } as const;

/**
 * How a version settles on an origin:
 * `literal` (before 4.5) has a list, and an origin that is not on it is an error;
 * `strict` (before 4.24) does the same, and echoes the origin for `*` with credentials;
 * `verbatim` (4.24, 4.25) has a list, or a text that everybody gets;
 * `split` (before 5.20) takes a text with commas for a list;
 * `open` lets in every origin where `*` is on the list, or where nothing is configured.
 */
type Manner = 'literal' | 'strict' | 'verbatim' | 'split' | 'open';

/** `strapi::cors` (https://github.com/strapi/strapi/blob/main/packages/core/core/src/middlewares/cors.ts): `@koa/cors` with other defaults and an origin function of its own. */
export function strapiCorsProgram(call: KoaCorsCall, version: string | undefined): KoaCors {
  const since = (first: string): boolean => isFrom(version, first);
  const manner: Manner = since('5.20') ? 'open' : since('4.26') ? 'split' : since('4.24') ? 'verbatim' : since('4.5') ? 'strict' : 'literal';
  const koa = since('4.22') ? '5.0.0' : since('4.5') || !since('4') ? '3.4.3' : '3.1.0';
  const { at } = call;
  const given = new Options(call.options ?? { kind: 'record', entries: [], at }, at);
  // Until 4.14 the defaults filled what was missing inside of a list, too.
  const fills = since('4') && !since('4.14');
  const option = (key: string): RecordEntry | undefined => {
    const [own, byDefault] = [given.own(key), defaultOf(key, at)];
    if (own !== undefined) return fills && byDefault !== undefined ? filled(own, byDefault) : own;
    return given.open === undefined ? byDefault : { key, value: given.open, at };
  };
  const entries = Object.entries(NAMES).flatMap(([key, name]): readonly RecordEntry[] => {
    const own = option(key);
    return own === undefined ? [] : [{ ...own, key: name }];
  });
  const origin = option('origin')!;
  const credentials = truthy(option('credentials')!.value);
  const matching: Value = {
    kind: 'function',
    parameters: 1,
    isAsync: true,
    at: origin.at,
    run: ([context]) => new Matching(manner, credentials, context === undefined ? [] : [context], origin).events,
  };
  const { steps, kept } = koaCorsProgram({ ...call, options: { kind: 'record', entries: [...entries, { ...origin, value: matching }], at } }, koa);
  return { steps: withDefaultsTold(steps, at), kept: withDefaultsTold(kept, at) };
}

/** Texts at the place of the middleware itself are Strapi's own: nobody wrote them. */
function withDefaultsTold(steps: readonly Step[], at: Span): readonly Step[] {
  const told = (effect: Effect): Effect => (effect.value.v === 'literal' && sameSpan(effect.value.at, at) ? { ...effect, value: { ...effect.value, written: false } } : effect);
  return steps.map((step) => ({ ...step, effects: step.effects.map(told) }));
}

function defaultOf(key: string, at: Span): RecordEntry | undefined {
  const texts = (...list: readonly string[]): Value => ({ kind: 'list', items: list.map((value) => ({ kind: 'string', value, at })), at });
  switch (key) {
    case 'origin':
      return { key, value: { kind: 'string', value: '*', at }, at };
    case 'maxAge':
      return { key, value: { kind: 'number', value: 31536000, at }, at };
    case 'credentials':
      return { key, value: { kind: 'boolean', value: true, at }, at };
    case 'methods':
      return { key, value: texts('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'), at };
    case 'headers':
      return { key, value: texts('Content-Type', 'Authorization', 'Origin', 'Accept'), at };
    case 'keepHeadersOnError':
      return { key, value: { kind: 'boolean', value: false, at }, at };
    default:
      return undefined;
  }
}

function filled(own: RecordEntry, byDefault: RecordEntry): RecordEntry {
  const { value } = own;
  if (value.kind === 'nothing' && value.what === 'undefined') return byDefault;
  return value.kind === 'list' && byDefault.value.kind === 'list' ? { ...own, value: { ...value, items: [...value.items, ...byDefault.value.items.slice(value.items.length)] } } : own;
}

/** What Strapi's origin function does, told as if it had been followed. */
class Matching {
  readonly events: Event[] = [];
  readonly #asked: Value;
  /** An origin that is not on the list is an error. */
  readonly #refuses: boolean;

  constructor(
    private readonly manner: Manner,
    private readonly credentials: Condition,
    private readonly context: readonly Value[],
    { value, at }: RecordEntry,
  ) {
    this.#asked = requestHeader('origin', at);
    const present: Condition = { c: 'present', value: this.#asked, at };
    this.#refuses = manner === 'literal' || manner === 'strict';
    if (!this.#refuses) this.#returns({ kind: 'string', value: '*', at }, not(present));
    this.#settle(value, this.#refuses ? TRUE : present);
  }

  #returns(value: Value, when: Condition): void {
    if (when.c !== 'false') this.events.push({ kind: 'return', when, value, at: value.at });
  }

  #fails(when: Condition, at: Span): void {
    if (when.c !== 'false') this.events.push({ kind: 'throw', when, at });
  }

  #settle(value: Value, when: Condition): void {
    const splits = this.#refuses || this.manner === 'open';
    switch (value.kind) {
      case 'either':
        for (const option of value.options) this.#settle(option.value, and(when, option.when));
        return;
      case 'function':
        for (const { event, when: settled } of ended(value, this.context)) {
          if (event.kind === 'return') this.#settle(event.value, and(when, settled));
          else this.events.push({ ...event, when: and(when, settled) });
        }
        return;
      case 'list':
        return this.#match(value, when);
      case 'string': {
        const items = value.value.split(',').map((text): Value => ({ ...value, value: text.trim() }));
        return splits || (this.manner === 'split' && items.length > 1) ? this.#match({ kind: 'list', items, at: value.at }, when) : this.#returns(value, when);
      }
      case 'nothing':
        if (this.manner === 'open') return this.#returns(this.#asked, when);
        return this.manner === 'verbatim' ? this.#returns(value, when) : this.#fails(when, value.at);
      case 'env':
        return splits ? this.#match({ kind: 'list', items: [], rest: value, at: value.at }, when) : this.#returns(value, when);
      case 'concat':
        return splits ? this.#match({ kind: 'list', items: [value], at: value.at }, when) : this.#returns(value, when);
      case 'request':
      case 'derived':
      case 'unknown':
        return this.#returns(value, when);
      default:
        // What is neither a list nor a text has no `split`.
        return this.manner === 'verbatim' ? this.#returns(value, when) : this.#fails(when, value.at);
    }
  }

  #match(list: ListValue, when: Condition): void {
    const { at } = list;
    const star = this.#refuses || this.manner === 'open' ? or(...list.items.map(isStar)) : FALSE;
    const echoes = this.manner === 'open' ? TRUE : this.manner === 'strict' ? this.credentials : FALSE;
    this.#returns(this.#asked, and(when, star, echoes));
    this.#returns({ kind: 'string', value: '*', at }, and(when, star, not(echoes)));
    const texts: Value = { ...list, items: list.items.filter(({ kind }) => ['string', 'env', 'concat', 'either', 'unknown'].includes(kind)) };
    const listed: Condition = texts.items.length === 0 && list.rest === undefined ? FALSE : { c: 'member', item: this.#asked, of: texts, at };
    this.#returns(this.#asked, and(when, not(star), listed));
    const refused = and(when, not(star), not(listed));
    if (this.#refuses) this.#fails(refused, at);
    else this.#returns({ kind: 'string', value: '', at }, refused);
  }
}

function isStar(value: Value): Condition {
  if (value.kind === 'either') return starIn(value);
  return value.kind === 'string' && value.value === '*' ? TRUE : FALSE;
}

function starIn({ options }: EitherValue): Condition {
  return or(...options.map(({ when, value }) => and(when, isStar(value))));
}
