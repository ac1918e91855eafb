import { Node } from 'ts-morph';
import type { TextEdit } from '../../text/edit.js';
import type { Origins } from '../codemod.js';
import { descendants, namesOf } from './nodes.js';
import { declareOrigins } from './origins-from-environment.js';
import { escapedForRegex, printList, quoted } from './print.js';
import { Script } from './script.js';
import { removeUnused } from './unused.js';

export interface Listed {
  readonly text: string;
  /** What was done besides, where the origin was let through, and is done no more: lines as they were. */
  readonly lost: readonly { readonly line: number; readonly text: string }[];
}

/** Origins of the edits that a list from the environment takes the place of: two, so that readers write a list. */
export const STAND_INS: readonly string[] = ['https://first.invalid', 'https://second.invalid'];

/**
 * A script with edits by which a list of origins takes the place of what let every origin in. Of a choice between two
 * values the one that did is replaced alone; what nobody asks for any more goes.
 * @param origins where the list is to come from the environment: the edits name the stand-ins then
 * @returns a text where there is no place for the list
 */
export function withAllowlist(path: string, text: string, edits: readonly TextEdit[], origins: Origins): Listed | string {
  const script = Script.open(path, text);
  const nodes = edits.map((edit) => script.nodeAround(edit));
  const written = origins.env === undefined ? edits : fromEnvironment(script, edits, nodes, { ...origins, env: origins.env });
  if (typeof written === 'string') return written;
  const removed: Node[] = [];
  for (const edit of written) {
    const node = edit.start === edit.end ? undefined : script.nodeAround(edit);
    const branch = Node.isPropertyAssignment(node) ? openBranch(node.getInitializer()) : undefined;
    if (branch === undefined) script.take(edit);
    else script.replace(branch, edit.text.slice(edit.text.indexOf(':') + 1).trim());
    removed.push(...(branch ?? node === undefined ? [] : [branch ?? node!]));
  }
  const lost = removed.flatMap((node) => deedsOf(node)).map((node) => ({ line: script.lineOf(node), text: node.getText() }));
  removeUnused(script, removed, written.map((edit) => edit.text));
  return { text: script.result(), lost };
}

/** The edits with the name of a list that is read from the environment in the place of the stand-ins. */
function fromEnvironment(script: Script, edits: readonly TextEdit[], usedAt: readonly Node[], { origins, env }: Required<Origins>): readonly TextEdit[] | string {
  const standIns = STAND_INS.map((origin) => quoted(origin, script.style)).join(', ');
  const declaration = new RegExp(`\\s*const (\\w+)(: [\\w ]+\\[\\])? = \\[${escapedForRegex(standIns)}\\];?\\s*`);
  const [, ownName, type] = edits.map(({ text }) => declaration.exec(text)).find((found) => found !== null) ?? [];
  const list = printList(origins.map((origin) => quoted(origin, script.style)), script.style);
  const declared = declareOrigins(script, { list, env, usedAt, ...(type === undefined ? {} : { type: type.slice(2) }) });
  if (typeof declared === 'string') return declared;
  const { name } = declared;
  const named = (text: string): string => {
    const listed = text.replace(declaration, '').replaceAll(`[${standIns}]`, name).replaceAll(standIns, `...${name}`);
    return ownName === undefined ? listed : listed.replaceAll(new RegExp(`\\b${ownName}\\b`, 'g'), name);
  };
  return edits.map((edit) => ({ ...edit, text: named(edit.text) })).filter(({ start, end, text }) => start < end || text !== '');
}

/** The value that lets every origin in, where a condition chooses between it and origins that are written out. */
function openBranch(value: Node | undefined): Node | undefined {
  if (!Node.isConditionalExpression(value)) return undefined;
  const branches = [value.getWhenTrue(), value.getWhenFalse()];
  const open = branches.filter((one) => Node.isTrueLiteral(one) || Node.isArrowFunction(one) || Node.isFunctionExpression(one) || Node.isRegularExpressionLiteral(one));
  return open.length === 1 ? open[0] : undefined;
}

/** Statements of a function that decides about origins that do something else: `console.log(origin)`. */
function deedsOf(node: Node): readonly Node[] {
  const value = Node.isPropertyAssignment(node) ? node.getInitializer() : node;
  const named = Node.isIdentifier(value) ? namesOf(value.getSourceFile(), value.getText()).map((name) => name.getParent()) : [];
  const declared = named.map((one) => (Node.isVariableDeclaration(one) ? one.getInitializer() : one));
  const decides = [value, ...declared].find((one) => Node.isArrowFunction(one) || Node.isFunctionExpression(one) || Node.isFunctionDeclaration(one));
  if (decides === undefined) return [];
  const callback = decides.getParameters().at(-1)?.getName();
  return descendants(decides, Node.isExpressionStatement).filter((statement) => {
    const expression = statement.getExpression();
    return !Node.isCallExpression(expression) || expression.getExpression().getText() !== callback;
  });
}
