import { describe, expect, test } from 'vitest';
import consolidate from '../../src/codemods/consolidate.js';
import { run, type Outcome } from '../../src/codemods/run.js';
import { revised } from '../../src/engine.js';
import { filesFrom } from '../../src/text/files.js';
import { chosen, repositoryOf } from './repository.js';

const A = 'https://a.example.com';
const B = 'https://b.example.com';
const http = (content: string): string => `events {}\nhttp {\n${content}}\n`;
const server = (locations: string, more = ''): string => http(`  server {\n    listen 80;\n    server_name api.example.com;\n${more}${locations}  }\n`);
const express = (use: string, more = ''): string => `const express = require('express');\nconst cors = require('cors');\nconst app = express();\n${use}app.get('/orders', (req, res) => res.json([]));\n${more}app.listen(3000);\n`;
const CORS = `app.use(cors({ origin: '${A}' }));\n`;
const compose = (service = ''): string => `services:\n  edge:\n    image: nginx:1.27\n    ports: ["80:80"]\n    volumes: ["./edge/nginx.conf:/etc/nginx/nginx.conf:ro"]\n  api:\n    build: ./api\n${service}`;
const DOCKERFILE = 'FROM node:20\nWORKDIR /app\nCOPY . .\nEXPOSE 3000\nCMD ["node", "server.js"]\n';

const chain = (nginx: string, application: string, service = ''): Readonly<Record<string, string>> => ({ 'edge/nginx.conf': nginx, 'api/server.js': application, 'api/Dockerfile': DOCKERFILE, 'api/package.json': '{ "dependencies": { "cors": "2.8.5", "express": "4.21.0" } }', 'compose.yaml': compose(service) });
const consolidated = async (texts: Readonly<Record<string, string>>, keep: string): Promise<Outcome> => run(consolidate, await repositoryOf(texts), chosen({ keep }));
const reasons = ({ refused }: Outcome): readonly string[] => refused.map(({ reason }) => reason);

describe('lines of nginx', () => {
  test('a level that would begin to inherit other headers keeps one without a value', async () => {
    const nginx = server(`    location / {\n      add_header Access-Control-Allow-Origin ${A} always;\n      add_header Access-Control-Expose-Headers X-A always;\n      proxy_pass http://api:3000;\n    }\n`, '    add_header X-Frame-Options DENY;\n');
    const { texts, refused } = await consolidated(chain(nginx, express(`app.use(cors({ origin: '${A}', exposedHeaders: 'X-A' }));\n`)), 'express');
    expect(refused).toEqual([]);
    expect(texts.get('edge/nginx.conf')?.after).toBe(nginx.replace(`      add_header Access-Control-Allow-Origin ${A} always;\n`, '').replace('Expose-Headers X-A', 'Expose-Headers ""'));
  });

  test('a map that nothing else asks goes, one that something asks stays', async () => {
    const map = (name: string): string => `  map $http_origin $${name} {\n    default "";\n    ${A} $http_origin;\n  }\n\n`;
    const block = `    location / {\n      add_header Access-Control-Allow-Origin $allowed;\n      add_header Vary Origin;\n      proxy_set_header X-Known $known;\n      proxy_pass http://api:3000;\n    }\n`;
    const nginx = server(block).replace('http {\n', `http {\n${map('allowed')}${map('known')}`);
    const { texts, refused } = await consolidated(chain(nginx, express(`app.use(cors({ origin: ['${A}'] }));\n`)), 'express');
    expect(refused).toEqual([]);
    expect(texts.get('edge/nginx.conf')?.after).toBe(nginx.replace(map('allowed'), '').replace('      add_header Access-Control-Allow-Origin $allowed;\n', ''));
  });

  test('another location that the same lines speak for stands in the way', async () => {
    const nginx = server('    location / {\n      proxy_pass http://api:3000;\n    }\n    location /fonts/ {\n      root /srv;\n    }\n', `    add_header Access-Control-Allow-Origin ${A};\n`);
    const outcome = await consolidated(chain(nginx, express(CORS)), 'express');
    expect(outcome.texts.size).toBe(0);
    expect(reasons(outcome)).toEqual([expect.stringMatching(/^browsers would see something else: GET api\.example\.com\/fonts\/.* allowed → blocked$/)]);
  });
});

