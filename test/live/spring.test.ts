import type { HttpRequest, Scenario } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import spring from '../../src/readers/spring/index.js';
import { springProgram } from '../support/spring-programs.js';
import { agreeInJava, type JavaCase } from './java-programs.js';
import { requestsTo } from './prediction.js';
import { sample } from './seed.js';

const { random, cases } = sample('spring', 40);

const PATHS = ['/data', '/items/7', '/other/x'];

const programs = Array.from({ length: cases }, (_unused, index): JavaCase => ({ title: `program ${index}`, files: springProgram(random), requests: PATHS.flatMap((path) => requestsTo(path, path === '/data' ? ['GET', 'POST', 'DELETE', 'OPTIONS', 'HEAD'] : ['GET', 'OPTIONS'])) }));

/** What the handlers behind a policy say that does not know them: no such path, or a method that none serves. */
const reached = (status: number): Scenario => (status === 404 || status === 405 ? { status } : {});

/** The dispatcher's policy knows the filters before it; of several, that of the handlers of the path. */
function policyFor(policies: readonly Policy[], { path }: HttpRequest): Policy | undefined {
  const dispatchers = policies.filter(({ title }) => title.startsWith('Spring MVC'));
  return dispatchers.find(({ probes }) => probes.some((probe) => probe.methods !== null && (probe.path === path || (probe.path === '/items/x' && path === '/items/7')))) ?? dispatchers[0] ?? policies[0];
}

const suite = { host: 'spring/Host.java', reader: spring, seed: random.seed, scenario: reached, policyFor } as const;

/** The current release line; those before and after it in smaller samples. */
const few = programs.slice(0, Math.max(10, Math.floor(cases / 5)));
agreeInJava({ ...suite, title: 'Spring MVC 6.2', project: 'spring-6', cases: programs });
agreeInJava({ ...suite, title: 'Spring MVC 5.3', project: 'spring-5', servlets: 'javax.servlet', cases: few });
agreeInJava({ ...suite, title: 'Spring MVC 7.0', project: 'spring-7', cases: few });
