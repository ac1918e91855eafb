import { ABSENT, anyOf, complement, exact, type OriginSet } from '../../origins/origin-set.js';
import { casesOf, exactSetOf, headerValueOf } from '../../policy/from-condition.js';
import { ALWAYS, unless, whenAll, type Effect, type Guard, type HeaderValue, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { entry, factOf, type EitherValue, type RecordValue, type Value } from '../../values/value.js';

type Case = Exclude<Value, EitherValue>;

/** starlette/middleware/cors.py: `ALL_METHODS`, `SAFELISTED_HEADERS`. */
const ALL_METHODS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];
const SAFELISTED_HEADERS = ['Accept', 'Accept-Language', 'Content-Language', 'Content-Type'];

const PRESENT = complement(ABSENT);
const HAS_ORIGIN: Guard = { g: 'origin', in: PRESENT };
const IS_PREFLIGHT = whenAll({ g: 'method', in: ['OPTIONS'] }, HAS_ORIGIN, { g: 'header', name: 'access-control-request-method', in: PRESENT });
const IS_SIMPLE = whenAll(HAS_ORIGIN, unless(IS_PREFLIGHT));
const HAS_COOKIE: Guard = { g: 'header', name: 'cookie', in: PRESENT };

/**
 * The middleware's options as steps (python.md 1; measured on 0.13.8, 0.14.2, 0.26.1, 0.52.1 and 1.3.1). An option
 * that is one of several is expanded into all of them, each under its guard.
 */
export function programOf(options: RecordValue, version: number): readonly Step[] {
  const { at } = options;
  return alternatives(options, 'allow_origins').flatMap((origins) =>
    alternatives(options, 'allow_credentials').flatMap((credentials) =>
      alternatives(options, 'allow_origin_regex').flatMap((regex) =>
        steps(
          {
            origins: origins.value,
            regex: regex.value,
            credentials: credentials.value,
            credentialsAt: entry(options, 'allow_credentials')?.at ?? at,
            methods: entry(options, 'allow_methods')?.value,
            headers: entry(options, 'allow_headers')?.value,
            exposed: entry(options, 'expose_headers')?.value,
            maxAge: entry(options, 'max_age')?.value,
            privateNetwork: entry(options, 'allow_private_network')?.value,
            at,
          },
          version,
        ).map((step) => ({ ...step, when: whenAll(origins.when, credentials.when, regex.when, step.when) })),
      ),
    ),
  );
}

function alternatives(options: RecordValue, key: string): readonly { readonly when: Guard; readonly value: Case | undefined }[] {
  const found = entry(options, key)?.value;
  if (found !== undefined) return casesOf(found);
  return [{ when: ALWAYS, value: options.rest === undefined ? undefined : options.rest }];
}

interface Settings {
  readonly origins: Case | undefined;
  readonly regex: Case | undefined;
  readonly credentials: Case | undefined;
  readonly credentialsAt: Span;
  readonly methods: Value | undefined;
  readonly headers: Value | undefined;
  readonly exposed: Value | undefined;
  readonly maxAge: Value | undefined;
  readonly privateNetwork: Value | undefined;
  readonly at: Span;
}

function steps(settings: Settings, version: number): readonly Step[] {
  const { at } = settings;
  const star = starIn(settings.origins);
  const allowed: Guard = { g: 'origin', in: allowedOrigins(settings, version) };
  const echoAt = star ?? settings.origins?.at ?? settings.regex?.at ?? at;
  const echo: HeaderValue = { v: 'request-header', name: 'origin', at: echoAt };
  const credentials = credentialsEffect(settings);
  const credentialed = credentials === undefined ? [] : [credentials];
  const set = (header: string, value: HeaderValue, where = at): Effect => ({ op: 'set', header, value, statuses: 'all', at: where });
  const literal = (text: string, where: Span, written: boolean): HeaderValue => ({ v: 'literal', text, at: where, written });
  const origin = (value: HeaderValue): Effect => set('access-control-allow-origin', value, value.at);
  const vary: Effect = { ...set('vary', literal('Origin', at, false)), op: 'append' };
  const step = (when: Guard, ...effects: readonly Effect[]): Step => ({ when, effects, at });

  const simple: Step[] = [step(IS_SIMPLE, ...(star === undefined ? [] : [origin(literal('*', star, true))]), ...credentialed, ...listEffect('access-control-expose-headers', settings.exposed, at))];
  if (star === undefined) simple.push(step(whenAll(IS_SIMPLE, allowed), origin(echo), vary));
  else if (version >= 1000) simple.push(...(credentials === undefined ? [] : [step(IS_SIMPLE, origin(echo), vary)]));
  // Before 1.0 a cookie alone makes the echo, credentials or not; before 0.15 without Vary.
  else simple.push(step(whenAll(IS_SIMPLE, HAS_COOKIE), origin(echo), ...(version >= 15 ? [vary] : [])));

  return [...simple, ...preflight(settings, version, { star, allowed, echo, vary, credentialed, origin, set, literal, step })];
}

