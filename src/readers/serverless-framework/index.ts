/**
 * Serverless Framework (`serverless.yml`) for AWS: `cors` of `http` events, of `provider.httpApi` and of function URLs.
 *
 * For a REST API it makes a mock integration that answers OPTIONS; with proxy integration, the usual one, the function
 * itself must send the headers of all other responses. Read from serverless 3.40, which the live suite runs to compare
 * its CloudFormation; what AWS makes of that is documented only. Version 4 is not public and taken to do the same.
 */
import { functionUrl, httpApi, type CorsProgram } from '../../middleware/api-gateway/cors-configuration.js';
import { awsPolicy } from '../../middleware/api-gateway/policies.js';
import { templatePath } from '../../middleware/template-paths.js';
import { casesOf } from '../../policy/from-condition.js';
import type { Gap, Guard, Policy, Probe, Step } from '../../policy/program.js';
import { pairAt, textAt, type YamlInProject, type YamlNode } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import { entry, type RecordValue } from '../../values/value.js';
import { defineReader, type Reading } from '../reader.js';
import { functionUrlConfiguration, httpApiConfiguration, switched, undecided, unknownKeys } from './configuration.js';
import { functionsOf, type HttpEvent, type ServiceFunction } from './events.js';
import { restSteps } from './rest.js';
import { Variables } from './variables.js';
import { edited } from './write.js';

