import { guardOf } from '../../../policy/from-condition.js';
import { ALWAYS, NEVER, whenAll, whenAny, type Guard } from '../../../policy/program.js';
import type { ClassInView, MethodInView } from '../../../syntax/jvm/index.js';
import type { Span } from '../../../text/span.js';
import { factOf, unknown, type Event, type Handle, type Value } from '../../../values/value.js';
import type { Fact } from '../../../values/fact.js';
import type { Followed } from '../application.js';
import { LOWEST_PRECEDENCE, orderIn } from '../filters.js';
import { presenceOf } from '../../../middleware/spring/presence.js';
import { unfolded } from '../spring-classes.js';
import { beansIn, type CorsBean } from './beans.js';
import { answersPreflights, classBehind } from './in-chain.js';
import { accessNamed, isFunction, type Access, type SecurityObjects } from './objects.js';
import { refusalOf, statusOf, type Refusal } from './refusal.js';
import { openGuard, patternsIn, perPattern, requestsNamed, sameRequests } from './requests.js';

/** How a chain comes to its `CorsFilter`, as far as its own code says. */
export type ChainCors =
  /** `cors()` is never called: from 6.2 on there may be one all the same. */
  | { readonly asked: 'never' }
  | { readonly asked: 'disabled' }
  /** `cors()` without a source: beans are looked up by their names. */
  | { readonly asked: 'defaults' }
  | { readonly asked: 'source'; readonly source: SourceReference }
  | { readonly asked: 'unknown'; readonly fact: Fact };

/** A `CorsConfigurationSource`: where it was made, or what was injected, by the name of the field or parameter. */
export type SourceReference = { readonly made: Span } | { readonly injected: string };

/** One line of `authorizeHttpRequests`, `authorizeRequests` or `authorizeExchange`. The first whose requests match decides. */
export interface AccessRule {
  readonly when: Guard;
  /** Undefined: nobody knows. */
  readonly access: Access | undefined;
  readonly at: Span;
}

/** A chain of Spring Security's filters, with what it does to requests without credentials. Plain data. */
export interface SecurityChain {
  /** The method that builds it. */
  readonly at: Span;
  /** The class of the method. */
  readonly owner: Span;
  readonly reactive: boolean;
  /** The lower comes first; `Ordered.LOWEST_PRECEDENCE` where nothing is said. */
  readonly order: number;
  /** When it is there at all: profiles, conditions. */
  readonly present: Guard;
  /** The requests that it is for. */
  readonly when: Guard;
  /** Patterns of paths that its matchers name; empty: none. */
  readonly paths: readonly string[];
  readonly cors: ChainCors;
  readonly rules: readonly AccessRule[];
  /** What becomes of requests that no rule is for: `authorizeRequests` lets them pass, `authorizeHttpRequests` denies them since 6.0, `authorizeExchange` always. */
  readonly otherwise: 'open' | 'denied' | 'denied since 6.0';
  readonly refusal: Refusal;
  /** Its users send credentials in `Authorization`: bearer tokens, HTTP Basic. */
  readonly readsAuthorization: boolean;
  /** A filter in it may answer preflights: known only when the program runs. */
  readonly mayAnswer: Guard;
}

export interface SecurityFacts {
  readonly chains: readonly SecurityChain[];
  readonly beans: readonly CorsBean[];
  /** Requests that no chain sees: `web.ignoring()`. */
  readonly ignored: readonly Guard[];
  /** Filters that write headers of CORS by hand: in front of the chains they may answer preflights. */
  readonly handWritten: readonly Span[];
}

const ADAPTERS = /(?:^|\.)(?:WebSecurity|ResourceServer)ConfigurerAdapter$/;

