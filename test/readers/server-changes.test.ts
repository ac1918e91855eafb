import { describe, expect, test } from 'vitest';
import type { Change } from '../../src/policy/change.js';
import type { Policy } from '../../src/policy/program.js';
import { effectsOn } from '../../src/policy/views.js';
import apache from '../../src/readers/apache/index.js';
import caddy from '../../src/readers/caddy/index.js';
import haproxy from '../../src/readers/haproxy/index.js';
import iis from '../../src/readers/iis/index.js';
import lighttpd from '../../src/readers/lighttpd/index.js';
import nginx from '../../src/readers/nginx/index.js';
import type { Reader } from '../../src/readers/reader.js';
import varnish from '../../src/readers/varnish/index.js';
import apacheLanguage from '../../src/syntax/apache/index.js';
import caddyLanguage from '../../src/syntax/caddy/index.js';
import haproxyLanguage from '../../src/syntax/haproxy/index.js';
import type { Language } from '../../src/syntax/language.js';
import lighttpdLanguage from '../../src/syntax/lighttpd/index.js';
import nginxLanguage from '../../src/syntax/nginx/index.js';
import vcl from '../../src/syntax/vcl/index.js';
import xml from '../../src/syntax/xml/index.js';
import { applyEdits } from '../../src/text/edit.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import type { Span } from '../../src/text/span.js';

/** Asks for a change at the place that sends a header, and gives the edited text. */
function changing<Unit>(reader: Reader<Unit>, language: Language<Unit>, file: string) {
  return (text: string, header: string, asked: (at: Span, policy: Policy) => Change): string => {
    const { unit } = language.parse(new SourceText(file, text), filesFrom({ [file]: text }));
    const policies = [...reader.read(unit!)].flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []));
    const [policy] = policies;
    const at = effectsOn(policy!, header)[0]!.effect.at;
    const edits = reader.write(unit!, policy!, asked(at, policy!));
    return 'declined' in edits ? `declined: ${edits.declined}` : applyEdits(text, edits);
  };
}

const inNginx = changing(nginx, nginxLanguage, 'site.conf');
const inApache = changing(apache, apacheLanguage, 'apache.conf');
const inCaddy = changing(caddy, caddyLanguage, 'Caddyfile');
const inHaproxy = changing(haproxy, haproxyLanguage, 'haproxy.cfg');
const inLighttpd = changing(lighttpd, lighttpdLanguage, 'lighttpd.conf');
const inVarnish = changing(varnish, vcl, 'default.vcl');
const inIis = changing(iis, xml, 'web.config');

const ORIGIN = 'access-control-allow-origin';
const front = (...lines: readonly string[]): string => `frontend web\n    bind :80\n${lines.map((line) => `    ${line}\n`).join('')}    default_backend api\n\nbackend api\n    server a 127.0.0.1:3000\n`;
const lists = (set: string): string => `server.modules = ( "mod_setenv" )\nserver.document-root = "/srv/www"\nserver.port = 8080\n${set}\n`;
const program = (body: string): string => `vcl 4.1;\n\nbackend default { .host = "127.0.0.1"; }\n\nsub vcl_deliver {\n${body}\n}\n`;

describe('every status', () => {
  const asked = (at: Span): Change => ({ kind: 'send-with-every-status', at });

  test('nginx: the headers of CORS beside it too, others not', () => {
    expect(inNginx('location / {\n    add_header Access-Control-Allow-Origin https://a.example;\n    add_header Vary Origin;\n    add_header X-Frame-Options DENY;\n    proxy_pass http://127.0.0.1:3000;\n}\n', ORIGIN, asked)).toBe('location / {\n    add_header Access-Control-Allow-Origin https://a.example always;\n    add_header Vary Origin always;\n    add_header X-Frame-Options DENY;\n    proxy_pass http://127.0.0.1:3000;\n}\n');
  });

  test('Apache: in the table of all responses', () => {
    expect(inApache('Header set Access-Control-Allow-Origin "https://a.example"\nHeader onsuccess set Access-Control-Allow-Credentials "true"\nHeader set X-Frame-Options "DENY"\n', ORIGIN, asked)).toBe('Header always set Access-Control-Allow-Origin "https://a.example"\nHeader always set Access-Control-Allow-Credentials "true"\nHeader set X-Frame-Options "DENY"\n');
  });

  test('HAProxy: in its own answers', () => {
    expect(inHaproxy(front('http-response set-header Access-Control-Allow-Origin https://a.example', 'http-response set-header X-Mark 1'), ORIGIN, asked)).toBe(front('http-after-response set-header Access-Control-Allow-Origin https://a.example', 'http-response set-header X-Mark 1'));
  });

  test('HAProxy: without a condition on the status', () => {
    const sent = 'http-response set-header Access-Control-Allow-Origin https://a.example';
    expect(inHaproxy(front(`${sent} if { status 200:299 }`, 'http-response set-header X-Mark 1 if { status 200 }'), ORIGIN, asked)).toBe(front(sent, 'http-response set-header X-Mark 1 if { status 200 }'));
  });
});

