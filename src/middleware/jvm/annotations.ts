import type { AnnotationInView } from '../../syntax/jvm/index.js';
import type { Value } from '../../values/value.js';

/** An annotation's simple name: a snippet may have no imports. */
export function simpleName({ names }: Pick<AnnotationInView, 'names'>): string {
  return (names[0] ?? '').replace(/^.*\./, '');
}

/** The annotation of a simple name. */
export function annotated(annotations: readonly AnnotationInView[], ...names: readonly string[]): AnnotationInView | undefined {
  return annotations.find((one) => names.includes(simpleName(one)));
}

/** The texts of an element that is one text or a list of them; `open` where one of them is not known. */
export function textsOf(annotation: AnnotationInView | undefined, ...elements: readonly string[]): { readonly texts: readonly (Value & { kind: 'string' })[]; readonly open: boolean } {
  const values = elements.flatMap((name): readonly Value[] => {
    const value = annotation?.elements.get(name);
    return value === undefined ? [] : value.kind === 'list' ? [...value.items, ...(value.rest === undefined ? [] : [value.rest])] : [value];
  });
  return { texts: values.flatMap((value) => (value.kind === 'string' ? [value] : [])), open: values.some((value) => value.kind !== 'string') };
}
