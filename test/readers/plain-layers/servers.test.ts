import { expect, test } from 'vitest';
import type { PlainLayer } from '../../../src/policy/topology.js';
import { layersIn, readingsFor, wayOf } from '../../support/plain-layers.js';

async function only(reader: string, path: string, text: string, others: Readonly<Record<string, string>> = {}): Promise<PlainLayer['policy']> {
  const layers = await layersIn(reader, path, text, others);
  expect(layers).toHaveLength(1);
  return layers[0]!.policy;
}

const OPTIONS = { method: 'OPTIONS' };
const SIGNED = { headers: [['authorization', 'Basic eDp5']] } as const;

test.each<readonly [what: string, text: string, ways: Readonly<Record<string, string>>, listens: readonly number[]]>([
  ['a proxy for everything', 'server { listen 8080; location / { proxy_pass http://api:3000; } }', { '/users': 'api:3000/users' }, [8080]],
  ['a path of its own takes the place of the location', 'server { location /api/ { proxy_pass http://api:3000/; } }', { '/api/users': 'api:3000/users' }, [80]],
  ['a group of servers', 'upstream backend { server app1:4000; server app2:4000; } server { listen 443 ssl; location / { proxy_pass http://backend; } }', { '/': 'app1:4000/' }, [443]],
  ['a password before the proxy', 'server { auth_basic "x"; auth_basic_user_file /etc/nginx/users; location / { proxy_pass http://api:3000; } }', { '/': '401 asks' }, [80]],
  ['OPTIONS is answered here', 'server { location / { if ($request_method = OPTIONS) { return 204; } proxy_pass http://api:3000; } }', { '/': 'api:3000/' }, [80]],
  ['the longest location wins', 'server { location / { proxy_pass http://web:8080; } location /api { proxy_pass http://api:3000; } }', { '/api/x': 'api:3000/api/x', '/x': 'web:8080/x' }, [80]],
  ['a rewrite settles the path', 'server { location /v1/ { rewrite ^/v1/(.*)$ /$1 break; proxy_pass http://api:3000; } }', { '/v1/users': 'api:3000/users' }, [80]],
  ['a variable that holds one address', 'server { resolver 127.0.0.11; location / { set $up api; proxy_pass http://$up:3000; } }', { '/users': 'api:3000/users' }, [80]],
  ['a host that a template writes', 'server { listen ${PORT}; location / { proxy_pass http://${API_HOST}:3000; } }', { '/': 'http://${API_HOST}:3000/' }, []],
  ['a program behind FastCGI', 'server { listen [::]:8000 default_server; location ~ \\.php$ { fastcgi_pass php:9000; } }', { '/index.php': 'behind' }, [8000]],
])('nginx: %s', async (_what, text, ways, listens) => {
  const policy = await only('nginx', 'nginx.conf', `http { ${text.replaceAll('; ', ';\n').replaceAll('{ ', '{\n')} }`);
  for (const [url, way] of Object.entries(ways)) expect(wayOf(policy, url)).toBe(way);
  expect(policy.listens).toEqual(listens);
});

test('nginx: what a server answers to OPTIONS, and what a password opens, is said', async () => {
  const answering = await only('nginx', 'nginx.conf', 'server {\n location / {\n if ($request_method = OPTIONS) { return 204; }\n proxy_pass http://api:3000;\n }\n}');
  expect(wayOf(answering, '/', OPTIONS)).toBe('204');
  const guarded = await only('nginx', 'nginx.conf', 'server {\n auth_basic x;\n auth_basic_user_file users;\n location / {\n proxy_pass http://api:3000;\n }\n}');
  expect(wayOf(guarded, '/', OPTIONS)).toBe('401 asks');
  expect(wayOf(guarded, '/', SIGNED)).toBe('api:3000/');
});

test('nginx: a server of files is no layer, and one with CORS beside a plain one stays a policy', async () => {
  expect(await layersIn('nginx', 'nginx.conf', 'server {\n root /srv;\n}\n# proxy_pass http://x;\n')).toEqual([]);
  const text = 'server {\n listen 81;\n add_header Access-Control-Allow-Origin *;\n proxy_pass http://a:1;\n}\nserver {\n listen 82;\n location / {\n proxy_pass http://b:2;\n }\n}\n';
  const readings = await readingsFor('nginx', 'nginx.conf', { 'nginx.conf': text });
  expect(readings.flatMap((one) => (one.kind === 'policy' ? [one.policy.listens] : []))).toEqual([[81]]);
  expect(readings.flatMap((one) => (one.kind === 'layer' ? [one.layer.policy.listens] : []))).toEqual([[82]]);
});

