import { openApi, statusOf, textIn, valueAt, type OwnResponse } from '../../middleware/api-gateway/open-api.js';
import { ownResponseReadings, restApiReadings } from '../../middleware/api-gateway/policies.js';
import { parametersOf, templateHeaders } from '../../middleware/api-gateway/parameters.js';
import type { RestMethod } from '../../middleware/api-gateway/rest-api.js';
import type { Resource, Template } from '../../middleware/cloudformation/template.js';
import { guardOf } from '../../policy/from-condition.js';
import { ALWAYS, type Gap } from '../../policy/program.js';
import { nodeAt, pairAt, textAt } from '../../syntax/yaml/index.js';
import type { RecordValue, Value } from '../../values/value.js';
import type { Reading } from '../reader.js';

/** REST APIs from their methods (`AWS::ApiGateway::Method`), their `Body`, and the responses that they make themselves. */
export function* restApisIn(template: Template): Generator<Reading> {
  const gaps: Gap[] = [];
  const methods = template.resourcesOf('AWS::ApiGateway::Method').map((resource) => ({ api: template.referenceIn(nodeAt(resource.properties, 'RestApiId')), resource }));
  for (const api of new Set(methods.map((one) => one.api))) {
    const own = methods.filter((one) => one.api === api).map(({ resource }) => methodOf(template, resource, gaps));
    const first = own.find(({ headers }) => headers.length > 0);
    if (first !== undefined) yield* restApiReadings({ reader: 'cloudformation', title: `REST API ${api ?? 'that is named elsewhere'}`, at: first.at }, own, true);
  }
  for (const api of template.resourcesOf('AWS::ApiGateway::RestApi')) {
    const body = nodeAt(api.properties, 'Body');
    if (body === undefined) continue;
    const document = openApi(template.file, body, (node) => template.valueOf(node));
    gaps.push(...document.gaps);
    yield* restApiReadings({ reader: 'cloudformation', title: `REST API ${api.name}`, at: template.placeOf(api, 'Body') }, document.methods, true);
    yield* ownResponseReadings('cloudformation', document.responses);
  }
  yield* ownResponseReadings('cloudformation', template.resourcesOf('AWS::ApiGateway::GatewayResponse').map((resource) => responseOf(template, resource, gaps)));
  yield* gaps.map((gap): Reading => ({ kind: 'gap', gap }));
}

function methodOf(template: Template, resource: Resource, gaps: Gap[]): RestMethod {
  const { properties, at } = resource;
  const path = pathOf(template, template.referenceIn(nodeAt(properties, 'ResourceId')));
  const integration = template.valueOf(nodeAt(properties, 'Integration'));
  const type = integration.kind === 'record' ? textIn(integration, 'Type') : undefined;
  const kind = type === 'MOCK' ? 'mock' : type === 'AWS' || type === 'HTTP' ? 'mapped' : 'proxy';
  const response = integration.kind === 'record' && kind !== 'proxy' ? unselected(valueAt(integration, 'IntegrationResponses')) : undefined;
  const status = (response === undefined ? undefined : textIn(response, 'StatusCode')) ?? '200';
  const declared = kind === 'proxy' ? undefined : declaredFor(template.valueOf(nodeAt(properties, 'MethodResponses')), status);
  const found = parametersOf(template.file, response === undefined ? undefined : valueAt(response, 'ResponseParameters'), 'method.response.header.', declared, ALWAYS);
  gaps.push(...found.gaps);
  const asks = asksFor(template, resource);
  return {
    path: path === undefined ? undefined : { text: path, at: template.placeOf(resource, 'ResourceId') },
    method: textAt(properties, 'HttpMethod') ?? 'ANY',
    integration: kind,
    status: statusOf({ kind: 'string', value: status, at }) ?? 200,
    headers: [...found.headers, ...templateHeaders(template.file, response === undefined ? undefined : valueAt(response, 'ResponseTemplates'), ALWAYS)],
    ...(asks === undefined ? {} : { asks }),
    at,
  };
}

/** The path of a resource: `PathPart`s up to the root. */
function pathOf(template: Template, name: string | undefined): string | undefined {
  const parts: string[] = [];
  for (let at = name; at !== undefined && parts.length < 32; ) {
    const resource = template.resources.find((one) => one.name === at);
    if (resource === undefined) return undefined;
    // The root is an attribute of the API itself.
    if (resource.type !== 'AWS::ApiGateway::Resource') return `/${parts.join('/')}`;
    const part = textAt(resource.properties, 'PathPart');
    if (part === undefined) return undefined;
    parts.unshift(part);
    at = template.referenceIn(nodeAt(resource.properties, 'ParentId'));
  }
  return undefined;
}

/** The response for what no pattern selects. */
function unselected(responses: Value | undefined): RecordValue | undefined {
  const all = responses?.kind === 'list' ? responses.items.flatMap((item) => (item.kind === 'record' ? [item] : [])) : [];
  return all.find((one) => (textIn(one, 'SelectionPattern') ?? '') === '') ?? all[0];
}

/** Names of the headers that a method declares for a status; undefined: not known. */
function declaredFor(responses: Value, status: string): ReadonlySet<string> | undefined {
  if (responses.kind !== 'list' && responses.kind !== 'nothing') return undefined;
  const declared = new Set<string>();
  for (const item of responses.kind === 'list' ? responses.items : []) {
    if (item.kind !== 'record') return undefined;
    if (textIn(item, 'StatusCode') !== status) continue;
    const parameters = valueAt(item, 'ResponseParameters');
    if (parameters?.kind === 'record') for (const { key } of parameters.entries) declared.add(key.replace(/^method\.response\.header\./i, '').toLowerCase());
  }
  return declared;
}

function asksFor(template: Template, resource: Resource): RestMethod['asks'] | undefined {
  const type = template.valueOf(nodeAt(resource.properties, 'AuthorizationType'));
  const key = template.valueOf(nodeAt(resource.properties, 'ApiKeyRequired'));
  if (type.kind === 'string' && type.value !== 'NONE') return { status: type.value === 'AWS_IAM' ? 403 : 401, when: ALWAYS, at: template.placeOf(resource, 'AuthorizationType') };
  if (key.kind === 'boolean' && key.value) return { status: 403, when: ALWAYS, at: template.placeOf(resource, 'ApiKeyRequired') };
  return type.kind === 'unknown' || type.kind === 'env' ? { status: 401, when: guardOf({ c: 'present', value: type, at: type.at }), at: template.placeOf(resource, 'AuthorizationType') } : undefined;
}

function responseOf(template: Template, { name, properties, at }: Resource, gaps: Gap[]): OwnResponse {
  const written = pairAt(properties, 'ResponseParameters');
  const found = parametersOf(template.file, written === undefined ? undefined : template.valueOf(written.value), 'gatewayresponse.header.', undefined, ALWAYS);
  gaps.push(...found.gaps);
  return { type: textAt(properties, 'ResponseType') ?? name, status: statusOf(template.valueOf(nodeAt(properties, 'StatusCode'))), headers: found.headers, at };
}
