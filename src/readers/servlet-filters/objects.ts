import { KNOWN_FILTERS } from '../../middleware/servlet/known-filters.js';
import type { Injection, JvmModule, Packages } from '../../syntax/jvm/index.js';
import type { Span } from '../../text/span.js';
import { type Handle, type Value } from '../../values/value.js';

/** Something that code makes or gets, to which a filter, its parameters and its patterns are given. */
export interface Registration {
  readonly kind:
    /** `addFilter(name, class)` of the Servlet API: without a mapping it sees nothing. */
    | 'dynamic'
    /** Spring Boot's `FilterRegistrationBean`: without patterns it sees everything. */
    | 'bean'
    /** Jetty's `FilterHolder`: mapped where it is added. */
    | 'holder'
    /** Tomcat's `FilterDef`: mapped by a `FilterMap` of its name. */
    | 'definition'
    | 'map'
    /** Jetty's `FilterMapping`. */
    | 'mapping'
    /** Jetty 12's `CrossOriginHandler`. */
    | 'handler';
  readonly args: readonly Value[];
  readonly at: Span;
}

/** Classes whose objects are registrations. */
const MADE: readonly (readonly [name: RegExp, kind: Registration['kind']])[] = [
  [/^org\.springframework\.boot\.(?:web\.servlet|context\.embedded)\.FilterRegistrationBean$/, 'bean'],
  [/^org\.eclipse\.jetty\.(?:ee\d+\.)?servlet\.FilterHolder$/, 'holder'],
  [/^org\.eclipse\.jetty\.(?:ee\d+\.)?servlet\.FilterMapping$/, 'mapping'],
  [/^org\.apache\.(?:tomcat\.util\.descriptor\.web|catalina\.deploy)\.FilterDef$/, 'definition'],
  [/^org\.apache\.(?:tomcat\.util\.descriptor\.web|catalina\.deploy)\.FilterMap$/, 'map'],
  [/^org\.eclipse\.jetty\.server\.handler\.CrossOriginHandler$/, 'handler'],
];

/** Containers and what they hand out: filters are added to these, wherever they come from. */
const CONTAINERS = /^(?:javax|jakarta)\.servlet\.|^org\.eclipse\.jetty\.|^org\.apache\.(?:catalina|tomcat)\.|^(?:io|com\.yammer)\.dropwizard\.|^com\.yammer\./;

/** What the Servlet API, Tomcat, Jetty, Dropwizard and Spring Boot are to code that registers a filter. */
export class ServletObjects {
  readonly registrations = new Map<Handle, Registration>();
  readonly #filters = new Map<Handle, string>();
  readonly #open = new Map<string, Handle>();

  readonly packages: Packages = (qualified) => {
    const known = Object.hasOwn(KNOWN_FILTERS, qualified) ? KNOWN_FILTERS[qualified] : undefined;
    if (known !== undefined) return this.#filterClass(qualified, known.parameters);
    const kind = MADE.find(([name]) => name.test(qualified))?.[1];
    if (kind !== undefined) return this.#maker(qualified, kind);
    if (/\.DispatcherType$/.test(qualified)) return { kind: 'handle', name: 'DispatcherType', at: NOWHERE, get: (constant) => (/^[A-Z]+$/.test(constant) ? { kind: 'string', value: constant, at: NOWHERE } : undefined), call: () => undefined };
    return CONTAINERS.test(qualified) ? this.container(qualified) : undefined;
  };

  readonly injection: Injection = ({ type, module }) => this.given(type, module);

  /** The container that a field or a parameter of a type holds. */
  given(type: string | undefined, module: JvmModule): Handle | undefined {
    const names = type === undefined ? [] : module.qualifiedNames(type);
    // A package that is imported whole may have a class of the name or not.
    const container = names.find((name) => CONTAINERS.test(name) && (names.length === 1 || /(?:Context|Environment|Server|Handler|Tomcat|Bootstrap)$/.test(name)));
    return container === undefined ? undefined : this.container(container);
  }

  /** The class of a filter that a value is or names: an object, `X.class`, its name as text. */
  filterClass(value: Value | undefined): string | undefined {
    if (value?.kind === 'handle') return this.#filters.get(value);
    return value?.kind === 'string' && Object.hasOwn(KNOWN_FILTERS, value.value) ? value.value : undefined;
  }

  /** An object of a container's class: a server, a context, what its getters give. */
  container(name: string): Handle {
    const known = this.#open.get(name);
    if (known !== undefined) return known;
    const handle: Handle = {
      kind: 'handle',
      name,
      at: NOWHERE,
      get: () => handle,
      call: (method, args, at) => {
        if (method === 'instanceof') return undefined;
        if (/^addFilter(?:WithMapping)?$/.test(method)) return this.#added(args, at) ?? handle;
        return handle;
      },
    };
    this.#open.set(name, handle);
    return handle;
  }

  /** `addFilter(X.class, "/*", …)` makes Jetty's holder, `addFilter("cors", X.class)` a registration of the Servlet API. */
  #added(args: readonly Value[], at: Span): Handle | undefined {
    const [first, second] = args;
    if (this.filterClass(second) !== undefined) return this.make('dynamic', args, at);
    return this.filterClass(first) !== undefined ? this.make('holder', args, at) : undefined;
  }

  make(kind: Registration['kind'], args: readonly Value[], at: Span): Handle {
    const handle: Handle = { kind: 'handle', name: kind, at, get: (property) => (property === 'initParameters' ? handle : undefined), call: (method) => (/^(?:get|is)[A-Z]/.test(method) ? undefined : handle) };
    this.registrations.set(handle, { kind, args, at });
    return handle;
  }

  #maker(name: string, kind: Registration['kind']): Handle {
    return { kind: 'handle', name, at: NOWHERE, get: () => undefined, call: (method, args, at) => (method === 'new' ? this.make(kind, args, at) : undefined) };
  }

  /** The class itself stands for its objects too: nothing is asked of them. */
  #filterClass(qualified: string, parameters: Readonly<Record<string, string>>): Handle {
    const text = (value: string, at: Span): Value => ({ kind: 'string', value, at });
    const handle: Handle = {
      kind: 'handle',
      name: qualified,
      at: NOWHERE,
      get: (property) => {
        if (/^(?:class|java|javaClass)$/.test(property)) return handle;
        if (/^(?:name|canonicalName)$/.test(property)) return text(qualified, NOWHERE);
        return Object.hasOwn(parameters, property) ? text(parameters[property]!, NOWHERE) : undefined;
      },
      call: (method, _args, at) => (method === 'new' ? handle : /^get(?:Canonical)?Name$/.test(method) ? text(qualified, at) : undefined),
    };
    this.#filters.set(handle, qualified);
    return handle;
  }
}

const NOWHERE: Span = { file: '', start: 0, end: 0 };

/** The texts of a list of known texts, of one text, of the keys of a map; undefined items are those not known. */
export function textsIn(values: readonly Value[]): readonly Value[] {
  return values.flatMap((value) => (value.kind === 'list' ? [...value.items, ...(value.rest === undefined ? [] : [value.rest])] : [value]));
}

