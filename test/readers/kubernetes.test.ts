import { describe, expect, test } from 'vitest';
import type { PlainLayer, Service, TopologyFact, Unit } from '../../src/policy/topology.js';
import contour from '../../src/readers/contour/index.js';
import emissary from '../../src/readers/emissary/index.js';
import gatewayApi from '../../src/readers/gateway-api/index.js';
import istio from '../../src/readers/istio/index.js';
import kubernetes from '../../src/readers/kubernetes/index.js';
import type { Reader } from '../../src/readers/reader.js';
import yaml, { type YamlInProject } from '../../src/syntax/yaml/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { passedOn } from '../support/passed-on.js';

interface Told {
  readonly facts: readonly TopologyFact[];
  readonly layers: readonly PlainLayer[];
}

/** What a reader tells of one of some files. */
function told(texts: Readonly<Record<string, string>>, path = Object.keys(texts)[0]!, reader: Reader<YamlInProject> = kubernetes): Told {
  const { unit } = yaml.parse(new SourceText(path, texts[path]!), filesFrom(texts));
  const readings = unit === undefined ? [] : [...reader.read(unit)];
  return { facts: readings.flatMap((reading) => (reading.kind === 'topology' ? [reading.fact] : [])), layers: readings.flatMap((reading) => (reading.kind === 'layer' ? [reading.layer] : [])) };
}

const tell = (text: string): Told => told({ 'k8s/all.yaml': text });
const unitsIn = (text: string): readonly Unit[] => tell(text).facts.filter((fact) => fact.fact === 'unit');
const servicesIn = (text: string): readonly Service[] => tell(text).facts.filter((fact) => fact.fact === 'service');
const layerIn = (text: string, reader?: Reader<YamlInProject>): PlainLayer => {
  const { layers } = told({ 'k8s/all.yaml': text }, undefined, reader);
  expect(layers).toHaveLength(1);
  return layers[0]!;
};

const workload = (kind: string, apiVersion: string, containers: string, more = ''): string => `apiVersion: ${apiVersion}
kind: ${kind}
metadata: {name: api, namespace: shop}
spec:
  template:
    metadata: {labels: {app: api, tier: back}}
    spec:
${more}      containers:
${containers}`;

const CONTAINER = `        - name: api
          image: registry.example:5000/shop/api:1.2.3@sha256:0123
          ports:
            - {name: http, containerPort: 3000}
`;

describe('workloads (kubernetes.io: Pods, Workload Management)', () => {
  test.each([
    ['Deployment', 'apps/v1'],
    ['StatefulSet', 'apps/v1'],
    ['DaemonSet', 'apps/v1'],
    ['ReplicaSet', 'apps/v1'],
    ['Deployment', 'extensions/v1beta1'],
    ['ReplicationController', 'v1'],
    ['Rollout', 'argoproj.io/v1alpha1'],
    ['DeploymentConfig', 'apps.openshift.io/v1'],
  ])('the containers of a %s of %s are units', (kind, apiVersion) => {
    const [unit, ...others] = unitsIn(workload(kind, apiVersion, CONTAINER));
    expect(others).toEqual([]);
    expect(unit).toMatchObject({ title: `${kind} shop/api`, networks: ['kubernetes pod shop/api', 'kubernetes shop'], labels: { app: 'api', tier: 'back' }, published: [] });
    expect(unit!.ports.map(({ port, name }) => [port, name])).toEqual([[3000, 'http']]);
    expect(unit!.runs).toMatchObject([{ of: 'image', name: 'registry.example:5000/shop/api' }]);
  });

  test('a Pod is its own template', () => {
    const [unit] = unitsIn('apiVersion: v1\nkind: Pod\nmetadata: {name: one, labels: {run: one}}\nspec:\n  containers: [{name: web, image: "web:1", ports: [{containerPort: 80}]}]\n');
    expect(unit).toMatchObject({ title: 'Pod one', labels: { run: 'one' }, networks: ['kubernetes pod /one', 'kubernetes '] });
  });

  test.each(['Job', 'CronJob'])('a %s serves nobody', (kind) => expect(unitsIn(workload(kind, 'batch/v1', CONTAINER))).toEqual([]));

  test('a kind of the same name in another group is none of these', () => expect(unitsIn(workload('Deployment', 'example.org/v1', CONTAINER))).toEqual([]));

  test('containers of one pod are units that share localhost', () => {
    const units = unitsIn(workload('Deployment', 'apps/v1', `${CONTAINER}        - {name: proxy, image: "nginx:1.27", ports: [{containerPort: 80}]}\n`));
    expect(units.map(({ title, names }) => [title, names])).toEqual([['Deployment shop/api, container api', ['localhost']], ['Deployment shop/api, container proxy', ['localhost']]]);
    expect(units[0]!.networks[0]).toBe(units[1]!.networks[0]);
  });

  test('the same object among others in a file is read too', () => {
    const units = unitsIn(`apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\n${workload('Deployment', 'apps/v1', CONTAINER)}---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\n`);
    expect(units.map(({ title }) => title)).toEqual(['Deployment shop/api']);
  });

  test('objects of a List are read', () => {
    const list = `apiVersion: v1\nkind: List\nitems:\n${workload('Deployment', 'apps/v1', CONTAINER).trimEnd().split('\n').map((line, index) => `${index === 0 ? '  - ' : '    '}${line}`).join('\n')}\n`;
    expect(unitsIn(list).map(({ title }) => title)).toEqual(['Deployment shop/api']);
  });

  test('environment and command tell ports that are not declared', () => {
    const port = (container: string): readonly (readonly [number, boolean | undefined])[] => unitsIn(workload('Deployment', 'apps/v1', container))[0]!.ports.map(({ port, byDefault }) => [port, byDefault]);
    expect(port('        - {name: api, image: api, env: [{name: PORT, value: "8081"}]}\n')).toEqual([[8081, undefined]]);
    expect(port('        - {name: api, image: api, env: [{name: SERVER_PORT, value: "9000"}]}\n')).toEqual([[9000, undefined]]);
    expect(port('        - {name: api, image: api, env: [{name: DB_PORT, value: "5432"}]}\n')).toEqual([]);
    expect(port('        - {name: api, image: api, command: [uvicorn, "main:app"], args: [--port, "8000"]}\n')).toEqual([[8000, undefined]]);
    expect(port('        - {name: api, image: api, command: [uvicorn, "main:app"], args: [--port, $(PORT)]}\n')).toEqual([]);
    expect(port('        - {name: api, image: api, args: [--port, "8000"]}\n')).toEqual([]);
  });

  test('ports of the node are published', () => {
    const published = (text: string): readonly (readonly [number | null, number | null])[] => unitsIn(text)[0]!.published.map(({ port, target }) => [port, target]);
    expect(published(workload('DaemonSet', 'apps/v1', '        - {name: a, image: a, ports: [{containerPort: 80, hostPort: 8080}]}\n'))).toEqual([[8080, 80]]);
    expect(published(workload('DaemonSet', 'apps/v1', '        - {name: a, image: a, ports: [{containerPort: 80}]}\n', '      hostNetwork: true\n'))).toEqual([[80, 80]]);
  });

  test('UDP is none of our ports', () => {
    expect(unitsIn(workload('Deployment', 'apps/v1', '        - {name: a, image: a, ports: [{containerPort: 53, protocol: UDP}]}\n'))[0]!.ports).toEqual([]);
  });

  test('a Service of Knative is both: its pods, and the name in front of them', () => {
    const text = 'apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: hello, namespace: shop}\nspec:\n  template:\n    spec:\n      containers: [{image: hello}]\n';
    const [unit] = unitsIn(text);
    const [service] = servicesIn(text);
    expect(unit!.ports.map(({ port }) => port)).toEqual([8080]);
    expect(service).toMatchObject({ published: true, selects: unit!.labels, ports: [{ port: 80, target: 8080 }] });
  });
});

