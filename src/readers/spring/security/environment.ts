import { ALWAYS, unless, whenAny, type Guard } from '../../../policy/program.js';
import type { AnnotationInView } from '../../../syntax/jvm/index.js';
import { environmentNamed, runsIn } from '../../../values/fact.js';
import type { Value } from '../../../values/value.js';
import type { Followed } from '../application.js';
import { openGuard } from './requests.js';

/** When a bean is there: `@Profile`, and conditions that nobody knows. */
export function environmentOf(annotations: readonly AnnotationInView[], _file: Followed): Guard {
  const guards = annotations.flatMap((annotation): Guard[] => {
    const name = (annotation.names[0] ?? '').replace(/^.*\./, '');
    if (name === 'Profile') return [profiles(annotation.elements.get('value'), annotation)];
    return /^ConditionalOn(?:Property|Expression|Bean|Cloud)/.test(name) || name === 'Conditional' ? [openGuard(`@${name}`, annotation.at)] : [];
  });
  return guards.length === 0 ? ALWAYS : guards.length === 1 ? guards[0]! : { g: 'and', of: guards };
}

function profiles(value: Value | undefined, { at }: AnnotationInView): Guard {
  const names = (value?.kind === 'list' ? value.items : value === undefined ? [] : [value]).map((item) => (item.kind === 'string' ? item.value : undefined));
  if (names.length === 0 || names.includes(undefined)) return openGuard('a profile', at);
  return whenAny(...names.flatMap((name) => (name === undefined ? [] : [profile(name, { at })])));
}

function profile(name: string, { at }: Pick<AnnotationInView, 'at'>): Guard {
  if (name.startsWith('!')) return unless(profile(name.slice(1), { at }));
  const environment = environmentNamed(name);
  return environment === 'production' && !/^prod(?:uction)?$/.test(name) ? openGuard(`the profile ${name}`, at) : { g: 'fact', fact: runsIn(environment, at) };
}
