import { profilesAccepted, type ApplicationConfiguration } from '../application/index.js';
import type { AnnotationInView, JvmModule } from '../../syntax/jvm/index.js';
import { springConfiguration } from './injection.js';
import { and, FALSE, not, or, TRUE, type Condition } from '../../values/condition.js';
import { settingIsAbsent } from '../../values/fact.js';
import { factOf, unknown, type Value } from '../../values/value.js';

/**
 * When a bean or a class is there: `@Profile`, and conditions that are decided when the application starts, of which those
 * on properties are told from the application's files of `module`.
 */
export function presenceOf(annotations: readonly AnnotationInView[], module?: JvmModule): Condition {
  return and(
    ...annotations.flatMap((annotation): Condition[] => {
      const { at } = annotation;
      const name = (annotation.names[0] ?? '').replace(/^.*\./, '');
      const open: Condition = { c: 'fact', fact: factOf(unknown('env-variable', `@${name}`, at)) };
      if (name === 'ConditionalOnProperty' && module !== undefined) return [onProperties(annotation, springConfiguration(module), open)];
      // A missing bean of that name is what an application has without one of its own.
      if (name !== 'Profile') return name === 'Conditional' || /^ConditionalOn(?!Missing|Class|WebApplication)/.test(name) ? [open] : [];
      return [or(...textsOf(annotation.elements.get('value')).map((item) => (item.kind === 'string' ? profilesAccepted(item.value, item.at) : open)))];
    }),
  );
}

function textsOf(value: Value | undefined): readonly Value[] {
  return value?.kind === 'list' ? value.items : value === undefined ? [] : [value];
}

/** `@ConditionalOnProperty`: every property has the value, or one that is not `false`; a missing one as `matchIfMissing` says. */
function onProperties({ elements, at }: AnnotationInView, configuration: ApplicationConfiguration, open: Condition): Condition {
  const [prefix, wanted, missing] = ['prefix', 'havingValue', 'matchIfMissing'].map((name) => elements.get(name));
  const names = [...textsOf(elements.get('name')), ...textsOf(elements.get('value'))];
  if (names.length === 0 || (prefix !== undefined && prefix.kind !== 'string') || (wanted !== undefined && wanted.kind !== 'string')) return open;
  const holds = (value: Value): Condition => {
    if (value.kind === 'either') return or(...value.options.map((option) => and(option.when, holds(option.value))));
    if (value.kind !== 'string') return value.kind === 'env' || value.kind === 'unknown' ? { c: 'fact', fact: factOf(value) } : open;
    const text = value.value.toLowerCase();
    return (wanted === undefined || wanted.value === '' ? text !== 'false' : text === wanted.value.toLowerCase()) ? TRUE : FALSE;
  };
  return and(
    ...names.map((name): Condition => {
      if (name.kind !== 'string') return open;
      const key = prefix === undefined || prefix.value === '' ? name.value : `${prefix.value.replace(/\.$/, '')}.${name.value}`;
      const value = configuration.property(key, undefined);
      if (value !== undefined) return holds(value);
      const absent: Condition = { c: 'fact', fact: settingIsAbsent(key, at) };
      return missing?.kind === 'boolean' && missing.value ? or(absent, open) : and(not(absent), open);
    }),
  );
}
