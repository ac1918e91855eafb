import type { Span } from '../../text/span.js';
import { silent } from '../../values/silent.js';
import { entry, unknown, type EnvValue, type FunctionValue, type Handle, type RecordValue, type Value } from '../../values/value.js';
import { casesOfValue, fromCondition, join, mapCases, nothing } from './either.js';
import { environment, setting } from './environment.js';

/**
 * Packages that hand a program its settings: what they give is read from the environment under names that stand in the
 * text, with the defaults that are written there. Nothing of the repository's `.env` files is read: they differ by
 * place. Undefined for other packages.
 */
export function settingsPackage(specifier: string, at: Span): Value | undefined {
  switch (specifier) {
    case 'process':
    case 'node:process':
      return environment('process', at);
    case 'bun':
    case 'cloudflare:workers':
    case '$env/dynamic/private':
    case '$env/dynamic/public':
      return environment('env', at);
    case '$env/static/private':
    case '$env/static/public':
      return silent('env', at, (name) => setting(name, at));
    case 'dotenv':
    case 'dotenv-safe':
    case 'dotenv-flow':
    case 'dotenv-expand':
    case '@dotenvx/dotenvx':
      return namespace('dotenv', at, { config: () => parsed(at), expand: () => parsed(at) });
    case 'config':
      return namespace('config', at, { get: ([key]) => named(key, at), has: ([key]) => asFact(named(key, at)) }, (key) => unknown('env-variable', `the setting ${key}`, at));
    case '@nestjs/config':
      return namespace('@nestjs/config', at, {}, (name) => (name === 'ConfigService' ? configService : undefined));
    case 'convict':
      return callable('convict', at, ([schema]) => (schema === undefined ? undefined : convict(schema, at)));
    case 'envalid':
      return namespace('envalid', at, { cleanEnv: ([given, spec]) => shaped(spec, given), makeValidator: () => callable('validator', at, ([options]) => validator(options, at)), testOnly: () => nothing(at) }, (name) => (VALIDATORS.has(name) ? callable(name, at, ([options]) => validator(options, at, name === 'bool')) : undefined));
    case 'zod':
    case 'zod/v3':
    case 'zod/v4':
    case 'joi':
    case '@hapi/joi':
    case 'yup':
      return schemas(at);
    case '@t3-oss/env-core':
    case '@t3-oss/env-nextjs':
    case '@t3-oss/env-nuxt':
      return namespace('@t3-oss/env', at, { createEnv: ([options]) => created(options, at) });
    case 'env-var':
      return namespace('env-var', at, { get: ([name]) => (name?.kind === 'string' ? variable(setting(name.value, at), at) : undefined) });
    default:
      return undefined;
  }
}

type Method = (args: readonly Value[], at: Span) => Value | undefined;

/** A package's functions, reached as its members or by name. */
function namespace(name: string, at: Span, methods: Readonly<Record<string, Method>>, get: (property: string) => Value | undefined = () => undefined): Handle {
  const handle: Handle = {
    ...silent(name, at, (property) => (property === 'default' ? handle : Object.hasOwn(methods, property) ? callable(property, at, methods[property]!) : get(property))),
    call: (method, args, callAt) => {
      if (Object.hasOwn(methods, method)) return methods[method]!(args, callAt);
      const member = method === '' || method === 'default' ? undefined : get(method);
      return member?.kind === 'handle' ? member.call('', args, callAt) : undefined;
    },
  };
  return handle;
}

function callable(name: string, at: Span, call: Method): Handle {
  const handle: Handle = { ...silent(name, at, (property) => (property === 'default' ? handle : undefined)), call: (method, args, callAt) => (method === '' || method === 'default' ? call(args, callAt) : undefined) };
  return handle;
}

function parsed(at: Span): RecordValue {
  return { kind: 'record', entries: [{ key: 'parsed', value: environment('process', at).get('env') ?? nothing(at), at }], at };
}

function named(key: Value | undefined, at: Span): Value {
  return key?.kind === 'string' ? unknown('env-variable', `the setting ${key.value}`, at) : unknown('dynamic-key', 'a computed setting', at);
}

function asFact(value: Value): Value {
  return value.kind === 'unknown' ? fromCondition({ c: 'fact', fact: { key: `has:${value.detail}`, reason: value.reason, detail: `whether ${value.detail} is there`, at: value.at } }, value.at) : value;
}

/** Nest's `ConfigService`: made by the container, told apart by its class. */
export const configService: Handle = { ...silent('ConfigService', { file: '', start: 0, end: 0 }, () => undefined), call: (method, _args, at) => (method === 'new' ? serviceAt(at) : undefined) };

