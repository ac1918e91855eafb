import { describe, expect, test } from 'vitest';
import { survey } from '../../src/engine.js';
import type { Access, Answer } from '../../src/questions/access.js';
import { mapOf, type MapPath, type RepositoryMap } from '../../src/questions/map.js';
import { filesFrom } from '../../src/text/files.js';
import { optionsOf } from '../support/lint.js';

type Texts = Readonly<Record<string, string>>;

async function mapped(texts: Texts, trusted: readonly string[] = [], beside: readonly string[] = []): Promise<RepositoryMap> {
  const paths = Object.keys(texts).filter((path) => !beside.includes(path));
  return mapOf(await survey(paths, filesFrom(texts), { ...optionsOf(), trustedOrigins: trusted, beside }), 'production', trusted);
}

const application = (options: string, routes = "app.get('/items', (req, res) => res.json([]));\n", port = 3000): Texts => ({
  'package.json': '{ "dependencies": { "express": "5.1.0", "cors": "2.8.5" } }',
  'server.js': `const app = require('express')();\napp.use(require('cors')(${options}));\n${routes}app.listen(${port});\n`,
});

const edge = (body: string): Texts => ({ 'nginx.conf': `events {}\nhttp {\n  server {\n    listen 443 ssl;\n    server_name api.example.com;\n${body}\n  }\n}\n` });

const LIST = "{ origin: ['https://shop.example.com'], credentials: true }";

/** The place, and what is said there of some origins: `<method> <credentials>` → outcome. */
function at(map: RepositoryMap, path: string): MapPath {
  const found = map.chains.flatMap(({ paths }) => paths).find((one) => one.path === path);
  if (found === undefined) throw new Error(`no ${path} among ${map.chains.flatMap(({ paths }) => paths.map((one) => one.path)).join(' ')}`);
  return found;
}

function said({ access }: MapPath, who: (one: Access['who']) => boolean): Readonly<Record<string, Answer['outcome']>> {
  const row = access.find((one) => who(one.who));
  return Object.fromEntries((row?.answers ?? []).map(({ credentials, method, headers, outcome }) => [[method, ...headers, credentials].join(' '), outcome]));
}

const origin = (text: string) => (who: Access['who']): boolean => who.who === 'origin' && who.origin === text;
const anySite = (who: Access['who']): boolean => who.who === 'any-site';

describe('who may read what', () => {
  test('an origin that is written reads, any other does not', async () => {
    const place = at(await mapped(application(LIST)), '/items');
    expect(said(place, origin('https://shop.example.com'))).toEqual({ 'GET omit': 'reads', 'GET x-requested-with omit': 'reads', 'GET include': 'reads', 'GET x-requested-with include': 'reads' });
    expect(new Set(Object.values(said(place, anySite)))).toEqual(new Set(['blocked']));
    expect(place.reach).toEqual({ by: 'named', credentials: true });
  });

  test('`*` lets any site read, but never with credentials', async () => {
    const place = at(await mapped(application("{ origin: '*', credentials: true }")), '/items');
    expect(said(place, anySite)).toEqual({ 'GET omit': 'reads', 'GET x-requested-with omit': 'reads', 'GET include': 'blocked', 'GET x-requested-with include': 'blocked' });
    expect(place.reach).toEqual({ by: 'any-site', credentials: false });
  });

  test('every method that is served and asks first is asked about', async () => {
    const place = at(await mapped(application("{ origin: 'https://shop.example.com', methods: ['PUT'] }", "app.put('/items', (req, res) => res.json([]));\napp.delete('/items', (req, res) => res.json([]));\n")), '/items');
    expect(said(place, origin('https://shop.example.com'))).toEqual({ 'PUT omit': 'reads', 'DELETE omit': 'blocked', 'PUT include': 'blocked', 'DELETE include': 'blocked' });
  });

  test('who owns a look-alike domain reads where a pattern has no anchor', async () => {
    const place = at(await mapped(application('{ origin: /example\\.com$/, credentials: true }')), '/items');
    const [row] = place.access.filter(({ who }) => who.who === 'look-alike');
    expect(row?.answers.map(({ outcome }) => outcome)).toEqual(['reads', 'reads', 'reads', 'reads']);
    expect(row?.who.who === 'look-alike' && new URL(row.who.origin).hostname).toMatch(/[^.]example\.com$/);
    expect(place.reach).toEqual({ by: 'look-alike', credentials: true });
  });

  test('what a setting decides is undecided, with the setting', async () => {
    const place = at(await mapped(application('{ origin: process.env.CORS_ORIGIN, credentials: true }')), '/items');
    const answers = place.access.find(({ who }) => who.who === 'any-site')?.answers ?? [];
    expect(answers.filter(({ outcome, dependsOn }) => outcome === 'undecided' && dependsOn.some(({ message }) => message.includes('CORS_ORIGIN')))).not.toEqual([]);
    expect(answers.every(({ outcome, dependsOn }) => (outcome === 'undecided') === dependsOn.length > 0)).toBe(true);
    expect(place.reach.by).toBe('undecided');
  });

  test('origins that the configuration calls its own are asked about, and marked', async () => {
    const place = at(await mapped(application(LIST), ['https://shop.example.com', 'https://office.example.com']), '/items');
    const own = place.access.flatMap(({ who }) => (who.who === 'origin' && who.trusted ? [who.origin] : []));
    expect(own).toEqual(['https://shop.example.com', 'https://office.example.com']);
    expect(new Set(Object.values(said(place, origin('https://office.example.com'))))).toEqual(new Set(['blocked']));
  });
});

