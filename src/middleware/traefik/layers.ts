import { ABSENT } from '../../origins/origin-set.js';
import { unless, whenAll, type Guard, type Policy, type Step } from '../../policy/program.js';
import type { Reading } from '../../readers/reader.js';
import type { YamlInProject } from '../../syntax/yaml/index.js';
import { factOf, unknown } from '../../values/value.js';
import type { Middleware } from './definitions.js';
import { targetsIn, type Target } from './goals.js';
import { pathBehind } from './path-changes.js';
import { placeProbes, type Routed } from './routing.js';
import { guardOf } from './rule.js';

/** Routers past which a file was not written by hand. */
const MAX_ROUTERS = 400;

/**
 * The routers of a file as layers: behind each middleware that says something of CORS those that go through it, and one of
 * those that go through none. A request that is none of theirs goes on: other files may have routers, too.
 */
export function* routerLayers(unit: YamlInProject, routers: readonly Routed[], cors: readonly Middleware[], major: number): Generator<Reading> {
  const targets = targetsIn(unit);
  const known = routers.filter(({ router }) => router.rule !== undefined && targets.has(router.name)).slice(0, MAX_ROUTERS).sort((a, b) => b.router.priority - a.router.priority);
  for (const middleware of cors) yield* layersOf(known.filter(({ passes }) => passes.includes(middleware)), targets, middleware, major);
  yield* layersOf(known.filter(({ passes }) => !passes.some((one) => cors.includes(one))), targets, undefined, major);
}

/** One layer for each network in which the routers' targets are named. */
function* layersOf(routers: readonly Routed[], targets: ReadonlyMap<string, Target>, middleware: Middleware | undefined, major: number): Generator<Reading> {
  const networks = new Set(routers.map(({ router }) => targets.get(router.name)!.network));
  for (const network of networks) {
    const own = routers.filter(({ router }) => targets.get(router.name)!.network === network);
    const at = own[0]!.router.at;
    const policy: Policy = {
      reader: 'traefik',
      title: own.length === 1 ? `router ${own[0]!.router.name}` : 'routers of Traefik',
      layer: 'gateway',
      at,
      steps: own.flatMap((routed) => stepsOf(routed, targets.get(routed.router.name)!, middleware, major)),
      behind: { options: null },
      probes: own.flatMap(({ router }) => placeProbes(router, [], major)),
      survivesUncaught: true,
      listens: [],
      evidence: { handWritten: false, canAddVary: false, readsCookies: 'unknown', noStore: false },
      notes: [],
    };
    yield { kind: 'layer', layer: { policy, ...(network === undefined ? {} : { network }), ...(middleware === undefined ? {} : { carries: [middleware.at] }) } };
  }
}

/** What asks for credentials behind the middleware does so; what stands in front of it was asked before. */
function stepsOf({ router, passes }: Routed, { upstream }: Target, middleware: Middleware | undefined, major: number): readonly Step[] {
  const match = guardOf(router.rule!, major, router.at);
  const behind = middleware === undefined ? passes : passes.slice(passes.indexOf(middleware) + 1);
  const refusals = behind.flatMap(({ does, at }): readonly Step[] => {
    const refused = does.kind === 'auth' ? WITHOUT_CREDENTIALS : does.kind === 'forward-auth' ? whenAll(WITHOUT_CREDENTIALS, { g: 'header', name: 'cookie', in: ABSENT }, unless({ g: 'fact', fact: { ...factOf(unknown('upstream', `whether ${does.asks} lets the request through`, at)), key: `auth ${does.asks}` } })) : undefined;
    return refused === undefined ? [] : [{ when: whenAll(match, refused), effects: [], end: { to: 'answer', status: 401, unauthenticated: true }, at }];
  });
  const paths = pathBehind(passes.flatMap(({ does }) => (does.kind === 'path' ? [does] : [])), router.at);
  return [...refusals, ...paths.map(({ when, path }): Step => ({ when: whenAll(match, when), effects: [], end: { to: 'upstream', upstream: path === undefined ? upstream : { ...upstream, path } }, at: router.at }))];
}

const WITHOUT_CREDENTIALS: Guard = { g: 'header', name: 'authorization', in: ABSENT };
