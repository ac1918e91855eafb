/**
 * Handlers in the style of the Fetch standard, which return a `Response`: Cloudflare Workers and Pages, Deno, Bun,
 * Supabase and Netlify functions, SvelteKit, Remix and Astro endpoints.
 *
 * The same function answers OPTIONS and everything else, so each `Response` that it can return counts with the
 * conditions on which it is returned. Headers that code gives to `fetch()` are those of a request and mean nothing here.
 */
import { editFetch } from '../../middleware/fetch-edits.js';
import { FetchObjects, fetchRequest, thrown } from '../../middleware/fetch-response.js';
import { stepsFrom } from '../../policy/from-actions.js';
import { comparedPaths } from '../../policy/paths.js';
import { ALWAYS, whenAll, type Guard, type Policy, type Step } from '../../policy/program.js';
import { run, type EstreeModule, type Packages } from '../../syntax/estree/index.js';
import type { Span } from '../../text/span.js';
import { setting } from '../../values/either.js';
import type { Event, FunctionValue, Handle, Value } from '../../values/value.js';
import { defineReader } from '../reader.js';
import { handlersIn, Runtime, type Handler } from './handlers.js';

export default defineReader<EstreeModule>({
  title: 'Fetch handlers',
  language: 'estree',
  mayConcern: /^(?=[^]*(?:[Aa]ccess-[Cc]ontrol-|[Cc][Oo][Rr][Ss]))[^]*\b(?:Response|respondWith)\b/,

  *read(module) {
    if (NEXT.test(module.file)) return;
    const objects = new FetchObjects();
    const runtime = new Runtime();
    const packages: Packages = (specifier) => (specifier === 'globalThis' ? globals(objects, runtime) : runtime.package(specifier));
    const ran = run(module, packages);
    objects.follow(ran.events);
    const files = new Set<string>();
    for (const handlers of handlersIn(ran, runtime)) {
      const policy = policyOf(handlers, objects, module);
      if (policy === undefined) continue;
      for (const { effects } of policy.steps) for (const { at } of effects) files.add(at.file);
      yield { kind: 'policy', policy };
    }
    files.delete(module.file);
    for (const file of files) yield { kind: 'covers', file };
  },

  write: editFetch,
});

/** Files whose handlers Next.js calls, with rules of its own. */
const NEXT = /(?:^|\/)(?:app\/(?:[^]*\/)?route|(?:middleware|proxy)|pages\/api\/[^]*)\.[cm]?[jt]sx?$/;

function globals(objects: FetchObjects, runtime: Runtime): Handle {
  return { kind: 'handle', name: 'globalThis', at: { file: '', start: 0, end: 0 }, get: (name) => objects.global(name) ?? runtime.global(name), call: () => undefined };
}

/** One policy for the handlers that answer at one place, each for its methods. */
function policyOf(handlers: readonly Handler[], objects: FetchObjects, module: EstreeModule): Policy | undefined {
  const [first] = handlers;
  if (first === undefined) return undefined;
  const reads = new Set<string>();
  const steps = handlers.flatMap(({ callee, shape, methods }) => {
    const base: Guard = methods === undefined ? ALWAYS : { g: 'method', in: methods };
    return stepsOf(callee, argumentsFor(shape, callee.at, (header) => reads.add(header)), objects, base);
  });
  if (!steps.some(({ effects }) => effects.some(({ header, value }) => header.startsWith('access-control-') && value.v !== 'unknown'))) return undefined;
  const served = handlers.every(({ methods }) => methods !== undefined) ? [...new Set(handlers.flatMap(({ methods }) => methods ?? []))] : null;
  const unserved: readonly Step[] = served === null ? [] : [{ when: whenAll(ALWAYS), effects: [], end: { to: 'answer', status: 405 }, at: first.callee.at }];
  return {
    reader: 'fetch-handler',
    title: first.title,
    layer: 'route-handler',
    at: first.callee.at,
    steps: [...steps, ...unserved],
    behind: { options: null },
    probes: comparedPaths(steps).map((path) => ({ path, methods: served?.filter((method) => method !== 'OPTIONS') ?? null, requestHeaders: reads.has('authorization') ? ['authorization'] : [], at: first.callee.at })),
    survivesUncaught: false,
    listens: [],
    evidence: { handWritten: true, canAddVary: true, readsCookies: reads.has('cookie') ? 'yes' : 'unknown', noStore: /no-store/i.test(module.source.text) },
    notes: [],
  };
}

function stepsOf(callee: FunctionValue, args: readonly Value[], objects: FetchObjects, base: Guard): readonly Step[] {
  const events = callee.run(args);
  objects.follow(events);
  const returned = events.flatMap((event): readonly Event[] => {
    if (event.kind === 'return') return [event];
    // `event.respondWith(response)` answers; what the listener returns is nobody's.
    return event.kind === 'call' && event.method === 'respondWith' && event.args[0] !== undefined ? [{ kind: 'return', when: event.when, value: event.args[0], at: event.at }] : [];
  });
  const responds = events.some((event) => event.kind === 'call' && event.method === 'respondWith');
  return [
    ...returned.flatMap((event) => (event.kind === 'return' && !(responds && event.value.kind === 'nothing') ? objects.answers(event.value, event.when, base, event.at, responds ? 'next' : 'fail') : [])),
    ...thrown(events, base),
    ...(responds ? stepsFrom([], base) : []),
  ];
}

/** What the runtime gives to a handler: the request, or an object that holds it, then its settings. */
function argumentsFor(shape: Handler['shape'], at: Span, read: (header: string) => void): readonly Value[] {
  const request = fetchRequest(at, read);
  const env: Handle = { kind: 'handle', name: 'env', at, get: (name) => setting(name, { kind: 'nothing', what: 'undefined', at }, { kind: 'env', name, at }, at), call: () => undefined };
  const context: Handle = { kind: 'handle', name: 'context', at, get: (property) => (property === 'request' ? request : property === 'env' ? env : undefined), call: () => undefined };
  return shape === 'context' ? [context] : [request, env, context];
}
