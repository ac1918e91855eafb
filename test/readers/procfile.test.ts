/** Processes as Heroku and Foreman read them. */
import { expect, test } from 'vitest';
import reader from '../../src/readers/procfile/index.js';
import procfiles from '../../src/syntax/procfile/index.js';
import { factsIn, placesIn, portsOf, publishedOf, runsOf, unitsIn } from '../support/topology.js';

const unitsOf = (text: string, more: Readonly<Record<string, string>> = {}): readonly string[] => {
  const texts = { Procfile: text, ...more };
  const facts = factsIn(reader, procfiles, texts);
  placesIn(facts, texts);
  return unitsIn(facts).map((unit) => `${unit.title}: ${[...runsOf(unit), ...portsOf(unit), ...publishedOf(unit)].join(', ')}`);
};

test.each<[string, string, Readonly<Record<string, string>>, readonly string[]]>([
  ['Node.js', 'web: npm start\nworker: node worker.js', { 'package.json': '{"scripts":{"start":"node server.js"}}', 'server.js': '', 'worker.js': '' }, ['process web: file server.js, folder , :', 'process worker: file worker.js, folder ']],
  ['Django', 'release: python manage.py migrate\nweb: gunicorn shop.wsgi --bind 0.0.0.0:$PORT', { 'shop/wsgi.py': '' }, ['process web: file shop/wsgi.py, folder shop, :']],
  ['a port that is written', 'web: uvicorn main:app --port 8000', { 'main.py': '' }, ['process web: file main.py, folder , 8000, :8000']],
  ['processes beside each other', 'web: nginx -c edge.conf\napi: PORT=4000 node api/server.js', { 'edge.conf': '', 'api/server.js': '', 'api/package.json': '{}' }, ['process web: file edge.conf, folder , :', 'process api: file api/server.js, folder api, 4000']],
  ['CRLF, blanks, comments and what is no process', '# web: node a.js\r\n\r\nweb:   node b.js  \r\nnonsense\r\n: node c.js\r\na b: node c.js\r\nempty:\r\n', { 'b.js': '', 'c.js': '' }, ['process web: file b.js, folder , :']],
  ['a byte order mark', '\uFEFFweb: node b.js', { 'b.js': '' }, ['process web: file b.js, folder , :']],
  ['what serves nothing', 'worker: celery -A shop worker\nclock: ./clock', {}, []],
  ['nothing', '', {}, []],
])('%s', (_case, text, more, expected) => {
  expect(unitsOf(text, more)).toEqual(expected);
});

test('processes run beside each other, and stand where they are written', () => {
  const texts = { Procfile: '\n  \nweb: node b.js \r\n', 'b.js': '' };
  const [unit] = unitsIn(factsIn(reader, procfiles, texts));
  expect([unit!.networks, unit!.names]).toEqual([['machine'], ['localhost', '127.0.0.1']]);
  expect(placesIn([{ at: unit!.at }], texts)).toEqual(['web: node b.js']);
});

test('names of files', () => {
  expect(['Procfile', 'api/Procfile', 'Procfile.dev', 'procfile.ts', 'Procfiles', 'src/Procfile/x'].filter((path) => procfiles.paths.test(path))).toEqual(['Procfile', 'api/Procfile', 'Procfile.dev']);
});
