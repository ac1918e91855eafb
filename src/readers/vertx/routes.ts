import { addProbe } from '../../middleware/probes.js';
import { refusalsFirst, refusesToStart } from '../../middleware/start-up.js';
import { templatePath } from '../../middleware/template-paths.js';
import { stepsFrom } from '../../policy/from-actions.js';
import { guardOf } from '../../policy/from-condition.js';
import { ALWAYS, whenAll, type Guard, type Probe, type Step } from '../../policy/program.js';
import type { Run } from '../../syntax/jvm/index.js';
import type { Event, Handle, Value } from '../../values/value.js';
import { corsHandler } from './cors-handler.js';
import type { VertxObjects } from './objects.js';
import { handledBy } from './written.js';

/** What a router does to requests. */
export interface Routed {
  readonly steps: readonly Step[];
  readonly probes: readonly Probe[];
  readonly cors: readonly Handle[];
  readonly handWritten: boolean;
}

/** A route as it stands after the calls on it, in the order of its router. */
interface Route {
  readonly order: number;
  readonly methods: readonly string[];
  readonly path: Value | undefined;
  readonly pattern: boolean;
  readonly handlers: readonly (Event & { kind: 'call' })[];
}

const MAX_DEPTH = 6;

export class Routes {
  constructor(
    private readonly objects: VertxObjects,
    private readonly events: readonly Event[],
    private readonly ran: Run,
    private readonly version: string,
  ) {}

  /** Routers that stand inside of others. */
  mounted(): ReadonlySet<Handle> {
    return new Set(this.events.flatMap((event) => (event.kind === 'call' && /^(?:mountSubRouter|subRouter)$/.test(event.method) ? event.args.flatMap((arg) => (arg.kind === 'handle' && this.objects.roleOf(arg)?.is === 'router' ? [arg] : [])) : [])));
  }

  of(router: Handle, prefix = '', depth = 0): Routed {
    const steps: Step[] = [];
    const probes: Probe[] = [];
    const cors: Handle[] = [];
    let handWritten = false;
    for (const route of this.#routesOf(router)) {
      const place = pathOf(route, prefix);
      const here = whenAll(place.when, route.methods.length === 0 ? ALWAYS : { g: 'method', in: route.methods });
      for (const event of route.handlers) {
        const when = whenAll(here, guardOf(event.when));
        const value = event.args.at(-1);
        const role = this.objects.roleOf(value);
        if (value === undefined || depth > MAX_DEPTH) continue;
        if (value.kind === 'handle' && role?.is === 'cors') {
          cors.push(value);
          steps.push(...corsHandler(value, this.events, this.objects, when, this.version));
        } else if (value.kind === 'handle' && role?.is === 'router') {
          const inner = this.of(value, `${prefix.replace(/\/$/, '')}${place.text.replace(/\*$/, '')}`, depth + 1);
          steps.push(...inner.steps.map((step) => (refusesToStart(step) ? step : { ...step, when: whenAll(when, step.when) })));
          probes.push(...inner.probes);
          cors.push(...inner.cors);
          handWritten ||= inner.handWritten;
        } else {
          const handler = value.kind === 'function' ? value : this.ran.objectOf(value)?.method('handle');
          if (handler === undefined) continue;
          const { actions, reads } = handledBy(handler.run([this.objects.context(event.at)]), this.objects);
          const made = stepsFrom(actions, when);
          handWritten ||= made.some(({ effects }) => effects.length > 0);
          steps.push(...made);
          if (place.exact && !(route.methods.length === 1 && route.methods[0] === 'OPTIONS')) addProbe(probes, { path: place.sample, methods: route.methods.length === 0 ? null : route.methods, requestHeaders: reads && route.methods.some((method) => method !== 'GET') ? ['content-type'] : [], at: event.at });
        }
      }
    }
    return { steps: refusalsFirst(steps), probes, cors, handWritten };
  }

  /** In the order that they are asked in: by `order(…)`, else as they were made. */
  #routesOf(router: Handle): readonly Route[] {
    const found = new Map<Handle, Route>();
    let made = 0;
    for (const event of this.events) {
      if (event.kind !== 'call') continue;
      const { receiver, method, args } = event;
      if (receiver === router && method === 'mountSubRouter') found.set({ ...receiver }, { order: made++, methods: [], path: below(args[0]), pattern: false, handlers: [event] });
      const role = this.objects.roleOf(receiver);
      if (role?.is !== 'route' || role.router !== router) continue;
      const route = found.get(receiver) ?? { order: made++, methods: role.methods, path: role.path, pattern: role.pattern, handlers: [] };
      const [first] = args;
      if (method === 'order' && first?.kind === 'number') found.set(receiver, { ...route, order: first.value });
      else if (method === 'method' && first?.kind === 'string') found.set(receiver, { ...route, methods: [...route.methods, first.value] });
      else if (method === 'path' || method === 'pathRegex') found.set(receiver, { ...route, path: first, pattern: method === 'pathRegex' });
      else if (/^(?:handler|blockingHandler|coroutineHandler|subRouter|respond)$/.test(method)) found.set(receiver, { ...route, handlers: [...route.handlers, event] });
      else found.set(receiver, route);
    }
    return [...found.values()].sort((a, b) => a.order - b.order);
  }
}

/** A router is mounted on all that is below a path. */
function below(path: Value | undefined): Value | undefined {
  return path?.kind === 'string' ? { ...path, value: `${path.value.replace(/\/?\*?$/, '')}/*` } : path;
}

interface Place {
  readonly when: Guard;
  readonly sample: string;
  readonly text: string;
  /** One path, not all below it. */
  readonly exact: boolean;
}

/**
 * `/a/*` is `/a` and everything below; `:id` is one segment; a slash at the end may be left out or added, except where it
 * is all that a router below `/a/*` asks for (measured on 5.1.3).
 */
function pathOf({ path, pattern }: Route, mount: string): Place {
  const prefix = mount.replace(/\/$/, '');
  if (path === undefined || (path.kind === 'string' && /^\/?\*$/.test(path.value) && prefix === '')) return { when: ALWAYS, sample: '/', text: '', exact: false };
  const { at } = path;
  if (pattern && path.kind === 'string') return { when: { g: 'path', in: { s: 'regex', source: `${prefix}${path.value}`, flags: '', dialect: 'java', use: 'full', subject: 'origin', at } }, sample: '/', text: '', exact: false };
  if (path.kind !== 'string') return { ...templatePath(path, prefix, /(\+)/g, '', at), text: '', exact: false };
  const text = path.value.startsWith('/') ? path.value : `/${path.value}`;
  const open = text.endsWith('*');
  const written = text.replace(/\/?\*$/, '').replace(/\/$/, '').replace(/:\w+/g, '{}');
  const slash = written === '' && !open && mount.endsWith('/');
  const { when, sample } = templatePath({ kind: 'string', value: slash || (written === '' && prefix === '' && !open) ? '/' : written, at }, prefix, /\{(\+?)\}/g, open ? '(?:/.*)?' : slash ? '' : '/?', at);
  return { when, sample: sample === '' ? '/' : sample, text, exact: !open };
}
