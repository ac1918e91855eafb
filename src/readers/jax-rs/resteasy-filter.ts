import { anyOf, PRESENT, type OriginSet } from '../../origins/origin-set.js';
import { effectOf } from '../../policy/from-actions.js';
import { exactSetOf, guardOf } from '../../policy/from-condition.js';
import { unless, whenAll, type Effect, type Guard, type HeaderValue, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import type { Event, Handle, Value } from '../../values/value.js';

/** What was said to an object of RESTEasy's `CorsFilter`. */
interface Settings {
  readonly origins: readonly Value[];
  readonly get: (property: string) => { readonly value: Value; readonly at: Span } | undefined;
}

const OPTIONS: Guard = { g: 'method', in: ['OPTIONS'] };
const ORIGIN = 'access-control-allow-origin';

/**
 * RESTEasy's `CorsFilter` (org.jboss.resteasy.plugins.interceptors, 6.2): credentials are on unless they are switched off,
 * every origin is echoed, `*` among the origins lets all of them in, and OPTIONS with an origin is answered by it whatever
 * it asks. Others get 403. What it grants varies by origin (measured on 6.2.12).
 */
export function resteasySteps(filter: Handle, origins: Handle, events: readonly Event[]): readonly Step[] {
  const at = filter.at;
  const settings = settingsOf(filter, origins, events);
  const admitted = admittedBy(settings.origins, at);
  const from = (set: OriginSet): Guard => ({ g: 'origin', in: set });
  const echo: HeaderValue = { v: 'request-header', name: 'origin', at: settings.origins[0]?.at ?? at };
  const set = (header: string, value: HeaderValue, place: Span = at): Effect => ({ op: 'set', header, value, statuses: 'all', at: place });
  const asked = (name: string, own: string, property: string): readonly Step[] => {
    const written = settings.get(property);
    const value = written === undefined ? ({ v: 'request-header', name, at } as const) : effectOf('set', own, written.value, written.at).value;
    return [{ when: whenAll(OPTIONS, from(admitted), { g: 'header', name, in: PRESENT }), effects: [set(own, value, written?.at)], at }];
  };
  const credentials = settings.get('allowCredentials');
  const shown = settings.get('exposedHeaders');
  const age = settings.get('corsMaxAge');
  const granted = from(admitted);
  const literal = (text: string): HeaderValue => ({ v: 'literal', text, at, written: false });
  return [
    { when: granted, effects: [set(ORIGIN, echo, echo.at), set('vary', literal('Origin'))], at },
    ...(credentials === undefined ? [{ when: granted, effects: [set('access-control-allow-credentials', literal('true'))], at }] : credentialSteps(credentials, granted, at)),
    ...asked('access-control-request-method', 'access-control-allow-methods', 'allowedMethods'),
    ...asked('access-control-request-headers', 'access-control-allow-headers', 'allowedHeaders'),
    ...(shown === undefined ? [] : [{ when: whenAll(granted, unless(OPTIONS)), effects: [effectOf('set', 'access-control-expose-headers', shown.value, shown.at)], at }]),
    ...(age === undefined ? [] : [{ when: whenAll(granted, OPTIONS), effects: [effectOf('set', 'access-control-max-age', age.value, age.at)], at }]),
    { when: whenAll(granted, OPTIONS), effects: [], end: { to: 'answer', status: 200 }, at },
    { when: whenAll(from(PRESENT), unless(granted)), effects: [], end: { to: 'answer', status: 403 }, at },
  ];
}

function credentialSteps({ value, at: place }: { readonly value: Value; readonly at: Span }, granted: Guard, at: Span): readonly Step[] {
  const allow = (when: Guard): Step => ({ when: whenAll(granted, when), effects: [{ op: 'set', header: 'access-control-allow-credentials', value: { v: 'literal', text: 'true', at: value.at, written: true }, statuses: 'all', at: place }], at });
  if (value.kind === 'boolean') return value.value ? [allow({ g: 'always' })] : [];
  if (value.kind === 'condition') return [allow(guardOf(value.condition))];
  return [{ when: granted, effects: [effectOf('set', 'access-control-allow-credentials', value, place)], at }];
}

function settingsOf(filter: Handle, origins: Handle, events: readonly Event[]): Settings {
  const added = events.flatMap((event) => (event.kind === 'call' && event.receiver === origins && /^(?:add|addAll|plusAssign)$/.test(event.method) ? event.args : []));
  return {
    origins: added.flatMap((value) => (value.kind === 'list' ? [...value.items, ...(value.rest === undefined ? [] : [value.rest])] : [value])),
    get(property) {
      const found = events.findLast((event) => (event.kind === 'call' && event.receiver === filter && event.method.toLowerCase() === `set${property.toLowerCase()}`) || (event.kind === 'assign' && event.receiver === filter && event.property === property));
      if (found?.kind === 'assign') return { value: found.value, at: found.at };
      return found?.kind === 'call' && found.args[0] !== undefined ? { value: found.args[0], at: found.at } : undefined;
    },
  };
}

function admittedBy(origins: readonly Value[], at: Span): OriginSet {
  if (origins.some((one) => one.kind === 'string' && one.value === '*')) return PRESENT;
  return anyOf(origins.map((value) => exactSetOf({ kind: 'list', items: [value], at: value.at }, at)));
}
