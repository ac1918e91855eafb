import type { HttpRequest } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import spring from '../../src/readers/spring/index.js';
import { agreeInJava } from './java-programs.js';
import { securityCase, type Release } from './security-programs.js';
import { sample } from './seed.js';

const { random, cases } = sample('spring-security', 36);
const RELEASES: readonly (readonly [release: Release, project: string])[] = [[5, 'security-5'], [6, 'security-6'], [7, 'security-7']];

/** The dispatcher's policy tells of everything before it; a source of its own only where there is no other. */
function decisive(policies: readonly Policy[]): Policy | undefined {
  return policies.find(({ title }) => title.startsWith('Spring MVC')) ?? policies[0];
}

/** What is asked stands behind everything; preflights get no further than they are predicted to. */
function scenario(status: number, { headers }: HttpRequest): { readonly status?: number } {
  return headers.some(([name]) => name === 'access-control-request-method') ? {} : { status };
}

for (const [index, [release, project]] of RELEASES.entries()) {
  const generated = Array.from({ length: Math.ceil((cases - index) / RELEASES.length) }, () => securityCase(random, release));
  agreeInJava({ title: `Spring Security ${release}`, project, host: 'security/Host.java', servlets: release === 5 ? 'javax.servlet' : 'jakarta.servlet', reader: spring, seed: random.seed, cases: generated, scenario, policyFor: decisive });
}
