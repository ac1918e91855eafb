import { ANY, exact, NONE, PRESENT, type OriginSet } from '../../origins/origin-set.js';
import { casesOf, guardedSet, headerValueOf } from '../../policy/from-condition.js';
import { ALWAYS, NEVER, unless, whenAll, whenAny, type Effect, type Guard, type HeaderValue, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown, type Value } from '../../values/value.js';

/** One field, with its key; a default that its source puts in has `written: false`. */
export interface Setting {
  readonly value: Value;
  readonly at: Span;
  readonly written: boolean;
}

/** `CorsConfiguration` of an HTTP API or `Cors` of a function URL, whatever its source calls the fields. Absent ones are not sent. */
export interface CorsConfiguration {
  /** What switches it on. */
  readonly at: Span;
  readonly origins?: Setting;
  readonly methods?: Setting;
  readonly headers?: Setting;
  readonly exposed?: Setting;
  readonly maxAge?: Setting;
  readonly credentials?: Setting;
}

/** Why AWS takes the configuration not as it stands. */
export interface Refusal {
  readonly at: Span;
  readonly message: string;
}

export interface CorsProgram {
  readonly steps: readonly Step[];
  readonly refused: readonly Refusal[];
}

export const HAS_ORIGIN: Guard = { g: 'origin', in: PRESENT };
export const PREFLIGHT: Guard = whenAll({ g: 'method', in: ['OPTIONS'] }, HAS_ORIGIN, { g: 'header', name: 'access-control-request-method', in: PRESENT });

/** Who is let in: everybody, or those of a set. */
interface Admitted {
  readonly when: Guard;
  readonly star: { readonly at: Span; readonly written: boolean } | undefined;
  readonly set: OriginSet;
  readonly at: Span;
}

/**
 * CORS of an HTTP API (API Gateway v2), documented: the gateway answers preflights itself, with 204, whether or not
 * there is such a route; what an integration says of CORS is dropped; `*` is sent as it stands and refused together
 * with credentials; `https://*` and `http://*` admit every origin of the scheme, other globs are not documented.
 * Whether it says `Vary: Origin` is not, so that is left open.
 *
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
export function httpApi(configuration: CorsConfiguration): CorsProgram {
  const { at } = configuration;
  const credentials = truth(configuration.credentials);
  const refused: Refusal[] = [];
  const steps: Step[] = [];
  for (const admitted of admittedBy(configuration)) {
    if (admitted.star === undefined) {
      steps.push(...echoed(admitted, 'set', configuration, credentials));
      continue;
    }
    const when = whenAll(admitted.when, credentials);
    if (when.g === 'always') refused.push({ at: admitted.star.at, message: 'API Gateway refuses this configuration: credentials are not supported with `*`' });
    // Nothing is deployed, so nobody answers.
    if (when.g !== 'never') steps.push({ when, effects: [], end: { to: 'answer', status: 400, fault: 'API Gateway refuses `*` with credentials: the API is not deployed' }, at: admitted.star.at });
    steps.push({ when: whenAll(admitted.when, HAS_ORIGIN), effects: [effect('set', 'access-control-allow-origin', literal('*', admitted.star.at, admitted.star.written), admitted.at)], at: admitted.at });
  }
  const [exposed, preflight] = listsOf(configuration, 'set');
  const served = whenAny(...admittedBy(configuration).map(({ when, star, set }) => whenAll(when, HAS_ORIGIN, star === undefined ? { g: 'origin', in: set } : ALWAYS)));
  return {
    refused,
    steps: present([
      varies(at),
      { when: ALWAYS, effects: DROPPED.map((header) => effect('remove', header, literal('', at, false), at)), at },
      ...steps,
      { when: served, effects: exposed, at },
      { when: whenAll(PREFLIGHT, served), effects: preflight, at },
      { when: PREFLIGHT, effects: [], end: { to: 'answer', status: 204 }, at },
    ]),
  };
}

/** Of an integration's response. */
const DROPPED = ['access-control-allow-origin', 'access-control-allow-credentials', 'access-control-allow-methods', 'access-control-allow-headers', 'access-control-expose-headers', 'access-control-max-age'];

