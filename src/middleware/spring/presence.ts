import { profilesAccepted } from '../application/index.js';
import type { AnnotationInView } from '../../syntax/jvm/index.js';
import { and, or, type Condition } from '../../values/condition.js';
import { factOf, unknown } from '../../values/value.js';

/** When a bean or a class is there: `@Profile`, and conditions that are decided when the application starts. */
export function presenceOf(annotations: readonly AnnotationInView[]): Condition {
  return and(
    ...annotations.flatMap((annotation): Condition[] => {
      const { at } = annotation;
      const name = (annotation.names[0] ?? '').replace(/^.*\./, '');
      const open: Condition = { c: 'fact', fact: factOf(unknown('env-variable', `@${name}`, at)) };
      // A missing bean of that name is what an application has without one of its own.
      if (name !== 'Profile') return name === 'Conditional' || /^ConditionalOn(?!Missing|Class|WebApplication)/.test(name) ? [open] : [];
      const value = annotation.elements.get('value');
      const names = value?.kind === 'list' ? value.items : value === undefined ? [] : [value];
      return [or(...names.map((item) => (item.kind === 'string' ? profilesAccepted(item.value, item.at) : open)))];
    }),
  );
}
