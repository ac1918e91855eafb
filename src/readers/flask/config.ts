import { choose } from '../../values/either.js';
import { guardOf } from '../../policy/from-condition.js';
import { objectNamed, type PythonModule } from '../../syntax/python/index.js';
import { unknown, type Handle, type RecordEntry, type RecordValue, type Value } from '../../values/value.js';
import type { Registration } from './registrations.js';

/** Keys of `app.config` that Flask-CORS looks at, and the options that they are (`CONFIG_OPTIONS`). */
const KEYS = ['ORIGINS', 'METHODS', 'ALLOW_HEADERS', 'EXPOSE_HEADERS', 'SUPPORTS_CREDENTIALS', 'MAX_AGE', 'SEND_WILDCARD', 'AUTOMATIC_OPTIONS', 'VARY_HEADER', 'RESOURCES', 'INTERCEPT_EXCEPTIONS', 'ALWAYS_SEND', 'ALLOW_PRIVATE_NETWORK'].map((name) => ({ key: `CORS_${name}`, option: name.toLowerCase() }));

/**
 * Options that an app's configuration gives, as far as it is set before a place of the program. What is `None` counts as
 * not set.
 */
export function configuredOptions(app: Handle, registrations: readonly Registration[], module: PythonModule): RecordValue {
  const entries: RecordEntry[] = [];
  for (const { key, option } of KEYS) {
    let found: RecordEntry | undefined;
    for (const told of registrations) {
      if (told.what !== 'config' || told.of !== app) continue;
      const written = valueIn(told, key, module);
      if (written === undefined || written.value.kind === 'nothing') continue;
      const certain = guardOf(told.when).g === 'always' || found === undefined;
      found = { key: option, at: written.at, value: certain ? written.value : choose(told.when, written.value, found!.value, written.at) };
    }
    if (found !== undefined) entries.push(found);
  }
  return { kind: 'record', entries, at: app.at };
}

/** The value that one call gives to a key. */
function valueIn({ method, args, keywords, at }: Registration & { what: 'config' }, key: string, module: PythonModule): { readonly value: Value; readonly at: RecordEntry['at'] } | undefined {
  const [first, second] = args;
  const keyword = keywords?.entries.findLast((one) => one.key === key);
  switch (method) {
    case '__setitem__':
    case 'setdefault':
      return first?.kind === 'string' && first.value === key && second !== undefined ? { value: second, at } : undefined;
    case 'update':
    case 'from_mapping':
    case '__ior__':
      return keyword ?? (first?.kind === 'record' ? first.entries.findLast((one) => one.key === key) : undefined);
    case 'from_object': {
      const value = first === undefined ? undefined : attributeOf(first, key, module);
      return value === undefined ? undefined : { value, at: value.at };
    }
    case 'from_pyfile':
    case 'from_envvar':
    case 'from_file':
      return first === undefined ? undefined : ofFile(first, method, key, module);
    default:
      return undefined;
  }
}

/** A file of settings: Python that is in view is read, what a variable names or another language is not known. */
function ofFile(path: Value, method: string, key: string, module: PythonModule): { readonly value: Value; readonly at: RecordEntry['at'] } | undefined {
  const name = method === 'from_pyfile' && path.kind === 'string' && path.value.endsWith('.py') ? path.value.replace(/^\.\//, '').slice(0, -3).replaceAll('/', '.') : undefined;
  const object = name === undefined ? undefined : objectNamed(module, name);
  const value = object === undefined ? open(path, key, path.kind !== 'string' ? 'a file that is chosen at run time' : method === 'from_envvar' ? `the file that ${path.value} names` : path.value) : object(key);
  return value === undefined ? undefined : { value, at: value.at };
}

/** What is not in view may set these; who reads one nobody knows of the others. */
const OPEN = new Set(['CORS_ORIGINS', 'CORS_SUPPORTS_CREDENTIALS']);

/** An attribute of a class, an object or a module, or of what a text names; alternatives stay apart. */
export function attributeOf(owner: Value, name: string, module: PythonModule): Value | undefined {
  switch (owner.kind) {
    case 'handle':
      return owner.get(name);
    case 'record':
      return owner.entries.findLast(({ key }) => key === name)?.value;
    case 'string': {
      const object = objectNamed(module, owner.value);
      return object === undefined ? open(owner, name, owner.value) : object(name);
    }
    case 'either': {
      const options = owner.options.map(({ when, value }) => ({ when, value: attributeOf(value, name, module) ?? { kind: 'nothing', what: 'null', at: owner.at } as const }));
      return options.every(({ value }) => value.kind === 'nothing') ? undefined : { ...owner, options };
    }
    case 'unknown':
    case 'env':
    case 'concat':
      return open(owner, name, owner.kind === 'unknown' ? owner.detail : 'an object that is chosen at run time');
    default:
      return undefined;
  }
}

function open(owner: Value, name: string, detail: string): Value | undefined {
  return OPEN.has(name) ? unknown('import-not-resolved', `${name} of ${detail}`, owner.at) : undefined;
}
