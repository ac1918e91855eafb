import { ABSENT, anyOf, complement, exact, type OriginSet } from '../../origins/origin-set.js';
import { allOf } from '../../middleware/koa/guards.js';
import { unknownExact } from '../../policy/from-condition.js';
import { ALWAYS, unless, whenAll, whenAny, type Effect, type Guard, type HeaderValue, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown, type UnknownValue } from '../../values/value.js';
import type { Allowed, Options } from './options.js';

const ASKED = 'access-control-request-method';
const HEADERS = 'access-control-request-headers';
const PRESENT = complement(ABSENT);

/** A resource that `cors.add` was called for: the options of its routes come before its own, these before the defaults. */
export interface CorsResource {
  readonly methods: ReadonlyMap<string, readonly Allowed[]>;
  readonly own: readonly Allowed[];
  readonly defaults: readonly Allowed[];
  /** Options as methods that any may be taken by: routes that are not in view. */
  readonly open: boolean;
  /** A class of views: preflights look at its methods alone (aiohttp_cors/mixin.py). */
  readonly isView: boolean;
  readonly at: Span;
}

/** Which options a request gets, each under the condition that no better ones are there. */
interface Choice {
  readonly when: Guard;
  readonly options: Options;
  readonly origin: Allowed;
}

/** `ChainMap(…).get(origin, ….get('*'))` */
function choicesIn(chain: readonly (readonly Allowed[])[]): readonly Choice[] {
  const every = chain.flat();
  const ordered = [...every.filter(({ origin }) => origin !== '*'), ...every.filter(({ origin }) => origin === '*')];
  const own = ordered.map((one) => whenAll(one.when, originOf(one)));
  return ordered.map((origin, index) => ({ when: whenAll(own[index]!, unless(whenAny(...own.slice(0, index).filter((_, place) => ordered[place]!.origin !== origin.origin || ordered[place]!.when.g === 'always')))), options: origin.options, origin }));
}

function originOf({ origin, originAt, unknownOrigins }: Allowed): Guard {
  if (origin === '*') return { g: 'origin', in: PRESENT };
  if (origin === undefined) return { g: 'origin', in: unknownExact(factOf(unknownOrigins ?? unknown('unsupported-syntax', 'an origin', originAt)), originAt) };
  return { g: 'origin', in: exact(origin, originAt) };
}

/** What is added to the answers of routes; not to those of preflights (`_on_response_prepare`). */
export function onAnswers(cors: CorsResource, served: readonly string[] | undefined): readonly Step[] {
  const base: Guard = served === undefined ? unless({ g: 'method', in: ['OPTIONS'] }) : { g: 'method', in: served.filter((method) => method !== 'OPTIONS') };
  const special = [...cors.methods].filter(([, allowed]) => allowed.length > 0);
  const rest = unless({ g: 'method', in: special.map(([method]) => method) });
  return [...special.map(([method, allowed]) => [{ g: 'method', in: [method] } as const, [allowed, cors.own, cors.defaults]] as const), [special.length === 0 ? ALWAYS : rest, [cors.own, cors.defaults]] as const].flatMap(([method, chain]) =>
    choicesIn(chain).flatMap(({ when, options, origin }): readonly Step[] => {
      const reached = allOf(base, method, when);
      if (reached.g === 'never') return [];
      const effects: Effect[] = [...exposing(options), echo(origin), ...credentials(options)];
      return [{ when: reached, effects, at: options.at }];
    }),
  );
}

