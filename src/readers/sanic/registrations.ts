import type { Span } from '../../text/span.js';
import type { Condition } from '../../values/condition.js';
import { entry, type Event, type Handle, type RecordEntry, type RecordValue, type Value } from '../../values/value.js';
import type { SanicPackages } from './packages.js';

/** One thing that an app or a blueprint is told, in the order of the program. */
export type Registration =
  | Told<'before'> & { readonly callee: Value }
  | Told<'after'> & { readonly callee: Value }
  | Told<'route'> & { readonly path: Value | undefined; readonly methods: readonly string[] | null; readonly handler: Value | undefined }
  | Told<'mount'> & { readonly blueprint: Value; readonly prefix: Value | undefined }
  | Told<'config'> & { readonly entry: RecordEntry }
  /** Sanic Extensions start here; `config` are values for what the app does not configure itself. */
  | Told<'extend'> & { readonly config: RecordValue | undefined }
  | Told<'sanic-cors'>;

interface Told<What> {
  readonly what: What;
  readonly of: Handle;
  readonly when: Condition;
  readonly at: Span;
}

/** What the events of a program tell its apps and blueprints. */
export function registrationsIn(events: readonly Event[], packages: SanicPackages): readonly Registration[] {
  return events.flatMap((event): readonly Registration[] => {
    if (event.kind !== 'call' && event.kind !== 'assign') return [];
    const { receiver, when, at } = event;
    const role = packages.roleOf(receiver);
    if (event.kind === 'assign') return role?.is === 'config' ? [{ what: 'config', of: role.of, when, at, entry: { key: event.property, value: event.value, at } }] : [];
    const { method, args, keywords } = event;
    const [first] = args;
    const target = first ?? named(keywords, 'app');
    switch (role?.is) {
      case 'registrar':
        return method === '' ? registered({ of: role.of, when, at }, role.method, role.args[0] ?? named(role.keywords, role.method === 'middleware' ? 'middleware_or_request' : 'uri'), role.keywords, first) : [];
      case 'app':
      case 'blueprint':
        return called({ of: receiver, when, at }, event, packages);
      case 'config':
        return settings(method, args, keywords, at).map((one) => ({ what: 'config', of: role.of, when, at, entry: one }));
      case 'extend':
        return method === '' && target?.kind === 'handle' && packages.roleOf(target)?.is === 'app' ? [{ what: 'extend', of: target, when, at, config: configIn(named(keywords, 'config'), packages) }] : [];
      case 'sanic-cors':
        return [{ what: 'sanic-cors', of: packages.roleOf(target)?.is === 'app' && target?.kind === 'handle' ? target : packages.appFor(at), when, at }];
      default:
        return [];
    }
  });
}

function called(told: Omit<Told<never>, 'what'>, { method, args, keywords }: Event & { kind: 'call' }, packages: SanicPackages): readonly Registration[] {
  const [first, second] = args;
  switch (method) {
    case 'blueprint':
      return first === undefined ? [] : [{ ...told, what: 'mount', blueprint: first, prefix: named(keywords, 'url_prefix') }];
    case 'register_middleware':
      return registered(told, 'middleware', second ?? named(keywords, 'attach_to'), keywords, first);
    case 'add_route':
      return registered(told, 'route', second ?? named(keywords, 'uri'), keywords, first);
    case 'extend':
      return [{ ...told, what: 'extend', config: configIn(named(keywords, 'config'), packages) }];
    case 'update_config':
      return settings('update_config', args, keywords, told.at).map((one) => ({ ...told, what: 'config', entry: one }));
    default:
      return first?.kind === 'function' ? registered(told, method, undefined, keywords, first) : [];
  }
}

function registered(told: Omit<Told<never>, 'what'>, method: string, first: Value | undefined, keywords: RecordValue | undefined, target: Value | undefined): readonly Registration[] {
  if (target === undefined) return [];
  const isResponse = method === 'on_response' || (method === 'middleware' && first?.kind === 'string' && first.value === 'response');
  if (isResponse) return [{ ...told, what: 'after', callee: target }];
  if (method === 'on_request' || method === 'middleware') return [{ ...told, what: 'before', callee: target }];
  if (!/^(?:route|get|post|put|patch|delete|head|options)$/.test(method)) return [];
  return [{ ...told, what: 'route', path: first, methods: method === 'route' ? methodsIn(named(keywords, 'methods')) : [method.toUpperCase()], handler: target }];
}

/** `config=Config(cors_origins=…)`, `config={'cors_origins': …}`: keys in lower case or in capitals. */
function configIn(value: Value | undefined, packages: SanicPackages): RecordValue | undefined {
  const role = packages.roleOf(value);
  const record = role?.is === 'extension-config' ? role.keywords : value?.kind === 'record' ? value : undefined;
  return record === undefined ? undefined : { ...record, entries: record.entries.map((one) => ({ ...one, key: one.key.toUpperCase() })) };
}

function settings(method: string, [first, second]: readonly Value[], keywords: RecordValue | undefined, at: Span): readonly RecordEntry[] {
  switch (method) {
    case '__setitem__':
    case 'setdefault':
      return first?.kind === 'string' && second !== undefined ? [{ key: first.value, value: second, at }] : [];
    case 'update':
    case 'update_config':
    case '__ior__':
      if (first?.kind === 'handle') return attributesOf(first);
      return [...(first?.kind === 'record' ? first.entries : []), ...(keywords?.entries ?? [])];
    default:
      return [];
  }
}

/** A class whose attributes are settings. */
function attributesOf(owner: Handle): readonly RecordEntry[] {
  return ['CORS', 'AUTO_EXTEND', ...['ORIGINS', 'ALLOW_HEADERS', 'ALWAYS_SEND', 'AUTOMATIC_OPTIONS', 'EXPOSE_HEADERS', 'MAX_AGE', 'METHODS', 'SEND_WILDCARD', 'SUPPORTS_CREDENTIALS'].map((key) => `CORS_${key}`)].flatMap((key) => {
    const value = owner.get(key);
    return value === undefined ? [] : [{ key, value, at: value.at }];
  });
}

function methodsIn(value: Value | undefined): readonly string[] | null {
  if (value === undefined) return ['GET'];
  if (value.kind !== 'list' || value.rest !== undefined) return null;
  const methods = value.items.map((item) => (item.kind === 'string' ? item.value.toUpperCase() : undefined));
  return methods.includes(undefined) ? null : methods.flatMap((method) => method ?? []);
}

function named(keywords: RecordValue | undefined, name: string): Value | undefined {
  return keywords === undefined ? undefined : entry(keywords, name)?.value;
}
