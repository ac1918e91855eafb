import { whenAll, type Gap, type Policy, type Probe, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import type { Reading } from '../../readers/reader.js';
import { functionUrl, httpApi, HAS_ORIGIN, type CorsConfiguration, type CorsProgram } from './cors-configuration.js';
import type { Configured } from './fields.js';
import type { OwnResponse } from './open-api.js';
import { gatewayResponse, restApi, type RestMethod } from './rest-api.js';

/** What a cloud makes of a document has no version that a repository names. */
const DOCUMENTED = 'as documented in 2026';

/** Who reads, and what the author calls it. */
export interface Subject {
  readonly reader: string;
  readonly title: string;
  readonly at: Span;
}

type Made = Pick<Policy, 'steps' | 'probes'>;

export function awsPolicy({ reader, title, at }: Subject, { steps, probes }: Made, own: boolean, vendor: 'AWS' | 'Google' = 'AWS'): Policy {
  return {
    reader,
    title,
    layer: 'gateway',
    at,
    steps,
    behind: { options: null },
    probes,
    survivesUncaught: true,
    listens: [],
    version: `${vendor} ${DOCUMENTED}`,
    evidence: { handWritten: own, canAddVary: own, readsCookies: 'unknown', noStore: false, https: 'yes' },
    notes: [],
  };
}

export function refusals(refused: readonly { readonly at: Span; readonly message: string }[]): readonly Reading[] {
  return refused.map(({ at, message }): Reading => ({ kind: 'gap', gap: { at, reason: 'unsupported-syntax', message } satisfies Gap }));
}

/** A route that takes preflights from the gateway and asks them for a token. */
export interface GuardedDefault {
  readonly status: 401 | 403;
  readonly at: Span;
}

/**
 * The policy of an HTTP API. Preflights reach the `$default` route where there is one, and its authorizer, unless the
 * API has a route `OPTIONS /{proxy+}` without one.
 */
export function httpApiReadings(subject: Subject, configured: Configured, guarded: GuardedDefault | undefined): readonly Reading[] {
  const preflight = whenAll({ g: 'method', in: ['OPTIONS'] }, HAS_ORIGIN);
  const before: readonly Step[] = guarded === undefined ? [] : [{ when: preflight, effects: [], end: { to: 'answer', status: guarded.status, unauthenticated: true }, at: guarded.at }];
  return configuredReadings(subject, configured, httpApi, before);
}

export function functionUrlReadings(subject: Subject, configured: Configured): readonly Reading[] {
  return configuredReadings(subject, configured, functionUrl, []);
}

function configuredReadings(subject: Subject, { configurations, refused }: Configured, program: (configuration: CorsConfiguration) => CorsProgram, before: readonly Step[]): readonly Reading[] {
  const programs = configurations.map(({ when, configuration }) => ({ when, configuration, ...program(configuration) }));
  // A failure that is certain is a finding; only what no finding says is a gap.
  const certain = (at: Span): boolean => programs.some(({ steps }) => steps.some(({ end, at: place }) => end?.to === 'answer' && end.fault !== undefined && place.start === at.start));
  const all = refusals([...refused, ...programs.flatMap((one) => one.refused)].filter(({ at }) => !certain(at)));
  if (programs.length === 0) return all;
  const steps = programs.flatMap((one) => one.steps.map((step): Step => ({ ...step, when: whenAll(one.when, step.when) })));
  const needed = programs.flatMap(({ configuration }) => neededHeaders(configuration));
  const probe: Probe = { path: '/', methods: null, requestHeaders: [...new Set(needed)], at: subject.at };
  return [...all, { kind: 'policy', policy: awsPolicy(subject, { steps: [...before, ...steps], probes: [probe] }, false) }];
}

/** The headers among those allowed that make a browser ask first: handlers read a JSON body, or a token. */
function neededHeaders({ headers }: CorsConfiguration): readonly string[] {
  const names = headers?.value.kind === 'list' ? headers.value.items.flatMap((item) => (item.kind === 'string' ? [item.value.toLowerCase()] : [])) : [];
  return ['content-type', 'authorization'].filter((name) => names.includes(name));
}

/** The policy of a REST API, if any of its methods sends a header of CORS. `own`: each header is written by hand. */
export function restApiReadings(subject: Subject, methods: readonly RestMethod[], own: boolean): readonly Reading[] {
  const sends = methods.some(({ headers }) => headers.some(({ header }) => header.startsWith('access-control-')));
  return sends ? [{ kind: 'policy', policy: awsPolicy(subject, restApi(methods), own) }, ...unfollowed(methods)] : [];
}

/** What a preflight grants to every origin, the response would have to grant as well; where it is a proxy's, nobody here knows. */
function unfollowed(methods: readonly RestMethod[]): readonly Reading[] {
  return methods.filter(({ method, integration }) => method === 'OPTIONS' && integration === 'mock').flatMap(({ headers }) => {
    const echo = headers.find(({ header, value, when }) => header === 'access-control-allow-origin' && value.v === 'request-header' && value.name === 'origin' && when.g === 'always');
    const names = headers.map(({ header }) => header);
    // One that grants request headers too is a finding.
    return echo === undefined || !names.includes('access-control-allow-credentials') || names.includes('access-control-allow-headers') ? [] : [{ kind: 'gap', gap: { at: echo.at, reason: 'upstream', message: 'preflights of every origin are granted with credentials; whether every origin can read the responses too, what stands behind the API decides' } } as const];
  });
}

/** The responses that the gateway makes itself, those with a word about origins. */
export function ownResponseReadings(reader: string, responses: readonly OwnResponse[]): readonly Reading[] {
  return responses.filter(({ headers }) => headers.some(({ header }) => header === 'access-control-allow-origin')).map(({ type, status, headers, at }): Reading => ({
    kind: 'policy',
    policy: awsPolicy({ reader, title: `gateway response ${type}`, at }, gatewayResponse(type, status, headers, at), true),
  }));
}