interface Pieces {
  readonly star: Span | undefined;
  readonly allowed: Guard;
  readonly echo: HeaderValue;
  readonly vary: Effect;
  readonly credentialed: readonly Effect[];
  readonly origin: (value: HeaderValue) => Effect;
  readonly set: (header: string, value: HeaderValue, where?: Span) => Effect;
  readonly literal: (text: string, where: Span, written: boolean) => HeaderValue;
  readonly step: (when: Guard, ...effects: readonly Effect[]) => Step;
}

/** Every preflight ends here, whatever its path: 200, or 400 when the origin, the method or a header is refused. */
function preflight(settings: Settings, version: number, { star, allowed, echo, vary, credentialed, origin, set, literal, step }: Pieces): readonly Step[] {
  const { at } = settings;
  const explicit = star === undefined || (version >= 15 && credentialed.length > 0);
  const methods = methodsOf(settings.methods, version);
  const headers = namesOf(settings.headers);
  const maxAge = settings.maxAge === undefined ? literal('600', at, false) : (headerValueOf(settings.maxAge) ?? unknownText(settings.maxAge));
  const answers: Step[] = [
    step(
      IS_PREFLIGHT,
      ...(explicit ? [vary] : [origin(literal('*', star!, true))]),
      set('access-control-allow-methods', methods === undefined ? unknownText(settings.methods!) : literal(methods.join(', '), settings.methods?.at ?? at, settings.methods !== undefined), settings.methods?.at ?? at),
      set('access-control-max-age', maxAge, settings.maxAge?.at ?? at),
      ...(headers === '*' ? [set('access-control-allow-headers', { v: 'request-header', name: 'access-control-request-headers', at })] : [set('access-control-allow-headers', headers === undefined ? unknownText(settings.headers!) : literal(safelistedAnd(headers).join(', '), settings.headers?.at ?? at, settings.headers !== undefined), settings.headers?.at ?? at)]),
      ...credentialed,
    ),
    ...(explicit ? [step(whenAll(IS_PREFLIGHT, star === undefined ? allowed : ALWAYS), origin(echo))] : []),
  ];
  const privateNetwork = settings.privateNetwork?.kind === 'boolean' && settings.privateNetwork.value;
  const asksPrivate: Guard = { g: 'header', name: 'access-control-request-private-network', in: PRESENT };
  if (privateNetwork) answers.push(step(whenAll(IS_PREFLIGHT, asksPrivate), set('access-control-allow-private-network', literal('true', settings.privateNetwork.at, true))));

  const requirements: Guard[] = [star === undefined ? allowed : ALWAYS];
  if (methods === undefined) requirements.push({ g: 'fact', fact: factOf({ kind: 'unknown', reason: 'unsupported-syntax', detail: 'allow_methods', at }) });
  else requirements.push({ g: 'header', name: 'access-control-request-method', in: anyOf(methods.map((method) => exact(method, settings.methods?.at ?? at))) });
  if (headers === undefined) requirements.push({ g: 'fact', fact: factOf({ kind: 'unknown', reason: 'unsupported-syntax', detail: 'allow_headers', at }) });
  else if (headers !== '*') requirements.push({ g: 'every-item', name: 'access-control-request-headers', in: anyOf(safelistedAnd(headers).map((name) => exact(name, settings.headers?.at ?? at, ['ignore-case']))) });
  if (!privateNetwork && version >= 51) requirements.push(unless(asksPrivate));
  return [...answers, { ...step(whenAll(IS_PREFLIGHT, ...requirements)), end: { to: 'answer', status: 200 } }, { ...step(IS_PREFLIGHT), end: { to: 'answer', status: 400 } }];
}

