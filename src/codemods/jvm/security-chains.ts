import { argumentsIn, isCall, nameNode, type ClassDeclaration, type JvmModule, type Method } from '../../syntax/jvm/index.js';
import type { SyntaxNode } from '../../syntax/tree-sitter.js';
import { nodeOf } from './members.js';

/** A method that builds a chain of Spring Security's filters. */
export interface SecurityChain {
  readonly module: JvmModule;
  /** The class that it stands in. */
  readonly owner: ClassDeclaration;
  readonly method: Method;
  /** Name of its builder: `http`. */
  readonly http: string;
  readonly isReactive: boolean;
  /** What its code says of `cors()`: nothing, no more than that, a source, that it is switched off. */
  readonly cors: 'absent' | 'defaults' | 'source' | 'disabled';
}

const BUILDER = /^(?:[\w.]+\.)?(Server)?HttpSecurity$/;

export function securityChainsIn(module: JvmModule): readonly SecurityChain[] {
  const all = (classes: readonly ClassDeclaration[]): readonly ClassDeclaration[] => classes.flatMap((one) => [one, ...all(one.classes)]);
  return all(module.unit.classes).flatMap((owner) =>
    owner.methods.flatMap((method): readonly SecurityChain[] => {
      const builder = method.parameters.find(({ type }) => BUILDER.test(type ?? ''));
      const builds = method.annotations.some(({ name }) => /(?:^|\.)Bean$/.test(name)) || (method.name === 'configure' && owner.supertypes.some((name) => /ConfigurerAdapter$/.test(name)));
      if (builder === undefined || !builds) return [];
      return [{ module, owner, method, http: builder.name, isReactive: BUILDER.exec(builder.type ?? '')?.[1] !== undefined, cors: corsOf(module, method) }];
    }),
  );
}

function corsOf(module: JvmModule, { at }: Method): SecurityChain['cors'] {
  const call = callsIn(nodeOf(module, at)).find((one) => nameNode(one)?.text === 'cors');
  if (call === undefined) return 'absent';
  const next = followingCall(call);
  const said = argumentsIn(call).map(({ text }) => text).join(' ') + lambdaOf(call) + (next === undefined ? '' : ` ${nameNode(next)?.text ?? ''}`);
  return /\bdisable\b/.test(said) ? 'disabled' : /\bconfigurationSource\b/.test(said) ? 'source' : 'defaults';
}

export function callsIn(node: SyntaxNode | undefined): readonly SyntaxNode[] {
  return node?.descendantsOfType(['method_invocation', 'call_expression']).filter(isCall) ?? [];
}

/** The call that is made on what another one gives back. */
export function followingCall(call: SyntaxNode): SyntaxNode | undefined {
  const parent = call.parent?.type === 'navigation_expression' ? call.parent.parent : call.parent;
  return parent !== null && parent !== undefined && isCall(parent) && nameNode(parent)?.startIndex !== nameNode(call)?.startIndex && parent.startIndex === call.startIndex ? parent : undefined;
}

/** Kotlin's lambda behind a call. */
function lambdaOf(call: SyntaxNode): string {
  return call.namedChildren.filter(({ type }) => type === 'annotated_lambda').map(({ text }) => ` ${text}`).join('');
}
