import { exportedConfig, returnedBy } from '../../middleware/config-module.js';
import { NEXT, placeOf } from '../../middleware/path-to-regexp.js';
import { asked, filledIn, NEXT_CONDITIONS, type Asked } from '../../middleware/request-conditions.js';
import { effectOf } from '../../policy/from-actions.js';
import { casesOf } from '../../policy/from-condition.js';
import { whenAll, type Effect, type Gap, type Guard, type Policy, type Probe, type Step } from '../../policy/program.js';
import { run, type EstreeModule, type Packages, type Run } from '../../syntax/estree/index.js';
import type { Span } from '../../text/span.js';
import { entry, factOf, unknown, type Handle, type Value } from '../../values/value.js';
import type { Reading } from '../reader.js';

type RecordValue = Value & { readonly kind: 'record' };

/** What `headers()` of a configuration sends. */
interface ConfiguredHeaders {
  readonly steps: readonly Step[];
  readonly probes: readonly Probe[];
  readonly gaps: readonly Gap[];
  readonly at: Span;
}

/** Plugins take a configuration and hand it on: `withBundleAnalyzer({ … })(config)`, `withSentryConfig(config, { … })`. */
class Plugins {
  readonly #given = new WeakMap<Handle, readonly Value[]>();

  readonly packages: Packages = (specifier) => (/env|^(?:node:.*|fs|path|url|globalThis)$/.test(specifier) ? undefined : this.#plugin([]));

  #plugin(given: readonly Value[]): Handle {
    const plugin: Handle = {
      kind: 'handle',
      name: 'plugin',
      at: { file: '', start: 0, end: 0 },
      get: (property) => (/^with|^create|^default$|^next/i.test(property) ? plugin : undefined),
      call: (_method, args) => this.#plugin([...given, ...args]),
    };
    this.#given.set(plugin, given);
    return plugin;
  }

