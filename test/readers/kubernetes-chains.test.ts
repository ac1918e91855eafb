import { describe, expect, test } from 'vitest';
import type { Survey } from '../../src/engine.js';
import type { Deployment } from '../../src/policy/evaluate.js';
import { asFolder, STRANGERS, told } from '../support/among-many.js';

type Texts = Readonly<Record<string, string>>;

const EXPRESS = (port: number, options = "{ origin: 'https://app.example.com', allowedHeaders: ['Authorization'] }"): string => `const app = require('express')();
app.use(require('cors')(${options}));
app.get('/orders', (req, res) => res.json([]));
app.listen(${port});
`;

/** The application of a folder, and what builds it. */
const application = (name: string, port: number): Texts => ({ [`${name}/server.js`]: EXPRESS(port), [`${name}/Dockerfile`]: 'FROM node:22\nWORKDIR /app\nCOPY . .\nCMD ["node", "server.js"]\n' });

const skaffold = (...names: readonly string[]): Texts => ({ 'skaffold.yaml': `apiVersion: skaffold/v4beta6\nkind: Config\nbuild:\n  artifacts:\n${names.map((name) => `    - {image: shop/${name}, context: ${name}}\n`).join('')}` });

const deployment = (name: string, port: string | number, image = `shop/${name}`, metadata = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}${metadata}}
spec:
  template:
    metadata: {labels: {app: ${name}}}
    spec: {containers: [{name: ${name}, image: "${image}", ports: [{name: http, containerPort: ${port}}]}]}
