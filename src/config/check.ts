import type { Config } from './config.js';
import { didYouMean } from '../text/nearest.js';
import type { Schema } from './schema.js';

/** One thing that is wrong with a configuration, at a path of keys. */
export interface Fault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** The configuration, or everything in which it departs from the schema. */
export function checkConfig(written: unknown, schema: Schema): { readonly config: Config } | { readonly faults: readonly Fault[] } {
  const faults = [...faultsIn(written, schema, [])];
  return faults.length > 0 || !isConfig(written) ? { faults } : { config: written };
}

/** The schema, which was just held against the value, says all that `Config` says. */
function isConfig(value: unknown): value is Config {
  return isRecord(value);
}

/** Everything in which a value departs from a schema. */
export function* faultsIn(value: unknown, schema: Schema, path: Fault['path']): Generator<Fault> {
  if (schema.anyOf !== undefined) {
    const tried = schema.anyOf.map((option) => [...faultsIn(value, option, path)]);
    if (tried.some((faults) => faults.length === 0)) return;
    // The option whose shape fits says best what is wrong inside it.
    const deepest = tried.find((faults) => faults.some((fault) => fault.path.length > path.length || fault.message.startsWith('unknown ')));
    yield* deepest ?? [{ path, message: `expected ${schema.anyOf.map(inWords).join(' or ')}, found ${shown(value)}` }];
  } else if (schema.enum !== undefined) {
    if (!schema.enum.some((allowed) => allowed === value)) {
      const names = schema.enum.filter((allowed): allowed is string => typeof allowed === 'string');
      yield { path, message: `expected ${inWords(schema)}, found ${shown(value)}${typeof value === 'string' ? didYouMean(value, names) : ''}` };
    }
  } else if (schema.type === 'array') yield* faultsInArray(value, schema, path);
  else if (schema.type === 'object') yield* faultsInObject(value, schema, path);
  else if (typeof value !== schema.type) yield { path, message: `expected ${inWords(schema)}, found ${shown(value)}` };
}

function* faultsInArray(value: unknown, schema: Schema, path: Fault['path']): Generator<Fault> {
  if (!Array.isArray(value)) return yield { path, message: `expected a list, found ${shown(value)}` };
  if (value.length < (schema.minItems ?? 0) || value.length > (schema.maxItems ?? Infinity)) yield { path, message: `expected ${schema.minItems} to ${schema.maxItems} items, found ${value.length}` };
  for (const [index, item] of value.entries()) {
    const items: Schema | undefined = isList(schema.items) ? schema.items[index] : schema.items;
    if (items !== undefined) yield* faultsIn(item, items, [...path, index]);
  }
}

function* faultsInObject(value: unknown, schema: Schema, path: Fault['path']): Generator<Fault> {
  if (!isRecord(value)) return yield { path, message: `expected an object, found ${shown(value)}` };
  for (const key of schema.required ?? []) if (!Object.hasOwn(value, key)) yield { path, message: `the key ${key} is missing` };
  for (const [key, item] of Object.entries(value)) {
    const known = schema.properties !== undefined && Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
    if (known !== undefined) yield* faultsIn(item, known, [...path, key]);
    else if (schema.additionalProperties === false) {
      const what = path.at(-1) === 'rules' ? 'unknown rule' : path.at(-3) === 'rules' ? 'unknown option' : 'unknown key';
      yield { path: [...path, key], message: `${what} ${JSON.stringify(key)}${didYouMean(key, Object.keys(schema.properties ?? {}))}` };
    } else if (schema.additionalProperties !== undefined) yield* faultsIn(item, schema.additionalProperties, [...path, key]);
  }
}

function inWords(schema: Schema): string {
  if (schema.enum !== undefined) return schema.enum.join(', ');
  if (schema.type === 'array') return 'a list';
  return schema.type === 'object' ? 'an object' : `a ${schema.type}`;
}

function shown(value: unknown): string {
  return Array.isArray(value) ? 'a list' : isRecord(value) ? 'an object' : (JSON.stringify(value) ?? typeof value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: Schema['items']): value is readonly Schema[] {
  return Array.isArray(value);
}
