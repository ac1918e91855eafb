import { isSilent } from '../../values/silent.js';
import type { SyntaxNode } from '../tree-sitter.js';
import { keyOf, type Frame } from './session.js';

/**
 * Can something happen in a definition that is given nothing? Its text concerns the reader, or it names what leads to
 * a handle: an import that means something, an object of the module, another definition that is live.
 */
export function isLive(definition: SyntaxNode, frame: Frame): boolean {
  const { module, session } = frame;
  const key = keyOf(module, definition);
  const known = session.live.get(key);
  if (known !== undefined) return known;
  // While one is being asked about, it adds nothing to those that name it.
  session.live.set(key, false);
  const names = new Set(definition.text.match(/[\p{L}_][\p{L}\p{N}_]*/gu));
  const live = session.concerns.test(definition.text) || [...names].some((name) => leads(name, frame));
  session.live.set(key, live);
  return live;
}

function leads(name: string, frame: Frame): boolean {
  const { module, session } = frame;
  const qualified = module.imports.get(name);
  if (qualified !== undefined && session.packages(qualified) !== undefined) return true;
  const value = frame.env.lookup(name);
  if (value?.kind === 'handle' && !isSilent(value)) return true;
  const definition = module.definition('function_definition', name) ?? module.definition('class_definition', name);
  return definition !== undefined && isLive(definition, frame);
}
