import { describe, expect, test } from 'vitest';
import { link, type Layering } from '../../src/layers/link.js';
import { Topology } from '../../src/layers/topology.js';
import type { Deployment, Inner } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import type { Container, DeclaredLayer, Image, PlainLayer, Run, Service, TopologyFact, Unit } from '../../src/policy/topology.js';
import type { Span } from '../../src/text/span.js';
import { always, policy } from '../support/policy.js';

let count = 0;
/** A place of its own in a file. */
function spot(file: string): Span {
  count += 10;
  return { file, start: count, end: count + 5 };
}

/** A proxy that passes on to an address; without a file of its own it stands in one that nobody runs. */
function proxy(host: string, port: number | null, file = 'nginx.conf', ...listens: readonly number[]): Policy {
  return { ...policy([{ ...always(), end: { to: 'upstream', upstream: { host, port, request: [], at: spot(file) } } }]), title: `proxy ${file}`, layer: 'proxy', reader: 'nginx', listens, at: spot(file) };
}

function app(file: string, ...listens: readonly number[]): Policy {
  return { ...policy([always()]), title: `app ${file}`, layer: 'app-middleware', reader: 'express', listens, at: spot(file) };
}

const folder = (path: string): Run => ({ of: 'folder', path, at: spot('compose.yaml') });
const file = (path: string): Run => ({ of: 'file', path, at: spot('compose.yaml') });
const image = (name: string): Run => ({ of: 'image', name, at: spot('compose.yaml') });
const dockerfile = (path: string, context: string): Run => ({ of: 'dockerfile', path, context, at: spot('compose.yaml') });

type Said = Partial<Omit<Unit, 'fact' | 'ports' | 'published'>> & { readonly ports?: readonly (number | readonly [number, string])[]; readonly published?: readonly (readonly [outside: number | null, inside: number | null])[] };

/** A service of a Compose project in the root, on its usual network. */
function unit(name: string, runs: readonly Run[], { ports = [], published = [], ...said }: Said = {}): Unit {
  const at = spot('compose.yaml');
  return {
    fact: 'unit',
    title: `service ${name}`,
    at,
    networks: ['compose '],
    names: [name],
    ports: ports.map((one) => (typeof one === 'number' ? { port: one, at } : { port: one[0], name: one[1], at })),
    published: published.map(([port, target]) => ({ port, target, at })),
    labels: {},
    runs,
    ...said,
  };
}

/** A container of a pod in the namespace `shop`, with the label `app`. */
const pod = (name: string, runs: readonly Run[], said: Said = {}): Unit => unit(name, runs, { title: `Deployment ${name}`, networks: ['kubernetes shop', `kubernetes pod shop/${name}`], names: ['localhost'], labels: { app: name }, ...said });

function service(name: string, ports: Service['ports'] | readonly (readonly [number, number | string | null])[], said: Partial<Service> = {}): Service {
  const at = spot('service.yaml');
  const list = ports.map((one): Service['ports'][number] => ('port' in one ? one : { port: one[0], target: one[1], at }));
  return { fact: 'service', title: `Service ${name}`, at, networks: ['kubernetes shop'], names: [name, `${name}.shop`, `${name}.shop.svc`, `${name}.shop.svc.cluster.local`], selects: { app: name }, ports: list, published: false, ...said };
}

const container = (path: string, said: Partial<Container> = {}): Container => ({ fact: 'container', file: path, copies: [], runs: [], ports: [], at: spot(path), ...said });
const built = (name: string, run: Run): Image => ({ fact: 'image', name, run, at: spot('skaffold.yaml') });
const copies = (...paths: readonly string[]): Container['copies'] => paths.map((from) => ({ from, to: '/app', at: spot('Dockerfile') }));

interface Given {
  readonly policies: readonly Policy[];
  readonly facts?: readonly TopologyFact[];
  readonly plain?: readonly PlainLayer[];
  readonly declared?: readonly DeclaredLayer[];
}

function linked({ policies, facts = [], plain = [], declared = [] }: Given): Layering {
  return link([...policies, ...plain.map((layer) => layer.policy)], new Topology(facts, plain, declared));
}

/** What stands behind a layer in words: `certain app api/server.js`. */
function words(inner: readonly Inner[]): readonly string[] {
  return inner.map(({ link: how, deployment }) => `${how?.certain === true ? 'certain' : 'likely'} ${deployment.policy.title}`);
}

