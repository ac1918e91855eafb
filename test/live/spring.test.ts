import type { HttpRequest, Scenario } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import spring from '../../src/readers/spring/index.js';
import { springProgram, type SpringProgram } from '../support/spring-programs.js';
import { agreeInJava, type JavaCase } from './java-programs.js';
import { requestsTo } from './prediction.js';
import { sample } from './seed.js';

const { random, cases } = sample('spring', 40);

/** Requests for the paths that are served; where the handlers are not in view, only those that they serve. */
function asked({ served, handlersInView }: SpringProgram): readonly HttpRequest[] {
  return [...served].flatMap(([path, methods]) => {
    const all = requestsTo(path, path === '/data' ? ['GET', 'POST', 'DELETE', 'OPTIONS', 'HEAD'] : ['GET', 'OPTIONS']);
    const serves = (method: string): boolean => methods.length === 0 || methods.includes(method) || (method === 'HEAD' && methods.includes('GET'));
    return handlersInView ? all : all.filter(({ method, headers }) => (method === 'OPTIONS' ? headers.every(([name, value]) => name !== 'access-control-request-method' || serves(value)) : serves(method)));
  });
}

const programs = Array.from({ length: cases }, (_unused, index): JavaCase => {
  const program = springProgram(random);
  return { title: `program ${index}`, files: program.files, requests: asked(program) };
});

/** What the handlers behind a policy say that does not know them: a method that none serves. */
const reached = (status: number): Scenario => (status === 405 ? { status } : {});

/** One that keeps the application from starting counts for all. The dispatcher's policy knows the filters before it; of several, that of annotated handlers of the path. */
function policyFor(policies: readonly Policy[], { path }: HttpRequest): Policy | undefined {
  const failing = policies.find(({ steps }) => steps.some(({ when, end }) => when.g === 'always' && end?.to === 'answer' && end.fault?.includes('does not start') === true));
  if (failing !== undefined) return failing;
  const dispatchers = policies.filter(({ title }) => title.startsWith('Spring MVC'));
  const annotated = dispatchers.find(({ title, probes }) => title.includes('@CrossOrigin') && probes.some((probe) => probe.path === path.replace('7', 'x')));
  return annotated ?? dispatchers.find(({ title }) => !title.includes('@CrossOrigin')) ?? policies.find(({ title }) => title === 'CorsFilter') ?? dispatchers[0];
}

const suite = { host: 'spring/Host.java', reader: spring, seed: random.seed, scenario: reached, policyFor } as const;

/** The current release line; those before and after it in smaller samples. */
const few = programs.slice(0, Math.max(10, Math.floor(cases / 5)));
agreeInJava({ ...suite, title: 'Spring MVC 6.2', project: 'spring-6', cases: programs });
agreeInJava({ ...suite, title: 'Spring MVC 5.3', project: 'spring-5', servlets: 'javax.servlet', cases: few });
agreeInJava({ ...suite, title: 'Spring MVC 7.0', project: 'spring-7', cases: few });
