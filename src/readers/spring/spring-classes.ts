import type { Packages } from '../../syntax/jvm/index.js';
import { casesOfValue } from '../../values/cases.js';
import type { Event, FunctionValue, Handle, Value } from '../../values/value.js';
import type { Span } from '../../text/span.js';
import { SecurityObjects } from './security/objects.js';

/** What an object of Spring's is to this reader. */
export type Kind = 'configuration' | 'source' | 'filter' | 'registry' | 'mapping' | 'registration' | 'builder';

/** Classes whose objects matter, by their simple names: a snippet may have no imports. */
const CLASSES: Readonly<Record<string, Kind>> = {
  CorsConfiguration: 'configuration',
  UrlBasedCorsConfigurationSource: 'source',
  CorsConfigurationSource: 'source',
  CorsFilter: 'filter',
  CorsWebFilter: 'filter',
  FilterRegistrationBean: 'registration',
  CorsRegistry: 'registry',
};

/** Objects of Spring's that running code made, by their handles. */
export class SpringObjects {
  readonly #kinds = new Map<Handle, Kind>();
  readonly security = new SecurityObjects();
  /** Arguments of the constructor, and the place. */
  readonly made = new Map<Handle, { readonly args: readonly Value[]; readonly at: Span; /** Its class is one of WebFlux. */ readonly reactive: boolean }>();
  /** Names of the fields and parameters that injected sources come to. */
  readonly injected = new Map<Handle, string>();
  /** Functions and objects that are asked for the configuration of a request, with what happens then. */
  readonly asked = new Map<Value, readonly Event[]>();

  kindOf(value: Value | undefined): Kind | undefined {
    return value?.kind === 'handle' ? this.#kinds.get(value) : undefined;
  }

  /** What imports are. */
  readonly packages: Packages = (qualified) => {
    const name = qualified.slice(qualified.lastIndexOf('.') + 1);
    const at: Span = { file: '', start: 0, end: 0 };
    if (name === 'RequestMethod' || name === 'HttpMethod') return constants(name, at, (constant) => constant);
    // `HttpHeaders.CONTENT_TYPE`: the name of the header.
    if (name === 'HttpHeaders') return constants(name, at, (constant) => constant.toLowerCase().replace(/_/g, '-').replace(/(?:^|-)[a-z]/g, (first) => first.toUpperCase()));
    const kind = CLASSES[name];
    if (kind === undefined) return this.security.imported(name);
    return { kind: 'handle', name, at, get: (constant) => (constant === 'ALL' ? { kind: 'string', value: '*', at } : undefined), call: (method, args, place) => (method === 'new' ? this.#constructed(qualified, kind, place, args) : undefined) };
  };

  /** Is it a type of Spring's that tells the configuration of a request? */
  isSource(type: string | undefined): boolean {
    return CLASSES[type?.replace(/^.*\./, '') ?? ''] === 'source';
  }

  /** An argument that Spring gives to a method, by its type. */
  given(type: string | undefined, at: Span, name = ''): Handle | undefined {
    const kind = CLASSES[type?.replace(/^.*\./, '') ?? ''];
    if (kind === undefined) return this.security.given(type, at);
    const handle = this.make(kind, at, []);
    if (kind === 'source') this.injected.set(handle, name);
    return handle;
  }

  /** Kotlin makes an object of an interface with one method by its name: `CorsConfigurationSource { … }`. */
  #constructed(qualified: string, kind: Kind, at: Span, args: readonly Value[]): Value {
    const [first] = args;
    return /CorsConfigurationSource$/.test(qualified) && first?.kind === 'function' ? first : this.make(kind, at, args, /\.reactive\.|CorsWebFilter$/.test(qualified));
  }

  /** What happens in a `CorsConfigurationSource` that is a function when a request comes. */
  ask(source: FunctionValue): readonly Event[] {
    const known = this.asked.get(source);
    if (known !== undefined) return known;
    const events = source.run([this.security.given('HttpServletRequest', source.at)!]);
    this.asked.set(source, events);
    return events;
  }

  make(kind: Kind, at: Span, args: readonly Value[], reactive = false): Handle {
    const handle: Handle = {
      kind: 'handle',
      name: kind,
      at,
      get: () => undefined,
      call: (method, given, place) => (kind === 'registry' && method === 'addMapping' ? this.make('mapping', place, given) : kind === 'registry' || kind === 'source' ? undefined : handle),
    };
    this.#kinds.set(handle, kind);
    this.made.set(handle, { args, at, reactive });
    return handle;
  }
}

function constants(name: string, at: Span, text: (constant: string) => string): Handle {
  return { kind: 'handle', name, at, get: (constant) => (/^[A-Z_]+$/.test(constant) ? { kind: 'string', value: text(constant), at } : undefined), call: () => undefined };
}

/** Lambdas that are given to what is not followed run, too: events of all of them, in order. */
export function unfolded(events: readonly Event[], objects: SpringObjects, depth = 0): readonly Event[] {
  return events.flatMap((event): readonly Event[] => {
    if (event.kind !== 'call' || depth > 6) return [event];
    const inner = event.args.flatMap((arg) =>
      casesOfValue(arg).flatMap(({ value }) => {
        if (value.kind !== 'function') return [];
        if (/^(?:set)?configurationSource$/i.test(event.method) || (event.method === 'new' && /Filter$/.test(event.receiver.name))) return objects.ask(value);
        return value.run([objects.security.lent(event.receiver, event.method, event.at) ?? objects.make('builder', event.at, [])]);
      }),
    );
    return [event, ...unfolded(inner, objects, depth + 1)];
  });
}
