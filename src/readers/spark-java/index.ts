/**
 * Spark (sparkjava.com): filters and routes that write the headers by hand; it has no CORS of its own. Before-filters
 * run for every request, also where no route is; OPTIONS without a route is 404.
 */
import { editJvm } from '../../middleware/jvm/edit.js';
import { jvmEvidence } from '../../middleware/jvm/evidence.js';
import { headerWritten } from '../../middleware/jvm-headers.js';
import { addProbe } from '../../middleware/probes.js';
import { sendsCors } from '../../middleware/readings.js';
import { templatePath } from '../../middleware/template-paths.js';
import { stepsFrom } from '../../policy/from-actions.js';
import { guardOf } from '../../policy/from-condition.js';
import { askedPaths } from '../../policy/paths.js';
import { ALWAYS, whenAll, type Guard, type Policy, type Probe, type Step } from '../../policy/program.js';
import { run, type JvmModule, type Run } from '../../syntax/jvm/index.js';
import type { ResponseAction } from '../../values/response-action.js';
import { unknown, type Event, type FunctionValue, type Value } from '../../values/value.js';
import { defineReader } from '../reader.js';
import { SparkObjects } from './objects.js';

const VERBS: Readonly<Record<string, string>> = { get: 'GET', post: 'POST', put: 'PUT', patch: 'PATCH', delete: 'DELETE', head: 'HEAD', options: 'OPTIONS' };
const FILTERS = /^(?:before|after|afterAfter)$/;

export default defineReader<JvmModule>({
  title: 'Spark (Java)',
  language: 'jvm',
  mayConcern: /\bspark\.(?:Spark|Service|Filter|Request|\*)|\bSpark\.(?:before|after|options)/,

  *read(module) {
    const { text } = module.source;
    if (!/access-?_?control-?_?allow/i.test(text)) return;
    const objects = new SparkObjects();
    const ran = run(module, objects.packages, () => undefined);
    const { steps, probes } = served(followed(ran), objects, ran);
    if (!sendsCors(steps)) return;
    const at = steps.find(({ effects }) => effects.length > 0)!.at;
    const policy: Policy = {
      reader: 'spark-java',
      title: 'Spark filters and routes',
      layer: 'app-middleware',
      at,
      steps,
      behind: { options: 404 },
      probes: askedPaths(probes, steps, at),
      survivesUncaught: true,
      listens: [...text.matchAll(/\bport\(\s*(\d{2,5})\s*\)/g)].map(([, port]) => Number(port)),
      version: 'Spark 2.9',
      evidence: jvmEvidence(module, true),
      notes: [],
    };
    yield { kind: 'policy', policy };
  },

  write: (module, policy, change) => editJvm(module, policy, change, { vary: { statement: ({ receiver, end }) => `${receiver}.header("Vary", "Origin")${end}` } }),
});

/** Runs everything that a file may be started by: `main` first, then what it did not call. */
function followed(ran: Run): readonly Event[] {
  const methods = [...ran.functions, ...ran.classes.flatMap((type) => type.methods)].filter(({ parameters }) => !parameters.some(({ type }) => /(?:^|\.)Re(?:quest|sponse)$/.test(type ?? '')));
  return [...methods.filter(({ name }) => name === 'main'), ...methods].flatMap((method) => (ran.ran(method) ? [] : method.callee.run(method.parameters.map((parameter) => unknown('parameter', `the parameter ${parameter.name}`, parameter.at)))));
}

/** Filters before routes, routes, filters behind them. */
function served(events: readonly Event[], objects: SparkObjects, ran: Run): { readonly steps: readonly Step[]; readonly probes: readonly Probe[] } {
  const steps: Readonly<Record<'before' | 'route' | 'after' | 'end', Step[]>> = { before: [], route: [], after: [], end: [] };
  const probes: Probe[] = [];
  for (const event of events) {
    const role = event.kind === 'call' ? objects.roleOf(event.receiver) : undefined;
    const name = role?.is === 'function' ? role.name : event.kind === 'call' ? event.method : '';
    if (event.kind !== 'call' || (role?.is !== 'spark' && role?.is !== 'function') || (!FILTERS.test(name) && VERBS[name] === undefined)) continue;
    const [first] = event.args;
    const path = first?.kind === 'function' || ran.objectOf(first ?? event.receiver) !== undefined ? undefined : first;
    const place = pathOf(path);
    const verb = VERBS[name];
    const when = whenAll(guardOf(event.when), place.when, verb === undefined ? ALWAYS : { g: 'method', in: [verb] });
    for (const handler of event.args.flatMap((arg) => handlerOf(arg, ran))) {
      const actions = handled(handler.run(objects.arguments(event.at)), objects);
      const made = stepsFrom(actions, when);
      if (verb === undefined) (name === 'before' ? steps.before : steps.after).push(...made);
      else {
        // What a route returns is sent behind the filters.
        steps.route.push(...made.filter(({ end }) => end === undefined));
        steps.end.push(...stepsFrom([...actions.filter((action) => action.do === 'status'), { do: 'end', when: { c: 'true' }, at: event.at }], when));
        if (verb !== 'OPTIONS' && place.sample !== undefined) addProbe(probes, { path: place.sample, methods: [verb], requestHeaders: [], at: event.at });
      }
    }
  }
  return { steps: [...steps.before, ...steps.route, ...steps.after, ...steps.end], probes };
}

/** A lambda, a method, or an object that is a `Filter` or a `Route`. */
function handlerOf(value: Value, ran: Run): readonly FunctionValue[] {
  const handler = value.kind === 'function' ? value : ran.objectOf(value)?.method('handle');
  return handler === undefined ? [] : [handler];
}

function handled(events: readonly Event[], objects: SparkObjects): readonly ResponseAction[] {
  return events.flatMap((event): readonly ResponseAction[] => {
    const { when, at } = event;
    if (event.kind === 'throw') return [{ do: 'fail', status: 500, when, at }];
    if (event.kind !== 'call') return [];
    const role = objects.roleOf(event.receiver);
    const [first, second] = event.args;
    if (role?.is === 'response' && event.method === 'header') return headerWritten('append', first, second, 'skip', event);
    if (role?.is === 'raw-response' && /^(?:set|add)Header$/.test(event.method)) return headerWritten(event.method === 'setHeader' ? 'set' : 'append', first, second, 'skip', event);
    if (role?.is === 'response' && event.method === 'status' && first !== undefined) return [{ do: 'status', status: first, when, at }];
    const halts = (role?.is === 'spark' && event.method === 'halt') || (role?.is === 'function' && role.name === 'halt');
    return halts ? [...(first?.kind === 'number' ? [{ do: 'status', status: first, when, at } as const] : [{ do: 'status', status: { kind: 'number', value: 200, at }, when, at } as const]), { do: 'end', when, at }] : [];
  });
}

/** `:id` is one segment, `*` any text; without a path, every request. */
function pathOf(path: Value | undefined): { readonly when: Guard; readonly sample: string | undefined } {
  if (path === undefined || (path.kind === 'string' && /^\/?\*$/.test(path.value))) return { when: ALWAYS, sample: undefined };
  if (path.kind !== 'string') return { ...templatePath(path, '', /(\+)/g, '', path.at), sample: undefined };
  const text = `/${path.value.replace(/^\//, '')}`.replace(/:\w+/g, '{}').replace(/\*/g, '{+}');
  return templatePath({ ...path, value: text }, '', /\{(\+?)\}/g, '', path.at);
}
