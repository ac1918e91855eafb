import { configurationFrom, RESOURCE_NAMES } from '../../middleware/api-gateway/fields.js';
import { openApi } from '../../middleware/api-gateway/open-api.js';
import { httpApiReadings, refusals, type GuardedDefault } from '../../middleware/api-gateway/policies.js';
import type { Resource, Template } from '../../middleware/cloudformation/template.js';
import { nodeAt, pairAt, textAt } from '../../syntax/yaml/index.js';
import type { Reading } from '../reader.js';

/** `AWS::ApiGatewayV2::Api` with `CorsConfiguration`, or a `Body` that holds one. */
export function* httpApisIn(template: Template): Generator<Reading> {
  for (const api of template.resourcesOf('AWS::ApiGatewayV2::Api')) {
    const written = pairAt(api.properties, 'CorsConfiguration');
    const title = `HTTP API ${api.name}`;
    if (written !== undefined) {
      if (textAt(api.properties, 'ProtocolType') === 'WEBSOCKET') yield* refusals([{ at: written.at, message: 'CORS is for HTTP APIs: this one speaks WebSocket, where browsers ask for no leave' }]);
      else yield* httpApiReadings({ reader: 'cloudformation', title, at: written.at }, configurationFrom(template.valueOf(written.value), written.at, RESOURCE_NAMES), guardedDefault(template, api));
    }
    const body = nodeAt(api.properties, 'Body');
    const document = body === undefined ? undefined : openApi(template.file, body, (node) => template.valueOf(node));
    if (document?.cors !== undefined) yield* httpApiReadings({ reader: 'cloudformation', title, at: document.cors.at }, document.cors, guardedDefault(template, api));
  }
}

/**
 * The route `$default` of the API, where it asks for a token and no `OPTIONS /{proxy+}` stands before it: preflights go
 * there. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html#http-api-cors-default-route
 */
function guardedDefault(template: Template, api: Resource): GuardedDefault | undefined {
  const routes = template.resourcesOf('AWS::ApiGatewayV2::Route').filter(({ properties }) => template.referenceIn(nodeAt(properties, 'ApiId')) === api.name);
  const open = routes.some(({ properties }) => /^OPTIONS \/\{[^}]*\+\}$/.test(textAt(properties, 'RouteKey') ?? '') && (textAt(properties, 'AuthorizationType') ?? 'NONE') === 'NONE');
  const route = routes.find(({ properties }) => textAt(properties, 'RouteKey') === '$default');
  const type = textAt(route?.properties, 'AuthorizationType') ?? 'NONE';
  return route === undefined || open || type === 'NONE' ? undefined : { status: type === 'AWS_IAM' ? 403 : 401, at: template.placeOf(route, 'AuthorizationType') };
}