describe('registrations in scripts', () => {
  const answering = server(`    location / {\n      add_header Access-Control-Allow-Origin ${A} always;\n      add_header Access-Control-Allow-Methods "GET, PUT" always;\n      if ($request_method = OPTIONS) {\n        return 204;\n      }\n      proxy_pass http://api:3000;\n    }\n`);
  const rest = express('').replace("const cors = require('cors');\n", '');

  test.each([
    ['a call', CORS],
    ['a call with options in a variable', `const options = { origin: '${A}' };\napp.use(cors(options));\n`],
    ['another one for OPTIONS', `${CORS}app.options('*', cors({ origin: '${A}' }));\n`],
    ['a comment above and behind', `// CORS\n${CORS.trimEnd()} // for the shop\n`],
  ])('%s goes as a whole', async (_what, use) => {
    const { texts, refused } = await consolidated(chain(answering, express(use)), 'nginx');
    expect(refused).toEqual([]);
    expect([...texts.keys()]).toEqual(['api/server.js']);
    expect(texts.get('api/server.js')?.after).toBe(rest);
  });

  test.each([
    ['of one route', `app.get('/more', cors({ origin: '${A}' }), (req, res) => res.json([]));\n`],
    ['with something else', `app.use(express.json(), cors({ origin: '${A}' }));\n`],
  ])('one %s is hidden instead', async (_what, use) => {
    const { texts } = await consolidated(chain(answering, express(use)), 'nginx');
    expect([...texts.keys()]).toEqual(['edge/nginx.conf']);
    expect(texts.get('edge/nginx.conf')?.after).toContain('proxy_hide_header Access-Control-Allow-Origin;');
  });

  test('a function that does more loses its headers alone', async () => {
    const use = `app.use((req, res, next) => {\n  req.started = Date.now();\n  res.header('Access-Control-Allow-Origin', '${A}');\n  next();\n});\n`;
    const { texts, refused } = await consolidated(chain(answering, express(use)), 'nginx');
    expect(refused).toEqual([]);
    expect(texts.get('api/server.js')?.after).toBe(express(use.replace(/^ {2}res\.header.*\n/m, '')));
  });
});

describe('what is not done', () => {
  const nginx = (origin: string): string => server(`    location / {\n      add_header Access-Control-Allow-Origin ${origin} always;\n      proxy_pass http://api:3000;\n    }\n`);

  test('what the two layers let in together is not guessed: each origin alone is refused by browsers now', async () => {
    const { done, refused } = await consolidated(chain(nginx(A), express(`app.use(cors({ origin: '${B}' }));\n`)), 'express');
    expect(refused).toEqual([]);
    const [{ differences }] = done as [Outcome['done'][number]];
    const allowed = differences.filter(({ what, after }) => what === 'verdict' && after === 'allowed').map(({ request }) => request.origin);
    expect([...new Set(allowed)]).toEqual([B]);
  });

  test('a link that is only likely is not relied on', async () => {
    const { 'compose.yaml': _compose, 'api/Dockerfile': _dockerfile, ...texts } = chain(nginx(A), express(CORS));
    expect(reasons(await consolidated(texts, 'express'))).toEqual(['that Express app stands behind it is only likely: say so under `layers` in the configuration']);
  });

  test('a name that none has, and one that two have, are told with those that there are', async () => {
    const texts = chain(nginx(A), express(CORS));
    const [unknown] = (await consolidated(texts, 'apache')).refused;
    expect(unknown).toMatchObject({ reason: 'no layer that sends headers of CORS is called "apache"', asks: { choice: 'keep', candidates: ['nginx', 'express'] } });
    const outer = { 'outer/nginx.conf': nginx(A).replace('api:3000', 'edge:80'), 'compose.yaml': `${compose().replace('    ports: ["80:80"]\n', '')}  outer:\n    image: nginx:1.27\n    ports: ["80:80"]\n    volumes: ["./outer/nginx.conf:/etc/nginx/nginx.conf:ro"]\n` };
    const [several] = (await consolidated({ ...texts, ...outer }, 'nginx')).refused;
    expect(several).toMatchObject({ reason: '"nginx" means more than one layer on the way of one request', asks: { choice: 'keep', candidates: expect.arrayContaining(['outer/nginx.conf', 'edge/nginx.conf', 'express']) as unknown } });
    const inner = await consolidated({ ...texts, ...outer }, 'outer');
    expect(inner.done.map(({ title }) => title).sort()).toEqual(['Express app leaves CORS to nginx server api.example.com', 'nginx server api.example.com leaves CORS to nginx server api.example.com']);
  });

  test('layers that do not stand in front of each other are left alone', async () => {
    const texts = { 'one/server.js': express(CORS), 'two/server.js': express(CORS).replace('3000', '4000') };
    expect(await consolidated(texts, 'express')).toMatchObject({ done: [], refused: [] });
  });
});