describe('Vary is added to', () => {
  const asked = (at: Span): Change => ({ kind: 'append-header', at });

  test('Apache', () => {
    expect(inApache('Header always set Access-Control-Allow-Origin "*"\nHeader always set Vary "Accept-Encoding"\n', 'vary', asked)).toBe('Header always set Access-Control-Allow-Origin "*"\nHeader always merge Vary "Accept-Encoding"\n');
  });

  test('Caddy', () => {
    expect(inCaddy('a.example {\n\theader Access-Control-Allow-Origin *\n\theader Vary Accept-Encoding\n}\n', 'vary', asked)).toContain('\theader +Vary Accept-Encoding\n');
  });

  test('HAProxy', () => {
    expect(inHaproxy(front('http-response set-header Access-Control-Allow-Origin *', 'http-response set-header Vary Accept-Encoding'), 'vary', asked)).toContain('http-response add-header Vary Accept-Encoding\n');
  });

  test('lighttpd: in the list of headers that are added', () => {
    expect(inLighttpd(lists('setenv.set-response-header = ( "Access-Control-Allow-Origin" => "*", "Vary" => "Accept-Encoding" )'), 'vary', asked)).toBe(lists('setenv.set-response-header = ( "Access-Control-Allow-Origin" => "*" )\nsetenv.add-response-header += ( "Vary" => "Accept-Encoding" )'));
    expect(inLighttpd(lists('setenv.add-response-header = ( "Access-Control-Allow-Origin" => "*" )\nsetenv.set-response-header = ( "Vary" => "Accept-Encoding" )'), 'vary', asked)).toContain('setenv.add-response-header = ( "Vary" => "Accept-Encoding" )');
  });

  test('Varnish: behind what is there', () => {
    expect(inVarnish(program('    set resp.http.Access-Control-Allow-Origin = "*";\n    set resp.http.Vary = "Accept-Encoding";'), 'vary', asked)).toBe(program('    set resp.http.Access-Control-Allow-Origin = "*";\n    if (resp.http.Vary) {\n        set resp.http.Vary = resp.http.Vary + ", Accept-Encoding";\n    } else {\n        set resp.http.Vary = "Accept-Encoding";\n    }'));
  });
});

