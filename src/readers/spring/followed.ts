import type { ClassInView, MethodInView, Parameter, Run } from '../../syntax/jvm/index.js';
import { casesOfValue } from '../../values/cases.js';
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
      const args = method.parameters.map((parameter): Value => objects.given(parameter.type, parameter.at, beanNameOf(parameter)) ?? method.given(parameter) ?? unknown('parameter', `the parameter ${parameter.name}`, parameter.at));
      const events = method.callee.run(args);
      const returned = events.flatMap((event) => (event.kind === 'return' ? [event.value] : []));
      found.push({ type, method, events: withObjects(method, unfolded(events, objects), ran, objects), returned });
    }
  };
  for (const type of ran.classes) follow(type, (method) => method.annotations.length > 0);
  for (const type of ran.classes) follow(type, () => true);
  // A class that is a filter tells its source where it is made.
  for (const type of ran.classes) if (type.mentions(SPEAKS) && type.supertypes.some((name) => /(?:^|\.)Cors(?:Web)?Filter$/.test(name))) type.object();
  return found;
}

/** The name of the bean that comes into a field or a parameter, where there are several of its type: `@Qualifier("apiCors")`, else its own. */
export function beanNameOf({ name, annotations }: Pick<Parameter, 'name' | 'annotations'>): string {
  const qualifier = annotations.find((one) => /(?:^|\.)(?:Qualifier|Named|Resource)$/.test(one.name))?.elements;
  const named = qualifier?.get('value') ?? qualifier?.get('name');
  return named?.is === 'text' ? named.value : name;
}

/** Objects that are given back or given to a filter are asked in turn: configurers without a name, sources as lambdas. */
function withObjects({ type }: MethodInView, events: readonly Event[], ran: Run, objects: SpringObjects): readonly Event[] {
  return events.flatMap((event): readonly Event[] => {
    const values = event.kind === 'return' ? casesOfValue(event.value).map(({ value }) => value) : event.kind === 'call' && event.method === 'new' ? event.args : [];
    return [event, ...values.flatMap((value) => unfolded(asked(value, type, ran, objects), objects))];
  });
}

function asked(value: Value, type: string | undefined, ran: Run, objects: SpringObjects): readonly Event[] {
  if (objects.asked.has(value)) return [];
  if (value.kind === 'function') return /CorsConfigurationSource$/.test(type ?? '') ? objects.ask(value) : value.run([objects.security.customized(type, value.at) ?? objects.make('builder', value.at, [])]);
  const object = ran.objectOf(value);
  if (object === undefined || object.declaration.name !== '') return [];
  return object.declaration.methods.flatMap((method) => {
    const events = object.method(method.name)?.run(method.parameters.map((parameter) => objects.given(parameter.type, parameter.at, parameter.name) ?? unknown('parameter', parameter.name, parameter.at))) ?? [];
    if (method.name === 'getCorsConfiguration') objects.asked.set(value, events);
    return events;
  });
}
