import type { Span } from '../../../text/span.js';
import { silent } from '../../../values/silent.js';
import type { FunctionValue, Handle, RequestValue, Value } from '../../../values/value.js';

/** What a rule for a request does to one without credentials, as far as its name tells. */
export type Access = 'open' | 'credentials' | 'denied';

/** What an object of Spring Security's is to this reader. `http` is the chain's builder that it belongs to. */
export type Part =
  | { readonly part: 'http'; readonly reactive: boolean }
  | { readonly part: 'web' }
  /** One of the builder's configurers, by the name of the method that gives it: `cors`, `formLogin`. */
  | { readonly part: 'configurer'; readonly name: string; readonly http: Handle }
  /** `authorizeHttpRequests`, `authorizeRequests`, `authorizeExchange`. */
  | { readonly part: 'registry'; readonly name: string; readonly http: Handle }
  /** What `requestMatchers(…)` gives: a rule that waits for its access. */
  | { readonly part: 'matched'; readonly registry: Handle; readonly method: string; readonly args: readonly Value[]; readonly at: Span }
  /** `securityMatchers(…)`, and `web.ignoring()`: each call names requests. */
  | { readonly part: 'matchers'; readonly of: Handle; readonly ignoring: boolean }
  | { readonly part: 'matcher'; readonly name: string; readonly args: readonly Value[]; readonly at: Span }
  | { readonly part: 'access'; readonly access: Access | undefined; readonly text?: Value }
  | { readonly part: 'entry-point'; readonly name: string; readonly args: readonly Value[] }
  | { readonly part: 'class'; readonly name: string }
  | { readonly part: 'request' | 'response' | 'defaults' | 'static-resources' | 'actuator' | 'h2-console' };

const ACCESS: Readonly<Record<string, Access>> = {
  permitAll: 'open',
  anonymous: 'open',
  authenticated: 'credentials',
  fullyAuthenticated: 'credentials',
  fullyAuthenticatedFully: 'credentials',
  rememberMe: 'credentials',
  hasRole: 'credentials',
  hasAnyRole: 'credentials',
  hasAllRoles: 'credentials',
  hasAuthority: 'credentials',
  hasAnyAuthority: 'credentials',
  hasAllAuthorities: 'credentials',
  denyAll: 'denied',
};

/** Access by the name of the method that gives it; undefined: nobody knows (`access(…)`, `hasIpAddress(…)`). */
export function accessNamed(name: string): Access | undefined {
  return Object.hasOwn(ACCESS, name) ? ACCESS[name] : undefined;
}

const REGISTRIES = ['authorizeHttpRequests', 'authorizeRequests', 'authorizeExchange'];
const NAMES_REQUESTS = /^(?:any(?:Request|Exchange)|(?:request|ant|mvc|regex|path|dispatcherType)Matchers|matchers)$/;
/** Classes of matchers by their simple names, with what makes one: a constructor, a factory, a builder. */
const MATCHERS = /^(?:(?:Ant|Mvc|PathPattern|Regex)(?:Path)?RequestMatcher|PathPatternParserServerWebExchangeMatcher|(?:Or|And|Negated|Any)(?:Request|ServerWebExchange)Matcher|ServerWebExchangeMatchers|RequestMatchers)$/;
const ENTRY_POINTS = /(?:EntryPoint|AuthenticationEntryPoint)$/;

/** The status constants that entry points send. */
const STATUSES: Readonly<Record<string, number>> = { SC_OK: 200, OK: 200, NO_CONTENT: 204, SC_NO_CONTENT: 204, SC_UNAUTHORIZED: 401, UNAUTHORIZED: 401, SC_FORBIDDEN: 403, FORBIDDEN: 403, SC_NOT_FOUND: 404, NOT_FOUND: 404, SC_BAD_REQUEST: 400, BAD_REQUEST: 400 };

/** Objects of Spring Security's that running code made, by their handles. */
export class SecurityObjects {
  readonly #parts = new Map<Handle, Part>();

