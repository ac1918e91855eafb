import { annotated, simpleName, textsOf } from '../../middleware/jvm/annotations.js';
import { jvmNames } from '../../middleware/jvm/names.js';
import { springInjection } from '../../middleware/spring/injection.js';
import { routesIn, type Route } from '../../middleware/spring/routes.js';
import { run, type AnnotationInView, type ClassInView, type Code, type JvmModule } from '../../syntax/jvm/index.js';
import type { Span } from '../../text/span.js';
import type { Value } from '../../values/value.js';

/** One entry of a list of `@CrossOrigin`. */
export interface Entry {
  readonly code: Code;
  readonly value: Value;
}

/** What `@CrossOrigin` of a class and of its method say together; undefined: nothing, Spring's default holds. */
export interface Granted {
  readonly origins: readonly Entry[];
  readonly originPatterns: readonly Entry[];
  /** HTTP methods that it names, else those of the mapping; empty: the default. */
  readonly methods: readonly string[];
  readonly allowedHeaders: readonly Entry[];
  readonly exposedHeaders: readonly Entry[];
  readonly allowCredentials: boolean | undefined;
  readonly allowPrivateNetwork: boolean | undefined;
  /** Seconds. */
  readonly maxAge: number | undefined;
}

/** A route of a controller. */
export interface Served {
  readonly path: string;
  /** Empty: all. */
  readonly methods: readonly string[];
  readonly granted: Granted | undefined;
  /** The annotations that grant it. */
  readonly annotations: readonly Span[];
  /** `GET` of `OrderController`, for words. */
  readonly of: string;
  readonly at: Span;
}

/** Something annotated whose policy cannot be said by paths. */
export interface Unsaid {
  readonly at: Span;
  readonly reason: string;
}

const CONTROLLER = ['RestController', 'Controller'];
const CLIENT = ['FeignClient', 'HttpExchange'];
const MAPPING = /^(?:Get|Post|Put|Patch|Delete|Request)Mapping$/;

/** Routes of the controllers of a file, and what of their annotations cannot be gathered. */
export function servedIn(module: JvmModule): { readonly served: readonly Served[]; readonly unsaid: readonly Unsaid[]; /** Annotations of what is no controller: others may inherit them. */ readonly elsewhere: readonly Span[] } {
  const elsewhere: Span[] = [];
  const served: Served[] = [];
  const unsaid: Unsaid[] = [];
  for (const type of run(module, jvmNames, springInjection).classes) {
    const { kind, name } = type.declaration;
    const all = [...type.annotations, ...type.inherited];
    const outer = annotated(all, 'CrossOrigin');
    const meta = [...all, ...type.methods.flatMap(({ annotations }) => annotations)].find((one) => one.meta.length > 0 && annotated(one.meta, 'CrossOrigin') !== undefined);
    if (meta !== undefined) unsaid.push({ at: meta.at, reason: `@${simpleName(meta)} carries @CrossOrigin: whoever uses it has the policy` });
    if (kind === 'annotation' || annotated(all, ...CLIENT) !== undefined || meta !== undefined) continue;
    if (!isController(all)) {
      elsewhere.push(...[outer, ...type.methods.map(({ annotations }) => annotated(annotations, 'CrossOrigin'))].flatMap((one) => one?.at ?? []));
      continue;
    }
    const problem = unclearPath(type, outer);
    if (problem !== undefined) {
      unsaid.push(problem);
      continue;
    }
    for (const route of routesIn(type)) {
      const inner = annotated([...route.method.annotations, ...route.method.inherited], 'CrossOrigin');
      const granted = inner === undefined && outer === undefined ? undefined : grantedBy(outer, inner, route);
      if (granted !== undefined && 'reason' in granted) unsaid.push(granted);
      else served.push({ path: route.path, methods: route.methods, granted, annotations: [outer, inner].flatMap((one) => (one === undefined ? [] : [one.at])), of: `${route.methods.join(' and ') || 'any method'} ${route.path} of ${name}`, at: (inner ?? outer)?.at ?? route.method.at });
    }
  }
  return { served, unsaid, elsewhere };
}

function isController(annotations: readonly AnnotationInView[], depth = 0): boolean {
  return annotations.some((one) => CONTROLLER.includes(simpleName(one)) || (depth < 4 && isController(one.meta, depth + 1)));
}

