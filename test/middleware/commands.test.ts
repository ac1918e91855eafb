/** Command lines, as the documentation of their programs describes them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { startedIn } from '../../src/middleware/commands/in-repository.js';
import { launchesIn, launchesOfWords, type Launch } from '../../src/middleware/commands/launch.js';
import { commandsIn, expanded, type Settings } from '../../src/middleware/commands/shell.js';
import { filesFrom } from '../../src/text/files.js';
import { portsOf, runsOf } from '../support/topology.js';

/** `file server.js`, `module app.main`, `folder .`, `script start`; then the ports, with a question mark for a default. */
function told(launches: readonly Launch[]): string {
  const named = launches.flatMap(({ targets, ports }) => [
    ...targets.map((target) => (target.of === 'file' || target.of === 'folder' ? `${target.of} ${target.path}` : `${target.of} ${target.folder === '.' ? '' : `${target.folder}/`}${target.name}`)),
    ...ports.map(({ port, byDefault }) => `${port}${byDefault ? '?' : ''}`),
  ]);
  return named.join(' ');
}

const set = (values: Readonly<Record<string, string>>): Settings => new Map(Object.entries(values).map(([name, value]) => [name, { value, byDefault: false }]));

describe('what a line for a shell starts', () => {
  test.each([
    ['node server.js', 'file server.js'],
    ['PORT=4000 node server.js', 'file server.js 4000'],
    ['node --inspect=0.0.0.0:9229 -r dotenv/config dist/main.js', 'file dist/main.js'],
    ['node --enable-source-maps ./bin/www', 'file ./bin/www'],
    ['node .', 'folder .'],
    ["node -e 'console.log(1)'", ''],
    ['node --run start', 'script start'],
    ['exec node server.js', 'file server.js'],
    ['cross-env NODE_ENV=production PORT=8080 node server.js', 'file server.js 8080'],
    ['nodemon --watch src --ext ts --exec "ts-node src/server.ts"', 'file src/server.ts'],
    ['nodemon -x ts-node src/server.ts', 'file src/server.ts'],
    ['tsx watch src/server.ts', 'file src/server.ts'],
    ['ts-node-dev --respawn --transpile-only src/index.ts', 'file src/index.ts'],
    ['pm2-runtime start dist/server.js', 'file dist/server.js'],
    ['pm2-runtime start ecosystem.config.js', 'folder .'],
    ['bun run src/index.ts', 'file src/index.ts'],
    ['bun run dev', 'script dev'],
    ['deno run --allow-net main.ts', 'file main.ts'],
    ['npm start', 'script start'],
    ['npm run dev', 'script dev'],
    ['npm --prefix api run start', 'script api/start'],
    ['cd web && yarn start', 'script web/start'],
    ['pnpm -C apps/api dev', 'script apps/api/dev'],
    ['npm ci && npm start', 'script start'],
    ['npm -w api start', ''],
    ['npx nodemon app.js', 'file app.js'],
    ['dotenv -e .env -- node app.js', 'file app.js'],
    ['sh -c "npx prisma migrate deploy && node dist/main.js"', 'file dist/main.js'],
    ['wait-for-it.sh db:5432 -- node server.js', 'file server.js'],
    ['dockerize -wait tcp://db:5432 node server.js', 'file server.js'],
    ['concurrently "npm:api" "vite --port 5180"', 'script api folder . 5180'],
    ['concurrently -k -n api,web "node api.js" "node web.js"', 'file api.js file web.js'],
    ['run-p api web', 'script api script web'],
    ['next start -p 4100', 'folder . 4100'],
    ['next dev', 'folder . 3000?'],
    ['vite --port 5180', 'folder . 5180'],
    ['vite build', ''],
    ['vite', 'folder .'],
    ['react-scripts start', 'folder . 3000?'],
    ['PORT=3006 react-scripts start', 'folder . 3006'],
    ['tsc -w', ''],
    ['uvicorn app.main:app --host 0.0.0.0 --port 8000', 'module app.main 8000'],
    ['uvicorn main:app --reload', 'module main 8000?'],
    ['uvicorn --app-dir src shop.main:create_app --factory --port=9000', 'module src/shop.main 9000'],
    ['python -m uvicorn app:app --port 8080', 'module app 8080'],
    ['gunicorn -b 0.0.0.0:8000 shop.wsgi', 'module shop.wsgi 8000'],
    ['gunicorn -w 4 -k uvicorn.workers.UvicornWorker app.main:app', 'module app.main 8000?'],
    ['gunicorn -c gunicorn.conf.py "shop:create_app()"', 'module shop'],
    ['gunicorn --bind :$PORT --workers 2 --chdir src main:app', 'module src/main'],
    ['hypercorn app:app -b [::]:8443', 'module app 8443'],
    ['daphne -b 0.0.0.0 -p 8001 shop.asgi:application', 'module shop.asgi 8001'],
    ['flask --app hello run -p 5001', 'module hello 5001'],
    ['FLASK_APP=shop/app.py flask run --host=0.0.0.0', 'file shop/app.py 5000?'],
    ['fastapi run app/main.py --port 80', 'file app/main.py 80'],
    ['python manage.py runserver 0.0.0.0:8000', 'folder . 8000'],
    ['python3 backend/manage.py runserver', 'folder backend 8000?'],
    ['python manage.py migrate', ''],
    ['python -u app.py', 'file app.py'],
    ['poetry run uvicorn app:app', 'module app 8000?'],
    ['uv run fastapi dev', 'folder . 8000?'],
    ['python -m shop.server', 'module shop.server'],
    ['celery -A shop worker', ''],
    ['java -jar target/shop.jar --server.port=8081', 'file target/shop.jar 8081'],
    ['java -Dserver.port=9090 -jar app.jar', 'file app.jar 9090'],
    ['./mvnw spring-boot:run', 'folder .'],
    ['./gradlew :api:bootRun', 'folder .'],
    ['nginx -g "daemon off;"', 'file /etc/nginx/nginx.conf'],
    ['nginx -c conf/edge.conf', 'file conf/edge.conf'],
    ['caddy run --config /etc/caddy/Caddyfile --adapter caddyfile', 'file /etc/caddy/Caddyfile'],
    ['haproxy -f haproxy.cfg', 'file haproxy.cfg'],
    ['node "unclosed', ''],
    ['node $SCRIPT', ''],
    ['cd $HOME && node server.js', ''],
    ['rm -rf /', ''],
  ])('%s', (line, expected) => {
    expect(told(launchesIn(line))).toBe(expected);
  });

  test('variables that are known are filled in', () => {
    expect(told(launchesIn('uvicorn app:app --port ${PORT:-8000}', set({ PORT: '9000' })))).toBe('module app 9000');
    expect(told(launchesIn('uvicorn app:app --port $PORT', set({ PORT: '9000' })))).toBe('module app 9000');
    expect(told(launchesIn('export PORT=7000 && node server.js'))).toBe('file server.js 7000');
    expect(told(launchesIn('PORT=7000 node a.js; node b.js'))).toBe('file a.js 7000 file b.js');
  });
});

