import { headerWritten } from '../../middleware/jvm-headers.js';
import { addProbe } from '../../middleware/probes.js';
import { openWrites } from '../../middleware/responses-out-of-view.js';
import { refusalsFirst } from '../../middleware/start-up.js';
import { templatePath } from '../../middleware/template-paths.js';
import { stepsFrom } from '../../policy/from-actions.js';
import { guardOf } from '../../policy/from-condition.js';
import { ALWAYS, unless, whenAll, whenAny, type Guard, type Probe, type Step } from '../../policy/program.js';
import type { Run } from '../../syntax/jvm/index.js';
import type { Span } from '../../text/span.js';
import type { ResponseAction } from '../../values/response-action.js';
import { unknown, type Event, type FunctionValue, type Handle, type Value } from '../../values/value.js';
import { applied, corsRule, oldPlugin } from './cors-rule.js';
import type { JavalinObjects } from './objects.js';

export interface Application {
  readonly steps: readonly Step[];
  readonly probes: readonly Probe[];
  readonly installed: Span | undefined;
  readonly handWritten: boolean;
  readonly port: Value | undefined;
}

interface Endpoint {
  readonly when: Guard;
  readonly actions: readonly ResponseAction[];
}

const VERBS: Readonly<Record<string, string>> = { get: 'GET', post: 'POST', put: 'PUT', patch: 'PATCH', delete: 'DELETE', head: 'HEAD', options: 'OPTIONS' };

/**
 * What an application does to requests: rules of the CORS plugin, `before`, endpoints, `after`. Nothing in a handler ends
 * the request, and a path without a handler for OPTIONS is 404, which a rule makes 200.
 */
export function applicationOf({ app, config }: JavalinObjects['apps'][number], all: readonly Event[], objects: JavalinObjects, ran: Run): Application {
  const rules: Step[] = [];
  const answered: Guard[] = [];
  const refuses: Guard[] = [];
  const before: Step[] = [];
  const after: Step[] = [];
  const endpoints: Endpoint[] = [];
  const probes: Probe[] = [];
  let installed: Span | undefined;
  let port: Value | undefined;
  const rule = (make: FunctionValue, at: Span): void => {
    installed ??= at;
    const given = corsRule(make, objects.make('CorsRule', at, { is: 'rule' }), at);
    const where = given.path === undefined ? ALWAYS : pathOf(given.path).when;
    const { steps, refuses: refused } = applied(given, where);
    rules.push(...steps);
    refuses.push(refused);
    answered.push(where);
  };
  const enable = (container: FunctionValue, at: Span): void => {
    const cors = objects.make('CorsContainer', at, { is: 'cors' });
    for (const event of container.run([cors])) {
      const make = event.kind === 'call' && event.receiver === cors && /^add(?:Rule)?$/.test(event.method) ? event.args[0] : undefined;
      if (make?.kind === 'function') rule(make, event.at);
    }
  };
  const old = (origins: readonly Value[], any: boolean, at: Span): void => {
    installed ??= at;
    rules.push(...oldPlugin(origins, any, ALWAYS, at));
    answered.push(ALWAYS);
  };
  for (const event of all) {
    if (event.kind !== 'call') continue;
    const { receiver, method, args, at } = event;
    const role = objects.roleOf(receiver);
    const [first] = args;
    if (role?.is === 'plugins' && method === 'enableCors' && first?.kind === 'function') enable(first, at);
    else if (role?.is === 'config' && method === 'enableCorsForAllOrigins') old([], true, at);
    else if (role?.is === 'config' && method === 'enableCorsForOrigin') old(args, false, at);
    else if ((role?.is === 'config' || role?.is === 'plugins') && /^register(?:Plugin)?$/.test(method)) {
      const plugin = objects.roleOf(first);
      if (plugin?.is === 'plugin' && plugin.args[0]?.kind === 'function') enable(plugin.args[0], plugin.at);
      else if (plugin?.is === 'plugin') old(plugin.args, plugin.any, plugin.at);
    }
    if (role?.is !== 'app' || (receiver !== app && receiver.at !== config.at)) continue;
    if (method === 'start') port = args.find((arg) => arg.kind === 'number') ?? port;
    const handler = handlerOf(args.at(-1), ran);
    if (handler === undefined) continue;
    const verb = VERBS[method];
    const path = args.length > 1 ? pathOf(first!) : undefined;
    const when = whenAll(guardOf(event.when), path?.when ?? ALWAYS, verb === undefined ? ALWAYS : { g: 'method', in: [verb] });
    if (!/^(?:before|beforeMatched|after|afterMatched)$/.test(method) && verb === undefined) continue;
    const { actions, reads } = handled(handler.run([objects.context(at)]), objects);
    if (verb !== undefined) {
      endpoints.push({ when, actions });
      if (verb !== 'OPTIONS') addProbe(probes, { path: path?.sample ?? '/', methods: [verb], requestHeaders: reads && verb !== 'GET' ? ['content-type'] : [], at });
    } else (method.startsWith('before') ? before : after).push(...stepsFrom(actions, when));
  }
  const inside = endpoints.flatMap(({ when, actions }) => stepsFrom(actions.filter((action) => action.do !== 'status'), when));
  const statuses = endpoints.flatMap(({ when, actions }) => statusOf(when, actions));
  const end = (when: Guard, status: number): Step => ({ when, effects: [], end: { to: 'answer', status }, at: installed ?? app.at });
  const options: Guard = { g: 'method', in: ['OPTIONS'] };
  const handWritten = [...before, ...inside, ...after].some(({ effects }) => effects.length > 0);
  const own = whenAny(...endpoints.filter(({ actions }) => actions.some((action) => action.do === 'status')).map(({ when }) => when));
  const optionsHere = whenAny(...endpoints.map(({ when }) => whenAll(when, options)));
  return {
    steps: refusalsFirst([
      ...rules,
      ...before,
      ...inside,
      ...after,
      ...statuses,
      ...(refuses.length === 0 ? [] : [end(whenAll(whenAny(...refuses), unless(own), endpoints.length === 0 ? unless(options) : whenAny(...endpoints.map(({ when }) => when))), 400)]),
      ...(answered.length === 0 ? [] : [end(whenAll(options, whenAny(...answered)), 200)]),
      ...(endpoints.length === 0 ? [] : [end(whenAll(options, optionsHere), 200)]),
    ].filter(({ when }) => when.g !== 'never')),
    probes,
    installed,
    handWritten,
    port,
  };
}

