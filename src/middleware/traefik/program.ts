import { ABSENT, allOf, PRESENT } from '../../origins/origin-set.js';
import { casesOf, headerValueOf } from '../../policy/from-condition.js';
import { ALWAYS, unless, whenAll, type Effect, type Guard, type HeaderValue, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown, type Value } from '../../values/value.js';
import { joined, settingOf, truth, type Refused, type Settings } from '../gateway-plugins/settings.js';
import { originCases, type Origins } from './origins.js';
import type { Version } from './version.js';

/** The settings of one `headers` middleware, by field in lower case; `custom` are its `customResponseHeaders`. */
export interface HeadersSettings extends Settings {
  readonly custom: readonly { readonly name: string; readonly value: Value; readonly at: Span }[];
}

const LISTS = ['accesscontrolallowheaders', 'accesscontrolallowmethods', 'accesscontrolalloworiginlist', 'accesscontrolalloworiginlistregex', 'accesscontrolexposeheaders'];
const FIELDS = [...LISTS, 'accesscontrolallowcredentials', 'accesscontrolmaxage', 'addvaryheader'];

/** Does the middleware say anything of CORS? */
export function isCors({ fields, custom }: HeadersSettings): boolean {
  return FIELDS.some((field) => field !== 'addvaryheader' && fields.has(field)) || custom.some(({ name }) => name.startsWith('access-control-'));
}

/**
 * `headers`, from Traefik's own source (pkg/middlewares/headers) at 3.7.13 and 3.6.12. Any field of
 * CORS makes it answer preflights with 200, for origins that it does not know too. On other responses it replaces
 * Access-Control-Allow-Origin for the origins that it knows and leaves the service's own for the rest; credentials
 * are said to everybody; `Vary` is added on request, not to preflights.
 */
export function program(settings: HeadersSettings, version: Version): readonly Step[] | Refused {
  const origins = originCases(settings);
  if ('refused' in origins) return origins;
  const credentials = truth(settings, 'accesscontrolallowcredentials', false, parseBool);
  if ('refused' in credentials) return credentials;
  const varies = truth(settings, 'addvaryheader', false, parseBool);
  if ('refused' in varies) return varies;
  const age = maxAge(settings, version);
  if (age !== undefined && 'refused' in age) return age;
  const { at } = settings;
  const preflight = whenAll({ g: 'method', in: ['OPTIONS'] }, HAS_ORIGIN, { g: 'header', name: 'access-control-request-method', in: PRESENT });
  const answers = FIELDS.some((field) => field === 'addvaryheader' ? varies.g !== 'never' : isSet(settings, field));
  const allowed = origins.flatMap((one) => originSteps(one, credentials, version));
  const credentialed: Step = { when: credentials, effects: [credentialsEffect(settings)], at };
  const exposed = listSteps(settings, 'accesscontrolexposeheaders', 'access-control-expose-headers', credentials, version, []);
  const steps: readonly Step[] = [
    ...(answers
      ? [
          ...[credentialed, ...requestedSteps(settings, credentials, version), ...allowed, ...(version.echoes ? exposed : [])].map((step) => ({ ...step, when: whenAll(preflight, step.when) })),
          { when: preflight, effects: age === undefined ? [] : [age], end: { to: 'answer', status: 200 }, at } as const,
        ]
      : []),
    ...customSteps(settings),
    ...allowed,
    credentialed,
    ...exposed,
    { when: varies, effects: varyEffects(settings), at },
  ];
  return steps.filter((step) => step.when.g !== 'never' && (step.effects.length > 0 || step.end !== undefined));
}

const HAS_ORIGIN: Guard = { g: 'origin', in: PRESENT };

/** Go's `strconv.ParseBool`, for texts. */
function parseBool(value: Value): boolean | undefined {
  const text = value.kind === 'string' || value.kind === 'number' ? String(value.value) : '';
  return /^(?:1|t|T|true|TRUE|True)$/.test(text) ? true : /^(?:0|f|F|false|FALSE|False)$/.test(text) ? false : undefined;
}

function isSet(settings: HeadersSettings, field: string): boolean {
  const value = settings.fields.get(field)?.value;
  if (value === undefined || value.kind === 'nothing') return settings.rest !== undefined;
  return !(value.kind === 'list' && value.items.length === 0 && value.rest === undefined) && !(value.kind === 'boolean' && !value.value) && !(value.kind === 'string' && (value.value === '' || parseBool(value) === false));
}

function originSteps({ when, echoed, blank, star }: Origins, credentials: Guard, version: Version): readonly Step[] {
  const at = star?.at ?? leafPlace(echoed);
  if (at === undefined) return [];
  const echo = effect('set', 'access-control-allow-origin', { v: 'request-header', name: 'origin', at }, at);
  const empty = effect('set', 'access-control-allow-origin', { v: 'literal', text: '', at, written: false }, at);
  const step = (set: Step['effects'], ...guards: readonly Guard[]): Step => ({ when: whenAll(when, ...guards), effects: set, at });
  const known = [step([echo], { g: 'origin', in: echoed }), ...(blank ? [step([empty], unless(HAS_ORIGIN))] : [])];
  if (star === undefined) return known;
  const literal = effect('set', 'access-control-allow-origin', { v: 'literal', text: '*', at: star.at, written: true }, star.at);
  const rest: Guard = { g: 'origin', in: star.to };
  if (!version.echoes) return [...known, step([literal], rest)];
  return [...known, step([literal], rest, unless(credentials)), step([echo], rest, credentials, HAS_ORIGIN), step([empty], rest, credentials, unless(HAS_ORIGIN))];
}