test('the configuration may call a layer something', async () => {
  const texts = chain(server(`    location / {\n      add_header Access-Control-Allow-Origin ${A} always;\n      proxy_pass http://127.0.0.1:3000;\n    }\n`), express(CORS));
  const layers = [{ name: 'gateway', folder: '', files: [{ source: '^edge/' }], inFrontOf: ['orders'] }, { name: 'orders', folder: '', files: [{ source: '^api/' }] }];
  const repository = await revised(Object.keys(texts), filesFrom(texts), { rules: new Map(), strict: false, environment: 'production', trustedOrigins: [], inlineConfig: true, layers });
  const asked = await run(consolidate, repository, chosen());
  expect(asked.refused.map(({ asks }) => asks?.candidates)).toEqual([['gateway', 'orders']]);
  const { done, refused } = await run(consolidate, repository, chosen({ keep: 'orders' }));
  expect(refused).toEqual([]);
  expect(done.map(({ title }) => title)).toEqual(['nginx server api.example.com leaves CORS to Express app']);
});

describe('products in front', () => {
  const REWRITE = '    RewriteEngine On\n    RewriteCond %{REQUEST_METHOD} =OPTIONS\n    RewriteRule ^ - [R=204,L]\n';
  const apache = (rewriting: string): string => `Listen 80\n<VirtualHost *:80>\n    ServerName api.example.com\n    Header always set Access-Control-Allow-Origin "${A}"\n    Header always set Access-Control-Allow-Methods "GET, PUT"\n${rewriting}    ProxyPass / http://api:3000/\n</VirtualHost>\n`;
  const caddy = (lines: string): string => `api.example.com {\n${lines}\treverse_proxy api:3000\n}\n`;
  const haproxy = (rules: string): string => `defaults\n    mode http\n\nfrontend web\n    bind :80\n${rules}    default_backend api\n\nbackend api\n    server api1 api:3000\n`;
  const traefik = (middlewares: string, names = '[cors]'): string => `http:\n  routers:\n    api:\n      rule: "PathPrefix(\`/\`)"\n${names === '' ? '' : `      middlewares: ${names}\n`}      service: api\n${middlewares}  services:\n    api:\n      loadBalancer:\n        servers:\n          - url: "http://api:3000"\n`;
  const SETTINGS = `      headers:\n        accessControlAllowOriginList: ["${A}"]\n        accessControlAllowMethods: [GET, PUT]\n        accessControlAllowHeaders: [Content-Type]\n`;
  const OPEN = `app.use(cors({ origin: ['${A}'], methods: ['GET', 'PUT'], allowedHeaders: ['Content-Type'] }));\n`;
  const PUT = "app.put('/orders', (req, res) => res.end());\n";
  const behind = async (image: string, path: string, mounted: string, text: string): Promise<Outcome> => consolidated({ ...chain(text, express(OPEN, PUT)), 'edge/nginx.conf': '', [path]: text, 'compose.yaml': compose().replace('nginx:1.27', image).replace('./edge/nginx.conf:/etc/nginx/nginx.conf', `./${path}:${mounted}`) }, 'express');

  test.each([
    ['Apache httpd, whose other rules stay', 'httpd:2.4', 'edge/httpd.conf', '/usr/local/apache2/conf/httpd.conf', apache(`${REWRITE}    RewriteRule ^/old$ /new [R=301,L]\n`), apache('    RewriteEngine On\n    RewriteRule ^/old$ /new [R=301,L]\n').replaceAll(/^ *Header .*\n/gm, '')],
    ['Apache httpd, whose engine has nothing to do', 'httpd:2.4', 'edge/httpd.conf', '/usr/local/apache2/conf/httpd.conf', apache(REWRITE), apache('').replaceAll(/^ *Header .*\n/gm, '')],
    ['Caddy, with the block that answers', 'caddy:2', 'edge/Caddyfile', '/etc/caddy/Caddyfile', caddy(`\t@preflight method OPTIONS\n\t@shop header Origin ${A}\n\n\thandle @preflight {\n\t\theader Access-Control-Allow-Origin ${A}\n\t\theader Access-Control-Allow-Methods "GET, PUT"\n\t\trespond 204\n\t}\n\n\theader @shop Access-Control-Allow-Origin ${A}\n\theader X-Frame-Options DENY\n`), caddy('\theader X-Frame-Options DENY\n')],
    ['HAProxy, with the condition that has a name', 'haproxy:3.0', 'edge/haproxy.cfg', '/usr/local/etc/haproxy/haproxy.cfg', haproxy(`    acl preflight method OPTIONS\n    acl old path /old\n    http-request return status 204 hdr Access-Control-Allow-Origin ${A} hdr Access-Control-Allow-Methods "GET, PUT" hdr Access-Control-Allow-Headers Content-Type if preflight\n    http-request deny if old\n    http-response set-header Access-Control-Allow-Origin ${A}\n`), haproxy('    acl old path /old\n    http-request deny if old\n')],
    ['Traefik, in a chain', 'traefik:v3.1', 'edge/dynamic.yml', '/etc/traefik/dynamic.yml', traefik(`  middlewares:\n    all:\n      chain:\n        middlewares:\n          - secure\n          - cors # first\n    secure:\n      headers:\n        frameDeny: true\n    cors:\n${SETTINGS}`, '[all]'), traefik('  middlewares:\n    all:\n      chain:\n        middlewares:\n          - secure\n    secure:\n      headers:\n        frameDeny: true\n', '[all]')],
    ['Traefik, beside a header of its own', 'traefik:v3.1', 'edge/dynamic.yml', '/etc/traefik/dynamic.yml', traefik(`  middlewares:\n    cors:\n${SETTINGS}        customResponseHeaders:\n          X-Served-By: edge\n`), traefik('  middlewares:\n    cors:\n      headers:\n        customResponseHeaders:\n          X-Served-By: edge\n')],
  ])('%s', async (_what, image, path, mounted, before, after) => {
    const { texts, refused } = await behind(image, path, mounted, before);
    expect(refused).toEqual([]);
    expect(texts.get(path)?.after).toBe(after);
  });

  test('a file that is generated is left', async () => {
    const outcome = await behind('traefik:v3.1', 'edge/dynamic.yml', '/etc/traefik/dynamic.yml', `# Generated, do not edit\n${traefik(`  middlewares:\n    cors:\n${SETTINGS}`)}`);
    expect(outcome.texts.size).toBe(0);
    expect(reasons(outcome)).toEqual(['how to take the headers of CORS out of middleware cors is not known']);
  });
});

