import { beforeAnswers } from '../../middleware/before-answers.js';
import { addProbe } from '../../middleware/probes.js';
import { writesCors } from '../../middleware/responses-out-of-view.js';
import { returnedAnswers, type Platform } from '../../middleware/returned-answers.js';
import { unknownText } from '../../middleware/config-call.js';
import { byDefault, byOption } from '../../middleware/sent.js';
import { casesOf, guardOf } from '../../policy/from-condition.js';
import { ALWAYS, NEVER, unless, whenAll, whenAny, type Guard, type HeaderValue, type Note, type Probe, type Step } from '../../policy/program.js';
import type { PythonModule } from '../../syntax/python/index.js';
import type { Span } from '../../text/span.js';
import type { Condition } from '../../values/condition.js';
import { unknown, type Value } from '../../values/value.js';
import { corsOf, corsSteps, defaultCors, type AppCors } from './cors.js';
import type { PowertoolsPackages } from './packages.js';
import type { Route, Routes } from './routes.js';
import type { Manner } from './version.js';

export interface PowertoolsProgram {
  readonly steps: readonly Step[];
  readonly probes: readonly Probe[];
  readonly notes: readonly Note[];
  /** Routes write headers of CORS by themselves. */
  readonly handWritten: boolean;
}

/** Where a route is, what it answers by itself, and which headers are added then. */
interface Told {
  readonly route: Route;
  readonly own: readonly Step[];
  readonly cors: readonly AppCors[];
}

const OPTIONS: Guard = { g: 'method', in: ['OPTIONS'] };

/**
 * An application as steps (aws_lambda_powertools/event_handler/api_gateway.py). A route with CORS has the headers of the
 * application's `CORSConfig` laid over its own; OPTIONS that no route takes is answered with 204 where the application has
 * CORS, and what no route takes with 404 and the same headers. What a route raises and nobody handles fails the function.
 */
export function powertoolsProgram(cors: Value | undefined, at: Span, { routes, open }: Routes, module: PythonModule, packages: PowertoolsPackages, manner: Manner): PowertoolsProgram {
  const app = corsOf(cors, packages, manner);
  // Routes without parameters are tried first.
  const ordered = routes.toSorted((a, b) => Math.sign(a.place.rank) - Math.sign(b.place.rank));
  const probes: Probe[] = [];
  let handWritten = false;
  const told = ordered.map((route): Told => {
    const { steps: own, reads, written } = routeSteps(route, module, packages);
    handWritten ||= written;
    addProbe(probes, { path: route.place.sample, methods: route.methods ?? null, requestHeaders: reads, at: route.at });
    return { route, own, cors: corsOfRoute(route, app, manner) };
  });
  // Routes that do as the application does need no steps of their own.
  const special = told.some(({ route, own }) => own.length > 0 || route.cors !== undefined || route.methods?.includes('OPTIONS') === true);
  const ignored = app.flatMap(({ config }) => config?.ignoredCredentials() ?? []);
  return {
    steps: [
      ...(special ? told.flatMap((one) => routed(one, manner)) : []),
      ...app.flatMap((one) => {
        const asked = whenAll(one.when, OPTIONS);
        return [{ when: asked, effects: [byOption('set', 'access-control-allow-methods', methodsOf(told, open, at), at)], at }, ...corsSteps(one, OPTIONS, manner), { when: asked, effects: [], end: { to: 'answer', status: 204 }, at } as const];
      }),
      ...app.flatMap((one) => corsSteps(one, unless(OPTIONS), manner)),
    ],
    probes: probes.length > 0 ? probes : [{ path: '/', methods: null, requestHeaders: [], at }],
    notes: ignored.map((value) => ({ id: 'credentials-ignored', at: value.at, related: [], path: probes[0]?.path ?? '/' })),
    handWritten,
  };
}

function routed({ route, own, cors }: Told, manner: Manner): readonly Step[] {
  const reached = whenAll(route.place.when, route.methods === undefined ? ALWAYS : { g: 'method', in: route.methods }, route.exists);
  const late = cors.flatMap((one) => corsSteps(one, ALWAYS, manner));
  const failures = new Set(own.filter(({ end }) => end?.to === 'answer' && end.status === 502));
  return beforeAnswers([...own, { when: ALWAYS, effects: [], end: { to: 'behind' }, at: route.at }], late, failures).map((step) => ({ ...step, when: whenAll(reached, step.when) }));
}

/** `cors=` of a route: what is false there has none, what is true has the application's, or the defaults. */
function corsOfRoute({ cors, at }: Route, app: readonly AppCors[], manner: Manner): readonly AppCors[] {
  if (cors === undefined) return app;
  return casesOf(cors).flatMap(({ when, value }): readonly AppCors[] => {
    if (value.kind === 'nothing') return app.map((one) => ({ ...one, when: whenAll(when, one.when) }));
    const on = value.kind === 'boolean' ? (value.value ? ALWAYS : NEVER) : value.kind === 'condition' ? guardOf(value.condition) : ALWAYS;
    if (on.g === 'never') return [];
    if (value.kind === 'unknown') return [{ when, config: undefined, value }];
    const without = unless(whenAny(...app.map((one) => one.when)));
    return [...app, { ...defaultCors(at, value, manner), when: without }].flatMap((one) => {
      const both = whenAll(when, on, one.when);
      return both.g === 'never' ? [] : [{ ...one, when: both }];
    });
  });
}

/** Methods of all routes with CORS, and OPTIONS; sorted. */
function methodsOf(told: readonly Told[], open: boolean, at: Span): HeaderValue {
  const sure = told.filter(({ cors }) => cors.length > 0);
  if (open || sure.some(({ route }) => route.methods === undefined || route.exists.g !== 'always')) return unknownText(unknown('import-not-resolved', 'routes that are not in view', at), 'the methods');
  const text = [...new Set([...sure.flatMap(({ route }) => route.methods ?? []), 'OPTIONS'])].sort().join(',');
  return byDefault('set', '', text, at).value;
}

/** What a route answers by itself; nothing where it writes no header of CORS. */
function routeSteps({ callee }: Route, module: PythonModule, packages: PowertoolsPackages): { readonly steps: readonly Step[]; readonly reads: readonly string[]; readonly written: boolean } {
  if (callee === undefined) return { steps: [], reads: [], written: false };
  packages.reads.clear();
  const events = callee.run(Array.from({ length: callee.parameters }, () => unknown('parameter', 'a part of the path', callee.at)));
  packages.responses.follow(events);
  const steps = returnedAnswers(events, platformOf(module, packages));
  const reads = ['authorization', 'content-type'].filter((name) => packages.reads.has(name));
  const written = writesCors(steps);
  return { steps: written ? steps : [], reads, written };
}

/** A dictionary is the body of a response, a pair is a body and a status. */
function platformOf(module: PythonModule, packages: PowertoolsPackages): Platform {
  return {
    responseOf(value: Value, when: Condition) {
      const made = packages.responses.madeOf(value, when);
      if (made !== undefined || value.kind === 'unknown' || value.kind === 'handle') return made;
      const [, status] = value.kind === 'list' && value.items.length === 2 ? value.items : [];
      return { writes: [], statuses: status === undefined ? [] : [{ when, status }] };
    },
    raised(value) {
      const role = packages.roleOf(value);
      if (role?.is !== 'error') return { status: 502, fault: 'the route raises, and the function fails' };
      return role.status?.kind === 'number' ? { status: role.status.value, fault: 'the route raises' } : { writes: [], statuses: role.status === undefined ? [] : [{ when: { c: 'true' }, status: role.status }] };
    },
    textAt: (at) => module.written(at),
  };
}