const behind = (given: Given, of: Policy = given.policies[0]!): readonly string[] => words(linked(given).deploymentOf(of).inner);
const gaps = (given: Given): readonly string[] => linked(given).gaps.map(({ message }) => message);

const edge = (host: string, port: number | null): Policy => proxy(host, port, 'edge/nginx.conf', 80);
const edgeUnit = (said: Said = {}): Unit => unit('edge', [file('edge/nginx.conf')], said);
const api = (...listens: readonly number[]): Policy => app('api/server.js', ...listens);

describe('without a word about where things run', () => {
  test('a loopback address is the one application that listens on its port', () => {
    expect(behind({ policies: [edge('127.0.0.1', 3000), api(3000)] })).toEqual(['certain app api/server.js']);
    expect(behind({ policies: [edge('localhost', 3000), api(3000)] })).toEqual(['certain app api/server.js']);
    expect(behind({ policies: [edge('[::1]', 3000), api(3000), app('b/server.js', 4000)] })).toEqual(['certain app api/server.js']);
  });

  test('a bare name is likely the one application that listens on its port, of another kind than the proxy', () => {
    expect(behind({ policies: [edge('backend', 3000), api(3000), app('b/server.js', 4000)] })).toEqual(['likely app api/server.js']);
    expect(behind({ policies: [edge('web', 8080), proxy('127.0.0.1', 1, 'other.conf', 8080)] })).toEqual([]);
    expect(behind({ policies: [edge('127.0.0.1', 8080), proxy('127.0.0.1', 1, 'other.conf', 8080)] })).toEqual(['certain proxy other.conf']);
  });

  test('a bare name is likely the application in the folder of that name, where ports do not tell', () => {
    expect(behind({ policies: [edge('api', 3000), api(3000), app('search/server.js', 3000)] })).toEqual(['likely app api/server.js']);
    expect(behind({ policies: [edge('api', 8000), api(), app('search/server.js')] })).toEqual(['likely app api/server.js']);
  });

  test.each<[string, string, number | null]>([
    ['another port', '127.0.0.1', 4000],
    ['a host of the internet', 'api.example.com', 3000],
    ['an address in numbers', '10.0.0.5', 3000],
    ['a socket', 'unix:/run/api.sock', null],
    ['no port', '127.0.0.1', null],
  ])('%s is the end of the chain, and no gap', (_case, host, port) => {
    const given = { policies: [edge(host, port), api(3000)] };
    expect(behind(given)).toEqual([]);
    expect(gaps(given)).toEqual([]);
  });

  test('two applications on one port: a gap, and no link', () => {
    const given = { policies: [edge('127.0.0.1', 3000), api(3000), app('search/server.js', 3000)] };
    expect(behind(given)).toEqual([]);
    expect(gaps(given)).toEqual(['requests are passed on to 127.0.0.1:3000, and more than one application could answer there: app api/server.js (api/server.js), app search/server.js (search/server.js)']);
  });

  test('several policies of one file, or of one project, are one application', () => {
    expect(behind({ policies: [edge('127.0.0.1', 3000), api(3000), api(3000)] })).toHaveLength(2);
    expect(behind({ policies: [edge('127.0.0.1', 8080), app('orders/src/main/java/A.java', 8080), app('orders/src/main/java/b/B.java', 8080)] })).toHaveLength(2);
    expect(behind({ policies: [edge('127.0.0.1', 3000), app('api/src/server.js', 3000), app('api/src/routes/items.js')] })).toHaveLength(2);
  });

  test('layers stand behind layers', () => {
    const [middle] = linked({ policies: [proxy('127.0.0.1', 8080, 'a.conf', 80), proxy('127.0.0.1', 3000, 'b.conf', 8080), api(3000)] }).entries;
    expect(words(middle!.inner)).toEqual(['certain proxy b.conf']);
    expect(words(middle!.inner[0]!.deployment.inner)).toEqual(['certain app api/server.js']);
  });
});

