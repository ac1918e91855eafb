import { toOneOf, type Goal } from '../../middleware/kubernetes/routing.js';
import { prefixBy, type Way } from '../../middleware/kubernetes/virtual-host.js';
import { portAt, writtenAt } from '../../middleware/kubernetes/written.js';
import { ALWAYS, type Upstream } from '../../policy/program.js';
import { textAt, type YamlFile, type YamlNode } from '../../syntax/yaml/index.js';
import { listAt, valueAt } from './fields.js';

/** What a match says of the path, as far as a rewrite asks for it. */
export interface Matched {
  readonly prefix?: string;
  readonly exact?: string;
}

export function matchedPath(match: YamlNode | undefined): Matched {
  const [prefix, exact] = [textAt(valueAt(match, 'uri', 'prefix')), textAt(valueAt(match, 'uri', 'exact'))];
  return { ...(prefix === undefined ? {} : { prefix }), ...(exact === undefined ? {} : { exact }) };
}

/**
 * Where an `http` entry passes on what one of its matches takes: destinations by weight; short hosts are those of the
 * namespace. `rewrite.uri` takes the place of the prefix that was matched, of the whole path where that was matched.
 * Documented: https://istio.io/latest/docs/reference/config/networking/virtual-service/
 */
export function destinationsOf(file: YamlFile, http: YamlNode, { prefix, exact }: Matched): readonly Goal[] {
  const upstreams = listAt(http, 'route').flatMap((route): readonly Upstream[] => {
    const destination = valueAt(route, 'destination');
    const host = destination === undefined ? undefined : writtenAt(file, destination, 'host');
    if (destination === undefined || host === undefined || writtenAt(file, route, 'weight')?.text === '0') return [];
    return [{ host: host.text, port: portAt(file, destination, 'port', 'number') ?? null, request: [], at: destination.at }];
  });
  const rewrite = valueAt(http, 'rewrite');
  const uri = rewrite === undefined ? undefined : writtenAt(file, rewrite, 'uri');
  const pattern = valueAt(rewrite, 'uriRegexRewrite');
  const ways: readonly Way[] = pattern !== undefined || uri?.templated === true ? [{ when: ALWAYS, path: null }] : uri === undefined ? [{ when: ALWAYS }] : exact !== undefined ? [{ when: ALWAYS, path: { whole: uri.text } }] : prefixBy(prefix ?? '/', uri.text);
  return ways.flatMap(({ when, path }) => toOneOf(upstreams.map((upstream) => (path === undefined ? upstream : { ...upstream, path })), when));
}
