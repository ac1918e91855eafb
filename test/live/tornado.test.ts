import tornado from '../../src/readers/tornado/index.js';
import { tornadoProgram } from '../support/tornado-programs.js';
import { TORNADO_SHAPES } from '../support/tornado-shapes.js';
import { tornadoSource } from '../support/tornado-sources.js';
import { requestOf } from '../support/handwritten-shapes.js';
import { generated, handlers } from './option-sets.js';
import { agreeInPython } from './python-programs.js';
import { recordedIn } from './recorded.js';
import { sample } from './seed.js';

const { random, cases } = sample('tornado', 30);

agreeInPython({
  title: 'Tornado 6',
  requirements: 'current.txt',
  host: 'tornado_host.py',
  reader: tornado,
  seed: random.seed,
  scenario: handlers,
  cases: [
    ...recordedIn('python-jvm', ({ framework }) => framework === 'tornado', tornadoSource),
    ...TORNADO_SHAPES.map(({ title, source, asked }) => ({ title, source, requests: asked.map(([request]) => requestOf(request)) })),
    ...generated(random, cases, ['/data', '/boom', '/missing'], (from) => ({ title: 'an application', source: tornadoProgram(from) })),
  ],
});
