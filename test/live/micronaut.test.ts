import type { HttpRequest, Scenario } from '../../src/policy/evaluate.js';
import { micronautProgram } from '../support/micronaut-programs.js';
import { readMicronaut } from '../support/read-settings.js';
import { agreeInConfigurations } from './java-configurations.js';
import { requestsTo } from './prediction.js';
import { sample } from './seed.js';

const { random, cases } = sample('micronaut', 30);

const RELEASES = [
  { title: 'Micronaut 3.8.0', project: 'micronaut-3-8', old: true },
  { title: 'Micronaut 3.10', project: 'micronaut-3', old: false },
  { title: 'Micronaut 4.10', project: 'micronaut-4', old: false },
] as const;

const HOST = 'api.example.test';
const APP = [['host', HOST], ['origin', 'https://app.example.com']] as const;
const REQUESTS: readonly HttpRequest[] = [
  ...requestsTo('/data', ['GET', 'POST', 'DELETE', 'OPTIONS'], HOST),
  { method: 'OPTIONS', path: '/data', headers: [...APP, ['access-control-request-method', 'PUT']] },
  { method: 'OPTIONS', path: '/data', headers: [...APP, ['access-control-request-headers', 'x-custom']] },
  { method: 'OPTIONS', path: '/data', headers: [...APP, ['access-control-request-method', 'GET'], ['access-control-request-private-network', 'true']] },
  // A page from elsewhere asks the developer's own machine.
  ...['https://app.example.com', 'http://localhost:3000', 'https://evil.example'].map((origin): HttpRequest => ({ method: 'GET', path: '/data', headers: [['host', 'localhost:8080'], ['origin', origin]] })),
];

/** Without a method that is asked for, a preflight is none to old releases, and no route serves OPTIONS. */
function behind(status: number): Scenario {
  return status === 405 ? { status } : {};
}

for (const { title, project, old } of RELEASES) {
  agreeInConfigurations({ title, project, hosts: ['micronaut/Host.java', 'micronaut/Data.java'], seed: random.seed, read: readMicronaut, scenario: behind, unordered: ['access-control-allow-headers'], cases: Array.from({ length: Math.ceil(cases / RELEASES.length) }, () => ({ ...micronautProgram(random, old), requests: REQUESTS })) });
}
