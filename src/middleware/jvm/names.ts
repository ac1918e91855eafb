import type { Span } from '../../text/span.js';
import type { Handle, Value } from '../../values/value.js';

const NOWHERE: Span = { file: '', start: 0, end: 0 };

/** Names of statuses, as Spring, JAX-RS, Micronaut and the servlet API have them. */
const STATUSES: Readonly<Record<string, number>> = {
  CONTINUE: 100,
  OK: 200,
  CREATED: 201,
  ACCEPTED: 202,
  NON_AUTHORITATIVE_INFORMATION: 203,
  NO_CONTENT: 204,
  RESET_CONTENT: 205,
  PARTIAL_CONTENT: 206,
  MOVED_PERMANENTLY: 301,
  FOUND: 302,
  MOVED_TEMPORARILY: 302,
  SEE_OTHER: 303,
  NOT_MODIFIED: 304,
  TEMPORARY_REDIRECT: 307,
  PERMANENT_REDIRECT: 308,
  BAD_REQUEST: 400,
  UNAUTHORIZED: 401,
  PAYMENT_REQUIRED: 402,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  NOT_ACCEPTABLE: 406,
  REQUEST_TIMEOUT: 408,
  CONFLICT: 409,
  GONE: 410,
  PRECONDITION_FAILED: 412,
  UNSUPPORTED_MEDIA_TYPE: 415,
  I_AM_A_TEAPOT: 418,
  UNPROCESSABLE_ENTITY: 422,
  TOO_MANY_REQUESTS: 429,
  INTERNAL_SERVER_ERROR: 500,
  NOT_IMPLEMENTED: 501,
  BAD_GATEWAY: 502,
  SERVICE_UNAVAILABLE: 503,
  GATEWAY_TIMEOUT: 504,
};

/** `ACCESS_CONTROL_ALLOW_ORIGIN` → `Access-Control-Allow-Origin`: how `HttpHeaders` of Spring, Guava, Micronaut and others spell their constants. */
export function headerOfConstant(constant: string): string {
  return constant.toLowerCase().replaceAll('_', '-').replace(/(?:^|-)[a-z]/g, (first) => first.toUpperCase());
}

/** The number of a status: itself, or what a constant stands for. */
export function statusNumber(value: Value): Value {
  if (value.kind === 'either') return { ...value, options: value.options.map((option) => ({ ...option, value: statusNumber(option.value) })) };
  return value.kind === 'handle' ? (value.call('value', [], value.at) ?? value) : value;
}

/** Packages whose classes are looked into; `java.lang` stands for what a file has no import for. */
const PACKAGES: ReadonlySet<string> = new Set([
  'org.springframework.http',
  'org.springframework.web.bind.annotation',
  'javax.servlet.http',
  'jakarta.servlet.http',
  'javax.ws.rs',
  'jakarta.ws.rs',
  'javax.ws.rs.core',
  'jakarta.ws.rs.core',
  'javax.ws.rs.core.Response',
  'jakarta.ws.rs.core.Response',
  'com.google.common.net',
  'io.micronaut.http',
  'io.netty.handler.codec.http',
  'org.apache.http',
  'org.apache.hc.core5.http',
]);

/**
 * Classes that hold nothing but names: of headers, methods and statuses. Undefined for any other class. A file without
 * imports (a snippet) has them, too.
 */
export function jvmNames(qualified: string): Handle | undefined {
  const packages = qualified.slice(0, qualified.lastIndexOf('.'));
  if (packages !== 'java.lang' && !PACKAGES.has(packages)) return undefined;
  const simple = qualified.slice(qualified.lastIndexOf('.') + 1);
  switch (simple) {
    case 'HttpHeaders':
    case 'HttpHeaderNames':
    case 'CrossOriginHeaders':
      return constants(qualified, (constant, at) => ({ kind: 'string', value: headerOfConstant(constant), at }));
    case 'HttpMethod':
    case 'RequestMethod':
      return constants(qualified, (constant, at) => ({ kind: 'string', value: constant, at }));
    case 'HttpServletResponse':
      return constants(qualified, (constant, at) => status(constant.replace(/^SC_/, ''), at, true));
    case 'HttpStatus':
      return constants(qualified, (constant, at) => status(constant.replace(/^SC_/, ''), at, constant.startsWith('SC_')));
    case 'Status':
      return packages.endsWith('.Response') ? constants(qualified, (constant, at) => status(constant, at, false)) : undefined;
    default:
      return undefined;
  }
}

function constants(name: string, value: (constant: string, at: Span) => Value | undefined): Handle {
  return {
    kind: 'handle',
    name,
    at: NOWHERE,
    get: (constant) => (/^[A-Z][A-Z_]*$/.test(constant) ? value(constant, NOWHERE) : undefined),
    call: (method, args, at) => (method === 'valueOf' || method === 'resolve' || method === 'fromStatusCode' ? args[0] : method === 'instanceof' ? { kind: 'boolean', value: false, at } : undefined),
  };
}

function status(constant: string, at: Span, plain: boolean): Value | undefined {
  const value = STATUSES[constant];
  if (value === undefined) return undefined;
  const number: Value = { kind: 'number', value, at };
  const asked = (name: string): Value | undefined => (/^(?:value|(?:get)?(?:statusCode|code|value))$/i.test(name) ? number : undefined);
  return plain ? number : { kind: 'handle', name: `status ${value}`, at, get: asked, call: asked };
}
