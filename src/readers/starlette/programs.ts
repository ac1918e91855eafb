import { argument } from '../../middleware/python-header.js';
import { sendsCors } from '../../middleware/readings.js';
import { ALWAYS, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import type { Event, Handle, Value } from '../../values/value.js';
import { classLayers, listedLayers, type Around } from './layers.js';
import type { StarlettePackages } from './packages.js';
import { itemsOf, named, plain } from './routes.js';
import { stackOf, stackOfLayers, type Stack } from './stack.js';

/** One program of a file: an app, or a part of one that other files put together. */
export interface Program {
  readonly at: Span;
  readonly stack: Stack;
}

/**
 * The apps of a file that send headers of CORS; then what stands in no app in view: routers, lists of middlewares, and
 * classes of middlewares that the file only hands out.
 */
export function programsIn(around: Around): readonly Program[] {
  const { packages, events, ran } = around;
  const told = new Set<string>();
  const programs: Program[] = [];
  const tell = (at: Span, stack: Stack): void => {
    const places = [...stack.cors.map(keyOf), ...writtenAt(stack.steps)];
    if (stack.cors.length === 0 && !sendsCors(stack.steps) && stack.gaps.length === 0) return;
    if (places.length > 0 && places.every((place) => told.has(place))) return;
    for (const place of places) told.add(place);
    programs.push({ at, stack });
  };
  const objects = [...packages.objects()];
  const inner = innerOf(objects, events, packages);
  const isRoot = (handle: Handle): boolean => !inner.has(handle);
  const kind = (handle: Handle): string | undefined => packages.roleOf(handle)?.is;
  for (const wrapper of objects) {
    if (kind(wrapper) !== 'wrapper' || !isRoot(wrapper)) continue;
    const { wrappers, app } = chainOf(wrapper, packages);
    tell(wrapper.at, stackOf(wrappers, app, around));
  }
  for (const app of objects) if ((kind(app) === 'app' || kind(app) === 'connexion') && isRoot(app)) tell(app.at, stackOf([], app, around));
  for (const router of objects) if (kind(router) === 'router' && isRoot(router)) tell(router.at, stackOf([], router, around));
  for (const middleware of objects) if (kind(middleware) === 'middleware') tell(middleware.at, stackOfLayers(listedLayers(middleware, around), around));
  for (const view of ran.classes()) if (!around.used.has(view.at.start)) tell(view.at, stackOfLayers(classLayers(view, { args: [], keywords: undefined, at: view.at }, ALWAYS, around, false, 'handed-out'), around));
  return programs;
}

/** What lies inside of something else: mounted, wrapped, included. */
function innerOf(objects: readonly Handle[], events: readonly Event[], packages: StarlettePackages): ReadonlySet<Value> {
  const inner = new Set<Value>();
  const add = (value: Value | undefined): void => {
    if (value !== undefined) inner.add(value);
  };
  for (const handle of objects) {
    const role = packages.roleOf(handle);
    if (role?.is === 'wrapper') add(argument(plain(role), 0, 'app'));
    if (role?.is === 'mount') add(argument(plain(role), 1, 'app'));
    if (role?.is === 'app' || role?.is === 'router') for (const item of itemsOf(named(role.keywords, 'routes'))) add(item);
  }
  for (const event of events) {
    if (event.kind !== 'call') continue;
    if (event.method === 'mount') add(argument(event, 1, 'app'));
    if (event.method === 'include_router') add(argument(event, 0, 'router'));
  }
  return inner;
}

/** `A(B(app))`: A, B and the app. */
function chainOf(outermost: Handle, packages: StarlettePackages): { readonly wrappers: readonly Handle[]; readonly app: Handle | undefined } {
  const wrappers: Handle[] = [];
  let target: Value | undefined = outermost;
  while (target?.kind === 'handle' && !wrappers.includes(target)) {
    const role = packages.roleOf(target);
    if (role?.is !== 'wrapper') return { wrappers, app: target };
    wrappers.push(target);
    target = argument(plain(role), 0, 'app');
  }
  return { wrappers, app: undefined };
}

function writtenAt(steps: readonly Step[]): readonly string[] {
  return steps.flatMap(({ effects }) => effects.flatMap(({ header, op, at }) => (op !== 'remove' && header.startsWith('access-control-') ? [keyOf(at)] : [])));
}

export function keyOf({ file, start }: Span): string {
  return `${file}:${start}`;
}
