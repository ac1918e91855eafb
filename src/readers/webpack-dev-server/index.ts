/**
 * webpack-dev-server 3 to 5: `headers` and `proxy` of `devServer` in `webpack.config.*` (CRACO and others hand the same
 * object on, Vue CLI reads `proxy` its own way), and `new WebpackDevServer(options)`.
 *
 * The server runs on a developer's machine and never in production, so its steps hold in the environment `development`
 * only. It sets the headers on every response and has no notion of a preflight: any OPTIONS that no proxy takes gets 204
 * with them.
 */
import { exportedConfig, returnedBy } from '../../middleware/config-module.js';
import { BY_VARIABLE, toldPort } from '../../middleware/dev-proxy/port.js';
import { beforeProxy, isAboutCors, proxySteps } from '../../middleware/dev-proxy/proxy.js';
import { editScript } from '../../middleware/edit-script.js';
import { policyOrLayer } from '../../middleware/plain-layer.js';
import { stepsFrom } from '../../policy/from-actions.js';
import { casesOf } from '../../policy/from-condition.js';
import { comparedPaths } from '../../policy/paths.js';
import { whenAll, type Guard, type Policy, type Step } from '../../policy/program.js';
import { headerWrite, nodeRequest, packageVersion, recordWrites, run, type EstreeModule, type Packages } from '../../syntax/estree/index.js';
import type { Span } from '../../text/span.js';
import { TRUE } from '../../values/condition.js';
import { runsIn } from '../../values/fact.js';
import type { ResponseAction } from '../../values/response-action.js';
import { entry, type Event, type Handle, type RecordValue, type Value } from '../../values/value.js';
import { defineReader, type Reading } from '../reader.js';
import { proxyRules } from './proxy.js';

const CONFIG = /(?:^|\/)(?:webpack[\w.-]*|vue\.config|craco\.config|rspack\.config|config-overrides|react-app-rewire[\w.-]*)\.[cm]?[jt]s$/;

export default defineReader<EstreeModule>({
  title: 'webpack-dev-server',
  language: 'estree',
  mayConcern: /\bdevServer\b|['"]webpack-dev-server['"]/,
  layers: { paths: CONFIG, text: /\bproxy\b/ },

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

const NOWHERE: Span = { file: '', start: 0, end: 0 };

/** `new WebpackDevServer(options, compiler)`; up to version 3 the compiler stood first. */
const server: Handle = { kind: 'handle', name: 'WebpackDevServer', at: NOWHERE, get: (property) => (property === 'default' ? server : undefined), call: () => undefined };
const defineConfig: Handle = { kind: 'handle', name: 'defineConfig', at: NOWHERE, get: () => undefined, call: (method, args) => (method === '' ? args[0] : undefined) };
const vueCli: Handle = { kind: 'handle', name: '@vue/cli-service', at: NOWHERE, get: (property) => (property === 'defineConfig' ? defineConfig : undefined), call: (method, args) => (method === 'defineConfig' ? args[0] : undefined) };

const packages: Packages = (specifier) => (specifier === 'webpack-dev-server' ? server : specifier === '@vue/cli-service' || specifier === '@rspack/cli' ? vueCli : undefined);

function startedBy(event: Event): readonly Value[] {
  if (event.kind !== 'call' || event.receiver !== server || event.method !== 'new') return [];
  return event.args.filter((arg) => arg.kind === 'record' && ['headers', 'allowedHosts', 'proxy'].some((option) => entry(arg, option) !== undefined));
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
    const policy = policyOf(value, headers, when, module);
    yield* policyOrLayer(policy, isAboutCors(policy.steps, module.source.text));
  }
}

function policyOf(options: RecordValue, headers: Value | undefined, when: Guard, module: EstreeModule): Policy {
  const { at } = options;
  const base = whenAll({ g: 'fact', fact: runsIn('development', at) }, when);
  const isVue = /vue\.config/.test(module.file);
  const found = packageVersion(module.files, module.file, 'webpack-dev-server');
  const passing = proxySteps(proxyRules(entry(options, 'proxy')?.value ?? options.rest, base, isVue), module.files);
  const answered: Step = { when: whenAll(base, { g: 'method', in: ['OPTIONS'] }), effects: [], end: { to: 'answer', status: 204 }, at };
  const paths = passing.length === 0 ? ['/'] : comparedPaths(passing);
  return {
    reader: 'webpack-dev-server',
    title: 'webpack-dev-server',
    layer: 'static-host',
    at,
    steps: [...(headers === undefined ? [] : beforeProxy(headerSteps(headers, base), passing)), ...passing, answered],
    behind: { options: null },
    probes: paths.map((path) => ({ path, methods: path === '/' ? ['GET'] : null, requestHeaders: [], at })),
    survivesUncaught: true,
    listens: portsOf(options, module),
    version: found === undefined ? 'webpack-dev-server 5 (no version found)' : `webpack-dev-server ${found.version} (${found.from})`,
    evidence: { handWritten: true, canAddVary: false, readsCookies: 'no', noStore: false, localOnly: true },
    notes: [],
  };
}

/** The port that a script says, or that is written, or the usual one: 3000 for what is built on Create React App. */
function portsOf(options: RecordValue, { files, file }: EstreeModule): readonly number[] {
  const said = toldPort(files, file, /\b(?:vue-cli-service|craco|react-app-rewired)\b/, BY_VARIABLE) ?? toldPort(files, file, /\b(?:webpack(?:-dev-server)?|rspack)\b/);
  const written = entry(options, 'port')?.value ?? options.rest;
  if (said !== undefined) return [said];
  if (written === undefined || written.kind === 'nothing') return [/(?:craco|overrides|rewire)[^/]*$/.test(file) ? 3000 : 8080];
  return casesOf(written).flatMap(({ value }) => (value.kind === 'number' ? [value.value] : []));
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