/** Chains that a file builds, and requests that it takes from all of them. */
export function securityIn(file: Followed): SecurityFacts {
  const security = file.objects.security;
  const chains: SecurityChain[] = [];
  const ignored: Guard[] = [];
  for (const { type, method, events } of file.methods) {
    ignored.push(...naming(events, (handle) => isIgnoring(security, handle)).map((event) => namedBy(event, security)));
    const parameter = method.parameters.find(({ type: name }) => /(?:^|\.)(?:Server)?HttpSecurity$/.test(name ?? ''));
    const http = parameter === undefined ? undefined : security.builderAt(parameter.at);
    if (http !== undefined && buildsChain(type, method)) chains.push(chainOf(http, type, method, events, file));
  }
  for (const type of file.ran.classes) if (type.mentions(/ConfigurerAdapter/) && type.supertypes.some((name) => ADAPTERS.test(name)) && !type.methods.some(configuresChain)) chains.push(defaultChain(type));
  return { chains, beans: beansIn(file), ignored, handWritten: file.ran.classes.flatMap((type) => (type.mentions(/access.control.allow/i) && type.declaration.supertypes.some((name) => /Filter(?:Bean)?$/.test(name)) ? [type.at] : [])) };
}

function isIgnoring(security: SecurityObjects, handle: Handle): boolean {
  const part = security.of(handle);
  return part?.part === 'matchers' && part.ignoring;
}

function buildsChain(type: ClassInView, method: MethodInView): boolean {
  if (method.annotations.some(({ names }) => /(?:^|\.)Bean$/.test(names[0] ?? ''))) return true;
  return configuresChain(method) && type.supertypes.some((name) => ADAPTERS.test(name));
}

function configuresChain({ name, parameters }: MethodInView): boolean {
  return name === 'configure' && /(?:^|\.)HttpSecurity$/.test(parameters[0]?.type ?? '');
}

/** What an adapter does that says nothing itself: credentials for everything, by a form or by HTTP Basic. */
function defaultChain(type: ClassInView): SecurityChain {
  const { at } = type;
  return { at, owner: at, reactive: false, order: orderOf(type, undefined), present: guardOf(presenceOf(type.annotations)), when: ALWAYS, paths: [], cors: { asked: 'never' }, rules: [{ when: ALWAYS, access: 'credentials', at }], otherwise: 'open', refusal: { status: 401 }, readsAuthorization: true, mayAnswer: NEVER };
}

type Call = Event & { readonly kind: 'call' };

/** Calls that name requests one by one (`ignoring().antMatchers(…)`, `securityMatchers(m -> m.requestMatchers(…))`). */
function naming(events: readonly Event[], of: (handle: Handle) => boolean): readonly Call[] {
  return events.flatMap((event) => (event.kind === 'call' && of(event.receiver) && /Matchers?$|^anyRequest$/.test(event.method) ? [event] : []));
}

function namedBy({ when, method, args, at }: Call, security: SecurityObjects): Guard {
  return whenAll(guardOf(when), requestsNamed(method, args, at, security));
}

function chainOf(http: Handle, type: ClassInView, method: MethodInView, events: readonly Event[], file: Followed): SecurityChain {
  const security = file.objects.security;
  const reader = new ChainReader(http, security, file);
  for (const event of events) reader.see(event);
  const ofMatchers = naming(events, (handle) => {
    const part = security.of(handle);
    return part?.part === 'matchers' && part.of === http;
  });
  const matchers = [...reader.matchers, ...(ofMatchers.length === 0 ? [] : [whenAny(...ofMatchers.map((event) => namedBy(event, security)))])];
  return {
    at: method.at,
    owner: type.at,
    reactive: reader.reactive,
    order: orderOf(type, method),
    present: whenAll(guardOf(presenceOf(type.annotations)), guardOf(presenceOf(method.annotations))),
    when: whenAll(...matchers),
    paths: [...reader.paths, ...ofMatchers.flatMap((event) => patternsIn(event.args, security))],
    cors: reader.cors,
    rules: reader.rules,
    otherwise: reader.otherwise,
    refusal: reader.entryPoint ?? refusalOf(reader.mechanisms, reader.reactive),
    readsAuthorization: ['httpBasic', 'oauth2ResourceServer'].some((name) => reader.mechanisms.has(name)) || reader.readsAuthorization,
    mayAnswer: whenAny(...reader.mayAnswer),
  };
}

/** `@Order` of the method, else of the class. */
function orderOf(type: ClassInView, method: MethodInView | undefined): number {
  const byDefault = type.supertypes.some((name) => /ResourceServerConfigurerAdapter$/.test(name)) ? 3 : type.supertypes.some((name) => /WebSecurityConfigurerAdapter$/.test(name)) ? 100 : LOWEST_PRECEDENCE;
  return orderIn([...(method?.annotations ?? []), ...type.annotations]) ?? byDefault;
}