/**
 * CORS of a Lambda function URL, documented, and reported by its users where marked: preflights are answered with 200;
 * to other requests the headers are added beside those of the function, twice where both send one (reported); `*`
 * comes back as the origin that asked, with credentials too (reported). A method has at most six characters, so
 * `OPTIONS` is refused.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html#urls-cors
 */
export function functionUrl(configuration: CorsConfiguration): CorsProgram {
  const { at } = configuration;
  const credentials = truth(configuration.credentials);
  const all = admittedBy(configuration).map((admitted): Admitted => (admitted.star === undefined ? admitted : { ...admitted, set: PRESENT }));
  const [exposed, preflight] = listsOf(configuration, 'append');
  const served = whenAny(...all.map(({ when, set }) => whenAll(when, { g: 'origin', in: set }, HAS_ORIGIN)));
  const methods = configuration.methods?.value;
  const long = methods?.kind === 'list' ? methods.items.filter((item) => item.kind === 'string' && item.value.length > 6) : [];
  return {
    refused: long.map((item) => ({ at: item.at, message: 'Lambda refuses this configuration: a method has at most six characters, and preflights need no entry' })),
    steps: present([
      varies(at),
      ...apart(all).flatMap((admitted) => echoed(admitted, 'append', configuration, credentials)),
      { when: served, effects: exposed, at },
      { when: whenAll(PREFLIGHT, served), effects: preflight, at },
      { when: PREFLIGHT, effects: [], end: { to: 'answer', status: 200 }, at },
    ]),
  };
}

/** An origin that several entries let in is sent once: patterns go first, and the same text says nothing twice. */
function apart(all: readonly Admitted[]): readonly Admitted[] {
  const wide = all.filter(({ set }) => set.s !== 'exact');
  const texts = new Set<string>();
  return all.flatMap((one) => {
    if (one.set.s === 'exact' && one.when.g === 'always') {
      if (texts.has(one.set.text)) return [];
      texts.add(one.set.text);
    }
    const before = one.set.s === 'exact' ? wide : wide.slice(0, wide.indexOf(one));
    return [{ ...one, when: whenAll(one.when, unless(whenAny(...before.map(({ when, set }) => whenAll(when, { g: 'origin', in: set }))))) }];
  });
}

function echoed({ when, set, star, at }: Admitted, op: Effect['op'], { credentials: written }: CorsConfiguration, credentials: Guard): readonly Step[] {
  const guard = whenAll(when, HAS_ORIGIN, { g: 'origin', in: set });
  const place = star?.at ?? at;
  const allowed = effect(op, 'access-control-allow-credentials', literal('true', written?.value.at ?? at, written?.written ?? false), written?.at ?? at);
  return [
    { when: guard, effects: [effect(op, 'access-control-allow-origin', { v: 'request-header', name: 'origin', at: place }, place)], at: place },
    { when: whenAll(guard, credentials), effects: [allowed], at: written?.at ?? at },
  ];
}

/** Which responses say so, is not documented. */
function varies(at: Span): Step {
  return { when: ALWAYS, effects: [effect('append', 'vary', { v: 'unknown', fact: factOf(unknown('upstream', 'whether AWS says `Vary: Origin`', at)), at }, at)], at };
}

/** What the list of origins admits, for each alternative of it. */
function admittedBy({ origins }: CorsConfiguration): readonly Admitted[] {
  if (origins === undefined) return [];
  return casesOf(origins.value).flatMap(({ when, value }): readonly Admitted[] => {
    const { at } = value;
    if (value.kind === 'nothing') return [];
    const items = value.kind === 'list' ? withinLimit(value.items, at) : [value];
    const star = items.find((item) => item.kind === 'string' && item.value === '*');
    if (star !== undefined) return [{ when, star: { at: star.at, written: origins.written }, set: ANY, at: origins.written ? star.at : origins.at }];
    const rest = value.kind === 'list' && value.rest !== undefined ? [setOf(value.rest)] : [];
    // Each entry has a step of its own, so that what is said of it is said where it stands.
    return [...items.map((item) => ({ when, star: undefined, set: setOf(item), at: item.at })), ...rest.map((set) => ({ when, star: undefined, set, at }))];
  });
}