test.each<readonly [what: string, text: string, ways: Readonly<Record<string, string>>]>([
  ['a whole server', '<VirtualHost *:80>\nProxyPass / http://api:3000/\n</VirtualHost>', { '/users': 'api:3000/users' }],
  ['a path, without the slash at its end', '<VirtualHost *:80>\nProxyPass /api http://api:3000\n</VirtualHost>', { '/api/users': 'api:3000/users' }],
  ['the first line that fits', '<VirtualHost *:80>\nProxyPass /static !\nProxyPass /api http://api:3000/api\nProxyPass / http://web:8080/\n</VirtualHost>', { '/api/x': 'api:3000/api/x', '/x': 'web:8080/x' }],
  ['inside a location', '<VirtualHost *:80>\n<Location /api>\nProxyPass http://api:3000/v1\n</Location>\n</VirtualHost>', { '/api/x': 'api:3000/v1/x' }],
  ['a group of servers', '<VirtualHost *:80>\n<Proxy "balancer://shop">\nBalancerMember "http://app1:3000"\nBalancerMember "http://app2:3000"\n</Proxy>\nProxyPass "/" "balancer://shop/"\n</VirtualHost>', { '/x': 'app1:3000/x' }],
  ['a rule with [P]', '<VirtualHost *:80>\nRewriteEngine On\nRewriteRule ^/api/(.*)$ http://api:3000/$1 [P,L]\n</VirtualHost>', { '/api/users': 'api:3000/users' }],
  ['a rule with [P] and the path as it is', '<VirtualHost *:80>\nRewriteEngine On\nRewriteRule .* http://api:3000%{REQUEST_URI} [P]\n</VirtualHost>', { '/api/users': 'api:3000/api/users' }],
  ['a pattern and its group', '<VirtualHost *:80>\nProxyPassMatch ^/app/(.*)$ http://app:8080/$1\n</VirtualHost>', { '/app/x': 'app:8080/x' }],
  ['a pattern without a group named keeps the path', '<VirtualHost *:80>\nProxyPassMatch \\.json$ http://app:8080\n</VirtualHost>', { '/a/x.json': 'app:8080/a/x.json' }],
  ['a host that a variable writes', '<VirtualHost *:80>\nProxyPass / http://${API_HOST}:3000/\n</VirtualHost>', { '/': 'http://${API_HOST}:3000//' }],
])('Apache: %s', async (_what, text, ways) => {
  const policy = await only('apache', 'sites-enabled/shop.conf', text);
  expect(policy.listens).toEqual([80]);
  for (const [url, way] of Object.entries(ways)) expect(wayOf(policy, url)).toBe(way);
});

test('Apache: a password stands before the proxy, and .htaccess passes on', async () => {
  const guarded = await only('apache', 'shop.conf', '<VirtualHost *:80>\nProxyPass / http://api:3000/\n<Location />\nAuthType Basic\nAuthName x\nRequire valid-user\n</Location>\n</VirtualHost>');
  expect(wayOf(guarded, '/', OPTIONS)).toBe('401 asks');
  const folder = await only('apache', '.htaccess', 'RewriteEngine On\nRewriteRule ^api/(.*)$ http://localhost:3000/api/$1 [P,L]\n');
  expect(wayOf(folder, '/api/x')).toBe('localhost:3000/api/x');
});

test.each<readonly [what: string, text: string, ways: Readonly<Record<string, string>>, listens: readonly number[]]>([
  ['a port, and everything passed on', ':8080 {\n\treverse_proxy api:3000\n}', { '/users': 'api:3000/users' }, [8080]],
  ['a part of the paths', 'shop.example {\n\treverse_proxy /api/* api:3000\n\tfile_server\n}', { '/api/x': 'api:3000/api/x' }, [443]],
  ['handle_path takes its prefix off', ':80 {\n\thandle_path /api/* {\n\t\treverse_proxy api:3000\n\t}\n\thandle {\n\t\treverse_proxy web:8080\n\t}\n}', { '/api/x': 'api:3000/x', '/x': 'web:8080/x' }, [80]],
  ['uri strip_prefix', ':80 {\n\thandle /api/* {\n\t\turi strip_prefix /api\n\t\treverse_proxy api:3000\n\t}\n}', { '/api/x': 'api:3000/x' }, [80]],
  ['a rewrite to one path', ':80 {\n\trewrite /old /new\n\treverse_proxy api:3000\n}', { '/old': 'api:3000/new', '/x': 'api:3000/x' }, [80]],
  ['a rewrite that is put together', ':80 {\n\trewrite * /v1{uri}\n\treverse_proxy api:3000\n}', { '/x': 'a path that is not known' }, [80]],
  ['a password', ':80 {\n\tbasic_auth {\n\t\tbob $2a$14$x\n\t}\n\treverse_proxy api:3000\n}', { '/': '401 asks' }, [80]],
  ['an address from the environment', ':80 {\n\treverse_proxy {$API}\n}', { '/': '{$API}/' }, [80]],
  ['a port of this machine', ':80 {\n\treverse_proxy :9000\n}', { '/': 'localhost:9000/' }, [80]],
])('Caddy: %s', async (_what, text, ways, listens) => {
  const policy = await only('caddy', 'Caddyfile', `${text}\n`);
  expect(policy.listens).toEqual(listens);
  for (const [url, way] of Object.entries(ways)) expect(wayOf(policy, url)).toBe(way);
});