describe('what stands beside', () => {
  test('another installation of Traefik keeps its middleware of the same name', async () => {
    const dynamic = (url: string): string => `http:\n  routers:\n    api:\n      rule: "PathPrefix(\`/\`)"\n      middlewares: [cors]\n      service: api\n  middlewares:\n    cors:\n      headers:\n        accessControlAllowOriginList: ["${A}"]\n        accessControlAllowMethods: [GET, PUT]\n        accessControlAllowHeaders: [Content-Type]\n  services:\n    api:\n      loadBalancer:\n        servers:\n          - url: "${url}"\n`;
    const { 'edge/nginx.conf': _nginx, ...texts } = chain('', express(`app.use(cors({ origin: ['${A}'], methods: ['GET', 'PUT'], allowedHeaders: ['Content-Type'] }));\n`));
    const { texts: changed, refused } = await consolidated({ ...texts, 'edge/dynamic.yml': dynamic('http://api:3000'), 'other/dynamic.yml': dynamic('http://elsewhere.example.com'), 'compose.yaml': compose().replace('nginx:1.27', 'traefik:v3.1').replace('./edge/nginx.conf:/etc/nginx/nginx.conf', './edge/dynamic.yml:/etc/traefik/dynamic.yml') }, 'express');
    expect(refused).toEqual([]);
    expect([...changed.keys()]).toEqual(['edge/dynamic.yml']);
  });
});