function serviceAt(at: Span): Handle {
  return namespace('ConfigService', at, {
    get: ([key, fallback], callAt) => withDefault(key?.kind === 'string' ? setting(key.value, callAt) : named(key, callAt), fallback?.kind === 'record' ? undefined : fallback, callAt),
    getOrThrow: ([key], callAt) => (key?.kind === 'string' ? present(setting(key.value, callAt), callAt) : named(key, callAt)),
  });
}

function withDefault(value: Value, fallback: Value | undefined, at: Span): Value {
  return fallback === undefined ? value : join(casesOfValue(value).map((option) => (option.value.kind === 'nothing' ? { when: option.when, value: fallback } : option)), at);
}

/** What remains where a missing setting ends the program. */
function present(value: Value, at: Span): Value {
  return mapCases(value, at, (option) => (option.kind === 'nothing' ? undefined : option));
}

/** What a schema makes of what it is given. */
interface Schema {
  /** For a missing value; undefined where that ends the program. */
  readonly missing: (at: Span) => Value | undefined;
  readonly read: (given: Exclude<Value, { kind: 'either' | 'nothing' }>) => Value;
}

const schemaOf = new WeakMap<Handle, Schema>();

function applied(schema: Value | undefined, given: Value, at: Span): Value {
  const known = schema?.kind === 'handle' ? schemaOf.get(schema) : undefined;
  if (known === undefined) return given;
  return mapCases(given, at, (option) => (option.kind === 'nothing' ? known.missing(at) : option.kind === 'either' ? undefined : known.read(option)));
}

/** The members of a settings object, each as its schema makes it. */
function shaped(spec: Value | undefined, given: Value | undefined): Value | undefined {
  if (spec?.kind !== 'record' || given === undefined) return undefined;
  return { ...spec, entries: spec.entries.map(({ key, value, at }) => ({ key, value: applied(value, memberAt(given, key, value.at), at), at })) };
}

function memberAt(given: Value, key: string, at: Span): Value {
  if (given.kind === 'handle') return given.get(key) ?? unknown('unsupported-syntax', `${given.name}.${key}`, at);
  if (given.kind === 'record') return entry(given, key)?.value ?? given.rest ?? nothing(at);
  return given.kind === 'unknown' ? given : unknown('unsupported-syntax', `the setting ${key}`, at);
}

const fails = (): undefined => undefined;
const plain: Schema = { missing: fails, read: (given) => given };
const flag: Schema = { missing: fails, read: (given) => (given.kind === 'env' ? isOn(given) : given) };

function isOn(given: EnvValue): Value {
  return fromCondition({ c: 'fact', fact: { key: `on:${given.name}`, reason: 'env-variable', detail: `whether ${given.name} is on`, at: given.at } }, given.at);
}

const VALIDATORS = new Set(['str', 'num', 'port', 'bool', 'url', 'host', 'email', 'json']);

/** envalid: `str({ default, devDefault, choices })`. */
function validator(options: Value | undefined, at: Span, isFlag = false): Handle {
  const fallback = options?.kind === 'record' ? entry(options, 'default')?.value : undefined;
  return schemaHandle(isFlag ? flag : plain, at, fallback === undefined ? fails : () => fallback);
}

function schemaHandle(schema: Schema, at: Span, missing: Schema['missing'] = schema.missing): Handle {
  const own: Schema = { ...schema, missing };
  const handle: Handle = {
    ...silent('schema', at, () => undefined),
    call: (method, args, callAt) => {
      const [first] = args;
      const result = (): Value => applied(handle, first ?? nothing(callAt), callAt);
      switch (method) {
        case 'default':
        case 'prefault':
        case 'catch':
          return schemaHandle(own, at, () => (first?.kind === 'function' ? returned(first, [], callAt) : first ?? nothing(callAt)));
        case 'optional':
        case 'nullish':
          return schemaHandle(own, at, nothing);
        case 'transform':
        case 'pipe':
        case 'custom':
          if (first?.kind === 'handle') return schemaHandle({ ...own, read: (given) => applied(first, own.read(given), callAt) }, at);
          return first?.kind === 'function' ? schemaHandle(transformed(own, first, callAt), at) : handle;
        case 'parse':
        case 'parseAsync':
        case 'validateSync':
        case 'cast':
          return result();
        case 'safeParse':
        case 'validate':
          return { kind: 'record', entries: ['data', 'value'].map((key) => ({ key, value: result(), at: callAt })), rest: unknown('function-call', 'the outcome of a check of settings', callAt), at: callAt };
        default:
          return handle;
      }
    },
  };
  schemaOf.set(handle, own);
  return handle;
}

