import { describe, expect, test } from 'vitest';
import { lint } from '../../src/engine.js';
import type { Guard, Policy } from '../../src/policy/program.js';
import { filesFrom } from '../../src/text/files.js';
import { optionsOf } from '../support/lint.js';

async function policyOf(file: string, text: string): Promise<Policy> {
  const { policies } = await lint([file], filesFrom({ [file]: text }), optionsOf());
  expect(policies).toHaveLength(1);
  return policies[0]!;
}

/** Networks whose clients the steps let in. */
function letIn(guard: Guard): readonly string[] {
  if (guard.g === 'fact') return guard.fact.network === true ? [guard.fact.key.replace(/^.*client in /, '')] : [];
  if (guard.g === 'not') return letIn(guard.of);
  return guard.g === 'and' || guard.g === 'or' ? guard.of.flatMap(letIn) : [];
}

describe('clients that are let in', () => {
  const caddy = (access: string): string => `api.example.com {\n${access}\nheader Access-Control-Allow-Origin *\nreverse_proxy localhost:3000\n}\n`;
  const haproxy = (access: string): string => `frontend api\n    bind :80\n    ${access}\n    http-response set-header Access-Control-Allow-Origin *\n    default_backend app\nbackend app\n    server a 127.0.0.1:3000\n`;
  const lighttpd = (access: string): string => `server.modules = ( "mod_setenv", "mod_access" )\nserver.port = 80\nsetenv.set-response-header = ( "Access-Control-Allow-Origin" => "*" )\n${access}\n`;
  const apache = (access: string): string => `<Location "/">\n  Header always set Access-Control-Allow-Origin "*"\n  ${access}\n</Location>\n`;
  const varnish = (access: string): string => `vcl 4.1;\nbackend default { .host = "127.0.0.1"; }\nacl internal { "10.0.0.0"/8; "localhost"; }\nsub vcl_recv { ${access} }\nsub vcl_deliver { set resp.http.Access-Control-Allow-Origin = "*"; }\n`;
  const nginx = (access: string): string => `server {\n  listen 80;\n  location / {\n    ${access}\n    add_header Access-Control-Allow-Origin *;\n    proxy_pass http://127.0.0.1:3000;\n  }\n}\n`;

  test.each([
    ['nginx.conf', nginx('allow 10.0.0.0/8; deny all;'), ['10.0.0.0/8']],
    ['nginx.conf', nginx('deny 10.0.0.5; allow all;'), []],
    ['nginx.conf', nginx('allow 127.0.0.1; deny all;'), []],
    ['Caddyfile', caddy('@outside not remote_ip 10.0.0.0/8\nrespond @outside 403'), ['10.0.0.0/8']],
    ['Caddyfile', caddy('@outside not client_ip private_ranges\nrespond @outside 403'), ['192.168.0.0/16 172.16.0.0/12 10.0.0.0/8 127.0.0.1/8 fd00::/8 ::1']],
    ['Caddyfile', caddy('@bad remote_ip 10.0.0.5\nrespond @bad 403'), []],
    ['haproxy.cfg', haproxy('acl internal src 10.0.0.0/8 192.168.0.0/16\n    http-request deny if !internal'), ['10.0.0.0/8 192.168.0.0/16']],
    ['haproxy.cfg', haproxy('http-request deny if { src 203.0.113.7 }'), []],
    ['lighttpd.conf', lighttpd('$HTTP["remoteip"] != "10.0.0.0/8" { url.access-deny = ( "" ) }'), ['10.0.0.0/8']],
    ['lighttpd.conf', lighttpd('$HTTP["remoteip"] == "10.0.0.5" { url.access-deny = ( "" ) }'), []],
    ['apache.conf', apache('Require ip 10.0.0.0/8 192.168'), ['10.0.0.0/8 192.168']],
    ['apache.conf', apache('Order deny,allow\n  Deny from all\n  Allow from 10.1'), ['10.1']],
    ['apache.conf', apache('<RequireAll>\n  Require all granted\n  Require not ip 10.0.0.5\n  </RequireAll>'), []],
    ['apache.conf', apache('Require local'), []],
    ['default.vcl', varnish('if (client.ip !~ internal) { return (synth(403)); }'), ['10.0.0.0/8 localhost']],
    ['default.vcl', varnish('if (client.ip ~ internal) { return (synth(403)); }'), []],
  ])('%s: %s', async (file, text, networks) => {
    const { steps } = await policyOf(file, text);
    expect([...new Set(steps.flatMap(({ when }) => letIn(when)))]).toEqual(networks);
  });
});

