import type { TextEdit } from '../../text/edit.js';
import type { Span } from '../../text/span.js';
import type { PythonModule } from './module.js';
import { quoted } from './quoted.js';
import { nodeAt } from './respell.js';

/** An item of a list that is there only where `DEBUG` of the module holds; undefined where the module has none before it. */
export function keepForDevelopment(module: PythonModule, at: Span): TextEdit | undefined {
  const node = nodeAt(module, at);
  if (node?.type !== 'string' || !/^(?:list|tuple|set)$/.test(node.parent?.type ?? '')) return undefined;
  if (module.scopes.within(module.root, 'DEBUG', node).length === 0) return undefined;
  return { ...at, text: `*([${node.text}] if DEBUG else [])` };
}

/** One text that holds several: so many items of the list that it stands in, or a list of them where it is alone. */
export function splitItem(module: PythonModule, at: Span, texts: readonly string[]): TextEdit | undefined {
  const node = nodeAt(module, at);
  if (node?.type !== 'string') return undefined;
  const items = texts.map((text) => quoted(text, node.text)).join(', ');
  if (/^(?:list|tuple|set)$/.test(node.parent?.type ?? '')) return { ...at, text: items };
  return node.parent?.type === 'keyword_argument' ? { ...at, text: `[${items}]` } : undefined;
}
