import { complement, exact, NONE, PRESENT, type OriginSet } from '../../origins/origin-set.js';
import { casesOf, guardedSet, headerValueOf } from '../../policy/from-condition.js';
import { ALWAYS, unless, whenAll, type Effect, type Guard, type HeaderValue, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown, type Value } from '../../values/value.js';
import { effect, HAS_ORIGIN, literal, open, type Refusal, type Setting } from '../api-gateway/cors-configuration.js';

/** One rule of a bucket, whatever its source calls the fields. */
export interface BucketRule {
  readonly at: Span;
  readonly origins?: Setting;
  readonly methods?: Setting;
  /** Of requests; to Cloud Storage the same list says which headers of responses scripts may read. */
  readonly headers?: Setting;
  readonly exposed?: Setting;
  readonly maxAge?: Setting;
}

/** What stores do differently. */
export interface Store {
  readonly name: string;
  /** Whose pages document it. */
  readonly vendor: 'AWS' | 'Google';
  /** A `*` in an entry stands for any text; else only a lone `*` means anything. */
  readonly globs: boolean;
  /** Origins that are named come back with credentials allowed. */
  readonly credentials: boolean;
  /** Status of a preflight that no rule fits. */
  readonly unmatched: number;
  readonly methods: RegExp;
}

/**
 * Amazon S3, documented: the first rule that fits the origin, the method and every header that is asked for decides;
 * `*` is sent as it stands, other origins come back, with `Vary` and, unlike what its documentation says aloud, with
 * credentials allowed. Whether other responses say `Vary` is left open.
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html
 */
export const S3: Store = { name: 'S3', vendor: 'AWS', globs: true, credentials: true, unmatched: 403, methods: /^(?:GET|PUT|POST|DELETE|HEAD)$/ };

/**
 * Google Cloud Storage, documented: entries are whole origins or a lone `*`; there are no credentials; a preflight that
 * fits no rule is answered without headers.
 *
 * https://docs.cloud.google.com/storage/docs/cross-origin
 */
export const CLOUD_STORAGE: Store = { name: 'Cloud Storage', vendor: 'Google', globs: false, credentials: false, unmatched: 200, methods: /./ };

export interface BucketProgram {
  readonly steps: readonly Step[];
  readonly refused: readonly Refusal[];
}

/** Past so many rules S3 takes none. */
const MAX_RULES = 100;

/** The first step that fits ends the walk, as the first rule that fits decides. */
export function bucketProgram(rules: readonly BucketRule[], store: Store): BucketProgram {
  const refused: Refusal[] = rules.slice(MAX_RULES, MAX_RULES + 1).map(({ at }) => ({ at, message: `${store.name} takes at most ${MAX_RULES} rules` }));
  const steps: Step[] = [];
  for (const rule of rules.slice(0, MAX_RULES)) {
    const { asked, actual } = requests(rule, store, refused);
    for (const { when, set, star, at } of entriesOf(rule, store, refused)) {
      const fits = whenAll(when, HAS_ORIGIN, { g: 'origin', in: set });
      const granted = [
        effect('set', 'access-control-allow-origin', star ? literal('*', at, true) : { v: 'request-header', name: 'origin', at }, at),
        ...(star || !store.credentials ? [] : [effect('set', 'access-control-allow-credentials', literal('true', at, false), at)]),
        ...exposedBy(rule),
        store.credentials ? effect('append', 'vary', literal('Origin, Access-Control-Request-Headers, Access-Control-Request-Method', at, false), at) : openVary(store, at),
      ];
      steps.push({ when: whenAll(fits, actual), effects: granted, end: { to: 'behind' }, at }, { when: whenAll(fits, asked), effects: [...granted, ...preflightOf(rule, store)], end: { to: 'answer', status: 200 }, at });
    }
  }
  const at = rules[0]?.at;
  if (at !== undefined) steps.push({ when: ALWAYS, effects: [openVary(store, at)], at }, { when: whenAll(OPTIONS, HAS_ORIGIN), effects: [], end: { to: 'answer', status: store.unmatched }, at });
  return { refused, steps: steps.filter(({ when }) => when.g !== 'never') };
}

/** The methods that any of the rules names; null where one of them is not known. */
export function methodsOf(rules: readonly BucketRule[], store: Store): readonly string[] | null {
  const found = new Set<string>();
  for (const { methods } of rules) {
    const texts = textsOf(methods?.value);
    if (texts === undefined || texts.some(({ text }) => text === '*')) return null;
    for (const { text } of texts) if (store.methods.test(text)) found.add(text);
  }
  return [...found];
}

const OPTIONS: Guard = { g: 'method', in: ['OPTIONS'] };

function openVary({ name }: Store, at: Span): Effect {
  return effect('append', 'vary', { v: 'unknown', fact: factOf(unknown('upstream', `whether ${name} says \`Vary: Origin\``, at)), at }, at);
}

