/**
 * CloudFormation: HTTP APIs, methods and own responses of REST APIs, function URLs, CORS of S3 buckets and response
 * header policies of CloudFront, in YAML and JSON, also where a Serverless Framework file carries them.
 *
 * Nothing of AWS runs here: what it answers is read after its documentation (named beside each model) and, where that
 * is silent, reported by users of it; what neither says is unknown. An HTTP API drops what a function says of CORS, a
 * function URL adds to it, and a REST API leaves a proxied function to send the headers itself.
 */
import { edited } from '../../middleware/cloudformation/edits.js';
import { templatesIn } from '../../middleware/cloudformation/template.js';
import type { YamlFile } from '../../syntax/yaml/index.js';
import { defineReader } from '../reader.js';
import { bucketsIn } from './buckets.js';
import { functionUrlsIn } from './function-urls.js';
import { headerPoliciesIn } from './header-policies.js';
import { httpApisIn } from './http-apis.js';
import { restApisIn } from './rest-apis.js';

export default defineReader<YamlFile>({
  title: 'AWS CloudFormation',
  language: 'yaml',
  mayConcern: /^(?=[\s\S]*(?:cors|access-control-|AccessControl))[\s\S]*AWS::(?:ApiGateway|Lambda::Url|S3::Bucket|CloudFront)/i,

  *read(file) {
    for (const template of templatesIn(file)) {
      yield* httpApisIn(template);
      yield* functionUrlsIn(template);
      yield* restApisIn(template);
      yield* bucketsIn(template);
      yield* headerPoliciesIn(template);
    }
  },

  write: edited,
});
