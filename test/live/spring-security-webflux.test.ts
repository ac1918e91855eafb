import type { HttpRequest } from '../../src/policy/evaluate.js';
import spring from '../../src/readers/spring/index.js';
import { agreeInJava } from './java-programs.js';
import { reactiveSecurityCase } from './security-webflux-programs.js';
import { sample } from './seed.js';

const { random, cases } = sample('spring-security-webflux', 24);
const PROJECTS = ['security-webflux-6', 'security-webflux-7'] as const;

/** What is asked stands behind everything; preflights get no further than they are predicted to. */
function scenario(status: number, { headers }: HttpRequest): { readonly status?: number } {
  return headers.some(([name]) => name === 'access-control-request-method') ? {} : { status };
}

PROJECTS.forEach((project, index) => {
  const generated = Array.from({ length: Math.ceil((cases - index) / PROJECTS.length) }, () => reactiveSecurityCase(random));
  agreeInJava({ title: `Spring Security of WebFlux (${project})`, project, host: 'security-webflux/Host.java', reader: spring, seed: random.seed, cases: generated, scenario, policyFor: (policies) => policies.find(({ title }) => /^Spring (?:MVC|WebFlux)/.test(title)) ?? policies[0] });
});
