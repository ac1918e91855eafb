import type { Guard, Policy, Step } from '../../policy/program.js';
import type { Files } from '../../text/files.js';
import type { Span } from '../../text/span.js';
import { jettyCrossOrigin } from './jetty-cross-origin-filter.js';
import { listCases, type Params } from './params.js';
import { thetransactioncompanyCors } from './thetransactioncompany-cors-filter.js';
import { tomcatCors } from './tomcat-cors-filter.js';
import { covered, samplePath, type UrlPattern } from './url-patterns.js';
import { builtWith } from '../build-version.js';

/** A filter that others publish, told by its qualified class name. */
export interface KnownFilter {
  readonly title: string;
  /** Names of its parameters by the constants that stand for them in Java. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The parameters whose items are request headers that the handlers need. */
  readonly headers: string;
  version(files: Files, source: string): { readonly number: string | undefined; readonly text: string };
  steps(params: Params, where: Guard, version: string | undefined, at: Span): readonly Step[];
}

const TOMCAT: KnownFilter = {
  title: "Tomcat's CorsFilter",
  parameters: {
    PARAM_CORS_ALLOWED_ORIGINS: 'cors.allowed.origins',
    PARAM_CORS_SUPPORT_CREDENTIALS: 'cors.support.credentials',
    PARAM_CORS_EXPOSED_HEADERS: 'cors.exposed.headers',
    PARAM_CORS_ALLOWED_HEADERS: 'cors.allowed.headers',
    PARAM_CORS_ALLOWED_METHODS: 'cors.allowed.methods',
    PARAM_CORS_PREFLIGHT_MAXAGE: 'cors.preflight.maxage',
    PARAM_CORS_REQUEST_DECORATE: 'cors.request.decorate',
  },
  headers: 'cors.allowed.headers',
  version(files, source) {
    const built = builtWith(files, source, 'org.apache.tomcat', ['tomcat-embed-core', 'tomcat-catalina', 'tomcat'], ['tomcat.version']);
    return { number: built?.version, text: built === undefined ? 'Tomcat ≥ 11.0 (no version found)' : `Tomcat ${built.version} (${built.in})` };
  },
  steps: tomcatCors,
};

const JETTY: KnownFilter = {
  title: "Jetty's CrossOriginFilter",
  parameters: {
    ALLOWED_ORIGINS_PARAM: 'allowedOrigins',
    ALLOWED_TIMING_ORIGINS_PARAM: 'allowedTimingOrigins',
    ALLOWED_METHODS_PARAM: 'allowedMethods',
    ALLOWED_HEADERS_PARAM: 'allowedHeaders',
    PREFLIGHT_MAX_AGE_PARAM: 'preflightMaxAge',
    ALLOW_CREDENTIALS_PARAM: 'allowCredentials',
    EXPOSED_HEADERS_PARAM: 'exposedHeaders',
    OLD_CHAIN_PREFLIGHT_PARAM: 'forwardPreflight',
    CHAIN_PREFLIGHT_PARAM: 'chainPreflight',
    ACCESS_CONTROL_REQUEST_METHOD_HEADER: 'Access-Control-Request-Method',
    ACCESS_CONTROL_REQUEST_HEADERS_HEADER: 'Access-Control-Request-Headers',
    ACCESS_CONTROL_ALLOW_ORIGIN_HEADER: 'Access-Control-Allow-Origin',
    ACCESS_CONTROL_ALLOW_METHODS_HEADER: 'Access-Control-Allow-Methods',
    ACCESS_CONTROL_ALLOW_HEADERS_HEADER: 'Access-Control-Allow-Headers',
    ACCESS_CONTROL_MAX_AGE_HEADER: 'Access-Control-Max-Age',
    ACCESS_CONTROL_ALLOW_CREDENTIALS_HEADER: 'Access-Control-Allow-Credentials',
    ACCESS_CONTROL_EXPOSE_HEADERS_HEADER: 'Access-Control-Expose-Headers',
    TIMING_ALLOW_ORIGIN_HEADER: 'Timing-Allow-Origin',
  },
  headers: 'allowedHeaders',
  version: jettyVersion,
  steps: jettyCrossOrigin,
};

