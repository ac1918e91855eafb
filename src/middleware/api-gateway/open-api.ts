import { casesOf } from '../../policy/from-condition.js';
import { ALWAYS, type Gap } from '../../policy/program.js';
import { keyOf, pairsOf, type YamlFile, type YamlNode } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import { entry, type RecordValue, type Value } from '../../values/value.js';
import { configurationFrom, HTTP_API_NAMES, type Configured } from './fields.js';
import { parametersOf, templateHeaders } from './parameters.js';
import type { RestHeader, RestMethod } from './rest-api.js';

/** What a document says beside its operations: a response that the gateway makes itself. */
export interface OwnResponse {
  readonly type: string;
  readonly status: number | undefined;
  readonly headers: readonly RestHeader[];
  readonly at: Span;
}

export interface OpenApi {
  readonly methods: readonly RestMethod[];
  readonly responses: readonly OwnResponse[];
  /** `x-amazon-apigateway-cors`: the document is one of an HTTP API. */
  readonly cors: (Configured & { readonly at: Span }) | undefined;
  readonly gaps: readonly Gap[];
}

const METHODS = /^(?:get|put|post|delete|patch|head|options|x-amazon-apigateway-any-method)$/i;

/**
 * An OpenAPI document with API Gateway's extensions. Only an operation's own `security` counts: API Gateway does not
 * read that of the document.
 *
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
 */
export function openApi(file: YamlFile, root: YamlNode, valueOf: (node: YamlNode) => Value): OpenApi {
  const document = partsOf(root, valueOf);
  const gaps: Gap[] = [];
  const methods = recordsOf(document, 'paths').flatMap((paths) =>
    paths.entries.flatMap(({ key: path, value, at }) =>
      recordOf(value).flatMap((item) =>
        item.entries.filter(({ key }) => METHODS.test(key)).flatMap(({ key, value: operation, at: place }) =>
          recordOf(operation).map((own): RestMethod => ({ path: { text: path, at }, ...operationOf(file, document, key, own, place, gaps) })),
        ),
      ),
    ),
  );
  const responses = recordsOf(document, 'x-amazon-apigateway-gateway-responses').flatMap((all) =>
    all.entries.flatMap(({ key, value, at }) =>
      recordOf(value).map((own): OwnResponse => {
        const found = parametersOf(file, valueAt(own, 'responseParameters'), 'gatewayresponse.header.', undefined, ALWAYS);
        gaps.push(...found.gaps);
        return { type: key, status: statusOf(valueAt(own, 'statusCode')), headers: found.headers, at };
      }),
    ),
  );
  const written = entry(document, 'x-amazon-apigateway-cors');
  return { methods, responses, cors: written === undefined ? undefined : { ...configurationFrom(written.value, written.at, HTTP_API_NAMES), at: written.at }, gaps };
}

/** What counts here of a document, at each of its levels; schemas and examples are left where they are. */
const LEVELS: readonly RegExp[] = [/^(?:paths|components|securityDefinitions|x-amazon-apigateway-(?:cors|gateway-responses))$/, /./, METHODS, /^(?:security|responses|x-amazon-apigateway-integration)$/];

function partsOf(node: YamlNode, valueOf: (node: YamlNode) => Value): RecordValue {
  const below = (map: YamlNode, level: number): RecordValue => ({
    kind: 'record',
    at: map.at,
    entries: pairsOf(map).flatMap((pair) => {
      const key = keyOf(pair);
      if (key === undefined || pair.value === undefined || LEVELS[level]?.test(key) !== true) return [];
      const deeper = level === 0 ? key === 'paths' : level < LEVELS.length - 1;
      return [{ key, value: deeper && pairsOf(pair.value).length > 0 ? below(pair.value, level + 1) : key === 'components' ? schemesIn(pair.value, valueOf) : valueOf(pair.value), at: pair.at }];
    }),
  });
  return below(node, 0);
}

function schemesIn(components: YamlNode, valueOf: (node: YamlNode) => Value): RecordValue {
  return { kind: 'record', at: components.at, entries: pairsOf(components).flatMap((pair) => (keyOf(pair) === 'securitySchemes' && pair.value !== undefined ? [{ key: 'securitySchemes', value: valueOf(pair.value), at: pair.at }] : [])) };
}

