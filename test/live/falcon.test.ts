import falcon from '../../src/readers/falcon/index.js';
import { falconProgram } from '../support/falcon-programs.js';
import { falconSource } from '../support/falcon-sources.js';
import { generated, handlers } from './option-sets.js';
import { agreeInPython } from './python-programs.js';
import { recordedIn } from './recorded.js';
import { sample } from './seed.js';

const { random, cases } = sample('falcon', 30);
const PATHS = ['/data', '/boom', '/missing', '/1'];

agreeInPython({
  title: 'Falcon 4, WSGI',
  requirements: 'current.txt',
  host: 'wsgi_host.py',
  reader: falcon,
  seed: random.seed,
  scenario: handlers,
  cases: [
    ...recordedIn('python-jvm', ({ framework }) => framework === 'falcon', falconSource),
    ...generated(random, Math.ceil(cases / 2), PATHS, (from) => ({ title: 'an application', source: falconProgram(from, false) })),
  ],
});

agreeInPython({
  title: 'Falcon 4, ASGI',
  requirements: 'current.txt',
  host: 'asgi_host.py',
  reader: falcon,
  seed: random.seed,
  scenario: handlers,
  cases: generated(random, Math.ceil(cases / 2), PATHS, (from) => ({ title: 'an application', source: falconProgram(from, true) })),
});