test('what no shell reads is taken word for word', () => {
  expect(told(launchesOfWords(['uvicorn', 'app:app', '--port', '$PORT'], set({ PORT: '9000' })))).toBe('module app');
  expect(told(launchesOfWords(['sh', '-c', 'uvicorn app:app --port $PORT'], set({ PORT: '9000' })))).toBe('module app 9000');
  expect(told(launchesOfWords(['node', 'a.js', '&&', 'node', 'b.js']))).toBe('file a.js');
});

test('defaults of variables are said to be defaults', () => {
  expect(expanded('${PORT:-8080}', new Map())).toEqual({ value: '8080', byDefault: true });
  expect(expanded('${PORT:-8080}', set({ PORT: '1' }))).toEqual({ value: '1', byDefault: false });
  expect(expanded('$PORT', new Map())).toBeUndefined();
  expect(told(launchesIn('uvicorn app:app --port ${PORT:-8000}'))).toBe('module app 8000?');
});

test('commands are cut outside of quotes alone', () => {
  expect(commandsIn("a 'b;c' && d \"e|f\"; g 2>&1 | h").map(({ words }) => words.join(' '))).toEqual(['a b;c', 'd e|f', 'g 2>&1', 'h']);
  expect(commandsIn("echo 'a\\' && node b.js").map(({ words }) => words.at(-1))).toEqual(['a\\', 'b.js']);
});

