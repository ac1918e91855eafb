import type { Packages } from '../../syntax/jvm/index.js';
import { casesOfValue } from '../../values/cases.js';
import type { Event, Handle, Value } from '../../values/value.js';
import type { Span } from '../../text/span.js';
import { SecurityObjects } from './security/objects.js';

/** What an object of Spring's is to this reader. */
export type Kind = 'configuration' | 'source' | 'filter' | 'registry' | 'mapping' | 'registration' | 'builder';

/** Classes whose objects matter, by their simple names: a snippet may have no imports. */
const CLASSES: Readonly<Record<string, Kind>> = {
  CorsConfiguration: 'configuration',
  UrlBasedCorsConfigurationSource: 'source',
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
  readonly made = new Map<Handle, { readonly args: readonly Value[]; readonly at: Span }>();

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
    return { kind: 'handle', name, at, get: (constant) => (constant === 'ALL' ? { kind: 'string', value: '*', at } : undefined), call: (method, args, place) => (method === 'new' ? this.make(kind, place, args) : undefined) };
  };

  /** An argument that Spring gives to a method, by its type. */
  given(type: string | undefined, at: Span): Handle | undefined {
    const kind = CLASSES[type ?? ''];
    return kind !== undefined ? this.make(kind, at, []) : this.security.given(type, at);
  }

  make(kind: Kind, at: Span, args: readonly Value[]): Handle {
    const handle: Handle = {
      kind: 'handle',
      name: kind,
      at,
      get: () => undefined,
      call: (method, given, place) => (kind === 'registry' && method === 'addMapping' ? this.make('mapping', place, given) : kind === 'registry' || kind === 'source' ? undefined : handle),
    };
    this.#kinds.set(handle, kind);
    this.made.set(handle, { args, at });
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
    const inner = event.args.flatMap((arg) => casesOfValue(arg).flatMap(({ value }) => (value.kind === 'function' ? value.run([objects.security.lent(event.receiver, event.method, event.at) ?? objects.make('builder', event.at, [])]) : [])));
    return [event, ...unfolded(inner, objects, depth + 1)];
  });
}
