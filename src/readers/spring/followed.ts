import type { ClassInView, MethodInView, Run } from '../../syntax/jvm/index.js';
import { unknown, type Event, type Value } from '../../values/value.js';
import type { FollowedMethod } from './application.js';
import { unfolded, type SpringObjects } from './spring-classes.js';

/** A class without any of these words does nothing about CORS. */
const SPEAKS = /cors|origin|security|filter/i;

/** Runs the methods of all classes: those that Spring calls first, the others unless they were called by these. */
export function followed(ran: Run, objects: SpringObjects): readonly FollowedMethod[] {
  const found: FollowedMethod[] = [];
  const follow = (type: ClassInView, wanted: (method: MethodInView) => boolean): void => {
    if (!type.mentions(SPEAKS)) return;
    for (const method of type.methods) {
      if (!wanted(method) || ran.ran(method)) continue;
      const args = method.parameters.map((parameter): Value => objects.given(parameter.type, parameter.at) ?? unknown('parameter', `the parameter ${parameter.name}`, parameter.at));
      found.push({ type, method, events: withObjects(method, unfolded(method.callee.run(args), objects), ran, objects) });
    }
  };
  for (const type of ran.classes) follow(type, (method) => method.annotations.length > 0);
  for (const type of ran.classes) follow(type, () => true);
  return found;
}

/** Objects that are given back are asked in turn: configurers without a name, sources as lambdas. */
function withObjects({ type }: MethodInView, events: readonly Event[], ran: Run, objects: SpringObjects): readonly Event[] {
  return events.flatMap((event): readonly Event[] => {
    const value = event.kind === 'return' ? event.value : undefined;
    if (value?.kind === 'function') return [event, ...unfolded(value.run([objects.security.customized(type, value.at) ?? objects.make('builder', value.at, [])]), objects)];
    const object = value === undefined ? undefined : ran.objectOf(value);
    if (object === undefined || object.declaration.name !== '') return [event];
    const inner = object.declaration.methods.flatMap((method) => object.method(method.name)?.run(method.parameters.map((parameter) => objects.given(parameter.type, parameter.at) ?? unknown('parameter', parameter.name, parameter.at))) ?? []);
    return [event, ...unfolded(inner, objects)];
  });
}