/** A status that an endpoint gives without condition; of another one the scenario decides. */
function statusOf(when: Guard, actions: readonly ResponseAction[]): readonly Step[] {
  return actions.flatMap((action): readonly Step[] => (action.do === 'status' && action.status.kind === 'number' ? [{ when: whenAll(when, guardOf(action.when)), effects: [], end: { to: 'answer', status: action.status.value }, at: action.at }] : [])).slice(-1);
}

/** What a handler does with its context, in order; a missing value is refused. */
function handled(events: readonly Event[], objects: JavalinObjects): { readonly actions: readonly ResponseAction[]; readonly reads: boolean } {
  const actions: ResponseAction[] = [];
  let reads = false;
  for (const event of events) {
    const { when, at } = event;
    if (event.kind === 'throw') actions.push({ do: 'fail', status: 500, when, at });
    if (event.kind === 'escape' && /cors/i.test(event.detail) && objects.roleOf(event.receiver)?.is === 'context') actions.push(...openWrites(unknown(event.reason, event.detail, at), when));
    if (event.kind !== 'call') continue;
    const { method, args } = event;
    const role = objects.roleOf(event.receiver)?.is;
    if (role === 'context' && method === 'header' && args.length === 2) actions.push(...headerWritten('set', args[0], args[1], 'throw', event));
    else if (role === 'context' && method === 'removeHeader') actions.push(...headerWritten('set', args[0], args[0], 'throw', event).map((write) => ({ ...write, op: 'remove' as const })));
    else if (role === 'servlet-response' && /^(?:set|add)Header$/.test(method)) actions.push(...headerWritten(method === 'setHeader' ? 'set' : 'append', args[0], args[1], 'remove', event));
    else if (role === 'context' && method === 'status' && args[0] !== undefined) actions.push({ do: 'status', status: args[0], when, at });
    else if (role === 'context' && /^bodyAs|^bodyValidator|^bodyStreamAs/.test(method)) reads = true;
  }
  return { actions, reads };
}

/** A lambda, a method, or an object that is a `Handler`. */
function handlerOf(value: Value | undefined, ran: Run): FunctionValue | undefined {
  return value?.kind === 'function' ? value : value === undefined ? undefined : ran.objectOf(value)?.method('handle');
}

/** `{id}` (`:id` up to 3) is one segment, `<rest>` and `*` any text; a slash at the end may be left out or added. */
function pathOf(path: Value): { readonly when: Guard; readonly sample: string } {
  if (path.kind === 'string' && /^\/?\*$/.test(path.value)) return { when: ALWAYS, sample: '/' };
  if (path.kind !== 'string') return templatePath(path, '', /(\+)/g, '', path.at);
  const text = `/${path.value.replace(/^\/|\/$/g, '')}`.replace(/\{\w+\}|:\w+/g, '{}').replace(/<\w+>|\*/g, '{+}');
  return templatePath({ ...path, value: text }, '', /\{(\+?)\}/g, '/?', path.at);
}

/** An application or a configuration that a method is given, by the type of its parameter. */
export function given(type: string | undefined, at: Span, objects: JavalinObjects): Handle | undefined {
  if (!isGiven(type)) return undefined;
  const app = objects.app(at, undefined);
  return /Config$/.test(type ?? '') ? objects.apps.at(-1)!.config : app;
}

export function isGiven(type: string | undefined): boolean {
  return /(?:^|\.)Javalin(?:Config)?$/.test(type ?? '');
}
