import type { Handle } from './value.js';

const ours = new WeakSet<object>();

/** Is the handle one that a language makes by itself (an object or a class of the project, a module)? What is done with it is no event. */
export function isSilent(handle: Handle): boolean {
  return ours.has(handle.get);
}

/** A handle that a language makes by itself. */
export function silent(name: string, at: Handle['at'], get: Handle['get'], call: Handle['call'] = () => undefined): Handle {
  ours.add(get);
  return { kind: 'handle', name, at, get, call };
}
