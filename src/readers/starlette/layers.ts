import { argument } from '../../middleware/python-header.js';
import { guardOf } from '../../policy/from-condition.js';
import { ALWAYS, whenAll, type Guard } from '../../policy/program.js';
import type { ClassInView, PythonModule, Run } from '../../syntax/python/index.js';
import type { Span } from '../../text/span.js';
import type { Event, FunctionValue, Handle, RecordValue, UnknownValue, Value } from '../../values/value.js';
import { asgiFollowed } from './asgi.js';
import { extendedCors } from './extended.js';
import { dispatchFollowed, type Followed } from './follow.js';
import type { Given, StarlettePackages } from './packages.js';
import { corsProgram, type CorsProgram } from './program.js';
import { askedAt } from './request.js';
import { named, plain } from './routes.js';
import type { Behaviour } from './version.js';

/** One middleware around all that is inside. */
export type Layer = { readonly when: Guard; readonly at: Span } & (
  | { readonly is: 'cors'; readonly program: CorsProgram; readonly keywords: RecordValue }
  | { readonly is: 'code'; readonly followed: Followed }
  | { readonly is: 'opaque'; readonly value: UnknownValue }
);

/** A program, and how its parts are told. */
export interface Around {
  readonly packages: StarlettePackages;
  readonly events: readonly Event[];
  readonly module: PythonModule;
  readonly ran: Run;
  readonly behaviour: Behaviour;
  /** Where the classes stand that some app in view uses. */
  readonly used: Set<number>;
}

/** A class of middlewares, with what it is made with beside the app. */
interface Wanted extends Given {
  readonly of: Value | undefined;
  readonly when: Guard;
}

/**
 * The middlewares of an app, the outermost first: what is added last lies around all before (starlette/applications.py
 * `add_middleware`), and those of the list that the app is made with lie inside, its first one outermost.
 */
export function layersOf(app: Handle, around: Around, mounted: boolean): readonly Layer[] {
  const { packages, events } = around;
  const role = packages.roleOf(app);
  if (role?.is !== 'app' && role?.is !== 'connexion' && role?.is !== 'router' && role?.is !== 'mount') return [];
  const wanted: Wanted[] = listed(named(role.keywords, 'middleware') ?? (role.is === 'app' ? role.args[2] : undefined), ALWAYS, packages);
  for (const event of events) {
    if (event.kind !== 'call') continue;
    const registrar = packages.roleOf(event.receiver);
    const when = guardOf(event.when);
    if (event.receiver === app && event.method === 'add_middleware') wanted.unshift({ of: argument(event, 0, 'middleware_class'), args: event.args.slice(1), keywords: without(event.keywords, ['middleware_class', ...(role.is === 'connexion' ? ['position'] : [])]), at: event.at, when });
    else if (registrar?.is === 'registrar' && registrar.owner === app && registrar.method === 'middleware' && event.method === '') wanted.unshift({ of: event.args[0], args: [], keywords: undefined, at: event.args[0]?.at ?? event.at, when });
  }
  return wanted.flatMap((one) => layersFor(one, around, mounted));
}

/** `CORSMiddleware(app, …)`, also by a class that extends it. */
export function wrapperLayer(wrapper: Handle, around: Around): readonly Layer[] {
  const role = around.packages.roleOf(wrapper);
  if (role?.is !== 'wrapper') return [];
  return role.of === 'cors' ? [corsLayer(role.args.slice(1), role.keywords, role.at, ALWAYS, around)] : [];
}

/** A `Middleware(…)` of a list that is not in view. */
export function listedLayers(middleware: Handle, around: Around): readonly Layer[] {
  return listed(middleware, ALWAYS, around.packages).flatMap((one) => layersFor(one, around, false));
}