test('Caddy: OPTIONS that is answered by hand', async () => {
  const policy = await only('caddy', 'Caddyfile', ':80 {\n\t@options method OPTIONS\n\trespond @options 204\n\treverse_proxy api:3000\n}\n');
  expect([wayOf(policy, '/', OPTIONS), wayOf(policy, '/')]).toEqual(['204', 'api:3000/']);
});

const HAPROXY = 'defaults\n  mode http\n';

test.each<readonly [what: string, text: string, ways: Readonly<Record<string, string>>]>([
  ['a frontend and its backend', 'frontend web\n  bind *:80\n  default_backend api\nbackend api\n  server a api:3000 check\n', { '/x': 'api:3000/x' }],
  ['use_backend by path', 'frontend web\n  bind *:80\n  acl is_api path_beg /api\n  use_backend api if is_api\n  default_backend site\nbackend api\n  server a api:3000\nbackend site\n  server b site:8080\n', { '/api/x': 'api:3000/api/x', '/x': 'site:8080/x' }],
  ['by host', 'frontend web\n  bind *:80\n  use_backend api if { hdr(host) -i api.shop.example }\n  default_backend site\nbackend api\n  server a api:3000\nbackend site\n  server b site:8080\n', { 'http://api.shop.example/x': 'api:3000/x' }],
  ['listen', 'listen web\n  bind *:80\n  server a 127.0.0.1:3000\n', { '/': '127.0.0.1:3000/' }],
  ['a path whose start is replaced', 'frontend web\n  bind *:80\n  default_backend api\nbackend api\n  http-request replace-path ^/api/(.*) /\\1\n  server a api:3000\n', { '/api/x': 'api:3000/x' }],
  ['a path that is put together', 'frontend web\n  bind *:80\n  default_backend api\nbackend api\n  http-request set-path /v1%[path]\n  server a api:3000\n', { '/x': 'a path that is not known' }],
  ['a path that is written out', 'frontend web\n  bind *:80\n  default_backend api\nbackend api\n  http-request set-path /status\n  server a api:3000\n', { '/x': 'api:3000/status' }],
  ['a password', 'frontend web\n  bind *:80\n  http-request auth unless { http_auth(users) }\n  default_backend api\nbackend api\n  server a api:3000\n', { '/': '401 asks' }],
  ['an address from the environment', 'frontend web\n  bind *:80\n  default_backend api\nbackend api\n  server a "${API_HOST}:3000"\n', { '/': '${API_HOST}:3000/' }],
])('HAProxy: %s', async (_what, text, ways) => {
  const policy = await only('haproxy', 'haproxy.cfg', HAPROXY + text);
  expect(policy.listens).toEqual([80]);
  for (const [url, way] of Object.entries(ways)) expect(wayOf(policy, url)).toBe(way);
});

test.each<readonly [what: string, text: string, ways: Readonly<Record<string, string>>]>([
  ['everything', 'proxy.server = ( "" => ( ( "host" => "127.0.0.1", "port" => 3000 ) ) )', { '/x': '127.0.0.1:3000/x' }],
  ['a part of the paths', 'proxy.server = ( "/api" => ( ( "host" => "api", "port" => 3000 ) ) )', { '/api/x': 'api:3000/api/x', '/x': 'behind' }],
  ['with a path of its own', 'proxy.server = ( "/api/" => ( ( "host" => "api", "port" => 3000 ) ) )\nproxy.header = ( "map-urlpath" => ( "/api/" => "/" ) )', { '/api/x': 'api:3000/x' }],
  ['without a port it is 80', 'proxy.server = ( "" => ( ( "host" => "api" ) ) )', { '/': 'api:80/' }],
  ['on a host', '$HTTP["host"] == "api.example" { proxy.server = ( "" => ( ( "host" => "api", "port" => 3000 ) ) ) }', { 'http://api.example/x': 'api:3000/x', '/x': 'behind' }],
  ['after a rewrite', 'url.rewrite-once = ( "^/old$" => "/new" )\nproxy.server = ( "" => ( ( "host" => "api", "port" => 3000 ) ) )', { '/old': 'api:3000/new', '/x': 'api:3000/x' }],
])('lighttpd: %s', async (_what, text, ways) => {
  const policy = await only('lighttpd', 'lighttpd.conf', `server.port = 8080\nserver.modules = ( "mod_rewrite", "mod_proxy" )\n${text}\n`);
  expect(policy.listens).toEqual([8080]);
  for (const [url, way] of Object.entries(ways)) expect(wayOf(policy, url)).toBe(way);
});

