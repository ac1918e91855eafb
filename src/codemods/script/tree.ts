/** The tree of ts-morph, for the code-mods of scripts. */
export { Node, SyntaxKind } from 'ts-morph';
