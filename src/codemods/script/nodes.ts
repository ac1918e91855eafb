import { Node, type SourceFile } from 'ts-morph';

/** The nodes of a file, each before what stands in it, and where those of a node end among them. */
interface Listing {
  readonly nodes: readonly Node[];
  readonly places: ReadonlyMap<Node, { readonly start: number; readonly end: number }>;
}

/** A tree is never changed: edits are kept beside it. */
const listings = new WeakMap<SourceFile, Listing>();

/** A node and all that stands in it, without words and signs that are no nodes of their own: to look at these is dear. */
export function nodesIn(node: Node): readonly Node[] {
  const root = node.getSourceFile();
  let listing = listings.get(root);
  if (listing === undefined) listings.set(root, (listing = listingOf(root)));
  const place = listing.places.get(node);
  return place === undefined ? [node] : listing.nodes.slice(place.start, place.end);
}

/** What stands in a node and is of a kind. */
export function descendants<T extends Node>(node: Node, is: (one: Node | undefined) => one is T): readonly T[] {
  return nodesIn(node).filter((one): one is T => one !== node && is(one));
}

/** Every place that speaks of a variable of this name, its declaration among them. */
export function namesOf(root: Node, name: string): readonly Node[] {
  return nodesIn(root).filter((node) => {
    if (!Node.isIdentifier(node) || node.compilerNode.text !== name) return false;
    const parent = node.getParent();
    if (Node.isPropertyAccessExpression(parent)) return parent.getExpression() === node;
    return !(Node.isPropertyAssignment(parent) && parent.getNameNode() === node) && !(Node.isMethodDeclaration(parent) && parent.getNameNode() === node);
  });
}

/** Is a name the one that a variable, a parameter, a function, a class or an enumeration is declared by? Imports are not asked for. */
export function declares(name: Node): boolean {
  const parent = name.getParent();
  return (Node.isVariableDeclaration(parent) || Node.isParameterDeclaration(parent) || Node.isBindingElement(parent) || Node.isFunctionDeclaration(parent) || Node.isClassDeclaration(parent) || Node.isEnumDeclaration(parent)) && parent.getNameNode() === name;
}

function listingOf(root: SourceFile): Listing {
  const nodes: Node[] = [];
  const places = new Map<Node, { start: number; end: number }>();
  const list = (node: Node): void => {
    const start = nodes.push(node) - 1;
    node.forEachChild(list);
    places.set(node, { start, end: nodes.length });
  };
  list(root);
  return { nodes, places };
}
