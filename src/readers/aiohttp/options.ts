import { casesOf } from '../../policy/from-condition.js';
import { ALWAYS, whenAll, type Guard } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { unknown, type EitherValue, type RecordValue, type UnknownValue, type Value } from '../../values/value.js';
import type { AiohttpPackages } from './packages.js';

type Case = Exclude<Value, EitherValue>;

/** `ResourceOptions(…)` once its choices are made (aiohttp_cors/resource_options.py). */
export interface Options {
  readonly credentials: boolean | UnknownValue;
  /** Undefined: none. */
  readonly exposed: '*' | readonly string[] | UnknownValue | undefined;
  readonly headers: '*' | readonly string[] | UnknownValue;
  readonly maxAge: number | UnknownValue | undefined;
  /** Undefined: only those of routes. */
  readonly methods: '*' | readonly string[] | UnknownValue | undefined;
  /** Where each is written: key and value. */
  readonly places: ReadonlyMap<string, Span>;
  readonly values: ReadonlyMap<string, Span>;
  readonly at: Span;
}

/** What one origin is allowed, in one of the cases that can be. */
export interface Allowed {
  readonly when: Guard;
  /** An origin, or `*`; undefined: origins that are not in view. */
  readonly origin: string | undefined;
  readonly originAt: Span;
  readonly options: Options;
  readonly unknownOrigins?: UnknownValue;
}

/** A dictionary of origins and options, with why it is refused where it is. */
export interface Config {
  readonly allowed: readonly Allowed[];
  readonly faults: readonly { readonly when: Guard; readonly fault: string; readonly at: Span }[];
}

const NAMES = ['allow_credentials', 'expose_headers', 'allow_headers', 'max_age', 'allow_methods'] as const;

type Name = (typeof NAMES)[number];
type Written = Readonly<Partial<Record<Name, Case>>>;

/** So many ways are told apart. */
const MAX_WAYS = 16;

export const EMPTY: Config = { allowed: [], faults: [] };

/** `_parse_config_options` (aiohttp_cors/cors_config.py). */
export function configOf(value: Value | undefined, packages: AiohttpPackages): Config {
  if (value === undefined) return EMPTY;
  const parts = casesOf(value).map((one) => within(one.when, caseOf(one.value, packages)));
  return { allowed: parts.flatMap((part) => part.allowed), faults: parts.flatMap((part) => part.faults) };
}

function caseOf(value: Case, packages: AiohttpPackages): Config {
  switch (value.kind) {
    case 'nothing':
      return EMPTY;
    case 'record': {
      const keyed = new Map(value.entries.map((one) => [one.key, one]));
      const parts = value.entries.map((entry): Config => {
        const { key, value: options, at } = entry;
        const ways = casesOf(options).map((one) => within(one.when, entryOf(one.value, at, packages)));
        // An entry that a later one replaces was made all the same.
        if (keyed.get(key) !== entry) return { allowed: [], faults: options.kind === 'record' ? [] : ways.flatMap((way) => way.faults) };
        // The key stands where the entry begins; its text is what a browser's Origin is compared with.
        return { allowed: ways.flatMap((way) => way.allowed.map((one) => ({ ...one, origin: key, originAt: keyAt(at, options.at) }))), faults: ways.flatMap((way) => way.faults) };
      });
      const rest = value.rest === undefined ? [] : [open(value.rest)];
      return { allowed: [...parts.flatMap((part) => part.allowed), ...rest], faults: parts.flatMap((part) => part.faults) };
    }
    case 'unknown':
      return { allowed: [open(value)], faults: [] };
    default:
      return { allowed: [], faults: [{ when: ALWAYS, fault: 'the options of aiohttp-cors are no mapping', at: value.at }] };
  }
}

/** The key of an entry: what stands before its value, which may be written elsewhere. */
function keyAt(entry: Span, value: Span): Span {
  return value.file === entry.file && value.start > entry.start && value.start < entry.end ? { ...entry, end: value.start } : entry;
}

/** Origins and options that are not in view. */
function open(rest: UnknownValue): Allowed {
  return { when: ALWAYS, origin: undefined, originAt: rest.at, unknownOrigins: rest, options: { credentials: rest, exposed: rest, headers: rest, maxAge: rest, methods: rest, places: new Map(), values: new Map(), at: rest.at } };
}

function within(when: Guard, { allowed, faults }: Config): Config {
  return { allowed: allowed.map((one) => ({ ...one, when: whenAll(when, one.when) })), faults: faults.map((one) => ({ ...one, when: whenAll(when, one.when) })) };
}

