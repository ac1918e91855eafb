/**
 * Envoy's own configuration: route tables (`virtual_hosts`) in a bootstrap file, in RDS resources and fragments, with
 * CorsPolicy under `typed_per_filter_config` of a route, a virtual host or the route configuration, or in the `cors`
 * of older files; and CORS headers that routes add by `response_headers_to_add`.
 *
 * Envoy sends the origin back and never `*`, without `Vary`. Every matcher is tried on the text `*` first, so
 * `prefix: "*"` and `regex: .*` let everybody in. An origin that is not allowed reaches the upstream. Read in
 * source/extensions/filters/http/cors/cors_filter.cc, and run with Envoy 1.40.
 */
import { editCors } from '../../middleware/envoy/edits.js';
import { remark, refusal, remarksOn } from '../../middleware/envoy/readings.js';
import { virtualHostPolicy, type Host, type Route } from '../../middleware/envoy/routes.js';
import type { CorsLevel } from '../../middleware/envoy/level.js';
import { ALWAYS } from '../../policy/program.js';
import { nodeAt, resolve, textAt, type YamlFile, type YamlNode } from '../../syntax/yaml/index.js';
import { defineReader, type Reading } from '../reader.js';
import { clustersIn } from './clusters.js';
import { routesAsLayer } from './layers.js';
import { legacyLevel, typedLevel, type Level } from './levels.js';
import { conditionsOf, headersOf } from './routes.js';
import { areKnown, corsFilterIn, corsPolicyOf, fieldAt, guardBefore, listAt, protoAt, tablesIn, type RouteTable } from './tables.js';

const VERSION = 'Envoy ≥ 1.30 assumed (no version found)';

