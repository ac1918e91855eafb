import type { Scenario } from '../../src/policy/evaluate.js';
import chalice from '../../src/readers/chalice/index.js';
import powertools from '../../src/readers/powertools/index.js';
import pythonFunctions from '../../src/readers/python-functions/index.js';
import pythonLambda from '../../src/readers/python-lambda/index.js';
import { chaliceApp, cloudFunction, lambdaFunction, powertoolsApp } from '../support/serverless-programs.js';
import { generated } from './option-sets.js';
import { agreeInPython } from './python-programs.js';
import { sample } from './seed.js';

const { random, cases } = sample('serverless', 30);

/** What the function did, as its answer shows it; what it raises fails it. */
const reached = (status: number): Scenario => ({ status, uncaught: status === 502 });

const host = 'serverless_host.py';
const seed = random.seed;

agreeInPython({ title: 'Chalice', requirements: 'serverless.txt', host, reader: chalice, seed, scenario: reached, cases: generated(random, cases, ['/data', '/boom', '/own', '/items/1', '/nowhere'], (from) => ({ title: 'an application', source: chaliceApp(from) })) });

/** Powertools as it is now, with `extra_origins` echoed, and before it had them. */
for (const [title, requirements, extra] of [['Powertools 3', 'serverless.txt', true], ['Powertools 2.40', 'powertools-2.40.txt', true], ['Powertools 2.15', 'powertools-2.15.txt', false]] as const) {
  agreeInPython({ title, requirements, host, reader: powertools, seed, scenario: reached, cases: generated(random, cases, ['/data', '/boom', '/own', '/v1/own', '/items/1', '/nowhere'], (from) => ({ title: 'an application', source: powertoolsApp(from, extra) })) });
}

agreeInPython({ title: 'Lambda', requirements: 'serverless.txt', host, reader: pythonLambda, seed, scenario: reached, cases: generated(random, cases, ['/data', '/missing'], (from) => ({ title: 'a function', source: lambdaFunction(from) })) });

for (const cloud of ['google', 'azure'] as const) {
  agreeInPython({ title: `Functions of ${cloud}`, requirements: 'serverless.txt', host, reader: pythonFunctions, seed, scenario: reached, cases: generated(random, cases, ['/data'], (from) => ({ title: 'a function', source: cloudFunction(from, cloud) })) });
}
