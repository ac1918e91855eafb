import { describe, expect, test } from 'vitest';
import { survey } from '../src/engine.js';
import { concernsCors } from '../src/hosts/disk.js';
import { layersOf } from '../src/policy/deployment.js';
import { filesFrom } from '../src/text/files.js';
import { asFolder, STRANGERS, told } from './support/among-many.js';
import { optionsOf } from './support/lint.js';

type Texts = Readonly<Record<string, string>>;

const EXPRESS = "const app = require('express')();\napp.use(require('cors')({ origin: 'https://app.example.com' }));\napp.get('/items', (req, res) => res.json([]));\napp.listen(3000);\n";
const NODE = 'FROM node:22\nWORKDIR /app\nCOPY . .\nEXPOSE 3000\nCMD ["node", "server.js"]\n';
const application = (name: string): Texts => ({ [`${name}/server.js`]: EXPRESS, [`${name}/Dockerfile`]: NODE });
const deployment = (name: string, image: string, more = ''): string => `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: ${name}\nspec:\n  template:\n    metadata:\n      labels:\n        run: ${name}-pods\n    spec:\n      containers:\n        - name: main\n          image: ${image}\n${more}`;
const service = (name: string, selects = name): string => `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}-svc\nspec:\n  selector:\n    run: ${selects}-pods\n  ports:\n    - port: 80\n      targetPort: 3000\n`;
const ingress = (name: string, backend: string, annotations = ''): string => `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: ${name}\n${annotations}spec:\n  rules:\n    - http:\n        paths:\n          - path: /\n            pathType: Prefix\n            backend:\n              service:\n                name: ${backend}\n                port:\n                  number: 80\n`;

/** The chains of a repository among many files of somebody else; they are those of the repository alone. */
async function chainsIn(texts: Texts): Promise<readonly string[]> {
  const [alone, among] = [await asFolder(texts), await asFolder({ ...texts, ...STRANGERS })];
  expect(told(among)).toEqual(told(alone));
  return among.entries.filter(({ inner }) => inner.length > 0).map((entry) => layersOf(entry).map(({ at }) => at.file).join(' > '));
}

/** Each step is found by one name alone: of the image, the pods' label, the Service. */
const CLUSTER = { ...application('catalogue'), 'k8s/a.yaml': deployment('store', 'shop/catalogue:1'), 'k8s/b.yaml': service('front', 'store'), 'k8s/c.yaml': ingress('outside', 'front-svc') };

describe('of many objects those are read that names lead to', () => {
  test('from an image to the Service and the route in front of it', async () => {
    expect(await chainsIn(CLUSTER)).toEqual(['k8s/c.yaml > catalogue/server.js']);
  });

  test('from a route that says something of CORS to what stands behind it', async () => {
    const annotations = "  annotations:\n    nginx.ingress.kubernetes.io/enable-cors: 'true'\n    nginx.ingress.kubernetes.io/cors-allow-origin: https://app.example.com\n";
    expect(await chainsIn({ ...CLUSTER, 'k8s/c.yaml': ingress('outside', 'front-svc', annotations) })).toEqual(['k8s/c.yaml > k8s/c.yaml > catalogue/server.js']);
  });

  test('and one beside them, so that a name that is missing is told', async () => {
    const alone = { 'shop/a.yaml': deployment('strange', 'vendor/strange'), 'shop/d.yaml': ingress('other', 'nobody', "  annotations:\n    nginx.ingress.kubernetes.io/enable-cors: 'true'\n") };
    await chainsIn(alone);
    expect((await asFolder({ ...alone, ...STRANGERS })).gaps.map(({ at, message }) => `${at.file} ${message}`)).toEqual(['shop/d.yaml requests are passed on to nobody:80, but nothing that it can reach is called nobody']);
  });

  test('a Service that leads to nothing of the repository is no name that is missing', async () => {
    const texts = { 'shop/a.yaml': deployment('strange', 'vendor/strange'), 'far/b.yaml': service('far', 'strange'), 'shop/d.yaml': ingress('other', 'far-svc', "  annotations:\n    nginx.ingress.kubernetes.io/enable-cors: 'true'\n") };
    await chainsIn(texts);
    expect((await asFolder({ ...texts, ...STRANGERS })).gaps).toEqual([]);
  });

  test('by values of a chart', async () => {
    const chart = {
      'charts/shop/Chart.yaml': 'name: shop\n',
      'charts/shop/values.yaml': 'image:\n  repository: shop/catalogue\nentry: front-svc\n',
      'charts/shop/templates/a.yaml': deployment('store', '"{{ .Values.image.repository }}:1"'),
      'charts/shop/templates/b.yaml': service('front', 'store'),
      'charts/shop/templates/c.yaml': ingress('outside', '{{ .Values.entry }}'),
    };
    expect(await chainsIn({ ...application('catalogue'), ...chart })).toEqual(['charts/shop/templates/c.yaml > catalogue/server.js']);
  });

  test('by the name that Kustomize gives an image', async () => {
    const overlay = { 'k8s/kustomization.yaml': 'resources: [a.yaml, b.yaml, c.yaml]\nimages:\n  - name: placeholder\n    newName: shop/catalogue\n' };
    expect(await chainsIn({ ...CLUSTER, 'k8s/a.yaml': deployment('store', 'placeholder'), ...overlay })).toEqual(['k8s/c.yaml > catalogue/server.js']);
  });

  test('by the kustomization that names what a patch is for', async () => {
    const overlay = {
      'k8s/kustomization.yaml': 'resources: [a.yaml, b.yaml, c.yaml]\n',
      'prod/kustomization.yaml': 'resources: [../k8s]\npatches:\n  - path: labels.yaml\n    target: {kind: Deployment, name: store}\n',
      'prod/labels.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: whichever\nspec:\n  template:\n    metadata:\n      labels:\n        lane: blue\n',
      'prod/d.yaml': 'apiVersion: v1\nkind: Service\nmetadata:\n  name: blue-svc\nspec:\n  selector:\n    lane: blue\n  ports:\n    - port: 80\n      targetPort: 3000\n',
    };
    expect(await chainsIn({ ...CLUSTER, ...overlay, 'k8s/c.yaml': ingress('outside', 'blue-svc') })).toEqual(['k8s/c.yaml > catalogue/server.js']);
  });

  test('by the configuration that a kustomization makes for a volume', async () => {
    const proxy = {
      'edge/kustomization.yaml': 'configMapGenerator:\n  - name: site\n    files: [default.conf]\n',
      'edge/default.conf': 'server {\n  listen 8080;\n  location / {\n    proxy_pass http://front-svc;\n  }\n}\n',
      'edge/a.yaml': deployment('edge', 'nginx:1.27', '          volumeMounts:\n            - {name: conf, mountPath: /etc/nginx/conf.d}\n      volumes:\n        - name: conf\n          configMap: {name: site}\n'),
    };
    expect(await chainsIn({ ...CLUSTER, 'k8s/c.yaml': 'kind: Nothing\n', ...proxy })).toEqual(['edge/default.conf > catalogue/server.js']);
  });

  test('a layer that the configuration declares needs no name', async () => {
    const texts = { ...application('catalogue'), 'edge/c.yaml': ingress('outside', 'nobody') };
    const layers = [{ name: 'edge', folder: '', files: [{ source: '^edge/' }], inFrontOf: ['shop'] }, { name: 'shop', folder: '', files: [{ source: '^catalogue/' }] }];
    const among = await asFolder({ ...texts, ...STRANGERS }, layers);
    expect(among.entries.map(({ policy, inner }) => [policy.at.file, inner.length])).toEqual([['edge/c.yaml', 1]]);
    expect(told(among)).toEqual(told(await asFolder(texts, layers)));
  });
});