export default defineReader<YamlFile>({
  title: 'Envoy',
  language: 'yaml',
  mayConcern: /^(?=[\s\S]*(?:cors|access-control-))[\s\S]*(?:virtual_?hosts|typed_?per_?filter_?config|http_?filters)["']?\s*:/i,
  layers: { paths: /\.(?:ya?ml|json)(?:\.(?:j2|tmpl|tpl|gotmpl|template))?$/i, text: /^(?=[\s\S]*virtual_?hosts["']?\s*:)[\s\S]*\bclusters?["']?\s*:/i },

  *read(file) {
    const clusters = clustersIn(file);
    for (const table of tablesIn(file)) {
      if ('lone' in table) yield* loneReadings(file, table.lone);
      else yield* tableReadings(file, table, clusters);
    }
  },

  write: editCors,
});

/** A policy whose routes are elsewhere. */
function* loneReadings(file: YamlFile, node: YamlNode): Generator<Reading> {
  const { levels, readings } = takeLevels([typedLevel(file, node)]);
  yield* readings;
  const [level] = levels;
  if (level === undefined) return;
  yield { kind: 'policy', policy: virtualHostPolicy({ reader: 'envoy', title: 'CORS policy', at: level.at, hosts: [], otherHosts: [], routes: [everything(level.at, levels)], complete: false, version: VERSION }) };
}

function* tableReadings(file: YamlFile, { node, filters, port }: RouteTable, clusters: ReturnType<typeof clustersIn>): Generator<Reading> {
  const known = filters !== undefined && areKnown(filters) ? filters : undefined;
  const cors = known === undefined ? 0 : corsFilterIn(known);
  if (known !== undefined && cors >= 0) yield* filterReadings(known[cors]!);
  const hosts = listAt(node, 'virtualHosts');
  const domains = hosts.map(domainsOf);
  const told = hosts.flatMap((host, index): readonly Reading[] => {
    const otherHosts = domains.filter((_others, place) => place !== index).flat();
    const readings = [...hostReadings(file, node, host, domains[index]!, otherHosts, cors >= 0)];
    const policy = readings.find((reading) => reading.kind === 'policy')?.policy;
    return [...readings, ...routesAsLayer(file, { host, hosts: domains[index]!, otherHosts, filters: known, port }, clusters, policy?.at)];
  });
  const before = known === undefined || cors < 0 ? undefined : guardBefore(known, cors);
  if (before !== undefined && told.some(({ kind }) => kind === 'policy')) yield remark(nodeAt(before, 'name')?.at ?? before.at, 'this filter stands before the CORS filter: it sees preflights first, which carry no credentials');
  yield* told;
}

function* filterReadings(filter: YamlNode): Generator<Reading> {
  const config = protoAt(filter, 'typedConfig');
  const extra = resolve(config);
  const odd = extra?.kind === 'map' ? extra.pairs.find(({ key }) => key.kind === 'scalar' && key.value !== '@type') : undefined;
  if (odd !== undefined && /Cors$/.test(textAt(config, '@type') ?? '')) yield refusal('Envoy', { at: odd.at, refused: 'the filter itself has no settings; a CorsPolicy belongs under `typed_per_filter_config` of a route or virtual host' });
}

function domainsOf(host: YamlNode): readonly Host[] {
  return listAt(host, 'domains').flatMap((item) => {
    const text = textAt(item);
    return text === undefined ? [] : [{ text, at: item.at }];
  });
}

function* hostReadings(file: YamlFile, table: YamlNode, host: YamlNode, hosts: readonly Host[], otherHosts: readonly Host[], filtered: boolean): Generator<Reading> {
  const routes = listAt(host, 'routes');
  // Once a typed policy stands anywhere on a route's way, the older fields are not looked at.
  const around = [typedLevel(file, host), typedLevel(file, table)];
  const legacyHost = legacyLevel(file, fieldAt(host, 'cors'));
  const outer = [...headersOf(file, host), ...headersOf(file, table)];
  const told = new Set<unknown>();
  const made: Route[] = [];
  const wanted = routes.length === 0 ? [undefined] : routes;
  for (const route of wanted) {
    const typed = [typedLevel(file, route), ...around];
    const legacy = [legacyLevel(file, fieldAt(protoAt(route, 'route'), 'cors')), legacyHost];
    const isTyped = typed.some((level) => level !== undefined);
    const { levels, readings, off } = takeLevels(isTyped ? typed : legacy);
    for (const [key, reading] of readings.map((one) => [JSON.stringify(one), one] as const)) {
      if (!told.has(key)) yield reading;
      told.add(key);
    }
    const unread = isTyped ? legacy : [];
    for (const level of unread) {
      if (level === undefined || 'off' in level || told.has(placeOf(level))) continue;
      told.add(placeOf(level));
      yield remark('level' in level ? level.level.at : level.at, 'this `cors` is not read: a policy under `typed_per_filter_config` on the same way replaces it whole');
    }
    const weighted = listAt(route, 'route', 'weightedClusters', 'clusters').map(corsPolicyOf).find((pair) => pair !== undefined);
    if (weighted !== undefined) yield remark(weighted.at, 'the cluster is drawn by lot, and each may have a policy of its own: it was not read');
    if (!filtered && levels.length > 0) {
      for (const level of levels) {
        if (told.has(level.at.start)) continue;
        told.add(level.at.start);
        yield remark(level.at, 'this policy is not read: the CORS filter is not among the `http_filters` of its connection manager');
      }
    }
    made.push(routeOf(file, route, filtered && !off ? levels : [], outer, host));
  }
  const at = made.find(({ levels }) => levels.length > 0)?.levels[0]!.at ?? host.at;
  if (!made.some(({ levels, headers }) => levels.length > 0 || headers.length > 0)) return;
  const complete = routes.length > 0 && !file.templates.some(({ start }) => host.at.start <= start && start < host.at.end) && hosts.length > 0;
  yield { kind: 'policy', policy: virtualHostPolicy({ reader: 'envoy', title: `virtual host ${textAt(protoAt(host, 'name')) ?? 'without a name'}`, at, hosts, otherHosts, routes: made, complete, version: VERSION }) };
}

function placeOf(level: Exclude<Level, { off: unknown }>): string {
  const { start } = 'level' in level ? level.level.at : level.at;
  return `legacy ${start}`;
}

/** The levels that can be read, innermost first, and what is to be said of all. `off`: the innermost says that the filter does not work here. */
function takeLevels(written: readonly (Level | undefined)[]): { readonly levels: readonly CorsLevel[]; readonly readings: readonly Reading[]; readonly off: boolean } {
  const present = written.flatMap((level) => level ?? []);
  const refused = present.flatMap((level) => ('refused' in level ? [refusal('Envoy', level)] : []));
  const levels = present.flatMap((level) => ('level' in level ? [level.level] : []));
  if (refused.length > 0) return { levels: [], readings: refused, off: false };
  return { levels, readings: levels.flatMap((level) => [...remarksOn(level)]), off: present[0] !== undefined && 'off' in present[0] };
}

function everything(at: Route['at'], levels: readonly CorsLevel[]): Route {
  return { at, match: ALWAYS, sample: '/', methods: null, levels, headers: [] };
}

function routeOf(file: YamlFile, route: YamlNode | undefined, levels: readonly CorsLevel[], outer: Route['headers'], host: YamlNode): Route {
  if (route === undefined) return { ...everything(host.at, levels), headers: outer };
  const match = protoAt(route, 'match');
  const { guard, sample, methods } = conditionsOf(file, match);
  const answer = answerOf(route);
  const headers = [...headersOf(file, route), ...outer];
  return { at: match?.at ?? route.at, match: guard, sample, methods, levels: answer === undefined ? levels : [], headers, ...(answer === undefined ? {} : { answer }) };
}

/** The status of a route that sends its own answer. */
function answerOf(route: YamlNode): number | undefined {
  const direct = protoAt(route, 'directResponse');
  if (direct !== undefined) {
    const status = resolve(protoAt(direct, 'status'));
    return status?.kind === 'scalar' && typeof status.value === 'number' ? status.value : 200;
  }
  const redirect = protoAt(route, 'redirect');
  if (redirect === undefined) return undefined;
  const code = textAt(protoAt(redirect, 'responseCode'));
  return { MOVED_PERMANENTLY: 301, FOUND: 302, SEE_OTHER: 303, TEMPORARY_REDIRECT: 307, PERMANENT_REDIRECT: 308 }[code ?? 'MOVED_PERMANENTLY'] ?? 301;
}
