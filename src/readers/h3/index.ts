/**
 * h3 1 and 2, Nitro and Nuxt: `handleCors` and its halves, hand-written handlers, apps and routers, files that Nitro
 * serves, and `routeRules`.
 *
 * The major version decides almost everything. Version 1 answers a request without Origin with `*`, never sends a max
 * age, and adds to headers that are there; version 2 applies its defaults, compares texts, and answers preflights only
 * where the result of `handleCors` is returned. `cors: true` in the rules of Nitro 2 means headers and no more: nobody
 * answers OPTIONS.
 */
import { exportedConfig } from '../../middleware/config-module.js';
import { editScript } from '../../middleware/edit-script.js';
import { FetchObjects } from '../../middleware/fetch-response.js';
import { followed } from '../../middleware/followed.js';
import { covering, evidenceIn, sendsCors } from '../../middleware/readings.js';
import { askedPaths } from '../../policy/paths.js';
import type { Policy } from '../../policy/program.js';
import { insertProperty, moduleAt, portsIn, run, type EstreeModule, usesName } from '../../syntax/estree/index.js';
import type { Span } from '../../text/span.js';
import { entry, type Event, type Handle, type Value } from '../../values/value.js';
import { defineReader, type Reading } from '../reader.js';
import { configRules } from './config.js';
import { handedOut } from './handed.js';
import { H3Packages } from './packages.js';
import { fileRole, fitting, ROOT } from './paths.js';
import { routesOf } from './routes.js';
import { handlerAt, stackOf, type Stack, type Surroundings } from './stack.js';
import { h3Version, type H3Version } from './version.js';

/** So many apps inside each other are followed. */
const MAX_NESTING = 8;

