import aiohttp from '../../src/readers/aiohttp/index.js';
import { aiohttpProgram } from '../support/aiohttp-programs.js';
import { aiohttpSource } from '../support/aiohttp-sources.js';
import { generated, handlers } from './option-sets.js';
import { agreeInPython } from './python-programs.js';
import { recordedIn } from './recorded.js';
import { sample } from './seed.js';

const { random, cases } = sample('aiohttp', 30);

agreeInPython({
  title: 'aiohttp 3 with aiohttp-cors',
  requirements: 'current.txt',
  host: 'aiohttp_host.py',
  reader: aiohttp,
  seed: random.seed,
  scenario: handlers,
  unordered: ['access-control-allow-headers', 'access-control-expose-headers'],
  cases: [
    ...recordedIn('python-jvm', ({ framework, options }) => framework === 'aiohttp-cors' && !JSON.stringify(options).includes('"expose_headers":"*"'), aiohttpSource),
    ...generated(random, cases, ['/data', '/boom', '/missing', '/sub/data'], (from) => ({ title: 'an application', source: aiohttpProgram(from) })),
  ],
});