/** What is done to one builder, call by call. */
class ChainReader {
  cors: ChainCors = { asked: 'never' };
  readonly rules: AccessRule[] = [];
  readonly matchers: Guard[] = [];
  readonly paths: string[] = [];
  readonly mayAnswer: Guard[] = [];
  /** Ways to log in, with the status that an entry point of their own sends. */
  readonly mechanisms = new Map<string, Refusal | undefined>();
  entryPoint: Refusal | undefined;
  otherwise: SecurityChain['otherwise'] = 'open';
  readsAuthorization = false;
  readonly reactive: boolean;

  constructor(
    readonly http: Handle,
    readonly security: SecurityObjects,
    readonly file: Followed,
  ) {
    const part = security.of(http);
    this.reactive = part?.part === 'http' && part.reactive;
  }

  see(event: Event): void {
    if (event.kind === 'escape' && event.receiver === this.http) this.#open(event.detail, event.at);
    if (event.kind !== 'call' && event.kind !== 'assign') return;
    const part = this.security.of(event.receiver);
    const [name, args] = event.kind === 'call' ? [event.method, event.args] : [event.property, [event.value]];
    if (part?.part === 'http' && event.receiver === this.http) this.#onBuilder(name, args, event);
    else if (part?.part === 'configurer' && part.http === this.http) this.#onConfigurer(part.name, name, args, event);
    else if (part?.part === 'registry' && part.http === this.http) this.#onRegistry(name, args, event);
    else if (part?.part === 'matched') {
      const registry = this.security.of(part.registry);
      if (registry?.part !== 'registry' || registry.http !== this.http) return;
      if (name === 'not') this.#rule(openGuard('which requests a rule is for', event.at), undefined, event);
      else if (registry.name !== 'authorizeRequests') this.#rule(requestsNamed(part.method, part.args, part.at, this.security), accessBy(name, args), event);
      else for (const one of perPattern(part.args)) this.#replacing(requestsNamed(part.method, one, part.at, this.security), accessBy(name, args), event);
    }
  }

