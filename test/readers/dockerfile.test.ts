/** Shapes of Dockerfiles, and what the Dockerfile reference says they make. */
import { describe, expect, test } from 'vitest';
import reader from '../../src/readers/dockerfile/index.js';
import dockerfiles from '../../src/syntax/dockerfile/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { factsIn, placesIn, plain } from '../support/topology.js';
import type { Container } from '../../src/policy/topology.js';

function containersIn(text: string): readonly Container[] {
  const texts = { Dockerfile: text };
  const facts = factsIn(reader, dockerfiles, texts);
  placesIn(facts, texts);
  return facts.filter((fact) => fact.fact === 'container');
}

/** The last stage: `from > to` (`*` where it was built), what it runs, its ports. */
function last(text: string): readonly [copies: readonly string[], runs: readonly string[], ports: readonly string[]] {
  const { copies, runs, ports } = containersIn(text).find(({ stage }) => stage === undefined)!;
  return [
    copies.map(({ from, to, built }) => `${from} > ${to}${built === true ? ' *' : ''}`),
    runs.map(({ path, script }) => `${path}${script === undefined ? '' : ` ${script}`}`),
    ports.map(({ port, byDefault }) => `${port}${byDefault === true ? '?' : ''}`),
  ];
}

describe('one stage', () => {
  test.each<[string, string, readonly string[], readonly string[], readonly string[]]>([
    ['Express', 'FROM node:22\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nEXPOSE 3000\nCMD ["node", "server.js"]', ['package*.json > /app/', ' > /app/'], ['server.js'], ['3000']],
    ['npm start', 'FROM node\nWORKDIR /usr/src/app\nCOPY . .\nCMD npm start', [' > /usr/src/app/'], ['package.json start'], []],
    ['npm start with its manifest alone', 'FROM node\nWORKDIR /app\nCOPY package*.json ./\nCOPY src ./src\nCMD ["npm", "run", "prod"]', ['package*.json > /app/', 'src > /app/src'], ['package.json prod'], []],
    ['FastAPI', 'FROM python:3.13\nWORKDIR /code\nCOPY ./app /code/app\nCMD ["fastapi", "run", "app/main.py", "--port", "80"]', ['app > /code/app'], ['app/main.py'], ['80']],
    ['uvicorn', 'FROM python\nWORKDIR /srv\nCOPY . /srv\nENTRYPOINT ["uvicorn"]\nCMD ["shop.main:app", "--host", "0.0.0.0", "--port", "8000"]', [' > /srv/'], ['shop/main.py'], ['8000']],
    ['gunicorn in a shell, on a port that the build sets', 'FROM python\nENV PORT=8080\nWORKDIR /app\nADD . .\nCMD exec gunicorn --bind :$PORT shop.wsgi:application', [' > /app/'], ['shop/wsgi.py'], ['8080']],
    ['no shell, no variables', 'FROM python\nENV PORT=8080\nWORKDIR /app\nCOPY . .\nCMD ["gunicorn", "--bind", ":$PORT", "shop.wsgi"]', [' > /app/'], ['shop/wsgi.py'], ['8080']],
    ['Django', 'FROM python\nWORKDIR /app\nCOPY shop/ ./\nEXPOSE 8000/tcp\nCMD python manage.py runserver 0.0.0.0:8000', ['shop > /app/'], [], ['8000']],
    ['Spring Boot', 'FROM eclipse-temurin:21\nCOPY target/*.jar /app.jar\nENTRYPOINT ["java","-jar","/app.jar"]\nEXPOSE 8080', ['target/*.jar > /app.jar'], [], ['8080']],
    ['nginx', 'FROM nginx\nCOPY nginx.conf /etc/nginx/nginx.conf\nCOPY conf.d/ /etc/nginx/conf.d/\nEXPOSE 80 443', ['nginx.conf > /etc/nginx/nginx.conf', 'conf.d > /etc/nginx/conf.d/'], [], ['80', '443']],
    ['nginx with its command', 'FROM nginx\nCOPY site.conf /etc/nginx/nginx.conf\nCMD ["nginx", "-g", "daemon off;"]', ['site.conf > /etc/nginx/nginx.conf'], ['site.conf'], []],
    ['a file into a folder', 'FROM nginx\nCOPY default.conf /etc/nginx/conf.d/', ['default.conf > /etc/nginx/conf.d/default.conf'], [], []],
    ['several files, as a list', 'FROM node\nCOPY ["a b.js", "c.js", "/srv/"]\nCMD ["node", "/srv/c.js"]', ['a b.js > /srv/a b.js', 'c.js > /srv/c.js'], ['c.js'], []],
    ['`ENV` wins over `ARG`, whose value the build may change', 'FROM node\nARG PORT=3000\nARG SIDE=9000\nENV PORT=4000\nEXPOSE $PORT ${SIDE}', [], [], ['4000', '9000?']],
    ['also where `ARG` comes later', 'FROM node\nENV PORT=4000\nARG PORT=3000\nEXPOSE $PORT', [], [], ['4000']],
    ['the last copy to a place counts', 'FROM node\nCOPY a.js /srv/s.js\nCOPY b.js /srv/s.js\nCMD ["node", "/srv/s.js"]', ['a.js > /srv/s.js', 'b.js > /srv/s.js'], ['b.js'], []],
    ['a script of one’s own hands the command on', 'FROM node\nCOPY . /srv\nENTRYPOINT ["/srv/start.sh"]\nCMD ["node", "/srv/b.js"]', [' > /srv'], ['b.js'], []],
    ['a variable that nobody sets', 'FROM node\nARG PORT\nEXPOSE $PORT\nWORKDIR $HOME_DIR\nCOPY . .\nCMD node server.js', [], [], []],
    ['a range, and what carries no HTTP', 'FROM x\nEXPOSE 7000-7002 53/udp', [], [], ['7000', '7001', '7002']],
    ['what comes from elsewhere', 'FROM x\nADD https://example.com/a.conf /etc/a.conf\nCOPY --from=nginx:1 /etc/nginx /etc/nginx\nADD git@example.com:a/b.git /src', [], [], []],
    ['files in a heredoc', 'FROM nginx\nCOPY <<EOF /etc/nginx/conf.d/a.conf\nserver {}\nEOF\nCOPY b.conf /etc/nginx/conf.d/', ['b.conf > /etc/nginx/conf.d/b.conf'], [], []],
    ['the last command counts, and a script in front of it hands it on', 'FROM node\nWORKDIR /app\nCOPY . .\nCMD ["node", "a.js"]\nENTRYPOINT ["./docker-entrypoint.sh"]\nCMD ["node", "b.js"]', [' > /app/'], ['b.js'], []],
    ['an entrypoint in a shell takes no command', 'FROM node\nWORKDIR /app\nCOPY . .\nENTRYPOINT node a.js\nCMD ["b.js"]', [' > /app/'], ['a.js'], []],
    ['lines that go on, with comments between', 'FROM node\nWORKDIR /app\nCOPY . .\nCMD node \\\n  # the server\n  server.js \\\n  --port 4000', [' > /app/'], ['server.js'], ['4000']],
    ['an escape of one’s own', '# escape=`\nFROM node\nWORKDIR /app\nCOPY . .\nCMD node `\n  server.js', [' > /app/'], ['server.js'], []],
    ['flags', 'FROM --platform=linux/amd64 node\nCOPY --chown=node:node --link api /srv/api/\nWORKDIR /srv/api\nUSER node\nCMD ["node", "index.js"]', ['api > /srv/api/'], ['api/index.js'], []],
    ['folders are followed', 'FROM node\nWORKDIR /a\nWORKDIR b/../c\nCOPY ./x/../y .\nCMD ["node", "../c/s.js"]', ['y > /a/c/'], ['y/s.js'], []],
  ])('%s', (_case, text, copies, runs, ports) => {
    expect(last(text)).toEqual([copies, runs, ports]);
  });
});

