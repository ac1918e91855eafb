import type { Injection } from '../../syntax/jvm/index.js';
import { setting } from '../../values/either.js';
import type { Value } from '../../values/value.js';

/** `@Value("${key:default}")` on a field or a parameter: the setting, its default where it is not set; lists are split at commas. */
export const injected: Injection = ({ annotations, type }) => {
  const element = annotations.find(({ name }) => /(?:^|\.)Value$/.test(name))?.elements.get('value');
  if (element?.is !== 'text') return undefined;
  const { at } = element;
  const [, key, fallback] = /^\$\{([^:}]+)(?::(.*))?\}$/s.exec(element.value) ?? [];
  if (key === undefined) return undefined;
  const isList = /\[\]$|(?:^|\.)(?:List|Set|Collection|Array)$/.test(type ?? '');
  const set: Value = isList ? { kind: 'list', items: [], rest: { kind: 'env', name: key, at }, at } : { kind: 'env', name: key, at };
  if (fallback === undefined) return set;
  const written: Value = isList ? { kind: 'list', items: fallback.split(',').map((part) => ({ kind: 'string', value: part.trim(), at })), at } : { kind: 'string', value: fallback, at };
  return setting(key, written, set, at);
};