  #rule(when: Guard, access: Access | undefined, event: Event): void {
    this.rules.push({ when: whenAll(guardOf(event.when), when), access, at: event.at });
  }

  /** `authorizeRequests` keeps its rules by their matchers: the last access of one counts, at the place of its first (measured on 5.8.16). */
  #replacing(when: Guard, access: Access | undefined, event: Event): void {
    const before = this.rules.findIndex((rule) => sameRequests(rule.when, whenAll(guardOf(event.when), when)));
    this.#rule(when, access, event);
    const [rule] = before === -1 ? [] : this.rules.splice(-1);
    if (rule !== undefined) this.rules[before] = rule;
  }

  /** Nobody knows what else was done to the builder. */
  #open(detail: string, at: Span): void {
    const fact = factOf(unknown('function-call', detail, at));
    this.cors = { asked: 'unknown', fact };
    this.mayAnswer.push({ g: 'fact', fact });
  }

  #onBuilder(name: string, args: readonly Value[], event: Event & { readonly kind: 'call' | 'assign' }): void {
    const [first] = args;
    if (name === 'cors') {
      const defaults = first === undefined || isFunction(first) || this.security.of(first)?.part === 'defaults';
      this.#cors(defaults ? { asked: 'defaults' } : { asked: 'unknown', fact: factOf(unknown('function-call', 'what cors() is given', event.at)) }, event);
    } else if (/^(?:security|ant|mvc|regex|path|request)Matcher$/.test(name)) {
      this.matchers.push(requestsNamed(name, args, event.at, this.security));
      this.paths.push(...patternsIn(args, this.security));
    }
    if (/^(?:httpBasic|formLogin|oauth2ResourceServer|oauth2Login|saml2Login|openidLogin|oneTimeTokenLogin|webAuthn|x509|jee)$/.test(name)) this.mechanisms.set(name, undefined);
    else if (name === 'authorizeHttpRequests') this.otherwise = 'denied since 6.0';
    else if (name === 'authorizeExchange') this.otherwise = 'denied';
    else if (/^addFilter/.test(name)) this.#filter(first, event);
    else if (name === 'apply' || name === 'with') this.#applied(first, event);
  }

  #cors(cors: ChainCors, event: Event): void {
    this.cors = event.when.c === 'true' ? cors : { asked: 'unknown', fact: factOf(unknown('function-call', 'whether cors() is called', event.at)) };
  }

  #onConfigurer(configurer: string, name: string, args: readonly Value[], event: Event & { readonly kind: 'call' | 'assign' }): void {
    const [first] = args;
    if (configurer === 'cors') {
      if (name === 'disable') this.#cors({ asked: 'disabled' }, event);
      else if (/^(?:set)?configurationSource$/i.test(name) && first !== undefined) this.#cors(this.#given(first, event.at), event);
    } else if (name === 'disable') this.mechanisms.delete(configurer);
    else if (/^(?:set)?authenticationEntryPoint$/i.test(name) && first !== undefined) {
      const refusal = statusOf(first, this.file, event.at);
      if (configurer === 'exceptionHandling') this.entryPoint = refusal;
      else if (this.mechanisms.has(configurer)) this.mechanisms.set(configurer, refusal);
    } else if (configurer === 'exceptionHandling' && name === 'defaultAuthenticationEntryPointFor') this.entryPoint = { open: factOf(unknown('function-call', 'how requests without credentials are refused', event.at)) };
  }

  #given(source: Value, at: Span): ChainCors {
    const { ran, objects } = this.file;
    const injected = source.kind === 'handle' ? objects.injected.get(source) : undefined;
    if (injected !== undefined) return { asked: 'source', source: { injected } };
    const object = ran.objectOf(source);
    if (object !== undefined) return { asked: 'source', source: { made: object.declaration.at } };
    if (source.kind === 'function' || (source.kind === 'handle' && objects.made.has(source))) return { asked: 'source', source: { made: source.at } };
    return { asked: 'unknown', fact: factOf(unknown('function-call', 'which source cors() is given', at)) };
  }

  #onRegistry(name: string, args: readonly Value[], event: Event): void {
    // Kotlin: `authorize("/api/**", hasRole("ADMIN"))`, `authorize(authenticated)`.
    if (name !== 'authorize') return;
    const access = this.security.of(args.at(-1));
    this.#rule(args.length === 1 ? ALWAYS : requestsNamed('matchers', args.slice(0, -1), event.at, this.security), access?.part === 'access' ? access.access : accessBy('access', args.slice(-1)), event);
  }

  #filter(filter: Value | undefined, event: Event): void {
    if (filter === undefined) return;
    if (this.file.objects.kindOf(filter) === 'filter' && filter.kind === 'handle') {
      const [source] = this.file.objects.made.get(filter)?.args ?? [];
      this.#cors(source === undefined ? { asked: 'unknown', fact: factOf(unknown('function-call', 'a filter', event.at)) } : this.#given(source, event.at), event);
      return;
    }
    const about = classBehind(filter, this.file);
    if (about.readsAuthorization) this.readsAuthorization = true;
    if (answersPreflights(about) !== 'no') this.mayAnswer.push(openGuard('whether a filter of the chain answers preflights', event.at));
  }

  /** A configurer of the project's own gets the builder, too. */
  #applied(configurer: Value | undefined, event: Event): void {
    const object = configurer === undefined ? undefined : this.file.ran.objectOf(configurer);
    const methods = ['init', 'configure'].flatMap((name) => object?.method(name) ?? []);
    if (methods.length === 0) return void this.#open('what a configurer does', event.at);
    for (const method of methods) for (const inner of unfolded(method.run([this.http]), this.file.objects)) if (inner.kind !== 'return') this.see(inner);
  }
}

/** Access by a rule's method; expressions of `access("…")` as far as they are one word. */
function accessBy(name: string, args: readonly Value[]): Access | undefined {
  if (name !== 'access') return accessNamed(name);
  const [expression] = args;
  if (expression?.kind !== 'string') return undefined;
  const [, word = '', rest = ''] = /^\s*(\w+)\s*(?:\([^()]*\))?\s*(.*)$/s.exec(expression.value) ?? [];
  return rest === '' ? accessNamed(word.replace(/^is(\w)/, (_whole, first: string) => first.toLowerCase())) : undefined;
}
