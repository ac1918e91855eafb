import type { Run } from '../syntax/estree/index.js';
import { unknown, type Event, type FunctionValue, type Value } from '../values/value.js';

/**
 * What a configuration file exports (`export default …`, `module.exports = …`), with a function of the author's called
 * as the tool calls it. Undefined where the file exports nothing.
 */
export function exportedConfig(ran: Run, args: readonly Value[]): Value | undefined {
  const exported = ran.exports.get('default') ?? ran.exports.get('module.exports');
  return exported?.kind === 'function' ? returnedBy(exported, args) : exported;
}

/** What a function returns: one of its returns, each under its condition. An `async` function counts as awaited. */
export function returnedBy(callee: FunctionValue, args: readonly Value[]): Value {
  return returnedIn(callee.run(args), callee);
}

/** The value that events of a function that ran say it returned. */
export function returnedIn(events: readonly Event[], callee: FunctionValue): Value {
  const returns = events.flatMap((event) => (event.kind === 'return' ? [{ when: event.when, value: event.value }] : []));
  const [only, ...others] = returns;
  if (only === undefined) return unknown('function-call', 'a function that never returns', callee.at);
  return others.length === 0 ? only.value : { kind: 'either', options: returns, at: callee.at };
}
