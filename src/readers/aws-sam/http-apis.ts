import { configurationFrom, RESOURCE_NAMES, type Configured } from '../../middleware/api-gateway/fields.js';
import { openApi } from '../../middleware/api-gateway/open-api.js';
import { httpApiReadings, type GuardedDefault } from '../../middleware/api-gateway/policies.js';
import { casesOf } from '../../policy/from-condition.js';
import { nodeAt, pairAt, textAt } from '../../syntax/yaml/index.js';
import { entry } from '../../values/value.js';
import type { Reading } from '../reader.js';
import type { Api, Application, Property } from './application.js';

/** `AWS::Serverless::HttpApi` with `CorsConfiguration`, and the HTTP API that events make. */
export function* httpApisIn(application: Application): Generator<Reading> {
  const { template } = application;
  for (const api of application.apis('HttpApi')) {
    const configured = application.property(api.resource, 'HttpApi', 'CorsConfiguration');
    const title = `HTTP API ${api.name}`;
    const guarded = guardedDefault(application, api);
    if (configured !== undefined) yield* httpApiReadings({ reader: 'aws-sam', title, at: configured.at }, configuration(configured), guarded);
    const body = nodeAt(api.resource?.properties, 'DefinitionBody');
    const document = body === undefined || configured !== undefined ? undefined : openApi(template.file, body, (node) => template.valueOf(node));
    if (document?.cors !== undefined) yield* httpApiReadings({ reader: 'aws-sam', title, at: document.cors.at }, document.cors, guarded);
  }
}

/** `true` is everybody, a function's result the list of origins; else a map. */
function configuration({ value, at }: Property): Configured {
  const all = casesOf(value).map(({ when, value: option }): Configured => {
    if (option.kind === 'boolean' && !option.value) return { configurations: [], refused: [] };
    if (option.kind === 'boolean') return { configurations: [{ when, configuration: { at, origins: { value: { kind: 'list', items: [{ kind: 'string', value: '*', at: option.at }], at: option.at }, at, written: false } } }], refused: [] };
    if (option.kind === 'env' || option.kind === 'unknown' || option.kind === 'list') return { configurations: [{ when, configuration: { at, origins: { value: option, at, written: true } } }], refused: [] };
    const { configurations, refused } = configurationFrom(option, at, RESOURCE_NAMES);
    return { configurations: configurations.map((one) => ({ ...one, when })), refused };
  });
  return { configurations: all.flatMap((one) => one.configurations), refused: all.flatMap((one) => one.refused) };
}

/** An event without a path is the route `$default`, which takes preflights; with a default authorizer it asks for a token. */
function guardedDefault(application: Application, { resource, events }: Api): GuardedDefault | undefined {
  const auth = application.property(resource, 'HttpApi', 'Auth')?.value;
  const authorizer = auth?.kind === 'record' ? entry(auth, 'DefaultAuthorizer') : undefined;
  if (authorizer?.value.kind !== 'string') return undefined;
  const isOpen = (properties: Parameters<typeof textAt>[0]): boolean => textAt(nodeAt(properties, 'Auth'), 'Authorizer') === 'NONE';
  const catching = events.find(({ path, properties }) => (path === undefined || path === '$default') && pairAt(properties, 'Path') === undefined && !isOpen(properties));
  const open = events.some(({ path, method, properties }) => /^\/\{[^}]*\+\}$/.test(path ?? '') && method === 'OPTIONS' && isOpen(properties));
  return catching === undefined || open ? undefined : { status: authorizer.value.value === 'AWS_IAM' ? 403 : 401, at: authorizer.at };
}
