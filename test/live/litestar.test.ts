import type { Scenario } from '../../src/policy/evaluate.js';
import litestar from '../../src/readers/litestar/index.js';
import { litestarProgram } from '../support/litestar-programs.js';
import { generated } from './option-sets.js';
import { agreeInPython } from './python-programs.js';
import { sample } from './seed.js';

const { random, cases } = sample('litestar', 30);

/** What the app behind did, as far as a status tells. */
function reached(status: number): Scenario {
  return status === 500 ? { uncaught: true } : status >= 400 ? { status } : {};
}

const programs = generated(random, cases, ['/data', '/boom', '/made', '/refused', '/missing'], (from) => ({ title: 'an app', source: litestarProgram(from) }));

/** Litestar before and after entries of `allow_origins` were escaped. */
for (const [title, requirements] of [['Litestar 2.25', 'current.txt'], ['Litestar 2.19', 'litestar-2.19.txt']] as const) {
  agreeInPython({ title, requirements, host: 'asgi_host.py', reader: litestar, seed: random.seed, scenario: reached, unordered: ['access-control-allow-headers'], cases: programs });
}
