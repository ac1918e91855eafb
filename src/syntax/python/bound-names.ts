import { choose, mapEither } from '../../values/either.js';
import { unknown, type Value } from '../../values/value.js';
import type { Span } from '../../text/span.js';
import { argumentsOf } from './arguments.js';
import { functionAround, type Binding } from './bindings.js';
import type { SyntaxNode } from '../tree-sitter.js';
import { changed, withItem } from './collections.js';
import { patternNames } from './comprehensions.js';
import type { Evaluation } from './evaluate.js';
import { withRest } from './lists.js';

/** Rounds of a loop that are followed. */
const MAX_ROUNDS = 100;

type Names = ReadonlyMap<string, Value>;

const NONE: Names = new Map();

/** What a name holds after everything that was done to it, in order. */
export function boundValue(evaluation: Evaluation, bindings: readonly Binding[], name: string, at: Span, place: SyntaxNode | undefined): Value {
  let value: Value | undefined;
  const home = place === undefined ? undefined : functionAround(place)?.id;
  for (const binding of bindings) {
    const kept = functionAround(binding.value)?.id === home ? evaluation.locals.scope : NONE;
    value = repeated(evaluation, binding, value, name, at, kept);
  }
  return value ?? unknown('conflicting-writes', `the name ${name}`, at);
}

function repeated(evaluation: Evaluation, binding: Binding, value: Value | undefined, name: string, at: Span, scope: Names): Value {
  const [loop, deeper] = binding.loops;
  if (loop === undefined) return done(evaluation, binding, value, name, at, scope);
  const why = unknown('unsupported-syntax', `the name ${name}, which a loop changes`, evaluation.module.span(binding.value));
  const [target, source] = [loop.childForFieldName('left'), loop.childForFieldName('right')];
  if (value === undefined || binding.how === 'assign' || binding.how === 'opaque') return why;
  if (deeper !== undefined || target === null || source === null || isChanged(target, loop)) return withRest(value, why);
  const before = value;
  return mapEither(evaluation.within(evaluation.module, { scope, inner: NONE }).valueOf(source), (list): Value => {
    if (list.kind !== 'list' || list.items.length > MAX_ROUNDS) return withRest(before, why);
    const after = list.items.reduce<Value>((sum, item) => {
      const names = patternNames(target, item);
      return names === undefined ? withRest(sum, why) : done(evaluation, binding, sum, name, at, new Map([...scope, ...names]));
    }, before);
    return list.rest === undefined ? after : withRest(after, list.rest.kind === 'env' ? unknown('env-variable', `the value of ${list.rest.name}`, list.rest.at) : list.rest);
  });
}

/** Does the body give the loop's own variable another value? */
function isChanged(target: SyntaxNode, loop: SyntaxNode): boolean {
  const names = new Set([target, ...target.descendantsOfType('identifier')].flatMap((node) => node?.text ?? []));
  return loop.childForFieldName('body')?.descendantsOfType(['assignment', 'augmented_assignment', 'named_expression']).some((node) => names.has((node?.childForFieldName('left') ?? node?.childForFieldName('name'))?.text ?? '')) === true;
}

function done(evaluation: Evaluation, binding: Binding, value: Value | undefined, name: string, at: Span, scope: Names): Value {
  const inside = evaluation.within(evaluation.module, { scope, inner: NONE });
  const before = value ?? unknown('conflicting-writes', `the name ${name}`, at);
  const after = afterwards(inside, binding, before, name);
  // The first assignment under a condition leaves the name unbound otherwise: whoever reads it then fails.
  return value === undefined ? after : choose(inside.testsHold(binding.tests), after, value, at);
}

function afterwards(inside: Evaluation, binding: Binding, before: Value, name: string): Value {
  const place = inside.module.span(binding.value);
  const opaque = unknown('conflicting-writes', `the name ${name}, which is changed here`, place);
  switch (binding.how) {
    case 'assign':
      return inside.valueOf(binding.value);
    case 'part': {
      const names = patternNames(binding.target, inside.valueOf(binding.value));
      return names?.get(name) ?? opaque;
    }
    case 'extend':
      return inside.added(before, inside.valueOf(binding.value), place);
    case 'call': {
      const { positional, keywords } = argumentsOf(inside, binding.value);
      return changed(before, binding.method, positional, keywords, place);
    }
    case 'item': {
      const key = inside.valueOf(binding.key);
      return mapEither(before, (one): Value => (one.kind === 'record' ? withItem(one, key, inside.valueOf(binding.value), place) : opaque));
    }
    case 'opaque':
      return opaque;
  }
}
