import type { Handle, UnknownValue } from '../../values/value.js';

const handles = new WeakMap<UnknownValue, Handle>();

/** A value that is not in view, as the receiver of what is done with it all the same: `response.headers.set(…)`. */
export function opaqueHandle(value: UnknownValue): Handle {
  let handle = handles.get(value);
  if (handle === undefined) handles.set(value, (handle = { kind: 'handle', name: 'a value that is not in view', at: value.at, get: () => undefined, call: () => undefined }));
  return handle;
}
