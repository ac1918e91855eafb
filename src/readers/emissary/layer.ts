import { toOneOf } from '../../middleware/kubernetes/routing.js';
import { prefixBy, servedLayer, type Way } from '../../middleware/kubernetes/virtual-host.js';
import { writtenAt } from '../../middleware/kubernetes/written.js';
import { ALWAYS } from '../../policy/program.js';
import type { PlainLayer } from '../../policy/topology.js';
import { nodeAt, resolve, textAt } from '../../syntax/yaml/index.js';
import { conditionsOf, mappedHost } from './mapping.js';
import type { Resource } from './resources.js';

/**
 * A Mapping as a layer: the prefix is taken away and `rewrite` set in its place, which is `/` where none is written.
 * `service` is a host with a port, or the 80 of http.
 * Documented: https://www.getambassador.io/docs/emissary/latest/topics/using/rewrites
 */
export function mappingLayer({ file, kind, name, namespace, settings }: Resource): PlainLayer | undefined {
  const service = kind === 'Mapping' ? writtenAt(file, settings, 'service') : undefined;
  if (service === undefined) return undefined;
  const [, scheme, host, port] = /^(?:(https?):\/\/)?([^:/]+)(?::(\d+))?\/?$/.exec(service.text) ?? [];
  if (host === undefined && service.templated !== true) return undefined;
  const { guard, sample, methods } = conditionsOf(settings);
  const served = mappedHost(settings);
  const upstream = { host: host ?? service.text, port: host === undefined ? null : Number(port ?? (scheme === 'https' ? 443 : 80)), request: [], at: service.at };
  const goals = waysOf({ file, settings }).flatMap(({ when, path }) => toOneOf([path === undefined ? upstream : { ...upstream, path }], when));
  const object = { node: settings, kind, group: 'getambassador.io', version: '', name, namespace };
  return servedLayer({ reader: 'emissary', object, hosts: served === undefined ? [] : [served], routes: [{ at: settings.at, match: guard, sample, methods, levels: [], headers: [], goals }] });
}

function waysOf({ file, settings }: Pick<Resource, 'file' | 'settings'>): readonly Way[] {
  const patterned = resolve(nodeAt(settings, 'prefix_regex'));
  const prefix = textAt(settings, 'prefix');
  if (nodeAt(settings, 'regex_rewrite') !== undefined) return [{ when: ALWAYS, path: null }];
  // What a pattern matched is not rewritten.
  if (patterned?.kind === 'scalar' && patterned.value === true) return [{ when: ALWAYS }];
  const rewrite = writtenAt(file, settings, 'rewrite');
  const empty = textAt(settings, 'rewrite') === '';
  if (empty) return [{ when: ALWAYS }];
  if (prefix === undefined || rewrite?.templated === true) return [{ when: ALWAYS, path: null }];
  const exact = resolve(nodeAt(settings, 'prefix_exact'));
  const by = rewrite?.text ?? '/';
  return exact?.kind === 'scalar' && exact.value === true ? [{ when: ALWAYS, path: { whole: by } }] : prefixBy(prefix, by);
}
