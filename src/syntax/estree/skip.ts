import { isSilent } from '../../values/silent.js';
import type { Handle, Value } from '../../values/value.js';
import { receiverOf, type Frame } from './session.js';
import { keyOf, walk, type Node } from './tree.js';

/** Leaves out code that lies past a limit. Whatever it does with the handles that it names, nobody saw. */
export function skip(code: Node, frame: Frame): void {
  const { skipped } = frame.session;
  if (skipped.has(code)) return;
  skipped.add(code);
  const lost = new Set<Handle>();
  for (const { node } of walk(code)) {
    const value = node.type === 'Identifier' ? boundTo(node, frame) : node.type === 'MemberExpression' && node.object.type === 'ThisExpression' ? fieldOf(keyOf(node.property, node.computed), frame) : undefined;
    if (value?.kind === 'handle' && !isSilent(value)) lost.add(value);
  }
  escape([...lost], code, frame);
}

/** Handles that were given to code which lies past a limit. */
export function escape(given: readonly Value[], code: Node, frame: Frame): void {
  const handles = given.flatMap((value) => (value.kind === 'handle' && !isSilent(value) ? [value] : []));
  if (handles.length === 0) return;
  const detail = `the call of ${excerpt(frame.module.textOf(code))}`;
  for (const receiver of handles) frame.events.push({ kind: 'escape', when: frame.reached, receiver, reason: 'budget', detail, at: frame.module.spanOf(code) });
}

/** A piece of code on one line, around what it says of CORS. */
function excerpt(text: string): string {
  const named = text.search(/cors|access-control/i);
  return text.slice(Math.max(0, named - 30)).slice(0, 60).replace(/\s+/g, ' ').trim();
}

function boundTo(node: Node, frame: Frame): Value | undefined {
  const variable = frame.module.scopes.variableOf(node);
  return variable === undefined ? undefined : frame.env.holderOf(variable)?.variables.get(variable);
}

function fieldOf(name: string | undefined, frame: Frame): Value | undefined {
  const self = receiverOf(frame)?.value;
  return name === undefined || self?.kind !== 'handle' ? undefined : frame.session.fields.get(self)?.get(name);
}
