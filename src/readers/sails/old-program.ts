import { placeOf, ROOT } from '../../middleware/express/paths.js';
import { admittedBy, filled, laidOver, Options } from '../../middleware/options.js';
import { asWritten, byDefault, byOption, doing } from '../../middleware/sent.js';
import { ANY, anyOf, NONE, type OriginSet } from '../../origins/origin-set.js';
import { effectOf } from '../../policy/from-actions.js';
import { casesOf } from '../../policy/from-condition.js';
import { ALWAYS, unless, whenAll, whenAny, type Effect, type Guard, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import type { Value } from '../../values/value.js';
import type { Config, RouteConfig } from './config.js';

const OPTIONS: Guard = { g: 'method', in: ['OPTIONS'] };
const ACRM = 'access-control-request-method';
const SENT = ['access-control-allow-origin', 'access-control-allow-credentials', 'access-control-allow-methods', 'access-control-allow-headers', 'access-control-expose-headers'];

/**
 * Sails before version 1 (`config/cors.js`): `*` answers every origin by its name, with credentials unless they are
 * switched off; an origin that is not admitted gets an empty header. It never sends Vary and leaves OPTIONS to the app.
 */
export function oldProgramOf(config: Config, at: Span): readonly Step[] {
  const given: Value = config.cors ?? { kind: 'record', entries: [], at };
  return casesOf(given).flatMap(({ when, value }) => stepsFor(value, config.routes, when, config.cors?.at ?? at));
}

function stepsFor(global: Value, routes: readonly RouteConfig[], base: Guard, at: Span): readonly Step[] {
  const given = new Options(global, at).get('allRoutes')?.value;
  const on = given?.kind === 'boolean' && given.value;
  const steps: Step[] = [...(on ? sent(global, base, at) : cleared(base, at))];
  const places = new Map<string, { readonly place: Guard; readonly methods: Map<string, RouteConfig> }>();
  for (const route of routes) {
    const place = placeOf({ kind: 'string', value: route.path, at: route.at }, true, ROOT, undefined).when;
    const known = places.get(route.path) ?? { place, methods: new Map<string, RouteConfig>() };
    places.set(route.path, known);
    known.methods.set(route.verb ?? '', route);
    const here = whenAll(base, place, route.verb === undefined ? ALWAYS : { g: 'method', in: route.verb === 'GET' ? ['GET', 'HEAD'] : [route.verb] });
    if (route.cors.kind !== 'boolean') steps.push(...sent(settingsOf(route.cors, global), here, route.at));
    else if (!route.cors.value) steps.push(...cleared(here, route.at));
    else if (!on) steps.push(...sent(global, here, route.at));
  }
  for (const { place, methods } of places.values()) steps.push(...preflights(place, methods, global, whenAll(base, OPTIONS), at));
  return steps;
}

/** For a path that some route has settings for: those of the method that is asked for, or else those of all routes. */
function preflights(place: Guard, methods: ReadonlyMap<string, RouteConfig>, global: Value, base: Guard, at: Span): readonly Step[] {
  const asked: Guard[] = [];
  const steps: Step[] = [];
  const absent = unless({ g: 'header', name: ACRM, in: filled(at) });
  for (const [verb, route] of methods) {
    const when: Guard = verb === '' ? absent : { g: 'header', name: ACRM, in: { s: 'exact', text: verb, comparison: ['ignore-case'], at: route.at } };
    asked.push(when);
    const here = whenAll(base, place, when);
    steps.push(...(route.cors.kind === 'boolean' ? (route.cors.value ? sent(global, here, route.at) : cleared(here, route.at)) : sent(settingsOf(route.cors, global), here, route.at)));
  }
  return [...steps, ...sent(global, whenAll(base, place, unless(whenAny(...asked))), at)];
}

function settingsOf(cors: Value, global: Value): Value {
  return cors.kind === 'string' ? laidOver(global, { kind: 'record', entries: [{ key: 'origin', value: cors, at: cors.at }], at: cors.at }) : laidOver(global, cors);
}

function cleared(when: Guard, at: Span): readonly Step[] {
  return doing(when, ...SENT.map((header) => byDefault('set', header, '', at)));
}

/** Nothing for a request without Origin. */
function sent(settings: Value, base: Guard, at: Span): readonly Step[] {
  const options = new Options(settings, at);
  const asks = whenAll(base, { g: 'origin', in: filled(at) });
  const origin = options.get('origin');
  const place = origin?.at ?? at;
  const echo = (from: Span): Effect => byOption('set', 'access-control-allow-origin', { v: 'request-header', name: 'origin', at: from }, place);
  const origins = casesOf(origin?.value ?? { kind: 'string', value: '*', at }).flatMap(({ when, value }) => {
    const set = admitted(value);
    return [...doing(whenAll(asks, when, { g: 'origin', in: set }), echo(value.at)), ...doing(whenAll(asks, when, unless({ g: 'origin', in: set })), byDefault('set', 'access-control-allow-origin', '', place))];
  });
  const text = (key: string, header: string, fallback: string, when: Guard): readonly Step[] => {
    const given = options.get(key);
    return given === undefined ? doing(when, byDefault('set', header, fallback, at)) : casesOf(given.value).flatMap((option) => doing(whenAll(when, option.when), option.value.kind === 'string' || option.value.kind === 'boolean' ? byOption('set', header, asWritten(String(option.value.value), option.value.at), given.at) : effectOf('set', header, option.value, given.at)));
  };
  const preflight = whenAll(asks, OPTIONS);
  return [
    ...origins,
    ...text('credentials', 'access-control-allow-credentials', 'true', asks),
    ...text('exposeHeaders', 'access-control-expose-headers', '', asks),
    ...text('methods', 'access-control-allow-methods', 'GET, POST, PUT, DELETE, OPTIONS, HEAD', preflight),
    ...text('headers', 'access-control-allow-headers', 'content-type', preflight),
  ];
}

function admitted(value: Value): OriginSet {
  if (value.kind !== 'string') return admittedBy(value, NONE);
  const texts = value.value.split(',').map((text) => text.trim());
  return texts.includes('*') ? ANY : anyOf(texts.map((text) => admittedBy({ ...value, value: text }, NONE)));
}
