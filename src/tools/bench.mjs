/**
 * Measures the built command line against bare Node, as ratios: they carry over from machine to machine, milliseconds
 * do not. Every figure is a median, limits are upper ones. Prints a table; fails when a limit is passed.
 * A first argument is a pattern: only rows whose names match are measured.
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { codemodsIn } from './bench-codemods.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const cli = join(root, 'dist/cli.js');
const RUNS = 9;
const work = mkdtempSync(join(tmpdir(), 'cors-lint-bench-'));

const SOURCES = {
  'one.conf': 'server {\n  location / {\n    add_header Access-Control-Allow-Origin "https://app.example.com";\n  }\n}\n',
  'one.yml': '_format_version: "3.0"\nservices:\n  - name: a\n    url: http://a\n    plugins:\n      - name: cors\n        config:\n          origins: ["https://app.example.com"]\n',
  'one.js': "const express = require('express');\nconst cors = require('cors');\nconst app = express();\napp.use(cors({ origin: 'https://app.example.com', credentials: true }));\napp.get('/a', (req, res) => res.json({}));\n",
  'one.py': 'from fastapi import FastAPI\nfrom fastapi.middleware.cors import CORSMiddleware\napp = FastAPI()\napp.add_middleware(CORSMiddleware, allow_origins=["https://app.example.com"])\n',
  'One.java': 'import org.springframework.web.bind.annotation.*;\n@RestController\n@CrossOrigin(origins = "https://app.example.com")\nclass One {\n  @GetMapping("/a")\n  String a() { return ""; }\n}\n',
};

function run(args, folder, env = {}) {
  const started = process.hrtime.bigint();
  const done = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', env: { ...process.env, ...env } });
  if (done.status !== 0 && done.status !== 1) throw new Error(`${args.join(' ')}: ${done.stderr}`);
  return Number(process.hrtime.bigint() - started) / 1e6;
}

/** Runs a command so that it says its own peak of memory, in MB. */
function peak(args, folder) {
  const code = `process.on('exit', () => process.stderr.write('\\nRSS ' + process.resourceUsage().maxRSS)); process.argv = [process.argv[0], ...${JSON.stringify(args)}]; await import(${JSON.stringify(`file://${args[0]}`)});`;
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], { cwd: folder, encoding: 'utf8' });
  return Number(/RSS (\d+)/.exec(stderr)?.[1] ?? NaN) / 1024;
}

/** What a command holds when it is done, in MB, garbage taken away: how far V8 lets garbage grow before is its own affair. */
function held(args, folder) {
  const code = `process.on('exit', () => { gc(); const { heapUsed, external } = process.memoryUsage(); process.stderr.write('\\nHELD ' + (heapUsed + external)); }); process.argv = [process.argv[0], ...${JSON.stringify(args)}]; await import(${JSON.stringify(`file://${args[0]}`)});`;
  const { stderr } = spawnSync(process.execPath, ['--expose-gc', '--input-type=module', '-e', code], { cwd: folder, encoding: 'utf8' });
  return Number(/HELD (\d+)/.exec(stderr)?.[1] ?? NaN) / 1024 / 1024;
}

/** Medians of a command and of what it is compared with, measured in turns: whatever else the machine does meets both. */
function pair(measured, base, runs = RUNS) {
  const times = Array.from({ length: runs }, () => [run(...measured), run(...base)]);
  const median = (of) => times.map((pair) => pair[of]).sort((a, b) => a - b)[Math.floor(runs / 2)];
  return { time: median(0), base: median(1) };
}

/** Many files that mention CORS configure nothing. */
const CLIENT = "import { base } from './base.js';\n\nexport async function load(id) {\n  const response = await fetch(`${base}/items/${id}`, { mode: 'cors', credentials: 'include' });\n  return response.json();\n}\n";

function quietText(index) {
  return `export const value${index} = ${index};\nexport function add(a, b) {\n  return a + b + value${index};\n}\n`.repeat(20);
}

/** Two findings, a fix and suggestions. */
const REFLECTED = 'server {\n  listen 80;\n  location /api {\n    add_header Access-Control-Allow-Origin $http_origin always;\n    add_header Access-Control-Allow-Credentials true always;\n    proxy_pass http://app:3000;\n  }\n}\n';

