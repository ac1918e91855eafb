/** Shapes of Compose files, and the facts that the Compose specification gives them. */
import { describe, expect, test } from 'vitest';
import reader from '../../src/readers/docker-compose/index.js';
import yaml from '../../src/syntax/yaml/index.js';
import { lint } from '../../src/engine.js';
import { filesFrom } from '../../src/text/files.js';
import { optionsOf } from '../support/lint.js';
import { factsIn, placesIn, plain, portsOf, publishedOf, runsOf, unitsIn } from '../support/topology.js';
import type { TopologyFact, Unit } from '../../src/policy/topology.js';

type Texts = Readonly<Record<string, string>>;

const facts = (texts: Texts): readonly TopologyFact[] => {
  const found = factsIn(reader, yaml, texts);
  placesIn(found, texts);
  return found;
};
const unitsOf = (texts: Texts): ReadonlyMap<string, Unit> => new Map(unitsIn(facts(texts)).map((unit) => [unit.title.replace('service ', ''), unit]));
/** One service `api`, with these lines. */
const api = (lines: string, more: Texts = {}, path = 'compose.yaml'): Unit => unitsOf({ [path]: `services:\n  api:\n${lines.replace(/^/gm, '    ')}\n`, ...more }).get('api')!;

describe('ports', () => {
  test.each([
    ['ports: ["8080:80"]', ['8080:80'], ['80']],
    ['ports:\n  - 8080:80', ['8080:80'], ['80']],
    ['ports: ["3000"]', [':3000'], ['3000']],
    ['ports: [3000]', [':3000'], ['3000']],
    ['ports: ["127.0.0.1:8080:80"]', ['8080:80@'], ['80']],
    ['ports: ["0.0.0.0:8080:80"]', ['8080:80'], ['80']],
    ['ports: ["[::1]:8080:80"]', ['8080:80@'], ['80']],
    ['ports: ["127.0.0.1::80"]', [':80@'], ['80']],
    ['ports: ["3000-3001:3000-3001"]', ['3000:3000', '3001:3001'], ['3000', '3001']],
    ['ports: ["9090-9091:80"]', [':80'], ['80']],
    ['ports: ["8080:80/tcp", "5353:53/udp"]', ['8080:80'], ['80']],
    ['ports: ["${PORT:-8080}:80"]', ['8080:80?'], ['80']],
    ['ports: ["${PORT}:80"]', [':80'], ['80']],
    ['ports: ["${HOST:-127.0.0.1}:${PORT:-8080}:3000"]', ['8080:3000?@'], ['3000']],
    ['ports: ["8080:$INNER"]', ['8080:'], []],
    ['ports:\n  - { target: 80, published: 8080 }', ['8080:80'], ['80']],
    ['ports:\n  - { target: 80, published: "8080", host_ip: 127.0.0.1, protocol: tcp }', ['8080:80@'], ['80']],
    ['ports:\n  - { target: 53, protocol: udp }', [], []],
    ['ports:\n  - target: 80', [':80'], ['80']],
    ['expose: ["4000", 4001]', [], ['4000', '4001']],
    ['environment: { PORT: 5000 }', [], ['5000']],
    ['environment: ["PORT=5000", DEBUG]', [], ['5000']],
    ['environment: { PORT: "${PORT:-5000}" }', [], ['5000?']],
    ['environment: { PORT: "${PORT}" }', [], []],
    ['command: node server.js\nenvironment: { PORT: 5000 }\nports: ["80:5000"]', ['80:5000'], ['5000']],
    ['command: ["uvicorn", "app:app", "--port", "8001"]', [], ['8001']],
    ['command: uvicorn app:app', [], ['8000?']],
    ['ports: ["70000:80", "x:y", ""]', [':80'], ['80']],
  ])('%s', (lines, published, ports) => {
    const unit = api(lines);
    expect([publishedOf(unit), portsOf(unit)]).toEqual([published, ports]);
  });

  test('`.env` beside the file gives what no shell sets', () => {
    const unit = api('ports: ["${OUT}:${IN:-80}"]', { '.env': '# ports\nOUT=9000\nIN="3000"\n' });
    expect([publishedOf(unit), portsOf(unit)]).toEqual([['9000:3000?'], ['3000']]);
  });

  test('`env_file` tells the port, and `environment` wins over it', () => {
    expect(portsOf(api('env_file: api/.env', { 'api/.env': 'export PORT=7000\n' }))).toEqual(['7000']);
    expect(portsOf(api('env_file: [{ path: api/.env, required: false }]\nenvironment: { PORT: 7001 }', { 'api/.env': 'PORT=7000\n' }))).toEqual(['7001']);
  });
});

