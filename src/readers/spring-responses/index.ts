/**
 * Headers of CORS that code of a Spring application writes by hand: `ResponseEntity` and `HttpServletResponse` in
 * controllers, advice on bodies, and the filters of WebFlux and Spring Cloud Gateway.
 *
 * A header on one response says nothing to the preflight before it, which Spring answers without asking the controller.
 * A `WebFilter` that copies the request's `Origin` with credentials lets every website in.
 */
import { editJvm } from '../../middleware/jvm/edit.js';
import { jvmEvidence } from '../../middleware/jvm/evidence.js';
import { placesOf, servletSteps } from '../../middleware/jvm/servlet-answers.js';
import { covering, sendsCors } from '../../middleware/readings.js';
import { guardOf } from '../../policy/from-condition.js';
import { comparedPaths } from '../../policy/paths.js';
import type { Policy, Probe, Step } from '../../policy/program.js';
import { run, springVersion, type JvmModule } from '../../syntax/jvm/index.js';
import type { Span } from '../../text/span.js';
import { usesSpringCors } from '../../middleware/spring/uses-cors.js';
import { defineReader, type Reading } from '../reader.js';
import { adviceSteps, controllersIn } from './controllers.js';
import { SpringResponses } from './packages.js';
import { webFiltersIn } from './web-filters.js';

export default defineReader<JvmModule>({
  title: 'Spring responses',
  language: 'jvm',
  mayConcern: /ResponseEntity|ServletResponse|ServerHttpResponse|ServerWebExchange/,

  *read(module) {
    if (!/access[-_]?control|cors|origin/i.test(module.source.text)) return;
    yield* covering(module.file, readingsOf(module));
  },

  write: (module, policy, change) => editJvm(module, policy, change, { vary: { statement: ({ receiver, end }) => `${/headers$|getHeaders\(\)$/i.test(receiver) ? `${receiver}.add` : /entity|builder/i.test(receiver) ? `${receiver}.header` : `${receiver}.addHeader`}("Vary", "Origin")${end}`, chained: 'header("Vary", "Origin")', adds: { set: 'add', setHeader: 'addHeader' } }, origin: { type: /(?:HttpServletRequest)/, asked: (name) => `${name}.getHeader("Origin")` } }),
});

function* readingsOf(module: JvmModule): Generator<Reading> {
  const packages = new SpringResponses(module.file);
  const ran = run(module, packages.packages, packages.injection);
  const version = springVersion(module.files, module.file);
  const told = new Set<string>();
  const tell = function* (title: string, layer: Policy['layer'], at: Span, steps: readonly Step[], probes: readonly Probe[]): Generator<Reading> {
    const places = placesOf(steps).map(({ file, start }) => `${file}:${start}`);
    if (!sendsCors(steps) || places.every((place) => told.has(place))) return;
    for (const place of places) told.add(place);
    yield { kind: 'policy', policy: policyOf(module, { title, layer, at, steps, probes, version: version.text }, packages) };
  };
  for (const filter of webFiltersIn(ran, packages)) {
    const steps = servletSteps(filter.run(), packages.reactive, guardOf(filter.present), 'chain');
    yield* tell(filter.title, 'app-middleware', filter.at, steps, probesAt(steps, filter.at));
  }
  for (const type of ran.classes) {
    const steps = adviceSteps(type, packages);
    yield* tell(`Advice ${type.declaration.name}`, 'app-middleware', type.at, steps, probesAt(steps, type.at));
  }
  const preflight = usesSpringCors(module) ? null : version.number >= 70000 ? 200 : 403;
  for (const { type, steps, probes } of controllersIn(ran.classes, packages, preflight, module.written)) yield* tell(`Controller ${type.declaration.name}`, 'route-handler', type.at, steps, probes);
}

function probesAt(steps: readonly Step[], at: Span): readonly Probe[] {
  return comparedPaths(steps).map((path) => ({ path, methods: null, requestHeaders: [], at }));
}

function policyOf(module: JvmModule, { title, layer, at, steps, probes, version }: Pick<Policy, 'title' | 'layer' | 'at' | 'steps' | 'probes'> & { readonly version: string }, { reads }: SpringResponses): Policy {
  return {
    reader: 'spring-responses',
    title,
    layer,
    at,
    steps,
    // Where nothing of Spring's own CORS is seen, its steps say what OPTIONS gets.
    behind: { options: layer === 'route-handler' ? null : 200 },
    probes,
    survivesUncaught: true,
    listens: [8080],
    version,
    evidence: jvmEvidence(module, true, reads),
    notes: [],
  };
}
