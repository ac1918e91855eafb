import type { Span } from '../../text/span.js';
import type { Condition } from '../../values/condition.js';
import { entry, type Event, type Handle, type RecordValue, type Value } from '../../values/value.js';
import type { FlaskPackages } from './packages.js';

/** One thing that an app or a blueprint is told, in the order of the program. */
export type Registration =
  /** A hook: before or after requests, of the app or of the blueprint only. */
  | (Told<'before'> | Told<'after'>) & { readonly global: boolean; readonly callee: Value }
  | Told<'route'> & { readonly rule: Value | undefined; readonly methods: readonly string[] | null; readonly view: Value | undefined; readonly automaticOptions: boolean | undefined }
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
  return events.flatMap((event): readonly Registration[] => {
    if (event.kind !== 'call' && event.kind !== 'escape') return [];
    const role = packages.roleOf(event.receiver);
    const told = { of: event.receiver, when: event.when, at: event.at };
    if (event.kind === 'escape') return role?.is === 'app' || role?.is === 'blueprint' ? [{ ...told, what: 'escape', event }] : [];
    switch (role?.is) {
      case 'registrar':
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
      return [{ ...told, what: 'route', rule: args[0] ?? named(keywords, 'rule'), methods: VERBS.has(method) ? served([method.toUpperCase()]) : methodsIn(named(keywords, 'methods')), view: target, automaticOptions: automatic?.kind === 'boolean' ? automatic.value : undefined }];
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

/** Null: not known. Without a list Flask serves GET; HEAD comes with it. */
function methodsIn(value: Value | undefined): readonly string[] | null {
  if (value === undefined) return served(['GET']);
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
