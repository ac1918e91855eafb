/** The tree of ts-morph, for the code-mods of scripts. */
export { Node } from 'ts-morph';
