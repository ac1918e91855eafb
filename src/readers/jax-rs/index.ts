/**
 * JAX-RS in Java and Kotlin: headers that `ContainerResponseFilter`s write, requests that filters abort, responses that
 * resources build; Jersey, RESTEasy, Quarkus, Dropwizard.
 *
 * A filter that echoes the origin with credentials gives every website what the visitor may see. RESTEasy's own
 * `CorsFilter` allows credentials unless it is told otherwise, so that `*` among its origins does the same.
 */
import { editJvm } from '../../middleware/jvm/edit.js';
import { jvmEvidence } from '../../middleware/jvm/evidence.js';
import { placesOf } from '../../middleware/jvm/servlet-answers.js';
import { covering, sendsCors } from '../../middleware/readings.js';
import { guardOf } from '../../policy/from-condition.js';
import { comparedPaths } from '../../policy/paths.js';
import { whenAll, type Policy, type Probe, type Step } from '../../policy/program.js';
import { run, type JvmModule } from '../../syntax/jvm/index.js';
import type { Span } from '../../text/span.js';
import { defineReader, type Reading } from '../reader.js';
import { configuring, filtersIn, resourcesIn, type Filter } from './found.js';
import { JaxRsPackages } from './packages.js';
import { around, boundGuard, probesOf, requestFilterSteps, resourceSteps, responseFilterSteps } from './program.js';
import { resteasySteps } from './resteasy-filter.js';

export default defineReader<JvmModule>({
  title: 'JAX-RS',
  language: 'jvm',
  mayConcern: /\bws\.rs\b|Container(?:Request|Response)(?:Context|Filter)|Server(?:Request|Response)Filter|resteasy/,

  *read(module) {
    if (!/access[-_]control|cors|origin/i.test(module.source.text)) return;
    yield* covering(module.file, readingsOf(module));
  },

  write: (module, policy, change) => editJvm(module, policy, change, { vary: { statement: ({ receiver, end }) => `${receiver}.add("Vary", "Origin")${end}`, chained: 'header("Vary", "Origin")', adds: { putSingle: 'add' } }, origin: { type: /ContainerRequestContext/, asked: (name) => `${name}.getHeaderString("Origin")` } }),
});

function* readingsOf(module: JvmModule): Generator<Reading> {
  const packages = new JaxRsPackages(module.file);
  const ran = run(module, packages.packages, packages.injection);
  const resources = resourcesIn(ran, module, packages);
  const filters = filtersIn(ran, module, packages);
  const steps = (kind: Filter['kind'], make: typeof requestFilterSteps): readonly Step[] => filters.filter((one) => one.kind === kind).flatMap((filter) => make(filter, whenAll(guardOf(filter.present), boundGuard(filter.bindings, resources)), packages));
  const behind = steps('response', responseFilterSteps);
  const front = steps('request', requestFilterSteps);
  const own = resourceSteps(resources, packages, module.written);
  const first = filters[0];
  const filtered = first !== undefined && sendsCors([...front, ...behind]);
  if (filtered) {
    const all = around(front, own, behind, first.at);
    yield { kind: 'policy', policy: policyOf(module, { title: `JAX-RS filter ${first.name}`, layer: 'app-middleware', at: first.at, steps: all }, packages, resources.length > 0 ? probesOf(resources, []) : probesAt(all, first.at)) };
  } else if (sendsCors(own)) {
    const [at] = placesOf(own);
    yield { kind: 'policy', policy: policyOf(module, { title: 'JAX-RS resources', layer: 'route-handler', at: at ?? resources[0]!.at, steps: around([], own, [], resources[0]!.at) }, packages, probesOf(resources, packages.reads.has('authorization') ? ['authorization'] : [])) };
  }
  if (!/\bCorsFilter\b/.test(module.source.text)) return;
  const events = configuring(ran, packages);
  const told = new Set<unknown>();
  for (const event of events) {
    const role = 'receiver' in event ? packages.roleOf(event.receiver) : undefined;
    if (role?.is !== 'cors-filter' || !('receiver' in event) || told.has(event.receiver)) continue;
    told.add(event.receiver);
    const { receiver } = event;
    const { handWritten, canAddVary } = { handWritten: false, canAddVary: false };
    const policy = policyOf(module, { title: 'RESTEasy CorsFilter', layer: 'app-middleware', at: receiver.at, steps: resteasySteps(receiver, role.origins, events) }, packages, [{ path: '/', methods: null, requestHeaders: [], at: receiver.at }]);
    yield { kind: 'policy', policy: { ...policy, evidence: { ...policy.evidence, handWritten, canAddVary } } };
  }
}

function probesAt(steps: readonly Step[], at: Span): readonly Probe[] {
  return comparedPaths(steps).map((path) => ({ path, methods: null, requestHeaders: [], at }));
}

function policyOf(module: JvmModule, { title, layer, at, steps }: Pick<Policy, 'title' | 'layer' | 'at' | 'steps'>, { reads }: JaxRsPackages, probes: readonly Probe[]): Policy {
  return {
    reader: 'jax-rs',
    title,
    layer,
    at,
    steps,
    // Both implementations answer OPTIONS of a resource by themselves.
    behind: { options: 200 },
    probes,
    // What no mapper takes goes to the container, past all filters.
    survivesUncaught: false,
    listens: [8080],
    evidence: jvmEvidence(module, true, reads),
    notes: [],
  };
}
