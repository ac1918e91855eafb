import { withoutPlaces } from '../text/span.js';

const MAX_REMEMBERED = 1_000;

/** Remembers what is told of something by what it says, wherever it stands: most repositories say the same in many places. */
export function byContent<Of extends object, Told>(tell: (of: Of) => Told): (of: Of) => Told {
  const told = new Map<string, { readonly told: Told }>();
  const places = new WeakMap<Of, { readonly told: Told }>();
  return (of) => {
    let known = places.get(of);
    if (known === undefined) {
      const content = withoutPlaces(of);
      known = told.get(content);
      if (known === undefined) {
        if (told.size >= MAX_REMEMBERED) told.clear();
        told.set(content, (known = { told: tell(of) }));
      }
      places.set(of, known);
    }
    return known.told;
  };
}