describe('Compose', () => {
  test('a service is found by its name and port, and by an alias; the mounted file tells where the proxy runs', () => {
    const facts = [edgeUnit(), unit('api', [folder('api')], { names: ['api', 'backend'] }), unit('search', [folder('search')])];
    const policies = [api(3000), app('search/server.js', 3000)];
    expect(behind({ policies: [edge('api', 3000), ...policies], facts })).toEqual(['certain app api/server.js']);
    expect(behind({ policies: [edge('Backend', 3000), ...policies], facts })).toEqual(['certain app api/server.js']);
  });

  test('the places that say so are told from the layer in front to the one behind', () => {
    const facts = [edgeUnit(), unit('api', [folder('api')])];
    const [inner] = linked({ policies: [edge('api', 3000), api(3000)], facts }).entries[0]!.inner;
    expect(inner!.link!.evidence.map(({ at, message }) => `${at.file}: ${message}`)).toEqual([
      'edge/nginx.conf: It passes requests on to api:3000.',
      'compose.yaml: It runs edge/nginx.conf.',
      'compose.yaml: This is service api.',
      'compose.yaml: It runs what is in api.',
      'api/server.js: It listens on port 3000.',
    ]);
  });

  test('where the text of an application says nothing of ports, the only one of the unit answers', () => {
    expect(behind({ policies: [edge('api', 8000), api()], facts: [edgeUnit(), unit('api', [folder('api')])] })).toEqual(['certain app api/server.js']);
    expect(behind({ policies: [edge('api', 8000), api()], facts: [edgeUnit(), unit('api', [folder('api')], { ports: [8000] })] })).toEqual(['certain app api/server.js']);
  });

  test('a port that the unit is told counts before the default in the text', () => {
    expect(behind({ policies: [edge('api', 9000), api(3000)], facts: [edgeUnit(), unit('api', [folder('api')], { ports: [9000] })] })).toEqual(['certain app api/server.js']);
  });

  test('a port on which nothing of the unit listens is a gap', () => {
    const given = { policies: [edge('api', 9000), api(3000)], facts: [edgeUnit(), unit('api', [folder('api')])] };
    expect(behind(given)).toEqual([]);
    expect(gaps(given)).toEqual(['requests are passed on to api:9000, but nothing that service api runs is known to listen there']);
  });

  test('a service that is missing from the networks of the proxy is a gap, with where it is', () => {
    expect(gaps({ policies: [edge('apis', 3000), api(3000)], facts: [edgeUnit(), unit('api', [folder('api')])] })).toEqual(['requests are passed on to apis:3000, but nothing that it can reach is called apis']);
    const apart = [edgeUnit({ networks: ['compose  front'] }), unit('web', [], { networks: ['compose  front'] }), unit('api', [folder('api')], { networks: ['compose  back'] })];
    expect(behind({ policies: [edge('api', 3000), api(3000)], facts: apart })).toEqual([]);
    expect(gaps({ policies: [edge('api', 3000), api(3000)], facts: apart })).toEqual(['requests are passed on to api:3000, but nothing that it can reach is called api: service api is in another network']);
  });

  test('a host of the internet is none that is missing, and neither is one that nobody could name', () => {
    expect(gaps({ policies: [edge('api.example.com', 443), api(3000)], facts: [edgeUnit(), unit('api', [folder('api')])] })).toEqual([]);
    expect(gaps({ policies: [edge('elsewhere', 3000), api(4000)], facts: [edgeUnit()] })).toEqual([]);
  });

  test('a unit that runs nothing of the repository is the end of the chain', () => {
    const given = { policies: [edge('grafana', 3000), api(3000)], facts: [edgeUnit(), unit('grafana', [image('grafana/grafana')]), unit('api', [folder('api')])] };
    expect(behind(given)).toEqual([]);
    expect(gaps(given)).toEqual([]);
  });

  test('localhost in a container is that container', () => {
    const facts = [edgeUnit(), unit('api', [folder('api')])];
    expect(behind({ policies: [edge('127.0.0.1', 3000), api(3000)], facts })).toEqual([]);
    expect(gaps({ policies: [edge('127.0.0.1', 3000), api(3000)], facts })).toEqual(['requests are passed on to 127.0.0.1:3000, but that is service edge itself, and nothing in it listens there']);
    expect(behind({ policies: [edge('127.0.0.1', 3000), api(3000)], facts: [unit('all', [file('edge/nginx.conf'), folder('api')])] })).toEqual(['certain app api/server.js']);
  });

  test('the machine is reached from a container by its name, and from it through published ports', () => {
    const facts = [edgeUnit(), unit('api', [folder('api')], { published: [[8080, 3000]] })];
    expect(behind({ policies: [edge('host.docker.internal', 8080), api(3000)], facts })).toEqual(['certain app api/server.js']);
    expect(behind({ policies: [proxy('127.0.0.1', 8080), api(3000)], facts })).toEqual(['certain app api/server.js']);
    expect(behind({ policies: [edge('host.docker.internal', 5000), app('host.js', 5000)], facts })).toEqual(['certain app host.js']);
    // Port 3000 is inside.
    expect(behind({ policies: [proxy('127.0.0.1', 3000), api(3000)], facts })).toEqual(['likely app api/server.js']);
  });

  test('a unit on the network of its machine is found there', () => {
    const facts = [edgeUnit({ networks: ['machine'], names: ['localhost'] }), unit('api', [folder('api')], { networks: ['machine'], names: ['localhost'] })];
    expect(behind({ policies: [edge('localhost', 3000), api(3000)], facts })).toEqual(['certain app api/server.js']);
  });

  test('a proxy that nobody runs likely means the service of that name', () => {
    expect(behind({ policies: [edge('api', 3000), api(3000)], facts: [unit('api', [folder('api')])] })).toEqual(['likely app api/server.js']);
  });

  test('what several files say of one service is put together', () => {
    const facts = [edgeUnit(), unit('api', [folder('api')]), unit('api', [], { ports: [7000] })];
    expect(behind({ policies: [edge('api', 7000), api(3000)], facts })).toEqual(['certain app api/server.js']);
  });

  test('projects in several folders are apart', () => {
    const facts = [edgeUnit(), unit('api', [folder('api')]), unit('api', [folder('other')], { networks: ['compose other'] })];
    expect(behind({ policies: [edge('api', 3000), api(3000), app('other/server.js', 3000)], facts })).toEqual(['certain app api/server.js']);
  });
});

