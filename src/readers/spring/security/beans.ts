import type { AnnotationInView, MethodInView } from '../../../syntax/jvm/index.js';
import type { Span } from '../../../text/span.js';
import type { Value } from '../../../values/value.js';
import type { Followed } from '../application.js';

/** A bean that Spring Security may look up: a source, a `CorsFilter`, or whatever has one of the names that it asks for. */
export interface CorsBean {
  readonly names: readonly string[];
  /** Its declared type, as far as look-ups by type tell: `UrlBasedCorsConfigurationSource`, `CorsConfigurationSource`. */
  readonly type: 'url-based' | 'source' | 'filter' | 'other';
  /** Whatever it is declared as, it is an `UrlBasedCorsConfigurationSource`. */
  readonly urlBased: boolean;
  /** Its method or class. */
  readonly at: Span;
  /** The class that makes it. */
  readonly owner: Span;
  /** Where what it gives back was made, if not in the method itself. */
  readonly gives: readonly Span[];
}

/** Names that `HttpSecurity.cors()` looks for, in this order. */
export const FILTER_NAME = 'corsFilter';
export const SOURCE_NAME = 'corsConfigurationSource';

export function beansIn(file: Followed): readonly CorsBean[] {
  const classes = file.ran.classes.filter((type) => type.mentions(/cors/i));
  const methods = classes.flatMap((type) => type.methods.flatMap((method) => methodBean(method, type.at, file) ?? []));
  const components = classes.flatMap(({ annotations, supertypes, declaration, at }): CorsBean[] => {
    const component = annotations.find((one) => /(?:^|\.)(?:Component|Service|Configuration|Named)$/.test(one.names[0] ?? ''));
    if (component === undefined) return [];
    const own = component.elements.get('value');
    const bean: CorsBean = { names: own?.kind === 'string' && own.value !== '' ? [own.value] : [declaration.name[0]!.toLowerCase() + declaration.name.slice(1)], type: typeNamed(supertypes.map(simple)), urlBased: false, at, owner: at, gives: [] };
    return matters(bean) ? [bean] : [];
  });
  return [...methods, ...components];
}

function methodBean(method: MethodInView, owner: Span, file: Followed): CorsBean | undefined {
  const annotation = method.annotations.find((one) => /(?:^|\.)Bean$/.test(one.names[0] ?? ''));
  if (annotation === undefined) return undefined;
  const returned = file.methods.filter((one) => one.method.at === method.at).flatMap(({ events }) => events.flatMap((event) => (event.kind === 'return' ? [event.value] : [])));
  const made = madeWithin(method.at, file);
  const type = method.type === undefined ? made : typeNamed([simple(method.type)]);
  const bean: CorsBean = { names: namesOf(annotation, method.name), type, urlBased: made === 'url-based', at: method.at, owner, gives: returned.flatMap((value) => placesOf(value, file)) };
  return matters(bean) ? bean : undefined;
}

function namesOf({ elements }: AnnotationInView, method: string): readonly string[] {
  const given = elements.get('name') ?? elements.get('value');
  const names = (given?.kind === 'list' ? given.items : given === undefined ? [] : [given]).flatMap((item) => (item.kind === 'string' ? [item.value] : []));
  return names.length === 0 ? [method] : names;
}

function matters({ names, type }: CorsBean): boolean {
  return type !== 'other' || names.includes(FILTER_NAME) || names.includes(SOURCE_NAME);
}

function simple(name: string): string {
  return name.replace(/<.*$/s, '').replace(/^.*\./, '');
}

function typeNamed(names: readonly string[]): CorsBean['type'] {
  if (names.includes('UrlBasedCorsConfigurationSource')) return 'url-based';
  if (names.includes('CorsConfigurationSource')) return 'source';
  return names.some((name) => /^Cors(?:Web)?Filter$/.test(name)) ? 'filter' : 'other';
}

/** What a method makes: Kotlin leaves its type to that. */
function madeWithin(at: Span, { objects }: Followed): CorsBean['type'] {
  const kinds = [...objects.made].filter(([, made]) => encloses(at, made.at)).map(([handle]) => objects.kindOf(handle));
  return kinds.includes('registration') ? 'other' : kinds.includes('filter') ? 'filter' : kinds.includes('source') ? 'url-based' : 'other';
}

/** Where a value was made, and what its constructor was given. */
function placesOf(value: Value, file: Followed, depth = 0): readonly Span[] {
  if (value.kind === 'function') return [value.at];
  if (value.kind !== 'handle') return [];
  const object = file.ran.objectOf(value);
  const made = file.objects.made.get(value);
  return [...(object === undefined ? [] : [object.declaration.at]), ...(made === undefined ? [] : [made.at, ...(depth > 3 ? [] : made.args.flatMap((arg) => placesOf(arg, file, depth + 1)))])];
}

export function encloses(outer: Span, inner: Span): boolean {
  return outer.file === inner.file && outer.start <= inner.start && inner.end <= outer.end;
}
