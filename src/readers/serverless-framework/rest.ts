import { effect, literal, open, truth, withinLimit } from '../../middleware/api-gateway/cors-configuration.js';
import type { OriginSet } from '../../origins/origin-set.js';
import { casesOf, exactSetOf, headerValueOf } from '../../policy/from-condition.js';
import { whenAll, type Effect, type Guard, type HeaderValue, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { entry, factOf, unknown, type RecordValue, type Value } from '../../values/value.js';
import type { HttpEvent } from './events.js';
import { templateSet } from './vtl.js';

/** `http.cors` of the events of one path, what is not known of it put aside. */
interface Part {
  readonly event: HttpEvent;
  readonly at: Span;
  /** Undefined: `true`. */
  readonly settings: RecordValue | undefined;
}

const STANDARD = ['Content-Type', 'X-Amz-Date', 'Authorization', 'X-Api-Key', 'X-Amz-Security-Token', 'X-Amz-User-Agent', 'X-Amzn-Trace-Id'];

/** Combinations of alternatives of one path past which they are not told apart. */
const MAX_CASES = 16;

/**
 * CORS of one path of a REST API (`http.cors`), as serverless 1 to 3 compile it: OPTIONS answered with 200 by a mock
 * integration, for every origin the same, `origin` or the first of `origins`; for several origins a template sends the
 * one that asks when it matches. Events of one path are put together: lists united, the last `origin` counts, and
 * credentials once allowed are allowed. Other methods get headers only without proxy integration, where several
 * origins are sent as one text.
 */
export function restSteps(events: readonly HttpEvent[], when: Guard): readonly Step[] {
  let combinations: readonly { readonly when: Guard; readonly parts: readonly Part[] }[] = [{ when, parts: [] }];
  for (const event of events) {
    const cors = event.settings === undefined ? undefined : entry(event.settings, 'cors');
    if (cors === undefined) continue;
    combinations = combinations.flatMap((so) => casesOf(cors.value).map(({ when: guard, value }) => ({ when: whenAll(so.when, guard), parts: value.kind === 'record' ? [...so.parts, { event, at: cors.at, settings: value }] : switchedOn(value) ? [...so.parts, { event, at: cors.at, settings: undefined }] : so.parts })));
    if (combinations.length > MAX_CASES) return [];
  }
  return combinations.flatMap(({ when: guard, parts }) => (parts.length === 0 || guard.g === 'never' ? [] : [...preflightSteps(parts, guard), ...parts.flatMap((part) => actualSteps(part, guard, events))]));
}

function switchedOn(value: Value): boolean {
  return (value.kind === 'boolean' && value.value) || (value.kind === 'string' && value.value === 'true');
}

function preflightSteps(parts: readonly Part[], guard: Guard): readonly Step[] {
  const last = parts.at(-1)!;
  const { at } = last;
  const when = whenAll(guard, { g: 'method', in: ['OPTIONS'] });
  const always = (...effects: readonly Effect[]): Step => ({ when, effects, at });
  const latest = (key: string): ReturnType<typeof entry> => parts.flatMap(({ settings }) => (settings === undefined ? [] : (entry(settings, key) ?? []))).findLast(({ value }) => value.kind !== 'nothing');
  const age = latest('maxAge');
  const lists = [listed(parts, methodsOf, 'access-control-allow-methods', at), listed(parts, headersOf, 'access-control-allow-headers', at)];
  const credentials = parts.flatMap(({ settings }) => (settings === undefined ? [] : (entry(settings, 'allowCredentials') ?? [])));
  return [
    ...originSteps(parts, when, at),
    always(...lists, ...(age === undefined ? [] : [effect('set', 'access-control-max-age', headerOf(age.value), age.at)])),
    ...credentials.map(({ value, at: place }): Step => ({ when: whenAll(when, truth({ value, at: place, written: true })), effects: [effect('set', 'access-control-allow-credentials', literal('true', value.at, true), place)], at: place })).filter((step) => step.when.g !== 'never'),
    { ...always(), end: { to: 'answer', status: 200 } },
  ];
}

/** What is sent to everybody, and what the template sends to those that it lets in. */
function originSteps(parts: readonly Part[], when: Guard, at: Span): readonly Step[] {
  const single = originOf(parts.at(-1)!);
  // Those of later events come first.
  const list = [...parts].reverse().flatMap(({ settings }) => {
    const origins = settings === undefined ? undefined : entry(settings, 'origins');
    return origins === undefined ? [] : origins.value.kind === 'list' ? origins.value.items : [origins.value];
  });
  return (single === undefined ? [{ when, value: undefined }] : casesOf(single.value).map((one) => ({ ...one, when: whenAll(when, one.when) }))).flatMap(({ when: guard, value }): readonly Step[] => {
    const several = value?.kind === 'string' && value.value.includes(',') ? value.value.split(',').map((text): Value => ({ kind: 'string', value: text.trim(), at: value.at })) : list;
    const sent = several[0] ?? value;
    const followed = withinLimit(several, sent?.at ?? at);
    const text = sent === undefined ? literal('undefined', at, false) : { ...headerOf(sent), ...(sent === value && !single!.written ? { written: false } : {}) };
    const all: Step = { when: guard, effects: [effect('set', 'access-control-allow-origin', text, sent?.at ?? at)], at };
    return [all, ...followed.map((item): Step => ({ when: whenAll(guard, { g: 'origin', in: matched(item) }), effects: [effect('set', 'access-control-allow-origin', { v: 'request-header', name: 'origin', at: item.at }, item.at)], at: item.at }))];
  });
}

function matched(item: Value): OriginSet {
  return item.kind === 'string' ? templateSet(item.value, item.at) : exactSetOf(item, item.at);
}

/** `origin` of an event, by default `*` unless there are `origins`. */
function originOf({ settings, at }: Part): { readonly value: Value; readonly written: boolean } | undefined {
  const own = settings === undefined ? undefined : entry(settings, 'origin');
  if (own !== undefined) return { value: own.value, written: true };
  return settings !== undefined && entry(settings, 'origins') !== undefined ? undefined : { value: { kind: 'string', value: '*', at }, written: false };
}

/** Those of other methods, without proxy integration: the header is a text of the gateway's own. */
function actualSteps({ event, settings, at }: Part, guard: Guard, all: readonly HttpEvent[]): readonly Step[] {
  const integration = event.settings === undefined ? undefined : entry(event.settings, 'integration')?.value;
  const isAsync = event.settings !== undefined && entry(event.settings, 'async')?.value.kind === 'boolean';
  const kind = integration?.kind === 'string' ? integration.value.toUpperCase().replace('-', '_') : isAsync ? 'AWS' : 'LAMBDA_PROXY';
  if (!['AWS', 'LAMBDA', 'HTTP', 'MOCK'].includes(kind)) return [];
  const when = whenAll(guard, event.method === 'ANY' ? { g: 'not', of: { g: 'method', in: ['OPTIONS', ...all.map(({ method }) => method)] } } : { g: 'method', in: [event.method] });
  const list = settings === undefined ? undefined : entry(settings, 'origins')?.value;
  const origin = originOf({ event, settings, at });
  const steps = (list?.kind === 'list' && list.items.length > 0 ? [joinedOrigins(list.items, list.at)] : [origin === undefined ? literal('undefined', at, false) : { ...headerOf(origin.value), ...(origin.written ? {} : { written: false }) }]).map((value): Step => ({ when, effects: [effect('set', 'access-control-allow-origin', value, value.at)], at }));
  const credentials = settings === undefined ? undefined : entry(settings, 'allowCredentials');
  const allowed = credentials === undefined ? [] : [{ when: whenAll(when, truth({ value: credentials.value, at: credentials.at, written: true })), effects: [effect('set', 'access-control-allow-credentials', literal('true', credentials.value.at, true), credentials.at)], at: credentials.at }];
  return [...steps, ...allowed.filter((step) => step.when.g !== 'never')];
}

function joinedOrigins(items: readonly Value[], at: Span): HeaderValue {
  const texts = items.flatMap((item) => (item.kind === 'string' ? [item.value] : []));
  return texts.length === items.length ? literal(texts.join(','), items.length === 1 ? items[0]!.at : at, true) : { v: 'unknown', fact: factOf(open({ kind: 'list', items, at }, 'a list of origins')), at };
}

/** The united list of all parts, those of later events first. */
function listed(parts: readonly Part[], of: (part: Part) => { readonly items: readonly Value[]; readonly at: Span; readonly written: boolean }, header: string, at: Span): Effect {
  const lists = [...parts].reverse().map(of);
  const items = lists.flatMap((list) => list.items);
  const texts = items.flatMap((item) => (item.kind === 'string' ? [item.value] : []));
  const place = lists.find(({ written }) => written)?.at ?? at;
  if (texts.length < items.length) return effect('set', header, { v: 'unknown', fact: factOf(open({ kind: 'list', items, at: place }, `the list for ${header}`)), at: place }, place);
  const joined = [...new Set(texts)].join(',');
  return effect('set', header, literal(header === 'access-control-allow-methods' ? joined.replace(/\bANY\b/, 'DELETE,GET,HEAD,PATCH,POST,PUT') : joined, place, lists.some(({ written }) => written)), place);
}

function methodsOf({ event, settings, at }: Part): ReturnType<Parameters<typeof listed>[1]> {
  const own = settings === undefined ? undefined : entry(settings, 'methods');
  const given = own === undefined || own.value.kind === 'nothing' ? undefined : itemsIn(own.value);
  const known = new Set((given ?? []).flatMap((item) => (item.kind === 'string' ? [item.value] : [])));
  const added = ['OPTIONS', event.method].filter((method) => !known.has(method)).map((value): Value => ({ kind: 'string', value, at }));
  return { items: [...(given ?? []), ...added], at: own?.value.at ?? at, written: given !== undefined };
}

function headersOf({ settings, at }: Part): ReturnType<Parameters<typeof listed>[1]> {
  const own = settings === undefined ? undefined : entry(settings, 'headers');
  if (own === undefined || own.value.kind === 'nothing') return { items: STANDARD.map((value): Value => ({ kind: 'string', value, at })), at, written: false };
  return { items: itemsIn(own.value), at: own.value.at, written: true };
}

function itemsIn(value: Value): readonly Value[] {
  return value.kind === 'list' ? value.items : [value];
}

function headerOf(value: Value): HeaderValue {
  return headerValueOf(value) ?? { v: 'unknown', fact: factOf(value.kind === 'unknown' || value.kind === 'env' ? value : unknown('unsupported-syntax', 'a value', value.at)), at: value.at };
}