describe('images', () => {
  const named = (image: string, files: Readonly<Record<string, string>> = {}): readonly unknown[] => told({ 'chart/templates/api.yaml': workload('Deployment', 'apps/v1', `        - name: api\n          image: ${image}\n`), ...files }).facts.flatMap((fact) => (fact.fact === 'unit' ? fact.runs : [])).map((run) => (run.of === 'image' ? run.name : run));

  test.each([
    ['api', 'api'],
    ['api:latest', 'api'],
    ['localhost:5000/api', 'localhost:5000/api'],
    ['ghcr.io/acme/api@sha256:00ff', 'ghcr.io/acme/api'],
  ])('%s is the image %s', (written, name) => expect(named(written)).toEqual([name]));

  test('a template may write the tag alone', () => expect(named('"ghcr.io/acme/api:{{ .Values.tag }}"')).toEqual(['ghcr.io/acme/api']));
  test('a name that a template writes is not known', () => expect(named('"{{ .Values.image }}:1"')).toEqual([]));
  test('the values of the chart fill the name in', () => {
    const chart = { 'chart/Chart.yaml': 'name: api\n', 'chart/values.yaml': 'image:\n  repository: ghcr.io/acme/api\n' };
    expect(named('"{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"', chart)).toEqual(['ghcr.io/acme/api']);
  });

  test('what Skaffold builds (skaffold.dev: Build)', () => {
    const text = 'apiVersion: skaffold/v4beta6\nkind: Config\nbuild:\n  artifacts:\n    - image: acme/api\n      context: services/api\n      docker: {dockerfile: docker/Dockerfile, target: run}\n    - image: acme/web\n    - {image: acme/jobs, context: jobs, jib: {}}\nprofiles:\n  - name: dev\n    build: {artifacts: [{image: acme/dev, context: dev}]}\n';
    const images = told({ 'deploy/skaffold.yaml': text }).facts.flatMap((fact) => (fact.fact === 'image' ? [[fact.name, { ...fact.run, at: undefined }]] : []));
    expect(images).toEqual([
      ['acme/api', { of: 'dockerfile', path: 'deploy/services/api/docker/Dockerfile', context: 'deploy/services/api', stage: 'run', at: undefined }],
      ['acme/web', { of: 'dockerfile', path: 'deploy/Dockerfile', context: 'deploy', at: undefined }],
      ['acme/jobs', { of: 'folder', path: 'deploy/jobs', at: undefined }],
      ['acme/dev', { of: 'dockerfile', path: 'deploy/dev/Dockerfile', context: 'deploy/dev', at: undefined }],
    ]);
  });

  test('what a kustomization renames', () => {
    const text = 'resources: [api.yaml]\nimages:\n  - {name: api, newName: ghcr.io/acme/api, newTag: "2"}\n  - {name: web, newTag: "3"}\n';
    expect(told({ 'k8s/kustomization.yaml': text }).facts).toMatchObject([{ fact: 'image', name: 'api', run: { of: 'image', name: 'ghcr.io/acme/api' } }]);
    expect(told({ 'k8s/other.yaml': text }).facts).toEqual([]);
  });
});

