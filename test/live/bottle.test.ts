import bottle from '../../src/readers/bottle/index.js';
import { bottleProgram } from '../support/bottle-programs.js';
import { BOTTLE_SHAPES } from '../support/bottle-shapes.js';
import { bottleSource } from '../support/bottle-sources.js';
import { requestOf } from '../support/handwritten-shapes.js';
import { generated, handlers } from './option-sets.js';
import { agreeInPython } from './python-programs.js';
import { recordedIn } from './recorded.js';
import { sample } from './seed.js';

const { random, cases } = sample('bottle', 30);

for (const version of ['0.13', '0.12']) {
  agreeInPython({
    title: `Bottle ${version}`,
    requirements: version === '0.13' ? 'current.txt' : 'bottle-0.12.txt',
    host: 'wsgi_host.py',
    reader: bottle,
    seed: random.seed,
    scenario: handlers,
    cases: [
      ...recordedIn('python-jvm', ({ framework }) => framework === 'bottle', bottleSource),
      ...(version === '0.13' ? BOTTLE_SHAPES : []).map(({ title, source, asked }) => ({ title, source, requests: asked.map(([request]) => requestOf(request)) })),
      ...generated(random, cases, ['/data', '/boom', '/missing/x'], (from) => ({ title: 'an app', source: bottleProgram(from) })),
    ],
  });
}
