import { neededHeaders } from '../../middleware/request-reads.js';
import { handlerSteps } from '../../middleware/fetch-handlers.js';
import { FetchObjects, fetchRequest } from '../../middleware/fetch-response.js';
import { functionHandle, packageHandle } from '../../middleware/package-handles.js';
import { evidenceIn } from '../../middleware/readings.js';
import { handlerIn } from '../../middleware/wrapped-handlers.js';
import { writesCors } from '../../middleware/responses-out-of-view.js';
import { comparedPaths } from '../../policy/paths.js';
import { ALWAYS, unless, whenAll, whenAny, type Guard, type Policy, type Step } from '../../policy/program.js';
import { run, type EstreeModule, type Packages, type Run } from '../../syntax/estree/index.js';
import type { Span } from '../../text/span.js';
import { entry, type FunctionValue, type Handle, type Value } from '../../values/value.js';
import type { Reading } from '../reader.js';
import { matched } from './conditions.js';
import { fileRoute } from './paths.js';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** A module that runs on the objects of the Fetch standard, with those of `next/server` and `next/headers`. */
export class Web {
  readonly at: Span;
  readonly objects = new FetchObjects();
  readonly reads = new Set<string>();
  readonly #request: Handle;
  readonly #packages: ReadonlyMap<string, Value>;

  constructor(readonly module: EstreeModule) {
    const at = module.spanOf(module.program);
    this.at = at;
    this.#request = fetchRequest(at, (header) => this.reads.add(header));
    const server = packageHandle('next/server', { NextResponse: this.objects.response }, () => undefined);
    const headers = packageHandle('next/headers', { headers: functionHandle('headers', () => this.#request.get('headers')), cookies: functionHandle('cookies', () => this.#request.get('cookies')) }, () => undefined);
    const globals: Handle = { kind: 'handle', name: 'globalThis', at, get: (name) => this.objects.global(name), call: () => undefined };
    this.#packages = new Map([['next/server', server], ['next/server.js', server], ['next/headers', headers], ['globalThis', globals]]);
  }

  readonly packages: Packages = (specifier) => this.#packages.get(specifier);

  /** Wrappers of log-ins give the request behind what they know of the user. */
  stepsOf(callee: FunctionValue, base: Guard, unanswered: 'fail' | 'next'): readonly Step[] {
    return handlerSteps(this.module, callee, [this.#request, this.#request], this.objects, base, unanswered);
  }
}

export function webModule(module: EstreeModule): { readonly web: Web; readonly ran: Run } {
  const web = new Web(module);
  const ran = run(module, web.packages);
  web.objects.follow(ran.events);
  return { web, ran };
}

/** `route.ts` below `app/`: functions named after the methods that they serve. */
export function routePolicies(module: EstreeModule): readonly Reading[] {
  const { web, ran } = webModule(module);
  const [, path = ''] = /(?:^|\/)app\/(.*?)\/?route\.[jt]sx?$/.exec(module.file) ?? [];
  const place = fileRoute(path, web.at);
  const exported = METHODS.flatMap((method) => {
    const value = ran.exports.get(method);
    return value === undefined ? [] : [{ method, value }];
  });
  const own = exported.map(({ method }) => method);
  const steps = exported.flatMap(({ method, value }): readonly Step[] => {
    const methods = method === 'GET' && !own.includes('HEAD') ? ['GET', 'HEAD'] : [method];
    const base = whenAll(place.when, { g: 'method', in: methods });
    const handler = handlerIn(value);
    if (handler !== undefined) return web.stepsOf(handler, base, 'fail');
    // What serves the method is not in view.
    return [{ when: base, effects: [], end: { to: 'behind' }, at: value.at }];
  });
  if (!writesCors(steps)) return [];
  const options: Step = { when: whenAll(place.when, { g: 'method', in: ['OPTIONS'] }), effects: [], end: { to: 'answer', status: 204 }, at: web.at };
  const unserved: Step = { when: place.when, effects: [], end: { to: 'answer', status: 405 }, at: web.at };
  const first = exported.find(({ value }) => handlerIn(value) !== undefined)?.value ?? exported[0]!.value;
  return [policyReading(module, {
    title: `route ${place.sample}`,
    layer: 'route-handler',
    at: first.at,
    steps: [...steps, ...(own.includes('OPTIONS') ? [] : [options]), unserved],
    // Each method has a function of its own: each is asked about.
    probes: exported.filter(({ method }) => method !== 'OPTIONS').map(({ method, value }) => ({ path: place.sample, methods: [method], requestHeaders: neededHeaders(web.reads, false), at: value.at })),
  }, web.reads)];
}

/** `middleware.ts`, `proxy.ts`: one function in front of the requests that `config.matcher` picks. */
export function middlewarePolicies(module: EstreeModule): readonly Reading[] {
  const { web, ran } = webModule(module);
  const callee = ['middleware', 'proxy', 'default'].map((name) => handlerIn(ran.exports.get(name))).find((handler) => handler !== undefined);
  if (callee === undefined) return [];
  const config = ran.exports.get('config');
  const seen = matched(config?.kind === 'record' ? entry(config, 'matcher')?.value : undefined);
  const base = seen.length === 0 ? ALWAYS : whenAny(...seen.map(({ when }) => when));
  const steps = web.stepsOf(callee, base, 'next');
  if (!writesCors(steps)) return [];
  const paths = comparedPaths(steps).filter((path) => path !== '/');
  const samples = paths.length > 0 ? paths : seen.length === 0 ? ['/'] : [...new Set(seen.map(({ sample }) => sample))];
  return [policyReading(module, {
    title: 'Next.js middleware',
    layer: 'app-middleware',
    at: callee.at,
    steps: [...(base.g === 'always' ? [] : [{ when: unless(base), effects: [], end: { to: 'behind' }, at: callee.at } as const]), ...steps],
    probes: samples.map((path) => ({ path, methods: null, requestHeaders: neededHeaders(web.reads, false), at: callee.at })),
  }, web.reads)];
}

function policyReading(module: EstreeModule, own: Pick<Policy, 'title' | 'layer' | 'at' | 'steps' | 'probes'>, reads: ReadonlySet<string>): Reading {
  const policy: Policy = {
    reader: 'next',
    ...own,
    behind: { options: null },
    survivesUncaught: false,
    listens: [],
    evidence: evidenceIn(module, true, reads.has('cookie') ? 'yes' : 'unknown'),
    notes: [],
  };
  return { kind: 'policy', policy };
}
