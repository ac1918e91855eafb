import { dictWrites, type ResponseObjects } from '../../middleware/response-objects.js';
import { requestHeaders } from '../../middleware/python-request.js';
import { stepsFrom } from '../../policy/from-actions.js';
import { casesOf } from '../../policy/from-condition.js';
import { ALWAYS, whenAll, type Guard, type Step } from '../../policy/program.js';
import type { PythonModule } from '../../syntax/python/index.js';
import { TRUE } from '../../values/condition.js';
import type { HeaderWrite } from '../../values/response-action.js';
import { entry, unknown, type Value } from '../../values/value.js';
import { argumentOf, type Given, type LitestarPackages } from './packages.js';
import { attributeOf, type LitestarRoute } from './routes.js';

/**
 * Statuses of answers that handlers give, and the OPTIONS handlers that Litestar makes. Errors (404 of the router, 405,
 * raised exceptions) carry neither `response_headers` nor what `after_request` sets (measured on 2.25.0).
 */
const ORDINARY = [200, 201, 202, 203, 204, 206, 301, 302, 303, 304, 307, 308];

/**
 * Headers that an app, its controllers and its handlers set by hand, outermost first: those of a handler are written
 * over those of its controller and of the app; what `after_request` of the nearest level sets comes last.
 */
export function headersByHand(app: Given | undefined, routes: readonly LitestarRoute[], packages: LitestarPackages, module: PythonModule): readonly Step[] {
  const steps: Step[] = [];
  const add = (writes: readonly HeaderWrite[], when: Guard): void => {
    for (const step of stepsFrom(writes, when)) steps.push({ ...step, effects: step.effects.map((effect) => ({ ...effect, statuses: ORDINARY })) });
  };
  if (app !== undefined) add(headerWrites(argumentOf(app, 'response_headers'), packages), ALWAYS);
  for (const route of routes) {
    const controller = route.controller === undefined ? undefined : module.definition('class_definition', route.controller);
    const body = controller?.childForFieldName('body')?.namedChildren ?? [];
    // The OPTIONS handler of the path stands in the controller, too.
    add(headerWrites(attributeOf(module, body, 'response_headers'), packages), route.when);
    add(headerWrites(entry(route.call.keywords, 'response_headers')?.value, packages), whenAll(route.when, methodsOf(route)));
  }
  for (const { role } of packages.all('route')) {
    const route = routes.find(({ at }) => at.start === role.at.start);
    if (route === undefined || role.handler.kind !== 'function') continue;
    add(returnedWrites(role.handler, packages.responses), whenAll(route.when, methodsOf(route)));
  }
  if (app !== undefined) add(afterRequest(argumentOf(app, 'after_request'), packages.responses), ALWAYS);
  return steps;
}

function methodsOf({ methods }: LitestarRoute): Guard {
  return { g: 'method', in: methods.includes('GET') ? [...methods, 'HEAD'] : methods };
}

/** A dictionary of texts, or a list of `ResponseHeader(name=…, value=…)`. */
function headerWrites(value: Value | undefined, packages: LitestarPackages): readonly HeaderWrite[] {
  if (value === undefined) return [];
  if (value.kind !== 'list') return dictWrites(value, true, TRUE);
  return value.items.flatMap((item): readonly HeaderWrite[] => {
    const role = packages.roleOf(item);
    if (role?.is !== 'response-header') return [];
    const [name, text] = [argumentOf(role.given, 'name', 0), argumentOf(role.given, 'value', 3)];
    return name?.kind === 'string' && text !== undefined ? [{ do: 'header', op: 'set', name: name.value.toLowerCase(), value: text, missing: 'text', when: TRUE, at: item.at }] : [];
  });
}

/** What a handler writes on the responses that it returns. */
function returnedWrites(handler: Value & { readonly kind: 'function' }, responses: ResponseObjects): readonly HeaderWrite[] {
  const { handle } = requestHeaders(handler.at, new Set());
  const request: Value = { kind: 'handle', name: 'request', at: handler.at, get: (property) => (property === 'headers' ? handle : property === 'method' ? { kind: 'request', part: 'method', at: handler.at } : undefined), call: () => undefined };
  const events = handler.run([], { kind: 'record', entries: [{ key: 'request', value: request, at: handler.at }], rest: unknown('parameter', 'what is injected', handler.at), at: handler.at });
  responses.follow(events);
  return events.flatMap((event) => (event.kind === 'return' ? casesOf(event.value).flatMap(({ value }) => sendable(responses.madeOf(value, event.when)?.writes)) : []));
}

function afterRequest(value: Value | undefined, responses: ResponseObjects): readonly HeaderWrite[] {
  if (value?.kind !== 'function') return [];
  const response = responses.make({ name: 'response', parameters: [], status: 'status_code', headers: 'headers', writesText: true }, [], undefined, value.at);
  responses.follow(value.run([response]));
  return sendable(responses.madeOf(response, TRUE)?.writes);
}

/** A header that is None cannot be sent: the answer is 500 (measured on 2.25.0). */
function sendable(writes: readonly HeaderWrite[] = []): readonly HeaderWrite[] {
  return writes.map((write) => ({ ...write, missing: 'throw' }));
}
