import { functionsIn } from '../syntax/estree/index.js';
import type { FunctionValue, Value } from '../values/value.js';

/** What is named after CORS, event handlers of h3, and routes that are added to a router. */
const OTHERS = /cors|EventHandler|\.(?:get|post|put|patch|delete|options|head|all|any|use|on|route|handle|mount|group)$/i;

/**
 * The handler that a value is, or that code which is not in view was given to make it: `withSentry(handler)`,
 * `clerkMiddleware((auth, request) => …)`. What such code does itself is not known; what is named after CORS does CORS.
 */
export function handlerIn(value: Value | undefined): FunctionValue | undefined {
  if (value?.kind === 'function') return value;
  if (value?.kind !== 'unknown' || OTHERS.test(value.detail)) return undefined;
  const [handler, ...others] = functionsIn(value);
  return others.length === 0 ? handler : undefined;
}
