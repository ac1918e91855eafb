import type { CorsConfiguration, Setting } from '../../middleware/api-gateway/cors-configuration.js';
import type { Gap } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { entry, type RecordValue, type Value } from '../../values/value.js';
import type { HttpEvent } from './events.js';

/** The names of `provider.httpApi.cors` and `url.cors`; those of `http.cors` are others. */
const NAMES = ['allowedOrigins', 'allowedMethods', 'allowedHeaders', 'exposedResponseHeaders', 'maxAge', 'allowCredentials'];
const REST_NAMES = ['origin', 'origins', 'headers', 'methods', 'allowCredentials', 'maxAge', 'cacheControl'];

const HTTP_API_HEADERS = ['Content-Type', 'X-Amz-Date', 'Authorization', 'X-Api-Key', 'X-Amz-Security-Token', 'X-Amz-User-Agent', 'X-Amzn-Trace-Id'];
const FUNCTION_URL_HEADERS = ['Content-Type', 'X-Amz-Date', 'Authorization', 'X-Api-Key', 'X-Amz-Security-Token', 'X-Amzn-Trace-Id'];
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'OPTIONS', 'HEAD', 'DELETE'];

/** `provider.httpApi.cors`: a key without a value has a default; methods are those of the routes. */
export function httpApiConfiguration(settings: RecordValue | undefined, at: Span, events: readonly HttpEvent[]): CorsConfiguration {
  const used = events.flatMap(({ method }) => (method === 'ANY' ? METHODS : [method]));
  return {
    at,
    ...given(settings),
    origins: or(own(settings, 'allowedOrigins'), ['*'], at),
    headers: or(own(settings, 'allowedHeaders'), HTTP_API_HEADERS, at),
    methods: or(own(settings, 'allowedMethods'), [...new Set(['OPTIONS', ...used])], at),
  };
}

/** `url.cors`: the same names, other defaults, of which `null` takes one away. */
export function functionUrlConfiguration(settings: RecordValue | undefined, at: Span): CorsConfiguration {
  const orNone = (key: string, texts: readonly string[]): Setting => (settings !== undefined && entry(settings, key)?.value.kind === 'nothing' ? { value: { kind: 'nothing', what: 'null', at }, at, written: true } : or(own(settings, key), texts, at));
  return { at, ...given(settings), origins: orNone('allowedOrigins', ['*']), headers: orNone('allowedHeaders', FUNCTION_URL_HEADERS), methods: orNone('allowedMethods', ['*']) };
}

function given(settings: RecordValue | undefined): Partial<CorsConfiguration> {
  const [exposed, maxAge, credentials] = ['exposedResponseHeaders', 'maxAge', 'allowCredentials'].map((key) => own(settings, key));
  return { ...(exposed === undefined ? {} : { exposed }), ...(maxAge === undefined ? {} : { maxAge }), ...(credentials === undefined ? {} : { credentials }) };
}

/** A text is a list of itself to Serverless. */
function own(settings: RecordValue | undefined, key: string): Setting | undefined {
  const found = settings === undefined ? undefined : entry(settings, key);
  return found === undefined || found.value.kind === 'nothing' ? undefined : { value: found.value, at: found.at, written: true };
}

function or(setting: Setting | undefined, texts: readonly string[], at: Span): Setting {
  return setting ?? { value: { kind: 'list', items: texts.map((value): Value => ({ kind: 'string', value, at })), at }, at, written: false };
}

/** A key that Serverless warns of and leaves out, so that a default counts: the most common slip is the name of another kind of event. */
export function unknownKeys(settings: RecordValue, kind: 'rest' | 'http-api' | 'function-url'): readonly Gap[] {
  const known = kind === 'rest' ? REST_NAMES : NAMES;
  const where = { rest: '`cors` of an http event', 'http-api': '`provider.httpApi.cors`', 'function-url': '`cors` of a function URL' }[kind];
  return settings.entries.filter(({ key }) => !known.includes(key)).map(({ key, at }) => ({ at, reason: 'unsupported-syntax', message: `${where} has no key \`${key}\` (${known.join(', ')}): Serverless leaves it out, or refuses the file` }));
}

/** What switches a kind of CORS on: its settings, none for `true`; undefined for what switches it off or is not known. */
export function switched(value: Value): RecordValue | 'defaults' | undefined {
  if (value.kind === 'record') return value;
  return (value.kind === 'boolean' && value.value) || (value.kind === 'string' && /^true$/i.test(value.value)) ? 'defaults' : undefined;
}

/** A gap for a switch that is not known. */
export function undecided(value: Value, what: string): readonly Gap[] {
  const { at } = value;
  if (value.kind === 'unknown') return [{ at, reason: value.reason, message: `${what} depends on ${value.detail}` }];
  if (value.kind === 'env') return [{ at, reason: 'env-variable', message: `${what} depends on ${value.name}` }];
  return value.kind === 'concat' ? [{ at, reason: 'env-variable', message: `${what} depends on variables` }] : [];
}

