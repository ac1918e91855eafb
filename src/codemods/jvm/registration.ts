import type { JvmModule } from '../../syntax/jvm/index.js';
import type { TextEdit } from '../../text/edit.js';
import type { Span } from '../../text/span.js';
import { droppingUnused } from './imports.js';
import { nodeOf, removeAnnotation } from './members.js';

/** `@CrossOrigin` of classes and methods, and its import, taken out; undefined where something else sends the headers. @param places what sends them */
export function crossOriginRemoved(module: JvmModule, places: readonly Span[]): readonly TextEdit[] | undefined {
  const annotations = new Map<number, Span>();
  for (const place of places) {
    let node = nodeOf(module, place) ?? module.root.descendantForIndex(place.start, Math.max(place.start, place.end - 1)) ?? undefined;
    while (node !== undefined && !/^(?:marker_)?annotation$/.test(node.type)) node = node.parent ?? undefined;
    if (node === undefined || !/^@(?:[\w.]+\.)?CrossOrigin\b/.test(node.text)) return undefined;
    annotations.set(node.startIndex, { file: module.file, start: node.startIndex, end: node.endIndex });
  }
  const edits = [...annotations.values()].map((at) => removeAnnotation(module, at));
  return [...edits, ...droppingUnused(module, ['org.springframework.web.bind.annotation.CrossOrigin'], edits)];
}
