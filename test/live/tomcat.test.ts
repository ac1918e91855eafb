import type { Scenario } from '../../src/policy/evaluate.js';
import type { HttpRequest } from '../../src/policy/evaluate.js';
import { KNOWN_FILTERS } from '../../src/middleware/servlet/known-filters.js';
import servletFilters from '../../src/readers/servlet-filters/index.js';
import webXml from '../../src/readers/web-xml/index.js';
import { agreeInJava } from './java-programs.js';
import { chosen, filterProgram, headers, methods, origins, type FilterKind } from './filter-programs.js';
import { sample, type Random } from './seed.js';

const { random, cases } = sample('tomcat', 36);

const className = 'org.apache.catalina.filters.CorsFilter';

const CORS_FILTER: FilterKind = {
  className,
  container: 'tomcat',
  constants: KNOWN_FILTERS[className]!.parameters,
  params: (from: Random) =>
    chosen(from, [
      ['cors.allowed.origins', 0.9, () => origins(from)],
      ['cors.allowed.methods', 0.5, () => methods(from)],
      ['cors.allowed.headers', 0.6, () => headers(from)],
      ['cors.exposed.headers', 0.4, () => from.pick(['X-Total', 'X-Total,X-Page', 'x-total , X-Page', ''])],
      ['cors.support.credentials', 0.5, () => from.pick(['true', 'TRUE', 'false', 'yes', ''])],
      ['cors.preflight.maxage', 0.4, () => from.pick(['10', '0', '-1', '', '3600', '+60', '1h'])],
      ['cors.request.decorate', 0.1, () => from.pick(['true', 'false'])],
    ]),
};

/** The servlet behind answers 404 to one path, fails at another, and is 200 to the rest. */
function behind(status: number, { path }: HttpRequest): Scenario {
  return path === '/fails' ? { uncaught: true } : path === '/missing' && status === 404 ? { status } : {};
}

for (const [project, servlets] of [['tomcat-9', 'javax.servlet'], ['tomcat-10', 'jakarta.servlet'], ['tomcat-11', 'jakarta.servlet']] as const) {
  agreeInJava({ title: `CorsFilter in ${project}`, project, host: 'tomcat/Host.java', servlets, reader: servletFilters, descriptors: webXml, seed: random.seed, cases: Array.from({ length: Math.ceil(cases / 3) }, () => filterProgram(random, CORS_FILTER)), scenario: behind, unordered: ['access-control-allow-methods', 'access-control-allow-headers', 'access-control-expose-headers'] });
}