/** The place of `*` when it is among the origins: Python's `in`, so a text of one star counts, and any text with a star in it. */
function starIn(origins: Case | undefined): Span | undefined {
  if (origins?.kind === 'string') return origins.value.includes('*') ? origins.at : undefined;
  return origins?.kind === 'list' ? origins.items.find((item) => item.kind === 'string' && item.value === '*')?.at : undefined;
}

/** `re.fullmatch` since 0.13.1, `re.match` before; then `origin in allow_origins`, which on a text looks for a piece of it. */
function allowedOrigins({ origins, regex, at }: Settings, version: number): OriginSet {
  const listed: OriginSet =
    origins === undefined || origins.kind === 'nothing' ? { s: 'none' } : origins.kind === 'string' ? { s: 'part-of', text: origins.value, subject: 'origin', ignoreCase: false, at: origins.at } : exactSetOf(origins, origins.at);
  if (regex === undefined || regex.kind === 'nothing') return listed;
  if (regex.kind === 'string' || regex.kind === 'regex') {
    const [source, flags] = regex.kind === 'string' ? [regex.value, ''] : [regex.source, regex.flags];
    return anyOf([{ s: 'regex', source, flags, dialect: 'python', use: version >= 13 ? 'full' : 'match-prefix', subject: 'origin', at: regex.at, sourceAt: regex.at }, listed]);
  }
  const why = regex.kind === 'unknown' || regex.kind === 'env' ? factOf(regex) : factOf({ kind: 'unknown', reason: 'unsupported-syntax', detail: 'allow_origin_regex', at });
  return anyOf([{ s: 'dynamic', why, lower: { s: 'none' }, upper: { s: 'any' }, exactTexts: false, at: regex.at }, listed]);
}

function credentialsEffect({ credentials, credentialsAt }: Settings): Effect | undefined {
  if (credentials === undefined || credentials.kind === 'nothing') return undefined;
  const truthy = credentials.kind === 'boolean' ? credentials.value : credentials.kind === 'string' ? credentials.value !== '' : credentials.kind === 'number' ? credentials.value !== 0 : undefined;
  if (truthy === false) return undefined;
  const value: HeaderValue = truthy === true || credentials.kind === 'env' ? { v: 'literal', text: 'true', at: credentials.at, written: true } : unknownText(credentials);
  return { op: 'set', header: 'access-control-allow-credentials', value, statuses: 'all', at: credentialsAt };
}

function methodsOf(value: Value | undefined, version: number): readonly string[] | undefined {
  if (value === undefined) return ['GET'];
  const names = namesOf(value);
  // HEAD joined in 0.15.
  return names === '*' ? ALL_METHODS.filter((method) => method !== 'HEAD' || version >= 15) : names;
}

/** The names of a list, `*` if the star is among them; undefined when a name is not known. */
function namesOf(value: Value | undefined): readonly string[] | '*' | undefined {
  if (value === undefined) return [];
  if (value.kind === 'string') return value.value.includes('*') ? '*' : undefined;
  if (value.kind !== 'list') return undefined;
  const names = value.items.map((item) => (item.kind === 'string' ? item.value : undefined));
  if (names.includes('*')) return '*';
  return value.rest !== undefined || names.includes(undefined) ? undefined : names.flatMap((name) => name ?? []);
}

/** `sorted(SAFELISTED_HEADERS | set(allow_headers))`, by code points. */
function safelistedAnd(names: readonly string[]): readonly string[] {
  return [...new Set([...SAFELISTED_HEADERS, ...names])].sort((a, b) => (a < b ? -1 : 1));
}

function listEffect(header: string, value: Value | undefined, at: Span): readonly Effect[] {
  if (value === undefined || (value.kind === 'list' && value.items.length === 0 && value.rest === undefined)) return [];
  const names = value.kind === 'list' && value.rest === undefined ? value.items.map((item) => (item.kind === 'string' ? item.value : undefined)) : [undefined];
  const text: HeaderValue = names.includes(undefined) ? unknownText(value) : { v: 'literal', text: names.join(', '), at: value.at, written: true };
  return [{ op: 'set', header, value: text, statuses: 'all', at: value.at ?? at }];
}

function unknownText(value: Value): HeaderValue {
  const fact = value.kind === 'unknown' || value.kind === 'env' ? factOf(value) : factOf({ kind: 'unknown', reason: 'unsupported-syntax', detail: 'a value of CORSMiddleware', at: value.at });
  return { v: 'unknown', fact, at: value.at };
}
