import spring from '../../src/readers/spring/index.js';
import { agreeInJava } from './java-programs.js';
import { sample } from './seed.js';
import { webfluxCase } from './webflux-programs.js';

const { random, cases } = sample('spring-webflux', 36);

/** Releases of which one program in three each is asked. */
const RELEASES = ['webflux-5', 'webflux-6', 'webflux-7'] as const;

RELEASES.forEach((project, index) => {
  agreeInJava({
    title: `Spring WebFlux (${project})`,
    project,
    host: 'webflux-6/Host.java',
    reader: spring,
    seed: random.seed,
    cases: Array.from({ length: Math.ceil((cases - index) / RELEASES.length) }, () => webfluxCase(random)),
    // A policy does not speak for the dispatcher behind a filter, which refuses methods.
    scenario: (status) => (status === 405 ? { status } : {}),
  });
});