function setOf(item: Value): OriginSet {
  const { at } = item;
  if (item.kind === 'either') return guardedSet(item, setOf);
  if (item.kind === 'nothing') return NONE;
  if (item.kind !== 'string') return { s: 'dynamic', why: factOf(open(item, 'an origin')), lower: NONE, upper: ANY, exactTexts: true, at };
  if (/^https?:\/\/\*$/.test(item.value)) return { s: 'glob', text: item.value, star: 'any-text', ignoreCase: false, ports: 'as-written', at };
  if (!item.value.includes('*')) return exact(item.value, at);
  return { s: 'dynamic', why: factOf(unknown('unsupported-syntax', `what AWS makes of \`${item.value}\`: only \`*\`, \`https://*\` and \`http://*\` are documented`, at)), lower: NONE, upper: ANY, exactTexts: false, at };
}

function listsOf(configuration: CorsConfiguration, op: Effect['op']): readonly [exposed: readonly Effect[], preflight: readonly Effect[]] {
  return [
    joined(configuration.exposed, 'access-control-expose-headers', op),
    [
      ...joined(configuration.methods, 'access-control-allow-methods', op),
      ...joined(configuration.headers, 'access-control-allow-headers', op),
      ...(configuration.maxAge === undefined ? [] : aged(configuration.maxAge, op)),
    ],
  ];
}

function aged({ value, at, written }: Setting, op: Effect['op']): readonly Effect[] {
  if (value.kind === 'nothing') return [];
  const text = headerValueOf(value) ?? { v: 'unknown', fact: factOf(open(value, 'the maximum age')), at: value.at };
  return [effect(op, 'access-control-max-age', text.v === 'literal' ? { ...text, written } : text, at)];
}

function joined(setting: Setting | undefined, header: string, op: Effect['op']): readonly Effect[] {
  if (setting === undefined || setting.value.kind === 'nothing') return [];
  const { value, at, written } = setting;
  const items = value.kind === 'list' ? value.items : [value];
  const texts = items.flatMap((item) => (item.kind === 'string' ? [item.value] : []));
  if (texts.length < items.length || (value.kind === 'list' && value.rest !== undefined)) return [effect(op, header, { v: 'unknown', fact: factOf(open(value, `the list for ${header}`)), at: value.at }, at)];
  return texts.length === 0 ? [] : [effect(op, header, literal(texts.join(','), value.at, written), at)];
}

/** When a switch is on. */
export function truth(setting: Setting | undefined): Guard {
  if (setting === undefined) return NEVER;
  return whenAny(
    ...casesOf(setting.value).map(({ when, value }): Guard => {
      if (value.kind === 'boolean') return value.value ? when : NEVER;
      if (value.kind === 'string') return /^true$/i.test(value.value) ? when : NEVER;
      if (value.kind === 'nothing') return NEVER;
      return whenAll(when, { g: 'fact', fact: factOf(open(value, 'a switch')) });
    }),
  );
}

/** Origins of one list that are followed: what stands after them is not known. */
const MAX_ORIGINS = 150;

export function withinLimit(items: readonly Value[], at: Span): readonly Value[] {
  return items.length <= MAX_ORIGINS ? items : [...items.slice(0, MAX_ORIGINS), unknown('budget', 'more origins than are followed', at)];
}

/** What keeps a value from being known. */
export function open(value: Value, what: string): Parameters<typeof factOf>[0] {
  if (value.kind === 'unknown' || value.kind === 'env') return value;
  if (value.kind === 'list' && value.rest !== undefined) return value.rest;
  const parts = value.kind === 'concat' ? value.parts : value.kind === 'list' ? value.items : [];
  const doubt = parts.find((part) => part.kind === 'unknown' || part.kind === 'env');
  return doubt !== undefined && (doubt.kind === 'unknown' || doubt.kind === 'env') ? doubt : unknown('unsupported-syntax', what, value.at);
}

function present(steps: readonly Step[]): readonly Step[] {
  return steps.filter(({ when, effects, end }) => when.g !== 'never' && (effects.length > 0 || end !== undefined));
}

export function literal(text: string, at: Span, written: boolean): HeaderValue {
  return { v: 'literal', text, at, written };
}

export function effect(op: Effect['op'], header: string, value: HeaderValue, at: Span): Effect {
  return { op, header, value, statuses: 'all', at };
}

