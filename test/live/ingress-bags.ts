import type { Random } from './seed.js';

/** Annotations by name, without prefix. */
export type Bag = Readonly<Record<string, string>>;

const ORIGINS = ['https://app.example.com', 'https://app.example.com', 'https://admin.example.com', 'https://*.example.com', 'null', '*', 'https://app.example.com/', 'app.example.com', 'https://app.example.com:8443', 'http://app.example.com', 'https://APP.example.com', 'https://a_b.example.com'] as const;
const PATTERNS = ['https://app.example.com', '^https://app\\.example\\.com$', 'https://.*\\.example\\.com', '^https?://(app|admin)\\.example\\.com(:[0-9]{1,5})?$', 'example\\.com$', '^null$'] as const;

/** Some of the entries of a bag, by chance. */
function some(random: Random, entries: readonly (readonly [probability: number, name: string, value: () => string])[]): Bag {
  return Object.fromEntries(entries.flatMap(([probability, name, value]) => (random.chance(probability) ? [[name, value()]] : [])));
}

function listed(random: Random, from: readonly [string, ...string[]], most: number): string {
  return random.times(1, most, () => random.pick(from)).join(random.pick([',', ',', ', ', ' , ']));
}

function rest(random: Random): readonly (readonly [number, string, () => string])[] {
  return [
    [0.5, 'cors-allow-methods', () => random.pick(['GET', 'GET, POST', 'GET,PUT,', 'get, put', '*', 'GET;POST', 'GET,  POST', ' GET', 'BREW'])],
    [0.5, 'cors-allow-headers', () => random.pick(['X-Custom', 'X-Custom, Content-Type', 'X_Custom', '*', 'X-Custom;', 'X Custom'])],
    [0.6, 'cors-allow-credentials', () => random.pick(['true', 'true', 'true', 'false', '0', 'no', 'True', 'T'])],
    [0.5, 'cors-max-age', () => random.pick(['600', '0', '86400', '-1', '1h', '10m', '+5', 'abc', '90s'])],
  ];
}

/** A bag of ingress-nginx. */
export function nginxBag(random: Random): Bag {
  return {
    'enable-cors': random.pick(['true', 'true', 'true', 'true', 'true', 'true', '1', 'yes']),
    ...some(random, [[0.8, 'cors-allow-origin', () => listed(random, ORIGINS, 3)], ...rest(random), [0.4, 'cors-expose-headers', () => random.pick(['X-Total', '*', 'X-Total, ETag', 'X-Total;'])]]),
    ...some(random, [[0.35, 'configuration-snippet', () => snippet(random, IN_LOCATION)], [0.2, 'server-snippet', () => snippet(random, IN_SERVER)]]),
  };
}

/** A bag of HAProxy Ingress. */
export function haproxyBag(random: Random): Bag {
  return {
    'cors-enable': random.pick(['true', 'true', 'true', 'true', 'true', 'True', '1', 'on']),
    ...some(random, [
      [0.6, 'cors-allow-origin', () => (random.chance(0.7) ? random.times(1, 3, () => random.pick(['https://app.example.com', 'https://admin.example.com', '*', 'capacitor://localhost'])).join(',') : listed(random, ORIGINS, 3))],
      [0.4, 'cors-allow-origin-regex', () => random.times(1, 2, () => random.pick(PATTERNS)).join(' ')],
      ...rest(random),
      [0.4, 'cors-expose-headers', () => random.pick(['X-Total', '*', 'X-Total, ETag', '!'])],
    ]),
  };
}

/** A bag of HAProxy Technologies' controller. */
export function haproxytechBag(random: Random): Bag {
  return {
    'cors-enable': random.pick(['true', 'true', 'true', 'true', 'true', 'on', '1', 'maybe']),
    ...some(random, [
      [0.8, 'cors-allow-origin', () => random.pick<() => string>([() => '*', () => random.pick(PATTERNS), () => random.pick(PATTERNS), () => random.times(1, 2, () => random.pick(PATTERNS)).join(' '), () => listed(random, ['https://app.example.com', 'https://admin.example.com'], 2), () => `-i ${random.pick(['^HTTPS://APP\\.example\\.com$', 'EXAMPLE'])}`])()],
      ...rest(random),
      [0.4, 'cors-respond-to-options', () => random.pick(['true', 'true', 'false', '1'])],
    ]),
  };
}

const IN_LOCATION = [
  'add_header Access-Control-Allow-Origin "$http_origin" always;',
  'more_set_headers "Access-Control-Allow-Origin: $http_origin";',
  "more_set_headers 'Access-Control-Allow-Credentials: true';",
  'add_header Access-Control-Allow-Methods "GET, POST";',
  'more_set_headers "Vary: Origin";',
  'add_header Vary Origin;',
  'if ($http_origin ~* "^https://(app|admin)\\.example\\.com$") {\n  add_header Access-Control-Allow-Origin $http_origin;\n}',
  'if ($request_method = OPTIONS) {\n  more_set_headers "Access-Control-Allow-Origin: *";\n  return 204;\n}',
  'proxy_hide_header Access-Control-Allow-Origin;',
  'more_clear_headers "Access-Control-Allow-Credentials";',
  'set $allowed "";\nif ($http_origin = "https://app.example.com") {\n  set $allowed $http_origin;\n}\nmore_set_headers "Access-Control-Allow-Origin: $allowed";',
] as const;
const IN_SERVER = [
  'add_header Access-Control-Allow-Origin * always;',
  'more_set_headers "Access-Control-Allow-Origin: *";',
  'location /health {\n  add_header Access-Control-Allow-Origin *;\n  return 200;\n}',
  'if ($http_origin = "null") {\n  return 403;\n}',
] as const;

function snippet(random: Random, from: readonly [string, ...string[]]): string {
  return [...new Set(random.times(1, 3, () => random.pick(from)))].join('\n');
}

/** An Ingress with the annotations, values in one of YAML's spellings. */
export function ingressOf(random: Random, prefix: string, bag: Bag): string {
  const lines = Object.entries(bag).map(([name, value]) => {
    if (value.includes('\n') || (name.endsWith('-snippet') && random.chance(0.5))) return `    ${prefix}${name}: |\n${value.split('\n').map((line) => `      ${line}\n`).join('')}`;
    return `    ${prefix}${name}: ${random.chance(0.5) ? JSON.stringify(value) : `'${value.replaceAll("'", "''")}'`}\n`;
  });
  return `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: generated\n  annotations:\n${lines.join('')}`;
}
