import { openApi, statusOf, valueAt, type OpenApi, type OwnResponse } from '../../middleware/api-gateway/open-api.js';
import { parametersOf } from '../../middleware/api-gateway/parameters.js';
import { ownResponseReadings, refusals, restApiReadings } from '../../middleware/api-gateway/policies.js';
import type { RestMethod } from '../../middleware/api-gateway/rest-api.js';
import { casesOf, guardOf } from '../../policy/from-condition.js';
import { ALWAYS, NEVER, unless, whenAll, whenAny, type Gap, type Guard, type Policy } from '../../policy/program.js';
import { nodeAt, pairAt } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import { entry, factOf, unknown, type RecordEntry, type RecordValue, type Value } from '../../values/value.js';
import type { Reading } from '../reader.js';
import type { Api, Application, Property } from './application.js';

/** `AWS::Serverless::Api`, and the REST API that events make: its `Cors`, its own responses, its document. */
export function* restApisIn(application: Application): Generator<Reading> {
  const { template } = application;
  for (const api of application.apis('Api')) {
    const body = nodeAt(api.resource?.properties, 'DefinitionBody');
    const document = body === undefined ? undefined : openApi(template.file, body, (node) => template.valueOf(node));
    const gaps: Gap[] = [...(document?.gaps ?? [])];
    const title = `REST API ${api.name}`;
    const cors = application.property(api.resource, 'Api', 'Cors');
    const elsewhere = pairAt(api.resource?.properties, 'DefinitionUri');
    if (cors !== undefined && elsewhere !== undefined) yield* refusals([{ at: cors.at, message: 'SAM refuses this configuration: `Cors` needs the definition in the template (`DefinitionBody`)' }]);
    else {
      const methods = [...(document?.methods ?? []), ...(cors === undefined ? [] : preflights(application, api, cors, document, gaps))];
      for (const reading of restApiReadings({ reader: 'aws-sam', title, at: cors?.at ?? api.resource?.at ?? template.root.at }, methods, cors === undefined)) {
        yield reading.kind === 'policy' && cors !== undefined ? { kind: 'policy', policy: refusedTogether(reading.policy, application, api, cors) } : reading;
      }
    }
    yield* ownResponseReadings('aws-sam', [...(document?.responses ?? []), ...responsesOf(application, api, gaps)]);
    yield* gaps.map((gap): Reading => ({ kind: 'gap', gap }));
  }
}

const FIELDS: Readonly<Record<string, string>> = {
  AllowOrigin: 'access-control-allow-origin',
  AllowMethods: 'access-control-allow-methods',
  AllowHeaders: 'access-control-allow-headers',
  MaxAge: 'access-control-max-age',
};

/** The OPTIONS methods that SAM adds, one for each path that has none. */
function preflights(application: Application, { resource, events }: Api, cors: Property, document: OpenApi | undefined, gaps: Gap[]): readonly RestMethod[] {
  const paths = new Map<string | undefined, { readonly at: Span; readonly methods: Set<string> }>();
  const served = [...(document?.methods ?? []).map(({ path, method }) => ({ path, method })), ...events.map(({ path, pathAt, method }) => ({ path: path === undefined ? undefined : { text: path, at: pathAt }, method }))];
  for (const { path, method } of served) {
    const known = paths.get(path?.text);
    if (known === undefined) paths.set(path?.text, { at: path?.at ?? cors.at, methods: new Set([method]) });
    else known.methods.add(method);
  }
  if (paths.size === 0) paths.set(undefined, { at: cors.at, methods: new Set() });
  const asks = asksFor(application, resource);
  // Only the word itself counts: neither a text nor what a function of the template gives.
  const allowsCredentials = application.written(resource, 'Api', 'Cors', 'AllowCredentials') === true;
  const templates = casesOf(cors.value).flatMap(({ when, value }) => fieldsOf(value, cors.at, when, allowsCredentials, gaps));
  return [...paths].flatMap(([path, { at, methods }]): readonly RestMethod[] => {
    if (methods.has('OPTIONS')) return [];
    const headers = templates.flatMap(({ when, entries }) => {
      const sent = path === undefined || entries.some(({ key }) => key.endsWith('allow-methods')) ? [] : [defaultEntry('access-control-allow-methods', `'${allowedBy(methods)}'`, cors.at)];
      const found = parametersOf(application.template.file, { kind: 'record', entries: [...entries, ...sent], at: cors.at }, '', undefined, when);
      gaps.push(...found.gaps.filter((gap) => !gaps.some((known) => known.at.start === gap.at.start)));
      return found.headers.map((header) => (header.at === cors.at && header.value.v === 'literal' ? { ...header, value: { ...header.value, written: false } } : header));
    });
    const placed = path === undefined ? undefined : { text: path, at };
    const others = events.filter((event) => event.path === path && path !== undefined).map((event): RestMethod => ({ path: placed, method: event.method, integration: 'proxy', status: 200, headers: [], at: event.at }));
    return [{ path: placed, method: 'OPTIONS', integration: 'mock', status: 200, headers, ...(asks === undefined ? {} : { asks }), at: cors.at }, ...others];
  });
}

