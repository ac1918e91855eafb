import type { HttpRequest, Scenario } from '../../src/policy/evaluate.js';
import servlet from '../../src/readers/servlet/index.js';
import springResponses from '../../src/readers/spring-responses/index.js';
import { springController, springFilter, webFilter, type SpringProgram } from '../support/spring-handwritten.js';
import { agreeInJava, type JavaCase } from './java-programs.js';
import { requestsTo } from './prediction.js';
import { sample, type Random } from './seed.js';

const { random, cases } = sample('spring-responses', 36);

const METHODS = ['GET', 'POST', 'DELETE', 'HEAD'] as const;

/** A preflight that goes on is answered by Spring's own CORS, which is not under test here. */
function isPreflight({ method, headers }: HttpRequest): boolean {
  return method === 'OPTIONS' && headers.some(([name]) => name === 'access-control-request-method');
}

function program(from: Random, make: (from: Random) => SpringProgram, paths: readonly string[]): JavaCase {
  const { title, files, answersOptions } = make(from);
  return { title, files, requests: paths.flatMap((path) => requestsTo(path, METHODS)).filter((request) => answersOptions || !isPreflight(request)) };
}

/** What the dispatcher makes of a method that nobody serves. */
function behind(status: number, { method }: HttpRequest): Scenario {
  return status === 404 || status === 405 || (method !== 'OPTIONS' && status !== 403) ? { status } : {};
}

const third = Math.ceil(cases / 3);
const several = (count: number, make: (from: Random) => SpringProgram, paths: readonly string[]): readonly JavaCase[] => Array.from({ length: count }, () => program(random, make, paths));

agreeInJava({ title: 'filters and interceptors in Spring 6.2', project: 'spring-6', host: 'spring/Host.java', reader: servlet, seed: random.seed, scenario: behind, cases: several(third, springFilter, ['/data']) });

agreeInJava({ title: 'controllers in Spring 6.2', project: 'spring-6', host: 'spring/Host.java', reader: springResponses, seed: random.seed, scenario: behind, cases: several(third, springController, ['/data', '/items/1']) });

agreeInJava({ title: 'filters in WebFlux 6.2', project: 'webflux-6', reader: springResponses, seed: random.seed, scenario: behind, cases: several(cases - 2 * third, webFilter, ['/data']) });
