import type { Scenario } from '../../src/policy/evaluate.js';
import sanic from '../../src/readers/sanic/index.js';
import { sanicProgram } from '../support/sanic-programs.js';
import { generated } from './option-sets.js';
import { agreeInPython } from './python-programs.js';
import { sample } from './seed.js';

const { random, cases } = sample('sanic', 30);

/** What the app behind did, as far as a status tells. */
function reached(status: number): Scenario {
  return status === 500 ? { uncaught: true } : status >= 400 ? { status } : {};
}

agreeInPython({
  title: 'Sanic 25.12',
  requirements: 'current.txt',
  host: 'sanic_host.py',
  reader: sanic,
  seed: random.seed,
  scenario: reached,
  unordered: ['access-control-allow-headers', 'access-control-allow-methods'],
  cases: generated(random, cases, ['/data', '/boom', '/api/items/7', '/missing'], (from) => ({ title: 'an app', source: sanicProgram(from) })),
});
