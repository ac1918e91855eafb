import httpServer from '../../src/readers/http-server/index.js';
import { httpServerProgram } from '../support/http-server-programs.js';
import { generated, handlers } from './option-sets.js';
import { agreeInPython } from './python-programs.js';
import { sample } from './seed.js';

const { random, cases } = sample('http-server', 30);

agreeInPython({
  title: 'Python http.server',
  requirements: 'current.txt',
  host: 'http_server_host.py',
  reader: httpServer,
  seed: random.seed,
  scenario: handlers,
  cases: generated(random, cases, ['/data', '/missing'], (from) => ({ title: 'a handler', source: httpServerProgram(from) })),
});