function operationOf(file: YamlFile, document: RecordValue, key: string, operation: RecordValue, at: Span, gaps: Gap[]): Omit<RestMethod, 'path'> {
  const method = key.startsWith('x-') ? 'ANY' : key.toUpperCase();
  const asks = askedBy(document, operation);
  const integration = valueAt(operation, 'x-amazon-apigateway-integration');
  const base = { method, ...(asks === undefined ? {} : { asks }), at };
  if (integration?.kind !== 'record') return { ...base, integration: 'proxy', status: 200, headers: [] };
  const type = textIn(integration, 'type')?.toLowerCase() ?? 'proxy';
  if (type !== 'mock' && type !== 'aws' && type !== 'http') return { ...base, integration: 'proxy', status: 200, headers: [] };
  const answered = type === 'mock' ? mockedStatus(integration) : '200';
  const response = chosen(valueAt(integration, 'responses'), answered);
  if (response === undefined) return { ...base, integration: type === 'mock' ? 'mock' : 'mapped', status: 500, headers: [] };
  const status = textIn(response, 'statusCode') ?? '200';
  const found = parametersOf(file, valueAt(response, 'responseParameters'), 'method.response.header.', declaredFor(operation, status), ALWAYS);
  gaps.push(...found.gaps);
  return { ...base, integration: type === 'mock' ? 'mock' : 'mapped', status: Number(status), headers: [...found.headers, ...templateHeaders(file, valueAt(response, 'responseTemplates'), ALWAYS)] };
}

/** The status that a mock's request template asks for. */
function mockedStatus(integration: RecordValue): string {
  const templates = valueAt(integration, 'requestTemplates');
  const texts = templates?.kind === 'record' ? templates.entries.flatMap(({ value }) => (value.kind === 'string' ? [value.value] : [])) : [];
  return texts.map((text) => /["']?statusCode["']?\s*:\s*["']?(\d{3})/.exec(text)?.[1]).find((status) => status !== undefined) ?? '200';
}

/** Keys are patterns that are held against the status of the integration; `default` takes what no other takes. */
function chosen(responses: Value | undefined, status: string): RecordValue | undefined {
  if (responses?.kind !== 'record') return undefined;
  const named = responses.entries.find(({ key }) => key !== 'default' && (key === status || (/^[\d\\d{}.[\]()|+*?^$-]+$/.test(key) && key.length < 40 && matches(key, status))));
  const found = (named ?? entry(responses, 'default'))?.value;
  return found?.kind === 'record' ? found : undefined;
}

function matches(pattern: string, status: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`).test(status);
  } catch {
    return false;
  }
}

/** Names of the headers that the operation declares for a status. */
function declaredFor(operation: RecordValue, status: string): ReadonlySet<string> {
  const declared = recordsOf(operation, 'responses').flatMap((responses) => recordsOf(responses, status)).flatMap((response) => recordsOf(response, 'headers'));
  return new Set(declared.flatMap((headers) => headers.entries.map(({ key }) => key.toLowerCase())));
}

function askedBy(document: RecordValue, operation: RecordValue): RestMethod['asks'] | undefined {
  const security = entry(operation, 'security');
  const first = security?.value.kind === 'list' ? security.value.items[0] : undefined;
  const scheme = first?.kind === 'record' ? first.entries[0]?.key : undefined;
  if (scheme === undefined || security === undefined) return undefined;
  const [defined] = [...recordsOf(document, 'securityDefinitions'), ...recordsOf(document, 'components').flatMap((components) => recordsOf(components, 'securitySchemes'))].flatMap((schemes) => recordsOf(schemes, scheme));
  if (defined === undefined) return undefined;
  const signed = textIn(defined, 'x-amazon-apigateway-authtype') === 'awsSigv4' || (textIn(defined, 'name')?.toLowerCase() === 'x-api-key' && entry(defined, 'x-amazon-apigateway-authorizer') === undefined);
  return { status: signed ? 403 : 401, when: ALWAYS, at: security.at };
}

export function statusOf(value: Value | undefined): number | undefined {
  const text = value?.kind === 'string' || value?.kind === 'number' ? String(value.value).replace(/^'|'$/g, '') : '';
  return /^[1-5]\d\d$/.test(text) ? Number(text) : undefined;
}

function recordOf(value: Value): readonly RecordValue[] {
  return casesOf(value).flatMap(({ value: option }) => (option.kind === 'record' ? [option] : []));
}

function recordsOf(record: RecordValue, key: string): readonly RecordValue[] {
  const found = entry(record, key);
  return found === undefined ? [] : recordOf(found.value);
}

export function valueAt(record: RecordValue, key: string): Value | undefined {
  return entry(record, key)?.value;
}

export function textIn(record: RecordValue, key: string): string | undefined {
  const value = valueAt(record, key);
  return value?.kind === 'string' || value?.kind === 'number' ? String(value.value) : undefined;
}
