import type { Frame } from './session.js';

/** Has the function been left, by a return or a throw, since so many events had happened? */
export function leavesSince(from: number, frame: Frame): boolean {
  for (let index = from; index < frame.events.length; index++) {
    const { kind } = frame.events[index]!;
    if (kind === 'return' || kind === 'throw') return true;
  }
  return false;
}