describe('what runs', () => {
  test.each<[string, string, Texts, readonly string[]]>([
    ['an image', 'image: nginx:1.27-alpine', {}, ['image nginx']],
    ['an image of a registry', 'image: registry.example:5000/shop/api:2@sha256:abc', {}, ['image registry.example:5000/shop/api']],
    ['an image with a tag from outside', 'image: shop/api:${TAG}', {}, ['image shop/api']],
    ['an image from a registry that nobody names', 'image: ${REGISTRY}/api:1', {}, []],
    ['a build', 'build: ./api', {}, ['dockerfile api/Dockerfile in api']],
    ['a build of the root', 'build: .', {}, ['dockerfile Dockerfile in ']],
    ['a build with a Dockerfile elsewhere', 'build: { context: ., dockerfile: docker/api.Dockerfile, target: Prod }', {}, ['dockerfile docker/api.Dockerfile in  to prod']],
    ['a build without a context', 'build: { dockerfile: api.Dockerfile }', {}, ['dockerfile api.Dockerfile in ']],
    ['a build of another repository', 'build: https://git.example/shop.git', {}, []],
    ['a build outside', 'build: ../shop', {}, []],
    ['a build that is not known', 'build: { context: "${WHERE}" }', {}, []],
    ['a build with an image is what is built', 'build: ./api\nimage: shop/api:1', {}, ['dockerfile api/Dockerfile in api']],
    ['a mounted file', 'volumes: ["./nginx/site.conf:/etc/nginx/conf.d/default.conf:ro"]', { 'nginx/site.conf': '' }, ['file nginx/site.conf']],
    ['a mounted folder', 'volumes: ["./api:/srv"]', { 'api/app.py': '' }, ['folder api']],
    ['a long mount', 'volumes:\n  - { type: bind, source: ./nginx.conf, target: /etc/nginx/nginx.conf, read_only: true }', { 'nginx.conf': '' }, ['file nginx.conf']],
    ['volumes with a name', 'volumes: ["data:/data", "/var/run/docker.sock:/var/run/docker.sock", "~/x:/x", "/data", { type: volume, source: api, target: /srv }]', { 'api/app.py': '', 'data/x': '' }, []],
    ['a mount that is not there', 'volumes: ["./gone.conf:/etc/nginx/nginx.conf"]', {}, []],
    ['two mounts at one place: the last', 'volumes: ["./a.conf:/etc/x.conf", "./b.conf:/etc/x.conf"]', { 'a.conf': '', 'b.conf': '' }, ['file b.conf']],
    ['a command in a mounted folder', 'image: node:22\nworking_dir: /srv\nvolumes: ["./api:/srv"]\ncommand: node server.js', { 'api/server.js': '', 'api/package.json': '{}' }, ['image node', 'folder api', 'file api/server.js']],
    ['a script of a mounted folder', 'image: node:22\nworking_dir: /srv\nvolumes: ["./api:/srv"]\ncommand: npm run dev', { 'api/server.js': '', 'api/package.json': '{"scripts":{"dev":"nodemon server.js"}}' }, ['image node', 'folder api', 'file api/server.js']],
    ['a command over a Dockerfile', 'build: ./api\ncommand: ["python", "main.py"]', { 'api/main.py': '', 'api/Dockerfile': 'FROM python\nWORKDIR /code\nCOPY . .\n' }, ['dockerfile api/Dockerfile in api', 'file api/main.py', 'folder api']],
    ['a command whose folder nobody names', 'build: ./api\ncommand: uvicorn app.main:app --port 8001', { 'api/app/main.py': '' }, ['dockerfile api/Dockerfile in api', 'file api/app/main.py', 'folder api/app']],
    ['an entrypoint and a command', 'build: ./api\nentrypoint: ["/entrypoint.sh"]\ncommand: node server.js', { 'api/server.js': '', 'api/Dockerfile': 'FROM node\nWORKDIR /app\nCOPY . .\n' }, ['dockerfile api/Dockerfile in api', 'file api/server.js', 'folder api']],
    ['a proxy with its configuration named', 'image: haproxy\nvolumes: ["./ha:/etc/ha"]\ncommand: haproxy -f /etc/ha/edge.cfg', { 'ha/edge.cfg': '' }, ['image haproxy', 'folder ha', 'file ha/edge.cfg']],
  ])('%s', (_case, lines, more, expected) => {
    expect(runsOf(api(lines, more))).toEqual(expected);
  });

  test('`configs` with a file are mounts', () => {
    const units = unitsOf({ 'compose.yaml': 'services:\n  web:\n    image: nginx\n    configs:\n      - source: site\n        target: /etc/nginx/conf.d/default.conf\n      - other\nconfigs:\n  site: { file: ./site.conf }\n  other: { external: true }\n', 'site.conf': '' });
    expect(runsOf(units.get('web')!)).toEqual(['image nginx', 'file site.conf']);
  });

  test('an image that is built has its name', () => {
    const found = facts({ 'compose.yaml': 'services:\n  api:\n    build: ./api\n    image: shop/api:1.2\n' });
    expect(plain(found.filter(({ fact }) => fact === 'image'))).toEqual([{ fact: 'image', name: 'shop/api', run: { of: 'dockerfile', path: 'api/Dockerfile', context: 'api' } }]);
  });

  test('a Dockerfile in the file itself, and one whose name tells nobody what it is', () => {
    const texts = {
      'compose.yaml': 'services:\n  web:\n    build:\n      context: .\n      dockerfile_inline: |\n        FROM nginx\n        COPY site.conf /etc/nginx/conf.d/\n        EXPOSE 8080\n  api:\n    build: { context: ., dockerfile: build/api }\n',
      'build/api': 'FROM node\nCOPY api /srv\n',
    };
    const containers = facts(texts).filter((fact) => fact.fact === 'container');
    expect(containers.map(({ file, copies, ports }) => [file, copies.map(({ from, to }) => `${from} ${to}`), ports.map(({ port }) => port)])).toEqual([
      ['compose.yaml#web', ['site.conf /etc/nginx/conf.d/site.conf'], [8080]],
      ['build/api', ['api /srv'], []],
    ]);
    expect(placesIn(containers[0], texts)).toContain('COPY site.conf /etc/nginx/conf.d/');
  });
});

