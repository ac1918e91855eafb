import { configured, type CorsConfiguration, type Listed } from '../../middleware/spring/cors-configuration.js';
import { casesOfValue } from '../../values/cases.js';
import { and, not, or, TRUE, type Condition } from '../../values/condition.js';
import { excludes, implies } from '../../values/decide.js';
import { unknown, type Event, type Handle, type Value } from '../../values/value.js';
import type { SpringObjects } from './spring-classes.js';

/** A configuration as it is under a condition. */
export interface State {
  readonly when: Condition;
  readonly config: CorsConfiguration;
}

/** States of one configuration that are told apart; past it what is added under a condition is there only under it. */
const MAX_STATES = 8;

/** Configurations that are copies of copies are followed so far. */
const MAX_COPIES = 4;

/**
 * What a configuration is after everything that was done to it, in each case in which it differs. `within`: the condition
 * under which it is used.
 */
export function statesOf(handle: Handle, events: readonly Event[], objects: SpringObjects, within: Condition = TRUE, depth = 0): readonly State[] {
  const [copied] = objects.made.get(handle)?.args ?? [];
  let states: readonly State[] = copied?.kind === 'handle' && objects.kindOf(copied) === 'configuration' && depth < MAX_COPIES ? statesOf(copied, events, objects, within, depth + 1) : [{ when: TRUE, config: {} }];
  for (const event of events) {
    if ((event.kind !== 'call' && event.kind !== 'assign') || event.receiver !== handle) continue;
    const [name, args] = event.kind === 'call' ? [event.method, event.args] : [`set${event.property}`, [event.value]];
    const after = (config: CorsConfiguration): CorsConfiguration => configured(config, name, args.map(plain), event.at);
    const open = !implies(within, event.when);
    states = states.flatMap(({ when, config }): readonly State[] => {
      if (!open || implies(when, event.when)) return [{ when, config: after(config) }];
      if (excludes(and(within, when), event.when)) return [{ when, config }];
      if (states.length >= MAX_STATES) return [{ when, config: onlyWhere(event.when, config, after(config)) }];
      return [{ when: and(when, event.when), config: after(config) }, { when: and(when, not(event.when)), config }];
    });
  }
  return states.flatMap(alternativesOf);
}

/** Past the limit: what is added is there only under the condition. */
function onlyWhere(when: Condition, before: CorsConfiguration, after: CorsConfiguration): CorsConfiguration {
  const lists = (['origins', 'patterns', 'methods', 'headers', 'exposed'] as const).flatMap((key) => {
    const list = after[key];
    if (list === undefined || list === before[key]) return [];
    const items = list.items.map((item): Value => (before[key]?.items.includes(item) === true ? item : { kind: 'either', options: [{ when, value: item }], at: item.at }));
    return [[key, { ...list, items }] as const];
  });
  return { ...after, ...Object.fromEntries(lists) };
}

/** Settings whose alternatives change what the others mean: `*` among the origins, methods or headers, and credentials. */
export function alternativesOf(state: State): readonly State[] {
  const { config } = state;
  const credentials = config.credentials?.value;
  if (credentials?.kind === 'either') return alternatives(state, credentials, (value) => ({ ...config, credentials: { ...config.credentials!, value } }));
  for (const key of ['origins', 'methods', 'headers'] as const) {
    const list = config[key];
    const index = list?.items.findIndex((item) => item.kind === 'either' && casesOfValue(item).some(({ value }) => isStar(value))) ?? -1;
    const item = list?.items[index];
    if (list !== undefined && item !== undefined) return alternatives(state, item, (value) => ({ ...config, [key]: { ...list, items: list.items.flatMap((one, place) => (place === index ? itemsOf(value) : [one])) } satisfies Listed }));
  }
  return [state];
}

function alternatives({ when }: State, value: Value, make: (value: Value) => CorsConfiguration): readonly State[] {
  const cases = casesOfValue(value).filter((one) => !excludes(when, one.when));
  const covered = or(...cases.map((one) => one.when));
  const states = cases.map((one): State => ({ when: and(when, one.when), config: make(one.value) }));
  // An item of a list is in none of its cases where it is not there at all.
  if (!implies(when, covered)) states.push({ when: and(when, not(covered)), config: make({ kind: 'list', items: [], at: value.at }) });
  return states.length > MAX_STATES ? states : states.flatMap(alternativesOf);
}

function itemsOf(value: Value): readonly Value[] {
  return value.kind === 'list' ? [...value.items, ...(value.rest === undefined ? [] : [value.rest])] : [value];
}

function isStar(value: Value): boolean {
  return itemsOf(value).some((item) => item.kind === 'string' && item.value.split(',').some((part) => part.trim() === '*'));
}

/** A value without functions and objects: what is kept of a file outlives its tree. */
function plain(value: Value): Value {
  switch (value.kind) {
    case 'function':
    case 'handle':
      return unknown('unsupported-syntax', 'an object', value.at);
    case 'list':
      return { ...value, items: value.items.map(plain) };
    case 'either':
      return { ...value, options: value.options.map((option) => ({ ...option, value: plain(option.value) })) };
    default:
      return value;
  }
}
