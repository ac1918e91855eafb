import type { FunctionValue, Value } from '../../values/value.js';
import type { SyntaxNode } from '../tree-sitter.js';
import { evaluationIn } from './evaluate.js';
import { definitionOf, formalsOf } from './functions.js';
import type { PythonModule } from './module.js';
import { typeName } from './run.js';

/** A parameter as its function writes it. */
export interface WrittenParameter {
  readonly name: string;
  /** Last name of its annotation: `Request` for `request: fastapi.Request`. */
  readonly type: string | undefined;
  /** The last call in its annotation, `Depends(…)` of `Annotated[User, Depends(…)]`, else its default. */
  readonly given: Value | undefined;
  /** Qualified names of what is called there, and of what made its first argument: `HTTPBearer` of `Depends(HTTPBearer())`. */
  readonly call: { readonly name: string; readonly of: string | undefined } | undefined;
}

/** The parameters of a function in view, `self` of a method left out; undefined for any other function. */
export function parametersOf(callee: FunctionValue): readonly WrittenParameter[] | undefined {
  const made = definitionOf(callee);
  if (made === undefined) return undefined;
  const formals = formalsOf(made.definition).filter(({ how }) => how === 'plain');
  return formals.slice(Math.max(0, formals.length - callee.parameters)).map(({ name, type, fallback }) => {
    const written = type?.descendantsOfType('call').at(-1) ?? fallback;
    return { name, type: typeName(type), given: written === undefined || written === null ? undefined : evaluationIn({ ...made.frame, events: [] }).valueOf(written), call: callIn(made.frame.module, written) };
  });
}

function callIn(module: PythonModule, node: SyntaxNode | null | undefined): WrittenParameter['call'] {
  if (node?.type !== 'call') return undefined;
  const first = node.childForFieldName('arguments')?.namedChildren[0];
  const maker = first?.type === 'identifier' ? module.assignedCall(first.text) : first?.type === 'call' ? first : undefined;
  return { name: calleeOf(module, node) ?? '', of: maker === undefined ? undefined : calleeOf(module, maker) };
}

function calleeOf(module: PythonModule, call: SyntaxNode): string | undefined {
  const callee = call.childForFieldName('function');
  return callee === null ? undefined : module.qualifiedName(callee);
}
