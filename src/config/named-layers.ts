import { didYouMean } from '../text/nearest.js';
import type { NamedLayer } from './resolve.js';

/** What named layers cannot mean. */
export interface LayerFault {
  /** The layer that says it, and the name that is wrong there. */
  readonly layer: string;
  readonly name: string;
  readonly message: string;
}

/** The first name that no layer has, or the first layer that stands in front of itself. */
export function faultInLayers(layers: readonly NamedLayer[]): LayerFault | undefined {
  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  for (const { name, inFrontOf = [] } of layers) {
    const unknown = inFrontOf.find((other) => !byName.has(other));
    if (unknown !== undefined) return { layer: name, name: unknown, message: `${name} is in front of ${JSON.stringify(unknown)}, which is no layer${didYouMean(unknown, [...byName.keys()])}` };
  }
  const cleared = new Set<string>();
  const circleFrom = (name: string, chain: readonly string[]): readonly string[] | undefined => {
    if (chain.includes(name)) return [...chain.slice(chain.indexOf(name)), name];
    if (cleared.has(name)) return undefined;
    for (const behind of byName.get(name)?.inFrontOf ?? []) {
      const circle = circleFrom(behind, [...chain, name]);
      if (circle !== undefined) return circle;
    }
    cleared.add(name);
    return undefined;
  };
  for (const { name } of layers) {
    const circle = circleFrom(name, []);
    if (circle !== undefined) return { layer: circle.at(-2)!, name: circle[0]!, message: `layers stand in front of each other in a circle: ${circle.join(', ')}` };
  }
  return undefined;
}