describe('what a unit runs', () => {
  const root = (...runs: readonly Run[]): readonly TopologyFact[] => [edgeUnit(), unit('api', runs)];

  test('the narrowest claim on a file counts: another folder within, a file of its own', () => {
    const facts = [edgeUnit(), unit('all', [folder('')]), unit('api', [folder('api')])];
    expect(behind({ policies: [edge('api', 3000), api(3000)], facts })).toEqual(['certain app api/server.js']);
    expect(behind({ policies: [edge('all', 3000), api(3000)], facts })).toEqual([]);
    expect(behind({ policies: [edge('all', 3000), api(3000), app('server.js', 3000)], facts })).toEqual(['certain app server.js']);
  });

  test('a Dockerfile tells what is copied, from its build context', () => {
    const facts = [...root(dockerfile('api/Dockerfile', 'api')), container('api/Dockerfile', { copies: copies('src') })];
    expect(behind({ policies: [edge('api', 3000), app('api/src/server.js', 3000)], facts })).toEqual(['certain app api/src/server.js']);
    expect(behind({ policies: [edge('api', 3000), app('api/old/server.js', 3000)], facts })).toEqual([]);
  });

  test('a Dockerfile that is not in view, or that tells nothing, makes an image of its whole context', () => {
    expect(behind({ policies: [edge('api', 3000), api(3000)], facts: root(dockerfile('api/Dockerfile', 'api')) })).toEqual(['certain app api/server.js']);
    expect(behind({ policies: [edge('api', 3000), api(3000)], facts: [...root(dockerfile('api/Dockerfile', 'api')), container('api/Dockerfile')] })).toEqual(['certain app api/server.js']);
  });

  test('ports that a Dockerfile exposes count where the unit says none', () => {
    const exposing = container('api/Dockerfile', { ports: [{ port: 7000, at: spot('api/Dockerfile') }] });
    expect(behind({ policies: [edge('api', 7000), api(3000)], facts: [...root(dockerfile('api/Dockerfile', 'api')), exposing] })).toEqual(['certain app api/server.js']);
  });

  test('of several applications in one context, the one that its command names is certain, and that of the Dockerfile’s folder likely', () => {
    const policies = [edge('api', 3000), app('apps/api/server.js', 3000), app('apps/web/server.js', 3000)];
    const run = dockerfile('apps/api/Dockerfile', '');
    const commanded = container('apps/api/Dockerfile', { copies: copies('.'), runs: [{ path: 'apps/api/server.js', at: spot('apps/api/Dockerfile') }] });
    expect(behind({ policies, facts: [...root(run), commanded] })).toEqual(['certain app apps/api/server.js']);
    expect(behind({ policies, facts: [...root(run), container('apps/api/Dockerfile', { copies: copies('.') })] })).toEqual(['likely app apps/api/server.js']);
    expect(gaps({ policies, facts: root(folder('')) })).toHaveLength(1);
  });

  test('an image is what the repository builds under its name', () => {
    expect(behind({ policies: [edge('api', 3000), api(3000)], facts: [...root(image('shop/backend')), built('shop/backend', dockerfile('api/Dockerfile', 'api'))] })).toEqual(['certain app api/server.js']);
  });

  test('an image that is called as a folder with a Dockerfile is: likely', () => {
    expect(behind({ policies: [edge('api', 3000), api(3000)], facts: [...root(image('shop/api')), container('api/Dockerfile')] })).toEqual(['likely app api/server.js']);
    expect(behind({ policies: [edge('api', 3000), api(3000)], facts: [...root(image('shop/backend')), container('api/Dockerfile')] })).toEqual([]);
  });

  test('an image of a product is not a folder of that name', () => {
    expect(behind({ policies: [edge('web', 80), proxy('x.example.com', 80, 'nginx/nginx.conf', 80)], facts: [edgeUnit(), unit('web', [image('nginx')]), container('nginx/Dockerfile')] })).toEqual([]);
  });

  test('a configuration of the developer’s machine alone is no application of a unit', () => {
    const vite = { ...app('api/vite.config.js'), evidence: { ...api().evidence, localOnly: true as const } };
    expect(behind({ policies: [edge('api', 8000), api(), vite], facts: root(folder('api')) })).toEqual(['certain app api/server.js']);
  });
});

