import type { Random } from './seed.js';

/** Files of one service, by name. */
export type ServiceFiles = Readonly<Record<string, string>>;

const ORIGINS = ['https://app.example.com', 'https://admin.example.com', '*', 'https://*.example.com', 'http*://app.example.com', 'https://app.example.com/', 'null', 'https://*.*.example.com', 'https://(app|admin).example.com'] as const;
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'ANY'] as const;
const HEADERS = ['Content-Type', 'X-Custom', 'Authorization'] as const;
const PATHS = ['charge', '/bills/{id}/', 'files/{name+}', 'open'] as const;

const unrepeated = <T>(items: readonly T[]): readonly T[] => [...new Set(items)];
const quoted = (from: Random, text: string): string => (from.chance(0.5) ? `'${text}'` : JSON.stringify(text));

/** A text, through a variable now and then. */
function origin(from: Random): string {
  const text = from.pick(ORIGINS);
  return from.pick<() => string>([
    () => quoted(from, text),
    () => quoted(from, text),
    () => '"${self:custom.site}"',
    () => `"\${self:custom.none, '${text}'}"`,
    () => "'${file(./cors.yml):site}'",
    () => "'https://${self:custom.name}.example.com'",
    () => `"\${self:custom.sites.\${self:custom.name}}"`,
  ])();
}

function list(from: Random, item: () => string): string {
  return `[${unrepeated(from.times(1, 3, item)).join(', ')}]`;
}

function restCors(from: Random): string {
  const some = (probability: number, key: string, value: () => string): string => (from.chance(probability) ? `, ${key}: ${value()}` : '');
  if (from.chance(0.2)) return 'true';
  if (from.chance(0.08)) return 'false';
  if (from.chance(0.12)) return from.pick(['"${self:custom.cors}"', "'${file(./cors.yml):api}'", '*shared']);
  const keys = [
    some(0.5, 'origin', () => (from.chance(0.25) ? quoted(from, 'https://app.example.com, https://admin.example.com') : origin(from))),
    some(0.4, 'origins', () => (from.chance(0.07) ? '[]' : list(from, () => origin(from)))),
    some(0.4, 'headers', () => list(from, () => from.pick(HEADERS))),
    some(0.4, 'methods', () => list(from, () => from.pick(METHODS))),
    some(0.5, 'allowCredentials', () => from.pick(['true', 'true', 'false', '"true"'])),
    some(0.3, 'maxAge', () => from.pick(['600', '86401'])),
    some(0.1, 'allowedOrigins', () => "['https://wrong.example']"),
  ].join('');
  return keys === '' ? 'true' : `{${keys.slice(2)}}`;
}

function namedCors(from: Random, url: boolean): string {
  const some = (probability: number, key: string, value: () => string): string => (from.chance(probability) ? `, ${key}: ${value()}` : '');
  if (from.chance(0.2)) return 'true';
  const plain = (): string => quoted(from, from.pick(['https://app.example.com', 'https://admin.example.com', '*', 'https://*', 'http://*']));
  const keys = [
    some(0.7, 'allowedOrigins', () => (url && from.chance(0.1) ? 'null' : from.chance(0.15) ? plain() : list(from, plain))),
    some(0.4, 'allowedMethods', () => (url && from.chance(0.1) ? 'null' : list(from, () => from.pick(['GET', 'POST', 'PUT', "'*'"])))),
    some(0.4, 'allowedHeaders', () => (url && from.chance(0.1) ? 'null' : list(from, () => from.pick(HEADERS)))),
    some(0.3, 'exposedResponseHeaders', () => '[X-Total]'),
    some(0.4, 'allowCredentials', () => from.pick(['true', 'false', '"true"'])),
    some(0.3, 'maxAge', () => from.pick(['600', '0'])),
    some(0.1, 'origins', () => "['https://wrong.example']"),
  ].join('');
  return keys === '' ? 'true' : `{${keys.slice(2)}}`;
}

/** A service with events of all kinds; one path has several of them. */
export function service(from: Random): ServiceFiles {
  const routes = unrepeated(from.times(3, 6, () => `${from.pick(PATHS)} ${from.pick(['get', 'post', 'put', 'DELETE', 'any'])}`));
  const functions = routes.map((route, index) => {
    const [path = '', method = ''] = route.split(' ');
    const integration = from.chance(0.25) ? `, integration: ${from.pick(['lambda', 'LAMBDA', 'lambda-proxy'])}` : '';
    const cors = from.chance(0.12) ? '' : `, cors: ${restCors(from)}`;
    const url = from.chance(0.25) ? `\n    url: {cors: ${namedCors(from, true)}}` : '';
    return `  f${index}:\n    handler: h.handler\n    events:\n      - http: {path: '${path}', method: ${method}${integration}${cors}}\n${from.chance(0.3) ? `      - httpApi: ${from.pick([`'*'`, `GET /h${index}`, `{path: /h${index}, method: any}`, `{path: /h${index}, method: put}`])}\n` : ''}${url}`.trimEnd();
  });
  const api = from.chance(0.6) ? `\n  httpApi:\n    cors: ${namedCors(from, false)}` : '';
  // Only one route may take everything.
  const text = `service: billing\nframeworkVersion: '3'\nprovider:\n  name: aws\n  runtime: nodejs18.x${api}\ncustom:\n  name: app\n  site: https://app.example.com\n  sites: {app: 'https://app.example.com', admin: '*'}\n  shared: &shared\n    origins: ['https://app.example.com', 'https://*.example.com']\n    methods: [GET]\n  cors: {origin: '*', headers: [X-Custom]}\nfunctions:\n${functions.join('\n')}\n`;
  let seen = false;
  const single = text.replace(/ {6}- httpApi: '\*'\n?/g, (found) => (seen ? '' : ((seen = true), found)));
  return { 'serverless.yml': single, 'cors.yml': "site: https://admin.example.com\napi:\n  origin: https://app.example.com\n  allowCredentials: true\n" };
}
