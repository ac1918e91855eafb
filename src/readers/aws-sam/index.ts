/**
 * AWS SAM: `Cors` of `AWS::Serverless::Api`, `CorsConfiguration` of `AWS::Serverless::HttpApi`, `FunctionUrlConfig`, and
 * what `Globals` say of them.
 *
 * For a REST API, SAM adds an OPTIONS method that answers preflights; what a function answers goes out as it is, so the
 * function has to send the headers too, and those are not in view here. A default authorizer and a required API key
 * guard that OPTIONS method as well, unless they are told not to, and then no preflight gets through.
 *
 * SAM is read in its source (aws/serverless-application-model, `samtranslator/swagger/swagger.py` and
 * `model/api/api_generator.py`); what API Gateway and Lambda make of it is documented. Nothing of it runs here.
 */
import { edited } from '../../middleware/cloudformation/edits.js';
import { templatesIn } from '../../middleware/cloudformation/template.js';
import type { YamlFile } from '../../syntax/yaml/index.js';
import { defineReader } from '../reader.js';
import { Application } from './application.js';
import { functionUrlsIn } from './function-urls.js';
import { httpApisIn } from './http-apis.js';
import { restApisIn } from './rest-apis.js';

export default defineReader<YamlFile>({
  title: 'AWS SAM',
  language: 'yaml',
  mayConcern: /^(?=[\s\S]*(?:cors|access-control-))[\s\S]*AWS::Serverless/i,

  *read(file) {
    for (const template of templatesIn(file)) {
      const application = new Application(template);
      yield* restApisIn(application);
      yield* httpApisIn(application);
      yield* functionUrlsIn(application);
    }
  },

  write: edited,
});
