import { applicationRoot } from '../../middleware/jvm/application-files.js';
import { jvmNames } from '../../middleware/jvm/names.js';
import { headersOfParameters } from '../../middleware/jvm/parameters-asked.js';
import { configured, merged, withPermitDefaults, type CorsConfiguration } from '../../middleware/spring/cors-configuration.js';
import { springConfiguration, springInjection } from '../../middleware/spring/injection.js';
import { spelExpression } from '../../middleware/spring/spel.js';
import { isTestSource, run, type AnnotationInView, type ClassInView, type JvmModule } from '../../syntax/jvm/index.js';
import { below } from '../../text/files.js';
import { mapCases } from '../../values/cases.js';
import { TRUE } from '../../values/condition.js';
import type { Value } from '../../values/value.js';
import { sameSpan, type Span } from '../../text/span.js';
import { alternativesOf, type State } from './states.js';

/** A method that serves requests, with the `@CrossOrigin` of its class and its own. */
export interface Handler {
  /** HTTP methods that its mapping names; empty: all but OPTIONS. */
  readonly methods: readonly string[];
  readonly cors: { readonly states: readonly State[]; readonly at: Span } | undefined;
  /** Request headers that its parameters need. */
  readonly needs: readonly string[];
  readonly at: Span;
}

const ROUTES: Readonly<Record<string, readonly string[]>> = { GetMapping: ['GET'], PostMapping: ['POST'], PutMapping: ['PUT'], PatchMapping: ['PATCH'], DeleteMapping: ['DELETE'], RequestMapping: [] };

/** Annotations of annotations are followed so far. */
const MAX_META = 4;

/** Interfaces of clients: their methods send requests. */
const CLIENTS = /^(?:FeignClient|HttpExchange|RegisterRestClient|RetrofitClient)$/;

/** An annotation of Spring's by its simple name: a snippet may have no imports. One that is imported from elsewhere is another one. */
function simpleName({ names }: AnnotationInView): string {
  if (names.length === 1 && names[0]!.includes('.') && !/^org\.springframework\./.test(names[0]!)) return '';
  return (names[0] ?? '').replace(/^.*\./, '');
}

/** The first annotation of a name: among those that are written, those that they are annotated with, those that are inherited. */
function annotated({ annotations, inherited }: { readonly annotations: readonly AnnotationInView[]; readonly inherited: readonly AnnotationInView[] }, wanted: (name: string) => boolean): AnnotationInView | undefined {
  return within(annotations, wanted, 0) ?? within(inherited, wanted, 0);
}

