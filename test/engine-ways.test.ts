import { describe, expect, test } from 'vitest';
import { survey, type Survey } from '../src/engine.js';
import { filesFrom } from '../src/text/files.js';
import { optionsOf } from './support/lint.js';

/** A server with one place of its own, and the rest. */
const nginx = (data: string, rest: string): string => `server {
    listen 80;
    server_name api.example.com;
    location = /data {
${data}
        proxy_pass http://127.0.0.1:3000;
    }
    location / {
${rest}
        proxy_pass http://127.0.0.1:3000;
    }
}
`;

const STAR = '        add_header Access-Control-Allow-Origin * always;';
const HIDDEN = `        proxy_hide_header Access-Control-Allow-Origin;
        proxy_hide_header Access-Control-Allow-Credentials;`;
const REPLACED = `${HIDDEN}
        add_header Access-Control-Allow-Origin https://app.example.com always;`;
const ECHO = '        add_header Access-Control-Allow-Origin $http_origin always;';

const express = (middleware: string): string => `const express = require('express');
const cors = require('cors');

const app = express();
${middleware}
app.get('/data', (req, res) => res.json([]));
app.put('/data', (req, res) => res.json([]));
app.get('/more', (req, res) => res.json([]));
app.listen(3000);
`;

const HAND_WRITTEN = `app.use((req, res, next) => {
  res.header('Access-Control-Allow-Origin', '*');
  res.header('Access-Control-Allow-Headers', 'Content-Type, Accept');
  next();
});`;

const spring = `import java.util.List;
import org.springframework.context.annotation.*;
import org.springframework.web.cors.*;
import org.springframework.web.filter.CorsFilter;

@Configuration
class Cors {
  @Bean
  public CorsFilter corsFilter() {
    CorsConfiguration config = new CorsConfiguration();
    config.setAllowedOrigins(List.of("https://app.example.com", "https://admin.example.com"));
    UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();
    source.registerCorsConfiguration("/**", config);
    return new CorsFilter(source);
  }
}
`;

const surveyed = (texts: Readonly<Record<string, string>>): Promise<Survey> => survey(Object.keys(texts), filesFrom(texts), optionsOf());
const told = (found: Survey, ruleId: string): readonly unknown[] => found.findings.filter((one) => one.ruleId === ruleId).map(({ at, witness }) => [at.file, witness?.request.method, new URL(witness?.request.url ?? '').pathname]);
const quieted = ({ neutralised }: Survey): readonly string[] => neutralised.map(({ ruleId, at }) => `${at.file} ${ruleId}`).sort();

describe('what is left open at one place is not told of another', () => {
  test('the request is one of the place where the mistake is hidden by a second header, not of the place where it is mended', async () => {
    const found = await surveyed({ 'nginx.conf': nginx(REPLACED, STAR), 'server.js': express("app.use(cors({ origin: 'http://app.example.com', credentials: true }));") });
    expect(told(found, 'no-insecure-origin')).toEqual([['server.js', 'GET', '/more']]);
  });

  test('a method that the other place does not serve is not told of it', async () => {
    const alone = await surveyed({ 'server.js': express(HAND_WRITTEN) });
    expect(told(alone, 'method-not-allowed')).toEqual([['server.js', 'PUT', '/data']]);
    // At /data the server in front answers preflights; at /more both send `*`, and nothing asks first.
    const answering = `        if ($request_method = OPTIONS) {
            add_header Access-Control-Allow-Origin https://app.example.com;
            add_header Access-Control-Allow-Methods "PUT, DELETE";
            return 204;
        }
${REPLACED}`;
    const found = await surveyed({ 'nginx.conf': nginx(answering, STAR), 'server.js': express(HAND_WRITTEN) });
    expect(told(found, 'duplicate-cors-layers')).toEqual([['nginx.conf', 'GET', '/more']]);
    expect(told(found, 'method-not-allowed')).toEqual([]);
    expect(quieted(found)).toContain('server.js method-not-allowed');
  });
});

