import { argument } from '../../middleware/python-header.js';
import { guardOf } from '../../policy/from-condition.js';
import { ALWAYS, unless, whenAll, whenAny, type Guard } from '../../policy/program.js';
import { truth, type ClassInView, type PythonModule, type Run } from '../../syntax/python/index.js';
import type { Span } from '../../text/span.js';
import { and, or } from '../../values/condition.js';
import type { Fact } from '../../values/fact.js';
import { unknown, type Event, type FunctionValue, type Handle, type RecordValue, type UnknownValue, type Value } from '../../values/value.js';
import { asgiFollowed } from './asgi.js';
import { dispatchFollowed, type Followed } from './follow.js';
import type { Given, StarlettePackages } from './packages.js';
import { corsProgram, type CorsProgram } from './program.js';
import { askedAt } from './request.js';
import { named, plain } from './routes.js';
import { OPTIONS } from './settings.js';
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

/** A class that extends `CORSMiddleware`: with options of its own, or with another test of the origin. */
function extendedCors(view: ClassInView, given: Given, when: Guard, around: Around): readonly Layer[] {
  const replaced = view.methods.find((name) => /^(?:__call__|preflight_response|simple_response|send|allow_explicit_origin)$/.test(name));
  if (replaced !== undefined) return [{ is: 'opaque', value: unknown('function-call', `the cors middleware ${view.name}, which has a ${replaced} of its own`, view.at), when, at: given.at }];
  let options = { args: given.args, keywords: given.keywords };
  const inherited: Fact = { key: `inherited@${view.at.file}:${view.at.start}`, reason: 'function-call', detail: 'what CORSMiddleware allows', at: view.at };
  const base: Handle = {
    kind: 'handle',
    name: 'CORSMiddleware',
    at: given.at,
    get: (property) => (property === 'allow_origin_regex' ? undefined : (named(options.keywords, property) ?? options.args[OPTIONS.findIndex((option) => option === property)])),
    call: (method) => (method === 'is_allowed_origin' ? { kind: 'condition', condition: { c: 'fact', fact: inherited }, at: view.at } : undefined),
  };
  const instance = view.instance(base);
  if (view.methods.includes('__init__')) {
    const app: Handle = { kind: 'handle', name: 'app', at: given.at, get: () => undefined, call: () => undefined };
    const call = view.methodOf(instance, '__init__')?.run([app, ...given.args], given.keywords).findLast((event): event is Event & { kind: 'call' } => event.kind === 'call' && event.method === '' && isCorsClass(event.receiver, around.packages));
    if (call === undefined) return [];
    options = { args: call.args.slice(1), keywords: call.keywords };
  }
  const check = view.methodOf(instance, 'is_allowed_origin');
  if (check === undefined) return [corsLayer(options.args, options.keywords, given.at, when, around)];
  const origin: Value = { kind: 'request', part: 'header', header: 'origin', at: check.at };
  const holds = or(...check.run([origin]).flatMap((event) => (event.kind === 'return' ? [and(event.when, truth(event.value))] : [])));
  const own = (byDefault: Guard): Guard => instead(guardOf(holds), inherited, byDefault);
  return [corsLayer(options.args, options.keywords, given.at, when, around, own)];
}

/** The guard with another one in the place of a fact. */
function instead(guard: Guard, fact: Fact, by: Guard): Guard {
  if (guard.g === 'fact') return guard.fact.key === fact.key ? by : guard;
  if (guard.g === 'not') return unless(instead(guard.of, fact, by));
  if (guard.g === 'and') return whenAll(...guard.of.map((part) => instead(part, fact, by)));
  return guard.g === 'or' ? whenAny(...guard.of.map((part) => instead(part, fact, by))) : guard;
}

function isCorsClass(handle: Handle, packages: StarlettePackages): boolean {
  const role = packages.roleOf(handle);
  return role?.is === 'class' && role.of === 'cors';
}

export function corsLayer(args: readonly Value[], keywords: RecordValue | undefined, at: Span, when: Guard, { behaviour }: Around, own?: (byDefault: Guard) => Guard): Layer {
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
