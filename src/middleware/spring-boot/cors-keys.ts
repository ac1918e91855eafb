import type { Gap } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { casesOfValue, mapCases } from '../../values/cases.js';
import { and, or, TRUE, type Condition } from '../../values/condition.js';
import { excludes } from '../../values/decide.js';
import type { Value } from '../../values/value.js';
import { uniform, type ApplicationConfiguration, type Setting } from '../application/index.js';
import { configured, type CorsConfiguration } from '../spring/cors-configuration.js';

/** A `CorsConfiguration` as application files fill it, in one of the cases in which it differs. */
export interface BoundState {
  readonly when: Condition;
  readonly config: CorsConfiguration;
}

export interface Bound {
  /** Where it is first configured. */
  readonly at: Span;
  /** When a file in force says anything of it. */
  readonly present: Condition;
  readonly states: readonly BoundState[];
  /** Values that Spring cannot convert: the application does not start. */
  readonly refused: readonly Gap[];
}

const LISTS = ['allowed-origins', 'allowed-origin-patterns', 'allowed-methods', 'allowed-headers', 'exposed-headers'] as const;

/** More cases are not told apart: their values stay alternatives. */
const MAX_STATES = 16;

/** The settings at and below a key with the condition under which they count, weakest first. */
export function below(configuration: ApplicationConfiguration, key: string): readonly { readonly when: Condition; readonly setting: Setting }[] {
  const wanted = uniform(key);
  return [...configuration.sources].reverse().flatMap(({ when, settings }) => settings.flatMap((setting) => (isBelow(uniform(setting.key), wanted) ? [{ when, setting }] : [])));
}

function isBelow(key: string, wanted: string): boolean {
  return key.startsWith(wanted) && ['', '.', '['].includes(key.slice(wanted.length, wanted.length + 1));
}

/**
 * Binds the keys below `prefix` to a configuration without defaults, as Spring Boot's binder does: names in any spelling,
 * lists by index or as one text with commas, booleans and numbers from text. Undefined: no file says anything.
 */
export function boundCors(configuration: ApplicationConfiguration, prefix: string): Bound | undefined {
  const found = below(configuration, prefix);
  const [first] = found;
  if (first === undefined) return undefined;
  const at = first.setting.whole;
  const refused: Gap[] = [];
  const refuse = (what: string, value: Value): void => void refused.push({ at: value.at, reason: 'unsupported-syntax', message: `\`${what}\` cannot be read as a value of this kind: the application does not start` });
  const unset: Value = { kind: 'nothing', what: 'undefined', at };
  const fields: (readonly [setter: string, value: Value])[] = [
    ...LISTS.map((name) => [`set${name.replace(/-/g, '')}`, starsApart(configuration.list(`${prefix}.${name}`, unset) ?? unset)] as const),
    ['setallowcredentials', truth(configuration.bound(`${prefix}.allow-credentials`, unset) ?? unset, refuse)],
    ['setallowprivatenetwork', truth(configuration.bound(`${prefix}.allow-private-network`, unset) ?? unset, refuse)],
    ['setmaxage', configuration.bound(`${prefix}.max-age`, unset) ?? unset],
  ];
  return { at, present: or(...found.map(({ when }) => when)), states: statesOf(fields), refused };
}

/** Every combination of the alternatives of all settings that can come about. */
function statesOf(fields: readonly (readonly [setter: string, value: Value])[]): readonly BoundState[] {
  let states: readonly BoundState[] = [{ when: TRUE, config: {} }];
  for (const [setter, value] of fields) {
    const set = ({ when, config }: BoundState, chosen: Value): BoundState => ({ when, config: chosen.kind === 'nothing' ? config : configured(config, setter, [chosen], chosen.at) });
    const next = states.flatMap((state) => casesOfValue(value).flatMap((one) => (excludes(state.when, one.when) ? [] : [set({ ...state, when: and(state.when, one.when) }, one.value)])));
    states = next.length > MAX_STATES ? states.map((state) => set(state, value)) : next;
  }
  return states;
}

/** A list of which an item may be `*` as one list with it and one without: the others mean something else beside it. */
function starsApart(value: Value): Value {
  return mapCases(value, value.at, (list) => {
    if (list.kind !== 'list') return list;
    const index = list.items.findIndex((item) => item.kind === 'either' && casesOfValue(item).some((one) => one.value.kind === 'string' && one.value.value === '*'));
    return index === -1 ? list : starsApart(mapCases(list.items[index]!, list.at, (item) => ({ ...list, items: list.items.map((other, place) => (place === index ? item : other)) })));
  });
}

/** Texts that Spring's conversion takes for booleans. */
function truth(value: Value, refuse: (what: string, value: Value) => void): Value {
  return mapCases(value, value.at, (text) => {
    if (text.kind !== 'string') return text;
    if (/^(?:true|on|yes|1)$/i.test(text.value.trim())) return { kind: 'boolean', value: true, at: text.at };
    if (/^(?:false|off|no|0)$/i.test(text.value.trim())) return { kind: 'boolean', value: false, at: text.at };
    if (text.value.trim() === '') return { kind: 'nothing', what: 'undefined', at: text.at };
    refuse(text.value, text);
    return text;
  });
}

/** An age as seconds; undefined where it is not set. `durations`: `30m` is one, too (actuator, GraphQL). */
export function ageOf(config: CorsConfiguration, durations: boolean): CorsConfiguration['maxAge'] | 'refused' {
  const age = config.maxAge;
  if (age === undefined || age.value.kind !== 'string') return age;
  const text = age.value.value.trim();
  if (text === '') return undefined;
  const seconds = /^[-+]?\d+$/.test(text) ? Number(text) : durations ? secondsIn(text) : undefined;
  return seconds === undefined ? 'refused' : { value: { kind: 'number', value: seconds, at: age.value.at }, at: age.at };
}

const UNITS: Readonly<Record<string, number>> = { ns: 1e-9, us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600, d: 86400 };

/** `30m`, `1d`, or ISO 8601 (`PT1H30M`) in whole seconds. */
function secondsIn(text: string): number | undefined {
  const [, count, unit = ''] = /^([-+]?\d+)(ns|us|ms|s|m|h|d)$/i.exec(text) ?? [];
  if (count !== undefined) return Math.floor(Number(count) * UNITS[unit.toLowerCase()]!);
  const [iso, days, hours, minutes, rest] = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.\d+)?S)?)?$/i.exec(text) ?? [];
  return iso === undefined ? undefined : Number(days ?? 0) * 86400 + Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(rest ?? 0);
}
