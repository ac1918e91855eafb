import { restsOnData } from '../../middleware/out-of-view.js';
import { guardOf } from '../../policy/from-condition.js';
import { ALWAYS, whenAny, type Gap, type Guard } from '../../policy/program.js';
import type { ClassInView, Run } from '../../syntax/python/index.js';
import type { Span } from '../../text/span.js';
import type { Event } from '../../values/value.js';
import type { CorsResource } from './cors.js';
import { configOf, EMPTY, type Allowed, type Config } from './options.js';
import { named, type AiohttpPackages, type Cors, type Resource } from './packages.js';

/** A resource that `cors.add` was called for. */
export interface Added {
  /** Undefined: routes that are not in view. */
  readonly resource: Resource | undefined;
  readonly cors: CorsResource;
  readonly when: Guard;
}

export interface AddedTo {
  readonly added: readonly Added[];
  /** Why the program does not start. */
  readonly faults: readonly { readonly when: Guard; readonly fault: string; readonly at: Span }[];
  readonly gaps: readonly Gap[];
}

/** What was added so far for one resource. */
interface Growing {
  readonly resource: Resource | undefined;
  own: readonly Allowed[];
  whole: boolean;
  readonly methods: Map<string, readonly Allowed[]>;
  readonly exists: Guard[];
  readonly at: Span;
}

/** The calls of `cors.add(…)`, in order (aiohttp_cors/urldispatcher_router_adapter.py). */
export function addedTo(setup: Cors, events: readonly Event[], ran: Run, packages: AiohttpPackages): AddedTo {
  const defaults = configOf(setup.defaults, packages);
  const found = new Map<Resource | undefined, Growing>();
  const faults: AddedTo['faults'][number][] = [...defaults.faults];
  const gaps: Gap[] = gapsIn(defaults);
  for (const event of events) {
    if (event.kind !== 'call' || event.receiver !== setup.handle || event.method !== 'add') continue;
    const entity = event.args[0] ?? named(event.keywords, 'routing_entity');
    const config = configOf(event.args[1] ?? named(event.keywords, 'config'), packages);
    const when = restsOnData(event.when) ? ALWAYS : guardOf(event.when);
    const route = packages.routeOf(entity);
    const resource = route?.resource ?? packages.resourceOf(entity);
    const fail = (fault: string): void => void faults.push({ when, fault, at: event.at });
    faults.push(...config.faults);
    gaps.push(...gapsIn(config));
    const known = found.get(resource);
    const growing = known ?? { resource, own: [], whole: false, methods: new Map<string, readonly Allowed[]>(), exists: [], at: event.at };
    if (known === undefined) {
      found.set(resource, growing);
      growing.own = config.allowed;
      const fault = resource === undefined ? undefined : conflictIn(resource, ran);
      if (fault !== undefined) fail(fault);
    }
    growing.exists.push(when);
    if (route === undefined) {
      if (known !== undefined && resource !== undefined) fail('CORS is already configured for the resource');
      growing.whole = true;
    } else if (growing.methods.has(route.method)) fail(`CORS is already configured for ${route.method} on the resource`);
    else growing.methods.set(route.method, config.allowed);
  }
  const added = [...found.values()].map((one): Added => {
    const view = one.resource === undefined ? undefined : viewOf(one.resource, ran);
    if (view !== undefined) faults.push(...configOf(view.attribute('cors_config'), packages).faults);
    const cors: CorsResource = { methods: view === undefined ? one.methods : viewMethods(view, packages), own: view === undefined ? one.own : EMPTY.allowed, defaults: defaults.allowed, open: one.resource === undefined, isView: view !== undefined, at: one.at };
    return { resource: one.resource, cors, when: whenAny(...one.exists) };
  });
  return { added, faults, gaps };
}

function gapsIn({ allowed }: Config): Gap[] {
  return allowed.flatMap(({ unknownOrigins: value }) => (value === undefined ? [] : [{ at: value.at, reason: value.reason, message: `The origins of aiohttp-cors depend on ${value.detail}.` }]));
}

/** A class of views on a resource. */
export function viewOf(resource: Resource, ran: Run): ClassInView | undefined {
  const route = resource.routes.find(({ method }) => method === '*');
  const view = route?.handler === undefined ? undefined : ran.classOf(route.handler);
  return view?.bases.some((base) => /^aiohttp\.web(?:_\w+)?\.View$/.test(base)) === true ? view : undefined;
}

const VERBS = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options'];

export function verbsOf(view: ClassInView): readonly string[] {
  return VERBS.filter((verb) => view.methods.includes(verb)).map((verb) => verb.toUpperCase());
}

/** `cors_config` of the class; what `@custom_cors` says of one method is not followed. */
function viewMethods(view: ClassInView, packages: AiohttpPackages): ReadonlyMap<string, readonly Allowed[]> {
  const { allowed } = configOf(view.attribute('cors_config'), packages);
  return new Map(verbsOf(view).map((verb) => [verb, allowed]));
}

/** `add_preflight_handler` puts a handler of OPTIONS on the resource, where none may be. */
function conflictIn(resource: Resource, ran: Run): string | undefined {
  for (const { method } of resource.routes) {
    if (method === 'OPTIONS') return 'aiohttp-cors refuses a resource that has a handler of OPTIONS';
    if (method !== '*') continue;
    const view = viewOf(resource, ran);
    if (view === undefined) return 'aiohttp-cors refuses a resource with a handler for all methods';
    return view.bases.some((base) => /\bCorsViewMixin$/.test(base)) ? undefined : 'aiohttp-cors refuses a view that does not extend CorsViewMixin';
  }
  return undefined;
}
