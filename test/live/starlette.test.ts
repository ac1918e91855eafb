import type { HttpRequest, Scenario } from '../../src/policy/evaluate.js';
import starlette from '../../src/readers/starlette/index.js';
import { requestsTo } from './prediction.js';
import { agreeInPython } from './python-programs.js';
import { sample } from './seed.js';
import { program } from './starlette-programs.js';

const { random, cases } = sample('starlette', 30);

const PATHS = ['/data', '/nowhere', '/boom', '/sub/data', '/api/v1/data'];

/** What the app behind the middleware did, as far as a status tells: no such route, or an exception. */
function reached(status: number, { method }: HttpRequest): Scenario {
  if (status === 500) return { uncaught: true };
  return status === 404 || (status === 405 && method !== 'OPTIONS') ? { status } : {};
}

const programs = Array.from({ length: cases }, (_unused, index) => ({ title: `program ${index}`, source: program(random), requests: PATHS.flatMap((path) => requestsTo(path, ['GET', 'POST'])) }));

/** The current release; Starlette before and after 1.0 in a smaller sample. */
const few = programs.slice(0, Math.max(10, Math.floor(cases / 5)));
agreeInPython({ title: 'current Starlette', requirements: 'current.txt', host: 'asgi_host.py', reader: starlette, seed: random.seed, cases: programs, scenario: reached });
agreeInPython({ title: 'Starlette 0.46', requirements: 'starlette-0.46.txt', host: 'asgi_host.py', reader: starlette, seed: random.seed, cases: few, scenario: reached });
agreeInPython({ title: 'Starlette 1.3', requirements: 'starlette-1.3.txt', host: 'asgi_host.py', reader: starlette, seed: random.seed, cases: few, scenario: reached });