describe('stages', () => {
  test('only the last one runs', () => {
    expect(last('FROM node AS build\nWORKDIR /app\nCOPY . .\nEXPOSE 9000\nCMD ["node", "dev.js"]\nFROM nginx\nCOPY edge.conf /etc/nginx/nginx.conf')).toEqual([['edge.conf > /etc/nginx/nginx.conf'], [], []]);
  });

  test('what is built is followed back to what it was built of', () => {
    const text = 'FROM node AS build\nWORKDIR /app\nCOPY package.json ./\nCOPY src ./src\nRUN npm run build\nFROM node\nWORKDIR /srv\nCOPY --from=build /app/node_modules ./node_modules\nCOPY --from=build /app/dist ./dist\nCMD ["node", "dist/server.js"]';
    expect(last(text)).toEqual([['package.json > /srv/dist *', 'src > /srv/dist *'], [], []]);
  });

  test('configuration is copied on as it was written', () => {
    expect(last('FROM alpine AS conf\nCOPY proxy/ /conf/\nFROM nginx\nCOPY --from=conf /conf/nginx.conf /etc/nginx/nginx.conf\nCMD ["nginx", "-g", "daemon off;"]')).toEqual([['proxy/nginx.conf > /etc/nginx/nginx.conf'], ['proxy/nginx.conf'], []]);
  });

  test('pages that were built are none of the server’s', () => {
    expect(last('FROM node AS build\nWORKDIR /app\nCOPY . .\nRUN npm run build\nFROM nginx\nCOPY --from=build /app/dist /usr/share/nginx/html\nCOPY nginx.conf /etc/nginx/nginx.conf\nCMD ["nginx", "-g", "daemon off;"]')).toEqual([['dist > /usr/share/nginx/html', 'nginx.conf > /etc/nginx/nginx.conf'], ['nginx.conf'], []]);
  });

  test('an archive is built of the sources', () => {
    const text = 'FROM maven AS build\nWORKDIR /src\nCOPY pom.xml .\nCOPY src ./src\nRUN mvn package\nFROM eclipse-temurin\nCOPY --from=build /src/target/shop.jar /app/shop.jar\nENTRYPOINT ["java", "-jar", "/app/shop.jar", "--server.port=8081"]';
    expect(last(text)).toEqual([['pom.xml > /app/shop.jar *', 'src > /app/shop.jar *'], [], ['8081']]);
  });

  test('a stage that begins with another has all of it', () => {
    const text = 'FROM node AS Base\nWORKDIR /app\nENV PORT=4000\nCOPY . .\nEXPOSE $PORT\nCMD ["node", "base.js"]\nFROM base AS dev\nCMD ["nodemon", "dev.js"]\nFROM base\nENTRYPOINT ["node", "prod.js"]';
    expect(last(text)).toEqual([[' > /app/'], ['prod.js'], ['4000']]);
    expect(containersIn(text).map(({ stage, runs }) => [stage, runs.map(({ path }) => path)])).toEqual([[undefined, ['prod.js']], ['base', ['base.js']], ['dev', ['dev.js']]]);
  });

  test('an entrypoint takes the place of the command that the stage began with', () => {
    expect(last('FROM node AS base\nCOPY . /srv\nCMD ["node", "/srv/base.js"]\nFROM base\nENTRYPOINT ["/srv/start.sh"]')[1]).toEqual([]);
  });

  test('arguments in front of the first stage have to be asked for', () => {
    expect(last('ARG PORT=3000\nFROM node\nEXPOSE $PORT')[2]).toEqual([]);
    expect(last('ARG PORT=3000\nFROM node\nARG PORT\nEXPOSE $PORT')[2]).toEqual(['3000?']);
  });
});