function transformed(schema: Schema, by: FunctionValue, at: Span): Schema {
  const after = (value: Value | undefined): Value | undefined => (value === undefined ? undefined : mapCases(value, at, (option) => returned(by, [option], at)));
  return { missing: (place) => after(schema.missing(place)), read: (given) => after(schema.read(given)) ?? nothing(at) };
}

function returned(callee: FunctionValue, args: readonly Value[], at: Span): Value {
  return join(callee.run(args).flatMap((event) => (event.kind === 'return' ? [event] : [])), at);
}

/** zod, joi, yup: `z.object({ X: z.string().default('…') })`. */
function schemas(at: Span): Handle {
  const z: Handle = namespace('z', at, {
    object: ([spec], callAt) => schemaHandle({ missing: fails, read: (given) => shaped(spec, given) ?? unknown('unsupported-syntax', 'a schema that is not in view', callAt) }, callAt),
    stringbool: (_args, callAt) => schemaHandle(flag, callAt),
    preprocess: ([by, schema], callAt) => schemaHandle(by?.kind === 'function' ? { missing: (place) => applied(schema, returned(by, [nothing(place)], place), place), read: (given) => applied(schema, returned(by, [given], callAt), callAt) } : plain, callAt),
    attempt: ([given, schema], callAt) => (given === undefined ? undefined : applied(schema, given, callAt)),
  }, (name) => (name === 'z' || name === 'Joi' || name === 'coerce' ? z : callable(name, at, (_args, callAt) => schemaHandle(plain, callAt))));
  return { ...z, call: (method, args, callAt) => z.call(method, args, callAt) ?? (method === '' ? undefined : schemaHandle(plain, callAt)) };
}

/** `createEnv({ server: { X: z.string() }, runtimeEnv: process.env })` */
function created(options: Value | undefined, at: Span): Value | undefined {
  if (options?.kind !== 'record') return undefined;
  const given = entry(options, 'runtimeEnv')?.value ?? environment('process', at).get('env');
  const entries = ['shared', 'server', 'client', 'experimental__runtimeEnv'].flatMap((group) => {
    const members = shaped(entry(options, group)?.value, given);
    return members?.kind === 'record' ? members.entries : [];
  });
  return { kind: 'record', entries, at };
}

/** env-var: `env.get('X').default('…').required().asString()` */
function variable(value: Value, at: Span): Handle {
  const text = (): Value => value;
  const list: Method = ([separator], callAt) => mapCases(value, callAt, (option) => (option.kind === 'env' ? { kind: 'list', items: [], rest: option, at: callAt } : option.kind === 'string' ? { kind: 'list', items: option.value.split(separator?.kind === 'string' ? separator.value : ',').map((item): Value => ({ kind: 'string', value: item, at: option.at })), at: option.at } : option));
  const on: Method = (_args, callAt) => mapCases(value, callAt, (option) => (option.kind === 'env' ? isOn(option) : option));
  return namespace('variable', at, {
    default: ([fallback], callAt) => variable(withDefault(value, fallback, callAt), at),
    required: (_args, callAt) => variable(present(value, callAt), at),
    asString: text, asUrlString: text, asEnum: text, asIntPositive: text, asPortNumber: text,
    asArray: list, asBool: on, asBoolStrict: on,
  });
}

interface ConvictLeaf {
  readonly name: string | undefined;
  readonly fallback: Value;
}

/** convict: a tree of `{ default, env, format }`. */
function convict(schema: Value, at: Span): Handle {
  const valueAt = (key: Value | undefined, callAt: Span): Value => {
    if (key?.kind !== 'string') return unknown('dynamic-key', 'a computed setting', callAt);
    const node = key.value.split('.').reduce<Value | undefined>((inner, name) => (inner?.kind === 'record' ? entry(inner, name)?.value : undefined), schema);
    return node === undefined ? named(key, callAt) : convictValue(node, callAt);
  };
  const config: Handle = namespace('convict', at, {
    get: ([key], callAt) => valueAt(key, callAt),
    getProperties: (_args, callAt) => convictValue(schema, callAt),
    validate: () => config,
    load: () => config,
    loadFile: () => config,
  });
  return config;
}

function convictValue(node: Value, at: Span): Value {
  if (node.kind !== 'record') return unknown('env-variable', 'a setting', at);
  const leaf = leafOf(node);
  if (leaf === undefined) return { ...node, entries: node.entries.map((member) => ({ ...member, value: convictValue(member.value, at) })) };
  return leaf.name === undefined ? leaf.fallback : withDefault(setting(leaf.name, at), leaf.fallback, at);
}

function leafOf(node: RecordValue): ConvictLeaf | undefined {
  const fallback = entry(node, 'default')?.value;
  if (fallback === undefined) return undefined;
  const name = entry(node, 'env')?.value;
  return { name: name?.kind === 'string' ? name.value : undefined, fallback };
}
