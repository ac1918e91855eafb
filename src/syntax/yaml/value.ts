import type { Span } from '../../text/span.js';
import { and, not, type Condition } from '../../values/condition.js';
import { unknown, type EnvValue, type RecordEntry, type UnknownValue, type Value } from '../../values/value.js';
import { chartValue, decided } from './chart.js';
import { textValue, typed } from './placeholders.js';
import { ownerOf, scalarOf } from './place.js';
import { touching, type Template } from './templates.js';
import { itemsOf, keyOf, isMerge, pairsOf, type YamlAlias, type YamlFile, type YamlMap, type YamlNode, type YamlPair, type YamlScalar, type YamlSeq } from './tree.js';

const MAX_DEPTH = 64;

/**
 * What a node is after templates and variables are filled in. A scalar's `at` is the scalar as written, with its
 * quotes; parts of a text have the spans of the parts. Keys and items under a template's condition are `either`;
 * what a loop or a line of template may add is the `rest`.
 */
export function valueOf(file: YamlFile, node: YamlNode | undefined): Value {
  if (node === undefined) return { kind: 'nothing', what: 'undefined', at: { file: file.file, start: 0, end: 0 } };
  return new Evaluator(file).value(node, node.at.start, 0);
}

/** The value of a pair; lines of template between its key and its value are seen too. */
export function valueOfPair(file: YamlFile, pair: YamlPair): Value {
  return new Evaluator(file).pairValue(pair, 0);
}

/** What an alias is that leads nowhere. */
export function unfollowed({ name, excess, at }: YamlAlias): UnknownValue {
  return excess ? unknown('budget', `\`*${name}\`, one of aliases that are too many when they are followed`, at) : unknown('parse-error', `\`*${name}\`, which is not YAML without quotes`, at);
}

class Evaluator {
  constructor(private readonly file: YamlFile) {}

  /** `from`: where the node could begin at the earliest; lines of template after it may add to a block. */
  value(node: YamlNode, from: number, depth: number): Value {
    if (depth > MAX_DEPTH) return unknown('budget', 'a value that is nested too deeply', node.at);
    if (node.kind === 'alias') return node.target === undefined ? unfollowed(node) : this.value(node.target, node.target.at.start, depth + 1);
    if (node.tag !== undefined) return unknown('template-syntax', `the tag ${node.tag}`, node.at);
    if (node.kind === 'map') return this.#record(node, from, depth);
    if (node.kind === 'seq') return this.#list(node, from, depth);
    return scalarValue(this.file, node);
  }

  pairValue(pair: YamlPair, depth: number): Value {
    const { value } = pair;
    const empty = value === undefined || (value.kind === 'scalar' && value.at.start === value.at.end);
    if (!empty) return this.value(value, pair.key.at.end, depth + 1);
    const column = columnOf(this.file, pair.key.at.start);
    const written = this.#lines(pair.key.at.end, nextToken(this.file, pair.key.at.end)).find((template) => template.column >= column);
    if (written !== undefined) return chartValue(this.file, written, false) ?? unknown('template-syntax', `the template \`${written.text}\``, spanOf(written));
    return { kind: 'nothing', what: 'null', at: value?.at ?? pair.key.at };
  }

