import type { FunctionValue, Handle, UnknownValue, Value } from '../../values/value.js';

const handles = new WeakMap<UnknownValue, Handle>();

/** A value that is not in view, as the receiver of what is done with it all the same: `response.headers.set(…)`. */
export function opaqueHandle(value: UnknownValue): Handle {
  let handle = handles.get(value);
  if (handle === undefined) handles.set(value, (handle = { kind: 'handle', name: 'a value that is not in view', at: value.at, get: () => undefined, call: () => undefined }));
  return handle;
}

const wrapped = new WeakMap<UnknownValue, readonly FunctionValue[]>();

/** Remembers the functions that code which is not in view was given, with what it made of them. */
export function wrapping(result: UnknownValue, args: readonly Value[]): UnknownValue {
  const functions = args.flatMap(functionsIn);
  if (functions.length > 0) wrapped.set(result, functions);
  return result;
}

/** The functions in a value: itself, members of an object, what was given to the unknown code that made it. */
export function functionsIn(value: Value): readonly FunctionValue[] {
  if (value.kind === 'function') return [value];
  if (value.kind === 'record') return value.entries.flatMap(({ value: member }) => (member.kind === 'function' ? [member] : []));
  return value.kind === 'unknown' ? (wrapped.get(value) ?? []) : [];
}