describe('these origins alone', () => {
  const only = (...origins: readonly string[]) => (at: Span): Change => ({ kind: 'allow-only', at, origins });

  test('every site, then without credentials', () => {
    expect(inNginx('location / {\n    add_header Access-Control-Allow-Origin $http_origin always;\n    add_header Access-Control-Allow-Credentials true always;\n    proxy_pass http://127.0.0.1:3000;\n}\n', ORIGIN, only('*'))).toBe('location / {\n    add_header Access-Control-Allow-Origin * always;\n    proxy_pass http://127.0.0.1:3000;\n}\n');
    expect(inApache('Header always set Access-Control-Allow-Origin "https://a.example"\nHeader always set Access-Control-Allow-Credentials "true"\n', ORIGIN, only('*'))).toBe('Header always set Access-Control-Allow-Origin "*"\n');
    expect(inHaproxy(front('http-response set-header Access-Control-Allow-Origin %[req.hdr(origin)]', 'http-response set-header Access-Control-Allow-Credentials true'), ORIGIN, only('*'))).toBe(front('http-response set-header Access-Control-Allow-Origin *'));
    expect(inCaddy('a.example {\n\theader {\n\t\tAccess-Control-Allow-Origin {header.Origin}\n\t\tAccess-Control-Allow-Credentials true\n\t}\n}\n', ORIGIN, only('*'))).toBe('a.example {\n\theader {\n\t\tAccess-Control-Allow-Origin *\n\t}\n}\n');
    expect(inLighttpd(lists('setenv.set-response-header = ( "Access-Control-Allow-Origin" => "https://a.example", "Access-Control-Allow-Credentials" => "true" )'), ORIGIN, only('*'))).toBe(lists('setenv.set-response-header = ( "Access-Control-Allow-Origin" => "*" )'));
    expect(inIis('<configuration><system.webServer><httpProtocol><customHeaders>\n<add name="Access-Control-Allow-Origin" value="https://a.example" />\n<add name="Access-Control-Allow-Credentials" value="true" />\n</customHeaders></httpProtocol></system.webServer></configuration>', ORIGIN, only('*'))).toBe('<configuration><system.webServer><httpProtocol><customHeaders>\n<add name="Access-Control-Allow-Origin" value="*" />\n</customHeaders></httpProtocol></system.webServer></configuration>');
  });

  test('one origin is written as it is', () => {
    expect(inVarnish(program('    set resp.http.Access-Control-Allow-Origin = req.http.Origin;'), ORIGIN, only('https://app.example.com'))).toBe(program('    set resp.http.Access-Control-Allow-Origin = "https://app.example.com";'));
    expect(inCaddy('a.example {\n\theader Access-Control-Allow-Origin {header.Origin}\n}\n', ORIGIN, only('https://app.example.com'))).toBe('a.example {\n\theader Access-Control-Allow-Origin https://app.example.com\n}\n');
  });

  test('several are asked for, and the response varies', () => {
    expect(inNginx('server {\n    location / {\n        add_header Access-Control-Allow-Origin $http_origin always;\n    }\n}\n', ORIGIN, only('https://a.example', 'https://b.example'))).toBe('map $http_origin $cors_origin {\n    default "";\n    https://a.example $http_origin;\n    https://b.example $http_origin;\n}\n\nserver {\n    location / {\n        add_header Access-Control-Allow-Origin $cors_origin always;\n        add_header Vary Origin always;\n    }\n}\n');
  });
});

describe('with responses too', () => {
  test('what an <If> sends with preflights', () => {
    expect(inApache('Header always set Access-Control-Allow-Origin "*"\n<If "%{REQUEST_METHOD} == \'OPTIONS\'">\n    Header always set Access-Control-Expose-Headers "X-Total"\n</If>\n', 'access-control-expose-headers', (at) => ({ kind: 'send-with-responses', at, effects: [at] }))).toBe('Header always set Access-Control-Allow-Origin "*"\n<If "%{REQUEST_METHOD} == \'OPTIONS\'">\n    Header always set Access-Control-Expose-Headers "X-Total"\n</If>\nHeader always set Access-Control-Expose-Headers "X-Total"\n');
  });

  test('what a matcher selects', () => {
    expect(inCaddy('a.example {\n\t@preflight method OPTIONS\n\theader Access-Control-Allow-Origin *\n\theader @preflight Access-Control-Expose-Headers X-Total\n}\n', 'access-control-expose-headers', (at) => ({ kind: 'send-with-responses', at, effects: [at] }))).toContain('\theader @preflight Access-Control-Expose-Headers X-Total\n\theader Access-Control-Expose-Headers X-Total\n');
  });
});

test('a list of the CORS module of IIS has elements', () => {
  const module = (methods: string): string => `<configuration><system.webServer><cors enabled="true"><add origin="https://a.example">\n<allowMethods>\n${methods}</allowMethods>\n</add></cors></system.webServer></configuration>`;
  expect(inIis(module('  <add method="TRACE" />\n'), 'access-control-allow-methods', (at) => ({ kind: 'edit-list', at, remove: ['TRACE'], add: ['PUT'] }))).toBe(module('  <add method="PUT" />\n').replace('  <add', '  <add'));
});
