import { placeOf, ROOT } from '../../middleware/express/paths.js';
import { admittedBy, joined, laidOver, Options } from '../../middleware/options.js';
import { asWritten, byDefault, byOption, doing } from '../../middleware/sent.js';
import { ANY, anyOf, NONE, PRESENT, type OriginSet } from '../../origins/origin-set.js';
import { effectOf } from '../../policy/from-actions.js';
import { casesOf, guardOf } from '../../policy/from-condition.js';
import { ALWAYS, unless, whenAll, whenAny, type Effect, type Guard, type Step } from '../../policy/program.js';
import { truthy } from '../../syntax/estree/index.js';
import type { Span } from '../../text/span.js';
import type { Value } from '../../values/value.js';
import type { Config, RouteConfig } from './config.js';
import { optionOf } from './option-names.js';
import { refusalOf } from './refusals.js';

const OPTIONS: Guard = { g: 'method', in: ['OPTIONS'] };
const ACRM = 'access-control-request-method';

/**
 * Sails since version 1 (https://sailsjs.com/config/security): a fork of npm `cors` that sends nothing to an origin that
 * it does not admit. With `allRoutes` it answers every OPTIONS; else a preflight is answered for the route that it asks for.
 */
export function programOf(config: Config, at: Span): readonly Step[] {
  const given: Value = config.cors ?? { kind: 'record', entries: [], at };
  return casesOf(given).flatMap(({ when, value }) => {
    const refusal = refusalOf(value, config.routes);
    if (refusal !== undefined) return [{ when, effects: [], end: { to: 'answer', status: 0, fault: refusal.fault } as const, at: refusal.at }];
    return stepsFor(value, config.routes, when, config.cors?.at ?? at);
  });
}

function stepsFor(global: Value, routes: readonly RouteConfig[], base: Guard, at: Span): readonly Step[] {
  const all = allRoutes(new Options(global, at));
  const everywhere = whenAll(base, all);
  const own = routes.map((route) => ({ route, place: placeOf({ kind: 'string', value: route.path, at: route.at }, true, ROOT, undefined).when }));
  return [
    ...(all.g === 'never' ? [] : respond(global, everywhere, at)),
    ...own.flatMap(({ route, place }) => {
      const when = whenAll(base, place, route.verb === undefined ? ALWAYS : methods(route.verb));
      return casesOf(route.cors).flatMap((option): readonly Step[] => {
        const { value } = option;
        const inner = whenAll(when, option.when);
        if (value.kind === 'boolean') return value.value ? respond(global, whenAll(inner, unless(all)), route.at) : [];
        return respond(settingsOf(value, global), inner, route.at);
      });
    }),
    ...preflights(own, global, whenAll(base, unless(all)), all),
  ];
}

/** One route for all preflights: the first path that fits and has settings for the method that is asked for. */
function preflights(own: readonly { readonly route: RouteConfig; readonly place: Guard }[], global: Value, base: Guard, all: Guard): readonly Step[] {
  const asking = whenAll(base, OPTIONS);
  const taken: Guard[] = [];
  return own.flatMap(({ route, place }): readonly Step[] => {
    const asked: Guard = route.verb === undefined ? ALWAYS : { g: 'header', name: ACRM, in: { s: 'exact', text: route.verb, comparison: ['ignore-case'], at: route.at } };
    const here = whenAll(asking, place, asked, unless(whenAny(...taken)));
    taken.push(whenAll(place, asked));
    return casesOf(route.cors).flatMap((option): readonly Step[] => {
      const { value } = option;
      const when = whenAll(here, option.when);
      // A route that switches CORS off has its preflights answered by the settings of all.
      if (value.kind === 'boolean') return respond(global, value.value ? whenAll(when, unless(all)) : when, route.at);
      return respond(settingsOf(value, global), when, route.at);
    });
  });
}

function methods(verb: string): Guard {
  return { g: 'method', in: verb === 'GET' ? ['GET', 'HEAD'] : [verb] };
}

/** The settings of a route: a text is an origin, an object has those of all routes for what it leaves open. */
function settingsOf(cors: Value, global: Value): Value {
  if (cors.kind !== 'string') return laidOver(global, cors);
  const list: Value = { kind: 'list', items: [cors], at: cors.at };
  return laidOver(global, { kind: 'record', entries: [{ key: 'allowOrigins', value: list, at: cors.at }], at: cors.at });
}

