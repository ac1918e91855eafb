import type { Random } from './seed.js';

const ORIGINS = ['https://app.example.com', 'https://admin.example.com', 'https://App.Example.com', 'https://app.example.com/', 'null', '*', 'https://*.example.com', 'https://app.example.com*', '*example.com', '*.example.com', 'http*', 'https://*.*.com', 'https://app.example.com:8443', 'app.example.com', ''] as const;
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'put', 'Patch', 'OPTIONS', 'HEAD', '*'] as const;
const HEADERS = ['Content-Type', 'X-Custom', 'content-type', 'x-custom', 'Authorization', '*', 'Origin'] as const;
const EXPOSED = ['X-Total', 'etag', 'x-request-id', '*', 'not a token'] as const;

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A list of some, sometimes with what is no text among them. */
function some(from: Random, all: readonly [string, ...string[]], odd: boolean): Json {
  const items: Json[] = [...from.times(0, 3, () => from.pick(all))];
  return odd && from.chance(0.15) ? [...items, from.pick<Json>([1, true, null])] : items;
}

function maybe(from: Random, probability: number, key: string, value: () => Json): Readonly<Record<string, Json>> {
  return from.chance(probability) ? { [key]: value() } : {};
}

/** One KrakenD with raw endpoints and one that is not, all in front of one upstream. */
export function krakendConfiguration(from: Random, upstream: number): string {
  const cors = {
    ...maybe(from, 0.85, 'allow_origins', () => (from.chance(0.05) ? 'https://app.example.com' : some(from, ORIGINS, true))),
    ...maybe(from, 0.7, 'allow_methods', () => some(from, METHODS, true)),
    ...maybe(from, 0.6, 'allow_headers', () => some(from, HEADERS, true)),
    ...maybe(from, 0.4, 'expose_headers', () => some(from, EXPOSED, true)),
    ...maybe(from, 0.6, 'allow_credentials', () => from.pick<Json>([true, true, true, false, 'true'])),
    ...maybe(from, 0.5, 'max_age', () => from.pick(['12h', '1h30m', '90s', '1500ms', '0h', '-1s', 'soon', '600'])),
    ...maybe(from, 0.25, 'allow_private_network', () => from.pick<Json>([true, false, 'true'])),
    ...maybe(from, 0.25, 'options_passthrough', () => from.pick<Json>([true, true, false, 1])),
    ...maybe(from, 0.25, 'options_success_status', () => from.pick<Json>([200, 204, 0, '200'])),
    ...maybe(from, 0.1, 'debug', () => false),
  };
  const backend = [{ url_pattern: '/behind', host: [`http://127.0.0.1:${upstream}`], encoding: 'no-op' }];
  const endpoints = [
    { endpoint: '/raw', output_encoding: 'no-op', backend, ...maybe(from, 0.5, 'input_headers', () => from.pick<Json>([['Origin'], ['*'], ['Content-Type']])) },
    { endpoint: '/raw', method: 'POST', output_encoding: 'no-op', backend },
    { endpoint: '/made/{id}', backend: [{ url_pattern: '/behind', host: [`http://127.0.0.1:${upstream}`] }] },
  ];
  const name = from.pick(['security/cors', 'github_com/devopsfaith/krakend-cors']);
  return JSON.stringify({ version: 3, endpoints, extra_config: { [name]: cors, ...maybe(from, 0.3, 'router', () => ({ auto_options: from.chance(0.5) })) } }, null, from.pick([1, 2, 4]));
}

/** One API of Tyk, by a classic definition. */
export function tykDefinition(from: Random, upstream: number): string {
  const cors = {
    enable: from.chance(0.95),
    ...maybe(from, 0.85, 'allowed_origins', () => some(from, ORIGINS, false)),
    ...maybe(from, 0.7, 'allowed_methods', () => some(from, METHODS, false)),
    ...maybe(from, 0.6, 'allowed_headers', () => some(from, HEADERS, false)),
    ...maybe(from, 0.4, 'exposed_headers', () => some(from, EXPOSED, false)),
    ...maybe(from, 0.6, 'allow_credentials', () => from.chance(0.8)),
    ...maybe(from, 0.5, 'max_age', () => from.pick<Json>([600, 0, -1, 86400, null])),
    ...maybe(from, 0.25, 'options_passthrough', () => from.chance(0.7)),
  };
  return JSON.stringify({ name: 'live', api_id: '1', proxy: { listen_path: '/', target_url: `http://127.0.0.1:${upstream}` }, [from.pick(['CORS', 'CORS', 'cors'])]: cors }, null, from.pick([1, 2, 4]));
}