describe('layers', () => {
  test('a proxy stands first; places of the application are asked for as they are outside', async () => {
    const map = await mapped({ ...application(LIST), ...edge('    location /shop/ { proxy_pass http://127.0.0.1:3000/; }') }, [], ['nginx.conf']);
    expect(map.layers.map(({ policy }) => policy.reader)).toEqual(['nginx', 'express']);
    expect(map.links.map(({ from, to, upstream, certain }) => [from, to, upstream, certain])).toEqual([['layer-1', 'layer-2', { host: '127.0.0.1', port: 3000 }, true]]);
    const place = at(map, '/shop/items');
    expect(place.ways).toEqual([[{ layer: 'layer-1', path: '/shop/items' }, { layer: 'layer-2', path: '/items' }]]);
    expect(said(place, origin('https://shop.example.com'))['GET include']).toBe('reads');
    expect(map.chains.flatMap(({ paths }) => paths.map(({ path }) => path))).not.toContain('/items');
  });

  test('two layers that both add the header block what each alone would let in', async () => {
    const body = '    location / { add_header Access-Control-Allow-Origin https://shop.example.com; proxy_pass http://127.0.0.1:3000; }';
    const place = at(await mapped({ ...application(LIST), ...edge(body) }), '/items');
    expect(said(place, origin('https://shop.example.com'))['GET omit']).toBe('blocked');
    expect(place.reach.by).toBe('nobody');
  });

  test('a layer that is reached past its proxy too has a way in of its own', async () => {
    const compose = (published: string): Texts => ({ 'compose.yaml': `services:\n  edge:\n    image: nginx:1.28\n    ports: ["443:443"]\n    volumes: ["./nginx.conf:/etc/nginx/nginx.conf:ro"]\n  api:\n    build: .\n${published}`, Dockerfile: 'FROM node:22\nWORKDIR /app\nCOPY . .\nEXPOSE 3000\nCMD ["node", "server.js"]\n' });
    const waysIn = async (published: string): Promise<readonly (readonly [string, boolean, readonly string[]])[]> => {
      const map = await mapped({ ...application(LIST), ...edge('    location /shop/ { proxy_pass http://api:3000/; }'), ...compose(published) }, [], ['nginx.conf', 'compose.yaml', 'Dockerfile']);
      return map.chains.map(({ entry, past, paths }) => [map.layers.find(({ id }) => id === entry)!.policy.reader, past, paths.map(({ path }) => path)]);
    };
    expect(await waysIn('')).toEqual([['nginx', false, expect.arrayContaining(['/shop/items'])]]);
    expect(await waysIn('    ports: ["3000:3000"]\n')).toEqual([['nginx', false, expect.arrayContaining(['/shop/items'])], ['express', true, ['/items']]]);
  });

  test('a finding stands at its layer', async () => {
    const map = await mapped(application('{ origin: true, credentials: true }'));
    expect(map.layers.map(({ findings }) => findings.map(({ ruleId }) => ruleId))).toEqual([['no-reflected-origin']]);
    expect(map.findings).toEqual([]);
  });

  test('a finding of no layer is not lost', async () => {
    const map = await mapped({ ...application(LIST), 'broken.js': "require('cors')({ origin: \n" });
    expect(map.findings.map(({ ruleId, at: { file } }) => [ruleId, file])).toEqual([['parse-error', 'broken.js']]);
  });

  test('a layer that has nothing to do with CORS is not drawn', async () => {
    const map = await mapped({ ...application(LIST), 'other/nginx.conf': edge('    location / { proxy_pass http://elsewhere.example.net; }')['nginx.conf']! }, [], ['other/nginx.conf']);
    expect(map.layers.map(({ policy }) => policy.reader)).toEqual(['express']);
    expect(map.chains).toHaveLength(1);
  });

  test('nothing at all', async () => {
    expect(await mapped({})).toMatchObject({ layers: [], links: [], chains: [] });
  });
});