export default defineReader<YamlInProject>({
  title: 'Serverless Framework',
  language: 'yaml',
  mayConcern: /^(?=[^]*\bcors\b)(?=[^]*\bservice["']?\s*:)[^]*\bprovider["']?\s*:/,

  *read(file) {
    const root = file.documents[0]?.root;
    if (root === undefined || pairAt(root, 'service') === undefined || !isAws(root)) return;
    const variables = new Variables(file, root);
    const functions = functionsOf(root, variables);
    yield* restApi(functions);
    yield* ofHttpApi(root, functions, variables);
    for (const one of functions) yield* ofFunctionUrl(one, variables);
  },

  write: edited,
});

/** `provider: aws`, `provider: {name: aws}`; one that stands in another file is not read. */
function isAws(root: YamlNode): boolean {
  return (textAt(root, 'provider', 'name') ?? textAt(root, 'provider')) === 'aws';
}

function gapOf(gap: Gap): Reading {
  return { kind: 'gap', gap };
}

/** `{name}` is one segment of a path, `{name+}` what is left of it. */
const PARAMETER = /\{[^{}+]+(\+)?\}/g;

/** Paths past which one says the same as another: an API of AWS has 300 resources. */
const MAX_PATHS = 100;
/** There are eight methods, and `any`. */
const MAX_EVENTS = 20;

/** One policy for each path of the REST API. */
function* restApi(functions: readonly ServiceFunction[]): Generator<Reading> {
  const events = functions.flatMap((one) => one.events.filter(({ kind }) => kind === 'http'));
  const paths = new Map<string, HttpEvent[]>();
  for (const event of events) {
    const own = paths.get(event.path);
    if (own === undefined) paths.set(event.path, [event]);
    else own.push(event);
  }
  const more = [...paths.values()][MAX_PATHS]?.[0];
  if (more !== undefined) yield gapOf({ at: more.at, reason: 'budget', message: `only the first ${MAX_PATHS} paths are followed` });
  for (const [path, all] of [...paths].slice(0, MAX_PATHS)) {
    const own = all.slice(0, MAX_EVENTS);
    if (all.length > MAX_EVENTS) yield gapOf({ at: all[MAX_EVENTS]!.at, reason: 'budget', message: `only the first ${MAX_EVENTS} events of this path are followed` });
    for (const { settings } of own) {
      const cors = settings === undefined ? undefined : entry(settings, 'cors')?.value;
      for (const { value } of cors === undefined ? [] : casesOf(cors)) yield* (value.kind === 'record' ? unknownKeys(value, 'rest') : undecided(value, 'CORS')).map(gapOf);
    }
    const { at } = own[0]!;
    const { when, sample } = templatePath({ kind: 'string', value: path, at }, '', PARAMETER, '', at);
    const steps = restSteps(own, when);
    const [step] = steps;
    if (step !== undefined) yield { kind: 'policy', policy: policyOf(`REST API, ${path}`, step.at, steps, [probeOf(sample, own)]) };
  }
}

function probeOf(path: string, events: readonly HttpEvent[]): Probe {
  const methods = [...new Set(events.map(({ method }) => method))];
  return { path, methods: methods.includes('ANY') ? null : methods, requestHeaders: [], at: events[0]!.at };
}

/** Routes past which one says the same as another. */
const MAX_PROBES = 40;

function* ofHttpApi(root: YamlNode, functions: readonly ServiceFunction[], variables: Variables): Generator<Reading> {
  const events = functions.flatMap((one) => one.events.filter(({ kind }) => kind === 'httpApi'));
  for (const { settings } of events) {
    const cors = settings === undefined ? undefined : entry(settings, 'cors');
    if (cors !== undefined) yield gapOf({ at: cors.at, reason: 'unsupported-syntax', message: '`cors` of an httpApi event is not read by Serverless: it belongs to `provider.httpApi`' });
  }
  const pair = pairAt(root, 'provider', 'httpApi', 'cors');
  // Without a route there is no API.
  if (pair?.value === undefined || (events.length === 0 && functions.every(({ open }) => !open) && functions.length > 0)) return;
  const id = pairAt(root, 'provider', 'httpApi', 'id');
  if (id !== undefined) {
    yield gapOf({ at: pair.at, reason: 'unsupported-syntax', message: 'Serverless refuses `cors` for an HTTP API that is made elsewhere (`id`)' });
    return;
  }
  const paths = [...new Set(events.map(({ path }) => path))];
  const probes = paths.slice(0, MAX_PROBES).map((path) => probeOf(path.replace(PARAMETER, 'x'), events.filter((event) => event.path === path)));
  yield* configured(variables.valueOf(pair.value), pair.at, 'HTTP API', probes, 'http-api', (settings) => httpApi(httpApiConfiguration(settings, pair.at, events)));
}

function* ofFunctionUrl({ name, pair }: ServiceFunction, variables: Variables): Generator<Reading> {
  const cors = pairAt(pair.value, 'url', 'cors');
  if (cors?.value === undefined) return;
  yield* configured(variables.valueOf(cors.value), cors.at, `URL of function ${name}`, [], 'function-url', (settings) => functionUrl(functionUrlConfiguration(settings, cors.at)));
}

/** A switch that may be one of several, each with the program that it stands for. */
function* configured(value: Parameters<typeof casesOf>[0], at: Span, title: string, probes: readonly Probe[], kind: 'http-api' | 'function-url', programOf: (settings: RecordValue | undefined) => CorsProgram): Generator<Reading> {
  const steps: Step[] = [];
  let place: Span | undefined;
  for (const { when, value: one } of casesOf(value)) {
    yield* undecided(one, 'CORS').map(gapOf);
    const settings = switched(one);
    if (settings === undefined) continue;
    if (settings !== 'defaults') yield* unknownKeys(settings, kind).map(gapOf);
    const program = programOf(settings === 'defaults' ? undefined : settings);
    yield* program.refused.map((refusal) => gapOf({ ...refusal, reason: 'unsupported-syntax' }));
    place ??= program.refused[0]?.at;
    steps.push(...unlessOff(when, program.steps, at));
  }
  if (steps.length > 0) yield { kind: 'policy', policy: policyOf(title, kind === 'http-api' ? (place ?? at) : at, steps, probes.length > 0 ? probes : [{ path: '/', methods: null, requestHeaders: [], at }]) };
}

/** Steps of one alternative; the others begin after it. */
function unlessOff(when: Guard, steps: readonly Step[], at: Span): readonly Step[] {
  if (when.g === 'always') return steps;
  return steps.map((step): Step => ({ ...step, when: { g: 'and', of: [when, step.when] } })).concat([{ when, effects: [], end: { to: 'behind' }, at }]);
}

function policyOf(title: string, at: Span, steps: readonly Step[], probes: readonly Probe[]): Policy {
  return { ...awsPolicy({ reader: 'serverless-framework', title, at }, { steps, probes }, false), version: 'serverless 3 (no version found)' };
}
