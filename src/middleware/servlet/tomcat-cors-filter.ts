import { ABSENT, ANY, complement, exact, PRESENT, type OriginSet } from '../../origins/origin-set.js';
import { ALWAYS, unless, whenAll, whenAny, type Effect, type Guard, type HeaderValue, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { isFrom } from '../version.js';
import { asWritten, effectOf, isTrue, joined, listCases, literal, namedBy, setOf, type Listed, type Params } from './params.js';

const HAS_ORIGIN: Guard = { g: 'origin', in: PRESENT };
const OPTIONS: Guard = { g: 'method', in: ['OPTIONS'] };
const ASKED = 'access-control-request-method';
const PREFLIGHT = whenAll(OPTIONS, { g: 'header', name: ASKED, in: PRESENT });

/** Only a list of origins varies; `*` is the same for everybody, unless credentials go with it. */
type Kind = 'any' | 'listed';

/**
 * Tomcat's `org.apache.catalina.filters.CorsFilter` for the requests of `where`. `*` counts only as the whole text, and
 * not with credentials: the filter refuses to start then. A request of an origin or with a method that is not allowed
 * gets 403, whatever it asks for.
 *
 * Versions: before 9.0.9 (8.5.32, 8.0.53, 7.0.89) the default was every origin, with credentials (CVE-2018-8014), `*` with
 * credentials sent the origin back, preflights got the one method that they asked for, and `Vary` stood on all other
 * answers to other origins; then, up to 9.0.80, 10.1.13 and 8.5.93, requests of no other origin got the headers too. Up
 * to 9.0.91 and 10.1.26, and in all of 8.5, a POST without a Content-Type from another origin gets 403.
 * Source: CorsFilter of 8.5.93, 8.5.94, 9.0.8 to 9.0.98 and 11.0.2; measured on 9.0.70, 9.0.98, 10.1.10, 10.1.60 and 11.0.2.
 */
export function tomcatCors(params: Params, where: Guard, version: string | undefined, at: Span): readonly Step[] {
  const guarded = isFrom(version, PATCHED[major(version)] ?? '9.0.9');
  const everybody = guarded && !isFrom(version, QUIET[major(version)] ?? '10.1.14');
  const age = params.get('cors.preflight.maxage');
  const credentials = isTrue(params.get('cors.support.credentials'), !guarded);
  const methods = listCases(params.get('cors.allowed.methods'), 'GET,POST,HEAD,OPTIONS', at);
  const headers = listCases(params.get('cors.allowed.headers'), 'Origin,Accept,X-Requested-With,Content-Type,Access-Control-Request-Method,Access-Control-Request-Headers', at);
  const seconds = listCases(age, '1800', at);
  const refused: Step[] = seconds.flatMap((one) => (one.text !== undefined && one.text !== '' && !/^[+-]?\d{1,19}$/.test(one.text) ? [{ ...answer(one.when, 404, 'the filter refuses `cors.preflight.maxage`, which is no number: the application does not start'), at: one.at }] : []));
  return [
    ...refused,
    ...listCases(params.get('cors.allowed.origins'), guarded ? '' : '*', at).flatMap((origins) => {
      const kind: Kind = origins.text?.trim() === '*' ? 'any' : 'listed';
      const here = whenAll(where, origins.when);
      const allowed: OriginSet = kind === 'any' ? ANY : namedBy(origins, []);
      // Those of other origins have got their answer: said again, since it is what lets an origin in.
      const standard = (guard: Guard): Step[] => standardHeaders(whenAll(here, guard), kind, origins);
      const vary: Step[] = kind === 'listed' && guarded ? [step(here, effectOf('append', 'vary', literal('Origin', at, false), at))] : [];
      const accepted = whenAll(
        { g: 'origin', in: allowed },
        whenAny(
          whenAll(unless(PREFLIGHT), methodIn(methods)),
          whenAll(PREFLIGHT, { g: 'header', name: ASKED, in: setOf(methods, []) }, { g: 'every-item', name: 'access-control-request-headers', in: setOf(headers, ['ignore-case']) }),
        ),
      );
      return [
        ...(kind === 'any' && guarded ? [{ ...answer(whenAll(origins.when, credentials), 404, 'the filter refuses `*` with credentials: the application does not start'), at: origins.items[0]?.at ?? at }] : []),
        answer(whenAll(here, HAS_ORIGIN, { g: 'origin', in: complement(VALID(at)) }), 403),
        ...(everybody ? standard(NOT_CORS) : vary.map((one) => ({ ...one, when: whenAll(one.when, NOT_CORS) }))),
        end(whenAll(here, NOT_CORS)),
        answer(whenAll(here, OPTIONS, { g: 'header', name: ASKED, in: exact('', at) }), 403),
        ...(isFrom(version, TYPELESS[major(version)] ?? '10.1.28') ? [] : [answer(whenAll(here, { g: 'method', in: ['POST'] }, { g: 'header', name: 'content-type', in: ABSENT }), 403)]),
        answer(whenAll(here, unless(accepted)), 403),
        ...standard(kind === 'any' ? ALWAYS : { g: 'origin', in: allowed }),
        answer(whenAll(here, PREFLIGHT), 200),
        end(here),
      ];
    }),
  ];

  function answer(when: Guard, status: number, fault?: string): Step {
    return { when, effects: [], end: { to: 'answer', status, ...(fault === undefined ? {} : { fault }) }, at };
  }

  function end(when: Guard): Step {
    return { when, effects: [], end: { to: 'behind' }, at };
  }

  function step(when: Guard, ...effects: readonly Effect[]): Step {
    return { when, effects, at };
  }

  function standardHeaders(when: Guard, kind: Kind, origins: Listed): Step[] {
    const place = params.get('cors.allowed.origins')?.at ?? at;
    const star = origins.items[0];
    const allow = (value: HeaderValue): Effect => effectOf('append', 'access-control-allow-origin', value, place);
    const echo = allow({ v: 'request-header', name: 'origin', at: origins.at });
    const varies = step(guarded ? when : whenAll(when, unless(PREFLIGHT)), effectOf('append', 'vary', literal('Origin', at, false), at));
    const answered = whenAll(when, guarded ? OPTIONS : PREFLIGHT);
    const granted = params.get('cors.support.credentials');
    const origin = kind === 'listed' ? [step(when, echo)] : [step(whenAll(when, unless(credentials)), allow(literal('*', star?.at ?? at, origins.written))), step(whenAll(when, credentials), echo)];
    return [
      ...(kind === 'listed' || !guarded ? [varies] : []),
      ...origin,
      step(whenAll(when, credentials), effectOf('append', 'access-control-allow-credentials', literal('true', granted?.value.at ?? at, granted !== undefined), granted?.at ?? at)),
      ...list('cors.exposed.headers', listCases(params.get('cors.exposed.headers'), '', at), 'access-control-expose-headers', when),
      ...(guarded ? [step(answered, effectOf('append', 'vary', literal('Access-Control-Request-Method, Access-Control-Request-Headers', at, false), at))] : []),
      ...seconds.flatMap((one): Step[] => {
        if (one.text !== undefined && !/^\+?0*[1-9]\d*$/.test(one.text)) return [];
        const value = one.text === undefined ? joined(one, ',', asWritten, false)! : literal(one.text.replace(/^\+?0*/, ''), one.at, one.written);
        return [step(whenAll(answered, one.when), effectOf('append', 'access-control-max-age', value, age?.at ?? at))];
      }),
      ...(guarded ? list('cors.allowed.methods', methods, 'access-control-allow-methods', answered) : [step(answered, effectOf('append', 'access-control-allow-methods', { v: 'request-header', name: ASKED, at }, at))]),
      ...list('cors.allowed.headers', headers, 'access-control-allow-headers', answered, (name) => name.toLowerCase()),
    ];
  }

  function list(name: string, cases: readonly Listed[], header: string, when: Guard, spelled: (item: string) => string = asWritten): Step[] {
    return cases.flatMap((one) => {
      const value = joined(one, ',', spelled, false);
      return value === undefined ? [] : [step(whenAll(when, one.when), effectOf('append', header, value, params.get(name)?.at ?? at))];
    });
  }
}

const NOT_CORS: Guard = whenAny(unless(HAS_ORIGIN), { g: 'same-origin' });

/** What `RequestUtil.isValidOrigin` takes for an origin; nothing with `%`, and nothing that is no URI. */
function VALID(at: Span): OriginSet {
  return { s: 'regex', source: '(?:null|file://[^%]*|[A-Za-z][A-Za-z0-9+.-]*:[^%\\s<>"{}|\\\\^`]+)', flags: '', dialect: 'js', use: 'full', subject: 'origin', at };
}

function methodIn(cases: readonly Listed[]): Guard {
  return whenAny(...cases.map(({ when, items, rest, at }): Guard => {
    const known: Guard = { g: 'method', in: items.flatMap((item) => (item.kind === 'string' ? [item.value] : [])) };
    if (rest === undefined) return whenAll(when, known);
    return whenAll(when, whenAny(known, { g: 'fact', fact: { key: `methods@${at.file}:${at.start}`, reason: rest.kind === 'env' ? 'env-variable' : rest.reason, detail: 'the methods that the filter allows', at } }));
  }));
}

/** Where CVE-2018-8014 was mended, in each line of releases. */
const PATCHED: Readonly<Record<string, string>> = { '7.0': '7.0.89', '8.0': '8.0.53', '8.5': '8.5.32', '9.0': '9.0.9' };
/** From where on requests of no other origin get no CORS headers. */
const QUIET: Readonly<Record<string, string>> = { '7.0': '8.5.94', '8.0': '8.5.94', '8.5': '8.5.94', '9.0': '9.0.81', '10.0': '10.1.14', '10.1': '10.1.14' };
/** From where on a POST without a body is let through. */
const TYPELESS: Readonly<Record<string, string>> = { '7.0': '9.0.93', '8.0': '9.0.93', '8.5': '9.0.93', '9.0': '9.0.93' };

function major(version: string | undefined): string {
  return /^\d+\.\d+/.exec(version ?? '')?.[0] ?? '';
}
