/**
 * Google Cloud Endpoints: `allowCors` of `x-google-endpoints` in an OpenAPI 2 document, of `x-google-endpoint` of a server
 * in OpenAPI 3.
 *
 * It lets OPTIONS through to the backend, and adds nothing to what that says: whether anybody is let in, the backend
 * decides, which is not in view. CORS of the proxy itself is in its flags (ESPv2).
 *
 * Documented: https://cloud.google.com/endpoints/docs/openapi/support-cors
 */
import { itemsOf, nodeAt, pairAt, resolve, type YamlFile, type YamlNode } from '../../syntax/yaml/index.js';
import { decline, defineReader } from '../reader.js';

export default defineReader<YamlFile>({
  title: 'Google Cloud Endpoints',
  language: 'yaml',
  mayConcern: /^(?=[\s\S]*x-google-endpoint)[\s\S]*\ballowCors\b/,

  *read(file) {
    for (const { root } of file.documents) {
      for (const endpoint of endpointsOf(root)) {
        const allow = pairAt(endpoint, 'allowCors');
        const value = resolve(allow?.value);
        if (allow === undefined || value?.kind !== 'scalar' || value.value !== true) continue;
        yield { kind: 'gap', gap: { at: allow.at, reason: 'upstream', message: 'Cloud Endpoints passes OPTIONS on to the backend and adds no header: CORS depends on what the backend answers' } };
      }
    }
  },

  write: () => decline('nothing is written here'),
});

function endpointsOf(root: YamlNode | undefined): readonly YamlNode[] {
  if (pairAt(root, 'swagger') !== undefined) return itemsOf(nodeAt(root, 'x-google-endpoints')) ?? [];
  if (pairAt(root, 'openapi') === undefined) return [];
  return (itemsOf(nodeAt(root, 'servers')) ?? []).flatMap((server) => nodeAt(server, 'x-google-endpoint') ?? []);
}
