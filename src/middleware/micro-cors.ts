import { effectOf } from '../policy/from-actions.js';
import { casesOf, guardOf } from '../policy/from-condition.js';
import { whenAll, type Effect, type Guard, type Step } from '../policy/program.js';
import { truthy } from '../syntax/estree/index.js';
import type { Span } from '../text/span.js';
import type { Value } from '../values/value.js';
import { joined, Options } from './options.js';
import { byDefault, byOption, doing, failing } from './sent.js';

const OPTIONS: Guard = { g: 'method', in: ['OPTIONS'] };
const METHODS = 'POST,GET,PUT,PATCH,DELETE,OPTIONS';
const HEADERS = 'X-Requested-With,Access-Control-Allow-Origin,X-HTTP-Method-Override,Content-Type,Authorization,Accept';

/**
 * micro-cors 0.1 (https://github.com/possibilities/micro-cors/blob/master/src/index.js): nothing is compared. The origin
 * goes out as written, credentials are allowed unless switched off, and the handler must answer OPTIONS itself. A key
 * that is `undefined` counts as absent.
 */
export function microCorsSteps(given: Value | undefined, base: Guard, call: Span): readonly Step[] {
  return casesOf(given ?? { kind: 'record', entries: [], at: call }).flatMap(({ when, value }) => withOptions(new Options(value, call), whenAll(base, when)));
}

function withOptions(options: Options, base: Guard): readonly Step[] {
  const { call } = options;
  const preflight = whenAll(base, OPTIONS);
  return [
    ...option(options, 'origin', base, [byDefault('set', 'access-control-allow-origin', '*', call)], (value, when, at) =>
      value.kind === 'list' || value.kind === 'string' || value.kind === 'unknown' || value.kind === 'env' || value.kind === 'concat' || value.kind === 'number' || value.kind === 'boolean'
        ? doing(when, ...textOf(value, at))
        : [failing(when, 'micro-cors throws: `origin` is no text', at)],
    ),
    ...option(options, 'allowCredentials', base, [byDefault('set', 'access-control-allow-credentials', 'true', call)], (value, when, at) => {
      const on = truthy(value);
      return on.c === 'false' ? [] : doing(whenAll(when, guardOf(on)), byOption('set', 'access-control-allow-credentials', { v: 'literal', text: 'true', at: value.at, written: true }, at));
    }),
    ...option(options, 'exposeHeaders', base, [], (value, when, at) => listed('access-control-expose-headers', value, when, at)),
    ...option(options, 'allowMethods', preflight, [byDefault('set', 'access-control-allow-methods', METHODS, call)], (value, when, at) => listed('access-control-allow-methods', value, when, at)),
    ...option(options, 'allowHeaders', preflight, [byDefault('set', 'access-control-allow-headers', HEADERS, call)], (value, when, at) => listed('access-control-allow-headers', value, when, at)),
    ...option(options, 'maxAge', preflight, [byDefault('set', 'access-control-max-age', '86400', call)], (value, when, at) => doing(when, effectOf('set', 'access-control-max-age', value, at))),
  ];
}

/** An option that is written, case by case; what is absent or `undefined` leaves the default. */
function option(options: Options, key: string, base: Guard, standard: readonly Effect[], written: (value: Value, when: Guard, at: Span) => readonly Step[]): readonly Step[] {
  const found = options.get(key);
  if (found === undefined) return doing(base, ...standard);
  return casesOf(found.value).flatMap(({ when, value }) => (value.kind === 'nothing' && value.what === 'undefined' ? doing(whenAll(base, when), ...standard) : written(value, whenAll(base, when), found.at)));
}

/** `setHeader` sends one line for each item of a list. */
function textOf(value: Value, at: Span): readonly Effect[] {
  if (value.kind !== 'list') return [effectOf('set', 'access-control-allow-origin', value, at)];
  const effects = value.items.map((item, index) => effectOf(index === 0 ? 'set' : 'append', 'access-control-allow-origin', item, at));
  return value.rest === undefined ? effects : [...effects, effectOf(effects.length === 0 ? 'set' : 'append', 'access-control-allow-origin', value.rest, at)];
}

function listed(header: string, value: Value, when: Guard, at: Span): readonly Step[] {
  const text = joined(value, ',');
  if (text === undefined) return value.kind === 'unknown' || value.kind === 'env' || value.kind === 'list' ? doing(when, effectOf('set', header, value, at)) : [failing(when, `micro-cors throws: the option for ${header} is no list`, at)];
  return text === '' && header === 'access-control-expose-headers' ? [] : doing(when, byOption('set', header, { v: 'literal', text, at: value.at, written: true }, at));
}