/** Only `true` itself switches CORS on for all routes. */
function allRoutes(options: Options): Guard {
  const given = options.get('allRoutes')?.value;
  if (given === undefined) return { g: 'never' };
  return whenAny(...casesOf(given).map(({ when, value }) => whenAll(when, value.kind === 'boolean' ? (value.value ? ALWAYS : { g: 'never' }) : value.kind === 'condition' || value.kind === 'unknown' ? guardOf(truthy(value)) : { g: 'never' })));
}

/** Headers, and for OPTIONS the answer. */
function respond(settings: Value, base: Guard, at: Span): readonly Step[] {
  if (base.g === 'never') return [];
  const options = new Options(settings, at);
  const given = optionOf(options, 'allowOrigins') ?? { value: { kind: 'string', value: '*', at } as const, at };
  const credentials = optionOf(options, 'allowCredentials');
  const withCredentials = credentials === undefined ? { g: 'never' as const } : guardOf(isTrue(credentials.value));
  return casesOf(given.value).flatMap(({ when, value }): readonly Step[] => {
    const guard = whenAll(base, when);
    const allowed = (inner: Guard, origin: readonly Effect[]): readonly Step[] => [
      ...doing(inner, ...origin),
      ...(credentials === undefined ? [] : doing(whenAll(inner, withCredentials), byOption('set', 'access-control-allow-credentials', asWritten('true', credentials.value.at), credentials.at))),
      ...list(options, 'allowResponseHeaders', 'access-control-expose-headers', undefined, inner, at),
      ...list(options, 'allowRequestMethods', 'access-control-allow-methods', 'GET,HEAD,PUT,PATCH,POST,DELETE', whenAll(inner, OPTIONS), at),
      ...list(options, 'allowRequestHeaders', 'access-control-allow-headers', 'content-type', whenAll(inner, OPTIONS), at),
    ];
    const answer: Step = { when: whenAll(guard, OPTIONS), effects: [], end: { to: 'answer', status: 200 }, at };
    const echo = [byOption('set', 'access-control-allow-origin', { v: 'request-header', name: 'origin', at: value.at }, given.at), byDefault('append', 'vary', 'Origin', given.at)];
    if (value.kind === 'string' && value.value === '*') {
      // With credentials `*` stands for the origin that asks.
      return [...allowed(whenAll(guard, withCredentials), echo), ...allowed(whenAll(guard, unless(withCredentials)), [byOption('set', 'access-control-allow-origin', asWritten('*', value.at), given.at)]), answer];
    }
    return [...allowed(whenAll(guard, { g: 'origin', in: admitted(value) }), echo), answer];
  });
}

/** Texts that are split at commas or listed, compared byte for byte. */
function admitted(value: Value): OriginSet {
  if (value.kind === 'string') return anyOf(value.value.split(',').map((text) => admittedBy({ ...value, value: text.trim() }, NONE)));
  return value.kind === 'nothing' ? ANY : admittedBy(value, PRESENT);
}

function list(options: Options, name: string, header: string, fallback: string | undefined, when: Guard, at: Span): readonly Step[] {
  const given = optionOf(options, name);
  if (given === undefined) return fallback === undefined ? [] : doing(when, byDefault('set', header, fallback, at));
  return casesOf(given.value).flatMap(({ when: condition, value }): readonly Step[] => {
    const inner = whenAll(when, condition);
    const text = value.kind === 'string' ? value.value : joined(value, ',');
    if (text !== undefined && text !== '') return doing(inner, byOption('set', header, asWritten(text, value.at), given.at));
    if (text === undefined && value.kind !== 'nothing') return doing(inner, effectOf('set', header, value, given.at));
    // Nothing means the default of methods, and for headers those that are asked for.
    if (header === 'access-control-allow-headers') return doing(inner, byOption('set', header, { v: 'request-header', name: 'access-control-request-headers', at: value.at }, given.at));
    return header === 'access-control-allow-methods' && fallback !== undefined ? doing(inner, byDefault('set', header, fallback, given.at)) : [];
  });
}

/** Credentials have to be `true` itself. */
function isTrue(value: Value): ReturnType<typeof truthy> {
  if (value.kind === 'either' || value.kind === 'condition' || value.kind === 'unknown') return truthy(value);
  return value.kind === 'boolean' && value.value ? { c: 'true' } : { c: 'false' };
}
