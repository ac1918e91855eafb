import { annotated, textsOf } from '../../middleware/jvm/annotations.js';
import { servletSteps } from '../../middleware/jvm/servlet-answers.js';
import { allOf } from '../../middleware/koa/guards.js';
import { guardOf } from '../../policy/from-condition.js';
import { ALWAYS, unless, whenAll, type Guard, type Step } from '../../policy/program.js';
import type { ClassInView, MethodInView } from '../../syntax/jvm/index.js';
import { called } from './found.js';
import type { ServletPackages } from './packages.js';
import type { UrlPattern } from './url-patterns.js';

/** A class of servlets, and what it answers. */
export interface Servlet {
  readonly type: ClassInView;
  readonly patterns: readonly UrlPattern[];
  /** A pattern is written that is not known. */
  readonly open: boolean;
  readonly steps: readonly Step[];
  /** Methods that it serves, OPTIONS left out; null where it takes all by itself. */
  readonly methods: readonly string[] | null;
}

const VERBS: Readonly<Record<string, readonly string[]>> = { doGet: ['GET'], doHead: ['HEAD'], doPost: ['POST'], doPut: ['PUT'], doPatch: ['PATCH'], doDelete: ['DELETE'], doOptions: ['OPTIONS'] };

function isHandler({ parameters }: MethodInView): boolean {
  return parameters.length === 2 && /ServletRequest$/.test(parameters[0]!.type ?? '') && /ServletResponse$/.test(parameters[1]!.type ?? '');
}

/** Classes with methods of `HttpServlet`. */
export function servletsIn(classes: readonly ClassInView[], packages: ServletPackages): readonly Servlet[] {
  return classes.flatMap((type): readonly Servlet[] => {
    const own = type.methods.filter((method) => (VERBS[method.name] !== undefined || method.name === 'service') && isHandler(method));
    if (own.length === 0 || !type.supertypes.some((name) => /Servlet$/.test(name))) return [];
    const { texts, open } = textsOf(annotated(type.annotations, 'WebServlet'), 'value', 'urlPatterns');
    const service = own.find(({ name }) => name === 'service');
    const steps = service === undefined ? dispatched(own, ALWAYS, packages) : serviced(service, own, packages);
    const verbs = [...new Set([...own.flatMap(({ name }) => VERBS[name] ?? []), ...(own.some(({ name }) => name === 'doGet') ? ['HEAD'] : [])])].filter((verb) => verb !== 'OPTIONS');
    return [{ type, patterns: texts.map(({ value, at }) => ({ text: value, at })), open, steps, methods: verbs.length === 0 || (service !== undefined && steps.every(({ end }) => end?.to !== 'behind')) ? null : verbs }];
  });
}

/**
 * `HttpServlet.service`: the method of the verb. HEAD is GET without a body; OPTIONS without a method of its own says
 * which methods there are, and any other verb is answered 405 (jakarta.servlet.http.HttpServlet).
 */
function dispatched(own: readonly MethodInView[], base: Guard, packages: ServletPackages): readonly Step[] {
  const named = new Set(own.map(({ name }) => name));
  const steps = own.flatMap((method): readonly Step[] => {
    const verbs = VERBS[method.name];
    if (verbs === undefined) return [];
    const when = allOf(base, { g: 'method', in: method.name === 'doGet' && !named.has('doHead') ? ['GET', 'HEAD'] : verbs });
    return when.g === 'never' ? [] : handled(method, when, packages);
  });
  const { at } = packages.exchange.request;
  const known = own.flatMap(({ name }) => VERBS[name] ?? []);
  const taken = [...new Set([...known, 'OPTIONS', 'TRACE', ...(named.has('doGet') ? ['HEAD'] : [])])];
  return [
    ...steps,
    { when: whenAll(base, { g: 'method', in: ['OPTIONS'] }), effects: [], end: { to: 'answer', status: 200 }, at },
    { when: whenAll(base, unless({ g: 'method', in: taken })), effects: [], end: { to: 'answer', status: 405 }, at },
  ];
}

function handled(method: MethodInView, base: Guard, packages: ServletPackages): readonly Step[] {
  return servletSteps(called(method.callee, method.parameters, packages), packages.exchange, base, 'never');
}

/** A `service` of its own, which may leave the request to `HttpServlet`'s. */
function serviced(service: MethodInView, own: readonly MethodInView[], packages: ServletPackages): readonly Step[] {
  const events = called(service.callee, service.parameters, packages);
  const above = events.flatMap((event) => (event.kind === 'call' && packages.isServletClass(event.receiver) && event.method === 'service' ? [event.when] : []));
  const steps = servletSteps(events, packages.exchange, ALWAYS, 'never');
  const writes = steps.filter(({ end }) => end === undefined);
  const ends = steps.filter(({ end }) => end !== undefined);
  return [...writes, ...above.flatMap((when) => dispatched(own, guardOf(when), packages)), ...ends];
}
