import { corsUtils } from '../../middleware/spring/cors-utils.js';
import { jvmNames } from '../../middleware/jvm/names.js';
import { servletExchange, type ServletExchange } from '../../middleware/jvm/servlet-exchange.js';
import { springInjection } from '../../middleware/spring/injection.js';
import type { Injection, Packages } from '../../syntax/jvm/index.js';
import type { Span } from '../../text/span.js';
import type { Handle, Value } from '../../values/value.js';

/** `new FilterRegistrationBean<>(filter)`: what was given to it is found in the events of the run. */
export interface Registration {
  readonly handle: Handle;
  readonly args: readonly Value[];
  readonly at: Span;
}

/** What the servlet API and Spring's classes around it are to code that writes headers by hand. */
export class ServletPackages {
  /** The request that is served: one for the whole file, since injected proxies stand for it, too. */
  readonly exchange: ServletExchange;
  readonly registrations: Registration[] = [];
  readonly #servlet: Handle;

  constructor(file: string) {
    const at: Span = { file, start: 0, end: 0 };
    this.exchange = servletExchange(at);
    this.#servlet = { kind: 'handle', name: 'HttpServlet', at, get: () => undefined, call: (_method, _args, place) => ({ kind: 'nothing', what: 'null', at: place }) };
  }

  readonly packages: Packages = (name) => {
    const simple = name.slice(name.lastIndexOf('.') + 1);
    if (/^(?:javax|jakarta)\.servlet\.http\.HttpServlet$/.test(name)) return this.#servlet;
    if (/^org\.springframework\.boot\.(?:web\.servlet|context\.embedded)\.FilterRegistrationBean$/.test(name)) return this.#maker(simple, (args, at) => this.#registered(args, at));
    // A wrapper writes what it is told to on what it wraps.
    if (/(?:Request|Response)Wrapper$/.test(simple) && /^(?:javax|jakarta|org\.springframework)\./.test(name)) return this.#maker(simple, ([first]) => first);
    if (/^org\.springframework\.web\.cors\.(?:reactive\.)?CorsUtils$/.test(name)) return corsUtils;
    return jvmNames(name);
  };

  readonly injection: Injection = (into) => this.exchange.given(into.type) ?? springInjection(into);

  /** Is the handle the class of servlets, whose own methods are called with `super`? */
  isServletClass(receiver: Handle): boolean {
    return receiver === this.#servlet;
  }

  #maker(name: string, make: (args: readonly Value[], at: Span) => Value | undefined): Handle {
    return { kind: 'handle', name, at: this.exchange.request.at, get: () => undefined, call: (method, args, at) => (method === 'new' ? make(args, at) : undefined) };
  }

  #registered(args: readonly Value[], at: Span): Handle {
    const handle: Handle = { kind: 'handle', name: 'FilterRegistrationBean', at, get: () => undefined, call: () => undefined };
    this.registrations.push({ handle, args, at });
    return handle;
  }
}
