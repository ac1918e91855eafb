import type { Revised } from '../../engine.js';
import type { Policy } from '../../policy/program.js';
import { textAt, type YamlFile } from '../../syntax/yaml/index.js';
import type { TextEdit } from '../../text/edit.js';
import { corsEffects } from './speakers.js';
import { middlewareRemoved } from './traefik.js';
import { partAround, partsOf, partsRemoved, withEmptied, type YamlPart } from './yaml-parts.js';

/**
 * What of a product's settings is its CORS, all that stands below it included. Without it the product does nothing of CORS,
 * as the readers of each have it from its documentation.
 */
const OF_CORS: Readonly<Record<string, (part: YamlPart) => boolean>> = {
  apisix: ({ key }) => key === 'cors',
  contour: ({ key }) => key === 'corsPolicy',
  emissary: ({ key }) => key === 'cors',
  // The filter `envoy.filters.http.cors` does nothing where no route has a policy.
  envoy: ({ key }) => key === 'cors' || key === 'envoy.filters.http.cors',
  'haproxy-ingress': ({ key }) => /^[\w.-]+\/cors-[\w-]+$/.test(key ?? ''),
  'haproxytech-ingress': ({ key }) => /^[\w.-]+\/cors-[\w-]+$/.test(key ?? ''),
  'ingress-nginx': ({ key }) => /^[\w.-]+\/(?:enable-cors|cors-[\w-]+)$/.test(key ?? ''),
  istio: ({ key }) => key === 'corsPolicy',
  kong: (part) => part.key === undefined && textAt(part.value, 'name') === 'cors',
};

/**
 * The settings of a gateway or proxy without those of CORS, and without what held nothing else.
 * @returns undefined where what sends its headers stands elsewhere, or serves others, too
 */
export function corsSettingsRemoved(repository: Revised, policy: Policy): readonly TextEdit[] | undefined {
  const { file } = policy.at;
  const unit = /\.(?:ya?ml|json)$/.test(file) ? (repository.unit('yaml', file) as YamlFile | undefined) : undefined;
  if (unit === undefined) return undefined;
  if (policy.reader === 'traefik') return middlewareRemoved(repository, unit, policy);
  const isMeant = OF_CORS[policy.reader];
  if (isMeant === undefined) return undefined;
  const parts = partsOf(unit);
  const found = corsEffects(policy).filter(({ op }) => op !== 'remove').map(({ at, value }) => partAround(parts, at, isMeant) ?? partAround(parts, value.at, isMeant) ?? partAround(parts, policy.at, isMeant));
  const own = found.flatMap((part) => part ?? []);
  if (own.length === 0 || own.length < found.length) return undefined;
  // Annotations stand side by side: what only describes the policy sends nothing by itself.
  const beside = parts.filter((part) => isMeant(part) && own.some(({ container }) => container === part.container && container.kind === 'map'));
  const gone = withEmptied([...own, ...beside]);
  return gone === undefined ? undefined : partsRemoved(unit, gone);
}
