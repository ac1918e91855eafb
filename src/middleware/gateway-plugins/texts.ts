import { itemsOf, resolve, type YamlNode } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';

/** The texts of a scalar or a list that no template writes, with their places. */
export function textsOf(node: YamlNode | undefined): readonly { text: string; at: Span }[] {
  const found = resolve(node);
  if (found?.kind === 'seq') return found.items.flatMap(textsOf);
  return found?.kind === 'scalar' && typeof found.value === 'string' && !found.templated ? [{ text: found.value, at: found.at }] : [];
}

/** Is every entry of a list one of its texts? */
export function allKnown(node: YamlNode | undefined): boolean {
  return textsOf(node).length === (itemsOf(node) ?? []).length;
}
