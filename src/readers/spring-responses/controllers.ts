import { annotated } from '../../middleware/jvm/annotations.js';
import { servletSteps } from '../../middleware/jvm/servlet-answers.js';
import { allOf } from '../../middleware/koa/guards.js';
import { unknownHeaders } from '../../middleware/responses-out-of-view.js';
import { returnedAnswers, type Platform } from '../../middleware/returned-answers.js';
import { pathGuard, samplePath } from '../../middleware/spring/paths.js';
import { routesIn, type Route } from '../../middleware/spring/routes.js';
import { mergeSteps } from '../../policy/from-actions.js';
import { ALWAYS, whenAll, type Guard, type Probe, type Step } from '../../policy/program.js';
import type { ClassInView, MethodInView } from '../../syntax/jvm/index.js';
import { unknown, type Event, type Value } from '../../values/value.js';
import type { SpringResponses } from './packages.js';

/** A controller, and what its methods write. */
export interface Controller {
  readonly type: ClassInView;
  readonly steps: readonly Step[];
  readonly probes: readonly Probe[];
}

/** Calls a method with the objects for its parameters. */
export function called({ callee, parameters }: MethodInView, packages: SpringResponses): readonly Event[] {
  return callee.run(parameters.map((parameter): Value => packages.given(parameter) ?? unknown('parameter', `the parameter ${parameter.name}`, parameter.at)));
}

/**
 * The controllers of a file. A method with `@ModelAttribute` runs before each of them. Spring answers OPTIONS of a mapped
 * path by itself, without headers of CORS; a preflight it refuses with 403 where nothing of its own CORS is configured
 * (before 7.0, where it gets 200).
 */
export function controllersIn(classes: readonly ClassInView[], packages: SpringResponses, preflight: number | null, textAt: Platform['textAt']): readonly Controller[] {
  return classes.flatMap((type): readonly Controller[] => {
    const routes = routesIn(type);
    if (routes.length === 0) return [];
    const before = type.methods.filter(({ annotations }) => annotated(annotations, 'ModelAttribute') !== undefined && annotated(annotations, 'RequestMapping', 'GetMapping', 'PostMapping') === undefined);
    const steps = routes.flatMap((route) => routeSteps(route, before, packages, textAt));
    const paths = [...new Set(routes.map(({ path }) => path))];
    const options = preflight === null ? [] : paths.filter((path) => !routes.some((route) => route.path === path && route.methods.includes('OPTIONS'))).flatMap((path) => unserved(path, preflight, type.at));
    const probes = paths.map((path): Probe => {
      const here = routes.filter((route) => route.path === path);
      const methods = new Set(here.flatMap((route) => route.methods.flatMap((method) => (method === 'OPTIONS' ? [] : method === 'GET' ? ['GET', 'HEAD'] : [method]))));
      return { path: samplePath(path), methods: here.some((route) => route.methods.length === 0) ? null : [...methods], requestHeaders: [], at: here[0]!.method.at };
    });
    return [{ type, steps: mergeSteps([...steps, ...options]), probes }];
  });
}

/** What OPTIONS gets that no method serves. */
function unserved(path: string, preflight: number, at: Step['at']): readonly Step[] {
  const base: Guard = whenAll(pathGuard(path, at), { g: 'method', in: ['OPTIONS'] });
  const asked: Guard = { g: 'and', of: [{ g: 'origin', in: { s: 'not', of: { s: 'absent' } } }, { g: 'header', name: 'access-control-request-method', in: { s: 'not', of: { s: 'absent' } } }] };
  return [
    { when: whenAll(base, asked), effects: [], end: { to: 'answer', status: preflight }, at },
    { when: base, effects: [], end: { to: 'answer', status: 200 }, at },
  ];
}

function routeSteps({ path, methods, method }: Route, before: readonly MethodInView[], packages: SpringResponses, textAt: Platform['textAt']): readonly Step[] {
  const verbs = methods.includes('GET') && !methods.includes('HEAD') ? [...methods, 'HEAD'] : methods;
  // A mapping without methods takes all of them but OPTIONS, which Spring answers where a preflight asks.
  const base = whenAll(pathGuard(path, method.at), verbs.length === 0 ? { g: 'not', of: { g: 'method', in: ['OPTIONS'] } } : { g: 'method', in: verbs });
  const events = called(method, packages);
  const direct = [...before.map((one) => called(one, packages)), events].flatMap((run) => [...servletSteps(run, packages.servlet, base, 'always'), ...servletSteps(run, packages.reactive, base, 'always')]);
  const answers = returnedAnswers(events, {
    responseOf: (value, when) => packages.madeOf(value, when, events) ?? { writes: value.kind === 'unknown' ? unknownHeaders(value, when) : [], statuses: [] },
    raised: () => ({ status: 500, fault: 'the code throws, and Spring makes the response' }),
    textAt,
  });
  return [...direct, ...answers.map((step) => ({ ...step, when: whenAll(base, step.when) }))].flatMap((step) => {
    const when = allOf(step.when);
    return when.g === 'never' ? [] : [{ ...step, when }];
  });
}

/** Advice that writes on every response with a body: `ResponseBodyAdvice.beforeBodyWrite`, and `@ModelAttribute` of a `@ControllerAdvice`. */
export function adviceSteps(type: ClassInView, packages: SpringResponses): readonly Step[] {
  const isAdvice = annotated(type.annotations, 'ControllerAdvice', 'RestControllerAdvice') !== undefined;
  const methods = type.methods.filter(({ name, annotations }) => name === 'beforeBodyWrite' || (isAdvice && annotated(annotations, 'ModelAttribute') !== undefined));
  return mergeSteps(methods.flatMap((method) => {
    const events = called(method, packages);
    return [...servletSteps(events, packages.servlet, ALWAYS, 'always'), ...servletSteps(events, packages.reactive, ALWAYS, 'always')];
  }));
}