/** Where the grant of a set is written: at its only entry, else from its first to its last. */
function leafPlace(set: Origins['echoed']): Span | undefined {
  if (set.s === 'or' || set.s === 'and') {
    const places = set.of.flatMap((part) => leafPlace(part) ?? []);
    const [first] = places;
    if (first === undefined) return undefined;
    const same = places.filter(({ file }) => file === first.file);
    return { file: first.file, start: Math.min(...same.map(({ start }) => start)), end: Math.max(...same.map(({ end }) => end)) };
  }
  return 'at' in set ? set.at : set.s === 'guarded' ? leafPlace(set.set) : undefined;
}

function credentialsEffect(settings: HeadersSettings): Effect {
  const field = settings.fields.get('accesscontrolallowcredentials');
  return effect('set', 'access-control-allow-credentials', { v: 'literal', text: 'true', at: field?.value.at ?? settings.at, written: field !== undefined }, field?.at ?? settings.at);
}

function requestedSteps(settings: HeadersSettings, credentials: Guard, version: Version): readonly Step[] {
  const asked = (name: string): HeaderValue => ({ v: 'request-header', name, at: settings.at });
  return [
    ...listSteps(settings, 'accesscontrolallowheaders', 'access-control-allow-headers', credentials, version, [asked('access-control-request-headers')]),
    ...listSteps(settings, 'accesscontrolallowmethods', 'access-control-allow-methods', credentials, version, [asked('access-control-request-method')]),
  ];
}

/** A list is joined with commas; with a `*` in it and credentials, the newer versions send `instead`, or nothing. */
function listSteps(settings: HeadersSettings, field: string, header: string, credentials: Guard, version: Version, instead: readonly HeaderValue[]): readonly Step[] {
  const value = joined(split(settings, field), field);
  if (value === undefined || (value.v === 'literal' && value.text === '')) return [];
  const at = settings.fields.get(field)?.at ?? settings.at;
  const written: Step = { when: ALWAYS, effects: [effect('set', header, value, at)], at };
  if (!version.echoes || value.v !== 'literal' || !value.text.split(',').includes('*')) return [written];
  return [{ ...written, when: unless(credentials) }, { when: credentials, effects: instead.map((one) => effect('set', header, one, at)), at }];
}

/** A text that is no list is one with commas. */
function split(settings: HeadersSettings, field: string): Settings {
  const setting = settings.fields.get(field);
  if (setting === undefined) return settings;
  const { value } = setting;
  const texts = value.kind === 'list' && value.rest === undefined ? value.items.map((item) => (item.kind === 'string' || item.kind === 'number' ? { ...item, kind: 'string' as const, value: String(item.value).trim() } : item)) : value.kind === 'string' ? value.value.split(',').map((text) => ({ kind: 'string' as const, value: text.trim(), at: value.at })) : undefined;
  return texts === undefined ? settings : { ...settings, fields: new Map([[field, { ...setting, value: { kind: 'list', items: value.kind === 'string' && value.value === '' ? [] : texts, at: value.at } }]]) };
}

function maxAge(settings: HeadersSettings, version: Version): Effect | Refused | undefined {
  const at = settings.fields.get('accesscontrolmaxage')?.at ?? settings.at;
  const value = settingOf(settings, 'accesscontrolmaxage');
  const unset: Effect | undefined = version.echoes ? undefined : effect('set', 'access-control-max-age', { v: 'literal', text: '0', at: settings.at, written: false }, settings.at);
  if (value === undefined || value.kind === 'nothing') return unset;
  const text = value.kind === 'number' || value.kind === 'string' ? String(value.value).trim() : undefined;
  if (text !== undefined && !/^[+-]?\d+$/.test(text)) return { at: value.at, refused: '`accessControlMaxAge` is no whole number' };
  if (text !== undefined) return effect('set', 'access-control-max-age', { v: 'literal', text: String(Number(text)), at: value.at, written: true }, at);
  const known = casesOf(value).length === 1 ? headerValueOf(value) : undefined;
  return effect('set', 'access-control-max-age', known ?? { v: 'unknown', fact: factOf(unknown('template-syntax', 'the value of `accessControlMaxAge`', value.at)), at: value.at }, at);
}

/** Set on responses of services, never on preflights that the middleware answers; an empty text takes the header away. */
function customSteps({ custom }: HeadersSettings): readonly Step[] {
  return custom
    .filter(({ name }) => name.startsWith('access-control-') || name === 'vary' || name === 'cache-control')
    .flatMap(({ name, value, at }) =>
      casesOf(value).map(({ when, value: option }): Step => {
        const text = headerValueOf(option) ?? { v: 'unknown', fact: factOf(unknown('unsupported-syntax', `the value of \`${name}\``, at)), at };
        return { when, effects: [text.v === 'literal' && text.text === '' ? effect('remove', name, text, at) : effect('set', name, text, at)], at };
      }),
    );
}

/** `Origin` is put after what the service says; what it repeats on other lines is lost. */
function varyEffects(settings: HeadersSettings): readonly Effect[] {
  const at = settings.fields.get('addvaryheader')?.at ?? settings.at;
  const own: HeaderValue = { v: 'literal', text: 'Origin', at, written: false };
  const more: HeaderValue = { v: 'concat', parts: [{ v: 'response-header', name: 'vary', at }, { v: 'literal', text: ',Origin', at, written: false }], at };
  const other = allOf([PRESENT, { s: 'not', of: { s: 'exact', text: 'Origin', comparison: [], at } }]);
  return [{ ...effect('set', 'vary', more, at), onlyIf: { header: 'vary', in: other } }, { ...effect('set', 'vary', own, at), onlyIf: { header: 'vary', in: ABSENT } }];
}

function effect(op: Effect['op'], header: string, value: HeaderValue, at: Span): Effect {
  return { op, header, value, statuses: 'all', at };
}
