import type { TextEdit } from '../../text/edit.js';
import type { Span } from '../../text/span.js';
import { trail } from './place.js';
import { inside, spelled } from './spelling.js';
import { touching } from './templates.js';
import type { YamlFile, YamlMap, YamlNode, YamlPair, YamlScalar, YamlSeq } from './tree.js';

/** Text edits, or why this place is not ours to change. */
export type Edited = readonly TextEdit[] | { readonly declined: string };

/** Undefined for a place that may be edited. Anchored text serves other places, masked text is another tool's. */
export function whyNotEditable(file: YamlFile, at: Span): string | undefined {
  if (at.file !== file.file) return 'others may use the value, which stands in another file';
  if (touching(file.templates, at).length > 0) return 'a template writes this text';
  if (/\$[{(]\w/.test(file.source.text.slice(at.start, at.end))) return 'a variable stands there';
  if (/^(?:\uFEFF)?\s*(?:#|\/\/)[^\n]*(?:generated|do not edit)/i.test(file.source.text)) return 'the file is generated';
  const steps = trail(file, at);
  if (steps.length === 0) return 'nothing that was read stands there';
  const aliases = aliasNames(file, at);
  if (steps.some(({ node }) => node.anchor !== undefined && aliases.has(node.anchor))) return 'the text is used in other places through an alias';
  return undefined;
}

/** Aliases of the document that a place stands in. */
function aliasNames(file: YamlFile, at: Span): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (node: YamlNode | undefined): void => {
    if (node?.kind === 'alias') names.add(node.name);
    else if (node?.kind === 'seq') node.items.forEach(visit);
    else if (node?.kind === 'map') node.pairs.forEach(({ key, value }) => [key, value].forEach(visit));
  };
  for (const document of file.written ?? file.documents) if (document.at.start <= at.start && at.end <= document.at.end) visit(document.root);
  return names;
}

/** Writes another text for a scalar, or for a part of one that stands verbatim in it, in the quotes that it has. */
export function respell(file: YamlFile, at: Span, text: string): Edited {
  const refusal = whyNotEditable(file, at);
  if (refusal !== undefined) return { declined: refusal };
  const scalar = trail(file, at).at(-1)?.node;
  if (scalar?.kind !== 'scalar') return { declined: 'no scalar stands there' };
  const whole = scalar.at.start === at.start && scalar.at.end === at.end;
  if (scalar.style === 'literal' || scalar.style === 'folded') {
    return whole || /[\r\n]/.test(text) || (file.spelling === 'toml' && /["'\\]/.test(text)) ? { declined: 'a block of text is not rewritten' } : [{ ...at, text }];
  }
  if (/[\r\n]/.test(text)) return { declined: 'a text of several lines does not fit' };
  const inFlow = trail(file, at).some(({ node }) => (node.kind === 'seq' || node.kind === 'map') && node.flow);
  if (whole && typeof scalar.value === 'number' && /^\d+$/.test(text)) return [{ ...at, text }];
  if (whole) return [{ ...at, text: spelled(file, withUnit(scalar, text), scalar.style, inFlow) }];
  const spelling = inside(file, text, scalar.style, inFlow);
  return spelling === undefined ? { declined: 'the text would need quotes here' } : [{ ...at, text: spelling }];
}

/** A number of seconds for a duration that is written with its unit. */
function withUnit({ value }: YamlScalar, text: string): string {
  return typeof value === 'string' && /^(?:\d+(?:\.\d+)?(?:ns|us|ms|s|m|h))+$/.test(value) && /^\d+$/.test(text) ? `${text}s` : text;
}

/** Writes other YAML for a whole scalar: `false`, a number, a text with its own quotes. */
export function rewrite(file: YamlFile, at: Span, written: string): Edited {
  const refusal = whyNotEditable(file, at);
  if (refusal !== undefined) return { declined: refusal };
  const scalar = trail(file, at).at(-1)?.node;
  if (scalar?.kind !== 'scalar' || scalar.at.start !== at.start || scalar.at.end !== at.end) return { declined: 'no scalar stands there' };
  return [{ ...at, text: written }];
}

/** Takes an entry out of its list. The only entry stays: an empty list means something else to most products. */
export function removeEntry(file: YamlFile, at: Span): Edited {
  const refusal = whyNotEditable(file, at);
  if (refusal !== undefined) return { declined: refusal };
  const steps = trail(file, at);
  const index = steps.findLastIndex(({ node }) => node.kind === 'seq');
  const seq = steps[index]?.node;
  const item = steps[index + 1]?.node;
  if (seq?.kind !== 'seq' || item === undefined) return { declined: 'no entry of a list stands there' };
  if (item.at.start !== at.start || item.at.end !== at.end) return { declined: 'the entry is more than this text' };
  return takeOut(file, seq, seq.items, item);
}

/** Takes a key and its value out of a map that has others. */
export function removePair(file: YamlFile, pair: YamlPair): Edited {
  const refusal = whyNotEditable(file, pair.at);
  if (refusal !== undefined) return { declined: refusal };
  const map = mapWith(file, pair);
  return map === undefined ? { declined: 'no key stands there' } : takeOut(file, map, map.pairs, pair);
}

function mapWith(file: YamlFile, pair: YamlPair): YamlMap | undefined {
  const found = trail(file, pair.key.at).findLast(({ node }) => node.kind === 'map' && node.pairs.some((candidate) => candidate.at.start === pair.at.start))?.node;
  return found?.kind === 'map' ? found : undefined;
}

function takeOut(file: YamlFile, container: YamlMap | YamlSeq, children: readonly { readonly at: Span }[], child: { readonly at: Span }): Edited {
  const position = children.findIndex((candidate) => candidate.at.start === child.at.start);
  const { text } = file.source;
  const [before, after] = [children[position - 1], children[position + 1]];
  if (before === undefined && after === undefined) return { declined: 'it is the only entry' };
  if (container.flow) {
    const [start, end] = after === undefined ? [before!.at.end, child.at.end] : [child.at.start, after.at.start];
    // What goes beside the entry is its comma; a comment there belongs to somebody.
    if ((text.slice(start, child.at.start) + text.slice(child.at.end, end)).includes('#')) return { declined: 'a comment stands beside the entry' };
    return [{ file: file.file, start, end, text: '' }];
  }
  // The parts of a table may stand apart, with others between them.
  if (file.spelling === 'toml' && text[child.at.start] === '[') return { declined: 'a table is not taken out' };
  const lineStart = text.lastIndexOf('\n', child.at.start - 1) + 1;
  const lead = text.slice(lineStart, child.at.start);
  if (!/^\uFEFF?\s*(?:-\s+)?$/.test(lead) || (container.kind === 'map' && lead.includes('-'))) return { declined: 'the entry shares its line' };
  const rest = /[^\r\n]*/y;
  rest.lastIndex = child.at.end;
  const tail = rest.exec(text)![0];
  const comment = /^\s*(#.*)$/.exec(tail)?.[1];
  if (comment === undefined && tail.trim() !== '') return { declined: 'the entry shares its line' };
  if (comment !== undefined) return [{ file: file.file, start: lineStart + /^\uFEFF?\s*/.exec(lead)![0].length, end: child.at.end + tail.length, text: comment }];
  const terminator = /^(?:\r\n|\n|\r)/.exec(text.slice(child.at.end + tail.length, child.at.end + tail.length + 2))?.[0].length ?? 0;
  return [{ file: file.file, start: lineStart, end: child.at.end + tail.length + terminator, text: '' }];
}

/** Adds a pair (`spelledPair`) after another one: on a line of its own with the same indentation, or after a comma. */
export function insertPairAfter(file: YamlFile, pair: YamlPair, written: string): Edited {
  const refusal = whyNotEditable(file, pair.at);
  if (refusal !== undefined) return { declined: refusal };
  const map = mapWith(file, pair);
  if (map === undefined) return { declined: 'no key stands there' };
  if (map.flow) return [{ file: file.file, start: pair.at.end, end: pair.at.end, text: `, ${written}` }];
  const { text } = file.source;
  if (file.spelling === 'toml' && (text[pair.at.start] === '[' || pair.key.at.start !== pair.at.start)) return { declined: 'the line belongs to another table' };
  const lineStart = text.lastIndexOf('\n', pair.at.start - 1) + 1;
  const indentation = text.slice(lineStart, pair.at.start).replace(/\uFEFF/g, '').replace(/[^\s]/g, ' ');
  const rest = /[^\r\n]*/y;
  rest.lastIndex = pair.at.end;
  const block = pair.value?.kind === 'scalar' && (pair.value.style === 'literal' || pair.value.style === 'folded');
  // A block scalar's span already holds its last line end.
  const end = block && /[\r\n]/.test(text[pair.at.end - 1] ?? '') ? pair.at.end - (text.slice(0, pair.at.end).endsWith('\r\n') ? 2 : 1) : pair.at.end + rest.exec(text)![0].length;
  return [{ file: file.file, start: end, end, text: `${file.source.lineEnding}${indentation}${written}` }];
}
