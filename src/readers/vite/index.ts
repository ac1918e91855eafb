/**
 * Vite's dev and preview servers: `cors`, `headers` and `proxy` of `server` and `preview` in `vite.config.*`.
 *
 * Both run on a developer's machine and never in production, so their steps hold in the environment `development`
 * only. What is sent where nothing is configured depends on the version: up to 6.0.8 and 5.4.11 any site could read
 * the sources of a running dev server (CVE-2025-24010).
 */
import { exportedConfig } from '../../middleware/config-module.js';
import { toldPort } from '../../middleware/dev-proxy/port.js';
import { beforeProxy, isAboutCors, proxySteps } from '../../middleware/dev-proxy/proxy.js';
import { editScript } from '../../middleware/edit-script.js';
import { corsProgram } from '../../middleware/npm-cors.js';
import { policyOrLayer } from '../../middleware/plain-layer.js';
import { effectOf } from '../../policy/from-actions.js';
import { casesOf } from '../../policy/from-condition.js';
import { comparedPaths } from '../../policy/paths.js';
import { whenAll, type Guard, type Note, type Policy, type Step } from '../../policy/program.js';
import { nodeRequest, run, type EstreeModule, type Packages } from '../../syntax/estree/index.js';
import type { Span } from '../../text/span.js';
import { setting } from '../../values/either.js';
import { runsIn } from '../../values/fact.js';
import { entry, unknown, type Event, type Handle, type RecordEntry, type Value } from '../../values/value.js';
import { defineReader } from '../reader.js';
import { proxyRules } from './proxy.js';
import { defaultCors, defaultPort, viteVersion, type ViteVersion } from './version.js';

const CONFIG = /(?:^|\/)vite(?:st)?\.config(?:\.[\w-]+)*\.[cm]?[jt]s$/;