/** Jetty's version by what the project is built with. */
export function jettyVersion(files: Files, source: string): { readonly number: string | undefined; readonly text: string } {
  const built = builtWith(files, source, 'org.eclipse.jetty', ['jetty-servlets', 'jetty-ee10-servlets', 'jetty-ee9-servlets', 'jetty-ee8-servlets', 'jetty-servlet', 'jetty-server', 'jetty-webapp', 'jetty-maven-plugin'], ['jetty.version', 'jettyVersion', 'jetty']);
  if (built !== undefined) return { number: built.version, text: `Jetty ${built.version} (${built.in})` };
  const dropwizard = builtWith(files, source, 'io.dropwizard', ['dropwizard-core', 'dropwizard-bom', 'dropwizard-dependencies'], ['dropwizard.version', 'dropwizardVersion', 'dropwizard_version']);
  const jetty = DROPWIZARD.find(([line]) => dropwizard?.version.startsWith(`${line}.`) === true)?.[1];
  return dropwizard === undefined || jetty === undefined ? { number: undefined, text: 'Jetty ≥ 12.0 (no version found)' } : { number: jetty, text: `Jetty ${jetty} (Dropwizard ${dropwizard.version}, ${dropwizard.in})` };
}

/** Jetty that each line of Dropwizard brings along. */
const DROPWIZARD: readonly (readonly [line: string, jetty: string])[] = [['0', '9.2.30'], ['1', '9.4.18'], ['2', '9.4.57'], ['3', '10.0.24'], ['4', '11.0.24'], ['5', '12.0.16']];

const THETRANSACTIONCOMPANY: KnownFilter = {
  title: 'CORS Filter (thetransactioncompany)',
  parameters: {},
  headers: 'cors.supportedHeaders',
  version: () => ({ number: undefined, text: 'cors-filter 2.10 (no version found)' }),
  steps: (params, where, _version, at) => thetransactioncompanyCors(params, where, at),
};

/** eBay's filter became Tomcat's, whose parameters and first defaults are the same; it knows nothing of `Vary`. Source: org.ebaysf.web:cors-filter 1.0.1. */
const EBAY: KnownFilter = {
  ...TOMCAT,
  title: "eBay's CORSFilter",
  version: () => ({ number: '7.0.42', text: "eBay's cors-filter, as Tomcat 7.0.42 took it over" }),
  steps: (...given) => TOMCAT.steps(...given).map((step) => ({ ...step, effects: step.effects.filter(({ header }) => header !== 'vary') })),
};

export const KNOWN_FILTERS: Readonly<Record<string, KnownFilter>> = {
  'org.apache.catalina.filters.CorsFilter': TOMCAT,
  'org.eclipse.jetty.servlets.CrossOriginFilter': JETTY,
  'org.eclipse.jetty.ee8.servlets.CrossOriginFilter': JETTY,
  'org.eclipse.jetty.ee9.servlets.CrossOriginFilter': JETTY,
  'org.eclipse.jetty.ee10.servlets.CrossOriginFilter': JETTY,
  'com.thetransactioncompany.cors.CORSFilter': THETRANSACTIONCOMPANY,
  'org.ebaysf.web.cors.CORSFilter': EBAY,
};

/** A filter of others in its place: what it does to the requests that its patterns cover. */
export function filterPolicy(reader: string, filter: KnownFilter, place: { readonly params: Params; readonly patterns: readonly UrlPattern[]; readonly at: Span; readonly before?: readonly Step[] }, files: Files): Policy {
  const { params, patterns, at } = place;
  const version = filter.version(files, at.file);
  const needed = listCases(params.get(filter.headers), '', at).flatMap(({ items }) => items.flatMap((item) => (item.kind === 'string' ? [item.value.toLowerCase()] : [])));
  const requestHeaders = ['content-type', 'authorization'].filter((name) => needed.includes(name));
  return {
    reader,
    title: filter.title,
    layer: 'app-middleware',
    at,
    steps: [...(place.before ?? []), ...filter.steps(params, covered(patterns, 'filter'), version.number, at).filter(({ when, effects, end }) => when.g !== 'never' && (effects.length > 0 || end !== undefined))],
    behind: { options: 200 },
    probes: patterns.map((pattern) => ({ path: samplePath(pattern), methods: null, requestHeaders, at: pattern.at })),
    // Tomcat and Jetty keep headers when they answer an exception that nobody caught (measured on Tomcat 9 to 11; Jetty 9 to 11 take `Vary` away from their own pages for errors).
    survivesUncaught: true,
    listens: [8080],
    version: version.text,
    evidence: { handWritten: false, canAddVary: false, readsCookies: 'unknown', noStore: false },
    notes: [],
  };
}
