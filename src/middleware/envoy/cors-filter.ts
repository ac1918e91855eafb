import { allOf, anyOf, complement, exact, NONE, PRESENT, type OriginSet } from '../../origins/origin-set.js';
import { ALWAYS, NEVER, unless, whenAll, whenAny, type Effect, type Guard, type HeaderValue, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import type { CorsLevel, Origins, Switch, Written } from './level.js';

/**
 * Envoy's CORS filter (`envoy.filters.http.cors`), whoever configures it: source/extensions/filters/http/cors/
 * cors_filter.cc, read line by line and run (Envoy 1.36 to 1.40).
 *
 * The filter works for requests with an Origin. An allowed origin is sent back, never `*`, and never with `Vary`:
 * on a response of the upstream ACAO, ACAC and ACEH are replaced; those of a stranger's response are left alone. A
 * preflight of an allowed origin is answered with 200; of a stranger it goes on to the upstream, or, where that is
 * switched off, is answered with 200 and everything but ACAO. Methods and headers that are `*` alone are sent back
 * as asked for. Each field comes from the innermost level that has it; whether the filter works at all is asked of
 * the innermost level alone.
 */
export function corsSteps(levels: readonly CorsLevel[]): readonly Step[] {
  const [innermost] = levels;
  if (innermost === undefined) return [];
  const { at } = innermost;
  const { request, granted, answered } = requestsOf(levels);
  const steps: readonly Step[] = [
    ...originSteps(firstOf(levels, 'origins'), request),
    ...credentialSteps(firstOf(levels, 'credentials'), granted, answered),
    ...exposedSteps(firstOf(levels, 'exposed'), granted),
    ...preflightSteps(levels, answered),
    { when: answered, effects: [], end: { to: 'answer', status: 200 }, at },
  ];
  return steps.filter(({ when }) => when.g !== 'never');
}

/** Requests that the filter answers by itself. */
export function corsAnswers(levels: readonly CorsLevel[]): Guard {
  return levels.length === 0 ? NEVER : requestsOf(levels).answered;
}

/** Which requests the filter looks at, which of them it grants, and which it answers. */
function requestsOf(levels: readonly CorsLevel[]): { readonly request: Guard; readonly granted: Guard; readonly answered: Guard } {
  const at = levels[0]?.at ?? { file: '', start: 0, end: 0 };
  const filled = allOf([PRESENT, complement(exact('', at))]);
  const request = whenAll(levels[0]?.enabled ?? NEVER, { g: 'origin', in: filled });
  const matchers = firstOf(levels, 'origins')?.matchers ?? [];
  const allowed: Guard = matchers.length === 0 ? NEVER : matchers.some(({ everybody }) => everybody) ? ALWAYS : { g: 'origin', in: anyOf(matchers.map(({ set }) => set)) };
  const forwards = firstOf(levels, 'forwards')?.on ?? ALWAYS;
  const preflight = whenAll({ g: 'method', in: ['OPTIONS'] }, { g: 'header', name: 'access-control-request-method', in: filled });
  return { request, granted: whenAll(request, allowed), answered: whenAll(request, preflight, whenAny(allowed, unless(forwards))) };
}

/** The value of a field at the innermost level that has it. */
function firstOf<Field extends 'origins' | 'methods' | 'headers' | 'exposed' | 'maxAge' | 'credentials' | 'privateNetwork' | 'forwards'>(levels: readonly CorsLevel[], field: Field): CorsLevel[Field] | undefined {
  return levels.find((level) => level[field] !== undefined)?.[field];
}

/** One step for the entries that name origins, one for each entry that lets everybody in, for the others. */
function originSteps(origins: Origins | undefined, request: Guard): readonly Step[] {
  if (origins === undefined) return [];
  const named = origins.matchers.filter(({ everybody }) => !everybody);
  const [only] = named;
  const list = anyOf(named.map(({ set }) => set));
  const at = named.length === 1 ? only!.at : origins.at;
  const steps: Step[] = only === undefined ? [] : [{ when: whenAll(request, { g: 'origin', in: list }), effects: [echo(at)], at }];
  const everybody = origins.matchers.find((one) => one.everybody);
  // The first of them says it all.
  if (everybody !== undefined) steps.push({ when: whenAll(request, named.length === 0 ? ALWAYS : { g: 'origin', in: complement(list) }), effects: [echo(everybody.at)], at: everybody.at });
  return steps;
}

function echo(at: Span): Effect {
  return set('access-control-allow-origin', { v: 'request-header', name: 'origin', at }, at);
}

/** Strangers get it too, on preflights that are not passed on. */
function credentialSteps(credentials: Switch | undefined, granted: Guard, answered: Guard): readonly Step[] {
  if (credentials === undefined) return [];
  const { on, at } = credentials;
  const effects = [set('access-control-allow-credentials', { v: 'literal', text: 'true', at, written: true }, at)];
  return [{ when: whenAll(on, whenAny(granted, answered)), effects, at }];
}

/** On preflights as well: the filter's own answer passes through its other half. */
function exposedSteps(exposed: Written | undefined, granted: Guard): readonly Step[] {
  return exposed === undefined ? [] : [{ when: granted, effects: [set('access-control-expose-headers', exposed.value, exposed.at)], at: exposed.at }];
}

function preflightSteps(levels: readonly CorsLevel[], answered: Guard): readonly Step[] {
  const listed = (header: string, written: Written | undefined, asked: string): readonly Step[] => {
    if (written === undefined) return [];
    // `*` alone is what the request asks for; an absent request header makes an empty line.
    const value: HeaderValue = written.value.v === 'literal' && written.value.text === '*' ? { v: 'concat', parts: [{ v: 'request-header', name: asked, at: written.at }], at: written.value.at } : written.value;
    return [{ when: answered, effects: [set(header, value, written.at)], at: written.at }];
  };
  const maxAge = firstOf(levels, 'maxAge');
  const network = firstOf(levels, 'privateNetwork');
  const asksNetwork: Guard = { g: 'header', name: 'access-control-request-private-network', in: truthful(network?.at) };
  return [
    ...listed('access-control-allow-methods', firstOf(levels, 'methods'), 'access-control-request-method'),
    ...listed('access-control-allow-headers', firstOf(levels, 'headers'), 'access-control-request-headers'),
    ...(maxAge === undefined ? [] : [{ when: answered, effects: [set('access-control-max-age', maxAge.value, maxAge.at)], at: maxAge.at }]),
    ...(network === undefined ? [] : [{ when: whenAll(answered, network.on, asksNetwork), effects: [set('access-control-allow-private-network', { v: 'literal', text: 'true', at: network.at, written: true }, network.at)], at: network.at }]),
  ];
}

function truthful(at: Span | undefined): OriginSet {
  return at === undefined ? NONE : exact('true', at);
}

function set(header: string, value: HeaderValue, at: Span): Effect {
  return { op: 'set', header, value, statuses: 'all', at };
}