export default defineReader<EstreeModule>({
  title: 'h3, Nitro, Nuxt',
  language: 'estree',
  mayConcern: /['"](?:npm:|jsr:@h3js\/|https:\/\/esm\.sh\/)?h3(?:-nightly)?(?:@[^'"/]*)?(?:\/\w+)?['"]|\bdefine(?:Cached|Lazy)?EventHandler\b|\bdefineNitroPlugin\b|\brouteRules\b|\bcorsHandler\b|['"]nitro(?:pack)?(?:\/[\w/]+)?['"]|\bH3Event\b/,

  read: (module) => covering(module.file, readingsOf(module)),

  write(module, policy, change) {
    const holder = change.kind === 'add-vary' ? moduleAt(module, change.at.file) : undefined;
    const added = holder === undefined ? undefined : insertProperty(holder, change.at, 'Vary', "'Vary': 'Origin'");
    return added === undefined ? editScript(module, policy, change, { vary: (receiver, value) => addVary(receiver, value, module, change.at), options: { 'access-control-allow-origin': 'origin', 'access-control-allow-methods': 'methods', 'access-control-allow-headers': 'allowHeaders', 'access-control-expose-headers': 'exposeHeaders' }, optionsAt: 1, passing: { parameters: ['event'], method: (first) => `${first}.method`, pass: () => '' } }) : [added];
  },
});

/** `app.register(plugin)` calls the plugin with the app. */
function plugged(event: Event, packages: H3Packages): readonly Event[] {
  const [plugin] = event.kind === 'call' && event.method === 'register' ? event.args : [];
  const role = plugin === undefined ? undefined : packages.roleOf(plugin);
  const callee = role?.is === 'plugin' ? role.callee : plugin;
  return event.kind === 'call' && callee?.kind === 'function' ? callee.run([event.receiver]) : [];
}

/** Headers are set with functions, which may not all be imported, or on the objects of the event. */
function addVary(receiver: string, value: string, module: EstreeModule, at: Span): string {
  const holder = moduleAt(module, at.file) ?? module;
  const written = holder.source.text.slice(at.start, at.end);
  const object = /^([\w$.]+)\.(?:setHeader|appendHeader|set|append)\(/.exec(written)?.[1];
  if (object !== undefined) return `${object}.${object.endsWith('.headers') ? 'append' : 'appendHeader'}('Vary', ${value})`;
  const event = /^[\w$]+\(\s*([\w$]+)/.exec(written)?.[1] ?? receiver;
  const append = /\bappend(?:Response)?Header\b/.exec(holder.source.text)?.[0] ?? (/['"]h3['"]/.test(holder.source.text) ? undefined : 'appendResponseHeader');
  if (append !== undefined) return `${append}(${event}, 'Vary', ${value})`;
  return h3Version(module).major === 1 ? `${event}.node.res.appendHeader('Vary', ${value})` : `${event}.res.headers.append('Vary', ${value})`;
}

function* readingsOf(module: EstreeModule): Generator<Reading> {
  const version = h3Version(module);
  const objects = new FetchObjects();
  const packages = new H3Packages(version.major, objects, module);
  const ran = run(module, packages.packages);
  const plugins = new Map(ran.events.map((event) => [event, plugged(event, packages)]));
  const events = followed(ran, ({ name, at }) => (/^(?:app|router|server|h3|nitroApp)$/i.test(name) ? packages.appFor(at) : undefined)).flatMap((event) => [event, ...(plugins.get(event) ?? [])]);
  objects.follow(events);
  const around: Surroundings = { packages, objects, major: version.major, events };
  const build = (title: string, at: Span, stack: Stack, open: boolean): readonly Reading[] => [
    ...stack.gaps.map((gap) => ({ kind: 'gap', gap }) as const),
    ...(stack.usesCors || sendsCors(stack.steps) ? [{ kind: 'policy', policy: policyOf(title, at, stack, module, around, version, open) } as const] : []),
  ];
  const routes = routesOf(module, packages.root, version.major);
  if (/(?:^|\/)(?:nitro|nuxt|vite|app)\.config\.[cm]?[jt]s$/.test(module.file)) {
    const rules = configRules(exportedConfig(ran, []), module, version.major);
    for (const gap of rules?.gaps ?? []) yield { kind: 'gap', gap };
    if (rules === undefined || rules.steps.length === 0) return;
    const probes = routes === undefined ? rules.probes : routes.probes(rules.at);
    const stack: Stack = { steps: [...rules.steps, ...(routes?.steps(rules.at) ?? [])], probes, gaps: [], complete: false, handWritten: false, usesCors: true };
    yield { kind: 'policy', policy: policyOf('route rules', rules.at, stack, module, around, version, true) };
    return;
  }
  const isApp = (value: Value): value is Handle => ['app', 'router'].includes(packages.roleOf(value)?.is ?? '');
  const mounted = (value: Value): readonly Value[] => {
    const role = packages.roleOf(value);
    return role?.is === 'based' ? mounted(role.inner) : [value];
  };
  const inner = new Set(events.flatMap((event) => (event.kind === 'call' && isApp(event.receiver) ? event.args.flatMap(mounted) : [])));
  const roots = new Set(events.flatMap((event) => ((event.kind === 'call' || event.kind === 'escape') && isApp(event.receiver) ? [event.receiver] : [])));
  for (const root of roots) if (!inner.has(root)) yield* build('h3 app', root.at, stackOf(root, ROOT, around, MAX_NESTING), false);
  if (roots.size > 0) return;
  for (const { value, title } of handedOut(ran, module, packages)) {
    const place = fileRole(module.file);
    if (place?.is !== 'route') {
      const stack = handlerAt(value, ROOT, 'ends', null, around);
      const others = place?.is === 'middleware' ? routes : undefined;
      yield* build(title, value.at, others === undefined ? stack : { ...stack, steps: [...stack.steps, ...others.steps(value.at)], probes: others.probes(value.at) }, true);
      continue;
    }
    const pattern: Value = { kind: 'string', value: place.pattern, at: value.at };
    const methods = place.method === undefined ? null : place.method === 'GET' && version.major === 2 ? ['GET', 'HEAD'] : [place.method];
    const stack = handlerAt(value, fitting(pattern, ROOT, version.major), 'answers', methods, around);
    yield* build(title, value.at, { ...stack, steps: [...stack.steps, ...(methods === null ? [] : routes?.unanswered(place.pattern, value.at) ?? [])] }, true);
  }
}

/** `open`: what stands around it is not in view, so what becomes of other requests is not known. */
function policyOf(title: string, at: Span, stack: Stack, module: EstreeModule, around: Surroundings, version: H3Version, open: boolean): Policy {
  return {
    reader: 'h3',
    title,
    layer: open && fileRole(module.file)?.is === 'route' ? 'route-handler' : 'app-middleware',
    at,
    steps: open || !stack.complete ? stack.steps : [...stack.steps, { when: { g: 'always' }, effects: [], end: { to: 'answer', status: 404 }, at }],
    behind: { options: null },
    probes: askedPaths(stack.probes, stack.steps, at),
    survivesUncaught: true,
    listens: around.events.flatMap((event) => portsOf(event, around.packages)),
    version: version.text,
    evidence: evidenceIn(module, stack.handWritten, usesName(module, /^(?:getCookie|parseCookies|useSession|getSession|getUserSession)$/) ? 'yes' : 'unknown'),
    notes: [],
  };
}

/** `serve(app, { port })`, `createServer(…).listen(port)` */
function portsOf(event: Event, packages: H3Packages): readonly number[] {
  if (event.kind !== 'call') return [];
  const [first, second] = event.args;
  if (event.method === 'listen' && packages.roleOf(event.receiver)?.is === 'server') return portsIn(first);
  return packages.functionOf(event.receiver, event.method) === 'serve' && second?.kind === 'record' ? portsIn(entry(second, 'port')?.value) : [];
}
