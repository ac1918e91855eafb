import { KNOWN_FILTERS } from '../../src/middleware/servlet/known-filters.js';
import type { HttpRequest, Scenario } from '../../src/policy/evaluate.js';
import servletFilters from '../../src/readers/servlet-filters/index.js';
import webXml from '../../src/readers/web-xml/index.js';
import { chosen, filterProgram, handlerProgram, headers, methods, origins, type FilterKind } from './filter-programs.js';
import { agreeInJava } from './java-programs.js';
import { sample, type Random } from './seed.js';

const { random, cases } = sample('jetty', 40);

const className = 'org.eclipse.jetty.servlets.CrossOriginFilter';

const CROSS_ORIGIN_FILTER: FilterKind = {
  className,
  container: 'jetty',
  constants: KNOWN_FILTERS[className]!.parameters,
  params: (from: Random) =>
    chosen(from, [
      ['allowedOrigins', 0.85, () => origins(from)],
      ['allowedMethods', 0.5, () => methods(from)],
      ['allowedHeaders', 0.6, () => headers(from)],
      ['exposedHeaders', 0.4, () => from.pick(['X-Total', 'X-Total,X-Page', 'x-total , X-Page', ''])],
      ['allowCredentials', 0.5, () => from.pick(['true', 'TRUE', 'false', 'no', ''])],
      ['preflightMaxAge', 0.4, () => from.pick(['10', '0', '-1', '', '3600', '+60', '1h'])],
      ['chainPreflight', 0.3, () => from.pick(['true', 'false'])],
      ['forwardPreflight', 0.1, () => from.pick(['true', 'false'])],
      ['allowedTimingOrigins', 0.2, () => origins(from)],
    ]),
};

/** What stands behind answers 404 to one path, fails at another where it is asked, and is 200 to the rest. */
function behind(status: number, { path }: HttpRequest): Scenario {
  return path === '/fails' ? { uncaught: true } : path === '/missing' && status === 404 ? { status } : {};
}

const quarter = Math.ceil(cases / 4);

for (const [project, servlets] of [['jetty-9', 'javax.servlet'], ['jetty-10', 'javax.servlet'], ['jetty-11', 'jakarta.servlet']] as const) {
  agreeInJava({ title: `CrossOriginFilter in ${project}`, project, host: 'jetty/Host.java', servlets, reader: servletFilters, descriptors: webXml, seed: random.seed, cases: Array.from({ length: quarter }, () => filterProgram(random, CROSS_ORIGIN_FILTER)), scenario: behind });
}

agreeInJava({ title: 'CrossOriginHandler in jetty-12', project: 'jetty-12', reader: servletFilters, seed: random.seed, cases: Array.from({ length: quarter }, () => handlerProgram(random)), scenario: behind, unordered: ['access-control-allow-methods', 'access-control-allow-headers', 'access-control-expose-headers'] });
