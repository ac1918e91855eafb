import type { Scenario } from '../../src/policy/evaluate.js';
import quart from '../../src/readers/quart/index.js';
import { quartProgram } from '../support/quart-programs.js';
import { quartSource } from '../support/quart-sources.js';
import { generated } from './option-sets.js';
import { agreeInPython } from './python-programs.js';
import { recordedIn } from './recorded.js';
import { sample } from './seed.js';

const { random, cases } = sample('quart', 30);

/** What the app behind did, as far as a status tells. */
function reached(status: number): Scenario {
  return status === 500 ? { uncaught: true } : status >= 400 ? { status } : {};
}

agreeInPython({
  title: 'Quart',
  requirements: 'current.txt',
  host: 'asgi_host.py',
  reader: quart,
  seed: random.seed,
  scenario: reached,
  unordered: ['access-control-allow-headers'],
  cases: [
    ...recordedIn('python-jvm', ({ framework }) => framework === 'quart-cors', quartSource),
    ...generated(random, cases, ['/data', '/boom', '/api/items/7', '/missing'], (from) => ({ title: 'an app', source: quartProgram(from) })),
  ],
});
