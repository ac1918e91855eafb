/**
 * Gloo's `options.cors` on virtual hosts and routes, in VirtualServices, RouteTables, VirtualHostOptions and
 * RouteOptions.
 *
 * `allowOrigin` is compared as it stands, `allowOriginRegex` is RE2 for the whole text; `*` lets everybody in, and the
 * origin is sent back. A route's fields come before those of its virtual host, one by one, and a `false` for
 * credentials is dropped on the way to Envoy: it does not undo the virtual host's `true`. Read in
 * projects/gloo/pkg/plugins/cors/plugin.go; Envoy's part was run.
 */
import { editCors } from '../../middleware/envoy/edits.js';
import { refusal, remark, remarksOn } from '../../middleware/envoy/readings.js';
import type { CorsLevel } from '../../middleware/envoy/level.js';
import { virtualHostPolicy, type Host, type Route } from '../../middleware/envoy/routes.js';
import { objectsIn, type KubernetesObject } from '../../middleware/kubernetes/objects.js';
import { ALWAYS, type Policy } from '../../policy/program.js';
import { itemsOf, nodeAt, pairAt, textAt, type YamlFile, type YamlNode } from '../../syntax/yaml/index.js';
import { defineReader, type Reading } from '../reader.js';
import { conditionsOf } from './matchers.js';
import { optionsLevel, type Option } from './options.js';

const PLACES: Readonly<Record<string, readonly string[]>> = { VirtualHostOption: ['spec'], RouteOption: ['spec'] };

export default defineReader<YamlFile>({
  title: 'Gloo',
  language: 'yaml',
  mayConcern: /^(?=[\s\S]*cors)[\s\S]*gateway\.solo\.io/i,

  *read(file) {
    for (const object of objectsIn(file)) {
      if (object.group !== 'gateway.solo.io') continue;
      if (object.kind === 'VirtualService') yield* hostReadings(file, object, nodeAt(object.node, 'spec', 'virtualHost'));
      else if (object.kind === 'RouteTable') yield* hostReadings(file, object, nodeAt(object.node, 'spec'));
      else if (PLACES[object.kind] !== undefined) yield* optionReadings(file, object);
    }
  },

  write: editCors,
});

function* optionReadings(file: YamlFile, object: KubernetesObject): Generator<Reading> {
  const option = optionsLevel(file, nodeAt(object.node, 'spec'), object.kind === 'RouteOption');
  if (option === undefined) return;
  yield* told(option, undefined);
  if ('level' in option) yield { kind: 'policy', policy: policyOf(object, [], [routeWith(option.level.at, [option.level])], option.level) };
}

/** A virtual host with its routes; a route table's routes belong to hosts that delegate to it. */
function* hostReadings(file: YamlFile, object: KubernetesObject, host: YamlNode | undefined): Generator<Reading> {
  const outer = optionsLevel(file, host, false);
  if (outer !== undefined) yield* told(outer, undefined);
  if (outer !== undefined && 'refused' in outer) return;
  const around = outer !== undefined && 'level' in outer ? [outer.level] : [];
  const routes: Route[] = [];
  for (const node of itemsOf(nodeAt(host, 'routes')) ?? []) {
    const own = optionsLevel(file, node, true);
    if (own !== undefined) yield* told(own, around[0]);
    if (own !== undefined && 'refused' in own) return;
    const levels = own !== undefined && 'off' in own ? [] : own === undefined ? around : [own.level, ...around];
    const answer = nodeAt(node, 'redirectAction') !== undefined ? 301 : undefined;
    const direct = nodeAt(node, 'directResponseAction');
    if (direct !== undefined && own !== undefined && 'level' in own && (own.level.origins?.matchers.length ?? 0) > 1) yield remark(own.level.at, 'a direct response gets all of these origins in one header, which browsers refuse');
    const matchers = itemsOf(nodeAt(node, 'matchers')) ?? [];
    for (const matcher of matchers.length === 0 ? [undefined] : matchers) {
      const { guard, sample, methods } = conditionsOf(matcher);
      const at = pairAt(matcher, 'methods')?.at ?? matcher?.at ?? node.at;
      routes.push({ at, match: guard, sample, methods, levels: answer === undefined && direct === undefined ? levels : [], headers: [], ...(answer === undefined ? {} : { answer }) });
    }
  }
  const first = around[0] ?? routes.find(({ levels }) => levels.length > 0)?.levels[0];
  if (first === undefined) return;
  const hosts = (itemsOf(nodeAt(host, 'domains')) ?? []).flatMap((item): readonly Host[] => {
    const text = textAt(item);
    return text === undefined ? [] : [{ text, at: item.at }];
  });
  yield { kind: 'policy', policy: policyOf(object, hosts, routes.length === 0 ? [routeWith(first.at, around)] : routes, first) };
}

function* told(option: Option, outer: CorsLevel | undefined): Generator<Reading> {
  if ('refused' in option) yield refusal('Gloo', option);
  if (!('level' in option)) return;
  yield* remarksOn(option.level);
  if (option.ignoredFalse !== undefined && outer?.credentials !== undefined && outer.credentials.on.g !== 'never') yield remark(option.ignoredFalse, '`false` is dropped on the way to Envoy: the credentials of the virtual host stay on');
}

function routeWith(at: Route['at'], levels: readonly CorsLevel[]): Route {
  return { at, match: ALWAYS, sample: '/', methods: null, levels, headers: [] };
}

function policyOf({ kind, name }: KubernetesObject, hosts: readonly Host[], routes: readonly Route[], level: CorsLevel): Policy {
  return virtualHostPolicy({ reader: 'gloo', title: `${kind} ${name ?? 'without a name'}`, at: level.at, hosts, otherHosts: [], routes, complete: kind === 'VirtualService' && hosts.length > 0, version: 'Gloo ≥ 1.17 assumed (no version found)' });
}