describe('a place of its own stays one, though the application behind tells of others', () => {
  const behind = `${HIDDEN}
${ECHO}`;

  test('what the application adds there counts', async () => {
    const found = await surveyed({ 'nginx.conf': nginx(behind, '        auth_basic staff;\n        auth_basic_user_file users;'), 'src/main/java/Cors.java': spring, 'src/main/resources/application.properties': 'server.port=3000\n' });
    expect(told(found, 'vary-origin-missing')).toEqual([]);
    expect(quieted(found)).toContain('nginx.conf vary-origin-missing');
  });

  test('and what it does not add is missing there', async () => {
    const found = await surveyed({ 'nginx.conf': nginx(`        proxy_hide_header Vary;\n${behind}`, '        # passes on'), 'src/main/java/Cors.java': spring, 'src/main/resources/application.properties': 'server.port=3000\n' });
    expect(told(found, 'vary-origin-missing')).toEqual(expect.arrayContaining([['nginx.conf', 'GET', '/data']]));
  });
});

describe('what is of no account', () => {
  const late = `app.get('/late', (req, res) => res.json([]));\napp.use(cors({ origin: 'https://app.example.com' }));`;
  const application = express('').replace('app.listen', `${late}\napp.listen`);

  test('a page of errors in front does not keep requests from what stands behind', async () => {
    const server = nginx('', `        error_page 500 = @failed;
        proxy_intercept_errors on;
        add_header Access-Control-Allow-Origin https://app.example.com always;`).replace(/ {4}location = \/data \{[^}]*\}/, '    location @failed {\n        add_header Access-Control-Allow-Origin * always;\n        return 404;\n    }');
    expect(told(await surveyed({ 'server.js': application }), 'cors-registered-too-late')).toEqual([['server.js', 'GET', '/data']]);
    const found = await surveyed({ 'nginx.conf': server, 'server.js': application });
    expect(told(found, 'cors-registered-too-late')).toEqual([]);
    expect(quieted(found)).toContain('server.js cors-registered-too-late');
  });

  test('what another layer lets in all the same is not said to be so', async () => {
    const insecure = express("app.use(cors({ origin: ['https://app.example.com', 'http://app.example.com'] }));");
    const reflecting = `        proxy_set_header Origin "";
${ECHO}
        add_header Access-Control-Allow-Credentials true always;`;
    expect(told(await surveyed({ 'server.js': insecure }), 'no-insecure-origin')).toHaveLength(1);
    const found = await surveyed({ 'nginx.conf': nginx(reflecting, reflecting), 'server.js': insecure });
    expect(told(found, 'no-reflected-origin').length).toBeGreaterThan(0);
    expect(told(found, 'no-insecure-origin')).toEqual([]);
    expect(quieted(found)).not.toContain('server.js no-insecure-origin');
  });
});

