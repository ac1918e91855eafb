import { silent } from '../../values/silent.js';
import type { Handle, Value } from '../../values/value.js';
import type { Span } from '../../text/span.js';
import { fieldOf, instantiate, setField } from './objects.js';
import type { Frame, ObjectOf } from './session.js';

/** Methods that nobody writes: Lombok's builders, `copy` of Kotlin's data classes. Among `args`, the named ones are the last. */
export function generatedMethod(handle: Handle, name: string, args: readonly Value[], named: ReadonlyMap<string, Value>, frame: Frame, at: Span): Value | undefined {
  const object = frame.session.objects.get(handle);
  if (object === undefined) return undefined;
  if (name === 'builder' && object.isClass && hasBuilder(object)) return builder(object, frame, at);
  return name === 'copy' && !object.isClass && frame.module.isKotlin ? copied(handle, object, args, named, frame, at) : undefined;
}

function hasBuilder({ declaration }: ObjectOf): boolean {
  return declaration.annotations.some((one) => /(?:^|\.)(?:Super)?Builder$/.test(one.name));
}

/** Every method sets the field of its name, but for `build`. */
function builder({ declaration, module }: ObjectOf, frame: Frame, at: Span): Handle {
  const made = instantiate({ declaration, module }, [], frame, at);
  const handle: Handle = silent(`a builder of ${declaration.name}`, at, () => undefined, (method, [value]) => {
    if (method === 'build') return made;
    if (value !== undefined) setField(made, method, value, frame);
    return handle;
  });
  return handle;
}

function copied(handle: Handle, { declaration, module }: ObjectOf, args: readonly Value[], named: ReadonlyMap<string, Value>, frame: Frame, at: Span): Value | undefined {
  const [primary] = declaration.constructors;
  if (primary === undefined) return undefined;
  const values = primary.parameters.flatMap((parameter, index): (readonly [string, Value])[] => {
    const value = named.get(parameter.name) ?? (index < args.length - named.size ? args[index] : undefined) ?? fieldOf(handle, parameter.name, frame);
    return value === undefined ? [] : [[parameter.name, value]];
  });
  return instantiate({ declaration, module }, [], frame, at, new Map(values));
}
