import { actionsFrom, exchange, expressResponseCall, type Exchange } from '../../middleware/express/exchange.js';
import { placeOf, ROOT } from '../../middleware/express/paths.js';
import { served, stepsFrom } from '../../policy/from-actions.js';
import { whenAll, type Guard, type Probe, type Step } from '../../policy/program.js';
import type { ClassInView, MethodInView, Parameter } from '../../syntax/estree/index.js';
import type { Span } from '../../text/span.js';
import type { ResponseAction } from '../../values/response-action.js';
import type { Event, Handle, Value } from '../../values/value.js';
import type { NestPackages } from './packages.js';

/** What a class writes whose methods Nest calls: a controller, an interceptor, an exception filter. */
export interface Written {
  readonly title: string;
  readonly at: Span;
  readonly steps: readonly Step[];
  readonly probes: readonly Probe[];
}

const VERBS: Readonly<Record<string, readonly string[]>> = { Get: ['GET', 'HEAD'], Post: ['POST'], Put: ['PUT'], Patch: ['PATCH'], Delete: ['DELETE'], Head: ['HEAD'], Options: ['OPTIONS'] };

/**
 * Headers that classes of Nest write by hand: `@Header(name, value)` above the methods of a controller, `@Res()` in
 * them, and the response that interceptors (`intercept`) and exception filters (`catch`) take from their host.
 */
export function writtenBy(one: ClassInView, packages: NestPackages): Written | undefined {
  const controller = one.decorators.find((event) => packages.decoratorOf(event) === 'Controller');
  if (controller?.kind === 'call') return controllerOf(one, controller.args[0], packages);
  const method = one.methods.find(({ name }) => name === 'intercept' || name === 'catch');
  if (method === undefined) return undefined;
  const given = exchange(one.at, false);
  const actions = actionsOf(method, given, one.at);
  // An interceptor hands on to the handler; what a filter sends, it sends in place of the handler's answer.
  const steps = stepsFrom(method.name === 'intercept' ? actions.filter(({ do: what }) => what === 'header') : actions, { g: 'always' });
  return { title: method.name === 'intercept' ? 'Nest interceptor' : 'Nest exception filter', at: one.at, steps, probes: [{ path: '/', methods: null, requestHeaders: [], at: one.at }] };
}

function controllerOf(one: ClassInView, prefix: Value | undefined, packages: NestPackages): Written {
  const outer = placeOf(rooted(prefix, one.at), false, ROOT, undefined);
  const steps: Step[] = [];
  const probes: Probe[] = [];
  for (const method of one.methods) {
    const route = method.decorators.find((event) => Object.hasOwn(VERBS, packages.decoratorOf(event) ?? '') || packages.decoratorOf(event) === 'All');
    if (route?.kind !== 'call') continue;
    const methods = VERBS[packages.decoratorOf(route) ?? ''];
    const place = placeOf(rooted(route.args[0], route.at), true, outer, undefined);
    const when: Guard = methods === undefined ? place.when : whenAll(place.when, { g: 'method', in: methods });
    const given = exchange(method.at, false);
    const decorated = method.decorators.flatMap((event) => (packages.decoratorOf(event) === 'Header' ? actionsFrom({ ...event, receiver: given.response, method: 'set' } as Event, given, expressResponseCall) : []));
    steps.push(...stepsFrom([...decorated, ...actionsOf(method, given, method.at)], when), ...served(when, method.at));
    probes.push({ path: place.sample === '' ? '/' : place.sample, methods: methods ?? null, requestHeaders: [], at: method.at });
  }
  return { title: 'Nest controller', at: one.at, steps, probes };
}

/** `users`, `/users` and nothing at all, as Nest puts them together. */
function rooted(path: Value | undefined, at: Span): Value {
  if (path === undefined) return { kind: 'string', value: '', at };
  return path.kind === 'string' ? { ...path, value: path.value === '' ? '' : `/${path.value.replace(/^\//, '')}` } : path;
}

function actionsOf(method: MethodInView, given: Exchange, at: Span): readonly ResponseAction[] {
  return method.run((parameter) => argument(parameter, given, at)).flatMap((event) => actionsFrom(event, given, expressResponseCall));
}

/** What Nest hands to a method, by the name or the type of the parameter. */
function argument({ name, type }: Parameter, given: Exchange, at: Span): Value | undefined {
  if (/^(?:ExecutionContext|ArgumentsHost)$/.test(type ?? '') || /^(?:host|context)$/.test(name)) return host(given, at);
  if (/^(?:Response|FastifyReply)$/.test(type ?? '') || /^(?:res|response|reply)$/.test(name)) return given.response;
  return /^(?:Request|FastifyRequest)$/.test(type ?? '') || /^req(?:uest)?$/.test(name) ? given.request : undefined;
}

/** `host.switchToHttp().getResponse()` */
function host({ request, response }: Exchange, at: Span): Handle {
  const http: Handle = { kind: 'handle', name: 'http', at, get: () => undefined, call: (method) => (method === 'getResponse' ? response : method === 'getRequest' ? request : undefined) };
  return { kind: 'handle', name: 'host', at, get: () => undefined, call: (method) => (method === 'switchToHttp' ? http : undefined) };
}

