import { anyOf, PRESENT, type OriginSet } from '../../origins/origin-set.js';
import { unless, whenAll, whenAny, type Effect, type Guard, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import type { Value } from '../../values/value.js';
import { asWritten, effectOf, isTrue, joined, listCases, literal, namedBy, setOf, type Listed, type Params } from './params.js';

const ASKED = 'access-control-request-method';
const PREFLIGHT = whenAll({ g: 'method', in: ['OPTIONS'] }, { g: 'header', name: ASKED, in: PRESENT });

/**
 * `com.thetransactioncompany.cors.CORSFilter` for the requests of `where`. Left alone it lets every origin in, with
 * credentials, by sending it back. A method that is not supported gets 405, an origin or a header 403. Source: `CORSException`
 * and `CORSRequestHandler` of cors-filter 2.10.
 */
export function thetransactioncompanyCors(params: Params, where: Guard, at: Span): readonly Step[] {
  const credentials = isTrue(params.get('cors.supportsCredentials'), true);
  const granted = params.get('cors.supportsCredentials');
  const on = whenAll(where, isTrue(params.get('cors.enable'), true));
  const cors = whenAll({ g: 'origin', in: PRESENT }, unless({ g: 'same-origin' }));
  const words = (name: string, fallback: string): readonly Listed[] => listCases(params.get(name), fallback, at).map(inWords);
  const methods = words('cors.supportedMethods', 'GET,POST,HEAD,OPTIONS').map((one) => ({ ...one, items: one.items.map(upperCase) }));
  const headers = listCases(params.get('cors.supportedHeaders'), '*', at).map((one) => ({ ...inWords(one), any: one.text === '*' }));
  const place = params.get('cors.allowOrigin')?.at ?? at;
  return [
    end(whenAll(on, unless(cors), isTrue(params.get('cors.allowGenericHttpRequests'), true))),
    answer(whenAll(on, unless(cors)), 403),
    ...words('cors.allowOrigin', '*').flatMap((origins): readonly Step[] => {
      const any = origins.text?.trim() === '*';
      const here = whenAll(on, origins.when);
      const echo = [effectOf('append', 'access-control-allow-origin', { v: 'request-header', name: 'origin', at: origins.items[0]?.at ?? origins.at }, place), effectOf('append', 'vary', literal('Origin', at, false), at)];
      return [
        ...(any ? [] : [answer(whenAll(here, unless({ g: 'origin', in: admitted(origins) })), 403)]),
        answer(whenAll(here, unless(whenAny(whenAll(PREFLIGHT, { g: 'header', name: ASKED, in: setOf(methods, ['ignore-case']) }), whenAll(unless(PREFLIGHT), methodIn(methods))))), 405),
        ...headers.filter((one) => !one.any).map((one) => answer(whenAll(here, PREFLIGHT, one.when, unless({ g: 'every-item', name: 'access-control-request-headers', in: setOf([one], ['ignore-case']) })), 403)),
        step(whenAll(here, credentials), effectOf('append', 'access-control-allow-credentials', literal('true', granted?.value.at ?? at, granted !== undefined), granted?.at ?? at)),
        ...(any ? [step(whenAll(here, credentials), ...echo), step(whenAll(here, unless(credentials)), effectOf('append', 'access-control-allow-origin', literal('*', origins.items[0]?.at ?? at, origins.written), place))] : [step(whenAll(here, { g: 'origin', in: admitted(origins) }), ...echo)]),
        ...list('cors.exposedHeaders', words('cors.exposedHeaders', ''), 'access-control-expose-headers', whenAll(here, unless(PREFLIGHT)), canonical),
        ...listCases(params.get('cors.maxAge'), '-1', at).flatMap((one): Step[] => {
          if (one.text !== undefined && !/^\+?0*[1-9]\d*$/.test(one.text)) return [];
          return [step(whenAll(here, PREFLIGHT, one.when), effectOf('append', 'access-control-max-age', one.text === undefined ? joined(one, ',', asWritten, false)! : literal(one.text.replace(/^\+?0*/, ''), one.at, one.written), params.get('cors.maxAge')?.at ?? at))];
        }),
        ...list('cors.supportedMethods', methods, 'access-control-allow-methods', whenAll(here, PREFLIGHT)),
        ...headers.filter((one) => one.any).map((one) => step(whenAll(here, PREFLIGHT, one.when), effectOf('append', 'access-control-allow-headers', { v: 'request-header', name: 'access-control-request-headers', at: one.at }, params.get('cors.supportedHeaders')?.at ?? at))),
        ...list('cors.supportedHeaders', headers.filter((one) => !one.any), 'access-control-allow-headers', whenAll(here, PREFLIGHT), canonical),
      ];
    }),
    answer(whenAll(on, PREFLIGHT), 200),
    end(on),
  ];

  function admitted(origins: Listed): OriginSet {
    const named = namedBy(origins, ['ignore-case']);
    const below = isTrue(params.get('cors.allowSubdomains'), false);
    if (below.g === 'never') return named;
    return anyOf([named, ...origins.items.flatMap((item): readonly OriginSet[] => {
      const [, scheme, host] = item.kind === 'string' ? (/^([a-z]+):\/\/(.+)$/i.exec(item.value) ?? []) : [];
      return scheme === undefined || host === undefined ? [] : [{ s: 'glob', text: `${scheme}://*.${host}`, star: 'any-text', ignoreCase: true, ports: 'as-written', at: item.at }];
    })]);
  }

  function step(when: Guard, ...effects: readonly Effect[]): Step {
    return { when, effects, at };
  }

  function answer(when: Guard, status: number): Step {
    return { when, effects: [], end: { to: 'answer', status }, at };
  }

  function end(when: Guard): Step {
    return { when, effects: [], end: { to: 'behind' }, at };
  }

  function list(name: string, cases: readonly Listed[], header: string, when: Guard, spelled: (item: string) => string = asWritten): Step[] {
    return cases.flatMap((one) => {
      const value = joined(one, ', ', spelled, false);
      return value === undefined ? [] : [step(whenAll(when, one.when), effectOf('append', header, value, params.get(name)?.at ?? at))];
    });
  }
}

/** Blanks part items, too. */
function inWords(one: Listed): Listed {
  return { ...one, items: one.items.flatMap((item): readonly Value[] => (item.kind === 'string' ? item.value.split(/\s+/).filter((word) => word !== '').map((value) => ({ ...item, value })) : [item])) };
}

function upperCase(item: Value): Value {
  return item.kind === 'string' ? { ...item, value: item.value.toUpperCase() } : item;
}

/** `x-total` → `X-Total`. */
function canonical(name: string): string {
  return name.toLowerCase().replace(/(?:^|-)[a-z]/g, (first) => first.toUpperCase());
}

function methodIn(cases: readonly Listed[]): Guard {
  return whenAny(...cases.map(({ when, items, rest }): Guard => (rest !== undefined ? { g: 'fact', fact: { key: `methods@${rest.at.file}:${rest.at.start}`, reason: rest.kind === 'env' ? 'env-variable' : rest.reason, detail: 'the methods that the filter supports', at: rest.at } } : whenAll(when, { g: 'method', in: items.flatMap((item) => (item.kind === 'string' ? [item.value] : [])) }))));
}
