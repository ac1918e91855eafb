import { whenAll, whenAny, ALWAYS, NEVER, type Guard } from '../../policy/program.js';
import { guardOf } from '../../policy/from-condition.js';
import { environmentOfFile, run, type ClassInView, type PythonModule } from '../../syntax/python/index.js';
import { folderOf } from '../../text/files.js';
import type { Span } from '../../text/span.js';
import { environmentNamed, type Environment } from '../../values/fact.js';
import { mapEither } from '../../values/either.js';
import { factOf, type Value } from '../../values/value.js';
import { DEFAULT_METHODS, defaultHeaders } from './defaults.js';
import type { Behaviour } from './version.js';

/** The settings of one deployment. */
export interface Settings {
  /** What a setting is; undefined where nothing binds it. Under a condition that binds nothing it is `undefined`. */
  readonly value: (name: string) => Value | undefined;
  /** What the author would call it: `settings/prod.py`. */
  readonly title: string;
  readonly environment: Environment;
}

/** A new name of a setting and the one that was read before 3.5.0, which still counts where the new one is not bound. */
export const RENAMED: readonly (readonly [current: string, old: string])[] = [
  ['CORS_ALLOW_ALL_ORIGINS', 'CORS_ORIGIN_ALLOW_ALL'],
  ['CORS_ALLOWED_ORIGINS', 'CORS_ORIGIN_WHITELIST'],
  ['CORS_ALLOWED_ORIGIN_REGEXES', 'CORS_ORIGIN_REGEX_WHITELIST'],
];
/** Names that nothing but this package reads. */
const OWN = [...RENAMED.flat().filter((name) => name !== 'CORS_ALLOWED_ORIGINS'), 'CORS_URLS_REGEX', 'CORS_PREFLIGHT_MAX_AGE'];
export const NAMES = [...RENAMED.flat(), 'CORS_ALLOW_CREDENTIALS', 'CORS_ALLOW_METHODS', 'CORS_ALLOW_HEADERS', 'CORS_EXPOSE_HEADERS', 'CORS_PREFLIGHT_MAX_AGE', 'CORS_URLS_REGEX', 'CORS_ALLOW_PRIVATE_NETWORK', 'CORS_MODEL'];
const MIDDLEWARE = ['MIDDLEWARE', 'MIDDLEWARE_CLASSES'];

/** Text of modules that settings are put together of. */
const CONCERNS = /\bCORS_|corsheaders|\bMIDDLEWARE|\bINSTALLED_APPS\b|\bimport\s*\*/;

/** The settings that a module stands for: its own names, or one set for each of its classes of django-configurations. */
export function settingsIn(module: PythonModule, behaviour: Behaviour): readonly Settings[] {
  const at = module.span(module.root);
  const list = (items: readonly string[]): Value => ({ kind: 'list', items: items.map((value): Value => ({ kind: 'string', value, at })), at });
  const ran = run(
    module,
    (name) => (/^corsheaders\.defaults\.default_headers$/.test(name) ? list(defaultHeaders(behaviour)) : /^corsheaders\.defaults\.default_methods$/.test(name) ? list(DEFAULT_METHODS) : undefined),
    CONCERNS,
    [...NAMES, ...MIDDLEWARE, 'INSTALLED_APPS'],
  );
  const classes = [...ran.classes()].filter((cls) => cls.bases.some((base) => /(?:^|\.)(?:Configuration|Settings)$/.test(base) && base.startsWith('configurations.')));
  const own: Settings = { value: (name) => bound(ran.named(name)), title: module.file, environment: environmentOfFile(module.file) };
  return [own, ...classes.filter((cls) => !classes.some((other) => extendsClass(other, cls, module))).map((cls): Settings => ({ value: (name) => bound(cls.attribute(name)), title: `${module.file} ${cls.name}`, environment: environmentNamed(cls.name.toLowerCase()) }))];
}

function extendsClass(cls: ClassInView, base: ClassInView, module: PythonModule): boolean {
  return module.definition('class_definition', cls.name)?.childForFieldName('superclasses')?.namedChildren.some((child) => child.text === base.name) === true;
}

function bound(value: Value | undefined): Value | undefined {
  return value === undefined || isUnbound(value) ? undefined : value;
}

export function isUnbound(value: Value): boolean {
  return value.kind === 'nothing' && value.what === 'undefined';
}

/** The new name's value, and the old one's where the new one is not bound. */
export function renamed(settings: Settings, [current, old]: readonly [string, string], behaviour: Behaviour): Value | undefined {
  const [first, second] = [behaviour.newNames ? settings.value(current) : undefined, settings.value(old)];
  if (first === undefined || second === undefined) return first ?? second;
  return mapEither(first, (one) => (isUnbound(one) ? second : one));
}