describe('what listeners tell', () => {
  const block = 'add_header Access-Control-Allow-Origin *;';

  test.each([
    ['nginx.conf', `server { listen 443 ssl; ${block} }`, { https: 'yes' }],
    ['nginx.conf', `server { listen 80; ${block} }`, {}],
    ['nginx.conf', `server { listen 10.0.0.5:80; ${block} }`, { https: 'no', privateListener: 'listen 10.0.0.5:80;' }],
    ['nginx.conf', `server { listen 10.0.0.5:80; listen 80; ${block} }`, {}],
    ['Caddyfile', 'api.example.com {\nheader Access-Control-Allow-Origin *\n}\n', { https: 'yes' }],
    ['Caddyfile', 'http://api.example.com {\nbind 10.0.0.5\nheader Access-Control-Allow-Origin *\n}\n', { https: 'no', privateListener: '10.0.0.5' }],
    ['haproxy.cfg', 'frontend api\n    bind 192.168.1.2:443 ssl crt /etc/a.pem\n    http-response set-header Access-Control-Allow-Origin *\n', { https: 'yes', privateListener: 'bind 192.168.1.2:443 ssl crt /etc/a.pem' }],
    ['apache.conf', 'Listen 10.0.0.5:80\n<VirtualHost *:80>\n  Header always set Access-Control-Allow-Origin "*"\n</VirtualHost>\n', { https: 'no', privateListener: '10.0.0.5:80' }],
    ['apache.conf', '<VirtualHost *:443>\n  SSLEngine on\n  Header always set Access-Control-Allow-Origin "*"\n</VirtualHost>\n', { https: 'yes' }],
    ['lighttpd.conf', 'server.modules = ( "mod_setenv" )\nserver.bind = "10.0.0.5"\nserver.port = 80\nsetenv.set-response-header = ( "Access-Control-Allow-Origin" => "*" )\n', { https: 'no', privateListener: 'server.bind = "10.0.0.5"' }],
  ])('%s: %s', async (file, text, expected) => {
    const { https, privateListener } = (await policyOf(file, text)).evidence;
    const found = { ...(https === undefined ? {} : { https }), ...(privateListener === undefined ? {} : { privateListener: text.slice(privateListener.start, privateListener.end) }) };
    expect(found).toEqual(expected);
  });
});

describe('ingresses and assets', () => {
  const ingress = (annotation: string, spec = ''): string => `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: wiki\n  annotations:\n    nginx.ingress.kubernetes.io/enable-cors: "true"\n    ${annotation}\nspec:\n${spec}  rules:\n    - host: wiki.example\n`;

  test.each([
    ['nginx.ingress.kubernetes.io/whitelist-source-range: "10.0.0.0/8, 192.168.0.0/16"', true],
    ['nginx.ingress.kubernetes.io/whitelist-source-range: "173.245.48.0/20"', false],
    ['nginx.ingress.kubernetes.io/denylist-source-range: "10.0.0.0/8"', false],
  ])('%s', async (annotation, told) => {
    expect((await policyOf('ingress.yaml', ingress(annotation))).evidence.networkProtected !== undefined).toBe(told);
  });

  test('TLS of an Ingress', async () => {
    expect((await policyOf('ingress.yaml', ingress('x: "y"', '  tls: [{ hosts: [wiki.example] }]\n'))).evidence.https).toBe('yes');
    expect((await policyOf('ingress.yaml', ingress('x: "y"'))).evidence.https).toBeUndefined();
  });

  test.each([
    ['location ~* \\.(?:woff2?|ttf)$ { add_header Access-Control-Allow-Origin *; }', true],
    ['location /fonts/ { add_header Access-Control-Allow-Origin *; }', true],
    ['location /fonts/ { add_header Access-Control-Allow-Origin *; proxy_pass http://127.0.0.1:3000; }', false],
    ['location /fonts/ { allow 10.0.0.0/8; deny all; add_header Access-Control-Allow-Origin *; }', false],
    ['location ~* \\.(?:js|json)$ { add_header Access-Control-Allow-Origin *; }', false],
  ])('%s', async (location, told) => {
    expect((await policyOf('site.conf', `server { ${location} }`)).probes[0]?.publicAsset === true).toBe(told);
  });
});
