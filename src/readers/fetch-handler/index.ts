/**
 * Handlers in the style of the Fetch standard, which return a `Response`: Cloudflare Workers and Pages, Deno, Bun,
 * Supabase and Netlify functions, SvelteKit, Remix and Astro endpoints.
 *
 * The same function answers OPTIONS and everything else, so each `Response` that it can return counts with the
 * conditions on which it is returned. Headers that code gives to `fetch()` are those of a request and mean nothing here.
 */
import { neededHeaders } from '../../middleware/request-reads.js';
import { ALLOW_OPTIONS } from '../../middleware/edit-script.js';
import { editFetch } from '../../middleware/fetch-edits.js';
import { handlerSteps } from '../../middleware/fetch-handlers.js';
import { FetchObjects, fetchRequest } from '../../middleware/fetch-response.js';
import { writesCors } from '../../middleware/responses-out-of-view.js';
import { nextFile } from '../../middleware/next-files.js';
import { covering, evidenceIn } from '../../middleware/readings.js';
import { comparedPaths } from '../../policy/paths.js';
import { ALWAYS, whenAll, type Guard, type Policy, type Step } from '../../policy/program.js';
import { run, type EstreeModule, type Packages } from '../../syntax/estree/index.js';
import type { Span } from '../../text/span.js';
import { setting } from '../../values/either.js';
import type { Handle, Value } from '../../values/value.js';
import { defineReader, type Reading } from '../reader.js';
import { handlersIn, Runtime, type Handler } from './handlers.js';

export default defineReader<EstreeModule>({
  title: 'Fetch handlers',
  language: 'estree',
  mayConcern: /^(?=[^]*(?:[Aa]ccess-[Cc]ontrol-|[Cc][Oo][Rr][Ss]))[^]*\b(?:Response|respondWith)\b/,

  *read(module) {
    // Next.js calls them by rules of its own.
    if (nextFile(module) !== undefined) return;
    const objects = new FetchObjects();
    const runtime = new Runtime();
    const packages: Packages = (specifier) => (specifier === 'globalThis' ? globals(objects, runtime) : runtime.package(specifier));
    const ran = run(module, packages);
    objects.follow(ran.events);
    // A function that a file of Hono hands out is its middleware: it gets a context, no request.
    const handlers = handlersIn(ran, runtime, module.file).filter(([first]) => first?.title !== 'default handler' || !/['"]hono['"/]/.test(module.source.text));
    yield* covering(module.file, handlers.flatMap((together) => policyOf(together, objects, module)).map((policy): Reading => ({ kind: 'policy', policy })));
  },

  write: (module, policy, change) => editFetch(module, policy, change, { options: ALLOW_OPTIONS, withoutProcess: true }),
});

function globals(objects: FetchObjects, runtime: Runtime): Handle {
  return { kind: 'handle', name: 'globalThis', at: { file: '', start: 0, end: 0 }, get: (name) => objects.global(name) ?? runtime.global(name), call: () => undefined };
}

/** One policy for the handlers that answer at one place, each for its methods. */
function policyOf(handlers: readonly Handler[], objects: FetchObjects, module: EstreeModule): readonly Policy[] {
  const [first] = handlers;
  if (first === undefined) return [];
  const reads = new Set<string>();
  const steps = handlers.flatMap(({ callee, methods, path }) => {
    const base = whenAll(path === undefined ? ALWAYS : pathGuard(path, callee.at), methods === undefined ? ALWAYS : { g: 'method', in: methods });
    return handlerSteps(module, callee, argumentsFor(objects, callee.at, (header) => reads.add(header)), objects, base, 'fail');
  });
  if (!writesCors(steps)) return [];
  const served = handlers.every(({ methods }) => methods !== undefined) ? [...new Set(handlers.flatMap(({ methods }) => methods ?? []))] : null;
  // What a route does not serve goes to the handler of all paths.
  const unserved: readonly Step[] = served === null || first.path !== undefined ? [] : [{ when: whenAll(ALWAYS), effects: [], end: { to: 'answer', status: 405 }, at: first.callee.at }];
  const policy: Policy = {
    reader: 'fetch-handler',
    title: first.title,
    layer: 'route-handler',
    at: first.callee.at,
    steps: [...steps, ...unserved],
    behind: { options: null },
    probes: (first.path === undefined ? comparedPaths(steps) : [first.path.replace(/:\w+|\*/g, 'x')]).map((path) => ({ path, methods: served?.filter((method) => method !== 'OPTIONS') ?? null, requestHeaders: neededHeaders(reads, false), at: first.callee.at })),
    survivesUncaught: false,
    listens: first.listens ?? [],
    evidence: evidenceIn(module, true, reads.has('cookie') ? 'yes' : 'unknown'),
    notes: [],
  };
  return [policy];
}

/** `/users/:id`, `/files/*` */
function pathGuard(path: string, at: Span): Guard {
  if (!/[:*]/.test(path)) return { g: 'path', in: { s: 'exact', text: path, comparison: [], at } };
  const source = path.replace(/[\\^$.+?()[\]{}|]/g, '\\$&').replace(/:\w+/g, '[^/]+').replace(/\*/g, '.*');
  return { g: 'path', in: { s: 'regex', source: `^${source}$`, flags: '', dialect: 'js', use: 'search', subject: 'origin', at } };
}

/**
 * What the runtime gives to a handler: the request, or an object that holds it (`{ request, env }`, an event), then its
 * settings or the handlers behind. A function exported for a method gets either, by the framework: the object can be
 * read as both. `next()`, `context.next()` and `resolve(event)` ask the handlers behind.
 */
function argumentsFor(objects: FetchObjects, at: Span, read: (header: string) => void): readonly Value[] {
  const request = fetchRequest(at, read);
  const behind = (method: string, args: readonly Value[], callAt: Span): Value | undefined => (method === 'next' || method === 'resolve' || method === '' ? objects.fetch.call('', args, callAt) : undefined);
  const env: Handle = { kind: 'handle', name: 'env', at, get: (name) => (name === 'next' ? objects.fetch : setting(name, { kind: 'nothing', what: 'undefined', at }, { kind: 'env', name, at }, at)), call: behind };
  const context: Handle = {
    kind: 'handle',
    name: 'context',
    at,
    get: (property) => (property === 'env' ? env : property === 'event' ? context : property === 'next' || property === 'resolve' ? objects.fetch : request.get(property)),
    call: (method, args, callAt) => behind(method, args, callAt) ?? request.call(method, args, callAt),
  };
  return [context, env, context];
}
