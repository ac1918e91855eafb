import type { Span } from '../text/span.js';
import type { Event, Value } from '../values/value.js';

/** First parameter of a function that answers a request: it is followed where it is registered. */
const ANSWERS = /^_*(?:req|request|res|response|reply|ctx|context|c|event|evt|err|error)$/i;

interface Parameter {
  readonly name: string;
  readonly type?: string | undefined;
  readonly at: Span;
}

interface Unreached {
  readonly parameters: readonly Parameter[];
  run(given: (parameter: Parameter) => Value | undefined): readonly Event[];
}

/** A symbolic run of any language. */
interface Run {
  readonly events: readonly Event[];
  unreached(): Iterable<Unreached>;
}

/**
 * Everything that happens in a module: when it is loaded, and in functions that only other files call. `given` makes
 * the app of a parameter that is called one or typed as one. Functions that get none come first: they may call the others.
 */
export function followed(ran: Run, given: (parameter: Parameter) => Value | undefined = () => undefined): readonly Event[] {
  const events = [...ran.events];
  const known = new Map<number, Value | undefined>();
  const once = (parameter: Parameter): Value | undefined => {
    if (!known.has(parameter.at.start)) known.set(parameter.at.start, given(parameter));
    return known.get(parameter.at.start);
  };
  const follow = (wanted: (one: Unreached, gets: boolean) => boolean): void => {
    for (const one of ran.unreached()) {
      if (ANSWERS.test(one.parameters[0]?.name ?? '')) continue;
      if (wanted(one, one.parameters.some((parameter) => once(parameter) !== undefined))) events.push(...one.run(once));
    }
  };
  follow((_one, gets) => !gets);
  follow((_one, gets) => gets);
  return events;
}
