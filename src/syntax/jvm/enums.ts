import type { Handle, Value } from '../../values/value.js';
import type { Span } from '../../text/span.js';
import { fieldOf } from './objects.js';
import type { Frame } from './session.js';

/** Constants of enums by their objects. */
const names = new WeakMap<Handle, string>();

export function nameConstant(value: Value, name: string): void {
  if (value.kind === 'handle') names.set(value, name);
}

/** The name of the constant of an enum that a value is. */
export function constantName(value: Value): string | undefined {
  return value.kind === 'handle' ? names.get(value) : undefined;
}

/** `values()`, `valueOf("A")`, Kotlin's `entries` of an enum in view; `name()` of a constant. */
export function enumMember(handle: Handle, name: string, args: readonly Value[], frame: Frame, at: Span): Value | undefined {
  const object = frame.session.objects.get(handle);
  if (object?.declaration.kind !== 'enum') return undefined;
  const own = names.get(handle);
  if (own !== undefined) return /^(?:name|toString|getName)$/.test(name) ? { kind: 'string', value: own, at } : name === 'ordinal' ? { kind: 'number', value: constants(handle, frame).findIndex((one) => one === handle), at } : undefined;
  if (!object.isClass) return undefined;
  if (name === 'values' || name === 'entries') return { kind: 'list', items: constants(handle, frame), at };
  const [wanted] = args;
  return name === 'valueOf' && wanted?.kind === 'string' ? constants(handle, frame).find((one) => constantName(one) === wanted.value) : undefined;
}

function constants(handle: Handle, frame: Frame): readonly Value[] {
  const object = frame.session.objects.get(handle);
  return (object?.declaration.fields ?? []).flatMap((field) => {
    if (!field.isStatic || field.type !== object?.declaration.name) return [];
    const value = fieldOf(handle, field.name, frame);
    return value !== undefined && constantName(value) === field.name ? [value] : [];
  });
}