  of(value: Value | undefined): Part | undefined {
    return value?.kind === 'handle' ? this.#parts.get(value) : undefined;
  }

  /** What an import is, by its simple name; undefined: nothing to Spring Security. */
  imported(name: string): Handle | undefined {
    const at: Span = { file: '', start: 0, end: 0 };
    if (name === 'Customizer') return silent(name, at, () => undefined, () => this.make('the defaults', at, { part: 'defaults' }));
    if (name === 'HttpServletResponse' || name === 'HttpStatus') return silent(name, at, (constant) => (STATUSES[constant] === undefined ? undefined : { kind: 'number', value: STATUSES[constant], at }));
    if (name === 'Ordered') return silent(name, at, (constant) => (constant === 'HIGHEST_PRECEDENCE' || constant === 'LOWEST_PRECEDENCE' ? { kind: 'number', value: constant === 'HIGHEST_PRECEDENCE' ? -(2 ** 31) : 2 ** 31 - 1, at } : undefined));
    if (name === 'PathRequest') return silent(name, at, () => undefined, (method) => this.make(method, at, { part: method === 'toH2Console' ? 'h2-console' : 'static-resources' }));
    if (name === 'EndpointRequest') return silent(name, at, () => undefined, (method) => this.make(method, at, { part: 'actuator' }));
    if (MATCHERS.test(name) || name === 'CorsUtils' || name === 'WebSecurityCustomizer' || ENTRY_POINTS.test(name)) return this.make(name, at, { part: 'class', name });
    return undefined;
  }

  /** What Spring gives to a method for a parameter of the type. */
  given(type: string | undefined, at: Span): Handle | undefined {
    switch (type?.replace(/^.*\./, '')) {
      case 'HttpSecurity':
        return this.make('HttpSecurity', at, { part: 'http', reactive: false });
      case 'ServerHttpSecurity':
        return this.make('ServerHttpSecurity', at, { part: 'http', reactive: true });
      case 'WebSecurity':
        return this.make('WebSecurity', at, { part: 'web' });
      case 'HttpServletRequest':
        return this.make('the request', at, { part: 'request' });
      case 'HttpServletResponse':
        return this.make('the response', at, { part: 'response' });
      default:
        return undefined;
    }
  }

  /** What a lambda gets that is given to a method of Spring Security's. */
  lent(receiver: Handle, method: string, at: Span): Handle | undefined {
    const owner = this.#parts.get(receiver);
    if (owner === undefined) return undefined;
    if (owner.part === 'http') return method === '' ? receiver : this.#configurer(receiver, method, at);
    if (owner.part === 'class' && owner.name === 'WebSecurityCustomizer') return this.given('WebSecurity', at);
    if (owner.part === 'registry' || owner.part === 'matchers' || owner.part === 'matched' || owner.part === 'class') return this.make('the request', at, { part: 'request' });
    return owner.part === 'configurer' ? this.make(`${owner.name}.${method}`, at, { part: 'configurer', name: `${owner.name}.${method}`, http: owner.http }) : undefined;
  }

  /** What a customizer gets that a bean's method gives back. */
  customized(type: string | undefined, at: Span): Handle | undefined {
    return type === 'WebSecurityCustomizer' ? this.given('WebSecurity', at) : undefined;
  }