test('places are those of the words', () => {
  const text = '\uFEFFFROM node\r\nWORKDIR /app\r\nCOPY api ./\r\nEXPOSE 80 3000\r\nCMD ["node", "server.js"]\r\n';
  const [container] = containersIn(text);
  expect(placesIn([container!.ports, container!.copies, container!.runs], { Dockerfile: text })).toEqual(['80', '3000', 'COPY api ./', 'CMD ["node", "server.js"]']);
  expect(plain(container!.copies)).toEqual([{ from: 'api', to: '/app/' }]);
});

test('names of files', () => {
  const read = ['Dockerfile', 'api/Dockerfile', 'Dockerfile.prod', 'Dockerfile-dev', 'api.Dockerfile', 'api.dockerfile', 'Containerfile', 'dockerfile', 'Dockerfile.j2'];
  const not = ['Dockerfile.dockerignore', 'src/dockerfile.ts', 'Dockerfile.md', 'DockerfileParser.java', 'dockerfile-parser.js', 'Dockerfile.test.ts', 'docker/file'];
  expect([...read, ...not].filter((path) => dockerfiles.paths.test(path))).toEqual(read);
});

describe('bad input', () => {
  const problemsOf = (text: string): readonly string[] => dockerfiles.parse(new SourceText('Dockerfile', text), filesFrom({})).problems.map(({ message, at }) => `${message} ${text.slice(at.start, at.end)}`.trim());

  test.each<[string, readonly string[]]>([
    ['', ['A Dockerfile needs a `FROM`.']],
    ['COPY . .\nFROM x\nFOO', ['There is no instruction `FOO`. FOO']],
    ['COPY . .\nFROM x\n', ['The first instruction must be `FROM`, or `ARG`. COPY . .']],
    ['FROM x\nEXPOSE\nCMD\n', ['`EXPOSE` needs an argument. EXPOSE']],
    ['ARG A=1\nFROM x\nCMD ["a\n', []],
    [`FROM x\n${'RUN a\n'.repeat(20_000)}`, ['The file is too long to be read (over 100000 characters).']],
  ])('%j gives one problem at the most', (text, expected) => {
    expect(problemsOf(text)).toEqual(expected);
  });

  test('what can be read beside a mistake is', () => {
    expect(last('FROM node\nFOO bar\nWORKDIR /app\nCOPY . .\nCMD ["node", "a.js"]')).toEqual([[' > /app/'], ['a.js'], []]);
  });

  test('every beginning of a file is read', () => {
    const text = 'ARG V=1\nFROM node:$V AS build\nENV A="b c" D=\'e\'\nCOPY --from=0 ["a b", "/c/"]\nRUN <<EOF\nx\nEOF\nFROM build\nHEALTHCHECK CMD curl x\nONBUILD COPY . .\nLABEL a="b\\"c"\nEXPOSE 1-2/tcp ${V:-3}\nENTRYPOINT ["sh", "-c", "node \\"a\\"\\u0041.js"]\nCMD \\\n # c\n a\n';
    for (let end = 0; end <= text.length; end += 1) containersIn(text.slice(0, end));
  });
});
