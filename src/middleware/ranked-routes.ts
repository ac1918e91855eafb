import { ALWAYS, unless, whenAll, whenAny, type Guard } from '../policy/program.js';

/** The paths that a route serves, by a router in which order does not count but the shape of paths does. */
export interface RankedPath {
  readonly when: Guard;
  /** One of its paths, to ask about. */
  readonly sample: string;
  /** Which route wins where several match: texts before parameters before stars. */
  readonly rank: number;
  serves(path: string): boolean;
}

export interface RankedRoute {
  readonly place: RankedPath;
  /** Undefined: all. */
  readonly methods: readonly string[] | undefined;
  /** When the route is there at all. */
  readonly exists: Guard;
}

/**
 * For each route the requests that reach it and no better one. `asks` says what a request of a method is: one that has
 * the method, or one that asks whether it may have it.
 */
export function reaching(routes: readonly RankedRoute[], asks: (methods: readonly string[]) => Guard): readonly Guard[] {
  const own = routes.map(({ place, methods, exists }) => whenAll(exists, place.when, methods === undefined ? ALWAYS : asks(methods)));
  return routes.map((route, index) => {
    const better = routes.flatMap((other, place) => (isBetter(other, route) ? [own[place]!] : []));
    return whenAll(own[index]!, unless(whenAny(...better)));
  });
}

function isBetter(other: RankedRoute, route: RankedRoute): boolean {
  const alike = route.methods === undefined || other.methods === undefined || route.methods.some((method) => other.methods?.includes(method));
  return alike && other.place.rank < route.place.rank && route.place.serves(other.place.sample);
}
