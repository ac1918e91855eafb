/**
 * webpack-dev-server 3 to 5: `devServer.headers` of `webpack.config.*` (Vue CLI, CRACO and others hand the same object
 * on), and `new WebpackDevServer(options)`.
 *
 * The server runs on a developer's machine and never in production, so its steps hold in the environment `development`
 * only. It sets the headers on every response and has no notion of a preflight: any OPTIONS gets 204 with them.
 */
import { exportedConfig, returnedBy } from '../../middleware/config-module.js';
import { editScript } from '../../middleware/edit-script.js';
import { stepsFrom } from '../../policy/from-actions.js';
import { casesOf } from '../../policy/from-condition.js';
import { whenAll, type Guard, type Policy, type Step } from '../../policy/program.js';
import { headerWrite, nodeRequest, packageVersion, recordWrites, run, type EstreeModule, type Packages } from '../../syntax/estree/index.js';
import type { Span } from '../../text/span.js';
import { TRUE } from '../../values/condition.js';
import { runsIn } from '../../values/fact.js';
import type { ResponseAction } from '../../values/response-action.js';
import { entry, type Event, type Handle, type Value } from '../../values/value.js';
import { defineReader, type Reading } from '../reader.js';

export default defineReader<EstreeModule>({
  title: 'webpack-dev-server',
  language: 'estree',
  mayConcern: /\bdevServer\b|['"]webpack-dev-server['"]/,

  *read(module) {
    const ran = run(module, packages);
    const configured = CONFIG.test(module.file) ? devServersIn(exportedConfig(ran, [{ kind: 'record', entries: [], at: module.spanOf(module.program) }])) : [];
    const files = new Set<string>();
    for (const options of [...configured, ...ran.events.flatMap(startedBy)]) {
      for (const reading of readingsOf(options, module)) {
        if (reading.kind === 'policy') for (const { effects } of reading.policy.steps) for (const { at } of effects) files.add(at.file);
        yield reading;
      }
    }
    files.delete(module.file);
    for (const file of files) yield { kind: 'covers', file };
  },

  write: (module, policy, change) => editScript(module, policy, change, { vary: (response, value) => `${response}.appendHeader('Vary', ${value})` }),
});

const CONFIG = /(?:^|\/)(?:webpack[\w.-]*|vue\.config|craco\.config|rspack\.config|config-overrides|react-app-rewire[\w.-]*)\.[cm]?[jt]s$/;
const NOWHERE: Span = { file: '', start: 0, end: 0 };

/** `new WebpackDevServer(options, compiler)`; up to version 3 the compiler stood first. */
const server: Handle = { kind: 'handle', name: 'WebpackDevServer', at: NOWHERE, get: (property) => (property === 'default' ? server : undefined), call: () => undefined };
const defineConfig: Handle = { kind: 'handle', name: 'defineConfig', at: NOWHERE, get: () => undefined, call: (method, args) => (method === '' ? args[0] : undefined) };
const vueCli: Handle = { kind: 'handle', name: '@vue/cli-service', at: NOWHERE, get: (property) => (property === 'defineConfig' ? defineConfig : undefined), call: (method, args) => (method === 'defineConfig' ? args[0] : undefined) };

const packages: Packages = (specifier) => (specifier === 'webpack-dev-server' ? server : specifier === '@vue/cli-service' || specifier === '@rspack/cli' ? vueCli : undefined);

function startedBy(event: Event): readonly Value[] {
  if (event.kind !== 'call' || event.receiver !== server || event.method !== 'new') return [];
  return event.args.filter((arg) => arg.kind === 'record' && (entry(arg, 'headers') !== undefined || entry(arg, 'allowedHosts') !== undefined));
}

/** The `devServer` sections of a configuration, of each one where there are several. */
function devServersIn(config: Value | undefined): readonly Value[] {
  if (config === undefined) return [];
  if (config.kind === 'list') return config.items.flatMap(devServersIn);
  if (config.kind === 'either') return config.options.flatMap(({ value }) => devServersIn(value));
  const section = config.kind === 'record' ? entry(config, 'devServer')?.value : undefined;
  return section === undefined ? [] : [section];
}

function* readingsOf(options: Value, module: EstreeModule): Generator<Reading> {
  for (const { when, value } of casesOf(options)) {
    if (value.kind === 'unknown') yield { kind: 'gap', gap: { at: value.at, reason: value.reason, message: `the options of webpack-dev-server depend on ${value.detail}` } };
    if (value.kind !== 'record') continue;
    const headers = entry(value, 'headers')?.value;
    if (headers?.kind === 'unknown') yield { kind: 'gap', gap: { at: headers.at, reason: headers.reason, message: `the headers of webpack-dev-server depend on ${headers.detail}` } };
    yield { kind: 'policy', policy: policyOf(headers, when, value.at, module) };
  }
}

function policyOf(headers: Value | undefined, when: Guard, at: Span, module: EstreeModule): Policy {
  const development: Guard = { g: 'fact', fact: runsIn('development', at) };
  const base = whenAll(development, when);
  const found = packageVersion(module.files, module.file, 'webpack-dev-server');
  const answered: Step = { when: whenAll(base, { g: 'method', in: ['OPTIONS'] }), effects: [], end: { to: 'answer', status: 204 }, at };
  return {
    reader: 'webpack-dev-server',
    title: 'webpack-dev-server',
    layer: 'static-host',
    at,
    steps: [...(headers === undefined ? [] : headerSteps(headers, base)), answered],
    behind: { options: null },
    probes: [{ path: '/', methods: ['GET'], requestHeaders: [], at }],
    survivesUncaught: true,
    listens: [],
    version: found === undefined ? 'webpack-dev-server 5 (no version found)' : `webpack-dev-server ${found.version} (${found.from})`,
    evidence: { handWritten: true, canAddVary: false, readsCookies: 'no', noStore: false },
    notes: [],
  };
}

/** `headers` is an object, a list of `{ key, value }`, or a function that returns either. */
function headerSteps(headers: Value, base: Guard): readonly Step[] {
  return casesOf(headers).flatMap(({ when, value }): readonly Step[] => {
    const inner = whenAll(base, when);
    if (value.kind === 'function') return headerSteps(returnedBy(value, [nodeRequest(value.at, () => undefined, () => undefined)]), inner);
    return stepsFrom(writesOf(value), inner);
  });
}

function writesOf(headers: Value): readonly ResponseAction[] {
  if (headers.kind === 'record') return recordWrites(headers, 'throw', TRUE);
  if (headers.kind !== 'list') return [];
  return headers.items.flatMap((item) => (item.kind === 'record' ? headerWrite('set', entry(item, 'key')?.value, entry(item, 'value')?.value, 'throw', TRUE, item.at) : []));
}
