import type { Span } from '../../text/span.js';
import type { Condition } from '../../values/condition.js';
import { entry, type Event, type Handle, type RecordValue, type Value } from '../../values/value.js';
import type { FlaskPackages } from './packages.js';

/** One thing that an app or a blueprint is told, in the order of the program. */
export type Registration =
  /** A hook: before or after requests, of the app or of the blueprint only. */
  | (Told<'before'> | Told<'after'>) & { readonly global: boolean; readonly callee: Value }
  | Told<'route'> & { readonly rule: Value | undefined; readonly methods: readonly string[] | null | undefined; readonly view: Value | undefined; readonly decorators: Value | undefined; readonly automaticOptions: boolean | undefined }
  | Told<'mount'> & { readonly blueprint: Handle; readonly prefix: Value | undefined }
  /** Flask-CORS: options of the constructor and of `init_app`. */
  | Told<'cors'> & { readonly options: readonly (RecordValue | undefined)[] }
  | Told<'config'> & { readonly method: string; readonly args: readonly Value[]; readonly keywords: RecordValue | undefined }
  /** The app was given to code that is not in view. */
  | Told<'escape'> & { readonly event: Event & { kind: 'escape' } };

interface Told<What> {
  readonly what: What;
  readonly of: Handle;
  readonly when: Condition;
  readonly at: Span;
}

const VERBS = new Set(['get', 'post', 'put', 'patch', 'delete']);

/** What the events of a program tell its apps and blueprints. */
export function registrationsIn(events: readonly Event[], packages: FlaskPackages): readonly Registration[] {
  const apis = apisIn(events, packages);
  return events.flatMap((event): readonly Registration[] => {
    if (event.kind !== 'call' && event.kind !== 'escape') return [];
    const role = packages.roleOf(event.receiver);
    const told = { of: event.receiver, when: event.when, at: event.at };
    if (event.kind === 'escape') return role?.is === 'app' || role?.is === 'blueprint' ? [{ ...told, what: 'escape', event }] : [];
    switch (role?.is) {
      case 'api':
        return event.method === 'add_resource' ? resources(told, apis.get(event.receiver), event.args.slice(1), event.args[0]) : [];
      case 'registrar':
        if (apis.has(role.of)) return event.method === '' ? resources(told, apis.get(role.of), role.args, event.args[0]) : [];
        return event.method === '' ? registered({ ...told, of: role.of }, role.method, role.args, role.keywords, event.args[0]) : [];
      case 'app':
      case 'blueprint':
        return called(told, event);
      case 'config':
        return [{ ...told, what: 'config', of: role.of, method: event.method, args: event.args, keywords: event.keywords }];
      case 'cors-class':
        return corsOn(event, [event.keywords], packages);
      case 'extension':
        return event.method === 'init_app' ? corsOn(event, [role.options, event.keywords], packages) : [];
      default:
        return [];
    }
  });
}

interface ApiPlace {
  readonly of: Handle;
  readonly prefix: string;
  readonly decorators: Value | undefined;
}

/** Where the `Api`s and `Namespace`s stand that an app in view has. */
function apisIn(events: readonly Event[], packages: FlaskPackages): ReadonlyMap<Handle, ApiPlace> {
  const places = new Map<Handle, ApiPlace>();
  const text = (value: Value | undefined): string => (value?.kind === 'string' ? value.value : '');
  const place = (api: Value | undefined, of: Handle | undefined, before: string, own?: Value): void => {
    const role = packages.roleOf(api);
    if (api?.kind === 'handle' && role?.is === 'api' && of !== undefined) places.set(api, { of, prefix: before + text(own ?? role.prefix), decorators: role.decorators });
  };
  for (const event of events) {
    if (event.kind !== 'call') continue;
    const api = packages.roleOf(event.receiver)?.is === 'registrar' ? registrarOf(event.receiver, packages) : event.receiver;
    const role = packages.roleOf(api);
    if (role?.is !== 'api') continue;
    if (!places.has(api)) place(api, role.of, '');
    const [first, second] = event.args;
    if (event.method === 'init_app' && first?.kind === 'handle') place(api, first, '');
    const parent = places.get(api);
    if (event.method === 'add_namespace' && parent !== undefined) place(first, parent.of, parent.prefix, second ?? named(event.keywords, 'path'));
  }
  return places;
}