  #record(map: YamlMap, from: number, depth: number): Value {
    const values = new Map<string, { value: Value; entry: RecordEntry; certain: boolean }>();
    let rest = this.#addedBy(map, from);
    for (const pair of pairsOf(map)) {
      const key = keyOf(pair);
      const condition = this.#conditionOf(pair.key.at.start, map);
      if (key === undefined || condition === 'loop') {
        rest ??= unknown('template-syntax', 'a key that a template writes', pair.key.at);
        continue;
      }
      if (condition.c === 'false') continue;
      const known = values.get(key);
      const value = this.pairValue(pair, depth);
      const certain = condition.c === 'true';
      const both = known?.certain === true && certain && !sameScalar(known.value, value);
      const result = both
        ? unknown('conflicting-writes', `which of two entries \`${key}\` counts`, pair.at)
        : certain
          ? value
          : conditional(condition, value, known?.value ?? { kind: 'nothing', what: 'undefined', at: pair.at });
      values.set(key, { value: result, entry: { key, value: result, at: pair.at }, certain: certain || known?.certain === true });
    }
    for (const pair of map.pairs) {
      if (isMerge(pair) && pairsOf(pair.value).length === 0 && itemsOf(pair.value) === undefined) rest ??= unknown('unsupported-syntax', 'a merge key that leads nowhere', pair.at);
    }
    return { kind: 'record', entries: [...values.values()].map(({ entry }) => entry), ...(rest === undefined ? {} : { rest }), at: map.at };
  }

  #list(seq: YamlSeq, from: number, depth: number): Value {
    const items: Value[] = [];
    let rest: UnknownValue | EnvValue | undefined = this.#addedBy(seq, from);
    for (const item of seq.items) {
      const condition = this.#conditionOf(item.at.start, seq);
      if (condition === 'loop') {
        rest ??= unknown('template-syntax', 'a loop of the template', item.at);
        continue;
      }
      if (condition.c === 'false') continue;
      const value = this.value(item, item.at.start, depth + 1);
      items.push(condition.c === 'true' ? value : conditional(condition, value, { kind: 'nothing', what: 'undefined', at: item.at }));
    }
    return { kind: 'list', items, ...(rest === undefined ? {} : { rest }), at: seq.at };
  }

  /** What a line of template writes among the children of a block: told by its indentation. */
  #addedBy(container: YamlMap | YamlSeq, from: number): UnknownValue | undefined {
    if (this.file.templates.length === 0) return undefined;
    const until = container.flow ? container.at.end : nextToken(this.file, container.at.end);
    const column = columnOf(this.file, container.at.start);
    const line = this.#lines(from, until).find((template) => template.end <= until && (container.flow || template.column === column));
    return line === undefined ? undefined : unknown('template-syntax', `the template \`${line.text}\``, spanOf(line));
  }

  /** Lines of template that begin between two places. */
  #lines(start: number, end: number): readonly Template[] {
    return touching(this.file.templates, { start, end }).filter((template) => template.role === 'line' && template.start >= start);
  }

  /** The template's conditions on a child that do not hold for its whole container. */
  #conditionOf(offset: number, container: YamlMap | YamlSeq): Condition | 'loop' {
    const inside = this.file.branches.filter(({ start, end }) => start <= offset && offset < end && !(start <= container.at.start && container.at.end <= end));
    return inside.some(({ loop }) => loop) ? 'loop' : and(...inside.map(({ when }) => decided(this.file, when)));
  }
}

function conditional(when: Condition, value: Value, otherwise: Value): Value {
  return { kind: 'either', options: [{ when, value }, { when: not(when), value: otherwise }], at: value.at };
}

function sameScalar(a: Value, b: Value): boolean {
  return (a.kind === 'string' || a.kind === 'number' || a.kind === 'boolean') && a.kind === b.kind && a.value === b.value;
}

function spanOf({ file, start, end }: Span): Span {
  return { file, start, end };
}

function columnOf(file: YamlFile, offset: number): number {
  return offset - (file.masked.lastIndexOf('\n', offset - 1) + 1);
}

/** Where the next thing that is neither blank nor a comment begins. */
function nextToken(file: YamlFile, offset: number): number {
  const blank = /(?:[\s:]|#[^\r\n]*)*/y;
  blank.lastIndex = offset;
  return offset + (blank.exec(file.masked)?.[0].length ?? 0);
}

function scalarValue(file: YamlFile, node: YamlScalar): Value {
  const { value, at } = node;
  if (value === null) return { kind: 'nothing', what: 'null', at };
  if (typeof value === 'number') return { kind: 'number', value, at };
  if (typeof value === 'boolean') return { kind: 'boolean', value, at };
  return textValue(file, node, value);
}

/**
 * A boolean as YAML 1.1 reads it, which Kubernetes' tools and Kong do: `yes`, `on` and `off` without quotes too.
 * Any other value is returned as it is.
 */
export function truthOf(file: YamlFile, value: Value): Value {
  if (value.kind !== 'string' || scalarOf(file, value.at)?.style !== 'plain') return value;
  if (/^(?:yes|on)$/i.test(value.value)) return { kind: 'boolean', value: true, at: value.at };
  if (/^(?:no|off)$/i.test(value.value)) return { kind: 'boolean', value: false, at: value.at };
  const meant = typed(value.value);
  return typeof meant === 'boolean' ? { kind: 'boolean', value: meant, at: value.at } : value;
}

/**
 * The items of a text that is a list with commas, trimmed, each with its own span where the text stands verbatim in
 * the file, else with the span of the whole.
 */
export function itemSpans(file: YamlFile, text: { readonly value: string; readonly at: Span }): readonly { readonly text: string; readonly at: Span }[] {
  const written = ownerOf(file, text.at).source.text.slice(text.at.start, text.at.end);
  const inner = written.indexOf(text.value);
  let offset = 0;
  return text.value.split(',').map((piece) => {
    const trimmed = piece.trim();
    const start = text.at.start + inner + offset + (piece.length - piece.trimStart().length);
    offset += piece.length + 1;
    return { text: trimmed, at: inner === -1 ? text.at : { file: text.at.file, start, end: start + trimmed.length } };
  });
}

