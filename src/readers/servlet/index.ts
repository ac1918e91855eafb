/**
 * Servlets and filters of Java and Kotlin that write the headers of CORS by hand: `Filter`, Spring's
 * `OncePerRequestFilter` and `HandlerInterceptor`, `HttpServlet`.
 *
 * Old tutorials echo `request.getHeader("Origin")` with credentials: every website then reads what the visitor may. A
 * filter that hands OPTIONS on leaves preflights to what stands behind it, which answers 401 or 405 more often than not.
 */
import { editJvm } from '../../middleware/jvm/edit.js';
import { jvmEvidence } from '../../middleware/jvm/evidence.js';
import { placesOf, servletSteps } from '../../middleware/jvm/servlet-answers.js';
import { covering, sendsCors } from '../../middleware/readings.js';
import { guardOf } from '../../policy/from-condition.js';
import { comparedPaths } from '../../policy/paths.js';
import { whenAll, type Effect, type Policy, type Probe, type Step } from '../../policy/program.js';
import { PRESENT } from '../../origins/origin-set.js';
import { usesSpringCors } from '../../middleware/spring/uses-cors.js';
import { run, springVersion, type JvmModule } from '../../syntax/jvm/index.js';
import type { Span } from '../../text/span.js';
import { defineReader, type Reading } from '../reader.js';
import { interceptorsIn, madeFilters, type Interceptor } from './found.js';
import { ServletPackages } from './packages.js';
import { servletsIn, type Servlet } from './servlets.js';
import { patternGuard, samplePath, type UrlPattern } from './url-patterns.js';

export default defineReader<JvmModule>({
  title: 'Servlet',
  language: 'jvm',
  mayConcern: /ServletResponse|FilterChain|FilterRegistrationBean|\bFilter\b/,

  *read(module) {
    if (!/access[-_]control|cors|origin/i.test(module.source.text)) return;
    const packages = new ServletPackages(module.file);
    const ran = run(module, packages.packages, packages.injection);
    const interceptors = [...interceptorsIn(ran.classes, packages), ...madeFilters(ran.classes, ran, packages)];
    yield* covering(module.file, readingsOf(module, interceptors, servletsIn(ran.classes, packages), packages));
  },

  write: (module, policy, change) => editJvm(module, policy, change, { vary: { statement: ({ receiver, end }) => `${receiver}.addHeader("Vary", "Origin")${end}`, adds: { setHeader: 'addHeader' } }, origin: { type: /(?:HttpServletRequest)/, asked: (name) => `${name}.getHeader("Origin")` } }),
});

function* readingsOf(module: JvmModule, interceptors: readonly Interceptor[], servlets: readonly Servlet[], packages: ServletPackages): Generator<Reading> {
  const told = new Set<string>();
  const tell = function* (steps: readonly Step[], policy: () => Policy): Generator<Reading> {
    const places = placesOf(steps).map(({ file, start }) => `${file}:${start}`);
    if (!sendsCors(steps) || places.every((place) => told.has(place))) return;
    for (const place of places) told.add(place);
    yield { kind: 'policy', policy: policy() };
  };
  for (const one of interceptors) {
    const own = servletSteps(one.run(), packages.exchange, whenAll(guardOf(one.present), patternGuard(one.patterns, one.open, one.at)), one.goesOn);
    const steps = one.title.startsWith('Handler') ? [...refusedBefore(module, one.at), ...own] : own;
    yield* tell(steps, () => policyOf(module, { title: one.title, layer: 'app-middleware', at: one.at, steps, patterns: one.patterns, methods: null }, packages));
  }
  for (const { type, patterns, open, steps, methods } of servlets) {
    const base = patternGuard(patterns, open, type.at);
    const own = steps.map((step) => ({ ...step, when: whenAll(base, step.when) }));
    yield* tell(own, () => policyOf(module, { title: `Servlet ${type.declaration.name}`, layer: 'route-handler', at: type.at, steps: own, patterns, methods }, packages));
  }
}

/**
 * Spring 6 asks its own CORS before interceptors, and where that has no configuration a preflight gets 403. In 5.3 and 7.0
 * interceptors get it (measured on 5.3.39, 6.2.19 and 7.0.9).
 */
function refusedBefore(module: JvmModule, at: Span): readonly Step[] {
  const { number } = springVersion(module.files, module.file);
  if (number < 60000 || number >= 70000 || usesSpringCors(module)) return [];
  const asked = ['origin', 'access-control-request-method'] as const;
  const when = whenAll({ g: 'method', in: ['OPTIONS'] }, { g: 'origin', in: PRESENT }, { g: 'header', name: asked[1], in: PRESENT });
  const effects = [...asked, 'access-control-request-headers'].map((name): Effect => ({ op: 'append', header: 'vary', value: { v: 'literal', text: name, at, written: false }, statuses: 'all', at }));
  return [{ when, effects, end: { to: 'answer', status: 403 }, at }];
}

interface Told extends Pick<Policy, 'title' | 'layer' | 'at' | 'steps'> {
  readonly patterns: readonly UrlPattern[];
  readonly methods: readonly string[] | null;
}

function policyOf(module: JvmModule, { title, layer, at, steps, patterns, methods }: Told, { exchange: { reads } }: ServletPackages): Policy {
  return {
    reader: 'servlet',
    title,
    layer,
    at,
    steps,
    behind: { options: 200 },
    probes: probesOf(steps, patterns, methods, [...(reads.has('authorization') ? ['authorization'] : [])], at),
    survivesUncaught: true,
    listens: [8080],
    evidence: jvmEvidence(module, true, reads),
    notes: [],
  };
}

/** One place for each URL pattern, and for each path that the code compares with. */
function probesOf(steps: readonly Step[], patterns: readonly UrlPattern[], methods: readonly string[] | null, requestHeaders: readonly string[], at: Span): readonly Probe[] {
  const compared = comparedPaths(steps);
  const paths = patterns.length === 0 ? compared : patterns.map(samplePath);
  return [...new Set(paths)].map((path) => ({ path, methods, requestHeaders, at }));
}
