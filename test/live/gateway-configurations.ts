import type { Random } from './seed.js';

/** Files of one gateway's configuration, by name. */
export type GatewayFiles = Readonly<Record<string, string>>;

const ORIGINS = ['https://app.example.com', 'https://admin.example.com', 'https://app.example.com/', 'null', '*', 'https://*.example.com'] as const;
const PATTERNS = ['https://*.example.com', 'https://app.example.com:[*]', '*', 'https://app.example.com', 'http*://app.example.com', 'https://*example.com'] as const;
const METHODS = ['GET', 'POST', 'PUT', '*'] as const;
const HEADERS = ['*', 'Content-Type', 'X-Custom', 'content-type'] as const;

/** A key with its value as YAML, or keys below it. */
type Tree = readonly (readonly [key: string, value: string | Tree])[];

interface Style {
  readonly kebab: boolean;
}

function nameOf(words: string, { kebab }: Style): string {
  return kebab ? words : words.replace(/-([a-z])/g, (_dash, letter: string) => letter.toUpperCase());
}

/** A list as a sequence, in a row, or as one text with commas. */
function listed(from: Random, items: readonly string[]): string | Tree {
  const quoted = items.map((item) => (from.chance(0.5) ? JSON.stringify(item) : `'${item}'`));
  return from.pick<() => string | Tree>([
    () => `[${quoted.join(', ')}]`,
    () => JSON.stringify(items.join(from.pick([',', ', ']))),
    () => quoted.map((item): readonly [string, string] => ['-', item]),
  ])();
}

const unrepeated = <T>(items: readonly T[]): readonly T[] => [...new Set(items)];

function cors(from: Random, style: Style): Tree {
  const some = (probability: number, words: string, value: () => string | Tree): Tree => (from.chance(probability) ? [[nameOf(words, style), value()]] : []);
  const tree: Tree = [
    ...some(0.7, 'allowed-origins', () => listed(from, unrepeated(from.times(1, 2, () => from.pick(ORIGINS))))),
    ...some(0.35, 'allowed-origin-patterns', () => listed(from, unrepeated(from.times(1, 2, () => from.pick(PATTERNS))))),
    ...some(0.6, 'allowed-methods', () => listed(from, unrepeated(from.times(1, 2, () => from.pick(METHODS))))),
    ...some(0.5, 'allowed-headers', () => listed(from, unrepeated(from.times(1, 2, () => from.pick(HEADERS))))),
    ...some(0.3, 'exposed-headers', () => listed(from, unrepeated(from.times(1, 2, () => from.pick(['X-Total', 'ETag']))))),
    ...some(0.5, 'allow-credentials', () => from.pick(['true', 'true', 'false', '"true"', 'yes'])),
    ...some(0.3, 'max-age', () => from.pick(['600', '0', '"60"', '1h'])),
  ];
  return tree.length > 0 ? tree : [[nameOf('allowed-origins', style), "'https://app.example.com'"]];
}

/** CORS of a route: a plain map, in which a wrong name or type is easily written. */
function metadata(from: Random): Tree {
  const tree = cors(from, { kebab: from.chance(0.15) });
  return tree.map(([key, value]) => [key, key.endsWith('age') || key.endsWith('Age') ? from.pick(['600', '600', '"60"']) : key === 'allowCredentials' ? from.pick(['true', 'true', 'false', '"true"']) : value]);
}

const FILTERS = [
  'DedupeResponseHeader=Access-Control-Allow-Origin Access-Control-Allow-Credentials, RETAIN_FIRST',
  'DedupeResponseHeader=Access-Control-Allow-Origin, RETAIN_UNIQUE',
  'DedupeResponseHeader=Access-Control-Allow-Origin Vary, RETAIN_LAST',
  'DedupeResponseHeader=Access-Control-Allow-Origin',
  'AddResponseHeader=Access-Control-Allow-Origin, *',
  'AddResponseHeader=Access-Control-Expose-Headers, X-Total',
  'SetResponseHeader=Access-Control-Allow-Origin, https://app.example.com',
  'SetResponseHeader=Access-Control-Allow-Credentials, true',
  'RemoveResponseHeader=Access-Control-Allow-Origin',
  'AddRequestHeader=X-Gateway, 1',
] as const;

/** A filter in its short form or with its arguments as keys. */
function filter(from: Random, text: string): string | Tree {
  const [, name = '', rest = ''] = /^(\w+)=(.*)$/.exec(text) ?? [];
  if (from.chance(0.7)) return from.chance(0.5) ? JSON.stringify(text) : text;
  const [first = '', second] = rest.split(',').map((part) => part.trim());
  return [['name', name], ['args', [['name', first], ...(second === undefined ? [] : [[name === 'DedupeResponseHeader' ? 'strategy' : 'value', JSON.stringify(second)] as const])]]];
}

