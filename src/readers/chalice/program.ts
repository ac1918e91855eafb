import { beforeAnswers } from '../../middleware/before-answers.js';
import { addProbe } from '../../middleware/probes.js';
import { writesCors } from '../../middleware/responses-out-of-view.js';
import { returnedAnswers, type Platform } from '../../middleware/returned-answers.js';
import { byDefault } from '../../middleware/sent.js';
import { whenAll, whenAny, type Guard, type Note, type Probe, type Step } from '../../policy/program.js';
import type { PythonModule } from '../../syntax/python/index.js';
import type { Condition } from '../../values/condition.js';
import { unknown, type Value } from '../../values/value.js';
import { corsOf, corsSteps, hasCors, type RouteCors } from './cors.js';
import type { ChalicePackages } from './packages.js';
import type { Route } from './routes.js';

/** The answers of one application. */
export interface ChaliceProgram {
  readonly steps: readonly Step[];
  readonly probes: readonly Probe[];
  readonly notes: readonly Note[];
  /** Views write headers of CORS by themselves. */
  readonly handWritten: boolean;
}

/**
 * Routes as steps. A route's fixed headers are added to every answer of its view, errors that it raises included, where
 * the view has not set them. OPTIONS never comes to the app: API Gateway answers it from what `chalice deploy` writes
 * (chalice/deploy/swagger.py), and refuses it with 403 where no route of the path has CORS.
 */
export function chaliceProgram(routes: readonly Route[], module: PythonModule, packages: ChalicePackages): ChaliceProgram {
  const steps: Step[] = [];
  const probes: Probe[] = [];
  const notes: Note[] = [];
  let handWritten = false;
  for (const route of routes.toSorted((a, b) => a.place.rank - b.place.rank)) {
    const cors = corsOf(route.cors, packages, route.at);
    const { steps: own, reads, written } = viewSteps(route, module, packages);
    const late = cors.flatMap((one) => corsSteps(one, { g: 'always' }, false)).map(asDefault);
    handWritten ||= written;
    const reached = whenAll(reachedBy(route), route.exists);
    steps.push(...beforeAnswers([...own, { when: { g: 'always' }, effects: [], end: { to: 'behind' }, at: route.at }], late, new Set()).map((step) => ({ ...step, when: whenAll(reached, step.when) })));
    addProbe(probes, { path: route.place.sample, methods: route.methods ?? null, requestHeaders: [...reads, ...(route.authorizer ? ['authorization'] : [])], at: route.at });
    for (const { config } of cors) {
      const ignored = config?.ignoredCredentials();
      if (ignored !== undefined && !notes.some(({ at }) => at.start === ignored.at.start && at.file === ignored.at.file)) notes.push({ id: 'credentials-ignored', at: ignored.at, related: [], path: route.place.sample });
    }
  }
  return { steps: [...steps, ...mocks(routes, packages)], probes, notes, handWritten };
}

/** What a view has set stays: names are compared as they are spelt, which is as everybody spells them. */
function asDefault(step: Step): Step {
  return { ...step, effects: step.effects.map((effect) => (effect.op === 'set' ? { ...effect, op: 'set-if-absent' } : effect)) };
}

function reachedBy({ place, methods }: Route): Guard {
  return methods === undefined ? place.when : whenAll(place.when, { g: 'method', in: methods });
}

/** What a view answers by itself; nothing where it writes no header of CORS. */
function viewSteps({ view }: Route, module: PythonModule, packages: ChalicePackages): { readonly steps: readonly Step[]; readonly reads: readonly string[]; readonly written: boolean } {
  if (view === undefined) return { steps: [], reads: [], written: false };
  packages.reads.clear();
  const events = view.run(Array.from({ length: view.parameters }, () => unknown('parameter', 'a part of the path', view.at)));
  packages.responses.follow(events);
  const steps = returnedAnswers(events, platformOf(module, packages));
  const reads = ['authorization', 'content-type'].filter((name) => packages.reads.has(name));
  const written = writesCors(steps);
  return { steps: written ? steps : [], reads, written };
}

/** What is no `Response` becomes the body of one; errors that Chalice knows have a status, others are 500. */
function platformOf(module: PythonModule, packages: ChalicePackages): Platform {
  return {
    responseOf(value: Value, when: Condition) {
      return packages.responses.madeOf(value, when) ?? (value.kind === 'unknown' || value.kind === 'handle' ? undefined : { writes: [], statuses: [] });
    },
    raised(value) {
      const role = packages.roleOf(value);
      return { status: role?.is === 'error' ? role.status : 500, fault: 'the view raises' };
    },
    textAt: (at) => module.written(at),
  };
}

/** OPTIONS of each path that has CORS and no view of its own for it: methods in the order of the routes, the last route's headers. */
function mocks(routes: readonly Route[], packages: ChalicePackages): readonly Step[] {
  const paths = new Map<string, Route[]>();
  for (const route of routes) paths.set(route.place.sample, [...(paths.get(route.place.sample) ?? []), route]);
  return [...paths.values()].toSorted((a, b) => a[0]!.place.rank - b[0]!.place.rank).flatMap((ofPath): readonly Step[] => {
    if (ofPath.some(({ methods }) => methods?.includes('OPTIONS') === true)) return [];
    const withCors = ofPath.flatMap((route) => {
      const cors = corsOf(route.cors, packages, route.at);
      return cors.length === 0 ? [] : [{ route, cors }];
    });
    const last: { readonly route: Route; readonly cors: readonly RouteCors[] } | undefined = withCors.at(-1);
    if (last === undefined) return [];
    const { route, cors } = last;
    const asked = whenAll(route.place.when, { g: 'method', in: ['OPTIONS'] }, whenAny(...withCors.map((one) => whenAll(one.route.exists, hasCors(one.cors)))));
    const methods = withCors.flatMap((one) => one.route.methods ?? []);
    const steps = cors.flatMap((one) => corsSteps(one, asked, true));
    const at = steps[0]?.at ?? route.at;
    return [{ when: asked, effects: [byDefault('set', 'access-control-allow-methods', [...methods, 'OPTIONS'].join(','), at)], at }, ...steps, { when: asked, effects: [], end: { to: 'answer', status: 200 }, at }];
  });
}