export default defineReader<EstreeModule>({
  title: 'Vite',
  language: 'estree',
  // A config file need not import Vite: then it shows by the section that it configures.
  mayConcern: /['"]vite(?:st\/config)?['"]|\b(?:server|preview)\s*:\s*\{[^]{0,4000}?\b(?:cors|headers)\b/,
  layers: { paths: CONFIG, text: /\bproxy\b/ },

  *read(module) {
    const isConfig = CONFIG.test(module.file);
    if (!isConfig && !/['"]vite['"]/.test(module.source.text)) return;
    const ran = run(module, packages);
    const version = viteVersion(module.files, module.file);
    const files = new Set<string>();
    for (const { config, which } of configsIn(module, ran, isConfig)) {
      for (const policy of policiesOf(config, which, module, version)) {
        for (const step of policy.steps) for (const { at } of step.effects) files.add(at.file);
        yield* policyOrLayer(policy, isAboutCors(policy.steps, module.source.text));
      }
      if (config.kind === 'unknown') yield { kind: 'gap', gap: { at: config.at, reason: config.reason, message: `the configuration of Vite depends on ${config.detail}` } };
    }
    files.delete(module.file);
    for (const file of files) yield { kind: 'covers', file };
  },

  write: (module, policy, change) => editScript(module, policy, change, { vary: (response, value) => `${response}.appendHeader('Vary', ${value})` }),
});

const NOWHERE: Span = { file: '', start: 0, end: 0 };

type Which = 'server' | 'preview';

/** `defineConfig(x)` is `x`; `loadEnv(…)` the variables of `.env` files; `createServer(x)` and `preview(x)` start servers. */
const vite: Handle = {
  kind: 'handle',
  name: 'vite',
  at: NOWHERE,
  get: (property) => (property === 'default' ? vite : functions[property]),
  call: (method, args, at) => functions[method]?.call('', args, at),
};

const functions: Readonly<Record<string, Handle>> = {
  defineConfig: helper('defineConfig', ([config]) => config),
  mergeConfig: helper('mergeConfig', ([base, over]) => (base?.kind === 'record' && over?.kind === 'record' ? mergedConfig(base, over) : undefined)),
  loadEnv: helper('loadEnv', (_args, at) => ({ kind: 'handle', name: 'env', at, get: (name) => setting(name, { kind: 'nothing', what: 'undefined', at }, { kind: 'env', name, at }, at), call: () => undefined })),
  createServer: helper('createServer', () => undefined),
  preview: helper('preview', () => undefined),
};

function helper(name: string, result: (args: readonly Value[], at: Span) => Value | undefined): Handle {
  return { kind: 'handle', name, at: NOWHERE, get: () => undefined, call: (method, args, at) => (method === '' ? result(args, at) : undefined) };
}

const packages: Packages = (specifier) => (specifier === 'vite' || specifier === 'vitest/config' ? vite : undefined);

type RecordValue = Value & { readonly kind: 'record' };

/** Objects inside are merged too. */
function mergedConfig(base: RecordValue, over: RecordValue): RecordValue {
  const kept = base.entries.filter(({ key }) => entry(over, key) === undefined);
  const added = over.entries.map((one): RecordEntry => {
    const before = entry(base, one.key)?.value;
    return before?.kind === 'record' && one.value.kind === 'record' ? { ...one, value: mergedConfig(before, one.value) } : one;
  });
  const rest = over.rest ?? base.rest;
  return { ...over, entries: [...kept, ...added], ...(rest === undefined ? {} : { rest }) };
}

/** The configuration of each server: the file's own, or what is given to the function that starts one. */
function configsIn(module: EstreeModule, ran: ReturnType<typeof run>, isConfig: boolean): readonly { readonly config: Value; readonly which: Which }[] {
  if (!isConfig) return ran.events.flatMap((event) => started(event));
  const whole: Span = module.spanOf(module.program);
  const text = (value: string): Value => ({ kind: 'string', value, at: whole });
  return (['server', 'preview'] as const).flatMap((which) => {
    const given: Value = {
      kind: 'record',
      entries: [['command', text('serve')], ['mode', text(which === 'server' ? 'development' : 'production')], ['isPreview', { kind: 'boolean', value: which === 'preview', at: whole }], ['isSsrBuild', { kind: 'boolean', value: false, at: whole }]].map(([key, value]) => ({ key: key as string, value: value as Value, at: whole })),
      at: whole,
    };
    const config = exportedConfig(ran, [given]);
    return config === undefined ? [] : [{ config, which }];
  });
}

function started(event: Event): readonly { readonly config: Value; readonly which: Which }[] {
  if (event.kind !== 'call') return [];
  const name = event.receiver === vite ? event.method : event.method === '' ? event.receiver.name : '';
  if (functions[name] === undefined || (event.receiver !== vite && functions[name] !== event.receiver)) return [];
  if (name !== 'createServer' && name !== 'preview') return [];
  return [{ config: event.args[0] ?? { kind: 'record', entries: [], at: event.at }, which: name === 'preview' ? 'preview' : 'server' }];
}

function policiesOf(config: Value, which: Which, module: EstreeModule, version: ViteVersion): readonly Policy[] {
  return casesOf(config).flatMap(({ when, value }) => (value.kind === 'record' ? [policyOf(value, when, which, module, version)] : []));
}

function policyOf(config: RecordValue, when: Guard, which: Which, module: EstreeModule, version: ViteVersion): Policy {
  const at = config.at;
  const development: Guard = { g: 'fact', fact: runsIn('development', at) };
  const base = whenAll(development, when);
  const cors = optionOf(config, which, 'cors');
  const program = corsSteps(cors, base, at, version);
  const headers = optionOf(config, which, 'headers')?.value;
  const passing = proxySteps(proxyRules(optionOf(config, which, 'proxy')?.value, base), module.files);
  const paths = passing.length === 0 ? ['/'] : comparedPaths(passing);
  return {
    reader: 'vite',
    title: which === 'server' ? 'Vite dev server' : 'Vite preview server',
    layer: 'static-host',
    at,
    steps: [...beforeProxy(program.steps, passing), ...passing, ...headerSteps(headers, base)],
    behind: { options: null },
    probes: paths.map((path) => ({ path, methods: path === '/' ? ['GET'] : null, requestHeaders: [], at })),
    survivesUncaught: true,
    listens: portsOf(config, which, module, version),
    version: version.text,
    evidence: { handWritten: false, canAddVary: false, readsCookies: 'no', noStore: /no-store/i.test(module.source.text), localOnly: true },
    notes: program.notes.map((note) => ({ ...note, path: '/' })),
  };
}

/** The port that a script says, or that is written, or the usual one; empty where that is not known. */
function portsOf(config: RecordValue, which: Which, { files, file }: EstreeModule, version: ViteVersion): readonly number[] {
  const said = toldPort(files, file, which === 'preview' ? /\bvite\s+preview\b/ : /\bvite\b(?!\s+(?:build|preview|optimize))/);
  const section = entry(config, which)?.value ?? config.rest;
  const written = section?.kind === 'record' ? (entry(section, 'port')?.value ?? section.rest) : undefined;
  if (said !== undefined) return [said];
  if (written === undefined || written.kind === 'nothing') return section === undefined || section.kind === 'record' ? [defaultPort(version, which)] : [];
  return casesOf(written).flatMap(({ value }) => (value.kind === 'number' ? [value.value] : []));
}

/** An option of the server; the preview server takes what it is not told from the dev server. */
function optionOf(config: RecordValue, which: Which, key: string): RecordEntry | undefined {
  for (const section of which === 'preview' ? ['preview', 'server'] : ['server']) {
    const options = entry(config, section)?.value ?? config.rest;
    if (options === undefined) continue;
    if (options.kind !== 'record') return options.kind === 'unknown' ? { key, value: options, at: options.at } : undefined;
    const own = entry(options, key);
    if (own !== undefined && own.value.kind !== 'nothing') return own;
    if (options.rest !== undefined) return { key, value: options.rest, at: options.at };
  }
  return undefined;
}

function corsSteps(cors: RecordEntry | undefined, base: Guard, config: Span, version: ViteVersion): { readonly steps: readonly Step[]; readonly notes: readonly Omit<Note, 'path'>[] } {
  const given: Value = cors?.value ?? { kind: 'nothing', what: 'undefined', at: config };
  const parts = casesOf(given).map(({ when, value }) => {
    const at = cors?.at ?? config;
    const options: Value = value.kind === 'nothing' ? defaultCors(version, config) : value;
    const inner = whenAll(base, when);
    if (options.kind === 'boolean') return options.value ? corsProgram({ kind: 'record', entries: [], at }, request(at), inner, at) : { steps: [], notes: [] };
    return corsProgram(options.kind === 'env' ? unknown('env-variable', `the value of ${options.name}`, options.at) : options, request(at), inner, at);
  });
  return { steps: parts.flatMap(({ steps }) => steps), notes: parts.flatMap(({ notes }) => notes) };
}

function request(at: Span): Handle {
  return nodeRequest(at, () => undefined, () => undefined);
}

/** `headers` are set on the files that are served. */
function headerSteps(headers: Value | undefined, base: Guard): readonly Step[] {
  if (headers === undefined) return [];
  return casesOf(headers).flatMap(({ when, value }) => {
    if (value.kind !== 'record') return [];
    return value.entries
      .filter(({ key }) => /^access-control-|^vary$/i.test(key))
      .map(({ key, value: text, at }): Step => ({ when: whenAll(base, when, { g: 'method', in: ['GET', 'HEAD'] }), effects: [effectOf('set', key.toLowerCase(), text, at)], at }));
  });
}