/** `[Middleware(A, …), Middleware(B, …)]`; of items that are there in some cases, each in its own. */
function listed(value: Value | undefined, when: Guard, packages: StarlettePackages): Wanted[] {
  if (value === undefined) return [];
  if (value.kind === 'list') return value.items.flatMap((item) => listed(item, when, packages));
  if (value.kind === 'either') return value.options.flatMap((option) => listed(option.value, whenAll(when, guardOf(option.when)), packages));
  const role = packages.roleOf(value);
  return role?.is === 'middleware' ? [{ of: argument(plain(role), 0, 'cls'), args: role.args.slice(1), keywords: without(role.keywords, ['cls']), at: role.at, when }] : [];
}

function layersFor({ of, args, keywords, at, when }: Wanted, around: Around, mounted: boolean): readonly Layer[] {
  const { packages, ran } = around;
  if (of === undefined) return [];
  const role = packages.roleOf(of);
  if (role?.is === 'class') {
    if (role.of === 'cors') return [corsLayer(args, keywords, at, when, around)];
    const dispatch = role.of === 'base' ? (args[0] ?? named(keywords, 'dispatch')) : undefined;
    return dispatch?.kind === 'function' ? [codeLayer(dispatch, at, when, around, mounted)] : [];
  }
  if (of.kind === 'function') return [codeLayer(of, at, when, around, mounted)];
  const view = ran.classOf(of);
  if (view !== undefined) return classLayers(view, { args, keywords, at }, when, around, mounted);
  return of.kind === 'unknown' ? [{ is: 'opaque', value: of, when, at }] : [];
}

/** A class of the project: one that extends Starlette's, or an ASGI middleware by itself. */
export function classLayers(view: ClassInView, given: Given, when: Guard, around: Around, mounted: boolean, handedOut?: 'handed-out'): readonly Layer[] {
  // Of a class that nothing in view uses, only one that is surely a middleware is read: other classes have `__call__`, too.
  if (handedOut !== undefined && !view.bases.some((base) => /(?:^|\.)(?:CORSMiddleware|BaseHTTPMiddleware)$/.test(base))) return [];
  if (handedOut === undefined) around.used.add(view.at.start);
  if (view.bases.some((base) => /(?:^|\.)CORSMiddleware$/.test(base))) return extendedCors(view, given, when, around);
  const app: Handle = { kind: 'handle', name: 'self.app', at: given.at, get: () => undefined, call: () => undefined };
  const base: Handle = { kind: 'handle', name: 'super()', at: given.at, get: (property) => (property === 'app' ? app : undefined), call: () => undefined };
  const instance = view.instance(base);
  view.methodOf(instance, '__init__')?.run([app, ...given.args], given.keywords);
  const dispatch = view.methodOf(instance, 'dispatch');
  if (dispatch !== undefined) return [codeLayer(dispatch, given.at, when, around, mounted)];
  const own = view.methodOf(instance, '__call__');
  return own === undefined ? [] : [{ is: 'code', followed: asgiFollowed(own, app, askedAt(own.at, mounted), around.packages), when, at: given.at }];
}

export function corsLayer(args: readonly Value[], keywords: RecordValue | undefined, at: Span, when: Guard, { behaviour }: Around, own?: (byDefault: Guard) => Guard): Layer & { readonly is: 'cors' } {
  const options: RecordValue = without(keywords, ['app']) ?? { kind: 'record', entries: [], at };
  return { is: 'cors', program: corsProgram(options, args, at, behaviour, own), keywords: options, when, at };
}

function codeLayer(callee: FunctionValue, at: Span, when: Guard, { packages, module }: Around, mounted: boolean): Layer {
  const { request, reads } = askedAt(callee.at, mounted);
  return { is: 'code', followed: dispatchFollowed(callee, request, reads, packages, module.written(callee.at)), when, at };
}

function without(keywords: RecordValue | undefined, keys: readonly string[]): RecordValue | undefined {
  return keywords === undefined ? undefined : { ...keywords, entries: keywords.entries.filter(({ key }) => !keys.includes(key)) };
}
