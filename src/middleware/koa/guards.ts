import { NEVER, whenAll, type Guard } from '../../policy/program.js';

/** All of the guards, each said once; never, where they ask for different methods. */
export function allOf(...guards: readonly Guard[]): Guard {
  const all = whenAll(...guards);
  if (all.g !== 'and') return all;
  const methods = new Set(all.of.flatMap((part) => (part.g === 'method' ? part.in : [])));
  const served = [...methods].filter((method) => all.of.every((part) => (part.g === 'method' ? part.in.includes(method) : part.g !== 'not' || part.of.g !== 'method' || !part.of.in.includes(method))));
  if (methods.size > 0 && served.length === 0) return NEVER;
  return whenAll(...new Map(all.of.map((part) => [textOf(part), part])).values());
}

/** Does `b` hold wherever `a` does? Told by what they are made of. */
export function follows(a: Guard, b: Guard): boolean {
  const parts = new Set(partsOf(a).map(textOf));
  return partsOf(b).every((part) => parts.has(textOf(part)));
}

function partsOf(guard: Guard): readonly Guard[] {
  return guard.g === 'and' ? guard.of : guard.g === 'always' ? [] : [guard];
}

const texts = new WeakMap<Guard, string>();

/** Guards that say the same have one text. Parts are shared by many guards. */
function textOf(part: Guard): string {
  let text = texts.get(part);
  if (text === undefined) texts.set(part, (text = JSON.stringify(part)));
  return text;
}
