import type { AnnotationInView, ClassInView, MethodInView } from '../../syntax/jvm/index.js';
import { annotated, textsOf } from '../jvm/annotations.js';

/** A method that serves requests, by the annotations of Spring's controllers. */
export interface Route {
  readonly path: string;
  /** HTTP methods that its mapping names; empty: all. */
  readonly methods: readonly string[];
  readonly method: MethodInView;
}

const MAPPINGS: Readonly<Record<string, readonly string[]>> = { GetMapping: ['GET'], PostMapping: ['POST'], PutMapping: ['PUT'], PatchMapping: ['PATCH'], DeleteMapping: ['DELETE'], RequestMapping: [] };

/** The routes of a controller: paths of the class before those of its methods. What has no mapping of its own has the one that it inherits. */
export function routesIn(type: ClassInView): readonly Route[] {
  const base = annotated(type.annotations, 'RequestMapping') ?? annotated(type.inherited, 'RequestMapping');
  return type.methods.flatMap((method) =>
    (annotated(method.annotations, ...Object.keys(MAPPINGS)) === undefined ? method.inherited : method.annotations).flatMap((annotation): readonly Route[] => {
      const own = Object.entries(MAPPINGS).find(([name]) => annotated([annotation], name) !== undefined)?.[1];
      if (own === undefined) return [];
      const methods = [...new Set([...namedIn(base), ...own, ...namedIn(annotation)])];
      return pathsIn(base).flatMap((prefix) => pathsIn(annotation).map((path) => ({ path: `${prefix}${path}` || '/', methods, method })));
    }),
  );
}

function namedIn(annotation: AnnotationInView | undefined): readonly string[] {
  return textsOf(annotation, 'method').texts.map(({ value }) => value);
}

function pathsIn(annotation: AnnotationInView | undefined): readonly string[] {
  const texts = textsOf(annotation, 'value', 'path').texts.map(({ value }) => value.replace(/^\/|\/$/g, ''));
  return texts.length === 0 ? [''] : texts.map((text) => (text === '' ? '' : `/${text}`));
}