describe('Kubernetes', () => {
  const route = (host: string, port: number | null): PlainLayer => ({ policy: { ...proxy(host, port, 'ingress.yaml'), title: 'Ingress' }, network: 'kubernetes shop' });
  const at = (layer: PlainLayer, policies: readonly Policy[], facts: readonly TopologyFact[]): readonly string[] => behind({ policies, facts, plain: [layer] }, layer.policy);
  const deployed = pod('api', [folder('api')], { ports: [[8000, 'http']] });

  test.each<[string, string, number | null, readonly (readonly [number, number | string | null])[]]>([
    ['a port that has a number', 'api', 80, [[80, 8000]]],
    ['a port that has a name', 'api', 80, [[80, 'http']]],
    ['the same port', 'api', 8000, [[8000, null]]],
    ['the only port', 'api', null, [[80, 8000]]],
    ['a name with its namespace', 'api.shop', 80, [[80, 8000]]],
    ['a whole name', 'api.shop.svc.cluster.local', 80, [[80, 8000]]],
    ['one of several ports', 'api', 80, [[9090, 9090], [80, 'http']]],
  ])('a Service leads to the pods that it selects: %s', (_case, host, port, ports) => {
    expect(at(route(host, port), [api()], [deployed, service('api', ports)])).toEqual(['certain app api/server.js']);
  });

  test('a Service of another namespace needs its name', () => {
    const there = { ...service('api', [[80, 8000]]), names: ['api', 'api.shop', 'api.shop.svc'] };
    const from = (host: string): PlainLayer => ({ ...route(host, 80), network: 'kubernetes edge' });
    expect(at(from('api.shop'), [api()], [deployed, there])).toEqual(['certain app api/server.js']);
    expect(at(from('api'), [api()], [deployed, there])).toEqual([]);
  });

  test('a Service that selects nothing in view is the end; a port that it does not have is a gap', () => {
    const other = pod('web', [folder('web')]);
    const given = (ports: readonly (readonly [number, number | string | null])[], facts: readonly TopologyFact[]): Given => ({ policies: [api()], facts: [...facts, service('api', ports)], plain: [route('api', 80)] });
    expect(gaps(given([[80, 8000]], [other]))).toEqual([]);
    expect(gaps(given([[81, 8000]], [deployed]))).toEqual(['requests are passed on to api:80, but Service api has no port 80']);
    expect(gaps(given([[80, 'web']], [deployed]))).toEqual(['requests are passed on to api:80, but no container behind Service api has a port called web']);
  });

  test('labels must all fit', () => {
    const both = service('api', [[80, 8000]], { selects: { app: 'api', tier: 'front' } });
    expect(at(route('api', 80), [api()], [deployed, both])).toEqual([]);
    expect(at(route('api', 80), [api()], [{ ...deployed, labels: { app: 'api', tier: 'front', more: '1' } }, both])).toEqual(['certain app api/server.js']);
  });

  test('in a pod, the container whose port it is answers, and a sidecar reaches its neighbour by localhost', () => {
    const network = { networks: ['kubernetes shop', 'kubernetes pod shop/api'], names: ['localhost'], labels: { app: 'api' } };
    const facts = [unit('proxy', [file('edge/nginx.conf')], { ...network, ports: [80] }), unit('api', [folder('api')], { ...network, ports: [3000] }), service('api', [[80, 80]])];
    const policies = [edge('localhost', 3000), api(3000)];
    const layer = route('api', 80);
    expect(at(layer, policies, facts)).toEqual(['certain proxy edge/nginx.conf']);
    expect(behind({ policies, facts })).toEqual(['certain app api/server.js']);
  });

  test('a policy stands in front of what carries it', () => {
    const cors = { ...policy([always()]), title: 'cors of the Ingress', at: { file: 'ingress.yaml', start: 100_010, end: 100_020 } };
    const layer: PlainLayer = { ...route('api', 80), carries: [{ file: 'ingress.yaml', start: 100_000, end: 100_030 }] };
    const given = { policies: [cors, api()], facts: [deployed, service('api', [[80, 8000]])], plain: [layer] };
    expect(behind(given)).toEqual(['certain Ingress']);
    expect(linked(given).deploymentOf(cors).inner[0]).toMatchObject({ host: null, port: null });
    expect(linked(given).entriesTo(given.policies[1]!).map(({ deployment, certain }) => [deployment.policy.title, certain])).toEqual([['cors of the Ingress', true]]);
    expect(behind({ ...given, plain: [{ ...layer, carries: [{ file: 'other.yaml', start: 0, end: 200_000 }] }] })).toEqual([]);
  });
});