describe('layers in a row', () => {
  const server = (port: number, locations: string): string => `server {\n    listen ${port};\n    server_name _;\n${locations}\n}\n`;

  test('a place is found behind two layers that each take a part of its path', async () => {
    const texts = {
      'edge/nginx.conf': server(80, '    location / {\n        proxy_pass http://127.0.0.1:8080;\n    }\n    location /public/ {\n        add_header Access-Control-Allow-Origin * always;\n        proxy_pass http://127.0.0.1:8080/;\n    }'),
      'gateway/nginx.conf': server(8080, '    location /api/ {\n        proxy_hide_header Access-Control-Allow-Origin;\n        add_header Access-Control-Allow-Origin https://app.example.com;\n        proxy_pass http://127.0.0.1:3000/;\n    }'),
      'server.js': express("app.use(cors({ origin: 'https://app.example.com' }));"),
    };
    expect(told(await surveyed(texts), 'duplicate-cors-layers')).toEqual([['edge/nginx.conf', 'GET', '/public/api/data']]);
  });

  test('whom the application turns away does not show what it sends to others twice', async () => {
    const echo = (port: number, to: number): string => server(port, `    location / {\n        proxy_hide_header Access-Control-Allow-Credentials;\n        add_header Access-Control-Allow-Origin $http_origin;\n        proxy_pass http://127.0.0.1:${to};\n    }`);
    const inner = echo(8080, 3000).replace('proxy_hide_header', 'proxy_hide_header Access-Control-Allow-Origin;\n        proxy_hide_header');
    const found = await surveyed({ 'edge/nginx.conf': echo(80, 8080), 'gateway/nginx.conf': inner, 'src/main/java/Cors.java': spring, 'src/main/resources/application.properties': 'server.port=3000\n' });
    expect(told(found, 'duplicate-cors-layers')).toEqual([['edge/nginx.conf', 'GET', '/x']]);
  });

  test('credentials are allowed twice where `*` is refused first', async () => {
    const found = await surveyed({ 'nginx.conf': nginx('', '        proxy_hide_header Access-Control-Allow-Origin;\n        add_header Access-Control-Allow-Origin *;\n        add_header Access-Control-Allow-Credentials true;'), 'server.js': express("app.use(cors({ origin: 'https://app.example.com', credentials: true }));") });
    expect(found.findings.filter(({ ruleId }) => ruleId === 'duplicate-cors-layers').map(({ message }) => /`([\w-]+)`/.exec(message)?.[1])).toEqual(['Access-Control-Allow-Credentials']);
  });

  test('who answers errors in place of the application is a layer, without a word about CORS', async () => {
    const silent = server(80, '    location @failed {\n        return 404;\n    }\n    location / {\n        proxy_intercept_errors on;\n        error_page 404 =503 @failed;\n        proxy_pass http://127.0.0.1:3000;\n    }');
    const texts = { 'nginx.conf': silent, 'server.js': express("app.use(cors({ origin: 'https://app.example.com' }));") };
    const found = await survey(['server.js'], filesFrom(texts), { ...optionsOf(), beside: ['nginx.conf'] });
    expect(found.entries.map(({ policy, inner }) => [policy.at.file, ...inner.map(({ deployment }) => deployment.policy.at.file)])).toEqual([['nginx.conf', 'server.js']]);
  });
});

describe('who asks for a password', () => {
  const ASKING = '        auth_basic staff;\n        auth_basic_user_file users;';

  test('blocks by it what would be blocked otherwise', async () => {
    const application = express("app.use(cors({ origin: 'https://app.example.com', methods: ['GET', 'POST'] }));");
    expect(told(await surveyed({ 'server.js': application }), 'method-not-allowed')).toHaveLength(1);
    const found = await surveyed({ 'nginx.conf': nginx(ASKING, ASKING), 'server.js': application });
    expect(told(found, 'preflight-behind-auth').length).toBeGreaterThan(0);
    expect(told(found, 'method-not-allowed')).toEqual([]);
  });

  test('and lets in by a header of its own is not what the application lets in', async () => {
    const application = express("app.use(cors({ origin: ['https://app.example.com', 'http://app.example.com'], credentials: true }));");
    const reflecting = `${ASKING}\n${HIDDEN}\n${ECHO}\n        add_header Access-Control-Allow-Credentials true always;`;
    const found = await surveyed({ 'nginx.conf': nginx(reflecting, reflecting), 'server.js': application });
    expect(found.findings.filter(({ ruleId, at }) => ruleId === 'no-insecure-origin' && at.file === 'server.js')).toEqual([]);
    expect(quieted(found)).not.toContain('server.js no-insecure-origin');
  });
});