test.each<readonly [what: string, text: string, ways: Readonly<Record<string, string>>]>([
  ['one backend', 'backend default { .host = "api"; .port = "3000"; }', { '/x': 'api:3000/x' }],
  ['without a port it is 80', 'backend web { .host = "web"; }', { '/': 'web:80/' }],
  ['two, by path', 'backend default { .host = "web"; .port = "8080"; }\nbackend api { .host = "api"; .port = "3000"; }\nsub vcl_recv { if (req.url ~ "^/api/") { set req.backend_hint = api; } }', { '/api/x': 'api:3000/api/x', '/x': 'web:8080/x' }],
  ['pass', 'backend default { .host = "api"; .port = "3000"; }\nsub vcl_recv { return (pass); }', { '/x': 'api:3000/x' }],
  ['by host', 'backend default { .host = "web"; .port = "8080"; }\nbackend api { .host = "api"; .port = "3000"; }\nsub vcl_recv { if (req.http.host == "api.shop.example") { set req.backend_hint = api; } }', { 'http://api.shop.example/': 'api:3000/' }],
  ['an answer of its own', 'backend default { .host = "api"; .port = "3000"; }\nsub vcl_recv { if (req.url == "/ping") { return (synth(200)); } }', { '/ping': '200', '/x': 'api:3000/x' }],
])('Varnish: %s', async (_what, text, ways) => {
  const policy = await only('varnish', 'default.vcl', `vcl 4.1;\n${text}\n`);
  for (const [url, way] of Object.entries(ways)) expect(wayOf(policy, url)).toBe(way);
});

test.each<readonly [what: string, rule: string, ways: Readonly<Record<string, string>>]>([
  ['everything', '<match url="(.*)" /><action type="Rewrite" url="http://localhost:3000/{R:1}" />', { '/users': 'localhost:3000/users' }],
  ['all that was matched', '<match url=".*" /><action type="Rewrite" url="http://localhost:3000/{R:0}" />', { '/users': 'localhost:3000/users' }],
  ['a prefix that goes', '<match url="^api/(.*)" /><action type="Rewrite" url="http://localhost:3000/{R:1}" />', { '/api/users': 'localhost:3000/users', '/x': 'behind' }],
  ['a prefix that stays', '<match url="^api/(.*)$" /><action type="Rewrite" url="http://api:5000/api/{R:1}" />', { '/api/users': 'api:5000/api/users' }],
  ['a wildcard', '<match url="api/*" /><action type="Rewrite" url="http://api:5000/{R:1}" />', { '/api/users': 'api:5000/users' }],
  ['one path', '<match url="^health$" /><action type="Rewrite" url="https://api/status" />', { '/health': 'api:443/status' }],
  ['the path as it was asked for', '<match url=".*" /><action type="Rewrite" url="http://api:5000{REQUEST_URI}" />', { '/a/b': 'api:5000/a/b' }],
  ['a group in the middle', '<match url="^(\\w+)/x/(.*)" /><action type="Rewrite" url="http://api:5000/{R:2}" />', { '/a/x/b': 'a path that is not known' }],
])('IIS: %s', async (what, rule, ways) => {
  const policy = await only('iis', 'web.config', `<configuration><system.webServer><rewrite><rules><rule name="r"${what === 'a wildcard' ? ' patternSyntax="Wildcard"' : ''}>${rule}</rule></rules></rewrite></system.webServer></configuration>`);
  for (const [url, way] of Object.entries(ways)) expect(wayOf(policy, url)).toBe(way);
});

test('a file without CORS is asked for its layers by a pattern alone, and one that passes nothing on is not read', async () => {
  expect(await layersIn('nginx', 'nginx.conf', 'server {\n root /srv;\n}\n')).toEqual([]);
  expect(await layersIn('caddy', 'Caddyfile', ':80 {\n\tfile_server\n}\n')).toEqual([]);
  expect(await layersIn('haproxy', 'setup.cfg', '[metadata]\nname = x\n')).toEqual([]);
  expect(await layersIn('iis', 'web.config', '<configuration><system.webServer><rewrite><rules><rule name="r"><match url=".*"/><action type="Rewrite" url="index.html"/></rule></rules></rewrite></system.webServer></configuration>')).toEqual([]);
});