describe('who is reached from outside', () => {
  const exposed = (facts: readonly TopologyFact[], ...listens: readonly number[]): boolean => {
    const inner = api(...listens);
    return linked({ policies: [edge('api', 3000), inner], facts: [edgeUnit(), ...facts] }).isExposed(inner);
  };

  test.each<[string, boolean, readonly TopologyFact[], readonly number[]]>([
    ['nothing is published', false, [unit('api', [folder('api')])], [3000]],
    ['its own port is', true, [unit('api', [folder('api')], { published: [[3000, 3000]] })], [3000]],
    ['another port of the unit is', false, [unit('api', [folder('api')], { published: [[9229, 9229]] })], [3000]],
    ['a port is, and nobody knows which is its own', true, [unit('api', [folder('api')], { published: [[9229, 9229]] })], []],
    ['a port is that leads nobody knows where', true, [unit('api', [folder('api')], { published: [[null, null]] })], [3000]],
    ['a load balancer leads to it', true, [pod('api', [folder('api')]), service('api', [[80, 3000]], { published: true })], [3000]],
    ['a load balancer leads to its neighbour', false, [pod('api', [folder('api')]), service('api', [[80, 8080]], { published: true })], [3000]],
    ['a load balancer leads to a port by name', true, [pod('api', [folder('api')], { ports: [[3000, 'http']] }), service('api', [[80, 'http']], { published: true })], [3000]],
    ['a Service inside leads to it', false, [pod('api', [folder('api')]), service('api', [[80, 3000]])], [3000]],
    ['nobody knows where it runs', false, [], [3000]],
  ])('%s', (_case, is, facts, listens) => {
    expect(exposed(facts, ...listens)).toBe(is);
  });
});