/** Files that a run parses, and its result. */
async function parsedIn(texts: Texts, isIgnored: (path: string) => boolean = () => false): Promise<{ readonly files: ReadonlySet<string>; readonly chains: number; readonly gaps: readonly string[] }> {
  const files = new Set<string>();
  const observer = { start: (stage: string, path: string) => (stage === 'read' && files.add(path), () => undefined), note: () => undefined };
  const paths = Object.keys(texts);
  const { entries, gaps } = await survey(paths.filter((path) => concernsCors(texts[path]!)), filesFrom(texts), { ...optionsOf(), beside: paths.filter((path) => !concernsCors(texts[path]!)), isIgnored: (path) => Promise.resolve(isIgnored(path)), observer });
  return { files, chains: entries.filter(({ inner }) => inner.length > 0).length, gaps: gaps.map(({ at, message }) => `${at.file} ${message}`) };
}

test('200 services among thousands of files are all found, and what is not theirs is not parsed', async () => {
  const services = Array.from({ length: 200 }, (_one, index) => `svc${index}x`);
  const own = Object.assign({}, ...services.map((name) => ({ ...application(name), [`k8s/${name}/a.yaml`]: deployment(name, `shop/${name}`), [`k8s/${name}/b.yaml`]: service(name), [`k8s/${name}/c.yaml`]: ingress(name, `${name}-svc`) }))) as Texts;
  const others = Object.fromEntries(Array.from({ length: 2000 }, (_one, index) => [`vendor/${index}.yaml`, STRANGERS[`strangers/${index % 80}.yaml`]!]));
  const { files, chains } = await parsedIn({ ...own, ...others });
  expect(chains).toBe(200);
  expect([...files].filter((path) => path.startsWith('vendor/'))).toEqual([]);
  expect([...files].filter((path) => path.startsWith('k8s/'))).toHaveLength(600);
}, 60_000);

describe('what is left out', () => {
  const routes = Object.fromEntries(Array.from({ length: 70 }, (_one, index) => [`charts/c${index}/templates/route.yaml`, ingress('{{ .Release.Name }}', '{{ include "name" . }}')]));

  test('is told once, where templates may yet name what was read', async () => {
    const { files, gaps } = await parsedIn({ ...CLUSTER, ...routes });
    expect([...files].filter((path) => path.startsWith('charts/'))).toEqual([]);
    expect(gaps).toEqual(['charts/c0/templates/route.yaml templates of this route, and maybe of more, hold no name that leads to what is said of CORS elsewhere: whether one stands in front of that is decided when it is deployed']);
  });

  test('is not told of files that are ignored, and these are not read', async () => {
    const { files, chains, gaps } = await parsedIn({ ...CLUSTER, ...routes }, (path) => path.startsWith('charts/') || path === 'k8s/c.yaml');
    expect(gaps).toEqual([]);
    expect(chains).toBe(0);
    expect(files).not.toContain('k8s/c.yaml');
  });
});
