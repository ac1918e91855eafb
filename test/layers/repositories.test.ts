import { expect, test } from 'vitest';
import { layersOf } from '../../src/policy/deployment.js';
import type { Deployment } from '../../src/policy/evaluate.js';
import type { DeclaredLayer } from '../../src/policy/topology.js';
import { asFolder, STRANGERS, told } from '../support/among-many.js';

const server = (port = '3000'): string => `const express = require('express');\nconst cors = require('cors');\nconst app = express();\napp.use(cors({ origin: 'https://app.example.com' }));\napp.get('/items', (req, res) => res.json([]));\napp.listen(${port});\n`;
const MANIFEST = '{"name":"api","dependencies":{"cors":"^2.8.5","express":"^4.21.0"}}';
const FASTAPI = "from fastapi import FastAPI\nfrom fastapi.middleware.cors import CORSMiddleware\napp = FastAPI()\napp.add_middleware(CORSMiddleware, allow_origins=['https://app.example.com'], allow_methods=['GET'])\n\n@app.get('/items')\ndef items():\n    return []\n";
const site = (target: string, cors = true): string => `server {\n  listen 80;\n  location / {\n    proxy_pass ${target};\n${cors ? '    add_header Access-Control-Allow-Origin https://app.example.com always;\n' : ''}  }\n}\n`;
const NODE = 'FROM node:22\nWORKDIR /app\nCOPY . .\nEXPOSE 3000\nCMD ["node", "server.js"]\n';
const compose = (more = ''): string => `services:\n  edge:\n    image: nginx:1.27\n    ports: ["80:80"]\n    volumes: ["./edge/default.conf:/etc/nginx/conf.d/default.conf:ro"]\n  api:\n    build: ./api\n${more}`;
const API = { 'api/server.js': server(), 'api/package.json': MANIFEST, 'api/Dockerfile': NODE };
const project = (target: string, more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> => ({ 'docker-compose.yml': compose(), 'edge/default.conf': site(target), ...API, ...more });
const cluster = (annotations: string): string => `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api, namespace: shop}\nspec:\n  selector: {matchLabels: {app: api}}\n  template:\n    metadata: {labels: {app: api}}\n    spec:\n      containers:\n        - name: api\n          image: shop/api:1.2\n          ports: [{containerPort: 8000, name: http}]\n---\napiVersion: v1\nkind: Service\nmetadata: {name: api, namespace: shop}\nspec:\n  selector: {app: api}\n  ports: [{port: 80, targetPort: http}]\n---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: api\n  namespace: shop\n${annotations}spec:\n  ingressClassName: nginx\n  rules:\n    - host: api.example.com\n      http:\n        paths:\n          - path: /\n            pathType: Prefix\n            backend: {service: {name: api, port: {number: 80}}}\n`;
const PYTHON = { 'api/main.py': FASTAPI, 'api/requirements.txt': 'fastapi==0.115.12\nstarlette==0.46.2\n', 'api/Dockerfile': 'FROM python:3.13\nCOPY . /app\nCMD ["uvicorn", "main:app", "--port", "8000"]\n' };

interface Seen {
  /** Files of the layers, outermost first, of each entry with more than one. */
  readonly chains: readonly (readonly string[])[];
  readonly findings: readonly string[];
  readonly gaps: readonly string[];
}

async function seen(texts: Readonly<Record<string, string>>, layers: readonly DeclaredLayer[] = []): Promise<Seen> {
  const survey = await asFolder(texts, layers);
  expect(told(await asFolder({ ...texts, ...STRANGERS }, layers))).toEqual(told(survey));
  const { entries, findings, gaps } = survey;
  return {
    chains: entries.filter(({ inner }) => inner.length > 0).map((entry: Deployment) => layersOf(entry).map(({ at }) => at.file)),
    findings: findings.filter(({ ruleId }) => ruleId === 'duplicate-cors-layers').map(({ at, severity }) => `${at.file} ${severity}`),
    gaps: gaps.filter(({ message }) => message.startsWith('requests are') || message.startsWith('where requests')).map(({ at, reason }) => `${at.file} ${reason}`),
  };
}

const TWICE = 'edge/default.conf error';
const CHAIN = ['edge/default.conf', 'api/server.js'];

test.each<[string, Readonly<Record<string, string>>, Seen]>([
  ['Compose, nginx, Express: both send the header', project('http://api:3000'), { chains: [CHAIN], findings: [TWICE], gaps: [] }],
  ['the same with a gateway that says nothing of CORS', project('http://api:3000', { 'edge/default.conf': site('http://api:3000', false) }), { chains: [CHAIN], findings: [], gaps: [] }],
  ['a service that is missing', project('http://apis:3000'), { chains: [], findings: [], gaps: ['edge/default.conf upstream'] }],
  ['an address that is decided later', project('$backend'), { chains: [], findings: [], gaps: ['edge/default.conf template-syntax'] }],
  ['a host of the internet', project('http://api.example.com'), { chains: [], findings: [], gaps: [] }],
  ['a port on which nothing listens', project('http://api:4000'), { chains: [], findings: [], gaps: ['edge/default.conf upstream'] }],
  ['two applications on one port', { 'nginx.conf': site('http://127.0.0.1:3000'), 'a/server.js': server(), 'b/server.js': server() }, { chains: [], findings: [], gaps: ['nginx.conf conflicting-writes'] }],
  ['a link that is only likely is no error', { 'edge/default.conf': site('http://api:3000'), ...API }, { chains: [CHAIN], findings: ['edge/default.conf warn'], gaps: [] }],
  ['proxies in a circle', { 'a.conf': site('http://127.0.0.1:8080'), 'b.conf': site('http://127.0.0.1:80').replace('listen 80', 'listen 8080') }, { chains: [['a.conf', 'b.conf']], findings: ['a.conf error'], gaps: ['b.conf upstream'] }],
  ['a Procfile', { Procfile: 'web: node server.js\nproxy: nginx -c nginx.conf\n', 'server.js': server('process.env.PORT || 3000'), 'package.json': MANIFEST, 'nginx.conf': `events {}\nhttp {\n${site('http://localhost:3000')}}\n` }, { chains: [['nginx.conf', 'server.js']], findings: ['nginx.conf error'], gaps: [] }],
  ['Kubernetes and FastAPI, an Ingress without a word about CORS', { 'k8s/api.yaml': cluster(''), ...PYTHON }, { chains: [['k8s/api.yaml', 'api/main.py']], findings: [], gaps: [] }],
  ['Kubernetes and FastAPI, annotations in front of the routes', { 'k8s/api.yaml': cluster("  annotations:\n    nginx.ingress.kubernetes.io/enable-cors: 'true'\n    nginx.ingress.kubernetes.io/cors-allow-origin: https://app.example.com\n"), ...PYTHON }, { chains: [['k8s/api.yaml', 'k8s/api.yaml', 'api/main.py']], findings: [], gaps: [] }],
])('%s', async (_case, texts, expected) => {
  expect(await seen(texts)).toEqual(expected);
});

test('what is declared counts where the repository says something else, or nothing', async () => {
  const layers: readonly DeclaredLayer[] = [{ name: 'edge', folder: '', files: [{ source: '^edge/' }], inFrontOf: ['api'] }, { name: 'api', folder: '', files: [{ source: '^api/' }] }];
  expect(await seen(project('http://api.example.com'), layers)).toEqual({ chains: [CHAIN], findings: [TWICE], gaps: [] });
  expect(await seen(project('http://api:3000'), [{ ...layers[0]!, inFrontOf: [] }, layers[1]!])).toEqual({ chains: [], findings: [], gaps: [] });
});