function filters(from: Random, probability: number, key: string): Tree {
  return from.chance(probability) ? [[key, from.times(1, 3, () => ['-', filter(from, from.pick(FILTERS))] as const)]] : [];
}

function routes(from: Random, upstream: number, withMetadata: boolean): Tree {
  const route = (id: string, predicates: readonly string[]): readonly [string, Tree] => [
    '-',
    [['id', id], ['uri', `http://127.0.0.1:${upstream}`], ['predicates', predicates.map((one) => ['-', one] as const)], ...filters(from, 0.2, 'filters'), ...(withMetadata && from.chance(0.35) ? [['metadata', [['cors', metadata(from)]]] as const] : [])],
  ];
  return from.pick<() => Tree>([
    () => [route('all', ['Path=/data,/cors/**'])],
    () => [route('get', ['Path=/data', from.pick(['Method=GET', 'Method=GET,PUT', 'Method=GET,OPTIONS'])]), route('rest', ['Path=/cors/**'])],
    () => [route('data', ['Path=/{name}']), route('cors', ['Path=/cors/{*rest}', 'Method=GET,POST'])],
    () => [route('any', ['Method=GET,POST,PUT,OPTIONS'])],
  ])();
}

const KEYS = ["'[/**]'", '"[/**]"', "'[/data]'", "'[/d*]'", "'[/other/**]'", '/data', 'data', '/**', "'[/cors/**]'"] as const;

function printed(tree: Tree, indentation: string): string {
  return tree.map(([key, value]) => {
    const head = key === '-' ? `${indentation}- ` : `${indentation}${key}:`;
    if (typeof value === 'string') return `${head}${key === '-' ? '' : ' '}${value}\n`;
    if (key !== '-') return `${head}\n${printed(value, `${indentation}  `)}`;
    return `${head}${printed(value, `${indentation}  `).trimStart()}`;
  }).join('');
}

/** The same as lines of properties. */
function lines(tree: Tree, prefix: string): readonly string[] {
  let index = 0;
  return tree.flatMap(([key, value]) => {
    const plain = key.replace(/^['"]|['"]$/g, '');
    const name = key === '-' ? `${prefix}[${index++}]` : plain.startsWith('[') ? `${prefix}${plain}` : prefix === '' ? plain : `${prefix}.${plain}`;
    if (typeof value !== 'string') return lines(value, name);
    const row = /^\[(.*)\]$/.exec(value)?.[1];
    const text = (one: string): string => one.trim().replace(/^(['"])(.*)\1$/, '$2');
    return row === undefined ? [`${name}=${text(value)}`] : row.split(/,(?= ['"])/).map((item, place) => `${name}[${place}]=${text(item)}`);
  });
}

/** A random configuration for a release line; `upstream`: the port behind. */
export function gatewayConfiguration(from: Random, line: number, upstream: number): GatewayFiles {
  const style: Style = { kebab: from.chance(0.5) };
  // A key that stands twice is refused, however it is quoted.
  const keys = [...new Map(from.times(1, 2, () => from.pick(KEYS)).map((key) => [key.replace(/["']/g, ''), key])).values()];
  const mappings = (): Tree => keys.map((key) => [key, cors(from, style)]);
  const gateway: Tree = [
    ['routes', routes(from, upstream, line > 3 || from.chance(0.2))],
    ...filters(from, 0.35, 'default-filters'),
    ...(from.chance(0.85) ? [['globalcors', [...(from.chance(0.3) ? [['add-to-simple-url-handler-mapping', 'true'] as const] : []), [nameOf('cors-configurations', style), mappings()]]] as const] : []),
  ];
  const below = line > 4 ? ['spring', 'cloud', 'gateway', 'server', 'webflux'] : ['spring', 'cloud', 'gateway'];
  const nested = (tree: Tree): Tree => below.reduceRight<Tree>((inner, key) => [[key, inner]], tree);
  const only = keys.filter((key) => key.includes('['));
  const override = (): Tree => nested([['globalcors', [[nameOf('cors-configurations', style), [[only[0]!, [[nameOf('allowed-origins', style), "'https://admin.example.com'"]]]]]]]]);
  if (from.chance(0.2)) return { 'application.properties': `${lines(nested(gateway), '').join('\n')}\n` };
  const text = printed(nested(gateway), '');
  if (only.length === 0 || from.chance(0.7)) return { 'application.yml': text };
  return from.pick<() => GatewayFiles>([
    () => ({ 'application.yml': `${text}---\nspring.config.activate.on-profile: ${from.pick(['dev', 'prod', '"!prod"', '"dev | test"', '"prod & !dev"'])}\n${printed(override(), '')}` }),
    () => ({ 'application.yml': text, [`application-${from.pick(['dev', 'prod'])}.yml`]: printed(override(), '') }),
  ])();
}
