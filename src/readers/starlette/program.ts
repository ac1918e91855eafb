import { ABSENT, anyOf, complement, exact, type OriginSet } from '../../origins/origin-set.js';
import { exactSetOf, headerValueOf } from '../../policy/from-condition.js';
import { ALWAYS, unless, whenAll, type Effect, type Guard, type HeaderValue, type Step } from '../../policy/program.js';
import { truth } from '../../syntax/python/index.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown, type RecordValue, type Value } from '../../values/value.js';
import { waysOf, type Case, type Option, type Settings } from './settings.js';
import type { Behaviour } from './version.js';

/** starlette/middleware/cors.py: `ALL_METHODS`, `SAFELISTED_HEADERS`. */
const ALL_METHODS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'QUERY'];
const SAFELISTED_HEADERS = ['Accept', 'Accept-Language', 'Content-Language', 'Content-Type'];

const PRESENT = complement(ABSENT);
export const HAS_ORIGIN: Guard = { g: 'origin', in: PRESENT };
/** What never reaches the app. */
export const IS_PREFLIGHT = whenAll({ g: 'method', in: ['OPTIONS'] }, HAS_ORIGIN, { g: 'header', name: 'access-control-request-method', in: PRESENT });
const HAS_COOKIE: Guard = { g: 'header', name: 'cookie', in: PRESENT };
const ASKS_PRIVATE: Guard = { g: 'header', name: 'access-control-request-private-network', in: PRESENT };

/** What `CORSMiddleware` does with a request that comes in, and with the answer that goes out. */
export interface CorsProgram {
  /** Preflights never go on: what their answers carry, then the answers. */
  readonly preflights: readonly Step[];
  readonly answers: readonly Step[];
  /** Every other request is answered behind; this is laid upon it. */
  readonly outward: readonly Step[];
  /** The class cannot be made of its options: then no middleware of the app is, and every request fails. */
  readonly faults: readonly Step[];
}

/**
 * The middleware's options as steps (`starlette/middleware/cors.py`, measured on 0.13.8, 0.14.2, 0.26.1, 0.46.2, 0.52.1, 1.3.1 and
 * 1.10.0). An option that is one of several is expanded into all of them, each under its guard. `own`: an
 * `is_allowed_origin` that a class which extends it puts in the place of the one that it has.
 */
export function corsProgram(keywords: RecordValue, positional: readonly Value[], at: Span, behaviour: Behaviour, own?: (byDefault: Guard) => Guard): CorsProgram {
  const programs = waysOf(keywords, positional, at).map(({ when, settings }) => {
    const { preflights, answers, outward, faults } = new Cors(settings, behaviour, own).program();
    const within = (steps: readonly Step[]): readonly Step[] => steps.map((step) => ({ ...step, when: whenAll(when, step.when) }));
    return { preflights: within(preflights), answers: within(answers), outward: within(outward), faults: within(faults) };
  });
  return { preflights: programs.flatMap((one) => one.preflights), answers: programs.flatMap((one) => one.answers), outward: programs.flatMap((one) => one.outward), faults: programs.flatMap((one) => one.faults) };
}

class Cors {
  readonly #at: Span;
  readonly #star: Span | undefined;
  readonly #allowed: Guard;
  readonly #credentials: readonly Effect[];
  readonly #vary: Effect;
  readonly #echo: Effect;

  constructor(
    private readonly settings: Settings,
    private readonly behaviour: Behaviour,
    own: ((byDefault: Guard) => Guard) | undefined,
  ) {
    const { allow_origins: origins, allow_origin_regex: regex } = settings.options;
    this.#at = settings.at;
    this.#star = starIn(origins);
    const byDefault: Guard = this.#star === undefined ? { g: 'origin', in: this.#admitted(origins, regex) } : ALWAYS;
    this.#allowed = own === undefined ? byDefault : own(byDefault);
    this.#credentials = this.#credentialsEffects();
    this.#vary = { op: 'append', header: 'vary', value: byItself('Origin', this.#at), statuses: 'all', at: this.#at };
    const echoAt = this.#star ?? origins?.at ?? regex?.at ?? this.#at;
    this.#echo = { op: 'set', header: 'access-control-allow-origin', value: { v: 'request-header', name: 'origin', at: echoAt }, statuses: 'all', at: echoAt };
  }

