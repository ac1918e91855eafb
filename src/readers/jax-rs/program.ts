import { servletSteps } from '../../middleware/jvm/servlet-answers.js';
import { allOf } from '../../middleware/koa/guards.js';
import { beforeAnswers } from '../../middleware/before-answers.js';
import { restsOnData } from '../../middleware/out-of-view.js';
import { unknownHeaders } from '../../middleware/responses-out-of-view.js';
import { returnedAnswers, type Failure, type Platform } from '../../middleware/returned-answers.js';
import type { MadeResponse } from '../../middleware/response-objects.js';
import { samplePath, templateGuard } from '../../middleware/jvm/path-templates.js';
import { mergeSteps, stepsFrom } from '../../policy/from-actions.js';
import { guardOf } from '../../policy/from-condition.js';
import { ALWAYS, whenAll, whenAny, type Guard, type Probe, type Step } from '../../policy/program.js';
import { casesOfValue } from '../../values/cases.js';
import { and, TRUE, type Condition } from '../../values/condition.js';
import type { Event, Value } from '../../values/value.js';
import type { Filter, ResourceMethod } from './found.js';
import type { JaxRsPackages } from './packages.js';
import { filterWrites, madeResponse } from './writes.js';

/** How the text at a place reads. */
type TextAt = Platform['textAt'];

/**
 * What filters in front of resources answer: they abort with a response, or throw. Filters behind resources see that
 * answer, too (measured on Jersey 3.1 and RESTEasy 6.2). OPTIONS that no method serves RESTEasy answers before those that
 * are not `@PreMatching`; Jersey asks them.
 */
export function requestFilterSteps(filter: Filter, base: Guard, packages: JaxRsPackages): readonly Step[] {
  const events = filter.run();
  return pruned(events.flatMap((event): readonly Step[] => {
    const { when, at } = event;
    if (restsOnData(when)) return [];
    if (event.kind === 'throw') {
      const made = errorOf(event.value, when, events, packages);
      return 'fault' in made ? [{ when: whenAll(base, guardOf(when)), effects: [], end: { to: 'answer', ...made }, at }] : answered(made, when, base, at);
    }
    if (event.kind === 'call' && event.receiver === packages.request && event.method === 'abortWith') return replied(event.args[0], when, events, base, at, packages);
    // Quarkus: a response that is returned.
    return event.kind === 'return' ? replied(event.value, when, events, base, at, packages) : [];
  }));
}

function replied(value: Value | undefined, when: Condition, events: readonly Event[], base: Guard, at: Step['at'], packages: JaxRsPackages): readonly Step[] {
  if (value === undefined) return [];
  return casesOfValue(value).flatMap((option) => {
    const reached = and(when, option.when);
    const made = madeResponse(option.value, reached, events, packages);
    return made === undefined ? [] : answered(made, reached, base, at);
  });
}

function answered({ writes, statuses }: MadeResponse, when: Condition, base: Guard, at: Step['at']): readonly Step[] {
  return stepsFrom([...writes, ...statuses.map(({ when: set, status }) => ({ do: 'status', status, when: set, at }) as const), { do: 'end', when, at }], base);
}

/** What filters behind resources write, on every answer. */
export function responseFilterSteps(filter: Filter, base: Guard, packages: JaxRsPackages): readonly Step[] {
  return pruned(stepsFrom(filter.run().flatMap((event) => filterWrites(event, packages)), base));
}

/**
 * Resources: what a method returns. Both implementations answer OPTIONS of a path by themselves where no method does, and
 * HEAD by the method of GET.
 */
export function resourceSteps(methods: readonly ResourceMethod[], packages: JaxRsPackages, textAt: TextAt): readonly Step[] {
  const own = methods.flatMap((method) => {
    const { verb, path, at } = method;
    const verbs = verb === 'GET' && !methods.some((other) => other.path === path && other.verb === 'HEAD') ? ['GET', 'HEAD'] : [verb];
    const base = whenAll(templateGuard(path, at), { g: 'method', in: verbs });
    const events = method.run();
    const answers = returnedAnswers(events, { responseOf: (value, when) => responseOf(value, when, events, packages), raised: (value) => errorOf(value, TRUE, events, packages), textAt });
    return [...servletSteps(events, packages.servlet, base, 'always'), ...answers.map((step) => ({ ...step, when: whenAll(base, step.when) }))];
  });
  const byItself = [...new Set(methods.map(({ path }) => path))].filter((path) => !methods.some((one) => one.path === path && one.verb === 'OPTIONS'));
  return pruned([...own, ...byItself.map((path): Step => ({ when: whenAll(templateGuard(path, methods[0]!.at), { g: 'method', in: ['OPTIONS'] }), effects: [], end: { to: 'answer', status: 200 }, at: methods[0]!.at }))]);
}

/** An entity is sent with 200, nothing with 204. */
function responseOf(value: Value, when: Condition, events: readonly Event[], packages: JaxRsPackages): MadeResponse {
  const made = madeResponse(value, when, events, packages);
  if (made !== undefined) return made;
  const status: Value = { kind: 'number', value: value.kind === 'nothing' ? 204 : 200, at: value.at };
  return { writes: value.kind === 'unknown' ? unknownHeaders(value, when) : [], statuses: [{ when, status }] };
}

function errorOf(value: Value | undefined, when: Condition, events: readonly Event[], packages: JaxRsPackages): MadeResponse | Failure {
  const role = packages.roleOf(value);
  if (role?.is !== 'error') return { status: 500, fault: 'the code throws, and the container makes the response' };
  const made = role.response === undefined ? undefined : madeResponse(role.response, when, events, packages);
  return made ?? { writes: [], statuses: [{ when, status: role.status }] };
}

/** Filters around resources: what those behind write is on every answer. */
export function around(front: readonly Step[], resources: readonly Step[], behind: readonly Step[], at: Step['at']): readonly Step[] {
  const past = new Set(resources.filter(({ end }) => end?.to === 'answer' && end.fault !== undefined));
  return mergeSteps(beforeAnswers([...front, ...resources, { when: ALWAYS, effects: [], end: { to: 'behind' }, at }], behind, past));
}

/** The requests that come to the resources with one of the annotations; all where no resource in view has one. */
export function boundGuard(bindings: readonly string[], methods: readonly ResourceMethod[]): Guard {
  const bound = methods.filter((method) => bindings.every((name) => method.bindings.includes(name)));
  if (bindings.length === 0 || bound.length === 0) return ALWAYS;
  return whenAny(...bound.map(({ path, verb, at }) => whenAll(templateGuard(path, at), { g: 'method', in: verb === 'GET' ? ['GET', 'HEAD'] : [verb] })));
}

export function probesOf(methods: readonly ResourceMethod[], requestHeaders: readonly string[]): readonly Probe[] {
  return [...new Set(methods.map(({ path }) => path))].map((path) => {
    const here = methods.filter((one) => one.path === path);
    const verbs = new Set(here.flatMap(({ verb }) => (verb === 'OPTIONS' ? [] : verb === 'GET' ? ['GET', 'HEAD'] : [verb])));
    return { path: samplePath(path), methods: [...verbs], requestHeaders, at: here[0]!.at };
  });
}

function pruned(steps: readonly Step[]): readonly Step[] {
  return steps.flatMap((step) => {
    const when = allOf(step.when);
    return when.g === 'never' ? [] : [{ ...step, when }];
  });
}