describe('the configuration', () => {
  const layer = (name: string, source: string, inFrontOf?: readonly string[], base = ''): DeclaredLayer => ({ name, folder: base, files: [{ source: `^${source}` }], ...(inFrontOf === undefined ? {} : { inFrontOf }) });
  const front = layer('gateway', 'edge/', ['api']);
  const back = layer('api', 'api/');

  test('puts layers behind an address that leads nowhere in the repository, even one that is decided later', () => {
    for (const host of ['backend.internal', '${BACKEND}']) {
      expect(behind({ policies: [edge(host, 80), api(3000)], declared: [front, back] })).toEqual(['certain app api/server.js']);
      expect(gaps({ policies: [edge(host, 80), api(3000)], declared: [front, back] })).toEqual([]);
    }
  });

  test('wins over what is found elsewhere, and makes certain what was likely', () => {
    expect(behind({ policies: [edge('127.0.0.1', 4000), api(3000), app('search/server.js', 4000)], declared: [front, back] })).toEqual(['certain app api/server.js']);
    expect(behind({ policies: [edge('api', 3000), api(3000)], declared: [front, back] })).toEqual(['certain app api/server.js']);
  });

  test('a layer in front of none has none behind it', () => {
    expect(behind({ policies: [edge('127.0.0.1', 3000), api(3000)], declared: [layer('gateway', 'edge/', []), back] })).toEqual([]);
  });

  test('what it does not speak of stays as it is found', () => {
    expect(behind({ policies: [edge('127.0.0.1', 3000), api(3000)], declared: [back] })).toEqual(['certain app api/server.js']);
    expect(behind({ policies: [edge('127.0.0.1', 3000), api(3000)], declared: [layer('gateway', 'edge/'), back] })).toEqual([]);
  });

  test('a link that is found the other way round is none', () => {
    const inner = proxy('127.0.0.1', 80, 'api/nginx.conf', 3000);
    const given = { policies: [edge('127.0.0.1', 3000), inner], declared: [front, back] };
    expect(behind(given)).toEqual(['certain proxy api/nginx.conf']);
    expect(behind(given, inner)).toEqual([]);
    expect(gaps(given)).toEqual([]);
  });

  test('a layer that names no upstream stands in front of whatever it is', () => {
    const cdn = app('edge/cdn.js');
    const given = { policies: [cdn, api(3000)], declared: [front, back] };
    expect(behind(given)).toEqual(['certain app api/server.js']);
    expect(linked(given).deploymentOf(cdn).inner[0]!.host).toBeNull();
  });

  test('of several layers behind, an upstream leads to that of its name, else of its port; else it is a gap', () => {
    const declared = [layer('gateway', 'edge/', ['api', 'search']), back, layer('search', 'search/')];
    const policies = [api(3000), app('search/server.js', 4000)];
    expect(behind({ policies: [edge('search', 80), ...policies], declared })).toEqual(['certain app search/server.js']);
    expect(behind({ policies: [edge('10.0.0.1', 3000), ...policies], declared })).toEqual(['certain app api/server.js']);
    expect(behind({ policies: [edge('10.0.0.1', 80), ...policies], declared })).toEqual([]);
    expect(gaps({ policies: [edge('10.0.0.1', 80), ...policies], declared })).toEqual(['requests are passed on to 10.0.0.1:80, and nothing tells which of the layers that are declared behind it that is: api, search']);
  });

  test('a file belongs to the first layer that it fits, below the folder of its configuration, unless it is taken out', () => {
    const except: DeclaredLayer = { name: 'gateway', folder: 'edge', files: [{ source: '^.*\\.conf$' }, { source: '^old\\.conf$', not: true }], inFrontOf: ['api'] };
    expect(behind({ policies: [proxy('x.internal', 80, 'edge/nginx.conf'), api()], declared: [except, back] })).toHaveLength(1);
    expect(behind({ policies: [proxy('x.internal', 80, 'edge/old.conf'), api()], declared: [except, back] })).toEqual([]);
    expect(behind({ policies: [proxy('x.internal', 80, 'nginx.conf'), api()], declared: [except, back] })).toEqual([]);
  });

  test('what is declared to stand behind is not exposed', () => {
    const inner = api(3000);
    const facts = [unit('api', [folder('api')], { published: [[3000, 3000]] })];
    expect(linked({ policies: [edge('x.internal', 80), inner], facts }).isExposed(inner)).toBe(true);
    expect(linked({ policies: [edge('x.internal', 80), inner], facts, declared: [front, back] }).isExposed(inner)).toBe(false);
  });

  test('it is plain data', () => {
    expect(JSON.parse(JSON.stringify([front, back]))).toEqual([front, back]);
  });
});

