import { exchange } from '../../middleware/express/exchange.js';
import { ROOT } from '../../middleware/express/paths.js';
import { stackOf, type Stack } from '../../middleware/express/stack.js';
import { fastifyCorsProgram } from '../../middleware/fastify-cors.js';
import { guardOf } from '../../policy/from-condition.js';
import type { Step } from '../../policy/program.js';
import { truthy } from '../../syntax/estree/index.js';
import type { Span } from '../../text/span.js';
import { and, TRUE, type Condition } from '../../values/condition.js';
import { entry, type Event, type Handle, type Value } from '../../values/value.js';
import type { NestPackages } from './packages.js';

/** So many routers inside each other are followed. */
const MAX_NESTING = 8;

/** CORS switched on, under a condition: with options, or without for the package's defaults. */
export interface Enabled {
  readonly when: Condition;
  readonly options: Value | undefined;
  readonly at: Span;
}

/** `app.enableCors(options)` */
export function enabledBy(event: Event, app: Handle): Enabled | undefined {
  return event.kind === 'call' && event.receiver === app && event.method === 'enableCors' ? { when: event.when, options: event.args[0], at: event.at } : undefined;
}

/** `NestFactory.create(AppModule, { cors })`: `true` is the package with its defaults. */
export function enabledByCreate(options: Value | undefined): readonly Enabled[] {
  const written = options?.kind === 'record' ? entry(options, 'cors') : undefined;
  const cors = written?.value ?? (options?.kind === 'unknown' ? options : options?.kind === 'record' ? options.rest : undefined);
  if (cors === undefined) return [];
  const alternatives = cors.kind === 'either' ? cors.options : [{ when: TRUE, value: cors }];
  return alternatives.flatMap(({ when, value }): readonly Enabled[] => {
    const asked = and(when, truthy(value));
    const given = value.kind === 'boolean' || value.kind === 'condition' ? undefined : value;
    return asked.c === 'false' ? [] : [{ when: asked, options: given, at: written?.at ?? cors.at }];
  });
}

/**
 * The Express app under a Nest app: `enableCors` mounts npm `cors` where it is called, the option of `create` mounts it
 * when the app starts to listen, behind everything that was mounted before. Nest's other methods (`get`, `listen`, …)
 * are not Express's.
 */
export function onExpress(app: Handle, events: readonly Event[], created: readonly Enabled[], packages: NestPackages): Stack {
  const use = ({ when, options, at }: Enabled): Event => ({ kind: 'call', when, receiver: app, method: 'use', args: [packages.express.corsFor(options, at)], at });
  const mounted = events.flatMap((event): readonly Event[] => {
    if ((event.kind !== 'call' && event.kind !== 'escape') || event.receiver !== app) return [];
    if (event.kind === 'escape' || event.method === 'use') return [event];
    const enabled = enabledBy(event, app);
    return enabled === undefined ? [] : [use(enabled)];
  });
  const all = [...mounted, ...created.map(use)];
  return stackOf(app, ROOT, { packages: packages.express, events: all, major: undefined, heard: new Set() }, MAX_NESTING, all);
}

/** The Fastify instance under a Nest app registers `@fastify/cors`; a second time it refuses to start. */
export function onFastify(enabled: readonly Enabled[], version: string): readonly Step[] {
  const [first, second] = enabled;
  if (first !== undefined && second !== undefined && first.when.c === 'true' && second.when.c === 'true') {
    return [{ when: { g: 'always' }, effects: [], end: { to: 'answer', status: 0, fault: 'Fastify refuses to start: CORS is registered twice' }, at: second.at }];
  }
  const programs = enabled.map(({ when, options, at }) => fastifyCorsProgram({ options: delegating(options), request: exchange(at, false).request, base: guardOf(when), at, version }));
  return programs.flatMap(({ steps, route }) => [...steps, ...route]);
}

/** Nest takes a function for a delegator of requests, also where the plugin would give it the instance. */
function delegating(options: Value | undefined): Value | undefined {
  if (options?.kind !== 'function') return options;
  return { kind: 'record', entries: [{ key: 'delegator', value: options, at: options.at }], at: options.at };
}