describe('applications behind', () => {
  const PROXY = server(`    location / {\n      add_header Access-Control-Allow-Origin ${A} always;\n      add_header Access-Control-Allow-Methods "GET, PUT" always;\n      if ($request_method = OPTIONS) {\n        return 204;\n      }\n      proxy_pass http://api:3000;\n    }\n`);
  const JAVA = 'api/src/main/java/com/example';
  const spring = async (files: Readonly<Record<string, string>>): Promise<Outcome> => consolidated({ 'edge/nginx.conf': PROXY, 'compose.yaml': compose(), 'api/Dockerfile': DOCKERFILE.replace('"node", "server.js"', '"java", "-jar", "app.jar"'), [`${JAVA}/Orders.java`]: 'package com.example;\n\n@RestController\nclass Orders {\n  @GetMapping("/orders")\n  String all() { return ""; }\n}\n', ...Object.fromEntries(Object.entries(files).map(([name, text]) => [`${JAVA}/${name}`, `package com.example;\n\nimport org.springframework.web.cors.*;\nimport org.springframework.web.filter.CorsFilter;\nimport org.springframework.web.servlet.config.annotation.*;\n\n${text}`])) }, 'nginx');
  const source = 'CorsConfiguration c = new CorsConfiguration();\n    c.addAllowedOrigin("https://a.example.com");\n    c.addAllowedMethod("*");\n    UrlBasedCorsConfigurationSource s = new UrlBasedCorsConfigurationSource();\n    s.registerCorsConfiguration("/**", c);\n    return ';

  test('a bean that configures nothing else goes', async () => {
    const configuration = (bean: string): string => `@Configuration\nclass Web {\n  @Bean\n  Clock clock() { return Clock.systemUTC(); }\n${bean}}\n`;
    const { texts, refused } = await spring({ 'Web.java': configuration(`\n  /** For the shop. */\n  @Bean\n  WebMvcConfigurer cors() {\n    return new WebMvcConfigurer() {\n      @Override\n      public void addCorsMappings(CorsRegistry registry) {\n        registry.addMapping("/**").allowedOrigins("${A}");\n      }\n    };\n  }\n`) });
    expect(refused).toEqual([]);
    expect([...texts.keys()]).toEqual([`${JAVA}/Web.java`]);
    expect(texts.get(`${JAVA}/Web.java`)?.after.endsWith(configuration(''))).toBe(true);
  });

  test.each([
    ['a filter that other code takes by its name', `@Configuration\nclass Web {\n  @Bean\n  CorsFilter corsFilter() {\n    ${source}new CorsFilter(s);\n  }\n\n  FilterRegistrationBean<CorsFilter> first() { return new FilterRegistrationBean<>(corsFilter()); }\n}\n`],
    ['a configurer without a name that does more', `@Configuration\nclass Web {\n  @Bean\n  WebMvcConfigurer cors() {\n    return new WebMvcConfigurer() {\n      @Override\n      public void addCorsMappings(CorsRegistry registry) {\n        registry.addMapping("/**").allowedOrigins("${A}");\n      }\n\n      @Override\n      public void addViewControllers(ViewControllerRegistry registry) {\n      }\n    };\n  }\n}\n`],
  ])('%s does not go as a whole', async (_what, text) => {
    const { texts } = await spring({ 'Web.java': text });
    expect(texts.get(`${JAVA}/Web.java`)?.after ?? text).toMatch(/corsFilter\(\)|addViewControllers/);
  });
});
