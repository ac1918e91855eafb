import type { Span } from '../../text/span.js';
import type { YamlFile, YamlNode, YamlPair, YamlScalar } from './tree.js';

/** A node on the way to a place, with the pair of the node before it that holds it. */
export interface Step {
  readonly node: YamlNode;
  readonly pair?: YamlPair;
}

/** The file that a place stands in: this one, one that it patches, or the values of its chart. */
export function ownerOf(file: YamlFile, at: Span): YamlFile {
  if (at.file === file.file) return file;
  const base = file.bases?.find((one) => one.file === at.file);
  if (base !== undefined) return base;
  const values = file.chart?.();
  return values?.file === at.file ? values : file;
}

/** From the root of a document down to the innermost node that holds the span. */
export function trail(file: YamlFile, at: Span): readonly Step[] {
  const holds = (outer: Span): boolean => outer.file === at.file && outer.start <= at.start && at.end <= outer.end;
  const owner = ownerOf(file, at);
  const roots = (owner.written ?? owner.documents).flatMap((document) => (holds(document.at) && document.root !== undefined && holds(document.root.at) ? [document.root] : []));
  let best: readonly Step[] = [];
  // Tables of TOML may stand between the parts of another one: several children can hold a place, one of them leads to it.
  const open: (readonly Step[])[] = roots.map((node) => [{ node }]);
  for (let steps = open.pop(); steps !== undefined; steps = open.pop()) {
    const { node } = steps.at(-1)!;
    if (best.length === 0 || lengthOf(node) < lengthOf(best.at(-1)!.node) || (lengthOf(node) === lengthOf(best.at(-1)!.node) && steps.length > best.length)) best = steps;
    for (const step of stepsInto(node)) if (holds((step.pair ?? step.node).at)) open.push([...steps, step.pair?.value !== undefined && holds(step.pair.value.at) ? { ...step, node: step.pair.value } : step]);
  }
  return best;
}

function stepsInto(node: YamlNode): readonly Step[] {
  if (node.kind === 'seq') return node.items.map((item) => ({ node: item }));
  return node.kind === 'map' ? node.pairs.map((pair) => ({ node: pair.key, pair })) : [];
}

function lengthOf({ at }: YamlNode): number {
  return at.end - at.start;
}

/** The key with its value that stands at a place, or that has its value there. */
export function pairWith(file: YamlFile, at: Span): YamlPair | undefined {
  const same = (span: Span | undefined): boolean => span !== undefined && span.start === at.start && span.end === at.end;
  return trail(file, at).flatMap(({ node }) => (node.kind === 'map' ? node.pairs.filter((pair) => same(pair.at) || same(pair.value?.at)) : [])).at(-1);
}

/** The pair whose value is the mapping that a pair stands in. */
export function pairAround(file: YamlFile, inner: YamlPair): YamlPair | undefined {
  return trail(file, inner.at).flatMap(({ node }) => (node.kind === 'map' ? node.pairs.filter(({ value }) => value?.kind === 'map' && value.pairs.includes(inner)) : [])).at(-1);
}

/** Resolves the scalar behind a value: the node whose text stands at the value's place. */
export function scalarOf(file: YamlFile, at: Span): YamlScalar | undefined {
  const node = trail(file, at).at(-1)?.node;
  return node?.kind === 'scalar' && node.at.start <= at.start && at.end <= node.at.end ? node : undefined;
}