describe('what a header hides that another layer sends once more', () => {
  const both = (lines: string): string => nginx(lines, lines);
  const nearly = "app.use(cors({ origin: ['https://app.example.com', 'http://app.example.com'], credentials: true }));";

  test('is told: it shows as soon as one layer leaves the header to the other', async () => {
    const found = await surveyed({ 'nginx.conf': both(ECHO), 'server.js': express("app.use(cors({ origin: '*' }));") });
    expect(told(found, 'duplicate-cors-layers').length).toBeGreaterThan(0);
    expect(told(found, 'vary-origin-missing')).toEqual([['nginx.conf', 'GET', '/data'], ['nginx.conf', 'GET', '/more']]);
    expect(told(await surveyed({ 'nginx.conf': both(STAR), 'server.js': express(nearly) }), 'no-insecure-origin')).toEqual([['server.js', 'GET', '/data']]);
  });

  test('the other layer may say for both on what the response depends', async () => {
    const found = await surveyed({ 'nginx.conf': both(ECHO), 'server.js': express('app.use(cors({ origin: true }));') });
    expect(told(found, 'duplicate-cors-layers').length).toBeGreaterThan(0);
    expect(told(found, 'vary-origin-missing')).toEqual([]);
    expect(quieted(found)).toContain('nginx.conf vary-origin-missing');
  });

  test('no cache keeps what the other layer answers with an error', async () => {
    const failing = "app.use(cors({ origin: (origin, callback) => (origin === 'https://app.example.com' ? callback(null, '*') : callback(new Error('no'))) }));";
    const lists = 'map $http_origin $listed {\n    default "";\n    https://app.example.com $http_origin;\n    https://admin.example.com $http_origin;\n}\n';
    const server = lists + both('        proxy_hide_header Vary;\n        add_header Access-Control-Allow-Origin $listed always;');
    expect(told(await surveyed({ 'nginx.conf': server }), 'vary-origin-missing').length).toBeGreaterThan(0);
    const found = await surveyed({ 'nginx.conf': server, 'server.js': express(failing) });
    expect(told(found, 'duplicate-cors-layers').length).toBeGreaterThan(0);
    expect(told(found, 'vary-origin-missing')).toEqual([]);
  });

  test('a second header counts only where it is the one that hides', async () => {
    // The origin is the server's in front, whoever says once more that credentials may come.
    const own = `        proxy_hide_header Access-Control-Allow-Origin;
        add_header Access-Control-Allow-Origin https://app.example.com always;
        add_header Access-Control-Allow-Credentials true always;`;
    const found = await surveyed({ 'nginx.conf': both(own), 'server.js': express('app.use(cors({ origin: true, credentials: true }));') });
    expect(told(found, 'duplicate-cors-layers').length).toBeGreaterThan(0);
    expect(told(found, 'no-reflected-origin')).toEqual([]);
    expect(quieted(found)).toContain('server.js no-reflected-origin');
  });

  test('the layer behind is asked with the Origin that comes to it', async () => {
    const renaming = `        proxy_set_header Origin https://app.example.com;\n${STAR}`;
    const found = await surveyed({ 'nginx.conf': both(renaming), 'server.js': express(nearly) });
    expect(told(found, 'duplicate-cors-layers').length).toBeGreaterThan(0);
    expect(told(found, 'no-insecure-origin')).toEqual([]);
    expect(quieted(found)).toContain('server.js no-insecure-origin');
  });

  test('a preflight that the layer in front answers for the origin fails by something else', async () => {
    const application = `const express = require('express');
const cors = require('cors');
const app = express();
app.get('/data', cors({ origin: 'https://app.example.com' }), (req, res) => res.json([]));
app.put('/data', cors({ origin: 'https://app.example.com' }), (req, res) => res.json([]));
app.listen(3000);
`;
    expect(told(await surveyed({ 'server.js': application }), 'preflight-unanswered')).toEqual([['server.js', 'PUT', '/data']]);
    const found = await surveyed({ 'nginx.conf': both(STAR), 'server.js': application });
    expect(told(found, 'duplicate-cors-layers').length).toBeGreaterThan(0);
    expect(told(found, 'preflight-unanswered')).toEqual([]);
  });

  test('who answers preflights in front mends them, though what is answered to those who are signed in has a header twice', async () => {
    const application = `const express = require('express');
const cors = require('cors');
const app = express();
app.use((req, res, next) => (req.headers.authorization ? next() : res.status(401).send('no')));
app.use(cors());
app.put('/data', (req, res) => res.json([]));
app.listen(3000);
`;
    const answering = `        if ($request_method = OPTIONS) {
            add_header Access-Control-Allow-Origin $http_origin always;
            add_header Access-Control-Allow-Methods "GET, PUT, POST";
            add_header Access-Control-Allow-Headers "Content-Type, Authorization";
            return 204;
        }
${ECHO}`;
    expect(told(await surveyed({ 'server.js': application }), 'preflight-behind-auth')).toEqual([['server.js', 'PUT', '/data']]);
    const found = await surveyed({ 'nginx.conf': both(answering), 'server.js': application });
    expect(told(found, 'preflight-behind-auth')).toEqual([]);
    expect(quieted(found)).toContain('server.js preflight-behind-auth');
  });
});
