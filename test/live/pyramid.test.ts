import pyramid from '../../src/readers/pyramid/index.js';
import { pyramidProgram } from '../support/pyramid-programs.js';
import { generated } from './option-sets.js';
import { agreeInPython } from './python-programs.js';
import { sample } from './seed.js';

const { random, cases } = sample('pyramid', 30);

agreeInPython({
  title: 'Pyramid 2',
  requirements: 'pyramid.txt',
  host: 'wsgi_host.py',
  reader: pyramid,
  seed: random.seed,
  // Which views serve a request is not read: what surrounds them is.
  scenario: (status) => (status === 500 ? { uncaught: true } : { status }),
  cases: generated(random, cases, ['/data', '/boom', '/missing'], (from) => ({ title: 'an app', source: pyramidProgram(from) })),
});
