import { NEVER, type Gap, type Guard, type Note } from '../../policy/program.js';
import { keyOf, pairsOf, valueOfPair, type YamlFile, type YamlPair } from '../../syntax/yaml/index.js';
import { mapCases } from '../../values/cases.js';
import { unknown } from '../../values/value.js';
import { isOpen, whenTrue, WrittenFields } from '../rs-cors/fields.js';
import type { Field, RsCorsSettings } from '../rs-cors/settings.js';
import { secondsOf } from './duration.js';
import type { KrakenD } from './version.js';

const FIELDS = ['allow_origins', 'allow_methods', 'allow_headers', 'expose_headers', 'allow_credentials', 'max_age', 'debug'];
const FIELDS_27 = ['allow_private_network', 'options_passthrough', 'options_success_status'];

/** The component's settings, and what KrakenD drops of what is written. */
export interface Component {
  /** Undefined: it is not switched on, or KrakenD does not start. */
  readonly settings: RsCorsSettings | undefined;
  readonly gaps: readonly Gap[];
  readonly notes: readonly Omit<Note, 'path'>[];
}

/**
 * The settings of the component as krakend-cors takes them from the parsed file: of a list only the texts, of a boolean
 * only `true`; what has another type is dropped without a word. For the origins that is as good as no list: everybody.
 */
export function componentOf(file: YamlFile, pair: YamlPair, krakend: KrakenD): Component {
  const at = pair.at;
  const whole = valueOfPair(file, pair);
  const known = [...FIELDS, ...(krakend.isFrom27 ? FIELDS_27 : [])];
  if (whole.kind !== 'record' && whole.kind !== 'unknown' && whole.kind !== 'env') return { settings: undefined, gaps: [gap(at, 'These settings are no object: KrakenD leaves CORS off')], notes: [] };
  const written = new WrittenFields(whole, at, false);
  const gaps: Gap[] = [];
  const notes: Omit<Note, 'path'>[] = [];
  for (const one of pairsOf(pair.value)) {
    const key = keyOf(one);
    // Keys with one of these signs in front are comments to KrakenD.
    if (key !== undefined && !known.includes(key) && !/^[@$_#]/.test(key)) gaps.push(gap(one.at, FIELDS_27.includes(key) ? `KrakenD reads \`${key}\` since 2.7 only` : `KrakenD knows no \`${key}\` here: it is not read`));
  }
  const list = (key: string): Field => {
    const { value, at: place } = written.get(key);
    return { value: value === undefined ? undefined : mapCases(value, value.at, (one) => (one.kind === 'list' ? { ...one, items: one.items.filter((item) => !['number', 'boolean', 'nothing', 'list', 'record'].includes(item.kind)) } : isOpen(one) ? one : { kind: 'nothing', what: 'undefined', at: one.at })), at: place };
  };
  const origins = list('allow_origins');
  const given = written.get('allow_origins').value;
  if (given !== undefined && given.kind !== 'nothing' && (origins.value?.kind === 'nothing' || (given.kind === 'list' && given.items.length > 0 && origins.value?.kind === 'list' && origins.value.items.length === 0))) {
    notes.push({ id: 'invalid-value-opens', at: given.at, related: [] });
  }
  const credentials = written.get('allow_credentials');
  if (credentials.value?.kind === 'string') notes.push({ id: 'credentials-ignored', at: credentials.value.at, related: [] });
  const age = ageOf(written.get('max_age'));
  if (age.gap !== undefined) gaps.push(age.gap);
  if (age.refused) return { settings: undefined, gaps, notes: [] };
  const later = (key: string): Guard => (krakend.isFrom27 ? whenTrue(written.get(key)) : NEVER);
  const status = krakend.isFrom27 ? written.get('options_success_status').value : undefined;
  const settings: RsCorsSettings = {
    at,
    release: krakend.cors,
    origins,
    methods: list('allow_methods'),
    headers: list('allow_headers'),
    exposed: list('expose_headers'),
    maxAge: age.field,
    credentials,
    allowsCredentials: whenTrue(credentials),
    allowsPrivateNetwork: later('allow_private_network'),
    passesPreflights: later('options_passthrough'),
    status: status?.kind === 'number' && status.value !== 0 ? Math.trunc(status.value) : undefined,
    anyHeader: krakend.isFrom27,
    inner: 'added',
  };
  return { settings, gaps, notes };
}

/** `max_age` is a text. Of another type it ends KrakenD at its start; a text that is no duration is dropped. */
function ageOf({ value, at }: Field): { readonly field: Field; readonly gap?: Gap; readonly refused: boolean } {
  if (value === undefined || isOpen(value) || value.kind === 'either') return { field: { value: value?.kind === 'either' ? unknown('template-syntax', 'a duration that a template writes', value.at) : value, at }, refused: false };
  if (value.kind !== 'string') return { field: { value: undefined, at }, gap: gap(value.at, 'KrakenD does not start: `max_age` must be a text with a unit, as "12h"'), refused: true };
  const seconds = secondsOf(value.value);
  if (seconds === undefined) return { field: { value: undefined, at }, gap: gap(value.at, `\`${value.value}\` is no duration (\`12h\`, \`30m\`): KrakenD sends no Access-Control-Max-Age`), refused: false };
  return { field: { value: { kind: 'number', value: seconds, at: value.at }, at }, refused: false };
}

function gap(at: Gap['at'], message: string): Gap {
  return { at, reason: 'unsupported-syntax', message };
}