describe('gaps', () => {
  test.each(['$backend', 'http://$backend', '${API_HOST}', '{{ .Values.host }}', '%{API}', '<host>', ''])('an address that is decided later: %s', (host) => {
    expect(gaps({ policies: [edge(host, 3000), api(3000)] })).toEqual([expect.stringContaining('is decided when it is deployed, or for each request')]);
  });

  test('none is told where nothing about CORS stands in front, and nothing that is alone could stand behind', () => {
    const plain = (host: string): PlainLayer => ({ policy: edge(host, 3000) });
    expect(gaps({ policies: [], plain: [plain('$backend')] })).toEqual([]);
    expect(gaps({ policies: [api(3000)], plain: [plain('$backend')] })).toHaveLength(1);
    const inFront = proxy('127.0.0.1', 80, 'front.conf', 443);
    expect(gaps({ policies: [inFront], plain: [plain('$backend')] })).toHaveLength(1);
  });
});

describe('layers in a circle', () => {
  const [first, second] = [proxy('127.0.0.1', 8080, 'a.conf', 80), proxy('127.0.0.1', 80, 'b.conf', 8080)];

  test('are followed once, and told', () => {
    const layering = linked({ policies: [first, second] });
    expect(words(layering.deploymentOf(first).inner)).toEqual(['certain proxy b.conf']);
    expect(layering.deploymentOf(first).inner[0]!.deployment.inner).toEqual([]);
    expect(layering.entries.map(({ policy: { title } }) => title)).toEqual(['proxy a.conf']);
    expect(layering.gaps.map(({ message }) => message)).toEqual(['requests are passed on to 127.0.0.1:80, and come back to proxy a.conf (a.conf): layers in a circle are not followed']);
  });

  test('a proxy that passes on to itself is one', () => {
    expect(gaps({ policies: [proxy('127.0.0.1', 80, 'a.conf', 80)] })).toHaveLength(1);
  });

  test('layers that all stand in front of all others cost no more than their links', () => {
    const policies = Array.from({ length: 60 }, (_one, index) => ({ ...proxy('127.0.0.1', 1, `p${index}.conf`, 1000 + index), steps: Array.from({ length: 60 }, (_other, to) => proxy('127.0.0.1', 1000 + to).steps[0]!) }));
    const layering = linked({ policies });
    const size = ({ inner }: Deployment): number => 1 + inner.reduce((sum, { deployment }) => sum + size(deployment), 0);
    expect(Math.max(...policies.map((one) => size(layering.deploymentOf(one))))).toBeLessThanOrEqual(5000);
    expect(layering.gaps.some(({ reason }) => reason === 'budget')).toBe(true);
  });
});

describe('what is asked of layers', () => {
  test('entries are the outermost layers, those without a word about CORS only in front of others', () => {
    const inner = api(3000);
    const lost: PlainLayer = { policy: proxy('example.com', 80, 'lost.conf') };
    const plain: PlainLayer = { policy: edge('127.0.0.1', 3000) };
    const layering = linked({ policies: [inner], plain: [lost, plain] });
    expect(layering.entries.map(({ policy: { title } }) => title)).toEqual(['proxy edge/nginx.conf']);
    expect(layering.linked.map(({ policy: { title } }) => title)).toEqual(['proxy edge/nginx.conf']);
    expect(layering.entriesTo(inner)).toHaveLength(1);
    expect(layering.entriesTo(plain.policy)).toEqual([]);
  });

  test('a way is certain when all its links are', () => {
    const inner = api(3000);
    const layering = linked({ policies: [proxy('middle', 8080, 'a.conf', 80), { ...proxy('127.0.0.1', 3000, 'middle/b.conf', 8080), reader: 'caddy' }, inner] });
    expect(layering.entriesTo(inner).map(({ certain }) => certain)).toEqual([false]);
  });

  test('a policy that is not of the run stands alone', () => {
    const stranger = api(3000);
    expect(linked({ policies: [edge('127.0.0.1', 3000)] }).deploymentOf(stranger)).toEqual({ policy: stranger, inner: [] });
  });

  test('two ways of naming one place are two, one named twice is one', () => {
    const twice = { ...edge('127.0.0.1', 3000), steps: [...edge('127.0.0.1', 3000).steps, ...edge('127.0.0.1', 3000).steps, ...edge('localhost', 3000).steps] };
    expect(linked({ policies: [twice, api(3000)] }).deploymentOf(twice).inner.map(({ host }) => host)).toEqual(['127.0.0.1', 'localhost']);
  });
});