function within(annotations: readonly AnnotationInView[], wanted: (name: string) => boolean, depth: number): AnnotationInView | undefined {
  const found = annotations.find((one) => wanted(simpleName(one)));
  if (found !== undefined || depth > MAX_META) return found;
  for (const one of annotations) {
    const inner = within(one.meta, wanted, depth + 1);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/** Handlers of the controllers of a file, by path pattern. An annotated type without mapped methods (a repository that is exported) serves anything. */
export function handlersIn(classes: readonly ClassInView[], module: JvmModule): ReadonlyMap<string, readonly Handler[]> {
  const handlers = new Map<string, Handler[]>();
  const add = (path: string, handler: Handler): void => void handlers.set(path, [...(handlers.get(path) ?? []), handler]);
  const reader = new Annotations(module);
  for (const type of classes) {
    if (type.declaration.kind === 'annotation' || annotated(type, (name) => CLIENTS.test(name)) !== undefined) continue;
    const outer = annotated(type, (name) => name === 'CrossOrigin');
    const base = annotated(type, (name) => name === 'RequestMapping');
    let mapped = false;
    for (const method of type.methods) {
      const route = annotated(method, (name) => Object.hasOwn(ROUTES, name));
      if (route === undefined) continue;
      mapped = true;
      const inner = annotated(method, (name) => name === 'CrossOrigin');
      const methods = [...new Set([...(base === undefined ? [] : reader.methods(base)), ...ROUTES[simpleName(route)]!, ...reader.methods(route)])];
      const handler: Handler = { methods, cors: reader.cors(outer, inner, methods), needs: headersOfParameters(module, method.parameters), at: method.at };
      for (const prefix of reader.paths(base)) for (const path of reader.paths(route)) add(`${prefix}${path}` || '/', handler);
    }
    if (mapped || outer === undefined) continue;
    // A class that others extend serves what they serve.
    const inheriting = inheritorsOf(type, outer, module);
    if (inheriting.length > 0) for (const [path, group] of handlersIn(inheriting, module)) for (const handler of group) add(path, handler);
    else for (const prefix of reader.paths(base)) add(`${prefix}/**`, { methods: [], cors: reader.cors(outer, undefined, []), needs: [], at: outer.at });
  }
  return handlers;
}

/** Past so many classes that extend one, those beyond say the same again. */
const MAX_INHERITORS = 200;

/** Classes of the application that have an annotation of a type by extending it, in files that say nothing of CORS themselves: the others are read. */
function inheritorsOf({ declaration: { name, kind } }: ClassInView, { at }: AnnotationInView, module: JvmModule): readonly ClassInView[] {
  const root = applicationRoot(module);
  if (root === undefined || (kind !== 'class' && kind !== 'interface')) return [];
  const named = new RegExp(`\\b${name}\\b`);
  const isConcerned = (text: string): boolean => /Mapping\b/.test(text) && named.test(text) && !/CrossOrigin|CorsRegistry|CorsConfiguration/.test(text);
  const paths = [...below(module.files, root, /\.(?:java|kt)$/)].filter((path) => path !== module.file && !isTestSource(path) && isConcerned(module.files.read(path) ?? '')).slice(0, MAX_INHERITORS);
  return paths.flatMap((path) => {
    const holder = module.at(path);
    return holder === undefined ? [] : run(holder, jvmNames, springInjection).classes.filter(({ inherited }) => inherited.some((one) => sameSpan(one.at, at)));
  });
}

/** What the elements of annotations say, with placeholders filled in. */
class Annotations {
  constructor(private readonly module: JvmModule) {}

  /** Class and method annotations united; the mapping's methods where none are named; then the permitted defaults. */
  cors(outer: AnnotationInView | undefined, inner: AnnotationInView | undefined, methods: readonly string[]): Handler['cors'] {
    const decisive = inner ?? outer;
    if (decisive === undefined) return undefined;
    const { at } = decisive;
    const config = merged(outer === undefined ? {} : this.#config(outer), inner === undefined ? {} : this.#config(inner));
    const named = (config.methods?.items.length ?? 0) > 0 || methods.length === 0 ? {} : { methods: { items: methods.map((value) => ({ kind: 'string', value, at }) as const), at, byDefault: false, implied: true as const } };
    return { states: alternativesOf({ when: TRUE, config: withPermitDefaults({ ...config, ...named }, at) }), at };
  }

  /** An element that is left empty says nothing, and neither does a negative age. */
  #config(annotation: AnnotationInView): CorsConfiguration {
    let config: CorsConfiguration = {};
    for (const [name, written] of annotation.elements) {
      const value = this.#filledIn(written);
      if ((value.kind === 'list' && value.items.length === 0 && value.rest === undefined) || (value.kind === 'string' && value.value === '') || (value.kind === 'number' && value.value < 0)) continue;
      config = configured(config, name, [value], annotation.codes.get(name)?.at ?? annotation.at);
    }
    return config;
  }

  paths(annotation: AnnotationInView | undefined): readonly string[] {
    const texts = this.#texts(annotation?.elements.get('value') ?? annotation?.elements.get('path')).map((text) => text.replace(/^\/|\/$/g, ''));
    return texts.length === 0 ? [''] : texts.map((text) => (text === '' ? '' : `/${text}`));
  }

  methods(annotation: AnnotationInView): readonly string[] {
    return this.#texts(annotation.elements.get('method'));
  }

  #texts(value: Value | undefined): readonly string[] {
    return (value?.kind === 'list' ? value.items : value === undefined ? [] : [value]).flatMap((item) => {
      const text = this.#filledIn(item);
      return text.kind === 'string' ? [text.value] : [];
    });
  }

  /** `${key:default}` and `#{expression}` in texts. */
  #filledIn(value: Value): Value {
    if (value.kind === 'list') return { ...value, items: value.items.map((item) => this.#filledIn(item)) };
    if (value.kind !== 'string' || !/[$#]\{/.test(value.value)) return value;
    const { at } = value;
    const verbatim = at.end - at.start === value.value.length + 2;
    const place = (start: number, end: number): Span => (verbatim ? { file: at.file, start: at.start + 1 + start, end: at.start + 1 + end } : at);
    return mapCases(spelExpression(value.value, (part, start) => springConfiguration(this.module).filledIn(part, (a, b) => place(start + a, start + b)), place), at, (one) => one);
  }
}
