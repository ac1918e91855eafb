/**
 * Kong's `cors` plugin, in declarative files (decK) and as KongPlugin or KongClusterPlugin in Kubernetes.
 *
 * It replaces what the upstream says and adds `Vary` itself. An absent or empty `origins` means everybody, and with
 * `credentials` the origin is sent back to everybody. Entries with any character of a pattern are patterns, which
 * are anchored by text: the alternatives of one stay open at their ends.
 */
import { probesOf, routing } from '../../middleware/gateway-plugins/routes.js';
import type { Refused } from '../../middleware/gateway-plugins/settings.js';
import { editSetting, isOfSettings } from '../../middleware/setting-edits.js';
import { imageVersion, type ImageVersion } from '../../middleware/ingress/version.js';
import { ALWAYS, unless, type Guard, type Policy } from '../../policy/program.js';
import { effectAt, originLeaves } from '../../policy/views.js';
import { pairAt, removeEntry, respell, rewrite, type YamlInProject } from '../../syntax/yaml/index.js';
import { factOf } from '../../values/value.js';
import { decline, defineReader, type Reading } from '../reader.js';
import { declared, refusedIn, routesIn, type Instance } from './instances.js';
import { routeLayer } from './layers.js';
import { installed } from './objects.js';
import { neededHeaders, program } from './program.js';

export default defineReader<YamlInProject>({
  title: 'Kong',
  language: 'yaml',
  mayConcern: /^(?=[\s\S]*cors)[\s\S]*(?:_format_version|KongPlugin|KongClusterPlugin)/,
  layers: { paths: /\.(?:ya?ml|json)$/i, text: /\b_format_version\b/ },

  *read(file) {
    const version = imageVersion(file, IMAGE);
    for (const document of file.documents) {
      const routes = document.root === undefined || pairAt(document.root, '_format_version') === undefined ? [] : routesIn(document.root);
      const instances = declared(file, document, routes);
      for (const one of [...instances, ...refusedIn(document)]) yield* 'refused' in one ? [refusal(one)] : readingsOf(one, version);
      if (document.root === undefined) continue;
      for (const { routes: own, at } of instances) yield* routeLayer(file, document.root, routes.filter(({ route }) => own.includes(route)), at);
      yield* routeLayer(file, document.root, routes.filter(({ route }) => !instances.some(({ routes: own }) => own.includes(route))), undefined);
    }
    for (const one of installed(file)) yield* 'refused' in one ? [refusal(one)] : readingsOf(one, version);
  },

  write(file, policy, change) {
    if (isOfSettings(policy, change)) return editSetting(file, policy, change);
    switch (change.kind) {
      case 'replace-text':
        return respell(file, change.at, change.text);
      case 'remove-entry':
        return removeEntry(file, change.at);
      case 'remove-header': {
        const value = effectAt(policy, change.at)?.value;
        if (value?.v !== 'literal' || !value.written) return decline('credentials are not switched on by a value of this file');
        return rewrite(file, value.at, 'false');
      }
      case 'replace-pattern': {
        const leaf = originLeaves(policy).find((candidate) => candidate.s === 'regex' && candidate.at.start === change.at.start);
        if (leaf?.s !== 'regex') return decline('no pattern stands there');
        if (GLOB.test(leaf.source)) return decline('a glob is not mended sign by sign');
        // A colon decides what Kong holds the pattern against; plain groups need none.
        const source = leaf.subject === 'host' ? change.source.replaceAll('(?:', '(') : change.source;
        if (source.includes(':') !== (leaf.subject === 'origin')) return decline('Kong would hold this pattern against another part of the origin');
        return respell(file, change.at, source);
      }
      default:
        return decline('not a change that the plugin can spell');
    }
  },
});

function refusal({ at, refused }: Refused): Reading {
  return { kind: 'gap', gap: { at, reason: 'unsupported-syntax', message: `Kong refuses this configuration: ${refused}` } };
}

/** Written as a glob; to Kong `/*` is any number of slashes and `.` any character. */
const GLOB = /^(?:\^?https?:\/\/|\^?https?:\\?\/\\?\/)\*\.[\w.*-]+(?::\d+)?\$?$/;

/** `kong:3.4`, `kong/kong-gateway:3.4.1.0`. */
const IMAGE = /(?:^|[\s"'/])kong(?:-gateway)?/;

function* readingsOf(instance: Instance, version: ImageVersion | undefined): Generator<Reading> {
  const { settings, at, routes, others, enabled } = instance;
  const steps = program(settings, version);
  if ('refused' in steps) {
    yield refusal(steps);
    return;
  }
  const on = whetherOn(enabled);
  const policy: Policy = {
    reader: 'kong',
    title: instance.title,
    layer: 'gateway',
    at,
    steps: [...routing(routes, others), ...(on.g === 'always' ? [] : [{ when: unless(on), effects: [], end: { to: 'behind' as const }, at }]), ...steps],
    behind: { options: null },
    probes: probesOf(routes, (methods) => neededHeaders(settings, methods), at),
    survivesUncaught: true,
    listens: [],
    version: version === undefined ? 'Kong ≥ 3.8 assumed (no version found)' : `Kong ${version.major}.${version.minor} (image)`,
    evidence: { handWritten: false, canAddVary: false, readsCookies: 'unknown', noStore: false },
    notes: [],
  };
  yield { kind: 'policy', policy };
  for (const leaf of originLeaves(policy)) {
    if (leaf.s !== 'regex' || !GLOB.test(leaf.source)) continue;
    const host = leaf.source.replace(/^.*?\*\.|\$$/g, '').replace(/[.*]/g, '\\$&');
    yield {
      kind: 'gap',
      gap: { at: leaf.at, reason: 'unsupported-syntax', message: `Kong reads this as a pattern, in which \`/*\` stands for slashes and \`.\` for any character: no subdomain matches; \`^https://[^./:]+\\.${host}$\` is what such a glob means` },
    };
  }
}

function whetherOn(enabled: Instance['enabled']): Guard {
  return enabled?.kind === 'unknown' || enabled?.kind === 'env' ? { g: 'fact', fact: factOf(enabled) } : ALWAYS;
}