describe('Services (kubernetes.io: Service)', () => {
  const service = (spec: string, metadata = 'name: API, namespace: shop'): readonly Service[] => servicesIn(`apiVersion: v1\nkind: Service\nmetadata: {${metadata}}\nspec:\n${spec}`);

  test('names, selector and ports', () => {
    const [one] = service('  selector: {app: api}\n  ports:\n    - {port: 80, targetPort: http, name: web}\n    - {port: 81, targetPort: 8081}\n    - {port: 82}\n');
    expect(one).toMatchObject({ names: ['api', 'api.shop', 'api.shop.svc', 'api.shop.svc.cluster.local'], networks: ['kubernetes shop'], selects: { app: 'api' }, published: false });
    expect(one!.ports.map(({ port, name, target }) => [port, name, target])).toEqual([[80, 'web', 'http'], [81, undefined, 8081], [82, undefined, null]]);
  });

  test.each([['LoadBalancer', true], ['NodePort', true], ['ClusterIP', false], ['ExternalName', false]])('%s is reached from outside: %s', (type, published) => {
    expect(service(`  type: ${type}\n  selector: {app: api}\n`)[0]!.published).toBe(published);
  });

  test('the name of a headless one is that of its pods', () => {
    expect(service('  clusterIP: None\n  selector: {app: api}\n  ports: [{port: 80, targetPort: 8080}]\n')[0]!.ports.map(({ port, target }) => [port, target])).toEqual([[80, 8080], [8080, null]]);
  });

  test('another name for a host outside selects nothing', () => expect(service('  type: ExternalName\n  externalName: api.example.com\n')[0]!.selects).toEqual({}));
  test('without a namespace it has one name', () => expect(service('  selector: {app: api}\n', 'name: api')[0]!.names).toEqual(['api']));
  test('a name that a template writes is not known', () => expect(service('  selector: {app: api}\n', 'name: "{{ .Release.Name }}-api"')).toEqual([]));
});

const ingress = (paths: string, annotations = '', host = 'shop.example'): string => `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  namespace: shop
  annotations: {note: none${annotations}}
spec:
  rules:
    - host: "${host}"
      http:
        paths:
${paths}`;
const path = (text: string, type: string, service = 'api', port = '{number: 80}'): string => `          - {path: '${text}', pathType: ${type}, backend: {service: {name: ${service}, port: ${port}}}}\n`;
const nginx = (name: string, value: string): string => `, nginx.ingress.kubernetes.io/${name}: '${value}'`;

type Asked = readonly [method: string, url: string, goes: string | readonly string[], headers?: Readonly<Record<string, string>>];

function expectPassed({ policy }: PlainLayer, all: readonly Asked[]): void {
  for (const [method, url, goes, headers] of all) expect([method, url, passedOn(policy, method, url, headers)]).toEqual([method, url, typeof goes === 'string' ? [goes] : goes]);
}

