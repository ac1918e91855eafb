import { stringify } from 'yaml';
import type { Random } from './seed.js';

/** A piece of configuration as data. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type Fields = { readonly [key: string]: Json };

const TYPE = 'type.googleapis.com/envoy.extensions.filters';
const POLICY = `${TYPE}.http.cors.v3.CorsPolicy`;

export const HOST = 'api.example.com';
export const PATHS = ['/data', '/api/x', '/apiary', '/direct', '/moved', '/other'] as const;

/** Matchers as people write them, the ones that take `*` among them. */
const MATCHERS: readonly [Fields, ...Fields[]] = [
  { exact: 'https://app.example.com' },
  { exact: 'https://app.example.com' },
  { exact: 'HTTPS://APP.example.com', ignore_case: true },
  { exact: 'https://APP.example.com' },
  { exact: 'https://*.example.com' },
  { exact: 'null' },
  { exact: '*' },
  { prefix: 'https://app.example.com' },
  { prefix: 'https://APP', ignore_case: true },
  { prefix: '*' },
  { suffix: '.example.com' },
  { suffix: 'example.com' },
  { contains: 'example' },
  { contains: '*' },
  { safe_regex: { regex: '.*' } },
  { safe_regex: { regex: '.+' } },
  { safe_regex: { regex: '\\*' } },
  { safe_regex: { regex: '[^/]+' } },
  { safe_regex: { regex: 'https://[a-z]+\\.example\\.com' } },
  { safe_regex: { regex: 'https://(app|admin)\\.example\\.com(:\\d+)?' } },
  { safe_regex: { regex: 'https://app.example.com' } },
  { safe_regex: { regex: '^https?://.*$' } },
  { safe_regex: { regex: '(?i)https://APP\\.example\\.com' } },
  { safe_regex: { regex: 'example' } },
];

function policy(from: Random, typed: boolean): Fields {
  const some = (probability: number, fields: () => Fields): Fields => (from.chance(probability) ? fields() : {});
  return {
    ...(typed ? { '@type': POLICY } : {}),
    ...some(0.75, () => ({ allow_origin_string_match: from.times(1, 3, () => from.pick(MATCHERS)) })),
    ...some(0.6, () => ({ allow_methods: from.pick(['GET, POST', '*', 'GET, *', 'PUT', '']) })),
    ...some(0.6, () => ({ allow_headers: from.pick(['content-type', '*', 'content-type,x-custom', '*, Authorization']) })),
    ...some(0.3, () => ({ expose_headers: from.pick(['x-total', '*', 'x-total,etag']) })),
    ...some(0.4, () => ({ max_age: from.pick(['600', '0', '-1']) })),
    ...some(0.6, () => ({ allow_credentials: from.chance(0.75) })),
    ...some(0.2, () => ({ allow_private_network_access: from.chance(0.8) })),
    ...some(0.25, () => ({ forward_not_matching_preflights: from.chance(0.3) })),
    ...some(0.15, () => ({ filter_enabled: { default_value: from.pick<Fields>([{ numerator: 0 }, { numerator: 100 }, { numerator: 100, denominator: 'HUNDRED' }, { numerator: 10_000, denominator: 'TEN_THOUSAND' }]) } })),
    ...some(0.1, () => ({ shadow_enabled: { default_value: { numerator: 100 } } })),
  };
}

const perFilter = (from: Random, probability: number): Fields => {
  if (!from.chance(probability)) return {};
  if (from.chance(0.08)) return { typed_per_filter_config: { 'envoy.filters.http.cors': { '@type': 'type.googleapis.com/envoy.config.route.v3.FilterConfig', ...(from.chance(0.5) ? { disabled: true } : {}), config: policy(from, true) } } };
  return { typed_per_filter_config: { 'envoy.filters.http.cors': policy(from, true) } };
};

