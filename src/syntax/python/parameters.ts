import type { FunctionValue, Value } from '../../values/value.js';
import { evaluationIn } from './evaluate.js';
import { definitionOf, formalsOf } from './functions.js';
import { typeName } from './run.js';

/** A parameter as its function writes it. */
export interface WrittenParameter {
  readonly name: string;
  /** Last name of its annotation: `Request` for `request: fastapi.Request`. */
  readonly type: string | undefined;
  /** The last call in its annotation, `Depends(…)` of `Annotated[User, Depends(…)]`, else its default. */
  readonly given: Value | undefined;
}

/** The parameters of a function in view, `self` of a method left out; undefined for any other function. */
export function parametersOf(callee: FunctionValue): readonly WrittenParameter[] | undefined {
  const made = definitionOf(callee);
  if (made === undefined) return undefined;
  const formals = formalsOf(made.definition).filter(({ how }) => how === 'plain');
  return formals.slice(Math.max(0, formals.length - callee.parameters)).map(({ name, type, fallback }) => {
    const written = type?.descendantsOfType('call').at(-1) ?? fallback;
    return { name, type: typeName(type), given: written === undefined || written === null ? undefined : evaluationIn({ ...made.frame, events: [] }).valueOf(written) };
  });
}
