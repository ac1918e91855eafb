import { durationFrom, fieldsOf, listFrom, switchFrom, type Field, type Fields, type Refused } from '../../middleware/envoy/fields.js';
import type { Written } from '../../middleware/envoy/level.js';
import { anyOf, exact, NONE, PRESENT, type ExactSet, type OriginSet, type RegexSet } from '../../origins/origin-set.js';
import { unless, whenAll, type Effect, type Guard, type HeaderValue, type Step } from '../../policy/program.js';
import type { YamlFile, YamlPair } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown, type Value } from '../../values/value.js';

/** What is sent to the origins that `allow_origins` names, below a path. */
export function program(file: YamlFile, cors: YamlPair, place: Guard): readonly Step[] | Refused {
  if (cors.value === undefined) return [];
  const fields = fieldsOf(file, cors.value);
  const origins = fields.all.get('allow_origins');
  const sets = matchersIn(origins);
  if ('refused' in sets) return sets;
  const maxAge = durationFrom(fields.all.get('max_age'));
  if (maxAge !== undefined && 'refused' in maxAge) return maxAge;
  const at = origins?.at ?? cors.key.at;
  const everybody = sets.find((set): set is ExactSet => set.s === 'exact' && set.text === '*');
  const reached: Guard = everybody === undefined ? whenAll(place, { g: 'origin', in: anyOf(sets) }) : place;
  const credentials = switchFrom(file, fields.all.get('allow_credentials'));
  const steps: Step[] = [
    ...(everybody === undefined ? [allowing(reached, { v: 'request-header', name: 'origin', at }, at)] : starSteps(reached, everybody.at, at)),
    { when: reached, effects: lists(fields, maxAge), at },
    ...(credentials === undefined ? [] : [{ when: whenAll(reached, credentials.on), effects: [credentialsAt(credentials.at)], at: credentials.at }]),
  ];
  return steps.filter(({ when, effects }) => when.g !== 'never' && effects.length > 0);
}

function allowing(when: Guard, value: HeaderValue, at: Span): Step {
  return { when, effects: [{ op: 'set', header: 'access-control-allow-origin', value, statuses: 'all', at }], at };
}

/** `*` itself, or the origin: with credentials browsers refuse the one, and the other lets everybody in. */
function starSteps(reached: Guard, star: Span, at: Span): readonly Step[] {
  const itself: Guard = { g: 'fact', fact: factOf(unknown('unsupported-syntax', 'whether App Platform sends `*` or the origin for `*`', star)) };
  return [allowing(whenAll(reached, itself), { v: 'literal', text: '*', at: star, written: true }, at), allowing(whenAll(reached, unless(itself)), { v: 'request-header', name: 'origin', at }, at)];
}

function credentialsAt(at: Span): Effect {
  return { op: 'set', header: 'access-control-allow-credentials', value: { v: 'literal', text: 'true', at, written: true }, statuses: 'all', at };
}

function lists({ all }: Fields, maxAge: Written | undefined): readonly Effect[] {
  const listed = (key: string, header: string): readonly Effect[] => written(header, listFrom(all.get(key), ', '));
  return [
    ...listed('allow_methods', 'access-control-allow-methods'),
    ...listed('allow_headers', 'access-control-allow-headers'),
    ...listed('expose_headers', 'access-control-expose-headers'),
    ...written('access-control-max-age', maxAge),
  ];
}

function written(header: string, text: Written | undefined): readonly Effect[] {
  return text === undefined ? [] : [{ op: 'set', header, value: text.value, statuses: 'all', at: text.at }];
}

function matchersIn(field: Field | undefined): readonly OriginSet[] | Refused {
  if (field === undefined || field.value.kind === 'nothing') return [NONE];
  const { value } = field;
  if (value.kind !== 'list') return value.kind === 'unknown' || value.kind === 'env' ? [open(value)] : { at: value.at, refused: '`allow_origins` is not a list' };
  const sets: OriginSet[] = [];
  for (const item of [...value.items, ...(value.rest === undefined ? [] : [value.rest])]) {
    const set = matcherOf(item);
    if ('refused' in set) return set;
    sets.push(set);
  }
  return sets;
}

/** `exact: text`, `prefix: text` or `regex: pattern`, one of them. */
function matcherOf(item: Value): OriginSet | Refused {
  if (item.kind === 'unknown' || item.kind === 'env') return open(item);
  const [only, ...others] = item.kind === 'record' ? item.entries : [];
  if (only === undefined || others.length > 0 || !/^(?:exact|prefix|regex)$/.test(only.key)) return { at: item.at, refused: 'an origin is one of `exact:`, `prefix:` and `regex:` with a text' };
  const { key, value } = only;
  if (value.kind !== 'string') return open(value.kind === 'unknown' || value.kind === 'env' ? value : unknown('template-syntax', 'a text that is put together when the app is made', value.at));
  if (key === 'exact') return exact(value.value, value.at);
  if (key === 'prefix') return { s: 'prefix', text: value.value, subject: 'origin', ignoreCase: false, at: value.at };
  const full: RegexSet = { s: 'regex', source: value.value, flags: '', dialect: 're2', use: 'full', subject: 'origin', at: value.at, sourceAt: value.at };
  const why = factOf(unknown('unsupported-syntax', 'whether a pattern must fit the whole origin', value.at));
  return { s: 'dynamic', why, lower: full, upper: { ...full, use: 'search' }, exactTexts: false, at: value.at };
}

function open(value: Extract<Value, { kind: 'unknown' | 'env' }>): OriginSet {
  return { s: 'dynamic', why: factOf(value), lower: NONE, upper: PRESENT, exactTexts: true, at: value.at };
}