  /** The configuration in what a plugin was given: the one that has headers. */
  configurationIn(value: Value | undefined, args: readonly Value[]): Value | undefined {
    if (value?.kind === 'function') return this.configurationIn(returnedBy(value, args), args);
    if (value?.kind === 'either') {
      const options = value.options.flatMap(({ when, value: option }) => {
        const inner = this.configurationIn(option, args);
        return inner === undefined ? [] : [{ when, value: inner }];
      });
      // With or without a plugin, it is one configuration.
      return new Set(options.map((option) => option.value)).size === 1 ? options[0]!.value : { ...value, options };
    }
    if (value?.kind !== 'handle') return value;
    const all = (this.#given.get(value) ?? []).flatMap((given) => this.configurationIn(given, args) ?? []);
    return all.find(hasHeaders) ?? all.find(({ kind }) => kind === 'unknown');
  }
}

function hasHeaders(config: Value): boolean {
  return config.kind === 'either' ? config.options.some(({ value }) => hasHeaders(value)) : config.kind === 'record' && entry(config, 'headers') !== undefined;
}

/** `next.config.*` */
export function configPolicies(module: EstreeModule): readonly Reading[] {
  const plugins = new Plugins();
  // A configuration that depends on settings is one all the same.
  const cases = configuredHeaders(run(module, plugins.packages), plugins);
  const steps = cases.flatMap((one) => one.steps);
  const probes = new Map(cases.flatMap((one) => one.probes.map((probe) => [probe.path, probe])));
  const gaps = new Map(cases.flatMap((one) => one.gaps.map((gap) => [gap.at.start, gap])));
  const found = [...gaps.values()].map((gap): Reading => ({ kind: 'gap', gap }));
  const [first] = cases;
  const known = steps.flatMap(({ effects }) => effects).some(({ header, at, value }) => header.startsWith('access-control-') && value.at.start !== at.start);
  if (first === undefined || !known) return found;
  const policy: Policy = {
    reader: 'next',
    title: 'headers() of Next.js',
    layer: 'app-middleware',
    at: first.at,
    steps,
    behind: { options: null },
    probes: [...probes.values()],
    survivesUncaught: true,
    listens: [],
    // Headers of a configuration are the same for every request.
    evidence: { handWritten: false, canAddVary: false, readsCookies: 'unknown', noStore: false },
    notes: [],
  };
  return [...found, { kind: 'policy', policy }];
}

/** `headers` of `next.config.*`, each rule under its path and its conditions; of two rules the later one counts. */
function configuredHeaders(ran: Run, plugins: Plugins): readonly ConfiguredHeaders[] {
  const whole: Span = { file: '', start: 0, end: 0 };
  const phase: Value = { kind: 'string', value: 'phase-production-server', at: whole };
  const context: Value = { kind: 'record', entries: [{ key: 'defaultConfig', value: { kind: 'record', entries: [], at: whole }, at: whole }], at: whole };
  const config = plugins.configurationIn(exportedConfig(ran, [phase, context]), [phase, context]);
  return casesOf(config ?? { kind: 'nothing', what: 'undefined', at: whole }).flatMap(({ when, value }) => {
    if (value.kind === 'unknown') return [rulesOf(value, '', when, value.at)];
    const headers = value.kind === 'record' ? entry(value, 'headers') : undefined;
    if (value.kind !== 'record' || headers === undefined) return [];
    const rules = headers.value.kind === 'function' ? returnedBy(headers.value, []) : headers.value;
    const base = entry(value, 'basePath')?.value;
    return [rulesOf(rules, base?.kind === 'string' ? base.value : '', when, headers.at)];
  });
}

function rulesOf(rules: Value, basePath: string, base: Guard, at: Span): ConfiguredHeaders {
  const steps: Step[] = [];
  const probes: Probe[] = [];
  const gaps: Gap[] = [];
  const open = (value: Value, what: string, when: Guard): void => {
    const why = value.kind === 'unknown' ? value : unknown('unsupported-syntax', 'code that is not followed', value.at);
    gaps.push({ at: why.at, reason: why.reason, message: `${what} depends on ${why.detail}` });
    steps.push({ when: whenAll(base, when), effects: [effectOf('set', 'access-control-allow-origin', why, why.at)], at: why.at });
  };
  for (const { when, value } of casesOf(rules)) {
    if (value.kind !== 'list') {
      if (value.kind !== 'nothing') open(value, 'what headers() sends', when);
      continue;
    }
    for (const item of [...value.items, ...(value.rest === undefined ? [] : [value.rest])]) {
      for (const option of casesOf(item)) {
        if (option.value.kind === 'record') addRule(option.value, basePath, whenAll(base, when, option.when), steps, probes);
        else if (option.value.kind === 'unknown') open(option.value, 'a rule of headers()', whenAll(when, option.when));
      }
    }
  }
  return { steps, probes, gaps, at };
}

function addRule(rule: RecordValue, basePath: string, base: Guard, steps: Step[], probes: Probe[]): void {
  const source = entry(rule, 'source')?.value;
  const bare = entry(rule, 'basePath')?.value;
  const prefix = bare?.kind === 'boolean' && !bare.value ? '' : basePath;
  const place = source?.kind === 'string' ? placeOf(prefix + source.value, NEXT, source.at) : undefined;
  const when = whenAll(base, place?.when ?? { g: 'fact', fact: factOf(unknown('dynamic-key', 'a path put together at run time', rule.at)) });
  const conditions = asked(rule, NEXT_CONDITIONS);
  const effects = headersIn(entry(rule, 'headers')?.value, conditions, place?.parameters ?? []);
  if (effects.length === 0) return;
  steps.push(...effects.map((one): Step => ({ when: whenAll(when, conditions.when, one.when), effects: [one.effect], at: one.effect.at })));
  probes.push({ path: place?.sample ?? '/', methods: null, requestHeaders: [], at: source?.at ?? rule.at });
}

/** `[{ key, value }]`; of two with one key the later one counts. */
function headersIn(headers: Value | undefined, conditions: Asked, parameters: readonly string[]): readonly { readonly when: Guard; readonly effect: Effect }[] {
  if (headers === undefined) return [];
  return casesOf(headers).flatMap(({ when, value }) => {
    if (value.kind !== 'list') return [];
    return value.items.flatMap((item) => casesOf(item).flatMap((option) => {
      if (option.value.kind !== 'record') return [];
      const key = entry(option.value, 'key')?.value;
      const text = entry(option.value, 'value')?.value;
      if (key?.kind !== 'string' || text === undefined || !/^(?:access-control-|vary$|timing-allow-origin$|cross-origin-)/i.test(key.value)) return [];
      const { at } = option.value;
      return casesOf(text).map((one) => {
        const effect = effectOf('set', key.value.toLowerCase(), one.value, at);
        return { when: whenAll(when, option.when, one.when), effect: { ...effect, value: filledIn(one.value, conditions, parameters) ?? effect.value } };
      });
    }));
  });
}
