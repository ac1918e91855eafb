import httpServer from '../../src/readers/http-server/index.js';
import { requestOf } from '../support/handwritten-shapes.js';
import { HTTP_SERVER_SHAPES } from '../support/http-server-shapes.js';
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
  cases: [
    ...HTTP_SERVER_SHAPES.map(({ title, source, asked }) => ({ title, source, requests: asked.map(([request]) => requestOf(request)) })),
    ...generated(random, cases, ['/data', '/missing'], (from) => ({ title: 'a handler', source: httpServerProgram(from) })),
  ],
});