/** Why the paths of an annotated controller are not known. */
function unclearPath(type: ClassInView, outer: AnnotationInView | undefined): Unsaid | undefined {
  const annotatedMethods = type.methods.filter((method) => annotated([...method.annotations, ...method.inherited], 'CrossOrigin') !== undefined);
  const concerned = outer === undefined ? annotatedMethods : type.methods;
  if (outer === undefined && annotatedMethods.length === 0) return undefined;
  const at = outer?.at ?? annotated([...annotatedMethods[0]!.annotations, ...annotatedMethods[0]!.inherited], 'CrossOrigin')!.at;
  const mappings = (annotations: readonly AnnotationInView[]): readonly AnnotationInView[] => annotations.filter((one) => MAPPING.test(simpleName(one)));
  for (const one of [...mappings([...type.annotations, ...type.inherited]), ...concerned.flatMap(({ annotations, inherited }) => mappings([...annotations, ...inherited]))]) {
    const { texts, open } = textsOf(one, 'value', 'path');
    if (open || textsOf(one, 'method').open) return { at: one.at, reason: 'its paths or methods are not in the text' };
    if (texts.some(({ value }) => /[$#]\{/.test(value))) return { at: one.at, reason: 'its path has a placeholder, which a mapping of CORS does not fill in' };
  }
  const composed = concerned.flatMap(({ annotations }) => annotations).find((one) => one.meta.some((inner) => MAPPING.test(simpleName(inner))));
  if (composed !== undefined) return { at: composed.at, reason: `@${simpleName(composed)} is a mapping of the project's own` };
  const hidden = type.supertypes.find((name) => !/^java\./.test(name));
  const routes = routesIn(type);
  const mapped = new Set(routes.map(({ method }) => method.name));
  const overriding = concerned.find(({ name, annotations, inherited }) => !mapped.has(name) && annotated(annotations, 'Override') !== undefined && mappings(inherited).length === 0);
  if (hidden !== undefined && (routes.length === 0 || overriding !== undefined)) return { at, reason: `its paths may be declared by ${hidden.replace(/^.*\./, '')}, which is not in view` };
  if (type.inherited.length > 0 && type.annotations.length > 0 && routes.length === 0) return { at, reason: 'no path that it serves is in view' };
  return routes.length === 0 ? { at, reason: 'no path that it serves is in view' } : undefined;
}

/** Lists of class and method are united, single settings of the method win; an element that is left empty says nothing. */
function grantedBy(outer: AnnotationInView | undefined, inner: AnnotationInView | undefined, { methods }: Route): Granted | Unsaid {
  const both = [outer, inner].flatMap((one) => one ?? []);
  const list = (...names: readonly string[]): readonly Entry[] => {
    const entries = both.flatMap((one) => names.flatMap((name) => entriesOf(one, name)));
    return entries.filter(({ value }, index) => value.kind !== 'string' || entries.findIndex((other) => other.value.kind === 'string' && other.value.value === value.value) === index);
  };
  const single = (name: string): Value | undefined => both.toReversed().flatMap((one) => one.elements.get(name) ?? []).find((value) => value.kind !== 'string' || value.value !== '');
  const [credentials, network, age] = [single('allowCredentials'), single('allowPrivateNetwork'), single('maxAge')];
  const named = list('methods').map(({ value }) => (value.kind === 'string' ? value.value : undefined));
  const decisive = (inner ?? outer)!;
  const unclear = [[credentials, 'allowCredentials'], [network, 'allowPrivateNetwork']].find(([value]) => typeof value === 'object' && !(value.kind === 'string' && /^(?:true|false)$/.test(value.value)));
  if (unclear !== undefined) return { at: decisive.at, reason: `${String(unclear[1])} is neither "true" nor "false"` };
  if (named.includes(undefined)) return { at: decisive.at, reason: 'its methods are not in the text' };
  if (age !== undefined && age.kind !== 'number') return { at: decisive.at, reason: 'its maxAge is not in the text' };
  return {
    origins: list('value', 'origins'),
    originPatterns: list('originPatterns'),
    methods: named.length > 0 ? named.flatMap((name) => name ?? []) : methods,
    allowedHeaders: list('allowedHeaders'),
    exposedHeaders: list('exposedHeaders'),
    allowCredentials: flag(credentials),
    allowPrivateNetwork: flag(network),
    maxAge: age !== undefined && age.value >= 0 ? age.value : undefined,
  };
}

function flag(value: Value | undefined): boolean | undefined {
  return value?.kind === 'string' ? value.value === 'true' : undefined;
}

function entriesOf({ elements, codes }: AnnotationInView, name: string): readonly Entry[] {
  const [value, code] = [elements.get(name), codes.get(name)];
  if (value === undefined || code === undefined) return [];
  if (code.is !== 'list') return value.kind === 'list' ? value.items.map((item) => ({ code, value: item })) : [{ code, value }];
  return code.items.flatMap((item, index): readonly Entry[] => {
    const own = value.kind === 'list' ? value.items[index] : undefined;
    return own === undefined ? [] : [{ code: item, value: own }];
  });
}
