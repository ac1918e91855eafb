import { guardOf } from '../../policy/from-condition.js';
import { whenAll, whenAny, type Guard } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { and } from '../../values/condition.js';
import type { Event, Handle, Value } from '../../values/value.js';
import { placeOf, ROOT } from '../express/paths.js';
import type { KoaPackages } from './packages.js';

/** So many functions that configure an app are followed inside each other. */
const MAX_NESTING = 6;

/** One service of Feathers on Koa: `app.use('users', service)`. */
export interface Service {
  readonly when: Guard;
  readonly path: string;
  /** Methods that are served; null where the service is not in view. */
  readonly methods: readonly string[] | null;
  readonly at: Span;
}

const METHODS: Readonly<Record<string, readonly string[]>> = { find: ['GET', 'HEAD'], get: ['GET', 'HEAD'], create: ['POST'], update: ['PUT'], patch: ['PATCH'], remove: ['DELETE'] };

/** Events with those of `app.configure((app) => …)` in their places. */
export function configured(events: readonly Event[], packages: KoaPackages, depth = MAX_NESTING): readonly Event[] {
  return events.flatMap((event) => {
    const [setUp] = event.kind === 'call' && event.method === 'configure' && packages.roleOf(event.receiver)?.is === 'app' ? event.args : [];
    if (event.kind !== 'call' || setUp?.kind !== 'function' || depth === 0) return [event];
    const inner = setUp.run([event.receiver]).map((one): Event => ({ ...one, when: and(event.when, one.when) }));
    return [event, ...configured(inner.filter(({ kind }) => kind === 'call' || kind === 'escape'), packages, depth - 1)];
  });
}

/** The services of an app, wherever they are added: `rest()` serves them all (https://feathersjs.com/api/koa). */
export function servicesOf(app: Handle, events: readonly Event[]): readonly Service[] {
  return events.flatMap((event): readonly Service[] => {
    if (event.kind !== 'call' || event.receiver !== app || event.method !== 'use') return [];
    const [path, service] = event.args;
    if (path?.kind !== 'string' || service === undefined) return [];
    const text = `/${path.value.replace(/^\/+|\/+$/g, '')}`;
    const place = (suffix: string): Guard => placeOf({ ...path, value: text + suffix }, true, ROOT, undefined).when;
    return [{ when: whenAll(guardOf(event.when), whenAny(place(''), place('/:id'))), path: text, methods: methodsOf(service), at: event.at }];
  });
}

function methodsOf(service: Value): readonly string[] | null {
  return service.kind === 'record' && service.rest === undefined ? [...new Set(service.entries.flatMap(({ key }) => METHODS[key] ?? []))] : null;
}