describe('Ingress (kubernetes.io: Ingress; ingress-nginx: Annotations, Rewrite, Path Matching)', () => {
  test.each<readonly [string, string, readonly Asked[]]>([
    ['Prefix by whole segments', ingress(path('/api', 'Prefix')), [['GET', 'http://shop.example/api', 'api:80 /api'], ['GET', 'http://shop.example/api/x', 'api:80 /api/x'], ['GET', 'http://shop.example/apis', 'on'], ['GET', 'http://other.example/api', 'on']]],
    ['Prefix of everything', ingress(path('/', 'Prefix')), [['GET', 'http://shop.example/x/y', 'api:80 /x/y']]],
    ['Exact', ingress(path('/api', 'Exact')), [['GET', 'http://shop.example/api', 'api:80 /api'], ['GET', 'http://shop.example/api/', 'on']]],
    ['Exact before Prefix, longer before shorter', ingress(path('/', 'Prefix', 'web') + path('/api', 'Prefix', 'api') + path('/api', 'Exact', 'exact') + path('/api/v2', 'Prefix', 'two')), [['GET', 'http://shop.example/x', 'web:80 /x'], ['GET', 'http://shop.example/api', 'exact:80 /api'], ['GET', 'http://shop.example/api/x', 'api:80 /api/x'], ['GET', 'http://shop.example/api/v2/x', 'two:80 /api/v2/x']]],
    ['ImplementationSpecific as a prefix of the text', ingress(path('/api', 'ImplementationSpecific')), [['GET', 'http://shop.example/apis', 'api:80 /apis']]],
    ['an asterisk of a cloud', ingress(path('/api/*', 'ImplementationSpecific')), [['GET', 'http://shop.example/api/x', 'api:80 /api/x'], ['GET', 'http://shop.example/x', 'on']]],
    ['Traefik’s prefixes are texts', ingress(path('/api', 'Prefix'), ', kubernetes.io/ingress.class: traefik'), [['GET', 'http://shop.example/apis', 'api:80 /apis']]],
    ['a wildcard stands for one label', ingress(path('/', 'Prefix'), '', '*.shop.example'), [['GET', 'http://a.shop.example/', 'api:80 /'], ['GET', 'http://a.b.shop.example/', 'on'], ['GET', 'http://shop.example/', 'on']]],
    ['a port by its name is whoever’s port it is', ingress(path('/', 'Prefix', 'api', '{name: http}')), [['GET', 'http://shop.example/', 'api:? /']]],
    ['rewrite-target with a group', ingress(path('/api(/|$)(.*)', 'ImplementationSpecific'), nginx('rewrite-target', '/$2')), [['GET', 'http://shop.example/api/orders', 'api:80 /orders'], ['GET', 'http://shop.example/api', 'api:80 /'], ['GET', 'http://shop.example/API/x', 'unknown path'], ['GET', 'http://shop.example/apis', 'on']]],
    ['rewrite-target with a group behind the slash', ingress(path('/api/(.*)', 'ImplementationSpecific'), nginx('rewrite-target', '/v1/$1')), [['GET', 'http://shop.example/api/orders', 'api:80 /v1/orders']]],
    ['rewrite-target with a group that has the slash', ingress(path('/api(/.*)', 'ImplementationSpecific'), nginx('rewrite-target', '$1')), [['GET', 'http://shop.example/api/orders', 'api:80 /orders']]],
    ['rewrite-target of everything to itself', ingress(path('/(.*)', 'Prefix'), nginx('rewrite-target', '/$1')), [['GET', 'http://shop.example/orders', 'api:80 /orders']]],
    ['rewrite-target without a group', ingress(path('/pay', 'Prefix'), nginx('rewrite-target', '/')), [['GET', 'http://shop.example/pay/x', 'api:80 /']]],
    ['a rewriting that is not understood', ingress(path('/(a|b)/(.*)', 'Prefix'), nginx('rewrite-target', '/$2')), [['GET', 'http://shop.example/a/x', 'unknown path']]],
    ['use-regex', ingress(path('/api/v[0-9]+/', 'ImplementationSpecific'), nginx('use-regex', 'true')), [['GET', 'http://shop.example/api/v12/x', 'api:80 /api/v12/x'], ['GET', 'http://shop.example/api/x', 'on']]],
    ['another controller’s rewriting', ingress(path('/api', 'Prefix'), ", haproxy.org/path-rewrite: '/api/(.*) /1'"), [['GET', 'http://shop.example/api/x', 'unknown path']]],
    ['Kong takes the path away', ingress(path('/api', 'Prefix'), ", konghq.com/strip-path: 'true'"), [['GET', 'http://shop.example/api/x', 'api:80 /x'], ['GET', 'http://shop.example/api', 'api:80 /']]],
    ['basic authentication refuses preflights', ingress(path('/', 'Prefix'), nginx('auth-type', 'basic') + nginx('auth-secret', 'people')), [['OPTIONS', 'http://shop.example/', '401 unauthenticated'], ['GET', 'http://shop.example/', 'api:80 /', { authorization: 'Basic eDp5' }]]],
    ['basic authentication without its secret is none', ingress(path('/', 'Prefix'), nginx('auth-type', 'basic')), [['OPTIONS', 'http://shop.example/', 'api:80 /']]],
    ['an external check may refuse preflights', ingress(path('/', 'Prefix'), nginx('auth-url', 'https://auth.example/check')), [['OPTIONS', 'http://shop.example/', ['401 unauthenticated', 'api:80 /']], ['GET', 'http://shop.example/', 'api:80 /', { cookie: 's=1' }]]],
    ['a load balancer sends preflights to log in', ingress(path('/', 'Prefix'), ', alb.ingress.kubernetes.io/auth-type: oidc'), [['OPTIONS', 'http://shop.example/', '302 unauthenticated'], ['GET', 'http://shop.example/', 'api:80 /', { cookie: 'AWSELBAuthSessionCookie=1' }]]],
    ['a load balancer that lets everybody on', ingress(path('/', 'Prefix'), ', alb.ingress.kubernetes.io/auth-type: oidc, alb.ingress.kubernetes.io/auth-on-unauthenticated-request: allow'), [['OPTIONS', 'http://shop.example/', 'api:80 /']]],
    ['the older form, with a default backend', 'apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: {name: shop}\nspec:\n  backend: {serviceName: web, servicePort: 8080}\n  rules:\n    - host: shop.example\n      http:\n        paths:\n          - {path: /api, backend: {serviceName: api, servicePort: 80}}\n', [['GET', 'http://shop.example/api', 'api:80 /api'], ['GET', 'http://shop.example/x', 'web:8080 /x'], ['GET', 'http://other.example/api', 'web:8080 /api']]],
    ['a host of its own before a wildcard', 'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: shop}\nspec:\n  rules:\n    - {host: "*.shop.example", http: {paths: [{path: /api, pathType: Prefix, backend: {service: {name: any, port: {number: 80}}}}]}}\n    - {host: a.shop.example, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: one, port: {number: 80}}}}]}}\n', [['GET', 'http://a.shop.example/api', 'one:80 /api'], ['GET', 'http://b.shop.example/api', 'any:80 /api']]],
    ['a name that a template writes stays as it is written', ingress(path('/', 'Prefix', '"{{ include \\"shop.fullname\\" . }}"')), [['GET', 'http://shop.example/', '{{ include \\"shop.fullname\\" . }}:80 /']]],
  ])('%s', (_name, text, all) => expectPassed(layerIn(text), all));

  test('it stands behind the CORS of its own annotations, in its namespace’s network', () => {
    const layer = layerIn(ingress(path('/', 'Prefix'), nginx('enable-cors', 'true')));
    expect(layer.network).toBe('kubernetes shop');
    expect(layer.policy.title).toBe('Ingress shop');
    expect(layer.carries).toEqual([layer.policy.at]);
  });

  test('its places are asked about under their hosts', () => {
    const { policy } = layerIn(ingress(path('/api(/|$)(.*)', 'Prefix') + path('/x?', 'Prefix'), nginx('use-regex', 'true')));
    expect(policy.probes.map(({ path: asked, host }) => [host, asked])).toEqual([['shop.example', '/api'], ['shop.example', '/']]);
  });

  test('one that only says where TLS ends is none', () => expect(tell('apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a}\nspec: {tls: [{hosts: [a.example]}]}\n').layers).toEqual([]));
});