/** Where the middleware stands, and for whom. */
export interface Installed {
  readonly when: Guard;
  readonly at: Span;
  /** What stands above it, outermost first: each under its condition. */
  readonly above: readonly { readonly path: string; readonly when: Guard; readonly at: Span }[];
}

/**
 * Middleware for CORS that another package brings and that is not in view: its class or its module is named after CORS.
 * One for each entry.
 */
export function foreignCors(settings: Settings, module: PythonModule): readonly { readonly path: string; readonly at: Span }[] {
  const lists = MIDDLEWARE.map((name) => settings.value(name)).find((value) => value !== undefined);
  return (lists === undefined ? [] : alternatives(lists))
    .flatMap(({ value }) => (value.kind === 'list' ? value.items.flatMap(alternatives) : []))
    .flatMap(({ value }) => (value.kind === 'string' && isForeignCors(value.value, module) ? [{ path: value.value, at: value.at }] : []));
}

/** `__main__` is what `__name__` says in the module itself. */
function isForeignCors(path: string, module: PythonModule): boolean {
  const home = path.slice(0, Math.max(0, path.lastIndexOf('.')));
  return /cors/i.test(path) && !path.startsWith('corsheaders.') && home !== '__main__' && module.fileNamed(home) === undefined;
}

/**
 * When `CorsMiddleware` is in use; undefined where it is not, or where nothing speaks of this package. A module that binds
 * no `MIDDLEWARE` is a part of settings that others put together: nobody writes settings for a package that is not used.
 */
export function installed(settings: Settings, module: PythonModule): Installed | undefined {
  const first = NAMES.flatMap((name) => settings.value(name) ?? [])[0];
  const list = MIDDLEWARE.map((name) => settings.value(name)).find((value) => value !== undefined);
  if (list === undefined) {
    const own = OWN.some((name) => settings.value(name) !== undefined) && !/\b(?:flask|fastapi|starlette|quart|sanic|litestar)\b/i.test(module.source.text);
    const named = /\bcorsheaders\b/.test(module.source.text) || isPartOfProject(module);
    return first !== undefined && (own || named) ? { when: ALWAYS, at: placeOf(first), above: [] } : undefined;
  }
  const above: { path: string; when: Guard; at: Span }[] = [];
  let place: Span | undefined;
  /** When the middleware is in a list, `undefined` standing for a place of it that is not in view. */
  const holds = (value: Value): Guard => {
    if (value.kind === 'either') {
      const options = value.options.map((option) => ({ when: guardOf(option.when), holds: holds(option.value) }));
      // The alternatives cover everything.
      return options.every((option) => option.holds.g === 'always') ? ALWAYS : whenAny(...options.map((option) => whenAll(option.when, option.holds)));
    }
    if (value.kind === 'unknown') return first === undefined ? NEVER : { g: 'fact', fact: { ...factOf(value), detail: 'whether CorsMiddleware is in MIDDLEWARE' } };
    if (value.kind !== 'list') return NEVER;
    const found: Guard[] = [];
    const before: typeof above = [];
    for (const item of value.items) {
      for (const one of alternatives(item)) {
        if (one.value.kind !== 'string') continue;
        if (!/(?:^|\.)corsheaders\.middleware\.CorsMiddleware$/.test(one.value.value)) {
          if (found.length === 0) before.push({ path: one.value.value, when: one.when, at: one.value.at });
          continue;
        }
        if (place === undefined) above.push(...before);
        place ??= one.value.at;
        found.push(one.when);
      }
    }
    return found.length === 0 && value.rest !== undefined ? holds(value.rest) : whenAny(...found);
  };
  const when = holds(list);
  return when.g === 'never' ? undefined : { when, at: place ?? (first === undefined ? placeOf(list) : placeOf(first)), above };
}

/** A module whose path says that it has settings, below the `manage.py` that every project of Django has. */
function isPartOfProject({ file, files }: PythonModule): boolean {
  if (!/(?:^|\/)\w*settings(?:\/|\w*\.py$)/i.test(file)) return false;
  for (let folder = folderOf(file); ; folder = folderOf(folder)) {
    if (files.list(folder).includes('manage.py')) return true;
    if (folder === '') return false;
  }
}

/** Where a value stands that may not be bound. */
function placeOf(value: Value): Span {
  return value.kind === 'either' ? (value.options.map((option) => placeOf(option.value)).find(({ file }) => file !== '') ?? value.at) : value.at;
}

function alternatives(value: Value): readonly { readonly when: Guard; readonly value: Value }[] {
  if (value.kind !== 'either') return [{ when: ALWAYS, value }];
  return value.options.flatMap((option) => alternatives(option.value).map((inner) => ({ when: whenAll(guardOf(option.when), inner.when), value: inner.value })));
}
