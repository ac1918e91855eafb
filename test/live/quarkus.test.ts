import type { HttpRequest } from '../../src/policy/evaluate.js';
import { readQuarkus } from '../support/read-settings.js';
import { quarkusProgram } from '../support/quarkus-programs.js';
import { agreeInConfigurations } from './java-configurations.js';
import { requestsTo } from './prediction.js';
import { sample } from './seed.js';

const { random, cases } = sample('quarkus', 36);

/** Quarkus' own filter, as its sources of configuration configure it: the oldest way, the way of 2023, and the current one. */
const RELEASES = [
  { title: 'Quarkus 2.13.0', project: 'quarkus-2', keys: { switch: 'quarkus.http.cors', returnsExactly: false, varies: false, sequences: false } },
  { title: 'Quarkus 3.15', project: 'quarkus-3-15', keys: { switch: 'quarkus.http.cors', returnsExactly: false, varies: false, sequences: true } },
  { title: 'Quarkus 3.38', project: 'quarkus-3', keys: { switch: 'quarkus.http.cors.enabled', returnsExactly: true, varies: true, sequences: true } },
] as const;

const HOST = 'api.example.test';
const ASKED: readonly HttpRequest[] = [
  ...requestsTo('/data', ['GET', 'POST', 'DELETE', 'OPTIONS', 'HEAD'], HOST),
  ...['GET', 'PUT'].map((method): HttpRequest => ({ method, path: '/data', headers: [['host', HOST], ['origin', `http://${HOST}`]] })),
  { method: 'OPTIONS', path: '/data', headers: [['host', HOST], ['origin', 'https://app.example.com'], ['access-control-request-headers', 'x-custom']] },
];
const REQUESTS = ASKED.map((request): HttpRequest => ({ ...request, target: `http://${HOST}` }));

for (const { title, project, keys } of RELEASES) {
  agreeInConfigurations({ title, project, hosts: ['quarkus/Host.java'], seed: random.seed, read: readQuarkus, unordered: ['access-control-allow-headers'], cases: Array.from({ length: Math.ceil(cases / RELEASES.length) }, () => ({ ...quarkusProgram(random, keys), requests: REQUESTS })) });
}
