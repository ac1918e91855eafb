import { unknown, type FunctionValue, type Handle, type Value } from '../../values/value.js';
import type { Span } from '../../text/span.js';
import { evaluate } from './evaluate.js';
import { methodValue } from './functions.js';
import { Env, frameFor, type Frame } from './session.js';
import type { Method } from './tree.js';

/** Arguments of a call: in order, and Kotlin's named ones. */
export interface Given {
  readonly positional: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
}

/** Kotlin's `fun Application.configure()` of the file, ready to be called on a value; its arguments are in order. */
export function extension(owner: Value, name: string, { positional, named }: Given, frame: Frame): { readonly callee: FunctionValue; readonly args: readonly Value[] } | undefined {
  const { module, session } = frame;
  if (!module.isKotlin) return undefined;
  const found = best(module.unit.functions.filter((one) => one.name === name && one.receiver !== undefined && one.body !== undefined), owner);
  if (found === undefined) return undefined;
  const inner = frameFor(module, session, new Env(undefined), []);
  const args = found.parameters.map((parameter, index): Value => positional[index] ?? named.get(parameter.name) ?? (parameter.fallback === undefined ? unknown('parameter', `the parameter ${parameter.name}`, parameter.at) : evaluate(parameter.fallback, inner)));
  return { callee: methodValue(found, inner, []), args: [owner, ...args] };
}

function best(candidates: readonly Method[], owner: Value): Method | undefined {
  return candidates.find(({ receiver }) => owner.kind === 'handle' && receiver === owner.name) ?? candidates.find(({ receiver }) => owner.kind === 'handle' || /^(?:Collection|Iterable|List|String|Any|T)\b/.test(receiver ?? ''));
}

/** What a package's function is to the reader: Kotlin's `embeddedServer`, a static one that Java imports with its class. */
export function packageFunction(name: string, frame: Frame): Handle | undefined {
  const { module, session } = frame;
  for (const qualified of module.qualifiedNames(name)) {
    const meant = session.packages(qualified);
    if (meant !== undefined) return meant;
  }
  return undefined;
}

/** Units of Kotlin's durations, in seconds: `1.days`. */
const UNITS: Readonly<Record<string, number>> = { days: 86_400, hours: 3_600, minutes: 60, seconds: 1, milliseconds: 0.001 };

export function duration(amount: Value, unit: string, at: Span): Value | undefined {
  const seconds = amount.kind === 'number' && Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined;
  return seconds === undefined || amount.kind !== 'number' ? undefined : { kind: 'number', value: amount.value * seconds, at };
}
