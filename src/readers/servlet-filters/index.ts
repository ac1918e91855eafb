/**
 * CORS filters of servlet containers that code registers: Tomcat's CorsFilter, Jetty's CrossOriginFilter (Dropwizard's way
 * to do CORS) and CrossOriginHandler, the filters of thetransactioncompany and eBay.
 *
 * Jetty's CrossOriginFilter sends every origin back with credentials unless it is told otherwise, even where `*` is
 * written. A filter that is added without a mapping does nothing at all.
 */
import { crossOriginHandler } from '../../middleware/servlet/jetty-cross-origin-handler.js';
import { filterPolicy, jettyVersion, KNOWN_FILTERS } from '../../middleware/servlet/known-filters.js';
import { guardOf } from '../../policy/from-condition.js';
import { whenAll, type Policy } from '../../policy/program.js';
import { effectAt } from '../../policy/views.js';
import { negated, removeItem, removePart, respell, respellPart, run, type JvmModule } from '../../syntax/jvm/index.js';
import type { Span } from '../../text/span.js';
import { choose } from '../../values/either.js';
import { unknown, type Event, type Value } from '../../values/value.js';
import { decline, defineReader } from '../reader.js';
import { ServletObjects } from './objects.js';
import { asCall, eventsOf, registeredFilters } from './registered.js';

export default defineReader<JvmModule>({
  title: 'CORS filters of Tomcat and Jetty (Dropwizard)',
  language: 'jvm',
  mayConcern: /CrossOriginFilter|CrossOriginHandler|catalina\.filters\.(?:CorsFilter|\*)|thetransactioncompany\.cors|ebaysf\.web\.cors/,

  *read(module) {
    const objects = new ServletObjects();
    const ran = run(module, objects.packages, objects.injection);
    const events = eventsOf(ran, objects, module);
    const told = new Set<string>();
    const once = (policy: Policy): readonly Policy[] => {
      const key = `${policy.at.file}:${policy.at.start}`;
      if (policy.at.file !== module.file || told.has(key)) return [];
      told.add(key);
      return [policy];
    };
    for (const found of registeredFilters(events, objects, module)) {
      const policy = filterPolicy('servlet-filters', KNOWN_FILTERS[found.className]!, found, module.files);
      const when = guardOf(found.when);
      for (const kept of once({ ...policy, steps: policy.steps.map((step) => ({ ...step, when: whenAll(when, step.when) })) })) yield { kind: 'policy', policy: kept };
    }
    for (const policy of handlers(events, objects, module)) for (const kept of once(policy)) yield { kind: 'policy', policy: kept };
  },

  write(module, policy, change) {
    switch (change.kind) {
      case 'replace-text': {
        const edit = respell(module, change.at, change.text) ?? respellPart(module, change.at, change.text);
        return edit === undefined ? decline('no text stands there') : [edit];
      }
      case 'replace-pattern': {
        const edit = respell(module, change.at, change.source);
        return edit === undefined ? decline('no text stands there') : [edit];
      }
      case 'remove-entry': {
        const edit = removePart(module, change.at) ?? removeItem(module, change.at);
        return edit === undefined ? decline('no entry of a list stands there') : [edit];
      }
      case 'remove-header': {
        const effect = effectAt(policy, change.at);
        const value = effect?.header === 'access-control-allow-credentials' ? effect.value : undefined;
        const edit = value?.v !== 'literal' || !value.written ? undefined : (negated(module, value.at) ?? respell(module, value.at, 'false'));
        return edit === undefined ? decline('credentials are not switched on by a text of this file') : [edit];
      }
      default:
        return decline('not a change that a parameter can spell');
    }
  },
});

/** Jetty 12's handlers, wherever they are put: a handler stands before all that it wraps. */
function handlers(events: readonly Event[], objects: ServletObjects, module: JvmModule): readonly Policy[] {
  return [...objects.registrations].flatMap(([handle, { kind, at }]): readonly Policy[] => {
    if (kind !== 'handler') return [];
    const properties = new Map<string, { readonly value: Value; readonly at: Span }>();
    for (const event of events) {
      const call = event.kind === 'assign' ? asCall(event) : event;
      if (call.kind !== 'call' || call.receiver !== handle || call.args[0] === undefined || !/^set[A-Z]/.test(call.method)) continue;
      const name = call.method.charAt(3).toLowerCase() + call.method.slice(4);
      const [value] = call.args;
      properties.set(name, { value: call.when.c === 'true' ? value : choose(call.when, value, properties.get(name)?.value ?? unknown('unsupported-syntax', `the property ${name}, which is set under a condition`, call.at), call.at), at: call.at });
    }
    return [{
      reader: 'servlet-filters',
      title: "Jetty's CrossOriginHandler",
      layer: 'app-middleware',
      at,
      steps: crossOriginHandler(properties, at),
      behind: { options: 200 },
      probes: [{ path: '/', methods: null, requestHeaders: [], at }],
      // An exception clears what the handler has set (measured on 12.0.16).
      survivesUncaught: false,
      listens: [8080],
      version: jettyVersion(module.files, module.file).text,
      evidence: { handWritten: false, canAddVary: false, readsCookies: 'unknown', noStore: false },
      notes: [],
    }];
  });
}