/** SAM's own list: sorted, with OPTIONS; for `any` all that it knows. */
function allowedBy(methods: ReadonlySet<string>): string {
  return (methods.has('ANY') ? ['OPTIONS', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH'] : [...methods, 'OPTIONS']).sort().join(',');
}

function defaultEntry(key: string, text: string, at: Span): RecordEntry {
  return { key, value: { kind: 'string', value: text, at }, at };
}

/** The headers of `Cors` as mapping expressions: a text alone is the origin, an absent origin is everybody. */
function fieldsOf(value: Value, at: Span, when: Guard, allowsCredentials: boolean, gaps: Gap[]): readonly { readonly when: Guard; readonly entries: readonly RecordEntry[] }[] {
  if (value.kind === 'nothing') return [];
  if (value.kind !== 'record') return [{ when, entries: [{ key: 'access-control-allow-origin', value, at }] }];
  for (const { key, at: place } of value.entries) {
    if (!Object.hasOwn(FIELDS, key) && key !== 'AllowCredentials') gaps.push({ at: place, reason: 'unsupported-syntax', message: `SAM refuses this configuration: \`Cors\` has no field \`${key}\`` });
  }
  if (value.rest !== undefined) gaps.push({ at: value.rest.at, reason: value.rest.reason, message: `\`Cors\` depends on ${value.rest.detail}` });
  const entries = value.entries.flatMap((one): readonly RecordEntry[] => (Object.hasOwn(FIELDS, one.key) ? [{ ...one, key: FIELDS[one.key] ?? one.key }] : []));
  const origin = entries.some(({ key }) => key === 'access-control-allow-origin') ? [] : [defaultEntry('access-control-allow-origin', "'*'", at)];
  const credentials = entry(value, 'AllowCredentials');
  if (credentials === undefined || !allowsCredentials) return [{ when, entries: [...entries, ...origin] }];
  const allowed: RecordEntry = { key: 'access-control-allow-credentials', value: { kind: 'string', value: "'true'", at: credentials.value.at }, at: credentials.at };
  return [{ when, entries: [...entries, ...origin, allowed] }];
}

function isTrue(value: Value): Guard {
  return whenAny(...casesOf(value).map(({ when, value: option }) => (option.kind === 'boolean' ? (option.value ? when : NEVER) : option.kind === 'env' || option.kind === 'unknown' ? whenAll(when, { g: 'fact', fact: factOf(option) }) : NEVER)));
}

/** SAM refuses credentials with an origin that is `'*'`, or none; into what a function of the template gives it does not look. */
function refusedTogether(policy: Policy, application: Application, { resource }: Api, cors: Property): Policy {
  const origin = cors.value.kind === 'record' ? valueAt(cors.value, 'AllowOrigin') : undefined;
  const star = origin === undefined || application.written(resource, 'Api', 'Cors', 'AllowOrigin') === "'*'";
  if (cors.value.kind !== 'record' || !star || application.written(resource, 'Api', 'Cors', 'AllowCredentials') !== true) return policy;
  return { ...policy, steps: [{ when: ALWAYS, effects: [], end: { to: 'answer', status: 500, fault: 'SAM refuses `*` with credentials: the API is not deployed' }, at: cors.at }] };
}

/** A default authorizer or a required key guards the added OPTIONS method too, unless it is told not to. */
function asksFor(application: Application, resource: Api['resource']): RestMethod['asks'] | undefined {
  const auth = application.property(resource, 'Api', 'Auth')?.value;
  if (auth?.kind !== 'record') return undefined;
  const authorizer = entry(auth, 'DefaultAuthorizer');
  const guards = (key: string): Guard => {
    const told = valueAt(auth, key);
    return told === undefined ? ALWAYS : unless(isFalse(told));
  };
  const byAuthorizer = guards('AddDefaultAuthorizerToCorsPreflight');
  if (authorizer !== undefined && authorizer.value.kind !== 'nothing' && byAuthorizer.g !== 'never') {
    const named = authorizer.value.kind === 'string' ? ALWAYS : guardOf({ c: 'fact', fact: factOf(unknown('parameter', 'the default authorizer', authorizer.at)) });
    return { status: authorizer.value.kind === 'string' && authorizer.value.value === 'AWS_IAM' ? 403 : 401, when: whenAll(named, byAuthorizer), at: authorizer.at };
  }
  const key = entry(auth, 'ApiKeyRequired');
  const byKey = whenAll(key === undefined ? NEVER : isTrue(key.value), guards('AddApiKeyRequiredToCorsPreflight'));
  return key === undefined || byKey.g === 'never' ? undefined : { status: 403, when: byKey, at: key.at };
}

function isFalse(value: Value): Guard {
  return whenAny(...casesOf(value).map(({ when, value: option }) => (option.kind === 'boolean' ? (option.value ? NEVER : when) : option.kind === 'env' || option.kind === 'unknown' ? whenAll(when, { g: 'fact', fact: factOf(option) }) : NEVER)));
}

/** `GatewayResponses`: headers below `ResponseParameters.Headers`. */
function responsesOf(application: Application, { resource }: Api, gaps: Gap[]): readonly OwnResponse[] {
  const all = application.property(resource, 'Api', 'GatewayResponses')?.value;
  if (all?.kind !== 'record') return [];
  return all.entries.flatMap(({ key, value, at }): readonly OwnResponse[] => {
    if (value.kind !== 'record') return [];
    const parameters = recordAt(value, 'ResponseParameters');
    const found = parametersOf(application.template.file, parameters === undefined ? undefined : valueAt(parameters, 'Headers'), '', undefined, ALWAYS);
    gaps.push(...found.gaps);
    return [{ type: key, status: statusOf(valueAt(value, 'StatusCode')), headers: found.headers, at }];
  });
}

function recordAt(record: RecordValue, key: string): RecordValue | undefined {
  const value = valueAt(record, key);
  return value?.kind === 'record' ? value : undefined;
}
