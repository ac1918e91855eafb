/**
 * OpenAPI documents with API Gateway's extensions: integrations that answer with headers of CORS (static ones, or set
 * by a mapping template), `x-amazon-apigateway-cors` of HTTP APIs, and responses that the gateway makes itself.
 *
 * Documented, not run. A document that only describes headers says nothing of what is sent, and is not read; a preflight
 * that a path does not name is API Gateway's own 403.
 */
import { edited } from '../../middleware/cloudformation/edits.js';
import { Intrinsics } from '../../middleware/cloudformation/intrinsics.js';
import { openApi } from '../../middleware/api-gateway/open-api.js';
import { httpApiReadings, ownResponseReadings, restApiReadings } from '../../middleware/api-gateway/policies.js';
import { nodeAt, pairAt, textAt, type YamlFile, type YamlNode } from '../../syntax/yaml/index.js';
import { defineReader, type Reading } from '../reader.js';

export default defineReader<YamlFile>({
  title: 'OpenAPI with API Gateway extensions',
  language: 'yaml',
  mayConcern: /^(?=[\s\S]*(?:access-control-|x-amazon-apigateway-cors))(?=[\s\S]*\b(?:openapi|swagger)["']?\s*:)[\s\S]*x-amazon-apigateway-/i,

  *read(file) {
    for (const { root } of file.documents) {
      if (root !== undefined && isDocument(root)) yield* documentReadings(file, root);
    }
  },

  write: edited,
});

function isDocument(root: YamlNode): boolean {
  return (pairAt(root, 'openapi') ?? pairAt(root, 'swagger')) !== undefined;
}

function* documentReadings(file: YamlFile, root: YamlNode): Generator<Reading> {
  // Documents that a template includes hold its intrinsic functions.
  const intrinsics = new Intrinsics({ file, root, carrier: 'cloudformation' });
  const title = textAt(nodeAt(root, 'info'), 'title') ?? 'without a title';
  const document = openApi(file, root, (node) => intrinsics.valueOf(node));
  if (document.cors !== undefined) yield* httpApiReadings({ reader: 'openapi-aws', title: `HTTP API ${title}`, at: document.cors.at }, document.cors, undefined);
  yield* restApiReadings({ reader: 'openapi-aws', title: `REST API ${title}`, at: pairAt(root, 'paths')?.at ?? root.at }, document.methods, true);
  yield* ownResponseReadings('openapi-aws', document.responses);
  yield* document.gaps.map((gap): Reading => ({ kind: 'gap', gap }));
}