/** The requests that a rule fits, by method and by the headers that a preflight asks for. */
function requests(rule: BucketRule, store: Store, refused: Refusal[]): { readonly actual: Guard; readonly asked: Guard } {
  const methods = textsOf(rule.methods?.value);
  const foreign = methods?.filter(({ text }) => !store.methods.test(text)) ?? [];
  refused.push(...foreign.map(({ text, at }) => ({ at, message: `${store.name} refuses this configuration: \`${text}\` is none of its methods` })));
  const names = methods?.map(({ text }) => text).filter((text) => store.methods.test(text));
  const doubt: Guard = { g: 'fact', fact: factOf(open(rule.methods?.value ?? { kind: 'nothing', what: 'undefined', at: rule.at }, 'the methods of the rule')) };
  const all = names?.includes('*') === true && store.globs === false;
  const isAsked: Guard = names === undefined ? doubt : { g: 'header', name: 'access-control-request-method', in: all ? PRESENT : textSet(names, rule.at) };
  return {
    actual: whenAll(unless(OPTIONS), names === undefined ? doubt : all ? ALWAYS : { g: 'method', in: names }),
    asked: whenAll(OPTIONS, isAsked, headersAsked(rule, store)),
  };
}

/** Cloud Storage answers with its list whatever is asked for; S3 takes a preflight only for headers that fit. */
function headersAsked({ headers, at }: BucketRule, store: Store): Guard {
  if (!store.globs) return ALWAYS;
  if (headers === undefined) return { g: 'every-item', name: 'access-control-request-headers', in: NONE };
  const items = headers.value.kind === 'list' ? headers.value.items : [headers.value];
  const sets = items.map((item): OriginSet => (item.kind === 'string' ? { s: 'glob', text: item.value, star: 'any-text', ignoreCase: true, ports: 'as-written', at: item.at } : { s: 'dynamic', why: factOf(open(item, 'a header')), lower: NONE, upper: { s: 'any' }, exactTexts: true, at }));
  return { g: 'every-item', name: 'access-control-request-headers', in: sets.length === 1 ? sets[0]! : { s: 'or', of: sets } };
}

function textSet(texts: readonly string[], at: Span): OriginSet {
  return { s: 'or', of: texts.map((text) => exact(text, at)) };
}

/** Undefined: not known. */
function textsOf(value: Value | undefined): readonly { readonly text: string; readonly at: Span }[] | undefined {
  if (value === undefined || value.kind === 'nothing') return [];
  const items = value.kind === 'list' ? value.items : [value];
  const texts = items.flatMap((item) => (item.kind === 'string' ? [{ text: item.value, at: item.at }] : []));
  return texts.length < items.length || (value.kind === 'list' && value.rest !== undefined) ? undefined : texts;
}

interface Entry {
  readonly when: Guard;
  readonly set: OriginSet;
  /** A lone `*`. */
  readonly star: boolean;
  readonly at: Span;
}

function entriesOf({ origins }: BucketRule, store: Store, refused: Refusal[]): readonly Entry[] {
  if (origins === undefined) return [];
  return casesOf(origins.value).flatMap(({ when, value }): readonly Entry[] => {
    const items = value.kind === 'list' ? [...value.items, ...(value.rest === undefined ? [] : [value.rest])] : value.kind === 'nothing' ? [] : [value];
    for (const item of items) if (item.kind === 'string' && store.globs && /\*.*\*/.test(item.value)) refused.push({ at: item.at, message: `${store.name} refuses this configuration: an origin holds at most one \`*\`` });
    return items.map((item): Entry => ({ when, star: item.kind === 'string' && item.value === '*', set: setOf(item, store), at: item.at }));
  });
}

function setOf(item: Value, store: Store): OriginSet {
  if (item.kind === 'either') return guardedSet(item, (option) => setOf(option, store));
  if (item.kind === 'nothing') return NONE;
  if (item.kind !== 'string') return { s: 'dynamic', why: factOf(open(item, 'an origin')), lower: NONE, upper: complement({ s: 'absent' }), exactTexts: true, at: item.at };
  if (item.value === '*') return PRESENT;
  return store.globs && item.value.includes('*') ? { s: 'glob', text: item.value, star: 'any-text', ignoreCase: false, ports: 'as-written', at: item.at } : exact(item.value, item.at);
}

function exposedBy({ exposed }: BucketRule): readonly Effect[] {
  const value = listed(exposed);
  return exposed === undefined || value === undefined ? [] : [effect('set', 'access-control-expose-headers', value, exposed.at)];
}

function preflightOf({ methods, headers, maxAge, exposed }: BucketRule, store: Store): readonly Effect[] {
  const allowed = listed(methods, store.methods);
  const age = maxAge === undefined ? undefined : headerValueOf(maxAge.value);
  // Cloud Storage has one list for both; S3 answers with what was asked for.
  const sent = headers === undefined ? undefined : headers === exposed ? listed(headers) : ({ v: 'request-header', name: 'access-control-request-headers', at: headers.value.at } as const);
  return [
    ...(methods === undefined || allowed === undefined ? [] : [effect('set', 'access-control-allow-methods', allowed, methods.at)]),
    ...(headers === undefined || sent === undefined ? [] : [effect('set', 'access-control-allow-headers', sent, headers.at)]),
    ...(maxAge === undefined || age === undefined ? [] : [effect('set', 'access-control-max-age', age, maxAge.at)]),
  ];
}

function listed(setting: Setting | undefined, taken = /./): HeaderValue | undefined {
  if (setting === undefined) return undefined;
  const texts = textsOf(setting.value);
  if (texts === undefined) return { v: 'unknown', fact: factOf(open(setting.value, 'a list')), at: setting.value.at };
  return texts.length === 0 ? undefined : literal(texts.flatMap(({ text }) => (taken.test(text) ? [text] : [])).join(', '), setting.value.at, setting.written);
}
