import type { Span } from '../../text/span.js';
import type { Event, Handle, Value } from '../../values/value.js';

/**
 * A call that makes a router may be reached more than once, as in a function that makes routers: one object stands for
 * all of them. What was done with each of them are the events between one making and the next; each list that differs
 * from the first is another router. One list for what is made once.
 */
export function occurrencesOf(target: Handle, events: readonly Event[]): readonly (readonly Event[])[] {
  const windows = windowsOf(target, events);
  const lists = windows.map(([start, end]) => events.slice(start, end).filter((event) => 'receiver' in event && event.receiver === target));
  const [first, ...others] = lists;
  if (first === undefined) return [events.filter((event) => 'receiver' in event && event.receiver === target)];
  const ids = new Map<object, number>();
  return [first, ...others.filter((list, index) => spelled(index + 1, list, ids) !== spelled(0, first, ids))];
}

/**
 * What was done with the router that `mounting` mounts. Undefined where that is not clear: routers that differ, and not
 * each of them mounted before the next one is made.
 */
export function mountedBy(mounting: Event | undefined, target: Handle, events: readonly Event[]): readonly Event[] | undefined {
  const occurrences = occurrencesOf(target, events);
  if (occurrences.length === 1) return occurrences[0];
  const windows = windowsOf(target, events);
  const at = mounting === undefined ? -1 : events.indexOf(mounting);
  const mounts = ([start, end]: readonly [number, number]): number => events.slice(start, end).filter((event) => event.kind === 'call' && event.receiver !== target && holds(event.args, target)).length;
  const own = windows.find(([start, end]) => start < at && at < end);
  if (own === undefined || !windows.every((window) => mounts(window) === 1)) return undefined;
  return events.slice(...own).filter((event) => 'receiver' in event && event.receiver === target);
}

/** From each making of the object to the next one; the first begins with the program. */
function windowsOf(target: Handle, events: readonly Event[]): readonly (readonly [number, number])[] {
  const made = events.flatMap((event, index) => (event.kind === 'call' && event.receiver !== target && same(event.at, target.at) ? [index] : []));
  return made.map((start, index) => [index === 0 ? 0 : start, made[index + 1] ?? events.length]);
}

function same(a: Span, b: Span): boolean {
  return a.file === b.file && a.start === b.start && a.end === b.end;
}

function holds(values: readonly Value[], target: Handle): boolean {
  return values.some((value) => value === target || (value.kind === 'list' && holds(value.items, target)));
}

/** What functions hold cannot be seen, so those of two lists are never the same; other objects are themselves. */
function spelled(list: number, events: readonly Event[], ids: Map<object, number>): string {
  return JSON.stringify(events, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null) return value;
    if ('run' in value) return `a function of ${list}`;
    if (!('call' in value)) return value;
    const id = ids.get(value) ?? ids.size;
    ids.set(value, id);
    return id;
  });
}