const route = (routes: string, kind = 'IngressRoute', apiVersion = 'traefik.io/v1alpha1'): string => `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: shop, namespace: shop}\nspec:\n  routes:\n${routes}`;
const middleware = (name: string, spec: string): string => `---\napiVersion: traefik.io/v1alpha1\nkind: Middleware\nmetadata: {name: ${name}, namespace: shop}\nspec: ${spec}\n`;

describe('Traefik’s IngressRoute (doc.traefik.io: Kubernetes IngressRoute, HTTP Middlewares)', () => {
  const API = '    - {match: "Host(`shop.example`) && PathPrefix(`/api`)", services: [{name: api, port: 80}], middlewares: [{name: first}]}\n';
  test.each<readonly [string, string, readonly Asked[]]>([
    ['the longer rule first', route('    - {match: "Host(`shop.example`)", services: [{name: web, port: 80}]}\n    - {match: "Host(`shop.example`) && PathPrefix(`/api`)", services: [{name: api, port: 80}]}\n'), [['GET', 'http://shop.example/api/x', 'api:80 /api/x'], ['GET', 'http://shop.example/x', 'web:80 /x']]],
    ['a priority before the length', route('    - {match: "Host(`shop.example`)", priority: 100, services: [{name: web, port: 80}]}\n    - {match: "Host(`shop.example`) && PathPrefix(`/api`)", services: [{name: api, port: 80}]}\n'), [['GET', 'http://shop.example/api/x', 'web:80 /api/x']]],
    ['another namespace', route('    - {match: "Host(`shop.example`)", services: [{name: web, namespace: edge, port: 80}]}\n', 'IngressRoute', 'traefik.containo.us/v1alpha1'), [['GET', 'http://shop.example/', 'web.edge:80 /']]],
    ['stripPrefix', route(API) + middleware('first', '{stripPrefix: {prefixes: [/api]}}'), [['GET', 'http://shop.example/api/x', 'api:80 /x'], ['GET', 'http://shop.example/api', 'api:80 /']]],
    ['addPrefix', route(API) + middleware('first', '{addPrefix: {prefix: /v1}}'), [['GET', 'http://shop.example/api/x', 'api:80 /v1/api/x']]],
    ['replacePath', route(API) + middleware('first', '{replacePath: {path: /all}}'), [['GET', 'http://shop.example/api/x', 'api:80 /all']]],
    ['a pattern is not followed', route(API) + middleware('first', '{replacePathRegex: {regex: "^/api/(.*)", replacement: "/$1"}}'), [['GET', 'http://shop.example/api/x', 'unknown path']]],
    ['headers leave the path', route(API) + middleware('first', '{headers: {accessControlAllowOriginList: ["https://a.example"]}}'), [['GET', 'http://shop.example/api/x', 'api:80 /api/x']]],
    ['basicAuth refuses preflights', route(API) + middleware('first', '{basicAuth: {secret: people}}'), [['OPTIONS', 'http://shop.example/api/x', '401 unauthenticated']]],
    ['forwardAuth may', route(API) + middleware('first', '{forwardAuth: {address: "http://auth/"}}'), [['OPTIONS', 'http://shop.example/api/x', ['401 unauthenticated', 'api:80 /api/x']]]],
    ['a chain stands for its parts', route(API) + middleware('first', '{chain: {middlewares: [{name: strip}, {name: auth}]}}') + middleware('strip', '{stripPrefix: {prefixes: [/api]}}') + middleware('auth', '{digestAuth: {secret: people}}'), [['OPTIONS', 'http://shop.example/api/x', '401 unauthenticated'], ['GET', 'http://shop.example/api/x', 'api:80 /x', { authorization: 'Digest x' }]]],
    ['a middleware that is not in view may do anything to the path', route(API), [['GET', 'http://shop.example/api/x', 'unknown path']]],
    ['two services share the requests', route('    - {match: "Host(`shop.example`)", services: [{name: one, port: 80, weight: 1}, {name: two, port: 80, weight: 1}]}\n'), [['GET', 'http://shop.example/', ['one:80 /', 'two:80 /']]]],
  ])('%s', (_name, text, all) => expectPassed(layerIn(text), all));

  test('middlewares are found in the files beside, and their CORS stands in front', () => {
    const files = { 'k8s/route.yaml': route(API), 'k8s/strip.yaml': middleware('first', '{stripPrefix: {prefixes: [/api]}}'), 'k8s/other.yaml': 'kind: Nothing\n' };
    const { layers } = told(files);
    expectPassed(layers[0]!, [['GET', 'http://shop.example/api/x', 'api:80 /x']]);
    expect(layers[0]!.carries!.map(({ file }) => file)).toEqual(['k8s/route.yaml', 'k8s/strip.yaml']);
  });
});

describe('OpenShift’s Route', () => {
  const openshift = (spec: string, annotations = ''): string => `apiVersion: route.openshift.io/v1\nkind: Route\nmetadata: {name: api, namespace: shop, annotations: {note: a${annotations}}}\nspec:\n  host: shop.example\n${spec}`;
  test.each<readonly [string, string, readonly Asked[]]>([
    ['a path by whole segments', openshift('  path: /api\n  to: {kind: Service, name: api}\n'), [['GET', 'http://shop.example/api/x', 'api:? /api/x'], ['GET', 'http://shop.example/apis', 'on']]],
    ['several by weight, none by none', openshift('  to: {kind: Service, name: one, weight: 50}\n  alternateBackends: [{kind: Service, name: two, weight: 50}, {kind: Service, name: three, weight: 0}]\n'), [['GET', 'http://shop.example/', ['one:? /', 'two:? /']]]],
    ['rewrite-target', openshift('  path: /api\n  to: {kind: Service, name: api}\n', ', haproxy.router.openshift.io/rewrite-target: /v1'), [['GET', 'http://shop.example/api/x', 'api:? /v1/x']]],
  ])('%s', (_name, text, all) => expectPassed(layerIn(text), all));
});