describe('what commands run of the files', () => {
  const at = { file: 'x', start: 0, end: 0 };
  const started = (texts: Readonly<Record<string, string>>, line: string, folder = ''): string => {
    const { runs, ports } = startedIn(filesFrom(texts), folder, launchesIn(line), at);
    return [...runsOf({ runs }), ...portsOf({ ports })].join(', ');
  };

  test.each([
    ['a script, and the package that it belongs to', { 'api/package.json': '{}', 'api/src/server.js': '' }, 'node src/server.js', 'api', 'file api/src/server.js, folder api'],
    ['a script without a package', { 'server.js': '', 'other.js': '' }, 'node server', '', 'file server.js, folder '],
    ['the source of what TypeScript builds', { 'package.json': '{}', 'tsconfig.json': '{ "compilerOptions": { "outDir": "./dist", "rootDir": "src" } }', 'src/server.ts': '' }, 'node dist/server.js', '', 'file src/server.ts, folder '],
    ['what a build makes of a package', { 'api/package.json': '{}', 'api/src/main.ts': '' }, 'node dist/main', 'api', 'folder api'],
    ['a file that is not there', { 'other.js': '' }, 'node server.js', '', ''],
    ['a file outside', { 'server.js': '' }, 'node ../server.js', '', ''],
    ['a module of Python', { 'app/main.py': '', 'app/settings.py': '' }, 'uvicorn app.main:app', '', 'file app/main.py, folder app, 8000?'],
    ['a package of Python', { 'shop/__init__.py': '' }, 'gunicorn shop:app -b :9000', '', 'file shop/__init__.py, folder , 9000'],
    ['scripts that run scripts', { 'package.json': '{"scripts":{"start":"npm run serve","serve":"PORT=4000 node a.js"}}', 'a.js': '' }, 'npm start', '', 'file a.js, folder , 4000'],
    ['words that are handed on', { 'package.json': '{"scripts":{"dev":"next dev"}}' }, 'npm run dev -- --port 4000', '', 'folder , 4000'],
    ['scripts in a circle', { 'package.json': '{"scripts":{"a":"npm run b","b":"npm run a && node x.js"}}', 'x.js': '' }, 'npm run a', '', 'file x.js, folder '],
    ['`start` without a script', { 'package.json': '{}', 'server.js': '' }, 'npm start', '', 'file server.js, folder '],
    ['a manifest that is broken', { 'package.json': '{"scripts":' }, 'npm start', '', ''],
    ['an archive', { 'pom.xml': '' }, 'java -jar target/shop.jar', 'shop', 'folder shop'],
  ])('%s', (_case, texts, line, folder, expected) => {
    expect(started(texts, line, folder)).toBe(expected);
  });
});

test('no line makes it throw', () => {
  const word = fc.constantFrom('node', 'npm', 'run', '&&', ';', '"', "'", '$PORT', '${', '}', '-p', '--port=', '=', 'sh', '-c', 'concurrently', 'python', '-m', 'uvicorn', '\\', '(', ')', '>', '\n', '--', 'env', 'A=1', '/', '..', '.', 'next', '');
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), (words) => {
      launchesIn(words.join(' '));
      launchesIn(words.join(''));
      launchesOfWords(words);
    }),
    { numRuns: 3000, seed: 10 },
  );
});