  /** The builder that was given for the parameter at a place. */
  builderAt(at: Span): Handle | undefined {
    return [...this.#parts].find(([{ at: place }, { part }]) => part === 'http' && place.start === at.start && place.file === at.file)?.[0];
  }

  make(name: string, at: Span, part: Part): Handle {
    const handle: Handle = { kind: 'handle', name, at, get: (property) => this.#property(handle, part, property), call: (method, args, place) => this.#called(handle, part, method, args, place) };
    this.#parts.set(handle, part);
    return handle;
  }

  #property(handle: Handle, part: Part, property: string): Value | undefined {
    const { at } = handle;
    if (part.part === 'request') return requestPart(property, [], at);
    if (part.part === 'class' && part.name === 'AnyRequestMatcher') return this.make(part.name, at, { part: 'matcher', name: part.name, args: [], at });
    if (part.part !== 'registry') return undefined;
    // Kotlin: `authorize(anyRequest, authenticated)`.
    if (property === 'anyRequest' || property === 'anyExchange') return this.make(property, at, { part: 'matcher', name: 'anyRequest', args: [], at });
    return accessNamed(property) === undefined ? undefined : this.make(property, at, { part: 'access', access: accessNamed(property) });
  }

  #called(handle: Handle, part: Part, method: string, args: readonly Value[], at: Span): Value | undefined {
    switch (part.part) {
      case 'http':
        return args.length === 0 && !/^(?:and|build|disable)$/.test(method) ? this.#configurer(handle, method, at) : method === 'build' ? this.make('the chain', at, part) : handle;
      case 'web':
        return method === 'ignoring' ? this.make('ignoring', at, { part: 'matchers', of: handle, ignoring: true }) : handle;
      case 'configurer':
        return method === 'and' || method === 'disable' ? part.http : handle;
      case 'registry':
        if (NAMES_REQUESTS.test(method)) return this.make(method, at, { part: 'matched', registry: handle, method, args, at });
        if (method === 'authorize') return undefined;
        if (method === 'and') return part.http;
        return accessNamed(method) !== undefined ? this.make(method, at, { part: 'access', access: accessNamed(method) }) : handle;
      case 'matched':
        return part.registry;
      case 'matchers':
        return method === 'and' ? part.of : handle;
      case 'class':
        return ENTRY_POINTS.test(part.name) ? this.make(part.name, at, { part: 'entry-point', name: part.name, args }) : this.#matcher(part.name, method, args, at);
      case 'matcher':
        // Builders of matchers: `PathPatternRequestMatcher.withDefaults().matcher(…)`.
        return this.#matcher(part.name, method, args, at);
      case 'request':
        // `CorsUtils::isPreFlightRequest` reads like a method of its argument.
        if (method === 'isPreFlightRequest') return this.make(method, at, { part: 'matcher', name: 'preflight', args: [], at });
        return requestPart(method, args, at);
      case 'static-resources':
      case 'actuator':
        return /^at|^to|^excluding/.test(method) ? (method.startsWith('excluding') ? undefined : handle) : undefined;
      default:
        return undefined;
    }
  }

  #configurer(http: Handle, name: string, at: Span): Handle {
    if (REGISTRIES.includes(name)) return this.make(name, at, { part: 'registry', name, http });
    if (name === 'securityMatchers' || name === 'requestMatchers') return this.make(name, at, { part: 'matchers', of: http, ignoring: false });
    return this.make(name, at, { part: 'configurer', name, http });
  }

  #matcher(name: string, method: string, args: readonly Value[], at: Span): Value | undefined {
    if (name === 'CorsUtils') return method === 'isPreFlightRequest' ? this.make(method, at, { part: 'matcher', name: 'preflight', args: [], at }) : undefined;
    return this.make(name, at, { part: 'matcher', name: method === 'not' || method === 'anyOf' || method === 'allOf' ? method : name, args, at });
  }
}

function requestPart(name: string, args: readonly Value[], at: Span): RequestValue | undefined {
  const [header] = args;
  if (name === 'getMethod' || name === 'method') return { kind: 'request', part: 'method', at };
  if (/^(?:get)?(?:requestURI|servletPath)$/i.test(name)) return { kind: 'request', part: 'path', at };
  return name === 'getHeader' && header?.kind === 'string' ? { kind: 'request', part: 'header', header: header.value.toLowerCase(), at } : undefined;
}

/** A function with what it does when it is called. */
export function isFunction(value: Value | undefined): value is FunctionValue {
  return value?.kind === 'function';
}
