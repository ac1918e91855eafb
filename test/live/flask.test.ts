import type { HttpRequest, Scenario } from '../../src/policy/evaluate.js';
import flask from '../../src/readers/flask/index.js';
import { flaskCorsProgram, handWrittenFlaskProgram } from '../support/flask-programs.js';
import { flaskSource } from '../support/flask-sources.js';
import { generated } from './option-sets.js';
import { recordedIn } from './recorded.js';
import { agreeInPython } from './python-programs.js';
import { sample } from './seed.js';

const { random, cases } = sample('flask', 30);

const PATHS = ['/api/data', '/data', '/boom', '/nowhere'];

/** What Flask's router says, with which status a view answers, and what one that raises becomes. */
function reached(status: number, { method, path }: HttpRequest): Scenario {
  if (status === 404 || status === 405 || (status === 201 && method !== 'OPTIONS')) return { status };
  return path === '/boom' && method !== 'OPTIONS' ? { uncaught: true } : {};
}

const ofCors = generated(random, cases, PATHS, (from) => ({ title: 'Flask-CORS', source: flaskCorsProgram(from) }));

agreeInPython({
  title: 'current Flask and Flask-CORS',
  requirements: 'current.txt',
  host: 'wsgi_host.py',
  reader: flask,
  seed: random.seed,
  scenario: reached,
  cases: [...recordedIn('python-jvm', ({ framework, version, request }) => framework === 'flask-cors' && version === '6.0.2' && request !== null, flaskSource), ...ofCors],
});

agreeInPython({
  title: 'headers that code sends',
  requirements: 'current.txt',
  host: 'wsgi_host.py',
  reader: flask,
  seed: random.seed,
  scenario: reached,
  cases: generated(random, cases, ['/api/data', '/data', '/nowhere'], (from) => ({ title: 'a program', source: handWrittenFlaskProgram(from) })),
});

for (const version of ['4.0.2', '5.0.1', '6.0.2']) {
  agreeInPython({ title: `Flask-CORS ${version}`, requirements: `flask-cors-${version}.txt`, host: 'wsgi_host.py', reader: flask, seed: random.seed, scenario: reached, cases: ofCors.slice(0, Math.ceil(cases / 5)) });
}