describe('NGINX Inc.’s VirtualServer (docs.nginx.com: VirtualServer resources)', () => {
  const server = (routes: string, more = ''): string => `apiVersion: k8s.nginx.org/v1\nkind: VirtualServer\nmetadata: {name: cafe}\nspec:\n  host: cafe.example\n${more}  upstreams:\n    - {name: tea, service: tea-svc, port: 80}\n    - {name: coffee, service: coffee-svc, port: 8080}\n  routes:\n${routes}`;
  test.each<readonly [string, string, readonly Asked[]]>([
    ['prefixes, patterns and exact paths in nginx’s order', server('    - {path: /, action: {pass: coffee}}\n    - {path: "~ ^/decaf/.*\\\\.jpg$", action: {pass: tea}}\n    - {path: /decaf, action: {pass: coffee}}\n    - {path: =/green/tea, action: {pass: tea}}\n'), [['GET', 'http://cafe.example/x', 'coffee-svc:8080 /x'], ['GET', 'http://cafe.example/decaf/a.jpg', 'tea-svc:80 /decaf/a.jpg'], ['GET', 'http://cafe.example/green/tea', 'tea-svc:80 /green/tea'], ['GET', 'http://cafe.example/green/tea/x', 'coffee-svc:8080 /green/tea/x']]],
    ['rewritePath', server('    - {path: /tea/, action: {proxy: {upstream: tea, rewritePath: /}}}\n'), [['GET', 'http://cafe.example/tea/x', 'tea-svc:80 /x']]],
    ['splits', server('    - {path: /, splits: [{weight: 80, action: {pass: tea}}, {weight: 20, action: {pass: coffee}}]}\n'), [['GET', 'http://cafe.example/', ['coffee-svc:8080 /', 'tea-svc:80 /']]]],
    ['conditions of a route', server('    - {path: /, matches: [{conditions: [{cookie: v, value: two}], action: {pass: tea}}], action: {pass: coffee}}\n'), [['GET', 'http://cafe.example/', ['coffee-svc:8080 /', 'tea-svc:80 /']]]],
    ['an answer of its own', server('    - {path: /gone, action: {return: {code: 410, body: gone}}}\n    - {path: /old, action: {redirect: {url: "https://new.example"}}}\n'), [['GET', 'http://cafe.example/gone', '410'], ['GET', 'http://cafe.example/old', '301']]],
    ['a policy asks for credentials', `${server('    - {path: /, action: {pass: tea}}\n', '  policies: [{name: login}]\n')}---\napiVersion: k8s.nginx.org/v1\nkind: Policy\nmetadata: {name: login}\nspec: {basicAuth: {secret: people, realm: cafe}}\n`, [['OPTIONS', 'http://cafe.example/', '401 unauthenticated']]],
    ['a policy that is not in view may', server('    - {path: /, action: {pass: tea}}\n', '  policies: [{name: login}]\n'), [['OPTIONS', 'http://cafe.example/', ['401 unauthenticated', 'tea-svc:80 /']]]],
  ])('%s', (_name, text, all) => expectPassed(layerIn(text), all));
});