  program(): CorsProgram {
    const fault = this.#fault();
    // Starlette makes its middlewares when the first request comes, and tries again with the next.
    if (fault !== undefined) return { preflights: [], answers: [], outward: [], faults: [{ when: ALWAYS, effects: [], end: { to: 'answer', status: 500, fault }, at: this.#at }] };
    return { ...this.#preflight(), outward: this.#simple(), faults: [] };
  }

  #simple(): readonly Step[] {
    const { echoWithCredentials, explicitPreflight, varies } = this.behaviour;
    const steps: Step[] = [this.#step(HAS_ORIGIN, ...(this.#star === undefined ? [] : [this.#everybody(this.#star)]), ...this.#credentials, ...this.#exposed())];
    if (this.#star === undefined) steps.push(this.#step(whenAll(HAS_ORIGIN, this.#allowed), this.#echo, ...(varies ? [] : [this.#vary])));
    else if (!echoWithCredentials) steps.push(this.#step(whenAll(HAS_ORIGIN, HAS_COOKIE), this.#echo, ...(explicitPreflight ? [this.#vary] : [])));
    else if (this.#credentials.length > 0) steps.push(this.#step(HAS_ORIGIN, this.#echo, ...(varies ? [] : [this.#vary])));
    if (varies) steps.push(this.#step(ALWAYS, this.#vary));
    return steps.filter(({ effects }) => effects.length > 0);
  }

  /** Every preflight ends here, whatever its path: 200, or 400 when the origin, the method or a header is refused. */
  #preflight(): Pick<CorsProgram, 'preflights' | 'answers'> {
    const { explicitPreflight, varies, privateNetwork } = this.behaviour;
    const explicit = this.#star === undefined || (explicitPreflight && this.#credentials.length > 0);
    const vary = varies ? byItself('Origin, Access-Control-Request-Method, Access-Control-Request-Headers, Access-Control-Request-Private-Network', this.#at) : byItself('Origin', this.#at);
    const methods = this.#methods();
    const headers = this.#headers();
    const preflights: Step[] = [
      this.#step(
        IS_PREFLIGHT,
        ...(explicit || varies ? [{ ...this.#vary, value: vary }] : []),
        ...(explicit || this.#star === undefined ? [] : [this.#everybody(this.#star)]),
        this.#set('access-control-allow-methods', 'allow_methods', methods.text),
        this.#set('access-control-max-age', 'max_age', this.#maxAge()),
        this.#set('access-control-allow-headers', 'allow_headers', headers.text),
        ...this.#credentials,
      ),
      ...(explicit ? [this.#step(whenAll(IS_PREFLIGHT, this.#allowed), this.#echo)] : []),
    ];
    const network = this.settings.options.allow_private_network;
    const allowsNetwork: Guard = network === undefined ? unless(ALWAYS) : trueGuard(network);
    if (network !== undefined) preflights.push(this.#step(whenAll(IS_PREFLIGHT, ASKS_PRIVATE, allowsNetwork), this.#set('access-control-allow-private-network', 'allow_private_network', written('true', network.at))));
    const requirements = [this.#allowed, methods.admits, headers.admits, ...(privateNetwork ? [unless(whenAll(ASKS_PRIVATE, unless(allowsNetwork)))] : [])];
    const answer = (when: Guard, status: number): Step => ({ when: whenAll(IS_PREFLIGHT, when), effects: [], end: { to: 'answer', status }, at: this.#at });
    return { preflights: preflights.filter(({ when }) => when.g !== 'never'), answers: [answer(whenAll(...requirements), 200), answer(ALWAYS, 400)] };
  }

  /** The class cannot be made of these options: TypeError, or `re.error`. */
  #fault(): string | undefined {
    const { options, unknownNames } = this.settings;
    const [name] = unknownNames;
    if (name !== undefined) return `CORSMiddleware does not take ${name.key}`;
    if (options.allow_private_network !== undefined && !this.behaviour.privateNetwork && options.allow_private_network.kind !== 'unknown') return 'CORSMiddleware does not take allow_private_network before Starlette 0.51';
    for (const option of ['allow_origins', 'allow_methods', 'allow_headers'] as const) {
      const value = options[option];
      if (value !== undefined && ['nothing', 'boolean', 'number'].includes(value.kind)) return `${option} is no collection`;
    }
    const regex = options.allow_origin_regex;
    if (regex !== undefined && ['boolean', 'number', 'list', 'record'].includes(regex.kind)) return 'allow_origin_regex is no pattern';
    return regex?.kind === 'string' && isBroken(regex.value) ? 'allow_origin_regex is no pattern that Python compiles' : undefined;
  }

  /** `re.fullmatch` (or `re.match`); then `origin in allow_origins`, which on a text looks for a piece of it. */
  #admitted(origins: Case | undefined, regex: Case | undefined): OriginSet {
    const listed: OriginSet = origins === undefined ? { s: 'none' } : origins.kind === 'string' ? { s: 'part-of', text: origins.value, subject: 'origin', ignoreCase: false, at: origins.at } : exactSetOf(origins, origins.at);
    if (regex === undefined || regex.kind === 'nothing') return listed;
    if (regex.kind === 'string' || regex.kind === 'regex') {
      const [source, flags] = regex.kind === 'string' ? [regex.value, ''] : [regex.source, regex.flags];
      const sourceAt = regex.kind === 'string' ? regex.at : regex.sourceAt;
      return anyOf([{ s: 'regex', source, flags, dialect: 'python', use: this.behaviour.wholeOrigin ? 'full' : 'match-prefix', subject: 'origin', at: regex.at, ...(sourceAt === undefined ? {} : { sourceAt }) }, listed]);
    }
    return anyOf([{ s: 'dynamic', why: doubt(regex, 'allow_origin_regex'), lower: { s: 'none' }, upper: { s: 'any' }, exactTexts: false, at: regex.at }, listed]);
  }

  #credentialsEffects(): readonly Effect[] {
    const { allow_credentials: value } = this.settings.options;
    if (value === undefined) return [];
    const holds = truth(value);
    if (holds.c === 'false') return [];
    // A text from the environment is true unless it is empty.
    const text = holds.c === 'true' || value.kind === 'env' ? written('true', value.at) : unknownText(value, 'allow_credentials');
    return [this.#set('access-control-allow-credentials', 'allow_credentials', text)];
  }

  /** `", ".join(allow_methods)`, and `method in allow_methods`, which on a text looks for a piece of it. */
  #methods(): { readonly text: HeaderValue; readonly admits: Guard } {
    const value = this.settings.options.allow_methods;
    const name = 'access-control-request-method';
    if (value === undefined) return { text: byItself('GET', this.#at), admits: { g: 'header', name, in: exact('GET', this.#at) } };
    const names = namesIn(value);
    if (names === undefined) return { text: unknownText(value, 'allow_methods'), admits: open(value, 'allow_methods') };
    const all = ALL_METHODS.filter((method) => (method !== 'HEAD' || this.behaviour.explicitPreflight) && (method !== 'QUERY' || this.behaviour.varies));
    const methods = names.includes('*') ? all : names;
    if (value.kind === 'string' && methods !== all) return { text: written(methods.join(', '), value.at), admits: { g: 'header', name, in: { s: 'part-of', text: value.value, subject: 'origin', ignoreCase: false, at: value.at } } };
    return { text: written(methods.join(', '), value.at), admits: { g: 'header', name, in: anyOf(methods.map((method) => exact(method, value.at))) } };
  }

  /** `sorted(SAFELISTED_HEADERS | set(allow_headers))`, by code points. */
  #headers(): { readonly text: HeaderValue; readonly admits: Guard } {
    const value = this.settings.options.allow_headers;
    const name = 'access-control-request-headers';
    const names = value === undefined ? [] : namesIn(value);
    if (value !== undefined && names === undefined) return { text: unknownText(value, 'allow_headers'), admits: open(value, 'allow_headers') };
    if (names?.includes('*') === true) return { text: { v: 'request-header', name, at: this.#at }, admits: ALWAYS };
    const all = [...new Set([...(this.behaviour.safelist ? SAFELISTED_HEADERS : []), ...(names ?? [])])].sort((a, b) => (a < b ? -1 : 1));
    const at = value?.at ?? this.#at;
    return { text: value === undefined ? byItself(all.join(', '), at) : written(all.join(', '), at), admits: { g: 'every-item', name, in: anyOf(all.map((one) => exact(one, at, ['ignore-case']))) } };
  }

  #exposed(): readonly Effect[] {
    const value = this.settings.options.expose_headers;
    if (value === undefined || truth(value).c === 'false') return [];
    const names = namesIn(value);
    return [this.#set('access-control-expose-headers', 'expose_headers', names === undefined ? unknownText(value, 'expose_headers') : written(names.join(', '), value.at))];
  }

  /** `str(max_age)` */
  #maxAge(): HeaderValue {
    const value = this.settings.options.max_age;
    if (value === undefined) return byItself('600', this.#at);
    if (value.kind === 'nothing') return written('None', value.at);
    if (value.kind === 'boolean') return written(value.value ? 'True' : 'False', value.at);
    return headerValueOf(value) ?? unknownText(value, 'max_age');
  }

  #everybody(star: Span): Effect {
    return { op: 'set', header: 'access-control-allow-origin', value: written('*', star), statuses: 'all', at: star };
  }

  #set(header: string, option: Option, value: HeaderValue): Effect {
    return { op: 'set', header, value, statuses: 'all', at: this.settings.places[option] ?? value.at };
  }

  #step(when: Guard, ...effects: readonly Effect[]): Step {
    return { when, effects, at: this.#at };
  }
}

/** The place of `*` when it is among the origins: Python's `in`, so any text with a star in it counts. */
function starIn(origins: Case | undefined): Span | undefined {
  if (origins?.kind === 'string') return origins.value.includes('*') ? origins.at : undefined;
  return origins?.kind === 'list' ? origins.items.find((item) => item.kind === 'string' && item.value === '*')?.at : undefined;
}

/** The items of a list, the characters of a text; undefined when one of them is not known. */
function namesIn(value: Case): readonly string[] | undefined {
  if (value.kind === 'string') return [...value.value];
  if (value.kind !== 'list') return undefined;
  const names = value.items.map((item) => (item.kind === 'string' ? item.value : undefined));
  if (names.includes('*')) return names.map((name) => name ?? '');
  return value.rest !== undefined || names.includes(undefined) ? undefined : names.flatMap((name) => name ?? []);
}

function trueGuard(value: Case): Guard {
  const holds = truth(value);
  if (holds.c === 'true' || holds.c === 'false') return holds.c === 'true' ? ALWAYS : unless(ALWAYS);
  return open(value, 'allow_private_network');
}

/** `*.example.com`: Python's `re` finds nothing to repeat. */
function isBroken(source: string): boolean {
  return /^\^?[*+?]/.test(source);
}

function open(value: Case, option: Option): Guard {
  return { g: 'fact', fact: doubt(value, option) };
}

function doubt(value: Case, option: Option): ReturnType<typeof factOf> {
  return value.kind === 'unknown' || value.kind === 'env' ? factOf(value) : factOf(unknown('unsupported-syntax', option, value.at));
}

function unknownText(value: Case, option: Option): HeaderValue {
  return { v: 'unknown', fact: doubt(value, option), at: value.at };
}

function byItself(text: string, at: Span): HeaderValue {
  return { v: 'literal', text, at, written: false };
}

function written(text: string, at: Span): HeaderValue {
  return { v: 'literal', text, at, written: true };
}