describe('names and networks', () => {
  test.each<[string, string, readonly string[], readonly string[]]>([
    ['by default', 'image: a', ['compose .'], ['api']],
    ['names of its own', 'container_name: Shop-API\nhostname: api.internal', ['compose .'], ['api', 'shop-api', 'api.internal']],
    ['networks with aliases', 'networks:\n  front:\n  back: { aliases: [backend, db.local] }', ['compose . front', 'compose . back'], ['api', 'backend', 'db.local']],
    ['a list of networks', 'networks: [default, back]', ['compose .', 'compose . back'], ['api']],
    ['the network of the machine', 'network_mode: host', ['machine'], ['localhost', '127.0.0.1']],
    ['no network', 'network_mode: none', [], []],
  ])('%s', (_case, lines, networks, names) => {
    const unit = api(lines);
    expect([unit.networks, unit.names]).toEqual([networks, names]);
  });

  test('a network that projects share has a name of its own', () => {
    const units = unitsOf({ 'shop/compose.yaml': 'services:\n  a:\n    networks: [proxy]\n  b:\n    networks: [own]\n  c:\n    networks: [old]\nnetworks:\n  proxy: { external: true }\n  own: { name: shop-net }\n  old: { external: { name: legacy } }\n' });
    expect([...units.values()].map(({ networks }) => networks)).toEqual([['docker proxy'], ['docker shop-net'], ['docker legacy']]);
  });

  test('`links` give names', () => {
    expect(unitsOf({ 'compose.yaml': 'services:\n  api: { image: a }\n  web:\n    image: b\n    links: ["api:backend", api]\n' }).get('api')!.names).toEqual(['api', 'backend']);
  });

  test('`network_mode: service:` shares names and localhost', () => {
    const units = unitsOf({ 'shop/compose.yaml': 'services:\n  vpn: { image: a, ports: ["443:443"] }\n  api: { image: b, network_mode: "service:vpn" }\n' });
    for (const name of ['vpn', 'api']) expect(plain({ networks: units.get(name)!.networks, names: units.get(name)!.names })).toEqual({ networks: ['compose shop', 'compose pod shop vpn'], names: ['vpn', 'localhost', '127.0.0.1'] });
  });

  test('two dollar signs are one', () => {
    expect(api('labels: ["rule=^a$$"]').labels).toEqual({ rule: '^a$' });
  });

  test('profiles and labels', () => {
    const unit = api('profiles: [debug]\nlabels:\n  - traefik.enable=true\ndeploy:\n  labels: { tier: back }');
    expect([unit.profiles, unit.labels]).toEqual([['debug'], { 'traefik.enable': 'true', tier: 'back' }]);
  });
});

