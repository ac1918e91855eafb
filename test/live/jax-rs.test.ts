import type { HttpRequest, Scenario } from '../../src/policy/evaluate.js';
import jaxRs from '../../src/readers/jax-rs/index.js';
import { requestOf } from '../support/handwritten-shapes.js';
import { JAX_RS_SHAPES } from '../support/java-shapes.js';
import { resources, responseFilter, resteasyFilter } from '../support/jax-rs-programs.js';
import type { ServletProgram } from '../support/servlet-programs.js';
import { agreeInJava, type JavaCase } from './java-programs.js';
import { requestsTo } from './prediction.js';
import { sample, type Random } from './seed.js';

const { random, cases } = sample('jax-rs', 40);

const METHODS = ['GET', 'POST', 'DELETE', 'OPTIONS', 'HEAD'] as const;

function program(from: Random, make: (from: Random) => ServletProgram): JavaCase {
  const { title, files } = make(from);
  const source = Object.values(files).join();
  // A filter in front of resources that is not there before they are matched sees only what is matched. Of OPTIONS that
  // no method serves, Jersey says so and RESTEasy does not.
  const late = source.includes('ContainerRequestFilter') && !source.includes('@PreMatching');
  return { title, files, requests: (late ? ['/data'] : ['/data', '/missing']).flatMap((path) => requestsTo(path, METHODS)).filter(({ method }) => !late || method !== 'OPTIONS') };
}

/** Which paths and methods there are is the resources' business; what OPTIONS gets is not. */
function behind(status: number, { method, path }: HttpRequest): Scenario {
  return status === 404 || status === 405 || (method !== 'OPTIONS' && path === '/data') ? { status } : {};
}

const shapes = JAX_RS_SHAPES.map(({ title, file, source, asked }): JavaCase => ({ title, files: { [file]: source }, requests: asked.map(([request]) => requestOf(request)) }));

const half = Math.ceil(cases / 2);

agreeInJava({ title: 'JAX-RS in Jersey 3.1', project: 'jersey-3', host: 'jersey-3/JerseyHost.java', reader: jaxRs, seed: random.seed, scenario: behind, cases: [...shapes, ...Array.from({ length: half }, () => program(random, random.chance(0.6) ? responseFilter : resources))] });

agreeInJava({ title: 'JAX-RS in RESTEasy 6.2', project: 'resteasy-6', host: 'resteasy-6/ResteasyHost.java', reader: jaxRs, seed: random.seed, scenario: behind, cases: [...shapes, ...Array.from({ length: cases - half }, () => program(random, random.pick([responseFilter, resources, resteasyFilter])))] });