function registrarOf(registrar: Handle, packages: FlaskPackages): Handle {
  const role = packages.roleOf(registrar);
  return role?.is === 'registrar' ? role.of : registrar;
}

/** A class at the paths that it is registered for. */
function resources(told: Omit<Told<never>, 'what'>, api: ApiPlace | undefined, paths: readonly Value[], view: Value | undefined): readonly Registration[] {
  if (api === undefined) return [];
  return paths.flatMap((path): readonly Registration[] => (path.kind === 'string' ? [{ ...told, of: api.of, what: 'route', rule: { ...path, value: api.prefix + path.value }, methods: undefined, view, automaticOptions: undefined, decorators: api.decorators }] : []));
}

function called(told: Omit<Told<never>, 'what'>, { method, args, keywords }: Event & { kind: 'call' }): readonly Registration[] {
  const [first, second, third] = args;
  if (method === 'register_blueprint') return first?.kind === 'handle' ? [{ ...told, what: 'mount', blueprint: first, prefix: named(keywords, 'url_prefix') }] : [];
  // `app.add_url_rule(rule, endpoint, view)`
  if (method === 'add_url_rule') return registered(told, 'route', [first].flatMap((rule) => rule ?? []), keywords, third ?? named(keywords, 'view_func') ?? (second?.kind === 'function' ? second : undefined));
  return first?.kind === 'function' || first?.kind === 'handle' ? registered(told, method, [], undefined, first) : [];
}

function registered(told: Omit<Told<never>, 'what'>, method: string, args: readonly Value[], keywords: RecordValue | undefined, target: Value | undefined): readonly Registration[] {
  switch (method) {
    case 'before_request':
    case 'before_app_request':
      return target === undefined ? [] : [{ ...told, what: 'before', global: method === 'before_app_request', callee: target }];
    case 'after_request':
    case 'after_app_request':
      return target === undefined ? [] : [{ ...told, what: 'after', global: method === 'after_app_request', callee: target }];
    case 'route':
    case 'get':
    case 'post':
    case 'put':
    case 'patch':
    case 'delete': {
      const automatic = named(keywords, 'provide_automatic_options');
      return [{ ...told, what: 'route', rule: args[0] ?? named(keywords, 'rule'), methods: VERBS.has(method) ? served([method.toUpperCase()]) : methodsIn(named(keywords, 'methods')), view: target, automaticOptions: automatic?.kind === 'boolean' ? automatic.value : undefined, decorators: undefined }];
    }
    default:
      return [];
  }
}

/** Flask-CORS set up for an app or a blueprint; what is no such thing in view is an app from elsewhere. */
function corsOn(event: Event & { kind: 'call' }, options: readonly (RecordValue | undefined)[], packages: FlaskPackages): readonly Registration[] {
  const target = event.args[0] ?? named(event.keywords, 'app');
  if (target === undefined || target.kind === 'nothing') return [];
  const role = packages.roleOf(target);
  const of = target.kind === 'handle' && (role?.is === 'app' || role?.is === 'blueprint') ? target : packages.appFor(target.at);
  return [{ what: 'cors', of, options, when: event.when, at: event.at }];
}

/** Null: not known; undefined: not said. HEAD comes with GET. */
function methodsIn(value: Value | undefined): readonly string[] | null | undefined {
  if (value === undefined) return undefined;
  if (value.kind !== 'list' || value.rest !== undefined) return null;
  const methods = value.items.map((item) => (item.kind === 'string' ? item.value.toUpperCase() : undefined));
  return methods.includes(undefined) ? null : served(methods.flatMap((method) => method ?? []));
}

function served(methods: readonly string[]): readonly string[] {
  return [...new Set(methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))];
}

function named(keywords: RecordValue | undefined, name: string): Value | undefined {
  return keywords === undefined ? undefined : entry(keywords, name)?.value;
}
