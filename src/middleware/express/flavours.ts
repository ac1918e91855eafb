/** How a framework that runs Express's middleware differs from Express. */
export interface Flavour {
  readonly title: string;
  /** The package, and the version that is taken where the repository names none. */
  readonly name: string;
  readonly current: string;
  /** Middleware runs before every route, wherever it was added. */
  readonly middlewareFirst: boolean;
  /** A route for GET serves HEAD, and OPTIONS is answered where a route serves other methods. */
  readonly answersForRoutes: boolean;
  /** What is mounted at a path may be a service: an object with methods. */
  readonly mountsServices: boolean;
}

export const EXPRESS: Flavour = { title: 'Express', name: 'express', current: '5', middlewareFirst: false, answersForRoutes: true, mountsServices: false };

/** https://github.com/lukeed/polka/blob/v0.5.2/packages/polka/index.js */
export const POLKA: Flavour = { title: 'Polka', name: 'polka', current: '0.5', middlewareFirst: true, answersForRoutes: false, mountsServices: false };

/** https://feathersjs.com/api/express: an Express app that serves Feathers' services too. */
export const FEATHERS: Flavour = { title: 'Feathers', name: '@feathersjs/express', current: '5', middlewareFirst: false, answersForRoutes: true, mountsServices: true };