describe('HTTPRoute (gateway-api.sigs.k8s.io: HTTPRoute)', () => {
  const httpRoute = (rules: string): string => `apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: shop, namespace: shop}\nspec:\n  parentRefs: [{name: edge}]\n  hostnames: [shop.example]\n  rules:\n${rules}`;
  const security = (target: string, spec: string): string => `---\napiVersion: gateway.envoyproxy.io/v1alpha1\nkind: SecurityPolicy\nmetadata: {name: login, namespace: shop}\nspec:\n  targetRefs: [${target}]\n  ${spec}\n`;
  const ALL = '    - {backendRefs: [{name: api, port: 8080}]}\n';
  test.each<readonly [string, string, readonly Asked[]]>([
    ['PathPrefix by whole segments, Exact first', httpRoute('    - {matches: [{path: {type: PathPrefix, value: /api}}], backendRefs: [{name: api, port: 8080}]}\n    - {matches: [{path: {type: Exact, value: /api/x}}], backendRefs: [{name: exact, port: 80}]}\n'), [['GET', 'http://shop.example/api/y', 'api:8080 /api/y'], ['GET', 'http://shop.example/api/x', 'exact:80 /api/x'], ['GET', 'http://shop.example/apis', 'on']]],
    ['a method', httpRoute('    - {matches: [{method: POST}], backendRefs: [{name: writes, port: 80}]}\n    - {backendRefs: [{name: reads, port: 80}]}\n'), [['POST', 'http://shop.example/', 'writes:80 /'], ['OPTIONS', 'http://shop.example/', 'reads:80 /']]],
    ['ReplacePrefixMatch', httpRoute('    - matches: [{path: {value: /api}}]\n      filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /}}}]\n      backendRefs: [{name: api, port: 80}]\n'), [['GET', 'http://shop.example/api/x', 'api:80 /x'], ['GET', 'http://shop.example/api', 'api:80 /']]],
    ['ReplaceFullPath', httpRoute('    - filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplaceFullPath, replaceFullPath: /all}}}]\n      backendRefs: [{name: api, port: 80}]\n'), [['GET', 'http://shop.example/x', 'api:80 /all']]],
    ['weights and another namespace', httpRoute('    - {backendRefs: [{name: one, namespace: edge, port: 80, weight: 1}, {name: two, port: 80, weight: 9}, {name: three, port: 80, weight: 0}]}\n'), [['GET', 'http://shop.example/', ['one.edge:80 /', 'two:80 /']]]],
    ['a redirect', httpRoute('    - {filters: [{type: RequestRedirect, requestRedirect: {scheme: https}}]}\n    - {matches: [{path: {value: /api}}], backendRefs: [{name: api, port: 80}]}\n'), [['GET', 'http://shop.example/', '302'], ['GET', 'http://shop.example/api', 'api:80 /api']]],
    ['a SecurityPolicy of the route asks for credentials', httpRoute(ALL) + security('{group: gateway.networking.k8s.io, kind: HTTPRoute, name: shop}', 'basicAuth: {users: {name: people}}'), [['OPTIONS', 'http://shop.example/', '401 unauthenticated']]],
    ['one of its gateway too', httpRoute(ALL) + security('{group: gateway.networking.k8s.io, kind: Gateway, name: edge}', 'jwt: {providers: [{name: a}]}'), [['OPTIONS', 'http://shop.example/', '401 unauthenticated']]],
    ['one of another route does not', httpRoute(ALL) + security('{group: gateway.networking.k8s.io, kind: HTTPRoute, name: other}', 'basicAuth: {users: {name: people}}'), [['OPTIONS', 'http://shop.example/', 'api:8080 /']]],
  ])('%s', (_name, text, all) => expectPassed(layerIn(text, gatewayApi), all));

  test('CORS of a SecurityPolicy stands in front', () => {
    const text = httpRoute(ALL) + security('{group: gateway.networking.k8s.io, kind: HTTPRoute, name: shop}', 'cors: {allowOrigins: ["https://app.example"]}');
    expect(layerIn(text, gatewayApi).carries!.map(({ start }) => text.slice(start, start + 30))).toEqual([text.slice(0, 30), 'apiVersion: gateway.envoyproxy']);
  });
});

describe('Istio’s VirtualService (istio.io: Virtual Service)', () => {
  const virtual = (http: string, gateways = '[edge]'): string => `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: shop, namespace: shop}\nspec:\n  hosts: [shop.example]\n  gateways: ${gateways}\n  http:\n${http}`;
  test.each<readonly [string, string, readonly Asked[]]>([
    ['the first that matches', virtual('    - {match: [{uri: {prefix: /api}}], route: [{destination: {host: api, port: {number: 8080}}}]}\n    - {route: [{destination: {host: web.shop.svc.cluster.local}}]}\n'), [['GET', 'http://shop.example/api/x', 'api:8080 /api/x'], ['GET', 'http://shop.example/x', 'web.shop.svc.cluster.local:? /x']]],
    ['a rewrite of the prefix replaces its text', virtual('    - {match: [{uri: {prefix: /api/}}], rewrite: {uri: /}, route: [{destination: {host: api}}]}\n'), [['GET', 'http://shop.example/api/x', 'api:? /x']]],
    ['a rewrite of an exact path', virtual('    - {match: [{uri: {exact: /api}}], rewrite: {uri: /v1}, route: [{destination: {host: api}}]}\n'), [['GET', 'http://shop.example/api', 'api:? /v1']]],
    ['a rewrite by a pattern is not followed', virtual('    - {rewrite: {uriRegexRewrite: {match: ^/api/(.*), rewrite: /1}}, route: [{destination: {host: api}}]}\n'), [['GET', 'http://shop.example/api/x', 'unknown path']]],
    ['destinations by weight', virtual('    - {route: [{destination: {host: one}, weight: 90}, {destination: {host: two}, weight: 10}]}\n'), [['GET', 'http://shop.example/', ['one:? /', 'two:? /']]]],
    ['one that delegates', `${virtual('    - {match: [{uri: {prefix: /api}}], delegate: {name: inner, namespace: shop}}\n')}---\napiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: inner, namespace: shop}\nspec:\n  http:\n    - {rewrite: {uri: /v1}, route: [{destination: {host: api}}]}\n`, [['GET', 'http://shop.example/api/x', 'api:? /v1/x'], ['GET', 'http://shop.example/x', 'on']]],
    ['a redirect', virtual('    - {redirect: {uri: /new}}\n    - {route: [{destination: {host: api}}]}\n'), [['GET', 'http://shop.example/', '301']]],
  ])('%s', (_name, text, all) => expectPassed(layerIn(text, istio), all));

  test('one of the mesh alone brings nobody in from outside', () => {
    expect(told({ 'a.yaml': virtual('    - {route: [{destination: {host: api}}]}\n', '[mesh]') }, undefined, istio).layers).toEqual([]);
  });
});