`;

const service = (name: string, target: string | number, selects = name, metadata = ''): string => `apiVersion: v1
kind: Service
metadata: {name: ${name}${metadata}}
spec: {selector: {app: ${selects}}, ports: [{name: web, port: 80, targetPort: ${target}}]}
`;

const ingress = (annotations = 'note: a', path = '{path: /, pathType: Prefix, backend: {service: {name: api, port: {number: 80}}}}'): string => `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, annotations: {${annotations}}}
spec: {rules: [{host: api.example, http: {paths: [${path}]}}]}
`;

const BASIC = 'nginx.ingress.kubernetes.io/auth-type: basic, nginx.ingress.kubernetes.io/auth-secret: people';

/** Whatever else the repository holds. */
async function ask(texts: Texts): Promise<Survey> {
  const whole = await asFolder(texts);
  expect(told(await asFolder({ ...texts, ...STRANGERS }))).toEqual(told(whole));
  return whole;
}

/** Layers of a chain in order; `?` in front of a link that is only likely. */
function chainsOf({ entries }: Survey): readonly string[] {
  const from = ({ policy, inner }: Deployment): readonly string[] => (inner.length === 0 ? [policy.title] : inner.flatMap((one) => from(one.deployment).map((rest) => `${policy.title} ${one.link?.certain === false ? '?' : ''}> ${rest}`)));
  return entries.flatMap(from).sort();
}

const found = ({ findings }: Survey): readonly string[] => findings.map(({ ruleId, at }) => `${ruleId} ${at.file}`).sort();

describe('an application in a cluster', () => {
  const base = { ...application('api', 3000), ...skaffold('api'), 'k8s/api.yaml': deployment('api', 3000), 'k8s/service.yaml': service('api', 'http') };

  test('stands behind its Ingress, which asks preflights for credentials', async () => {
    const result = await ask({ ...base, 'k8s/ingress.yaml': ingress(BASIC) });
    expect(chainsOf(result)).toEqual(['Ingress shop > Express app']);
    expect(found(result)).toEqual(['preflight-behind-auth k8s/ingress.yaml']);
  });

  test('says the same of itself without anything in front', async () => {
    expect(found(await ask(base))).toEqual([]);
    expect(found(await ask({ ...base, 'k8s/ingress.yaml': ingress() }))).toEqual([]);
  });

  test('CORS of the Ingress answers before credentials are asked for', async () => {
    const cors = "nginx.ingress.kubernetes.io/enable-cors: 'true', nginx.ingress.kubernetes.io/cors-allow-origin: 'https://app.example.com'";
    const result = await ask({ ...base, 'k8s/ingress.yaml': ingress(`${BASIC}, ${cors}`) });
    expect(chainsOf(result)).toEqual(['Ingress shop > Ingress shop > Express app']);
    expect(found(result).filter((finding) => finding.startsWith('preflight-behind-auth'))).toEqual([]);
  });

  test('objects of one file, workloads among them, are as good', async () => {
    const one = [base['k8s/api.yaml'], base['k8s/service.yaml'], ingress(BASIC)].join('---\n');
    expect(chainsOf(await ask({ ...application('api', 3000), ...skaffold('api'), 'k8s/all.yaml': one }))).toEqual(['Ingress shop > Express app']);
  });

  test('two layers of CORS are told of', async () => {
    const result = await ask({ ...base, 'k8s/ingress.yaml': ingress("nginx.ingress.kubernetes.io/enable-cors: 'true', nginx.ingress.kubernetes.io/cors-allow-origin: 'https://other.example.com'") });
    expect(found(result)).toContain('layer-overrides-policy k8s/ingress.yaml');
  });

  test('a host that a template writes is a gap, and no link', async () => {
    const { gaps, ...result } = await ask({ ...base, 'k8s/ingress.yaml': ingress("nginx.ingress.kubernetes.io/enable-cors: 'true'", "{path: /, pathType: Prefix, backend: {service: {name: '{{ .Values.name }}', port: {number: 80}}}}") });
    expect(chainsOf({ gaps, ...result })).toEqual(['Express app', 'Ingress shop > Ingress shop']);
    expect(gaps.map(({ at }) => at.file)).toContain('k8s/ingress.yaml');
  });

  test('a Service that is missing is a gap, and no link', async () => {
    const result = await ask({ ...base, 'k8s/ingress.yaml': ingress("nginx.ingress.kubernetes.io/enable-cors: 'true'", '{path: /, pathType: Prefix, backend: {service: {name: apis, port: {number: 80}}}}') });
    expect(chainsOf(result)).toEqual(['Express app', 'Ingress shop > Ingress shop']);
    expect(result.gaps.map(({ message }) => message).join()).toContain('apis');
  });

  test('two applications behind one Service are a gap, and no link', async () => {
    const result = await ask({ ...base, ...application('other', 3000), ...skaffold('api', 'other'), 'k8s/other.yaml': deployment('other', 3000).replace('labels: {app: other}', 'labels: {app: api}'), 'k8s/ingress.yaml': ingress("nginx.ingress.kubernetes.io/enable-cors: 'true'") });
    expect(chainsOf(result)).toEqual(['Express app', 'Express app', 'Ingress shop > Ingress shop']);
    expect(result.gaps.length).toBeGreaterThan(0);
  });

  test('an overlay that patches the Deployment makes no second application', async () => {
    const result = await ask({
      ...base,
      'k8s/kustomization.yaml': 'resources: [api.yaml, service.yaml]\n',
      'overlays/prod/kustomization.yaml': 'resources: [../../k8s, ingress.yaml]\npatches: [{path: api.yaml}]\n',
      'overlays/prod/api.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec: {replicas: 3, template: {spec: {containers: [{name: api, env: [{name: MODE, value: prod}]}]}}}\n',
      'overlays/prod/ingress.yaml': ingress(BASIC),
    });
    expect(chainsOf(result)).toEqual(['Ingress shop > Express app']);
  });

  test('a kustomization names the image anew', async () => {
    const result = await ask({ ...base, 'k8s/api.yaml': deployment('api', 3000, 'api-image:dev'), 'k8s/kustomization.yaml': 'resources: [api.yaml, service.yaml]\nimages: [{name: api-image, newName: shop/api}]\n', 'k8s/ingress.yaml': ingress(BASIC) });
    expect(chainsOf(result)).toEqual(['Ingress shop > Express app']);
  });

  test('a Service of another namespace is not the one that is meant', async () => {
    const result = await ask({ ...base, 'k8s/service.yaml': service('api', 'http', 'api', ', namespace: other'), 'k8s/ingress.yaml': ingress(BASIC) });
    expect(chainsOf(result)).toEqual(['Express app']);
  });

  test('an HTTPRoute names a Service of another namespace', async () => {
    const result = await ask({
      ...base,
      'k8s/api.yaml': deployment('api', 3000, 'shop/api', ', namespace: shop'),
      'k8s/service.yaml': service('api', 'http', 'api', ', namespace: shop'),
      'k8s/route.yaml': 'apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: edge, namespace: edge}\nspec: {rules: [{backendRefs: [{name: api, namespace: shop, port: 80}]}]}\n',
    });
    expect(chainsOf(result)).toEqual(['HTTPRoute edge > Express app']);
  });

  test('a VirtualService with CORS stands in front, whatever the form of the host', async () => {
    const virtual = (host: string): string => `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: edge, namespace: shop}\nspec:\n  hosts: [api.example]\n  gateways: [edge]\n  http:\n    - {corsPolicy: {allowOrigins: [{exact: "https://app.example.com"}]}, route: [{destination: {host: ${host}, port: {number: 80}}}]}\n`;
    for (const host of ['api', 'api.shop.svc.cluster.local']) {
      const result = await ask({ ...base, 'k8s/api.yaml': deployment('api', 3000, 'shop/api', ', namespace: shop'), 'k8s/service.yaml': service('api', 'http', 'api', ', namespace: shop'), 'k8s/route.yaml': virtual(host) });
      expect(chainsOf(result)).toEqual(['VirtualService edge > VirtualService edge > Express app']);
    }
  });

  test('an IngressRoute stands behind the headers of its middleware', async () => {
    const middleware = 'apiVersion: traefik.io/v1alpha1\nkind: Middleware\nmetadata: {name: cors}\nspec: {headers: {accessControlAllowOriginList: ["https://app.example.com"], accessControlAllowMethods: [GET], addVaryHeader: true}}\n';
    const route = 'apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata: {name: edge}\nspec: {routes: [{match: "Host(`api.example`)", middlewares: [{name: cors}], services: [{name: api, port: 80}]}]}\n';
    const chain = ['middleware cors > IngressRoute edge > Express app'];
    expect(chainsOf(await ask({ ...base, 'k8s/route.yaml': `${route}---\n${middleware}` }))).toEqual(chain);
    expect(chainsOf(await ask({ ...base, 'k8s/route.yaml': route, 'k8s/middleware.yaml': middleware }))).toEqual(chain);
  });
});

test('nginx in the same pod passes on to localhost, and to no other pod', async () => {
  const pod = deployment('api', 3000).replace(']}]}', ']}, {name: proxy, image: shop/proxy, ports: [{name: proxy, containerPort: 8080}]}]}');
  const result = await ask({
    ...application('api', 3000),
    ...application('other', 3000),
    ...skaffold('api', 'other', 'proxy'),
    'proxy/Dockerfile': 'FROM nginx:1.27\nCOPY default.conf /etc/nginx/conf.d/default.conf\n',
    'proxy/default.conf': 'server {\n    listen 8080;\n    location / {\n        proxy_pass http://localhost:3000;\n    }\n}\n',
    'k8s/api.yaml': pod,
    'k8s/other.yaml': deployment('other', 3000),
    'k8s/service.yaml': service('api', 'proxy'),
    'k8s/ingress.yaml': ingress(BASIC),
  });
  expect(chainsOf(result)).toEqual(['Express app', 'Ingress shop > nginx server > Express app']);
  expect(result.entries.find(({ inner }) => inner.length > 0)?.inner[0]?.deployment.inner[0]?.deployment.policy.at.file).toBe('api/server.js');
});

describe('configuration that a ConfigMap mounts', () => {
  const SERVER = 'server {\n      listen 8080;\n      location /api/ {\n        proxy_pass http://api/;\n        EXTRA\n      }\n    }\n';
  const configMap = (extra = ''): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: edge}\ndata:\n  default.conf: |\n    ${SERVER.replace('        EXTRA\n', extra)}`;
  const edge = `apiVersion: apps/v1
kind: Deployment
metadata: {name: edge}
spec:
  template:
    metadata: {labels: {app: edge}}
    spec:
      containers: [{name: nginx, image: "nginx:1.27", ports: [{containerPort: 8080}], volumeMounts: [{name: conf, mountPath: /etc/nginx/conf.d}]}]
      volumes: [{name: conf, configMap: {name: edge}}]
`;
  const TO_EDGE = '{path: /, pathType: Prefix, backend: {service: {name: edge, port: {number: 80}}}}';
  const cluster = { ...application('api', 3000), ...skaffold('api'), 'k8s/api.yaml': deployment('api', 3000), 'k8s/service.yaml': service('api', 'http'), 'k8s/edge-service.yaml': service('edge', 8080) };

  test.each<readonly [string, Texts]>([
    ['in a file of its own', { 'k8s/edge.yaml': edge, 'k8s/conf.yaml': configMap(), 'k8s/ingress.yaml': ingress('note: a', TO_EDGE) }],
    ['beside all others in one file', { 'k8s/all.yaml': [edge, configMap(), ingress('note: a', TO_EDGE)].join('---\n') }],
  ])('is that of the pods behind the Ingress, %s', async (_name, texts) => {
    expect(chainsOf(await ask({ ...cluster, ...texts }))).toEqual(['Ingress shop > nginx server in ConfigMap edge > Express app']);
  });

  test('is made of a file by a kustomization', async () => {
    const result = await ask({ ...cluster, 'k8s/edge.yaml': edge, 'k8s/conf/site.conf': SERVER.replace('EXTRA', ''), 'k8s/kustomization.yaml': 'resources: [edge.yaml]\nconfigMapGenerator:\n  - name: edge\n    files: [default.conf=conf/site.conf]\n', 'k8s/ingress.yaml': ingress('note: a', TO_EDGE) });
    expect(chainsOf(result)).toEqual(['Ingress shop > nginx server > Express app']);
  });

  test('sends headers of its own, which are found and mended where they stand', async () => {
    const text = configMap("        add_header Access-Control-Allow-Origin '*';\n");
    const result = await ask({ ...cluster, 'k8s/edge.yaml': edge, 'k8s/conf.yaml': text, 'k8s/ingress.yaml': ingress('note: a', TO_EDGE) });
    expect(result.policies.map(({ title, at }) => `${title}: ${at.file}`)).toContain('nginx server in ConfigMap edge: k8s/conf.yaml');
    const twice = result.findings.find(({ ruleId }) => ruleId === 'duplicate-cors-layers');
    expect(text.slice(twice!.at.start, twice!.at.end)).toContain("Access-Control-Allow-Origin '*'");
    expect(twice!.at.file).toBe('k8s/conf.yaml');
  });

  test('that nginx refuses is a gap at its place', async () => {
    const text = configMap('        add_header Access-Control-Allow-Origin "*;\n');
    const { gaps } = await ask({ 'k8s/conf.yaml': text });
    expect(gaps.map(({ message, at }) => [message.slice(0, 25), at.file, text.slice(at.start).startsWith('"*;') || at.start > text.indexOf('server')])).toEqual([['nginx refuses this text: ', 'k8s/conf.yaml', true]]);
  });

  test('settings of a controller are no server', async () => {
    expect((await ask({ 'k8s/conf.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: controller}\ndata:\n  app.conf: |\n    [server]\n    cors = "access-control-allow-origin: *"\n' })).policies).toEqual([]);
  });
});