const headers = (from: Random, probability: number): Fields => {
  if (!from.chance(probability)) return {};
  const add = from.pick<Fields>([
    { header: { key: 'Access-Control-Allow-Origin', value: 'https://static.example' } },
    { header: { key: 'access-control-allow-origin', value: '%REQ(Origin)%' }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' },
    { header: { key: 'vary', value: 'Origin' } },
    { header: { key: 'access-control-expose-headers', value: 'x-static' }, append_action: 'ADD_IF_ABSENT' },
    { header: { key: 'access-control-allow-credentials', value: 'true' }, append_action: 'OVERWRITE_IF_EXISTS' },
    { header: { key: 'access-control-allow-origin', value: '*' }, append: false },
    { header: { key: 'x-other', value: 'y' } },
  ]);
  return from.chance(0.25) ? { response_headers_to_remove: ['access-control-allow-origin'] } : { response_headers_to_add: [add] };
};

const MATCHES: readonly [Fields, ...Fields[]] = [
  { prefix: '/data' },
  { path: '/data' },
  { prefix: '/api' },
  { path_separated_prefix: '/api' },
  { safe_regex: { regex: '/(data|other)' } },
  { prefix: '/API', case_sensitive: false },
  { prefix: '/', headers: [{ name: ':method', string_match: { exact: 'POST' } }] },
  { prefix: '/data', headers: [{ name: ':method', string_match: { safe_regex: { regex: 'GET|PUT' } } }] },
  { prefix: '/', headers: [{ name: 'cookie', string_match: { contains: 'session' } }] },
  { prefix: '/', headers: [{ name: 'cookie', present_match: true, invert_match: true }] },
  { prefix: '/', headers: [{ name: 'origin', string_match: { suffix: '.example.com' } }] },
];

function route(from: Random, match: Fields, typed: number, legacy: number): Fields {
  const cors = from.chance(legacy) ? { cors: policy(from, false) } : {};
  return { match, route: { cluster: 'up', ...cors }, ...perFilter(from, typed), ...headers(from, 0.15) };
}

function virtualHost(from: Random, name: string, domains: readonly string[], typed: number, legacy: number): Fields {
  const routes: Fields[] = [
    ...(from.chance(0.3) ? [{ match: { prefix: '/direct' }, direct_response: { status: 200, body: { inline_string: 'hi' } }, ...perFilter(from, typed) }] : []),
    ...(from.chance(0.3) ? [{ match: { prefix: '/moved' }, redirect: { path_redirect: '/', ...(from.chance(0.5) ? { response_code: 'PERMANENT_REDIRECT' } : {}) } }] : []),
    ...from.times(0, 2, () => route(from, from.pick(MATCHES), typed, legacy)),
    ...(from.chance(0.8) ? [route(from, { prefix: '/' }, typed, legacy)] : []),
  ];
  const cors = from.chance(legacy) ? { cors: policy(from, false) } : {};
  return { name, domains, ...perFilter(from, typed), ...cors, ...headers(from, 0.15), routes: routes.length === 0 ? [route(from, { prefix: '/' }, typed, legacy)] : routes };
}

/** What a listener's connection manager is told. */
export function manager(from: Random): Fields {
  const [typed, legacy] = from.pick<readonly [number, number]>([[0.6, 0], [0.6, 0], [0, 0.6], [0.25, 0.4]]);
  const hosts = [virtualHost(from, 'api', [HOST], typed, legacy), ...(from.chance(0.5) ? [virtualHost(from, 'rest', ['*'], typed, legacy)] : [])];
  const filters: Json[] = [
    ...(from.chance(0.93) ? [{ name: 'envoy.filters.http.cors', typed_config: { '@type': `${TYPE}.http.cors.v3.Cors` } }] : []),
    { name: 'envoy.filters.http.router', typed_config: { '@type': `${TYPE}.http.router.v3.Router` } },
  ];
  const table: Fields = { name: 'local', ...perFilter(from, typed / 2), ...headers(from, 0.1), virtual_hosts: from.chance(0.5) ? hosts : [...hosts].reverse() };
  return { '@type': `${TYPE}.network.http_connection_manager.v3.HttpConnectionManager`, stat_prefix: 'in', route_config: table, http_filters: filters };
}

export function listener(port: number, config: Json): Json {
  return { address: { socket_address: { address: '127.0.0.1', port_value: port } }, filter_chains: [{ filters: [{ name: 'envoy.filters.network.http_connection_manager', typed_config: config }] }] };
}

export function bootstrap(listeners: readonly Json[], upstream: number): Json {
  const endpoint = { endpoint: { address: { socket_address: { address: '127.0.0.1', port_value: upstream } } } };
  return { static_resources: { listeners, clusters: [{ name: 'up', type: 'STATIC', load_assignment: { cluster_name: 'up', endpoints: [{ lb_endpoints: [endpoint] }] } }] } };
}

/** The data as a file: block or flow style, quotes of one kind or the other, JSON, protobuf's JSON names. */
export function written(from: Random, data: Json): string {
  const renamed = from.chance(0.3) ? camel(data) : data;
  if (from.chance(0.2)) return JSON.stringify(renamed, null, 2);
  return stringify(renamed, { lineWidth: 0, aliasDuplicateObjects: false, ...(from.chance(0.3) ? { defaultStringType: from.pick(['QUOTE_DOUBLE', 'QUOTE_SINGLE']) } : {}), ...(from.chance(0.2) ? { collectionStyle: 'flow' as const } : {}) });
}

/** Field names in protobuf's JSON spelling; keys of maps stay. */
function camel(data: Json): Json {
  if (Array.isArray(data)) return (data as readonly Json[]).map(camel);
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key.includes('.') ? key : key.replace(/_([a-z])/g, (_whole, letter: string) => letter.toUpperCase()), camel(value)]));
}
