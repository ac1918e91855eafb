import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Language, Parser, type Node } from 'web-tree-sitter';
import type { Problem } from './language.js';

/** A node of a tree-sitter tree; its offsets are UTF-16 units of the text that was parsed, a byte order mark included. */
export type SyntaxNode = Node;

export type GrammarName = 'python' | 'java' | 'kotlin';

/** A loaded grammar. The tree lives as long as one of its nodes is held. */
export interface Grammar {
  /** The root of the tree; it never throws: what is not of the language stands in `ERROR` and `MISSING` nodes. */
  parse(text: string): SyntaxNode;
}

/** Where each grammar's npm package keeps its wasm file. The build copies the file, under its own name, next to this module's code. */
const WASM: Readonly<Record<GrammarName, string>> = {
  python: 'tree-sitter-python/tree-sitter-python.wasm',
  java: 'tree-sitter-java/tree-sitter-java.wasm',
  kotlin: '@tree-sitter-grammars/tree-sitter-kotlin/tree-sitter-kotlin.wasm',
};

const loaded = new Map<GrammarName, Promise<Grammar>>();
let started: Promise<void> | undefined;

/** Starts the parser's runtime once and loads a grammar once, whoever asks. */
export function loadGrammar(name: GrammarName): Promise<Grammar> {
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const loading = load(name);
  loaded.set(name, loading);
  return loading;
}

async function load(name: GrammarName): Promise<Grammar> {
  started ??= Parser.init({ locateFile: () => wasmFile('web-tree-sitter/web-tree-sitter.wasm') });
  await started;
  const parser = new Parser();
  parser.setLanguage(await Language.load(wasmFile(WASM[name])));
  return {
    parse(text) {
      const tree = parser.parse(text);
      // Null only without a language or after a cancelled parse; neither happens here.
      if (tree === null) throw new Error(`the ${name} grammar is not loaded`);
      return tree.rootNode;
    },
  };
}

/** The copy that the build put beside this module, else the one in the npm package. */
function wasmFile(packaged: string): string {
  const copy = fileURLToPath(new URL(packaged.slice(packaged.lastIndexOf('/') + 1), import.meta.url));
  return existsSync(copy) ? copy : createRequire(import.meta.url).resolve(packaged);
}

/** So many causes are named in one file; more would be noise. */
const MAX_PROBLEMS = 20;

/**
 * Places where the text is not of the grammar: one for each outermost `ERROR` and each `MISSING` node, at most one
 * per line. An error that holds a bracket which is never closed is reported at that bracket.
 */
export function problemsIn(root: SyntaxNode, file: string): readonly Problem[] {
  const problems: Problem[] = [];
  const pending: SyntaxNode[] = [root];
  let lastRow = -1;
  while (pending.length > 0 && problems.length < MAX_PROBLEMS) {
    const node = pending.pop()!;
    if (!node.hasError && !node.isMissing) continue;
    if (!node.isError && !node.isMissing) {
      pending.push(...node.children.toReversed());
      continue;
    }
    const place = node.isError ? unclosedIn(node) ?? node : node;
    if (place.startPosition.row === lastRow) continue;
    lastRow = place.startPosition.row;
    problems.push(problemAt(node, place, file));
  }
  return problems;
}

function problemAt(node: SyntaxNode, place: SyntaxNode, file: string): Problem {
  const at = { file, start: place.startIndex, end: endOnFirstLine(place) };
  if (node.isMissing) return { at, message: `expected ${node.type}` };
  return { at, message: place === node ? 'this cannot be read' : `${place.type} is never closed` };
}

/** The last opening bracket among an error's own tokens that none of them closes. */
function unclosedIn(error: SyntaxNode): SyntaxNode | undefined {
  const open: SyntaxNode[] = [];
  for (const child of error.children) {
    if (child.type === '(' || child.type === '[' || child.type === '{') open.push(child);
    else if (child.type === ')' || child.type === ']' || child.type === '}') open.pop();
  }
  return open.at(-1);
}

function endOnFirstLine(node: SyntaxNode): number {
  const lineEnd = node.text.search(/[\r\n]/);
  return lineEnd === -1 ? node.endIndex : node.startIndex + lineEnd;
}
