import { whenAll, type Effect, type Guard, type HeaderValue, type Policy, type Probe, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { templatePath } from '../template-paths.js';
import { effect, literal } from './cors-configuration.js';

/** A header of a method's own making, with the place that says so. */
export interface RestHeader {
  readonly when: Guard;
  readonly header: string;
  readonly value: HeaderValue;
  readonly at: Span;
}

/** One method of a resource of a REST API. */
export interface RestMethod {
  /** With `{name}` and `{name+}`; undefined: any path (what a path is called stands elsewhere). */
  readonly path: { readonly text: string; readonly at: Span } | undefined;
  /** `OPTIONS`, or `ANY`. */
  readonly method: string;
  /** `mock`: answered here; `mapped`: the headers of the integration are those that are mapped; `proxy`: its own go through. */
  readonly integration: 'mock' | 'mapped' | 'proxy';
  readonly status: number;
  readonly headers: readonly RestHeader[];
  /** It asks for a token (401) or a signature or key (403) before it does anything. */
  readonly asks?: { readonly status: 401 | 403; readonly when: Guard; readonly at: Span };
  readonly at: Span;
}

const CORS = ['access-control-allow-origin', 'access-control-allow-credentials', 'access-control-allow-methods', 'access-control-allow-headers', 'access-control-expose-headers', 'access-control-max-age'];

/** `/pets/{id}` and `/{proxy+}`. */
const PARAMETER = /\{[^{}+]+(\+)?\}/g;

/**
 * What a REST API (API Gateway v1) makes of its methods. It adds no `Vary`, and nothing to what a proxy integration
 * answers: there the function or the service must send the headers itself, and it is not in view.
 */
export function restApi(methods: readonly RestMethod[]): Pick<Policy, 'steps' | 'probes'> {
  const placed = methods.map((method) => ({ method, path: templatePath(method.path === undefined ? undefined : { kind: 'string', value: method.path.text, at: method.path.at }, '', PARAMETER, '', method.at) }));
  placed.sort((a, b) => a.path.rank - b.path.rank || Number(a.method.method === 'ANY') - Number(b.method.method === 'ANY'));
  const steps = placed.flatMap(({ method, path }) => stepsOf(method, path.when));
  const probes = new Map<string, Probe>();
  for (const { method, path } of placed) {
    const known = probes.get(path.sample);
    const own = method.method === 'OPTIONS' ? [] : [method.method];
    // What else is served there, a path with preflights alone does not say.
    const served = [...(known?.methods ?? []), ...own];
    probes.set(path.sample, { path: path.sample, methods: served.length === 0 || served.includes('ANY') ? null : served, requestHeaders: [], at: known?.at ?? method.path?.at ?? method.at });
  }
  return { steps, probes: [...probes.values()] };
}

function stepsOf(method: RestMethod, path: Guard): readonly Step[] {
  const { at, asks } = method;
  const when = method.method === 'ANY' ? path : whenAll(path, { g: 'method', in: [method.method] });
  const preflight: Guard = { g: 'method', in: ['OPTIONS'] };
  const covers = method.method === 'ANY' || method.method === 'OPTIONS';
  const steps: Step[] = [];
  // A browser sends neither token nor key with a preflight; what else is asked carries them.
  if (asks !== undefined && covers) steps.push({ when: whenAll(when, preflight, asks.when), effects: [], end: { to: 'answer', status: asks.status, unauthenticated: true }, at: asks.at });
  if (method.integration === 'proxy') return [...steps, { when, effects: [], end: { to: 'behind' }, at }];
  if (method.integration === 'mapped') steps.push({ when, effects: CORS.map((header): Effect => effect('remove', header, literal('', at, false), at)), at });
  steps.push(...method.headers.map((own): Step => ({ when: whenAll(when, own.when), effects: [effect('set', own.header, own.value, own.at)], at: own.at })));
  steps.push({ when, effects: [], end: method.integration === 'mock' ? { to: 'answer', status: method.status } : { to: 'behind' }, at });
  return steps.filter((step) => step.when.g !== 'never');
}

/** Statuses of the gateway's own responses, where a template changes none. */
const STATUSES: Readonly<Record<string, number>> = {
  DEFAULT_4XX: 403, DEFAULT_5XX: 500, ACCESS_DENIED: 403, API_CONFIGURATION_ERROR: 500, AUTHORIZER_CONFIGURATION_ERROR: 500, AUTHORIZER_FAILURE: 500,
  BAD_REQUEST_BODY: 400, BAD_REQUEST_PARAMETERS: 400, EXPIRED_TOKEN: 403, INTEGRATION_FAILURE: 504, INTEGRATION_TIMEOUT: 504, INVALID_API_KEY: 403,
  INVALID_SIGNATURE: 403, MISSING_AUTHENTICATION_TOKEN: 403, QUOTA_EXCEEDED: 429, REQUEST_TOO_LARGE: 413, RESOURCE_NOT_FOUND: 404, THROTTLED: 429,
  UNAUTHORIZED: 401, UNSUPPORTED_MEDIA_TYPE: 415, WAF_FILTERED: 403,
};

/**
 * A response that the gateway makes itself, to requests that reach no integration. Preflights have their own answer.
 *
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
export function gatewayResponse(type: string, status: number | undefined, headers: readonly RestHeader[], at: Span): Pick<Policy, 'steps' | 'probes'> {
  const preflight: Guard = { g: 'method', in: ['OPTIONS'] };
  return {
    steps: [
      { when: preflight, effects: [], end: { to: 'behind' }, at },
      ...headers.map((own): Step => ({ when: own.when, effects: [effect('set', own.header, own.value, own.at)], at: own.at })),
      { when: { g: 'always' }, effects: [], end: { to: 'answer', status: status ?? STATUSES[type] ?? 403 }, at },
    ],
    probes: [{ path: '/', methods: null, requestHeaders: [], at }],
  };
}
