import { guardOf } from '../../policy/from-condition.js';
import { ALWAYS, NEVER, whenAll, type Gap, type Guard } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import type { Event, FunctionValue, Handle, UnknownValue, Value } from '../../values/value.js';
import { FalconCors } from './cors.js';
import { named, type FalconPackages } from './packages.js';
import type { FalconVersion } from './version.js';

/** A middleware component of an application, in the order in which they were added. */
export interface Component {
  /** When it is there at all. */
  readonly when: Guard;
  readonly is: FalconCors | Methods | UnknownValue;
  readonly at: Span;
}

/** Methods of a component that is in view (falcon/app_helpers.py, `prepare_middleware`). */
export interface Methods {
  readonly request: FunctionValue | undefined;
  readonly resource: FunctionValue | undefined;
  readonly response: FunctionValue | undefined;
}

export interface Components {
  readonly all: readonly Component[];
  readonly gaps: readonly Gap[];
}

/** `App(middleware=…, cors_enable=True)` and `add_middleware(…)`. */
export function componentsOf(app: Handle, packages: FalconPackages, events: readonly Event[], version: FalconVersion): Components {
  const all: Component[] = [];
  const gaps: Gap[] = [];
  const add = (value: Value | undefined, when: Guard): void => {
    if (value === undefined || value.kind === 'nothing') return;
    if (value.kind === 'either') return value.options.forEach((option) => add(option.value, whenAll(when, guardOf(option.when))));
    if (value.kind === 'list') {
      for (const item of value.items) add(item, when);
      return value.rest?.kind === 'unknown' ? add(value.rest, when) : undefined;
    }
    const is = componentIn(value, packages, version);
    if (is === undefined) return;
    if ('reason' in is && /cors/i.test(is.detail)) gaps.push({ at: is.at, reason: is.reason, message: `This middleware depends on ${is.detail}.` });
    all.push({ when, is, at: value.at });
  };
  const role = packages.roleOf(app);
  if (role?.is === 'application') {
    add(role.args[3] ?? named(role.keywords, 'middleware'), ALWAYS);
    const enabled = named(role.keywords, 'cors_enable') ?? role.keywords?.rest;
    if (enabled !== undefined) all.push(...enabledCors(enabled, version));
  }
  for (const event of events) {
    if (event.kind === 'call' && event.receiver === app && event.method === 'add_middleware') add(event.args[0] ?? named(event.keywords, 'middleware'), guardOf(event.when));
  }
  return { all, gaps };
}

/** `cors_enable=True` is `CORSMiddleware()` behind all others. */
function enabledCors(value: Value, version: FalconVersion): readonly Component[] {
  if (value.kind === 'either') return value.options.flatMap((option) => enabledCors(option.value, version).map((one) => ({ ...one, when: whenAll(one.when, guardOf(option.when)) })));
  const when = switched(value);
  return when.g === 'never' ? [] : [{ when, is: new FalconCors([], undefined, value.at, version), at: value.at }];
}

function switched(value: Value): Guard {
  if (value.kind === 'boolean') return value.value ? ALWAYS : NEVER;
  if (value.kind === 'condition') return guardOf(value.condition);
  if (value.kind === 'unknown') return { g: 'fact', fact: { key: `cors_enable@${value.at.file}:${value.at.start}`, reason: value.reason, detail: value.detail, at: value.at } };
  return value.kind === 'nothing' || (value.kind === 'string' && value.value === '') || (value.kind === 'number' && value.value === 0) ? NEVER : ALWAYS;
}

function componentIn(value: Value, packages: FalconPackages, version: FalconVersion): Component['is'] | undefined {
  if (value.kind === 'unknown') return value;
  if (value.kind !== 'handle') return undefined;
  const role = packages.roleOf(value);
  if (role?.is === 'cors') return new FalconCors(role.args, role.keywords, role.at, version);
  const method = (name: string): FunctionValue | undefined => {
    const found = value.get(`process_${name}`) ?? value.get(`process_${name}_async`);
    return found?.kind === 'function' ? found : undefined;
  };
  return { request: method('request'), resource: method('resource'), response: method('response') };
}