/** A repository with one file, as a hook of git finds it. */
function hooked(text) {
  const top = mkdtempSync(join(work, 'hooked-'));
  writeFileSync(join(top, 'one.conf'), text);
  spawnSync('git', ['init', '-q'], { cwd: top });
  spawnSync('git', ['add', '--all'], { cwd: top });
  return top;
}

/** A tree in which 300 files mention CORS, or as many as are asked for, every second one a server that configures it; `quiet` more say nothing of it. */
function tree(name, quiet, mentioning = 300) {
  const top = join(work, name);
  for (let index = 0; index < mentioning + quiet; index++) {
    const folder = join(top, `package-${index % 50}`, `part-${index % 7}`);
    mkdirSync(folder, { recursive: true });
    const text = index < mentioning ? (index % 2 === 0 ? SOURCES['one.js'].replaceAll('app.example', `app${index}.example`) : CLIENT) : quietText(index);
    writeFileSync(join(folder, `file-${index}.js`), text);
  }
  spawnSync('git', ['init', '-q'], { cwd: top });
  return top;
}

/** Services that configure CORS among 5,000 files; `layered`: with what puts each behind one gateway, a Compose project and Dockerfiles. */
function services(count, layered) {
  const top = tree(`${layered ? 'layered' : 'unlayered'}-${count}`, 4700);
  const names = Array.from({ length: count }, (_one, index) => `service-${index}`);
  for (const [index, name] of names.entries()) {
    mkdirSync(join(top, name));
    writeFileSync(join(top, name, 'server.js'), `${SOURCES['one.js'].replaceAll('app.example', `app${index}.example`).replace("'/a'", `'/${name}/items'`)}app.listen(3000);\n`);
    if (layered) writeFileSync(join(top, name, 'Dockerfile'), 'FROM node:22-alpine\nWORKDIR /srv\nCOPY package.json ./\nRUN npm install --omit=dev\nCOPY . .\nEXPOSE 3000\nCMD ["node", "server.js"]\n');
  }
  if (layered) {
    writeFileSync(join(top, 'docker-compose.yml'), `services:\n  gateway:\n    image: nginx:1.27\n    ports: ["80:80"]\n    volumes: ["./gateway.conf:/etc/nginx/conf.d/default.conf:ro"]\n${names.map((name) => `  ${name}:\n    build: ./${name}\n    environment:\n      LEVEL: info\n`).join('')}`);
    writeFileSync(join(top, 'gateway.conf'), `server {\n    listen 80;\n${names.map((name) => `    location /${name}/ {\n        proxy_pass http://${name}:3000;\n    }\n`).join('')}}\n`);
  }
  return top;
}

/** Express servers among 5,000 files that write CORS headers by hand, each with an allowlist and an answer to preflights, and their manifest: 20 files for a code-mod. */
function handWritten() {
  const top = tree('hand-written', 4700);
  writeFileSync(join(top, 'package.json'), '{\n  "dependencies": {\n    "express": "^4.21.0"\n  }\n}\n');
  for (let index = 0; index < 19; index++) {
    mkdirSync(join(top, `server-${index}`));
    writeFileSync(join(top, `server-${index}`, 'server.js'), `const express = require('express');\nconst app = express();\nconst allowed = ['https://app${index}.example.com', 'https://admin${index}.example.com'];\n\napp.use((req, res, next) => {\n  const { origin } = req.headers;\n  if (allowed.includes(origin)) {\n    res.header('Access-Control-Allow-Origin', origin);\n    res.header('Vary', 'Origin');\n  }\n  if (req.method === 'OPTIONS') {\n    res.header('Access-Control-Allow-Methods', 'GET, PUT');\n    res.header('Access-Control-Allow-Headers', 'Content-Type');\n    return res.sendStatus(204);\n  }\n  next();\n});\napp.get('/items', (req, res) => res.json([]));\napp.put('/items/:id', (req, res) => res.json({}));\napp.listen(3000);\n`);
  }
  return top;
}

/** A code-mod on repositories among 5,000 files that say nothing of CORS. */
function rewriting({ name, flags, lay }, base) {
  const top = tree(name, 5000, 0);
  lay(top);
  const times = pair([[cli, 'codemod', name, ...flags, '.'], top], base, 5);
  rmSync(top, { recursive: true });
  return times;
}

/** The subcommand of the Action on a pull request that changes five files of the tree, one of which configures CORS: words, folder, environment. */
function proposal() {
  const top = tree('proposal', 4700);
  const git = (...words) => spawnSync('git', ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com', ...words], { cwd: top, encoding: 'utf8' }).stdout.trim();
  const commit = () => {
    git('add', '--all');
    git('commit', '--quiet', '--message', 'change');
    return git('rev-parse', 'HEAD');
  };
  const base = commit();
  for (const index of [0, 1, 1000, 2000, 3000]) appendFileSync(join(top, `package-${index % 50}`, `part-${index % 7}`, `file-${index}.js`), '// more\n');
  const head = commit();
  const event = join(work, 'event.json');
  const repo = { full_name: 'owner/name' };
  writeFileSync(event, JSON.stringify({ pull_request: { base: { sha: base, repo }, head: { sha: head, repo } } }));
  return [[cli, 'github-action'], top, { GITHUB_WORKSPACE: top, GITHUB_REPOSITORY: 'owner/name', GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH: event, GITHUB_OUTPUT: join(work, 'output'), GITHUB_STEP_SUMMARY: join(work, 'summary') }];
}

/** What a module does beside CORS, in the length of a usual file, in each language. */
const NOUNS = ['Items', 'Orders', 'Users', 'Stores'];
const REST = {
  js: NOUNS.map((name) => `
export async function load${name}(store, id) {
  const found = await store.get(id);
  if (found === undefined) throw new Error(\`no item \${id}\`);
  return { ...found, seen: new Date().toISOString() };
}

export function page${name}(items, { offset = 0, limit = 20 } = {}) {
  const rows = items.slice(offset, offset + limit).map((item, index) => ({ ...item, position: offset + index }));
  return { rows, total: items.length, more: offset + limit < items.length };
}
`).join(''),
  py: NOUNS.map((name) => `

def load_${name.toLowerCase()}(store, key):
    found = store.get(key)
    if found is None:
        raise KeyError(f"no item {key}")
    return {**found, "seen": True}


def page_${name.toLowerCase()}(items, offset=0, limit=20):
    rows = [{**item, "position": offset + index} for index, item in enumerate(items[offset:offset + limit])]
    return {"rows": rows, "total": len(items), "more": offset + limit < len(items)}
`).join(''),
  java: NOUNS.map((name) => `
class ${name}Page {
  private final java.util.List<String> items;

  ${name}Page(java.util.List<String> items) {
    this.items = items;
  }

  java.util.List<String> rows(int offset, int limit) {
    if (offset > items.size()) throw new IllegalArgumentException("no such page " + offset);
    return items.subList(offset, Math.min(offset + limit, items.size()));
  }
}
`).join(''),
};
const FAMILIES = { js: /\.(?:js|ts)$/, py: /\.py$/, java: /\.java$/ };

/** So many servers of the shapes in `fixtures`, each with origins of its own; about one in six is found wrong. */
function servers(family, count) {
  const top = join(work, `${family}-servers-${count}`);
  const samples = ['shapes', 'showcase', ...(family === 'js' ? [] : ['rules'])].flatMap((name) => readdirSync(join(root, 'fixtures', name), { recursive: true, encoding: 'utf8' }).filter((path) => FAMILIES[family].test(path) && !/\.(?:fixed|suggested)\.|(?:^|\/)bad-/.test(path)).map((path) => join(root, 'fixtures', name, path)));
  for (let index = 0; index < count; index++) {
    const sample = samples[index % samples.length];
    const folder = join(top, `service-${index}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `server${sample.slice(sample.lastIndexOf('.'))}`), `${readFileSync(sample, 'utf8').replaceAll('app.example', `app${index}.example`)}${REST[family].replaceAll('export ', '')}`);
  }
  spawnSync('git', ['init', '-q'], { cwd: top });
  return top;
}

/** A main file of nginx that includes 300 sites, 20,000 lines together; every thirtieth site says what it allows. */
function sites() {
  const top = join(work, 'sites');
  mkdirSync(join(top, 'conf.d'), { recursive: true });
  writeFileSync(join(top, 'nginx.conf'), 'worker_processes 1;\nevents {\n    worker_connections 64;\n}\nhttp {\n    include mime.types;\n    include conf.d/*.conf;\n}\n');
  for (let index = 0; index < 300; index++) {
    const locations = [1, 2, 3, 4, 5].map((version) => `
    location /v${version}/ {
        proxy_pass http://backend${index};
        proxy_http_version 1.1;
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_read_timeout 30s;
        client_max_body_size 10m;
        # Answers may be kept for a minute.
        ${version === 1 && index % 30 === 0 ? `add_header Access-Control-Allow-Origin https://app${index}.example.com always;` : 'add_header Cache-Control "max-age=60";'}
    }
`).join('');
    writeFileSync(join(top, 'conf.d', `site-${index}.conf`), `upstream backend${index} {\n    server 10.0.0.${index % 250}:8080;\n    keepalive 16;\n}\n\nserver {\n    listen 443 ssl;\n    server_name s${index}.example.com;\n    gzip on;\n    gzip_types text/css application/json;\n${locations}}\n`);
  }
  spawnSync('git', ['init', '-q'], { cwd: top });
  return top;
}

/** 1,000 files of Kubernetes objects, ten objects and 20 KB each; every fiftieth has one Ingress that allows CORS. */
function manifests() {
  const top = join(work, 'manifests');
  mkdirSync(top);
  const workload = (name) => `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: ${name}\nspec:\n  template:\n    spec:\n      containers:\n${Array.from({ length: 12 }, (_one, index) => `        - name: c${index}\n          image: registry.example/c${index}:1.${index}\n          env:\n            - {name: LEVEL, value: info}\n          ports:\n            - containerPort: ${8000 + index}\n`).join('')}`;
  const ingress = (index) => `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: api\n  annotations:\n    nginx.ingress.kubernetes.io/enable-cors: "true"\n    nginx.ingress.kubernetes.io/cors-allow-origin: https://app${index}.example.com\nspec:\n  rules:\n    - host: api${index}.example.com\n`;
  for (let index = 0; index < 1000; index++) {
    const objects = Array.from({ length: 10 }, (_one, part) => workload(`w${index}-${part}`));
    if (index % 50 === 0) objects[5] = ingress(index);
    writeFileSync(join(top, `objects-${index}.yaml`), objects.join('---\n'));
  }
  spawnSync('git', ['init', '-q'], { cwd: top });
  return top;
}

/** One policy, with what deploys it, among 4,200 files of charts; `told`: false for kinds of objects that tell nothing of layers. */
function charts(told) {
  const top = join(work, told ? 'charts' : 'charts-of-others');
  const put = (path, text) => {
    mkdirSync(join(top, path, '..'), { recursive: true });
    writeFileSync(join(top, path), told ? text : text.replace(/^kind: /gm, 'kind: X'));
  };
  put('storefront/server.js', `${SOURCES['one.js']}app.listen(3000);\n`);
  if (told) put('storefront/Dockerfile', 'FROM node:22-alpine\nCOPY . .\nEXPOSE 3000\nCMD ["node", "server.js"]\n');
  const name = '{{ include "common.fullname" . }}';
  const objects = {
    deployment: (image, own) => `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: ${own}\nspec:\n  template:\n    metadata:\n      labels:\n        run: ${own}\n    spec:\n      containers:\n        - name: main\n          image: ${image}\n          env:\n${'            - name: LEVEL\n              value: {{ .Values.level | quote }}\n'.repeat(12)}          ports:\n            - name: http\n              containerPort: 3000\n`,
    service: (_image, own) => `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${own}\nspec:\n  selector:\n    run: ${own}\n  ports:\n    - port: 80\n      targetPort: http\n`,
    ingress: (_image, own) => `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: ${own}\nspec:\n  rules:\n    - http:\n        paths:\n          - path: /\n            pathType: Prefix\n            backend:\n              service:\n                name: ${own}\n                port:\n                  number: 80\n`,
    configmap: (_image, own) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${own}\ndata:\n  settings.ini: |\n${'    key = value\n'.repeat(30)}`,
    networkpolicy: (_image, own) => `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: ${own}\n`,
  };
  for (const [kind, text] of Object.entries(objects)) put(`deploy/${kind}.yaml`, text('shop/storefront:1', 'shop-front'));
  for (let index = 0; index < 600; index++) {
    put(`charts/c${index}/Chart.yaml`, `apiVersion: v2\nname: c${index}\nversion: 1.0.0\n`);
    put(`charts/c${index}/values.yaml`, `image:\n  repository: vendor/product-${index}\nlevel: info\n`);
    for (const [kind, text] of Object.entries(objects)) put(`charts/c${index}/templates/${kind}.yaml`, text('{{ .Values.image.repository }}:1', name));
  }
  spawnSync('git', ['init', '-q'], { cwd: top });
  return top;
}

/** An Ingress behind two million characters of values, and one behind aliases that would make a billion. */
function heavyYaml() {
  const ingress = 'ingress:\n  annotations:\n    nginx.ingress.kubernetes.io/enable-cors: "true"\n    nginx.ingress.kubernetes.io/cors-allow-origin: https://app.example.com\n';
  const item = '  - name: svc\n    labels: {app: "a", tier: web}\n    ports:\n      - port: 80\n';
  writeFileSync(join(work, 'large.yaml'), `items:\n${item.repeat(Math.floor(1_990_000 / item.length))}${ingress}`);
  const bomb = Array.from({ length: 9 }, (_one, index) => `a${index + 1}: &a${index + 1} [${Array.from({ length: 10 }, () => `*a${index}`).join(', ')}]\n`).join('');
  writeFileSync(join(work, 'bomb.yaml'), `a0: &a0 [x]\n${bomb}${ingress}x: *a9\n`);
}

/** ESLint with its recommended rules on files that say nothing of CORS, without and with the plugin. */
function eslint() {
  const top = join(work, 'editor');
  mkdirSync(top);
  for (let index = 0; index < 300; index++) writeFileSync(join(top, `file-${index}.js`), `export const index = ${index};\n${REST.js}`);
  const module = (path) => JSON.stringify(pathToFileURL(join(root, path)).href);
  const config = (name, plugin) => writeFileSync(join(top, name), `import js from ${module('node_modules/@eslint/js/src/index.js')};\n${plugin ? `import corsLint from ${module('dist/eslint.mjs')};\n` : ''}export default [js.configs.recommended, { languageOptions: { globals: { console: false } } }${plugin ? ", ...corsLint.configs.recommended" : ''}];\n`);
  config('without.mjs', false);
  config('with.mjs', true);
  const bin = join(root, 'node_modules/eslint/bin/eslint.js');
  return pair([[bin, '-c', 'with.mjs', '*.js'], top], [[bin, '-c', 'without.mjs', '*.js'], top], 5);
}

try {
  for (const [name, text] of Object.entries(SOURCES)) writeFileSync(join(work, name), text);
  const only = new RegExp(process.argv[2] ?? '');
  const kept = new Map();
  const once = (key, make) => (kept.has(key) ? kept.get(key) : kept.set(key, make()).get(key));
  const small = () => once('small', () => tree('small', 4700));
  const node = [['-e', '0'], work];
  const many = (family, count) => once(family, () => pair([[cli, '.'], servers(family, count)], node, 3));
  heavyYaml();
  const rows = [
    ['--version', () => pair([[cli, '--version'], work], node), 1.6],
    ['one nginx file', () => pair([[cli, 'one.conf'], work], node), 2.5],
    ['one YAML file', () => pair([[cli, 'one.yml'], work], node), 2.5],
    ['one nginx file in a hook, which asks git', () => pair([[cli, '--no-progress', 'one.conf'], hooked(SOURCES['one.conf'])], node), 3],
    ['the same with two findings', () => pair([[cli, '--no-progress', 'one.conf'], hooked(REFLECTED)], node), 3],
    ['one JS file', () => pair([[cli, 'one.js'], work], node), 3],
    ['one Python file', () => pair([[cli, 'one.py'], work], node), 4],
    ['one Java file', () => pair([[cli, 'One.java'], work], node), 4],
    ['500 JS and TS files that configure CORS', () => many('js', 500), 55],
    ['300 Python files that configure CORS', () => many('py', 300), 40],
    ['300 Java files that configure CORS', () => many('java', 300), 31],
    ['300 nginx files of one server, 20,000 lines, 10 configure CORS', () => pair([[cli, '.'], sites()], node, 5), 8],
    ['1,000 Kubernetes manifests, 20 MB, 20 configure CORS', () => pair([[cli, '.'], manifests()], node, 3), 8],
    ['one YAML document of 2 MB', () => pair([[cli, 'large.yaml'], work], node, 3), 60],
    ['aliases in YAML that would make a billion (to one YAML file)', () => pair([[cli, 'bomb.yaml'], work], [[cli, 'one.yml'], work]), 1.5],
    ['ESLint on 300 files without CORS (to it without the plugin)', () => eslint(), 1.1],
    ['5,000 files, 300 mention CORS', () => pair([[cli, '.'], small()], node, 5), 8],
    ['20 services behind a gateway, in 5,000 files (to them without what puts them there)', () => pair([[cli, '.'], services(20, true)], [[cli, '.'], services(20, false)]), 1.25],
    ['200 services behind a gateway, in 5,000 files (to them without what puts them there)', () => pair([[cli, '.'], services(200, true)], [[cli, '.'], services(200, false)], 5), 2.5],
    ['one service in a cluster, among 4,200 files of charts (to kinds that tell nothing of layers)', () => pair([[cli, '.'], charts(true)], [[cli, '.'], charts(false)]), 1.6],
    ['the Action on a pull request of 5 files, in 5,000', () => pair(proposal(), node), 5],
    ...codemodsIn(join(root, 'fixtures/codemods')).map((codemod) => [`${codemod.name}: 20 files, in 5,000`, () => rewriting(codemod, node), 12]),
    ['express-headers-to-cors: 20 files, in 5,000 of which 300 others mention CORS', () => pair([[cli, 'codemod', 'express-headers-to-cors', '.'], once('hand-written', handWritten)], node, 5), 12],
    ['9,700 files, 300 mention CORS (to the above)', () => pair([[cli, '.'], tree('large', 9400)], [[cli, '.'], small()], 5), 1.2],
  ].filter(([what]) => only.test(what)).map(([what, measure, limit]) => {
    const { time, base } = measure();
    return { what, milliseconds: Math.round(time), base: Math.round(base), ratio: Number((time / base).toFixed(2)), limit, ok: time / base <= limit };
  });
  if (only.test('peak memory')) {
    const memory = Math.round(peak([cli, '.'], small()));
    rows.push({ what: 'peak memory of 5,000 files (MB)', milliseconds: null, base: null, ratio: memory, limit: 200, ok: memory <= 200 });
  }
  if (only.test('peak memory of a code-mod')) {
    const memory = Math.round(peak([cli, 'codemod', 'express-headers-to-cors', '.'], once('hand-written', handWritten)));
    rows.push({ what: 'peak memory of a code-mod of 20 files, in 5,000 (MB)', milliseconds: null, base: null, ratio: memory, limit: 400, ok: memory <= 400 });
  }
  if (only.test('memory held')) {
    const [few, more] = [300, 1500].map((count) => Math.round(held([cli, '.'], servers('py', count))));
    rows.push({ what: 'memory held after 1,500 Python files (MB, to 300)', milliseconds: more, base: few, ratio: Number((more / few).toFixed(2)), limit: 1.2, ok: more / few <= 1.2 });
  }
  console.table(rows);
  const start = (what) => rows.find((row) => row.what === `one ${what} file`)?.milliseconds;
  for (const [family, what, count] of [['js', 'JS', 500], ['py', 'Python', 300], ['java', 'Java', 300]]) if (kept.has(family) && start(what) !== undefined) console.log(`${Math.round((count * 1000) / (many(family, count).time - start(what)))} ${what} files a second after start-up`);
  if (rows.some(({ ok }) => !ok)) process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}