describe('several files', () => {
  const base = 'services:\n  api:\n    build: ./api\n    command: node a.js\n    ports: ["3000:3000"]\n    environment: { PORT: 3000, A: 1 }\n    volumes: ["./a.conf:/etc/a.conf"]\n';
  const files = { 'a.conf': '', 'b.conf': '', 'api/a.js': '', 'api/b.js': '' };

  test('the override is merged: commands are replaced, lists are added to, mounts by their place', () => {
    const over = 'services:\n  api:\n    command: node b.js\n    ports: ["9229:9229"]\n    environment: ["PORT=4000"]\n    volumes: ["./b.conf:/etc/a.conf"]\n  mock:\n    image: mock\n';
    const units = unitsOf({ 'docker-compose.yml': base, 'docker-compose.override.yml': over, ...files });
    expect([...units.keys()]).toEqual(['api', 'mock']);
    expect(publishedOf(units.get('api')!)).toEqual(['3000:3000', '9229:9229']);
    expect(portsOf(units.get('api')!)).toContain('4000');
    expect(runsOf(units.get('api')!)).toEqual(['dockerfile api/Dockerfile in api', 'file b.conf', 'file api/b.js', 'folder api']);
    expect(facts({ 'docker-compose.override.yml': over, 'docker-compose.yml': base })).toEqual([]);
  });

  test('`!reset` takes away, `!override` replaces', () => {
    const units = unitsOf({ 'compose.yml': base, 'compose.override.yml': 'services:\n  api:\n    ports: !override ["80:3000"]\n    volumes: !reset []\n', ...files });
    expect(publishedOf(units.get('api')!)).toEqual(['80:3000']);
    expect(runsOf(units.get('api')!)).not.toContain('file a.conf');
  });

  test('a file that cannot run by itself is laid over the standard one', () => {
    const units = unitsOf({ 'docker-compose.prod.yml': 'services:\n  api:\n    ports: ["80:3000"]\n', 'docker-compose.yml': base, ...files });
    expect(publishedOf(units.get('api')!)).toEqual(['3000:3000', '80:3000']);
    expect(units.get('api')!.networks).toEqual(['compose docker-compose.prod.yml']);
  });

  test('one that can is a project of its own', () => {
    const units = unitsOf({ 'docker-compose.prod.yml': 'services:\n  api:\n    image: shop/api\n    ports: ["80:3000"]\n', 'docker-compose.yml': base });
    expect(publishedOf(units.get('api')!)).toEqual(['80:3000']);
  });

  test('`extends`, of the same file and of another, whose paths are its own', () => {
    const units = unitsOf({
      'compose.yaml': 'services:\n  base:\n    expose: ["3000"]\n  api:\n    extends: base\n    image: a\n  worker:\n    extends: { file: common/base.yml, service: app }\n    expose: ["5000"]\n',
      'common/base.yml': 'services:\n  app:\n    build: ./app\n    expose: ["4000"]\n',
    });
    expect(portsOf(units.get('api')!)).toEqual(['3000']);
    expect([portsOf(units.get('worker')!), runsOf(units.get('worker')!)]).toEqual([['4000', '5000'], ['dockerfile common/app/Dockerfile in common/app']]);
  });

  test('`include`: services of another project run in this one', () => {
    const units = unitsOf({ 'compose.yaml': 'include:\n  - shop/compose.yaml\n  - path: [infra/a.yml]\n    project_directory: .\nservices:\n  web: { image: nginx }\n', 'shop/compose.yaml': 'services:\n  api:\n    build: .\n', 'infra/a.yml': 'services:\n  mock:\n    build: ./mock\n' });
    expect([...units].map(([name, unit]) => [name, unit.networks, runsOf(unit)])).toEqual([
      ['api', ['compose .'], ['dockerfile shop/Dockerfile in shop']],
      ['mock', ['compose .'], ['dockerfile mock/Dockerfile in mock']],
      ['web', ['compose .'], ['image nginx']],
    ]);
  });

  test('files that include and extend each other end', () => {
    const texts = { 'compose.yaml': 'include: [a.yml]\nservices:\n  x:\n    extends: y\n  y:\n    extends: x\n    image: a\n', 'a.yml': 'include: [compose.yaml]\nservices: { z: { image: b } }\n' };
    expect([...unitsOf(texts).keys()].sort()).toEqual(['x', 'y', 'z']);
  });
});