/** The handler of OPTIONS that `cors.add` puts on a resource (aiohttp_cors/preflight_handler.py). */
export function onPreflight(cors: CorsResource): readonly Step[] {
  const base: Guard = { g: 'method', in: ['OPTIONS'] };
  const refused = (when: Guard): Step => ({ when: allOf(base, when), effects: [], end: { to: 'answer', status: 403 }, at: cors.at });
  const asks = (methods: readonly string[], ignoreCase: boolean): Guard => ({ g: 'header', name: ASKED, in: anyOf(methods.map((method) => exact(method, cors.at, ignoreCase ? ['ignore-case'] : []))) });
  const steps: Step[] = [refused({ g: 'origin', in: ABSENT }), refused({ g: 'header', name: ASKED, in: ABSENT })];
  const grant = (method: Guard, { when, options, origin }: Choice): void => {
    const reached = allOf(base, method, when);
    if (reached.g === 'never') return;
    const headers = admits(options);
    steps.push(refused(whenAll(reached, unless(headers))), { when: reached, effects: [echo(origin), ...credentials(options), ...granted(options)], end: { to: 'answer', status: 200 }, at: options.at });
  };
  for (const [method, allowed] of cors.methods) for (const choice of choicesIn([allowed, cors.own, cors.defaults])) grant(asks([method], cors.isView), choice);
  // Other methods: where the options that the origin has by itself list them.
  const others = cors.isView ? [] : choicesIn([cors.own, cors.defaults]);
  for (const choice of others) {
    const { methods } = choice.options;
    const listed: Guard = cors.open ? fact(unknown('import-not-resolved', 'the methods of the routes', cors.at)) : methods === undefined ? asks([], false) : methods === '*' ? ALWAYS : 'kind' in methods ? fact(methods) : asks(methods, true);
    grant(listed, choice);
  }
  return [...steps, refused(ALWAYS)];
}

function admits({ headers }: Options): Guard {
  if (headers === '*') return ALWAYS;
  if ('kind' in headers) return fact(headers);
  return { g: 'every-item', name: HEADERS, in: anyOf(headers.map((name) => exact(name, NOWHERE, ['ignore-case']))) };
}

const NOWHERE: Span = { file: '', start: 0, end: 0 };
const ANY_ITEM: OriginSet = { s: 'any' };

function echo({ originAt }: Allowed): Effect {
  return effect('access-control-allow-origin', { v: 'request-header', name: 'origin', at: originAt }, originAt);
}

function credentials(options: Options): readonly Effect[] {
  const { credentials: value } = options;
  if (value === false) return [];
  const at = options.values.get('allow_credentials') ?? options.at;
  return [effect('access-control-allow-credentials', value === true ? { v: 'literal', text: 'true', at, written: true } : opened(value), options.places.get('allow_credentials') ?? at)];
}

function exposing(options: Options): readonly Effect[] {
  const { exposed } = options;
  if (exposed === undefined) return [];
  const at = options.values.get('expose_headers') ?? options.at;
  // With `*`: the names of all headers of the answer but the simple ones, whoever set them.
  const value: HeaderValue = exposed === '*' ? opened(unknown('unsupported-syntax', 'the headers of the answer', at)) : 'kind' in exposed ? opened(exposed) : { v: 'literal', text: exposed.join(','), at, written: true };
  return [effect('access-control-expose-headers', value, options.places.get('expose_headers') ?? at)];
}

function granted(options: Options): readonly Effect[] {
  const { maxAge } = options;
  const at = options.values.get('max_age') ?? options.at;
  const age = maxAge === undefined ? [] : [effect('access-control-max-age', typeof maxAge === 'number' ? { v: 'literal', text: String(maxAge), at, written: true } : opened(maxAge), options.places.get('max_age') ?? at)];
  const methodsAt = options.values.get('allow_methods') ?? options.at;
  const headersAt = options.values.get('allow_headers') ?? options.at;
  return [
    ...age,
    effect('access-control-allow-methods', { v: 'request-header', name: ASKED, at: methodsAt }, methodsAt),
    effect('access-control-allow-headers', { v: 'request-items', name: HEADERS, in: ANY_ITEM, separator: ',', at: headersAt }, headersAt),
  ];
}

function effect(header: string, value: HeaderValue, at: Span): Effect {
  return { op: 'set', header, value, statuses: 'all', at };
}

function opened(value: UnknownValue): HeaderValue {
  return { v: 'unknown', fact: factOf(value), at: value.at };
}

function fact(value: UnknownValue): Guard {
  return { g: 'fact', fact: factOf(value) };
}
