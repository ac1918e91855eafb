import { isCall, nameNode, type JvmModule } from '../../syntax/jvm/index.js';
import type { SyntaxNode } from '../../syntax/tree-sitter.js';
import type { TextEdit } from '../../text/edit.js';
import { importing } from './imports.js';
import { nodeOf } from './members.js';
import { callsIn, type SecurityChain } from './security-chains.js';
import { blanksBefore, linesOf, styleOf } from './style.js';

/**
 * A call of `cors()` at the beginning of a chain, in its own words: Kotlin's `http { }`, lambdas, or `and()`, which is gone
 * since Spring Security 7.
 * @param security version of Spring Security as a number
 * @returns a text where the chain has no place for it
 */
export function callCors({ module, method, http }: SecurityChain, security: number): readonly TextEdit[] | string {
  const calls = callsIn(nodeOf(module, method.at));
  const domain = calls.find((call) => call.namedChildren[0]?.text === http && call.namedChildren[0]?.type === 'identifier' && module.isKotlin && nameNode(call)?.text === http);
  if (domain !== undefined) return inDomain(module, domain) ?? 'its block stands on one line';
  const first = calls.map(receiverOf).find((node) => node?.type === 'identifier' && node.text === http);
  if (first === undefined || first === null) return `nothing is called on ${http} in ${method.name}`;
  const joined = security < 50200 || (security < 70000 && calls.some((call) => nameNode(call)?.text === 'and'));
  const [spelled, imports] = joined ? ['.cors().and()', []] : module.isKotlin ? ['.cors { }', []] : withDefaults(module);
  const added = importing(module, imports);
  if (typeof added === 'string') return added;
  const { text } = module.source;
  const statement = loneStatement(first, http);
  if (statement !== undefined) {
    const { start } = linesOf(text, statement.startIndex, statement.startIndex);
    const line = `${http}${joined ? '.cors()' : spelled}${module.isKotlin ? '' : ';'}`;
    return [...added, { file: module.file, start, end: start, text: `${blanksBefore(text, statement.startIndex) ?? ''}${line}${styleOf(module).newline}` }];
  }
  const blanks = /^\s*/.exec(text.slice(first.endIndex))![0];
  const next = /[\r\n]/.test(blanks) ? '' : breakBehind(text, first);
  return [...added, { file: module.file, start: first.endIndex, end: first.endIndex + (next === '' ? 0 : blanks.length), text: `${next === '' ? blanks : ''}${spelled}${next}` }];
}

/** The first of several statements that each call one thing on the builder, each on a line of its own: `http.csrf(…);`. */
function loneStatement(receiver: SyntaxNode, http: string): SyntaxNode | undefined {
  const call = receiver.parent?.type === 'navigation_expression' ? receiver.parent.parent : receiver.parent;
  const statement = call?.parent?.type === 'expression_statement' ? call.parent : call;
  const isLone = (node: SyntaxNode | null | undefined): boolean => node !== null && node !== undefined && !node.text.includes('\n') && new RegExp(`^(?:return\\s+)?${http}\\.\\w+\\s*[({]`).test(node.text);
  if (call === null || call === undefined || statement === null || statement === undefined || !/^(?:block|statements|function_body)$/.test(statement.parent?.type ?? '')) return undefined;
  return isLone(statement) && isLone(statement.nextNamedSibling) && blanksBefore(statement.tree.rootNode.text, statement.startIndex) !== undefined ? statement : undefined;
}

/** `Customizer.withDefaults()`, by the name under which the file has it. */
function withDefaults(module: JvmModule): readonly [string, readonly string[]] {
  const customizer = 'org.springframework.security.config.Customizer';
  const isStatic = new RegExp(`import\\s+static\\s+${customizer.replaceAll('.', '\\.')}\\.(?:withDefaults|\\*)\\s*;`).test(module.source.text);
  return isStatic ? ['.cors(withDefaults())', []] : ['.cors(Customizer.withDefaults())', [customizer]];
}

/** What a call is made on. */
function receiverOf(call: SyntaxNode): SyntaxNode | null | undefined {
  if (call.type === 'method_invocation') return call.childForFieldName('object');
  const callee = call.namedChildren[0];
  return callee?.type === 'navigation_expression' ? callee.namedChildren[0] : undefined;
}

/** Links of a chain that stand on lines of their own, behind a first one that does not: how they begin. */
function breakBehind(text: string, receiver: SyntaxNode): string {
  const holder = receiver.parent?.type === 'navigation_expression' ? receiver.parent.parent : receiver.parent;
  const next = holder !== null && holder !== undefined && isCall(holder) ? /^\s*(?=\.)/.exec(text.slice(holder.endIndex))?.[0] ?? '' : '';
  return /[\r\n]/.test(next) ? next : '';
}

/** The first line of Kotlin's `http { }`. */
function inDomain(module: JvmModule, call: SyntaxNode): readonly TextEdit[] | undefined {
  const lambda = call.descendantsOfType('lambda_literal')[0];
  const first = lambda?.namedChildren[0];
  const { text } = module.source;
  const blanks = first === undefined ? undefined : blanksBefore(text, first.startIndex);
  if (lambda === undefined || first === undefined || blanks === undefined) return undefined;
  const { start } = linesOf(text, first.startIndex, first.startIndex);
  return [{ file: module.file, start, end: start, text: `${blanks}cors { }${styleOf(module).newline}` }];
}