function entryOf(value: Case, at: Span, packages: AiohttpPackages): Config {
  const role = packages.roleOf(value);
  if (role?.is === 'options') return optionsOf(role.keywords, role.at, false);
  if (value.kind === 'record') return optionsOf(value, value.at, true);
  if (value.kind === 'unknown') return { allowed: [{ ...open(value) }], faults: [] };
  return { allowed: [], faults: [{ when: ALWAYS, fault: 'the options of an origin are neither ResourceOptions nor a mapping', at }] };
}

/** `mapping`: a dictionary in their place, which has no `allow_methods`. */
function optionsOf(given: RecordValue | undefined, at: Span, mapping: boolean): Config {
  const entries = given?.entries ?? [];
  const odd = entries.find(({ key }) => !NAMES.some((name) => name === key && !(mapping && name === 'allow_methods')));
  if (odd !== undefined) return { allowed: [], faults: [{ when: ALWAYS, fault: `ResourceOptions does not take ${odd.key}`, at: odd.at }] };
  let ways: readonly { readonly when: Guard; readonly written: Written }[] = [{ when: ALWAYS, written: {} }];
  const places = new Map<string, Span>();
  const values = new Map<string, Span>();
  for (const name of NAMES) {
    const entry = entries.findLast(({ key }) => key === name);
    const value = entry?.value ?? given?.rest;
    if (value === undefined) continue;
    if (entry !== undefined) places.set(name, entry.at);
    values.set(name, value.at);
    const cases = casesOf(value);
    const told = ways.length * cases.length <= MAX_WAYS ? cases : [{ when: ALWAYS, value: unknown('budget', 'too many choices', value.at) }];
    ways = ways.flatMap((way) => told.map((one) => ({ when: whenAll(way.when, one.when), written: { ...way.written, [name]: one.value } })));
  }
  const made = ways.map(({ when, written }) => ({ when, is: resolved(written, places, values, at) }));
  return {
    allowed: made.flatMap(({ when, is }) => (typeof is === 'string' ? [] : [{ when, origin: undefined, originAt: at, options: is }])),
    faults: made.flatMap(({ when, is }) => (typeof is === 'string' ? [{ when, fault: is, at }] : [])),
  };
}

/** ValueError of the constructor, or what it makes. */
function resolved(written: Written, places: ReadonlyMap<string, Span>, values: ReadonlyMap<string, Span>, at: Span): Options | string {
  const { allow_credentials: credentials, expose_headers: exposed, allow_headers: headers, max_age: age, allow_methods: methods } = written;
  if (credentials !== undefined && credentials.kind !== 'boolean' && credentials.kind !== 'unknown' && credentials.kind !== 'condition') return 'allow_credentials must be a boolean';
  for (const [name, value] of [['expose_headers', exposed], ['allow_headers', headers], ['allow_methods', methods]] as const) {
    if (value === undefined || (name === 'allow_methods' && value.kind === 'nothing')) continue;
    if (value.kind === 'string' ? value.value !== '*' : !['list', 'unknown', 'env'].includes(value.kind)) return `${name} must be '*' or a sequence of texts`;
  }
  if (age !== undefined && age.kind !== 'nothing' && age.kind !== 'unknown' && age.kind !== 'boolean' && (age.kind !== 'number' || !Number.isInteger(age.value) || age.value < 0)) return 'max_age must be a non-negative integer';
  const own = exposed === undefined ? undefined : textsIn(exposed);
  return {
    credentials: credentials === undefined ? false : credentials.kind === 'boolean' ? credentials.value : credentials.kind === 'unknown' ? credentials : unknown('unsupported-syntax', 'allow_credentials', credentials.at),
    exposed: Array.isArray(own) && own.length === 0 ? undefined : own,
    headers: headers === undefined ? [] : textsIn(headers),
    maxAge: age === undefined || age.kind === 'nothing' ? undefined : age.kind === 'number' ? age.value : age.kind === 'unknown' ? age : unknown('unsupported-syntax', 'max_age', age.at),
    methods: methods === undefined || methods.kind === 'nothing' ? undefined : textsIn(methods),
    places,
    values,
    at,
  };
}

function textsIn(value: Case): '*' | readonly string[] | UnknownValue {
  if (value.kind === 'string') return '*';
  if (value.kind === 'unknown') return value;
  const texts = value.kind === 'list' && value.rest === undefined ? value.items.map((item) => (item.kind === 'string' ? item.value : undefined)) : [undefined];
  return texts.includes(undefined) ? unknown('unsupported-syntax', 'a list', value.at) : texts.flatMap((text) => text ?? []);
}
