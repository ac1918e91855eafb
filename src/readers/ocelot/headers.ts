import { PRESENT } from '../../origins/origin-set.js';
import type { Effect, Gap } from '../../policy/program.js';
import { keyOf, pairsOf, valueOfPair, type YamlFile, type YamlNode, type YamlPair } from '../../syntax/yaml/index.js';
import { factOf, unknown } from '../../values/value.js';
import { pairNamed } from './routes.js';

/** Headers that a route writes on the response, and what is written for it but not sent. */
export interface Transforms {
  /** Of the route itself. */
  readonly own: readonly Effect[];
  /** Of the global configuration. */
  readonly shared: readonly Effect[];
  readonly gaps: readonly Gap[];
}

/**
 * `DownstreamHeaderTransform` of a route, and the names of the global one that the route does not have (since 24.1). A
 * value with a comma is no value: what stands before it is looked for in the header of the response behind, and replaced.
 * Any other is added, and gives way to a header that is there.
 */
export function transformsOf(file: YamlFile, route: YamlNode, global: YamlNode | undefined): Transforms {
  const own = pairsOf(pairNamed(route, 'DownstreamHeaderTransform')?.value);
  const names = new Set(own.map(keyOf));
  const shared = pairsOf(pairNamed(global, 'DownstreamHeaderTransform')?.value).filter((pair) => !names.has(keyOf(pair)));
  const ownAll = own.map((pair) => transform(file, pair));
  const sharedAll = shared.map((pair) => transform(file, pair));
  return { own: effectsOf(ownAll), shared: effectsOf(sharedAll), gaps: [...ownAll, ...sharedAll].flatMap(({ gaps }) => gaps) };
}

/** Replaced is first, added then. */
function effectsOf(transforms: readonly Transform[]): readonly Effect[] {
  return [...transforms.flatMap(({ replaced }) => replaced), ...transforms.flatMap(({ added }) => added)];
}

interface Transform {
  readonly replaced: readonly Effect[];
  readonly added: readonly Effect[];
  readonly gaps: readonly Gap[];
}

function transform(file: YamlFile, pair: YamlPair): Transform {
  const header = keyOf(pair)?.toLowerCase() ?? '';
  const nothing: Transform = { replaced: [], added: [], gaps: [] };
  if (!/^access-control-|^vary$/.test(header)) return nothing;
  const value = valueOfPair(file, pair);
  const { at } = pair;
  const effect = (op: Effect['op'], written: Effect['value']): Effect => ({ op, header, value: written, statuses: 'all', at });
  if (value.kind === 'string' && value.value.includes(',')) {
    const message = `With a comma in it this adds no header: Ocelot looks for \`${value.value.split(',')[0]!}\` in the \`${keyOf(pair)!}\` of the response behind, and puts what follows in its place`;
    return { replaced: [{ ...effect('set', { v: 'unknown', fact: factOf(unknown('upstream', `the \`${keyOf(pair)!}\` of the response behind`, value.at)), at: value.at }), onlyIf: { header, in: PRESENT } }], added: [], gaps: [{ at, reason: 'unsupported-syntax', message }] };
  }
  if (value.kind === 'nothing') return nothing;
  const known = value.kind === 'string' || value.kind === 'number' || value.kind === 'boolean' ? String(value.value) : undefined;
  const placeholder = known !== undefined && /^\{.*\}$/.test(known);
  if (known !== undefined && !placeholder) return { ...nothing, added: [effect('set-if-absent', { v: 'literal', text: known, at: value.at, written: true })] };
  const fact = factOf(value.kind === 'unknown' || value.kind === 'env' ? value : unknown('template-syntax', placeholder ? `what Ocelot puts in the place of ${known}` : 'a text that is put together', value.at));
  return { ...nothing, added: [effect('set-if-absent', { v: 'unknown', fact, at: value.at })] };
}
