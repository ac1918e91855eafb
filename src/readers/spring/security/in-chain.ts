import type { ObjectInView } from '../../../syntax/jvm/index.js';
import type { Value } from '../../../values/value.js';
import type { Followed } from '../application.js';

/** What can be told of an object's class: its text where the project has it. */
export interface ClassBehind {
  readonly name: string | undefined;
  readonly text: string | undefined;
  readonly object: ObjectInView | undefined;
  /** It looks for credentials in `Authorization`. */
  readonly readsAuthorization: boolean;
}

/** The class of an object that is made here, or that is injected into a field or a parameter. */
export function classBehind(value: Value, { ran, module }: Followed): ClassBehind {
  const name = typeOf(value, module.written(value.at));
  const injected = ran.objectOf(value) === undefined && name !== undefined ? ran.made(name) : undefined;
  const object = ran.objectOf(value) ?? (injected === undefined ? undefined : ran.objectOf(injected));
  const text = object === undefined ? undefined : module.written(object.declaration.at);
  return { name: object?.declaration.name ?? name, text, object, readsAuthorization: text !== undefined && /authorization|bearer/i.test(text) };
}

/** The type of a field or a parameter, as it is written there. */
function typeOf(value: Value, written: string): string | undefined {
  if (value.kind !== 'unknown' || !/^the (?:field|parameter) /.test(value.detail)) return undefined;
  return /:\s*([A-Z]\w*)/.exec(written)?.[1] ?? /(?:^|\s)([A-Z]\w*)(?:<[^>]*>)?\s+\w+\s*(?:=|;|$)/.exec(written)?.[1];
}

/** Whoever answers a preflight writes headers whose names say so. */
export function answersPreflights({ name, text }: ClassBehind): 'no' | 'unknown' {
  if (text !== undefined) return /access.?control|cors|options/i.test(text) ? 'unknown' : 'no';
  // Filters of Spring's own, and classes that were not found: only their names tell.
  return name !== undefined && !/cors/i.test(name) ? 'no' : 'unknown';
}