test('anchors, merge keys and extension fields', () => {
  const units = unitsOf({ 'compose.yaml': 'x-app: &app\n  image: shop/api\n  environment: &env { PORT: 3000 }\nservices:\n  one:\n    <<: *app\n    ports: ["81:3000"]\n  two:\n    <<: *app\n    environment:\n      <<: *env\n      DEBUG: 1\n' });
  expect([...units.values()].map((unit) => [runsOf(unit), portsOf(unit)])).toEqual([[['image shop/api'], ['3000']], [['image shop/api'], ['3000']]]);
});

test('a unit stands where its service is written, and each fact where it is said', () => {
  const texts = { 'compose.yaml': 'services:\n  api:\n    build: ./api\n    ports: ["80:3000"]\n' };
  const [unit] = unitsIn(facts(texts));
  expect(placesIn([unit!.at].map((at) => ({ at })), texts)).toEqual(['api:\n    build: ./api\n    ports: ["80:3000"]']);
  expect(placesIn([unit!.published, unit!.runs], texts)).toEqual(['"80:3000"', './api']);
});

describe('bad input', () => {
  test.each<[string, string]>([
    ['empty', ''],
    ['services that are none', 'services: 5\n'],
    ['a service that is none', 'services:\n  api: 5\n'],
    ['an empty service', 'services:\n  api:\n'],
    ['strange kinds', 'services:\n  api:\n    build: [a]\n    ports: { a: b }\n    volumes: 7\n    networks: 3\n    command: { a: b }\n    environment: x\n    extends: [x]\n    image: { a: b }\n'],
    ['quotes that do not match', 'services:\n  api:\n    command: node "a\n    image: a\n'],
    ['a project of itself', 'include: [compose.yaml]\nservices:\n  api: { network_mode: "service:api" }\n'],
  ])('%s', (_case, text) => {
    expect(() => facts({ 'compose.yaml': text })).not.toThrow();
  });

  test('a broken file takes nothing from the others', async () => {
    const files = { 'compose.yaml': 'services:\n  api: [\n', 'app.js': "const app = require('express')();\napp.use(require('cors')({ origin: '*', credentials: true }));\napp.get('/', (q, s) => s.json(1));\n" };
    for (const { paths, beside } of [{ paths: Object.keys(files), beside: [] }, { paths: ['app.js'], beside: ['compose.yaml'] }]) {
      const { findings, gaps } = await lint(paths, filesFrom(files), { ...optionsOf(), beside });
      expect(findings.map(({ ruleId, at }) => `${at.file} ${ruleId}`)).toEqual(['app.js no-wildcard-with-credentials']);
      expect(gaps.filter(({ at }) => at.file === 'compose.yaml').map(({ message }) => message)).toEqual([expect.stringMatching(/^what this file tells of layers is not known: /)]);
    }
  });

  test('every beginning of a file is read', () => {
    const text = 'x-a: &a { image: b }\nservices:\n  web:\n    <<: *a\n    build: { context: ., dockerfile_inline: "FROM x" }\n    ports: ["${P:-80}:80", { target: 3 }]\n    command: ["node", "x.js"]\n    networks: { a: { aliases: [c] } }\nnetworks: { a: { external: true } }\n';
    for (let end = 0; end <= text.length; end += 1) facts({ 'compose.yaml': text.slice(0, end) });
  });
});
