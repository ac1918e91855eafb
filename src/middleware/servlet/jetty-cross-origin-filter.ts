import { ANY, anyOf, exact, PRESENT, type OriginSet } from '../../origins/origin-set.js';
import { exactSetOf } from '../../policy/from-condition.js';
import { unless, whenAll, type Effect, type Guard, type HeaderValue, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import type { Value } from '../../values/value.js';
import { isFrom } from '../version.js';
import { asWritten, effectOf, isTrue, joined, listCases, literal, setOf, type Listed, type Params } from './params.js';

const OPTIONS: Guard = { g: 'method', in: ['OPTIONS'] };
const PREFLIGHT = whenAll(OPTIONS, { g: 'header', name: 'access-control-request-method', in: PRESENT });
const SOME_HEADER: Guard = { g: 'some-item', name: 'access-control-request-headers', in: ANY };

/**
 * Jetty's `CrossOriginFilter` (`org.eclipse.jetty.servlets`, and `org.eclipse.jetty.ee8|ee9|ee10.servlets` of Jetty 12),
 * for the requests of `where`. Left alone it sends every origin back, with credentials; a written `*` does the same. A
 * refused request passes untouched, and so does a preflight for a method or a header that is not allowed.
 *
 * `Vary: Origin`: on every response since 10.0.16 and 11.0.16; before on those of allowed origins, from 9.4.20 on
 * preflights only and before that nowhere when every origin is allowed. Sources: 9.4.0 to 12.0.16; measured on 9.4.57.
 */
export function jettyCrossOrigin(params: Params, where: Guard, version: string | undefined, at: Span): readonly Step[] {
  const always = isFrom(version, /^10\./.test(version ?? '') ? VARIES_10 : VARIES_11);
  const credentials = isTrue(params.get('allowCredentials'), true);
  const chained = isTrue(params.get('forwardPreflight') ?? params.get('chainPreflight'), true);
  const methods = listCases(params.get('allowedMethods'), 'GET,POST,HEAD', at);
  const headers = listCases(params.get('allowedHeaders'), 'X-Requested-With,Content-Type,Accept,Origin', at).map((one) => ({ ...one, any: one.text === '*' }));
  const vary = effectOf('append', 'vary', literal('Origin', at, false), at);
  return [
    ...(always ? [step(where, vary)] : []),
    ...listCases(params.get('allowedOrigins'), '*', at).flatMap((origins) => {
      const star = origins.items.find((item) => item.kind === 'string' && item.value === '*');
      const here = whenAll(where, origins.when, { g: 'origin', in: star === undefined ? matched(origins) : PRESENT });
      const place = params.get('allowedOrigins')?.at ?? at;
      const granted = params.get('allowCredentials');
      const common = (when: Guard): Step[] => [
        step(when, effectOf('set', 'access-control-allow-origin', { v: 'request-header', name: 'origin', at: star?.at ?? origins.at }, place)),
        step(whenAll(when, credentials), effectOf('set', 'access-control-allow-credentials', literal('true', granted?.value.at ?? at, granted !== undefined), granted?.at ?? at)),
      ];
      const preflight = whenAll(here, PREFLIGHT);
      const accepted = whenAll(preflight, { g: 'header', name: 'access-control-request-method', in: setOf(methods, []) });
      const anyHeader = whenAll(accepted, ...headers.map(({ any, when }) => (any ? when : unless(when))));
      const named = headers.filter(({ any }) => !any);
      const known = named.length === 0 ? [] : [whenAll(accepted, ...headers.filter(({ any }) => any).map(({ when }) => unless(when)), { g: 'every-item', name: 'access-control-request-headers', in: setOf(named, ['ignore-case']) } as const)];
      const isAny = headers.some(({ any }) => any);
      const preflights = [...(isAny ? [anyHeader] : []), ...known].flatMap((when): Step[] => [
        ...(!always && star === undefined ? [step(when, vary)] : []),
        ...common(when),
        ...ages(when),
        ...list('allowedMethods', methods, 'access-control-allow-methods', when),
      ]);
      const timing = timings(here);
      return [
        ...(!always && (star === undefined || isFrom(version, VARIES_SIMPLE)) ? [step(whenAll(here, unless(PREFLIGHT)), vary)] : []),
        ...common(whenAll(here, unless(PREFLIGHT))),
        ...list('exposedHeaders', listCases(params.get('exposedHeaders'), '', at), 'access-control-expose-headers', whenAll(here, unless(PREFLIGHT))),
        ...preflights,
        ...(isAny ? echoed(anyHeader) : []),
        ...known.flatMap((when) => list('allowedHeaders', named, 'access-control-allow-headers', when, '')),
        { ...step(whenAll(preflight, unless(chained))), end: { to: 'answer', status: 200 } as const },
        ...timing,
      ];
    }),
  ];

  function step(when: Guard, ...effects: readonly Effect[]): Step {
    return { when, effects, at };
  }

  /** The headers that were asked for, or an empty line. */
  function echoed(when: Guard): Step[] {
    const place = params.get('allowedHeaders')?.at ?? at;
    const value = (text: HeaderValue): Effect => effectOf('set', 'access-control-allow-headers', text, place);
    return [step(whenAll(when, unless(SOME_HEADER)), value(literal('', place, true))), step(whenAll(when, SOME_HEADER), value({ v: 'request-items', name: 'access-control-request-headers', in: ANY, separator: ',', at: place }))];
  }

  /** What is no number is logged, and counts as none. */
  function ages(when: Guard): Step[] {
    return listCases(params.get('preflightMaxAge'), '1800', at).flatMap((one): Step[] => {
      if (one.text !== undefined && (!/^\+?0*[1-9]\d*$/.test(one.text) || Number(one.text) > 2_147_483_647)) return [];
      const value = one.text === undefined ? joined(one, ',', asWritten, true)! : literal(one.text.replace(/^\+?0*/, ''), one.at, one.written);
      return [step(whenAll(when, one.when), effectOf('set', 'access-control-max-age', value, params.get('preflightMaxAge')?.at ?? at))];
    });
  }

  function timings(when: Guard): Step[] {
    return listCases(params.get('allowedTimingOrigins'), '', at).map((one) => {
      const any = one.items.some((item) => item.kind === 'string' && item.value === '*');
      return step(whenAll(when, one.when, { g: 'origin', in: any ? ANY : matched(one) }), effectOf('set', 'timing-allow-origin', { v: 'request-header', name: 'origin', at: one.at }, params.get('allowedTimingOrigins')?.at ?? at));
    });
  }

  function list(name: string, cases: readonly Listed[], header: string, when: Guard, empty?: string): Step[] {
    return cases.flatMap((one) => {
      const value = joined(one, ',', asWritten, true) ?? (empty === undefined ? undefined : literal(empty, one.at, one.written));
      return value === undefined ? [] : [step(whenAll(when, one.when), effectOf('set', header, value, params.get(name)?.at ?? at))];
    });
  }
}

const VARIES_SIMPLE = '9.4.20';
const VARIES_10 = '10.0.16';
const VARIES_11 = '11.0.16';

/** Entries byte for byte; `*` inside of one is any text. */
function matched({ items, rest, at }: Listed): OriginSet {
  const sets = items.flatMap((item): readonly OriginSet[] => {
    if (item.kind !== 'string') return [exactSetOf(asList(item), item.at)];
    if (!item.value.includes('*')) return [exact(item.value, item.at)];
    // Only dots are escaped: another sign of a pattern is one.
    if (/[[\](){}+?^$|\\]/.test(item.value)) return [{ s: 'regex', source: item.value.replaceAll('.', '\\.').replaceAll('*', '.*'), flags: '', dialect: 'java', use: 'full', subject: 'origin', at: item.at }];
    return [{ s: 'glob', text: item.value, star: 'any-text', ignoreCase: false, ports: 'as-written', at: item.at }];
  });
  return anyOf([...sets, ...(rest === undefined ? [] : [exactSetOf({ kind: 'list', items: [], rest, at }, at)])]);
}

function asList(item: Value): Value {
  return { kind: 'list', items: [item], at: item.at };
}
