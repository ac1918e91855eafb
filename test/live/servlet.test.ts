import type { Scenario } from '../../src/policy/evaluate.js';
import servlet from '../../src/readers/servlet/index.js';
import { requestOf } from '../support/handwritten-shapes.js';
import { SERVLET_SHAPES } from '../support/java-shapes.js';
import { filterProgram, servletProgram } from '../support/servlet-programs.js';
import { agreeInJava, type JavaCase } from './java-programs.js';
import { requestsTo } from './prediction.js';
import { sample, type Random } from './seed.js';

const { random, cases } = sample('servlet', 36);

const METHODS = ['GET', 'POST', 'DELETE', 'OPTIONS', 'HEAD'] as const;

function program(from: Random): JavaCase {
  const isFilter = from.chance(0.7);
  const { title, files } = isFilter ? filterProgram(from) : servletProgram(from);
  return { title, files, requests: (isFilter ? ['/data', '/api/data', '/missing'] : ['/data']).flatMap((path) => requestsTo(path, METHODS)) };
}

/** What stands behind a filter answers as it likes: 404, 405, and to OPTIONS 200. */
function behind(status: number): Scenario {
  return status === 404 || status === 405 || status === 501 ? { status } : {};
}

agreeInJava({ title: 'servlets and filters in Tomcat 10.1', project: 'servlet', reader: servlet, seed: random.seed, scenario: behind, cases: [...SERVLET_SHAPES.map(({ title, file, source, asked }) => ({ title, files: { [file]: source }, requests: asked.map(([request]) => requestOf(request)) })), ...Array.from({ length: cases }, () => program(random))] });
