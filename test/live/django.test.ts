import type { Scenario } from '../../src/policy/evaluate.js';
import django from '../../src/readers/django/index.js';
import { djangoProgram } from '../support/django-programs.js';
import { djangoSource } from '../support/django-sources.js';
import { MODULES, settings } from './django-programs.js';
import { requestsTo } from './prediction.js';
import { agreeInPython } from './python-programs.js';
import { recordedIn } from './recorded.js';
import { sample } from './seed.js';

const { random, cases } = sample('django', 30);

const PATHS = ['/data', '/api/v1/data', '/boom', '/nowhere'];

/** What answered behind the middleware is not under test. */
const behind = (status: number): Scenario => ({ status });

const generated = Array.from({ length: cases }, (_unused, index) => ({ title: `settings ${index}`, source: settings(random), requests: PATHS.flatMap((path) => requestsTo(path, ['POST'])) }));

/** The recorded configurations again, in a project of their own. */
const recorded = recordedIn('python-jvm', ({ framework, version, options }) => framework === 'django-cors-headers' && version === '4.9.0' && !JSON.stringify(options).includes('AuthMiddleware'), (row) => `SECRET_KEY = "x"\nALLOWED_HOSTS = ["*"]\nROOT_URLCONF = "project_urls"\n${djangoSource(row).replace('"corsheaders", "app"', '"corsheaders"')}`);

agreeInPython({ title: 'current django-cors-headers', requirements: 'current.txt', host: 'django_host.py', reader: django, seed: random.seed, cases: [...recorded, ...generated], scenario: behind, modules: MODULES });

const programs = Array.from({ length: cases }, (_unused, index) => {
  const { source, everywhere } = djangoProgram(random);
  const paths = everywhere ? ['/data', '/boom', '/nowhere'] : ['/data'];
  return { title: `program ${index}`, source, requests: paths.flatMap((path) => requestsTo(path, ['POST', 'DELETE'])) };
});

agreeInPython({ title: 'headers written by hand in Django', requirements: 'current.txt', host: 'django_host.py', reader: django, seed: random.seed, cases: programs, scenario: behind });

/** Before 4.0; before the present names; before schemes were compared. */
for (const release of ['3.14', '3.4', '2.5']) {
  const few = Array.from({ length: Math.max(10, Math.floor(cases / 5)) }, (_unused, index) => ({ title: `settings ${index}`, source: settings(random), requests: PATHS.flatMap((path) => requestsTo(path, ['POST'])) }));
  agreeInPython({ title: `django-cors-headers ${release}`, requirements: `django-${release}.txt`, host: 'django_host.py', reader: django, seed: random.seed, cases: few, scenario: behind, modules: MODULES });
}