describe('Contour’s HTTPProxy (projectcontour.io: Request Routing, Inclusion)', () => {
  const proxy = (spec: string, name = 'shop'): string => `apiVersion: projectcontour.io/v1\nkind: HTTPProxy\nmetadata: {name: ${name}, namespace: shop}\nspec:\n${spec}`;
  const HOST = '  virtualhost: {fqdn: shop.example}\n';
  test.each<readonly [string, string, readonly Asked[]]>([
    ['the longest prefix', proxy(`${HOST}  routes:\n    - {conditions: [{prefix: /}], services: [{name: web, port: 80}]}\n    - {conditions: [{prefix: /api}], services: [{name: api, port: 80}]}\n`), [['GET', 'http://shop.example/api/x', 'api:80 /api/x'], ['GET', 'http://shop.example/x', 'web:80 /x']]],
    ['replacePrefix', proxy(`${HOST}  routes:\n    - {conditions: [{prefix: /api}], services: [{name: api, port: 80}], pathRewritePolicy: {replacePrefix: [{replacement: /v1}]}}\n`), [['GET', 'http://shop.example/api/x', 'api:80 /v1/x'], ['GET', 'http://shop.example/api', 'api:80 /v1']]],
    ['a mirror gets copies only', proxy(`${HOST}  routes:\n    - {services: [{name: api, port: 80}, {name: copy, port: 80, mirror: true}]}\n`), [['GET', 'http://shop.example/', 'api:80 /']]],
    ['a redirect', proxy(`${HOST}  routes:\n    - {requestRedirectPolicy: {scheme: https}}\n    - {conditions: [{prefix: /api}], services: [{name: api, port: 80}]}\n`), [['GET', 'http://shop.example/x', '302']]],
    ['an include', `${proxy(`${HOST}  includes: [{name: inner, conditions: [{prefix: /api}]}]\n`)}---\n${proxy('  routes:\n    - {conditions: [{prefix: /v2}], services: [{name: two, port: 80}]}\n    - {services: [{name: one, port: 80}]}\n', 'inner')}`, [['GET', 'http://shop.example/api/v2/x', 'two:80 /api/v2/x'], ['GET', 'http://shop.example/api/x', 'one:80 /api/x'], ['GET', 'http://shop.example/x', 'on']]],
  ])('%s', (_name, text, all) => expectPassed(layerIn(text, contour), all));
});

describe('Emissary’s Mapping (getambassador.io: Mapping, Rewrites)', () => {
  const mapping = (spec: string): string => `apiVersion: getambassador.io/v3alpha1\nkind: Mapping\nmetadata: {name: shop, namespace: shop}\nspec: {hostname: shop.example, ${spec}}\n`;
  test.each<readonly [string, string, readonly Asked[]]>([
    ['the prefix becomes a slash', mapping('prefix: /api/, service: api'), [['GET', 'http://shop.example/api/x', 'api:80 /x'], ['GET', 'http://shop.example/x', 'on']]],
    ['a rewrite', mapping('prefix: /api/, rewrite: /v1/, service: "api.shop:8080"'), [['GET', 'http://shop.example/api/x', 'api.shop:8080 /v1/x']]],
    ['no rewrite', mapping('prefix: /api/, rewrite: "", service: "https://api"'), [['GET', 'http://shop.example/api/x', 'api:443 /api/x']]],
    ['a pattern that rewrites is not followed', mapping('prefix: /api/, service: api, regex_rewrite: {pattern: "/api/(.*)", substitution: "/1"}'), [['GET', 'http://shop.example/api/x', 'unknown path']]],
    ['a method', mapping('prefix: /, method: GET, service: api'), [['GET', 'http://shop.example/', 'api:80 /'], ['OPTIONS', 'http://shop.example/', 'on']]],
  ])('%s', (_name, text, all) => expectPassed(layerIn(text, emissary), all));
});

describe('hostile and broken files', () => {
  const texts = [workload('Deployment', 'apps/v1', CONTAINER), ingress(path('/api(/|$)(.*)', 'Prefix'), nginx('rewrite-target', '/$2')), route('    - {match: "Host(`a`", services: [{name: 1, port: http}], middlewares: [{name: a}, 3]}\n') + middleware('a', '{chain: {middlewares: [{name: a}]}}')];
  test.each(texts)('every prefix of a text is read without a throw (%#)', (text) => {
    for (let end = 0; end <= text.length; end += 3) {
      const { facts, layers } = tell(text.slice(0, end));
      for (const { at } of [...facts, ...layers.map(({ policy }) => policy)]) expect(at.end).toBeLessThanOrEqual(end);
    }
  });

  test('what includes itself many times over is left early', () => {
    const proxy = `apiVersion: projectcontour.io/v1\nkind: HTTPProxy\nmetadata: {name: a}\nspec:\n  virtualhost: {fqdn: a.example}\n  includes: [${'{name: a}, '.repeat(200)}{name: a}]\n  routes: [{services: [{name: b, port: 80}]}]\n`;
    expect(layerIn(proxy, contour).policy.steps.length).toBeLessThan(100);
    const chain = route('    - {match: "Host(`a.example`)", services: [{name: b, port: 80}], middlewares: [{name: a}]}\n') + middleware('a', `{chain: {middlewares: [${'{name: a}, '.repeat(200)}{name: a}]}}`);
    expectPassed(layerIn(chain), [['GET', 'http://a.example/', 'unknown path']]);
  });

  test('wrong kinds of values tell nothing', () => {
    expect(tell('apiVersion: apps/v1\nkind: Deployment\nmetadata: [a]\nspec: {template: {metadata: 3, spec: {containers: {a: b}}}}\n').facts).toEqual([]);
    expect(tell('apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [3, {port: x}, {port: 70000}], selector: [a]}\n').facts).toMatchObject([{ ports: [], selects: {} }]);
    expect(tell('apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a}\nspec: {rules: [{http: {paths: [{backend: 3}, {backend: {resource: {kind: StorageBucket}}}]}}]}\n').layers.flatMap(({ policy }) => policy.steps.map(({ end }) => end?.to))).toEqual(['behind', 'behind']);
  });
});
