import type { Random } from './seed.js';

const PATTERNS = ['^https://(app|admin)\\.example\\.com$', '^https://[a-z]+\\.example\\.com$', '^https?://localhost(:[0-9]+)?$'] as const;
const ORIGINS = ['https://app.example.com', 'https://shop.example.org'] as const;

/** A whole configuration whose location sends CORS headers out of `if`s about methods, origins and variables made of both. */
export function conditionalServer(random: Random): string {
  const isConcatenated = random.chance(0.5);
  const lines = isConcatenated ? concatenated(random) : random.chance(0.3) ? preflightsAlone(random) : byMethod(random);
  const before = random.chance(0.2) ? ['        add_header X-Frame-Options DENY;'] : [];
  const after = random.chance(0.3) ? ['            if ($request_method = TRACE) {', '                return 405;', '            }'] : [];
  return ['events {}', 'http {', '    server {', '        listen 8080;', ...before, '        location / {', ...lines.map((line) => `            ${line}`), ...after, ...(random.chance(0.3) ? ['            try_files $uri @behind;', '        }', '        location @behind {', '            proxy_pass http://api:3000;', '        }'] : ['            proxy_pass http://api:3000;', '        }']), '    }', '}', ''].join('\n');
}

/** The `if` answers by itself; what else is sent, the location sends. */
function preflightsAlone(random: Random): readonly string[] {
  const value = random.pick(['*', 'https://app.example.com', '$http_origin']);
  const always = random.chance(0.5);
  return [...block('$request_method = OPTIONS', [...headers(random, value, true, always), 'return 204;']), ...headers(random, value, false, always)];
}

function byMethod(random: Random): readonly string[] {
  const value = random.pick(['*', 'https://app.example.com', '$http_origin']);
  const always = random.chance(0.5);
  const conditions = random.pick([["$request_method = 'OPTIONS'", "$request_method = 'GET'", "$request_method = 'POST'"], ['$request_method = OPTIONS', '$request_method ~ ^(GET|POST|PUT)$'], ['$request_method = OPTIONS', '$request_method != OPTIONS']]);
  return conditions.flatMap((condition, index) => block(condition, [...headers(random, value, index === 0, always), ...(index === 0 && random.chance(0.8) ? [`return ${random.pick(['204', '200'])};`] : [])]));
}

function concatenated(random: Random): readonly string[] {
  const tests = random.times(1, 3, () => (random.chance(0.6) ? `$http_origin ${random.pick(['~', '~*'])} "${random.pick(PATTERNS)}"` : `$http_origin = "${random.pick(ORIGINS)}"`));
  const methods = random.pick([['OPTIONS'], ['OPTIONS', 'GET'], ['GET', 'POST', 'OPTIONS']]);
  const always = random.chance(0.5);
  const sets = methods.flatMap((method) => block(`$request_method = ${method}`, [`set $cors "\${cors}${method.toLowerCase()}";`]));
  const plain = methods.length < 3 && !methods.includes('GET') ? [['true', ''] as const] : [];
  const ends = [...plain, ...methods.map((method) => [`true${method.toLowerCase()}`, method] as const)];
  return ['set $cors "";', ...tests.flatMap((condition) => block(condition, ['set $cors "true";'])), ...sets, ...ends.flatMap(([state, method]) => block(`$cors = "${state}"`, [...headers(random, '$http_origin', method === 'OPTIONS', always), ...(method === 'OPTIONS' && random.chance(0.8) ? ['return 204;'] : [])]))];
}

function headers(random: Random, value: string, isPreflight: boolean, always: boolean): readonly string[] {
  const end = always ? ' always;' : ';';
  return [
    `add_header Access-Control-Allow-Origin ${value}${end}`,
    ...(value !== '*' && random.chance(0.8) ? [`add_header Access-Control-Allow-Credentials true${end}`] : []),
    ...(isPreflight ? [`add_header Access-Control-Allow-Methods "GET, POST, PUT, DELETE"${end}`, ...(random.chance(0.7) ? [`add_header Access-Control-Allow-Headers "Content-Type, X-Custom"${end}`] : [])] : []),
    ...(!isPreflight && random.chance(0.5) ? [`add_header Access-Control-Expose-Headers "X-Total"${end}`] : []),
    ...(random.chance(0.3) ? [`add_header Vary Origin${end}`] : []),
  ];
}

function block(condition: string, lines: readonly string[]): readonly string[] {
  return [`if (${condition}) {`, ...lines.map((line) => `    ${line}`), '}'];
}
